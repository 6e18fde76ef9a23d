/* The capped arena.
 *
 * Work expected: tens to thousands of small pieces per request, released at once.
 * Representation: a list of blocks, the newest first; pieces are cut from the head
 * only, and the tail of an older block is given up. Blocks double from 4 KiB to
 * 1 MiB, so that a request of any size needs few of them. They come zeroed from
 * calloc, which for large blocks costs nothing until they are touched. */
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"

#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_LARGEST ((size_t)1 << 20)

struct sl_arena_block {
  sl_arena_block *next;
  size_t used;
  size_t room;
  alignas(max_align_t) unsigned char data[];
};

void sl_arena_init(sl_arena *arena, size_t max) {
  SL_ASSERT(arena != NULL);
  *arena = (sl_arena){.head = NULL, .used = 0, .max = max};
}

void sl_arena_fini(sl_arena *arena) {
  SL_ASSERT(arena != NULL);
  sl_arena_block *block = arena->head;
  while (block != NULL) {
    sl_arena_block *next = block->next;
    free(block);
    block = next;
  }
  sl_arena_init(arena, arena->max);
}

void sl_arena_clear(sl_arena *arena) {
  SL_ASSERT(arena != NULL);
  sl_arena_block *kept = arena->head;
  arena->used = 0;
  if (kept == NULL)
    return;
  sl_arena_block *block = kept->next;
  while (block != NULL) {
    sl_arena_block *next = block->next;
    free(block);
    block = next;
  }
  kept->next = NULL;
  memset(kept->data, 0, kept->used);
  kept->used = 0;
}

/* A new head with room for `need` bytes; false when there is no memory. */
static bool add_block(sl_arena *arena, size_t need) {
  size_t room = arena->head == NULL ? BLOCK_FIRST : arena->head->room * 2;
  if (room > BLOCK_LARGEST)
    room = BLOCK_LARGEST;
  if (room < need)
    room = need;
  if (room > SIZE_MAX - sizeof(sl_arena_block))
    return false;
  sl_arena_block *block = calloc(1, sizeof *block + room);
  if (block == NULL)
    return false;
  block->room = room;
  block->next = arena->head;
  arena->head = block;
  return true;
}

void *sl_arena_take(sl_arena *arena, size_t count, size_t size) {
  SL_ASSERT(arena != NULL);
  SL_ASSERT(arena->used <= arena->max);
  const size_t grain = alignof(max_align_t);
  if (size != 0 && count > SIZE_MAX / size)
    return NULL;
  size_t need = count * size;
  if (need == 0)
    need = 1;
  if (need > SIZE_MAX - grain)
    return NULL;
  need = (need + grain - 1) / grain * grain;
  if (need > arena->max - arena->used)
    return NULL;
  if (arena->head == NULL || arena->head->room - arena->head->used < need) {
    if (!add_block(arena, need))
      return NULL;
  }
  sl_arena_block *block = arena->head;
  void *piece = block->data + block->used;
  block->used += need;
  arena->used += need;
  SL_ASSERT(block->used <= block->room);
  return piece;
}

char *sl_arena_text(sl_arena *arena, sl_str text) {
  if (text.size == SIZE_MAX)
    return NULL;
  char *copy = sl_arena_take(arena, text.size + 1, 1);
  if (copy != NULL && text.size > 0)
    memcpy(copy, text.data, text.size);
  return copy;
}

sl_span sl_arena_copy(sl_arena *arena, sl_span bytes) {
  uint8_t *copy = sl_arena_take(arena, bytes.size, 1);
  if (copy == NULL)
    return (sl_span){NULL, 0};
  if (bytes.size > 0)
    memcpy(copy, bytes.data, bytes.size);
  return (sl_span){copy, bytes.size};
}
