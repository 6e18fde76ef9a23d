/* Purpose: see the header. Work expected: two texts a row. Representation: the date is put
 * into RFC 3339's order, and measure.h reads that. */
#include "format/clock.h"

#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/measure.h"

#define DAY_NS (24 * SL_NS_PER_H)
#define DAYS_1900_TO_1970 25569   /* the serial number of 1970-01-01 */
#define DAYS_1904_LATER 1462

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static int take_number(sl_str *rest, int *digits) {
  int value = 0;
  *digits = 0;
  while (rest->size && is_digit(*rest->data) && *digits < 8) {
    value = value * 10 + (*rest->data - '0');
    rest->data++, rest->size--;
    ++*digits;
  }
  return value;
}

static int month_named(sl_str word) {
  static const char *const months[] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};
  for (int i = 0; i < 12; i++) {
    size_t size = word.size;
    char whole[12];
    if (size < 3 || size > strlen(months[i])) continue;
    memcpy(whole, months[i], size);
    whole[size] = 0;
    if ((size == 3 || size == 4 || size == strlen(months[i])) && sl_str_is_nocase(word, whole)) return i + 1;
  }
  return 0;
}

static sl_str take_letters(sl_str *rest) {
  sl_str word = {rest->data, 0};
  while (word.size < rest->size && ((rest->data[word.size] | 0x20) >= 'a' && (rest->data[word.size] | 0x20) <= 'z')) word.size++;
  rest->data += word.size, rest->size -= word.size;
  return word;
}

static void skip(sl_str *rest, const char *any) {
  while (rest->size && *rest->data && strchr(any, *rest->data)) rest->data++, rest->size--;
}

typedef struct date { int year, month, day; } date;

static int full_year(int year, int digits) { return digits > 2 ? year : year < 70 ? 2000 + year : 1900 + year; }

static sl_err unclear(sl_fault *fault) { return sl_fault_set(fault, SL_ERR_SYNTAX, "a date that can be two days: dates=dmy or dates=mdy in the mapping says which comes first"); }
static sl_err no_date(sl_fault *fault) { return sl_fault_set(fault, SL_ERR_SYNTAX, "not a date: 2026-04-03, 03.04.2026, 3 Apr 2026"); }

/* Two numbers before the year, and the sign between them. */
static sl_err order_of(date *out, int first, int second, char sign, sl_day_order order, sl_fault *fault) {
  bool day_first = sign == '.' || order == SL_DAY_FIRST, month_first = sign != '.' && order == SL_MONTH_FIRST;
  if (!day_first && !month_first) {
    if (first <= 12 && second <= 12 && first != second) return unclear(fault);
    day_first = first > 12;
  }
  out->day = day_first ? first : second;
  out->month = day_first ? second : first;
  return SL_OK;
}

static sl_err take_date(date *out, sl_str *rest, sl_day_order order, sl_fault *fault) {
  int digits, more;
  date d = {0};
  sl_str at = *rest;
  if (at.size && !is_digit(*at.data)) {   /* Apr 3, 2026 */
    d.month = month_named(take_letters(&at));
    skip(&at, " .");
    d.day = take_number(&at, &digits);
    skip(&at, " ,.");
    d.year = take_number(&at, &more);
    if (!d.month || digits == 0 || digits > 2 || more != 4) return no_date(fault);
    *out = d, *rest = at;
    return SL_OK;
  }
  int first = take_number(&at, &digits);
  char sign = at.size ? *at.data : 0;
  skip(&at, " -/.");
  if (digits == 4) {
    d.year = first;
    d.month = take_number(&at, &more);
    if (more == 0) d.month = month_named(take_letters(&at));
    skip(&at, "-/.");
    d.day = take_number(&at, &digits);
    if (more > 2 || digits == 0 || digits > 2) return no_date(fault);
    *out = d, *rest = at;
    return SL_OK;
  }
  if (digits == 0 || digits > 2) return no_date(fault);
  int second = take_number(&at, &more);
  sl_err error = SL_OK;
  if (more == 0) {   /* 3 Apr 2026 */
    d.day = first;
    d.month = month_named(take_letters(&at));
    if (!d.month) return no_date(fault);
  } else {
    if (more > 2 || !strchr("-/.", sign) || at.size == 0 || *at.data != sign) return no_date(fault);
    error = order_of(&d, first, second, sign, order, fault);
  }
  skip(&at, " -/.,");
  int year = take_number(&at, &digits);
  if (digits != 2 && digits != 4) return no_date(fault);
  d.year = full_year(year, digits);
  if (!error) *out = d, *rest = at;
  return error;
}

