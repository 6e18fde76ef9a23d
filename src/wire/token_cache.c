/* Verified tokens by digest: sets of eight places, found by the digest's first bytes.
 *
 * Work: a few hundred tokens live at a time, each asked for thousands of times an hour.
 * Representation: one array, no chains, nothing allocated after the start. Rejected: a hash
 * map with a list in order of use, which needs a write for every look-up. */
#include "wire/token_cache.h"

#include <stdlib.h>

#include "base/assert.h"

#define WAYS 8u

typedef struct entry {
  uint8_t digest[32];
  uint64_t generation;
  sl_token token;      /* expires.ns 0: an empty place */
} entry;

struct sl_token_cache {
  size_t sets;
  entry place[];
};

sl_err sl_token_cache_new(sl_token_cache **out, size_t count) {
  SL_ASSERT(count >= 1 && count <= SL_TOKEN_CACHE_MAX);
  size_t sets = (count + WAYS - 1) / WAYS;
  sl_token_cache *cache = calloc(1, sizeof *cache + sets * WAYS * sizeof(entry));
  if (cache == NULL) return SL_ERR_NOMEM;
  cache->sets = sets;
  *out = cache;
  return SL_OK;
}

void sl_token_cache_free(sl_token_cache *cache) { free(cache); }

/* The first place of the set that a digest belongs to. */
static size_t set_of(const sl_token_cache *cache, const uint8_t digest[static 32]) {
  uint64_t head = 0;
  for (size_t i = 0; i < 8; i++) head = head << 8 | digest[i];
  return (size_t)(head % cache->sets) * WAYS;
}

static bool holds(const entry *place, const uint8_t digest[static 32], uint64_t generation) {
  return place->generation == generation && memcmp(place->digest, digest, 32) == 0;
}

bool sl_token_cache_find(sl_token *out, const sl_token_cache *cache, const uint8_t digest[static 32],
                         uint64_t generation, sl_time now) {
  SL_ASSERT(out != NULL && cache != NULL);
  const entry *set = cache->place + set_of(cache, digest);
  for (size_t i = 0; i < WAYS; i++) {
    if (set[i].token.expires.ns <= now.ns || !holds(set + i, digest, generation)) continue;
    *out = set[i].token;
    return true;
  }
  return false;
}

/* What is worth least goes: the same token, then what is of no use any more, then what
 * expires first. */
static int64_t worth(const entry *place, const uint8_t digest[static 32], uint64_t generation, sl_time now) {
  if (memcmp(place->digest, digest, 32) == 0) return -1;
  bool useless = place->token.expires.ns <= now.ns || place->generation != generation;
  return useless ? 0 : place->token.expires.ns;
}

void sl_token_cache_add(sl_token_cache *cache, const uint8_t digest[static 32], uint64_t generation,
                        const sl_token *token, sl_time now) {
  SL_ASSERT(cache != NULL && token != NULL);
  entry *set = cache->place + set_of(cache, digest);
  size_t least = 0;
  for (size_t i = 1; i < WAYS; i++) {
    if (worth(set + i, digest, generation, now) < worth(set + least, digest, generation, now)) least = i;
  }
  memcpy(set[least].digest, digest, 32);
  set[least].generation = generation;
  set[least].token = *token;
}
