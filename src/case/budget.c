/* What asking costs (L17). The bucket is refilled in whole units; the instant up to
 * which it was is moved by exactly the time those units took, so that calling often
 * gives no less than calling seldom. Constant work, integers only. */
#include "case/budget.h"

#include "base/assert.h"

#define DAYS_PER_PERIOD 7
#define LEAST_SHARE 10   /* a tenth of what was declared */

SL_STATIC_ASSERT(SL_BUDGET_MAX <= INT64_MAX / SL_BUDGET_MAX, "a product of two counts fits");

/* a * b / c for 0 <= a, b < 2^62 and 0 < c, rounded down, never over INT64_MAX: by
 * long multiplication and division bit by bit, because the product of a share and a
 * period in nanoseconds does not fit. */
static int64_t ratio(int64_t a, int64_t b, int64_t c) {
  SL_ASSERT(a >= 0 && b >= 0 && c > 0);
  uint64_t quotient = 0;
  uint64_t rest = 0;
  uint64_t whole = (uint64_t)a / (uint64_t)c;
  uint64_t part = (uint64_t)a % (uint64_t)c;
  for (int bit = 62; bit >= 0; bit--) {
    if (quotient > (uint64_t)INT64_MAX / 4) return INT64_MAX;
    quotient *= 2;
    rest *= 2;
    if (rest >= (uint64_t)c) {
      rest -= (uint64_t)c;
      quotient++;
    }
    if (((uint64_t)b >> bit) & 1u) {
      if (whole > (uint64_t)INT64_MAX / 4) return INT64_MAX;
      quotient += whole;
      rest += part;
      if (rest >= (uint64_t)c) {
        rest -= (uint64_t)c;
        quotient++;
      }
    }
  }
  return quotient > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)quotient;
}

/* Room for one day at most. */
static int64_t depth(const sl_budget *budget) {
  int64_t day = budget->share / DAYS_PER_PERIOD;
  return day > 0 ? day : 1;
}

void sl_budget_start(sl_budget *budget, int64_t declared, sl_time now) {
  SL_ASSERT(budget != NULL && declared >= 0 && declared <= SL_BUDGET_MAX);
  *budget = (sl_budget){.declared = declared, .share = declared, .period_start = now, .refilled = now};
  budget->room = depth(budget);
}

/* Refill up to `now`, within the present period. */
static void refill(sl_budget *budget, sl_time now) {
  int64_t passed = now.ns - budget->refilled.ns;
  if (passed <= 0 || budget->share <= 0) {
    if (passed > 0) budget->refilled = now;
    return;
  }
  int64_t units = ratio(budget->share, passed, SL_BUDGET_PERIOD_NS);
  if (units == 0) return;
  /* The time they took, rounded up: never a unit too many. */
  int64_t took = ratio(SL_BUDGET_PERIOD_NS, units, budget->share);
  if (took < passed && ratio(budget->share, took, SL_BUDGET_PERIOD_NS) < units) took++;
  budget->refilled.ns += took;
  int64_t most = depth(budget);   /* what is owed is paid first */
  budget->room = units >= most - budget->room ? most : budget->room + units;
}

/* The share after a period in which `reserved` was charged. */
static int64_t next_share(const sl_budget *budget) {
  if (budget->reserved <= 0) return budget->declared;
  int64_t least = (budget->declared + LEAST_SHARE - 1) / LEAST_SHARE;
  int64_t used = budget->activated < budget->reserved ? budget->activated : budget->reserved;
  int64_t earned = ratio(budget->declared, used, budget->reserved);
  return earned > least ? earned : least;
}

void sl_budget_turn(sl_budget *budget, sl_time now) {
  SL_ASSERT(budget != NULL);
  if (now.ns <= budget->period_start.ns || now.ns <= budget->refilled.ns) return;
  /* The period that was charged, then at most one in which nothing was. */
  int64_t periods = (now.ns - budget->period_start.ns) / SL_BUDGET_PERIOD_NS;
  for (int64_t turns = 0; turns < 2 && turns < periods; turns++) {
    int64_t end = budget->period_start.ns + SL_BUDGET_PERIOD_NS;
    refill(budget, (sl_time){end});
    budget->share = next_share(budget);
    if (budget->room > depth(budget)) budget->room = depth(budget);
    budget->reserved = 0;
    budget->activated = 0;
    budget->period_start.ns = end;
    budget->refilled.ns = end;
  }
  if (periods > 2) {
    budget->period_start.ns += (periods - 2) * SL_BUDGET_PERIOD_NS;
    budget->refilled = budget->period_start;
    budget->room = depth(budget);
  }
  refill(budget, now);
}

static int64_t sum(int64_t a, int64_t b) { return a > INT64_MAX / 4 - b ? INT64_MAX / 4 : a + b; }

void sl_budget_declare(sl_budget *budget, int64_t declared, sl_time now) {
  SL_ASSERT(budget != NULL && declared >= 0 && declared <= SL_BUDGET_MAX);
  sl_budget_turn(budget, now);
  if (declared == budget->declared) return;
  int64_t full = depth(budget);
  budget->share = budget->declared > 0 ? ratio(budget->share, declared, budget->declared) : declared;
  budget->declared = declared;
  if (budget->room > 0) budget->room = ratio(budget->room, depth(budget), full);
  SL_ASSERT(budget->room <= depth(budget));
}

bool sl_budget_charge(sl_budget *budget, int64_t units) {
  SL_ASSERT(budget != NULL && units >= 0 && units <= SL_BUDGET_MAX);
  bool room = budget->room > 0;
  if (room) budget->room -= units;
  /* No more is owed than a period brings, or a plan too large would end all asking. */
  int64_t most = budget->share > 0 ? -budget->share : 0;
  if (budget->room < most) budget->room = most;
  budget->reserved = sum(budget->reserved, units);
  return room;
}

void sl_budget_activated(sl_budget *budget, int64_t units) {
  SL_ASSERT(budget != NULL && units >= 0 && units <= SL_BUDGET_MAX);
  budget->activated = sum(budget->activated, units);
}

const char *sl_budget_band(const sl_budget *budget) {
  SL_ASSERT(budget != NULL);
  if (budget->room <= 0 || budget->reserved >= budget->share) return "exhausted";
  if (budget->reserved < budget->share / 4) return "low";
  return budget->reserved <= budget->share - budget->share / 4 ? "normal" : "high";
}
