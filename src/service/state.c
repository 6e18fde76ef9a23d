/* Look-ups and life of the service's objects. Expected: some millions of intents,
 * tens of sides and lines, thousands of parties. Intents live in a hash map keyed
 * with a secret (peers choose the ids), in a slot array that the index's entries
 * name, in a list of their owner, and in a binary heap of alarms. */
#include "service/state.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/utm_state.h"
#include "service/clock.h"
#include "service/own.h"

typedef struct intent_key {
  unsigned side;
  sl_uuid id;
} intent_key;

static bool intent_equal(const void *value, const void *key) {
  const sl_intent *intent = value;
  const intent_key *wanted = key;
  return intent->owner->side == wanted->side && memcmp(intent->id.bytes, wanted->id.bytes, sizeof wanted->id.bytes) == 0;
}

static uint64_t intent_hash(const sl_service *service, unsigned side, const sl_uuid *id) {
  uint8_t side_byte = (uint8_t)side;
  sl_span parts[] = {{&side_byte, 1}, {id->bytes, sizeof id->bytes}};
  uint8_t digest[16];
  sl_prf(digest, sizeof digest, service->map_key, "intent-map", parts, 2);
  uint64_t hash;
  memcpy(&hash, digest, sizeof hash);
  return hash;
}

sl_line_record *sl_state_line(sl_service *service, unsigned side_a, unsigned side_b, unsigned *which) {
  for (size_t i = 0; i < service->line_count; i++) {
    sl_line_record *line = &service->line[i];
    if ((line->side[0] == side_a && line->side[1] == side_b) || (line->side[0] == side_b && line->side[1] == side_a)) {
      if (which) *which = (unsigned)i;
      return line;
    }
  }
  return NULL;
}

sl_err sl_state_side(const sl_service *service, sl_str name, unsigned *out) {
  for (size_t i = 0; i < service->side_count; i++) {
    if (sl_str_is(name, service->side[i].name)) {
      *out = (unsigned)i;
      return SL_OK;
    }
  }
  return SL_ERR_NOT_FOUND;
}

sl_member *sl_state_member(const sl_service *service, unsigned side, sl_str name) {
  /* Enrolled in one step with the roster's party, so both have one number. */
  const sl_party *party = sl_roster_party(&service->roster, sl_str_from(service->side[side].name), name);
  size_t number = party ? (size_t)(party - service->roster.party) : service->member_count;
  if (number >= service->member_count) return NULL;
  sl_member *member = service->member[number];
  SL_ASSERT(member->side == side && sl_str_is(name, member->name));
  return member;
}

sl_line_state sl_state_side_line(const sl_service *service, unsigned side, sl_time at) {
  sl_line_state worst = SL_LINE_OPEN;
  for (size_t i = 0; i < service->line_count; i++) {
    const sl_line_record *line = &service->line[i];
    bool mine = line->side[0] == side || line->side[1] == side;
    if (!mine || !line->in_force) continue;
    /* As it is now, not as it was when the clock was last stepped: silence counts at once. */
    sl_line_state state = service->options.script ? line->machine.state
                                                  : sl_line_read(&line->machine, at, line->effective.heartbeat);
    if (state > worst) worst = state;
  }
  return worst;
}

const sl_agreement *sl_state_agreement(const sl_service *service, unsigned side) {
  for (size_t i = 0; i < service->line_count; i++) {
    const sl_line_record *line = &service->line[i];
    if (line->in_force && (line->side[0] == side || line->side[1] == side)) return &line->effective;
  }
  return NULL;
}

sl_intent *sl_state_intent(const sl_service *service, unsigned side, const sl_uuid *id) {
  intent_key key = {side, *id};
  return sl_hashmap_find(&service->intents, intent_hash(service, side, id), intent_equal, &key);
}

static sl_err slot_take(sl_service *service, sl_intent *intent) {
  if (service->free_count > 0) {
    intent->slot = service->free_slot[--service->free_count];
    service->slot[intent->slot] = intent;
    return SL_OK;
  }
  if (service->slot_count == service->slot_room) {
    size_t room = service->slot_room ? service->slot_room * 2 : 1024;
    sl_intent **slot = realloc(service->slot, room * sizeof(sl_intent *));
    if (!slot) return SL_ERR_NOMEM;
    service->slot = slot;
    uint32_t *free_slot = realloc(service->free_slot, room * sizeof(uint32_t));
    if (!free_slot) return SL_ERR_NOMEM;
    service->free_slot = free_slot;
    sl_intent **alarms = realloc(service->alarms, room * sizeof(sl_intent *));
    if (!alarms) return SL_ERR_NOMEM;
    service->alarms = alarms;
    service->slot_room = service->alarm_room = room;
  }
  intent->slot = (uint32_t)service->slot_count;
  service->slot[service->slot_count++] = intent;
  return SL_OK;
}

