#include "test.h"

#include <inttypes.h>
#include <time.h>

#include "base/text.h"

#define UNTOUCHED INT64_C(0x5a5a5a5a5a5a5a5a)

typedef struct time_case {
  const char *text;
  bool any_offset;
  sl_err err;
  int64_t ns;
} time_case;

static const time_case cases[] = {
  {"1970-01-01T00:00:00Z", false, SL_OK, 0},
  {"2026-01-02T03:04:05.678Z", false, SL_OK, INT64_C(1767323045678000000)},
  {"2026-01-02t03:04:05.678z", false, SL_OK, INT64_C(1767323045678000000)},
  {"1970-01-01T00:00:00.000000001Z", false, SL_OK, 1},
  {"1970-01-01T00:00:00.1Z", false, SL_OK, 100000000},
  {"1970-01-01T00:00:00.0000000001Z", false, SL_ERR_SYNTAX, 0},
  {"1970-01-01T00:00:00.Z", false, SL_ERR_SYNTAX, 0},
  {"2199-12-31T23:59:59.999999999Z", false, SL_OK, SL_TIME_MAX_NS - 1},
  {"2200-01-01T00:00:00Z", false, SL_ERR_RANGE, 0},
  {"1969-12-31T23:59:59.999Z", false, SL_ERR_RANGE, 0},
  {"0000-01-01T00:00:00Z", false, SL_ERR_RANGE, 0},
  {"9999-12-31T23:59:59Z", false, SL_ERR_RANGE, 0},
  {"2000-02-29T00:00:00Z", false, SL_OK, INT64_C(951782400000000000)},
  {"2100-02-29T00:00:00Z", false, SL_ERR_RANGE, 0},
  {"2023-02-29T00:00:00Z", false, SL_ERR_RANGE, 0},
  {"2024-02-29T12:00:00Z", false, SL_OK, INT64_C(1709208000000000000)},
  {"2024-04-31T12:00:00Z", false, SL_ERR_RANGE, 0},
  {"2024-00-10T12:00:00Z", false, SL_ERR_RANGE, 0},
  {"2024-13-10T12:00:00Z", false, SL_ERR_RANGE, 0},
  {"2024-01-00T12:00:00Z", false, SL_ERR_RANGE, 0},
  {"2024-01-01T24:00:00Z", false, SL_ERR_RANGE, 0},
  {"2024-01-01T12:60:00Z", false, SL_ERR_RANGE, 0},
  {"2016-12-31T23:59:60Z", false, SL_ERR_RANGE, 0},
  {"2026-01-02T03:04:05+00:00", false, SL_ERR_SYNTAX, 0},
  {"2026-01-02T03:04:05+00:00", true, SL_OK, INT64_C(1767323045000000000)},
  {"2026-01-02T03:04:05-00:00", true, SL_OK, INT64_C(1767323045000000000)},
  {"2026-01-02T05:04:05+02:00", true, SL_OK, INT64_C(1767323045000000000)},
  {"2026-01-01T21:34:05-05:30", true, SL_OK, INT64_C(1767323045000000000)},
  {"2026-01-02T03:04:05Z", true, SL_OK, INT64_C(1767323045000000000)},
  {"2026-01-02T03:04:05+24:00", true, SL_ERR_RANGE, 0},
  {"2026-01-02T03:04:05+23:60", true, SL_ERR_RANGE, 0},
  {"2026-01-02T03:04:05+0200", true, SL_ERR_SYNTAX, 0},
  {"2026-01-02T03:04:05+02", true, SL_ERR_SYNTAX, 0},
  {"1970-01-01T00:00:00+00:01", true, SL_ERR_RANGE, 0},
  {"1969-12-31T23:59:00-00:01", true, SL_OK, 0},
  {"2200-01-01T00:59:59+01:00", true, SL_OK, SL_TIME_MAX_NS - SL_NS_PER_S},
  {"2199-12-31T23:59:59-00:01", true, SL_ERR_RANGE, 0},
  {"2026-01-02T03:04:05", true, SL_ERR_SYNTAX, 0},
  {"2026-01-02 03:04:05Z", true, SL_ERR_SYNTAX, 0},
  {"2026-01-02T03:04Z", true, SL_ERR_SYNTAX, 0},
  {"2026-1-2T03:04:05Z", true, SL_ERR_SYNTAX, 0},
  {"2026-01-02T03:04:05ZZ", true, SL_ERR_SYNTAX, 0},
  {" 2026-01-02T03:04:05Z", true, SL_ERR_SYNTAX, 0},
  {"+026-01-02T03:04:05Z", true, SL_ERR_SYNTAX, 0},
  {"-026-01-02T03:04:05Z", true, SL_ERR_SYNTAX, 0},
  {"2026-01-02T03:04:05,5Z", true, SL_ERR_SYNTAX, 0},
  {"20260102T030405Z", true, SL_ERR_SYNTAX, 0},
  {"", true, SL_ERR_SYNTAX, 0},
};

