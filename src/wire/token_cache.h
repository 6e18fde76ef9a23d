/* Tokens verified before, by digest: a table of fixed size, made once.
 *
 * Only verified tokens go in, so nobody fills it with garbage. A full set of places gives
 * up the entry that expires first. An entry is found only under the generation of keys
 * that verified it: count one up whenever the keys or audiences are swapped. */
#ifndef SL_WIRE_TOKEN_CACHE_H
#define SL_WIRE_TOKEN_CACHE_H

#include "wire/token.h"

#define SL_TOKEN_CACHE_MAX 65536u

/* Not safe between threads by itself: one for each thread, or under the caller's lock
 * (a look-up copies the token out, so nothing is held on to). */
typedef struct sl_token_cache sl_token_cache;

/* A cache of about `count` tokens (1 to SL_TOKEN_CACHE_MAX; rounded up to a multiple of
 * the places in a set), about 600 bytes each, taken at once. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_token_cache_new(sl_token_cache **out, size_t count);
void sl_token_cache_free(sl_token_cache *cache);

/* Copy out the token kept under digest and generation, unless it has expired at now.
 * False: verify it. Cost: constant. */
bool sl_token_cache_find(sl_token *out, const sl_token_cache *cache, const uint8_t digest[static 32],
                         uint64_t generation, sl_time now);

/* Keep a verified token. Cost: constant. */
void sl_token_cache_add(sl_token_cache *cache, const uint8_t digest[static 32], uint64_t generation,
                        const sl_token *token, sl_time now);

#endif
