#include "cli/cli.h"
#include "test.h"

static void lengths(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; int64_t mm; int32_t ft; } rows[] = {
      {"5NM", SL_OK, 9260000, -1}, {"1000ft", SL_OK, 304800, 1000}, {"1 ft", SL_OK, 305, 1}, {"0ft", SL_OK, 0, 0}, {"1.5ft", SL_OK, 458, -1},
      {"30m", SL_OK, 30000, -1}, {"-100m", SL_OK, -100000, -1}, {"-10ft", SL_OK, -3048, -1}, {"5", SL_ERR_UNIT, 0, 0}, {"x", SL_ERR_SYNTAX, 0, 0},
      {"", SL_ERR_SYNTAX, 0, 0}, {"--5m", SL_ERR_RANGE, 0, 0}, {"1e99m", SL_ERR_RANGE, 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_len length = {-7};
    int32_t feet = -9;
    sl_fault fault = sl_fault_none();
    sl_err error = sl_length_read(&length, &feet, rows[i].text, &fault);
    if (error != rows[i].error) printf("%s: %s\n", rows[i].text, fault.reason);
    assert_int_equal(error, rows[i].error);
    if (error) continue;
    assert_int_equal(length.mm, rows[i].mm);
    assert_int_equal(feet, rows[i].ft);
  }
}

static void durations(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; int64_t ns; } rows[] = {
      {"90s", SL_OK, 90 * SL_NS_PER_S}, {"10min", SL_OK, 600 * SL_NS_PER_S}, {"1h", SL_OK, 3600 * SL_NS_PER_S}, {"0.5s", SL_OK, 500000000},
      {"5", SL_ERR_UNIT, 0}, {"s", SL_ERR_SYNTAX, 0}, {"5 fortnights", SL_ERR_UNIT, 0}, {"9999h", SL_ERR_RANGE, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_dur duration = {-7};
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_duration_read(&duration, rows[i].text, &fault), rows[i].error);
    assert_int_equal(duration.ns, rows[i].error ? -7 : rows[i].ns);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lengths), cmocka_unit_test(durations)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
