/* Settling: the problem is checked and cut into connected components, each is solved
 * on its own, and the sums are the result: every part of the objective adds up over
 * components. Memory is the clash table of one component at a time, in the arena. */
#include "settle/settle.h"

#include <string.h>

#include "base/assert.h"
#include "settle/cluster.h"
#include "settle/search.h"

SL_STATIC_ASSERT(SL_SETTLE_COST_UNIT % 7 == 0 && SL_SETTLE_COST_UNIT % 6 == 0 && SL_SETTLE_COST_UNIT % 5 == 0 &&
                   SL_SETTLE_COST_UNIT % 4 == 0,
                 "costs are whole numbers");
SL_STATIC_ASSERT(SL_SETTLE_INTENTS_MAX * SL_SETTLE_COST_UNIT < 1u << SL_KEY_FIELD_BITS, "a sum fits its field");

#define VECTOR_INTENTS 21u   /* of 3 bits each in one word */

uint64_t sl_settle_cost(uint8_t count, uint8_t choice) {
  SL_ASSERT(count >= 1 && count <= SL_SETTLE_ALTERNATIVES && choice < count);
  return count == 1 ? 0 : (uint64_t)choice * SL_SETTLE_COST_UNIT / (count - 1u);
}

static sl_err check(const sl_settle_problem *problem) {
  if (problem->count > SL_SETTLE_INTENTS_MAX || problem->conflict_count > SL_SETTLE_CONFLICTS_MAX) return SL_ERR_CAP;
  for (uint32_t i = 0; i < problem->count; i++) {
    const sl_settle_intent *of = &problem->intent[i];
    if (of->count < 1 || of->count > SL_SETTLE_ALTERNATIVES) return SL_ERR_RANGE;
    if (of->side > 1 || of->priority > SL_SETTLE_PRIORITY_MAX) return SL_ERR_RANGE;
  }
  for (uint32_t c = 0; c < problem->conflict_count; c++) {
    const sl_settle_conflict *of = &problem->conflict[c];
    if (of->i >= problem->count || of->j >= problem->count || of->i == of->j) return SL_ERR_RANGE;
    if (of->a >= problem->intent[of->i].count || of->b >= problem->intent[of->j].count) return SL_ERR_RANGE;
  }
  return SL_OK;
}

static uint8_t allowed(const sl_settle_intent *of) {
  return (uint8_t)(((1u << of->count) - 1u) & ~(unsigned)of->barred);
}

/* A conflict between two alternatives that could both still be chosen. */
static bool matters(const sl_settle_problem *problem, const sl_settle_conflict *of) {
  return (allowed(&problem->intent[of->i]) & (1u << of->a)) && (allowed(&problem->intent[of->j]) & (1u << of->b));
}

static sl_err cut(sl_clusters *out, sl_arena *arena, const sl_settle_problem *problem) {
  size_t n = problem->count;
  bool *seen = SL_ARENA_TAKE(arena, n * n, bool);
  sl_cluster_pair *pair = SL_ARENA_TAKE(arena, n * n / 2, sl_cluster_pair);
  if (!seen || !pair) return SL_ERR_NOMEM;
  size_t count = 0;
  for (uint32_t c = 0; c < problem->conflict_count; c++) {
    const sl_settle_conflict *of = &problem->conflict[c];
    bool *first = &seen[of->i < of->j ? of->i * n + of->j : of->j * n + of->i];
    if (*first || !matters(problem, of)) continue;
    *first = true;
    SL_ASSERT(count < n * n / 2);
    pair[count++] = (sl_cluster_pair){of->i, of->j};
  }
  return sl_clusters_build(out, arena, problem->count, pair, count);
}

static void put_field(sl_settle_key *key, unsigned field, uint64_t value) {
  unsigned shift = SL_KEY_FIELD_BITS * (2u - field % 3u);
  key->word[field / 3u] |= value << shift;
}

/* Field 0 is the cost, 1 to 7 that borne by priority 7 to 1, 8 that borne by the side
 * with the larger burden; the last word is the choice vector, first intent highest. */
static sl_settle_key make_key(const sl_settle_problem *problem, uint32_t intent, unsigned choice, uint32_t position,
                              uint32_t count) {
  const sl_settle_intent *of = &problem->intent[intent];
  sl_settle_key key = {{0}};
  uint64_t cost = sl_settle_cost(of->count, (uint8_t)choice);
  put_field(&key, 0, cost);
  if (of->priority > 0) put_field(&key, 1u + SL_SETTLE_PRIORITY_MAX - of->priority, cost);
  int heavier = problem->burden[0] > problem->burden[1] ? 0 : 1;
  if (problem->burden[0] != problem->burden[1] && of->side == heavier) put_field(&key, 8, cost);
  uint32_t last = count < VECTOR_INTENTS ? count : VECTOR_INTENTS;
  if (position < last) key.word[3] = (uint64_t)choice << (3u * (last - 1u - position));
  return key;
}

static sl_err make_component(sl_component *out, sl_arena *arena, const sl_settle_problem *problem,
                             const uint32_t *member, uint32_t count, uint32_t *position) {
  sl_component of = {.count = count, .member = member};
  of.domain = SL_ARENA_TAKE(arena, count, uint8_t);
  of.key = sl_arena_take(arena, count, sizeof *of.key);
  of.clash = SL_ARENA_TAKE(arena, (size_t)count * count * SL_SETTLE_ALTERNATIVES, uint8_t);
  if (!of.domain || !of.key || !of.clash) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < count; i++) {
    position[member[i]] = i;
    of.domain[i] = allowed(&problem->intent[member[i]]);
    for (unsigned a = 0; a < problem->intent[member[i]].count; a++) {
      of.key[i][a] = make_key(problem, member[i], a, i, count);
    }
  }
  *out = of;
  return SL_OK;
}

