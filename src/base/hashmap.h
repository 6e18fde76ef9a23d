/* A hash map from caller-hashed keys to pointers: open addressing, linear probing,
 * born with its maximum. The caller hashes with a secret key where peers choose
 * the keys, and compares the full key itself. */
#ifndef SL_BASE_HASHMAP_H
#define SL_BASE_HASHMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sideline/err.h"

typedef struct sl_hashmap_slot {
  uint64_t hash;   /* 0 is an empty slot; a hash of 0 is stored as 1 */
  void *value;
} sl_hashmap_slot;

typedef struct sl_hashmap {
  sl_hashmap_slot *slot;
  size_t room;     /* a power of two, or 0 */
  size_t count;
  size_t max;      /* entries at most */
} sl_hashmap;

/* True iff the stored value has this key. */
typedef bool sl_hashmap_equal_fn(const void *value, const void *key);

/* An empty map of at most max entries; allocates nothing yet. */
void sl_hashmap_init(sl_hashmap *map, size_t max);
/* Release the map, not what its values point to. */
void sl_hashmap_fini(sl_hashmap *map);

/* The value under the key, or NULL. Cost: O(1) expected. */
void *sl_hashmap_find(const sl_hashmap *map, uint64_t hash, sl_hashmap_equal_fn *equal, const void *key);
/* Add a value whose key is not in the map yet. Errors: SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_hashmap_add(sl_hashmap *map, uint64_t hash, void *value);
/* Remove and return the value under the key, or NULL. */
void *sl_hashmap_remove(sl_hashmap *map, uint64_t hash, sl_hashmap_equal_fn *equal, const void *key);

#endif
