/* Opening and closing the store on SQLite.
 *
 * Order: take the lock, see to the file, connect, look whose database it is, and only
 * then change anything. A database that is not ours, or of another version, is left as
 * it was found. The schema is made in one transaction with its version, so that a power
 * cut leaves either all of it or an empty database, which is ours to fill. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/assert.h"
#include "store/engine.h"
#include "store/sqlite_engine.h"

/* Settings of every connection. Erasing is destroying the salt, so deleted bytes are
 * overwritten; mmap off, because a read error there is a signal, not a result. */
static const char *const settings =
    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA secure_delete = ON;"
    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 201326592";

sl_err sl_sqlite_connect(sqlite3 **out, const char *path, const char *vfs) {
  SL_ASSERT(sqlite3_threadsafe());
  SL_ASSERT(path[0] == '/' || path[0] == '.');
  sqlite3 *db = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(path, &db, flags, vfs);
  *out = db;
  if (code != SQLITE_OK) return sl_sqlite_error(code);
  if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL) != SQLITE_OK) return SL_ERR_IO;
  (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, (int)(SL_STORE_VALUE_MAX + SL_STORE_KEY_MAX + 64));
  (void)sqlite3_busy_timeout(db, 1000);
  return sl_sqlite_error(sqlite3_exec(db, settings, NULL, NULL, NULL));
}

/* The integer that a one-row statement gives. */
static int ask(sqlite3 *db, const char *sql, int64_t *answer) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW) *answer = sqlite3_column_int64(statement, 0);
  (void)sqlite3_finalize(statement);
  return code == SQLITE_ROW ? SQLITE_OK : code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

/* The fault of an SQLite call that failed while opening. Our own SQL is right, so a plain
 * SQLITE_ERROR is about what stands in the file. */
static sl_err failed(sl_fault *fault, int code) {
  sl_err error = code == SQLITE_ERROR ? SL_ERR_CORRUPT : sl_sqlite_error(code);
  switch (error) {
    case SL_ERR_BUSY:
      return sl_fault_set(fault, error, "another program has the database locked: close it, then start again");
    case SL_ERR_FULL: return sl_fault_set(fault, error, "the disk is full: make room, then start again");
    case SL_ERR_CORRUPT:
      return sl_fault_set(fault, error, "the database is damaged or no SQLite database: keep it, restore a backup");
    case SL_ERR_NOMEM: return sl_fault_set(fault, error, "out of memory");
    default: break;
  }
  if ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_PERM) {
    return sl_fault_set(fault, SL_ERR_DENIED,
                        "SQLite may not write the database or its -wal: check owner and mode of files and directory");
  }
  return sl_fault_set(fault, SL_ERR_IO, "SQLite cannot read or write the database (code %d): see the kernel log", code);
}

/* Whose database it is. *empty: nobody's yet. */
static sl_err identify(sqlite3 *db, bool *empty, sl_fault *fault) {
  int64_t application = 0, version = 0, objects = 0;
  int code = ask(db, "PRAGMA application_id", &application);
  if (code == SQLITE_OK) code = ask(db, "PRAGMA user_version", &version);
  if (code == SQLITE_OK) code = ask(db, "SELECT count(*) FROM sqlite_schema", &objects);
  if (code != SQLITE_OK) return failed(fault, code);
  *empty = application == 0 && version == 0 && objects == 0;
  if (*empty) return SL_OK;
  if (application != SL_SQLITE_APPLICATION) {
    return sl_fault_set(fault, SL_ERR_CORRUPT, "this is another application's database: name another file");
  }
  if (version > SL_SQLITE_SCHEMA) {
    return sl_fault_set(fault, SL_ERR_SCHEMA, "the database has schema %lld, this release knows %d: run a newer release",
                        (long long)version, SL_SQLITE_SCHEMA);
  }
  if (version < SL_SQLITE_SCHEMA) {
    return sl_fault_set(fault, SL_ERR_SCHEMA,
                        "the database has the older schema %lld, this release needs %d: run the release that wrote it",
                        (long long)version, SL_SQLITE_SCHEMA);
  }
  return SL_OK;
}

