#include "format/datum.h"
#include "test.h"

static sl_geoid *geoid;

static int open_geoid(void **state) {
  (void)state;
  sl_fault fault = sl_fault_none();
  return sl_geoid_open(&geoid, NULL, &fault) == SL_OK ? 0 : -1;
}

static int close_geoid(void **state) {
  (void)state;
  sl_geoid_close(geoid);
  return 0;
}

/* Ellipsoid height 0 at 47.430866 N 9.383099 E is -46.42 m on EGM96. */
static void published_value(void **state) {
  (void)state;
  sl_len height;
  assert_int_equal(sl_geoid_at(&height, geoid, (sl_pos){47430866000, 9383099000}), SL_OK);
  assert_int_equal(height.mm, 46420);
}

/* A missing grid leaves heights as they are and gives no error: it must be refused. */
static void missing_grid_is_refused(void **state) {
  (void)state;
  static const char *const paths[] = {"/nonexistent/egm96_15.gtx", "egm2008.gtx", "/dev/null", "/path with +blank"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    sl_geoid *none = NULL;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_geoid_open(&none, paths[i], &fault), SL_ERR_DATUM);
    assert_null(none);
    assert_string_not_equal(fault.reason, "");
  }
  sl_geoid_close(NULL);
}

static void bounds_hold_everywhere(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("geoid", 3);
  for (int round = 0; round < 2000; round++) {
    int64_t south = sl_rng_between(&rng, -90 * SL_ND_PER_DEG, 89 * SL_ND_PER_DEG);
    int64_t west = sl_rng_between(&rng, -180 * SL_ND_PER_DEG, 180 * SL_ND_PER_DEG - 1);
    int64_t high = sl_rng_between(&rng, 0, SL_ND_PER_DEG), wide = sl_rng_between(&rng, 0, 3 * SL_ND_PER_DEG);
    int64_t east = west + wide > 180 * SL_ND_PER_DEG ? west + wide - 360 * SL_ND_PER_DEG : west + wide;
    sl_len low, most, here;
    assert_int_equal(sl_geoid_over(&low, &most, geoid, (sl_pos){south, west}, (sl_pos){south + high, east}), SL_OK);
    assert_true(low.mm < most.mm && low.mm > -110000 && most.mm < 90000);
    for (int i = 0; i < 8; i++) {
      int64_t lon = west + sl_rng_between(&rng, 0, wide);
      if (lon > 180 * SL_ND_PER_DEG) lon -= 360 * SL_ND_PER_DEG;
      assert_int_equal(sl_geoid_at(&here, geoid, (sl_pos){south + sl_rng_between(&rng, 0, high), lon}), SL_OK);
      assert_in_range(here.mm + 1000000, low.mm + 1000000, most.mm + 1000000);
    }
  }
}

static void whole_earth_at_once(void **state) {
  (void)state;
  sl_len low, high;
  assert_int_equal(sl_geoid_over(&low, &high, geoid, (sl_pos){-90 * SL_ND_PER_DEG, -180 * SL_ND_PER_DEG},
                                 (sl_pos){90 * SL_ND_PER_DEG, 180 * SL_ND_PER_DEG}), SL_OK);
  assert_in_range(-low.mm, 105000, 108000);
  assert_in_range(high.mm, 84000, 87000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(published_value), cmocka_unit_test(missing_grid_is_refused),
                                     cmocka_unit_test(bounds_hold_everywhere), cmocka_unit_test(whole_earth_at_once)};
  return cmocka_run_group_tests(tests, open_geoid, close_geoid);
}
