#include "test.h"

#include <inttypes.h>

#include "base/text.h"

#define UNTOUCHED INT64_C(0x5a5a5a5a5a5a5a5a)

typedef struct decimal_case {
  const char *text;
  int scale;
  sl_err err;
  int64_t value;
} decimal_case;

static const decimal_case decimals[] = {
  {"0", 9, SL_OK, 0}, {"-0", 9, SL_OK, 0}, {"0.0", 9, SL_OK, 0}, {"-0.0e5", 9, SL_OK, 0},
  {"47.1", 9, SL_OK, INT64_C(47100000000)}, {"-179.999999999", 9, SL_OK, INT64_C(-179999999999)},
  {"1e-7", 9, SL_OK, 100}, {"1E-7", 9, SL_OK, 100}, {"1e+2", 0, SL_OK, 100}, {"1.5e1", 0, SL_OK, 15},
  {"1e-9", 9, SL_OK, 1}, {"5e-10", 9, SL_OK, 1}, {"4.9999e-10", 9, SL_OK, 0}, {"-5e-10", 9, SL_OK, -1},
  {"4e-10", 9, SL_OK, 0}, {"9e-11", 9, SL_OK, 0}, {"0.5", 0, SL_OK, 1}, {"-0.5", 0, SL_OK, -1},
  {"1.4999999999999999999999", 0, SL_OK, 1}, {"1.5", 0, SL_OK, 2}, {"2.5", 0, SL_OK, 3}, {"-2.5", 0, SL_OK, -3},
  {"9.5", 0, SL_OK, 10}, {"99.95", 1, SL_OK, 1000},
  {"1500", -2, SL_OK, 15}, {"1550", -2, SL_OK, 16}, {"49", -2, SL_OK, 0}, {"50", -2, SL_OK, 1},
  {"9223372036854775807", 0, SL_OK, INT64_MAX}, {"-9223372036854775808", 0, SL_OK, INT64_MIN},
  {"9223372036854775807.4", 0, SL_OK, INT64_MAX}, {"9223372036854775807.5", 0, SL_ERR_RANGE, 0},
  {"9223372036854775808", 0, SL_ERR_RANGE, 0}, {"-9223372036854775808.5", 0, SL_ERR_RANGE, 0},
  {"9.223372036854775807e18", 0, SL_OK, INT64_MAX}, {"9223372036.854775807", 9, SL_OK, INT64_MAX},
  {"9999999999999999999.5", 0, SL_ERR_RANGE, 0}, {"1e19", 0, SL_ERR_RANGE, 0}, {"20000000000000000000", 0, SL_ERR_RANGE, 0}, {"1e18", 0, SL_OK, INT64_C(1000000000000000000)},
  {"1e400", 0, SL_ERR_RANGE, 0}, {"1e-400", 0, SL_OK, 0}, {"0e99999999999999999999", 9, SL_OK, 0},
  {"1e99999999999999999999", 9, SL_ERR_RANGE, 0}, {"1e-99999999999999999999", 9, SL_OK, 0},
  {"0.00000000000000000000000000000000000000000000000001e50", 0, SL_OK, 1},
  {"1000000000000000000000000000000000000000000000000000e-51", 0, SL_OK, 1},
  {"", 9, SL_ERR_SYNTAX, 0}, {"-", 9, SL_ERR_SYNTAX, 0}, {"+1", 9, SL_ERR_SYNTAX, 0}, {"01", 9, SL_ERR_SYNTAX, 0},
  {"00", 9, SL_ERR_SYNTAX, 0}, {"-01.5", 9, SL_ERR_SYNTAX, 0}, {"1.", 9, SL_ERR_SYNTAX, 0}, {".5", 9, SL_ERR_SYNTAX, 0},
  {"1.e5", 9, SL_ERR_SYNTAX, 0}, {"1e", 9, SL_ERR_SYNTAX, 0}, {"1e+", 9, SL_ERR_SYNTAX, 0}, {"1e1.5", 9, SL_ERR_SYNTAX, 0},
  {" 1", 9, SL_ERR_SYNTAX, 0}, {"1 ", 9, SL_ERR_SYNTAX, 0}, {"1,5", 9, SL_ERR_SYNTAX, 0}, {"0x10", 9, SL_ERR_SYNTAX, 0},
  {"NaN", 9, SL_ERR_SYNTAX, 0}, {"Infinity", 9, SL_ERR_SYNTAX, 0}, {"--1", 9, SL_ERR_SYNTAX, 0}, {"1e--1", 9, SL_ERR_SYNTAX, 0},
  {"1111111111111111111111111111111111111111111111111111111111111111", 9, SL_ERR_RANGE, 0},
  {"0.11111111111111111111111111111111111111111111111111111111111111", 9, SL_OK, 111111111},
  {"0.111111111111111111111111111111111111111111111111111111111111111", 9, SL_ERR_CAP, 0},
};

