/* The end of a process that found itself wrong: one line, then abort, so that a
 * core is left and the supervisor restarts from what is on disk. */
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"

_Noreturn void sl_assert_failed(const char *file, int line, const char *what) {
  fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
  fflush(stderr);
  abort();
}
