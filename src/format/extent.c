/* Purpose: see the header. Work expected: once per record. Representation: vertices as
 * unit vectors; the cap about their mean that holds them all is geodesically convex (it
 * is far smaller than a hemisphere), so it holds edges and inside as well. */
#include "format/extent.h"

#include <math.h>

#include "base/assert.h"

#define EARTH_M 6371000.0
#define PI 3.14159265358979323846
/* The Earth is no sphere: geodesic distances differ by under 0.6% from spherical ones. */
#define SWELL 1.01

typedef struct vector { double x, y, z; } vector;

static vector vector_of(sl_pos pos) {
  double lat = (double)pos.lat_nd * (PI / 180e9), lon = (double)pos.lon_nd * (PI / 180e9);
  return (vector){cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)};
}

static double angle(vector a, vector b) {
  double dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
  double half = sqrt(dx * dx + dy * dy + dz * dz) / 2;
  return 2 * asin(half < 1 ? half : 1);
}

typedef struct cap { vector sum, centre; double radius; } cap;

static void gather(cap *c, const sl_pos *pos, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    vector v = vector_of(pos[i]);
    c->sum = (vector){c->sum.x + v.x, c->sum.y + v.y, c->sum.z + v.z};
  }
}

static void centre_on(cap *c) {
  double size = sqrt(c->sum.x * c->sum.x + c->sum.y * c->sum.y + c->sum.z * c->sum.z);
  if (size < 1e-12) size = 1, c->sum = (vector){0, 0, 1};
  c->centre = (vector){c->sum.x / size, c->sum.y / size, c->sum.z / size};
}

static void reach(cap *c, const sl_pos *pos, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) c->radius = fmax(c->radius, angle(c->centre, vector_of(pos[i])));
}

static int64_t to_nd(double degrees) { return (int64_t)llround(degrees * 1e9); }

static sl_box box_of(const cap *c, double radius) {
  double lat = asin(fmax(-1, fmin(1, c->centre.z))), lon = atan2(c->centre.y, c->centre.x);
  double south = lat - radius, north = lat + radius;
  double half = south <= -PI / 2 || north >= PI / 2 || sin(radius) >= cos(lat) ? PI : asin(sin(radius) / cos(lat));
  sl_box box;
  box.south_west.lat_nd = to_nd(fmax(south, -PI / 2) * 180 / PI);
  box.north_east.lat_nd = to_nd(fmin(north, PI / 2) * 180 / PI);
  if (half >= PI) {
    box.south_west.lon_nd = -180 * SL_ND_PER_DEG;
    box.north_east.lon_nd = 180 * SL_ND_PER_DEG;
    return box;
  }
  double west = (lon - half) * 180 / PI, east = (lon + half) * 180 / PI;
  box.south_west.lon_nd = to_nd(west < -180 ? west + 360 : west);
  box.north_east.lon_nd = to_nd(east > 180 ? east - 360 : east);
  return box;
}

sl_box sl_extent_of_shape(const sl_shape *shape) {
  cap c = {{0, 0, 0}, {0, 0, 0}, 0};
  double beyond = 0, swell = SWELL;
  switch (shape->kind) {
    case SL_SHAPE_CIRCLE:
      gather(&c, &shape->as.circle.centre, 1);
      beyond = (double)shape->as.circle.radius.mm / 1000 / EARTH_M;
      break;
    case SL_SHAPE_CORRIDOR:
      gather(&c, shape->as.corridor.point, shape->as.corridor.count);
      beyond = (double)shape->as.corridor.half_width.mm / 1000 / EARTH_M;
      if (shape->as.corridor.edge == SL_EDGE_PARALLEL) swell *= 2;
      break;
    default:
      SL_ASSERT(shape->kind == SL_SHAPE_POLYGON);
      for (uint32_t i = 0; i < shape->as.polygon.count; i++) gather(&c, shape->as.polygon.ring[i].vertex, shape->as.polygon.ring[i].count);
      if (shape->as.polygon.edge == SL_EDGE_PARALLEL) swell *= 2;  /* a parallel may leave the cap by its own half */
      break;
  }
  centre_on(&c);
  if (shape->kind == SL_SHAPE_CORRIDOR) reach(&c, shape->as.corridor.point, shape->as.corridor.count);
  if (shape->kind == SL_SHAPE_POLYGON)
    for (uint32_t i = 0; i < shape->as.polygon.count; i++) reach(&c, shape->as.polygon.ring[i].vertex, shape->as.polygon.ring[i].count);
  return box_of(&c, (c.radius + beyond) * swell);
}

sl_box sl_extent_of_leg(sl_pos a, sl_pos b) {
  cap c = {{0, 0, 0}, {0, 0, 0}, 0};
  sl_pos both[2] = {a, b};
  gather(&c, both, 2);
  centre_on(&c);
  reach(&c, both, 2);
  return box_of(&c, c.radius * SWELL);
}
