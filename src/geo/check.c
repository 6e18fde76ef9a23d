/* What has a meaning and what has none. Expects mostly good input, so that all the
 * cheap tests come first and the reason is composed only on failure. */
#include "geo/check.h"

#include <stdlib.h>

#include "base/assert.h"

/* Without the calls that fmin() and fmax() are; numbers only. */
static inline double larger(double a, double b) { return a > b ? a : b; }

#define PIECES_FREE 5000.0
#define PIECES_PER_VERTEX 8.0
#define MANY_POINTS 20000u

static bool position_good(sl_pos pos) {
  return pos.lat_nd >= -90 * SL_ND_PER_DEG && pos.lat_nd <= 90 * SL_ND_PER_DEG &&
         pos.lon_nd >= -180 * SL_ND_PER_DEG && pos.lon_nd <= 180 * SL_ND_PER_DEG;
}

static bool time_good(sl_time time) { return time.ns >= 0 && time.ns < SL_TIME_MAX_NS; }

static sl_err check_positions(const sl_course *course, const char *what, uint32_t ring, sl_fault *fault) {
  for (uint32_t i = 0; i < course->count; i++)
    if (!position_good(*sl_course_at(course, i)))
      return sl_fault_set(fault, SL_ERR_RANGE,
                          "%s %u of line %u is outside latitude -90 to 90 or longitude -180 to 180 degrees", what, i,
                          ring);
  return SL_OK;
}

static sl_err check_radius(sl_len radius, const char *what, sl_fault *fault) {
  if (radius.mm <= 0) return sl_fault_set(fault, SL_ERR_GEOMETRY, "%s must be more than 0", what);
  if (radius.mm > SL_RADIUS_MAX_MM) return sl_fault_set(fault, SL_ERR_RANGE, "%s is over 1,000 km", what);
  return SL_OK;
}

/* A point that need not be looked at for the extent: along a geodesic the distance
 * from anywhere is convex, so the greatest is at a vertex. Pieces of parallels are
 * looked at too while they are few. */
static bool within_edge(const sl_outline *o, uint32_t i) {
  return o->count > MANY_POINTS && i > 0 && o->vertex[i] == o->vertex[i - 1];
}

/* The greatest chord among the points, and where it ends; n^2, and only for what is
 * neither surely small enough nor surely too large. */
static double greatest_chord(const sl_outline *o, uint32_t *from, uint32_t *to) {
  double most = 0.0;
  for (uint32_t i = 0; i < o->count; i++) {
    if (within_edge(o, i)) continue;
    for (uint32_t j = i + 1; j < o->count; j++) {
      if (within_edge(o, j)) continue;
      sl_vec d = sl_vec_sub(o->place[i], o->place[j]);
      double d2 = sl_vec_dot(d, d);
      if (d2 > most) {
        most = d2;
        *from = i;
        *to = j;
      }
    }
  }
  return sqrt(most);
}

/* Whether the points, widened by `radius` metres, are within SL_EXTENT_MAX_MM. */
static sl_err check_extent(const sl_outline *o, double radius, sl_fault *fault) {
  const double limit = (double)SL_EXTENT_MAX_MM * 1e-3 - 2.0 * radius;
  if (2.0 * o->reach <= limit * 0.99) return SL_OK;
  uint32_t from = 0, to = 0;
  if (o->reach <= limit) {
    double chord = greatest_chord(o, &from, &to);
    if (chord <= limit * 0.99 || sl_ellipsoid_distance(o->place[from], o->place[to]) <= limit) return SL_OK;
  }
  return sl_fault_set(fault, SL_ERR_GEOMETRY, "the shape is over 2,000 km across (vertices %u and %u)",
                      o->vertex[from], o->vertex[to]);
}

/* The longest piece wanted: `fine`, or coarser when the courses are so long that
 * the pieces would be many times the vertices (a zigzag across a continent). */
static double piece_wanted(const sl_course *course, uint32_t courses, double fine) {
  const double to_m = 111.7e3 * 1e-9; /* metres in a nanodegree of latitude, outward */
  double total = 0.0, vertices = 0.0;
  for (uint32_t c = 0; c < courses; c++) {
    vertices += course[c].count;
    sl_pos a = *sl_course_at(course + c, course[c].closed ? course[c].count - 1 : 0);
    for (uint32_t i = 0; i < course[c].count; i++) {
      sl_pos b = *sl_course_at(course + c, i);
      double up = fabs((double)(b.lat_nd - a.lat_nd)) * to_m, aside = fabs((double)(b.lon_nd - a.lon_nd)) * to_m;
      if (aside > 180e9 * to_m) aside = 360e9 * to_m - aside;
      if (aside > 10e3) aside *= cos((double)(b.lat_nd + a.lat_nd) * (SL_PI / 360e9));
      total += up + aside;
      a = b;
    }
  }
  return larger(fine, total / (PIECES_FREE + PIECES_PER_VERTEX * vertices));
}

