/* Vectors of RFC 8032, FIPS 180-4 and our own PRF; nothing secret left behind. */
#include "test.h"

#include "base/text.h"
#include "seal/seal.h"

static void from_hex(uint8_t *out, size_t size, const char *hex) {
  assert_int_equal(sl_unhex(out, size, sl_str_from(hex)), SL_OK);
}

static void expect_hex(const uint8_t *data, size_t size, const char *hex) {
  uint8_t expected[64];
  assert_true(size <= sizeof expected);
  from_hex(expected, size, hex);
  assert_memory_equal(data, expected, size);
}

/* RFC 8032 section 7.1, tests 1 to 3. */
static const struct {
  const char *seed, *public_key, *message, *signature;
} rfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"},
};

static void signs_as_rfc8032(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rfc8032 / sizeof rfc8032[0]; i++) {
    uint8_t seed[32];
    uint8_t bytes[8];
    uint8_t signature[64];
    sl_key key;
    const size_t size = strlen(rfc8032[i].message) / 2;
    from_hex(seed, 32, rfc8032[i].seed);
    from_hex(bytes, size, rfc8032[i].message);
    sl_key_from_seed(&key, seed);
    expect_hex(key.public_key, 32, rfc8032[i].public_key);
    const sl_signer signer = sl_key_signer(&key);
    assert_memory_equal(signer.public_key, key.public_key, 32);
    const sl_span message = {bytes, size};
    assert_int_equal(signer.sign(signer.context, signature, message), SL_OK);
    expect_hex(signature, 64, rfc8032[i].signature);
    assert_true(sl_ed25519_verify(key.public_key, signature, message));
    sl_key_wipe(&key);
  }
}

static void refuses_every_flipped_bit(void **state) {
  (void)state;
  const uint8_t seed[32] = {7};
  uint8_t signature[64];
  sl_key key;
  sl_key_from_seed(&key, seed);
  const sl_signer signer = sl_key_signer(&key);
  uint8_t message[3] = {'a', 'b', 'c'};
  assert_int_equal(signer.sign(signer.context, signature, (sl_span){message, 3}), SL_OK);
  for (unsigned bit = 0; bit < 512; bit++) {
    signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_false(sl_ed25519_verify(key.public_key, signature, (sl_span){message, 3}));
    signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  message[1] ^= 1;
  assert_false(sl_ed25519_verify(key.public_key, signature, (sl_span){message, 3}));
  /* A key of small order would make one signature verify over anything. */
  const uint8_t zero_key[32] = {0};
  const uint8_t zero_signature[64] = {0};
  assert_false(sl_ed25519_verify(zero_key, zero_signature, (sl_span){message, 3}));
}

static void hashes_as_fips180(void **state) {
  (void)state;
  uint8_t hash[32];
  sl_sha256(hash, NULL, 0);
  expect_hex(hash, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const sl_span abc = sl_str_bytes(SL_STR("abc"));
  sl_sha256(hash, &abc, 1);
  expect_hex(hash, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  /* The parts are one message. */
  const sl_span parts[4] = {sl_str_bytes(SL_STR("abcdbcdecdefdefgefgh")), {NULL, 0},
                            sl_str_bytes(SL_STR("fghighijhijkijkljklmklmnlmnomno")), sl_str_bytes(SL_STR("pnopq"))};
  sl_sha256(hash, parts, 4);
  expect_hex(hash, 32, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void prf_matches_its_definition(void **state) {
  (void)state;
  uint8_t key[32];
  uint8_t out[64];
  for (unsigned i = 0; i < 32; i++) {
    key[i] = (uint8_t)i;
  }
  /* Computed apart, with Python's hashlib.blake2b. */
  sl_prf(out, 32, key, "sideline-test-v1", NULL, 0);
  expect_hex(out, 32, "7ce15f82eb94dde251354a7bdafc38924c7af19abf2b0dbe0c17700a8290de9d");
  const uint8_t counter[4] = {0, 0, 0, 1};
  const sl_span two[2] = {sl_str_bytes(SL_STR("blue")), {counter, 4}};
  sl_prf(out, 16, key, "sideline-test-v1", two, 2);
  expect_hex(out, 16, "66f28c63ed47ba803d857947c8f408b4");
  const sl_span hollow[2] = {{NULL, 0}, sl_str_bytes(SL_STR("abc"))};
  sl_prf(out, 64, key, "sideline-test-v1", hollow, 2);
  expect_hex(out, 64,
             "916ae9fd4f7b142848d74b3e8756b0a684a36d350da7ba78272057efcf9133e1bb73bee8e585bffa3dad28cd155c457c"
             "044058593fe5c978bd91f6e732008821");
}

static void prf_keeps_domains_and_parts_apart(void **state) {
  (void)state;
  const uint8_t key[32] = {1};
  const uint8_t other_key[32] = {2};
  const sl_span ab_c[2] = {sl_str_bytes(SL_STR("ab")), sl_str_bytes(SL_STR("c"))};
  const sl_span a_bc[2] = {sl_str_bytes(SL_STR("a")), sl_str_bytes(SL_STR("bc"))};
  const sl_span abc[1] = {sl_str_bytes(SL_STR("abc"))};
  const sl_span abc_empty[2] = {abc[0], {NULL, 0}};
  uint8_t out[8][32];
  sl_prf(out[0], 32, key, "salt", ab_c, 2);
  sl_prf(out[1], 32, key, "salt", a_bc, 2);
  sl_prf(out[2], 32, key, "salt", abc, 1);
  sl_prf(out[3], 32, key, "salt", abc_empty, 2);
  sl_prf(out[4], 32, key, "id", ab_c, 2);
  sl_prf(out[5], 32, other_key, "salt", ab_c, 2);
  sl_prf(out[6], 32, key, "salta", abc, 1);
  sl_prf(out[7], 32, key, "salt", NULL, 0);
  for (unsigned i = 0; i < 8; i++) {
    for (unsigned j = 0; j < i; j++) {
      assert_memory_not_equal(out[i], out[j], 32);
    }
  }
  /* A short output is not the head of a long one. */
  uint8_t shorter[16];
  sl_prf(shorter, 16, key, "salt", ab_c, 2);
  assert_memory_not_equal(shorter, out[0], 16);
}

static void wipes_and_compares(void **state) {
  (void)state;
  const uint8_t seed[32] = {9};
  const uint8_t zero[sizeof(sl_key)] = {0};
  sl_key key;
  sl_key_from_seed(&key, seed);
  assert_true(sl_equal_secret(key.secret, seed, 32));
  key.secret[31] ^= 1;
  assert_false(sl_equal_secret(key.secret, seed, 32));
  assert_true(sl_equal_secret(NULL, NULL, 0));
  sl_key_wipe(&key);
  assert_memory_equal(&key, zero, sizeof key);
}

static void randomness_differs(void **state) {
  (void)state;
  const sl_random random = sl_random_system();
  uint8_t first[32] = {0};
  uint8_t second[32] = {0};
  random.fill(random.context, first, sizeof first);
  random.fill(random.context, second, sizeof second);
  assert_memory_not_equal(first, second, sizeof first);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signs_as_rfc8032),
      cmocka_unit_test(refuses_every_flipped_bit),
      cmocka_unit_test(hashes_as_fips180),
      cmocka_unit_test(prf_matches_its_definition),
      cmocka_unit_test(prf_keeps_domains_and_parts_apart),
      cmocka_unit_test(wipes_and_compares),
      cmocka_unit_test(randomness_differs),
  };
  return cmocka_run_group_tests_name("seal/seal", tests, NULL, NULL);
}
