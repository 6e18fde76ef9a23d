/* Large blocks of memory, in huge pages where the system has them. */
#ifndef SL_ORACLE_MEMORY_H
#define SL_ORACLE_MEMORY_H

#include <stddef.h>

/* count * size bytes, not cleared, aligned to a cache line at least; NULL when the
 * product or memory is exceeded. Released with free(). Errors: none else. */
void *sl_memory_take(size_t count, size_t size);

#endif
