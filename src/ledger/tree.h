/* A Merkle tree after RFC 6962 section 2, in memory, append-only but for the
 * truncation that undoes a group that failed. Hashing is injected. */
#ifndef SL_LEDGER_TREE_H
#define SL_LEDGER_TREE_H

#include "base/port.h"

typedef struct sl_hash { uint8_t bytes[32]; } sl_hash;

#define SL_PROOF_HASHES_MAX 64u

/* An inclusion or consistency proof: hashes from the leaf's side to the root's. */
typedef struct sl_proof {
  uint32_t count;
  sl_hash hash[SL_PROOF_HASHES_MAX];
} sl_proof;

/* SHA-256(0x00 || entry) and SHA-256(0x01 || left || right). Errors: none. Threads: any. */
void sl_leaf_hash(sl_sha256_fn *sha256, sl_hash *out, sl_span entry);
void sl_node_hash(sl_sha256_fn *sha256, sl_hash *out, const sl_hash *left, const sl_hash *right);

typedef struct sl_tree sl_tree;

/* An empty tree that takes at most cap leaves. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_tree_new(sl_tree **out, sl_sha256_fn *sha256, uint64_t cap);
void sl_tree_free(sl_tree *tree);

/* Append one leaf hash. Errors: SL_ERR_CAP, SL_ERR_NOMEM. Cost: O(1) amortised. */
SL_MUST_USE sl_err sl_tree_append(sl_tree *tree, const sl_hash *leaf);
/* Forget every leaf from `size` on (size <= current). Errors: none. */
void sl_tree_truncate(sl_tree *tree, uint64_t size);
uint64_t sl_tree_size(const sl_tree *tree);

/* Root of the first `size` leaves; size 0 gives SHA-256 of nothing.
 * Errors: SL_ERR_RANGE (size beyond the tree). Cost: O(log n). */
SL_MUST_USE sl_err sl_tree_root(const sl_tree *tree, sl_hash *out, uint64_t size);
/* RFC 6962 2.1.1 audit path and 2.1.2 consistency proof. Errors: SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_tree_inclusion(const sl_tree *tree, sl_proof *out, uint64_t index, uint64_t size);
SL_MUST_USE sl_err sl_tree_consistency(const sl_tree *tree, sl_proof *out, uint64_t old_size, uint64_t size);
/* The hash of the complete subtree (level, index). Errors: SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_tree_node(const sl_tree *tree, sl_hash *out, unsigned level, uint64_t index);

/* Check proofs against roots. Errors: SL_ERR_SIGNATURE (does not prove it),
 * SL_ERR_RANGE (impossible sizes). Threads: any. */
SL_MUST_USE sl_err sl_inclusion_check(sl_sha256_fn *sha256, const sl_hash *leaf, uint64_t index, uint64_t size,
                                      const sl_proof *proof, const sl_hash *root);
SL_MUST_USE sl_err sl_consistency_check(sl_sha256_fn *sha256, uint64_t old_size, const sl_hash *old_root,
                                        uint64_t size, const sl_hash *root, const sl_proof *proof);

#endif
