/* An ordered map for the store in memory.
 *
 * Work expected: some 10^5 rows, single look-ups, insertions mostly at the end of a
 * range, range scans from a key. Representation: a skip list, chosen over a balanced
 * tree because a scan is a walk along one link and a removal touches no other node.
 * Heights come from a counter through SplitMix64: deterministic, and out of reach of
 * whoever chooses the keys. */
#include "store/map.h"

#include <stdlib.h>

#include "base/assert.h"

/* Where, on each level, the link to the first node not below a key stands. */
typedef struct path {
  sl_map_node **links[SL_MAP_HEIGHT];
} path;

void sl_map_init(sl_map *map) {
  *map = (sl_map){.count = 0, .drawn = 0};
  SL_ASSERT(map->first[0] == NULL);
}

void sl_map_fini(sl_map *map) {
  sl_map_node *node = map->first[0];
  while (node) {
    sl_map_node *next = node->next[0];
    SL_ASSERT(map->count > 0);
    map->count--;
    free(node->value);
    free(node);
    node = next;
  }
  SL_ASSERT(map->count == 0);
  sl_map_init(map);
}

int sl_map_compare(sl_span a, sl_span b) {
  size_t common = a.size < b.size ? a.size : b.size;
  int order = common ? memcmp(a.data, b.data, common) : 0;
  if (order) return order;
  return (a.size > b.size) - (a.size < b.size);
}

static path find_path(sl_map *map, sl_span key) {
  path found;
  sl_map_node **level = map->first;
  for (unsigned h = SL_MAP_HEIGHT; h-- > 0;) {
    while (level[h] && sl_map_compare(sl_map_key(level[h]), key) < 0) level = level[h]->next;
    found.links[h] = &level[h];
  }
  return found;
}

sl_map_node *sl_map_from(sl_map *map, sl_span key) {
  SL_ASSERT(key.size == 0 || key.data != NULL);
  return *find_path(map, key).links[0];
}

sl_map_node *sl_map_find(sl_map *map, sl_span key) {
  sl_map_node *node = sl_map_from(map, key);
  return node && sl_map_compare(sl_map_key(node), key) == 0 ? node : NULL;
}

/* 1 + the number of leading quarters: a node in four reaches the next level. */
static unsigned draw_height(sl_map *map) {
  uint64_t z = (map->drawn += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  z ^= z >> 31;
  unsigned height = 1;
  while (height < SL_MAP_HEIGHT && (z & 3) == 0) {
    height++;
    z >>= 2;
  }
  SL_ASSERT(height >= 1 && height <= SL_MAP_HEIGHT);
  return height;
}

static sl_map_node *node_new(sl_span key, unsigned height) {
  size_t links = height * sizeof(sl_map_node *);
  if (key.size > SIZE_MAX - sizeof(sl_map_node) - links) return NULL;
  sl_map_node *node = malloc(sizeof *node + links + key.size);
  if (!node) return NULL;
  *node = (sl_map_node){.key_size = key.size, .height = height};
  node->key = (uint8_t *)node + sizeof *node + links;
  if (key.size) memcpy(node->key, key.data, key.size);
  return node;
}

sl_err sl_map_add(sl_map *map, sl_map_node **ret_node, sl_span key) {
  path at = find_path(map, key);
  sl_map_node *found = *at.links[0];
  if (found && sl_map_compare(sl_map_key(found), key) == 0) {
    *ret_node = found;
    return SL_OK;
  }
  sl_map_node *node = node_new(key, draw_height(map));
  if (!node) return SL_ERR_NOMEM;
  for (unsigned h = 0; h < node->height; h++) {
    node->next[h] = *at.links[h];
    *at.links[h] = node;
  }
  map->count++;
  SL_ASSERT(!node->next[0] || sl_map_compare(key, sl_map_key(node->next[0])) < 0);
  *ret_node = node;
  return SL_OK;
}

void sl_map_drop(sl_map *map, sl_map_node *node) {
  SL_ASSERT(node->value == NULL);
  SL_ASSERT(map->count > 0);
  path at = find_path(map, sl_map_key(node));
  SL_ASSERT(*at.links[0] == node);
  for (unsigned h = 0; h < node->height; h++) {
    SL_ASSERT(*at.links[h] == node);
    *at.links[h] = node->next[h];
  }
  map->count--;
  free(node);
}

sl_err sl_map_check(const sl_map *map) {
  size_t count = 0;
  for (unsigned h = 0; h < SL_MAP_HEIGHT; h++) {
    const sl_map_node *last = NULL;
    for (const sl_map_node *node = map->first[h]; node; node = node->next[h]) {
      if (node->height <= h) return SL_ERR_CORRUPT;
      if (last && sl_map_compare(sl_map_key(last), sl_map_key(node)) >= 0) return SL_ERR_CORRUPT;
      last = node;
      if (h == 0) count++;
    }
  }
  return count == map->count ? SL_OK : SL_ERR_CORRUPT;
}

sl_blob *sl_blob_new(sl_span bytes) {
  if (bytes.size > SIZE_MAX - sizeof(sl_blob)) return NULL;
  sl_blob *blob = malloc(sizeof *blob + bytes.size);
  if (!blob) return NULL;
  blob->size = bytes.size;
  if (bytes.size) memcpy(blob->data, bytes.data, bytes.size);
  return blob;
}
