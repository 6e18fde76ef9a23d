/* What a log costs: appends, proofs, checks, receipts and roll-up ticks a second, on
 * a log of 10^6 entries; beside each the ceiling of the same run, which is bare
 * hashes, or bare signatures, at the rate of the library underneath. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/rollup.h"
#include "measure.h"
#include "seal/seal.h"

#define LEAVES UINT64_C(1000000)
#define PROOFS 200000u
#define SIGNATURES 4000u
#define TICK_K 8u

static void report(const char *name, double count, double start) {
  printf("  \"%s\": %.0f,\n", name, count / (measure_now() - start));
}

/* Spread over the log without a generator: a step that is prime to its size. */
static uint64_t place(uint64_t i) { return i * UINT64_C(618033) % LEAVES; }

static void bench_hashes(void) {
  sl_hash a = {{1}};
  const sl_hash b = {{2}};
  const double start = measure_now();
  for (uint64_t i = 0; i < LEAVES; i++) {
    sl_node_hash(sl_sha256, &a, &a, &b);
  }
  measure_must(a.bytes[0] != 0 || a.bytes[1] != 0, "hashing");
  report("node_hashes_per_s", (double)LEAVES, start);
}

static void bench_appends(sl_tree *tree) {
  const uint8_t salt[32] = {1};
  uint8_t entry[256] = {0};
  sl_hash leaf;
  double start = measure_now();
  for (uint64_t i = 0; i < LEAVES; i++) {
    memcpy(entry, &i, sizeof i);
    sl_entry_leaf(sl_sha256, &leaf, salt, (sl_span){entry, sizeof entry});
  }
  report("entry_leaves_of_256_bytes_per_s", (double)LEAVES, start);
  start = measure_now();
  for (uint64_t i = 0; i < LEAVES; i++) {
    memcpy(leaf.bytes, &i, sizeof i);
    measure_must(sl_tree_append(tree, &leaf) == SL_OK, "append");
  }
  report("appends_per_s", (double)LEAVES, start);
}

static void bench_proofs(const sl_tree *tree) {
  sl_proof proof;
  sl_hash root;
  sl_hash leaf;
  double start = measure_now();
  for (unsigned i = 0; i < PROOFS; i++) {
    measure_must(sl_tree_inclusion(tree, &proof, place(i), LEAVES) == SL_OK, "inclusion");
  }
  report("inclusion_proofs_per_s", PROOFS, start);
  start = measure_now();
  for (unsigned i = 0; i < PROOFS; i++) {
    measure_must(sl_tree_consistency(tree, &proof, place(i) + 1, LEAVES) == SL_OK, "consistency");
  }
  report("consistency_proofs_per_s", PROOFS, start);
  measure_must(sl_tree_root(tree, &root, LEAVES) == SL_OK, "root");
  measure_must(sl_tree_inclusion(tree, &proof, 12345, LEAVES) == SL_OK, "inclusion");
  measure_must(sl_tree_node(tree, &leaf, 0, 12345) == SL_OK, "node");
  start = measure_now();
  for (unsigned i = 0; i < PROOFS / 10; i++) {
    measure_must(sl_inclusion_check(sl_sha256, &leaf, 12345, LEAVES, &proof, &root) == SL_OK, "check");
  }
  report("inclusion_checks_per_s", PROOFS / 10, start);
}

/* A receipt as the service issues it: root, checkpoint with its signature, proof. */
static void bench_receipts(const sl_tree *tree, const sl_key *key) {
  const sl_signer signer = sl_key_signer(key);
  const uint8_t message[256] = {1};
  uint8_t signature[64];
  double start = measure_now();
  for (unsigned i = 0; i < SIGNATURES; i++) {
    measure_must(signer.sign(signer.context, signature, (sl_span){message, sizeof message}) == SL_OK, "sign");
  }
  report("bare_signatures_per_s", SIGNATURES, start);
  start = measure_now();
  for (unsigned i = 0; i < SIGNATURES; i++) {
    measure_must(sl_ed25519_verify(key->public_key, signature, (sl_span){message, sizeof message}), "verify");
  }
  report("bare_verifications_per_s", SIGNATURES, start);
  sl_checkpoint checkpoint = {"line.example/blue/ops", LEAVES, {{0}}};
  sl_proof proof;
  sl_buf note;
  sl_buf text;
  sl_buf_init(&note, SL_NOTE_MAX);
  sl_buf_init(&text, SL_TLOG_PROOF_MAX);
  start = measure_now();
  for (unsigned i = 0; i < SIGNATURES; i++) {
    sl_buf_clear(&note);
    sl_buf_clear(&text);
    measure_must(sl_tree_root(tree, &checkpoint.root, LEAVES) == SL_OK, "root");
    measure_must(sl_checkpoint_sign(&note, &checkpoint, sl_sha256, &signer) == SL_OK, "checkpoint");
    measure_must(sl_tree_inclusion(tree, &proof, place(i), LEAVES) == SL_OK, "inclusion");
    measure_must(sl_tlog_proof_add(&text, place(i), &proof, sl_buf_str(&note)) == SL_OK, "receipt");
  }
  report("receipts_per_s", SIGNATURES, start);
  sl_hash leaf;
  uint64_t index;
  measure_must(sl_tree_node(tree, &leaf, 0, place(SIGNATURES - 1)) == SL_OK, "node");
  start = measure_now();
  for (unsigned i = 0; i < SIGNATURES; i++) {
    measure_must(sl_tlog_proof_open(&index, &checkpoint, sl_buf_str(&text), &leaf, sl_sha256, sl_ed25519_verify,
                            key->public_key, NULL) == SL_OK,
         "opening");
  }
  report("receipts_opened_per_s", SIGNATURES, start);
  sl_buf_fini(&note);
  sl_buf_fini(&text);
}

static void bench_ticks(void) {
  static sl_hash slot[1u << TICK_K];
  sl_hash root;
  const unsigned ticks = 2000;
  const double start = measure_now();
  for (unsigned i = 0; i < ticks; i++) {
    slot[i % (1u << TICK_K)].bytes[0]++;
    sl_rollup_root(&root, sl_sha256, slot, TICK_K);
  }
  report("rollup_roots_of_256_slots_per_s", ticks, start);
}

int main(void) {
  const uint8_t seed[32] = {1};
  sl_key key;
  sl_tree *tree = NULL;
  measure_must(sl_seal_init() == SL_OK, "starting");
  sl_key_from_seed(&key, seed);
  measure_must(sl_tree_new(&tree, sl_sha256, LEAVES) == SL_OK, "tree");
  printf("{\n  \"benchmark\": \"ledger\",\n");
  bench_hashes();
  bench_appends(tree);
  bench_proofs(tree);
  bench_receipts(tree, &key);
  bench_ticks();
  printf("  \"leaves\": %" PRIu64 "\n}\n", LEAVES);
  sl_tree_free(tree);
  return 0;
}
