/* A call of a verb's part, for tests: words to options, what was said, files in a folder. */
#ifndef SL_TEST_CALL_H
#define SL_TEST_CALL_H

#include <dirent.h>
#include <unistd.h>

#include "cli/cli.h"
#include "test.h"

typedef struct call {
  sl_cli cli;
  sl_args args;
  FILE *sink;
  char *word[32];
  char said[4096];
} call;

/* Parse `text`, words parted by single spaces, for this verb. */
static inline void call_begin(call *c, const sl_verb *verb, const char *text) {
  static char copy[4096];
  bool helped;
  int count = 0;
  c->sink = tmpfile();
  assert_non_null(c->sink);
  c->cli = (sl_cli){.out = c->sink, .err = c->sink, .program = "sideline", .verb = verb};
  assert_true(strlen(text) < sizeof copy);
  memcpy(copy, text, strlen(text) + 1);
  for (char *at = copy; *at && count < 31;) {
    c->word[count++] = at;
    at += strcspn(at, " ");
    if (*at) *at++ = '\0';
  }
  assert_int_equal(sl_args_parse(&c->args, &helped, &c->cli, verb, count, c->word), SL_EXIT_DONE);
}

/* What was said, as text. */
static inline const char *call_end(call *c) {
  rewind(c->sink);
  c->said[fread(c->said, 1, sizeof c->said - 1, c->sink)] = '\0';
  (void)fclose(c->sink);
  return c->said;
}

/* A folder of its own, which the process then stands in. */
static inline void call_folder(char out[static 64]) {
  (void)snprintf(out, 64, "/tmp/sideline-call-XXXXXX");
  assert_non_null(mkdtemp(out));
  assert_int_equal(chdir(out), 0);
}

static inline void call_write(const char *name, const char *text) {
  FILE *file = fopen(name, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

/* With all that is in it; folders are a few deep. */
static inline void call_remove(const char *path) {
  DIR *folder = opendir(path);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char inner[512];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    assert_true(snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner);
    call_remove(inner);
  }
  if (folder) (void)closedir(folder);
  assert_int_equal(remove(path), 0);
}

static inline void call_folder_drop(const char *folder) {
  assert_int_equal(chdir("/"), 0);
  call_remove(folder);
}

#endif
