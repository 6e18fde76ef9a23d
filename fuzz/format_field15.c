/* Flight plans, and the points file before the first zero byte, when there is one: any
 * bytes are records or refusals, each with a reason. */
#include "format.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
  if (!zero) return fuzz_read(data, size, SL_FORMAT_FIELD15);
  const size_t before = (size_t)(zero - data) + 1;
  return fuzz_read_with(zero + 1, size - before, SL_FORMAT_FIELD15, (const char *)data);
}
