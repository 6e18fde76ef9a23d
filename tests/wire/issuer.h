/* An issuer of tokens for tests: RSA keys made by OpenSSL, and compact forms signed with
 * them, good or not. Failures abort the test. */
#ifndef SL_TESTS_WIRE_ISSUER_H
#define SL_TESTS_WIRE_ISSUER_H

#include "base/text.h"

typedef struct issuer issuer;

issuer *issuer_new(unsigned bits);
/* A certificate or key of another algorithm, for files that must be refused. */
issuer *issuer_new_ec(void);
void issuer_free(issuer *from);

/* Append PEM texts. */
void issuer_add_public_pem(sl_buf *out, const issuer *from);
void issuer_add_pkcs1_pem(sl_buf *out, const issuer *from);
void issuer_add_certificate_pem(sl_buf *out, const issuer *from);
void issuer_add_private_pem(sl_buf *out, const issuer *from);
/* Append {"kty":"RSA","kid":kid,...}; no kid where it is NULL; extra is more members,
 * each with its comma before it. */
void issuer_add_jwk(sl_buf *out, const issuer *from, const char *kid, const char *extra);
void issuer_modulus(sl_buf *out, const issuer *from);

/* Append RSASSA-PKCS1-v1_5 over message with the digest of that name. */
void issuer_sign(sl_buf *out, const issuer *from, sl_str message, const char *digest);
/* Append header.claims.signature; both are JSON texts and are signed as they are. */
void issuer_add_token(sl_buf *out, const issuer *from, const char *header, const char *claims);

#endif
