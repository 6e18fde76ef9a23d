/* A plan, moved: time, altitude and place by exactly what was asked, and nothing else. */
#include "test.h"

#include "geo/displace.h"
#include "settle/lattice.h"

#define DEG SL_ND_PER_DEG
#define HOUR SL_NS_PER_H

static sl_arena arena;

static const sl_pos square[4] = {{46 * DEG, 8 * DEG}, {46 * DEG, 9 * DEG}, {47 * DEG, 9 * DEG}, {47 * DEG, 8 * DEG}};
static const sl_ring ring = {square, 4};
static const bool no_hole = false;
static const sl_fix fixes[3] = {{.pos = {46 * DEG, 8 * DEG}, .alt.baro.ft = 10000, .time = {HOUR}},
                                {.pos = {46 * DEG, 9 * DEG}, .alt.baro.ft = 12000, .time = {2 * HOUR}},
                                {.pos = {46 * DEG, 10 * DEG}, .alt.baro.ft = 9000, .time = {3 * HOUR}}};

static sl_object volume(void) {
  sl_object of = {.kind = SL_OBJECT_VOLUME};
  of.as.volume.shape.kind = SL_SHAPE_POLYGON;
  of.as.volume.shape.as.polygon = (sl_polygon){&ring, &no_hole, 1, SL_EDGE_PARALLEL};
  of.as.volume.band.ref = SL_ALT_W84;
  of.as.volume.band.as.w84.lower.mm = 1000;
  of.as.volume.band.as.w84.upper.mm = 2000;
  of.as.volume.window = (sl_window){{HOUR}, {2 * HOUR}};
  return of;
}

static sl_object track(void) {
  sl_object of = {.kind = SL_OBJECT_TRAJECTORY};
  of.as.trajectory = (sl_trajectory){.fix = fixes, .count = 3, .ref = SL_ALT_BARO, .lateral = {100}, .vertical.baro_ft = 50};
  return of;
}

static sl_err move(sl_object *out, const sl_object *object, sl_move by) {
  sl_plan plan = {object, 1}, moved;
  sl_err err = sl_plan_move(&moved, &arena, &plan, &by);
  if (err == SL_OK) {
    assert_int_equal(moved.count, 1);
    *out = moved.object[0];
  }
  return err;
}

static void in_time(void **unused) {
  (void)unused;
  sl_object of = volume(), out;
  assert_int_equal(move(&out, &of, (sl_move){.delay = {-7}}), SL_OK);
  assert_int_equal(out.as.volume.window.start.ns, HOUR - 7);
  assert_int_equal(out.as.volume.window.end.ns, 2 * HOUR - 7);
  assert_int_equal(out.as.volume.band.as.w84.lower.mm, 1000);
  assert_int_equal(out.as.volume.shape.as.polygon.edge, SL_EDGE_PARALLEL);
  assert_memory_equal(out.as.volume.shape.as.polygon.ring[0].vertex, square, sizeof square);
  of = track();
  assert_int_equal(move(&out, &of, (sl_move){.delay = {5}}), SL_OK);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(out.as.trajectory.fix[i].time.ns, fixes[i].time.ns + 5);
    assert_int_equal(out.as.trajectory.fix[i].pos.lon_nd, fixes[i].pos.lon_nd);
    assert_int_equal(out.as.trajectory.fix[i].alt.baro.ft, fixes[i].alt.baro.ft);
  }
  assert_int_equal(out.as.trajectory.lateral.mm, 100);
}

static void in_altitude_of_its_own_reference(void **unused) {
  (void)unused;
  sl_object of = volume(), out = volume();
  assert_int_equal(move(&out, &of, (sl_move){.up_w84 = {-500}}), SL_OK);
  assert_int_equal(out.as.volume.band.as.w84.lower.mm, 500);
  assert_int_equal(out.as.volume.band.as.w84.upper.mm, 1500);
  assert_int_equal(move(&out, &of, (sl_move){.up_ft = 1000}), SL_ERR_UNSUPPORTED);
  of.as.volume.band.ref = SL_ALT_COLUMN;
  assert_int_equal(move(&out, &of, (sl_move){.up_w84 = {1}}), SL_ERR_UNSUPPORTED);
  assert_int_equal(move(&out, &of, (sl_move){.delay = {1}}), SL_OK);
  of = track();
  assert_int_equal(move(&out, &of, (sl_move){.up_ft = 1000}), SL_OK);
  for (int i = 0; i < 3; i++) assert_int_equal(out.as.trajectory.fix[i].alt.baro.ft, fixes[i].alt.baro.ft + 1000);
  assert_int_equal(move(&out, &of, (sl_move){.up_w84 = {1000}}), SL_ERR_UNSUPPORTED);
}