static void rfc3339_with_its_edges(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const time_case *c = &cases[i];
    sl_time time = {UNTOUCHED};
    sl_err err = sl_time_read(&time, sl_str_from(c->text), c->any_offset);
    if (err != c->err || time.ns != (c->err == SL_OK ? c->ns : UNTOUCHED))
      fail_msg("\"%s\": %s %" PRId64, c->text, sl_err_name(err), time.ns);
  }
}

static void every_cut_of_a_good_text_is_refused(void **state) {
  (void)state;
  static const char good[] = "2026-01-02T03:04:05.678+01:00";
  for (size_t size = 0; size < sizeof good - 1; size++) {
    sl_time time = {UNTOUCHED};
    assert_int_equal(sl_time_read(&time, (sl_str){good, size}, true), SL_ERR_SYNTAX);
    assert_true(time.ns == UNTOUCHED);
  }
}

static void every_day_agrees_with_the_c_library(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 100);
  for (int64_t day = 0; day < SL_TIME_MAX_NS / SL_NS_PER_S / 86400; day++) {
    time_t seconds = (time_t)(day * 86400 + day % 86400);
    struct tm parts;
    assert_non_null(gmtime_r(&seconds, &parts));
    char expected[64], header[64];
    strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &parts);
    strftime(header, sizeof header, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    sl_time time = {(int64_t)seconds * SL_NS_PER_S};
    sl_buf_clear(&buf);
    sl_time_add(&buf, time);
    if (!sl_str_is(sl_buf_str(&buf), expected))
      fail_msg("day %" PRId64 ": %.*s, not %s", day, (int)buf.size, (const char *)buf.data, expected);
    sl_time back = {UNTOUCHED};
    assert_int_equal(sl_time_read(&back, sl_buf_str(&buf), false), SL_OK);
    assert_true(back.ns == time.ns);
    sl_buf_clear(&buf);
    sl_time_add_http(&buf, time);
    assert_true(sl_str_is(sl_buf_str(&buf), header));
  }
  sl_buf_fini(&buf);
}

static void check_written(int64_t ns, const char *expected) {
  sl_buf buf;
  sl_buf_init(&buf, 100);
  sl_time_add(&buf, (sl_time){ns});
  sl_buf_add_u8(&buf, 0);
  assert_string_equal((const char *)buf.data, expected);
  sl_buf_fini(&buf);
}

static void fractions_are_as_long_as_they_must_be(void **state) {
  (void)state;
  check_written(0, "1970-01-01T00:00:00Z");
  check_written(1, "1970-01-01T00:00:00.000000001Z");
  check_written(120000000, "1970-01-01T00:00:00.12Z");
  check_written(INT64_C(1767323045678000000), "2026-01-02T03:04:05.678Z");
  check_written(-1, "1969-12-31T23:59:59.999999999Z");
  check_written(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
  check_written(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
}

static void the_date_of_http(void **state) {
  (void)state;
  sl_time time;
  assert_int_equal(sl_time_read(&time, SL_STR("1994-11-06T08:49:37Z"), false), SL_OK);
  sl_buf buf;
  sl_buf_init(&buf, 100);
  sl_time_add_http(&buf, time);
  assert_true(sl_str_is(sl_buf_str(&buf), "Sun, 06 Nov 1994 08:49:37 GMT"));
  sl_buf_fini(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rfc3339_with_its_edges),
    cmocka_unit_test(every_cut_of_a_good_text_is_refused),
    cmocka_unit_test(every_day_agrees_with_the_c_library),
    cmocka_unit_test(fractions_are_as_long_as_they_must_be),
    cmocka_unit_test(the_date_of_http),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
