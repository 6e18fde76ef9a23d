/* While the disk is full: what needs no commit is answered, everything else is told to come again. */
#ifndef SL_SERVICE_FULL_H
#define SL_SERVICE_FULL_H

#include "service/op.h"

/* Whether an operation only reads what was committed: cases, events, logs, receipts, the roll-up,
 * agreements. A poll of an intent is none (it renews a lease, judges again and is an entry of the
 * log), nor is a heartbeat, nor the opening of one's slot, which a failed group forgets, nor anything
 * of the F3548 face, whose answers are entries. */
bool sl_full_reads(const sl_op *op);
/* Whether there is room again, tried with a row that changes nothing; not more often than once a
 * second unless something of the group has to be written. Writer's thread, in no transaction. */
bool sl_full_over(sl_service *service, const sl_op *group, sl_time now);
/* Answer a group without a commit: what reads as of the last commit, the rest with SL_ERR_FULL;
 * then the waiters. Takes the group. */
void sl_full_answer(sl_service *service, sl_op *group, sl_time now);

/* Before memory is made anew: the reads of a group that failed, to be answered afterwards; the
 * others are answered here. */
sl_op *sl_full_keep(sl_service *service, sl_op *group);

#endif
