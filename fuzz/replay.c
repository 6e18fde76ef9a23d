/* Replays a corpus as an ordinary test: every file of the directories given goes once
 * through the fuzz target this is linked with. An empty or absent directory fails, so
 * that a target cannot pass without having been run. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The whole file in memory of exactly its size, so that an overrun by one is seen
 * under the address sanitizer; NULL, with a line on standard error, when unreadable. */
static uint8_t *read_whole(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  struct stat state;
  if (file == NULL || fstat(fileno(file), &state) != 0 || state.st_size < 0 || (size_t)state.st_size > FILE_MAX) {
    fprintf(stderr, "replay: cannot read %s\n", path);
    if (file != NULL)
      fclose(file);
    return NULL;
  }
  *size = (size_t)state.st_size;
  uint8_t *data = malloc(*size > 0 ? *size : 1);
  bool whole = data != NULL && fread(data, 1, *size, file) == *size;
  fclose(file);
  if (!whole) {
    fprintf(stderr, "replay: cannot read %s\n", path);
    free(data);
    return NULL;
  }
  return data;
}

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

/* Inputs replayed from the directory, or -1. */
static long replay(const char *directory) {
  struct dirent **entries = NULL;
  int found = scandir(directory, &entries, visible, alphasort);
  if (found < 0) {
    fprintf(stderr, "replay: no directory %s\n", directory);
    return -1;
  }
  long replayed = 0;
  for (int i = 0; i < found; i++) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
    free(entries[i]);
    size_t size = 0;
    uint8_t *data = length > 0 && (size_t)length < sizeof path ? read_whole(path, &size) : NULL;
    if (data == NULL) {
      replayed = -1;
      for (i++; i < found; i++)
        free(entries[i]);
      break;
    }
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
  }
  free(entries);
  return replayed;
}

int main(int count, char **arguments) {
  long total = 0;
  for (int i = 1; i < count; i++) {
    long replayed = replay(arguments[i]);
    if (replayed <= 0) {
      fprintf(stderr, "replay: nothing replayed from %s\n", arguments[i]);
      return 1;
    }
    total += replayed;
  }
  printf("%ld inputs replayed\n", total);
  return total > 0 ? 0 : 1;
}
