/* Notifications that go out to parties' own servers (F3548: POST to uss_base_url). The
 * writer adds one with the commit that made it due; after the commit somebody else
 * sends it (sl_service_push_take(), service.h), at least once, each party's in their
 * order and one at a time, so that a party with a slow server holds up nobody but
 * itself (L15). How often and when is told by the party's own randomness (L13).
 *
 * The queue is in the store, bounded by party: beyond SL_PUSHES_A_PARTY the oldest goes,
 * because each tells the present state and what is gone can be asked for. */
#ifndef SL_SERVICE_PUSH_H
#define SL_SERVICE_PUSH_H

#include "service/state.h"

#define SL_PUSHES_A_PARTY 256u
#define SL_PUSH_LIFE_NS (6 * SL_NS_PER_H)   /* not delivered for so long: dropped */

/* Queue one for the party; url and body (JSON) are copied. Nothing is taken when the url
 * is longer than SL_PUSH_URL_MAX or the body than SL_PUSH_BODY_MAX: that is the caller's
 * to check. Errors stick to the group. Threads: the writer. */
void sl_push_add(sl_service *service, const sl_member *member, sl_str url, sl_str body);

/* How many wait or are under way for the party. Threads: any. */
size_t sl_push_count(const sl_service *service, const sl_member *member);

/* Forget in the store what was delivered or given up; true when anything was. Threads:
 * the writer, in a transaction. */
bool sl_push_settle(sl_service *service);
/* The group is on disk: what it queued may be sent. Threads: the writer. */
void sl_push_release(sl_service *service);

/* Make and end the queue with the service. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_push_open(sl_service *service);
void sl_push_close(sl_service *service);
/* Empty it, before it is read back; one row of the store. Errors: SL_ERR_CORRUPT, SL_ERR_NOMEM. */
void sl_push_forget(sl_service *service);
SL_MUST_USE sl_err sl_push_load(sl_service *service, sl_span key, sl_span value);

#endif
