/* Times as text: RFC 3339, and the date of HTTP.
 *
 * Work expected: two to ten per request. The calendar is the proleptic Gregorian
 * one, counted in days from 1970-01-01 with the year begun in March, so that the
 * leap day comes last. */
#include "base/assert.h"
#include "base/text.h"

#define SECONDS_PER_DAY INT64_C(86400)
#define DAYS_TO_EPOCH INT64_C(719468)   /* from 0000-03-01 to 1970-01-01 */

/* A cursor over the text; `bad` sticks. */
typedef struct cursor {
  sl_str text;
  size_t at;
  bool bad;
} cursor;

static char take(cursor *in) {
  if (in->at >= in->text.size) {
    in->bad = true;
    return '\0';
  }
  return in->text.data[in->at++];
}

static void expect(cursor *in, char upper) {
  char c = take(in);
  bool lower = upper >= 'A' && upper <= 'Z' && c == upper - 'A' + 'a';
  if (c != upper && !lower)
    in->bad = true;
}

static int take_number(cursor *in, int digits) {
  int value = 0;
  for (int i = 0; i < digits; i++) {
    char c = take(in);
    if (c < '0' || c > '9')
      in->bad = true;
    else
      value = value * 10 + (c - '0');
  }
  return value;
}

/* ".d" to ".ddddddddd" as nanoseconds, 0 when there is none. */
static int64_t take_fraction(cursor *in) {
  if (in->at >= in->text.size || in->text.data[in->at] != '.')
    return 0;
  in->at++;
  int64_t value = 0;
  int digits = 0;
  for (; in->at < in->text.size && in->text.data[in->at] >= '0' && in->text.data[in->at] <= '9'; in->at++, digits++)
    if (digits < 9)
      value = value * 10 + (in->text.data[in->at] - '0');
  if (digits == 0 || digits > 9)
    in->bad = true;
  for (; digits < 9; digits++)
    value *= 10;
  return value;
}

/* Seconds to add for the offset; *range is false when it is no time of day. */
static int64_t take_offset(cursor *in, bool any_offset, bool *range) {
  char sign = in->at < in->text.size ? in->text.data[in->at] : '\0';
  if (!any_offset || (sign != '+' && sign != '-')) {
    expect(in, 'Z');
    return 0;
  }
  in->at++;
  int hours = take_number(in, 2);
  expect(in, ':');
  int minutes = take_number(in, 2);
  *range = hours <= 23 && minutes <= 59;
  int64_t seconds = hours * INT64_C(3600) + minutes * INT64_C(60);
  return sign == '+' ? -seconds : seconds;
}

static int days_of_month(int year, int month) {
  static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  SL_ASSERT(month >= 1 && month <= 12);
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the date. Source: H. Hinnant, "chrono-compatible low-level
 * date algorithms", days_from_civil; restated for years 0 to 9999. */
static int64_t days_from_date(int year, int month, int day) {
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t of_era = y - era * 400;
  int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_EPOCH;
}

sl_err sl_time_read(sl_time *out, sl_str text, bool any_offset) {
  SL_ASSERT(out != NULL);
  cursor in = {.text = text};
  int year = take_number(&in, 4);
  expect(&in, '-');
  int month = take_number(&in, 2);
  expect(&in, '-');
  int day = take_number(&in, 2);
  expect(&in, 'T');
  int hour = take_number(&in, 2);
  expect(&in, ':');
  int minute = take_number(&in, 2);
  expect(&in, ':');
  int second = take_number(&in, 2);
  int64_t fraction = take_fraction(&in);
  bool offset_valid = true;
  int64_t offset = take_offset(&in, any_offset, &offset_valid);
  if (in.bad || in.at != text.size)
    return SL_ERR_SYNTAX;
  if (!offset_valid || hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12)
    return SL_ERR_RANGE;
  if (day < 1 || day > days_of_month(year, month))
    return SL_ERR_RANGE;
  int64_t seconds = days_from_date(year, month, day) * SECONDS_PER_DAY + hour * INT64_C(3600) + minute * INT64_C(60) +
                    second + offset;
  if (seconds < 0 || seconds >= SL_TIME_MAX_NS / SL_NS_PER_S)
    return SL_ERR_RANGE;
  out->ns = seconds * SL_NS_PER_S + fraction;
  return SL_OK;
}

/* A time taken apart. */
typedef struct date {
  int year, month, day, hour, minute, second, weekday;   /* weekday 0 is Sunday */
  int32_t ns;
} date;

/* Any int64 of nanoseconds: years 1677 to 2262. */
static date date_of(sl_time time) {
  int64_t seconds = time.ns / SL_NS_PER_S;
  int64_t ns = time.ns % SL_NS_PER_S;
  if (ns < 0) {
    ns += SL_NS_PER_S;
    seconds--;
  }
  int64_t days = seconds / SECONDS_PER_DAY;
  int64_t rest = seconds % SECONDS_PER_DAY;
  if (rest < 0) {
    rest += SECONDS_PER_DAY;
    days--;
  }
  int64_t shifted = days + DAYS_TO_EPOCH;
  SL_ASSERT(shifted > 0);   /* the whole range of int64 lies after year 0 */
  int64_t era = shifted / 146097;
  int64_t of_era = shifted % 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t march = (5 * of_year + 2) / 153;
  date result = {.ns = (int32_t)ns};
  result.day = (int)(of_year - (153 * march + 2) / 5 + 1);
  result.month = (int)(march < 10 ? march + 3 : march - 9);
  result.year = (int)(year + era * 400 + (result.month <= 2 ? 1 : 0));
  result.hour = (int)(rest / 3600);
  result.minute = (int)(rest / 60 % 60);
  result.second = (int)(rest % 60);
  result.weekday = (int)(((days + 4) % 7 + 7) % 7);   /* 1970-01-01 was a Thursday */
  SL_ASSERT(result.month >= 1 && result.month <= 12 && result.day >= 1 && result.day <= 31);
  return result;
}

void sl_time_add(sl_buf *out, sl_time time) {
  SL_ASSERT(out != NULL);
  date at = date_of(time);
  sl_buf_add_format(out, "%04d-%02d-%02dT%02d:%02d:%02d", at.year, at.month, at.day, at.hour, at.minute, at.second);
  if (at.ns != 0) {
    int digits = 9;
    int32_t fraction = at.ns;
    for (; fraction % 10 == 0; fraction /= 10)
      digits--;
    sl_buf_add_format(out, ".%0*d", digits, (int)fraction);
  }
  sl_buf_add_text(out, "Z");
}

void sl_time_add_http(sl_buf *out, sl_time time) {
  static const char weekdays[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  SL_ASSERT(out != NULL);
  date at = date_of(time);
  sl_buf_add_format(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", weekdays[at.weekday], at.day, months[at.month - 1],
                    at.year, at.hour, at.minute, at.second);
}
