/* Opening what should not be opened: each refused with a reason that says what to do,
 * and left as it was found. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/faulty_vfs.h"
#include "store/scratch.h"
#include "store/sqlite_engine.h"

#define SPAN(literal) sl_str_bytes(SL_STR(literal))
#define ROWS 60u

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

static sl_err open_quietly(const sl_scratch *scratch, sl_store **out, sl_fault *fault) {
  *out = NULL;
  *fault = sl_fault_none();
  return sl_store_open_sqlite(out, scratch->path, NULL, fault);
}

/* Opening fails with error and a reason that holds word. */
static void want_refused(const sl_scratch *scratch, sl_err error, const char *word) {
  sl_store *store = NULL;
  sl_fault fault;
  assert_int_equal(open_quietly(scratch, &store, &fault), error);
  assert_null(store);
  assert_int_equal(fault.code, error);
  if (!strstr(fault.reason, word)) fail_msg("\"%s\" does not say \"%s\"", fault.reason, word);
}

static void want_opened(const sl_scratch *scratch) {
  sl_store *store = NULL;
  sl_fault fault;
  if (open_quietly(scratch, &store, &fault)) fail_msg("%s", fault.reason);
  sl_store_close(store);
}

static sl_err put_row(sl_store *store, uint8_t key, uint8_t byte, size_t size) {
  uint8_t value[4000];
  memset(value, byte, size);
  sl_err error = sl_store_begin(store);
  if (error) return error;
  error = sl_store_put(store, SL_TABLE_INTENT, (sl_span){&key, 1}, (sl_span){value, size});
  if (!error) return sl_store_commit(store);
  sl_store_rollback(store);
  return error;
}

static void fill(const sl_scratch *scratch) {
  sl_store *store = NULL;
  sl_fault fault;
  assert_int_equal(open_quietly(scratch, &store, &fault), SL_OK);
  for (uint8_t i = 0; i < ROWS; i++) assert_int_equal(put_row(store, i, i, i * 60u), SL_OK);
  sl_store_close(store);
}

static void beside(const sl_scratch *scratch, const char *suffix, char *out, size_t size) {
  assert_in_range(snprintf(out, size, "%s%s", scratch->path, suffix), 1, size - 1);
}

static void write_file(const char *path, const void *data, size_t size) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, data, size), (ssize_t)size);
  assert_int_equal(close(fd), 0);
}

static uint8_t *read_file(const char *path, size_t *size) {
  int fd = open(path, O_RDONLY);
  struct stat found;
  assert_true(fd >= 0 && fstat(fd, &found) == 0);
  *size = (size_t)found.st_size;
  uint8_t *data = malloc(*size + 1);
  assert_non_null(data);
  assert_int_equal(read(fd, data, *size), found.st_size);
  assert_int_equal(close(fd), 0);
  return data;
}

static void run_sql(const sl_scratch *scratch, const char *sql) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(scratch->path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  assert_int_equal(chmod(scratch->path, 0600), 0);
}

static void files_are_private(void **state) {
  const sl_scratch *scratch = *state;
  mode_t mask = umask(0);
  sl_store *store = NULL;
  sl_fault fault;
  assert_int_equal(open_quietly(scratch, &store, &fault), SL_OK);
  assert_int_equal(put_row(store, 1, 1, 100), SL_OK);
  static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
  for (size_t i = 0; i < 4; i++) {
    char name[600];
    struct stat found;
    beside(scratch, suffixes[i], name, sizeof name);
    assert_int_equal(stat(name, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0600);
  }
  sl_store_close(store);
  (void)umask(mask);
}

static void one_owner_only(void **state) {
  const sl_scratch *scratch = *state;
  sl_store *store = NULL;
  sl_fault fault;
  assert_int_equal(open_quietly(scratch, &store, &fault), SL_OK);
  want_refused(scratch, SL_ERR_BUSY, "another process");
  pid_t child = fork();
  if (child == 0) {
    sl_store *second = NULL;
    sl_fault reason = sl_fault_none();
    _exit((int)sl_store_open_sqlite(&second, scratch->path, NULL, &reason));
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), SL_ERR_BUSY);
  assert_int_equal(put_row(store, 1, 1, 1), SL_OK);   /* the refused one disturbed nothing */
  sl_store_close(store);
  want_opened(scratch);
}

