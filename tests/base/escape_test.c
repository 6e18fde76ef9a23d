#include "test.h"

#include "base/text.h"

static void check(sl_str in, const char *expected) {
  sl_buf buf;
  sl_buf_init(&buf, 1000);
  sl_json_escape_add(&buf, in);
  sl_buf_add_u8(&buf, 0);
  assert_int_equal(buf.error, SL_OK);
  assert_string_equal((const char *)buf.data, expected);
  sl_buf_fini(&buf);
}

static void what_json_needs_escaped(void **state) {
  (void)state;
  check(SL_STR(""), "");
  check((sl_str){NULL, 0}, "");
  check(SL_STR("plain, caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x81"), "plain, caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x81");
  check(SL_STR("\"\\/"), "\\\"\\\\/");
  check(SL_STR("\b\t\n\v\f\r"), "\\b\\t\\n\\u000b\\f\\r");
  check(SL_STR("a\0b\x1f\x7f"), "a\\u0000b\\u001f\x7f");
}

#define BAD "\xef\xbf\xbd"

static void bad_utf8_is_replaced_by_maximal_subparts(void **state) {
  (void)state;
  check(SL_STR("a\x80z"), "a" BAD "z");
  check(SL_STR("\xc0\xaf"), BAD BAD);                   /* overlong slash */
  check(SL_STR("\xc1\xbf"), BAD BAD);
  check(SL_STR("\xe0\x80\xaf"), BAD BAD BAD);           /* overlong in three */
  check(SL_STR("\xf0\x80\x80\xaf"), BAD BAD BAD BAD);   /* overlong in four */
  check(SL_STR("\xe2\xc0z"), BAD BAD "z");
  check(SL_STR("\xe2\x82\xc0z"), BAD BAD "z");
  check(SL_STR("\xed\xa0\x80"), BAD BAD BAD);           /* a surrogate */
  check(SL_STR("\xf4\x90\x80\x80"), BAD BAD BAD BAD);   /* beyond U+10FFFF */
  check(SL_STR("\xf5\x80"), BAD BAD);
  check(SL_STR("\xff\xfe"), BAD BAD);
  check(SL_STR("\xe2\x82"), BAD);                       /* cut at the end */
  check(SL_STR("\xe2\x82\""), BAD "\\\"");              /* the quote is not swallowed */
  check(SL_STR("\xf0\x9f\x9a"), BAD);
  check(SL_STR("\xc3"), BAD);
  check(SL_STR("\xf0\x90\x80\x80\xef\xbf\xbf\xed\x9f\xbf"), "\xf0\x90\x80\x80\xef\xbf\xbf\xed\x9f\xbf");
}

static void what_comes_out_needs_nothing_more(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("base/escape", 5);
  sl_buf once, twice;
  sl_buf_init(&once, 1000);
  sl_buf_init(&twice, 1000);
  for (int i = 0; i < 20000; i++) {
    char bytes[40];
    size_t size = (size_t)sl_rng_between(&rng, 0, sizeof bytes);
    for (size_t k = 0; k < size; k++) {
      bytes[k] = (char)sl_rng_between(&rng, 0, 255);
      if (bytes[k] == '\\' || bytes[k] == '"' || (bytes[k] >= 0 && bytes[k] < 0x20))
        bytes[k] = (char)0xe2;
    }
    sl_buf_clear(&once);
    sl_buf_clear(&twice);
    sl_json_escape_add(&once, (sl_str){bytes, size});
    sl_json_escape_add(&twice, sl_buf_str(&once));
    assert_true(sl_str_equal(sl_buf_str(&once), sl_buf_str(&twice)));
  }
  sl_buf_fini(&once);
  sl_buf_fini(&twice);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_json_needs_escaped),
    cmocka_unit_test(bad_utf8_is_replaced_by_maximal_subparts),
    cmocka_unit_test(what_comes_out_needs_nothing_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
