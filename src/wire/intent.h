/* The body of PUT /v1/intents/{id}: JSON to a domain value in the request's arena. */
#ifndef SL_WIRE_INTENT_H
#define SL_WIRE_INTENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "case/agreement.h"
#include "case/verdict.h"
#include "settle/lattice.h"
#include "sideline/shape.h"

#define SL_ALTERNATIVES_MAX 7u       /* beside the plan itself: 8 in all (L19) */

/* One submitted version of an operational intent, checked (sl_object_check) and
 * self-consistent: window = hull of the objects' windows, no mix of alternatives
 * and freedom, states Accepted, Activated, Nonconforming or Contingent only. */
typedef struct sl_draft {
  uint32_t version;              /* 1 creates; else current + 1 */
  sl_intent_state state;         /* not Ended */
  bool exercise;
  bool pending_if_refused;       /* "if_conflict": "pending" (L18); default "stand" */
  uint8_t priority;              /* L22: 0 others, 1 site, 2 medical, 3 contingency */
  sl_dur start_tolerance;        /* 0 to 1 h, default 5 min */
  sl_dur time_tolerance;         /* the declared tolerance of L6; 0 to 10 min, default 0 */
  bool free;                     /* freedom is given */
  sl_freedom freedom;
  sl_plan plan;
  uint32_t alternative_count;
  sl_plan alternative[SL_ALTERNATIVES_MAX];
} sl_draft;

/* Decode and validate. now bounds the end of the plan (must be in the future unless
 * now is 0). Errors: those of the decoder and of sl_object_check(); the fault names
 * the JSON pointer. Threads: any. Cost: O(body). */
SL_MUST_USE sl_err sl_draft_read(sl_draft *out, sl_arena *arena, sl_span body, sl_time now, sl_fault *fault);

/* The same body back, for clients and tests. */
void sl_draft_add(sl_buf *out, const sl_draft *draft);

#endif
