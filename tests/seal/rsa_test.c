/* RSA keys: from files and from numbers, what is refused, and RS256. */
#include "test.h"

#include "../wire/issuer.h"
#include "seal/rsa.h"

static issuer *first, *weak, *curve;

static sl_err take(sl_rsa_key **out, const sl_buf *text, sl_fault *fault) {
  sl_str rest = sl_buf_str(text);
  return sl_rsa_key_take_pem(out, &rest, fault);
}

static void verifies(const sl_rsa_key *key) {
  sl_buf signature;
  sl_buf_init(&signature, 4096);
  issuer_sign(&signature, first, SL_STR("message"), "SHA256");
  const sl_span message = sl_str_bytes(SL_STR("message")), other = sl_str_bytes(SL_STR("messagf"));
  sl_span bytes = sl_buf_span(&signature);
  assert_true(sl_rsa_verify(key, bytes, message));
  assert_false(sl_rsa_verify(key, bytes, other));
  assert_false(sl_rsa_verify(key, (sl_span){bytes.data, bytes.size - 1}, message));
  assert_false(sl_rsa_verify(key, (sl_span){bytes.data, 0}, message));
  sl_buf_add_u8(&signature, 0);
  assert_false(sl_rsa_verify(key, sl_buf_span(&signature), message));
  for (size_t i = 0; i < 256; i++) {
    signature.data[i] ^= 0x10;
    assert_false(sl_rsa_verify(key, (sl_span){signature.data, 256}, message));
    signature.data[i] ^= 0x10;
  }
  sl_buf_fini(&signature);
}

static void each_kind_of_block(void **state) {
  (void)state;
  void (*const kinds[])(sl_buf *, const issuer *) = {issuer_add_public_pem, issuer_add_pkcs1_pem,
                                                     issuer_add_certificate_pem};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    sl_buf text;
    sl_buf_init(&text, 64u << 10);
    kinds[i](&text, first);
    sl_rsa_key *key = NULL;
    assert_int_equal(take(&key, &text, NULL), SL_OK);
    assert_int_equal(sl_rsa_key_bits(key), 2048);
    verifies(key);
    sl_rsa_key_free(key);
    sl_buf_fini(&text);
  }
  sl_rsa_key_free(NULL);
}

static void several_blocks(void **state) {
  (void)state;
  sl_buf text;
  sl_buf_init(&text, 64u << 10);
  issuer_add_public_pem(&text, first);
  sl_buf_add_text(&text, "between\n");
  issuer_add_certificate_pem(&text, first);
  sl_buf_add_text(&text, "behind\n");
  sl_str rest = sl_buf_str(&text);
  for (int i = 0; i < 2; i++) {
    sl_rsa_key *key = NULL;
    assert_int_equal(sl_rsa_key_take_pem(&key, &rest, NULL), SL_OK);
    sl_rsa_key_free(key);
  }
  sl_rsa_key *none = NULL;
  assert_int_equal(sl_rsa_key_take_pem(&none, &rest, NULL), SL_ERR_END);
  assert_int_equal(rest.size, 0);
  assert_int_equal(sl_rsa_key_take_pem(&none, &rest, NULL), SL_ERR_END);
  assert_null(none);
  sl_buf_fini(&text);
}

static void refused(const char *what, const sl_buf *text, sl_err expected) {
  sl_rsa_key *key = NULL;
  sl_fault fault = sl_fault_none();
  sl_err err = take(&key, text, &fault);
  if (err != expected) fail_msg("%s: %s", what, sl_err_name(err));
  assert_int_equal(fault.code, expected);
  assert_null(key);
}

