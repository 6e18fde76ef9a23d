/* Agreements that stand after a settlement (L21): who is part of which, and what becomes
 * of the others when one of them is amended. An agreement is a list through its intents,
 * found by its number; it has few, and most intents are in none. */
#include "base/assert.h"
#include "service/across.h"
#include "service/deal_part.h"
#include "service/persist.h"
#include "service/plant.h"

static bool of_number(const void *value, const void *key) {
  return ((const sl_intent *)value)->inner.agreement == *(const uint64_t *)key;
}

/* Numbers are the service's own: no peer chooses them. */
static uint64_t hash_of(uint64_t agreement) {
  return agreement * UINT64_C(0x9E3779B97F4A7C15);
}

void sl_deal_join(sl_service *service, sl_intent *intent, uint64_t agreement) {
  SL_ASSERT(!intent->inner.agreed_next);
  sl_intent *first = sl_hashmap_remove(&service->agreements, hash_of(agreement), of_number, &agreement);
  intent->inner.agreed = true;
  intent->inner.agreement = agreement;
  intent->inner.agreed_next = first;
  sl_group_fail(service, sl_hashmap_add(&service->agreements, hash_of(agreement), intent));
}

void sl_deal_leave_agreement(sl_service *service, sl_intent *intent) {
  if (!intent->inner.agreed) return;
  uint64_t agreement = intent->inner.agreement;
  sl_intent *first = sl_hashmap_remove(&service->agreements, hash_of(agreement), of_number, &agreement);
  for (sl_intent **at = &first; *at; at = &(*at)->inner.agreed_next) {
    if (*at != intent) continue;
    *at = intent->inner.agreed_next;
    break;
  }
  intent->inner.agreed = false;
  intent->inner.agreed_next = NULL;
  if (first) sl_group_fail(service, sl_hashmap_add(&service->agreements, hash_of(agreement), first));
}

void sl_deal_leave(sl_service *service, sl_intent *intent) {
  sl_deal_break(service, intent);
  sl_deal_leave_agreement(service, intent);
}

void sl_deal_touch(sl_service *service, sl_intent *intent) {
  sl_deal_break(service, intent);
  if (!intent->inner.agreed) return;
  uint64_t agreement = intent->inner.agreement;
  sl_intent *other = sl_hashmap_remove(&service->agreements, hash_of(agreement), of_number, &agreement);
  for (sl_intent *next; other; other = next) {
    next = other->inner.agreed_next;
    other->inner.agreed = false;
    other->inner.agreed_next = NULL;
    service->walked++;
    if (other == intent || !other->live) continue;
    other->inner.voided = !SL_PLANTED(SL_PLANT_VOID_SILENT);
    sl_group_fail(service, sl_across_changed(service, other));
    sl_persist_standing(service, other);
  }
}

static void step(sl_service *service, sl_intent *intent, sl_case_event event) {
  sl_outcome outcome = {.kind = SL_OUTCOME_CASE, .intent = intent->id, .step = event};
  sl_wall_pass(service, intent->owner, intent, &outcome);
}

bool sl_deal_reopen(sl_service *service, sl_intent *intent) {
  bool settled = intent->own.has_case && intent->own.casework.state == SL_CASE_RESOLVED;
  bool voided = intent->inner.voided, reopened = intent->inner.reopened;
  intent->inner.voided = intent->inner.reopened = false;
  if (!intent->live) return false;
  if (voided && settled) {
    step(service, intent, SL_CASE_EV_VOID);
    intent->inner.reopened = intent->inner.judged == SL_CLEAR;
    sl_persist_standing(service, intent);
    return intent->inner.reopened;
  }
  bool open = intent->own.has_case && intent->own.casework.state == SL_CASE_OPEN;
  if (reopened && open && intent->inner.judged == SL_CLEAR && intent->own.told == SL_CLEAR) {
    step(service, intent, SL_CASE_EV_CLEARED);
  }
  return false;
}
