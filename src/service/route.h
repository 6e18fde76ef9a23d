/* From method and raw target to what is asked. */
#ifndef SL_SERVICE_ROUTE_H
#define SL_SERVICE_ROUTE_H

#include "service/op.h"

#define SL_TARGET_MAX 2048u

/* Fill op->kind and what the target carries (id, line name, tile, query values).
 * *public: needs no signature. Errors: SL_ERR_NOT_FOUND (no such path), SL_ERR_METHOD
 * (not this method: op->allow has those it takes), SL_ERR_SYNTAX (malformed id or query), SL_ERR_UNKNOWN (an
 * unknown query member), SL_ERR_CAP. */
SL_MUST_USE sl_err sl_route(sl_op *op, const sl_request *request, bool *public_route, sl_fault *fault);

#endif
