#include "test.h"

#include "base/text.h"

static sl_span bytes_of(const char *text) { return sl_str_bytes(sl_str_from(text)); }

static void hexadecimal(void **state) {
  (void)state;
  char text[9];
  const uint8_t bytes[4] = {0x00, 0x9f, 0xa0, 0xff};
  sl_hex(text, (sl_span){bytes, 4});
  assert_string_equal(text, "009fa0ff");
  sl_hex(text, (sl_span){NULL, 0});
  assert_string_equal(text, "");
  uint8_t back[4] = {0};
  assert_int_equal(sl_unhex(back, 4, SL_STR("009FA0fF")), SL_OK);
  assert_memory_equal(back, bytes, 4);
  static const char *const bad[] = {"", "009fa0f", "009fa0ff0", "009fa0ff00", "009fa0fg", "009fa0f ", "0x9fa0ff", "009fa0f:"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    memset(back, 0x5a, sizeof back);
    assert_int_equal(sl_unhex(back, 4, sl_str_from(bad[i])), SL_ERR_SYNTAX);
    assert_memory_equal(back, "\x5a\x5a\x5a\x5a", 4);
  }
}

static void base64_of_the_standard(void **state) {
  (void)state;
  /* RFC 4648, section 10. */
  static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
                                         {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    sl_buf buf;
    sl_buf_init(&buf, 100);
    sl_base64_add(&buf, bytes_of(pairs[i][0]));
    assert_true(sl_str_is(sl_buf_str(&buf), pairs[i][1]));
    uint8_t out[16];
    size_t size = sizeof out;
    assert_int_equal(sl_base64_read(out, &size, sl_str_from(pairs[i][1])), SL_OK);
    assert_int_equal(size, strlen(pairs[i][0]));
    assert_memory_equal(out, pairs[i][0], size);
    sl_buf_fini(&buf);
  }
  uint8_t out[3];
  size_t size = 3;
  assert_int_equal(sl_base64_read(out, &size, SL_STR("+/+/")), SL_OK);
  assert_memory_equal(out, "\xfb\xff\xbf", 3);
  assert_int_equal(sl_base64url_read(out, &size, SL_STR("-_-_")), SL_OK);
  assert_memory_equal(out, "\xfb\xff\xbf", 3);
}

static void base64_is_strict(void **state) {
  (void)state;
  static const char *const bad[] = {"Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zo==", "Zm9=", "Zm+=", "Zm9vY=Fy", "Zg==Zg==",
                                    "Zm 9", "Zm9v\n", " Zm9", "Zm9-", "Zm9_", "Zm9v====", "Zm=v"};
  static const char *const bad_url[] = {"Zg==", "Z", "Zm9vY", "Zh", "Zm9+", "Zm9/", "Zm9v=", "Zm 9"};
  uint8_t out[16];
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    size_t size = sizeof out;
    assert_int_equal(sl_base64_read(out, &size, sl_str_from(bad[i])), SL_ERR_SYNTAX);
    assert_int_equal(size, sizeof out);
  }
  for (size_t i = 0; i < sizeof bad_url / sizeof bad_url[0]; i++) {
    size_t size = sizeof out;
    assert_int_equal(sl_base64url_read(out, &size, sl_str_from(bad_url[i])), SL_ERR_SYNTAX);
  }
}

static void base64_stops_at_the_room_given(void **state) {
  (void)state;
  uint8_t out[6] = {0};
  size_t size = 5;
  assert_int_equal(sl_base64_read(out, &size, SL_STR("Zm9vYmFy")), SL_ERR_CAP);
  assert_int_equal(size, 5);
  assert_int_equal(out[0], 0);
  size = 0;
  assert_int_equal(sl_base64_read(NULL, &size, SL_STR("")), SL_OK);
  assert_int_equal(size, 0);
}

static void base64_survives_a_round_trip(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("base/encoding", 4);
  sl_buf buf;
  sl_buf_init(&buf, 1000);
  for (int i = 0; i < 10000; i++) {
    uint8_t bytes[100], out[100];
    size_t size = (size_t)sl_rng_between(&rng, 0, sizeof bytes);
    for (size_t k = 0; k < size; k++)
      bytes[k] = (uint8_t)sl_rng_next(&rng);
    bool url = sl_rng_next(&rng) & 1;
    sl_buf_clear(&buf);
    (url ? sl_base64url_add : sl_base64_add)(&buf, (sl_span){bytes, size});
    size_t back = size;
    assert_int_equal((url ? sl_base64url_read : sl_base64_read)(out, &back, sl_buf_str(&buf)), SL_OK);
    assert_int_equal(back, size);
    assert_memory_equal(out, bytes, size);
  }
  sl_buf_fini(&buf);
}

static void uuids(void **state) {
  (void)state;
  static const char four[] = "6b1a2c3d-4e5f-4a6b-8c7d-0123456789ab";
  static const char seven[] = "0190163d-8694-739b-aea5-966c26f8ad91";
  sl_uuid id;
  char text[37];
  assert_int_equal(sl_uuid_read(&id, SL_STR(four), 4), SL_OK);
  sl_uuid_text(text, &id);
  assert_string_equal(text, four);
  assert_int_equal(sl_uuid_read(&id, SL_STR("6B1A2C3D-4E5F-4A6B-8C7D-0123456789AB"), 4), SL_OK);
  sl_uuid_text(text, &id);
  assert_string_equal(text, four);
  assert_int_equal(sl_uuid_read(&id, SL_STR(four), 7), SL_ERR_SYNTAX);
  assert_int_equal(sl_uuid_read(&id, SL_STR(seven), 7), SL_OK);
  assert_int_equal(sl_uuid_read(&id, SL_STR(seven), 4), SL_ERR_SYNTAX);
  assert_int_equal(sl_uuid_read(&id, SL_STR("00000000-0000-0000-0000-000000000000"), 0), SL_OK);
  assert_int_equal(sl_uuid_read(&id, SL_STR("00000000-0000-0000-0000-000000000000"), 4), SL_ERR_SYNTAX);
  assert_int_equal(sl_uuid_read(&id, SL_STR("6b1a2c3d-4e5f-4a6b-cc7d-0123456789ab"), 4), SL_ERR_SYNTAX);   /* variant */
  static const char *const bad[] = {"", "6b1a2c3d4e5f4a6b8c7d0123456789ab", "6b1a2c3d-4e5f-4a6b-8c7d-0123456789a",
                                    "6b1a2c3d-4e5f-4a6b-8c7d-0123456789abc", "6b1a2c3d-4e5f-4a6b-8c7d-0123456789ag",
                                    "6b1a2c3d4-e5f-4a6b-8c7d-0123456789ab", "{b1a2c3d-4e5f-4a6b-8c7d-0123456789a}",
                                    "6b1a2c3d--e5f-4a6b-8c7d-0123456789ab"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(sl_uuid_read(&id, sl_str_from(bad[i]), 0), SL_ERR_SYNTAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(hexadecimal),
    cmocka_unit_test(base64_of_the_standard),
    cmocka_unit_test(base64_is_strict),
    cmocka_unit_test(base64_stops_at_the_room_given),
    cmocka_unit_test(base64_survives_a_round_trip),
    cmocka_unit_test(uuids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
