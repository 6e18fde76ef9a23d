/* Settling (L19 to L22): of every intent's ranked alternatives, the combination
 * that conflicts with nothing and costs least. */
#ifndef SL_SETTLE_SETTLE_H
#define SL_SETTLE_SETTLE_H

#include "base/arena.h"
#include "base/port.h"

#define SL_SETTLE_ALTERNATIVES 8u     /* per intent, the plan as filed is number 0 */
#define SL_SETTLE_EXACT_INTENTS 12u   /* solved exactly up to here */
#define SL_SETTLE_INTENTS_MAX 256u    /* per problem */
#define SL_SETTLE_CONFLICTS_MAX (1u << 22)
#define SL_SETTLE_PRIORITY_MAX 7u
#define SL_SETTLE_NODES_DEFAULT UINT64_C(1000000)
#define SL_SETTLE_COST_UNIT 420u      /* cost 1.0 of L20: divisible by 1 to 7 */

/* One intent of a cluster. */
typedef struct sl_settle_intent {
  uint8_t count;           /* alternatives, 1 to 8; 1 means without freedom */
  uint8_t side;            /* 0 or 1 within the line */
  uint8_t priority;        /* L22: higher is asked to yield later; breaks ties first; 0 to 7 */
  uint8_t barred;          /* bit a: alternative a conflicts with something fixed, or was declined */
} sl_settle_intent;

/* Two alternatives that cannot both be chosen. */
typedef struct sl_settle_conflict {
  uint16_t i; uint8_t a;
  uint16_t j; uint8_t b;
} sl_settle_conflict;

typedef struct sl_settle_problem {
  const sl_settle_intent *intent;
  uint32_t count;
  const sl_settle_conflict *conflict;
  uint32_t conflict_count;
  int64_t burden[2];       /* L20: what each side has yielded before, in cost units */
  int64_t time_cap_ns;     /* beyond the exact size: stop after this long */
  uint64_t node_cap;       /* and after this many search nodes (deterministic) */
} sl_settle_problem;

typedef struct sl_settle_result {
  bool found;              /* false: no clear combination (exact) or none found (gap > 0) */
  bool exact;              /* the cost is proven least (or that there is none) */
  uint64_t cost;           /* in 1/420 */
  uint64_t gap;            /* cost - proven lower bound; 0 when exact, else the most it can be off */
  uint64_t nodes;
  uint8_t choice[SL_SETTLE_INTENTS_MAX];
} sl_settle_result;

/* Solve. Ties: higher priority yields less, then the side with the larger burden
 * yields less, then lowest choice vector. Intents without a conflict keep 0, or their
 * first alternative that is not barred. The result depends on the problem alone
 * (never on timing) up to SL_SETTLE_EXACT_INTENTS intents per connected component;
 * those are never cut short. Larger components share the time cap and have the node cap
 * each: time_cap_ns 0 or less, or no clock, is no time cap (then the result is
 * deterministic there too), node_cap 0 is SL_SETTLE_NODES_DEFAULT; a node over more
 * than 16 intents counts for several. Not found: every choice is 0, and `gap` is 0 when it is
 * proven that there is no combination, else at least 1.
 * Errors: SL_ERR_RANGE, SL_ERR_CAP, SL_ERR_NOMEM. Threads: any, one per arena. Cost:
 * exponential at worst in the size of a component, measured in bench/settle; memory
 * 8 bytes per pair of intents of a component, 2 MiB at most. Source: L20. */
SL_MUST_USE sl_err sl_settle_solve(sl_settle_result *out, sl_arena *arena, const sl_settle_problem *problem,
                                   const sl_clock *clock);

/* L20: what a party yields that takes this one of `count` alternatives, in 1/420. */
uint64_t sl_settle_cost(uint8_t count, uint8_t choice);

/* The burden accounts after a settlement that was committed: a side is credited with
 * what its intents yielded, and debited one whole unit for each intent without
 * freedom. Saturates. A result that was not found changes nothing. */
void sl_settle_burden(int64_t burden[static 2], const sl_settle_problem *problem, const sl_settle_result *result);

#endif
