/* What is in the air past its window and has not signed that it is out (L7): it stays
 * judged, all of its plan, a few minutes ahead of the clock at a time, until it ends
 * or a day has gone by. Work: one preparation of a plan in five minutes each. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/deal.h"
#include "service/instant.h"
#include "service/own.h"
#include "service/persist.h"

#define OVERDUE_MAX_NS (24 * SL_NS_PER_H)

static int64_t step_of(const sl_service *service, const sl_intent *intent) {
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  int64_t step = agreement ? agreement->after_end.ns : 0;
  return step > 0 ? step : SL_AFTER_END_NS;
}

bool sl_own_airborne(const sl_intent *intent) {
  return intent->own.state > SL_INTENT_ACCEPTED && intent->own.state < SL_INTENT_ENDED;
}

sl_time sl_overdue_at(const sl_service *service, const sl_intent *intent) {
  SL_ASSERT(sl_own_airborne(intent));
  if (intent->own.overdue.ns == 0) return intent->own.window.end;
  return (sl_time){intent->own.window.end.ns + intent->own.overdue.ns - step_of(service, intent)};
}

static sl_err stretch(sl_service *service, sl_intent *intent, sl_dur overdue, sl_arena *arena) {
  sl_draft draft;
  sl_err err = sl_persist_draft_get(service, intent, arena, &draft);
  sl_prepared **object = NULL;
  if (!err) err = sl_plan_prepare(&object, &draft.plan, (sl_dur){draft.time_tolerance.ns + overdue.ns}, NULL);
  if (err) return err;
  err = sl_across_replace(service, intent, object, draft.plan.count);
  if (!err) {
    intent->own.overdue = overdue;
    return SL_OK;
  }
  for (uint32_t i = 0; i < draft.plan.count; i++) sl_prepared_free(object[i]);
  free(object);
  return err;
}

bool sl_overdue_stretch(sl_service *service, sl_intent *intent) {
  int64_t past = sl_instant_past(service).ns - intent->own.window.end.ns;
  if (past >= OVERDUE_MAX_NS) return false;
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_err err = stretch(service, intent, (sl_dur){past + 2 * step_of(service, intent)}, &arena);
  sl_arena_fini(&arena);
  sl_outcome outcome;
  if (!err) err = sl_across_judge(service, intent, false, &outcome);
  sl_group_fail(service, err);
  if (!err) sl_wall_pass(service, intent->owner, intent, &outcome);
  return true;
}
