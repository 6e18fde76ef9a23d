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
  sl_class declared;             /* UNDECLARED when absent; the service refuses any but the enrolled one */
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

#define SL_DRAFT_BODY_MAX (4u << 20)   /* bytes of a body */

/* Decode and validate. now bounds the end of the plan (must be in the future unless
 * now is 0). The arena holds the plans: 24 bytes a vertex, 40 a fix, 120 an object,
 * at most ten times the body. Errors: those of json/decode.h and sl_object_check(),
 * SL_ERR_UNIT, SL_ERR_ORDER, SL_ERR_UNSUPPORTED (version of the body's form, a mix of
 * alternatives and freedom), SL_ERR_EXPIRED (the plan has ended); the fault names the
 * JSON pointer. Threads: any. Cost: O(n log n) in the vertices. */
SL_MUST_USE sl_err sl_draft_read(sl_draft *out, sl_arena *arena, sl_span body, sl_time now, sl_fault *fault);

/* Window of all objects of a plan, tolerance not included. */
sl_window sl_plan_window(const sl_plan *plan);

/* The same body back, for clients and tests. Errors in out->error. */
void sl_draft_add(sl_buf *out, const sl_draft *draft);

#endif
