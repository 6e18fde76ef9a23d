/* What asking costs (L17). Pure integer accounting. */
#ifndef SL_CASE_BUDGET_H
#define SL_CASE_BUDGET_H

#include "sideline/judge.h"

typedef struct sl_budget {
  int64_t room;          /* units left in the bucket; below 0: owed to it */
  int64_t declared;      /* units per period, from the declared activity */
  int64_t share;         /* units of this period, from the last period's use */
  int64_t reserved;      /* charged this period */
  int64_t activated;     /* of that, units of intents that were activated */
  sl_time period_start;
  sl_time refilled;      /* up to here the refill is in `room`: whole units only, so no fraction is lost */
} sl_budget;

#define SL_BUDGET_MAX INT64_C(1000000000)   /* units: of declared, and of one charge */
#define SL_BUDGET_PERIOD_NS (7 * 24 * SL_NS_PER_H)
#define SL_BUDGET_DIFFERS 4    /* four more when the verdict differs from an overlapping own one of 24 h */

/* A full bucket (one day's worth, at least one unit) and the whole share. declared
 * is 0 to SL_BUDGET_MAX. Errors of all functions here: none. Threads: any, one per
 * budget at a time. */
void sl_budget_start(sl_budget *budget, int64_t declared, sl_time now);
/* Another declared activity from `now` on, as an agreement that begins has it. What was
 * charged this period stays charged; the share of this period and what is left in the
 * bucket follow in proportion. declared is 0 to SL_BUDGET_MAX. */
void sl_budget_declare(sl_budget *budget, int64_t declared, sl_time now);
/* Move to `now`: refill continuously at share per period up to one day's worth in
 * the bucket (at least one unit), and turn the period: next share = declared x
 * max(10%, activated / reserved), the whole declared when nothing was reserved.
 * A clock that runs backward changes nothing. */
void sl_budget_turn(sl_budget *budget, sl_time now);
/* Charge; true iff there was room before the charge. No refunds. What a charge takes
 * beyond the room is owed, up to the share of a period, and the refill pays that first: one
 * unit is no licence for a large question. Nothing is taken where there was no room. */
bool sl_budget_charge(sl_budget *budget, int64_t units);
/* The intent of `units` was activated. */
void sl_budget_activated(sl_budget *budget, int64_t units);
/* Weekly band of L14: low, normal, high, exhausted. Static text. */
const char *sl_budget_band(const sl_budget *budget);

#endif
