/* Outward shapes: circles and polygons that meet whatever the objects meet. */
#include "test.h"

#include <math.h>

#include "geo/displace.h"
#include "wire/utm_volume.h"

static sl_arena arena;
static const sl_time base = {1800000000 * SL_NS_PER_S};

static sl_pos somewhere(sl_rng *rng) {
  static const int64_t latitudes[] = {0, 47, -65, 85};
  return (sl_pos){latitudes[sl_rng_between(rng, 0, 3)] * SL_ND_PER_DEG + sl_rng_between(rng, 0, 1000000),
                  sl_rng_between(rng, 0, 3) == 0 ? 179999 * (SL_ND_PER_DEG / 1000) : 8 * SL_ND_PER_DEG};
}

static sl_band some_band(sl_rng *rng) {
  sl_band band = {.ref = SL_ALT_W84};
  if (sl_rng_between(rng, 0, 3) == 0) {
    band.ref = SL_ALT_BARO;
    band.as.baro.lower.ft = 500;
    band.as.baro.upper.ft = 900;
  } else {
    band.as.w84.lower.mm = sl_rng_between(rng, 0, 100000);
    band.as.w84.upper.mm = band.as.w84.lower.mm + sl_rng_between(rng, 0, 100000);
  }
  return band;
}

static sl_object some_volume(sl_rng *rng, sl_pos at, double size) {
  sl_object object;
  memset(&object, 0, sizeof object);
  object.kind = SL_OBJECT_VOLUME;
  sl_volume *volume = &object.as.volume;
  volume->band = some_band(rng);
  volume->window = (sl_window){base, {base.ns + SL_NS_PER_H}};
  const sl_edge edge = sl_rng_between(rng, 0, 1) ? SL_EDGE_PARALLEL : SL_EDGE_GEODESIC;
  if (sl_rng_between(rng, 0, 1)) {
    const uint32_t count = (uint32_t)sl_rng_between(rng, 2, 5);
    sl_pos *point = SL_ARENA_TAKE(&arena, count, sl_pos);
    point[0] = at;
    for (uint32_t i = 1; i < count; i++) {
      point[i] = sl_pos_displace(point[i - 1], (double)sl_rng_between(rng, 0, 359), (sl_len){(int64_t)(size * 1e3)});
      if (edge == SL_EDGE_PARALLEL && i == 1) point[i].lat_nd = point[0].lat_nd;
      if (i == 1 && point[i].lon_nd == point[0].lon_nd) point[i].lon_nd += 1000000;
    }
    const int64_t half = sl_rng_between(rng, 1, (int64_t)(size * 300));
    volume->shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {point, count, {half}, edge}};
    return object;
  }
  sl_ring *ring = SL_ARENA_TAKE(&arena, 1, sl_ring);
  bool *hole = SL_ARENA_TAKE(&arena, 1, bool);
  sl_pos *vertex = SL_ARENA_TAKE(&arena, 4, sl_pos);
  for (int i = 0; i < 4; i++) vertex[i] = sl_pos_displace(at, 45.0 + 90.0 * i, (sl_len){(int64_t)(size * 1e3)});
  vertex[1].lat_nd = vertex[2].lat_nd;
  vertex[3].lat_nd = vertex[0].lat_nd;
  *ring = (sl_ring){vertex, 4};
  volume->shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {ring, hole, 1, edge}};
  return object;
}

static sl_object some_track(sl_rng *rng, sl_pos at, double size, uint32_t count) {
  sl_object object;
  memset(&object, 0, sizeof object);
  object.kind = SL_OBJECT_TRAJECTORY;
  sl_trajectory *track = &object.as.trajectory;
  sl_fix *fix = SL_ARENA_TAKE(&arena, count, sl_fix);
  const bool feet = sl_rng_between(rng, 0, 3) == 0;
  int64_t time = base.ns;
  for (uint32_t i = 0; i < count; i++) {
    fix[i].pos = at;
    fix[i].time.ns = time;
    if (feet) fix[i].alt.baro.ft = 700;
    else fix[i].alt.w84.mm = sl_rng_between(rng, 0, 150000);
    time += sl_rng_between(rng, 1, 60 * SL_NS_PER_S);
    at = sl_pos_displace(at, (double)sl_rng_between(rng, 0, 100), (sl_len){(int64_t)(size * 1e3 * sl_rng_unit(rng))});
  }
  *track = (sl_trajectory){.fix = fix, .count = count, .ref = feet ? SL_ALT_BARO : SL_ALT_W84,
                           .lateral = {sl_rng_between(rng, 0, (int64_t)(size * 200))},
                           .along = {sl_rng_between(rng, SL_NS_PER_S, 20 * SL_NS_PER_S)}};
  return object;
}