/* A killed owner leaves no lock behind. */
static void dead_owner_is_no_owner(void **state) {
  const sl_scratch *scratch = *state;
  int ready[2];
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    sl_store *store = NULL;
    sl_fault fault;
    char ok = open_quietly(scratch, &store, &fault) == SL_OK && put_row(store, 1, 1, 1) == SL_OK;
    if (write(ready[1], &ok, 1) != 1) _exit(1);
    for (;;) (void)pause();
  }
  char ok = 0;
  assert_int_equal(read(ready[0], &ok, 1), 1);
  assert_int_equal(ok, 1);
  want_refused(scratch, SL_ERR_BUSY, "another process");
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, NULL, 0), child);
  (void)close(ready[0]);
  (void)close(ready[1]);
  sl_store *store = NULL;
  sl_fault fault;
  assert_int_equal(open_quietly(scratch, &store, &fault), SL_OK);
  sl_buf value;
  sl_buf_init(&value, 16);
  assert_int_equal(sl_store_get(store, SL_TABLE_INTENT, (sl_span){(const uint8_t *)"\x01", 1}, &value), SL_OK);
  sl_buf_fini(&value);
  sl_store_close(store);
}

static bool add_row(void *context, sl_span key, sl_span value) {
  sl_buf_add_block(context, key);
  sl_buf_add_block(context, value);
  return true;
}

static sl_err read_all(sl_store *store, sl_buf *out) {
  sl_err error = SL_OK;
  sl_span all = {NULL, 0};
  for (unsigned t = 0; t < SL_TABLE_COUNT && !error; t++) {
    sl_buf_add_u32(out, t);
    error = sl_store_scan(store, (sl_table)t, all, all, add_row, out);
  }
  return error;
}

/* The missing part is seen at opening, or (of the last page's tail) when it is read. */
static void want_refused_or_found(const sl_scratch *scratch) {
  sl_store *store = NULL;
  sl_fault fault;
  sl_err error = open_quietly(scratch, &store, &fault);
  if (!error) error = sl_store_check(store, &fault);
  assert_int_equal(error, SL_ERR_CORRUPT);
  assert_non_null(strstr(fault.reason, "backup"));
  sl_store_close(store);
}

static void truncated_file(void **state) {
  const sl_scratch *scratch = *state;
  fill(scratch);
  size_t size = 0;
  uint8_t *whole = read_file(scratch->path, &size);
  /* Not a byte less: the last page may end in nothing. */
  const size_t sizes[] = {1, 50, 99, 100, SL_SQLITE_PAGE, size / 2, size - SL_SQLITE_PAGE, size - SL_SQLITE_PAGE + 8};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    write_file(scratch->path, whole, sizes[i]);
    want_refused_or_found(scratch);
    size_t after = 0;
    free(read_file(scratch->path, &after));
    assert_int_equal(after, sizes[i]);
  }
  write_file(scratch->path, whole, 0);
  want_refused(scratch, SL_ERR_CORRUPT, "empty or cut short");
  write_file(scratch->path, whole, size);
  want_opened(scratch);
  free(whole);
}

/* Any flipped bit is refused, found, or harmless: what is read without an error is what
 * was written. */
