#include "format/clock.h"

#include "format/measure.h"
#include "test.h"

static int64_t moment(const char *text) {
  sl_time time = {-1};
  bool assumed;
  assert_int_equal(sl_moment_read(&time, &assumed, sl_str_from(text), false, NULL), SL_OK);
  return time.ns;
}

static void dates_as_forms_have_them(void **state) {
  (void)state;
  static const struct { const char *text, *is; sl_day_order order; bool end, zoned; } rows[] = {
      {"2026-04-03", "2026-04-03", 0, false, false}, {"2026-04-03", "2026-04-04", 0, true, false}, {"2026-04-03T14:30:00Z", "2026-04-03T14:30:00Z", 0, false, true},
      {"2026-04-03 14:30", "2026-04-03T14:30:00Z", 0, true, false}, {"2026-04-03T14:30:15.5+03:00", "2026-04-03T11:30:15.5Z", 0, false, true}, {"2026/4/3 9:05", "2026-04-03T09:05:00Z", 0, false, false},
      {"2026-04-03 14:30 UTC", "2026-04-03T14:30:00Z", 0, false, true}, {"2026-04-03 14:30 GMT+0300", "2026-04-03T11:30:00Z", 0, false, true},
      {"03.04.2026", "2026-04-03", 0, false, false}, {"3.4.26 14:30", "2026-04-03T14:30:00Z", 0, false, false}, {"13/04/2026", "2026-04-13", 0, false, false}, {"04/13/2026", "2026-04-13", 0, false, false},
      {"04/04/2026", "2026-04-04", 0, false, false}, {"03/04/2026", "2026-04-03", SL_DAY_FIRST, false, false}, {"03/04/2026", "2026-03-04", SL_MONTH_FIRST, false, false}, {"03.04.2026", "2026-04-03", SL_MONTH_FIRST, false, false},
      {"3 Apr 2026", "2026-04-03", 0, false, false}, {"03-Apr-26", "2026-04-03", 0, false, false}, {"3 April 2026, 2:30 PM", "2026-04-03T14:30:00Z", 0, false, false}, {"Apr 3, 2026 12:05 AM", "2026-04-03T00:05:00Z", 0, false, false},
      {"September 3, 2026", "2026-09-03", 0, false, false}, {"3 sept 2026", "2026-09-03", 0, false, false}, {"03.04.2026 14h30", "2026-04-03T14:30:00Z", 0, false, false}, {"3-Apr-2026 14:30Z", "2026-04-03T14:30:00Z", 0, false, true},
      {"031430ZAPR26", "2026-04-03T14:30:00Z", 0, false, true}, {"031430Z APR 2026", "2026-04-03T14:30:00Z", 0, false, true}, {"031430CAPR26", "2026-04-03T11:30:00Z", 0, false, true}, {"031430RAPR26", "2026-04-03T19:30:00Z", 0, false, true},
      {"2026-04-03 24:00", "2026-04-04", 0, false, false}, {"2026-04-03T14:30:60Z", "2026-04-03T14:31:00Z", 0, false, true}, {"2026-Apr-03", "2026-04-03", 0, false, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_clock_time time = {{-1}, false};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_clock_read(&time, sl_str_from(rows[i].text), rows[i].order, rows[i].end, &fault);
    if (error || time.time.ns != moment(rows[i].is) || time.zoned != rows[i].zoned) printf("%s: %lld %s\n", rows[i].text, (long long)time.time.ns, fault.reason);
    assert_int_equal(error, SL_OK);
    assert_int_equal(time.time.ns, moment(rows[i].is));
    assert_int_equal(time.zoned, rows[i].zoned);
  }
}

static void what_is_no_date_is_refused(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; } rows[] = {
      {"", SL_ERR_SYNTAX}, {"soon", SL_ERR_SYNTAX}, {"03/04/2026", SL_ERR_SYNTAX}, {"03-04-26", SL_ERR_SYNTAX}, {"2026", SL_ERR_SYNTAX}, {"2026-04", SL_ERR_SYNTAX}, {"2026-13-03", SL_ERR_RANGE}, {"31.04.2026", SL_ERR_RANGE},
      {"3 Foo 2026", SL_ERR_SYNTAX}, {"2026-04-03 25:00", SL_ERR_RANGE}, {"2026-04-03 14", SL_ERR_SYNTAX}, {"2026-04-03 14:30 somewhere", SL_ERR_SYNTAX}, {"2026-04-03 13:30 PM", SL_ERR_RANGE}, {"2026-04-03 14:5", SL_ERR_SYNTAX},
      {"1969-12-31", SL_ERR_RANGE}, {"2200-01-01", SL_ERR_RANGE}, {"031430JAPR26", SL_ERR_SYNTAX}, {"46000", SL_ERR_SYNTAX}, {"3/4", SL_ERR_SYNTAX}, {"99/99/2026", SL_ERR_RANGE}, {"2026-04-03 14:30 Z x", SL_ERR_SYNTAX}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_clock_time time = {{-1}, false};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_clock_read(&time, sl_str_from(rows[i].text), SL_DAY_ORDER_UNKNOWN, false, &fault);
    if (error != rows[i].error) printf("%s: %d %lld\n", rows[i].text, error, (long long)time.time.ns);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(time.time.ns, -1);
    assert_int_equal(fault.code, error);
  }
}

