/* The Merkle tree of one log. A log gains a leaf for every entry and is asked for
 * its root, for proofs and for tiles; groups that fail to commit take their leaves
 * back. Every hash of a complete subtree is kept: level l is an array whose i-th
 * element covers the leaves from i * 2^l. That is two hashes a leaf, makes an
 * append one hash on average, truncation a change of the size alone (what is
 * above the size is stale and overwritten before it can be read), and every
 * incomplete subtree the fold of at most log n kept hashes. */
#include "ledger/tree.h"

#include <stdlib.h>

#include "base/assert.h"

#define LEVELS 49u   /* log2(SL_TREE_CAP_MAX) + 1 */
#define FIRST_ROOM 16u

typedef struct level {
  sl_hash *hash;
  uint64_t room;
} level;

struct sl_tree {
  sl_sha256_fn *sha256;
  uint64_t cap;
  uint64_t size;
  level levels[LEVELS];
};

void sl_leaf_hash(sl_sha256_fn *sha256, sl_hash *out, sl_span entry) {
  const uint8_t prefix = 0x00;
  const sl_span parts[2] = {{&prefix, 1}, entry};
  sha256(out->bytes, parts, 2);
}

void sl_node_hash(sl_sha256_fn *sha256, sl_hash *out, const sl_hash *left, const sl_hash *right) {
  const uint8_t prefix = 0x01;
  const sl_span parts[3] = {{&prefix, 1}, {left->bytes, 32}, {right->bytes, 32}};
  sl_hash node;
  sha256(node.bytes, parts, 3);
  *out = node;
}

bool sl_hash_equal(const sl_hash *a, const sl_hash *b) { return memcmp(a->bytes, b->bytes, 32) == 0; }

sl_err sl_tree_new(sl_tree **out, sl_sha256_fn *sha256, uint64_t cap) {
  SL_ASSERT(out != NULL && sha256 != NULL);
  SL_ASSERT(cap >= 1 && cap <= SL_TREE_CAP_MAX);
  sl_tree *tree = calloc(1, sizeof *tree);
  if (tree == NULL) {
    return SL_ERR_NOMEM;
  }
  tree->sha256 = sha256;
  tree->cap = cap;
  *out = tree;
  return SL_OK;
}

void sl_tree_free(sl_tree *tree) {
  if (tree == NULL) {
    return;
  }
  for (unsigned i = 0; i < LEVELS; i++) {
    free(tree->levels[i].hash);
  }
  free(tree);
}

/* Room for count hashes on a level, half as much again when it must grow. */
static sl_err reserve(level *at, uint64_t count, uint64_t most) {
  SL_ASSERT(count <= most);
  if (count <= at->room) {
    return SL_OK;
  }
  uint64_t room = at->room < FIRST_ROOM ? FIRST_ROOM : at->room + at->room / 2;
  room = room > most ? most : room;
  if (room < count || room > SIZE_MAX / sizeof(sl_hash)) {
    return SL_ERR_NOMEM;
  }
  sl_hash *grown = realloc(at->hash, (size_t)room * sizeof(sl_hash));
  if (grown == NULL) {
    return SL_ERR_NOMEM;
  }
  at->hash = grown;
  at->room = room;
  return SL_OK;
}

/* How many levels above the leaves the next leaf completes: its trailing ones. */
static unsigned completed_by(uint64_t index) {
  unsigned levels = 0;
  while (index & 1) {
    index >>= 1;
    levels++;
  }
  return levels;
}

sl_err sl_tree_append(sl_tree *tree, const sl_hash *leaf) {
  SL_ASSERT(tree != NULL && leaf != NULL);
  if (tree->size >= tree->cap) {
    return SL_ERR_CAP;
  }
  const uint64_t index = tree->size;
  const unsigned top = completed_by(index);
  SL_ASSERT(top < LEVELS);
  for (unsigned l = 0; l <= top; l++) {
    const sl_err err = reserve(&tree->levels[l], (index >> l) + 1, tree->cap >> l);
    if (err != SL_OK) {
      return err;
    }
  }
  tree->levels[0].hash[index] = *leaf;
  for (unsigned l = 1; l <= top; l++) {
    const sl_hash *below = tree->levels[l - 1].hash;
    const uint64_t at = index >> l;
    sl_node_hash(tree->sha256, &tree->levels[l].hash[at], &below[2 * at], &below[2 * at + 1]);
  }
  tree->size = index + 1;
  return SL_OK;
}

void sl_tree_truncate(sl_tree *tree, uint64_t size) {
  SL_ASSERT(tree != NULL);
  SL_ASSERT(size <= tree->size);
  tree->size = size;
}

uint64_t sl_tree_size(const sl_tree *tree) {
  SL_ASSERT(tree != NULL);
  return tree->size;
}

