#include "service/within.h"

#include "test.h"

static const sl_pos corners[] = {{0, 0}, {0, 1000}, {1000, 1000}, {1000, 0}};
static const sl_pos others[] = {{0, 0}, {0, 1000}, {1000, 1001}, {1000, 0}};
static const sl_ring ring = {corners, 4}, other_ring = {others, 4}, shorter = {corners, 3};
static const bool outer_ring[1] = {false};

static sl_object polygon(const sl_ring *of) {
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {of, outer_ring, 1, SL_EDGE_GEODESIC}};
  object.as.volume.band.ref = SL_ALT_W84;
  object.as.volume.band.as.w84.lower.mm = 100;
  object.as.volume.band.as.w84.upper.mm = 200;
  object.as.volume.window = (sl_window){{1000}, {2000}};
  return object;
}

static sl_object circle(int64_t radius) {
  sl_object object = polygon(&ring);
  object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {{5, 5}, {radius}}};
  return object;
}

static sl_object corridor(int64_t half_width) {
  sl_object object = polygon(&ring);
  object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {corners, 4, {half_width}, SL_EDGE_GEODESIC}};
  return object;
}

static bool within(sl_object inner, sl_object outer) {
  return sl_plan_within(&(sl_plan){&inner, 1}, &(sl_plan){&outer, 1});
}

static void outlines(void **state) {
  (void)state;
  assert_true(within(polygon(&ring), polygon(&ring)));
  assert_false(within(polygon(&ring), polygon(&other_ring)));
  assert_false(within(polygon(&shorter), polygon(&ring)));
  assert_true(within(circle(50), circle(50)));
  assert_true(within(circle(49), circle(50)));
  assert_false(within(circle(51), circle(50)));
  assert_true(within(corridor(49), corridor(50)));
  assert_false(within(corridor(51), corridor(50)));
  assert_false(within(circle(1), polygon(&ring)));
  sl_object parallel = polygon(&ring);
  parallel.as.volume.shape.as.polygon.edge = SL_EDGE_PARALLEL;
  assert_false(within(parallel, polygon(&ring)));
  sl_object moved = circle(10);
  moved.as.volume.shape.as.circle.centre.lat_nd++;
  assert_false(within(moved, circle(50)));
  sl_object flight = polygon(&ring);
  flight.kind = SL_OBJECT_TRAJECTORY;
  assert_false(within(flight, flight));
}

static void times_and_altitudes(void **state) {
  (void)state;
  sl_object large = polygon(&ring);
  for (int n = 0; n < 4; n++) {
    sl_object less = large, more = large;
    sl_window *a = &less.as.volume.window, *b = &more.as.volume.window;
    sl_band *x = &less.as.volume.band, *y = &more.as.volume.band;
    if (n == 0) a->start.ns++, b->start.ns--;
    if (n == 1) a->end.ns--, b->end.ns++;
    if (n == 2) x->as.w84.lower.mm++, y->as.w84.lower.mm--;
    if (n == 3) x->as.w84.upper.mm--, y->as.w84.upper.mm++;
    assert_true(within(less, large));
    assert_false(within(more, large));
  }
  sl_object column = large, pressure = large;
  column.as.volume.band.ref = SL_ALT_COLUMN;
  pressure.as.volume.band = (sl_band){.ref = SL_ALT_BARO, .as.baro = {{1000}, {2000}}};
  assert_true(within(large, column));
  assert_false(within(column, large));
  assert_true(within(pressure, pressure));
  assert_false(within(pressure, large));
  sl_object higher = pressure;
  higher.as.volume.band.as.baro.upper.ft++;
  assert_false(within(higher, pressure));
  assert_true(within(pressure, higher));
}

static void several_volumes(void **state) {
  (void)state;
  sl_object outer[4], inner[5];
  for (int i = 0; i < 4; i++) {
    outer[i] = circle(50);
    outer[i].as.volume.shape.as.circle.centre.lat_nd = i;
  }
  inner[0] = outer[2];
  inner[1] = outer[3];
  assert_true(sl_plan_within(&(sl_plan){inner, 2}, &(sl_plan){outer, 4}));   /* some were flown */
  inner[1] = outer[0];
  inner[2] = outer[2];
  assert_true(sl_plan_within(&(sl_plan){inner, 3}, &(sl_plan){outer, 4}));   /* in another order, twice */
  inner[2] = circle(50);
  inner[2].as.volume.shape.as.circle.centre.lat_nd = 9;
  assert_false(sl_plan_within(&(sl_plan){inner, 3}, &(sl_plan){outer, 4}));
  assert_false(sl_plan_within(&(sl_plan){outer, 4}, &(sl_plan){outer, 3}));
}

/* Against each other in reverse would be many million comparisons: no is allowed, long is not. */
static void work_is_bounded(void **state) {
  (void)state;
  enum { MANY = 10000 };
  sl_object *outer = malloc(MANY * sizeof *outer), *inner = malloc(MANY * sizeof *inner);
  assert_true(outer && inner);
  for (int i = 0; i < MANY; i++) {
    outer[i] = circle(50);
    outer[i].as.volume.shape.as.circle.centre.lat_nd = i;
    inner[MANY - 1 - i] = outer[i];
  }
  assert_false(sl_plan_within(&(sl_plan){inner, MANY}, &(sl_plan){outer, MANY}));
  assert_true(sl_plan_within(&(sl_plan){outer, MANY}, &(sl_plan){outer, MANY}));
  free(outer);
  free(inner);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(outlines), cmocka_unit_test(times_and_altitudes),
                                     cmocka_unit_test(several_volumes), cmocka_unit_test(work_is_bounded)};
  return cmocka_run_group_tests_name("service/within", tests, NULL, NULL);
}
