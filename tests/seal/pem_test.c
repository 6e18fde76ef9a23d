/* The text of key files: RFC 8410's own example, a round trip, and everything that
 * is nearly a key file and must not be one. */
#include "test.h"

#include "base/text.h"
#include "seal/pem.h"

/* RFC 8410 section 10.3 and, for the public key, 10.1. */
static const char example[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";

static sl_err read_text(const char *text) {
  sl_key key;
  sl_fault fault = sl_fault_none();
  const sl_err err = sl_pem_read(&key, sl_str_from(text), &fault);
  assert_int_equal(err, fault.code);
  assert_true(err == SL_OK || fault.reason[0] != '\0');
  return err;
}

static void reads_the_example_of_rfc8410(void **state) {
  (void)state;
  sl_key key;
  uint8_t public_key[64];
  size_t size = sizeof public_key;
  assert_int_equal(sl_pem_read(&key, sl_str_from(example), NULL), SL_OK);
  assert_int_equal(
      sl_base64_read(public_key, &size, SL_STR("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")),
      SL_OK);
  assert_memory_equal(key.public_key, public_key + size - 32, 32);
}

static void writes_what_it_reads(void **state) {
  (void)state;
  sl_key key;
  char text[SL_PEM_MAX];
  size_t size = 0;
  assert_int_equal(sl_pem_read(&key, sl_str_from(example), NULL), SL_OK);
  assert_int_equal(sl_pem_write(text, &size, &key), SL_OK);
  assert_true(sl_str_is((sl_str){text, size}, example));
}

static void refuses_every_truncation(void **state) {
  (void)state;
  sl_key key;
  memset(&key, 0x5A, sizeof key);
  const sl_key before = key;
  for (size_t size = 0; size < sizeof example - 1; size++) {
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_pem_read(&key, (sl_str){example, size}, &fault), SL_ERR_SYNTAX);
    assert_memory_equal(&key, &before, sizeof key);
  }
}

/* A flipped bit gives an error or another key: a key has one text. */
static void survives_every_flipped_bit(void **state) {
  (void)state;
  sl_key key;
  sl_key other;
  assert_int_equal(sl_pem_read(&key, sl_str_from(example), NULL), SL_OK);
  for (size_t bit = 0; bit < 8 * (sizeof example - 1); bit++) {
    char text[sizeof example];
    memcpy(text, example, sizeof example);
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    if (sl_pem_read(&other, (sl_str){text, sizeof example - 1}, NULL) == SL_OK) {
      assert_memory_not_equal(&key, &other, sizeof key);
    }
  }
}

static void refuses_other_blocks_by_name(void **state) {
  (void)state;
  assert_int_equal(read_text(""), SL_ERR_SYNTAX);
  assert_int_equal(read_text("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"), SL_ERR_SYNTAX);
  /* An encrypted key would make OpenSSL ask for a password. */
  assert_int_equal(read_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4CAQAw\n-----END ENCRYPTED PRIVATE KEY-----\n"),
                   SL_ERR_SYNTAX);
  assert_int_equal(read_text("-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMC4CAQAw\n-----END PRIVATE KEY-----\n"),
                   SL_ERR_SYNTAX);
  assert_int_equal(read_text("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                             "-----END PUBLIC KEY-----\n"),
                   SL_ERR_SYNTAX);
  /* X25519 (RFC 8410 OID 1.3.101.110), the same 32 bytes. */
  assert_int_equal(read_text("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                             "-----END PRIVATE KEY-----\n"),
                   SL_ERR_UNSUPPORTED);
}

static void refuses_text_around_the_block(void **state) {
  (void)state;
  char text[2 * sizeof example + 16];
  snprintf(text, sizeof text, "\n%s", example);
  assert_int_equal(read_text(text), SL_ERR_SYNTAX);
  snprintf(text, sizeof text, "%s\n", example);
  assert_int_equal(read_text(text), SL_ERR_SYNTAX);
  snprintf(text, sizeof text, "%s%s", example, example);
  assert_int_equal(read_text(text), SL_ERR_SYNTAX);
}

static void refuses_what_is_too_long(void **state) {
  (void)state;
  static char text[SL_PEM_MAX + 1];
  memset(text, 'A', sizeof text);
  memcpy(text, "-----BEGIN PRIVATE KEY-----\n", 28);
  sl_key key;
  assert_int_equal(sl_pem_read(&key, (sl_str){text, sizeof text}, NULL), SL_ERR_CAP);
  assert_int_equal(sl_pem_read(&key, (sl_str){text, sizeof text - 1}, NULL), SL_ERR_SYNTAX);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_the_example_of_rfc8410),
      cmocka_unit_test(writes_what_it_reads),
      cmocka_unit_test(refuses_every_truncation),
      cmocka_unit_test(survives_every_flipped_bit),
      cmocka_unit_test(refuses_other_blocks_by_name),
      cmocka_unit_test(refuses_text_around_the_block),
      cmocka_unit_test(refuses_what_is_too_long),
  };
  return cmocka_run_group_tests_name("seal/pem", tests, NULL, NULL);
}
