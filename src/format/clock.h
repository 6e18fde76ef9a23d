/* Dates and times as forms and spreadsheets have them. */
#ifndef SL_FORMAT_CLOCK_H
#define SL_FORMAT_CLOCK_H

#include "base/span.h"
#include "sideline/quantity.h"

/* What "03/04/2026" is. */
typedef enum sl_day_order { SL_DAY_ORDER_UNKNOWN = 0, SL_DAY_FIRST = 1, SL_MONTH_FIRST = 2 } sl_day_order;

/* Any offset from UTC that a place has: local time is UTC + [-12 h, +14 h]. */
#define SL_ZONE_WEST_NS (-12 * SL_NS_PER_H)
#define SL_ZONE_EAST_NS (14 * SL_NS_PER_H)

typedef struct sl_clock_time {
  sl_time time;      /* as if it were UTC, where zoned is false */
  bool zoned;        /* the text said its offset */
} sl_clock_time;

/* "2026-04-03 14:30", RFC 3339, "2026/04/03", "03.04.2026 14:30", "3 Apr 2026", "03-Apr-26",
 * "Apr 3, 2026 2:30 PM", "031430ZAPR26"; a date alone is its first moment, with `end` the
 * first of the next day. A date of numbers that can be two is refused unless the order is
 * given. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. Cost: O(size). */
SL_MUST_USE sl_err sl_clock_read(sl_clock_time *out, sl_str text, sl_day_order order, bool end, sl_fault *fault);

/* A spreadsheet's serial number of days ("46000.604166666664") in the system of 1900 or of
 * 1904, to the millisecond; a whole day alone as above. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_clock_serial(sl_clock_time *out, sl_str number, bool from_1904, bool end, sl_fault *fault);

/* "+03:00", "-0430", "UTC", "Z", "3". Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_zone_read(sl_dur *out, sl_str text, sl_fault *fault);

#endif
