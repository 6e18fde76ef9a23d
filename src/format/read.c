/* Purpose: what a file is, and the table of readers. Work expected: one look at the
 * first bytes, then one reader. Representation: a table by format. */
#include "base/assert.h"
#include "format/detect.h"
#include "format/format.h"
#include "format/reading.h"
#include "format/recode.h"

#define RECORD_ARENA_MAX (256u << 20)

typedef struct entry {
  const char *name, *title;
  sl_format_reader *read;
} entry;

static const entry formats[SL_FORMAT_COUNT] = {
    [SL_FORMAT_UNKNOWN] = {"unknown", "unknown", NULL},
    [SL_FORMAT_F3548] = {"f3548", "ASTM F3548-21 JSON", sl_read_f3548},
    [SL_FORMAT_GEOJSON] = {"geojson", "GeoJSON", sl_read_geojson},
    [SL_FORMAT_TRACKS] = {"tracks", "tracks in JSON", sl_read_tracks},
    [SL_FORMAT_OPENAIR] = {"openair", "OpenAir", sl_read_openair},
    [SL_FORMAT_USMTF_ACO] = {"aco", "USMTF airspace control order", sl_read_usmtf},
    [SL_FORMAT_ED269] = {"ed269", "EUROCAE ED-269", sl_read_ed269},
    [SL_FORMAT_ED318] = {"ed318", "EUROCAE ED-318", sl_read_ed318},
    [SL_FORMAT_KML] = {"kml", "KML", sl_read_kml},
    [SL_FORMAT_KMZ] = {"kmz", "KMZ", sl_read_kmz},
    [SL_FORMAT_CSV] = {"csv", "CSV", sl_read_csv},
    [SL_FORMAT_XLSX] = {"xlsx", "XLSX", sl_read_xlsx},
    [SL_FORMAT_GPX] = {"gpx", "GPX", sl_read_gpx},
    [SL_FORMAT_FIELD15] = {"field15", "ICAO flight plan", sl_read_field15},
    [SL_FORMAT_TASKING] = {"tasking", "air tasking order or target set", NULL}};

sl_read_options sl_read_options_default(void) { return (sl_read_options){0}; }

const char *sl_format_name(sl_format format) {
  SL_ASSERT((unsigned)format < SL_FORMAT_COUNT);
  return formats[format].name;
}

const char *sl_format_title(sl_format format) {
  SL_ASSERT((unsigned)format < SL_FORMAT_COUNT);
  return formats[format].title;
}

sl_format sl_format_by_name(const char *name) {
  SL_ASSERT(name);
  for (unsigned i = 1; i < SL_FORMAT_COUNT; i++)
    if (strcmp(formats[i].name, name) == 0) return (sl_format)i;
  return SL_FORMAT_UNKNOWN;
}

static sl_err refuse_format(sl_format format, sl_fault *fault) {
  if (format == SL_FORMAT_TASKING) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "carries target data, not accepted");
  SL_ASSERT(format == SL_FORMAT_UNKNOWN);
  return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "the content is of no format that is known; --format names one");
}

static sl_err read_source(sl_summary *out, sl_source *source, bool recoded, const sl_read_options *options, const sl_sink *sink, sl_fault *fault) {
  sl_ahead ahead;
  sl_err error = sl_source_ahead(&ahead, source, SL_DETECT_BYTES, fault);
  if (error) return error;
  sl_format found = sl_format_detect((sl_span){ahead.data, ahead.size});
  /* Target data is refused also under another name. */
  if (found == SL_FORMAT_TASKING || out->format == SL_FORMAT_UNKNOWN) out->format = found;
  /* With columns named by the user a text that nothing else knows is a table. */
  if (out->format == SL_FORMAT_UNKNOWN && options->mapping && ahead.size && !memchr(ahead.data, 0, ahead.size)) out->format = SL_FORMAT_CSV;
  if (!formats[out->format].read) return refuse_format(out->format, fault);
  sl_reading reading = {.source = source, .options = options, .sink = sink, .summary = out, .fault = fault, .recoded = recoded};
  sl_arena_init(&reading.arena, RECORD_ARENA_MAX);
  error = formats[out->format].read(&reading);
  sl_arena_fini(&reading.arena);
  out->bytes = sl_source_offset(source);
  SL_ASSERT(out->records <= SL_RECORDS_MAX);
  return error;
}

sl_err sl_format_read(sl_summary *out, sl_source *source, const sl_read_options *options, const sl_sink *sink, sl_fault *fault) {
  SL_ASSERT(out && source && options && sink && sink->record);
  sl_fault own = sl_fault_none();
  if (!fault) fault = &own;
  *out = (sl_summary){.format = options->format};
  sl_ahead ahead;
  sl_err error = sl_source_ahead(&ahead, source, SL_DETECT_BYTES, fault);
  if (error) return error;
  const sl_recode recode = sl_recode_of(ahead);
  if (recode == SL_RECODE_NONE) return read_source(out, source, false, options, sink, fault);
  sl_source *text;
  sl_recoding state;
  if (sl_recode_open(&text, &state, source, recode)) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  error = read_source(out, text, true, options, sink, fault);
  sl_source_close(text);
  if (error == SL_ERR_IO && state.fault.code) {
    *fault = state.fault;
    error = fault->code;
  }
  return error;
}
