/* What the load is held against: bare SQLite with its rows in groups, and the disk. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

#define DURATION 2.0

double bare_rows_per_s(const char *folder, unsigned rows_per_commit, unsigned bytes) {
  static char value[65536];
  char path[128];
  snprintf(path, sizeof path, "%s/bare.db", folder);
  sqlite3 *db = NULL;
  sqlite3_stmt *put = NULL;
  must(bytes <= sizeof value && sqlite3_open(path, &db) == SQLITE_OK, "sqlite3_open");
  must(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (key INTEGER PRIMARY KEY, value BLOB)",
                    NULL, NULL, NULL) == SQLITE_OK, "schema");
  must(sqlite3_prepare_v2(db, "INSERT INTO t (value) VALUES (?1)", -1, &put, NULL) == SQLITE_OK, "prepare");
  uint64_t rows = 0;
  double start = now_s();
  while (now_s() - start < DURATION) {
    must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "begin");
    for (unsigned i = 0; i < rows_per_commit; i++, rows++) {
      memset(value, (int)rows, 64);
      sqlite3_bind_blob(put, 1, value, (int)bytes, SQLITE_STATIC);
      must(sqlite3_step(put) == SQLITE_DONE, "insert");
      sqlite3_reset(put);
    }
    must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
  }
  double rate = (double)rows / (now_s() - start);
  sqlite3_finalize(put);
  sqlite3_close(db);
  static const char *const suffixes[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/bare.db%s", folder, suffixes[i]);
    unlink(path);
  }
  return rate;
}

double syncs_per_s(const char *folder) {
  static char block[4096];
  char path[128];
  snprintf(path, sizeof path, "%s/sync", folder);
  int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  must(fd >= 0, "open");
  unsigned count = 0;
  double start = now_s();
  while (now_s() - start < DURATION) {
    must(write(fd, block, sizeof block) == (ssize_t)sizeof block && fdatasync(fd) == 0, "fdatasync");
    count++;
  }
  double rate = count / (now_s() - start);
  close(fd);
  unlink(path);
  return rate;
}
