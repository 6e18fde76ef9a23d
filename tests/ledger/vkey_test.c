/* Verifier keys: the example of the signed-note texts, and all its manglings. */
#include "test.h"

#include "signing.h"

static sl_err read_vkey(sl_str text) {
  char name[SL_ORIGIN_MAX + 1];
  uint8_t key[32];
  return sl_note_vkey_read(name, key, text, sl_sha256);
}

static void reads_and_writes_the_example(void **state) {
  (void)state;
  char name[SL_ORIGIN_MAX + 1];
  uint8_t key[32];
  assert_int_equal(sl_note_vkey_read(name, key, SL_STR(PETER_VKEY), sl_sha256), SL_OK);
  assert_string_equal(name, "PeterNeumann");
  const sl_key peter = peter_key();
  assert_memory_equal(key, peter.public_key, 32);
  sl_buf out;
  sl_buf_init(&out, 256);
  sl_note_vkey_add(&out, name, sl_sha256, key);
  assert_true(sl_str_is(sl_buf_str(&out), PETER_VKEY));
  sl_buf_fini(&out);
}

/* The example note: its signature is over the text with its final newline, and its
 * first four bytes are the key id. */
static void verifies_the_example_note(void **state) {
  (void)state;
  const sl_str text = SL_STR("If you think cryptography is the answer to your problem,\n"
                             "then you don't know what your problem is.\n");
  const sl_key peter = peter_key();
  const sl_signer signer = sl_key_signer(&peter);
  uint8_t line[68];
  uint8_t made[68];
  size_t size = sizeof line;
  assert_int_equal(sl_base64_read(line, &size,
                                  SL_STR("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
                                         "qdngotpRZb6KE6RyyBwJnAM=")),
                   SL_OK);
  assert_int_equal(size, 68);
  sl_note_key_id(made, SL_STR("PeterNeumann"), sl_sha256, peter.public_key);
  assert_int_equal(signer.sign(signer.context, made + 4, sl_str_bytes(text)), SL_OK);
  assert_memory_equal(made, line, 68);
}

static void refuses_every_mangling(void **state) {
  (void)state;
  const sl_str whole = SL_STR(PETER_VKEY);
  for (size_t from = 0; from < whole.size; from++) {
    for (size_t to = from; to <= whole.size; to++) {
      if (from != 0 || to != whole.size) {
        assert_int_equal(read_vkey((sl_str){whole.data + from, to - from}), SL_ERR_SYNTAX);
      }
    }
  }
  char text[sizeof PETER_VKEY];
  for (size_t i = 0; i < whole.size; i++) {
    for (unsigned bit = 0; bit < 8; bit++) {
      memcpy(text, whole.data, sizeof text);
      text[i] = (char)(text[i] ^ (1 << bit));
      assert_int_equal(read_vkey((sl_str){text, whole.size}), SL_ERR_SYNTAX);
    }
  }
  /* A longer key and an unknown type, with the key id to match. */
  assert_int_equal(read_vkey(SL_STR("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")),
                   SL_ERR_SYNTAX);
  assert_int_equal(read_vkey(SL_STR("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")),
                   SL_ERR_SYNTAX);
}

static void knows_valid_origins(void **state) {
  (void)state;
  char longest[SL_ORIGIN_MAX + 2];
  memset(longest, 'o', sizeof longest);
  assert_true(sl_origin_valid(SL_STR("example.com/log42")));
  assert_true(sl_origin_valid((sl_str){longest, SL_ORIGIN_MAX}));
  assert_false(sl_origin_valid((sl_str){longest, SL_ORIGIN_MAX + 1}));
  assert_false(sl_origin_valid(SL_STR("")));
  assert_false(sl_origin_valid(SL_STR("two words")));
  assert_false(sl_origin_valid(SL_STR("a+b")));
  assert_false(sl_origin_valid(SL_STR("line\n")));
  assert_false(sl_origin_valid(SL_STR("\xE2\x80\x94")));
  assert_false(sl_origin_valid(SL_STR("\x7f")));
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_and_writes_the_example),
      cmocka_unit_test(verifies_the_example_note),
      cmocka_unit_test(refuses_every_mangling),
      cmocka_unit_test(knows_valid_origins),
  };
  return cmocka_run_group_tests_name("ledger/vkey", tests, NULL, NULL);
}
