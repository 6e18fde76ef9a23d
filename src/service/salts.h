/* The salts of a party's log (L13, L23): derived from a random key for each log and
 * week, which is stored, and destroyed when the retention of that week is over. */
#ifndef SL_SERVICE_SALTS_H
#define SL_SERVICE_SALTS_H

#include "service/state.h"

#define SL_SALT_STEP 64u        /* entries erased in one turn */

/* The salt of the entry that the member's log gets now, and its week; makes the week's
 * key with the first one. Errors stick to the group. */
uint32_t sl_salts_next(sl_service *service, sl_member *member, uint64_t index, uint8_t out[static 32]);
/* The salt of an entry of that week. Errors: SL_ERR_NOT_FOUND (destroyed), SL_ERR_CORRUPT, those of the store. */
SL_MUST_USE sl_err sl_salts_of(sl_service *service, uint16_t log, uint32_t period, uint64_t index,
                               uint8_t out[static 32]);

/* Whether what was made in that week is over: it reads as erased from then on. */
bool sl_salts_over(const sl_service *service, uint32_t period);

/* Erase some entries of weeks whose retention is over: what the row keeps is the
 * commitment; after the last of a week its key is overwritten and gone. Returns whether
 * there were any. Errors stick to the group. */
bool sl_salts_step(sl_service *service);
/* When the next week's retention is over; now while one is being erased. */
sl_time sl_salts_due(const sl_service *service);

/* After the parties: read the weeks of their logs. Errors: SL_ERR_CORRUPT, SL_ERR_NOMEM, those of the store. */
SL_MUST_USE sl_err sl_salts_load(sl_service *service);
/* Release and wipe what the member holds. */
void sl_salts_free(sl_member *member);

#endif
