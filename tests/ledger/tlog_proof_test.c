/* Receipts: the text of tlog-proof, a round trip, and everything that is changed. */
#include "test.h"

#include "reference.h"
#include "signing.h"

static int fail_after = -1;   /* allocations that still succeed; -1: all of them */
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_realloc(void *memory, size_t size) {
  if (fail_after == 0) {
    return NULL;
  }
  if (fail_after > 0) {
    fail_after--;
  }
  return __real_realloc(memory, size);
}

#define SIZE 21u
#define INDEX 13u

typedef struct made {
  sl_key key;
  sl_hash leaf;
  sl_buf note;
  sl_buf text;
} made;

static int make(void **state) {
  made *m = calloc(1, sizeof *m);
  sl_tree *tree = NULL;
  if (m == NULL || sl_tree_new(&tree, sl_sha256, SIZE) != SL_OK) {
    return -1;
  }
  for (unsigned i = 0; i < SIZE; i++) {
    const sl_hash leaf = reference_leaf(i);
    assert_int_equal(sl_tree_append(tree, &leaf), SL_OK);
  }
  m->key = peter_key();
  m->leaf = reference_leaf(INDEX);
  const sl_signer signer = sl_key_signer(&m->key);
  sl_checkpoint checkpoint = {"PeterNeumann", SIZE, {{0}}};
  sl_proof proof;
  assert_int_equal(sl_tree_root(tree, &checkpoint.root, SIZE), SL_OK);
  assert_int_equal(sl_tree_inclusion(tree, &proof, INDEX, SIZE), SL_OK);
  sl_buf_init(&m->note, SL_NOTE_MAX);
  sl_buf_init(&m->text, SL_TLOG_PROOF_MAX);
  assert_int_equal(sl_checkpoint_sign(&m->note, &checkpoint, sl_sha256, &signer), SL_OK);
  assert_int_equal(sl_tlog_proof_add(&m->text, INDEX, &proof, sl_buf_str(&m->note)), SL_OK);
  sl_tree_free(tree);
  *state = m;
  return 0;
}

static int unmake(void **state) {
  made *m = *state;
  sl_buf_fini(&m->note);
  sl_buf_fini(&m->text);
  free(m);
  return 0;
}

static sl_err open_receipt(const made *m, sl_str text) {
  uint64_t index = 0;
  sl_checkpoint checkpoint;
  sl_fault fault = sl_fault_none();
  const sl_err err = sl_tlog_proof_open(&index, &checkpoint, text, &m->leaf, sl_sha256, sl_ed25519_verify,
                                        m->key.public_key, &fault);
  assert_int_equal(fault.code, err);
  assert_true(err != SL_OK ? index == 0 : index == INDEX && checkpoint.size == SIZE);
  return err;
}

static void opens_what_it_writes(void **state) {
  const made *m = *state;
  assert_int_equal(open_receipt(m, sl_buf_str(&m->text)), SL_OK);
  sl_str rest;
  const sl_str text = sl_buf_str(&m->text);
  assert_true(text.size > m->note.size);
  rest = (sl_str){text.data, sizeof "c2sp.org/tlog-proof@v1\nindex 13\n" - 1};
  assert_true(sl_str_is(rest, "c2sp.org/tlog-proof@v1\nindex 13\n"));
  /* The checkpoint stands at the end, verbatim, after an empty line. */
  rest = (sl_str){text.data + text.size - m->note.size, m->note.size};
  assert_true(sl_str_equal(rest, sl_buf_str(&m->note)));
  assert_memory_equal(rest.data - 2, "\n\n", 2);
}

static void refuses_every_changed_byte(void **state) {
  const made *m = *state;
  char text[4096];
  const size_t size = copy_text(text, sizeof text, &m->text);
  for (size_t cut = 0; cut < size; cut++) {
    assert_int_not_equal(open_receipt(m, (sl_str){text, cut}), SL_OK);
  }
  for (size_t bit = 0; bit < 8 * size; bit++) {
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    assert_int_not_equal(open_receipt(m, (sl_str){text, size}), SL_OK);
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
  }
  made other = *m;
  other.leaf = reference_leaf(INDEX + 1);
  assert_int_equal(open_receipt(&other, sl_buf_str(&m->text)), SL_ERR_SIGNATURE);
  other = *m;
  other.key = other_key();
  assert_int_equal(open_receipt(&other, sl_buf_str(&m->text)), SL_ERR_SIGNATURE);
}

/* Everything after the first line, with other lines put before it. */
static sl_err open_with_head(const made *m, const char *head, size_t lines_dropped) {
  char text[4096];
  char changed[8192];
  copy_text(text, sizeof text, &m->text);
  const char *rest = text;
  for (size_t i = 0; i < lines_dropped; i++) {
    rest = strchr(rest, '\n') + 1;
  }
  snprintf(changed, sizeof changed, "%s%s", head, rest);
  return open_receipt(m, sl_str_from(changed));
}

