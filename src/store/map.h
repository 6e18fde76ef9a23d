/* An ordered map from byte strings to byte strings, for the store in memory.
 *
 * A node may be vacant (value NULL): a transaction that deletes or adds a key leaves
 * the node in place until it ends, so that neither commit nor rollback allocates. */
#ifndef SL_STORE_MAP_H
#define SL_STORE_MAP_H

#include "base/span.h"
#include "sideline/err.h"

#define SL_MAP_HEIGHT 16u

typedef struct sl_blob {
  size_t size;
  uint8_t data[];
} sl_blob;

typedef struct sl_map_node {
  sl_blob *value;   /* owned by the node; NULL while vacant */
  bool touched;     /* for the holder: changed in the open transaction */
  size_t key_size;
  uint8_t *key;     /* inside this allocation, behind the links */
  unsigned height;
  struct sl_map_node *next[];
} sl_map_node;

typedef struct sl_map {
  sl_map_node *first[SL_MAP_HEIGHT];
  size_t count;     /* nodes, vacant ones included */
  uint64_t drawn;   /* state of the generator of heights */
} sl_map;

/* An empty map. Errors: none. Threads: as every function here, one at a time.
 * Cost: constant. */
void sl_map_init(sl_map *map);

/* Release every node and value; the map is empty and usable again. Cost: O(n). */
void sl_map_fini(sl_map *map);

/* Bytes in order, a shorter string before its continuations: below 0, 0, above 0.
 * Errors: none. Cost: O(length). */
int sl_map_compare(sl_span a, sl_span b);

/* The node of key, vacant or not, or NULL. Owned by the map. Cost: O(log n) expected. */
sl_map_node *sl_map_find(sl_map *map, sl_span key);

/* The first node whose key is not below key (an empty key: the first of all), vacant
 * or not; NULL at the end. Owned by the map. Cost: O(log n) expected. */
sl_map_node *sl_map_from(sl_map *map, sl_span key);

/* Find the node of key or add a vacant one; *ret_node is owned by the map. The key is
 * copied. Errors: SL_ERR_NOMEM, and then nothing changed. Cost: O(log n) expected. */
SL_MUST_USE sl_err sl_map_add(sl_map *map, sl_map_node **ret_node, sl_span key);

/* Unlink and free a vacant node of this map. Cost: O(log n) expected. */
void sl_map_drop(sl_map *map, sl_map_node *node);

/* SL_OK iff keys ascend strictly and every link skips only what it may.
 * Errors: SL_ERR_CORRUPT. Cost: O(n). */
SL_MUST_USE sl_err sl_map_check(const sl_map *map);

static inline sl_map_node *sl_map_next(const sl_map_node *node) { return node->next[0]; }
static inline sl_span sl_map_key(const sl_map_node *node) { return (sl_span){node->key, node->key_size}; }

/* A copy of bytes as a value, for the caller to free(); NULL when memory is short.
 * Cost: one allocation and a copy. */
sl_blob *sl_blob_new(sl_span bytes);

#endif
