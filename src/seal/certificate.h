/* A certificate made for the occasion: self-signed, for loopback only. */
#ifndef SL_SEAL_CERTIFICATE_H
#define SL_SEAL_CERTIFICATE_H

#include "base/buf.h"

/* Append a self-signed certificate for localhost, 127.0.0.1 and ::1, valid from now for
 * `days` (1 to 3650), and its key, both PEM; ECDSA with P-256. The caller wipes *key.
 * Errors: SL_ERR_CRYPTO, in the buffers SL_ERR_CAP and SL_ERR_NOMEM. Threads: any.
 * Cost: some milliseconds. Source: RFC 5280. */
SL_MUST_USE sl_err sl_certificate_loopback(sl_buf *certificate, sl_buf *key, unsigned days);

#endif
