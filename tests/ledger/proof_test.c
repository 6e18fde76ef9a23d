/* The checks: every true proof is accepted, and no changed one. */
#include "test.h"

#include "reference.h"

static sl_tree *grown(uint64_t leaves) {
  sl_tree *tree = NULL;
  assert_int_equal(sl_tree_new(&tree, sl_sha256, leaves), SL_OK);
  for (uint64_t i = 0; i < leaves; i++) {
    const sl_hash leaf = reference_leaf(i);
    assert_int_equal(sl_tree_append(tree, &leaf), SL_OK);
  }
  return tree;
}

static sl_hash root_of(const sl_tree *tree, uint64_t size) {
  sl_hash root;
  assert_int_equal(sl_tree_root(tree, &root, size), SL_OK);
  return root;
}

static void accepts_the_reference_proofs(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof reference_inclusion / sizeof reference_inclusion[0]; i++) {
    const reference_case *known = &reference_inclusion[i];
    const sl_proof proof = reference_proof(known);
    const sl_hash leaf = reference_entry_leaf((unsigned)known->first);
    const sl_hash root = reference_hash(reference_root_hex[known->size]);
    assert_int_equal(sl_inclusion_check(sl_sha256, &leaf, known->first, known->size, &proof, &root), SL_OK);
  }
  for (size_t i = 0; i < sizeof reference_consistency / sizeof reference_consistency[0]; i++) {
    const reference_case *known = &reference_consistency[i];
    const sl_proof proof = reference_proof(known);
    const sl_hash old_root = reference_hash(reference_root_hex[known->first]);
    const sl_hash root = reference_hash(reference_root_hex[known->size]);
    assert_int_equal(sl_consistency_check(sl_sha256, known->first, &old_root, known->size, &root, &proof), SL_OK);
  }
}

static void accepts_every_true_proof(void **state) {
  (void)state;
  sl_tree *tree = grown(200);
  sl_proof proof;
  for (uint64_t size = 1; size <= 200; size++) {
    const sl_hash root = root_of(tree, size);
    for (uint64_t index = 0; index < size; index++) {
      const sl_hash leaf = reference_leaf(index);
      assert_int_equal(sl_tree_inclusion(tree, &proof, index, size), SL_OK);
      assert_int_equal(sl_inclusion_check(sl_sha256, &leaf, index, size, &proof, &root), SL_OK);
    }
    for (uint64_t old_size = 0; old_size <= size && size <= 100; old_size++) {
      const sl_hash old_root = root_of(tree, old_size);
      assert_int_equal(sl_tree_consistency(tree, &proof, old_size, size), SL_OK);
      assert_int_equal(sl_consistency_check(sl_sha256, old_size, &old_root, size, &root, &proof), SL_OK);
    }
  }
  sl_tree_free(tree);
}

/* One proof under test: inclusion when leaf is set, else consistency. */
typedef struct claim {
  bool inclusion;
  uint64_t first, size;
  sl_hash from, root;
  sl_proof proof;
} claim;

static bool holds(const claim *c) {
  const sl_err err = c->inclusion
                         ? sl_inclusion_check(sl_sha256, &c->from, c->first, c->size, &c->proof, &c->root)
                         : sl_consistency_check(sl_sha256, c->first, &c->from, c->size, &c->root, &c->proof);
  assert_true(err == SL_OK || err == SL_ERR_SIGNATURE || err == SL_ERR_RANGE);
  return err == SL_OK;
}

/* Each change that makes another claim of a true one. */
static void expect_no_mutation_holds(const claim *truth, sl_rng *rng) {
  claim c = *truth;
  for (uint32_t i = 0; i < truth->proof.count; i++) {
    c.proof.hash[i].bytes[sl_rng_next(rng) % 32] ^= (uint8_t)(1u << sl_rng_next(rng) % 8);
    assert_false(holds(&c));
    c = *truth;
  }
  for (uint32_t i = 0; i < truth->proof.count; i++) {
    /* One hash left out, wherever it stood. */
    memmove(&c.proof.hash[i], &c.proof.hash[i + 1], (truth->proof.count - i - 1) * sizeof c.proof.hash[0]);
    c.proof.count--;
    assert_false(holds(&c));
    c = *truth;
    /* One hash twice. */
    memmove(&c.proof.hash[i + 1], &c.proof.hash[i], (truth->proof.count - i) * sizeof c.proof.hash[0]);
    c.proof.count++;
    assert_false(holds(&c));
    c = *truth;
  }
  c.root.bytes[31] ^= 1;
  assert_false(holds(&c));
  c = *truth;
  c.from.bytes[0] ^= 0x80;
  assert_false(holds(&c));
}

