/* Work that scatters over megabytes spends much of its time in the tables of small
 * pages: a block of several huge pages asks for them. The request may be ignored. */
#define _DEFAULT_SOURCE   /* madvise() */
#include "oracle/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define CACHE_LINE ((size_t)64)

void *sl_memory_take(size_t count, size_t size) {
  if (size && count > (SIZE_MAX - HUGE_PAGE) / size) {
    return NULL;
  }
  size_t bytes = count * size;
  size_t page = bytes >= 2 * HUGE_PAGE ? HUGE_PAGE : CACHE_LINE;
  size_t rounded = (bytes + page - 1) / page * page;
  void *block = aligned_alloc(page, rounded ? rounded : page);
#ifdef MADV_HUGEPAGE
  if (block && page == HUGE_PAGE) {
    (void)madvise(block, rounded, MADV_HUGEPAGE);
  }
#endif
  return block;
}
