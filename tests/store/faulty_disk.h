/* What a disk may still lose of one file: the writes since its last sync. */
#ifndef SL_TEST_STORE_FAULTY_DISK_H
#define SL_TEST_STORE_FAULTY_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One change: bytes written at offset, or (after == NULL) the file cut to offset. */
typedef struct sl_change {
  int64_t offset;
  int64_t length;      /* of the file before it */
  uint8_t *before;     /* what stood at offset */
  size_t before_size;
  uint8_t *after;
  size_t after_size;
} sl_change;

typedef struct sl_disk_file {
  struct sl_disk_file *next;
  char *path;
  sl_change *changes;
  size_t count;
  size_t room;
} sl_disk_file;

/* How the writes of one cut fare: all dropped, all kept, or each by its own lot. */
typedef enum sl_fate { SL_FATE_DROPPED = 0, SL_FATE_KEPT = 1, SL_FATE_MIXED = 2 } sl_fate;

sl_disk_file *sl_disk_file_new(const char *path);
/* Returns the next one. */
sl_disk_file *sl_disk_file_free(sl_disk_file *file);
/* Remember a change; the buffers (from malloc) belong to the file from now on. */
void sl_disk_file_note(sl_disk_file *file, const sl_change *change);
/* A sync: nothing can be lost any more. */
void sl_disk_file_forget(sl_disk_file *file);
/* Rewrite the file on disk as a cut leaves it. draw gives random numbers. */
void sl_disk_file_cut(sl_disk_file *file, sl_fate fate, uint64_t (*draw)(void *context), void *context);

#endif
