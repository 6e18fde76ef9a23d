/* A party's log (L23): entries as salted commitments, receipts before the answer. */
#ifndef SL_SERVICE_LOGBOOK_H
#define SL_SERVICE_LOGBOOK_H

#include "ledger/entry.h"
#include "ledger/note.h"
#include "service/state.h"

/* Append an entry to the member's log and store its opening beside the attachment
 * (may be empty). Errors stick to the group. Returns the entry's index. */
uint64_t sl_logbook_add(sl_service *service, sl_member *member, sl_span entry, sl_span attachment);

/* Append the receipt of an entry as JSON (sl_answer_receipt): its proof is against
 * the log at size index + 1, so that it depends on nothing that came later.
 * Errors: SL_ERR_NOT_FOUND (also: erased), SL_ERR_RANGE, SL_ERR_CRYPTO, SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_logbook_receipt(sl_service *service, sl_member *member, uint64_t index, sl_span entry,
                                      sl_buf *out);

/* The signed checkpoint of the log at its present size. Errors: as above. */
SL_MUST_USE sl_err sl_logbook_checkpoint(sl_service *service, const sl_member *member, uint64_t size, sl_buf *out);

/* The roll-up's tick at `at` (L24): one entry, whatever happened. */
void sl_rollup_tick(sl_service *service, sl_time at);
/* A tick's length: of the first line, else L24's. */
int64_t sl_rollup_length(const sl_service *service);
/* Set the next tick after a start: the first one that the log lacks. Errors: SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_rollup_align(sl_service *service);
/* The roll-up's signed checkpoint. */
SL_MUST_USE sl_err sl_rollup_checkpoint(sl_service *service, uint64_t size, sl_buf *out);
/* Append the opening of the member's own slot in the newest tick (sl_answer_slot).
 * Errors: SL_ERR_NOT_FOUND before the first tick. */
SL_MUST_USE sl_err sl_rollup_slot_answer(sl_service *service, const sl_member *member, sl_buf *out);

#endif
