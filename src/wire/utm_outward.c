/* Plans of the native face in the standard's shapes, outward.
 *
 * The standard knows circles and polygons with geodesic edges in metres above the
 * ellipsoid. A corridor becomes a quadrangle for each piece of its line and a circle at each
 * end of a piece: the curve at equal distance from a geodesic runs inside the geodesic
 * between its ends, so the quadrangle holds the strip. A leg of a trajectory is such a
 * piece, with the times and altitudes of the leg. A long trajectory becomes circles
 * around runs of its fixes; circles of this size are convex. An edge along a parallel becomes
 * geodesics that leave it by less than 1 cm. A pressure altitude has no height in metres:
 * the whole column.
 *
 * Work: the plan of one intent whose details a peer asked for. */
#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "geo/displace.h"
#include "geo/outline.h"
#include "wire/utm_volume.h"

#define LEGS_MAX 1000u          /* of one trajectory told leg by leg */
#define RADIUS_MIN_MM 1000      /* of what has no width */
#define STUB_MM 500             /* circles are larger by this: pieces under twice it have no strip */
#define PARALLEL_PIECE_M 25000.0
#define PARALLEL_OFF_M 0.01

/* What grows: at most SL_OBJECTS_MAX objects in the arena. */
typedef struct making {
  sl_arena *arena;
  sl_object *object;
  uint32_t count, room;
  sl_err err;
} making;

static sl_volume *add(making *into, const sl_volume *like) {
  if (into->err == SL_OK && into->count == into->room) into->err = SL_ERR_CAP;
  if (into->err != SL_OK) return NULL;
  sl_object *object = into->object + into->count++;
  object->kind = SL_OBJECT_VOLUME;
  object->as.volume = *like;
  return &object->as.volume;
}

static void add_ring(making *into, const sl_volume *like, const sl_ring *from) {
  sl_volume *volume = add(into, like);
  sl_ring *ring = SL_ARENA_TAKE(into->arena, 1, sl_ring);
  bool *hole = SL_ARENA_TAKE(into->arena, 1, bool);
  if (volume == NULL) return;
  if (ring == NULL || hole == NULL) {
    into->err = SL_ERR_NOMEM;
    return;
  }
  *ring = *from;
  volume->shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {ring, hole, 1, SL_EDGE_GEODESIC}};
}

static void add_circle(making *into, const sl_volume *like, sl_pos centre, int64_t radius_mm) {
  sl_volume *volume = add(into, like);
  if (volume == NULL) return;
  volume->shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {centre, {radius_mm}}};
}

/* The strip of half width radius along the geodesic from a to b. */
static void add_strip(making *into, const sl_volume *like, sl_pos a, sl_pos b, int64_t radius_mm) {
  sl_pos *corner = SL_ARENA_TAKE(into->arena, 4, sl_pos);
  if (corner == NULL) into->err = SL_ERR_NOMEM;
  if (corner == NULL || sl_ellipsoid_distance(sl_ellipsoid_place(a), sl_ellipsoid_place(b)) * 1e3 < 2 * STUB_MM) return;
  const double out = sl_pos_course(a, b), back = sl_pos_course(b, a);
  const sl_len width = {radius_mm + 1};
  corner[0] = sl_pos_displace(a, out - 90.0, width);
  corner[1] = sl_pos_displace(b, back + 90.0, width);
  corner[2] = sl_pos_displace(b, back - 90.0, width);
  corner[3] = sl_pos_displace(a, out + 90.0, width);
  const sl_ring ring = {corner, 4};
  add_ring(into, like, &ring);
}

/* Positions of a line of vertices, long edges cut; NULL: into->err says why. */
static sl_pos *cut(making *into, uint32_t *count, const sl_course *course, sl_edge edge, double piece) {
  sl_outline outline;
  sl_err err = sl_outline_init(&outline, course, 1, edge, piece);
  if (err) {
    into->err = err;
    return NULL;
  }
  sl_pos *pos = SL_ARENA_TAKE(into->arena, outline.count, sl_pos);
  for (uint32_t i = 0; pos != NULL && i < outline.count; i++) {
    double latitude = 0.0, longitude = 0.0;
    sl_ellipsoid_degrees(&latitude, &longitude, outline.place[i]);
    pos[i] = (sl_pos){llround(latitude * 1e9), llround(longitude * 1e9)};
  }
  *count = outline.count;
  sl_outline_fini(&outline);
  if (pos == NULL) into->err = SL_ERR_NOMEM;
  return pos;
}

