/* Key files on disk: their mode, what is refused, that nothing is overwritten, and
 * that OpenSSL's own tool reads them and we read its. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "seal/seal.h"

/* A folder of its own for every test, and a path in it. */
typedef struct place {
  char folder[64];
  char path[96];
  char other[96];
} place;

static int enter(void **state) {
  place *here = calloc(1, sizeof *here);
  if (here == NULL) {
    return -1;
  }
  snprintf(here->folder, sizeof here->folder, "/tmp/sl-keyfile-XXXXXX");
  if (mkdtemp(here->folder) == NULL) {
    free(here);
    return -1;
  }
  snprintf(here->path, sizeof here->path, "%s/key.pem", here->folder);
  snprintf(here->other, sizeof here->other, "%s/other", here->folder);
  *state = here;
  return 0;
}

static int leave(void **state) {
  place *here = *state;
  unlink(here->path);
  unlink(here->other);
  const int failed = rmdir(here->folder);
  free(here);
  return failed;
}

static sl_key a_key(void) {
  const uint8_t seed[32] = {0xC0, 0xFF, 0xEE};
  sl_key key;
  sl_key_from_seed(&key, seed);
  return key;
}

static mode_t mode_of(const char *path) {
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  return status.st_mode & 07777;
}

static void saves_for_its_owner_alone(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_key loaded;
  /* Whatever the umask. */
  const mode_t before = umask(0);
  assert_int_equal(sl_key_save(here->path, &key, NULL), SL_OK);
  assert_int_equal(mode_of(here->path), 0600);
  assert_int_equal(unlink(here->path), 0);
  umask(0777);
  assert_int_equal(sl_key_save(here->path, &key, NULL), SL_OK);
  umask(before);
  assert_int_equal(mode_of(here->path), 0600);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_OK);
  assert_memory_equal(&loaded, &key, sizeof key);
}

static void never_overwrites(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_key_save(here->path, &key, NULL), SL_OK);
  assert_int_equal(sl_key_save(here->path, &key, &fault), SL_ERR_EXISTS);
  assert_int_equal(fault.code, SL_ERR_EXISTS);
  /* Nor through a link that leads to nothing yet. */
  assert_int_equal(unlink(here->path), 0);
  assert_int_equal(symlink(here->other, here->path), 0);
  assert_int_equal(sl_key_save(here->path, &key, NULL), SL_ERR_EXISTS);
  assert_int_equal(access(here->other, F_OK), -1);
}

static void refuses_files_that_others_reach(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_key loaded;
  memset(&loaded, 0x5A, sizeof loaded);
  const sl_key before = loaded;
  assert_int_equal(sl_key_save(here->path, &key, NULL), SL_OK);
  for (unsigned bit = 0; bit < 6; bit++) {
    sl_fault fault = sl_fault_none();
    assert_int_equal(chmod(here->path, 0600 | (1u << bit)), 0);
    assert_int_equal(sl_key_load(&loaded, here->path, &fault), SL_ERR_DENIED);
    assert_non_null(strstr(fault.reason, "chmod 600"));
  }
  assert_memory_equal(&loaded, &before, sizeof loaded);
  assert_int_equal(chmod(here->path, 0400), 0);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_OK);
}

static void refuses_what_is_no_plain_file(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_key loaded;
  assert_int_equal(sl_key_load(&loaded, here->folder, NULL), SL_ERR_DENIED);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_ERR_IO);
  assert_int_equal(mkfifo(here->path, 0600), 0);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_ERR_DENIED);
  assert_int_equal(unlink(here->path), 0);
  assert_int_equal(sl_key_save(here->other, &key, NULL), SL_OK);
  assert_int_equal(symlink(here->other, here->path), 0);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_ERR_DENIED);
}

static void refuses_files_of_another_user(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_key loaded;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_key_save(here->path, &key, NULL), SL_OK);
  /* Only root can give a file away. */
  if (geteuid() == 0) {
    assert_int_equal(chown(here->path, 12345, 12345), 0);
    assert_int_equal(sl_key_load(&loaded, here->path, &fault), SL_ERR_DENIED);
    assert_non_null(strstr(fault.reason, "belong"));
    assert_int_equal(chown(here->path, 0, 0), 0);
  }
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_OK);
}

