/* XLSX: any bytes as the archive; and any bytes as the parts of a sound one: sheet, shared
 * strings, styles, workbook and relationships, apart by zero bytes. */
#include "format.h"
#include "zipped.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char workbook[] = "<workbook><sheets><sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>";
  static const char rels[] = "<Relationships><Relationship Id=\"r1\" Type=\"/worksheet\" Target=\"s.xml\"/><Relationship Id=\"r2\" Type=\"/sharedStrings\" Target=\"t.xml\"/>"
                             "<Relationship Id=\"r3\" Type=\"/styles\" Target=\"y.xml\"/></Relationships>";
  fuzz_read(data, size, SL_FORMAT_XLSX);
  zipped part[] = {{"xl/s.xml", {data, size}}, {"xl/t.xml", {data, 0}}, {"xl/y.xml", {data, 0}}, {"xl/workbook.xml", {(const uint8_t *)workbook, sizeof workbook - 1}},
                   {"xl/_rels/workbook.xml.rels", {(const uint8_t *)rels, sizeof rels - 1}}};
  for (size_t i = 0; i < 5 && size; i++) {
    const uint8_t *end = memchr(data, 0, size);
    size_t own = end ? (size_t)(end - data) : size;
    if (i < 3 || own) part[i].bytes = (sl_span){data, own};
    data += own + (end != NULL);
    size -= own + (end != NULL);
  }
  return fuzz_zipped(part, 5, SL_FORMAT_XLSX);
}
