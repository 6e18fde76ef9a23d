/* A Merkle tree after RFC 6962 section 2, in memory, append-only but for the
 * truncation that undoes a group that failed. Hashing is injected. */
#ifndef SL_LEDGER_TREE_H
#define SL_LEDGER_TREE_H

#include "base/port.h"

typedef struct sl_hash { uint8_t bytes[32]; } sl_hash;

#define SL_PROOF_HASHES_MAX 64u
/* No tree takes more leaves than this, so that sums of sizes never wrap. */
#define SL_TREE_CAP_MAX (UINT64_C(1) << 48)

/* An inclusion or consistency proof: hashes from the leaf's side to the root's. */
typedef struct sl_proof {
  uint32_t count;
  sl_hash hash[SL_PROOF_HASHES_MAX];
} sl_proof;

/* SHA-256(0x00 || entry) and SHA-256(0x01 || left || right). out may be left or
 * right. Errors: none. Threads: any. Source: RFC 6962 section 2.1. */
void sl_leaf_hash(sl_sha256_fn *sha256, sl_hash *out, sl_span entry);
void sl_node_hash(sl_sha256_fn *sha256, sl_hash *out, const sl_hash *left, const sl_hash *right);
/* Whether two public hashes are the same; not constant time. */
bool sl_hash_equal(const sl_hash *a, const sl_hash *b);

typedef struct sl_tree sl_tree;

/* An empty tree that takes at most cap leaves (1 to SL_TREE_CAP_MAX). The caller
 * frees it. Errors: SL_ERR_NOMEM. Threads: one at a time for every call on one
 * tree; readers may share it while nobody appends or truncates. */
SL_MUST_USE sl_err sl_tree_new(sl_tree **out, sl_sha256_fn *sha256, uint64_t cap);
/* NULL is fine. */
void sl_tree_free(sl_tree *tree);

/* Append one leaf hash. A failure leaves the tree as it was. Errors: SL_ERR_CAP,
 * SL_ERR_NOMEM. Cost: O(1) hashes amortised, 64 bytes of memory a leaf. */
SL_MUST_USE sl_err sl_tree_append(sl_tree *tree, const sl_hash *leaf);
/* Forget every leaf from `size` on (size <= current). Errors: none. Cost: O(log n). */
void sl_tree_truncate(sl_tree *tree, uint64_t size);
uint64_t sl_tree_size(const sl_tree *tree);

/* Root of the first `size` leaves; size 0 gives SHA-256 of nothing.
 * Errors: SL_ERR_RANGE (size beyond the tree). Cost: O(log n). */
SL_MUST_USE sl_err sl_tree_root(const sl_tree *tree, sl_hash *out, uint64_t size);
/* RFC 6962 2.1.1 audit path and 2.1.2 consistency proof; from old_size 0, and
 * between equal sizes, the proof is empty. Errors: SL_ERR_RANGE (index < size <=
 * tree and old_size <= size <= tree must hold). Cost: O(log^2 n). */
SL_MUST_USE sl_err sl_tree_inclusion(const sl_tree *tree, sl_proof *out, uint64_t index, uint64_t size);
SL_MUST_USE sl_err sl_tree_consistency(const sl_tree *tree, sl_proof *out, uint64_t old_size, uint64_t size);
/* Give the root over leaves [start, start + count) of the tree that a proof is about. */
typedef void sl_subtree_fn(void *context, sl_hash *out, uint64_t start, uint64_t count);
/* The consistency proof between two sizes of a tree that is not at hand whole: its parts are
 * asked for, from the root down, at most SL_PROOF_HASHES_MAX of them; as above, empty from
 * old_size 0 and between equal sizes. old_size <= size <= SL_TREE_CAP_MAX. Threads: any.
 * Cost: that of the parts. Source: RFC 6962 2.1.2. */
void sl_consistency_find(sl_proof *out, uint64_t old_size, uint64_t size, sl_subtree_fn *subtree_root, void *context);
/* The hash of the complete subtree (level, index): leaves from index * 2^level.
 * Errors: SL_ERR_RANGE (not complete yet). Cost: O(1). */
SL_MUST_USE sl_err sl_tree_node(const sl_tree *tree, sl_hash *out, unsigned level, uint64_t index);

/* Check proofs against roots, after RFC 9162 2.1.3.2 and 2.1.4.2. Errors:
 * SL_ERR_SIGNATURE (does not prove it), SL_ERR_RANGE (impossible sizes or more
 * hashes than any proof has). Threads: any. Cost: O(log n) hashes. */
SL_MUST_USE sl_err sl_inclusion_check(sl_sha256_fn *sha256, const sl_hash *leaf, uint64_t index, uint64_t size,
                                      const sl_proof *proof, const sl_hash *root);
SL_MUST_USE sl_err sl_consistency_check(sl_sha256_fn *sha256, uint64_t old_size, const sl_hash *old_root,
                                        uint64_t size, const sl_hash *root, const sl_proof *proof);

#endif