static void out_of_range_is_refused_whole(void **unused) {
  (void)unused;
  sl_object of = volume(), out = {.kind = (sl_object_kind)77};
  assert_int_equal(move(&out, &of, (sl_move){.delay = {-HOUR - 1}}), SL_ERR_RANGE);
  assert_int_equal(move(&out, &of, (sl_move){.delay = {SL_TIME_MAX_NS - HOUR}}), SL_ERR_RANGE);
  assert_int_equal(move(&out, &of, (sl_move){.delay = {INT64_MAX}}), SL_ERR_RANGE);
  assert_int_equal(move(&out, &of, (sl_move){.up_w84 = {SL_ALT_W84_MIN_MM - 1001}}), SL_ERR_RANGE);
  assert_int_equal(move(&out, &of, (sl_move){.up_w84 = {INT64_MIN}}), SL_ERR_RANGE);
  assert_int_equal(move(&out, &of, (sl_move){.aside = {SL_EXTENT_MAX_MM + 1}}), SL_ERR_RANGE);
  of = track();
  assert_int_equal(move(&out, &of, (sl_move){.up_ft = INT32_MAX}), SL_ERR_RANGE);
  assert_int_equal(move(&out, &of, (sl_move){.up_ft = -11001}), SL_ERR_RANGE);
  assert_int_equal(out.kind, 77);
}

static void aside_is_to_the_right_of_the_course(void **unused) {
  (void)unused;
  sl_object of = track(), out;
  const sl_len five = {5 * SL_MM_PER_NM};
  double course = sl_pos_course(fixes[0].pos, fixes[2].pos);
  assert_true(course > 88 && course < 91);
  for (int side = -1; side <= 1; side += 2) {
    assert_int_equal(move(&out, &of, (sl_move){.aside = {side * five.mm}}), SL_OK);
    for (int i = 0; i < 3; i++) {
      sl_pos want = sl_pos_displace(fixes[i].pos, course + side * 90, five);
      assert_int_equal(out.as.trajectory.fix[i].pos.lat_nd, want.lat_nd);
      assert_int_equal(out.as.trajectory.fix[i].pos.lon_nd, want.lon_nd);
      /* Eastbound: right is south. */
      assert_int_equal(want.lat_nd < fixes[i].pos.lat_nd, side > 0);
    }
  }
}

/* A circle has no course: south to north, so its right is east. Corridors move too. */
static void aside_of_what_has_no_course(void **unused) {
  (void)unused;
  sl_object of = volume(), out;
  of.as.volume.shape.kind = SL_SHAPE_CIRCLE;
  of.as.volume.shape.as.circle = (sl_circle){{0, 179999999999}, {1000}};
  assert_int_equal(move(&out, &of, (sl_move){.aside = {1852000}}), SL_OK);
  assert_int_equal(out.as.volume.shape.as.circle.radius.mm, 1000);
  assert_true(out.as.volume.shape.as.circle.centre.lon_nd < -179 * DEG);
  assert_true(llabs(out.as.volume.shape.as.circle.centre.lat_nd) < 10);
  static const sl_pos line[2] = {{0, 0}, {DEG, 0}};
  of.as.volume.shape.kind = SL_SHAPE_CORRIDOR;
  of.as.volume.shape.as.corridor = (sl_corridor){line, 2, {500}, SL_EDGE_GEODESIC};
  assert_int_equal(move(&out, &of, (sl_move){.aside = {-1852000}}), SL_OK);
  for (int i = 0; i < 2; i++) assert_true(out.as.volume.shape.as.corridor.point[i].lon_nd < 0);
}

/* Volumes in order of time give the course, in whatever order the plan lists them. */
static void a_plan_of_volumes_has_the_course_of_its_times(void **unused) {
  (void)unused;
  sl_object of[3];
  for (int i = 0; i < 3; i++) {
    of[i] = volume();
    of[i].as.volume.shape.kind = SL_SHAPE_CIRCLE;
    of[i].as.volume.shape.as.circle = (sl_circle){{46 * DEG, (8 + i) * DEG}, {1000}};
    of[i].as.volume.window = (sl_window){{(i + 1) * HOUR}, {(i + 2) * HOUR}};
  }
  const sl_object shuffled[3] = {of[1], of[2], of[0]};
  sl_plan plan = {shuffled, 3}, moved;
  const sl_move by = {.aside = {5 * SL_MM_PER_NM}};
  assert_int_equal(sl_plan_move(&moved, &arena, &plan, &by), SL_OK);
  for (int i = 0; i < 3; i++) assert_true(moved.object[i].as.volume.shape.as.circle.centre.lat_nd < 46 * DEG);
}

static void memory_runs_out(void **unused) {
  (void)unused;
  sl_object of = track();
  sl_plan plan = {&of, 1}, moved = {NULL, 5};
  const sl_move by = {.delay = {1}};
  for (size_t max = 0; max < 2000; max += 16) {
    sl_arena small;
    sl_arena_init(&small, max);
    sl_err err = sl_plan_move(&moved, &small, &plan, &by);
    assert_true(err == SL_OK || (err == SL_ERR_NOMEM && moved.count == 5));
    sl_arena_fini(&small);
    if (err == SL_OK) return;
  }
  fail();
}

static int setup(void **unused) {
  (void)unused;
  sl_arena_init(&arena, 1u << 20);
  return 0;
}

static int teardown(void **unused) {
  (void)unused;
  sl_arena_fini(&arena);
  return 0;
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
    EACH(in_time),
    EACH(in_altitude_of_its_own_reference),
    EACH(out_of_range_is_refused_whole),
    EACH(aside_is_to_the_right_of_the_course),
    EACH(aside_of_what_has_no_course),
    EACH(a_plan_of_volumes_has_the_course_of_its_times),
    EACH(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
