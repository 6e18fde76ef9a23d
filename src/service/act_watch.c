/* The watch of a party's duty officer (L28): a standing conflict is to be acknowledged
 * by a deadline, is counted until it is, and again by whoever takes the watch over. A
 * party's own matter: nothing of it crosses the line. */
#include "base/assert.h"
#include "service/lines.h"
#include "service/op.h"
#include "service/own.h"
#include "service/persist.h"

static int64_t deadline_of(const sl_service *service, const sl_intent *intent) {
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  return agreement ? agreement->acknowledge.ns : 5 * SL_NS_PER_MIN;
}

/* What is counted is what has a deadline. */
static void due(sl_service *service, sl_intent *intent, int64_t by) {
  sl_shown_part *own = &intent->own;
  SL_ASSERT(own->acknowledge_by.ns != 0 || !own->reminded);
  if (own->reminded) service->counts.unacknowledged--;
  if (own->acknowledge_by.ns == 0 && by != 0) intent->owner->unacknowledged++;
  if (own->acknowledge_by.ns != 0 && by == 0) intent->owner->unacknowledged--;
  own->reminded = false;
  own->acknowledge_by.ns = by;
}

void sl_own_standing(sl_service *service, sl_intent *intent) {
  sl_shown_part *own = &intent->own;
  bool stands = own->has_case && own->casework.state == SL_CASE_UNRESOLVED && own->told == SL_CONFLICT &&
                own->state != SL_INTENT_ENDED && intent->live;
  if (stands == own->standing) return;
  own->standing = stands;
  due(service, intent, stands ? service->now.ns + deadline_of(service, intent) : 0);
  sl_intent_alarm_next(service, intent);
}

void sl_own_remind(sl_service *service, sl_intent *intent) {
  sl_shown_part *own = &intent->own;
  if (own->acknowledge_by.ns == 0 || own->reminded || service->now.ns < own->acknowledge_by.ns) return;
  own->reminded = true;
  service->counts.unacknowledged++;
  sl_own_flag(service, intent);
}

void sl_own_standing_load(sl_service *service, const sl_intent *intent) {
  intent->owner->unacknowledged += intent->own.acknowledge_by.ns != 0;
  service->counts.unacknowledged += intent->own.reminded;
}

void sl_own_standing_forget(sl_service *service, const sl_intent *intent) {
  intent->owner->unacknowledged -= intent->own.acknowledge_by.ns != 0;
  service->counts.unacknowledged -= intent->own.reminded;
}

/* POST /v1/cases/{id}/acknowledge: by its party. Acknowledged is not approved: the
 * conflict stays one. */
void sl_act_acknowledge(sl_service *service, sl_op *op) {
  sl_intent *intent = sl_own_case_find(service, op->member, &op->id);
  sl_err err = intent ? SL_OK : SL_ERR_NOT_FOUND;
  if (!err && intent->own.acknowledge_by.ns == 0) err = SL_ERR_STATE;
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  due(service, intent, 0);
  sl_intent_alarm_next(service, intent);
  sl_view_case view;
  sl_view_proposal proposal;
  sl_own_case_view(service, intent, &view, &proposal);
  sl_answer_case(&op->out, &view);
  sl_op_seal(service, op, "acknowledge", (sl_span){0}, NULL);
  sl_persist_standing(service, intent);
}

/* POST /v1/line/{line}/handover: another officer has the watch, who has seen nothing yet:
 * every standing conflict of the party is to be acknowledged again. */
void sl_act_handover(sl_service *service, sl_op *op) {
  sl_line_record *line = NULL;
  for (size_t i = 0; i < service->line_count; i++) {
    sl_line_record *candidate = &service->line[i];
    bool mine = candidate->side[0] == op->side || candidate->side[1] == op->side;
    if (mine && sl_str_is(op->name, candidate->now.line)) line = candidate;
  }
  sl_err err = line ? SL_OK : SL_ERR_NOT_FOUND;
  if (!err && !(op->member->roles & SL_ROLE_DUTY)) err = SL_ERR_DENIED;
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  for (sl_intent *intent = op->member->first; intent; intent = intent->next) {
    if (!intent->own.standing) continue;
    due(service, intent, op->received.ns + deadline_of(service, intent));
    sl_intent_alarm_next(service, intent);
    sl_persist_standing(service, intent);
  }
  sl_view_watch view = {sl_str_from(line->now.line), line->machine.state, op->member->unacknowledged};
  sl_answer_watch(&op->out, &view);
  sl_op_seal(service, op, "handover", (sl_span){0}, NULL);
}