static void flipped_bits(void **state) {
  const sl_scratch *scratch = *state;
  sl_rng rng = sl_rng_start("store/sqlite_open flipped_bits", 3);
  fill(scratch);
  size_t size = 0;
  uint8_t *whole = read_file(scratch->path, &size);
  sl_buf want, got;
  sl_buf_init(&want, 1u << 20);
  sl_buf_init(&got, 1u << 20);
  unsigned refused = 0, found = 0, harmless = 0;
  for (unsigned round = 0; round <= 1500; round++) {
    size_t at = round < 500 ? round / 2 : (size_t)sl_rng_between(&rng, 0, (int64_t)size - 1);
    uint8_t flip = (uint8_t)(round ? 1u << sl_rng_next(&rng) % 8 : 0);   /* the first round: nothing */
    whole[at] ^= flip;
    write_file(scratch->path, whole, size);
    whole[at] ^= flip;
    sl_store *store = NULL;
    sl_fault fault;
    sl_err error = open_quietly(scratch, &store, &fault);
    if (error) {
      if (!round || (error != SL_ERR_CORRUPT && error != SL_ERR_SCHEMA && error != SL_ERR_DENIED)) {
        fail_msg("byte %zu: %s: %s", at, sl_err_name(error), fault.reason);
      }
      refused++;
      continue;
    }
    sl_buf_clear(&got);
    error = read_all(store, round ? &got : &want);
    sl_store_close(store);
    if (error) {
      assert_int_equal(error, SL_ERR_CORRUPT);
      found++;
    } else if (round) {
      assert_int_equal(got.size, want.size);
      assert_memory_equal(got.data, want.data, want.size);
      harmless++;
    }
  }
  printf("flipped bits: %u refused at opening, %u found when read, %u harmless\n", refused, found, harmless);
  assert_true(refused > 50 && found > 200 && harmless > 300);
  sl_buf_fini(&want);
  sl_buf_fini(&got);
  free(whole);
}

static void damaged_page_is_found_by_the_check(void **state) {
  const sl_scratch *scratch = *state;
  fill(scratch);
  size_t size = 0;
  uint8_t *whole = read_file(scratch->path, &size);
  memset(whole + size - SL_SQLITE_PAGE, 0xa5, SL_SQLITE_PAGE);
  write_file(scratch->path, whole, size);
  free(whole);
  sl_store *store = NULL;
  sl_fault fault;
  assert_int_equal(open_quietly(scratch, &store, &fault), SL_OK);
  assert_int_equal(sl_store_check(store, &fault), SL_ERR_CORRUPT);
  assert_int_equal(fault.code, SL_ERR_CORRUPT);
  assert_true(fault.reason[0] != 0);
  assert_true(sl_store_fatal(store));
  sl_store_close(store);
}

static void other_versions(void **state) {
  const sl_scratch *scratch = *state;
  fill(scratch);
  run_sql(scratch, "PRAGMA user_version = 1");
  want_refused(scratch, SL_ERR_SCHEMA, "run the release that wrote it");
  run_sql(scratch, "PRAGMA user_version = 3");
  want_refused(scratch, SL_ERR_SCHEMA, "newer release");
  run_sql(scratch, "PRAGMA user_version = 2");
  want_opened(scratch);
  run_sql(scratch, "DROP TABLE leaf");
  want_refused(scratch, SL_ERR_CORRUPT, "lacks a table");
}

static void foreign_files(void **state) {
  const sl_scratch *scratch = *state;
  char text[1000];   /* a letter, say */
  memset(text, 'a', sizeof text);
  write_file(scratch->path, text, sizeof text);
  want_refused(scratch, SL_ERR_CORRUPT, "no SQLite database");
  assert_int_equal(unlink(scratch->path), 0);
  run_sql(scratch, "CREATE TABLE bookmarks (url TEXT); PRAGMA application_id = 77");
  size_t before_size = 0, after_size = 0;
  uint8_t *before = read_file(scratch->path, &before_size);
  want_refused(scratch, SL_ERR_CORRUPT, "another application");
  uint8_t *after = read_file(scratch->path, &after_size);
  assert_int_equal(before_size, after_size);
  assert_memory_equal(before, after, before_size);
  free(before);
  free(after);
  run_sql(scratch, "PRAGMA application_id = 0");
  want_refused(scratch, SL_ERR_CORRUPT, "another application");
}

static void what_is_no_private_file(void **state) {
  const sl_scratch *scratch = *state;
  char target[600], lock[600];
  beside(scratch, ".target", target, sizeof target);
  beside(scratch, ".lock", lock, sizeof lock);
  assert_int_equal(symlink(target, scratch->path), 0);
  want_refused(scratch, SL_ERR_DENIED, "symbolic link");   /* dangling: nothing is made through it */
  assert_int_not_equal(access(target, F_OK), 0);
  assert_int_equal(unlink(scratch->path), 0);
  fill(scratch);
  assert_int_equal(rename(scratch->path, target), 0);
  assert_int_equal(symlink(target, scratch->path), 0);
  want_refused(scratch, SL_ERR_DENIED, "symbolic link");
  assert_int_equal(unlink(scratch->path), 0);
  assert_int_equal(rename(target, scratch->path), 0);
  assert_int_equal(unlink(lock), 0);
  assert_int_equal(symlink(target, lock), 0);
  want_refused(scratch, SL_ERR_DENIED, "symbolic link");
  assert_int_equal(unlink(lock), 0);
  assert_int_equal(chmod(scratch->path, 0640), 0);
  want_refused(scratch, SL_ERR_DENIED, "chmod 600");
  assert_int_equal(unlink(scratch->path), 0);
  assert_int_equal(mkfifo(scratch->path, 0600), 0);
  want_refused(scratch, SL_ERR_DENIED, "regular file");
  assert_int_equal(unlink(scratch->path), 0);
  want_opened(scratch);
}

