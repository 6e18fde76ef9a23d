/* Checkpoints: a round trip, who signed what, and texts that are nearly one. */
#include "test.h"

#include "signing.h"

static sl_checkpoint a_checkpoint(void) {
  sl_checkpoint checkpoint = {"PeterNeumann", 20852163, {{0}}};
  for (unsigned i = 0; i < 32; i++) {
    checkpoint.root.bytes[i] = (uint8_t)(i * 7);
  }
  return checkpoint;
}

static sl_err open_with(const sl_key *key, sl_str note) {
  sl_checkpoint read;
  memset(&read, 0x5A, sizeof read);
  const sl_checkpoint before = read;
  sl_fault fault = sl_fault_none();
  const sl_err err = sl_checkpoint_open(&read, note, sl_sha256, sl_ed25519_verify, key->public_key, &fault);
  assert_int_equal(fault.code, err);
  if (err != SL_OK) {
    assert_memory_equal(&read, &before, sizeof read);
  }
  return err;
}

static sl_err open_text(const char *note) {
  const sl_key key = peter_key();
  return open_with(&key, sl_str_from(note));
}

/* The note over any text at all, signed properly. */
static size_t sign_text(char *out, size_t room, const char *text) {
  const sl_key key = peter_key();
  const sl_signer signer = sl_key_signer(&key);
  uint8_t line[68];
  sl_note_key_id(line, SL_STR("PeterNeumann"), sl_sha256, key.public_key);
  assert_int_equal(signer.sign(signer.context, line + 4, sl_str_bytes(sl_str_from(text))), SL_OK);
  sl_buf buf;
  sl_buf_init(&buf, room);
  sl_buf_add_text(&buf, text);
  sl_buf_add_text(&buf, "\n\xE2\x80\x94 PeterNeumann ");
  sl_base64_add(&buf, (sl_span){line, sizeof line});
  sl_buf_add_text(&buf, "\n");
  const size_t size = copy_text(out, room, &buf);
  sl_buf_fini(&buf);
  return size;
}

static void opens_what_it_signs(void **state) {
  (void)state;
  const sl_key key = peter_key();
  const sl_signer signer = sl_key_signer(&key);
  const sl_checkpoint checkpoint = a_checkpoint();
  sl_checkpoint read;
  sl_buf note;
  char again[1024];
  sl_buf_init(&note, SL_NOTE_MAX);
  assert_int_equal(sl_checkpoint_sign(&note, &checkpoint, sl_sha256, &signer), SL_OK);
  assert_int_equal(
      sl_checkpoint_open(&read, sl_buf_str(&note), sl_sha256, sl_ed25519_verify, key.public_key, NULL), SL_OK);
  assert_string_equal(read.origin, "PeterNeumann");
  assert_true(read.size == checkpoint.size);
  assert_memory_equal(&read.root, &checkpoint.root, 32);
  /* Byte for byte what the texts of C2SP prescribe. */
  sign_text(again, sizeof again, "PeterNeumann\n20852163\nAAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tk=\n");
  assert_true(sl_str_is(sl_buf_str(&note), again));
  sl_buf_fini(&note);
}

static void refuses_other_keys_and_changes(void **state) {
  (void)state;
  const sl_key key = peter_key();
  const sl_key stranger = other_key();
  const sl_signer signer = sl_key_signer(&key);
  const sl_checkpoint checkpoint = a_checkpoint();
  sl_buf note;
  char text[1024];
  sl_buf_init(&note, SL_NOTE_MAX);
  assert_int_equal(sl_checkpoint_sign(&note, &checkpoint, sl_sha256, &signer), SL_OK);
  assert_int_equal(open_with(&stranger, sl_buf_str(&note)), SL_ERR_SIGNATURE);
  const size_t size = copy_text(text, sizeof text, &note);
  for (size_t cut = 0; cut < size; cut++) {
    assert_int_not_equal(open_with(&key, (sl_str){text, cut}), SL_OK);
  }
  for (size_t bit = 0; bit < 8 * size; bit++) {
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    assert_int_not_equal(open_with(&key, (sl_str){text, size}), SL_OK);
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
  }
  assert_int_equal(open_with(&key, (sl_str){text, size}), SL_OK);
  sl_buf_fini(&note);
}

