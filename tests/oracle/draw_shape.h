/* Random shapes of every kind and size, anywhere on Earth, in a built object: circles,
 * corridors, rings, rings with holes, multipolygons, boxes; edges geodesic or along
 * parallels. */
#ifndef SL_TEST_DRAW_SHAPE_H
#define SL_TEST_DRAW_SHAPE_H

#include <math.h>

#include "build.h"
#include "reference.h"

#define PI 3.14159265358979323846

static inline double log_between(sl_rng *rng, double low, double high) { return low * pow(high / low, sl_rng_unit(rng)); }

/* Anywhere, with the poles, the antimeridian and the equator more often. */
static inline sl_pos anywhere(sl_rng *rng) {
  double la = asin(2.0 * sl_rng_unit(rng) - 1.0) * (180.0 / PI), lo = 360.0 * sl_rng_unit(rng) - 180.0;
  switch (sl_rng_between(rng, 0, 9)) {
    case 0: la = 90.0 - 0.01 * sl_rng_unit(rng); break;
    case 1: la = -90.0; break;
    case 2: lo = 180.0 - 0.001 * sl_rng_unit(rng); break;
    case 3: la = 1e-4 * sl_rng_unit(rng); break;
    case 4: la = (sl_rng_unit(rng) < 0.5 ? -1 : 1) * (89.0 + sl_rng_unit(rng)); break;
    default: break;
  }
  return build_pos(la, lo);
}

/* A ring of `count` vertices from `first` on, `inner` to `outer` metres from a place. */
static inline void draw_ring(built *b, sl_rng *rng, uint32_t ring, uint32_t first, uint32_t count, sl_pos about, double inner,
                      double outer) {
  double turn = 360.0 * sl_rng_unit(rng);
  for (uint32_t i = 0; i < count; i++)
    b->pos[first + i] = ref_direct(about, turn + 360.0 * (i + 0.8 * sl_rng_unit(rng)) / count,
                                   inner + (outer - inner) * sl_rng_unit(rng));
  b->ring[ring] = (sl_ring){b->pos + first, count};
}

/* Edges that run along a parallel: some vertices take the latitude of the one before. */
static inline void level(built *b, sl_rng *rng, uint32_t first, uint32_t count) {
  for (uint32_t i = 1; i < count; i++)
    if (sl_rng_between(rng, 0, 2)) b->pos[first + i].lat_nd = b->pos[first + i - 1].lat_nd;
}

/* A ring with one or two holes about its middle. */
static inline uint32_t draw_holed(built *b, sl_rng *rng, sl_pos about, double size) {
  uint32_t count = (uint32_t)sl_rng_between(rng, 3, 9), holes = (uint32_t)sl_rng_between(rng, 1, 2), at = count;
  draw_ring(b, rng, 0, 0, count, about, size * 0.4, size * 0.5);
  for (uint32_t k = 1; k <= holes; k++) {
    sl_pos middle = holes == 1 ? about : ref_direct(about, 180.0 * k + 60.0 * sl_rng_unit(rng), size * 0.15);
    double most = size * (holes == 1 ? 0.3 : 0.12);
    uint32_t more = (uint32_t)sl_rng_between(rng, 3, 8);
    draw_ring(b, rng, k, at, more, middle, most * 0.4, most);
    b->hole[k] = true;
    at += more;
  }
  return 1 + holes;
}

/* Two or three outer rings, apart or over each other, the first or last with a hole. */
static inline uint32_t draw_multi(built *b, sl_rng *rng, sl_pos about, double size) {
  uint32_t outers = (uint32_t)sl_rng_between(rng, 2, 3), at = 0, ring = 0;
  for (uint32_t k = 0; k < outers; k++) {
    sl_pos middle = ref_direct(about, 120.0 * k + 60.0 * sl_rng_unit(rng), size * (0.1 + 0.2 * sl_rng_unit(rng)));
    uint32_t count = (uint32_t)sl_rng_between(rng, 3, 7);
    draw_ring(b, rng, ring++, at, count, middle, size * 0.15, size * 0.2);
    at += count;
    if (k + 1 < outers || sl_rng_between(rng, 0, 1)) continue;
    count = (uint32_t)sl_rng_between(rng, 3, 5);
    draw_ring(b, rng, ring, at, count, middle, size * 0.02, size * 0.07);
    b->hole[ring++] = true;
    at += count;
  }
  return ring;
}

