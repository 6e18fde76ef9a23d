/* The configuration file: cases are files, tests/vectors/config/{valid,invalid}; the
 * first line of an invalid one says where and what. And that every key is documented. */
#include "daemon/config.h"

#include <dirent.h>

#include "base/buf.h"
#include "daemon/file.h"
#include "test.h"

typedef void case_fn(const char *path, sl_str text);

static unsigned each(const char *folder, case_fn *run) {
  DIR *open = opendir(folder);
  assert_non_null(open);
  unsigned count = 0;
  for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
    if (!strstr(entry->d_name, ".conf")) continue;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    sl_buf text;
    sl_buf_init(&text, SL_CONFIG_FILE_MAX);
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_file_read(&text, path, false, &fault), SL_OK);
    run(path, sl_buf_str(&text));
    sl_buf_fini(&text);
    count++;
  }
  closedir(open);
  return count;
}

static void is_good(const char *path, sl_str text) {
  sl_config config;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_config_read(&config, text, "/folder", &fault);
  if (err) print_error("%s:%u:%u: %s\n", path, fault.line, fault.column, fault.reason);
  assert_int_equal(err, SL_OK);
  assert_true(config.side_count >= 2);
  assert_true(config.store[0] == '/');
}

static void is_refused(const char *path, sl_str text) {
  static const char mark[] = "# expect ";
  assert_true(text.size > sizeof mark && memcmp(text.data, mark, sizeof mark - 1) == 0);
  const char *end = memchr(text.data, '\n', text.size);
  sl_str wanted = {text.data + sizeof mark - 1, (size_t)(end - text.data) - sizeof mark + 1};
  sl_config config;
  memset(&config, 0x5a, sizeof config);
  sl_config before = config;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_config_read(&config, text, "/folder", &fault);
  char got[64];
  snprintf(got, sizeof got, "%u:%u %s", fault.line, fault.column, sl_err_name(err));
  if (!sl_str_is(wanted, got)) print_error("%s: got %s (%s)\n", path, got, fault.reason);
  assert_true(sl_str_is(wanted, got));
  assert_true(fault.reason[0] != '\0');
  assert_memory_equal(&config, &before, sizeof config);
}

static void good_files_are_read(void **state) {
  (void)state;
  assert_true(each(SL_VECTORS "/config/valid", is_good) >= 4);
}

static void bad_files_are_refused_with_their_place(void **state) {
  (void)state;
  assert_true(each(SL_VECTORS "/config/invalid", is_refused) >= 30);
}

/* Truncated anywhere, the example is read or refused, and never half. */
static void the_example_is_good_and_names_every_key(void **state) {
  (void)state;
  sl_buf text;
  sl_buf_init(&text, SL_CONFIG_FILE_MAX);
  assert_int_equal(sl_file_read(&text, SL_ROOT "/docs/sidelined.conf.example", false, NULL), SL_OK);
  is_good("docs/sidelined.conf.example", sl_buf_str(&text));
  sl_config example, least;
  assert_int_equal(sl_config_read(&example, sl_buf_str(&text), "/f", NULL), SL_OK);
  sl_str required = SL_STR("origin = line.example\nstore = sideline.db\nserver_key = server.key\nseed = seed\n[side blue]\nfocal_key = "
                           "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n[side red]\nfocal_key = "
                           "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd\n");
  /* What it shows as defaults are the defaults. */
  assert_int_equal(sl_config_read(&least, required, "/f", NULL), SL_OK);
  assert_memory_equal(&example, &least, sizeof example);
  for (size_t i = 0; i <= text.size; i++) {
    sl_config config;
    (void)!sl_config_read(&config, (sl_str){(const char *)text.data, i}, "/f", NULL);
  }
  sl_buf manual;
  sl_buf_init(&manual, 1u << 20);
  assert_int_equal(sl_file_read(&manual, SL_ROOT "/man/sidelined.8", false, NULL), SL_OK);
  sl_buf_add_u8(&manual, 0);
  sl_buf_add_u8(&text, 0);
  size_t row = 0;
  for (; sl_config_key(row)[0] != '\0'; row++) {
    char mark[80];
    snprintf(mark, sizeof mark, "%s = ", sl_config_key(row));
    if (!strstr((const char *)text.data, mark)) fail_msg("%s is not in the example", sl_config_key(row));
    snprintf(mark, sizeof mark, "\n.B %s\n", sl_config_key(row));
    if (!strstr((const char *)manual.data, mark)) fail_msg("%s is not in the manual", sl_config_key(row));
  }
  assert_true(row >= 20);
  sl_buf_fini(&manual);
  sl_buf_fini(&text);
}

static void random_bytes_are_read_or_refused(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("config", 1);
  static const char letters[] = "abst = [side]\n#.:0123456789\r\t\0";
  for (int n = 0; n < 20000; n++) {
    char text[96];
    size_t size = (size_t)sl_rng_between(&rng, 0, sizeof text);
    for (size_t i = 0; i < size; i++) text[i] = letters[sl_rng_between(&rng, 0, sizeof letters - 1)];
    sl_config config;
    sl_fault fault = sl_fault_none();
    assert_int_not_equal(sl_config_read(&config, (sl_str){text, size}, "/f", &fault), SL_OK);
    assert_true(fault.code != SL_OK && fault.reason[0] != '\0');
  }
}

static void addresses_have_one_form(void **state) {
  (void)state;
  sl_endpoint at;
  assert_int_equal(sl_config_endpoint(&at, SL_STR("127.1.2.3:80")), SL_OK);
  assert_true(at.loopback && !at.six && at.port == 80);
  assert_int_equal(sl_config_endpoint(&at, SL_STR("[::1]:0")), SL_OK);
  assert_true(at.loopback && at.six);
  assert_int_equal(sl_config_endpoint(&at, SL_STR("128.0.0.1:1")), SL_OK);
  assert_false(at.loopback);
  static const char *const bad[] = {"", ":", "1:1", "::1:80", "[::1]", "[::1:80", "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:080",
                                    "[127.0.0.1]:80", "127.0.0.1:80 ", "a.example:80"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    if (sl_config_endpoint(&at, sl_str_from(bad[i])) != SL_ERR_SYNTAX) fail_msg("taken: %s", bad[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_files_are_read),
      cmocka_unit_test(bad_files_are_refused_with_their_place),
      cmocka_unit_test(the_example_is_good_and_names_every_key),
      cmocka_unit_test(random_bytes_are_read_or_refused),
      cmocka_unit_test(addresses_have_one_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
