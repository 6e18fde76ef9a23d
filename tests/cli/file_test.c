/* Whole files out: there whole or not at all; and what is no file is written into, not
 * replaced. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "test.h"

static char folder[32], path[64];

static int setup(void **state) {
  (void)state;
  memcpy(folder, "/tmp/sl-file-XXXXXX", sizeof "/tmp/sl-file-XXXXXX");
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/out", folder);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  unlink(path);
  assert_int_equal(rmdir(folder), 0);   /* nothing is left beside it */
  return 0;
}

static sl_err write_text(const char *to, const char *text) {
  sl_cli cli = {.out = stdout, .err = stderr};
  sl_fault fault = sl_fault_none();
  return sl_file_write(&cli, to, sl_str_bytes(sl_str_from(text)), &fault);
}

static void file_is_replaced_whole(void **state) {
  (void)state;
  assert_int_equal(write_text(path, "a longer first text"), SL_OK);
  assert_int_equal(write_text(path, "second"), SL_OK);
  sl_buf text;
  assert_int_equal(sl_file_read(&text, path, 100, NULL), SL_OK);
  assert_true(sl_str_is(sl_buf_str(&text), "second"));
  sl_buf_fini(&text);
}

static void *read_it(void *context) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  *(ssize_t *)context = read(fd, (char[64]){0}, 64);
  close(fd);
  return NULL;
}

static void pipe_stays_a_pipe(void **state) {
  (void)state;
  assert_int_equal(mkfifo(path, 0600), 0);
  ssize_t got = 0;
  pthread_t reader;
  assert_int_equal(pthread_create(&reader, NULL, read_it, &got), 0);
  assert_int_equal(write_text(path, "through"), SL_OK);
  struct stat after;
  assert_int_equal(stat(path, &after), 0);
  assert_true(S_ISFIFO(after.st_mode));
  pthread_join(reader, NULL);
  assert_int_equal(got, 7);
}

static void link_stays_a_link(void **state) {
  (void)state;
  char real[80];
  snprintf(real, sizeof real, "%s/real", folder);
  assert_int_equal(write_text(real, "first"), SL_OK);
  assert_int_equal(symlink(real, path), 0);
  assert_int_equal(write_text(path, "2nd"), SL_OK);
  struct stat after;
  assert_int_equal(lstat(path, &after), 0);
  assert_true(S_ISLNK(after.st_mode));
  sl_buf text;
  assert_int_equal(sl_file_read(&text, real, 100, NULL), SL_OK);
  assert_true(sl_str_is(sl_buf_str(&text), "2nd"));
  sl_buf_fini(&text);
  unlink(real);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(file_is_replaced_whole, setup, teardown),
      cmocka_unit_test_setup_teardown(pipe_stays_a_pipe, setup, teardown),
      cmocka_unit_test_setup_teardown(link_stays_a_link, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
