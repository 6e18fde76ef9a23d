/* KMZ: any bytes as the archive; and any bytes as the document inside a sound one. */
#include "format.h"
#include "zipped.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read(data, size, SL_FORMAT_KMZ);
  const zipped entry = {"doc.kml", {data, size}};
  return fuzz_zipped(&entry, 1, SL_FORMAT_KMZ);
}
