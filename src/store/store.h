/* The log of record behind one interface. Nothing above may know which engine.
 *
 * Tables map byte strings to byte strings; keys compare as bytes. One thread (the
 * writer) owns a store; a transaction is begin, any number of put and del, commit.
 * After sl_store_commit() returns SL_OK everything put is on disk, whole. After any
 * other result, as long as sl_store_fatal() says false, nothing of it is or will be,
 * and the store can be used on (SL_ERR_FULL: when there is space again).
 *
 * SL_ERR_IO and SL_ERR_CORRUPT are final: every later call gives the same error, and
 * what is left is sl_store_close(). A commit that ended so is open: the transaction is
 * on disk whole or not at all, and only the next start tells. Answer it neither as
 * done nor as refused.
 *
 * Threads: the writer's only, except sl_store_upkeep, sl_store_backup, sl_store_check
 * and sl_store_fatal, which any thread may call while the writer works (not during
 * sl_store_close). In every function SL_ERR_IO also means "stopped earlier". */
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
  SL_TABLE_LEAF = 5,     /* number -> leaf hashes of one group, each with its log and index */
  SL_TABLE_OUTBOX = 6,   /* (release time, party, n) -> disclosure not yet released */
  SL_TABLE_NONCE = 7,    /* (last expiry, number) -> nonces of one group */
  SL_TABLE_PARTY = 8,    /* party -> budget, counters, heartbeat */
  SL_TABLE_LINE = 9,     /* line -> state, burden */
  SL_TABLE_DEALT = 10,   /* settlements in progress */
  SL_TABLE_PAIR = 11,    /* (side, intent, side, intent) -> what was found, sealed */
  SL_TABLE_OPENING = 12, /* number, in the order of leaves -> salt, entry, what was filed: kept while retention says */
  SL_TABLE_PUSH = 13,    /* number -> notification to a party's own server, not yet delivered */
  SL_TABLE_UTM = 14,     /* (kind, side, id) -> what only the F3548 face knows: constraints, subscriptions */
  SL_TABLE_ASKED = 15,   /* (kept until, number) -> verdicts of one group, for what asking costs */
  SL_TABLE_COUNT = 16
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
  void (*commit_ahead)(void *self);       /* NULL: all of it happens in commit */
  sl_err (*commit)(void *self);
  void (*rollback)(void *self);
  sl_err (*get)(void *self, sl_table table, sl_span key, sl_buf *value);
  sl_err (*scan)(void *self, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row, void *context);
  sl_err (*backup)(void *self, const char *path);
  sl_err (*check)(void *self, sl_fault *fault);
  sl_err (*upkeep)(void *self);
  bool (*upkeep_due)(const void *self);   /* NULL: never */
  void (*close)(void *self);
} sl_store_engine;

/* In memory, for tests and the simulator. `fail_at` counts down commits (0: never);
 * the commit that reaches it fails with fail_with and keeps nothing; *faults is copied.
 * *out is the caller's, for sl_store_close. Errors: SL_ERR_NOMEM. Threads: the writer's,
 * sl_store_fatal aside. sl_store_backup is SL_ERR_UNSUPPORTED. */
typedef struct sl_store_faults { uint64_t fail_at; sl_err fail_with; } sl_store_faults;
SL_MUST_USE sl_err sl_store_open_memory(sl_store **out, const sl_store_faults *faults);

/* SQLite at path (created 0600 when absent): WAL, synchronous=FULL, schema version
 * checked. vfs may name a registered VFS, or be NULL. *out is the caller's, for
 * sl_store_close. A store has one owner: path.lock is held until the close, and a
 * second opener, also of the same process, gets SL_ERR_BUSY. Each error fills *fault
 * with what to do. Errors: SL_ERR_IO, SL_ERR_BUSY (locked by another), SL_ERR_CORRUPT
 * (also: not ours), SL_ERR_SCHEMA (of another version), SL_ERR_DENIED (modes, a symbolic
 * link, a read-only directory), SL_ERR_FULL, SL_ERR_CAP (path too long), SL_ERR_UNKNOWN
 * (no such VFS), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_store_open_sqlite(sl_store **out, const char *path, const char *vfs, sl_fault *fault);

/* From now on writing goes on beside the caller, on a thread of the store's own: what a
 * put or del would have said may be said by the commit instead, which then kept nothing.
 * Outside of a transaction. Errors: SL_ERR_NOMEM, and then it goes on as before. */
