/* Problem details (RFC 9457) and HTTP status of an error.
 *
 * What a caller may read of an error is decided here and nowhere else: the reason of a
 * fault is passed on only for errors of the caller's own bytes (grammar, types, ranges,
 * geometry, signature form). Everything that depends on what is stored (not found,
 * denied, exists, state, stale) has one fixed text per error, so that a thing of
 * somebody else and a thing that does not exist read the same, byte for byte. Failures
 * inside have fixed texts too. */
#ifndef SL_WIRE_PROBLEM_H
#define SL_WIRE_PROBLEM_H

#include "base/buf.h"

#define SL_PROBLEM_TYPE "application/problem+json"

/* Where a request was when it failed: the same error reads differently in a head that
 * does not authenticate and in an action that came too late. */
typedef enum sl_stage {
  SL_STAGE_HEAD = 1,   /* target, signature, digest, key, nonce */
  SL_STAGE_BODY = 2,   /* decoding */
  SL_STAGE_ACT = 3     /* authorised and decoded: what the service says */
} sl_stage;

/* The HTTP status.
 *   SYNTAX TYPE UNKNOWN DUPLICATE RANGE UNIT GEOMETRY ORDER DATUM    400
 *   MISSING                          400; in the head 401
 *   SIGNATURE REPLAY                 401
 *   EXPIRED                          401 in the head, 400 in the body, 409 in the act
 *   NOT_FOUND                        404; in the head 401 and told as SIGNATURE
 *   DENIED                           403; in the head 401 and told as SIGNATURE
 *   METHOD                           405; the answer has Allow
 *   GONE                             410
 *   EXISTS STATE STALE               409
 *   CAP                              413; in the act 429 (own use only, L15)
 *   UNSUPPORTED                      422
 *   BUSY IO FULL CORRUPT SCHEMA NOMEM  503
 *   CRYPTO END and unlisted ones     500
 * Errors: none. Threads: any. */
unsigned sl_problem_status(sl_stage stage, sl_err err);

/* Whether Retry-After belongs in the answer (429 and 503). */
bool sl_problem_retry(unsigned status);

/* Append the body: {"type","title","status","detail"[,"pointer"]}. fault may be NULL;
 * when it is filled its code is what `err` says. Errors in out->error. Threads: any. */
void sl_problem_add(sl_buf *out, sl_stage stage, sl_err err, const sl_fault *fault);

#endif
