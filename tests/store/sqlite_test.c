/* The store on SQLite: the suite of every engine, then what is its own: the log's
 * bounds, other threads, other processes' meddling, sums of rows. */
#include "test.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/conformance.h"
#include "store/scratch.h"
#include "store/sqlite_engine.h"

#define SPAN(literal) sl_str_bytes(SL_STR(literal))

static void fresh(void *context) { sl_scratch_empty(context); }

static sl_err open_file(void *context, sl_store **out) {
  const sl_scratch *scratch = context;
  sl_fault fault = sl_fault_none();
  sl_err error = sl_store_open_sqlite(out, scratch->path, NULL, &fault);
  if (error) print_error("open: %s\n", fault.reason);
  return error;
}

static int set_up(void **state) {
  sl_scratch *scratch = malloc(sizeof *scratch);
  assert_non_null(scratch);
  sl_scratch_init(scratch, "store.db");
  *state = scratch;
  return 0;
}

static int tear_down(void **state) {
  sl_scratch_fini(*state);
  free(*state);
  return 0;
}

static sl_err put_number(sl_store *store, uint32_t number, size_t size) {
  uint8_t key[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
  uint8_t *value = calloc(1, size + 1);
  assert_non_null(value);
  sl_err error = sl_store_begin(store);
  if (!error) {
    error = sl_store_put(store, SL_TABLE_INTENT, (sl_span){key, 4}, (sl_span){value, size});
    if (error) sl_store_rollback(store);
    else error = sl_store_commit(store);
  }
  free(value);
  return error;
}

static bool count_row(void *context, sl_span key, sl_span value) {
  (void)key;
  (void)value;
  ++*(unsigned *)context;
  return true;
}

#define FRAME (SL_SQLITE_PAGE + 24)   /* of the log: a page and its head */

static unsigned rows_of(sl_store *store, sl_table table) {
  unsigned rows = 0;
  sl_span all = {NULL, 0};
  assert_int_equal(sl_store_scan(store, table, all, all, count_row, &rows), SL_OK);
  return rows;
}

static long size_of(const sl_scratch *scratch, const char *suffix) {
  char *name = sl_sqlite_join(scratch->path, suffix);
  struct stat found;
  long size = stat(name, &found) ? -1 : (long)found.st_size;
  free(name);
  return size;
}

static void log_is_bounded_without_upkeep(void **state) {
  const sl_scratch *scratch = *state;
  sl_fault fault = sl_fault_none();
  sl_store *store = NULL;
  sl_sqlite_limits limits = {.soft = 64, .hard = 1024};
  assert_int_equal(sl_sqlite_open_with(&store, scratch->path, NULL, limits, &fault), SL_OK);
  for (uint32_t i = 0; i < 2000; i++) assert_int_equal(put_number(store, i % 50, 3000), SL_OK);
  assert_in_range(size_of(scratch, "-wal"), 1, 100 * FRAME);
  assert_int_equal(rows_of(store, SL_TABLE_INTENT), 50);
  sl_store_close(store);
}

static void upkeep_is_due_by_what_is_not_moved(void **state) {
  const sl_scratch *scratch = *state;
  sl_fault fault = sl_fault_none();
  sl_store *store = NULL;
  assert_int_equal(sl_store_open_sqlite(&store, scratch->path, NULL, &fault), SL_OK);
  for (uint32_t i = 0; i < 20; i++) assert_int_equal(put_number(store, i, 1u << 20), SL_OK);
  assert_true(sl_store_upkeep_due(store));
  assert_int_equal(sl_store_upkeep(store), SL_OK);
  assert_false(sl_store_upkeep_due(store));
  assert_int_equal(put_number(store, 1, 3000), SL_OK);   /* the log begins again */
  assert_false(sl_store_upkeep_due(store));
  for (uint32_t i = 20; i < 40; i++) assert_int_equal(put_number(store, i, 1u << 20), SL_OK);
  assert_true(sl_store_upkeep_due(store));
  sl_store_close(store);
}

/* The writer does not move thousands of pages while others wait: it leaves them to upkeep
 * for as long as the log is at most a quarter too long. */
static void upkeep_comes_close_before_the_writer_folds(void **state) {
  const sl_scratch *scratch = *state;
  sl_fault fault = sl_fault_none();
  sl_store *store = NULL;
  sl_sqlite_limits limits = {.soft = 1024, .hard = 65536};
  assert_int_equal(sl_sqlite_open_with(&store, scratch->path, NULL, limits, &fault), SL_OK);
  for (uint32_t i = 0; i < 9; i++) assert_int_equal(put_number(store, i, 1u << 20), SL_OK);
  long long_log = size_of(scratch, "-wal");
  assert_in_range(long_log, 1125 * FRAME, 1280 * FRAME);
  assert_int_equal(put_number(store, 9, 3000), SL_OK);
  assert_true(size_of(scratch, "-wal") > long_log);         /* it goes on */
  assert_true(sl_store_upkeep_due(store));
  assert_int_equal(sl_store_upkeep(store), SL_OK);
  for (uint32_t i = 10; i < 13; i++) assert_int_equal(put_number(store, i, 3000), SL_OK);
  assert_false(sl_store_upkeep_due(store));
  long_log = size_of(scratch, "-wal");
  for (uint32_t i = 13; i < 20; i++) assert_int_equal(put_number(store, i, 3000), SL_OK);
  assert_int_equal(size_of(scratch, "-wal"), long_log);     /* it began again */
  for (uint32_t i = 20; i < 60; i++) assert_int_equal(put_number(store, i % 40, 1u << 20), SL_OK);
  assert_in_range(size_of(scratch, "-wal"), 1280 * FRAME, 1420 * FRAME);   /* without upkeep the writer folds */
  assert_int_equal(rows_of(store, SL_TABLE_INTENT), 40);
  sl_store_close(store);
}

/* Somebody else's reader, say a shell left open, pins the log. */
static void log_has_a_hard_ceiling(void **state) {
  const sl_scratch *scratch = *state;
  sl_fault fault = sl_fault_none();
  sl_store *store = NULL;
  sl_sqlite_limits limits = {.soft = 16, .hard = 64};
  assert_int_equal(sl_sqlite_open_with(&store, scratch->path, NULL, limits, &fault), SL_OK);
  assert_int_equal(put_number(store, 0, 100), SL_OK);
  sqlite3 *reader = NULL;
  assert_int_equal(sqlite3_open(scratch->path, &reader), SQLITE_OK);
  assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM intent", NULL, NULL, NULL), SQLITE_OK);
  sl_err error = SL_OK;
  uint32_t n = 0;
  while (!error && n < 1000) error = put_number(store, ++n, 3000);
  assert_int_equal(error, SL_ERR_BUSY);
  assert_in_range(size_of(scratch, "-wal"), 64 * FRAME, 90 * FRAME);
  assert_false(sl_store_fatal(store));
  assert_int_equal(put_number(store, n, 3000), SL_ERR_BUSY);
  assert_int_equal(sqlite3_close(reader), SQLITE_OK);
  assert_int_equal(put_number(store, n, 3000), SL_OK);
  assert_int_equal(rows_of(store, SL_TABLE_INTENT), n + 1);
  sl_store_close(store);
}

static void upkeep_empties_the_log(void **state) {
  const sl_scratch *scratch = *state;
  sl_store *store = NULL;
  assert_int_equal(open_file(*state, &store), SL_OK);
  for (uint32_t i = 0; i < 200; i++) assert_int_equal(put_number(store, i, 3000), SL_OK);
  long before = size_of(scratch, "-wal");
  assert_true(before > 200 * FRAME);
  assert_int_equal(sl_store_upkeep(store), SL_OK);
  for (uint32_t i = 0; i < 50; i++) assert_int_equal(put_number(store, i, 3000), SL_OK);
  assert_int_equal(size_of(scratch, "-wal"), before);   /* reused from its start */
  sl_store_close(store);
  assert_int_equal(size_of(scratch, "-wal"), -1);       /* folded in and removed */
}

typedef struct helper {
  sl_store *store;
  atomic_bool stop;
  unsigned rounds;
  sl_err error;
} helper;

static void *keep_up(void *context) {
  helper *h = context;
  sl_fault fault = sl_fault_none();
  while (!atomic_load(&h->stop) && !h->error) {
    h->error = sl_store_upkeep(h->store);
    if (!h->error && h->rounds % 16 == 0) h->error = sl_store_check(h->store, &fault);
    if (sl_store_fatal(h->store)) h->error = SL_ERR_IO;
    h->rounds++;
  }
  return NULL;
}

static void upkeep_and_check_run_beside_the_writer(void **state) {
  sl_store *store = NULL;
  assert_int_equal(open_file(*state, &store), SL_OK);
  helper h = {.store = store};
  atomic_init(&h.stop, false);
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, keep_up, &h), 0);
  for (uint32_t i = 0; i < 1000; i++) assert_int_equal(put_number(store, i, i % 2000), SL_OK);
  atomic_store(&h.stop, true);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_int_equal(h.error, SL_OK);
  assert_true(h.rounds > 0);
  assert_int_equal(rows_of(store, SL_TABLE_INTENT), 1000);
  sl_store_close(store);
}

