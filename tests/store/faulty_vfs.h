/* An SQLite VFS for tests: the machine's own files, with a power switch.
 *
 * Writes reach the files at once, and are remembered until a sync of their file. When
 * the power goes, every call fails; when it comes back, each write that no sync covered
 * is kept, dropped or torn at random, as a disk may do. Deleting a file is taken as
 * durable at once, the shared memory beside the log as lost. Everything drawn comes from
 * the seed: the same calls give the same files.
 *
 *   sl_faulty_vfs *vfs = sl_faulty_new("faulty", seed);
 *   sl_store_open_sqlite(&store, path, "faulty", &fault);
 *   sl_faulty_power_off_after(vfs, 17);      ... work until SL_ERR_IO ...
 *   sl_store_close(store);
 *   sl_faulty_power_on(vfs);                 ... open again and look ...
 *
 * Any thread may use a connection over it; the functions below come from one thread, and
 * sl_faulty_power_on and sl_faulty_free when no connection is open. Failures of the
 * harness itself abort the test. */
#ifndef SL_TEST_STORE_FAULTY_VFS_H
#define SL_TEST_STORE_FAULTY_VFS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct sl_faulty_vfs sl_faulty_vfs;

typedef enum sl_faulty_call {
  SL_FAULTY_OPEN = 0,
  SL_FAULTY_READ = 1,
  SL_FAULTY_WRITE = 2,
  SL_FAULTY_SYNC = 3,
  SL_FAULTY_CALLS = 4
} sl_faulty_call;

/* Register a VFS under name, which is copied. For sl_faulty_free. */
sl_faulty_vfs *sl_faulty_new(const char *name, uint64_t seed);
/* Unregister and release. NULL is allowed. */
void sl_faulty_free(sl_faulty_vfs *vfs);

/* The nth such call from now (1: the next; 0: none) fails with an SQLite result code, and
 * with lasting every one after it. A write that fails leaves a part of itself. */
void sl_faulty_fail(sl_faulty_vfs *vfs, sl_faulty_call call, uint64_t nth, int code, bool lasting);

/* A lying disk: syncs say yes and do nothing. As good as synchronous=OFF. */
void sl_faulty_ignore_syncs(sl_faulty_vfs *vfs, bool ignore);

/* The power goes when n more writes and syncs were begun (0: now). The one that meets it
 * fails, and may have happened. */
void sl_faulty_power_off_after(sl_faulty_vfs *vfs, uint64_t n);
bool sl_faulty_is_off(sl_faulty_vfs *vfs);
/* Give the files the shape that the cut left, and go on without planned failures. */
void sl_faulty_power_on(sl_faulty_vfs *vfs);

/* How many such calls were made so far. */
uint64_t sl_faulty_calls(sl_faulty_vfs *vfs, sl_faulty_call call);

#endif
