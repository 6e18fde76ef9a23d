/* Entry commitments: the definition, and that salt and entry both bind. */
#include "test.h"

#include "base/text.h"
#include "ledger/entry.h"
#include "seal/seal.h"

static void matches_its_definition(void **state) {
  (void)state;
  uint8_t salt[SL_SALT_SIZE];
  uint8_t expected[32];
  sl_hash made;
  for (unsigned i = 0; i < SL_SALT_SIZE; i++) {
    salt[i] = (uint8_t)i;
  }
  /* Computed apart, with Python's hashlib. */
  sl_entry_commit(sl_sha256, &made, salt, sl_str_bytes(SL_STR("entry")));
  assert_int_equal(
      sl_unhex(expected, 32, SL_STR("c34d083232f495d1f7cc26fa7929066036cbfeb1dcc3596776a792c9d5b65ca2")), SL_OK);
  assert_memory_equal(made.bytes, expected, 32);
  sl_entry_leaf(sl_sha256, &made, salt, sl_str_bytes(SL_STR("entry")));
  assert_int_equal(
      sl_unhex(expected, 32, SL_STR("b1a47dd9d23fba098545dc7a9e106f7b7b38817a8bbee7ba82ad1b041201ea4a")), SL_OK);
  assert_memory_equal(made.bytes, expected, 32);
}

static void binds_salt_and_entry(void **state) {
  (void)state;
  uint8_t salt[SL_SALT_SIZE] = {0};
  sl_hash first;
  sl_hash second;
  sl_entry_leaf(sl_sha256, &first, salt, sl_str_bytes(SL_STR("entry")));
  sl_entry_leaf(sl_sha256, &second, salt, sl_str_bytes(SL_STR("entrz")));
  assert_false(sl_hash_equal(&first, &second));
  for (unsigned bit = 0; bit < 8 * SL_SALT_SIZE; bit++) {
    salt[bit / 8] ^= (uint8_t)(1u << bit % 8);
    sl_entry_leaf(sl_sha256, &second, salt, sl_str_bytes(SL_STR("entry")));
    assert_false(sl_hash_equal(&first, &second));
    salt[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  sl_entry_leaf(sl_sha256, &second, salt, (sl_span){NULL, 0});
  assert_false(sl_hash_equal(&first, &second));
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(matches_its_definition), cmocka_unit_test(binds_salt_and_entry)};
  return cmocka_run_group_tests_name("ledger/entry", tests, NULL, NULL);
}
