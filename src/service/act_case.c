/* Cases and answers. A party sees its own cases only; another's reads as none. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/deal.h"
#include "service/op.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"

#define SL_CASES_PAGE 256u

sl_intent *sl_own_case_find(const sl_service *service, const sl_member *member, const sl_uuid *wanted) {
  sl_intent *intent = sl_state_case(service, wanted);
  return intent && intent->owner == member && intent->own.has_case ? intent : NULL;
}

static sl_intent *find(sl_service *service, const sl_op *op) {
  return sl_own_case_find(service, op->member, &op->id);
}

static void done(sl_op *op) {
  op->status = 200;
  op->content_type = "application/json";
}

/* The next own intent that has a case, after the intent or from the first. */
static const sl_intent *next_case(const sl_op *op, const sl_intent *intent) {
  intent = intent ? intent->next : op->member->first;
  while (intent && (!intent->own.has_case || intent->own.number <= op->from)) intent = intent->next;
  return intent;
}

void sl_act_cases(sl_service *service, sl_op *op) {
  const sl_intent *shown[SL_CASES_PAGE], *intent = next_case(op, NULL);
  size_t count = 0;
  for (; intent && count < SL_CASES_PAGE; intent = next_case(op, intent)) shown[count++] = intent;
  sl_view_case *view = calloc(count + 1, sizeof *view);
  sl_view_proposal *proposal = calloc(count + 1, sizeof *proposal);
  if (!view || !proposal) {
    sl_op_fail(op, SL_STAGE_ACT, SL_ERR_NOMEM, NULL);
  } else {
    for (size_t at = 0; at < count; at++) {
      size_t place = SL_PLANTED(SL_PLANT_ORDER) && service->slot_count % 2 ? count - 1 - at : at;
      sl_own_case_view(service, shown[at], &view[place], &proposal[place]);
    }
    sl_answer_cases(&op->out, view, count, intent ? shown[count - 1]->own.number : 0);
    done(op);
  }
  free(view);
  free(proposal);
}

void sl_act_case(sl_service *service, sl_op *op) {
  const sl_intent *intent = find(service, op);
  if (!intent) {
    sl_op_fail(op, SL_STAGE_ACT, SL_ERR_NOT_FOUND, NULL);
    return;
  }
  sl_view_case view;
  sl_view_proposal proposal;
  sl_own_case_view(service, intent, &view, &proposal);
  sl_answer_case(&op->out, &view);
  done(op);
}

/* L21: the answer names exactly what stands. */
static sl_err check(const sl_op *op, const sl_intent *intent) {
  const sl_shown_part *own = &intent->own;
  if (own->casework.state != SL_CASE_PROPOSED) return SL_ERR_STATE;
  bool same = op->answer.version == own->version && memcmp(op->answer.plan_digest, own->plan_digest, 32) == 0 &&
              memcmp(op->answer.proposal_digest, own->proposal_digest, 32) == 0 &&
              op->answer.expires.ns == own->casework.expires.ns;
  return same ? SL_OK : SL_ERR_STALE;
}

void sl_act_answer(sl_service *service, sl_op *op) {
  sl_intent *intent = find(service, op);
  if (intent && intent->own.answered && memcmp(intent->own.answer_digest, op->body_digest, 32) == 0) {
    sl_op_again(service, op, intent->own.answer_leaf, true);
    return;
  }
  sl_err err = intent ? check(op, intent) : SL_ERR_NOT_FOUND;
  bool accept = op->answer.answer == SL_ANSWER_ACCEPT;
  if (!err) {
    sl_case_input input = {.event = accept ? SL_CASE_EV_ACCEPT : SL_CASE_EV_DECLINE, .now = op->received};
    err = sl_case_step(&intent->own.casework, &input);
  }
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  if (!accept) {
    /* A decline costs one submission (L21). */
    sl_budget_turn(&op->member->budget, op->received);
    if (!sl_budget_charge(&op->member->budget, 1)) intent->own.paid = false;
  }
  sl_deal_answered(service, intent, accept);
  sl_view_case view;
  sl_view_proposal proposal;
  sl_own_case_view(service, intent, &view, &proposal);
  sl_answer_case(&op->out, &view);
  op->member->touched = true;
  sl_op_seal(service, op, "answer", (sl_span){0}, &intent->own.answer_leaf);
  intent->own.answered = true;
  memcpy(intent->own.answer_digest, op->body_digest, 32);
  sl_persist_standing(service, intent);
}
