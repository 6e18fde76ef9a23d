/* A test's own directory: made with mkdtemp, emptied file by file. */
#include "test.h"

#include <dirent.h>
#include <unistd.h>

#include "store/scratch.h"

void sl_scratch_init(sl_scratch *scratch, const char *name) {
  const char *base = getenv("TMPDIR");
  int size = snprintf(scratch->directory, sizeof scratch->directory, "%s/sideline-XXXXXX", base ? base : "/tmp");
  assert_true(size > 0 && (size_t)size < sizeof scratch->directory);
  assert_non_null(mkdtemp(scratch->directory));
  size = snprintf(scratch->path, sizeof scratch->path, "%s/%s", scratch->directory, name);
  assert_true(size > 0 && (size_t)size < sizeof scratch->path);
}

void sl_scratch_empty(sl_scratch *scratch) {
  DIR *directory = opendir(scratch->directory);
  assert_non_null(directory);
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    assert_int_equal(unlinkat(dirfd(directory), entry->d_name, 0), 0);
  }
  assert_int_equal(closedir(directory), 0);
}

void sl_scratch_fini(sl_scratch *scratch) {
  sl_scratch_empty(scratch);
  assert_int_equal(rmdir(scratch->directory), 0);
}
