/* Beyond the exact size: a first combination by depth-first search, made better by
 * solving neighbourhoods of twelve intents exactly while all others stand, then the
 * whole search as far as the caps allow. The lower bound is the sum of the optima of
 * disjoint blocks, each alone: leaving clashes between blocks out can only cost less.
 * All of it counts nodes against one cap, so without a clock it is deterministic. */
#include "settle/search.h"

#include <string.h>

#include "base/assert.h"

#define BLOCK SL_SETTLE_EXACT_INTENTS
#define BLOCK_NODES 20000u       /* at most so many for one block or neighbourhood */

typedef struct beyond {
  const sl_component *of;
  sl_search_limit *limit;
  sl_search_space *space;
  sl_search_best *best;
  uint32_t *order;                /* positions in breadth-first order of clashes */
} beyond;

static bool touches(const sl_component *of, uint32_t i, uint32_t j) {
  for (unsigned a = 0; a < SL_SETTLE_ALTERNATIVES; a++) {
    if (sl_component_clash(of, i, a, j)) return true;
  }
  return false;
}

/* Positions in breadth-first order from `seed`, so that neighbours come together. A
 * component is connected: it reaches all. */
static void breadth_first(uint32_t *order, const sl_component *of, uint32_t seed) {
  bool seen[SL_SETTLE_INTENTS_MAX] = {false};
  uint32_t count = 0;
  order[count++] = seed;
  seen[seed] = true;
  for (uint32_t next = 0; next < count; next++) {
    for (uint32_t j = 0; j < of->count; j++) {
      if (seen[j] || !touches(of, order[next], j)) continue;
      seen[j] = true;
      order[count++] = j;
    }
  }
  SL_ASSERT(count == of->count);
}

/* A search that may use up to `nodes` more of the limit; true when it was complete. */
static bool part(beyond *run, sl_search_best *best, const uint32_t *active, uint32_t count, const uint8_t *domain,
                 uint64_t nodes, bool first) {
  sl_search_limit sub = *run->limit;
  uint64_t left = sub.node_cap > sub.nodes ? sub.node_cap - sub.nodes : 0;
  sub.node_cap = sub.nodes + (nodes < left ? nodes : left);
  sl_search_run(best, &sub, run->space, run->of, active, count, domain, first);
  run->limit->nodes = sub.nodes;
  bool timed = sub.clock && sub.hit && sl_clock_monotonic(sub.clock) >= sub.deadline_ns;
  if (timed || sub.nodes >= run->limit->node_cap) run->limit->hit = true;
  return !sub.hit;
}

/* The unused position with the most neighbours in the block (the lowest of equals). */
static uint32_t closest(const sl_component *of, const bool *used, const uint32_t *block, uint32_t count) {
  uint32_t chosen = of->count;
  int most = -1;
  for (uint32_t i = 0; i < of->count; i++) {
    if (used[i]) continue;
    int near = 0;
    for (uint32_t k = 0; k < count; k++) near += touches(of, i, block[k]);
    if (near <= most) continue;
    most = near;
    chosen = i;
  }
  return chosen;
}

/* The sum of the optima of disjoint blocks, each grown where it is densest; a block
 * that was cut short counts for nothing. */
static uint64_t block_bound(beyond *run, bool *ret_none) {
  uint64_t bound = 0;
  bool used[SL_SETTLE_INTENTS_MAX] = {false};
  for (uint32_t left = run->of->count; left > 0 && !run->limit->hit;) {
    uint32_t member[BLOCK];
    uint32_t count = 0;
    while (left > 0 && count < BLOCK) {
      uint32_t next = closest(run->of, used, member, count);
      SL_ASSERT(next < run->of->count);
      used[next] = true;
      member[count++] = next;
      left--;
    }
    sl_search_best block = {.found = false};
    if (!part(run, &block, member, count, run->of->domain, BLOCK_NODES, false)) continue;
    if (!block.found) *ret_none = true;
    bound += block.found ? sl_key_cost(&block.key) : 0;
  }
  return bound;
}

static sl_settle_key total(const sl_component *of, const uint8_t *choice) {
  sl_settle_key sum = {{0}};
  for (uint32_t i = 0; i < of->count; i++) sl_key_add(&sum, &of->key[i][choice[i]]);
  return sum;
}

/* Free the intents of order[0..count), hold all others at their choice: the best of
 * the neighbourhood. True when it is better than what stood. */
static bool improve_at(beyond *run, uint32_t count) {
  const sl_component *of = run->of;
  uint8_t domain[SL_SETTLE_INTENTS_MAX];
  bool free[SL_SETTLE_INTENTS_MAX] = {false};
  for (uint32_t k = 0; k < count; k++) free[run->order[k]] = true;
  for (uint32_t k = 0; k < count; k++) {
    uint32_t i = run->order[k];
    unsigned mask = of->domain[i];
    for (uint32_t j = 0; j < of->count; j++) {
      if (!free[j]) mask &= ~(unsigned)sl_component_clash(of, j, run->best->choice[j], i);
    }
    domain[i] = (uint8_t)mask;
  }
  sl_search_best found = {.found = false};
  (void)part(run, &found, run->order, count, domain, BLOCK_NODES, false);
  if (!found.found) return false;
  uint8_t choice[SL_SETTLE_INTENTS_MAX];
  memcpy(choice, run->best->choice, of->count);
  for (uint32_t k = 0; k < count; k++) choice[run->order[k]] = found.choice[run->order[k]];
  sl_settle_key key = total(of, choice);
  if (!sl_key_less(&key, &run->best->key)) return false;
  run->best->key = key;
  memcpy(run->best->choice, choice, of->count);
  return true;
}

/* Neighbourhoods around every intent in turn until none of them gives anything. */
static void improve(beyond *run) {
  SL_ASSERT(run->best->found);
  bool better = true;
  while (better && !run->limit->hit) {
    better = false;
    for (uint32_t seed = 0; seed < run->of->count && !run->limit->hit; seed++) {
      breadth_first(run->order, run->of, seed);
      if (improve_at(run, BLOCK)) better = true;
    }
  }
}

sl_err sl_settle_beyond(sl_search_best *best, uint64_t *ret_bound, sl_search_limit *limit, sl_arena *arena,
                        const sl_component *of) {
  SL_ASSERT(best != NULL && !best->found && of->count > BLOCK && of->count <= SL_SETTLE_INTENTS_MAX);
  sl_search_space space;
  sl_err err = sl_search_space_init(&space, arena, of->count);
  uint32_t *order = SL_ARENA_TAKE(arena, of->count, uint32_t);
  uint32_t *all = SL_ARENA_TAKE(arena, of->count, uint32_t);
  if (err != SL_OK || !order || !all) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < of->count; i++) all[i] = i;
  beyond run = {of, limit, &space, best, order};
  bool none = false;
  *ret_bound = block_bound(&run, &none);
  if (none) {
    limit->hit = false;
    return SL_OK;
  }
  uint64_t half = limit->node_cap > limit->nodes ? (limit->node_cap - limit->nodes) / 2 : 0;
  (void)part(&run, best, all, of->count, of->domain, half, true);
  if (best->found) improve(&run);
  if (!limit->hit) (void)part(&run, best, all, of->count, of->domain, limit->node_cap, false);
  return SL_OK;
}
