/* Single values: exactness of decimals, rounding outward, forms of texts. */
#include "test.h"

#include "json/decode.h"

static sl_arena arena;

/* Read the one element of an array by a rule. */
static sl_err read_one(void *target, const char *text, const sl_json_member *rule) {
  char document[512];
  assert_true(snprintf(document, sizeof document, "[%s]", text) < (int)sizeof document);
  sl_json *json = NULL;
  const sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  sl_err err = sl_json_parse(&json, sl_str_bytes(sl_str_from(document)), &caps, NULL);
  if (err != SL_OK) return err;
  sl_fault fault = sl_fault_none();
  sl_json_reader reader = {.arena = &arena, .fault = &fault};
  sl_json_at root = sl_json_root(json);
  sl_json_at at = sl_json_element(&root, 0);
  err = sl_json_value(&reader, target, &at, rule);
  assert_int_equal(fault.code, err);
  if (err != SL_OK) assert_string_equal(fault.pointer, "/0");
  sl_json_free(json);
  return err;
}

static const sl_json_member degrees = {
    .kind = SL_JSON_DECIMAL, .scale = 9, .min = -180 * SL_ND_PER_DEG, .max = 180 * SL_ND_PER_DEG};

static void degrees_are_exact(void **state) {
  (void)state;
  static const struct { const char *text; int64_t nd; } cases[] = {
      {"47.430866", 47430866000}, {"9.383099", 9383099000},       {"-0", 0},
      {"-0.0", 0},                {"0.000000001", 1},             {"-0.000000001", -1},
      {"180", 180000000000},      {"-180.0", -180000000000},      {"179.999999999", 179999999999},
      {"1e-9", 1},                {"1.8E2", 180000000000},        {"0.0000000004", 0},
      {"0.0000000006", 1},        {"1e-400", 0},                  {"12.3456789012345678901234567890", 12345678901}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t nd = 99;
    assert_int_equal(read_one(&nd, cases[i].text, &degrees), SL_OK);
    assert_true(nd == cases[i].nd);
  }
  int64_t nd = 99;
  assert_int_equal(read_one(&nd, "180.000000001", &degrees), SL_ERR_RANGE);
  assert_int_equal(read_one(&nd, "1e300", &degrees), SL_ERR_RANGE);
  assert_int_equal(read_one(&nd, "-1e18", &degrees), SL_ERR_RANGE);
  assert_int_equal(read_one(&nd, "9223372036854775807", &degrees), SL_ERR_RANGE);
  assert_int_equal(read_one(&nd, "\"1\"", &degrees), SL_ERR_TYPE);
  assert_int_equal(nd, 99);
}

/* The bound stated in decode.h, held against the exact reader of base/text.h: any
 * number of digits, each range in use. */
static void decimals_agree_with_the_exact_reader(void **state) {
  (void)state;
  static const struct { int64_t max; uint8_t scale; } kinds[] = {
      {180 * SL_ND_PER_DEG, 9}, {SL_LEN_MAX_MM, 3}, {3600 * SL_NS_PER_S, 9}, {86400 * SL_NS_PER_S, 9}};
  sl_rng rng = sl_rng_start("json_decimal", 5);
  for (int round = 0; round < 40000; round++) {
    size_t k = (size_t)sl_rng_between(&rng, 0, 3);
    int64_t value = sl_rng_between(&rng, -kinds[k].max, kinds[k].max);
    sl_buf text;
    sl_buf_init(&text, 64);
    sl_decimal_add(&text, value, kinds[k].scale);
    sl_buf_add_u8(&text, 0);
    sl_json_member rule = {.kind = SL_JSON_DECIMAL, .scale = kinds[k].scale, .min = -kinds[k].max, .max = kinds[k].max};
    for (int r = SL_ROUND_NEAREST; r <= SL_ROUND_UP; r++) {
      int64_t read = 0;
      rule.round = (sl_round)r;
      assert_int_equal(read_one(&read, (const char *)text.data, &rule), SL_OK);
      assert_true(read == value);
    }
    sl_buf_fini(&text);
  }
}

