/* The log of record behind one interface. Nothing above may know which engine.
 *
 * Tables map byte strings to byte strings; keys compare as bytes. One thread (the
 * writer) owns a store; a transaction is begin, any number of put and del, commit.
 * After sl_store_commit() returns SL_OK everything put is on disk. After any other
 * result nothing of the transaction is, and the store says in `fatal` whether it
 * can be used again (SL_ERR_IO on a sync is final: stop, never retry). */
#ifndef SL_STORE_STORE_H
#define SL_STORE_STORE_H

#include "base/buf.h"
#include "base/port.h"

/* Append only: the numbers are in the files. */
typedef enum sl_table {
  SL_TABLE_META = 0,     /* singletons by name: seed check, high-water clock, tick */
  SL_TABLE_RECORD = 1,   /* signed documents by number: memberships, agreements, keys */
  SL_TABLE_INTENT = 2,   /* (side, intent id) -> live intent, canonical */
  SL_TABLE_CASE = 3,     /* (side, intent id) -> case */
  SL_TABLE_EVENT = 4,    /* (party, sequence) -> event */
  SL_TABLE_LEAF = 5,     /* (log, index) -> commitment and opening */
  SL_TABLE_OUTBOX = 6,   /* (release time, party, n) -> disclosure not yet released */
  SL_TABLE_NONCE = 7,    /* (expiry, party, nonce) -> nothing */
  SL_TABLE_PARTY = 8,    /* party -> budget, counters, heartbeat */
  SL_TABLE_LINE = 9,     /* line -> state, burden */
  SL_TABLE_DEALT = 10,   /* settlements in progress */
  SL_TABLE_PAIR = 11,    /* (side, intent, side, intent) -> what was found, sealed */
  SL_TABLE_COUNT = 12
} sl_table;

#define SL_STORE_KEY_MAX 256u
#define SL_STORE_VALUE_MAX (16u << 20)

typedef struct sl_store sl_store;

/* Return false to stop. key and value are valid during the call only. */
typedef bool sl_store_row_fn(void *context, sl_span key, sl_span value);

/* An engine: what memory.c, sqlite.c and later postgres.c implement. */
typedef struct sl_store_engine {
  const char *name;
  sl_err (*begin)(void *self);
  sl_err (*put)(void *self, sl_table table, sl_span key, sl_span value);
  sl_err (*del)(void *self, sl_table table, sl_span key);
  sl_err (*commit)(void *self);
  void (*rollback)(void *self);
  sl_err (*get)(void *self, sl_table table, sl_span key, sl_buf *value);
  sl_err (*scan)(void *self, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row, void *context);
  sl_err (*backup)(void *self, const char *path);
  sl_err (*check)(void *self, sl_fault *fault);
  sl_err (*upkeep)(void *self);
  void (*close)(void *self);
} sl_store_engine;

/* In memory, for tests and the simulator. `fail_at` counts down commits (0: never);
 * the commit that reaches it fails with fail_with and keeps nothing. */
typedef struct sl_store_faults { uint64_t fail_at; sl_err fail_with; } sl_store_faults;
SL_MUST_USE sl_err sl_store_open_memory(sl_store **out, const sl_store_faults *faults);

/* SQLite at path (created 0600 when absent): WAL, synchronous=FULL, schema version
 * checked. vfs may name a registered VFS, or be NULL. Errors: SL_ERR_IO, SL_ERR_BUSY
 * (locked by another), SL_ERR_CORRUPT, SL_ERR_SCHEMA, SL_ERR_DENIED (modes). */
SL_MUST_USE sl_err sl_store_open_sqlite(sl_store **out, const char *path, const char *vfs, sl_fault *fault);
void sl_store_close(sl_store *store);

SL_MUST_USE sl_err sl_store_begin(sl_store *store);
SL_MUST_USE sl_err sl_store_put(sl_store *store, sl_table table, sl_span key, sl_span value);
SL_MUST_USE sl_err sl_store_del(sl_store *store, sl_table table, sl_span key);
SL_MUST_USE sl_err sl_store_commit(sl_store *store);
void sl_store_rollback(sl_store *store);
/* True once the store must not be used again. */
bool sl_store_fatal(const sl_store *store);

/* Append the value to *value. Sees the open transaction. Errors: SL_ERR_NOT_FOUND. */
SL_MUST_USE sl_err sl_store_get(sl_store *store, sl_table table, sl_span key, sl_buf *value);
/* Rows with first <= key < end in order (empty end: to the last). */
SL_MUST_USE sl_err sl_store_scan(sl_store *store, sl_table table, sl_span first, sl_span end,
                                 sl_store_row_fn *row, void *context);
/* A consistent copy while running, 0600, to a path that does not exist yet. */
SL_MUST_USE sl_err sl_store_backup(sl_store *store, const char *path);
/* The engine's own integrity check. Errors: SL_ERR_CORRUPT with a reason. */
SL_MUST_USE sl_err sl_store_check(sl_store *store, sl_fault *fault);
/* A small step of upkeep (checkpoint) off the writer's commit path: any thread. */
SL_MUST_USE sl_err sl_store_upkeep(sl_store *store);

#endif
