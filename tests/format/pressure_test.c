/* Heights of pressure altitudes: the standard, a setting, a warm and a cold day. */
#include "format/pressure.h"

#include <math.h>

#include "test.h"

static void the_standard_is_the_standard(void **state) {
  (void)state;
  const sl_air air = {true, 101325, 101325, 0, 0};
  for (int64_t mm = -600000; mm <= 20000000; mm += 100000) {
    int64_t low, high;
    sl_air_heights(&low, &high, &air, mm);
    assert_true(low <= mm && mm <= high && mm - low <= 1);
    /* Geopotential to geometric metres: 1.5 m at FL100, 63 m at 20 km. */
    const double metres = (double)mm * 1e-3;
    assert_true((double)(high - mm) * 1e-3 <= metres * metres / 6.3e6 + 0.01);
  }
}

/* 10 hPa are 83 m at the standard; 15 degrees warm are 6 % of FL350 (a column of 251 K). */
static void settings_shift_and_warmth_stretches(void **state) {
  (void)state;
  int64_t low, high;
  sl_air_heights(&low, &high, &(sl_air){true, 102325, 102325, 0, 0}, 3048000);
  assert_in_range(low, 3048000 + 82000, 3048000 + 84000);
  sl_air_heights(&low, &high, &(sl_air){true, 100325, 102325, 0, 0}, 0);
  assert_true(low < -82000 && low > -86000 && high > 82000 && high < 84000);
  sl_air_heights(&low, &high, &(sl_air){true, 101325, 101325, 15000, 15000}, 10668000);
  assert_in_range(low, 11270000, 11320000);
  sl_air_heights(&low, &high, &(sl_air){true, 101325, 101325, -30000, 30000}, 10668000);
  assert_true(low < 9500000 && high > 11800000);
  /* Below sea level warmth stretches downward. */
  sl_air_heights(&low, &high, &(sl_air){true, 101325, 101325, -30000, 30000}, -300000);
  assert_true(low < -330000 && high > -271000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_standard_is_the_standard), cmocka_unit_test(settings_shift_and_warmth_stretches)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
