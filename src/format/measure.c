/* Purpose: see the header. Work expected: a few texts a record. Representation: none. */
#include "format/measure.h"

#include "base/assert.h"
#include "base/text.h"

sl_str sl_str_trim(sl_str text) {
  if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) text.data += 3, text.size -= 3;
  while (text.size && (text.data[0] == ' ' || text.data[0] == '\t')) text.data++, text.size--;
  while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t' || text.data[text.size - 1] == '\r'))
    text.size--;
  return text;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool sl_str_is_nocase(sl_str text, const char *other) {
  for (size_t i = 0; i < text.size; i++)
    if (other[i] == 0 || lower(text.data[i]) != lower(other[i])) return false;
  return other[text.size] == 0;
}

sl_distance_unit sl_distance_unit_by_word(sl_str word) {
  static const struct { const char *word; sl_distance_unit unit; } units[] = {
      {"m", SL_DISTANCE_M}, {"metre", SL_DISTANCE_M}, {"metres", SL_DISTANCE_M}, {"meter", SL_DISTANCE_M},
      {"meters", SL_DISTANCE_M}, {"km", SL_DISTANCE_KM}, {"nm", SL_DISTANCE_NM}, {"nmi", SL_DISTANCE_NM},
      {"ft", SL_DISTANCE_FT}, {"feet", SL_DISTANCE_FT}, {"cm", SL_DISTANCE_CM}, {"mi", SL_DISTANCE_MI}, {"sm", SL_DISTANCE_MI}, {"yd", SL_DISTANCE_YD},
      {"yds", SL_DISTANCE_YD}, {"yard", SL_DISTANCE_YD}, {"yards", SL_DISTANCE_YD}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (sl_str_is_nocase(word, units[i].word)) return units[i].unit;
  return SL_DISTANCE_NONE;
}

/* number of the unit in mm, rounded up. The number is read to nine places. */
static sl_err scale_up(sl_len *out, sl_str number, sl_distance_unit unit, sl_fault *fault) {
  static const int64_t tenths[] = {0, 10000, 10000000, 18520000, 3048, 100, 16093440, 9144};  /* 0.1 mm of a unit */
  const int64_t one = 1000000000;
  int64_t nano;
  SL_ASSERT(unit > SL_DISTANCE_NONE && unit <= SL_DISTANCE_YD);
  sl_err error = sl_decimal_read(&nano, number, 9);
  if (error == SL_ERR_CAP) error = SL_ERR_RANGE;
  if (error) return sl_fault_set(fault, error, "a distance that is not a number in range");
  if (nano < 0) return sl_fault_set(fault, SL_ERR_RANGE, "a distance below 0");
  if (nano / one >= SL_LEN_MAX_MM * 10 / tenths[unit]) return sl_fault_set(fault, SL_ERR_RANGE, "a distance of more than 20,100 km");
  /* The fraction in two steps, so that no product overflows. */
  int64_t part = nano % one, high = part / 1000, low = part % 1000;
  int64_t above = high * tenths[unit] + (low * tenths[unit] + 999) / 1000;   /* 10^-6 of 0.1 mm */
  int64_t product = nano / one * tenths[unit] + (above + 999999) / 1000000;
  *out = (sl_len){(product + 9) / 10};
  return SL_OK;
}

sl_err sl_distance_read(sl_len *out, sl_str text, sl_distance_unit unit, sl_fault *fault) {
  text = sl_str_trim(text);
  size_t at = 0;
  while (at < text.size && ((text.data[at] >= '0' && text.data[at] <= '9') || strchr("+-.eE", text.data[at]))) {
    /* "5e" would be a number cut short: an e belongs to it only before a digit or sign. */
    if ((text.data[at] | 0x20) == 'e' && (at + 1 == text.size || !strchr("+-0123456789", text.data[at + 1]))) break;
    at++;
  }
  sl_str word = sl_str_trim((sl_str){text.data + at, text.size - at});
  if (at == 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "a distance does not begin with a number");
  if (word.size) unit = sl_distance_unit_by_word(word);
  if (unit == SL_DISTANCE_NONE) return sl_fault_set(fault, SL_ERR_UNIT, "a distance needs a unit: m, km, NM, ft, mi, yd or cm");
  return scale_up(out, (sl_str){text.data, at}, unit, fault);
}

static bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static int days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && leap(year));
}

/* From 1970 to the year's first day; of the years divisible by four 2100 alone is common. */
static int64_t days_before(int year) { return INT64_C(365) * (year - 1970) + (year - 1969) / 4 - (year > 2100); }

