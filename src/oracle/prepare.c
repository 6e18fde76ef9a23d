/* Packing an object into its prepared form. Expects volumes of four vertices by the
 * million: one allocation, no trigonometry beyond the places of the vertices. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "geo/check.h"
#include "geo/frame.h"
#include "oracle/prepared.h"

/* Without the calls that fmin() and fmax() are; numbers only. */
static inline double smaller(double a, double b) { return a < b ? a : b; }
static inline double larger(double a, double b) { return a > b ? a : b; }

SL_STATIC_ASSERT(sizeof(sl_prepared) % 8 == 0 && sizeof(sl_knot) == 16 && sizeof(sl_point) == 12, "packed without gaps");

#define E7_ND 100 /* nanodegrees in the unit of extents */
#define FULL_E7 1800000000
#define POLE_E7 900000000

static int32_t floor_e7(double degrees) { return (int32_t)floor(larger(degrees, -180.0) * 1e7 - 1.0); }
static int32_t ceil_e7(double degrees) { return (int32_t)ceil(smaller(degrees, 180.0) * 1e7 + 1.0); }

typedef struct box { double south, north, west, east; bool turned; } box; /* degrees, east >= west */

/* The extent's sides from a box of points on a core, widened by `radius` metres and
 * by what pieces of `piece` metres bulge beyond their ends. */
static void set_sides(sl_extent *out, box b, double radius, double piece) {
  const double degrees_per_m = 180.0 / (SL_PI * 6.33e6);
  double most = larger(fabs(b.south), fabs(b.north));
  double near_pole = (90.0 - most) / degrees_per_m; /* metres, about */
  bool turned = b.turned || near_pole < 4.0 * piece + 1.01 * radius + 1000.0;
  double bulge = turned ? 0.0 : piece * piece / (4.0 * 6.33e6); /* times the tangent of the latitude */
  if (!turned && most > 40.0) bulge *= most < 80.0 ? 5.7 : tan(most * (SL_PI / 180.0));
  double grow = (radius + bulge) * degrees_per_m * 1.001;
  bool south_pole = turned && b.south < -45.0, north_pole = turned && b.north > 45.0;
  out->south = south_pole ? -POLE_E7 : floor_e7(larger(b.south - grow, -90.0));
  out->north = north_pole ? POLE_E7 : ceil_e7(smaller(b.north + grow, 90.0));
  if (out->south < -POLE_E7) out->south = -POLE_E7;
  if (out->north > POLE_E7) out->north = POLE_E7;
  double aside = turned ? 360.0 : grow / cos((most + grow) * (SL_PI / 180.0)) * 1.01;
  double west = b.west - aside, east = b.east + aside;
  if (turned || east - west >= 359.99 || most + grow > 89.9) {
    out->west = -FULL_E7;
    out->east = FULL_E7;
    return;
  }
  while (west < -180.0) west += 360.0;
  while (west >= 180.0) west -= 360.0;
  while (east <= -180.0) east += 360.0;
  while (east > 180.0) east -= 360.0;
  out->west = floor_e7(west) < -FULL_E7 ? -FULL_E7 : floor_e7(west);
  out->east = ceil_e7(east) > FULL_E7 ? FULL_E7 : ceil_e7(east);
}

static size_t size_wanted(const sl_prepared *p) {
  size_t size = sizeof *p + p->knots * sizeof(sl_knot) + p->points * sizeof(sl_point) + p->blocks * sizeof(sl_ball);
  if (p->rings > 1) size += (p->rings + 1) * sizeof(uint32_t);
  return (size + 7) / 8 * 8;
}

