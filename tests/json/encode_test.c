/* The writer: commas, nesting, forms, and failures that stick. */
#include "test.h"

#include "json/encode.h"

static void one_of_each(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 4096);
  sl_json_out out = sl_json_out_of(&buf);
  const uint8_t bytes[3] = {1, 2, 0xff};
  const sl_uuid id = {.bytes = {[6] = 0x40, [8] = 0x80, [15] = 1}};
  sl_json_open(&out, NULL, '{');
  sl_json_add_text(&out, "text", "a\"b\n");
  sl_json_add_str(&out, "str", (sl_str){"xyz", 2});
  sl_json_add_int(&out, "int", INT64_MIN);
  sl_json_open(&out, "list", '[');
  sl_json_open(&out, NULL, '[');
  sl_json_close(&out, ']');
  sl_json_add_bool(&out, NULL, true);
  sl_json_add_bool(&out, NULL, false);
  sl_json_close(&out, ']');
  sl_json_add_decimal(&out, "deg", 47430866000, 9);
  sl_json_add_time(&out, "time", (sl_time){1767323045678000000});
  sl_json_add_uuid(&out, "id", &id);
  sl_json_add_hex(&out, "hex", (sl_span){bytes, 3});
  sl_json_add_base64(&out, "b64", (sl_span){bytes, 3});
  sl_json_add_raw(&out, "raw", SL_STR("{\"a\":[]}"));
  sl_json_close(&out, '}');
  sl_buf_add_u8(&buf, 0);
  assert_int_equal(buf.error, SL_OK);
  assert_string_equal((const char *)buf.data,
                      "{\"text\":\"a\\\"b\\n\",\"str\":\"xy\",\"int\":-9223372036854775808,\"list\":[[],true,false],"
                      "\"deg\":47.430866,\"time\":\"2026-01-02T03:04:05.678Z\","
                      "\"id\":\"00000000-0000-4000-8000-000000000001\",\"hex\":\"0102ff\",\"b64\":\"AQL/\","
                      "\"raw\":{\"a\":[]}}");
  sl_buf_fini(&buf);
}

static void a_full_buffer_sticks(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 8);
  sl_json_out out = sl_json_out_of(&buf);
  sl_json_open(&out, NULL, '[');
  for (int i = 0; i < 9; i++) sl_json_add_int(&out, NULL, i);
  sl_json_close(&out, ']');
  assert_int_equal(buf.error, SL_ERR_CAP);
  assert_true(buf.size <= 8);
  sl_buf_fini(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_of_each), cmocka_unit_test(a_full_buffer_sticks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