static void knows_the_extra_line(void **state) {
  const made *m = *state;
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nextra aGVsbG8=\n", 1), SL_OK);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nextra \n", 1), SL_OK);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nextra aGVsbG8\n", 1), SL_ERR_SYNTAX);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nextra aGVsbG8=\nextra aGVsbG8=\n", 1), SL_ERR_SYNTAX);
}

static void refuses_other_heads(void **state) {
  const made *m = *state;
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nindex 13\n", 2), SL_OK);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v2\nindex 13\n", 2), SL_ERR_SYNTAX);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nindex 013\n", 2), SL_ERR_SYNTAX);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nindex  13\n", 2), SL_ERR_SYNTAX);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nindex\n", 2), SL_ERR_SYNTAX);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\n", 2), SL_ERR_SYNTAX);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nindex 12\n", 2), SL_ERR_SIGNATURE);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nindex 21\n", 2), SL_ERR_RANGE);
  assert_int_equal(open_with_head(m, "c2sp.org/tlog-proof@v1\nindex 13\n", 3), SL_ERR_SIGNATURE);
}

static void keeps_its_caps(void **state) {
  const made *m = *state;
  static char text[SL_TLOG_PROOF_MAX + 1];
  size_t size = (size_t)snprintf(text, sizeof text, "c2sp.org/tlog-proof@v1\nindex 13\n");
  static const char hash[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
  for (unsigned i = 0; i < SL_PROOF_HASHES_MAX; i++) {
    size += (size_t)snprintf(text + size, sizeof text - size, "%s", hash);
  }
  /* 64 hashes are a proof, and a wrong one here; 65 are none. */
  snprintf(text + size, sizeof text - size, "\n%.*s", (int)m->note.size, (const char *)m->note.data);
  assert_int_equal(open_receipt(m, sl_str_from(text)), SL_ERR_SIGNATURE);
  size += (size_t)snprintf(text + size, sizeof text - size, "%s", hash);
  assert_int_equal(open_receipt(m, (sl_str){text, size}), SL_ERR_CAP);
  assert_int_equal(open_receipt(m, (sl_str){text, sizeof text}), SL_ERR_CAP);
  sl_proof proof = {.count = SL_PROOF_HASHES_MAX + 1};
  sl_buf out;
  sl_buf_init(&out, 64);
  assert_int_equal(sl_tlog_proof_add(&out, 0, &proof, sl_buf_str(&m->note)), SL_ERR_RANGE);
  proof.count = 0;
  assert_int_equal(sl_tlog_proof_add(&out, 0, &proof, (sl_str){text, SL_NOTE_MAX + 1}), SL_ERR_CAP);
  assert_int_equal(sl_tlog_proof_add(&out, 0, &proof, sl_buf_str(&m->note)), SL_ERR_CAP);
  assert_int_equal(out.size, 0);
  sl_buf_fini(&out);
}

/* Whichever allocation fails, the caller's buffer is as it was. */
static void survives_every_failed_allocation(void **state) {
  const made *m = *state;
  const sl_signer signer = sl_key_signer(&m->key);
  const sl_checkpoint checkpoint = {"PeterNeumann", SIZE, {{0}}};
  const sl_proof proof = {.count = 5};
  for (unsigned which = 0; which < 2; which++) {
    sl_err err = SL_ERR_NOMEM;
    int failures = 0;
    while (err != SL_OK) {
      sl_buf out;
      sl_buf_init(&out, SL_TLOG_PROOF_MAX);
      fail_after = failures;
      err = which == 0 ? sl_checkpoint_sign(&out, &checkpoint, sl_sha256, &signer)
                       : sl_tlog_proof_add(&out, INDEX, &proof, sl_buf_str(&m->note));
      fail_after = -1;
      failures++;
      assert_true(err == SL_OK || err == SL_ERR_NOMEM);
      assert_true((err == SL_OK) == (out.size > 0));
      sl_buf_fini(&out);
    }
    assert_true(failures > 2);
  }
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(opens_what_it_writes, make, unmake),
      cmocka_unit_test_setup_teardown(refuses_every_changed_byte, make, unmake),
      cmocka_unit_test_setup_teardown(knows_the_extra_line, make, unmake),
      cmocka_unit_test_setup_teardown(refuses_other_heads, make, unmake),
      cmocka_unit_test_setup_teardown(keeps_its_caps, make, unmake),
      cmocka_unit_test_setup_teardown(survives_every_failed_allocation, make, unmake),
  };
  return cmocka_run_group_tests_name("ledger/tlog_proof", tests, NULL, NULL);
}
