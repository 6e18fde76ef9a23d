/* The VFS of faulty_vfs.h: a shim in front of the default VFS. Representation: one
 * sl_disk_file per path, shared by the connections that have it open; one mutex over
 * everything. Locks and shared memory go straight through. */
#include "store/faulty_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "store/faulty_disk.h"

typedef struct plan {
  uint64_t calls;      /* made so far */
  uint64_t fail_at;    /* 0: never */
  int code;
  bool lasting;
} plan;

struct sl_faulty_vfs {
  sqlite3_vfs vfs;     /* first: SQLite hands it back */
  sqlite3_vfs *real;
  char *name;
  pthread_mutex_t mutex;
  uint64_t random;
  plan plans[SL_FAULTY_CALLS];
  bool ignore_syncs;
  bool off;
  bool armed;
  uint64_t left;       /* writes and syncs until the power goes */
  sl_disk_file *files;
};

typedef struct faulty_file {
  sqlite3_file base;   /* first: SQLite hands it back */
  sl_faulty_vfs *vfs;
  sl_disk_file *disk;  /* NULL: a nameless temporary file */
  sqlite3_file *real;  /* behind this struct, in the same allocation */
} faulty_file;

static uint64_t draw(void *context) {
  sl_faulty_vfs *vfs = context;
  uint64_t z = (vfs->random += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static void lock(sl_faulty_vfs *vfs) { SL_ASSERT(pthread_mutex_lock(&vfs->mutex) == 0); }
static void unlock(sl_faulty_vfs *vfs) { SL_ASSERT(pthread_mutex_unlock(&vfs->mutex) == 0); }

/* Count a call; the code with which it is to fail, or SQLITE_OK. */
static int planned(sl_faulty_vfs *vfs, sl_faulty_call call) {
  plan *p = &vfs->plans[call];
  p->calls++;
  if (!p->fail_at || p->calls < p->fail_at) return SQLITE_OK;
  if (!p->lasting) p->fail_at = 0;
  return p->code;
}

/* Count a write or sync against the power; false when it goes with this one. */
static bool powered(sl_faulty_vfs *vfs) {
  if (!vfs->armed) return true;
  if (vfs->left > 0) {
    vfs->left--;
    return true;
  }
  vfs->armed = false;
  vfs->off = true;
  return false;
}

static int64_t length_of(faulty_file *file) {
  sqlite3_int64 length = 0;
  SL_ASSERT(file->real->pMethods->xFileSize(file->real, &length) == SQLITE_OK);
  return length;
}

static uint8_t *bytes_at(faulty_file *file, int64_t offset, size_t size) {
  if (!size) return NULL;
  uint8_t *bytes = malloc(size);
  SL_ASSERT(bytes);
  SL_ASSERT(file->real->pMethods->xRead(file->real, bytes, (int)size, offset) == SQLITE_OK);
  return bytes;
}

/* Write through, and remember how to take it back. */
static int write_noted(faulty_file *file, const void *data, size_t size, int64_t offset) {
  if (!size) return SQLITE_OK;
  if (file->disk) {
    sl_change change = {.offset = offset, .length = length_of(file), .after_size = size};
    int64_t covered = change.length - offset;
    change.before_size = covered <= 0 ? 0 : covered < (int64_t)size ? (size_t)covered : size;
    change.before = bytes_at(file, offset, change.before_size);
    change.after = malloc(size);
    SL_ASSERT(change.after);
    memcpy(change.after, data, size);
    sl_disk_file_note(file->disk, &change);
  }
  return file->real->pMethods->xWrite(file->real, data, (int)size, offset);
}

static int faulty_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 offset) {
  faulty_file *file = (faulty_file *)base;
  SL_ASSERT(size >= 0);
  lock(file->vfs);
  int code = file->vfs->off ? SQLITE_IOERR_WRITE : planned(file->vfs, SL_FAULTY_WRITE);
  if (code == SQLITE_OK) {
    code = write_noted(file, data, (size_t)size, offset);
    if (!powered(file->vfs)) code = SQLITE_IOERR_WRITE;
  } else if (!file->vfs->off) {
    (void)write_noted(file, data, (size_t)(draw(file->vfs) % ((uint64_t)size + 1)), offset);
  }
  unlock(file->vfs);
  return code;
}

static int faulty_truncate(sqlite3_file *base, sqlite3_int64 size) {
  faulty_file *file = (faulty_file *)base;
  lock(file->vfs);
  int code = file->vfs->off ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
  if (code == SQLITE_OK) {
    int64_t length = length_of(file);
    if (file->disk && size < length) {
      sl_change change = {.offset = size, .length = length, .before_size = (size_t)(length - size)};
      change.before = bytes_at(file, size, change.before_size);
      sl_disk_file_note(file->disk, &change);
    }
    code = file->real->pMethods->xTruncate(file->real, size);
  }
  unlock(file->vfs);
  return code;
}

static int faulty_sync(sqlite3_file *base, int flags) {
  faulty_file *file = (faulty_file *)base;
  (void)flags;   /* the switch is the only power there is: the machine's own disk need not sync */
  lock(file->vfs);
  int code = file->vfs->off ? SQLITE_IOERR_FSYNC : planned(file->vfs, SL_FAULTY_SYNC);
  if (code == SQLITE_OK && !powered(file->vfs)) code = SQLITE_IOERR_FSYNC;
  if (code == SQLITE_OK && file->disk && !file->vfs->ignore_syncs) sl_disk_file_forget(file->disk);
  unlock(file->vfs);
  return code;
}

static int faulty_read(sqlite3_file *base, void *data, int size, sqlite3_int64 offset) {
  faulty_file *file = (faulty_file *)base;
  lock(file->vfs);
  int code = file->vfs->off ? SQLITE_IOERR_READ : planned(file->vfs, SL_FAULTY_READ);
  if (code == SQLITE_OK) code = file->real->pMethods->xRead(file->real, data, size, offset);
  unlock(file->vfs);
  return code;
}

static int faulty_file_size(sqlite3_file *base, sqlite3_int64 *size) {
  faulty_file *file = (faulty_file *)base;
  lock(file->vfs);
  int code = file->vfs->off ? SQLITE_IOERR_FSTAT : file->real->pMethods->xFileSize(file->real, size);
  unlock(file->vfs);
  return code;
}

static sqlite3_file *real_of(sqlite3_file *base) { return ((faulty_file *)base)->real; }

static int faulty_close(sqlite3_file *base) { return real_of(base)->pMethods->xClose(real_of(base)); }
static int faulty_lock(sqlite3_file *base, int kind) { return real_of(base)->pMethods->xLock(real_of(base), kind); }
static int faulty_unlock(sqlite3_file *base, int kind) { return real_of(base)->pMethods->xUnlock(real_of(base), kind); }
static int faulty_reserved(sqlite3_file *base, int *out) {
  return real_of(base)->pMethods->xCheckReservedLock(real_of(base), out);
}
static int faulty_control(sqlite3_file *base, int what, void *argument) {
  return real_of(base)->pMethods->xFileControl(real_of(base), what, argument);
}
static int faulty_sector(sqlite3_file *base) { return real_of(base)->pMethods->xSectorSize(real_of(base)); }
static int faulty_device(sqlite3_file *base) { return real_of(base)->pMethods->xDeviceCharacteristics(real_of(base)); }
static int faulty_shm_map(sqlite3_file *base, int page, int size, int extend, void volatile **out) {
  return real_of(base)->pMethods->xShmMap(real_of(base), page, size, extend, out);
}
static int faulty_shm_lock(sqlite3_file *base, int at, int count, int flags) {
  return real_of(base)->pMethods->xShmLock(real_of(base), at, count, flags);
}
static void faulty_shm_barrier(sqlite3_file *base) { real_of(base)->pMethods->xShmBarrier(real_of(base)); }
static int faulty_shm_unmap(sqlite3_file *base, int remove) {
  return real_of(base)->pMethods->xShmUnmap(real_of(base), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,   /* shared memory, no memory mapping */
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_file_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector,
    .xDeviceCharacteristics = faulty_device,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

static sl_disk_file *disk_of(sl_faulty_vfs *vfs, const char *path) {
  for (sl_disk_file *file = vfs->files; file; file = file->next) {
    if (strcmp(file->path, path) == 0) return file;
  }
  sl_disk_file *file = sl_disk_file_new(path);
  file->next = vfs->files;
  vfs->files = file;
  return file;
}

static int faulty_open(sqlite3_vfs *base, sqlite3_filename name, sqlite3_file *out, int flags, int *ret_flags) {
  sl_faulty_vfs *vfs = (sl_faulty_vfs *)base;
  faulty_file *file = (faulty_file *)out;
  *file = (faulty_file){.vfs = vfs, .real = (sqlite3_file *)(void *)(file + 1)};
  lock(vfs);
  int code = vfs->off ? SQLITE_CANTOPEN : planned(vfs, SL_FAULTY_OPEN);
  if (code == SQLITE_OK) code = vfs->real->xOpen(vfs->real, name, file->real, flags, ret_flags);
  if (code == SQLITE_OK) {
    if (name) file->disk = disk_of(vfs, name);
    file->base.pMethods = &methods;
  }
  unlock(vfs);
  return code;
}

static int faulty_delete(sqlite3_vfs *base, const char *name, int sync_directory) {
  sl_faulty_vfs *vfs = (sl_faulty_vfs *)base;
  lock(vfs);
  int code = vfs->off ? SQLITE_IOERR_DELETE : vfs->real->xDelete(vfs->real, name, sync_directory);
  if (code == SQLITE_OK) sl_disk_file_forget(disk_of(vfs, name));
  unlock(vfs);
  return code;
}

static int faulty_access(sqlite3_vfs *base, const char *name, int flags, int *out) {
  sqlite3_vfs *real = ((sl_faulty_vfs *)base)->real;
  return real->xAccess(real, name, flags, out);
}
static int faulty_full_name(sqlite3_vfs *base, const char *name, int size, char *out) {
  sqlite3_vfs *real = ((sl_faulty_vfs *)base)->real;
  return real->xFullPathname(real, name, size, out);
}
static int faulty_random(sqlite3_vfs *base, int size, char *out) {
  sl_faulty_vfs *vfs = (sl_faulty_vfs *)base;
  lock(vfs);
  for (int i = 0; i < size; i++) out[i] = (char)draw(vfs);
  unlock(vfs);
  return size;
}
static int faulty_sleep(sqlite3_vfs *base, int microseconds) {
  sqlite3_vfs *real = ((sl_faulty_vfs *)base)->real;
  return real->xSleep(real, microseconds);
}
static int faulty_time(sqlite3_vfs *base, sqlite3_int64 *out) {
  sqlite3_vfs *real = ((sl_faulty_vfs *)base)->real;
  return real->xCurrentTimeInt64(real, out);
}
static int faulty_last_error(sqlite3_vfs *base, int size, char *out) {
  sqlite3_vfs *real = ((sl_faulty_vfs *)base)->real;
  return real->xGetLastError(real, size, out);
}

sl_faulty_vfs *sl_faulty_new(const char *name, uint64_t seed) {
  sl_faulty_vfs *vfs = calloc(1, sizeof *vfs);
  SL_ASSERT(vfs);
  vfs->real = sqlite3_vfs_find(NULL);
  SL_ASSERT(vfs->real && vfs->real->iVersion >= 2);
  size_t size = strlen(name) + 1;
  vfs->name = malloc(size);
  SL_ASSERT(vfs->name);
  memcpy(vfs->name, name, size);
  vfs->random = seed;
  SL_ASSERT(pthread_mutex_init(&vfs->mutex, NULL) == 0);
  vfs->vfs = (sqlite3_vfs){
      .iVersion = 2,
      .szOsFile = (int)sizeof(faulty_file) + vfs->real->szOsFile,
      .mxPathname = vfs->real->mxPathname,
      .zName = vfs->name,
      .xOpen = faulty_open,
      .xDelete = faulty_delete,
      .xAccess = faulty_access,
      .xFullPathname = faulty_full_name,
      .xRandomness = faulty_random,
      .xSleep = faulty_sleep,
      .xGetLastError = faulty_last_error,
      .xCurrentTimeInt64 = faulty_time,
  };
  SL_ASSERT(sqlite3_vfs_register(&vfs->vfs, 0) == SQLITE_OK);
  return vfs;
}

void sl_faulty_free(sl_faulty_vfs *vfs) {
  if (!vfs) return;
  SL_ASSERT(sqlite3_vfs_unregister(&vfs->vfs) == SQLITE_OK);
  for (sl_disk_file *file = vfs->files; file;) file = sl_disk_file_free(file);
  SL_ASSERT(pthread_mutex_destroy(&vfs->mutex) == 0);
  free(vfs->name);
  free(vfs);
}

void sl_faulty_fail(sl_faulty_vfs *vfs, sl_faulty_call call, uint64_t nth, int code, bool lasting) {
  lock(vfs);
  plan *p = &vfs->plans[call];
  *p = (plan){.calls = p->calls, .fail_at = nth ? p->calls + nth : 0, .code = code, .lasting = lasting};
  unlock(vfs);
}

void sl_faulty_ignore_syncs(sl_faulty_vfs *vfs, bool ignore) {
  lock(vfs);
  vfs->ignore_syncs = ignore;
  unlock(vfs);
}

void sl_faulty_power_off_after(sl_faulty_vfs *vfs, uint64_t n) {
  lock(vfs);
  vfs->armed = n > 0;
  vfs->left = n ? n - 1 : 0;
  if (n == 0) vfs->off = true;
  unlock(vfs);
}

bool sl_faulty_is_off(sl_faulty_vfs *vfs) {
  lock(vfs);
  bool off = vfs->off;
  unlock(vfs);
  return off;
}

void sl_faulty_power_on(sl_faulty_vfs *vfs) {
  lock(vfs);
  uint64_t lot = draw(vfs) % 8;
  sl_fate fate = lot == 0 ? SL_FATE_DROPPED : lot <= 2 ? SL_FATE_KEPT : SL_FATE_MIXED;
  for (sl_disk_file *file = vfs->files; file; file = file->next) sl_disk_file_cut(file, fate, draw, vfs);
  for (unsigned i = 0; i < SL_FAULTY_CALLS; i++) vfs->plans[i].fail_at = 0;
  vfs->off = false;
  vfs->armed = false;
  unlock(vfs);
}

uint64_t sl_faulty_calls(sl_faulty_vfs *vfs, sl_faulty_call call) {
  lock(vfs);
  uint64_t calls = vfs->plans[call].calls;
  unlock(vfs);
  return calls;
}
