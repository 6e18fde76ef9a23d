/* The tree against the vectors of the reference tree and against RFC 6962 written
 * out recursively; truncation, the cap, and memory that runs out. */
#include "test.h"

#include "reference.h"

#define MANY 200u

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

static sl_tree *tree_of(uint64_t cap, uint64_t leaves) {
  sl_tree *tree = NULL;
  assert_int_equal(sl_tree_new(&tree, sl_sha256, cap), SL_OK);
  for (uint64_t i = 0; i < leaves; i++) {
    const sl_hash leaf = reference_leaf(i);
    assert_int_equal(sl_tree_append(tree, &leaf), SL_OK);
  }
  assert_int_equal(sl_tree_size(tree), leaves);
  return tree;
}

static void expect_root(const sl_tree *tree, uint64_t size, const sl_hash *expected) {
  sl_hash root;
  assert_int_equal(sl_tree_root(tree, &root, size), SL_OK);
  assert_memory_equal(root.bytes, expected->bytes, 32);
}

static void expect_proof(const sl_proof *proof, const sl_proof *expected) {
  assert_int_equal(proof->count, expected->count);
  assert_memory_equal(proof->hash, expected->hash, (size_t)32 * expected->count);
}

static void matches_the_reference_tree(void **state) {
  (void)state;
  sl_tree *tree = tree_of(8, 0);
  for (unsigned i = 0; i < REFERENCE_LEAVES; i++) {
    const sl_hash leaf = reference_entry_leaf(i);
    assert_int_equal(sl_tree_append(tree, &leaf), SL_OK);
    for (unsigned size = 0; size <= i + 1; size++) {
      const sl_hash root = reference_hash(reference_root_hex[size]);
      expect_root(tree, size, &root);
    }
  }
  for (size_t i = 0; i < sizeof reference_inclusion / sizeof reference_inclusion[0]; i++) {
    const reference_case *known = &reference_inclusion[i];
    const sl_proof expected = reference_proof(known);
    sl_proof proof;
    assert_int_equal(sl_tree_inclusion(tree, &proof, known->first, known->size), SL_OK);
    expect_proof(&proof, &expected);
  }
  for (size_t i = 0; i < sizeof reference_consistency / sizeof reference_consistency[0]; i++) {
    const reference_case *known = &reference_consistency[i];
    const sl_proof expected = reference_proof(known);
    sl_proof proof;
    assert_int_equal(sl_tree_consistency(tree, &proof, known->first, known->size), SL_OK);
    expect_proof(&proof, &expected);
  }
  sl_tree_free(tree);
}

static void matches_the_recursion_everywhere(void **state) {
  (void)state;
  static sl_hash leaf[MANY];
  for (unsigned i = 0; i < MANY; i++) {
    leaf[i] = reference_leaf(i);
  }
  sl_tree *tree = tree_of(MANY, MANY);
  for (uint64_t size = 0; size <= MANY; size++) {
    const sl_hash root = reference_root(leaf, size);
    expect_root(tree, size, &root);
    for (uint64_t index = 0; index < size; index++) {
      sl_proof expected = {.count = 0};
      sl_proof proof;
      reference_path(&expected, leaf, index, size);
      assert_int_equal(sl_tree_inclusion(tree, &proof, index, size), SL_OK);
      expect_proof(&proof, &expected);
    }
    for (uint64_t old_size = 1; old_size <= size && size <= 100; old_size++) {
      sl_proof expected = {.count = 0};
      sl_proof proof;
      reference_subproof(&expected, leaf, old_size, size, true);
      assert_int_equal(sl_tree_consistency(tree, &proof, old_size, size), SL_OK);
      expect_proof(&proof, &expected);
    }
  }
  sl_tree_free(tree);
}

static void truncated_and_appended_is_fresh(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("ledger/tree", 62);
  sl_hash leaf[MANY];
  uint64_t size = 0;
  sl_tree *tree = tree_of(MANY, 0);
  for (unsigned step = 0; step < 300; step++) {
    const uint64_t target = (uint64_t)sl_rng_between(&rng, 0, MANY);
    if (target < size) {
      sl_tree_truncate(tree, target);
      size = target;
    }
    while (size < target) {
      leaf[size] = reference_leaf(sl_rng_next(&rng));
      assert_int_equal(sl_tree_append(tree, &leaf[size]), SL_OK);
      size++;
    }
    const sl_hash root = reference_root(leaf, size);
    assert_int_equal(sl_tree_size(tree), size);
    expect_root(tree, size, &root);
    if (size > 0) {
      const uint64_t part = (uint64_t)sl_rng_between(&rng, 1, (int64_t)size);
      const sl_hash part_root = reference_root(leaf, part);
      expect_root(tree, part, &part_root);
    }
  }
  sl_tree_free(tree);
}

