/* Bearer tokens of the F3548 face: JWS compact form, RS256 and nothing else, and the
 * claims that the standard asks for (RFC 7515, 7519; F3548.md "Tokens").
 *
 * Order of use: sl_token_bearer() on the value of Authorization, sl_token_digest() and
 * the cache (token_cache.h), else sl_token_verify(), then look at the scopes. Every
 * refusal is one 401 with one text outside (SL_TOKEN_REFUSED_TEXT); the reason is for
 * the liaison's log. A missing scope is the caller's 403: sl_token_has(). Both come
 * before any look at the body. */
#ifndef SL_WIRE_TOKEN_H
#define SL_WIRE_TOKEN_H

#include "base/arena.h"
#include "sideline/quantity.h"
#include "wire/token_keys.h"

#define SL_TOKEN_MAX 8192u              /* bytes of a compact form */
#define SL_TOKEN_NAME_MAX 255u          /* bytes of iss and of sub */
#define SL_TOKEN_AUDIENCES_MAX 64u      /* in one token */
#define SL_TOKEN_AHEAD_NS SL_NS_PER_H   /* exp at most this far ahead */
#define SL_TOKEN_SKEW_NS (5 * SL_NS_PER_S) /* nbf and iat may be this far ahead (L6) */
#define SL_TOKEN_REFUSED_TEXT "The access token is missing or not accepted; obtain a new one and send it as Authorization: Bearer"

/* Scopes that mean something here; others are passed over. */
typedef enum sl_scope {
  SL_SCOPE_STRATEGIC = 1u << 0,     /* SC   utm.strategic_coordination */
  SL_SCOPE_CONSTRAINTS = 1u << 1,   /* CM   utm.constraint_management */
  SL_SCOPE_PROCESSING = 1u << 2,    /* CP   utm.constraint_processing */
  SL_SCOPE_MONITORING = 1u << 3,    /* CMSA utm.conformance_monitoring_sa */
  SL_SCOPE_ARBITRATION = 1u << 4    /* AA   utm.availability_arbitration */
} sl_scope;

/* Why a token was refused; for our log alone. Append only. */
typedef enum sl_token_refusal {
  SL_TOKEN_GOOD = 0,
  SL_TOKEN_ABSENT = 1,        /* no Authorization, or not of the Bearer scheme */
  SL_TOKEN_SIZE = 2,
  SL_TOKEN_FORM = 3,          /* not three parts of canonical base64url holding JSON objects */
  SL_TOKEN_ALGORITHM = 4,     /* alg is not RS256 */
  SL_TOKEN_CRITICAL = 5,      /* a crit header: nothing is understood */
  SL_TOKEN_KEY = 6,           /* no key under this kid */
  SL_TOKEN_SIGNATURE = 7,
  SL_TOKEN_CLAIMS = 8,        /* a claim of the wrong type, an empty or too long iss or sub, one absent */
  SL_TOKEN_EXPIRED = 9,
  SL_TOKEN_FAR = 10,          /* exp over an hour ahead */
  SL_TOKEN_EARLY = 11,        /* nbf or iat in the future, or exp not after them */
  SL_TOKEN_AUDIENCE = 12,
  SL_TOKEN_MEMORY = 13        /* not the token's fault: answer 503 */
} sl_token_refusal;

/* What a verified token says. A plain value. Names are terminated and UTF-8. */
typedef struct sl_token {
  char issuer[SL_TOKEN_NAME_MAX + 1];
  char subject[SL_TOKEN_NAME_MAX + 1];   /* the manager */
  sl_time expires;
  unsigned scopes;                       /* bits of sl_scope */
} sl_token;

/* The audiences of which a token must name one. Borrowed. */
typedef struct sl_token_rules {
  const sl_str *audience;
  size_t audiences;          /* 1 or more */
} sl_token_rules;

/* The compact form within the value of an Authorization field ("Bearer", in any case,
 * spaces, the token), as a view of it. False: none. Threads: any. */
bool sl_token_bearer(sl_str *compact, sl_str authorization);

/* SHA-256 of the compact form: what verified tokens are kept under. */
void sl_token_digest(uint8_t out[static 32], sl_str compact);

/* Verify a compact form at time now. *out is written on SL_TOKEN_GOOD only. No byte of a
 * refused token goes anywhere. Threads: any (keys are immutable). Cost: one or more RSA
 * verifications (one where kid names the key), 25 us each, and the JSON of the claims;
 * memory under 256 KiB, released on return. */
sl_token_refusal sl_token_verify(sl_token *out, const sl_token_keys *keys, const sl_token_rules *rules,
                                 sl_str compact, sl_time now);

/* Whether at least one of the bits, and whether all of them, are there. */
static inline bool sl_token_has(const sl_token *token, unsigned any) { return (token->scopes & any) != 0; }
static inline bool sl_token_has_all(const sl_token *token, unsigned all) { return (token->scopes & all) == all; }

/* A short, stable word for the log ("token-expired"); static. */
const char *sl_token_refusal_name(sl_token_refusal refusal);
/* The name of one scope ("utm.strategic_coordination"); static. */
const char *sl_scope_name(sl_scope scope);

#endif
