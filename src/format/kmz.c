/* Purpose: KMZ: the main KML of an archive. It is doc.kml, else the first KML in the top
 * folder, else the first; further ones are refused by name, one by one. Work expected:
 * packages of a few megabytes. Representation: none but the archive. */
#include "base/assert.h"
#include "format/archive.h"
#include "format/measure.h"
#include "format/package.h"

/* Files whose names begin with a dot are what macOS keeps beside the true ones. */
static bool is_kml(sl_str name) {
  size_t base = name.size;
  while (base && name.data[base - 1] != '/') base--;
  return name.size - base > 4 && name.data[base] != '.' && sl_str_is_nocase((sl_str){name.data + name.size - 4, 4}, ".kml");
}

static bool find_main(uint32_t *out, const sl_archive *archive) {
  bool found = false, top = false;
  for (uint32_t i = 0; i < sl_archive_count(archive); i++) {
    sl_str name = sl_archive_name(archive, i);
    bool here = !memchr(name.data, '/', name.size);
    if (!is_kml(name) || (found && (top || !here))) continue;
    *out = i;
    found = true;
    top = here;
  }
  return sl_archive_find(out, archive, SL_STR("doc.kml")) || found;
}

sl_err sl_package_part(sl_reading *reading, sl_archive *archive, uint32_t index, sl_format_reader *read) {
  sl_source *whole = reading->source, *part;
  sl_err error = sl_archive_enter(&part, archive, index, reading->fault);
  if (error) return error;
  reading->source = part;
  error = read(reading);
  reading->source = whole;
  return sl_archive_leave(archive, error, reading->fault);
}

static sl_err read_main(sl_reading *reading, sl_archive *archive) {
  uint32_t main_part, workbook;
  if (!find_main(&main_part, archive)) {
    if (reading->options->format == SL_FORMAT_UNKNOWN && sl_archive_find(&workbook, archive, SL_STR("[Content_Types].xml"))) {
      reading->summary->format = SL_FORMAT_XLSX;
      return sl_read_workbook(reading, archive);
    }
    if (sl_archive_find(&workbook, archive, SL_STR("content.xml")))
      return sl_fault_set(reading->fault, SL_ERR_UNSUPPORTED, "an OpenDocument file is not accepted: save it as .xlsx or CSV");
    return sl_fault_set(reading->fault, SL_ERR_UNSUPPORTED, "the archive holds neither a KML document nor an Excel workbook");
  }
  sl_err error = sl_package_part(reading, archive, main_part, sl_read_kml);
  for (uint32_t i = 0; i < sl_archive_count(archive) && !error; i++)
    if (i != main_part && is_kml(sl_archive_name(archive, i)))
      error = sl_reading_refuse_for(reading, 1, SL_ERR_UNSUPPORTED, "entry %u of the archive is a further KML document: only the main one is read", i + 1);
  return error;
}

sl_err sl_read_kmz(sl_reading *reading) {
  sl_archive *archive;
  SL_ASSERT(reading->source);
  sl_err error = sl_archive_open(&archive, reading->source, reading->fault);
  if (error) return error;
  error = read_main(reading, archive);
  sl_archive_close(archive);
  return error;
}
