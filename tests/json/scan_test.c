/* Caps, NUL and UTF-8 before the library; line, column and pointer of a byte. */
#include "test.h"

#include "json/scan.h"

static const sl_json_caps small = {.size = 200, .depth = 4, .digits = 8, .string = 10, .values = 12};

static sl_err scan_text(const char *text, sl_fault *fault) {
  return sl_json_scan(sl_str_bytes(sl_str_from(text)), &small, fault);
}

static void caps_are_exact(void **state) {
  (void)state;
  static const struct { const char *text; sl_err expected; const char *pointer; } cases[] = {
      {"[[[[1]]]]", SL_OK, ""},
      {"[[[[[1]]]]]", SL_ERR_CAP, "/0/0/0/0"},
      {"[12345678]", SL_OK, ""},
      {"[123456789]", SL_ERR_CAP, "/0"},
      {"{\"a\":-1.25e+99}", SL_ERR_CAP, "/a"},
      {"[\"0123456789\"]", SL_OK, ""},
      {"[\"01234567890\"]", SL_ERR_CAP, "/0"},
      {"[1,2,3,4,5,6,7,8,9,10,11]", SL_OK, ""},
      {"[1,2,3,4,5,6,7,8,9,10,11,12]", SL_ERR_CAP, "/11"},
      {"[{\"a\":true},{\"b\":null},{\"c\":{\"d\":{}}}]", SL_OK, ""},
      {"[{\"c\":{\"d\":{\"e\":{}}}}]", SL_ERR_CAP, "/0/c/d/e"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_fault fault = sl_fault_none();
    assert_int_equal(scan_text(cases[i].text, &fault), cases[i].expected);
    assert_int_equal(fault.code, cases[i].expected);
    assert_string_equal(fault.pointer, cases[i].pointer);
  }
  char large[202];
  memset(large, ' ', sizeof large);
  assert_int_equal(sl_json_scan((sl_span){(uint8_t *)large, 200}, &small, NULL), SL_OK);
  assert_int_equal(sl_json_scan((sl_span){(uint8_t *)large, 201}, &small, NULL), SL_ERR_CAP);
  assert_int_equal(sl_json_scan((sl_span){NULL, 0}, &small, NULL), SL_OK);
}

static void utf8_is_strict(void **state) {
  (void)state;
  static const char *const good[] = {"\"\xC3\xA9\"", "\"\xE2\x82\xAC\"", "\"\xF0\x9F\x9B\xA9\"", "\"\xED\x9F\xBF\"",
                                     "\"\xF4\x8F\xBF\xBF\"", "\"\\\"\\\\\""};
  static const char *const bad[] = {"\"\x80\"", "\"\xC0\xAF\"", "\"\xC1\xBF\"", "\"\xE0\x80\xAF\"", "\"\xED\xA0\x80\"",
                                    "\"\xF0\x80\x80\xAF\"", "\"\xF4\x90\x80\x80\"", "\"\xF5\x80\x80\x80\"",
                                    "\"\xE2\x82\"", "\xFF", "[\xC3", "\"\\\xFF\""};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_int_equal(scan_text(good[i], NULL), SL_OK);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_int_equal(scan_text(bad[i], NULL), SL_ERR_SYNTAX);
}

static void nul_is_placed(void **state) {
  (void)state;
  static const char inside[] = "{\"ab\":\n [1, \"x\0y\"]}";
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_json_scan((sl_span){(const uint8_t *)inside, sizeof inside - 1}, &small, &fault), SL_ERR_SYNTAX);
  assert_int_equal(fault.offset, 14);
  assert_int_equal(fault.line, 2);
  assert_int_equal(fault.column, 8);
  assert_string_equal(fault.pointer, "/ab/1");
  static const char outside[] = "[1,\0 2]";
  assert_int_equal(sl_json_scan((sl_span){(const uint8_t *)outside, sizeof outside - 1}, &small, NULL), SL_ERR_SYNTAX);
  static const char escaped[] = "\"\\\0\"";
  assert_int_equal(sl_json_scan((sl_span){(const uint8_t *)escaped, sizeof escaped - 1}, &small, NULL), SL_ERR_SYNTAX);
}

/* Foreign names travel only when they are plain. */
static void pointers_do_not_echo(void **state) {
  (void)state;
  static const struct { const char *text; const char *pointer; } cases[] = {
      {"{\"plain_1\":", "/plain_1"},
      {"{\"<b>\":", "/?"},
      {"{\"a\\u0041\":", "/?"},
      {"{\"\":", "/?"},
      {"{\"a\":1,", ""},
      {"{\"a\":{\"b\":[0,[1,2,", "/a/b/1/2"},
      {"{\"0123456789012345678901234567890123456789\":", "/0123456789012345678901234567890123456789"},
      {"{\"01234567890123456789012345678901234567890\":", "/?"},
      {"}}]]{\"a\":", "/a"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_fault fault = sl_fault_none();
    sl_span text = sl_str_bytes(sl_str_from(cases[i].text));
    sl_json_place(&fault, text, text.size);
    assert_string_equal(fault.pointer, cases[i].pointer);
  }
}

static void long_pointers_keep_whole_segments(void **state) {
  (void)state;
  char pointer[128] = "";
  size_t used = 0;
  for (int i = 0; i < 40; i++) used = sl_json_pointer_name(pointer, used, SL_STR("abcdefghi"));
  assert_int_equal(used, 120);
  used = sl_json_pointer_index(pointer, used, 1234567);
  assert_int_equal(used, 120);
  used = sl_json_pointer_index(pointer, used, 123456);
  assert_int_equal(used, 127);
  assert_int_equal(strlen(pointer), 127);
  assert_int_equal(sl_json_pointer_index(pointer, used, 1), 127);
}

/* No text makes the walk leave its memory, and places stay within the text. */
static void any_bytes(void **state) {
  (void)state;
  static const char alphabet[] = "{}[]\",:\\ab1-e \n\xC3\xA9";
  sl_rng rng = sl_rng_start("json_scan", 11);
  for (int round = 0; round < 20000; round++) {
    uint8_t text[64];
    size_t size = (size_t)sl_rng_between(&rng, 0, sizeof text);
    for (size_t i = 0; i < size; i++) text[i] = (uint8_t)alphabet[sl_rng_between(&rng, 0, sizeof alphabet - 1)];
    sl_fault fault = sl_fault_none();
    sl_err err = sl_json_scan((sl_span){text, size}, &small, &fault);
    assert_int_equal(fault.code, err);
    assert_true(fault.offset <= size);
    sl_json_place(&fault, (sl_span){text, size}, (size_t)sl_rng_between(&rng, 0, 80));
    assert_true(fault.offset <= size && fault.line >= 1 && fault.column >= 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(caps_are_exact),       cmocka_unit_test(utf8_is_strict),
      cmocka_unit_test(nul_is_placed),        cmocka_unit_test(pointers_do_not_echo),
      cmocka_unit_test(long_pointers_keep_whole_segments), cmocka_unit_test(any_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