static void refused_files(void **state) {
  (void)state;
  sl_buf text;
  sl_buf_init(&text, 256u << 10);
  issuer_add_private_pem(&text, first);
  refused("a private key", &text, SL_ERR_UNSUPPORTED);
  sl_buf_clear(&text);
  issuer_add_public_pem(&text, curve);
  refused("an EC key", &text, SL_ERR_UNSUPPORTED);
  sl_buf_clear(&text);
  issuer_add_certificate_pem(&text, curve);
  refused("an EC certificate", &text, SL_ERR_UNSUPPORTED);
  sl_buf_clear(&text);
  issuer_add_public_pem(&text, weak);
  refused("1,024 bits", &text, SL_ERR_RANGE);
  sl_buf_clear(&text);
  issuer_add_public_pem(&text, first);
  text.size -= 40;
  refused("cut off", &text, SL_ERR_SYNTAX);
  sl_buf_clear(&text);
  sl_buf_add_text(&text, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
  refused("not a key", &text, SL_ERR_SYNTAX);
  sl_buf_clear(&text);
  sl_buf_add_text(&text, "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END PUBLIC KEY-----\n");
  refused("with headers", &text, SL_ERR_UNSUPPORTED);
  sl_buf_fini(&text);
}

/* A byte behind the key, within the block. */
static void nothing_behind_the_key(void **state) {
  (void)state;
  static const char begin[] = "-----BEGIN PUBLIC KEY-----\n", end[] = "-----END PUBLIC KEY-----\n";
  sl_buf text, plain, longer;
  sl_buf_init(&text, 8192);
  sl_buf_init(&plain, 8192);
  sl_buf_init(&longer, 8192);
  issuer_add_public_pem(&text, first);
  for (size_t i = sizeof begin - 1; i < text.size - (sizeof end - 1); i++) {
    if (text.data[i] != '\n') sl_buf_add_u8(&plain, text.data[i]);
  }
  uint8_t der[2048];
  size_t size = sizeof der - 1;
  assert_int_equal(sl_base64_read(der, &size, sl_buf_str(&plain)), SL_OK);
  for (size_t more = 0; more < 2; more++) {
    der[size] = 0;
    sl_buf_clear(&plain);
    sl_buf_clear(&longer);
    sl_base64_add(&plain, (sl_span){der, size + more});
    sl_buf_add_text(&longer, begin);
    for (size_t i = 0; i < plain.size; i += 64) {
      sl_buf_add(&longer, plain.data + i, plain.size - i < 64 ? plain.size - i : 64);
      sl_buf_add_u8(&longer, '\n');
    }
    sl_buf_add_text(&longer, end);
    sl_rsa_key *key = NULL;
    assert_int_equal(take(&key, &longer, NULL), more ? SL_ERR_SYNTAX : SL_OK);
    sl_rsa_key_free(key);
  }
  sl_buf_fini(&text);
  sl_buf_fini(&plain);
  sl_buf_fini(&longer);
}

static void numbers(void **state) {
  (void)state;
  sl_buf modulus;
  sl_buf_init(&modulus, 4096);
  issuer_modulus(&modulus, first);
  static const uint8_t f4[] = {1, 0, 1}, three[] = {3}, one[] = {1}, even[] = {4}, zero[] = {0, 3};
  static const uint8_t long_one[] = {1, 0, 0, 0, 0, 0, 0, 0, 1};
  sl_span n = sl_buf_span(&modulus);
  sl_rsa_key *key = NULL;
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){f4, 3}), SL_OK);
  verifies(key);
  sl_rsa_key_free(key);
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){three, 1}), SL_OK);
  sl_rsa_key_free(key);
  key = NULL;
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){one, 1}), SL_ERR_RANGE);
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){even, 1}), SL_ERR_RANGE);
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){zero, 2}), SL_ERR_SYNTAX);
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){long_one, 9}), SL_ERR_RANGE);
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){NULL, 0}), SL_ERR_RANGE);
  assert_int_equal(sl_rsa_key_new(&key, (sl_span){n.data, 128}, (sl_span){f4, 3}), SL_ERR_RANGE);
  modulus.data[255] &= 0xFE;
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){f4, 3}), SL_ERR_RANGE);
  modulus.data[255] |= 1;
  modulus.data[0] = 0x7F;   /* 2,047 bits */
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){f4, 3}), SL_ERR_RANGE);
  modulus.data[0] = 0;
  assert_int_equal(sl_rsa_key_new(&key, n, (sl_span){f4, 3}), SL_ERR_SYNTAX);
  assert_null(key);
  sl_buf_fini(&modulus);
}

static int setup(void **state) {
  (void)state;
  first = issuer_new(2048);
  weak = issuer_new(1024);
  curve = issuer_new_ec();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  issuer_free(first);
  issuer_free(weak);
  issuer_free(curve);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_kind_of_block), cmocka_unit_test(several_blocks),
                                     cmocka_unit_test(refused_files), cmocka_unit_test(nothing_behind_the_key),
                                     cmocka_unit_test(numbers)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
