/* A consistent copy of the running store.
 *
 * Work expected: once a day, some gigabytes, while the writer works on. The copy is read
 * inside one read transaction, so that it is one moment of the store and never starts
 * over; that transaction holds the write-ahead log, so the copy gives way when the log
 * nears its limit. It is written as path.partial and renamed when it is whole and
 * synced: whatever stands under path is a backup. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "store/sqlite_engine.h"

#define PAGES_AT_ONCE 512

static bool exists(const char *path) {
  struct stat found;
  return lstat(path, &found) == 0;
}

/* An empty file of our own at path, over a leftover of an earlier try. */
static sl_err make_private(const char *path) {
  if (unlink(path) && errno != ENOENT) return sl_sqlite_errno(errno);
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return sl_sqlite_errno(errno);
  return close(fd) ? SL_ERR_IO : SL_OK;
}

/* Begin a read transaction and fix its moment by reading. */
static int fix_moment(sqlite3 *from) {
  return sqlite3_exec(from, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
}

static int copy_pages(sl_sqlite *self, sqlite3 *to, sqlite3 *from) {
  SL_ASSERT(to != from);
  int code = sqlite3_exec(to, "PRAGMA journal_mode = MEMORY", NULL, NULL, NULL);
  if (code == SQLITE_OK) code = fix_moment(from);
  if (code != SQLITE_OK) return code;
  sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
  if (!backup) return sqlite3_extended_errcode(to);
  do {
    code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
    unsigned pages = atomic_load_explicit(&self->wal_pages, memory_order_relaxed);
    if (code == SQLITE_OK && pages > self->limits.hard / 2) code = SQLITE_BUSY;
  } while (code == SQLITE_OK);
  int finished = sqlite3_backup_finish(backup);
  return code == SQLITE_DONE ? finished : code;
}

/* Both connections live here only; the copy's file is closed when this returns. */
static sl_err copy_to(sl_sqlite *self, const char *path) {
  sqlite3 *from = NULL, *to = NULL;
  sl_err error = sl_sqlite_connect(&from, self->path, self->vfs);
  if (!error) error = sl_sqlite_connect(&to, path, self->vfs);
  if (!error) error = sl_sqlite_error(copy_pages(self, to, from));
  if (sqlite3_close(to) != SQLITE_OK && !error) error = SL_ERR_IO;
  if (sqlite3_close(from) != SQLITE_OK && !error) error = SL_ERR_IO;
  if (!error) error = sl_sqlite_sync(path, false);
  return error;
}

static sl_err backup_as(sl_sqlite *self, const char *path, const char *partial) {
  if (exists(path)) return SL_ERR_EXISTS;
  sl_err error = make_private(partial);
  if (error) return error;
  error = copy_to(self, partial);
  if (!error && exists(path)) error = SL_ERR_EXISTS;
  if (!error && rename(partial, path)) error = sl_sqlite_errno(errno);
  if (error) {
    (void)unlink(partial);
    return error;
  }
  return sl_sqlite_sync(path, true);
}

sl_err sl_sqlite_backup(sl_sqlite *self, const char *path) {
  size_t size = strlen(path);
  if (size == 0) return SL_ERR_RANGE;
  if (size > SL_SQLITE_PATH_MAX) return SL_ERR_CAP;
  if (atomic_exchange(&self->copying, true)) return SL_ERR_BUSY;
  char *whole = sl_sqlite_join(path[0] == '/' ? "" : "./", path);
  char *partial = whole ? sl_sqlite_join(whole, ".partial") : NULL;
  sl_err error = partial ? backup_as(self, whole, partial) : SL_ERR_NOMEM;
  free(partial);
  free(whole);
  SL_ASSERT(atomic_load(&self->copying));
  atomic_store(&self->copying, false);
  return error;
}