/* How long a geodesic may be that leaves a parallel at this latitude by PARALLEL_OFF_M:
 * its height is l^2 tan(latitude) / 8R. */
static double parallel_piece(const sl_ring *ring) {
  double steepest = 0.0;
  for (uint32_t i = 0; i < ring->count; i++) {
    steepest = fmax(steepest, tan(fmin(89.99, fabs((double)ring->vertex[i].lat_nd * 1e-9)) * (SL_PI / 180.0)));
  }
  return fmin(PARALLEL_PIECE_M, sqrt(8.0 * 6.3e6 * PARALLEL_OFF_M / (steepest + 1e-9)));
}

static void add_polygon(making *into, const sl_volume *volume) {
  const sl_polygon *polygon = &volume->shape.as.polygon;
  for (uint32_t i = 0; i < polygon->count && into->err == SL_OK; i++) {
    if (polygon->hole[i]) continue;
    sl_ring ring = polygon->ring[i];
    if (polygon->edge == SL_EDGE_PARALLEL) {
      const sl_course course = {ring.vertex, sizeof(sl_pos), ring.count, true};
      ring.vertex = cut(into, &ring.count, &course, SL_EDGE_PARALLEL, parallel_piece(&ring));
      if (ring.vertex == NULL) return;
      if (ring.count > SL_RING_VERTICES_MAX) into->err = SL_ERR_CAP;
    }
    add_ring(into, volume, &ring);
  }
}

static void add_corridor(making *into, const sl_volume *volume) {
  const sl_corridor *corridor = &volume->shape.as.corridor;
  const sl_course course = {corridor->point, sizeof(sl_pos), corridor->count, false};
  const sl_ring line = {corridor->point, corridor->count};
  const double piece = corridor->edge == SL_EDGE_PARALLEL ? parallel_piece(&line) : SL_PIECE_SHAPE_M;
  uint32_t count = 0;
  const sl_pos *pos = cut(into, &count, &course, corridor->edge, piece);
  /* The 10 mm are those by which a piece may leave a parallel. */
  const int64_t radius = corridor->half_width.mm + (corridor->edge == SL_EDGE_PARALLEL ? 10 : 0);
  for (uint32_t i = 0; pos != NULL && i < count && into->err == SL_OK; i++) {
    add_circle(into, volume, pos[i], radius + STUB_MM);
    if (i + 1 < count) add_strip(into, volume, pos[i], pos[i + 1], radius);
  }
}

static void add_volume(making *into, const sl_volume *from) {
  sl_volume volume = *from;
  if (volume.band.ref != SL_ALT_W84) volume.band = (sl_band){.ref = SL_ALT_COLUMN};
  switch (volume.shape.kind) {
    case SL_SHAPE_CIRCLE: add_circle(into, &volume, volume.shape.as.circle.centre, volume.shape.as.circle.radius.mm); break;
    case SL_SHAPE_POLYGON: add_polygon(into, &volume); break;
    case SL_SHAPE_CORRIDOR: add_corridor(into, &volume); break;
  }
}

/* When and at which altitudes a trajectory is between two of its fixes. */
static sl_volume span_of(const sl_trajectory *track, uint32_t first, uint32_t last) {
  sl_volume volume;
  memset(&volume, 0, sizeof volume);
  volume.window.start.ns = track->fix[first].time.ns - track->along.ns;
  volume.window.end.ns = track->fix[last].time.ns + track->along.ns;
  if (volume.window.start.ns < 0) volume.window.start.ns = 0;
  if (volume.window.end.ns >= SL_TIME_MAX_NS) volume.window.end.ns = SL_TIME_MAX_NS - 1;
  volume.band.ref = SL_ALT_COLUMN;
  if (track->ref != SL_ALT_W84) return volume;
  int64_t lower = SL_ALT_W84_MAX_MM, upper = SL_ALT_W84_MIN_MM;
  for (uint32_t i = first; i <= last; i++) {
    const int64_t altitude = track->fix[i].alt.w84.mm;
    if (altitude < lower) lower = altitude;
    if (altitude > upper) upper = altitude;
  }
  lower -= track->vertical.w84.mm;
  upper += track->vertical.w84.mm;
  volume.band.ref = SL_ALT_W84;
  volume.band.as.w84.lower.mm = lower > SL_ALT_W84_MIN_MM ? lower : SL_ALT_W84_MIN_MM;
  volume.band.as.w84.upper.mm = upper < SL_ALT_W84_MAX_MM ? upper : SL_ALT_W84_MAX_MM;
  return volume;
}

