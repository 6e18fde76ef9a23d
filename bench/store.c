/* What the store costs: durable rows a second by rows per commit, beside bare SQLite
 * with the same settings and the disk's own rate of syncs, and how fast everything is
 * read at a start. Prints one JSON object.
 *
 * Work expected: a second for each figure. Rows have keys of 24 bytes, in order (events,
 * leaves) or in none (intents: a page of their own for each), and values of 1,000 bytes. Upkeep runs beside the writer as in the server, ten
 * times a second. Files are made in the working directory, because a temporary directory
 * may be memory. */
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "measure.h"
#include "store/store.h"

#define DURATION 1.0
#define VALUE 1000u
#define SCANNED 100000u

static const unsigned groups[] = {1, 8, 64, 256};
#define GROUPS (sizeof groups / sizeof *groups)

static void remove_all(const char *path) {
  static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
    unlink(name);
  }
}

/* Row number n, its key in order or spread. */
static void row_of(uint8_t key[static 24], uint8_t value[static VALUE], uint64_t n, bool ordered) {
  uint64_t place = ordered ? n : n * UINT64_C(0x9E3779B97F4A7C15);
  memset(key, 0, 24);
  for (unsigned i = 0; i < 8; i++) key[i] = (uint8_t)(place >> (56 - 8 * i));
  for (unsigned i = 0; i < VALUE; i++) value[i] = (uint8_t)(n + i * 7u);
}

static double syncs_per_s(void) {
  static char block[4096];
  int fd = open("bench-store.sync", O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  measure_must(fd >= 0, "open");
  unsigned count = 0;
  double start = measure_now();
  while (measure_now() - start < DURATION) {
    measure_must(write(fd, block, sizeof block) == (ssize_t)sizeof block && fdatasync(fd) == 0, "fdatasync");
    count++;
  }
  double rate = count / (measure_now() - start);
  close(fd);
  unlink("bench-store.sync");
  return rate;
}

static double bare_rows_per_s(unsigned group, bool ordered) {
  static uint8_t key[24], value[VALUE];
  const char *path = "bench-store-bare.db";
  remove_all(path);
  sqlite3 *db = NULL;
  sqlite3_stmt *put = NULL;
  measure_must(sqlite3_open(path, &db) == SQLITE_OK, "sqlite3_open");
  measure_must(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
                        "CREATE TABLE t (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID", NULL, NULL, NULL) == SQLITE_OK,
       "schema");
  measure_must(sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?1, ?2)", -1, &put, NULL) == SQLITE_OK, "prepare");
  uint64_t rows = 0;
  double start = measure_now();
  while (measure_now() - start < DURATION) {
    measure_must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "begin");
    for (unsigned i = 0; i < group; i++) {
      row_of(key, value, ++rows, ordered);
      sqlite3_bind_blob(put, 1, key, sizeof key, SQLITE_STATIC);
      sqlite3_bind_blob(put, 2, value, sizeof value, SQLITE_STATIC);
      measure_must(sqlite3_step(put) == SQLITE_DONE, "insert");
      sqlite3_reset(put);
    }
    measure_must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
  }
  double rate = (double)rows / (measure_now() - start);
  sqlite3_finalize(put);
  sqlite3_close(db);
  remove_all(path);
  return rate;
}

typedef struct keeper {
  sl_store *store;
  atomic_bool stop;
} keeper;

static void *keep_up(void *context) {
  keeper *k = context;
  while (!atomic_load(&k->stop)) {
    measure_must(sl_store_upkeep(k->store) == SL_OK, "upkeep");
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
  }
  return NULL;
}

static void put_group(sl_store *store, uint64_t *rows, unsigned group, bool ordered) {
  static uint8_t key[24], value[VALUE];
  measure_must(sl_store_begin(store) == SL_OK, "begin");
  for (unsigned i = 0; i < group; i++) {
    row_of(key, value, ++*rows, ordered);
    measure_must(sl_store_put(store, SL_TABLE_INTENT, (sl_span){key, 24}, (sl_span){value, VALUE}) == SL_OK, "put");
  }
  measure_must(sl_store_commit(store) == SL_OK, "commit");
}

static double store_rows_per_s(unsigned group, bool ordered) {
  const char *path = "bench-store.db";
  remove_all(path);
  keeper k = {.stop = false};
  sl_fault fault = sl_fault_none();
  measure_must(sl_store_open_sqlite(&k.store, path, NULL, &fault) == SL_OK, "open");
  pthread_t thread;
  measure_must(pthread_create(&thread, NULL, keep_up, &k) == 0, "thread");
  uint64_t rows = 0;
  double start = measure_now();
  while (measure_now() - start < DURATION) put_group(k.store, &rows, group, ordered);
  double rate = (double)rows / (measure_now() - start);
  atomic_store(&k.stop, true);
  pthread_join(thread, NULL);
  sl_store_close(k.store);
  remove_all(path);
  return rate;
}

static bool count_row(void *context, sl_span key, sl_span value) {
  measure_must(key.size == 24 && value.size == VALUE, "row");
  ++*(unsigned *)context;
  return true;
}

/* Seconds to open a store of SCANNED rows and read them all. */
static double start_s(void) {
  const char *path = "bench-store.db";
  remove_all(path);
  sl_store *store = NULL;
  sl_fault fault = sl_fault_none();
  measure_must(sl_store_open_sqlite(&store, path, NULL, &fault) == SL_OK, "open");
  for (uint64_t rows = 0; rows < SCANNED;) put_group(store, &rows, 250, false);
  sl_store_close(store);
  double start = measure_now();
  measure_must(sl_store_open_sqlite(&store, path, NULL, &fault) == SL_OK, "open");
  unsigned count = 0;
  sl_span all = {NULL, 0};
  measure_must(sl_store_scan(store, SL_TABLE_INTENT, all, all, count_row, &count) == SL_OK && count == SCANNED, "scan");
  double took = measure_now() - start;
  sl_store_close(store);
  remove_all(path);
  return took;
}

static void report(bool ordered, unsigned group, bool last) {
  double bare = bare_rows_per_s(group, ordered), ours = store_rows_per_s(group, ordered);
  printf("  {\"keys\": \"%s\", \"rows_per_commit\": %u, \"rows_per_s\": %.0f, \"bare_sqlite_rows_per_s\": %.0f}%s\n",
         ordered ? "ordered" : "spread", group, ours, bare, last ? "" : ",");
}

int main(void) {
  printf("{\"benchmark\": \"store\", \"value_bytes\": %u, \"fdatasync_per_s\": %.0f,\n", VALUE, syncs_per_s());
  printf(" \"durable\": [\n");
  for (size_t i = 0; i < GROUPS; i++) report(true, groups[i], false);
  for (size_t i = 0; i < GROUPS; i++) report(false, groups[i], i + 1 == GROUPS);
  printf(" ],\n \"rows_at_start\": %u, \"start_s\": %.3f}\n", SCANNED, start_s());
  return 0;
}
