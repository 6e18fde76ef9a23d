/* Branch and bound. A node is a set of alternatives still allowed to each active
 * intent. Its bound is the sum of the least of each, with pairs of intents whose least
 * ones clash replaced by the least the pair can do together (disjoint pairs, greedily).
 * When the least ones of all stand together, they are the node's optimum and it is done;
 * otherwise the branch is on an intent whose least clashes: it takes each alternative
 * in turn, cheapest first, and what clashes leaves the others' sets.
 *
 * Work: exponential at worst in the number of intents, measured in bench/settle.
 * Recursion is as deep as there are active intents, at most SL_SETTLE_INTENTS_MAX. */
#include "settle/search.h"

#include "base/assert.h"

#define CLOCK_EVERY 1024u
#define NODE_PAIRS 256u   /* a node over so many pairs of intents counts once more */

typedef struct search {
  const sl_component *of;
  const uint32_t *active;
  uint32_t count;
  uint8_t *domain;         /* [count + 1][count]: one row per depth */
  uint8_t *least;          /* [count + 1][count]: the least alternative of each */
  sl_search_best *best;
  sl_search_limit *limit;
  bool first, done;
} search;

static bool stopped(search *of) {
  sl_search_limit *limit = of->limit;
  uint64_t before = limit->nodes;
  limit->nodes += 1u + of->count * of->count / NODE_PAIRS;
  if (limit->node_cap && limit->nodes > limit->node_cap) limit->hit = true;
  bool look = limit->clock && before / CLOCK_EVERY != limit->nodes / CLOCK_EVERY;
  if (look && sl_clock_monotonic(limit->clock) >= limit->deadline_ns) limit->hit = true;
  return limit->hit || of->done;
}

static unsigned lowest_bit(unsigned mask) {
  SL_ASSERT(mask != 0);
  unsigned bit = 0;
  while (!(mask & 1u)) mask >>= 1, bit++;
  return bit;
}

static unsigned bits(unsigned mask) {
  unsigned n = 0;
  for (; mask; mask &= mask - 1) n++;
  return n;
}

/* Keys of one intent rise with the alternative's number: the cost is the leading
 * field and rises strictly. So the least allowed one is the lowest bit. */
static const sl_settle_key *key_of(const search *of, uint32_t slot, unsigned alternative) {
  return &of->of->key[of->active[slot]][alternative];
}

static uint8_t clash(const search *of, uint32_t i, unsigned a, uint32_t j) {
  return sl_component_clash(of->of, of->active[i], a, of->active[j]);
}

/* The least key two intents can have side by side; false when they cannot. */
static bool pair_least(sl_settle_key *out, const search *of, uint32_t i, unsigned allowed_i, uint32_t j, unsigned allowed_j) {
  bool found = false;
  for (unsigned rest = allowed_i; rest; rest &= rest - 1) {
    unsigned a = lowest_bit(rest);
    unsigned beside = allowed_j & ~(unsigned)clash(of, i, a, j);
    if (!beside) continue;
    sl_settle_key sum = *key_of(of, i, a);
    sl_key_add(&sum, key_of(of, j, lowest_bit(beside)));
    if (!found || sl_key_less(&sum, out)) *out = sum;
    found = true;
  }
  return found;
}

/* What bounding a node found out. */
typedef struct node_view {
  sl_settle_key bound;
  uint32_t clashing;       /* pairs of least alternatives that clash */
  uint32_t branch;         /* the intent to branch on */
  bool dead;
} node_view;

/* How pressing it is to branch on an intent: few alternatives first, then many clashes. */
static uint32_t pressure(uint32_t clashes, unsigned allowed) {
  return clashes * 64u / bits(allowed);
}

static void bound_pairs(node_view *view, const search *of, const uint8_t *domain, const uint8_t *least,
                        uint32_t *degree, bool *paired) {
  for (uint32_t i = 0; i < of->count && !view->dead; i++) {
    for (uint32_t j = i + 1; j < of->count; j++) {
      if (!(clash(of, i, least[i], j) & (1u << least[j]))) continue;
      view->clashing++;
      degree[i]++;
      degree[j]++;
      if (paired[i] || paired[j]) continue;
      sl_settle_key together;
      if (!pair_least(&together, of, i, domain[i], j, domain[j])) {
        view->dead = true;
        return;
      }
      paired[i] = paired[j] = true;
      sl_key_add(&view->bound, &together);
    }
  }
}

