/* A proposal that all accepted becomes the party's standing version: made from the
 * party's own list and plan, so that only the alternative's number came from beyond. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/canon.h"
#include "service/across.h"
#include "service/deal.h"
#include "service/own.h"
#include "service/persist.h"

static sl_err digest_plan(const sl_plan *plan, uint8_t out[static 32]) {
  sl_buf canon;
  sl_buf_init(&canon, SL_STORE_VALUE_MAX / 2);
  sl_canon_add(&canon, plan);
  sl_span parts[] = {sl_buf_span(&canon)};
  if (!canon.error) sl_sha256(out, parts, 1);
  sl_err err = canon.error;
  sl_buf_fini(&canon);
  return err;
}

static sl_err commit(sl_service *service, sl_intent *intent, unsigned alternative, sl_arena *arena) {
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  SL_ASSERT(agreement != NULL);
  sl_draft draft;
  sl_err err = sl_persist_draft_get(service, intent, arena, &draft);
  sl_plan plan;
  if (!err) err = sl_deal_alternative(agreement, intent->owner->class_of, &draft, alternative, arena, &plan);
  if (err) return err;
  draft.plan = plan;
  draft.version++;
  draft.state = intent->own.state;
  draft.free = false;
  draft.freedom = (sl_freedom){0};
  draft.alternative_count = 0;
  sl_prepared **object = NULL;
  err = sl_plan_prepare(&object, &plan, draft.time_tolerance, NULL);
  if (err) return err;
  err = sl_across_replace(service, intent, object, plan.count);
  if (err) {
    for (uint32_t i = 0; i < plan.count; i++) sl_prepared_free(object[i]);
    free(object);
    return err;
  }
  intent->own.version = draft.version;
  intent->own.window = sl_plan_window(&plan);
  intent->own.alternative_count = 1;
  intent->own.pending = false;
  intent->own.paid = true;
  intent->own.paced = true;
  intent->own.notices = sl_own_notices(intent->own.window, service->now);
  memset(intent->own.body_digest, 0, 32);
  err = digest_plan(&plan, intent->own.plan_digest);
  if (err) return err;
  sl_intent_alarm_next(service, intent);
  sl_persist_intent(service, intent, &draft);
  return SL_OK;
}

void sl_own_commit(sl_service *service, sl_intent *intent, unsigned alternative) {
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_group_fail(service, commit(service, intent, alternative, &arena));
  sl_arena_fini(&arena);
}
