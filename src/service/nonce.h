/* Nonces of signed requests, remembered until they expire. */
#ifndef SL_SERVICE_NONCE_H
#define SL_SERVICE_NONCE_H

#include "service/op.h"

/* Take the operation's nonce: once. Public requests have none. Errors: SL_ERR_REPLAY,
 * SL_ERR_EXPIRED,
 * SL_ERR_BUSY (the cap is reached: come again when some have expired), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_nonce_take(sl_service *service, const sl_op *op);
/* Forget what has expired, some thousands at a time. */
void sl_nonces_expire(sl_service *service);
/* Remember one that a row holds. Errors: as above, SL_ERR_CAP. */
SL_MUST_USE sl_err sl_nonce_keep(sl_service *service, const sl_nonce *nonce);
/* What was answered while nothing could be written (full.h): remembered again once memory was made
 * anew, and written with the next group; and no more of it, once that is committed. */
void sl_nonces_again(sl_service *service);
void sl_nonces_written(sl_service *service);

#endif