static void serial_numbers_of_spreadsheets(void **state) {
  (void)state;
  static const struct { const char *number, *is; bool from_1904, end; } rows[] = {
      {"25569", "1970-01-01", false, false}, {"46115", "2026-04-03", false, false}, {"46115", "2026-04-04", false, true}, {"44653", "2026-04-03", true, false}, {"46115.604166666664", "2026-04-03T14:30:00Z", false, false},
      {"46115.604166666664", "2026-04-03T14:30:00Z", false, true}, {"46115.999988425923", "2026-04-03T23:59:59Z", false, false}, {"4.6115E4", "2026-04-03", false, false}, {"46115.5", "2026-04-03T12:00:00Z", false, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_clock_time time;
    assert_int_equal(sl_clock_serial(&time, sl_str_from(rows[i].number), rows[i].from_1904, rows[i].end, NULL), SL_OK);
    if (time.time.ns != moment(rows[i].is)) printf("%s: %lld\n", rows[i].number, (long long)time.time.ns);
    assert_int_equal(time.time.ns, moment(rows[i].is));
    assert_false(time.zoned);
  }
  static const struct { const char *number; sl_err error; } bad[] = {{"", SL_ERR_SYNTAX}, {"x", SL_ERR_SYNTAX}, {"25568", SL_ERR_RANGE}, {"-5", SL_ERR_RANGE}, {"109575", SL_ERR_RANGE}, {"1e30", SL_ERR_RANGE}, {"99999999", SL_ERR_RANGE}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    sl_clock_time time;
    assert_int_equal(sl_clock_serial(&time, sl_str_from(bad[i].number), false, true, NULL), bad[i].error);
  }
}

static void zones(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; int64_t minutes; } rows[] = {
      {"UTC", SL_OK, 0}, {"z", SL_OK, 0}, {"+03:00", SL_OK, 180}, {"-0430", SL_OK, -270}, {"3", SL_OK, 180}, {"UTC+5:45", SL_OK, 345}, {"+14:00", SL_OK, 840}, {"-12", SL_OK, -720},
      {"+14:01", SL_ERR_RANGE, 0}, {"-12:30", SL_ERR_RANGE, 0}, {"Berlin", SL_ERR_SYNTAX, 0}, {"", SL_ERR_SYNTAX, 0}, {"+3:0", SL_ERR_SYNTAX, 0}, {"+03:75", SL_ERR_SYNTAX, 0}, {"+03:00x", SL_ERR_SYNTAX, 0}, {"345", SL_ERR_SYNTAX, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_dur zone = {1};
    sl_err error = sl_zone_read(&zone, sl_str_from(rows[i].text), NULL);
    if (error != rows[i].error) printf("%s: %d\n", rows[i].text, error);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(zone.ns, error ? 1 : rows[i].minutes * SL_NS_PER_MIN);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(dates_as_forms_have_them), cmocka_unit_test(what_is_no_date_is_refused), cmocka_unit_test(serial_numbers_of_spreadsheets), cmocka_unit_test(zones)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