static void log_without_its_database(void **state) {
  const sl_scratch *scratch = *state;
  char log[600];
  beside(scratch, "-wal", log, sizeof log);
  write_file(log, "x", 1);
  want_refused(scratch, SL_ERR_CORRUPT, "-wal");
  write_file(scratch->path, "", 0);
  want_refused(scratch, SL_ERR_CORRUPT, "empty");
}

static void paths_that_lead_nowhere(void **state) {
  sl_scratch *scratch = *state;
  sl_scratch wrong = *scratch;
  (void)snprintf(wrong.path, sizeof wrong.path, "%s/none/store.db", scratch->directory);
  want_refused(&wrong, SL_ERR_IO, "does not exist");
  (void)snprintf(wrong.path, sizeof wrong.path, "%s/.", scratch->directory);
  sl_store *store = NULL;
  sl_fault fault;
  assert_int_not_equal(open_quietly(&wrong, &store, &fault), SL_OK);
  char *path = malloc(SL_SQLITE_PATH_MAX + 2u);
  assert_non_null(path);
  memset(path, 'a', SL_SQLITE_PATH_MAX + 1u);
  path[SL_SQLITE_PATH_MAX + 1u] = 0;
  fault = sl_fault_none();
  assert_int_equal(sl_store_open_sqlite(&store, path, NULL, &fault), SL_ERR_CAP);
  free(path);
  fault = sl_fault_none();
  assert_int_equal(sl_store_open_sqlite(&store, scratch->path, "no-such-vfs", &fault), SL_ERR_UNKNOWN);
  assert_null(store);
}

/* As an ordinary user, whom modes bind; the result comes back as the exit status. */
static void directory_without_write(void **state) {
  const sl_scratch *scratch = *state;
  assert_int_equal(chmod(scratch->directory, 0555), 0);
  pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) || setuid(65534))) _exit(99);
    sl_store *store = NULL;
    sl_fault fault;
    sl_err error = open_quietly(scratch, &store, &fault);
    _exit(strstr(fault.reason, "mode of file and directory") ? (int)error : 98);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(chmod(scratch->directory, 0700), 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), SL_ERR_DENIED);
}