sl_err sl_date_time(sl_time *out, int year, int month, int day) {
  if (year < 1970 || year >= 2200 || month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return SL_ERR_RANGE;
  static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  int64_t days = days_before(year) + before[month - 1] + (month > 2 && leap(year));
  *out = (sl_time){(days + day - 1) * 24 * SL_NS_PER_H};
  return SL_OK;
}

void sl_time_date(int *year, int *month, int *day, sl_time time) {
  SL_ASSERT(time.ns >= 0 && time.ns <= SL_TIME_MAX_NS);
  int64_t days = time.ns / (24 * SL_NS_PER_H);
  int y = 1970 + (int)(days / 366), m = 1;
  days -= days_before(y);
  while (days >= (leap(y) ? 366 : 365)) days -= leap(y++) ? 366 : 365;
  while (days >= days_in(y, m)) days -= days_in(y, m++);
  *year = y;
  *month = m;
  *day = (int)days + 1;
}

/* Exactly `size` digits at `at`. */
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

static bool char_at(sl_str text, size_t at, const char *any) {
  return at < text.size && text.data[at] && strchr(any, text.data[at]);
}

/* The fraction of a second and the offset, from `at` on. */
static sl_err take_tail(sl_time *time, bool *assumed_utc, sl_str text, size_t at, sl_fault *fault) {
  int64_t unit = SL_NS_PER_S / 10;
  if (char_at(text, at, ".,")) {
    for (at++; char_at(text, at, "0123456789"); at++, unit /= 10) time->ns += (text.data[at] - '0') * unit;
  }
  *assumed_utc = at == text.size;
  if (at == text.size || (at + 1 == text.size && char_at(text, at, "Zz"))) return SL_OK;
  int hours, minutes;
  bool sign = char_at(text, at, "+-");
  size_t colon = char_at(text, at + 3, ":");
  if (!sign || !take_digits(&hours, text, at + 1, 2) || !take_digits(&minutes, text, at + 3 + colon, 2) ||
      text.size != at + 5 + colon || hours > 23 || minutes > 59)
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a time zone that is neither Z nor +hh:mm");
  int64_t offset = hours * SL_NS_PER_H + minutes * SL_NS_PER_MIN;
  time->ns -= text.data[at] == '-' ? -offset : offset;
  return SL_OK;
}

sl_err sl_moment_read(sl_time *out, bool *assumed_utc, sl_str text, bool end, sl_fault *fault) {
  text = sl_str_trim(text);
  int year, month, day, hour = 0, minute = 0, second = 0;
  sl_time time;
  bool assumed = true;
  if (!take_digits(&year, text, 0, 4) || !char_at(text, 4, "-") || !take_digits(&month, text, 5, 2) || !char_at(text, 7, "-") ||
      !take_digits(&day, text, 8, 2))
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a time that does not begin with YYYY-MM-DD");
  if (sl_date_time(&time, year, month, day)) return sl_fault_set(fault, SL_ERR_RANGE, "a date that does not exist, or outside 1970 to 2199");
  if (text.size == 10) {
    if (end) time.ns += 24 * SL_NS_PER_H;
  } else {
    size_t at = 16;
    if (!char_at(text, 10, "Tt ") || !take_digits(&hour, text, 11, 2) || !char_at(text, 13, ":") || !take_digits(&minute, text, 14, 2))
      return sl_fault_set(fault, SL_ERR_SYNTAX, "a time of day that is not hh:mm or hh:mm:ss");
    if (char_at(text, 16, ":")) {
      if (!take_digits(&second, text, 17, 2)) return sl_fault_set(fault, SL_ERR_SYNTAX, "seconds that are not two digits");
      at = 19;
    }
    if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute || second)))
      return sl_fault_set(fault, SL_ERR_RANGE, "a time of day that does not exist");
    time.ns += hour * SL_NS_PER_H + minute * SL_NS_PER_MIN + second * SL_NS_PER_S;
    sl_err error = take_tail(&time, &assumed, text, at, fault);
    if (error) return error;
  }
  if (time.ns < 0 || time.ns > SL_TIME_MAX_NS) return sl_fault_set(fault, SL_ERR_RANGE, "a time outside 1970 to 2199");
  *out = time;
  if (assumed) *assumed_utc = true;
  return SL_OK;
}

/* The next "field=Column" of a mapping; false behind the last. A mapping of lines has a
 * pair, a comment or nothing on each, and a column's name may then have a semicolon. */
static bool next_pair(sl_str *field, sl_str *column, const char **at, bool lines) {
  for (;;) {
    *at += strspn(*at, lines ? "\r\n \t" : "; ");
    if (!lines || **at != '#') break;
    *at += strcspn(*at, "\n");
  }
  if (!**at) return false;
  size_t size = strcspn(*at, lines ? "\n" : ";");
  const char *equal = memchr(*at, '=', size);
  *field = sl_str_trim((sl_str){*at, equal ? (size_t)(equal - *at) : size});
  *column = equal ? sl_str_trim((sl_str){equal + 1, (size_t)(*at + size - equal - 1)}) : (sl_str){NULL, 0};
  *at += size;
  return true;
}

bool sl_mapping_get(sl_str *column, const char *mapping, const char *field) {
  sl_str name, found;
  bool lines = mapping && strchr(mapping, '\n');
  for (const char *at = mapping; at && next_pair(&name, &found, &at, lines);) {
    if (sl_str_is(name, field)) {
      *column = found;
      return true;
    }
  }
  return false;
}

sl_err sl_mapping_check(const char *mapping, const char *const *fields, sl_fault *fault) {
  sl_str name, found;
  bool lines = mapping && strchr(mapping, '\n');
  for (const char *at = mapping; at && next_pair(&name, &found, &at, lines);) {
    size_t i = 0;
    while (fields[i] && !sl_str_is(name, fields[i])) i++;
    if (!fields[i]) return sl_fault_set(fault, SL_ERR_UNKNOWN, "the mapping names a field that this format does not have");
    if (found.size == 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "the mapping of a field has no column: field=Column");
  }
  return SL_OK;
}
