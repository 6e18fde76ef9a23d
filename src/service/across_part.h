/* The inside of across*.c. */
#ifndef SL_SERVICE_ACROSS_PART_H
#define SL_SERVICE_ACROSS_PART_H

#include "service/across.h"

/* The worst over an intent's links. */
sl_verdict sl_across_worst(const sl_intent *intent);
/* What an intent's links say now, as an outcome of the kind. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_across_outcome(sl_service *service, sl_intent *intent, sl_outcome_kind kind, sl_outcome *out);
/* The other end of a pair that was found: due to be told, and at once when it cannot
 * wait. Only what was found is told at once, never that something went away. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_across_worsened(sl_service *service, sl_intent *intent, bool urgent);
/* The party hears how its intent stands now. What another was shown of it before, and
 * it was not told yet, stays owed until the round (L14), also when it has ended. */
void sl_across_heard(sl_service *service, sl_intent *intent);
/* The minima as agreed, and no wider for a clock. As sl_across_minima(). */
bool sl_across_agreed(sl_service *service, const sl_intent *a, const sl_intent *b, sl_minima *out, unsigned *line);

#endif
