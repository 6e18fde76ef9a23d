/* The join of filed records: every pair whose records meet, once for each cell pair
 * in which it is found. */
#ifndef SL_ORACLE_JOIN_H
#define SL_ORACLE_JOIN_H

#include "oracle/records.h"

/* Given each pair of records that meet; their tags may be of the same object when it
 * has several pieces. False stops. */
typedef bool sl_meeting_fn(void *context, const sl_rec *a, const sl_rec *b);

/* Join the buckets from `from` up to `to` with themselves and with the cells that
 * follow them: every pair of filed records of which at least one is of the filed
 * level itself, each pair once over all buckets. False when stopped. Errors: none.
 * Threads: any number over different ranges. Cost: linear in the records and in the
 * pairs that share time in neighbouring cells. */
bool sl_join(const sl_filed *filed, uint32_t from, uint32_t to, sl_meeting_fn *meeting, void *context);

#endif
