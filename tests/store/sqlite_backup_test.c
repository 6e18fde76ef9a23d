/* Backup of a running store: one moment of it, private, whole or not there. */
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/faulty_vfs.h"
#include "store/scratch.h"
#include "store/sqlite_engine.h"

/* Each transaction writes its number into two rows: a copy in which they differ is no
 * moment of the store. */
static sl_err put_pair(sl_store *store, uint32_t number) {
  uint8_t value[3000];
  memset(value, (int)(number % 251), sizeof value);
  memcpy(value, &number, sizeof number);
  uint8_t key = (uint8_t)(number % 200);
  sl_err error = sl_store_begin(store);
  if (error) return error;
  error = sl_store_put(store, SL_TABLE_META, (sl_span){(const uint8_t *)"n", 1}, (sl_span){value, 4});
  if (!error) error = sl_store_put(store, SL_TABLE_PARTY, (sl_span){(const uint8_t *)"n", 1}, (sl_span){value, 4});
  if (!error) error = sl_store_put(store, SL_TABLE_LEAF, (sl_span){&key, 1}, (sl_span){value, sizeof value});
  if (!error) return sl_store_commit(store);
  sl_store_rollback(store);
  return error;
}

static uint32_t number_in(sl_store *store, sl_table table) {
  sl_buf value;
  sl_buf_init(&value, 4);
  assert_int_equal(sl_store_get(store, table, (sl_span){(const uint8_t *)"n", 1}, &value), SL_OK);
  uint32_t number = 0;
  assert_int_equal(value.size, 4);
  memcpy(&number, value.data, 4);
  sl_buf_fini(&value);
  return number;
}

typedef struct place {
  sl_scratch scratch;
  char copy[600];
  char partial[600];
  sl_store *store;
} place;

static int set_up(void **state) {
  place *p = calloc(1, sizeof *p);
  assert_non_null(p);
  sl_scratch_init(&p->scratch, "store.db");
  (void)snprintf(p->copy, sizeof p->copy, "%s.copy", p->scratch.path);
  (void)snprintf(p->partial, sizeof p->partial, "%s.copy.partial", p->scratch.path);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_open_sqlite(&p->store, p->scratch.path, NULL, &fault), SL_OK);
  for (uint32_t i = 1; i <= 300; i++) assert_int_equal(put_pair(p->store, i), SL_OK);
  *state = p;
  return 0;
}

static int tear_down(void **state) {
  place *p = *state;
  sl_store_close(p->store);
  sl_scratch_fini(&p->scratch);
  free(p);
  return 0;
}

/* Open the copy as a store; the number of the moment it holds. */
static uint32_t moment_of(const char *copy) {
  sl_store *store = NULL;
  sl_fault fault = sl_fault_none();
  if (sl_store_open_sqlite(&store, copy, NULL, &fault)) fail_msg("%s", fault.reason);
  assert_int_equal(sl_store_check(store, &fault), SL_OK);
  uint32_t number = number_in(store, SL_TABLE_META);
  assert_int_equal(number_in(store, SL_TABLE_PARTY), number);
  assert_int_equal(put_pair(store, number + 1), SL_OK);   /* it is a store like any other */
  sl_store_close(store);
  return number;
}

static void copy_is_private_and_complete(void **state) {
  place *p = *state;
  mode_t mask = umask(0);
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_OK);
  (void)umask(mask);
  struct stat found;
  assert_int_equal(stat(p->copy, &found), 0);
  assert_int_equal(found.st_mode & 07777, 0600);
  assert_int_not_equal(access(p->partial, F_OK), 0);
  assert_int_equal(put_pair(p->store, 301), SL_OK);
  assert_int_equal(moment_of(p->copy), 300);
  assert_int_equal(number_in(p->store, SL_TABLE_META), 301);
}

static void open_transaction_is_not_copied(void **state) {
  place *p = *state;
  assert_int_equal(sl_store_begin(p->store), SL_OK);
  assert_int_equal(sl_store_put(p->store, SL_TABLE_META, (sl_span){(const uint8_t *)"n", 1},
                                (sl_span){(const uint8_t *)"half", 4}), SL_OK);
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_OK);
  assert_int_equal(moment_of(p->copy), 300);
  assert_int_equal(sl_store_commit(p->store), SL_OK);
}

static void existing_file_is_left_alone(void **state) {
  place *p = *state;
  int fd = open(p->copy, O_CREAT | O_WRONLY, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "mine", 4), 4);
  assert_int_equal(close(fd), 0);
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_ERR_EXISTS);
  assert_int_equal(sl_store_backup(p->store, p->scratch.path), SL_ERR_EXISTS);
  struct stat found;
  assert_int_equal(stat(p->copy, &found), 0);
  assert_int_equal(found.st_size, 4);
  assert_int_equal(unlink(p->copy), 0);
  assert_int_equal(symlink("elsewhere", p->copy), 0);
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_ERR_EXISTS);
  assert_int_equal(unlink(p->copy), 0);
  fd = open(p->partial, O_CREAT | O_WRONLY, 0644);   /* left by a backup that was killed */
  assert_int_equal(close(fd), 0);
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_OK);
  assert_int_equal(moment_of(p->copy), 300);
}

static void wrong_places(void **state) {
  place *p = *state;
  char path[700];
  (void)snprintf(path, sizeof path, "%s/none/copy", p->scratch.directory);
  assert_int_equal(sl_store_backup(p->store, path), SL_ERR_IO);
  assert_int_equal(sl_store_backup(p->store, ""), SL_ERR_RANGE);
  char *longer = malloc(SL_SQLITE_PATH_MAX + 2u);
  assert_non_null(longer);
  memset(longer, 'a', SL_SQLITE_PATH_MAX + 1u);
  longer[SL_SQLITE_PATH_MAX + 1u] = 0;
  assert_int_equal(sl_store_backup(p->store, longer), SL_ERR_CAP);
  free(longer);
  assert_false(sl_store_fatal(p->store));
}

