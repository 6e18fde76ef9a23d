/* Files that are read or written once: configuration, seed, certificate. */
#include "daemon/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/text.h"
#include "seal/seal.h"

static sl_err failed(sl_fault *fault, const char *what, const char *path) {
  char why[96];
  int error = errno;
  if (strerror_r(error, why, sizeof why) != 0) why[0] = '\0';
  return sl_fault_set(fault, error == EEXIST ? SL_ERR_EXISTS : SL_ERR_IO, "cannot %s %.80s: %s", what, path, why);
}

static sl_err check(int fd, const char *path, sl_fault *fault) {
  struct stat status;
  if (fstat(fd, &status)) return failed(fault, "examine", path);
  if (!S_ISREG(status.st_mode)) return sl_fault_set(fault, SL_ERR_DENIED, "%.120s must be a regular file", path);
  if (status.st_uid != geteuid() && status.st_uid != 0) {
    return sl_fault_set(fault, SL_ERR_DENIED, "%.120s must belong to the user of this program", path);
  }
  if (status.st_mode & (S_IRWXG | S_IRWXO)) {
    return sl_fault_set(fault, SL_ERR_DENIED, "others can reach %.120s: chmod 600", path);
  }
  return SL_OK;
}

static sl_err read_all(sl_buf *out, int fd, const char *path, sl_fault *fault) {
  uint8_t piece[4096];
  sl_err err = SL_OK;
  for (;;) {
    ssize_t got = read(fd, piece, sizeof piece);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      err = failed(fault, "read", path);
      break;
    }
    sl_buf_add(out, piece, (size_t)got);
    if (out->error) {
      err = sl_fault_set(fault, out->error, "%.120s is too large", path);
      break;
    }
  }
  sl_wipe(piece, sizeof piece);
  return err;
}

sl_err sl_file_read(sl_buf *out, const char *path, bool secret, sl_fault *fault) {
  SL_ASSERT(path != NULL);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (secret ? O_NOFOLLOW : 0));
  if (fd < 0) return failed(fault, "open", path);
  sl_err err = secret ? check(fd, path, fault) : SL_OK;
  if (!err) err = read_all(out, fd, path, fault);
  (void)close(fd);   /* nothing was written */
  return err;
}

sl_err sl_file_create(const char *path, sl_span bytes, bool secret, sl_fault *fault) {
  SL_ASSERT(path != NULL);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, secret ? 0600 : 0644);
  if (fd < 0) return failed(fault, "create", path);
  size_t done = 0;
  bool good = true;
  while (done < bytes.size && good) {
    ssize_t wrote = write(fd, bytes.data + done, bytes.size - done);
    if (wrote < 0 && errno != EINTR) good = false;
    if (wrote > 0) done += (size_t)wrote;
  }
  good = good && fsync(fd) == 0;
  sl_err err = good ? SL_OK : failed(fault, "write", path);
  if (close(fd) && !err) err = failed(fault, "close", path);
  if (err) (void)unlink(path);   /* half a file must not stay; the error is told either way */
  return err;
}

sl_err sl_file_seed(uint8_t out[static 32], const char *path, sl_fault *fault) {
  sl_buf text;
  sl_buf_init(&text, 128);
  sl_err err = sl_file_read(&text, path, true, fault);
  if (!err) {
    sl_str digits = sl_buf_str(&text);
    if (digits.size == 65 && digits.data[64] == '\n') digits.size--;
    if (sl_unhex(out, 32, digits)) err = sl_fault_set(fault, SL_ERR_SYNTAX, "%.120s must hold 64 hexadecimal digits", path);
  }
  if (text.data) sl_wipe(text.data, text.size);
  sl_buf_fini(&text);
  return err;
}
