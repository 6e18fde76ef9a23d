/* The two halves of PUT and DELETE of an operational intent: what the standard asks
 * (utm_intent.c), and filing it like any other submission (utm_file.c). */
#ifndef SL_SERVICE_UTM_INTENT_H
#define SL_SERVICE_UTM_INTENT_H

#include "service/plant.h"
#include "service/utm_state.h"

/* The standard has no objection: charge, judge across the line, and accept or let it
 * pend. `intent` is what has the id, NULL or the caller's; `sub` what it will depend on. */
void sl_utm_intent_file(sl_service *service, sl_op *op, sl_intent *intent, sl_utm_sub *sub);
/* For a planted fault only: whether another side has the id. */
bool sl_utm_elsewhere(sl_service *service, const sl_op *op);

#endif
