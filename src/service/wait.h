/* Long polls and event streams: operations that were answered for by the store and
 * now wait for an event of their party. */
#ifndef SL_SERVICE_WAIT_H
#define SL_SERVICE_WAIT_H

#include "service/op.h"
#include "service/state.h"

#define SL_WAITERS_MAX 64u      /* of one party at once */
#define SL_WAIT_MAX_S 60
#define SL_STREAM_IDLE_S 15
#define SL_EVENTS_PAGE 100u

/* An event of the member is in this group: its waiters are served after the commit. */
void sl_wait_note(sl_service *service, sl_member *member);
/* Answer the operation now if events after `after` exist or it does not wait; else
 * keep it. Takes the operation either way. Called after the group's commit. */
void sl_wait_add(sl_service *service, sl_op *op);
/* After a commit: serve whoever has events, and what is due by `now`. */
void sl_wait_serve(sl_service *service, sl_time now);
/* When the next waiter is due; a far time when none. */
sl_time sl_wait_due(const sl_service *service);
/* Drop a waiter whose client is gone. Returns whether there was one. */
bool sl_wait_cancel(sl_service *service, uint64_t number);
/* Drop what sl_service_cancel() named since the last turn. */
void sl_wait_cancelled(sl_service *service);
/* Answer all: at shutdown with what there is; when a group failed or the store is gone,
 * `good` false, by asking them to come again. */
void sl_wait_end(sl_service *service, bool good);
/* Before memory is made anew: take every waiter out; and put them back to their parties afterwards,
 * each after the last event that it was sent. What was taken belongs to the caller meanwhile. */
sl_waiter *sl_wait_keep(sl_service *service);
void sl_wait_again(sl_service *service, sl_waiter *waiters);
/* Answer what was taken by asking to come again: memory could not be made anew. */
void sl_wait_drop(sl_service *service, sl_waiter *waiters);

#endif
