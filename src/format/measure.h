/* Distances and moments as people write them in files, and the user's mapping of
 * fields to columns. */
#ifndef SL_FORMAT_MEASURE_H
#define SL_FORMAT_MEASURE_H

#include "base/span.h"
#include "sideline/quantity.h"

typedef enum sl_distance_unit {
  SL_DISTANCE_NONE = 0, SL_DISTANCE_M = 1, SL_DISTANCE_KM = 2, SL_DISTANCE_NM = 3, SL_DISTANCE_FT = 4,
  SL_DISTANCE_CM = 5, SL_DISTANCE_MI = 6, SL_DISTANCE_YD = 7
} sl_distance_unit;

/* "5 km", "150m", "3NM", "1000ft"; a bare number is in `unit` (SL_DISTANCE_NONE: then
 * SL_ERR_UNIT). Rounded up to the millimetre: a distance is never read too short.
 * Errors: SL_ERR_SYNTAX, SL_ERR_UNIT, SL_ERR_RANGE (negative, or beyond SL_LEN_MAX_MM). */
SL_MUST_USE sl_err sl_distance_read(sl_len *out, sl_str text, sl_distance_unit unit, sl_fault *fault);
/* The unit a word names; SL_DISTANCE_NONE when it names none. */
sl_distance_unit sl_distance_unit_by_word(sl_str word);

/* RFC 3339; also without an offset (*assumed_utc is set), with a blank for the T, to
 * the minute, or a date alone: its first moment, or with `end` the first moment of the
 * next day. Second 60 is the first second of the next minute.
 * Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_moment_read(sl_time *out, bool *assumed_utc, sl_str text, bool end, sl_fault *fault);

/* Midnight UTC of a Gregorian date, and the other way round. Errors: SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_date_time(sl_time *out, int year, int month, int day);
void sl_time_date(int *year, int *month, int *day, sl_time time);

/* The column of a field in a mapping "field=Column;field=Column", or one to a line with
 * comments from a # on (NULL: none).
 * False when it is not mapped. */
bool sl_mapping_get(sl_str *column, const char *mapping, const char *field);
/* Whether every field of the mapping is in the list, NULL-terminated. */
SL_MUST_USE sl_err sl_mapping_check(const char *mapping, const char *const *fields, sl_fault *fault);

/* Text without blanks, tabs and byte-order mark at its ends. */
sl_str sl_str_trim(sl_str text);
/* ASCII letters compare without case. */
bool sl_str_is_nocase(sl_str text, const char *other);

#endif
