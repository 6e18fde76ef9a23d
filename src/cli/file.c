/* Purpose: whole files in and out. Work expected: keys, bodies, pictures. Representation:
 * none; what is written appears under its name only when it is complete. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "cli/cli.h"

static sl_err write_all(int fd, sl_span bytes) {
  while (bytes.size) {
    ssize_t done = write(fd, bytes.data, bytes.size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return SL_ERR_IO;
    bytes.data += done;
    bytes.size -= (size_t)done;
  }
  return SL_OK;
}

/* A device, a pipe or a link: a file of that name in its place is not what was asked for. */
static sl_err write_into(const char *path, sl_span bytes, sl_fault *fault) {
  int fd = open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
  bool good = fd >= 0 && write_all(fd, bytes) == SL_OK;
  if (fd >= 0 && close(fd)) good = false;
  return good ? SL_OK : sl_fault_set(fault, SL_ERR_IO, "the file cannot be written: %s", strerror(errno));
}

sl_err sl_file_write(sl_cli *cli, const char *path, sl_span bytes, sl_fault *fault) {
  SL_ASSERT(cli && path);
  if (strcmp(path, "-") == 0) {
    bool good = fwrite(bytes.data, 1, bytes.size, cli->out) == bytes.size && fflush(cli->out) == 0;
    return good ? SL_OK : sl_fault_set(fault, SL_ERR_IO, "standard output cannot be written");
  }
  struct stat there;
  if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode)) return write_into(path, bytes, fault);
  size_t room = strlen(path) + 8;
  char *temporary = malloc(room);
  if (!temporary) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  int size = snprintf(temporary, room, "%s.XXXXXX", path);
  SL_ASSERT(size > 0 && (size_t)size < room);
  int fd = mkstemp(temporary);
  bool good = fd >= 0 && fchmod(fd, 0644) == 0 && write_all(fd, bytes) == SL_OK && fsync(fd) == 0;
  if (fd >= 0 && close(fd)) good = false;
  if (good && rename(temporary, path)) good = false;
  int why = errno;
  if (!good && fd >= 0) (void)unlink(temporary);
  free(temporary);
  if (good) return SL_OK;
  bool had_room = why != ENOSPC && why != EDQUOT;
  return sl_fault_set(fault, SL_ERR_FULL, "the file cannot be written: %s%s", strerror(why), had_room ? "; see that its folder is there and yours" : "");
}

sl_err sl_file_read(sl_buf *out, const char *path, size_t max, sl_fault *fault) {
  SL_ASSERT(out && path);
  bool standard = strcmp(path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return sl_fault_set(fault, SL_ERR_NOT_FOUND, "the file cannot be opened: %s", strerror(errno));
  sl_buf_init(out, max);
  sl_err error = SL_OK;
  for (;;) {
    uint8_t chunk[16384];
    ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error = sl_fault_set(fault, SL_ERR_IO, "the file cannot be read: %s", strerror(errno));
    if (got <= 0) break;
    sl_buf_add(out, chunk, (size_t)got);
    if (out->error) {
      error = sl_fault_set(fault, out->error, "the file is larger than %zu bytes", max);
      break;
    }
  }
  if (!standard) (void)close(fd);
  if (error) sl_buf_fini(out);
  return error;
}
