/* Purpose: what a file is, from its first bytes alone: the names people give files say
 * little. Work expected: one look at up to 64 KiB. Representation: marks that a
 * format's grammar requires near its beginning, the most telling first. */
#include "format/detect.h"

#include "format/csv.h"
#include "format/measure.h"
#include "format/zones.h"

static bool has(sl_str text, const char *mark) {
  size_t size = strlen(mark);
  const char *at = text.data, *end = text.data + text.size;
  while ((size_t)(end - at) >= size && (at = memchr(at, mark[0], (size_t)(end - at) - size + 1))) {
    if (memcmp(at, mark, size) == 0) return true;
    at++;
  }
  return false;
}

static bool begins(sl_str text, const char *mark) {
  size_t size = strlen(mark);
  return text.size >= size && memcmp(text.data, mark, size) == 0;
}

/* JSON: the members that only one of the formats has. */
static sl_format detect_json(sl_str text) {
  static const char *const f3548[] = {"\"operational_intent", "\"outline_polygon\"", "\"outline_circle\"",
                                      "\"outline_corridor\"", "\"constraint", "\"trajectories\"",
                                      "\"uss_base_url\"", "\"volumes\""};
  bool feature = has(text, "\"Feature\"") || has(text, "\"FeatureCollection\"");
  if (sl_json_announced(text, "UASZoneList") || sl_json_announced(text, "horizontalProjection")) return SL_FORMAT_ED269;
  if (feature && (has(text, "\"lowerReference\"") || has(text, "\"upperReference\"") || has(text, "\"zoneAuthority\"") || has(text, "\"limitedApplicability\"") || has(text, "\"uSpaceClass\""))) return SL_FORMAT_ED318;
  if (feature) return SL_FORMAT_GEOJSON;
  for (size_t i = 0; i < sizeof f3548 / sizeof *f3548; i++)
    if (has(text, f3548[i])) return SL_FORMAT_F3548;
  if (has(text, "\"coordinates\"") && has(text, "\"type\"")) return SL_FORMAT_GEOJSON;
  if (has(text, "\"zoneAuthority\"") || has(text, "\"lowerVerticalReference\"")) return SL_FORMAT_ED269;
  if (has(text, "\"features\"")) return has(text, "\"applicability\"") ? SL_FORMAT_ED269 : SL_FORMAT_GEOJSON;
  if (has(text, "\"timestamp\"") && has(text, "\"latitude\"")) return SL_FORMAT_TRACKS;
  return SL_FORMAT_UNKNOWN;
}

/* Lines that OpenAir has: at least two different of its codes at the start of lines, AC
 * among them (or a name, a limit and a vertex where classes are missing), and nothing that
 * another text format begins with. */
static bool is_openair(sl_str text) {
  unsigned classes = 0, others = 0, names = 0, limits = 0, drawn = 0;
  for (size_t at = 0; at < text.size;) {
    const char *end = memchr(text.data + at, '\n', text.size - at);
    size_t next = end ? (size_t)(end - text.data) + 1 : text.size;
    while (at < next && (text.data[at] == ' ' || text.data[at] == '\t')) at++;
    if (next - at > 3 && (text.data[at + 2] == ' ' || text.data[at + 2] == '\t')) {
      sl_str code = {text.data + at, 2};
      if (sl_str_is_nocase(code, "AC")) classes++;
      names += sl_str_is_nocase(code, "AN");
      limits += sl_str_is_nocase(code, "AL") || sl_str_is_nocase(code, "AH");
      drawn += sl_str_is_nocase(code, "DP") || sl_str_is_nocase(code, "DC") || sl_str_is_nocase(code, "DA") || sl_str_is_nocase(code, "DB");
      for (const char *const *known = (const char *const[]){"AN", "AL", "AH", "DP", "DC", "DA", "DB", "SP", "SB", NULL}; *known; known++)
        if (sl_str_is_nocase(code, *known)) others++;
    }
    at = next;
  }
  return (classes > 0 && others > 0) || (names > 0 && limits > 0 && drawn > 0);
}

