/* How long events and log entries are kept (L23): by weeks, and after each the retention
 * of the liaison's configuration. Whoever reads looks at the clock: how far erasing has
 * come in its steps depends on what others filed, and shows nowhere (L12). */
#ifndef SL_SERVICE_RETENTION_H
#define SL_SERVICE_RETENTION_H

#include "service/state.h"

#define SL_RETENTION_WEEK_NS (7 * 24 * SL_NS_PER_H)
#define SL_RETENTION_STEP 64u    /* events erased in one turn */

/* When what was made in that week is over; INT64_MAX: never, there is no retention. */
int64_t sl_retention_over(const sl_service *service, int64_t week);

/* The member has an event of that time, its newest. */
void sl_retention_note(sl_service *service, sl_member *member, sl_time at);
/* The number of the newest event of the member that is over at `at`, or erased; 0 for none.
 * Errors: those of the store, SL_ERR_CORRUPT, SL_ERR_NOMEM. Cost: constant, unless some are
 * over that are not erased yet. */
SL_MUST_USE sl_err sl_retention_floor(sl_service *service, const sl_member *member, sl_time at, uint64_t *out);
/* Erase some events whose time is over. Returns whether there were any. Errors stick to the group. */
bool sl_retention_step(sl_service *service);
/* When the next event's retention is over. */
sl_time sl_retention_due(const sl_service *service);

/* After the parties: what is left of their events. Errors: SL_ERR_CORRUPT, SL_ERR_NOMEM,
 * those of the store. */
SL_MUST_USE sl_err sl_retention_load(sl_service *service);

#endif