static void volume_header(sl_prepared *p, const sl_volume *v) {
  const sl_band *band = &v->band;
  p->reference = (uint8_t)band->ref;
  p->extent.start_ns = v->window.start.ns;
  p->extent.end_ns = v->window.end.ns;
  p->extent.lower = INT32_MIN;
  p->extent.upper = INT32_MAX;
  if (band->ref == SL_ALT_W84) {
    p->extent.lower = (int32_t)band->as.w84.lower.mm;
    p->extent.upper = (int32_t)band->as.w84.upper.mm;
  } else if (band->ref == SL_ALT_BARO) {
    p->extent.lower = band->as.baro.lower.ft;
    p->extent.upper = band->as.baro.upper.ft;
  }
  p->core = SL_CORE_AREA;
  if (v->shape.kind == SL_SHAPE_CIRCLE) {
    p->core = SL_CORE_POINT;
    p->radius_mm = (int32_t)v->shape.as.circle.radius.mm;
  } else if (v->shape.kind == SL_SHAPE_CORRIDOR) {
    p->core = SL_CORE_LINE;
    p->radius_mm = (int32_t)v->shape.as.corridor.half_width.mm;
  }
}

static int32_t altitude_of(const sl_trajectory *t, uint32_t i) {
  return t->ref == SL_ALT_W84 ? (int32_t)t->fix[i].alt.w84.mm : t->fix[i].alt.baro.ft;
}

static void trajectory_header(sl_prepared *p, const sl_trajectory *t) {
  p->reference = (uint8_t)t->ref;
  p->core = SL_CORE_LINE;
  p->knots = t->count;
  p->along_ns = t->along.ns;
  p->radius_mm = (int32_t)t->lateral.mm;
  p->vertical = t->ref == SL_ALT_W84 ? (int32_t)t->vertical.w84.mm : t->vertical.baro_ft;
  int32_t lower = INT32_MAX, upper = INT32_MIN;
  for (uint32_t i = 0; i < t->count; i++) {
    int32_t altitude = altitude_of(t, i);
    if (altitude < lower) lower = altitude;
    if (altitude > upper) upper = altitude;
  }
  p->extent.lower = lower - p->vertical;
  p->extent.upper = upper + p->vertical;
  p->extent.start_ns = t->fix[0].time.ns - t->along.ns;
  p->extent.end_ns = t->fix[t->count - 1].time.ns + t->along.ns;
}

/* The unit: the finest power of two in which every offset fits 31 bits. */
static double unit_for(double reach) {
  int exponent = 0;
  (void)frexp(larger(reach, 1e-3), &exponent);
  return ldexp(1.0, exponent - 30);
}

static sl_point pack(sl_vec place, sl_vec anchor, double per_unit) {
  return (sl_point){(int32_t)lrint((place.x - anchor.x) * per_unit), (int32_t)lrint((place.y - anchor.y) * per_unit),
                    (int32_t)lrint((place.z - anchor.z) * per_unit)};
}

/* Whether the ring runs clockwise seen from above: by its plane area about its
 * first point, which all of it lies within 2,000 km of. */
static bool clockwise(const sl_outline *o, uint32_t ring) {
  uint32_t first = o->start[ring], end = o->start[ring + 1];
  sl_vec sum = {0, 0, 0}, base = o->place[first];
  for (uint32_t i = first + 1; i + 1 < end; i++) {
    sl_vec a = sl_vec_sub(o->place[i], base), b = sl_vec_sub(o->place[i + 1], base);
    sum = sl_vec_add(sum, sl_vec_cross(a, b));
  }
  return sl_vec_dot(sum, base) < 0.0;
}

/* Outer rings run anticlockwise and holes clockwise, so that winding numbers add. */
static void pack_points(sl_prepared *p, const sl_outline *o, const bool *hole) {
  sl_point *points = (sl_point *)(void *)((char *)(p + 1) + p->knots * sizeof(sl_knot));
  double per_unit = 1.0 / p->unit;
  for (uint32_t r = 0; r < o->courses; r++) {
    uint32_t first = o->start[r], end = o->start[r + 1];
    bool reverse = p->core == SL_CORE_AREA && clockwise(o, r) != (hole && hole[r]);
    for (uint32_t i = first; i < end; i++)
      points[i] = pack(o->place[reverse ? end - 1 - (i - first) : i], p->anchor, per_unit);
  }
}

