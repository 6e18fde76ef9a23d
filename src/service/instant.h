/* The service's time, and how far it can be trusted. Three clocks: what the service says
 * (it never goes back), what the wall clock says, and what has surely come: not past the
 * wall clock, nor farther from the service's start than the monotonic clock went. What
 * takes protection or evidence away for good goes by the last one, so that a jump that is
 * taken back later has taken nothing; a CLEAR rests on all three being one (L6). */
#ifndef SL_SERVICE_INSTANT_H
#define SL_SERVICE_INSTANT_H

#include "service/state.h"

/* What a run may be off the monotonic clock without doubt: leap seconds, slewing. */
#define SL_INSTANT_SLACK_NS (60 * SL_NS_PER_S)
/* A step of the wall clock that makes earlier measures of others' clocks worth nothing (L6). */
#define SL_INSTANT_STEP_NS SL_NS_PER_S

/* The service's run begins now. */
void sl_instant_open(sl_service *service);
/* It said that time before; service->now becomes the present. Threads: the writer. */
void sl_instant_resume(sl_service *service, sl_time high);
/* The present instant. Threads: any. */
sl_instant sl_instant_now(sl_service *service);
/* The wall clock's time at it; what has surely come. */
static inline sl_time sl_instant_wall(const sl_instant *at) { return (sl_time){at->now.ns - at->behind}; }
static inline sl_time sl_instant_sure(const sl_instant *at) { return (sl_time){at->now.ns - at->lag}; }

/* The writer goes by this instant from here on; its `now` is reached step by step. */
void sl_instant_take(sl_service *service, const sl_instant *at);
/* What has surely come at service->now. Threads: the writer. */
sl_time sl_instant_past(const sl_service *service);
/* When `at` has surely come, as things stand; INT64_MAX stays. Threads: the writer. */
sl_time sl_instant_when(const sl_service *service, sl_time at);
/* Whether the wall clock stands so far from the service's time that no CLEAR is told. */
bool sl_instant_doubt(const sl_service *service, sl_dur limit);

#endif