static void changed_row_is_found(void **state) {
  const sl_scratch *scratch = *state;
  sl_store *store = NULL;
  assert_int_equal(open_file(*state, &store), SL_OK);
  assert_int_equal(put_number(store, 7, 100), SL_OK);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_check(store, &fault), SL_OK);
  sl_store_close(store);
  sqlite3 *other = NULL;
  assert_int_equal(sqlite3_open(scratch->path, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other, "UPDATE intent SET value = zeroblob(99)", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(other), SQLITE_OK);

  assert_int_equal(open_file(*state, &store), SL_OK);
  sl_buf value;
  sl_buf_init(&value, 1000);
  assert_int_equal(sl_store_get(store, SL_TABLE_INTENT, (sl_span){(const uint8_t[]){0, 0, 0, 7}, 4}, &value),
                   SL_ERR_CORRUPT);
  assert_int_equal(value.size, 0);
  assert_true(sl_store_fatal(store));
  sl_store_close(store);
  assert_int_equal(open_file(*state, &store), SL_OK);
  assert_int_equal(sl_store_check(store, &fault), SL_ERR_CORRUPT);
  assert_non_null(strstr(fault.reason, "restore"));
  sl_store_close(store);
  assert_int_equal(open_file(*state, &store), SL_OK);
  unsigned rows = 0;
  sl_span all = {NULL, 0};
  assert_int_equal(sl_store_scan(store, SL_TABLE_INTENT, all, all, count_row, &rows), SL_ERR_CORRUPT);
  assert_int_equal(rows, 0);
  sl_store_close(store);
  sl_buf_fini(&value);
}