typedef struct copier {
  sl_store *store;
  const char *copy;
  atomic_bool stop;
  unsigned copies;
  sl_err error;
  uint32_t last;
} copier;

static void *copy_on_and_on(void *context) {
  copier *c = context;
  while (!atomic_load(&c->stop) && !c->error) {
    c->error = sl_store_backup(c->store, c->copy);
    if (c->error) break;
    uint32_t moment = moment_of(c->copy);
    if (moment < c->last) c->error = SL_ERR_ORDER;
    c->last = moment;
    c->copies++;
    char lock[700];
    (void)snprintf(lock, sizeof lock, "%s.lock", c->copy);
    if (unlink(c->copy) || unlink(lock)) c->error = SL_ERR_IO;
  }
  return NULL;
}

static void beside_the_writer(void **state) {
  place *p = *state;
  copier c = {.store = p->store, .copy = p->copy};
  atomic_init(&c.stop, false);
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, copy_on_and_on, &c), 0);
  for (uint32_t i = 301; i <= 1500; i++) {
    assert_int_equal(put_pair(p->store, i), SL_OK);
    if (i % 50 == 0) assert_int_equal(sl_store_upkeep(p->store), SL_OK);
  }
  atomic_store(&c.stop, true);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_int_equal(c.error, SL_OK);
  assert_true(c.copies > 0);
  assert_int_equal(number_in(p->store, SL_TABLE_PARTY), 1500);
}

/* With a log near its limit the writer comes first. */
static void gives_way_to_the_writer(void **state) {
  place *p = *state;
  sl_store_close(p->store);
  p->store = NULL;
  sl_fault fault = sl_fault_none();
  sl_sqlite_limits limits = {.soft = 64, .hard = 64};
  assert_int_equal(sl_sqlite_open_with(&p->store, p->scratch.path, NULL, limits, &fault), SL_OK);
  /* Enough pages that the copy takes more than one step, in a log that is over the limit. */
  uint8_t *big = calloc(1, 6u << 20);
  assert_non_null(big);
  assert_int_equal(sl_store_begin(p->store), SL_OK);
  assert_int_equal(sl_store_put(p->store, SL_TABLE_META, (sl_span){(const uint8_t *)"b", 1}, (sl_span){big, 6u << 20}),
                   SL_OK);
  assert_int_equal(sl_store_commit(p->store), SL_OK);
  free(big);
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_ERR_BUSY);
  assert_int_not_equal(access(p->copy, F_OK), 0);
  assert_int_not_equal(access(p->partial, F_OK), 0);
  assert_int_equal(put_pair(p->store, 301), SL_OK);
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_OK);
  assert_int_equal(moment_of(p->copy), 301);
}

/* docs/operations.md: a copy by SQLite's own shell, from another process, is as good. */
static void copy_by_a_shell(void **state) {
  place *p = *state;
  mode_t mask = umask(077);
  sqlite3 *shell = NULL;
  char statement[700];
  (void)snprintf(statement, sizeof statement, "VACUUM INTO '%s'", p->copy);
  assert_int_equal(sqlite3_open(p->scratch.path, &shell), SQLITE_OK);
  assert_int_equal(sqlite3_exec(shell, statement, NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(shell), SQLITE_OK);
  (void)umask(mask);
  assert_int_equal(put_pair(p->store, 301), SL_OK);
  assert_int_equal(moment_of(p->copy), 300);
}

/* Whatever fails while copying: no file under the name, and the store goes on. */
static void failures_leave_nothing(void **state) {
  place *p = *state;
  sl_store_close(p->store);
  p->store = NULL;
  sl_fault fault = sl_fault_none();
  sl_faulty_vfs *vfs = sl_faulty_new("copy", 1);
  assert_int_equal(sl_store_open_sqlite(&p->store, p->scratch.path, "copy", &fault), SL_OK);
  static const struct { sl_faulty_call call; int code; sl_err error; } cases[] = {
      {SL_FAULTY_WRITE, SQLITE_FULL, SL_ERR_FULL},
      {SL_FAULTY_WRITE, SQLITE_IOERR_WRITE, SL_ERR_IO},
      {SL_FAULTY_SYNC, SQLITE_IOERR_FSYNC, SL_ERR_IO},
      {SL_FAULTY_OPEN, SQLITE_CANTOPEN, SL_ERR_IO},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sl_faulty_fail(vfs, cases[i].call, 1, cases[i].code, true);
    assert_int_equal(sl_store_backup(p->store, p->copy), cases[i].error);
    sl_faulty_fail(vfs, cases[i].call, 0, SQLITE_OK, false);
    assert_int_not_equal(access(p->copy, F_OK), 0);
    assert_int_not_equal(access(p->partial, F_OK), 0);
    assert_false(sl_store_fatal(p->store));
    assert_int_equal(put_pair(p->store, 301 + (uint32_t)i), SL_OK);
  }
  assert_int_equal(sl_store_backup(p->store, p->copy), SL_OK);
  assert_int_equal(moment_of(p->copy), 304);
  sl_store_close(p->store);
  p->store = NULL;
  sl_faulty_free(vfs);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(copy_is_private_and_complete),
      TEST(open_transaction_is_not_copied),
      TEST(existing_file_is_left_alone),
      TEST(wrong_places),
      TEST(beside_the_writer),
      TEST(gives_way_to_the_writer),
      TEST(copy_by_a_shell),
      TEST(failures_leave_nothing),
  };
  return cmocka_run_group_tests_name("store/sqlite_backup", tests, NULL, NULL);
}
