/* The exact search under settle.c and beyond.c: branch and bound over some intents of
 * a component. Inside settle/ only. */
#ifndef SL_SETTLE_SEARCH_H
#define SL_SETTLE_SEARCH_H

#include "settle/settle.h"

/* What a combination costs, in the order in which it counts: cost, then the cost borne
 * by priority 7, 6 down to 1, then that borne by the side with the larger burden, then
 * the choice vector (of the first 21 intents). Each a field wide enough for the sum
 * over all intents, so keys add and compare word by word. */
#define SL_KEY_WORDS 4u
typedef struct sl_settle_key { uint64_t word[SL_KEY_WORDS]; } sl_settle_key;

/* A component: every alternative's key, and for every alternative the mask of each
 * other intent's alternatives that it cannot stand beside. */
typedef struct sl_component {
  uint32_t count;
  const uint32_t *member;                         /* numbers in the problem, ascending */
  uint8_t *domain;                                /* [count] alternatives that are allowed */
  sl_settle_key (*key)[SL_SETTLE_ALTERNATIVES];   /* [count] */
  uint8_t *clash;                                 /* [count][8][count] */
} sl_component;

static inline uint8_t sl_component_clash(const sl_component *of, uint32_t i, unsigned a, uint32_t j) {
  return of->clash[((size_t)i * SL_SETTLE_ALTERNATIVES + a) * of->count + j];
}

/* Stops a search: after node_cap nodes in all (0: never), or when the clock passes
 * the deadline (clock NULL: never). */
typedef struct sl_search_limit {
  uint64_t nodes, node_cap;
  const sl_clock *clock;
  int64_t deadline_ns;
  bool hit;
} sl_search_limit;

typedef struct sl_search_best {
  bool found;
  sl_settle_key key;
  uint8_t choice[SL_SETTLE_INTENTS_MAX];          /* by position in the component */
} sl_search_best;

/* What a search works in, for at most `room` active intents; used again and again. */
typedef struct sl_search_space {
  uint32_t room;
  uint8_t *domain;
  uint8_t *least;
} sl_search_space;

/* Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_search_space_init(sl_search_space *out, sl_arena *arena, uint32_t room);

/* The least combination of the active intents (positions in the component), each
 * within domain[position], ignoring all others. Only something better than *best (when
 * it was found before) replaces it. `first`: stop at the first combination. Complete
 * unless limit->hit (or `first`). Errors: none. */
void sl_search_run(sl_search_best *best, sl_search_limit *limit, sl_search_space *space, const sl_component *of,
                   const uint32_t *active, uint32_t active_count, const uint8_t *domain, bool first);

/* Beyond the exact size (beyond.c): a good combination and how far from the best it
 * can be. *ret_bound is a proven lower bound of the cost. */
SL_MUST_USE sl_err sl_settle_beyond(sl_search_best *best, uint64_t *ret_bound, sl_search_limit *limit,
                                    sl_arena *arena, const sl_component *of);

static inline bool sl_key_less(const sl_settle_key *a, const sl_settle_key *b) {
  for (unsigned i = 0; i < SL_KEY_WORDS; i++) {
    if (a->word[i] != b->word[i]) return a->word[i] < b->word[i];
  }
  return false;
}

static inline void sl_key_add(sl_settle_key *to, const sl_settle_key *by) {
  for (unsigned i = 0; i < SL_KEY_WORDS; i++) to->word[i] += by->word[i];
}

#define SL_KEY_FIELD_BITS 20u
static inline uint64_t sl_key_cost(const sl_settle_key *key) { return key->word[0] >> (2 * SL_KEY_FIELD_BITS); }

#endif