/* Writing on into a file that the next start will not find would lose what was told. */
static void removed_database_stops_the_store(void **state) {
  const sl_scratch *scratch = *state;
  sl_store *store = NULL;
  assert_int_equal(open_file(*state, &store), SL_OK);
  assert_int_equal(put_number(store, 1, 10), SL_OK);
  assert_int_equal(unlink(scratch->path), 0);
  assert_int_equal(put_number(store, 2, 10), SL_ERR_IO);
  assert_true(sl_store_fatal(store));
  sl_store_close(store);
}

static void another_writer_makes_it_busy(void **state) {
  const sl_scratch *scratch = *state;
  sl_store *store = NULL;
  assert_int_equal(open_file(*state, &store), SL_OK);
  sqlite3 *other = NULL;
  assert_int_equal(sqlite3_open(scratch->path, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(put_number(store, 1, 10), SL_ERR_BUSY);
  assert_false(sl_store_fatal(store));
  assert_int_equal(sqlite3_close(other), SQLITE_OK);
  assert_int_equal(put_number(store, 1, 10), SL_OK);
  sl_store_close(store);
}

static void codes_are_mapped_to_the_side_of_caution(void **state) {
  (void)state;
  static const struct { int code; sl_err error; } cases[] = {
      {SQLITE_OK, SL_OK},
      {SQLITE_ROW, SL_OK},
      {SQLITE_DONE, SL_OK},
      {SQLITE_FULL, SL_ERR_FULL},
      {SQLITE_BUSY_SNAPSHOT, SL_ERR_BUSY},
      {SQLITE_IOERR_NOMEM, SL_ERR_NOMEM},
      {SQLITE_IOERR_FSYNC, SL_ERR_IO},
      {SQLITE_IOERR_SHMSIZE, SL_ERR_IO},
      {SQLITE_CORRUPT_INDEX, SL_ERR_CORRUPT},
      {SQLITE_NOTADB, SL_ERR_CORRUPT},
      {SQLITE_READONLY_DBMOVED, SL_ERR_IO},
      {SQLITE_MISUSE, SL_ERR_IO},
      {SQLITE_ERROR, SL_ERR_IO},
      {9999, SL_ERR_IO},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(sl_sqlite_error(cases[i].code), cases[i].error);
  }
}

/* An allocator in front of SQLite's own that can say no once. */
static sqlite3_mem_methods real_memory;
static atomic_uint allocations_left;   /* until one fails; 0: none does */

static bool fails_now(void) {
  unsigned left = atomic_load(&allocations_left);
  if (left) atomic_store(&allocations_left, left - 1);
  return left == 1;
}

static void *take(int size) { return fails_now() ? NULL : real_memory.xMalloc(size); }
static void *retake(void *memory, int size) { return fails_now() ? NULL : real_memory.xRealloc(memory, size); }

static void install_allocator(void) {
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
  sqlite3_mem_methods ours = real_memory;
  ours.xMalloc = take;
  ours.xRealloc = retake;
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours), SQLITE_OK);
}