static void rounding_goes_outward(void **state) {
  (void)state;
  sl_json_member rule = {.kind = SL_JSON_DECIMAL, .scale = 3, .min = -1000000, .max = 1000000};
  static const struct { const char *text; int64_t nearest, down, up; } cases[] = {
      {"1.0004", 1000, 1000, 1001},   {"1.0006", 1001, 1000, 1001},  {"-1.0004", -1000, -1001, -1000},
      {"0.1", 100, 100, 100},         {"120.3", 120300, 120300, 120300}, {"304.8", 304800, 304800, 304800},
      {"1e-9", 0, 0, 1},              {"-1e-9", 0, -1, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t value = 0;
    rule.round = SL_ROUND_NEAREST;
    assert_int_equal(read_one(&value, cases[i].text, &rule), SL_OK);
    assert_int_equal(value, cases[i].nearest);
    rule.round = SL_ROUND_DOWN;
    assert_int_equal(read_one(&value, cases[i].text, &rule), SL_OK);
    assert_int_equal(value, cases[i].down);
    rule.round = SL_ROUND_UP;
    assert_int_equal(read_one(&value, cases[i].text, &rule), SL_OK);
    assert_int_equal(value, cases[i].up);
  }
}

static void integers_keep_their_width(void **state) {
  (void)state;
  const sl_json_member u8 = {.kind = SL_JSON_U8, .max = 3}, i32 = {.kind = SL_JSON_I32, .min = -7, .max = 7},
                       i64 = {.kind = SL_JSON_I64, .min = INT64_MIN, .max = INT64_MAX};
  uint8_t byte = 9;
  assert_int_equal(read_one(&byte, "3", &u8), SL_OK);
  assert_int_equal(byte, 3);
  assert_int_equal(read_one(&byte, "-1", &u8), SL_ERR_RANGE);
  int32_t word = 0;
  assert_int_equal(read_one(&word, "-7", &i32), SL_OK);
  assert_int_equal(word, -7);
  int64_t wide = 0;
  assert_int_equal(read_one(&wide, "9007199254740993", &i64), SL_OK);
  assert_true(wide == INT64_C(9007199254740993));
  assert_int_equal(read_one(&wide, "-9223372036854775808", &i64), SL_OK);
  assert_true(wide == INT64_MIN);
  assert_int_equal(read_one(&wide, "9223372036854775808", &i64), SL_ERR_RANGE);
}

static void texts_have_forms(void **state) {
  (void)state;
  const sl_json_member time = {.kind = SL_JSON_TIME}, uuid = {.kind = SL_JSON_UUID},
                       text = {.kind = SL_JSON_TEXT, .min = 1, .max = 3}, hex = {.kind = SL_JSON_HEX, .max = 2},
                       base64 = {.kind = SL_JSON_BASE64, .min = 1, .max = 4};
  sl_time t = {0};
  assert_int_equal(read_one(&t, "\"2026-01-02T03:04:05.678Z\"", &time), SL_OK);
  assert_true(t.ns == INT64_C(1767323045678000000));
  assert_int_equal(read_one(&t, "\"2026-01-02T03:04:05+00:00\"", &time), SL_ERR_SYNTAX);
  assert_int_equal(read_one(&t, "\"2026-01-02T03:04:60Z\"", &time), SL_ERR_RANGE);
  assert_int_equal(read_one(&t, "5", &time), SL_ERR_TYPE);
  sl_uuid id;
  assert_int_equal(read_one(&id, "\"00000000-0000-4000-8000-000000000001\"", &uuid), SL_OK);
  assert_int_equal(read_one(&id, "\"00000000-0000-1000-8000-000000000001\"", &uuid), SL_ERR_SYNTAX);
  sl_str s = {NULL, 0};
  assert_int_equal(read_one(&s, "\"a\\u00e9\"", &text), SL_OK);
  assert_int_equal(s.size, 3);
  assert_memory_equal(s.data, "a\xC3\xA9", 4);
  assert_int_equal(read_one(&s, "\"\"", &text), SL_ERR_RANGE);
  assert_int_equal(read_one(&s, "\"abcd\"", &text), SL_ERR_CAP);
  uint8_t bytes[2] = {0};
  assert_int_equal(read_one(bytes, "\"0aff\"", &hex), SL_OK);
  assert_int_equal(bytes[0], 10);
  assert_int_equal(read_one(bytes, "\"0aFF\"", &hex), SL_ERR_SYNTAX);
  assert_int_equal(read_one(bytes, "\"0aff0\"", &hex), SL_ERR_SYNTAX);
  sl_span span = {NULL, 0};
  assert_int_equal(read_one(&span, "\"AQID\"", &base64), SL_OK);
  assert_int_equal(span.size, 3);
  assert_int_equal(read_one(&span, "\"AQIDBA==\"", &base64), SL_OK);
  assert_int_equal(read_one(&span, "\"AQIDBAU=\"", &base64), SL_ERR_CAP);
  assert_int_equal(read_one(&span, "\"AQIDBA\"", &base64), SL_ERR_SYNTAX);
  assert_int_equal(read_one(&span, "\"\"", &base64), SL_ERR_RANGE);
}

static void words_are_closed(void **state) {
  (void)state;
  static const sl_json_word words[] = {{"one", 1}, {"two", 2}, {NULL, 0}};
  const sl_json_member word = {.kind = SL_JSON_WORD, .words = words}, unit = {.kind = SL_JSON_UNIT, .words = words},
                       flag = {.kind = SL_JSON_BOOL};
  int value = 0;
  assert_int_equal(read_one(&value, "\"two\"", &word), SL_OK);
  assert_int_equal(value, 2);
  assert_int_equal(read_one(&value, "\"Two\"", &word), SL_ERR_UNKNOWN);
  assert_int_equal(read_one(&value, "\"three\"", &unit), SL_ERR_UNIT);
  assert_int_equal(read_one(&value, "2", &unit), SL_ERR_TYPE);
  bool b = true;
  assert_int_equal(read_one(&b, "false", &flag), SL_OK);
  assert_false(b);
  assert_int_equal(read_one(&b, "0", &flag), SL_ERR_TYPE);
}

int main(void) {
  sl_arena_init(&arena, 1u << 20);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(degrees_are_exact),      cmocka_unit_test(decimals_agree_with_the_exact_reader),
      cmocka_unit_test(rounding_goes_outward),  cmocka_unit_test(integers_keep_their_width),
      cmocka_unit_test(texts_have_forms),       cmocka_unit_test(words_are_closed),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
