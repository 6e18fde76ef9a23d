/* A party's profile of the command line: a refusal has a reason with its line. */
#include "base/assert.h"
#include "cli/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_profile profile = {0};
  sl_fault fault = sl_fault_none();
  sl_err err = sl_profile_read(&profile, "a.profile", (sl_str){(const char *)data, size}, &fault);
  SL_ASSERT(err == SL_OK || (fault.code == err && fault.reason[0] != '\0'));
  return 0;
}