static void decimals_are_exact(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof decimals / sizeof decimals[0]; i++) {
    const decimal_case *c = &decimals[i];
    int64_t value = UNTOUCHED;
    sl_err err = sl_decimal_read(&value, sl_str_from(c->text), c->scale);
    if (err != c->err || value != (c->err == SL_OK ? c->value : UNTOUCHED))
      fail_msg("\"%s\" scale %d: %s %" PRId64, c->text, c->scale, sl_err_name(err), value);
  }
}

static void decimals_survive_a_round_trip(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("base/number", 3);
  sl_buf buf;
  sl_buf_init(&buf, 100);
  for (int i = 0; i < 100000; i++) {
    int64_t value = (int64_t)(sl_rng_next(&rng) >> sl_rng_between(&rng, 0, 63));
    if (sl_rng_next(&rng) & 1)
      value = (int64_t)(~(uint64_t)value + 1);
    int scale = (int)sl_rng_between(&rng, 0, 18);
    sl_buf_clear(&buf);
    sl_decimal_add(&buf, value, scale);
    int64_t back = UNTOUCHED;
    assert_int_equal(sl_decimal_read(&back, sl_buf_str(&buf), scale), SL_OK);
    assert_true(back == value);
    if (scale == 0) {
      assert_int_equal(sl_int_read(&back, sl_buf_str(&buf)), SL_OK);
      assert_true(back == value);
    }
  }
  sl_buf_fini(&buf);
}

static void written_decimals_are_shortest(void **state) {
  (void)state;
  static const struct { int64_t value; int scale; const char *text; } cases[] = {
    {0, 9, "0"}, {INT64_C(47100000000), 9, "47.1"}, {INT64_C(-47000000000), 9, "-47"}, {1, 9, "0.000000001"},
    {-1, 1, "-0.1"}, {100, 0, "100"}, {INT64_MIN, 0, "-9223372036854775808"},
    {INT64_MIN, 18, "-9.223372036854775808"}, {INT64_MAX, 18, "9.223372036854775807"}, {10, 1, "1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_buf buf;
    sl_buf_init(&buf, 100);
    sl_decimal_add(&buf, cases[i].value, cases[i].scale);
    sl_buf_add_u8(&buf, 0);
    assert_string_equal((const char *)buf.data, cases[i].text);
    sl_buf_fini(&buf);
  }
}

static void integers_are_strict(void **state) {
  (void)state;
  static const struct { const char *text; sl_err err; int64_t value; } cases[] = {
    {"0", SL_OK, 0}, {"-0", SL_OK, 0}, {"7", SL_OK, 7}, {"-7", SL_OK, -7}, {"9223372036854775807", SL_OK, INT64_MAX},
    {"-9223372036854775808", SL_OK, INT64_MIN}, {"9223372036854775808", SL_ERR_RANGE, 0},
    {"-9223372036854775809", SL_ERR_RANGE, 0}, {"9999999999999999999", SL_ERR_RANGE, 0},
    {"10000000000000000000", SL_ERR_RANGE, 0}, {"99999999999999999999999999", SL_ERR_RANGE, 0},
    {"", SL_ERR_SYNTAX, 0}, {"-", SL_ERR_SYNTAX, 0}, {"+1", SL_ERR_SYNTAX, 0}, {"00", SL_ERR_SYNTAX, 0}, {"-01", SL_ERR_SYNTAX, 0},
    {"1 ", SL_ERR_SYNTAX, 0}, {" 1", SL_ERR_SYNTAX, 0}, {"1.0", SL_ERR_SYNTAX, 0}, {"1e2", SL_ERR_SYNTAX, 0}, {"0x1", SL_ERR_SYNTAX, 0},
    {"1234567890123456789012x", SL_ERR_SYNTAX, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t value = UNTOUCHED;
    sl_err err = sl_int_read(&value, sl_str_from(cases[i].text));
    if (err != cases[i].err || value != (err == SL_OK ? cases[i].value : UNTOUCHED))
      fail_msg("\"%s\": %s", cases[i].text, sl_err_name(err));
  }
  int64_t value = UNTOUCHED;
  assert_int_equal(sl_int_read(&value, (sl_str){NULL, 0}), SL_ERR_SYNTAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(decimals_are_exact),
    cmocka_unit_test(decimals_survive_a_round_trip),
    cmocka_unit_test(written_decimals_are_shortest),
    cmocka_unit_test(integers_are_strict),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
