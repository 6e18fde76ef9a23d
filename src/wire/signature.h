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
#define SL_SIGNATURE_BASE_MAX 8192u  /* bytes of a signature base: a sufficient maximum for *base */
#define SL_SIGNATURE_LIFE_MAX_S 300  /* expires - created at most */
#define SL_SIGNATURE_SKEW_S 60       /* created at most this far ahead of our clock */

/* One header field as received; names compare without case. */
typedef struct sl_header { sl_str name, value; } sl_header;

/* A request as it came, before anything is believed. */
typedef struct sl_request {
  sl_str method;               /* "PUT" */
  sl_str target;               /* raw, as on the request line: path?query, not decoded */
  sl_str authority;            /* the Host field; equal to it when it is among `header` */
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
 * list, the life, a second one of the fields that may stand once, and the
 * digest over the body (sha-256). Then write the signature base into *base, which is empty before.
 * The parameters may stand in any order, each once, no other ones; there is exactly
 * one signature. The target is taken raw and has one spelling (field.h); @authority
 * is in lower case and without port 443. No time of secret data is involved: the
 * caller looks up keyid, checks that the nonce is new, and verifies `signature` over
 * *base. Errors: SL_ERR_MISSING, SL_ERR_SYNTAX, SL_ERR_DUPLICATE, SL_ERR_CAP,
 * SL_ERR_UNSUPPORTED (tag), SL_ERR_SIGNATURE (digest), SL_ERR_EXPIRED, SL_ERR_NOMEM.
 * Threads: any. Cost: the digest of the body. Source: RFC 9421 sections 2 and 3.2,
 * RFC 9530 section 2. */
SL_MUST_USE sl_err sl_signature_read(sl_signed_head *out, sl_buf *base, const sl_request *request,
                                     sl_sha256_fn *sha256, sl_time now, sl_fault *fault);

/* Sign: append the values of the three header fields. Of the request, method, target,
 * authority and body are looked at. nonce is 16 to 64 of the unreserved characters.
 * Errors: SL_ERR_RANGE (keyid, nonce, life), SL_ERR_SYNTAX and SL_ERR_CAP (target,
 * authority, method, the buffers), SL_ERR_NOMEM, or the signer's. */
SL_MUST_USE sl_err sl_signature_make(sl_buf *content_digest, sl_buf *signature_input, sl_buf *signature,
                                     const sl_request *request, const char *keyid, const char *nonce,
                                     int64_t created, int64_t expires, sl_sha256_fn *sha256,
                                     const sl_signer *signer);

#endif
