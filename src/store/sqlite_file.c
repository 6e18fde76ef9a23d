/* The files of the SQLite engine: who owns them, who may read them.
 *
 * Work expected: once at each opening and backup. Ownership is a lock on path.lock, a
 * file of our own, held by flock(): POSIX locks on the database itself belong to SQLite,
 * and would vanish as soon as anything in this process closed a descriptor of it. The
 * lock file stays when the store closes; removing it would let two owners in. Modes are
 * set file by file, because umask() belongs to the whole process; SQLite gives the files
 * beside the database the mode of the database. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "store/sqlite_engine.h"

char *sl_sqlite_join(const char *a, const char *b) {
  size_t first = strlen(a), second = strlen(b);
  SL_ASSERT(first <= SIZE_MAX - second - 1);
  char *both = malloc(first + second + 1);
  if (!both) return NULL;
  memcpy(both, a, first);
  memcpy(both + first, b, second + 1);
  return both;
}

sl_err sl_sqlite_errno(int number) {
  SL_ASSERT(number != 0);
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP: return SL_ERR_DENIED;
    case ENOSPC:
    case EDQUOT: return SL_ERR_FULL;
    case ENOMEM: return SL_ERR_NOMEM;
    case EEXIST: return SL_ERR_EXISTS;
    case ENAMETOOLONG: return SL_ERR_CAP;
    default: return SL_ERR_IO;
  }
}

/* The fault of a file that could not be opened or made. what: "the database". */
static sl_err cannot_open(sl_fault *fault, const char *what, int number) {
  sl_err error = sl_sqlite_errno(number);
  if (number == ELOOP) return sl_fault_set(fault, error, "%s is a symbolic link: name the file itself", what);
  if (number == ENOENT) {
    return sl_fault_set(fault, SL_ERR_IO, "%s cannot be made: its directory does not exist", what);
  }
  if (error == SL_ERR_DENIED) {
    return sl_fault_set(fault, error, "%s cannot be opened for writing: check owner and mode of file and directory",
                        what);
  }
  if (error == SL_ERR_FULL) return sl_fault_set(fault, error, "%s cannot be made: the disk is full", what);
  return sl_fault_set(fault, error, "%s cannot be opened (errno %d)", what, number);
}

sl_err sl_sqlite_lock(int *lock, const char *path, sl_fault *fault) {
  char *name = sl_sqlite_join(path, ".lock");
  if (!name) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  int fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  int number = errno;
  free(name);
  if (fd < 0) return cannot_open(fault, "the lock file", number);
  int held;
  do {
    held = flock(fd, LOCK_EX | LOCK_NB);
    number = errno;
  } while (held && number == EINTR);
  if (held) {
    (void)close(fd);
    if (number != EWOULDBLOCK) return sl_fault_set(fault, SL_ERR_IO, "flock failed (errno %d)", number);
    return sl_fault_set(fault, SL_ERR_BUSY, "another process owns this store: stop it first");
  }
  *lock = fd;
  return SL_OK;
}

/* True when a file of some size stands beside the database. */
static bool has_content(const char *path, const char *suffix) {
  char *name = sl_sqlite_join(path, suffix);
  struct stat found;
  bool content = name && lstat(name, &found) == 0 && found.st_size > 0;
  free(name);
  return content;
}

static sl_err acceptable(const char *path, const struct stat *found, sl_fault *fault) {
  if (!S_ISREG(found->st_mode)) return sl_fault_set(fault, SL_ERR_DENIED, "the database is not a regular file");
  if (found->st_mode & 077) {
    return sl_fault_set(fault, SL_ERR_DENIED, "the database is open to others (mode %04o): chmod 600 it, and ask why",
                        (unsigned)(found->st_mode & 07777));
  }
  /* SQLite would take it for a new database, and lose what a log beside it holds. */
  if (found->st_size < 512 && !has_content(path, "-journal")) {
    return sl_fault_set(fault, SL_ERR_CORRUPT,
                        "the database file is empty or cut short: restore a backup (a first start that failed? remove it)");
  }
  return SL_OK;
}

sl_err sl_sqlite_claim(bool *created, const char *path, sl_fault *fault) {
  if (has_content(path, "-wal") && access(path, F_OK) != 0) {
    return sl_fault_set(fault, SL_ERR_CORRUPT, "the database is gone and its -wal is not: restore both, or a backup");
  }
  bool made = true;
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST) {
    made = false;
    fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  }
  if (fd < 0) return cannot_open(fault, "the database", errno);
  struct stat found;
  sl_err error = SL_OK;
  if (fstat(fd, &found)) {
    error = sl_fault_set(fault, SL_ERR_IO, "fstat failed (errno %d)", errno);
  } else if (!made) {
    error = acceptable(path, &found, fault);
  }
  (void)close(fd);   /* nothing was written through it */
  if (!error) *created = made;
  return error;
}

sl_err sl_sqlite_sync(const char *path, bool directory_of) {
  char *name = sl_sqlite_join(path, "");
  if (!name) return SL_ERR_NOMEM;
  char *slash = strrchr(name, '/');
  SL_ASSERT(!directory_of || slash != NULL);
  if (directory_of) slash[slash == name] = 0;
  int fd = open(name, (directory_of ? O_DIRECTORY : 0) | O_RDONLY | O_CLOEXEC);
  int number = errno;
  free(name);
  if (fd < 0) return sl_sqlite_errno(number);
  sl_err error = fsync(fd) ? SL_ERR_IO : SL_OK;
  if (close(fd) && !error) error = SL_ERR_IO;
  return error;
}
