/* The end of a settlement: what all accepted is judged once more, whole, before
 * anything changes; then every new version stands in one commit (L9, L21). */
#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/deal_part.h"
#include "service/own.h"
#include "service/persist.h"

/* Whether the accepted plans, taken together, conflict with nothing known. In doubt not. */
static bool holds(sl_service *service, const sl_deal *deal) {
  for (uint32_t i = 0; i < deal->count; i++) {
    const sl_deal_member *member = &deal->member[i];
    bool blocked = true;
    sl_err err = sl_deal_blocked(service, deal, member, member->object[member->choice],
                                 member->object_count[member->choice], member->choice != 0, &blocked);
    if (err || blocked) return false;
    for (uint32_t j = i + 1; j < deal->count; j++) {
      const sl_deal_member *other = &deal->member[j];
      if (member->problem.side == other->problem.side && member->choice == 0 && other->choice == 0) continue;
      if (!sl_deal_pair_clear(deal, member, member->choice, other, other->choice)) return false;
    }
  }
  return true;
}

/* L20: who yielded, in the accounts that break later ties. */
static void book(sl_line_record *line, const sl_deal *deal) {
  sl_settle_intent intent[SL_DEAL_MEMBERS_MAX];
  sl_settle_result result = {.found = true};
  for (uint32_t i = 0; i < deal->count; i++) {
    intent[i] = deal->member[i].problem;
    result.choice[i] = deal->member[i].choice;
  }
  sl_settle_problem problem = {.intent = intent, .count = deal->count};
  sl_settle_burden(line->burden, &problem, &result);
  line->touched = true;
}

bool sl_deal_commit(sl_service *service, sl_deal *deal) {
  for (uint32_t i = 0; i < deal->count; i++) {
    const sl_deal_member *member = &deal->member[i];
    if (!member->intent || member->intent->own.version != member->version || !member->intent->live) return false;
    if (member->object_count[member->choice] == 0) return false;
  }
  /* By the minima in force now, which an agreement signed since may have enlarged (L1). */
  deal->agreement = service->line[deal->line].effective;
  if (!holds(service, deal)) return false;
  sl_line_record *line = &service->line[deal->line];
  uint64_t agreement = ++service->next_agreement;
  for (uint32_t i = 0; i < deal->count; i++) {
    sl_deal_member *member = &deal->member[i];
    sl_intent *intent = member->intent;
    if (member->choice != 0) {
      sl_outcome outcome = {.kind = SL_OUTCOME_CASE, .intent = intent->id, .step = SL_CASE_EV_COMMIT,
                            .alternative = member->choice};
      sl_wall_pass(service, intent->owner, intent, &outcome);
    }
    sl_deal_leave_agreement(service, intent);
    sl_deal_join(service, intent, agreement);
    sl_persist_standing(service, intent);
  }
  book(line, deal);
  for (uint32_t i = 0; i < deal->count; i++) {
    sl_intent *intent = deal->member[i].intent;
    if (deal->member[i].choice == 0) continue;
    sl_outcome outcome;
    sl_group_fail(service, sl_across_judge(service, intent, false, &outcome));
    if (service->group_error) return true;
    outcome.kind = SL_OUTCOME_TOLD;
    sl_wall_pass(service, intent->owner, intent, &outcome);
  }
  return true;
}
