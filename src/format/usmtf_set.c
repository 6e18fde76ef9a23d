/* Purpose: the grammar beneath USMTF messages: sets, fields, date-time groups, levels.
 * Work expected: a hundred megabytes a second. Representation: one set at a time in the
 * caller's buffer. */
#include "base/assert.h"
#include "format/height.h"
#include "format/measure.h"
#include "format/usmtf.h"

static bool is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/* Step over white space between sets. SL_ERR_END at the end. */
static sl_err skip_space(sl_source *source, sl_fault *fault) {
  for (;;) {
    sl_ahead ahead;
    sl_err error = sl_source_ahead(&ahead, source, 1, fault);
    if (error) return error;
    if (ahead.size == 0) return SL_ERR_END;
    size_t at = 0;
    while (at < ahead.size && is_space(ahead.data[at])) at++;
    if (at) sl_source_skip(source, at);
    if (at < ahead.size) return SL_OK;
  }
}

/* Where the // is, or 0: not yet in sight. Sets are never empty, so it is never at 0. */
static size_t find_end(sl_ahead ahead, size_t from) {
  const uint8_t *at = ahead.data + from, *end = ahead.data + ahead.size;
  while (at < end && (at = memchr(at, '/', (size_t)(end - at)))) {
    if (at + 1 < end && at[1] == '/') return (size_t)(at - ahead.data);
    at++;
  }
  return 0;
}

/* Copy without line ends: nothing beside a slash, a blank elsewhere. */
static void unwrap(sl_buf *buffer, const uint8_t *data, size_t size) {
  const uint8_t *at = data, *end = data + size;
  while (at < end) {
    const uint8_t *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
    const uint8_t *last = stop;
    while (last > at && is_space(last[-1])) last--;
    sl_buf_add(buffer, at, (size_t)(last - at));
    if (!newline) return;
    at = newline + 1;
    while (at < end && is_space(*at)) at++;
    bool slash = (last > data && last[-1] == '/') || (at < end && *at == '/');
    if (!slash && at < end) sl_buf_add_u8(buffer, ' ');
  }
}

sl_err sl_usmtf_next(sl_usmtf_set *out, sl_buf *buffer, sl_source *source, sl_fault *fault) {
  SL_ASSERT(out && buffer && source);
  sl_err error = skip_space(source, fault);
  if (error) return error;
  sl_ahead ahead;
  size_t want = 4096, seen = 0, end = 0;
  uint32_t line = sl_source_line_number(source);
  for (;;) {
    if ((error = sl_source_ahead(&ahead, source, want, fault))) return error;
    end = find_end(ahead, seen);
    if (end || ahead.size < want) break;
    if (ahead.size > SL_USMTF_SET_BYTES_MAX) break;
    seen = ahead.size - 1;
    want = ahead.size * 2;
  }
  if (!end && ahead.size <= SL_USMTF_SET_BYTES_MAX) {
    sl_fault_set(fault, SL_ERR_SYNTAX, "the text ends within a set: // is missing");
  } else if (!end || end > SL_USMTF_SET_BYTES_MAX) {
    sl_fault_set(fault, SL_ERR_CAP, "a set of more than %u bytes", SL_USMTF_SET_BYTES_MAX);
    end = 0;
  }
  if (!end) {
    if (fault && fault->line == 0) fault->line = line;
    return fault ? fault->code : SL_ERR_SYNTAX;
  }
  sl_buf_clear(buffer);
  unwrap(buffer, ahead.data, end);
  sl_source_skip(source, end + 2);
  if (buffer->error) return sl_fault_set(fault, buffer->error, "out of memory for one set");
  *out = (sl_usmtf_set){sl_buf_str(buffer), line};
  return SL_OK;
}

bool sl_usmtf_field(sl_str *out, sl_str *rest) {
  if (rest->data == NULL) return false;
  const char *slash = rest->size ? memchr(rest->data, '/', rest->size) : NULL;
  size_t size = slash ? (size_t)(slash - rest->data) : rest->size;
  *out = sl_str_trim((sl_str){rest->data, size});
  *rest = slash ? (sl_str){slash + 1, rest->size - size - 1} : (sl_str){NULL, 0};
  return true;
}

void sl_usmtf_label(sl_str *label, sl_str *value, sl_str field) {
  const char *colon = field.size ? memchr(field.data, ':', field.size) : NULL;
  size_t size = colon ? (size_t)(colon - field.data) : 0;
  *label = sl_str_trim((sl_str){field.data, size});
  *value = colon ? sl_str_trim((sl_str){colon + 1, field.size - size - 1}) : field;
}

static bool take_digits(int *out, sl_str text, size_t at, size_t size) {
  int value = 0;
  if (at + size > text.size) return false;
  for (size_t i = at; i < at + size; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    value = value * 10 + (text.data[i] - '0');
  }
  *out = value;
  return true;
}

static int month_of(sl_str name) {
  static const char *const months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  for (int i = 0; i < 12; i++)
    if (sl_str_is_nocase(name, months[i])) return i + 1;
  return 0;
}

/* Hours east of a zone letter; false: none (J is local time, which nobody knows). */
static bool zone_of(int *hours, char letter) {
  char c = letter >= 'a' && letter <= 'z' ? (char)(letter - 32) : letter;
  if (c == 'Z') *hours = 0;
  else if (c >= 'A' && c <= 'I') *hours = c - 'A' + 1;
  else if (c >= 'K' && c <= 'M') *hours = c - 'K' + 10;
  else if (c >= 'N' && c <= 'Y') *hours = -(c - 'N' + 1);
  else return false;
  return true;
}

