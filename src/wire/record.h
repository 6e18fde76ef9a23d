/* Payloads of signed records: membership records (L2) and line agreements (L1) as JSON.
 * docs/api.md names every member. Written in one form only, members in fixed order and
 * without white space; read in any order, with any white space (the signature covers
 * the bytes as they came). */
#ifndef SL_WIRE_RECORD_H
#define SL_WIRE_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "case/agreement.h"
#include "case/membership.h"

#define SL_MEMBERSHIP_TYPE "application/vnd.sideline.membership+json"
#define SL_AGREEMENT_TYPE "application/vnd.sideline.agreement+json"
#define SL_PAYLOAD_MAX (64u << 10)

/* Read a payload. The membership record is only well-formed (names, kind and members
 * that fit each other): sl_membership_check() says whether it may be taken. The
 * agreement was checked by sl_agreement_check(). Errors: those of json/decode.h,
 * SL_ERR_UNSUPPORTED (form version), SL_ERR_ORDER. Threads: any. Cost: O(payload). */
SL_MUST_USE sl_err sl_membership_read(sl_membership *out, sl_arena *arena, sl_span payload, sl_fault *fault);
SL_MUST_USE sl_err sl_agreement_read(sl_agreement *out, sl_arena *arena, sl_span payload, sl_fault *fault);

/* Write; what was written reads back equal. Errors in out->error. */
void sl_membership_add(sl_buf *out, const sl_membership *record);
void sl_agreement_add(sl_buf *out, const sl_agreement *agreement);

#endif
