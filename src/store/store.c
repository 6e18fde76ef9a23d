/* The part of the store that is the same for every engine: order of calls, caps,
 * the doomed transaction and the final error.
 *
 * Work expected: one check per call, nothing that costs. Representation: the engine's
 * table, its state, and what the writer's thread is in the middle of. The final error
 * is atomic because upkeep may meet it on another thread. */
#include "store/store.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/assert.h"
#include "store/engine.h"

struct sl_store {
  const sl_store_engine *engine;
  void *self;
  atomic_int fatal;   /* the first final error, an sl_err; SL_OK while usable */
  bool open;          /* inside a transaction */
  bool ahead;         /* and its commit goes on */
  sl_err doomed;      /* why the open transaction can only be rolled back */
  unsigned scans;     /* scans under way, one inside the other */
};

sl_err sl_store_wrap(sl_store **out, const sl_store_engine *engine, void *self) {
  SL_ASSERT(engine && self);
  SL_ASSERT(engine->begin && engine->commit && engine->rollback && engine->close);
  sl_store *store = malloc(sizeof *store);
  if (!store) return SL_ERR_NOMEM;
  *store = (sl_store){.engine = engine, .self = self};
  atomic_init(&store->fatal, SL_OK);
  *out = store;
  return SL_OK;
}

void sl_store_close(sl_store *store) {
  if (!store) return;
  SL_ASSERT(store->scans == 0);
  sl_store_rollback(store);
  store->engine->close(store->self);
  free(store);
}

static sl_err final_error(const sl_store *store) {
  return (sl_err)atomic_load_explicit(&store->fatal, memory_order_acquire);
}

bool sl_store_fatal(const sl_store *store) { return final_error(store) != SL_OK; }

/* Remember a final error; the first one stays. Returns error. */
static sl_err note(sl_store *store, sl_err error) {
  if (error == SL_ERR_IO || error == SL_ERR_CORRUPT) {
    int none = SL_OK;
    atomic_compare_exchange_strong(&store->fatal, &none, (int)error);
  }
  return error;
}

sl_err sl_store_begin(sl_store *store) {
  sl_err error = final_error(store);
  if (error) return error;
  if (store->open || store->scans) return SL_ERR_STATE;
  error = note(store, store->engine->begin(store->self));
  if (error) return error;
  store->open = true;
  store->doomed = SL_OK;
  return SL_OK;
}

/* What forbids a write now, SL_OK when nothing does. */
static sl_err writable(const sl_store *store, sl_table table, sl_span key) {
  sl_err error = final_error(store);
  if (error) return error;
  if (!store->open || store->scans || store->ahead) return SL_ERR_STATE;
  if (store->doomed) return store->doomed;
  SL_ASSERT((unsigned)table < SL_TABLE_COUNT);
  SL_ASSERT(key.size == 0 || key.data != NULL);
  if (key.size == 0) return SL_ERR_RANGE;
  return key.size > SL_STORE_KEY_MAX ? SL_ERR_CAP : SL_OK;
}

/* After a failed write the engine may have dropped the whole transaction. */
static sl_err doom(sl_store *store, sl_err error) {
  SL_ASSERT(store->open);
  if (error) store->doomed = error;
  return note(store, error);
}

sl_err sl_store_put(sl_store *store, sl_table table, sl_span key, sl_span value) {
  sl_err error = writable(store, table, key);
  if (error) return error;
  SL_ASSERT(value.size == 0 || value.data != NULL);
  if (value.size > SL_STORE_VALUE_MAX) return SL_ERR_CAP;
  return doom(store, store->engine->put(store->self, table, key, value));
}

sl_err sl_store_del(sl_store *store, sl_table table, sl_span key) {
  sl_err error = writable(store, table, key);
  if (error) return error;
  return doom(store, store->engine->del(store->self, table, key));
}

sl_err sl_store_relay(sl_store *store) {
  SL_ASSERT(!store->open && store->scans == 0);
  return sl_relay_new(&store->engine, &store->self);
}

void sl_store_commit_ahead(sl_store *store) {
  bool may = store->open && !store->scans && !store->doomed && !final_error(store) && !store->ahead;
  if (!may || !store->engine->commit_ahead) return;
  store->ahead = true;
  store->engine->commit_ahead(store->self);
}

sl_err sl_store_commit(sl_store *store) {
  if (!store->open || store->scans) return SL_ERR_STATE;
  sl_err error = store->ahead ? SL_OK : final_error(store);
  if (!error) error = store->doomed;
  if (error) {
    sl_store_rollback(store);
    return error;
  }
  store->open = store->ahead = false;
  return note(store, store->engine->commit(store->self));
}

void sl_store_rollback(sl_store *store) {
  if (!store->open) return;
  SL_ASSERT(store->scans == 0 && !store->ahead);
  store->open = false;
  store->engine->rollback(store->self);
}

sl_err sl_store_get(sl_store *store, sl_table table, sl_span key, sl_buf *value) {
  sl_err error = final_error(store);
  if (!error && store->open) error = store->doomed;
  if (error) return error;
  SL_ASSERT((unsigned)table < SL_TABLE_COUNT);
  if (key.size == 0 || key.size > SL_STORE_KEY_MAX) return SL_ERR_NOT_FOUND;
  return note(store, store->engine->get(store->self, table, key, value));
}

sl_err sl_store_scan(sl_store *store, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row,
                     void *context) {
  sl_err error = final_error(store);
  if (!error && store->open) error = store->doomed;
  if (error) return error;
  SL_ASSERT((unsigned)table < SL_TABLE_COUNT);
  SL_ASSERT(row != NULL);
  store->scans++;
  error = store->engine->scan(store->self, table, first, end, row, context);
  SL_ASSERT(store->scans > 0);
  store->scans--;
  return note(store, error);
}

/* Not noted: a backup that fails says something about its target first. */
sl_err sl_store_backup(sl_store *store, const char *path) {
  SL_ASSERT(path != NULL);
  sl_err error = final_error(store);
  return error ? error : store->engine->backup(store->self, path);
}

sl_err sl_store_check(sl_store *store, sl_fault *fault) {
  sl_err error = final_error(store);
  if (error) return sl_fault_set(fault, error, "the store stopped at an earlier error: open it again");
  return note(store, store->engine->check(store->self, fault));
}

sl_err sl_store_upkeep(sl_store *store) {
  sl_err error = final_error(store);
  return error ? error : note(store, store->engine->upkeep(store->self));
}

bool sl_store_upkeep_due(const sl_store *store) {
  if (!store->engine->upkeep_due || final_error(store)) return false;
  return store->engine->upkeep_due(store->self);
}