/* The year in which the date lies nearest to `about`. */
static sl_err nearest(sl_time *out, int month, int day, sl_time about) {
  int year, unused_month, unused_day;
  sl_time_date(&year, &unused_month, &unused_day, about);
  bool any = false;
  for (int y = year - 1; y <= year + 1; y++) {
    sl_time candidate;
    if (sl_date_time(&candidate, y, month, day)) continue;
    int64_t now = candidate.ns > about.ns ? candidate.ns - about.ns : about.ns - candidate.ns;
    int64_t best = out->ns > about.ns ? out->ns - about.ns : about.ns - out->ns;
    if (!any || now < best) *out = candidate;
    any = true;
  }
  return any ? SL_OK : SL_ERR_RANGE;
}

sl_err sl_usmtf_time(sl_time *out, bool *assumed, sl_str text, sl_time about, sl_fault *fault) {
  int day, hour, minute, year, zone = 0;
  if (!take_digits(&day, text, 0, 2) || !take_digits(&hour, text, 2, 2) || !take_digits(&minute, text, 4, 2))
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a date-time group is ddhhmmZMMM or ddhhmmZMMMYYYY");
  size_t at = 6;
  bool named = month_of((sl_str){text.data + at, text.size >= at + 3 ? 3 : 0}) == 0;
  if (named) {
    if (at >= text.size || !zone_of(&zone, text.data[at])) return sl_fault_set(fault, SL_ERR_SYNTAX, "a date-time group with a zone that is not known");
    at++;
  }
  int month = text.size >= at + 3 ? month_of((sl_str){text.data + at, 3}) : 0;
  if (!month) return sl_fault_set(fault, SL_ERR_SYNTAX, "a date-time group without a month");
  at += 3;
  sl_time date = {0};
  sl_err error;
  if (at == text.size) {
    if (about.ns == 0) return sl_fault_set(fault, SL_ERR_MISSING, "a date without a year, and no PERIOD or --day that gives one");
    error = nearest(&date, month, day, about);
  } else {
    size_t size = text.size - at;
    if ((size != 2 && size != 4) || !take_digits(&year, text, at, size)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a date-time group with a year that is not two or four digits");
    error = sl_date_time(&date, size == 2 ? 2000 + year : year, month, day);
  }
  if (error || hour > 24 || minute > 59 || (hour == 24 && minute)) return sl_fault_set(fault, SL_ERR_RANGE, "a date or time of day that does not exist");
  date.ns += (hour - zone) * SL_NS_PER_H + minute * SL_NS_PER_MIN;
  if (date.ns < 0 || date.ns >= SL_TIME_MAX_NS) return sl_fault_set(fault, SL_ERR_RANGE, "a time outside 1970 to 2199");
  *out = date;
  if (!named) *assumed = true;
  return SL_OK;
}

/* One end of a vertical dimension. */
static sl_err take_level(sl_height *out, bool *hundreds, sl_datum told, sl_str text, sl_fault *fault) {
  text = sl_str_trim(text);
  if (sl_str_is_nocase(text, "GL")) text = SL_STR("GND");
  size_t digits = 0;
  while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9') digits++;
  sl_str word = sl_str_trim((sl_str){text.data + digits, text.size - digits});
  bool hundred = digits == 3 && !sl_str_is_nocase(word, "FT") && !sl_str_is_nocase(word, "M");
  sl_err error = sl_height_read(out, text, SL_HEIGHT_FT, fault);
  if (error) return error;
  if (hundred) {
    out->tenths *= 100;
    *hundreds = *hundreds || told != SL_DATUM_PRESSURE;
  }
  if (out->datum == SL_DATUM_UNSTATED && (hundred || told != SL_DATUM_PRESSURE)) out->datum = told;
  return SL_OK;
}

/* One half of a label of two letters each; "AMSL" is for both. */
static sl_datum told_by(sl_str label, bool upper) {
  if (label.size != 4) return SL_DATUM_UNSTATED;
  if (sl_str_is(label, "AMSL")) return SL_DATUM_MSL;
  const sl_str half = {label.data + (upper ? 2 : 0), 2};
  return sl_str_is(half, "FL") ? SL_DATUM_PRESSURE : sl_str_is(half, "AM") ? SL_DATUM_MSL : sl_str_is(half, "RA") ? SL_DATUM_GROUND : SL_DATUM_UNSTATED;
}

sl_err sl_usmtf_level(sl_height *lower, sl_height *upper, bool *hundreds, sl_str label, sl_str text, sl_fault *fault) {
  const char *dash = text.size ? memchr(text.data, '-', text.size) : NULL;
  if (!dash) return sl_fault_set(fault, SL_ERR_SYNTAX, "a vertical dimension is LOWER-UPPER");
  sl_height low, high;
  sl_err error = take_level(&low, hundreds, told_by(label, false), (sl_str){text.data, (size_t)(dash - text.data)}, fault);
  if (!error) error = take_level(&high, hundreds, told_by(label, true), (sl_str){dash + 1, (size_t)(text.data + text.size - dash - 1)}, fault);
  if (error) return error;
  *lower = low;
  *upper = high;
  return SL_OK;
}
