/* The burden accounts of a line (L20): what each side yielded before. They break ties
 * only and are never shown. */
#include "base/assert.h"
#include "settle/settle.h"

#define BURDEN_MAX (INT64_MAX / 4)

static void book(int64_t *account, int64_t units) {
  SL_ASSERT(units >= -(int64_t)SL_SETTLE_COST_UNIT && units <= (int64_t)SL_SETTLE_COST_UNIT);
  int64_t sum = *account < -BURDEN_MAX ? -BURDEN_MAX : *account > BURDEN_MAX ? BURDEN_MAX : *account;
  *account = sum + units;
}

void sl_settle_burden(int64_t burden[static 2], const sl_settle_problem *problem, const sl_settle_result *result) {
  SL_ASSERT(problem != NULL && result != NULL && problem->count <= SL_SETTLE_INTENTS_MAX);
  if (!result->found) return;
  for (uint32_t i = 0; i < problem->count; i++) {
    const sl_settle_intent *of = &problem->intent[i];
    SL_ASSERT(of->side <= 1);
    int64_t units = of->count == 1 ? -(int64_t)SL_SETTLE_COST_UNIT : (int64_t)sl_settle_cost(of->count, result->choice[i]);
    book(&burden[of->side], units);
  }
}
