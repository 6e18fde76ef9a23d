/* The store in memory, for tests and the simulator.
 *
 * Work expected: as the engine on disk, at the size of a test. Representation: one
 * ordered map per table and a log of what the open transaction changed: each node
 * once, with the value it had before. Commit frees those values, rollback puts them
 * back; neither allocates, so neither can fail by itself. */
#include <stdlib.h>

#include "base/assert.h"
#include "store/engine.h"
#include "store/map.h"

typedef struct change {
  sl_map *map;
  sl_map_node *node;
  sl_blob *before;   /* owned; NULL: there was none */
} change;

typedef struct memory {
  sl_map tables[SL_TABLE_COUNT];
  change *changes;
  size_t count;
  size_t room;
  bool open;
  sl_store_faults faults;
} memory;

static sl_err memory_begin(void *self) {
  memory *store = self;
  SL_ASSERT(!store->open && store->count == 0);
  store->open = true;
  return SL_OK;
}

/* Make room for one more change, before anything is touched. */
static sl_err reserve(memory *store) {
  if (store->count < store->room) return SL_OK;
  size_t room = store->room ? store->room * 2 : 64;
  if (room > SIZE_MAX / sizeof(change)) return SL_ERR_NOMEM;
  change *grown = realloc(store->changes, room * sizeof *grown);
  if (!grown) return SL_ERR_NOMEM;
  store->changes = grown;
  store->room = room;
  return SL_OK;
}

/* Give node its new value (NULL: none), which it owns from now on. */
static void assign(memory *store, sl_map *map, sl_map_node *node, sl_blob *value) {
  if (node->touched) {
    free(node->value);
  } else {
    SL_ASSERT(store->count < store->room);
    store->changes[store->count++] = (change){map, node, node->value};
    node->touched = true;
  }
  node->value = value;
}

static sl_err memory_put(void *self, sl_table table, sl_span key, sl_span value) {
  memory *store = self;
  SL_ASSERT(store->open);
  if (reserve(store)) return SL_ERR_NOMEM;
  sl_blob *blob = sl_blob_new(value);
  if (!blob) return SL_ERR_NOMEM;
  sl_map_node *node = NULL;
  if (sl_map_add(&store->tables[table], &node, key)) {
    free(blob);
    return SL_ERR_NOMEM;
  }
  assign(store, &store->tables[table], node, blob);
  return SL_OK;
}

static sl_err memory_del(void *self, sl_table table, sl_span key) {
  memory *store = self;
  SL_ASSERT(store->open);
  sl_map_node *node = sl_map_find(&store->tables[table], key);
  if (!node || !node->value) return SL_OK;
  if (reserve(store)) return SL_ERR_NOMEM;
  assign(store, &store->tables[table], node, NULL);
  return SL_OK;
}

/* End the transaction: keep the new values or put the old ones back. */
static void settle(memory *store, bool keep) {
  SL_ASSERT(store->open);
  for (size_t i = 0; i < store->count; i++) {
    change *c = &store->changes[i];
    SL_ASSERT(c->node->touched);
    c->node->touched = false;
    free(keep ? c->before : c->node->value);
    if (!keep) c->node->value = c->before;
    if (!c->node->value) sl_map_drop(c->map, c->node);
  }
  store->count = 0;
  store->open = false;
}

static sl_err memory_commit(void *self) {
  memory *store = self;
  if (store->faults.fail_at && --store->faults.fail_at == 0) {
    settle(store, false);
    return store->faults.fail_with;
  }
  settle(store, true);
  return SL_OK;
}

static void memory_rollback(void *self) { settle(self, false); }

static sl_err memory_get(void *self, sl_table table, sl_span key, sl_buf *value) {
  memory *store = self;
  sl_map_node *node = sl_map_find(&store->tables[table], key);
  if (!node || !node->value) return SL_ERR_NOT_FOUND;
  sl_buf_add(value, node->value->data, node->value->size);
  return value->error;
}

static sl_err memory_scan(void *self, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row,
                          void *context) {
  memory *store = self;
  sl_map_node *node = sl_map_from(&store->tables[table], first);
  for (; node; node = sl_map_next(node)) {
    sl_span key = sl_map_key(node);
    if (end.size && sl_map_compare(key, end) >= 0) break;
    if (!node->value) continue;
    if (!row(context, key, (sl_span){node->value->data, node->value->size})) break;
  }
  return SL_OK;
}

static sl_err memory_backup(void *self, const char *path) {
  (void)self;
  (void)path;
  return SL_ERR_UNSUPPORTED;
}

static sl_err memory_check(void *self, sl_fault *fault) {
  memory *store = self;
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) {
    sl_err error = sl_map_check(&store->tables[t]);
    if (error) return sl_fault_set(fault, error, "table %u in memory is out of order", t);
  }
  return SL_OK;
}

static sl_err memory_upkeep(void *self) {
  SL_ASSERT(self != NULL);
  return SL_OK;
}

static void memory_close(void *self) {
  memory *store = self;
  SL_ASSERT(!store->open && store->count == 0);
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) sl_map_fini(&store->tables[t]);
  free(store->changes);
  free(store);
}

static const sl_store_engine memory_engine = {
    .name = "memory",
    .begin = memory_begin,
    .put = memory_put,
    .del = memory_del,
    .commit = memory_commit,
    .rollback = memory_rollback,
    .get = memory_get,
    .scan = memory_scan,
    .backup = memory_backup,
    .check = memory_check,
    .upkeep = memory_upkeep,
    .close = memory_close,
};

sl_err sl_store_open_memory(sl_store **out, const sl_store_faults *faults) {
  SL_ASSERT(!faults || !faults->fail_at || faults->fail_with != SL_OK);
  memory *store = calloc(1, sizeof *store);
  if (!store) return SL_ERR_NOMEM;
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) sl_map_init(&store->tables[t]);
  if (faults) store->faults = *faults;
  sl_err error = sl_store_wrap(out, &memory_engine, store);
  if (error) memory_close(store);
  return error;
}
