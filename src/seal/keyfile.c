/* Key files on disk: created once, for their owner alone, and durable before they
 * are said to be there. Rare and small: one file of some 120 bytes at a time. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "seal/pem.h"
#include "seal/seal.h"

static sl_err system_fault(sl_fault *fault, int error, const char *what) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  char reason[96];
  if (strerror_r(error, reason, sizeof reason) != 0) {
    reason[0] = '\0';
  }
  return sl_fault_set(fault, denied ? SL_ERR_DENIED : SL_ERR_IO, "cannot %s the key file: %s", what, reason);
}

static bool write_all(int fd, const char *data, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t wrote = write(fd, data + done, size - done);
    if (wrote < 0 && errno != EINTR) {
      return false;
    }
    done += wrote > 0 ? (size_t)wrote : 0;
  }
  return true;
}

/* The new name is durable when its folder is. */
static bool sync_folder(const char *path) {
  char folder[4096];
  const char *slash = strrchr(path, '/');
  const size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
  if (length >= sizeof folder) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(folder, path, length);
  folder[length] = '\0';
  const int fd = open(length == 0 ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return false;
  }
  const bool synced = fsync(fd) == 0;
  const int error = errno;
  const bool closed = close(fd) == 0;
  errno = synced ? errno : error;
  return synced && closed;
}

/* Write, make durable and close a file that was just created. */
static sl_err fill_file(int fd, const char *path, const char *text, size_t size, sl_fault *fault) {
  /* fchmod: the mode of open() is cut by the umask, and a key nobody can read is
   * of no use either. */
  const bool wrote = fchmod(fd, S_IRUSR | S_IWUSR) == 0 && write_all(fd, text, size) && fsync(fd) == 0;
  sl_err err = wrote ? SL_OK : system_fault(fault, errno, "write");
  if (close(fd) != 0 && err == SL_OK) {
    err = system_fault(fault, errno, "close");
  }
  if (err == SL_OK && !sync_folder(path)) {
    err = system_fault(fault, errno, "make durable");
  }
  return err;
}

sl_err sl_key_save(const char *path, const sl_key *key, sl_fault *fault) {
  SL_ASSERT(path != NULL && path[0] != '\0' && key != NULL);
  char text[SL_PEM_MAX];
  size_t size = 0;
  sl_err err = sl_pem_write(text, &size, key);
  if (err != SL_OK) {
    sl_wipe(text, sizeof text);
    return sl_fault_set(fault, err, "the key cannot be encoded");
  }
  const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) {
    err = errno == EEXIST ? sl_fault_set(fault, SL_ERR_EXISTS, "the key file exists already; it is never overwritten")
                          : system_fault(fault, errno, "create");
  } else {
    err = fill_file(fd, path, text, size, fault);
    if (err != SL_OK) {
      /* Half a key must not stay; that it cannot be removed changes nothing in the answer. */
      (void)unlink(path);
    }
  }
  sl_wipe(text, sizeof text);
  return err;
}

/* A regular file of ours that nobody else can read. */
static sl_err check_file(int fd, sl_fault *fault) {
  struct stat status;
  if (fstat(fd, &status) != 0) {
    return system_fault(fault, errno, "examine");
  }
  if (!S_ISREG(status.st_mode)) {
    return sl_fault_set(fault, SL_ERR_DENIED, "the key file must be a regular file");
  }
  if (status.st_uid != geteuid() && status.st_uid != 0) {
    return sl_fault_set(fault, SL_ERR_DENIED, "the key file must belong to the user of this program");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return sl_fault_set(fault, SL_ERR_DENIED, "others can reach the key file: chmod 600");
  }
  if (status.st_size > (off_t)SL_PEM_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "a key file may have at most %u bytes", SL_PEM_MAX);
  }
  return SL_OK;
}

static sl_err read_key(sl_key *out, int fd, sl_fault *fault) {
  /* One byte more than allowed: a file that grew since it was examined is seen. */
  char text[SL_PEM_MAX + 1];
  size_t size = 0;
  sl_err err = SL_OK;
  while (size < sizeof text) {
    const ssize_t got = read(fd, text + size, sizeof text - size);
    if (got == 0) {
      break;
    }
    if (got < 0 && errno != EINTR) {
      err = system_fault(fault, errno, "read");
      break;
    }
    size += got > 0 ? (size_t)got : 0;
  }
  if (err == SL_OK) {
    err = sl_pem_read(out, (sl_str){text, size}, fault);
  }
  sl_wipe(text, sizeof text);
  return err;
}

sl_err sl_key_load(sl_key *out, const char *path, sl_fault *fault) {
  SL_ASSERT(out != NULL && path != NULL && path[0] != '\0');
  /* O_NONBLOCK: a pipe of that name must not hold us; it means nothing for files. */
  const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return errno == ELOOP ? sl_fault_set(fault, SL_ERR_DENIED, "the key file must not be a symbolic link")
                          : system_fault(fault, errno, "open");
  }
  sl_err err = check_file(fd, fault);
  if (err == SL_OK) {
    err = read_key(out, fd, fault);
  }
  /* Nothing was written: a failing close loses nothing. */
  (void)close(fd);
  return err;
}
