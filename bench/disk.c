/* The disk's own ceiling, which stands beside every durable result: how often 4 KiB
 * can be appended to a file and made durable. Prints one JSON object.
 *
 * Work expected: two seconds. The file is made in the working directory, because a
 * temporary directory may be memory. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DURATION_NS INT64_C(2000000000)
#define BLOCK 4096

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int main(void) {
  char path[] = "bench-disk-XXXXXX";
  static char block[BLOCK];
  memset(block, 'x', sizeof block);
  int file = mkstemp(path);
  if (file < 0) {
    perror("bench/disk");
    return 1;
  }
  unlink(path);
  int64_t start = now_ns(), end = start;
  long count = 0;
  while (end - start < DURATION_NS) {
    if (write(file, block, sizeof block) != (ssize_t)sizeof block || fdatasync(file) != 0) {
      perror("bench/disk");
      return 1;
    }
    count++;
    end = now_ns();
  }
  close(file);
  printf("{\"benchmark\": \"disk\", \"append_bytes\": %d, \"fdatasync_per_s\": %.0f}\n", BLOCK,
         (double)count * 1e9 / (double)(end - start));
  return 0;
}