static int create_schema(sqlite3 *db) {
  int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  for (unsigned t = 0; t < SL_TABLE_COUNT && code == SQLITE_OK; t++) {
    code = sqlite3_exec(db, sl_sqlite_table_text((sl_table)t)->create, NULL, NULL, NULL);
  }
  SL_STATIC_ASSERT(SL_SQLITE_APPLICATION == 1397517925 && SL_SQLITE_SCHEMA == 2, "the numbers in the next line");
  const char *mark = "PRAGMA application_id = 1397517925; PRAGMA user_version = 2; COMMIT";
  if (code == SQLITE_OK) code = sqlite3_exec(db, mark, NULL, NULL, NULL);
  return code;
}

/* Pages into which the openings of entries fit, which are a kilobyte or two, instead of
 * one more page for the rest of each. A database that is there keeps its own. */
static int choose_pages(sqlite3 *db) {
  SL_STATIC_ASSERT(SL_SQLITE_PAGE == 8192, "the number in the next line");
  return sqlite3_exec(db, "PRAGMA page_size = 8192", NULL, NULL, NULL);
}

/* Write-ahead logging, or an error when the file system cannot do it. */
static sl_err enter_wal(sqlite3 *db, sl_fault *fault) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  const char *mode = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
  bool entered = mode && strcmp(mode, "wal") == 0;
  (void)sqlite3_finalize(statement);
  if (entered) return SL_OK;
  if (code != SQLITE_ROW) return failed(fault, code);
  return sl_fault_set(fault, SL_ERR_IO, "this file system cannot hold a write-ahead log: use a local disk");
}

