/* The encoding of DSSE's own example, and that type and payload never run together. */
#include "test.h"

#include "seal/dsse.h"

static void encodes_the_example(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 256);
  sl_dsse_pae_add(&buf, SL_STR("http://example.com/HelloWorld"), sl_str_bytes(SL_STR("hello world")));
  assert_int_equal(buf.error, SL_OK);
  assert_true(sl_str_is(sl_buf_str(&buf), "DSSEv1 29 http://example.com/HelloWorld 11 hello world"));
  sl_buf_clear(&buf);
  sl_dsse_pae_add(&buf, SL_STR(""), (sl_span){NULL, 0});
  assert_true(sl_str_is(sl_buf_str(&buf), "DSSEv1 0  0 "));
  sl_buf_fini(&buf);
}

static void signs_type_and_payload(void **state) {
  (void)state;
  const uint8_t seed[32] = {3};
  sl_key key;
  uint8_t signature[64];
  sl_key_from_seed(&key, seed);
  const sl_signer signer = sl_key_signer(&key);
  const sl_span payload = sl_str_bytes(SL_STR("{\"a\":1}"));
  assert_int_equal(sl_dsse_sign(signature, &signer, SL_STR("application/x"), payload), SL_OK);
  assert_int_equal(sl_dsse_check(key.public_key, signature, SL_STR("application/x"), payload), SL_OK);
  assert_int_equal(sl_dsse_check(key.public_key, signature, SL_STR("application/y"), payload), SL_ERR_SIGNATURE);
  assert_int_equal(sl_dsse_check(key.public_key, signature, SL_STR("application/x"), sl_str_bytes(SL_STR("{}"))),
                   SL_ERR_SIGNATURE);
  /* The same bytes signed bare are not an envelope. */
  assert_int_equal(signer.sign(signer.context, signature, payload), SL_OK);
  assert_int_equal(sl_dsse_check(key.public_key, signature, SL_STR("application/x"), payload), SL_ERR_SIGNATURE);
}

static void moves_no_boundary(void **state) {
  (void)state;
  const uint8_t seed[32] = {3};
  sl_key key;
  uint8_t signature[64];
  sl_key_from_seed(&key, seed);
  const sl_signer signer = sl_key_signer(&key);
  assert_int_equal(sl_dsse_sign(signature, &signer, SL_STR("a 1 b"), sl_str_bytes(SL_STR("c"))), SL_OK);
  assert_int_equal(sl_dsse_check(key.public_key, signature, SL_STR("a"), sl_str_bytes(SL_STR("b 1 c"))),
                   SL_ERR_SIGNATURE);
}

static void refuses_what_is_too_long(void **state) {
  (void)state;
  const uint8_t seed[32] = {3};
  static uint8_t payload[SL_DSSE_PAYLOAD_MAX + 1];
  char type[SL_DSSE_TYPE_MAX + 1];
  uint8_t signature[64] = {0};
  sl_key key;
  sl_key_from_seed(&key, seed);
  const sl_signer signer = sl_key_signer(&key);
  memset(type, 't', sizeof type);
  assert_int_equal(sl_dsse_sign(signature, &signer, SL_STR("t"), (sl_span){payload, sizeof payload}), SL_ERR_CAP);
  assert_int_equal(sl_dsse_sign(signature, &signer, (sl_str){type, sizeof type}, (sl_span){payload, 1}), SL_ERR_CAP);
  assert_int_equal(sl_dsse_sign(signature, &signer, (sl_str){type, SL_DSSE_TYPE_MAX},
                                (sl_span){payload, SL_DSSE_PAYLOAD_MAX}),
                   SL_OK);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(encodes_the_example),
      cmocka_unit_test(signs_type_and_payload),
      cmocka_unit_test(moves_no_boundary),
      cmocka_unit_test(refuses_what_is_too_long),
  };
  return cmocka_run_group_tests_name("seal/dsse", tests, NULL, NULL);
}
