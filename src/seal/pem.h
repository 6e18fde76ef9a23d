/* The text of a key file: one PEM block, "PRIVATE KEY", PKCS#8 with an Ed25519 seed
 * (RFC 5958, RFC 7468, RFC 8410), unencrypted. What OpenSSL's tools write and read. */
#ifndef SL_SEAL_PEM_H
#define SL_SEAL_PEM_H

#include "seal/seal.h"

#define SL_PEM_MAX 4096u

/* Write the PEM text of a key: *size bytes, not terminated, which the caller wipes.
 * Errors: SL_ERR_CRYPTO. Threads: any. */
SL_MUST_USE sl_err sl_pem_write(char out[static SL_PEM_MAX], size_t *size, const sl_key *key);

/* Read one. The text is from its first byte to its last that one block, as written
 * above: a key has one text. The caller wipes *out and the text. Errors:
 * SL_ERR_CAP (over SL_PEM_MAX), SL_ERR_SYNTAX (not such a block),
 * SL_ERR_UNSUPPORTED (a key of another algorithm). Threads: any. */
SL_MUST_USE sl_err sl_pem_read(sl_key *out, sl_str text, sl_fault *fault);

#endif
