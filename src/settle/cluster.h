/* Clusters: intents that hang together through pairs. What is in two clusters can be
 * settled apart (L20). */
#ifndef SL_SETTLE_CLUSTER_H
#define SL_SETTLE_CLUSTER_H

#include "base/arena.h"

#define SL_CLUSTER_NODES_MAX (1u << 20)
#define SL_CLUSTER_PAIRS_MAX (1u << 22)

typedef struct sl_cluster_pair { uint32_t a, b; } sl_cluster_pair;

/* Cluster c is member[start[c]] to member[start[c + 1] - 1], ascending; clusters are
 * in order of their least member. Everything is in exactly one. In the arena. */
typedef struct sl_clusters {
  uint32_t count;
  const uint32_t *start;    /* count + 1 */
  const uint32_t *member;
} sl_clusters;

/* The connected components of `count` nodes under pairs (in any order, repeats and
 * a == b allowed). The result does not depend on the order of the pairs. Errors:
 * SL_ERR_CAP (over the maxima above), SL_ERR_RANGE (a pair names no node),
 * SL_ERR_NOMEM. Threads: any, one per arena. Cost: nearly O(count + pairs), 16 bytes
 * a node. */
SL_MUST_USE sl_err sl_clusters_build(sl_clusters *out, sl_arena *arena, uint32_t count,
                                     const sl_cluster_pair *pair, size_t pair_count);

#endif