static sl_err polygon_courses(sl_course *course, const sl_polygon *polygon, sl_fault *fault) {
  uint64_t total = 0;
  for (uint32_t i = 0; i < polygon->count; i++) {
    const sl_ring *ring = polygon->ring + i;
    total += ring->count;
    if (total > SL_RING_VERTICES_MAX)
      return sl_fault_set(fault, SL_ERR_CAP, "over %u vertices in one shape", SL_RING_VERTICES_MAX);
    if (ring->count < 3) return sl_fault_set(fault, SL_ERR_GEOMETRY, "ring %u has fewer than 3 vertices", i);
    course[i] = (sl_course){ring->vertex, sizeof(sl_pos), ring->count, true};
    sl_err err = check_positions(course + i, "vertex", i, fault);
    if (err) return err;
    sl_pos first = ring->vertex[0], last = ring->vertex[ring->count - 1];
    if (first.lat_nd == last.lat_nd && first.lon_nd == last.lon_nd)
      return sl_fault_set(fault, SL_ERR_GEOMETRY, "ring %u: vertex %u repeats vertex 0; leave it out", i,
                          ring->count - 1);
  }
  return SL_OK;
}

/* A parallel between opposite meridians has two equal ways round. */
static sl_err check_parallels(const sl_course *course, uint32_t courses, sl_edge edge, sl_fault *fault) {
  for (uint32_t c = 0; edge == SL_EDGE_PARALLEL && c < courses; c++)
    for (uint32_t i = 0; i + (course[c].closed ? 0 : 1) < course[c].count; i++) {
      sl_pos a = *sl_course_at(course + c, i), b = *sl_course_at(course + c, (i + 1) % course[c].count);
      if (a.lat_nd == b.lat_nd && llabs(a.lon_nd - b.lon_nd) == 180 * SL_ND_PER_DEG)
        return sl_fault_set(fault, SL_ERR_GEOMETRY, "the parallel from vertex %u of ring %u has two ways round", i, c);
    }
  return SL_OK;
}

static sl_err outline_courses(sl_outline *out, const sl_course *course, uint32_t courses, sl_edge edge, double radius,
                              sl_fault *fault) {
  sl_err err = check_parallels(course, courses, edge, fault);
  if (err) return err;
  err = sl_outline_init(out, course, courses, edge, piece_wanted(course, courses, SL_PIECE_SHAPE_M));
  if (err) return sl_fault_set(fault, err, "the outline takes more memory than there is");
  err = check_extent(out, radius, fault);
  if (err) sl_outline_fini(out);
  return err;
}

static sl_err outline_polygon(sl_outline *out, const sl_polygon *polygon, sl_fault *fault) {
  if (polygon->count < 1) return sl_fault_set(fault, SL_ERR_GEOMETRY, "a polygon has at least one ring");
  if (polygon->count > SL_RINGS_MAX) return sl_fault_set(fault, SL_ERR_CAP, "over %u rings in one shape", SL_RINGS_MAX);
  if (polygon->hole[0]) return sl_fault_set(fault, SL_ERR_GEOMETRY, "ring 0 is a hole without a ring around it");
  if (polygon->edge != SL_EDGE_GEODESIC && polygon->edge != SL_EDGE_PARALLEL)
    return sl_fault_set(fault, SL_ERR_RANGE, "an edge is geodesic or parallel");
  sl_course one;
  sl_course *course = polygon->count == 1 ? &one : malloc(polygon->count * sizeof *course);
  if (!course) return SL_ERR_NOMEM;
  sl_err err = polygon_courses(course, polygon, fault);
  if (!err) err = outline_courses(out, course, polygon->count, polygon->edge, 0.0, fault);
  if (!err) {
    err = sl_rings_check(out, polygon->hole, fault);
    if (err) sl_outline_fini(out);
  }
  if (course != &one) free(course);
  return err;
}