/* A ball for each SL_BLOCK_EDGES pieces, over the ends of rings as well: a piece
 * belongs to the point that it starts from. */
static void pack_balls(sl_prepared *p) {
  const sl_point *points = sl_prepared_points(p);
  sl_ball *balls = (sl_ball *)(void *)(uintptr_t)sl_prepared_balls(p);
  for (uint32_t b = 0; b < p->blocks; b++) {
    uint32_t first = b * SL_BLOCK_EDGES, end = first + SL_BLOCK_EDGES < p->points ? first + SL_BLOCK_EDGES : p->points;
    double low[3] = {1e12, 1e12, 1e12}, high[3] = {-1e12, -1e12, -1e12}, far2 = 0.0;
    for (int pass = 0; pass < 2; pass++) {
      sl_ball *ball = balls + b;
      for (uint32_t i = first; i < end; i++) {
        uint32_t ends[2] = {i, sl_prepared_next(p, i)};
        for (int k = 0; k < 2; k++) {
          const sl_point *q = points + ends[k];
          double at[3] = {q->x, q->y, q->z}, middle[3] = {ball->x, ball->y, ball->z}, d2 = 0.0;
          for (int axis = 0; axis < 3; axis++) {
            if (pass == 0) {
              low[axis] = smaller(low[axis], at[axis]);
              high[axis] = larger(high[axis], at[axis]);
            } else {
              d2 += (at[axis] - middle[axis]) * (at[axis] - middle[axis]);
            }
          }
          far2 = larger(far2, d2);
        }
      }
      if (pass == 0)
        *ball = (sl_ball){(int32_t)((low[0] + high[0]) / 2), (int32_t)((low[1] + high[1]) / 2),
                          (int32_t)((low[2] + high[2]) / 2), 0};
    }
    /* An arc bulges out of the ball of its ends by at most l^2 / 8R, and has it halved. */
    double bulge = (double)p->piece * (double)p->piece / (8.0 * 6.3e6) / p->unit;
    balls[b].radius = (uint32_t)ceil(smaller(sqrt(far2) + bulge + 2.0, 4294967295.0));
  }
}

static void pack_knots(sl_prepared *p, const sl_outline *o, const sl_trajectory *t) {
  sl_knot *knots = (sl_knot *)(void *)(p + 1);
  uint32_t next = 0;
  for (uint32_t i = 0; i < o->count; i++)
    if (o->vertex[i] == next) {
      knots[next] = (sl_knot){t->fix[next].time.ns, altitude_of(t, next), i};
      next++;
    }
  SL_ASSERT(next == t->count);
}

static void pack_rings(sl_prepared *p, const sl_outline *o) {
  if (p->rings == 1) return;
  memcpy((void *)(uintptr_t)(sl_prepared_balls(p) + p->blocks), o->start, (p->rings + 1) * sizeof(uint32_t));
}

static void set_bounds(sl_prepared *p, const sl_outline *o) {
  p->points = o->count;
  p->rings = p->core == SL_CORE_AREA ? o->courses : 1;
  p->blocks = p->points > SL_BLOCK_FROM ? (p->points + SL_BLOCK_EDGES - 1) / SL_BLOCK_EDGES : 0;
  p->anchor = o->middle;
  p->unit = unit_for(o->reach);
  p->piece = (float)(o->piece * 1.0001);
  double slack = o->slack + p->unit * 0.8661;
  if (p->rings > 1) slack += SL_RING_TOUCH_M;
  p->slack = (float)(slack * 1.0001);
  p->reach = (float)((o->reach + o->piece * o->piece / (8.0 * 6.3e6) + slack) * 1.00001 + 1e-3);
  box b = {(double)o->south * 1e-9, (double)o->north * 1e-9, (double)o->west * 1e-9, (double)o->east * 1e-9, o->turned};
  set_sides(&p->extent, b, (double)p->radius_mm * 1e-3, o->piece);
}