static void add_legs(making *into, const sl_trajectory *track, int64_t radius) {
  const uint32_t last = track->count - 1;
  for (uint32_t i = 0; i <= last && into->err == SL_OK; i++) {
    const sl_volume around = span_of(track, i > 0 ? i - 1 : 0, i < last ? i + 1 : last);
    add_circle(into, &around, track->fix[i].pos, radius + STUB_MM);
    if (i == last) continue;
    const sl_volume leg = span_of(track, i, i + 1);
    add_strip(into, &leg, track->fix[i].pos, track->fix[i + 1].pos, radius);
  }
}

/* Circles around runs of fixes that share their ends. */
static void add_runs(making *into, const sl_trajectory *track, int64_t radius) {
  const uint32_t step = (track->count - 2) / LEGS_MAX + 1;
  for (uint32_t first = 0; first + 1 < track->count && into->err == SL_OK; first += step) {
    const uint32_t last = first + step < track->count ? first + step : track->count - 1;
    const sl_pos centre = track->fix[first + (last - first) / 2].pos;
    const sl_vec place = sl_ellipsoid_place(centre);
    double reach = 0.0;
    for (uint32_t i = first; i <= last; i++) {
      const double distance = sl_ellipsoid_distance(place, sl_ellipsoid_place(track->fix[i].pos));
      reach = fmax(reach, distance + sl_ellipsoid_distance_error(distance));
    }
    const sl_volume run = span_of(track, first, last);
    add_circle(into, &run, centre, radius + (int64_t)ceil(reach * 1e3) + 1);
  }
}

/* How many objects an object may become. */
static uint64_t room_for(const sl_object *object) {
  if (object->kind == SL_OBJECT_TRAJECTORY) return 2 * (uint64_t)LEGS_MAX + 2;
  const sl_shape *shape = &object->as.volume.shape;
  if (shape->kind == SL_SHAPE_POLYGON) return shape->as.polygon.count;
  return shape->kind == SL_SHAPE_CORRIDOR ? SL_OBJECTS_MAX : 1;
}

/* Whether the standard can say it as it is. */
static bool plain(const sl_object *object) {
  if (object->kind != SL_OBJECT_VOLUME || object->as.volume.band.ref == SL_ALT_BARO) return false;
  const sl_shape *shape = &object->as.volume.shape;
  return shape->kind == SL_SHAPE_CIRCLE ||
         (shape->kind == SL_SHAPE_POLYGON && shape->as.polygon.edge == SL_EDGE_GEODESIC);
}

sl_err sl_utm_outward(sl_plan *out, sl_arena *arena, const sl_plan *plan) {
  SL_ASSERT(plan->count > 0 && plan->count <= SL_OBJECTS_MAX);
  uint64_t room = 0;
  uint32_t simple = 0;
  for (uint32_t i = 0; i < plan->count; i++) {
    room += room_for(plan->object + i);
    simple += plain(plan->object + i);
  }
  if (simple == plan->count) {
    *out = *plan;
    return SL_OK;
  }
  making into = {.arena = arena, .room = room < SL_OBJECTS_MAX ? (uint32_t)room : SL_OBJECTS_MAX};
  into.object = SL_ARENA_TAKE(arena, into.room, sl_object);
  if (into.object == NULL) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < plan->count && into.err == SL_OK; i++) {
    const sl_object *object = plan->object + i;
    const sl_trajectory *track = &object->as.trajectory;
    if (object->kind == SL_OBJECT_VOLUME) {
      add_volume(&into, &object->as.volume);
      continue;
    }
    const int64_t radius = track->lateral.mm > RADIUS_MIN_MM ? track->lateral.mm : RADIUS_MIN_MM;
    if (track->count > LEGS_MAX + 1) add_runs(&into, track, radius);
    else add_legs(&into, track, radius);
  }
  if (into.err == SL_OK) *out = (sl_plan){into.object, into.count};
  return into.err;
}
