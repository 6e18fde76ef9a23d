#include "format/measure.h"

#include "base/text.h"
#include "test.h"

static void distances_round_up(void **state) {
  (void)state;
  static const struct { const char *text; sl_distance_unit unit; sl_err error; int64_t mm; } rows[] = {
      {"5 km", 0, SL_OK, 5000000},    {"150m", 0, SL_OK, 150000},        {"3NM", 0, SL_OK, 5556000},    {"1ft", 0, SL_OK, 305},
      {"10ft", 0, SL_OK, 3048},       {"0.5 NM", 0, SL_OK, 926000},      {"30cm", 0, SL_OK, 300},       {"12", SL_DISTANCE_M, SL_OK, 12000},
      {"0.0001m", 0, SL_OK, 1},       {"0", SL_DISTANCE_M, SL_OK, 0},    {"1e3m", 0, SL_OK, 1000000},   {"12", 0, SL_ERR_UNIT, 0},
      {"12 parsec", 0, SL_ERR_UNIT, 0}, {"", SL_DISTANCE_M, SL_ERR_SYNTAX, 0}, {"m", 0, SL_ERR_SYNTAX, 0}, {"-1m", 0, SL_ERR_RANGE, 0},
      {"1..2m", 0, SL_ERR_SYNTAX, 0}, {"20101km", 0, SL_ERR_RANGE, 0},   {"1e30m", 0, SL_ERR_RANGE, 0}, {"nan m", 0, SL_ERR_SYNTAX, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_len length = {-7};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_distance_read(&length, sl_str_from(rows[i].text), rows[i].unit, &fault);
    if (error != rows[i].error) printf("%s: %s\n", rows[i].text, fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(length.mm, error ? -7 : rows[i].mm);
  }
}

static void moments(void **state) {
  (void)state;
  static const struct { const char *text; bool end, assumed; sl_err error; const char *same; } rows[] = {
      {"2026-08-05T11:00:00Z", false, false, SL_OK, "2026-08-05T11:00:00Z"},
      {"2026-08-05T11:00:00+00:00", false, false, SL_OK, "2026-08-05T11:00:00Z"},
      {"2026-08-05T11:00:00.25+02:00", false, false, SL_OK, "2026-08-05T09:00:00.25Z"},
      {"2026-08-05T11:00-0130", false, false, SL_OK, "2026-08-05T12:30:00Z"},
      {"2026-08-05 11:00:00", false, true, SL_OK, "2026-08-05T11:00:00Z"},
      {"2026-08-05", false, true, SL_OK, "2026-08-05T00:00:00Z"},
      {"2026-08-05", true, true, SL_OK, "2026-08-06T00:00:00Z"},
      {"2026-12-31", true, true, SL_OK, "2027-01-01T00:00:00Z"},
      {"2024-02-29T24:00Z", false, false, SL_OK, "2024-03-01T00:00:00Z"},
      {"2026-08-05T11:00:60Z", false, false, SL_OK, "2026-08-05T11:01:00Z"},
      {"2023-02-29", false, false, SL_ERR_RANGE, NULL},
      {"2026-13-01", false, false, SL_ERR_RANGE, NULL},
      {"2026-08-05T25:00Z", false, false, SL_ERR_RANGE, NULL},
      {"2026-08-05T11:60Z", false, false, SL_ERR_RANGE, NULL},
      {"1969-12-31", false, false, SL_ERR_RANGE, NULL},
      {"2026-08-05T11:00:00 CET", false, false, SL_ERR_SYNTAX, NULL},
      {"2026-08-05T11", false, false, SL_ERR_SYNTAX, NULL},
      {"05.08.2026", false, false, SL_ERR_SYNTAX, NULL},
      {"", false, false, SL_ERR_SYNTAX, NULL}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_time time = {-1}, want;
    bool assumed = false;
    sl_fault fault = sl_fault_none();
    sl_err error = sl_moment_read(&time, &assumed, sl_str_from(rows[i].text), rows[i].end, &fault);
    if (error != rows[i].error) printf("%s: %s\n", rows[i].text, fault.reason);
    assert_int_equal(error, rows[i].error);
    if (error) continue;
    assert_int_equal(sl_time_read(&want, sl_str_from(rows[i].same), false), SL_OK);
    assert_int_equal(time.ns, want.ns);
    assert_int_equal(assumed, rows[i].assumed);
  }
}

static void dates_there_and_back(void **state) {
  (void)state;
  for (int64_t day = 0; day < SL_TIME_MAX_NS / (24 * SL_NS_PER_H); day += 13) {
    int y, m, d;
    sl_time time = {day * 24 * SL_NS_PER_H}, back;
    sl_time_date(&y, &m, &d, time);
    assert_int_equal(sl_date_time(&back, y, m, d), SL_OK);
    assert_int_equal(back.ns, time.ns);
  }
}

static void mappings(void **state) {
  (void)state;
  static const char *const fields[] = {"name", "radius", NULL};
  sl_str column;
  sl_fault fault = sl_fault_none();
  assert_true(sl_mapping_get(&column, "name=Title x; radius = Buffer", "radius") && sl_str_is(column, "Buffer"));
  assert_true(sl_mapping_get(&column, "name=Title x; radius = Buffer", "name") && sl_str_is(column, "Title x"));
  assert_false(sl_mapping_get(&column, "name=a", "radius"));
  assert_false(sl_mapping_get(&column, NULL, "radius"));
  assert_int_equal(sl_mapping_check("name=a;radius=b", fields, &fault), SL_OK);
  assert_int_equal(sl_mapping_check(NULL, fields, &fault), SL_OK);
  assert_int_equal(sl_mapping_check("name=a;colour=b", fields, &fault), SL_ERR_UNKNOWN);
  fault = sl_fault_none();
  assert_int_equal(sl_mapping_check("name", fields, &fault), SL_ERR_SYNTAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(distances_round_up), cmocka_unit_test(moments), cmocka_unit_test(dates_there_and_back),
                                     cmocka_unit_test(mappings)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