sl_err sl_tree_node(const sl_tree *tree, sl_hash *out, unsigned level_index, uint64_t index) {
  SL_ASSERT(tree != NULL && out != NULL);
  if (level_index >= LEVELS || index >= tree->size >> level_index) {
    return SL_ERR_RANGE;
  }
  *out = tree->levels[level_index].hash[index];
  return SL_OK;
}

/* MTH of count leaves from start, where start is a multiple of the smallest power
 * of two that is not less than count: kept hashes, folded from the right. */
static void subtree(const sl_tree *tree, sl_hash *out, uint64_t start, uint64_t count) {
  SL_ASSERT(count >= 1 && start + count <= tree->size);
  bool any = false;
  sl_hash fold = {{0}};
  uint64_t end = start + count;
  for (unsigned l = 0; l < LEVELS && count >> l != 0; l++) {
    if ((count >> l & 1) == 0) {
      continue;
    }
    end -= UINT64_C(1) << l;
    const sl_hash *kept = &tree->levels[l].hash[end >> l];
    if (any) {
      sl_node_hash(tree->sha256, &fold, kept, &fold);
    } else {
      fold = *kept;
      any = true;
    }
  }
  SL_ASSERT(end == start && any);
  *out = fold;
}

sl_err sl_tree_root(const sl_tree *tree, sl_hash *out, uint64_t size) {
  SL_ASSERT(tree != NULL && out != NULL);
  if (size > tree->size) {
    return SL_ERR_RANGE;
  }
  if (size == 0) {
    tree->sha256(out->bytes, NULL, 0);
    return SL_OK;
  }
  subtree(tree, out, 0, size);
  return SL_OK;
}

/* The largest power of two smaller than count: where RFC 6962 splits. */
static uint64_t split_of(uint64_t count) {
  SL_ASSERT(count >= 2);
  uint64_t power = 1;
  while (power < count - power) {
    power <<= 1;
  }
  return power;
}

/* Proofs are found from the root down and told from the leaf up. */
static void reverse(sl_proof *proof) {
  for (uint32_t i = 0, j = proof->count; i + 1 < j; i++) {
    j--;
    const sl_hash kept = proof->hash[i];
    proof->hash[i] = proof->hash[j];
    proof->hash[j] = kept;
  }
}

static void push(const sl_tree *tree, sl_proof *proof, uint64_t start, uint64_t count) {
  SL_ASSERT(proof->count < SL_PROOF_HASHES_MAX);
  subtree(tree, &proof->hash[proof->count], start, count);
  proof->count++;
}

sl_err sl_tree_inclusion(const sl_tree *tree, sl_proof *out, uint64_t index, uint64_t size) {
  SL_ASSERT(tree != NULL && out != NULL);
  if (size > tree->size || index >= size) {
    return SL_ERR_RANGE;
  }
  out->count = 0;
  uint64_t start = 0;
  uint64_t count = size;
  while (count > 1) {
    const uint64_t half = split_of(count);
    if (index - start < half) {
      push(tree, out, start + half, count - half);
      count = half;
    } else {
      push(tree, out, start, half);
      start += half;
      count -= half;
    }
  }
  SL_ASSERT(start == index);
  reverse(out);
  return SL_OK;
}

void sl_consistency_find(sl_proof *out, uint64_t old_size, uint64_t size, sl_subtree_fn *subtree_root, void *context) {
  SL_ASSERT(out != NULL && subtree_root != NULL && old_size <= size && size <= SL_TREE_CAP_MAX);
  out->count = 0;
  if (old_size == 0 || old_size == size) {
    return;
  }
  uint64_t start = 0;
  uint64_t count = size;
  while (old_size - start != count) {
    const uint64_t half = split_of(count);
    SL_ASSERT(out->count < SL_PROOF_HASHES_MAX);
    if (old_size - start <= half) {
      subtree_root(context, &out->hash[out->count++], start + half, count - half);
      count = half;
    } else {
      subtree_root(context, &out->hash[out->count++], start, half);
      start += half;
      count -= half;
    }
  }
  /* The old tree's own root is known to the checker and left out. */
  if (start != 0) {
    SL_ASSERT(out->count < SL_PROOF_HASHES_MAX);
    subtree_root(context, &out->hash[out->count++], start, count);
  }
  reverse(out);
}

static void subtree_of(void *context, sl_hash *out, uint64_t start, uint64_t count) {
  const sl_tree *const *tree = context;
  subtree(*tree, out, start, count);
}

sl_err sl_tree_consistency(const sl_tree *tree, sl_proof *out, uint64_t old_size, uint64_t size) {
  SL_ASSERT(tree != NULL && out != NULL);
  if (size > tree->size || old_size > size) {
    return SL_ERR_RANGE;
  }
  sl_consistency_find(out, old_size, size, subtree_of, &tree);
  return SL_OK;
}