static void gives_complete_nodes_only(void **state) {
  (void)state;
  sl_tree *tree = tree_of(MANY, 21);
  sl_hash leaf[21];
  for (unsigned i = 0; i < 21; i++) {
    leaf[i] = reference_leaf(i);
  }
  for (unsigned level = 0; level < 70; level++) {
    for (uint64_t index = 0; index < 22; index++) {
      sl_hash node;
      const bool complete = level < 5 && (index + 1) << level <= 21;
      assert_int_equal(sl_tree_node(tree, &node, level, index), complete ? SL_OK : SL_ERR_RANGE);
      if (complete) {
        const sl_hash expected = reference_root(leaf + (index << level), UINT64_C(1) << level);
        assert_memory_equal(node.bytes, expected.bytes, 32);
      }
    }
  }
  sl_tree_free(tree);
}

static void refuses_what_is_out_of_range(void **state) {
  (void)state;
  sl_tree *tree = tree_of(10, 5);
  sl_hash root;
  sl_proof proof;
  assert_int_equal(sl_tree_root(tree, &root, 6), SL_ERR_RANGE);
  assert_int_equal(sl_tree_root(tree, &root, UINT64_MAX), SL_ERR_RANGE);
  assert_int_equal(sl_tree_inclusion(tree, &proof, 5, 5), SL_ERR_RANGE);
  assert_int_equal(sl_tree_inclusion(tree, &proof, 0, 0), SL_ERR_RANGE);
  assert_int_equal(sl_tree_inclusion(tree, &proof, 0, 6), SL_ERR_RANGE);
  assert_int_equal(sl_tree_consistency(tree, &proof, 4, 6), SL_ERR_RANGE);
  assert_int_equal(sl_tree_consistency(tree, &proof, 5, 4), SL_ERR_RANGE);
  assert_int_equal(sl_tree_consistency(tree, &proof, 0, 5), SL_OK);
  assert_int_equal(proof.count, 0);
  assert_int_equal(sl_tree_node(tree, &root, 0, UINT64_MAX), SL_ERR_RANGE);
  sl_tree_free(tree);
  sl_tree_free(NULL);
}

static void stops_at_its_cap(void **state) {
  (void)state;
  for (uint64_t cap = 1; cap < 70; cap++) {
    sl_tree *tree = tree_of(cap, cap);
    const sl_hash leaf = reference_leaf(0);
    sl_hash before;
    sl_hash after;
    assert_int_equal(sl_tree_root(tree, &before, cap), SL_OK);
    assert_int_equal(sl_tree_append(tree, &leaf), SL_ERR_CAP);
    assert_int_equal(sl_tree_size(tree), cap);
    assert_int_equal(sl_tree_root(tree, &after, cap), SL_OK);
    assert_memory_equal(&before, &after, 32);
    sl_tree_free(tree);
  }
}

/* Whichever allocation fails, the leaf is not there and the next try succeeds. */
static void survives_every_failed_allocation(void **state) {
  (void)state;
  sl_tree *tree = tree_of(MANY, 0);
  sl_hash leaf[MANY];
  unsigned failures = 0;
  for (uint64_t i = 0; i < MANY; i++) {
    leaf[i] = reference_leaf(i);
    for (int after = 0;; after++) {
      fail_after = after;
      const sl_err err = sl_tree_append(tree, &leaf[i]);
      fail_after = -1;
      if (err == SL_OK) {
        break;
      }
      failures++;
      assert_int_equal(err, SL_ERR_NOMEM);
      const sl_hash root = reference_root(leaf, i);
      assert_int_equal(sl_tree_size(tree), i);
      expect_root(tree, i, &root);
    }
  }
  assert_true(failures > 10);
  const sl_hash root = reference_root(leaf, MANY);
  expect_root(tree, MANY, &root);
  sl_tree_free(tree);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(matches_the_reference_tree),
      cmocka_unit_test(matches_the_recursion_everywhere),
      cmocka_unit_test(truncated_and_appended_is_fresh),
      cmocka_unit_test(gives_complete_nodes_only),
      cmocka_unit_test(refuses_what_is_out_of_range),
      cmocka_unit_test(stops_at_its_cap),
      cmocka_unit_test(survives_every_failed_allocation),
  };
  return cmocka_run_group_tests_name("ledger/tree", tests, NULL, NULL);
}