static void locked_by_a_shell(void **state) {
  const sl_scratch *scratch = *state;
  fill(scratch);
  sqlite3 *shell = NULL;
  assert_int_equal(sqlite3_open(scratch->path, &shell), SQLITE_OK);
  assert_int_equal(sqlite3_exec(shell, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
  want_refused(scratch, SL_ERR_BUSY, "another program");
  assert_int_equal(sqlite3_close(shell), SQLITE_OK);
  want_opened(scratch);
}

static void full_disk_while_creating(void **state) {
  const sl_scratch *scratch = *state;
  sl_faulty_vfs *vfs = sl_faulty_new("full", 1);
  for (uint64_t n = 1; n < 40; n++) {
    sl_store *store = NULL;
    sl_fault fault = sl_fault_none();
    sl_faulty_fail(vfs, SL_FAULTY_WRITE, n, SQLITE_FULL, true);
    sl_err error = sl_store_open_sqlite(&store, scratch->path, "full", &fault);
    if (error) assert_non_null(strstr(fault.reason, "disk is full"));
    if (n == 1) assert_int_equal(error, SL_ERR_FULL);
    sl_store_close(store);
    sl_faulty_fail(vfs, SL_FAULTY_WRITE, 0, SQLITE_OK, false);
    want_opened(scratch);   /* as soon as there is room */
    sl_scratch_empty(*state);
  }
  sl_faulty_free(vfs);
}

static void full_disk_while_working(void **state) {
  const sl_scratch *scratch = *state;
  sl_faulty_vfs *vfs = sl_faulty_new("full", 1);
  sl_store *store = NULL;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_open_sqlite(&store, scratch->path, "full", &fault), SL_OK);
  assert_int_equal(put_row(store, 1, 1, 4000), SL_OK);
  sl_faulty_fail(vfs, SL_FAULTY_WRITE, 2, SQLITE_FULL, true);
  for (unsigned i = 0; i < 5; i++) {
    assert_int_equal(put_row(store, 2, 2, 4000), SL_ERR_FULL);
    assert_false(sl_store_fatal(store));
  }
  sl_buf value;
  sl_buf_init(&value, 5000);
  assert_int_equal(sl_store_get(store, SL_TABLE_INTENT, (sl_span){(const uint8_t *)"\x02", 1}, &value), SL_ERR_NOT_FOUND);
  assert_int_equal(sl_store_get(store, SL_TABLE_INTENT, (sl_span){(const uint8_t *)"\x01", 1}, &value), SL_OK);
  sl_faulty_fail(vfs, SL_FAULTY_WRITE, 0, SQLITE_OK, false);
  assert_int_equal(put_row(store, 2, 2, 4000), SL_OK);
  assert_int_equal(sl_store_check(store, &fault), SL_OK);
  sl_buf_fini(&value);
  sl_store_close(store);
  sl_faulty_free(vfs);
}

static void failed_sync_is_final(void **state) {
  const sl_scratch *scratch = *state;
  sl_faulty_vfs *vfs = sl_faulty_new("sync", 1);
  sl_store *store = NULL;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_open_sqlite(&store, scratch->path, "sync", &fault), SL_OK);
  assert_int_equal(put_row(store, 1, 1, 100), SL_OK);
  sl_faulty_fail(vfs, SL_FAULTY_SYNC, 1, SQLITE_IOERR_FSYNC, false);
  assert_int_equal(put_row(store, 2, 2, 100), SL_ERR_IO);
  assert_true(sl_store_fatal(store));
  uint64_t writes = sl_faulty_calls(vfs, SL_FAULTY_WRITE), syncs = sl_faulty_calls(vfs, SL_FAULTY_SYNC);
  assert_int_equal(put_row(store, 3, 3, 100), SL_ERR_IO);
  assert_int_equal(sl_store_upkeep(store), SL_ERR_IO);
  sl_store_close(store);
  /* Never retried: the kernel may have thrown away what it could not write. */
  assert_int_equal(sl_faulty_calls(vfs, SL_FAULTY_WRITE), writes);
  assert_int_equal(sl_faulty_calls(vfs, SL_FAULTY_SYNC), syncs);
  /* The same when upkeep meets it, on whatever thread. */
  assert_int_equal(sl_store_open_sqlite(&store, scratch->path, "sync", &fault), SL_OK);
  assert_int_equal(put_row(store, 4, 4, 100), SL_OK);
  sl_faulty_fail(vfs, SL_FAULTY_SYNC, 2, SQLITE_IOERR_FSYNC, false);
  assert_int_equal(sl_store_upkeep(store), SL_ERR_IO);
  assert_true(sl_store_fatal(store));
  assert_int_equal(put_row(store, 5, 5, 100), SL_ERR_IO);
  sl_store_close(store);
  sl_faulty_free(vfs);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(files_are_private),
      TEST(one_owner_only),
      TEST(dead_owner_is_no_owner),
      TEST(truncated_file),
      TEST(flipped_bits),
      TEST(damaged_page_is_found_by_the_check),
      TEST(other_versions),
      TEST(foreign_files),
      TEST(what_is_no_private_file),
      TEST(log_without_its_database),
      TEST(paths_that_lead_nowhere),
      TEST(directory_without_write),
      TEST(locked_by_a_shell),
      TEST(full_disk_while_creating),
      TEST(full_disk_while_working),
      TEST(failed_sync_is_final),
  };
  return cmocka_run_group_tests_name("store/sqlite_open", tests, NULL, NULL);
}