/* "031430ZAPR26": day, hour and minute, zone letter, month, year. */
static bool date_time_group(date *d, int *hour, int *minute, int64_t *offset_h, sl_str text) {
  int digits;
  if (text.size < 10) return false;
  sl_str at = text;
  int number = take_number(&at, &digits);
  if (digits != 6 || at.size < 5) return false;
  skip(&at, " ");
  char letter = (char)(at.size ? *at.data & ~0x20 : 0);
  sl_str word = take_letters(&at);
  sl_str month = {word.data + 1, word.size ? word.size - 1 : 0};
  if (word.size == 1) {   /* 031430Z APR 26 */
    skip(&at, " ");
    month = take_letters(&at);
  }
  d->month = month_named(month);
  skip(&at, " ");
  int year = take_number(&at, &digits);
  if (!d->month || letter < 'A' || letter > 'Z' || letter == 'J' || at.size || (digits != 2 && digits != 4)) return false;
  d->year = full_year(year, digits);
  d->day = number / 10000;
  *hour = number / 100 % 100;
  *minute = number % 100;
  *offset_h = letter == 'Z' ? 0 : letter < 'J' ? letter - 'A' + 1 : letter <= 'M' ? letter - 'A' : 'M' - letter;
  return true;
}

/* "2:30 PM", "14:30:15.5Z", "14:30 UTC" as the tail of RFC 3339 behind the T. */
static sl_err take_clock(char *out, size_t room, sl_str text, sl_fault *fault) {
  int digits, more, seconds_digits = 2, second = 0;
  int hour = take_number(&text, &digits);
  if (digits == 0 || digits > 2 || text.size == 0 || !strchr(":hH", *text.data)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a time of day that is not hh:mm or hh:mm:ss");
  skip(&text, ":hH");
  int minute = take_number(&text, &more);
  if (text.size && *text.data == ':') {
    text.data++, text.size--;
    second = take_number(&text, &seconds_digits);
  }
  if (more != 2 || seconds_digits != 2) return sl_fault_set(fault, SL_ERR_SYNTAX, "a time of day that is not hh:mm or hh:mm:ss");
  sl_str fraction = {text.data, 0};
  if (text.size > 1 && (*text.data == '.' || *text.data == ',') && is_digit(text.data[1]))
    for (fraction.size = 1; fraction.size < text.size && is_digit(text.data[fraction.size]); fraction.size++) {
    }
  text.data += fraction.size, text.size -= fraction.size;
  skip(&text, " ");
  sl_str tail = text, word = take_letters(&text);
  bool after = sl_str_is_nocase(word, "pm"), before = sl_str_is_nocase(word, "am");
  if (after || before) {
    if (hour < 1 || hour > 12) return sl_fault_set(fault, SL_ERR_RANGE, "an hour of AM or PM that is not 1 to 12");
    hour = hour % 12 + (after ? 12 : 0);
    skip(&text, " ");
    tail = text;
    word = take_letters(&text);
  }
  if (sl_str_is_nocase(word, "utc") || sl_str_is_nocase(word, "gmt") || sl_str_is_nocase(word, "z")) {
    if (text.size && word.size == 1) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a time");
    tail = text.size ? text : SL_STR("Z");
  }
  if (tail.size > 8 || fraction.size > 12) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a time");
  int size = snprintf(out, room, "T%02d:%02d:%02d%.*s%.*s", hour, minute, second, (int)fraction.size, fraction.size ? fraction.data : "", (int)tail.size, tail.size ? tail.data : "");
  SL_ASSERT(size > 0 && (size_t)size < room);
  return SL_OK;
}

sl_err sl_clock_read(sl_clock_time *out, sl_str text, sl_day_order order, bool end, sl_fault *fault) {
  SL_ASSERT(out && (text.data || text.size == 0));
  text = sl_str_trim(text);
  date d = {0};
  int hour = 0, minute = 0;
  int64_t offset_h = 0;
  char whole[80], clock[48] = "";
  sl_err error = SL_OK;
  bool group = date_time_group(&d, &hour, &minute, &offset_h, text), assumed = false;
  if (group) {
    (void)snprintf(clock, sizeof clock, "T%02d:%02d:00Z", hour, minute);
  } else {
    error = take_date(&d, &text, order, fault);
    bool t = !error && text.size > 1 && (*text.data == 'T' || *text.data == 't') && is_digit(text.data[1]);
    if (t) text.data++, text.size--;
    if (!error) skip(&text, " ,");
    if (!error && text.size) error = take_clock(clock, sizeof clock, text, fault);
  }
  if (error) return error;
  int size = snprintf(whole, sizeof whole, "%04d-%02d-%02d%s", d.year, d.month, d.day, clock);
  SL_ASSERT(size > 0 && (size_t)size < sizeof whole);
  sl_clock_time found;
  if ((error = sl_moment_read(&found.time, &assumed, (sl_str){whole, (size_t)size}, end, fault))) return error;
  if (group) found.time.ns -= offset_h * SL_NS_PER_H;
  found.zoned = !assumed;
  if (found.time.ns < 0 || found.time.ns > SL_TIME_MAX_NS) return sl_fault_set(fault, SL_ERR_RANGE, "a time outside 1970 to 2199");
  *out = found;
  return SL_OK;
}

sl_err sl_clock_serial(sl_clock_time *out, sl_str number, bool from_1904, bool end, sl_fault *fault) {
  SL_ASSERT(out && (number.data || number.size == 0));
  int64_t nano;   /* of a day */
  sl_err error = sl_decimal_read(&nano, number, 9);
  int64_t fraction = 0;
  if (error) return sl_fault_set(fault, error == SL_ERR_SYNTAX ? error : SL_ERR_RANGE, "a date that is not a serial number");
  if (sl_decimal_read(&fraction, number, 12)) return sl_fault_set(fault, SL_ERR_RANGE, "a time outside 1970 to 2199");   /* a serial below 9,000,000 fits */
  const int64_t one = INT64_C(1000000000000);
  int64_t days = fraction / one - DAYS_1900_TO_1970 + (from_1904 ? DAYS_1904_LATER : 0);
  fraction %= one;
  /* 86,400,000 ms a day, to the nearest. */
  int64_t ms = (fraction / 1000 * 86400 + 500000) / 1000000;
  if (days < 0 || days > SL_TIME_MAX_NS / DAY_NS) return sl_fault_set(fault, SL_ERR_RANGE, "a time outside 1970 to 2199");
  sl_clock_time found = {.time = {days * DAY_NS + ms * SL_NS_PER_MS}};
  if (end && fraction == 0) found.time.ns += DAY_NS;
  if (found.time.ns > SL_TIME_MAX_NS) return sl_fault_set(fault, SL_ERR_RANGE, "a time outside 1970 to 2199");
  *out = found;
  return SL_OK;
}

sl_err sl_zone_read(sl_dur *out, sl_str text, sl_fault *fault) {
  SL_ASSERT(out);
  text = sl_str_trim(text);
  sl_str word = take_letters(&text);
  bool named = sl_str_is_nocase(word, "utc") || sl_str_is_nocase(word, "gmt") || sl_str_is_nocase(word, "z");
  if (word.size && !named) return sl_fault_set(fault, SL_ERR_SYNTAX, "a time zone is UTC or an offset like +03:00");
  if (named && text.size == 0) {
    *out = (sl_dur){0};
    return SL_OK;
  }
  bool minus = text.size && *text.data == '-';
  if (text.size && (minus || *text.data == '+')) text.data++, text.size--;
  int digits, more = 2, minutes = 0;
  int hours = take_number(&text, &digits);
  if (digits == 4) minutes = hours % 100, hours /= 100;
  else if (text.size && *text.data == ':') {
    text.data++, text.size--;
    minutes = take_number(&text, &more);
  }
  if (digits == 0 || digits == 3 || digits > 4 || more != 2 || text.size || minutes > 59) return sl_fault_set(fault, SL_ERR_SYNTAX, "a time zone is UTC or an offset like +03:00");
  int64_t ns = (hours * 60 + minutes) * SL_NS_PER_MIN;
  if (ns > SL_ZONE_EAST_NS || (minus && -ns < SL_ZONE_WEST_NS)) return sl_fault_set(fault, SL_ERR_RANGE, "a time zone beyond -12:00 or +14:00");
  *out = (sl_dur){minus ? -ns : ns};
  return SL_OK;
}
