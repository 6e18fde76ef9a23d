/* Signed records: membership records and line agreements in DSSE envelopes. */
#ifndef SL_CLI_RECORD_H
#define SL_CLI_RECORD_H

#include "cli/net.h"
#include "wire/body.h"

/* Sign a payload with the session's key and append the envelope's JSON. What is wrong
 * has been said. */
SL_MUST_USE sl_exit sl_record_sign(sl_buf *out, sl_net *net, const char *type, sl_span payload);
/* Post an envelope and print what became of it. */
SL_MUST_USE sl_exit sl_record_post(sl_net *net, sl_span envelope);

/* A public key: 44 characters of base64, a verifier key, or a file that holds one of
 * them in its first line. Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_public_key_take(uint8_t out[static 32], const char *text);

/* An instant: RFC 3339, "now", or "+DURATION" from now. Errors as sl_moment_read(). */
SL_MUST_USE sl_err sl_instant_take(sl_time *out, const char *text, sl_fault *fault);

#endif
