/* The store on SQLite: the writer's calls, upkeep and check.
 *
 * Work expected: thousands of commits a second of 1 to 256 rows of 0.1 to 4 KiB, each
 * synced; everything read once at start. Representation: statements prepared at opening
 * and reset at once after use (one unreset read holds the write-ahead log for ever);
 * BEGIN IMMEDIATE always, because a read that turns into a write can fail with a busy
 * error that no waiting cures. Checkpoints run on a connection of their own, so that
 * the writer seldom pays for them. */
#include "store/sqlite_engine.h"

#include "base/assert.h"

#define UPKEEP_PAGES 1024u   /* in the log and not moved: worth a step before its time */
#define FOLD_PAGES 256u      /* of them the writer moves so many itself, when the log begins again */

sl_err sl_sqlite_error(int code) {
  if (code == SQLITE_IOERR_NOMEM) return SL_ERR_NOMEM;
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return SL_OK;
    case SQLITE_FULL: return SL_ERR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT: return SL_ERR_BUSY;
    case SQLITE_NOMEM: return SL_ERR_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return SL_ERR_CORRUPT;
    case SQLITE_TOOBIG: return SL_ERR_CAP;
    default: return SL_ERR_IO;
  }
}

/* The meaning of code, and a note of it when it is final. */
static sl_err met(sl_sqlite *self, int code) {
  sl_err error = sl_sqlite_error(code);
  if (error == SL_ERR_IO || error == SL_ERR_CORRUPT) atomic_store(&self->stopped, true);
  return error;
}

/* Run a statement without rows; it is reset and holds nothing afterwards. */
static int run(sqlite3_stmt *statement) {
  SL_ASSERT(statement && !sqlite3_stmt_busy(statement));
  int code = sqlite3_step(statement);
  SL_ASSERT(code != SQLITE_ROW);
  (void)sqlite3_reset(statement);
  (void)sqlite3_clear_bindings(statement);
  return code;
}

/* Bytes stay the caller's until the statement is reset. An empty span is an empty blob,
 * never NULL. */
static int bind(sqlite3_stmt *statement, int at, sl_span bytes) {
  SL_ASSERT(bytes.size <= SL_STORE_VALUE_MAX);
  if (!bytes.size) return sqlite3_bind_zeroblob(statement, at, 0);
  return sqlite3_bind_blob(statement, at, bytes.data, (int)bytes.size, SQLITE_STATIC);
}

static unsigned unmoved(const sl_sqlite *self) {
  unsigned pages = atomic_load_explicit(&self->wal_pages, memory_order_relaxed);
  unsigned copied = atomic_load_explicit(&self->copied, memory_order_relaxed);
  return pages > copied ? pages - copied : 0;
}

/* Before a transaction: the log is not to outgrow its limits, and the file that is
 * written must still be the one that the next start will open. */
