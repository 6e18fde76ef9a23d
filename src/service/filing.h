/* Filing a version of an intent, over whichever face it came (act_intent.c): what it
 * costs, what the party's own state becomes, where its objects go. The operation has
 * draft, plan_digest, objects and alternative_units filled, as a PUT of the native face has. */
#ifndef SL_SERVICE_FILING_H
#define SL_SERVICE_FILING_H

#include "service/op.h"

/* The units of the operation's plan by what it adds to `before` (NULL: to nothing) (L17).
 * Errors: SL_ERR_CAP (over too many granules), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_filing_units(sl_service *service, const sl_op *op, const sl_intent *before, int64_t *out);
/* Four more when the verdict differs from that of an overlapping own version of 24 h; the
 * verdict is remembered. */
int64_t sl_filing_differs(sl_service *service, sl_intent *intent, sl_verdict verdict);
/* The operation's objects become the intent's, which is live from then on. Errors:
 * SL_ERR_CAP, SL_ERR_NOMEM; then nothing changed. */
SL_MUST_USE sl_err sl_filing_place(sl_service *service, sl_op *op, sl_intent *intent);
/* What the verdict of a version waits for (L17: one on amendments of an intent in 5 min,
 * urgent ones aside). */
typedef struct sl_filing_pace {
  bool known;    /* nothing that was not told already: the plan that stands, or within it where that is CLEAR */
  bool aside;    /* it takes an urgent version back, which waited for nothing either */
} sl_filing_pace;
/* Of the operation's plan against what stands of the intent. Cost: the row of what stands. */
sl_filing_pace sl_filing_pace_of(sl_service *service, const sl_op *op, const sl_intent *intent);
/* The version becomes the party's own: charged, paced, what was proposed is void. */
void sl_filing_take(sl_service *service, sl_op *op, sl_intent *intent, int64_t units, sl_filing_pace pace);
/* Alternatives aside, the operation's draft grown by its tolerance and prepared; its
 * canonical bytes and digest (receive.c). Errors: sl_prepare()'s. Threads: any. */
SL_MUST_USE sl_err sl_filing_prepare(sl_op *op, sl_fault *fault);

#endif
