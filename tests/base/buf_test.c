#include "test.h"

#include "base/buf.h"

static bool no_memory;
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_realloc(void *old, size_t size) { return no_memory ? NULL : __real_realloc(old, size); }

static void appends_stand_in_order(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 1000);
  sl_buf_add_text(&buf, "verdict");
  sl_buf_add(&buf, NULL, 0);
  sl_buf_add_str(&buf, SL_STR(": "));
  sl_buf_add_format(&buf, "%s %d", "CLEAR", 42);
  assert_int_equal(buf.error, SL_OK);
  assert_true(sl_str_is(sl_buf_str(&buf), "verdict: CLEAR 42"));
  sl_buf_clear(&buf);
  assert_int_equal(buf.size, 0);
  sl_buf_add_text(&buf, "x");
  assert_true(sl_str_is(sl_buf_str(&buf), "x"));
  sl_buf_fini(&buf);
  assert_int_equal(sl_buf_span(&buf).size, 0);
}

static void growth_matches_a_plain_array(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("base/buf", 2);
  enum { MAX = 100000 };
  static uint8_t model[MAX];
  size_t size = 0;
  sl_buf buf;
  sl_buf_init(&buf, MAX);
  for (;;) {
    uint8_t piece[700];
    size_t length = (size_t)sl_rng_between(&rng, 0, sizeof piece);
    for (size_t i = 0; i < length; i++)
      piece[i] = (uint8_t)sl_rng_next(&rng);
    sl_buf_add(&buf, piece, length);
    if (size + length > MAX)
      break;
    memcpy(model + size, piece, length);
    size += length;
    assert_int_equal(buf.size, size);
  }
  assert_int_equal(buf.error, SL_ERR_CAP);
  assert_int_equal(buf.size, size);
  assert_memory_equal(buf.data, model, size);
  assert_true(buf.room <= MAX);
  sl_buf_fini(&buf);
}

static void the_cap_is_exact_and_the_error_sticks(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 5);
  sl_buf_add_format(&buf, "%s", "12345");   /* the terminator needs no room of its own */
  assert_int_equal(buf.error, SL_OK);
  sl_buf_add_format(&buf, "%s", "");
  assert_int_equal(buf.error, SL_OK);
  sl_buf_add_text(&buf, "6");
  assert_int_equal(buf.error, SL_ERR_CAP);
  assert_int_equal(buf.size, 5);
  sl_buf_clear(&buf);
  assert_int_equal(buf.error, SL_OK);
  sl_buf_add_text(&buf, "1234567");
  sl_buf_add_text(&buf, "1");
  assert_int_equal(buf.error, SL_ERR_CAP);
  assert_int_equal(buf.size, 0);
  sl_buf_fini(&buf);
  sl_buf_init(&buf, 0);
  sl_buf_add_u8(&buf, 1);
  assert_int_equal(buf.error, SL_ERR_CAP);
  sl_buf_fini(&buf);
}

static void lack_of_memory_sticks(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 1000);
  sl_buf_add_text(&buf, "kept");
  no_memory = true;
  for (int i = 0; i < 600; i++)
    sl_buf_add_u8(&buf, 'x');
  no_memory = false;
  assert_int_equal(buf.error, SL_ERR_NOMEM);
  size_t size = buf.size;
  sl_buf_add_u8(&buf, 'x');
  assert_int_equal(buf.size, size);
  assert_memory_equal(buf.data, "kept", 4);
  sl_buf_fini(&buf);
}

static void the_reader_gives_back_what_was_written(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 1000);
  sl_buf_add_u8(&buf, 0xfe);
  sl_buf_add_u16(&buf, 0xfedc);
  sl_buf_add_u32(&buf, 0xfedcba98);
  sl_buf_add_u64(&buf, UINT64_C(0xfedcba9876543210));
  sl_buf_add_i64(&buf, INT64_MIN);
  sl_buf_add_i64(&buf, -2);
  sl_buf_add_block(&buf, sl_str_bytes(SL_STR("block")));
  sl_buf_add_block(&buf, (sl_span){NULL, 0});
  assert_int_equal(buf.error, SL_OK);
  assert_memory_equal(buf.data, "\xfe\xfe\xdc\xfe\xdc\xba\x98", 7);   /* highest byte first */
  sl_reader reader = sl_reader_of(sl_buf_span(&buf));
  assert_int_equal(sl_read_u8(&reader), 0xfe);
  assert_int_equal(sl_read_u16(&reader), 0xfedc);
  assert_int_equal(sl_read_u32(&reader), 0xfedcba98);
  assert_true(sl_read_u64(&reader) == UINT64_C(0xfedcba9876543210));
  assert_true(sl_read_i64(&reader) == INT64_MIN);
  assert_true(sl_read_i64(&reader) == -2);
  assert_true(sl_str_is(sl_span_text(sl_read_block(&reader)), "block"));
  assert_int_equal(sl_read_block(&reader).size, 0);
  assert_int_equal(sl_reader_done(&reader), SL_OK);
  sl_buf_fini(&buf);
}

static void a_short_input_fails_for_good(void **state) {
  (void)state;
  const uint8_t bytes[] = {0, 0, 0, 9, 'x', 1, 2, 3, 4};
  sl_reader reader = sl_reader_of((sl_span){bytes, sizeof bytes});
  assert_int_equal(sl_read_block(&reader).size, 0);
  assert_int_equal(reader.error, SL_ERR_CORRUPT);
  assert_int_equal(sl_read_u8(&reader), 0);
  assert_int_equal(sl_reader_done(&reader), SL_ERR_CORRUPT);
  sl_reader left = sl_reader_of((sl_span){bytes, 5});
  assert_int_equal(sl_read_u32(&left), 9);
  assert_int_equal(sl_reader_done(&left), SL_ERR_CORRUPT);   /* one byte left over */
  sl_reader empty = sl_reader_of((sl_span){NULL, 0});
  assert_int_equal(sl_reader_done(&empty), SL_OK);
  assert_int_equal(sl_read_u64(&empty), 0);
  assert_int_equal(sl_reader_done(&empty), SL_ERR_CORRUPT);
}

static void a_block_is_appended_whole_or_not_at_all(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 8);
  sl_buf_add_block(&buf, sl_str_bytes(SL_STR("12345")));
  assert_int_equal(buf.error, SL_ERR_CAP);
  assert_int_equal(buf.size, 0);
  sl_buf_fini(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(appends_stand_in_order),
    cmocka_unit_test(growth_matches_a_plain_array),
    cmocka_unit_test(the_cap_is_exact_and_the_error_sticks),
    cmocka_unit_test(lack_of_memory_sticks),
    cmocka_unit_test(the_reader_gives_back_what_was_written),
    cmocka_unit_test(a_short_input_fails_for_good),
    cmocka_unit_test(a_block_is_appended_whole_or_not_at_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
