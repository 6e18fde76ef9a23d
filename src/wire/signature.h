/* RFC 9421 HTTP message signatures with Ed25519 and RFC 9530 digests: both the
 * verifying and the signing end. Covered components are fixed and in this order:
 * "@method" "@authority" "@path" "@query" "content-digest", parameters created,
 * expires, keyid, nonce, tag="sideline-v1". Anything less is refused. */
#ifndef SL_WIRE_SIGNATURE_H
#define SL_WIRE_SIGNATURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/port.h"

#define SL_HEADERS_MAX 64u
#define SL_KEYID_MAX 64u
#define SL_NONCE_MIN 16u             /* characters of the nonce parameter */
#define SL_NONCE_MAX 64u
#define SL_SIGNATURE_LIFE_MAX_S 300  /* expires - created at most */
#define SL_SIGNATURE_SKEW_S 60       /* created at most this far ahead of our clock */

/* One header field as received; names compare without case. */
typedef struct sl_header { sl_str name, value; } sl_header;

/* A request as it came, before anything is believed. */
typedef struct sl_request {
  sl_str method;               /* "PUT" */
  sl_str target;               /* raw, as on the request line: path?query, not decoded */
  sl_str authority;            /* the Host field */
  const sl_header *header;
  size_t header_count;
  sl_span body;
  sl_time received;
} sl_request;

/* What the signature says, verified structurally but not yet cryptographically. */
typedef struct sl_signed_head {
  char keyid[SL_KEYID_MAX + 1];
  char nonce[SL_NONCE_MAX + 1];
  int64_t created, expires;    /* Unix seconds */
  uint8_t signature[64];
} sl_signed_head;

/* Parse Signature-Input, Signature and Content-Digest, enforce the fixed component
 * list, the life, duplicates of the fields in PLATFORM.md, and the digest over the
 * body (sha-256). Then write the signature base into *base. Errors: SL_ERR_MISSING,
 * SL_ERR_SYNTAX, SL_ERR_DUPLICATE, SL_ERR_SIGNATURE (digest), SL_ERR_EXPIRED. */
SL_MUST_USE sl_err sl_signature_read(sl_signed_head *out, sl_buf *base, const sl_request *request,
                                     sl_sha256_fn *sha256, sl_time now, sl_fault *fault);

/* Sign: append the three header lines' values (content-digest, signature-input,
 * signature). nonce is 16 to 64 of the unreserved characters. */
SL_MUST_USE sl_err sl_signature_make(sl_buf *content_digest, sl_buf *signature_input, sl_buf *signature,
                                     const sl_request *request, const char *keyid, const char *nonce,
                                     int64_t created, int64_t expires, sl_sha256_fn *sha256,
                                     const sl_signer *signer);

#endif
