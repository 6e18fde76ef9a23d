/* Flights are laid out in metres on a plane and turned into nanodegrees with the
 * lengths of a degree at the middle: shapes are what they are in degrees. */
#include "flights.h"

#include <math.h>
#include <stdlib.h>

#define HUBS 200
#define SIDE_M 100000.0
#define DAY_S 86400
#define EPOCH INT64_C(1767225600000000000)   /* 2026-01-01 */

/* SplitMix64. */
typedef struct rng { uint64_t state; } rng;

static uint64_t next(rng *r) {
  uint64_t z = (r->state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}
static int64_t between(rng *r, int64_t low, int64_t high) { return low + (int64_t)(next(r) % (uint64_t)(high - low + 1)); }
static double unit(rng *r) { return (double)(next(r) >> 11) * 0x1.0p-53; }

static sl_pos place(double east_m, double north_m) {
  const double lat = 111163.0, lon = 76057.0;   /* metres in a degree at 47 N */
  return (sl_pos){llround((46.55 + north_m / lat) * 1e9), llround((7.35 + east_m / lon) * 1e9)};
}

static void rectangle(flight_volume *out, double x, double y, double heading, double length) {
  const double half = 60.0;
  double dx = cos(heading), dy = sin(heading);
  out->corner[0] = place(x + dy * half, y - dx * half);
  out->corner[1] = place(x + dx * length + dy * half, y + dy * length - dx * half);
  out->corner[2] = place(x + dx * length - dy * half, y + dy * length + dx * half);
  out->corner[3] = place(x - dy * half, y + dx * half);
}

static void flight(flight_volume *out, size_t legs, rng *r, double x, double y) {
  double heading = 6.283185307179586 * unit(r);
  int64_t start = EPOCH + between(r, 0, DAY_S - 1) * SL_NS_PER_S;
  int64_t lower = between(r, 30, 90);
  for (size_t i = 0; i < legs; i++) {
    double length = 200.0 + 800.0 * unit(r);
    rectangle(&out[i], x, y, heading, length);
    out[i].band.ref = SL_ALT_W84;
    out[i].band.as.w84.lower.mm = lower * 1000;
    out[i].band.as.w84.upper.mm = (lower + between(r, 30, 60)) * 1000;
    out[i].window.start.ns = start + ((int64_t)i * 180 - 30) * SL_NS_PER_S;
    out[i].window.end.ns = start + ((int64_t)(i + 1) * 180 + 30) * SL_NS_PER_S;
    x += cos(heading) * length;
    y += sin(heading) * length;
    heading += 0.8 * (unit(r) - 0.5);
  }
}

flight_volume *flights_make(size_t count) {
  flight_volume *out = malloc(count * sizeof *out);
  if (!out) {
    return NULL;
  }
  rng r = {20260101};
  double hub[HUBS][2];
  for (int i = 0; i < HUBS; i++) {
    hub[i][0] = SIDE_M * unit(&r);
    hub[i][1] = SIDE_M * unit(&r);
  }
  for (size_t i = 0; i < count; i += FLIGHTS_LEGS) {
    double x = SIDE_M * unit(&r), y = SIDE_M * unit(&r);
    if (i / FLIGHTS_LEGS % 2) {
      const double *from = hub[between(&r, 0, HUBS - 1)];
      x = from[0];
      y = from[1];
    }
    flight(out + i, count - i < FLIGHTS_LEGS ? count - i : FLIGHTS_LEGS, &r, x, y);
  }
  return out;
}

void flights_object(sl_object *out, sl_ring *ring, bool *hole, const flight_volume *volume) {
  *ring = (sl_ring){volume->corner, 4};
  *hole = false;
  out->kind = SL_OBJECT_VOLUME;
  out->as.volume.band = volume->band;
  out->as.volume.window = volume->window;
  out->as.volume.shape.kind = SL_SHAPE_POLYGON;
  out->as.volume.shape.as.polygon = (sl_polygon){ring, hole, 1, SL_EDGE_GEODESIC};
}

bool flights_prepare(sl_prepared **out, const flight_volume *volume, size_t first, size_t end) {
  for (size_t i = first; i < end; i++) {
    sl_object object;
    sl_ring ring;
    bool hole;
    flights_object(&object, &ring, &hole, &volume[i]);
    if (sl_prepare(&out[i], &object, NULL) != SL_OK) {
      return false;
    }
  }
  return true;
}