static sl_err outline_shape(sl_outline *out, const sl_shape *shape, sl_fault *fault) {
  if (shape->kind == SL_SHAPE_POLYGON) return outline_polygon(out, &shape->as.polygon, fault);
  if (shape->kind == SL_SHAPE_CIRCLE) {
    const sl_circle *circle = &shape->as.circle;
    sl_course course = {&circle->centre, sizeof(sl_pos), 1, false};
    sl_err err = check_positions(&course, "centre", 0, fault);
    if (!err) err = check_radius(circle->radius, "the radius", fault);
    return err ? err : sl_outline_init(out, &course, 1, SL_EDGE_GEODESIC, SL_PIECE_SHAPE_M);
  }
  if (shape->kind == SL_SHAPE_CORRIDOR) {
    const sl_corridor *corridor = &shape->as.corridor;
    if (corridor->count < 2) return sl_fault_set(fault, SL_ERR_GEOMETRY, "a corridor has at least 2 points");
    if (corridor->count > SL_RING_VERTICES_MAX)
      return sl_fault_set(fault, SL_ERR_CAP, "over %u points in one corridor", SL_RING_VERTICES_MAX);
    if (corridor->edge != SL_EDGE_GEODESIC && corridor->edge != SL_EDGE_PARALLEL)
      return sl_fault_set(fault, SL_ERR_RANGE, "an edge is geodesic or parallel");
    sl_course course = {corridor->point, sizeof(sl_pos), corridor->count, false};
    sl_err err = check_positions(&course, "point", 0, fault);
    if (!err) err = check_radius(corridor->half_width, "the half width", fault);
    if (err) return err;
    return outline_courses(out, &course, 1, corridor->edge, (double)corridor->half_width.mm * 1e-3, fault);
  }
  return sl_fault_set(fault, SL_ERR_RANGE, "a shape is a polygon, a circle or a corridor");
}

static bool w84_good(sl_alt_w84 alt) { return alt.mm >= SL_ALT_W84_MIN_MM && alt.mm <= SL_ALT_W84_MAX_MM; }
static bool baro_good(sl_alt_baro alt) { return alt.ft >= SL_ALT_BARO_MIN_FT && alt.ft <= SL_ALT_BARO_MAX_FT; }

static sl_err check_band(const sl_band *band, sl_fault *fault) {
  bool good = true, ordered = true;
  if (band->ref == SL_ALT_W84) {
    good = w84_good(band->as.w84.lower) && w84_good(band->as.w84.upper);
    ordered = band->as.w84.lower.mm <= band->as.w84.upper.mm;
  } else if (band->ref == SL_ALT_BARO) {
    good = baro_good(band->as.baro.lower) && baro_good(band->as.baro.upper);
    ordered = band->as.baro.lower.ft <= band->as.baro.upper.ft;
  } else if (band->ref != SL_ALT_COLUMN) {
    return sl_fault_set(fault, SL_ERR_DATUM, "the altitude has no known reference");
  }
  if (!good) return sl_fault_set(fault, SL_ERR_RANGE, "the altitude is out of range");
  if (!ordered) return sl_fault_set(fault, SL_ERR_ORDER, "the lower altitude is above the upper");
  return SL_OK;
}

static sl_err outline_volume(sl_outline *out, const sl_volume *volume, sl_fault *fault) {
  if (!time_good(volume->window.start) || !time_good(volume->window.end))
    return sl_fault_set(fault, SL_ERR_RANGE, "the time is before 1970 or after 2199");
  if (volume->window.start.ns >= volume->window.end.ns)
    return sl_fault_set(fault, SL_ERR_ORDER, "the window must end after it starts");
  sl_err err = check_band(&volume->band, fault);
  return err ? err : outline_shape(out, &volume->shape, fault);
}

static bool altitude_good(const sl_trajectory *t, uint32_t i) {
  return t->ref == SL_ALT_W84 ? w84_good(t->fix[i].alt.w84) : baro_good(t->fix[i].alt.baro);
}

