/* One clock out of two. The service's time is the wall clock's, carried on at the
 * monotonic clock's pace where that stepped back, and from then on at half of it, until the
 * wall clock has caught up: silence and leases run out all the while, and nothing that a
 * party was told runs back. Work: a few additions at every look.
 *
 * A step is noticed by whoever looks first. What it carries over does not depend on when
 * the looks before it were: were a wall clock that caught up between two looks taken as it
 * is, time would run by how often somebody asks, and that is others' traffic (L12). */
#include "service/instant.h"

#include "base/assert.h"

/* The service's time, under the lock. */
static int64_t advance(sl_service *service, int64_t wall, int64_t monotonic) {
  int64_t carried = service->clock_high.ns + (monotonic - service->clock_monotonic);
  int64_t ahead = wall - carried;
  bool step = ahead > SL_INSTANT_STEP_NS || ahead < -SL_INSTANT_STEP_NS;
  if (step && !service->clock_behind) service->clock_steps++;
  if (ahead >= 0) {
    service->clock_behind = false;
    return wall;
  }
  if (!service->clock_behind) {
    service->clock_behind = true;
    service->slow_from.ns = carried;
    service->slow_monotonic = monotonic;
  }
  int64_t slow = service->slow_from.ns + (monotonic - service->slow_monotonic) / 2;
  if (slow > wall) return slow;
  service->clock_behind = false;
  return wall;
}

sl_instant sl_instant_now(sl_service *service) {
  pthread_mutex_lock(&service->clock_lock);
  int64_t monotonic = sl_clock_monotonic(&service->options.clock);
  int64_t wall = sl_clock_wall(&service->options.clock).ns;
  int64_t now = advance(service, wall, monotonic);
  SL_ASSERT(now >= service->clock_high.ns);
  service->clock_high.ns = now;
  service->clock_monotonic = monotonic;
  int64_t sure = service->opened.ns + (monotonic - service->opened_monotonic) + SL_INSTANT_SLACK_NS;
  if (sure > wall) sure = wall;
  sl_instant at = {{now}, now - wall, now - sure, service->clock_steps};
  pthread_mutex_unlock(&service->clock_lock);
  SL_ASSERT(at.behind >= 0 && at.lag >= at.behind);
  return at;
}

void sl_instant_open(sl_service *service) {
  service->opened_monotonic = service->clock_monotonic = sl_clock_monotonic(&service->options.clock);
  service->opened = service->clock_high = sl_clock_wall(&service->options.clock);
}

void sl_instant_resume(sl_service *service, sl_time high) {
  pthread_mutex_lock(&service->clock_lock);
  if (high.ns > service->clock_high.ns) service->clock_high = high;
  pthread_mutex_unlock(&service->clock_lock);
  sl_instant at = sl_instant_now(service);
  service->now = at.now;
  sl_instant_take(service, &at);
}

sl_time sl_service_now(sl_service *service) {
  return sl_instant_now(service).now;
}

void sl_instant_take(sl_service *service, const sl_instant *at) {
  SL_ASSERT(at->behind >= 0 && at->lag >= at->behind);
  service->behind = at->behind;
  service->lag = at->lag;
}

sl_time sl_instant_past(const sl_service *service) {
  return (sl_time){service->now.ns - service->lag};
}

sl_time sl_instant_when(const sl_service *service, sl_time at) {
  return at.ns > INT64_MAX - service->lag ? (sl_time){INT64_MAX} : (sl_time){at.ns + service->lag};
}

bool sl_instant_doubt(const sl_service *service, sl_dur limit) {
  return service->behind > limit.ns;
}