static node_view bound_node(const search *of, const uint8_t *domain, uint8_t *least) {
  uint32_t degree[SL_SETTLE_INTENTS_MAX] = {0};
  bool paired[SL_SETTLE_INTENTS_MAX] = {false};
  node_view view = {.dead = false};
  for (uint32_t i = 0; i < of->count; i++) least[i] = (uint8_t)lowest_bit(domain[i]);
  bound_pairs(&view, of, domain, least, degree, paired);
  uint32_t most = 0;
  for (uint32_t i = 0; i < of->count && !view.dead; i++) {
    if (!paired[i]) sl_key_add(&view.bound, key_of(of, i, least[i]));
    uint32_t press = pressure(degree[i], domain[i]);
    if (press > most) {
      most = press;
      view.branch = i;
    }
  }
  return view;
}

/* Intent i takes alternative a: what clashes with it leaves the others. False when
 * one of them has nothing left. */
static bool assign(uint8_t *to, const search *of, const uint8_t *from, uint32_t i, unsigned a) {
  for (uint32_t j = 0; j < of->count; j++) {
    unsigned left = j == i ? 1u << a : from[j] & ~(unsigned)clash(of, i, a, j);
    if (!left) return false;
    to[j] = (uint8_t)left;
  }
  return true;
}

static void record(search *of, const sl_settle_key *key, const uint8_t *least) {
  of->best->found = true;
  of->best->key = *key;
  for (uint32_t i = 0; i < of->count; i++) of->best->choice[of->active[i]] = least[i];
  of->done = of->first;
}

static void visit(search *of, uint32_t depth) {
  SL_ASSERT(depth <= of->count);
  if (stopped(of)) return;
  const uint8_t *domain = of->domain + (size_t)depth * of->count;
  uint8_t *least = of->least + (size_t)depth * of->count;
  node_view view = bound_node(of, domain, least);
  if (view.dead || (of->best->found && !sl_key_less(&view.bound, &of->best->key))) return;
  if (view.clashing == 0) {
    record(of, &view.bound, least);
    return;
  }
  /* What an assigned intent clashes with has left the others: none is branched on
   * twice, and depth never passes count. */
  SL_ASSERT(depth < of->count);
  uint8_t *next = of->domain + (size_t)(depth + 1) * of->count;
  for (unsigned rest = domain[view.branch]; rest; rest &= rest - 1) {
    if (of->limit->hit || of->done) return;
    if (assign(next, of, domain, view.branch, lowest_bit(rest))) visit(of, depth + 1);
  }
}

sl_err sl_search_space_init(sl_search_space *out, sl_arena *arena, uint32_t room) {
  SL_ASSERT(out != NULL && room <= SL_SETTLE_INTENTS_MAX);
  size_t cells = ((size_t)room + 1) * room;
  uint8_t *domain = SL_ARENA_TAKE(arena, cells, uint8_t);
  uint8_t *least = SL_ARENA_TAKE(arena, cells, uint8_t);
  if (!domain || !least) return SL_ERR_NOMEM;
  *out = (sl_search_space){room, domain, least};
  return SL_OK;
}

void sl_search_run(sl_search_best *best, sl_search_limit *limit, sl_search_space *space, const sl_component *of,
                   const uint32_t *active, uint32_t active_count, const uint8_t *domain, bool first) {
  SL_ASSERT(best != NULL && limit != NULL && active_count > 0 && active_count <= space->room);
  search run = {of, active, active_count, space->domain, space->least, best, limit, first, false};
  for (uint32_t i = 0; i < active_count; i++) {
    SL_ASSERT(active[i] < of->count);
    run.domain[i] = domain[active[i]];
    if (!run.domain[i]) return;
  }
  visit(&run, 0);
}
