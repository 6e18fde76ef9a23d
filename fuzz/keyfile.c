/* Key files: any bytes are refused, or are the one text of a key. */
#include <stdlib.h>

#include "seal/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_key key;
  sl_fault fault = sl_fault_none();
  if (sl_seal_init() != SL_OK) {
    abort();
  }
  const sl_err err = sl_pem_read(&key, (sl_str){(const char *)data, size}, &fault);
  if (err != fault.code) {
    abort();
  }
  if (err != SL_OK) {
    return 0;
  }
  char text[SL_PEM_MAX];
  size_t written = 0;
  if (sl_pem_write(text, &written, &key) != SL_OK || written != size || memcmp(text, data, size) != 0) {
    abort();
  }
  sl_key_wipe(&key);
  return 0;
}