static void takes_a_bare_name(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_key loaded;
  const int before = open(".", O_RDONLY | O_DIRECTORY);
  assert_true(before >= 0);
  assert_int_equal(chdir(here->folder), 0);
  assert_int_equal(sl_key_save("key.pem", &key, NULL), SL_OK);
  assert_int_equal(sl_key_load(&loaded, "key.pem", NULL), SL_OK);
  assert_int_equal(fchdir(before), 0);
  assert_int_equal(close(before), 0);
  assert_memory_equal(&loaded, &key, sizeof key);
}

static void write_file(const char *path, const char *text, size_t size) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, size), (ssize_t)size);
  assert_int_equal(close(fd), 0);
}

static void refuses_long_and_foreign_content(void **state) {
  const place *here = *state;
  static char text[4097];
  sl_key loaded;
  memset(text, 'A', sizeof text);
  write_file(here->path, text, sizeof text);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_ERR_CAP);
  write_file(here->path, text, 4096);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_ERR_SYNTAX);
  write_file(here->path, "", 0);
  assert_int_equal(sl_key_load(&loaded, here->path, NULL), SL_ERR_SYNTAX);
}

static void says_when_the_folder_is_not_there(void **state) {
  const place *here = *state;
  char path[128];
  const sl_key key = a_key();
  sl_fault fault = sl_fault_none();
  snprintf(path, sizeof path, "%s/none/key.pem", here->folder);
  assert_int_equal(sl_key_save(path, &key, &fault), SL_ERR_IO);
  assert_non_null(strstr(fault.reason, "create"));
  /* The reason never repeats the path. */
  assert_null(strstr(fault.reason, here->folder));
}

/* The device fills up in the middle of the file: what was begun does not stay. */
static void leaves_no_half_key(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_fault fault = sl_fault_none();
  struct rlimit before;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit tight = {10, before.rlim_max};
  assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const sl_err err = sl_key_save(here->path, &key, &fault);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  assert_int_equal(err, SL_ERR_IO);
  assert_non_null(strstr(fault.reason, "write"));
  assert_int_equal(access(here->path, F_OK), -1);
}

static void openssl_reads_and_writes_the_same(void **state) {
  const place *here = *state;
  const sl_key key = a_key();
  sl_key loaded;
  char command[512];
  if (system("openssl version >/dev/null 2>&1") != 0) {
    SL_SKIP("openssl_reads_and_writes_the_same", "no openssl program");
  }
  assert_int_equal(sl_key_save(here->path, &key, NULL), SL_OK);
  /* What it prints of our file is our file. */
  snprintf(command, sizeof command, "umask 077; openssl pkey -in %s -out %s && cmp %s %s", here->path, here->other,
           here->path, here->other);
  assert_int_equal(system(command), 0);
  snprintf(command, sizeof command, "umask 077; openssl genpkey -algorithm ed25519 -out %s", here->other);
  assert_int_equal(system(command), 0);
  assert_int_equal(sl_key_load(&loaded, here->other, NULL), SL_OK);
  assert_memory_not_equal(&loaded, &key, sizeof key);
  snprintf(command, sizeof command, "umask 077; openssl genpkey -algorithm x25519 -out %s", here->other);
  assert_int_equal(system(command), 0);
  assert_int_equal(sl_key_load(&loaded, here->other, NULL), SL_ERR_UNSUPPORTED);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(saves_for_its_owner_alone, enter, leave),
      cmocka_unit_test_setup_teardown(never_overwrites, enter, leave),
      cmocka_unit_test_setup_teardown(refuses_files_that_others_reach, enter, leave),
      cmocka_unit_test_setup_teardown(refuses_what_is_no_plain_file, enter, leave),
      cmocka_unit_test_setup_teardown(refuses_files_of_another_user, enter, leave),
      cmocka_unit_test_setup_teardown(takes_a_bare_name, enter, leave),
      cmocka_unit_test_setup_teardown(refuses_long_and_foreign_content, enter, leave),
      cmocka_unit_test_setup_teardown(says_when_the_folder_is_not_there, enter, leave),
      cmocka_unit_test_setup_teardown(leaves_no_half_key, enter, leave),
      cmocka_unit_test_setup_teardown(openssl_reads_and_writes_the_same, enter, leave),
  };
  return cmocka_run_group_tests_name("seal/keyfile", tests, NULL, NULL);
}