static int prepare(sqlite3 *db, sqlite3_stmt **out, const char *sql) {
  return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

static sl_err prepare_all(sl_sqlite *self, sl_fault *fault) {
  int code = prepare(self->db, &self->begin, "BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = prepare(self->db, &self->commit, "COMMIT");
  if (code == SQLITE_OK) code = prepare(self->db, &self->rollback, "ROLLBACK");
  for (unsigned t = 0; t < SL_TABLE_COUNT && code == SQLITE_OK; t++) {
    const sl_sqlite_text *text = sl_sqlite_table_text((sl_table)t);
    sl_sqlite_statements *to = &self->tables[t];
    code = prepare(self->db, &to->put, text->put);
    if (code == SQLITE_OK) code = prepare(self->db, &to->del, text->del);
    if (code == SQLITE_OK) code = prepare(self->db, &to->get, text->get);
    if (code == SQLITE_OK) code = prepare(self->db, &to->scan, text->scan);
    if (code == SQLITE_OK) code = prepare(self->db, &to->scan_to, text->scan_to);
  }
  if (code == SQLITE_ERROR) {   /* a table or column is not there */
    return sl_fault_set(fault, SL_ERR_CORRUPT, "the database lacks a table of its schema: restore a backup");
  }
  return code == SQLITE_OK ? SL_OK : failed(fault, code);
}

/* After each commit, on the writer's thread. */
static int count_pages(void *context, sqlite3 *db, const char *name, int pages) {
  sl_sqlite *self = context;
  (void)db;
  (void)name;
  SL_ASSERT(pages >= 0);
  unsigned before = atomic_exchange_explicit(&self->wal_pages, (unsigned)pages, memory_order_relaxed);
  if ((unsigned)pages < before) atomic_store_explicit(&self->copied, 0, memory_order_relaxed);   /* it began again */
  return SQLITE_OK;
}

static sl_err open_database(sl_sqlite *self, sl_fault *fault) {
  bool empty = false;
  sl_err error = sl_sqlite_connect(&self->db, self->path, self->vfs);
  if (error) return failed(fault, self->db ? sqlite3_extended_errcode(self->db) : SQLITE_NOMEM);
  error = identify(self->db, &empty, fault);
  if (!error && empty && choose_pages(self->db) != SQLITE_OK) error = SL_ERR_IO;
  if (!error) error = enter_wal(self->db, fault);
  if (error) return error;
  if (empty) {
    int code = create_schema(self->db);
    if (code != SQLITE_OK) return failed(fault, code);
  }
  error = prepare_all(self, fault);
  if (error) return error;
  (void)sqlite3_wal_hook(self->db, count_pages, self);
  error = sl_sqlite_connect(&self->side, self->path, self->vfs);
  if (error) return failed(fault, self->side ? sqlite3_extended_errcode(self->side) : SQLITE_NOMEM);
  if (!self->created) return SL_OK;
  error = sl_sqlite_sync(self->path, true);
  return error ? sl_fault_set(fault, error, "the directory of the database cannot be synced") : SL_OK;
}

static void close_connection(sqlite3 *db, bool leave) {
  if (leave && db) (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
  int code = sqlite3_close(db);
  SL_ASSERT(code == SQLITE_OK);
}

void sl_sqlite_free(sl_sqlite *self) {
  if (!self) return;
  bool leave = atomic_load(&self->stopped);
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) {
    (void)sqlite3_finalize(self->tables[t].put);
    (void)sqlite3_finalize(self->tables[t].del);
    (void)sqlite3_finalize(self->tables[t].get);
    (void)sqlite3_finalize(self->tables[t].scan);
    (void)sqlite3_finalize(self->tables[t].scan_to);
  }
  (void)sqlite3_finalize(self->begin);
  (void)sqlite3_finalize(self->commit);
  (void)sqlite3_finalize(self->rollback);
  close_connection(self->side, leave);
  close_connection(self->db, leave);
  if (self->lock >= 0) (void)close(self->lock);   /* only a lock: nothing to lose */
  (void)pthread_mutex_destroy(&self->mutex);
  free(self->path);
  free(self->vfs);
  free(self);
}

/* What a failed first opening made: so that the next one does not find a ruin. Not after
 * SL_ERR_IO: then nothing is touched any more. */
static void unmake(const char *path) {
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    char *name = sl_sqlite_join(path, suffixes[i]);
    if (name) (void)unlink(name);
    free(name);
  }
}

static sl_sqlite *sqlite_new(const char *path, const char *vfs, sl_sqlite_limits limits) {
  sl_sqlite *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->lock = -1;
  self->limits = limits;
  self->path = sl_sqlite_join(path[0] == '/' ? "" : "./", path);
  self->vfs = vfs ? sl_sqlite_join(vfs, "") : NULL;
  SL_ASSERT(pthread_mutex_init(&self->mutex, NULL) == 0);
  if (self->path && (self->vfs || !vfs)) return self;
  sl_sqlite_free(self);
  return NULL;
}

sl_err sl_sqlite_open_with(sl_store **out, const char *path, const char *vfs, sl_sqlite_limits limits,
                           sl_fault *fault) {
  SL_ASSERT(out && path && path[0] && limits.soft <= limits.hard);
  if (strlen(path) > SL_SQLITE_PATH_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "the path of the database is longer than %u bytes", SL_SQLITE_PATH_MAX);
  }
  if (!sqlite3_vfs_find(vfs)) return sl_fault_set(fault, SL_ERR_UNKNOWN, "there is no such VFS");
  sl_sqlite *self = sqlite_new(path, vfs, limits);
  if (!self) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  sl_err error = sl_sqlite_lock(&self->lock, self->path, fault);
  if (!error) error = sl_sqlite_claim(&self->created, self->path, fault);
  if (!error) error = open_database(self, fault);
  if (!error) error = sl_store_wrap(out, &sl_sqlite_engine, self);
  if (!error) return SL_OK;
  if (self->created && error != SL_ERR_IO) unmake(self->path);
  sl_sqlite_free(self);
  return sl_fault_set(fault, error, "out of memory");
}

sl_err sl_store_open_sqlite(sl_store **out, const char *path, const char *vfs, sl_fault *fault) {
  return sl_sqlite_open_with(out, path, vfs, SL_SQLITE_LIMITS, fault);
}
