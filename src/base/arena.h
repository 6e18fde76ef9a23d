/* A capped arena: many small allocations, one release. One per request. */
#ifndef SL_BASE_ARENA_H
#define SL_BASE_ARENA_H

#include "base/span.h"
#include "sideline/err.h"

typedef struct sl_arena_block sl_arena_block;

typedef struct sl_arena {
  sl_arena_block *head;
  size_t used;   /* bytes handed out, alignment included */
  size_t max;
} sl_arena;

/* An arena that never hands out more than max bytes. */
void sl_arena_init(sl_arena *arena, size_t max);
/* Release everything; usable again with the same maximum. */
void sl_arena_fini(sl_arena *arena);
/* Take back everything that was handed out and keep the newest block, zeroed again, for
 * what comes next: for loops over many small records. Cost: O(bytes used of that block). */
void sl_arena_clear(sl_arena *arena);

/* count * size zeroed bytes, aligned for any type; NULL when the cap, the product
 * or memory is exceeded. A zero-sized request gives a valid pointer. */
void *sl_arena_take(sl_arena *arena, size_t count, size_t size);
/* A terminated copy; NULL as above. */
char *sl_arena_text(sl_arena *arena, sl_str text);
/* A copy of the bytes; data is NULL as above (and size 0). */
sl_span sl_arena_copy(sl_arena *arena, sl_span bytes);

#define SL_ARENA_TAKE(arena, count, type) ((type *)sl_arena_take((arena), (count), sizeof(type)))

#endif