static void ignores_signatures_of_others_only(void **state) {
  (void)state;
  char note[4096];
  char more[8192];
  sign_text(note, sizeof note, "PeterNeumann\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  assert_int_equal(open_text(note), SL_OK);
  /* A witness of another type, and our name under another id. */
  snprintf(more, sizeof more, "%s\xE2\x80\x94 w\xC3\xA9.example AAAAAAAAAAAA\n\xE2\x80\x94 PeterNeumann AAAAAAAAAAAA\n", note);
  assert_int_equal(open_text(more), SL_OK);
  /* Our name and id, and not our signature: the whole note is refused. */
  snprintf(more, sizeof more, "%s\xE2\x80\x94 PeterNeumann x08gowAAAAAA\n", note);
  assert_int_equal(open_text(more), SL_ERR_SIGNATURE);
  static const char *const bad[] = {"\xE2\x80\x94 w.example AAAA\n",      "\xE2\x80\x94 w.example AAAAAAA\n",
                                    "\xE2\x80\x94 w+e AAAAAAAAAAAA\n",    "\xE2\x80\x94  AAAAAAAAAAAA\n",
                                    "- w.example AAAAAAAAAAAA\n",         "\xE2\x80\x94 w.example AAAAAAAAAAAA",
                                    "\xE2\x80\x94 w.example AAAAAAAAAAAA \n", "\xE2\x80\x94 w.example\n"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    snprintf(more, sizeof more, "%s%s", note, bad[i]);
    assert_int_equal(open_text(more), SL_ERR_SYNTAX);
  }
  size_t size = (size_t)snprintf(more, sizeof more, "%s", note);
  for (unsigned i = 0; i < SL_NOTE_SIGNATURES_MAX; i++) {
    assert_int_equal(open_text(more), SL_OK);
    size += (size_t)snprintf(more + size, sizeof more - size, "\xE2\x80\x94 w AAAAAAAAAAAA\n");
  }
  assert_int_equal(open_text(more), SL_ERR_CAP);
}

static void refuses_texts_that_are_no_checkpoint(void **state) {
  (void)state;
  static const char root[] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  static const struct {
    const char *format;
    sl_err expected;
  } cases[] = {
      {"PeterNeumann\n0\n%s\n", SL_OK},
      {"PeterNeumann\n18446744073709551615\n%s\n", SL_OK},
      {"PeterNeumann\n0\n%s\nextension\n", SL_OK},
      {"PeterNeumann\n0\n%s\nextension\n\nmore\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n0\n%s\n\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n00\n%s\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n-1\n%s\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n18446744073709551616\n%s\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n\n%s\n", SL_ERR_SYNTAX},
      {"\n0\n%s\n", SL_ERR_SYNTAX},
      {"Peter Neumann\n0\n%s\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n0\n%.40s\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n0\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n0\n%s\next\tension\n", SL_ERR_SYNTAX},
      {"PeterNeumann\n0\n%s\n\xFF\n", SL_ERR_SYNTAX},
      {"PeterNeumann\r\n0\r\n%s\r\n", SL_ERR_SYNTAX},
      /* Somebody else's log, signed under this key's name. */
      {"AnotherLog\n0\n%s\n", SL_ERR_SIGNATURE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[256];
    char note[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, cases[i].format, root);
#pragma GCC diagnostic pop
    sign_text(note, sizeof note, text);
    assert_int_equal(open_text(note), cases[i].expected);
  }
  assert_int_equal(open_text(""), SL_ERR_SYNTAX);
  assert_int_equal(open_text("\n\n"), SL_ERR_SYNTAX);
}

static void refuses_bad_origins_and_full_buffers(void **state) {
  (void)state;
  const sl_key key = peter_key();
  const sl_signer signer = sl_key_signer(&key);
  sl_checkpoint checkpoint = a_checkpoint();
  sl_buf small;
  sl_buf_init(&small, 100);
  assert_int_equal(sl_checkpoint_sign(&small, &checkpoint, sl_sha256, &signer), SL_ERR_CAP);
  assert_int_equal(small.size, 0);
  sl_buf_fini(&small);
  sl_buf_init(&small, 100);
  checkpoint.origin[0] = ' ';
  assert_int_equal(sl_checkpoint_sign(&small, &checkpoint, sl_sha256, &signer), SL_ERR_RANGE);
  checkpoint.origin[0] = '\0';
  assert_int_equal(sl_checkpoint_sign(&small, &checkpoint, sl_sha256, &signer), SL_ERR_RANGE);
  memset(checkpoint.origin, 'o', sizeof checkpoint.origin);
  assert_int_equal(sl_checkpoint_sign(&small, &checkpoint, sl_sha256, &signer), SL_ERR_RANGE);
  sl_buf_fini(&small);
  static char huge[SL_NOTE_MAX + 1];
  memset(huge, '\n', sizeof huge);
  assert_int_equal(open_with(&key, (sl_str){huge, sizeof huge}), SL_ERR_CAP);
  assert_int_equal(open_with(&key, (sl_str){huge, sizeof huge - 1}), SL_ERR_SYNTAX);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opens_what_it_signs),
      cmocka_unit_test(refuses_other_keys_and_changes),
      cmocka_unit_test(ignores_signatures_of_others_only),
      cmocka_unit_test(refuses_texts_that_are_no_checkpoint),
      cmocka_unit_test(refuses_bad_origins_and_full_buffers),
  };
  return cmocka_run_group_tests_name("ledger/checkpoint", tests, NULL, NULL);
}
