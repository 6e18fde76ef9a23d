/* Open addressing with linear probing and backward-shift deletion, so that there
 * are no tombstones and look-ups stay short however long the map lives. Expected:
 * up to some millions of entries, far more finds than adds. Grows by doubling at
 * three quarters full. */
#include "base/hashmap.h"

#include <stdlib.h>

#include "base/assert.h"

static uint64_t stored(uint64_t hash) {
  return hash == 0 ? 1 : hash;
}

void sl_hashmap_init(sl_hashmap *map, size_t max) {
  SL_ASSERT(max > 0 && max <= SIZE_MAX / (4 * sizeof(sl_hashmap_slot)));
  *map = (sl_hashmap){.max = max};
}

void sl_hashmap_fini(sl_hashmap *map) {
  free(map->slot);
  *map = (sl_hashmap){.max = map->max};
}

/* The slot of the key, or the empty slot where it would go. */
static size_t seek(const sl_hashmap *map, uint64_t hash, sl_hashmap_equal_fn *equal, const void *key) {
  size_t mask = map->room - 1;
  size_t at = (size_t)hash & mask;
  while (map->slot[at].hash != 0) {
    if (equal && map->slot[at].hash == hash && equal(map->slot[at].value, key)) break;
    at = (at + 1) & mask;
  }
  return at;
}

static sl_err grow(sl_hashmap *map) {
  size_t room = map->room ? map->room * 2 : 16;
  sl_hashmap_slot *slot = calloc(room, sizeof *slot);
  if (!slot) return SL_ERR_NOMEM;
  sl_hashmap bigger = {slot, room, map->count, map->max};
  for (size_t i = 0; i < map->room; i++) {
    if (map->slot[i].hash != 0) slot[seek(&bigger, map->slot[i].hash, NULL, NULL)] = map->slot[i];
  }
  free(map->slot);
  *map = bigger;
  return SL_OK;
}

void *sl_hashmap_find(const sl_hashmap *map, uint64_t hash, sl_hashmap_equal_fn *equal, const void *key) {
  if (map->count == 0) return NULL;
  return map->slot[seek(map, stored(hash), equal, key)].value;
}

sl_err sl_hashmap_add(sl_hashmap *map, uint64_t hash, void *value) {
  SL_ASSERT(value != NULL);
  if (map->count >= map->max) return SL_ERR_CAP;
  if (map->count + 1 > map->room / 4 * 3) {
    sl_err err = grow(map);
    if (err) return err;
  }
  map->slot[seek(map, stored(hash), NULL, NULL)] = (sl_hashmap_slot){stored(hash), value};
  map->count++;
  return SL_OK;
}

void *sl_hashmap_remove(sl_hashmap *map, uint64_t hash, sl_hashmap_equal_fn *equal, const void *key) {
  if (map->count == 0) return NULL;
  size_t mask = map->room - 1;
  size_t hole = seek(map, stored(hash), equal, key);
  void *value = map->slot[hole].value;
  if (!value) return NULL;
  for (size_t at = (hole + 1) & mask; map->slot[at].hash != 0; at = (at + 1) & mask) {
    size_t home = (size_t)map->slot[at].hash & mask;
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      map->slot[hole] = map->slot[at];
      hole = at;
    }
  }
  map->slot[hole] = (sl_hashmap_slot){0, NULL};
  map->count--;
  return value;
}
