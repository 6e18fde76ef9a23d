/* Lines, clean UTF-8, numbers and hashes: one way to write a thing. */
#include "test.h"

#include "ledger/lines.h"

static void takes_line_by_line(void **state) {
  (void)state;
  sl_lines lines = sl_lines_of(SL_STR("one\n\nthree\nfour"));
  sl_str line;
  assert_int_equal(sl_lines_next(&lines, &line), SL_OK);
  assert_true(sl_str_is(line, "one"));
  assert_int_equal(sl_lines_next(&lines, &line), SL_OK);
  assert_int_equal(line.size, 0);
  assert_int_equal(sl_lines_next(&lines, &line), SL_OK);
  assert_true(sl_str_is(line, "three"));
  assert_int_equal(sl_lines_next(&lines, &line), SL_ERR_SYNTAX);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_lines_fault(&lines, &fault, SL_ERR_SYNTAX, "why"), SL_ERR_SYNTAX);
  assert_int_equal(fault.line, 4);
  assert_int_equal(sl_lines_fault(&lines, NULL, SL_ERR_CAP, "why"), SL_ERR_CAP);
  lines = sl_lines_of((sl_str){NULL, 0});
  assert_int_equal(sl_lines_next(&lines, &line), SL_ERR_END);
}

static void knows_clean_text(void **state) {
  (void)state;
  static const char *const clean[] = {"", "a\n", "\xE2\x80\x94 x", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
                                      "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x7f"};
  static const char *const dirty[] = {"\t", "a\r\n", "\x1f", "\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ",
                                      "\xE0\x9F\xBF", "\xE2\x80", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xF0\x90\x80"};
  for (size_t i = 0; i < sizeof clean / sizeof clean[0]; i++) {
    assert_true(sl_lines_clean(sl_str_from(clean[i])));
  }
  for (size_t i = 0; i < sizeof dirty / sizeof dirty[0]; i++) {
    assert_false(sl_lines_clean(sl_str_from(dirty[i])));
  }
  assert_false(sl_lines_clean((sl_str){"a\0b", 3}));
}

static void reads_numbers_of_64_bits(void **state) {
  (void)state;
  uint64_t value = 7;
  static const char *const bad[] = {"", "00", "01", "-1", "+1", " 1", "1 ", "1a", "18446744073709551616",
                                    "99999999999999999999", "100000000000000000000"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_int_equal(sl_lines_number(&value, sl_str_from(bad[i])), SL_ERR_SYNTAX);
  }
  assert_int_equal(value, 7);
  assert_int_equal(sl_lines_number(&value, SL_STR("0")), SL_OK);
  assert_int_equal(value, 0);
  assert_int_equal(sl_lines_number(&value, SL_STR("18446744073709551615")), SL_OK);
  assert_true(value == UINT64_MAX);
}

static void reads_hashes(void **state) {
  (void)state;
  sl_hash hash;
  const sl_hash zero = {{0}};
  assert_int_equal(sl_lines_hash(&hash, SL_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")), SL_OK);
  assert_memory_equal(&hash, &zero, 32);
  /* The last character's two spare bits must be zero; 31 and 33 bytes are no hash. */
  assert_int_equal(sl_lines_hash(&hash, SL_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=")), SL_ERR_SYNTAX);
  assert_int_equal(sl_lines_hash(&hash, SL_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")), SL_ERR_SYNTAX);
  assert_int_equal(sl_lines_hash(&hash, SL_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), SL_ERR_SYNTAX);
  assert_int_equal(sl_lines_hash(&hash, SL_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), SL_ERR_SYNTAX);
  assert_int_equal(sl_lines_hash(&hash, SL_STR("")), SL_ERR_SYNTAX);
}

static void finds_what_follows(void **state) {
  (void)state;
  sl_str rest = SL_STR("before");
  assert_false(sl_lines_after(&rest, SL_STR("inde"), "index "));
  assert_true(sl_str_is(rest, "before"));
  assert_true(sl_lines_after(&rest, SL_STR("index 7"), "index "));
  assert_true(sl_str_is(rest, "7"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_line_by_line), cmocka_unit_test(knows_clean_text),
      cmocka_unit_test(reads_numbers_of_64_bits), cmocka_unit_test(reads_hashes),
      cmocka_unit_test(finds_what_follows),
  };
  return cmocka_run_group_tests_name("ledger/lines", tests, NULL, NULL);
}
