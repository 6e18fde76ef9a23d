/* Targets have one spelling, authorities a normal form, fields one form. */
#include "test.h"

#include "base/text.h"
#include "wire/field.h"

static void targets(void **state) {
  (void)state;
  static const struct { const char *target; const char *path; const char *query; } good[] = {
      {"/", "/", NULL}, {"/v1/cases", "/v1/cases", NULL}, {"/v1/cases?", "/v1/cases", ""},
      {"/v1/log/tile/0/x001/234.p/5", "/v1/log/tile/0/x001/234.p/5", NULL},
      {"/v1/events?after=3&wait=10", "/v1/events", "after=3&wait=10"}, {"/a?b?c", "/a", "b?c"},
      {"/a?x=%2F", "/a", "x=%2F"}, {"/a/", "/a/", NULL}, {"/.well-known", "/.well-known", NULL}};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    sl_str path = {NULL, 0}, query = {NULL, 0};
    assert_int_equal(sl_target_split(&path, &query, sl_str_from(good[i].target)), SL_OK);
    assert_true(sl_str_is(path, good[i].path));
    assert_int_equal(query.data == NULL, good[i].query == NULL);
    if (good[i].query != NULL) assert_true(sl_str_is(query, good[i].query));
  }
  static const char *const bad[] = {"", "v1", "*", "http://a/b", "//a", "/a//b", "/a/../b", "/..", "/./a", "/.", "/a%2e",
                                    "/a b", "/a#b", "/a?b#c", "/a?b=%0", "/a?b=%zz", "/a?b=%00", "/a?b c", "/\xC3\xA9",
                                    "/a?\xC3\xA9", "/a\\b", "/a;b", "?a", "/a?\"", "/a?%"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    sl_str path = {NULL, 7}, query = {NULL, 7};
    assert_int_equal(sl_target_split(&path, &query, sl_str_from(bad[i])), SL_ERR_SYNTAX);
    assert_int_equal(path.size + query.size, 14);
  }
  sl_str path = {NULL, 0}, query = {NULL, 0};
  assert_int_equal(sl_target_split(&path, &query, (sl_str){"/a\0b", 4}), SL_ERR_SYNTAX);
  assert_int_equal(sl_target_split(&path, &query, (sl_str){"/a?\0", 4}), SL_ERR_SYNTAX);
  char text[SL_TARGET_MAX + 1];
  memset(text, 'a', sizeof text);
  text[0] = '/';
  assert_int_equal(sl_target_split(&path, &query, (sl_str){text, SL_TARGET_MAX}), SL_OK);
  assert_int_equal(sl_target_split(&path, &query, (sl_str){text, SL_TARGET_MAX + 1}), SL_ERR_CAP);
}

static void authorities(void **state) {
  (void)state;
  static const struct { const char *authority, *normal; } cases[] = {
      {"Example.COM", "example.com"}, {"example.com:443", "example.com"}, {"example.com:8443", "example.com:8443"},
      {"[::1]:443", "[::1]"},         {"[::443]", "[::443]"},             {"127.0.0.1:80", "127.0.0.1:80"},
      {"", NULL},                     {"a b", NULL},                      {"user@host", NULL},
      {"a/b", NULL},                  {"a\nb", NULL},                     {":443", ":443"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_buf out;
    sl_buf_init(&out, 300);
    sl_err err = sl_authority_add(&out, sl_str_from(cases[i].authority));
    assert_int_equal(err, cases[i].normal != NULL ? SL_OK : SL_ERR_SYNTAX);
    if (cases[i].normal != NULL) assert_true(sl_str_is(sl_buf_str(&out), cases[i].normal));
    sl_buf_fini(&out);
  }
  char text[SL_AUTHORITY_MAX + 1];
  memset(text, 'a', sizeof text);
  sl_buf out;
  sl_buf_init(&out, 300);
  assert_int_equal(sl_authority_add(&out, (sl_str){text, sizeof text}), SL_ERR_CAP);
  sl_buf_fini(&out);
}

static void pieces(void **state) {
  (void)state;
  sl_str rest = SL_STR("a_-.9=12;\"x y\":AQ==:"), key = {NULL, 0}, text = {NULL, 0};
  int64_t number = 0;
  assert_true(sl_field_take_key(&rest, &key) && sl_str_is(key, "a_-.9"));
  assert_true(sl_field_take(&rest, "=") && sl_field_take_int(&rest, &number) && number == 12);
  assert_false(sl_field_take_int(&rest, &number));
  assert_true(sl_field_take(&rest, ";") && sl_field_take_string(&rest, &text) && sl_str_is(text, "x y"));
  assert_true(sl_field_take_bytes(&rest, &text) && sl_str_is(text, "AQ==") && rest.size == 0);
  assert_false(sl_field_take_key(&rest, &key) || sl_field_take_string(&rest, &text) ||
               sl_field_take_bytes(&rest, &text) || sl_field_take(&rest, ";"));
  static const char *const bad_ints[] = {"", "-1", "01", "1234567890123456", "x"};
  for (size_t i = 0; i < sizeof bad_ints / sizeof bad_ints[0]; i++) {
    rest = sl_str_from(bad_ints[i]);
    assert_false(sl_field_take_int(&rest, &number));
    assert_true(sl_str_is(rest, bad_ints[i]));
  }
  rest = SL_STR("123456789012345");
  assert_true(sl_field_take_int(&rest, &number) && number == INT64_C(123456789012345));
  static const char *const bad_strings[] = {"\"a", "\"a\\\"\"", "\"\t\"", "\"\x7F\"", "\"\xC3\xA9\"", "'a'"};
  for (size_t i = 0; i < sizeof bad_strings / sizeof bad_strings[0]; i++) {
    rest = sl_str_from(bad_strings[i]);
    assert_false(sl_field_take_string(&rest, &text));
  }
  assert_true(sl_str_is(sl_field_trim(SL_STR(" \t a b\t ")), "a b"));
  assert_int_equal(sl_field_trim(SL_STR(" \t")).size, 0);
  assert_true(sl_field_name_is(SL_STR("CoNtEnT-TyPe"), "content-type"));
  assert_false(sl_field_name_is(SL_STR("content-type "), "content-type"));
}

static void digests(void **state) {
  (void)state;
  sl_buf out;
  sl_buf_init(&out, 300);
  uint8_t digest[32] = {0};
  sl_content_digest_add(&out, digest);
  assert_true(sl_str_is(sl_buf_str(&out), "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"));
  sl_buf_fini(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(targets), cmocka_unit_test(authorities),
                                     cmocka_unit_test(pieces), cmocka_unit_test(digests)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