static void mark(sl_component *of, uint32_t i, unsigned a, uint32_t j, unsigned b) {
  uint8_t *mask = &of->clash[((size_t)i * SL_SETTLE_ALTERNATIVES + a) * of->count + j];
  *mask = (uint8_t)(*mask | 1u << b);
}

/* The conflicts of every component; `which` is an intent's component. */
static void mark_all(sl_component *component, const uint32_t *which, const uint32_t *position,
                     const sl_settle_problem *problem) {
  for (uint32_t c = 0; c < problem->conflict_count; c++) {
    const sl_settle_conflict *of = &problem->conflict[c];
    if (!matters(problem, of)) continue;
    SL_ASSERT(which[of->i] == which[of->j]);
    sl_component *in = &component[which[of->i]];
    mark(in, position[of->i], of->a, position[of->j], of->b);
    mark(in, position[of->j], of->b, position[of->i], of->a);
  }
}

static sl_err build(sl_component **out, uint32_t *ret_count, sl_arena *arena, const sl_settle_problem *problem) {
  sl_clusters clusters;
  sl_err err = cut(&clusters, arena, problem);
  if (err != SL_OK) return err;
  sl_component *component = SL_ARENA_TAKE(arena, clusters.count, sl_component);
  uint32_t *position = SL_ARENA_TAKE(arena, problem->count, uint32_t);
  uint32_t *which = SL_ARENA_TAKE(arena, problem->count, uint32_t);
  if (!component || !position || !which) return SL_ERR_NOMEM;
  for (uint32_t c = 0; c < clusters.count; c++) {
    const uint32_t *member = clusters.member + clusters.start[c];
    uint32_t count = clusters.start[c + 1] - clusters.start[c];
    err = make_component(&component[c], arena, problem, member, count, position);
    if (err != SL_OK) return err;
    for (uint32_t i = 0; i < count; i++) which[member[i]] = c;
  }
  mark_all(component, which, position, problem);
  *out = component;
  *ret_count = clusters.count;
  return SL_OK;
}

static sl_err solve_exactly(sl_search_best *best, uint64_t *ret_nodes, sl_arena *arena, const sl_component *of) {
  sl_search_limit never = {.nodes = 0};
  sl_search_space space;
  sl_err err = sl_search_space_init(&space, arena, of->count);
  if (err != SL_OK) return err;
  uint32_t active[SL_SETTLE_EXACT_INTENTS];
  for (uint32_t i = 0; i < of->count; i++) active[i] = i;
  sl_search_run(best, &never, &space, of, active, of->count, of->domain, false);
  *ret_nodes = never.nodes;
  return SL_OK;
}

/* What became of the components so far. */
typedef struct tally {
  sl_settle_result result;
  bool proven_none;        /* one of them has no combination: that decides for all */
  bool given_up;           /* one of them has none that was found */
} tally;

static sl_err solve(tally *so_far, const sl_search_limit *cap, sl_arena *arena, const sl_component *of) {
  sl_search_best best = {.found = false};
  sl_search_limit limit = *cap;
  uint64_t bound = 0;
  bool beyond = of->count > SL_SETTLE_EXACT_INTENTS;
  sl_err err = beyond ? sl_settle_beyond(&best, &bound, &limit, arena, of)
                      : solve_exactly(&best, &limit.nodes, arena, of);
  if (err != SL_OK) return err;
  sl_settle_result *result = &so_far->result;
  result->nodes += limit.nodes;
  if (!best.found) {
    so_far->proven_none = so_far->proven_none || !limit.hit;
    so_far->given_up = so_far->given_up || limit.hit;
    return SL_OK;
  }
  uint64_t cost = sl_key_cost(&best.key);
  result->cost += cost;
  if (limit.hit) {
    SL_ASSERT(bound <= cost);
    result->gap += cost - bound;
  }
  for (uint32_t i = 0; i < of->count; i++) result->choice[of->member[i]] = best.choice[i];
  return SL_OK;
}

static void conclude(sl_settle_result *out, const tally *of) {
  *out = of->result;
  out->found = !of->proven_none && !of->given_up;
  if (!out->found) {
    out->cost = 0;
    out->gap = of->proven_none ? 0 : 1;
    memset(out->choice, 0, sizeof out->choice);
  }
  out->exact = out->gap == 0;
}

sl_err sl_settle_solve(sl_settle_result *out, sl_arena *arena, const sl_settle_problem *problem,
                       const sl_clock *clock) {
  SL_ASSERT(out != NULL && arena != NULL && problem != NULL);
  sl_err err = check(problem);
  if (err != SL_OK) return err;
  sl_component *component = NULL;
  uint32_t count = 0;
  err = build(&component, &count, arena, problem);
  if (err != SL_OK) return err;
  sl_search_limit cap = {.node_cap = problem->node_cap ? problem->node_cap : SL_SETTLE_NODES_DEFAULT};
  if (clock && problem->time_cap_ns > 0) {
    cap.clock = clock;
    cap.deadline_ns = sl_clock_monotonic(clock) + problem->time_cap_ns;
  }
  tally so_far = {.proven_none = false};
  for (uint32_t c = 0; c < count; c++) {
    err = solve(&so_far, &cap, arena, &component[c]);
    if (err != SL_OK) return err;
  }
  conclude(out, &so_far);
  return SL_OK;
}
