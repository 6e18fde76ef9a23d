/* RSA public keys and RS256: what bearer tokens are verified with. Public keys only:
 * nothing here signs. */
#ifndef SL_SEAL_RSA_H
#define SL_SEAL_RSA_H

#include "base/span.h"
#include "sideline/err.h"

#define SL_RSA_BITS_MIN 2048u
#define SL_RSA_BITS_MAX 8192u
#define SL_RSA_PEM_MAX (64u << 10)   /* bytes of one PEM block */

/* Immutable; may be shared between threads. */
typedef struct sl_rsa_key sl_rsa_key;

/* Take the next PEM block off the front of *rest: "PUBLIC KEY" (SubjectPublicKeyInfo),
 * "RSA PUBLIC KEY" (PKCS#1) or "CERTIFICATE" (its key alone is used; neither validity
 * nor issuer is looked at). White space and lines before a block are passed over;
 * private keys are refused. Ownership: release *out with sl_rsa_key_free(). Errors:
 * SL_ERR_END (no block is left; *rest is then empty), SL_ERR_SYNTAX, SL_ERR_CAP,
 * SL_ERR_UNSUPPORTED (not RSA, or a private key), SL_ERR_RANGE (modulus or exponent, as
 * below), SL_ERR_NOMEM; the fault names no line of the file. Threads: any. */
SL_MUST_USE sl_err sl_rsa_key_take_pem(sl_rsa_key **out, sl_str *rest, sl_fault *fault);

/* From modulus and exponent, big-endian without leading zeros (JWK "n" and "e", RFC
 * 7518 6.3.1). Errors: SL_ERR_RANGE (modulus outside SL_RSA_BITS_MIN to SL_RSA_BITS_MAX
 * or even, exponent even, under 3 or over 64 bits), SL_ERR_SYNTAX (a leading zero),
 * SL_ERR_NOMEM, SL_ERR_CRYPTO. */
SL_MUST_USE sl_err sl_rsa_key_new(sl_rsa_key **out, sl_span modulus, sl_span exponent);

/* Release; NULL is allowed. Threads: the last user. */
void sl_rsa_key_free(sl_rsa_key *key);

/* Bits of the modulus. */
unsigned sl_rsa_key_bits(const sl_rsa_key *key);

/* Whether signature is RSASSA-PKCS1-v1_5 with SHA-256 over message (RFC 7518 3.3). Its
 * length must be the modulus' length. A failure inside reads as false. Threads: any.
 * Cost: 2,048 bits about 25 us. */
bool sl_rsa_verify(const sl_rsa_key *key, sl_span signature, sl_span message);

#endif
