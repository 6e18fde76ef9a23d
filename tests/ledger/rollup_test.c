/* The roll-up: its root is the tree's, every slot opens and no other, the entry's
 * bytes are fixed. */
#include "test.h"

#include "ledger/rollup.h"
#include "reference.h"

#define K 5u
#define SLOTS (1u << K)

typedef struct tick {
  sl_hash slot[SLOTS];
  uint8_t salt[SLOTS][SL_SALT_SIZE];
  sl_hash head[SLOTS];
} tick;

static tick a_tick(sl_rng *rng) {
  tick t;
  for (unsigned i = 0; i < SLOTS; i++) {
    for (unsigned b = 0; b < 32; b++) {
      t.salt[i][b] = (uint8_t)sl_rng_next(rng);
      t.head[i].bytes[b] = (uint8_t)sl_rng_next(rng);
    }
    sl_rollup_slot(sl_sha256, &t.slot[i], t.salt[i], &t.head[i]);
  }
  return t;
}

static void has_the_root_and_proofs_of_a_tree(void **state) {
  (void)state;
  static sl_hash slot[1 << 10];
  for (unsigned i = 0; i < 1 << 10; i++) {
    slot[i] = reference_leaf(i);
  }
  for (unsigned k = 0; k <= 10; k++) {
    sl_hash root;
    sl_rollup_root(&root, sl_sha256, slot, k);
    const sl_hash expected = reference_root(slot, UINT64_C(1) << k);
    assert_memory_equal(root.bytes, expected.bytes, 32);
    const uint32_t step = k < 6 ? 1 : 37;
    for (uint32_t i = 0; i < 1u << k; i += step) {
      sl_proof proof;
      sl_proof known = {.count = 0};
      assert_int_equal(sl_rollup_opening(&proof, sl_sha256, slot, k, i), SL_OK);
      reference_path(&known, slot, i, UINT64_C(1) << k);
      assert_int_equal(proof.count, known.count);
      assert_memory_equal(proof.hash, known.hash, 32 * known.count);
    }
    sl_proof proof;
    assert_int_equal(sl_rollup_opening(&proof, sl_sha256, slot, k, 1u << k), SL_ERR_RANGE);
  }
}

static void opens_each_slot_for_its_party_alone(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("ledger/rollup", 24);
  const tick t = a_tick(&rng);
  sl_hash root;
  sl_rollup_root(&root, sl_sha256, t.slot, K);
  for (uint32_t i = 0; i < SLOTS; i++) {
    sl_proof proof;
    assert_int_equal(sl_rollup_opening(&proof, sl_sha256, t.slot, K, i), SL_OK);
    for (uint32_t j = 0; j < SLOTS; j++) {
      const sl_err expected = i == j ? SL_OK : SL_ERR_SIGNATURE;
      assert_int_equal(sl_rollup_check(sl_sha256, t.salt[j], &t.head[j], i, K, &proof, &root), expected);
      assert_int_equal(sl_rollup_check(sl_sha256, t.salt[i], &t.head[i], j, K, &proof, &root), expected);
    }
    assert_int_equal(sl_rollup_check(sl_sha256, t.salt[i], &t.head[i], i, K + 1, &proof, &root), SL_ERR_SIGNATURE);
    assert_int_equal(sl_rollup_check(sl_sha256, t.salt[i], &t.head[i], i, SL_ROLLUP_K_MAX + 1, &proof, &root),
                     SL_ERR_RANGE);
    assert_int_equal(sl_rollup_check(sl_sha256, t.salt[i], &t.head[i], SLOTS, K, &proof, &root), SL_ERR_RANGE);
  }
}

static void binds_the_head_to_origin_size_and_root(void **state) {
  (void)state;
  const sl_checkpoint base = {"line.example/blue/ops", 7, {{1}}};
  sl_checkpoint c = base;
  sl_hash first;
  sl_hash second;
  assert_int_equal(sl_rollup_head(sl_sha256, &first, &base), SL_OK);
  c.origin[20] = 't';
  assert_int_equal(sl_rollup_head(sl_sha256, &second, &c), SL_OK);
  assert_false(sl_hash_equal(&first, &second));
  c = base;
  c.size = 8;
  assert_int_equal(sl_rollup_head(sl_sha256, &second, &c), SL_OK);
  assert_false(sl_hash_equal(&first, &second));
  c = base;
  c.root.bytes[31] = 1;
  assert_int_equal(sl_rollup_head(sl_sha256, &second, &c), SL_OK);
  assert_false(sl_hash_equal(&first, &second));
  /* The definition: domain, then the three lines that are signed. */
  const sl_span text = sl_str_bytes(SL_STR("sideline-head-v1line.example/blue/ops\n7\n"
                                           "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
  sl_sha256(second.bytes, &text, 1);
  assert_memory_equal(&first, &second, 32);
}

static void fixes_the_bytes_of_an_entry(void **state) {
  (void)state;
  sl_rollup_entry entry = {{INT64_C(0x0102030405060708)}, 16, {{0}}};
  sl_rollup_entry read;
  uint8_t bytes[SL_ROLLUP_ENTRY_SIZE];
  uint8_t expected[SL_ROLLUP_ENTRY_SIZE] = {1, 1, 2, 3, 4, 5, 6, 7, 8, 16};
  memset(entry.root.bytes, 0xAB, 32);
  memset(expected + 10, 0xAB, 32);
  sl_rollup_entry_write(bytes, &entry);
  assert_memory_equal(bytes, expected, sizeof bytes);
  assert_int_equal(sl_rollup_entry_read(&read, (sl_span){bytes, sizeof bytes}), SL_OK);
  assert_true(read.tick.ns == entry.tick.ns && read.k == 16);
  assert_memory_equal(&read.root, &entry.root, 32);
  for (size_t size = 0; size < sizeof bytes; size++) {
    assert_int_equal(sl_rollup_entry_read(&read, (sl_span){bytes, size}), SL_ERR_SYNTAX);
  }
  bytes[9] = 17;
  assert_int_equal(sl_rollup_entry_read(&read, (sl_span){bytes, sizeof bytes}), SL_ERR_RANGE);
  bytes[9] = 16;
  bytes[1] = 0xFF;
  assert_int_equal(sl_rollup_entry_read(&read, (sl_span){bytes, sizeof bytes}), SL_ERR_RANGE);
  bytes[0] = 2;
  assert_int_equal(sl_rollup_entry_read(&read, (sl_span){bytes, sizeof bytes}), SL_ERR_UNSUPPORTED);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(has_the_root_and_proofs_of_a_tree),
      cmocka_unit_test(opens_each_slot_for_its_party_alone),
      cmocka_unit_test(binds_the_head_to_origin_size_and_root),
      cmocka_unit_test(fixes_the_bytes_of_an_entry),
  };
  return cmocka_run_group_tests_name("ledger/rollup", tests, NULL, NULL);
}
