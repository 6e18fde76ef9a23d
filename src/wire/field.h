/* The little of structured fields (RFC 9651) that signatures and digests need, read
 * strictly: no optional white space, no escapes, one form per value. And the parts of
 * a request that go into a signature base. */
#ifndef SL_WIRE_FIELD_H
#define SL_WIRE_FIELD_H

#include "base/buf.h"

#define SL_TARGET_MAX 2048u
#define SL_AUTHORITY_MAX 255u
#define SL_FIELD_KEY_MAX 32u
#define SL_FIELD_STRING_MAX 256u

/* Each takes one thing from the front of *rest. False, and *rest as it was, when it
 * is not there. Threads: any. */
bool sl_field_take(sl_str *rest, const char *literal);
/* A key: lower-case letter, then letters, digits, "_", "-", "."; at most SL_FIELD_KEY_MAX. */
bool sl_field_take_key(sl_str *rest, sl_str *key);
/* A non-negative integer of 1 to 15 digits, no leading zero. */
bool sl_field_take_int(sl_str *rest, int64_t *value);
/* A quoted string of printable ASCII without quotation mark and backslash. */
bool sl_field_take_string(sl_str *rest, sl_str *value);
/* A byte sequence ":base64:"; *base64 is what stands between the colons. */
bool sl_field_take_bytes(sl_str *rest, sl_str *base64);

/* Without the spaces and tabs around it (RFC 9110 section 5.5). */
sl_str sl_field_trim(sl_str value);
/* Names of fields compare without case. */
bool sl_field_name_is(sl_str name, const char *lower_case);

/* Split a raw origin-form target. The path is unreserved characters and "/", without
 * empty segments, "." and ".." (so it has one spelling); query is what follows "?",
 * or NULL data. Errors: SL_ERR_SYNTAX, SL_ERR_CAP. */
SL_MUST_USE sl_err sl_target_split(sl_str *path, sl_str *query, sl_str target);

/* Append the normal form of a Host field: lower case, without port 443. Letters,
 * digits, ".", "-", "_", brackets and colons of IPv6 only. Errors: SL_ERR_SYNTAX,
 * SL_ERR_CAP, out->error. */
SL_MUST_USE sl_err sl_authority_add(sl_buf *out, sl_str authority);

/* Append "sha-256=:base64:" (RFC 9530). */
void sl_content_digest_add(sl_buf *out, const uint8_t digest[static 32]);

#endif
