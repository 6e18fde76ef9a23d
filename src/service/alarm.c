/* A binary heap of intents by the time at which something of theirs is due. Each
 * intent stands in it at most once and knows its place. */
#include "base/assert.h"
#include "service/state.h"

static void place(sl_service *service, size_t at, sl_intent *intent) {
  service->alarms[at] = intent;
  intent->alarm_at = (uint32_t)at + 1;
}

/* A total order that knows nothing of slots or of when others set their alarms: two own
 * alarms at one instant give their events in the same order whatever others do (L12). */
static bool before(const sl_intent *a, const sl_intent *b) {
  if (a->alarm.ns != b->alarm.ns) return a->alarm.ns < b->alarm.ns;
  if (a->owner != b->owner) return a->owner->number < b->owner->number;
  return a->own.number < b->own.number;
}

static void rise(sl_service *service, size_t at) {
  sl_intent *intent = service->alarms[at];
  while (at > 0 && before(intent, service->alarms[(at - 1) / 2])) {
    place(service, at, service->alarms[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  place(service, at, intent);
}

static void sink(sl_service *service, size_t at) {
  sl_intent *intent = service->alarms[at];
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= service->alarm_count) break;
    if (child + 1 < service->alarm_count && before(service->alarms[child + 1], service->alarms[child])) child++;
    if (!before(service->alarms[child], intent)) break;
    place(service, at, service->alarms[child]);
    at = child;
  }
  place(service, at, intent);
}

void sl_alarm_clear(sl_service *service, sl_intent *intent) {
  if (intent->alarm_at == 0) return;
  size_t at = intent->alarm_at - 1;
  SL_ASSERT(at < service->alarm_count && service->alarms[at] == intent);
  intent->alarm_at = 0;
  sl_intent *last = service->alarms[--service->alarm_count];
  if (last == intent) return;
  place(service, at, last);
  rise(service, at);
  sink(service, last->alarm_at - 1);
}

void sl_alarm_set(sl_service *service, sl_intent *intent, sl_time at) {
  if (intent->alarm_at != 0 && intent->alarm.ns <= at.ns) return;
  sl_alarm_clear(service, intent);
  SL_ASSERT(service->alarm_count < service->alarm_room);
  intent->alarm = at;
  place(service, service->alarm_count++, intent);
  rise(service, intent->alarm_at - 1);
}

sl_intent *sl_alarm_pop(sl_service *service, sl_time now) {
  if (service->alarm_count == 0 || service->alarms[0]->alarm.ns > now.ns) return NULL;
  sl_intent *intent = service->alarms[0];
  sl_alarm_clear(service, intent);
  return intent;
}
