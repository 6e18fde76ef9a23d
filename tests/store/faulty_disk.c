/* Undo and redo of the unsynced writes of one file. */
#include "store/faulty_disk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"

#define SECTOR 512

sl_disk_file *sl_disk_file_new(const char *path) {
  sl_disk_file *file = calloc(1, sizeof *file);
  SL_ASSERT(file);
  size_t size = strlen(path) + 1;
  file->path = malloc(size);
  SL_ASSERT(file->path);
  memcpy(file->path, path, size);
  return file;
}

sl_disk_file *sl_disk_file_free(sl_disk_file *file) {
  sl_disk_file *next = file->next;
  sl_disk_file_forget(file);
  free(file->changes);
  free(file->path);
  free(file);
  return next;
}

void sl_disk_file_note(sl_disk_file *file, const sl_change *change) {
  if (file->count == file->room) {
    file->room = file->room ? file->room * 2 : 32;
    file->changes = realloc(file->changes, file->room * sizeof *file->changes);
    SL_ASSERT(file->changes);
  }
  file->changes[file->count++] = *change;
}

void sl_disk_file_forget(sl_disk_file *file) {
  for (size_t i = 0; i < file->count; i++) {
    free(file->changes[i].before);
    free(file->changes[i].after);
  }
  file->count = 0;
}

static void put_bytes(int fd, const uint8_t *bytes, size_t size, int64_t offset) {
  while (size) {
    ssize_t written = pwrite(fd, bytes, size, offset);
    SL_ASSERT(written > 0);
    bytes += written;
    offset += written;
    size -= (size_t)written;
  }
}

static void undo(int fd, const sl_change *change) {
  put_bytes(fd, change->before, change->before_size, change->offset);
  SL_ASSERT(ftruncate(fd, change->length) == 0);
}

/* Each sector of the write by its own lot, and the last that is kept perhaps in part. */
static void tear(int fd, const sl_change *change, uint64_t (*draw)(void *context), void *context) {
  size_t at = 0;
  while (at < change->after_size) {
    size_t size = SECTOR - (size_t)(((uint64_t)change->offset + at) % SECTOR);
    if (size > change->after_size - at) size = change->after_size - at;
    uint64_t lot = draw(context) % 8;
    size_t kept = lot < 4 ? 0 : lot < 7 ? size : (size_t)(draw(context) % size);
    put_bytes(fd, change->after + at, kept, change->offset + (int64_t)at);
    at += size;
  }
}

static void redo(int fd, const sl_change *change, sl_fate fate, uint64_t (*draw)(void *context), void *context) {
  uint64_t lot = fate == SL_FATE_DROPPED ? 0 : fate == SL_FATE_KEPT ? 1 : draw(context) % 4;
  if (lot == 0) return;
  if (!change->after) {
    SL_ASSERT(ftruncate(fd, change->offset) == 0);
  } else if (lot == 3) {
    tear(fd, change, draw, context);
  } else {
    put_bytes(fd, change->after, change->after_size, change->offset);
  }
}

void sl_disk_file_cut(sl_disk_file *file, sl_fate fate, uint64_t (*draw)(void *context), void *context) {
  int fd = file->count ? open(file->path, O_RDWR | O_CLOEXEC) : -1;
  if (fd >= 0) {
    for (size_t i = file->count; i-- > 0;) undo(fd, &file->changes[i]);
    for (size_t i = 0; i < file->count; i++) redo(fd, &file->changes[i], fate, draw, context);
    SL_ASSERT(close(fd) == 0);
  }
  sl_disk_file_forget(file);
}
