/* Loaded before the C library (LD_PRELOAD): while the file named by SL_FULL_DISK exists, every
 * positioned write finds no space on the device. The store writes by no other call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at);

typedef ssize_t pwrite_fn(int fd, const void *bytes, size_t size, off_t at);

static ssize_t write_at(const char *name, int fd, const void *bytes, size_t size, off_t at) {
  const char *mark = getenv("SL_FULL_DISK");
  int error = errno;
  if (mark && access(mark, F_OK) == 0) {
    errno = ENOSPC;
    return -1;
  }
  errno = error;
  pwrite_fn *real;
  *(void **)&real = dlsym(RTLD_NEXT, name);
  return real(fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return write_at("pwrite", fd, bytes, size, at); }

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) { return write_at("pwrite64", fd, bytes, size, at); }
