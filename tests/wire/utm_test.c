/* What the bodies share: statuses, messages, URLs, ids. */
#include "test.h"

#include "wire/utm.h"

static void statuses(void **state) {
  (void)state;
  assert_int_equal(sl_utm_status(SL_ERR_SYNTAX, false), 400);
  assert_int_equal(sl_utm_status(SL_ERR_UNSUPPORTED, true), 400);
  assert_int_equal(sl_utm_status(SL_ERR_CAP, false), 400);
  assert_int_equal(sl_utm_status(SL_ERR_CAP, true), 413);
  assert_int_equal(sl_utm_status(SL_ERR_NOMEM, true), 503);
}

static void messages(void **state) {
  (void)state;
  sl_buf out;
  sl_buf_init(&out, 4096);
  sl_utm_message_add(&out, "no \"such\" thing");
  assert_true(sl_str_is(sl_buf_str(&out), "{\"message\":\"no \\\"such\\\" thing\"}"));
  sl_fault fault = sl_fault_none();
  sl_fault_set(&fault, SL_ERR_RANGE, "too far");
  sl_buf_clear(&out);
  sl_utm_fault_add(&out, &fault);
  assert_true(sl_str_is(sl_buf_str(&out), "{\"message\":\"too far\"}"));
  memcpy(fault.pointer, "/extents/0", 11);
  sl_buf_clear(&out);
  sl_utm_fault_add(&out, &fault);
  assert_true(sl_str_is(sl_buf_str(&out), "{\"message\":\"/extents/0: too far\"}"));
  sl_buf_fini(&out);
}

static void base_urls(void **state) {
  (void)state;
  static const struct { const char *text; sl_err closed, open; } cases[] = {
      {"https://uss.example", SL_OK, SL_OK},
      {"https://uss.example:8443/a/b_c", SL_OK, SL_OK},
      {"https://[2001:db8::1]/x", SL_OK, SL_OK},
      {"http://uss.example", SL_ERR_UNSUPPORTED, SL_OK},
      {"HTTPS://uss.example", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https:///x", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://:80", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://a b", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://user@a", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://a/?x", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://a/#x", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://a\\b", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://a\nb", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"https://\xc3\xa9.example", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"file:///etc/passwd", SL_ERR_SYNTAX, SL_ERR_SYNTAX},
      {"", SL_ERR_SYNTAX, SL_ERR_SYNTAX}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(sl_utm_url_check(sl_str_from(cases[i].text), false, NULL), cases[i].closed);
    assert_int_equal(sl_utm_url_check(sl_str_from(cases[i].text), true, NULL), cases[i].open);
  }
  char large[SL_UTM_URL_MAX + 1];
  memset(large, 'a', sizeof large);
  memcpy(large, "https://", 8);
  assert_int_equal(sl_utm_url_check((sl_str){large, sizeof large}, false, NULL), SL_ERR_CAP);
  assert_int_equal(sl_utm_url_check((sl_str){large, sizeof large - 1}, false, NULL), SL_OK);
}

static void ids(void **state) {
  (void)state;
  sl_uuid id;
  assert_int_equal(sl_utm_id_read(&id, SL_STR("11111111-2222-4333-8444-555555555555"), NULL), SL_OK);
  assert_int_equal(sl_utm_id_read(&id, SL_STR("AAAAAAAA-BBBB-4CCC-9DDD-EEEEEEEEEEEE"), NULL), SL_OK);
  assert_int_equal(sl_utm_id_read(&id, SL_STR("11111111-2222-7333-8444-555555555555"), NULL), SL_ERR_SYNTAX);
  assert_int_equal(sl_utm_id_read(&id, SL_STR("11111111222243338444555555555555"), NULL), SL_ERR_SYNTAX);
  char text[37];
  sl_uuid_text(text, &sl_utm_no_subscription);
  assert_string_equal(text, "00000000-0000-4000-8000-000000000000");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(statuses), cmocka_unit_test(messages),
                                     cmocka_unit_test(base_urls), cmocka_unit_test(ids)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