/* A small circle near a random place of the object, a little high, a little long. */
static sl_object some_probe(sl_rng *rng, const sl_object *object, double size) {
  sl_pos at;
  sl_time when = {base.ns + sl_rng_between(rng, -SL_NS_PER_MIN, 10 * SL_NS_PER_MIN)};
  if (object->kind == SL_OBJECT_TRAJECTORY) {
    const sl_fix *fix = &object->as.trajectory.fix[sl_rng_between(rng, 0, object->as.trajectory.count - 1)];
    at = fix->pos;
    when.ns = fix->time.ns + sl_rng_between(rng, -30 * SL_NS_PER_S, 30 * SL_NS_PER_S);
  } else {
    const sl_shape *shape = &object->as.volume.shape;
    at = shape->kind == SL_SHAPE_CORRIDOR ? shape->as.corridor.point[sl_rng_between(rng, 0, shape->as.corridor.count - 1)]
                                          : shape->as.polygon.ring->vertex[sl_rng_between(rng, 0, 3)];
  }
  at = sl_pos_displace(at, 360.0 * sl_rng_unit(rng), (sl_len){(int64_t)(size * 1e3 * sl_rng_unit(rng) * sl_rng_unit(rng))});
  sl_object probe;
  memset(&probe, 0, sizeof probe);
  probe.kind = SL_OBJECT_VOLUME;
  probe.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {at, {sl_rng_between(rng, 20, 2000)}}};
  probe.as.volume.band.ref = SL_ALT_W84;
  probe.as.volume.band.as.w84.lower.mm = sl_rng_between(rng, 0, 150000);
  probe.as.volume.band.as.w84.upper.mm = probe.as.volume.band.as.w84.lower.mm + 1000;
  probe.as.volume.window = (sl_window){when, {when.ns + SL_NS_PER_S}};
  return probe;
}

static void check_one(sl_rng *rng, const sl_object *object, double size, size_t counts[3]) {
  const sl_plan plan = {object, 1};
  sl_plan outward = {NULL, 0};
  sl_utm_region *exact = NULL, *shapes = NULL;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_utm_outward(&outward, &arena, &plan), SL_OK);
  for (uint32_t i = 0; i < outward.count; i++) {
    assert_int_equal(outward.object[i].kind, SL_OBJECT_VOLUME);
    assert_int_not_equal(outward.object[i].as.volume.band.ref, SL_ALT_BARO);
    assert_int_not_equal(outward.object[i].as.volume.shape.kind, SL_SHAPE_CORRIDOR);
    if (sl_object_check(outward.object + i, &fault) != SL_OK) fail_msg("object %u: %s", i, fault.reason);
  }
  assert_int_equal(sl_utm_region_new(&exact, &plan, NULL), SL_OK);
  assert_int_equal(sl_utm_region_new(&shapes, &outward, NULL), SL_OK);
  for (int k = 0; k < 30; k++) {
    const sl_object probe = some_probe(rng, object, size);
    const sl_plan asked = {&probe, 1};
    sl_utm_region *region = NULL;
    assert_int_equal(sl_utm_region_new(&region, &asked, NULL), SL_OK);
    const bool meets = sl_utm_region_meets(exact, region), told = sl_utm_region_meets(shapes, region);
    if (meets && !told) fail_msg("missed: kind %d, %u objects", (int)object->kind, outward.count);
    counts[meets ? 0 : told ? 1 : 2]++;
    sl_utm_region_free(region);
  }
  sl_utm_region_free(exact);
  sl_utm_region_free(shapes);
}

static void nothing_is_missed(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("wire/utm_outward/nothing_is_missed", 3);
  size_t counts[3] = {0, 0, 0};
  for (int round = 0; round < 600; round++) {
    const double size = 20.0 * exp(7.0 * sl_rng_unit(&rng));   /* 20 m to 22 km */
    const sl_pos at = somewhere(&rng);
    const sl_object object = sl_rng_between(&rng, 0, 1) ? some_volume(&rng, at, size)
                                                        : some_track(&rng, at, size, (uint32_t)sl_rng_between(&rng, 1, 9));
    if (sl_object_check(&object, NULL) == SL_OK) check_one(&rng, &object, size, counts);
    sl_arena_fini(&arena);
  }
  printf("both %zu, outward only %zu, neither %zu\n", counts[0], counts[1], counts[2]);
  assert_true(counts[0] > 1500 && counts[2] > 1500);
}

/* Long tracks become circles, at most one for each thousandth. */
static void long_tracks(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("wire/utm_outward/long_tracks", 9);
  size_t counts[3] = {0, 0, 0};
  for (uint32_t count = 1000; count <= 5000; count += 1333) {
    const sl_object object = some_track(&rng, somewhere(&rng), 300, count);
    const sl_plan plan = {&object, 1};
    sl_plan outward = {NULL, 0};
    assert_int_equal(sl_utm_outward(&outward, &arena, &plan), SL_OK);
    assert_true(outward.count <= 2001);
    check_one(&rng, &object, 300, counts);
    sl_arena_fini(&arena);
  }
}

/* What the standard can say is the plan itself. */
static void plain_plans(void **state) {
  (void)state;
  sl_object object = {.kind = SL_OBJECT_VOLUME,
                      .as.volume = {.shape = {.kind = SL_SHAPE_CIRCLE, .as.circle = {{0, 0}, {1000}}},
                                    .band = {.ref = SL_ALT_COLUMN}, .window = {{0}, {1}}}};
  const sl_plan plan = {&object, 1};
  sl_plan out = {NULL, 0};
  assert_int_equal(sl_utm_outward(&out, &arena, &plan), SL_OK);
  assert_ptr_equal(out.object, &object);
  object.as.volume.band.ref = SL_ALT_BARO;
  assert_int_equal(sl_utm_outward(&out, &arena, &plan), SL_OK);
  assert_int_equal(out.count, 1);
  assert_int_equal(out.object[0].as.volume.band.ref, SL_ALT_COLUMN);
  sl_arena small;
  sl_arena_init(&small, 16);
  assert_int_equal(sl_utm_outward(&out, &small, &plan), SL_ERR_NOMEM);
  sl_arena_fini(&small);
}

int main(void) {
  sl_arena_init(&arena, 64u << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_missed), cmocka_unit_test(long_tracks),
                                     cmocka_unit_test(plain_plans)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