static sl_err keep_bounds(sl_sqlite *self) {
  int moved = 0;
  if (sqlite3_file_control(self->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved) {
    return met(self, SQLITE_IOERR);
  }
  unsigned pages = atomic_load_explicit(&self->wal_pages, memory_order_relaxed);
  if (pages <= self->limits.soft) return SL_OK;
  /* Whoever asked waits while the writer moves pages: upkeep comes close to the end first. */
  if (pages <= self->limits.soft + self->limits.soft / 4 && unmoved(self) > FOLD_PAGES) return SL_OK;
  int in_log = 0, copied = 0;
  int code = sqlite3_wal_checkpoint_v2(self->db, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) return met(self, code);
  bool held = code != SQLITE_OK || copied < in_log;
  return held && pages > self->limits.hard ? SL_ERR_BUSY : SL_OK;
}

static sl_err sqlite_begin(void *context) {
  sl_sqlite *self = context;
  SL_ASSERT(sqlite3_get_autocommit(self->db));
  sl_err error = keep_bounds(self);
  return error ? error : met(self, run(self->begin));
}

static sl_err sqlite_put(void *context, sl_table table, sl_span key, sl_span value) {
  sl_sqlite *self = context;
  sqlite3_stmt *put = self->tables[table].put;
  int code = bind(put, 1, key);
  if (code == SQLITE_OK) code = bind(put, 2, value);
  if (code == SQLITE_OK) code = sqlite3_bind_int64(put, 3, sl_sqlite_row_sum(table, key, value));
  if (code == SQLITE_OK) return met(self, run(put));
  (void)sqlite3_clear_bindings(put);
  return met(self, code);
}

static sl_err sqlite_del(void *context, sl_table table, sl_span key) {
  sl_sqlite *self = context;
  int code = bind(self->tables[table].del, 1, key);
  return met(self, code == SQLITE_OK ? run(self->tables[table].del) : code);
}

static void sqlite_rollback(void *context) {
  sl_sqlite *self = context;
  if (sqlite3_get_autocommit(self->db)) return;   /* an error may have rolled back already */
  (void)met(self, run(self->rollback));
  if (!sqlite3_get_autocommit(self->db)) atomic_store(&self->stopped, true);
}

/* A full disk and a busy lock are met before the last frame of the transaction is
 * written (no padding follows it: the VFS promises powersafe overwrite), so that nothing
 * of it can come back. After any other failure it may stand in the log, synced or not:
 * that is SL_ERR_IO, whatever SQLite calls it. */
static sl_err sqlite_commit(void *context) {
  sl_sqlite *self = context;
  if (sqlite3_get_autocommit(self->db)) return met(self, SQLITE_IOERR);
  int code = run(self->commit);
  if (code == SQLITE_DONE) return SL_OK;
  sqlite_rollback(self);
  sl_err error = sl_sqlite_error(code);
  bool harmless = (error == SL_ERR_FULL || error == SL_ERR_BUSY) && sqlite3_get_autocommit(self->db) &&
                  !atomic_load(&self->stopped);
  if (harmless) return error;
  return met(self, error == SL_ERR_CORRUPT ? SQLITE_CORRUPT : SQLITE_IOERR);
}

/* The blob in a column of the current row, valid until the next step. */
static sl_span column(sqlite3_stmt *statement, int at) {
  const void *data = sqlite3_column_blob(statement, at);
  int size = sqlite3_column_bytes(statement, at);
  SL_ASSERT(size >= 0);
  return (sl_span){data, data ? (size_t)size : 0};
}

static sl_err sqlite_get(void *context, sl_table table, sl_span key, sl_buf *value) {
  sl_sqlite *self = context;
  sqlite3_stmt *get = self->tables[table].get;
  int code = bind(get, 1, key);
  if (code == SQLITE_OK) code = sqlite3_step(get);
  sl_err error = met(self, code);
  if (!error && code == SQLITE_DONE) error = SL_ERR_NOT_FOUND;
  if (!error) {
    sl_span found = column(get, 0);
    if (sqlite3_column_int64(get, 1) != sl_sqlite_row_sum(table, key, found)) {
      error = met(self, sqlite3_errcode(self->db) == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT);
    } else {
      sl_buf_add(value, found.data, found.size);
      error = value->error;
    }
  }
  (void)sqlite3_reset(get);
  (void)sqlite3_clear_bindings(get);
  return error;
}

/* Give the rows of a bound scan to row, which may be NULL: then only the sums are
 * checked. Returns an SQLite code; SQLITE_DONE when row stopped it. */
static int walk(sqlite3_stmt *scan, sl_table table, sl_store_row_fn *row, void *context) {
  int code;
  while ((code = sqlite3_step(scan)) == SQLITE_ROW) {
    sl_span key = column(scan, 0), value = column(scan, 1);
    if (sqlite3_column_int64(scan, 2) != sl_sqlite_row_sum(table, key, value)) {
      return sqlite3_errcode(sqlite3_db_handle(scan)) == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT;
    }
    if (row && !row(context, key, value)) return SQLITE_DONE;
  }
  return code;
}

static sl_err sqlite_scan(void *context, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row,
                          void *row_context) {
  sl_sqlite *self = context;
  const sl_sqlite_text *text = sl_sqlite_table_text(table);
  sqlite3_stmt *scan = end.size ? self->tables[table].scan_to : self->tables[table].scan;
  sqlite3_stmt *inner = NULL;   /* of a scan inside a scan of the same table */
  int code = SQLITE_OK;
  if (sqlite3_stmt_busy(scan)) {
    code = sqlite3_prepare_v2(self->db, end.size ? text->scan_to : text->scan, -1, &inner, NULL);
    scan = inner;
  }
  if (code == SQLITE_OK) code = bind(scan, 1, first);
  if (code == SQLITE_OK && end.size) code = bind(scan, 2, end);
  if (code == SQLITE_OK) code = walk(scan, table, row, row_context);
  if (scan) {
    (void)sqlite3_reset(scan);
    (void)sqlite3_clear_bindings(scan);
  }
  (void)sqlite3_finalize(inner);
  return met(self, code);
}

static sl_err sqlite_upkeep(void *context) {
  sl_sqlite *self = context;
  if (pthread_mutex_trylock(&self->mutex)) return SL_OK;
  int in_log = 0, copied = 0;
  int code = sqlite3_wal_checkpoint_v2(self->side, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (code == SQLITE_OK && copied >= 0) atomic_store_explicit(&self->copied, (unsigned)copied, memory_order_relaxed);
  sl_err error = met(self, code);
  SL_ASSERT(pthread_mutex_unlock(&self->mutex) == 0);
  return error == SL_ERR_BUSY ? SL_OK : error;
}

/* What is not moved yet is what the writer has to move itself when the log is full: it is
 * kept to some megabytes, and to little when the log is nearly full. */
static bool sqlite_upkeep_due(const void *context) {
  const sl_sqlite *self = context;
  unsigned pages = atomic_load_explicit(&self->wal_pages, memory_order_relaxed);
  bool full = pages + UPKEEP_PAGES >= self->limits.soft;
  return unmoved(self) >= (full ? FOLD_PAGES / 2 : UPKEEP_PAGES);
}

/* SQLite's own check says "ok" in one row, or what is wrong in rows. */
static int quick_check_once(sl_sqlite *self, sl_fault *fault) {
  sqlite3_stmt *check = NULL;
  int code = sqlite3_prepare_v2(self->side, "PRAGMA quick_check(1)", -1, &check, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(check);
  if (code == SQLITE_ROW) {
    const char *said = (const char *)sqlite3_column_text(check, 0);
    code = said && strcmp(said, "ok") == 0 ? SQLITE_OK : SQLITE_CORRUPT;
    if (code) {
      (void)sl_fault_set(fault, SL_ERR_CORRUPT, "quick_check: %.100s: stop, keep the file, restore a backup",
                         said ? said : "nothing");
    }
  }
  (void)sqlite3_finalize(check);
  return code;
}

/* A page that memory could not be had for reads as a damaged one: what is damaged is
 * found a second time. */
static int quick_check(sl_sqlite *self, sl_fault *fault) {
  sl_fault first = sl_fault_none();
  int code = quick_check_once(self, &first);
  return code == SQLITE_CORRUPT ? quick_check_once(self, fault) : code;
}

static int check_sums(sl_sqlite *self, sl_fault *fault) {
  int code = SQLITE_OK;
  for (unsigned t = 0; t < SL_TABLE_COUNT && code == SQLITE_OK; t++) {
    sqlite3_stmt *scan = NULL;
    code = sqlite3_prepare_v2(self->side, sl_sqlite_table_text((sl_table)t)->scan, -1, &scan, NULL);
    if (code == SQLITE_OK) code = bind(scan, 1, (sl_span){NULL, 0});
    if (code == SQLITE_OK) code = walk(scan, (sl_table)t, NULL, NULL);
    if (code == SQLITE_DONE) code = SQLITE_OK;
    (void)sqlite3_finalize(scan);
    if ((code & 0xff) == SQLITE_CORRUPT) {
      (void)sl_fault_set(fault, SL_ERR_CORRUPT, "table %u has a row that is not what was written: restore a backup", t);
    }
  }
  return code;
}

static sl_err sqlite_check(void *context, sl_fault *fault) {
  sl_sqlite *self = context;
  SL_ASSERT(pthread_mutex_lock(&self->mutex) == 0);
  int code = quick_check(self, fault);
  if (code == SQLITE_OK) code = check_sums(self, fault);
  SL_ASSERT(pthread_mutex_unlock(&self->mutex) == 0);
  sl_err error = met(self, code);
  return error ? sl_fault_set(fault, error, "the check could not be finished (SQLite code %d)", code) : SL_OK;
}

static sl_err sqlite_backup(void *context, const char *path) { return sl_sqlite_backup(context, path); }

static void sqlite_close(void *context) { sl_sqlite_free(context); }

const sl_store_engine sl_sqlite_engine = {
    .name = "sqlite",
    .begin = sqlite_begin,
    .put = sqlite_put,
    .del = sqlite_del,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .get = sqlite_get,
    .scan = sqlite_scan,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .upkeep = sqlite_upkeep,
    .upkeep_due = sqlite_upkeep_due,
    .close = sqlite_close,
};
