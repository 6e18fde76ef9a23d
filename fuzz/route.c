/* Method and raw target to what is asked: the first line of the input is the method,
 * the rest the target. What is taken lies in the target and has its bounds. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t cut = 0;
  while (cut < size && data[cut] != '\n') cut++;
  sl_request request = {.method = {(const char *)data, cut}};
  if (cut < size) request.target = (sl_str){(const char *)data + cut + 1, size - cut - 1};
  sl_op *op = calloc(1, sizeof *op);
  if (!op) return 0;
  sl_fault fault = sl_fault_none();
  bool open = false;
  sl_err err = sl_route(op, &request, &open, &fault);
  SL_ASSERT(err == SL_OK || fault.code == err);
  SL_ASSERT(err != SL_OK || (op->wait_s <= 60 && op->name.size <= SL_NAME_MAX));
  free(op);
  return 0;
}
