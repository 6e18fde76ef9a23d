/* Events of a party: numbered by its own counter, an entry of its log, a row, and a
 * copy in memory for whoever waits. Within one turn an intent gives one event,
 * whatever happened to it (L18), in the order in which the party filed its intents. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/retention.h"
#include "service/utm_state.h"
#include "service/wait.h"

/* {"type":"told","at":...,"event":{...}} */
static void entry_add(sl_buf *out, sl_time at, sl_str event) {
  sl_buf_add_text(out, "{\"type\":\"told\",\"at\":\"");
  sl_time_add(out, at);
  sl_buf_add_text(out, "\",\"event\":");
  sl_buf_add_str(out, event);
  sl_buf_add_text(out, "}");
}

/* For a planted fault only. */
static uint64_t events_of_all(const sl_service *service) {
  uint64_t sum = 0;
  for (size_t i = 0; i < service->member_count; i++) sum += service->member[i]->events;
  return sum;
}

/* L12, L15: what is told carries the release tick, a multiple of the side's quantum,
 * and not the instant at which another did something. */
static sl_time tick_of(const sl_service *service, const sl_member *member) {
  const sl_agreement *agreement = sl_state_agreement(service, member->side);
  int64_t quantum = agreement ? agreement->quantum.ns : 0, now = service->now.ns;
  if (quantum <= 0 || SL_PLANTED(SL_PLANT_EXACT_TIME)) return service->now;
  return (sl_time){(now + quantum - 1) / quantum * quantum};
}

void sl_own_event(sl_service *service, sl_member *member, sl_view_event *event) {
  uint64_t sequence = ++member->events;
  event->seq = SL_PLANTED(SL_PLANT_EVENT_CURSOR) ? events_of_all(service) : sequence;
  event->at = tick_of(service, member);
  member->touched = true;
  sl_buf body, entry;
  sl_buf_init(&body, 1u << 20);
  sl_buf_init(&entry, 1u << 20);
  sl_answer_event(&body, event);
  entry_add(&entry, event->at, sl_buf_str(&body));
  char *kept = malloc(body.size ? body.size : 1);
  if (body.error || entry.error || !kept) {
    sl_group_fail(service, SL_ERR_NOMEM);
    free(kept);
  } else {
    memcpy(kept, body.data, body.size);
    sl_event_row *row = &member->kept[sequence % SL_EVENTS_KEPT];
    free((char *)(uintptr_t)row->body.data);
    *row = (sl_event_row){sequence, {kept, body.size}};
    if (!SL_PLANTED(SL_PLANT_NO_ENTRY)) sl_logbook_add(service, member, sl_buf_span(&entry), (sl_span){0});
    sl_persist_event(service, member, row);
    sl_retention_note(service, member, event->at);
    sl_wait_note(service, member);
  }
  sl_buf_fini(&body);
  sl_buf_fini(&entry);
}

static void intent_event(sl_service *service, sl_intent *intent) {
  sl_view_event event = {0};
  sl_view_proposal proposal;
  if (intent->own.has_case) {
    event.kind = SL_EVENT_CASE;
    sl_own_case_view(service, intent, &event.as.incident, &proposal);
    if (event.as.incident.proposal) event.kind = SL_EVENT_PROPOSAL;
    sl_own_event(service, intent->owner, &event);
    for (uint32_t i = 1; SL_PLANTED(SL_PLANT_CASE_PER_PAIR) && i <= intent->inner.link_count; i++) {
      sl_own_event(service, intent->owner, &event);
    }
  }
  if (intent->own.told == SL_CLEAR && intent->own.has_case) return;
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  event = (sl_view_event){.kind = SL_EVENT_VERDICT};
  event.as.verdict.intent = intent->id;
  event.as.verdict.version = intent->own.version;
  event.as.verdict.state = intent->own.state;
  event.as.verdict.verdict = (sl_view_verdict){.shown = sl_own_shown(service, intent, tick_of(service, intent->owner)),
                                               .agreement = agreement ? agreement->number : 0,
                                               .granules = intent->own.granules};
  sl_own_event(service, intent->owner, &event);
}

/* By party, then in the party's own order: nothing of the order of others shows. */
static int by_owner(const void *a, const void *b) {
  const sl_intent *x = *(sl_intent *const *)a, *y = *(sl_intent *const *)b;
  if (x->owner != y->owner) return (x->owner->number > y->owner->number) - (x->owner->number < y->owner->number);
  return (x->own.number > y->own.number) - (x->own.number < y->own.number);
}

void sl_own_release(sl_service *service) {
  if (service->flagged_count > 1) {
    qsort(service->flagged, service->flagged_count, sizeof(sl_intent *), by_owner);
  }
  for (size_t i = 0; i < service->flagged_count; i++) {
    service->flagged[i]->own.flagged = false;
    intent_event(service, service->flagged[i]);
    sl_utm_line_push(service, service->flagged[i]);
  }
  service->flagged_count = 0;
}