static void accepts_no_mutation(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("ledger/proof", 6962);
  sl_tree *tree = grown(130);
  for (uint64_t size = 1; size <= 130; size += size < 20 ? 1 : 11) {
    for (uint64_t index = 0; index < size; index++) {
      claim c = {true, index, size, reference_leaf(index), root_of(tree, size), {.count = 0}};
      assert_int_equal(sl_tree_inclusion(tree, &c.proof, index, size), SL_OK);
      expect_no_mutation_holds(&c, &rng);
      for (c.first = 0; c.first < size; c.first++) {
        assert_true(holds(&c) == (c.first == index));
      }
    }
    for (uint64_t old_size = 1; old_size < size; old_size++) {
      claim c = {false, old_size, size, root_of(tree, old_size), root_of(tree, size), {.count = 0}};
      assert_int_equal(sl_tree_consistency(tree, &c.proof, old_size, size), SL_OK);
      expect_no_mutation_holds(&c, &rng);
      for (c.first = 1; c.first < size; c.first++) {
        assert_true(holds(&c) == (c.first == old_size));
      }
    }
  }
  sl_tree_free(tree);
}

static void separates_leaves_from_nodes(void **state) {
  (void)state;
  /* A node's bytes offered as an entry: the prefixes keep them apart. */
  const sl_hash left = reference_leaf(0);
  const sl_hash right = reference_leaf(1);
  uint8_t both[64];
  sl_hash node;
  sl_hash leaf;
  memcpy(both, left.bytes, 32);
  memcpy(both + 32, right.bytes, 32);
  sl_node_hash(sl_sha256, &node, &left, &right);
  sl_leaf_hash(sl_sha256, &leaf, (sl_span){both, 64});
  assert_false(sl_hash_equal(&node, &leaf));
}

static void refuses_impossible_sizes(void **state) {
  (void)state;
  const sl_hash any = reference_leaf(0);
  sl_proof proof = {.count = 0};
  assert_int_equal(sl_inclusion_check(sl_sha256, &any, 0, 0, &proof, &any), SL_ERR_RANGE);
  assert_int_equal(sl_inclusion_check(sl_sha256, &any, 8, 8, &proof, &any), SL_ERR_RANGE);
  assert_int_equal(sl_consistency_check(sl_sha256, 9, &any, 8, &any, &proof), SL_ERR_RANGE);
  assert_int_equal(sl_consistency_check(sl_sha256, 0, &any, 8, &any, &proof), SL_ERR_SIGNATURE);
  assert_int_equal(sl_consistency_check(sl_sha256, 3, &any, 8, &any, &proof), SL_ERR_SIGNATURE);
  /* A tree of one leaf: its hash is the root, and no hash may follow. */
  assert_int_equal(sl_inclusion_check(sl_sha256, &any, 0, 1, &proof, &any), SL_OK);
  memset(&proof, 0, sizeof proof);
  /* Between equal trees, and from nothing, a proof is empty. */
  proof.count = 1;
  sl_hash empty;
  sl_sha256(empty.bytes, NULL, 0);
  assert_int_equal(sl_consistency_check(sl_sha256, 8, &any, 8, &any, &proof), SL_ERR_SIGNATURE);
  assert_int_equal(sl_consistency_check(sl_sha256, 0, &empty, 8, &any, &proof), SL_ERR_SIGNATURE);
  proof.count = 0;
  assert_int_equal(sl_consistency_check(sl_sha256, 8, &any, 8, &any, &proof), SL_OK);
  assert_int_equal(sl_consistency_check(sl_sha256, 8, &any, 8, &empty, &proof), SL_ERR_SIGNATURE);
  assert_int_equal(sl_consistency_check(sl_sha256, 0, &empty, 8, &any, &proof), SL_OK);
  proof.count = SL_PROOF_HASHES_MAX;
  assert_int_equal(sl_inclusion_check(sl_sha256, &any, UINT64_MAX - 1, UINT64_MAX, &proof, &any), SL_ERR_SIGNATURE);
  assert_int_equal(sl_consistency_check(sl_sha256, UINT64_MAX - 1, &any, UINT64_MAX, &any, &proof), SL_ERR_SIGNATURE);
  proof.count = SL_PROOF_HASHES_MAX + 1;
  assert_int_equal(sl_inclusion_check(sl_sha256, &any, 0, UINT64_MAX, &proof, &any), SL_ERR_RANGE);
  assert_int_equal(sl_consistency_check(sl_sha256, 1, &any, UINT64_MAX, &any, &proof), SL_ERR_RANGE);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepts_the_reference_proofs),
      cmocka_unit_test(accepts_every_true_proof),
      cmocka_unit_test(accepts_no_mutation),
      cmocka_unit_test(separates_leaves_from_nodes),
      cmocka_unit_test(refuses_impossible_sizes),
  };
  return cmocka_run_group_tests_name("ledger/proof", tests, NULL, NULL);
}