sl_err sl_state_intent_new(sl_service *service, sl_member *owner, const sl_uuid *id, sl_intent **out) {
  intent_key key = {owner->side, *id};
  uint64_t hash = intent_hash(service, owner->side, id);
  SL_ASSERT(!sl_hashmap_find(&service->intents, hash, intent_equal, &key));
  sl_side_record *side = &service->side[owner->side];
  if (side->intents >= service->options.intents_max / service->side_count) return SL_ERR_CAP;
  sl_intent *intent = calloc(1, sizeof *intent);
  if (!intent) return SL_ERR_NOMEM;
  intent->id = *id;
  intent->owner = owner;
  intent->inner.judged = SL_CLEAR;
  sl_err err = sl_hashmap_add(&service->intents, hash, intent);
  if (!err) {
    err = slot_take(service, intent);
    if (err) sl_hashmap_remove(&service->intents, hash, intent_equal, &key);
  }
  if (err) {
    free(intent);
    return err;
  }
  side->intents++;
  intent->own.number = ++owner->intents;
  intent->previous = owner->last;
  if (owner->last) owner->last->next = intent;
  else owner->first = intent;
  owner->last = intent;
  *out = intent;
  return SL_OK;
}

static bool case_equal(const void *value, const void *key) {
  return memcmp(((const sl_intent *)value)->case_id.bytes, key, 16) == 0;
}

/* Ids are a PRF's: nobody chooses one. */
static uint64_t case_hash(const sl_uuid *id) {
  uint64_t hash;
  memcpy(&hash, id->bytes, sizeof hash);
  return hash;
}

sl_err sl_state_case_list(sl_service *service, sl_intent *intent) {
  if (intent->case_listed) return SL_OK;
  intent->case_id = sl_own_case_id(service, intent);
  sl_err err = sl_hashmap_add(&service->cases, case_hash(&intent->case_id), intent);
  intent->case_listed = !err;
  return err;
}

static void case_unlist(sl_service *service, sl_intent *intent) {
  if (!intent->case_listed) return;
  void *removed = sl_hashmap_remove(&service->cases, case_hash(&intent->case_id), case_equal, intent->case_id.bytes);
  SL_ASSERT(removed == intent);
  intent->case_listed = false;
}

sl_intent *sl_state_case(const sl_service *service, const sl_uuid *id) {
  return sl_hashmap_find(&service->cases, case_hash(id), case_equal, id->bytes);
}

sl_err sl_state_intent_rename(sl_service *service, sl_intent *intent, const sl_uuid *id) {
  unsigned side = intent->owner->side;
  SL_ASSERT(!sl_state_intent(service, side, id));
  intent_key key = {side, intent->id};
  void *removed = sl_hashmap_remove(&service->intents, intent_hash(service, side, &intent->id), intent_equal, &key);
  SL_ASSERT(removed == intent);
  bool listed = intent->case_listed;
  case_unlist(service, intent);
  intent->id = *id;
  sl_err err = sl_hashmap_add(&service->intents, intent_hash(service, side, id), intent);
  return !err && listed ? sl_state_case_list(service, intent) : err;
}

static void case_count(sl_service *service, sl_intent *intent, bool counts) {
  if (intent->own.counted == counts) return;
  SL_ASSERT(counts || service->counts.cases_open > 0);
  intent->own.counted = counts;
  uint64_t open = service->counts.cases_open;
  __atomic_store_n(&service->counts.cases_open, counts ? open + 1 : open - 1, __ATOMIC_RELAXED);
}

void sl_state_case_count(sl_service *service, sl_intent *intent) {
  sl_case_state state = intent->own.casework.state;
  case_count(service, intent, intent->own.has_case && state != SL_CASE_RESOLVED && state != SL_CASE_UNRESOLVED);
}

void sl_state_intent_free(sl_service *service, sl_intent *intent) {
  case_count(service, intent, false);
  case_unlist(service, intent);
  SL_ASSERT(!intent->live && intent->inner.link_count == 0 && intent->inner.dirty_at == 0);
  SL_ASSERT(intent->inner.deal == 0);
  service->side[intent->owner->side].intents--;
  sl_alarm_clear(service, intent);
  sl_clock_forget(service, intent);
  sl_utm_turned_forget(service, intent);
  sl_own_standing_forget(service, intent);
  for (size_t i = service->listed_count; i-- > 0;) {
    if (service->listed[i].intent == intent) service->listed[i] = service->listed[--service->listed_count];
  }
  intent_key key = {intent->owner->side, intent->id};
  void *removed =
      sl_hashmap_remove(&service->intents, intent_hash(service, intent->owner->side, &intent->id), intent_equal, &key);
  SL_ASSERT(removed == intent);
  service->slot[intent->slot] = NULL;
  service->free_slot[service->free_count++] = intent->slot;
  if (intent->previous) intent->previous->next = intent->next;
  else intent->owner->first = intent->next;
  if (intent->next) intent->next->previous = intent->previous;
  else intent->owner->last = intent->previous;
  for (uint32_t i = 0; i < intent->object_count; i++) sl_prepared_free(intent->object[i]);
  free(intent->object);
  free(intent->inner.link);
  free(intent->own.granules);
  sl_utm_part_free(service, intent);
  free(intent);
}
