/* Signed records: memberships (L2) and agreements (L1). */
#ifndef SL_SERVICE_RECORDS_H
#define SL_SERVICE_RECORDS_H

#include "service/state.h"
#include "wire/body.h"

/* Check an envelope's signatures against the roster (or a side's anchor, for its
 * founding record) and take what it holds. *ret_type is SL_EVENT_MEMBERSHIP or
 * SL_EVENT_AGREEMENT. `restarting`: nobody is told. Errors: SL_ERR_UNSUPPORTED (payload
 * type), SL_ERR_SIGNATURE, those of reading and checking the payload. */
SL_MUST_USE sl_err sl_records_take(sl_service *service, const sl_envelope *envelope, sl_time at, bool restarting,
                                   sl_fault *fault);

#endif
