/* What the files of the SQLite engine share: sqlite.c works, sqlite_open.c opens,
 * sqlite_file.c owns the files, sqlite_table.c has the SQL, sqlite_backup.c copies. */
#ifndef SL_STORE_SQLITE_ENGINE_H
#define SL_STORE_SQLITE_ENGINE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "store/store.h"

/* "SLne" in the database's header: this file is ours. */
#define SL_SQLITE_APPLICATION 0x534c6e65
#define SL_SQLITE_SCHEMA 2
#define SL_SQLITE_PATH_MAX 3900u
#define SL_SQLITE_PAGE 8192   /* of a database that is made */

/* How far the write-ahead log may grow, in pages. Above `soft` the writer
 * checkpoints itself before it begins, up to a quarter more only when upkeep has left it
 * little to do; above half of `hard` a backup gives way; above
 * `hard`, and only when some reader still holds the log, begin is SL_ERR_BUSY. */
typedef struct sl_sqlite_limits {
  unsigned soft;
  unsigned hard;
} sl_sqlite_limits;

#define SL_SQLITE_LIMITS ((sl_sqlite_limits){.soft = 16384, .hard = 131072})

/* The prepared statements of one table. */
typedef struct sl_sqlite_statements {
  sqlite3_stmt *put;
  sqlite3_stmt *del;
  sqlite3_stmt *get;
  sqlite3_stmt *scan;      /* from a key to the last */
  sqlite3_stmt *scan_to;   /* from a key to before another */
} sl_sqlite_statements;

typedef struct sl_sqlite {
  char *path;              /* never read as a URI: absolute or with a leading ./ */
  char *vfs;               /* NULL: the default */
  int lock;                /* descriptor of path.lock, held; -1: none */
  bool created;            /* the file was made by this opening */
  sl_sqlite_limits limits;
  sqlite3 *db;             /* the writer's */
  sqlite3_stmt *begin;
  sqlite3_stmt *commit;
  sqlite3_stmt *rollback;
  sl_sqlite_statements tables[SL_TABLE_COUNT];
  pthread_mutex_t mutex;   /* over side */
  sqlite3 *side;           /* upkeep's and check's */
  atomic_uint wal_pages;   /* in the log after the last commit */
  atomic_uint copied;      /* of them moved by upkeep */
  atomic_bool copying;     /* a backup is under way */
  atomic_bool stopped;     /* a final error was met: leave the files as they are */
} sl_sqlite;

/* sqlite.c */

extern const sl_store_engine sl_sqlite_engine;

/* What an SQLite result code means here. Anything that is not known to be harmless is
 * SL_ERR_IO. Errors: it returns one. Threads: any. Cost: constant. */
sl_err sl_sqlite_error(int code);

/* sqlite_table.c: the same few statements for every table, from one list of names. */

typedef struct sl_sqlite_text {
  const char *create;
  const char *put;
  const char *del;
  const char *get;
  const char *scan;
  const char *scan_to;
} sl_sqlite_text;

/* The SQL of a table; static. Threads: any. Cost: constant. */
const sl_sqlite_text *sl_sqlite_table_text(sl_table table);

/* The check sum stored beside each row. A change within one aligned eight bytes of key
 * or value is found with certainty, any other with overwhelming likelihood; it is no
 * protection against somebody who can write the file. Threads: any. Cost: O(length). */
int64_t sl_sqlite_row_sum(sl_table table, sl_span key, sl_span value);

/* sqlite_file.c: owner, modes and names of the files. */

/* a and b one after the other, terminated, for the caller to free(); NULL when memory is
 * short. Threads: any. */
char *sl_sqlite_join(const char *a, const char *b);

/* What errno of a failed open, fsync or rename means. Threads: any. */
sl_err sl_sqlite_errno(int number);

/* Take path.lock; *lock is the held descriptor, for the caller to close().
 * Errors: SL_ERR_BUSY, SL_ERR_DENIED, SL_ERR_FULL, SL_ERR_IO, SL_ERR_NOMEM; *fault says
 * what to do. Threads: any. */
SL_MUST_USE sl_err sl_sqlite_lock(int *lock, const char *path, sl_fault *fault);

/* Make the database file when it is absent (*created), and refuse one that is a symbolic
 * link, no regular file, open to others, or empty where it should not be. Must come
 * before SQLite opens the file: closing a descriptor later would drop its locks.
 * Errors: SL_ERR_DENIED, SL_ERR_CORRUPT, SL_ERR_FULL, SL_ERR_IO. Threads: any. */
SL_MUST_USE sl_err sl_sqlite_claim(bool *created, const char *path, sl_fault *fault);

/* Sync what path names to disk: a file, or with directory_of the directory that holds it.
 * Errors: SL_ERR_IO, SL_ERR_DENIED, SL_ERR_NOMEM. Threads: any. Cost: one sync. */
SL_MUST_USE sl_err sl_sqlite_sync(const char *path, bool directory_of);

/* sqlite_open.c */

/* A connection to an existing file with the settings that each of ours has. Closed by
 * the caller, also after an error. Errors: as sl_sqlite_error. Threads: any. */
SL_MUST_USE sl_err sl_sqlite_connect(sqlite3 **out, const char *path, const char *vfs);

/* sl_store_open_sqlite with other limits, for the tests of the limits. */
SL_MUST_USE sl_err sl_sqlite_open_with(sl_store **out, const char *path, const char *vfs, sl_sqlite_limits limits,
                                       sl_fault *fault);

/* Release all of it, half-built too. Threads: the last one that uses it. */
void sl_sqlite_free(sl_sqlite *self);

/* sqlite_backup.c */

/* sl_store_backup. Threads: any. */
SL_MUST_USE sl_err sl_sqlite_backup(sl_sqlite *self, const char *path);

#endif