/* USMTF: sets that end with //. What it is, its MSGID says; a tasking order and anything
 * with sets of targets is known before an airspace control order. */
static sl_format detect_usmtf(sl_str text) {
  static const char *const tasking[] = {"MSGID/ATO", "MSGID/TGT", "\nTGTLOC/", "\nGTGTLOC/", "\nAMSNDAT/", "\nMSNDAT/", "\nTSKUNIT/", "\nTASKUNIT/", "\nDMPI/"};
  if (!has(text, "//")) return SL_FORMAT_UNKNOWN;
  for (size_t i = 0; i < sizeof tasking / sizeof *tasking; i++)
    if (has(text, tasking[i])) return SL_FORMAT_TASKING;
  return has(text, "MSGID/ACO") || has(text, "ACMID/") || has(text, "ACOID/") ? SL_FORMAT_USMTF_ACO : SL_FORMAT_UNKNOWN;
}

/* ICAO messages about flights: at the start of a line a bracket and which kind. */
static bool is_flight_plan(sl_str text) {
  static const char *const kinds[] = {"(FPL", "(CPL", "(CHG", "(CNL", "(DLA", "(DEP", "(ARR", "(EST", "(ALR", "(SPL"};
  for (size_t at = 0; at < text.size; at++) {
    if (text.data[at] != '(' || (at > 0 && text.data[at - 1] != '\n' && text.data[at - 1] != '\r')) continue;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
      if (begins((sl_str){text.data + at, text.size - at}, kinds[i])) return true;
  }
  return false;
}

/* An archive: a workbook names its parts near the beginning; whether it holds KML its end
 * says, and kmz.c looks there. The old container of Office is one that a password is on,
 * or a workbook of before 2007: xlsx.c refuses it by name. */
static sl_format detect_archive(sl_str text) {
  if (begins(text, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return SL_FORMAT_XLSX;
  if (!begins(text, "PK\3\4") && !begins(text, "PK\5\6")) return SL_FORMAT_UNKNOWN;
  return has(text, "[Content_Types].xml") || has(text, "xl/workbook.xml") ? SL_FORMAT_XLSX : SL_FORMAT_KMZ;
}

sl_format sl_format_detect(sl_span first) {
  sl_str text = sl_span_text(first);
  if (text.size > SL_DETECT_BYTES) text.size = SL_DETECT_BYTES;
  sl_format archive = detect_archive(text);
  if (archive != SL_FORMAT_UNKNOWN) return archive;
  if (begins(text, "\xef\xbb\xbf")) text.data += 3, text.size -= 3;
  while (text.size && strchr(" \t\r\n\x1e", text.data[0]) && text.data[0]) text.data++, text.size--;
  if (text.size == 0) return SL_FORMAT_UNKNOWN;
  if (text.data[0] == '{' || text.data[0] == '[') return detect_json(text);
  if (text.size > SL_DETECT_TEXT_BYTES) text.size = SL_DETECT_TEXT_BYTES;
  if (text.data[0] == '<') return has(text, "<kml") || has(text, ":kml") || (has(text, "<Placemark") && (has(text, "<Document") || has(text, "<Folder"))) ? SL_FORMAT_KML : has(text, "<gpx") ? SL_FORMAT_GPX : SL_FORMAT_UNKNOWN;
  sl_format usmtf = detect_usmtf(text);
  if (usmtf != SL_FORMAT_UNKNOWN) return usmtf;
  if (is_openair(text)) return SL_FORMAT_OPENAIR;
  if (is_flight_plan(text)) return SL_FORMAT_FIELD15;
  sl_csv_dialect dialect;
  return sl_csv_look(&dialect, text, NULL) ? SL_FORMAT_CSV : SL_FORMAT_UNKNOWN;
}