SL_MUST_USE sl_err sl_store_relay(sl_store *store);

/* Roll back what is open, release everything. NULL is allowed. */
void sl_store_close(sl_store *store);

/* Begin a transaction. Errors: SL_ERR_STATE (in one, or inside a scan), SL_ERR_BUSY
 * (nothing began, try again), SL_ERR_IO, SL_ERR_CORRUPT, SL_ERR_FULL, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_store_begin(sl_store *store);

/* Set key to value, which are copied. Errors: SL_ERR_STATE (no transaction, or inside a
 * scan), SL_ERR_RANGE (empty key), SL_ERR_CAP (key or value too long): nothing happened.
 * SL_ERR_FULL, SL_ERR_NOMEM, SL_ERR_BUSY, SL_ERR_IO, SL_ERR_CORRUPT: the transaction is
 * doomed, every later call in it gives the same error until it is rolled back. */
SL_MUST_USE sl_err sl_store_put(sl_store *store, sl_table table, sl_span key, sl_span value);

/* Remove key; it need not be there. Errors: as sl_store_put. */
SL_MUST_USE sl_err sl_store_del(sl_store *store, sl_table table, sl_span key);

/* End the transaction and keep it: on disk, synced, when SL_OK returns. It ends in every
 * case. Errors: SL_ERR_STATE, what doomed it, SL_ERR_FULL, SL_ERR_BUSY, SL_ERR_IO,
 * SL_ERR_CORRUPT (see above). Cost: one sync of the disk. */
SL_MUST_USE sl_err sl_store_commit(sl_store *store);

/* Nothing more is written in this transaction: its commit may go on beside the caller, who
 * calls nothing of this store before sl_store_commit(), which tells how it ended. */
void sl_store_commit_ahead(sl_store *store);

/* End the transaction and forget it. Does nothing outside of one. Errors: none. */
void sl_store_rollback(sl_store *store);

/* True once the store must not be used again. Threads: any. */
bool sl_store_fatal(const sl_store *store);

/* Append the value to *value. Sees the open transaction. Errors: SL_ERR_NOT_FOUND;
 * SL_ERR_CAP or SL_ERR_NOMEM of *value; SL_ERR_IO, SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_store_get(sl_store *store, sl_table table, sl_span key, sl_buf *value);

/* Rows with first <= key < end in order (empty first: from the first, empty end: to the
 * last). Sees the open transaction. row may get and scan, and must not begin, put, del
 * or commit (SL_ERR_STATE): collect the keys, write after the scan. A stop by row is
 * SL_OK. Errors: SL_ERR_IO, SL_ERR_CORRUPT, SL_ERR_NOMEM; rows may have been given. */
SL_MUST_USE sl_err sl_store_scan(sl_store *store, sl_table table, sl_span first, sl_span end,
                                 sl_store_row_fn *row, void *context);

/* A consistent copy while running, 0600, to a path that does not exist yet; synced, and
 * under its name only when whole. Errors: SL_ERR_EXISTS, SL_ERR_UNSUPPORTED, SL_ERR_CAP
 * (path too long), SL_ERR_DENIED, SL_ERR_FULL, SL_ERR_IO (of the copy: the store goes on),
 * SL_ERR_BUSY (another backup is under way, or it gave way to the writer), SL_ERR_NOMEM.
 * Threads: any. */
SL_MUST_USE sl_err sl_store_backup(sl_store *store, const char *path);

/* The engine's own integrity check, of all that is committed. Errors: SL_ERR_CORRUPT with
 * a reason, SL_ERR_IO, SL_ERR_BUSY, SL_ERR_NOMEM. Threads: any. Cost: reads everything. */
SL_MUST_USE sl_err sl_store_check(sl_store *store, sl_fault *fault);

/* A small step of upkeep (checkpoint) off the writer's commit path: call it every second
 * or so. SL_OK when another thread is at it. Errors: SL_ERR_FULL, SL_ERR_IO,
 * SL_ERR_CORRUPT, SL_ERR_NOMEM. Threads: any. Cost: what was committed since the last call, written
 * once more and synced. */
SL_MUST_USE sl_err sl_store_upkeep(sl_store *store);
/* Whether so much was committed since that a step is worth it before its time. Threads:
 * any. Cost: constant. */
bool sl_store_upkeep_due(const sl_store *store);

#endif