static sl_err check_fix(const sl_trajectory *t, uint32_t i, sl_fault *fault) {
  const sl_fix *fix = t->fix + i;
  if (!position_good(fix->pos))
    return sl_fault_set(fault, SL_ERR_RANGE, "fix %u is outside latitude -90 to 90 or longitude -180 to 180 degrees", i);
  if (!time_good(fix->time)) return sl_fault_set(fault, SL_ERR_RANGE, "fix %u is before 1970 or after 2199", i);
  if (!altitude_good(t, i)) return sl_fault_set(fault, SL_ERR_RANGE, "the altitude of fix %u is out of range", i);
  if (i == 0) return SL_OK;
  const sl_fix *before = fix - 1;
  if (fix->time.ns < before->time.ns)
    return sl_fault_set(fault, SL_ERR_ORDER, "fix %u is earlier than the fix before it", i);
  bool same = fix->pos.lat_nd == before->pos.lat_nd && fix->pos.lon_nd == before->pos.lon_nd &&
              (t->ref == SL_ALT_W84 ? fix->alt.w84.mm == before->alt.w84.mm : fix->alt.baro.ft == before->alt.baro.ft);
  if (fix->time.ns == before->time.ns && !same)
    return sl_fault_set(fault, SL_ERR_ORDER, "fix %u is elsewhere at the time of the fix before it", i);
  return SL_OK;
}

static sl_err check_tolerances(const sl_trajectory *t, sl_fault *fault) {
  int64_t vertical = t->ref == SL_ALT_W84 ? t->vertical.w84.mm : t->vertical.baro_ft;
  int64_t most = t->ref == SL_ALT_W84 ? SL_ALT_W84_MAX_MM : SL_VERTICAL_MAX_FT;
  if (t->lateral.mm < 0 || t->lateral.mm > SL_RADIUS_MAX_MM)
    return sl_fault_set(fault, SL_ERR_RANGE, "the lateral tolerance is not 0 to 1,000 km");
  if (vertical < 0 || vertical > most) return sl_fault_set(fault, SL_ERR_RANGE, "the vertical tolerance is out of range");
  if (t->along.ns < 0 || t->along.ns > SL_ALONG_MAX_NS)
    return sl_fault_set(fault, SL_ERR_RANGE, "the tolerance along the track is not 0 to 30 days");
  return SL_OK;
}

static sl_err outline_trajectory(sl_outline *out, const sl_trajectory *t, sl_fault *fault) {
  if (t->count < 1) return sl_fault_set(fault, SL_ERR_GEOMETRY, "a trajectory has at least one fix");
  if (t->count > SL_FIXES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "over %u fixes in one trajectory", SL_FIXES_MAX);
  if (t->ref != SL_ALT_W84 && t->ref != SL_ALT_BARO)
    return sl_fault_set(fault, SL_ERR_DATUM, "a trajectory's altitudes are WGS84 or pressure altitudes");
  sl_err err = check_tolerances(t, fault);
  for (uint32_t i = 0; !err && i < t->count; i++) err = check_fix(t, i, fault);
  if (err) return err;
  if (t->fix[0].time.ns == t->fix[t->count - 1].time.ns && t->along.ns == 0)
    return sl_fault_set(fault, SL_ERR_ORDER, "the trajectory lasts no time and has no tolerance along the track");
  sl_vec from = sl_ellipsoid_place(t->fix[0].pos);
  for (uint32_t i = 1; i < t->count; i++) {
    sl_vec to = sl_ellipsoid_place(t->fix[i].pos), leg = sl_vec_sub(to, from);
    if (sl_vec_dot(leg, leg) > 1.99e6 * 1.99e6 && sl_ellipsoid_distance(from, to) > (double)SL_EXTENT_MAX_MM * 1e-3)
      return sl_fault_set(fault, SL_ERR_GEOMETRY, "the leg to fix %u is over 2,000 km", i);
    from = to;
  }
  sl_course course = {&t->fix[0].pos, sizeof(sl_fix), t->count, false};
  err = sl_outline_init(out, &course, 1, SL_EDGE_GEODESIC, piece_wanted(&course, 1, SL_PIECE_TRACK_M));
  return err ? sl_fault_set(fault, err, "the trajectory takes more memory than there is") : SL_OK;
}

sl_err sl_object_outline(sl_outline *out, const sl_object *object, sl_fault *fault) {
  SL_ASSERT(out && object);
  if (object->kind == SL_OBJECT_VOLUME) return outline_volume(out, &object->as.volume, fault);
  if (object->kind == SL_OBJECT_TRAJECTORY) return outline_trajectory(out, &object->as.trajectory, fault);
  return sl_fault_set(fault, SL_ERR_RANGE, "an object is a volume or a trajectory");
}

sl_err sl_object_check(const sl_object *object, sl_fault *fault) {
  sl_outline outline;
  sl_err err = sl_object_outline(&outline, object, fault);
  if (!err) sl_outline_fini(&outline);
  return err;
}
