/* The liaison's configuration file, whole, and its public keys and endpoints one by
 * one. A refusal has a reason; what is taken has its sides and its limits. */
#include <stdlib.h>

#include "base/assert.h"
#include "daemon/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_str text = {(const char *)data, size};
  sl_config *config = calloc(1, sizeof *config);
  if (!config) return 0;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_config_read(config, text, "/nowhere", &fault);
  SL_ASSERT(err == SL_OK || (fault.code == err && fault.reason[0] != '\0'));
  uint8_t key[32];
  sl_endpoint endpoint;
  sl_err key_err = sl_config_public_key(key, text);
  sl_err endpoint_err = sl_config_endpoint(&endpoint, text);
  SL_ASSERT(key_err == SL_OK || key_err == SL_ERR_SYNTAX);
  SL_ASSERT(endpoint_err == SL_OK || endpoint_err == SL_ERR_SYNTAX);
  free(config);
  return 0;
}
