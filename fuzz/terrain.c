/* Elevation data: any bytes are a tile that can be asked, or refused with a reason. */
#include "format/terrain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_terrain *terrain;
  sl_fault fault = sl_fault_none();
  sl_len low, high;
  if (sl_terrain_new(&terrain) != SL_OK) return 0;
  const sl_err error = sl_terrain_add(terrain, SL_STR("N47E008.hgt"), (sl_span){data, size}, &fault);
  if (error != fault.code || (error && !fault.reason[0])) abort();
  if (sl_terrain_over(&low, &high, terrain, (sl_pos){46900000000, 8010000000}, (sl_pos){46950000000, 8150000000}) && low.mm > high.mm) abort();
  sl_terrain_free(terrain);
  return 0;
}
