/* A binary heap of what is over at a time: subscriptions, constraints, remembered
 * DELETEs. Each stands in it at most once and knows its place. Taking away is a small
 * step of every turn; until then readers look at the clock, so that when it is taken
 * away shows nowhere. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/utm_state.h"

static void put(struct sl_utm *utm, size_t at, sl_utm_timer *timer) {
  utm->timer[at] = timer;
  timer->place = (uint32_t)at + 1;
}

static void rise(struct sl_utm *utm, size_t at) {
  sl_utm_timer *timer = utm->timer[at];
  while (at > 0 && timer->at.ns < utm->timer[(at - 1) / 2]->at.ns) {
    put(utm, at, utm->timer[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  put(utm, at, timer);
}

static void sink(struct sl_utm *utm, size_t at) {
  sl_utm_timer *timer = utm->timer[at];
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= utm->timers) break;
    if (child + 1 < utm->timers && utm->timer[child + 1]->at.ns < utm->timer[child]->at.ns) child++;
    if (utm->timer[child]->at.ns >= timer->at.ns) break;
    put(utm, at, utm->timer[child]);
    at = child;
  }
  put(utm, at, timer);
}

void sl_utm_timer_clear(sl_service *service, sl_utm_timer *timer) {
  struct sl_utm *utm = service->utm;
  if (timer->place == 0) return;
  size_t at = timer->place - 1;
  SL_ASSERT(at < utm->timers && utm->timer[at] == timer);
  timer->place = 0;
  sl_utm_timer *last = utm->timer[--utm->timers];
  if (last == timer) return;
  put(utm, at, last);
  rise(utm, at);
  sink(utm, last->place - 1);
}

sl_err sl_utm_timer_set(sl_service *service, sl_utm_timer *timer, sl_time at) {
  struct sl_utm *utm = service->utm;
  sl_utm_timer_clear(service, timer);
  if (utm->timers == utm->timer_room) {
    size_t room = utm->timer_room ? utm->timer_room * 2 : 64;
    sl_utm_timer **grown = realloc(utm->timer, room * sizeof(sl_utm_timer *));
    if (!grown) return SL_ERR_NOMEM;
    utm->timer = grown;
    utm->timer_room = room;
  }
  timer->at = at;
  put(utm, utm->timers++, timer);
  rise(utm, timer->place - 1);
  return SL_OK;
}

void sl_utm_over(sl_service *service, sl_utm_timer *timer) {
  if (timer->kind == SL_UTM_TIMED_SUB) {
    sl_utm_sub *sub = (sl_utm_sub *)(void *)timer;
    while (sub->dependents > 0) {
      sl_intent *intent = sub->dependent[--sub->dependents];
      intent->utm->subscription = NULL;
      sl_utm_persist_intent(service, intent);
    }
    sl_utm_persist_sub(service, sub, true);
    sl_utm_sub_free(service, sub);
  } else if (timer->kind == SL_UTM_TIMED_ZONE) {
    sl_utm_zone *zone = (sl_utm_zone *)(void *)timer;
    sl_utm_posted_drop(service, timer->side, &zone->id, true);
    sl_utm_persist_zone(service, zone, true);
    sl_utm_zone_free(service, zone);
  } else {
    sl_utm_done *done = (sl_utm_done *)(void *)timer;
    sl_utm_persist_done(service, done, true);
    sl_utm_done_free(service, done);
  }
}

bool sl_utm_sweep(sl_service *service) {
  struct sl_utm *utm = service->utm;
  if (!utm) return false;
  unsigned count = 0;
  while (count < SL_UTM_SWEEP_MAX && utm->timers > 0 && utm->timer[0]->at.ns <= service->now.ns) {
    sl_utm_over(service, utm->timer[0]);
    count++;
  }
  return count > 0;
}

sl_time sl_utm_due(const sl_service *service) {
  const struct sl_utm *utm = service->utm;
  return utm && utm->timers > 0 ? utm->timer[0]->at : (sl_time){INT64_MAX};
}
