/* The checking side of the tree: a proof is a list of hashes from a peer, and the
 * check climbs from the leaf, or from the old root, to the root that is claimed.
 * The climbs are those of RFC 9162 sections 2.1.3.2 and 2.1.4.2: two counters,
 * the node's index and the last node's index, lose a bit at each level. */
#include "base/assert.h"
#include "ledger/tree.h"

/* Whether the node is a right child, or the last of its level, which climbs
 * without a sibling until it is one. */
static bool takes_left(uint64_t node, uint64_t last) { return (node & 1) != 0 || node == last; }

static void climb_lone(uint64_t *node, uint64_t *last) {
  while ((*node & 1) == 0 && *node != 0) {
    *node >>= 1;
    *last >>= 1;
  }
}

sl_err sl_inclusion_check(sl_sha256_fn *sha256, const sl_hash *leaf, uint64_t index, uint64_t size,
                          const sl_proof *proof, const sl_hash *root) {
  SL_ASSERT(sha256 != NULL && leaf != NULL && proof != NULL && root != NULL);
  if (index >= size || proof->count > SL_PROOF_HASHES_MAX) {
    return SL_ERR_RANGE;
  }
  uint64_t node = index;
  uint64_t last = size - 1;
  sl_hash fold = *leaf;
  for (uint32_t i = 0; i < proof->count; i++) {
    if (last == 0) {
      return SL_ERR_SIGNATURE;
    }
    if (takes_left(node, last)) {
      sl_node_hash(sha256, &fold, &proof->hash[i], &fold);
      climb_lone(&node, &last);
    } else {
      sl_node_hash(sha256, &fold, &fold, &proof->hash[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && sl_hash_equal(&fold, root) ? SL_OK : SL_ERR_SIGNATURE;
}

/* Climb with both trees at once: left siblings belong to both, right ones to the
 * new tree only. */
static sl_err climb_both(sl_sha256_fn *sha256, uint64_t old_size, const sl_hash *old_root, uint64_t size,
                         const sl_hash *root, const sl_proof *proof) {
  uint64_t node = old_size - 1;
  uint64_t last = size - 1;
  while (node & 1) {
    node >>= 1;
    last >>= 1;
  }
  /* After the shift node is 0 iff old_size is a power of two, and then the old
   * root itself is where the climb starts. */
  uint32_t next = 0;
  const sl_hash *seed = node == 0 ? old_root : &proof->hash[next++];
  sl_hash old_fold = *seed;
  sl_hash fold = *seed;
  for (; next < proof->count; next++) {
    if (last == 0) {
      return SL_ERR_SIGNATURE;
    }
    const sl_hash *sibling = &proof->hash[next];
    if (takes_left(node, last)) {
      sl_node_hash(sha256, &old_fold, sibling, &old_fold);
      sl_node_hash(sha256, &fold, sibling, &fold);
      climb_lone(&node, &last);
    } else {
      sl_node_hash(sha256, &fold, &fold, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  const bool proven = last == 0 && sl_hash_equal(&old_fold, old_root) && sl_hash_equal(&fold, root);
  return proven ? SL_OK : SL_ERR_SIGNATURE;
}

sl_err sl_consistency_check(sl_sha256_fn *sha256, uint64_t old_size, const sl_hash *old_root, uint64_t size,
                            const sl_hash *root, const sl_proof *proof) {
  SL_ASSERT(sha256 != NULL && old_root != NULL && root != NULL && proof != NULL);
  if (old_size > size || proof->count > SL_PROOF_HASHES_MAX) {
    return SL_ERR_RANGE;
  }
  if (old_size == size) {
    return proof->count == 0 && sl_hash_equal(old_root, root) ? SL_OK : SL_ERR_SIGNATURE;
  }
  if (old_size == 0) {
    sl_hash empty;
    sha256(empty.bytes, NULL, 0);
    return proof->count == 0 && sl_hash_equal(old_root, &empty) ? SL_OK : SL_ERR_SIGNATURE;
  }
  if (proof->count == 0) {
    return SL_ERR_SIGNATURE;
  }
  return climb_both(sha256, old_size, old_root, size, root, proof);
}
