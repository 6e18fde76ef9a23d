/* Objects for tests, in a line each. */
#ifndef SL_TEST_BUILD_H
#define SL_TEST_BUILD_H

#include <math.h>

#include "sideline/judge.h"
#include "test.h"

#define BUILD_VERTICES 64

/* An object and the memory that it points into; does not move. */
typedef struct built {
  sl_object object;
  sl_pos pos[BUILD_VERTICES];
  sl_ring ring[4];
  bool hole[4];
  sl_fix fix[BUILD_VERTICES];
} built;

static inline sl_pos build_pos(double latitude, double longitude) {
  while (longitude > 180.0) longitude -= 360.0;
  while (longitude < -180.0) longitude += 360.0;
  return (sl_pos){(int64_t)(latitude * 1e9 + (latitude < 0 ? -0.5 : 0.5)),
                  (int64_t)(longitude * 1e9 + (longitude < 0 ? -0.5 : 0.5))};
}

/* A volume from 0 to 100 m W84, from 1,000 s to 2,000 s, without a shape. */
static inline void build_volume(built *b) {
  memset(b, 0, sizeof *b);
  b->object.kind = SL_OBJECT_VOLUME;
  sl_volume *v = &b->object.as.volume;
  v->window = (sl_window){{1000 * SL_NS_PER_S}, {2000 * SL_NS_PER_S}};
  v->band.ref = SL_ALT_W84;
  v->band.as.w84.upper.mm = 100000;
}

/* A ring of count vertices, taken from latitude, longitude pairs. */
static inline void build_polygon(built *b, const double *degrees, uint32_t count) {
  build_volume(b);
  for (uint32_t i = 0; i < count; i++) b->pos[i] = build_pos(degrees[2 * i], degrees[2 * i + 1]);
  b->ring[0] = (sl_ring){b->pos, count};
  b->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b->ring, b->hole, 1, SL_EDGE_GEODESIC}};
}

static inline void build_circle(built *b, double latitude, double longitude, int64_t radius_mm) {
  build_volume(b);
  b->object.as.volume.shape =
      (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {build_pos(latitude, longitude), {radius_mm}}};
}

static inline void build_corridor(built *b, const double *degrees, uint32_t count, int64_t half_width_mm) {
  build_volume(b);
  for (uint32_t i = 0; i < count; i++) b->pos[i] = build_pos(degrees[2 * i], degrees[2 * i + 1]);
  b->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR,
                                         .as.corridor = {b->pos, count, {half_width_mm}, SL_EDGE_GEODESIC}};
}

/* A trajectory from rows of latitude, longitude, altitude (m or ft), seconds. */
static inline void build_track(built *b, sl_alt_ref ref, const double *rows, uint32_t count) {
  memset(b, 0, sizeof *b);
  b->object.kind = SL_OBJECT_TRAJECTORY;
  for (uint32_t i = 0; i < count; i++) {
    b->fix[i].pos = build_pos(rows[4 * i], rows[4 * i + 1]);
    if (ref == SL_ALT_W84) b->fix[i].alt.w84.mm = (int64_t)(rows[4 * i + 2] * 1e3);
    else b->fix[i].alt.baro.ft = (int32_t)rows[4 * i + 2];
    b->fix[i].time.ns = (int64_t)(rows[4 * i + 3] * 1e9);
  }
  b->object.as.trajectory = (sl_trajectory){.fix = b->fix, .count = count, .ref = ref};
}

static inline sl_prepared *build_prepared(const sl_object *object) {
  sl_prepared *p = NULL;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_prepare(&p, object, &fault);
  if (err) print_error("prepare: %s: %s\n", sl_err_name(err), fault.reason);
  assert_int_equal(err, SL_OK);
  return p;
}

/* Judge both ways round, with detail and without: all agree. */
static inline sl_finding build_judge(const sl_object *a, const sl_object *b, const sl_minima *minima) {
  sl_prepared *pa = build_prepared(a), *pb = build_prepared(b);
  sl_finding f[4];
  assert_int_equal(sl_judge(&f[0], pa, pb, minima, true), SL_OK);
  assert_int_equal(sl_judge(&f[1], pb, pa, minima, true), SL_OK);
  assert_int_equal(sl_judge(&f[2], pa, pb, minima, false), SL_OK);
  assert_int_equal(sl_judge(&f[3], pb, pa, minima, false), SL_OK);
  for (int i = 1; i < 4; i++) assert_int_equal(f[i].verdict, f[0].verdict);
  sl_prepared_free(pa);
  sl_prepared_free(pb);
  return f[0];
}

/* Whether those too near to tell are 1% at most, and what chance adds among a few: four
 * deviations. The campaign holds its sums over all seeds to the 1% alone. */
static inline bool build_few_skipped(long skipped, long judged) {
  double expected = 0.01 * (double)judged;
  return (double)skipped <= expected + 4.0 * sqrt(expected) + 1.0;
}

#endif
