/* Purpose: the common half of all readers. Work expected: one call per record.
 * Representation: see the header; notes live in the record's arena. */
#include "format/reading.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/assert.h"
#include "format/measure.h"

#define NOTE_ROOM 160

const char *sl_note_name(sl_note_kind kind) {
  static const char *const names[] = {"", "assumed", "widened", "left out", "split", "near"};
  SL_ASSERT((unsigned)kind < sizeof names / sizeof *names);
  return names[kind];
}

void sl_reading_note(sl_reading *reading, sl_note_kind kind, const char *format, ...) {
  SL_ASSERT(reading->note_count <= SL_RECORD_NOTES_MAX && format);
  char text[NOTE_ROOM];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  SL_ASSERT(size >= 0);
  for (uint32_t i = 0; i < reading->note_count; i++)
    if (reading->note[i].kind == kind && strcmp(reading->note[i].text, text) == 0) return;
  const char *copy = reading->note_count < SL_RECORD_NOTES_MAX ? sl_arena_text(&reading->arena, sl_str_from(text)) : NULL;
  if (copy) {
    reading->note[reading->note_count++] = (sl_note){kind, copy};
  } else if (reading->note_count > 0) {
    reading->note[reading->note_count - 1] = (sl_note){kind, "and more that does not fit here"};
  }
}

bool sl_reading_is_record_error(sl_err error) {
  switch (error) {
    case SL_ERR_RANGE: case SL_ERR_SYNTAX: case SL_ERR_TYPE: case SL_ERR_UNKNOWN: case SL_ERR_DUPLICATE:
    case SL_ERR_MISSING: case SL_ERR_UNIT: case SL_ERR_GEOMETRY: case SL_ERR_ORDER: case SL_ERR_UNSUPPORTED:
    case SL_ERR_DATUM: case SL_ERR_CAP:
      return true;
    default:
      return false;
  }
}

void sl_reading_clear(sl_reading *reading) {
  reading->note_count = 0;
  sl_arena_clear(&reading->arena);
}

void sl_reading_place(sl_fault *fault, uint32_t part) {
  static const char mark[] = "entry ";
  SL_ASSERT(fault && part > 0);
  if (strncmp(fault->reason, mark, sizeof mark - 1) == 0) return;
  sl_fault placed = *fault;
  placed.code = SL_OK;
  sl_fault_set(&placed, fault->code, "entry %u of the archive: %s", part, fault->reason);
  *fault = placed;
}

sl_err sl_reading_refuse(sl_reading *reading, const sl_fault *fault, uint32_t line) {
  SL_ASSERT(fault && fault->code != SL_OK);
  sl_fault copy = *fault;
  if (copy.line == 0) copy.line = line;
  if (reading->part) sl_reading_place(&copy, reading->part);
  sl_reading_clear(reading);
  reading->summary->refused++;
  if (reading->sink->refused && reading->sink->refused(reading->sink->context, &copy)) return SL_OK;
  if (reading->fault && reading->fault->code == SL_OK) *reading->fault = copy;
  return copy.code;
}

sl_err sl_reading_refuse_for(sl_reading *reading, uint32_t line, sl_err code, const char *format, ...) {
  char text[sizeof((sl_fault *)0)->reason];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  SL_ASSERT(size >= 0 && code != SL_OK);
  sl_fault fault = sl_fault_none();
  sl_fault_set(&fault, code, "%s", text);
  return sl_reading_refuse(reading, &fault, line);
}

sl_str sl_reading_copy(sl_reading *reading, sl_str text) {
  sl_span copy = sl_arena_copy(&reading->arena, sl_str_bytes(text));
  return sl_span_text(copy);
}

/* The shape alone, in a band and window that are always good. */
static sl_err check_area(const sl_record *record, sl_fault *fault) {
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape = record->shape;
  object.as.volume.band.ref = SL_ALT_COLUMN;
  object.as.volume.window = (sl_window){{0}, {SL_NS_PER_S}};
  for (uint32_t i = 0; i < record->window_count; i++) {
    sl_window w = record->window[i];
    if (w.start.ns >= w.end.ns) return sl_fault_set(fault, SL_ERR_ORDER, "a window that ends before or when it starts");
    if (w.start.ns < 0 || w.end.ns >= SL_TIME_MAX_NS) return sl_fault_set(fault, SL_ERR_RANGE, "a time outside 1970 to 2199");
  }
  return sl_object_check(&object, fault);
}

