/* Connected components by union-find: the least member is its cluster's root, paths
 * are halved on the way. Then one pass numbers the roots and one fills the members. */
#include "settle/cluster.h"

#include "base/assert.h"

static uint32_t root_of(uint32_t *parent, uint32_t node) {
  while (parent[node] != node) {
    parent[node] = parent[parent[node]];
    node = parent[node];
  }
  return node;
}

static sl_err join_all(uint32_t *parent, uint32_t count, const sl_cluster_pair *pair, size_t pair_count) {
  for (size_t i = 0; i < pair_count; i++) {
    if (pair[i].a >= count || pair[i].b >= count) return SL_ERR_RANGE;
    uint32_t a = root_of(parent, pair[i].a);
    uint32_t b = root_of(parent, pair[i].b);
    if (a < b) parent[b] = a;
    if (b < a) parent[a] = b;
  }
  return SL_OK;
}

/* start[] from the sizes of the clusters, member[] in order of the nodes. `slot` gives
 * the cluster of a root. */
static uint32_t fill(uint32_t *start, uint32_t *member, uint32_t *slot, uint32_t *parent, uint32_t count) {
  uint32_t clusters = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t root = root_of(parent, i);
    SL_ASSERT(root <= i);
    if (root == i) slot[i] = clusters++;
    start[slot[root] + 1]++;
  }
  for (uint32_t c = 0; c < clusters; c++) start[c + 1] += start[c];
  SL_ASSERT(start[clusters] == count);
  for (uint32_t i = count; i-- > 0;) {
    /* Backward, so that each start ends up one cluster too early and is right again
     * once its last member, the least, was put. */
    uint32_t c = slot[root_of(parent, i)];
    member[--start[c + 1]] = i;
  }
  for (uint32_t c = 0; c < clusters; c++) start[c] = start[c + 1];
  start[clusters] = count;
  return clusters;
}

sl_err sl_clusters_build(sl_clusters *out, sl_arena *arena, uint32_t count, const sl_cluster_pair *pair,
                         size_t pair_count) {
  SL_ASSERT(out != NULL && arena != NULL && (pair != NULL || pair_count == 0));
  if (count > SL_CLUSTER_NODES_MAX || pair_count > SL_CLUSTER_PAIRS_MAX) return SL_ERR_CAP;
  uint32_t *parent = SL_ARENA_TAKE(arena, count, uint32_t);
  uint32_t *slot = SL_ARENA_TAKE(arena, count, uint32_t);
  uint32_t *start = SL_ARENA_TAKE(arena, (size_t)count + 1, uint32_t);
  uint32_t *member = SL_ARENA_TAKE(arena, count, uint32_t);
  if (!parent || !slot || !start || !member) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < count; i++) parent[i] = i;
  sl_err err = join_all(parent, count, pair, pair_count);
  if (err != SL_OK) return err;
  out->count = fill(start, member, slot, parent, count);
  out->start = start;
  out->member = member;
  return SL_OK;
}