/* A life of a store, ended by the first error; *kept counts the commits that said yes. */
static sl_err live(sl_store *store, const char *copy, uint32_t *kept) {
  sl_err error = SL_OK;
  sl_fault fault = sl_fault_none();
  sl_buf value;
  sl_buf_init(&value, 1u << 16);
  for (uint32_t i = 0; i < 5 && !error; i++) {
    error = put_number(store, i, 40000);
    *kept += !error;
  }
  unsigned rows = 0;
  sl_span all = {NULL, 0};
  if (!error) error = sl_store_get(store, SL_TABLE_INTENT, (sl_span){(const uint8_t[]){0, 0, 0, 3}, 4}, &value);
  if (!error) error = sl_store_scan(store, SL_TABLE_INTENT, all, all, count_row, &rows);
  if (!error) error = sl_store_upkeep(store);
  if (!error) error = sl_store_check(store, &fault);
  if (!error) error = sl_store_backup(store, copy);
  sl_buf_fini(&value);
  return error;
}

/* Memory may run out anywhere: never an abort, a lost commit, or damage that is not there. */
static void every_allocation_may_fail(void **state) {
  sl_scratch *scratch = *state;
  char *copy = sl_sqlite_join(scratch->path, ".copy");
  unsigned failed = 0;
  for (unsigned n = 1;; n += 1 + n / 16) {
    sl_scratch_empty(scratch);
    sl_store *store = NULL;
    sl_fault fault = sl_fault_none();
    uint32_t kept = 0;
    atomic_store(&allocations_left, n);
    sl_err error = sl_store_open_sqlite(&store, scratch->path, NULL, &fault);
    if (!error) error = live(store, copy, &kept);
    bool reached = atomic_exchange(&allocations_left, 0) == 0;
    if (error && error != SL_ERR_NOMEM && error != SL_ERR_IO) fail_msg("at allocation %u: %s, %s", n, sl_err_name(error), fault.reason);
    sl_store_close(store);
    store = NULL;
    fault = sl_fault_none();
    error = sl_store_open_sqlite(&store, scratch->path, NULL, &fault);
    if (error) fail_msg("after allocation %u: %s", n, fault.reason);
    assert_int_equal(sl_store_check(store, &fault), SL_OK);
    assert_in_range(rows_of(store, SL_TABLE_INTENT), kept, kept + 1);
    sl_store_close(store);
    if (!reached) break;
    failed++;
  }
  printf("%u allocations failed in turn\n", failed);
  assert_true(failed > 50);
  free(copy);
}

int main(void) {
  install_allocator();
  sl_scratch scratch;
  sl_scratch_init(&scratch, "store.db");
  const sl_subject sqlite = {
      .name = "store/sqlite", .context = &scratch, .fresh = fresh, .open = open_file, .lasting = true};
  int failures = sl_conformance_run(&sqlite);
  sl_scratch_fini(&scratch);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(log_is_bounded_without_upkeep, set_up, tear_down),
      cmocka_unit_test_setup_teardown(upkeep_is_due_by_what_is_not_moved, set_up, tear_down),
      cmocka_unit_test_setup_teardown(upkeep_comes_close_before_the_writer_folds, set_up, tear_down),
      cmocka_unit_test_setup_teardown(log_has_a_hard_ceiling, set_up, tear_down),
      cmocka_unit_test_setup_teardown(upkeep_empties_the_log, set_up, tear_down),
      cmocka_unit_test_setup_teardown(upkeep_and_check_run_beside_the_writer, set_up, tear_down),
      cmocka_unit_test_setup_teardown(changed_row_is_found, set_up, tear_down),
      cmocka_unit_test_setup_teardown(removed_database_stops_the_store, set_up, tear_down),
      cmocka_unit_test_setup_teardown(another_writer_makes_it_busy, set_up, tear_down),
      cmocka_unit_test_setup_teardown(every_allocation_may_fail, set_up, tear_down),
      cmocka_unit_test(codes_are_mapped_to_the_side_of_caution),
  };
  return failures + cmocka_run_group_tests_name("store/sqlite engine", tests, NULL, NULL);
}