sl_err sl_prepare(sl_prepared **out, const sl_object *object, sl_fault *fault) {
  sl_outline outline;
  sl_err err = sl_object_outline(&outline, object, fault);
  if (err) return err;
  sl_prepared head = {.kind = (uint8_t)object->kind};
  const bool *hole = NULL;
  if (object->kind == SL_OBJECT_VOLUME) {
    volume_header(&head, &object->as.volume);
    if (head.core == SL_CORE_AREA) hole = object->as.volume.shape.as.polygon.hole;
  } else {
    trajectory_header(&head, &object->as.trajectory);
  }
  set_bounds(&head, &outline);
  size_t size = size_wanted(&head);
  SL_ASSERT(size <= UINT32_MAX);
  head.bytes = (uint32_t)size;
  sl_prepared *p = malloc(size);
  if (!p) {
    sl_outline_fini(&outline);
    return sl_fault_set(fault, SL_ERR_NOMEM, "no memory for the prepared object");
  }
  *p = head;
  pack_points(p, &outline, hole);
  if (object->kind == SL_OBJECT_TRAJECTORY) pack_knots(p, &outline, &object->as.trajectory);
  pack_rings(p, &outline);
  pack_balls(p); /* walks the rings */
  sl_outline_fini(&outline);
  *out = p;
  return SL_OK;
}

void sl_prepared_free(sl_prepared *prepared) { free(prepared); }

size_t sl_prepared_size(const sl_prepared *prepared) { return prepared->bytes; }

sl_window sl_prepared_window(const sl_prepared *prepared) {
  return (sl_window){{prepared->extent.start_ns}, {prepared->extent.end_ns}};
}

sl_alt_ref sl_prepared_reference(const sl_prepared *prepared) { return (sl_alt_ref)prepared->reference; }

/* The sides of a part of a trajectory, from its places. */
static void part_sides(sl_extent *out, const sl_prepared *p, uint32_t first, uint32_t last) {
  box b = {90.0, -90.0, 0.0, 0.0, false};
  double before = 0.0, east = 0.0;
  for (uint32_t i = first; i <= last; i++) {
    double latitude, longitude;
    sl_ellipsoid_degrees(&latitude, &longitude, sl_prepared_at(p, i, (sl_vec){0, 0, 0}));
    if (i == first) {
      b.west = b.east = east = longitude;
    } else {
      double turn = longitude - before;
      if (turn > 180.0) turn -= 360.0;
      if (turn < -180.0) turn += 360.0;
      if (fabs(turn) > 179.0) b.turned = true;
      east += turn;
    }
    before = longitude;
    b.south = smaller(b.south, latitude);
    b.north = larger(b.north, latitude);
    b.west = smaller(b.west, east);
    b.east = larger(b.east, east);
  }
  set_sides(out, b, (double)p->radius_mm * 1e-3 + (double)p->slack, (double)p->piece);
}

void sl_prepared_part(sl_extent *out, const sl_prepared *p, uint32_t i) {
  SL_ASSERT(i < sl_prepared_parts(p));
  *out = p->extent;
  if (sl_prepared_parts(p) == 1) return;
  const sl_knot *knots = sl_prepared_knots(p);
  uint32_t first = i * SL_BLOCK_EDGES, last = first + SL_BLOCK_EDGES < p->knots - 1 ? first + SL_BLOCK_EDGES : p->knots - 1;
  out->start_ns = knots[first].time_ns - p->along_ns;
  out->end_ns = knots[last].time_ns + p->along_ns + 1;
  int32_t lower = INT32_MAX, upper = INT32_MIN;
  for (uint32_t k = first; k <= last; k++) {
    if (knots[k].altitude < lower) lower = knots[k].altitude;
    if (knots[k].altitude > upper) upper = knots[k].altitude;
  }
  out->lower = lower - p->vertical;
  out->upper = upper + p->vertical;
  part_sides(out, p, knots[first].first, knots[last].first);
}