/* A box of parallels and meridians, half of them with such a box as a hole. */
static inline uint32_t draw_box(built *b, sl_rng *rng, sl_pos about, double size) {
  double up = size * (0.05 + 0.3 * sl_rng_unit(rng)) * 9e3, aside = size * (0.05 + 0.3 * sl_rng_unit(rng)) * 9e3;
  double lowest = fmax(0.0, fabs((double)about.lat_nd) - up), shrink = cos(lowest * (PI / 180e9));
  aside = fmin(aside / fmax(shrink, 1e-9), 80e9);
  uint32_t rings = (uint32_t)sl_rng_between(rng, 1, 2);
  for (uint32_t k = 0; k < rings; k++) {
    double share = k ? 0.2 + 0.7 * sl_rng_unit(rng) : 1.0;
    for (uint32_t i = 0; i < 4; i++) {
      double east = (i == 1 || i == 2 ? 1 : -1) * aside * share, north = (i >= 2 ? 1 : -1) * up * share;
      b->pos[4 * k + i] = build_pos(fmax(-90.0, fmin(90.0, ((double)about.lat_nd + north) * 1e-9)),
                                    ((double)about.lon_nd + east) * 1e-9);
    }
    b->ring[k] = (sl_ring){b->pos + 4 * k, 4};
    b->hole[k] = k > 0;
  }
  return rings;
}

/* A shape of about `size` metres about a place. */
static inline void draw_shape(built *b, sl_rng *rng, sl_pos about, double size) {
  build_volume(b);
  sl_shape *shape = &b->object.as.volume.shape;
  int64_t kind = sl_rng_between(rng, 0, 6);
  sl_edge edge = sl_rng_between(rng, 0, 2) ? SL_EDGE_GEODESIC : SL_EDGE_PARALLEL;
  if (kind == 0) {
    *shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {about, {1 + (int64_t)(size * 500.0 * sl_rng_unit(rng))}}};
    return;
  }
  if (kind == 1) {
    uint32_t count = (uint32_t)sl_rng_between(rng, 2, 5);
    for (uint32_t i = 0; i < count; i++)
      b->pos[i] = ref_direct(about, 360.0 * sl_rng_unit(rng), size * 0.4 * sl_rng_unit(rng));
    if (edge == SL_EDGE_PARALLEL) level(b, rng, 0, count);
    int64_t half = 1 + (int64_t)(size * 100.0 * sl_rng_unit(rng));
    *shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {b->pos, count, {half}, edge}};
    return;
  }
  uint32_t rings = 1, count = (uint32_t)sl_rng_between(rng, 3, 9);
  if (kind == 2) draw_ring(b, rng, 0, 0, count, about, size * 0.5, size * 0.5);
  if (kind == 3) draw_ring(b, rng, 0, 0, count, about, size * 0.15, size * 0.5);
  if (kind == 4) rings = draw_holed(b, rng, about, size);
  if (kind == 5) rings = draw_multi(b, rng, about, size);
  if (kind == 6) rings = draw_box(b, rng, about, size);
  if (kind == 6 && sl_rng_between(rng, 0, 3)) edge = SL_EDGE_PARALLEL;
  if (kind < 6 && edge == SL_EDGE_PARALLEL)
    for (uint32_t k = 0; k < rings; k++) level(b, rng, (uint32_t)(b->ring[k].vertex - b->pos), b->ring[k].count);
  *shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b->ring, b->hole, rings, edge}};
}

static inline bool draw_good_shape(built *b, sl_rng *rng, sl_pos about, double size) {
  for (int i = 0; i < 20; i++) {
    draw_shape(b, rng, about, size);
    if (sl_object_check(&b->object, NULL) == SL_OK) return true;
  }
  return false;
}

#endif
