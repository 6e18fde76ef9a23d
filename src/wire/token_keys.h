/* The public keys that tokens may be signed with. A set is filled once and then only
 * read: a refresh makes a new set and swaps the pointer. */
#ifndef SL_WIRE_TOKEN_KEYS_H
#define SL_WIRE_TOKEN_KEYS_H

#include "base/text.h"
#include "seal/rsa.h"

#define SL_TOKEN_KEYS_MAX 64u
#define SL_TOKEN_TRIES_MAX 8u          /* verifications for a token without kid */
#define SL_TOKEN_KID_MAX 255u
#define SL_JWKS_MAX (64u << 10)        /* bytes of a JWKS document */
#define SL_JWKS_KEYS_MAX 1024u         /* in it, of any kind */
#define SL_TOKEN_KEYFILE_MAX (256u << 10)

typedef struct sl_token_keys sl_token_keys;

/* An empty set. Ownership: release with sl_token_keys_free(). Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_token_keys_new(sl_token_keys **out);
/* Release; NULL is allowed. Threads: the last user. */
void sl_token_keys_free(sl_token_keys *keys);

/* Add the keys of the text of a PEM file (one or more blocks), without kid and for good.
 * On failure the set is as it was. Errors: those of sl_rsa_key_take_pem(), SL_ERR_MISSING
 * (no key in it), SL_ERR_CAP. Threads: the maker, before the set is shared. */
SL_MUST_USE sl_err sl_token_keys_add_pem(sl_token_keys *keys, sl_str text, sl_fault *fault);

/* Add the signing keys of a JWKS document (RFC 7517): each with kty RSA, a use of "sig" or
 * none, an alg of RS256 or none, and a modulus that is strong enough. Whatever else stands in
 * it, and what is beyond SL_TOKEN_KEYS_MAX, is passed over and counted. They hold until `until` (the
 * time of fetching plus the greatest age that is trusted), and not after. On failure no key
 * was added. Errors: those of json/decode.h for what is no such document, SL_ERR_MISSING (no
 * key that can be used). Threads: as above. */
SL_MUST_USE sl_err sl_token_keys_add_jwks(sl_token_keys *keys, sl_span text, sl_time until, sl_fault *fault);

/* Keys in the set; how many documents had besides; those of the set that hold at time now. */
size_t sl_token_keys_count(const sl_token_keys *keys);
size_t sl_token_keys_passed(const sl_token_keys *keys);
size_t sl_token_keys_live(const sl_token_keys *keys, sl_time now);

/* Whether a key of the set verifies the RS256 signature: those under kid, or, when none
 * is (or kid is empty), those without kid; an empty kid tries every key. *known says whether any key was
 * looked at. Threads: any. Cost: at most SL_TOKEN_TRIES_MAX verifications. */
bool sl_token_keys_verify(bool *known, const sl_token_keys *keys, sl_str kid, sl_span signature, sl_span message,
                          sl_time now);

#endif
