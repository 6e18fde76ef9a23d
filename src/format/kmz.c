/* Purpose: KMZ: every KML of an archive, the main one first. It is doc.kml, else the first
 * KML in the top folder, else the first. Work expected:
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

/* Of several documents faults say which one they are of. */
static sl_err read_document(sl_reading *reading, sl_archive *archive, uint32_t index, bool several) {
  reading->part = several ? index + 1 : 0;
  sl_err error = sl_package_part(reading, archive, index, sl_read_kml);
  if (error && several) sl_reading_place(reading->fault, index + 1);
  reading->part = 0;
  return error;
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
  uint32_t documents = 0;
  for (uint32_t i = 0; i < sl_archive_count(archive); i++) documents += is_kml(sl_archive_name(archive, i));
  reading->archive = archive;
  sl_err error = read_document(reading, archive, main_part, documents > 1);
  for (uint32_t i = 0; i < sl_archive_count(archive) && !error; i++)
    if (i != main_part && is_kml(sl_archive_name(archive, i))) error = read_document(reading, archive, i, true);
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
