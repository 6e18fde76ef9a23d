/* CSV: any bytes are records or refusals, each with a reason. */
#include "format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_read(data, size, SL_FORMAT_CSV);
}