static sl_err check_track(const sl_record *record, sl_fault *fault) {
  SL_ASSERT(record->fix && record->fix_count > 0);
  for (uint32_t i = 1; i < record->fix_count; i++)
    if (record->fix[i - 1].time.ns >= record->fix[i].time.ns)
      return sl_fault_set(fault, SL_ERR_ORDER, "fix %u is not later than the one before it", i + 1);
  for (uint32_t i = 0; i < record->fix_count; i++) {
    const sl_track_fix *fix = &record->fix[i];
    if (fix->pos.lat_nd < -90 * SL_ND_PER_DEG || fix->pos.lat_nd > 90 * SL_ND_PER_DEG ||
        fix->pos.lon_nd < -180 * SL_ND_PER_DEG || fix->pos.lon_nd > 180 * SL_ND_PER_DEG)
      return sl_fault_set(fault, SL_ERR_RANGE, "fix %u lies outside latitude 90 or longitude 180", i + 1);
    if (fix->time.ns < 0 || fix->time.ns >= SL_TIME_MAX_NS)
      return sl_fault_set(fault, SL_ERR_RANGE, "fix %u is outside 1970 to 2199", i + 1);
  }
  return SL_OK;
}

/* Each line of a name is one identity: control characters have no place in it, and become
 * blanks. Errors: SL_ERR_NOMEM. */
static sl_err clean_name(sl_reading *reading, sl_record *record) {
  char *own = NULL;
  for (size_t i = 0; i < record->name.size; i++) {
    if ((uint8_t)record->name.data[i] >= 0x20 && record->name.data[i] != 0x7f) continue;
    if (!own && !(own = sl_arena_text(&reading->arena, record->name))) return sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory for one record");
    own[i] = ' ';
  }
  if (!own) return SL_OK;
  record->name.data = own;
  sl_reading_note(reading, SL_NOTE_ASSUMED, "line breaks or other control characters in the name: taken as blanks");
  return SL_OK;
}

sl_err sl_reading_hand_over_part(sl_reading *reading, sl_record *record) {
  sl_fault fault = sl_fault_none();
  SL_ASSERT(record->form == SL_RECORD_AREA || record->form == SL_RECORD_TRACK);
  char number[48];
  sl_err error = clean_name(reading, record);
  if (error) return error;
  record->name = sl_str_trim(record->name);
  if (record->name.size == 0) {
    /* Records of one line, as a file without line breaks has them, are still different ones. */
    (void)snprintf(number, sizeof number, "record %u, line %u", reading->summary->records + reading->summary->refused + 1, record->line);
    record->name = sl_reading_copy(reading, sl_str_from(number));
    sl_reading_note(reading, SL_NOTE_ASSUMED, "has no name: named after its place in the file");
  }
  error = record->form == SL_RECORD_AREA ? check_area(record, &fault) : check_track(record, &fault);
  if (error && !sl_reading_is_record_error(error)) return sl_fault_set(reading->fault, error, "out of memory");
  if (error) return sl_reading_refuse(reading, &fault, record->line);
  if (reading->summary->records >= SL_RECORDS_MAX)
    return sl_fault_set(reading->fault, SL_ERR_CAP, "more than %u records", SL_RECORDS_MAX);
  record->note = reading->note;
  record->note_count = reading->note_count;
  reading->summary->records++;
  return reading->sink->record(reading->sink->context, record);
}

sl_err sl_reading_hand_over(sl_reading *reading, sl_record *record) {
  uint32_t refused = reading->summary->refused;
  sl_err error = sl_reading_hand_over_part(reading, record);
  if (reading->summary->refused == refused) sl_reading_clear(reading);
  return error;
}
