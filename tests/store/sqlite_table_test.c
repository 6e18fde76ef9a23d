/* The SQL of the tables, and the sum beside each row. */
#include "test.h"

#include "store/sqlite_engine.h"

#define SPAN(literal) sl_str_bytes(SL_STR(literal))

static void tables_have_distinct_names(void **state) {
  (void)state;
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) {
    const sl_sqlite_text *text = sl_sqlite_table_text((sl_table)t);
    assert_non_null(strstr(text->create, "STRICT, WITHOUT ROWID"));
    for (unsigned u = 0; u < t; u++) assert_string_not_equal(text->create, sl_sqlite_table_text((sl_table)u)->create);
  }
}

/* The numbers are in the files: they must never change. */
static void sums_are_fixed(void **state) {
  (void)state;
  assert_int_equal(sl_sqlite_row_sum(SL_TABLE_META, SPAN(""), SPAN("")), INT64_C(-395683620765497432));
  assert_int_equal(sl_sqlite_row_sum(SL_TABLE_PAIR, SPAN("key"), SPAN("a longer value")), INT64_C(-5250564363861642328));
}

static void every_bit_counts(void **state) {
  (void)state;
  uint8_t bytes[64];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37);
  for (size_t size = 1; size <= 40; size++) {
    sl_span key = {bytes, size}, value = {bytes + 20, size};
    int64_t sum = sl_sqlite_row_sum(SL_TABLE_CASE, key, value);
    assert_true(sum != sl_sqlite_row_sum(SL_TABLE_EVENT, key, value));
    assert_true(sum != sl_sqlite_row_sum(SL_TABLE_CASE, value, key));
    assert_true(sum != sl_sqlite_row_sum(SL_TABLE_CASE, key, (sl_span){bytes + 20, size - 1}));
    for (size_t bit = 0; bit < 8 * (size + 20); bit++) {
      bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
      bool covered = bit / 8 < size || bit / 8 >= 20;
      assert_int_equal(sum != sl_sqlite_row_sum(SL_TABLE_CASE, key, value), covered);
      bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
  }
}

/* Zeros at an end, and bytes that move from key to value. */
static void lengths_count(void **state) {
  (void)state;
  static const uint8_t zeros[32];
  for (size_t size = 1; size < sizeof zeros; size++) {
    assert_true(sl_sqlite_row_sum(SL_TABLE_META, SPAN("k"), (sl_span){zeros, size}) !=
                sl_sqlite_row_sum(SL_TABLE_META, SPAN("k"), (sl_span){zeros, size - 1}));
  }
  assert_true(sl_sqlite_row_sum(SL_TABLE_META, SPAN("ab"), SPAN("c")) !=
              sl_sqlite_row_sum(SL_TABLE_META, SPAN("a"), SPAN("bc")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables_have_distinct_names),
      cmocka_unit_test(sums_are_fixed),
      cmocka_unit_test(every_bit_counts),
      cmocka_unit_test(lengths_count),
  };
  return cmocka_run_group_tests_name("store/sqlite_table", tests, NULL, NULL);
}
