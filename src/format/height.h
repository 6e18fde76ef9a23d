/* Altitudes as people write them. */
#ifndef SL_FORMAT_HEIGHT_H
#define SL_FORMAT_HEIGHT_H

#include "format/format.h"

typedef enum sl_height_unit { SL_HEIGHT_FT = 1, SL_HEIGHT_M = 2, SL_HEIGHT_FL = 3 } sl_height_unit;

/* Words in any order and case, with or without blanks between number and word:
 * "1500MSL", "FL 65", "FL065", "4500ft STD", "500 AGL", "2100ft AMSL", "1000m AMSL",
 * "500 ft", "500ft GND", "SFC", "GND", "UNLIM", "UNLTD", "UNL". A number without a
 * unit is in `unit`; without a datum it is unstated.
 * Errors: SL_ERR_SYNTAX (no altitude in it, words that are unknown), SL_ERR_RANGE,
 * SL_ERR_DATUM (two datums that contradict each other). Cost: O(size). */
SL_MUST_USE sl_err sl_height_read(sl_height *out, sl_str text, sl_height_unit unit, sl_fault *fault);

/* The datum a word names ("AMSL", "W84", "STD"); false when it names none. */
bool sl_datum_by_word(sl_datum *out, sl_str word);
/* The unit a word names ("FT", "m", "FL"); false when it names none. */
bool sl_height_unit_by_word(sl_height_unit *out, sl_str word);

/* number (JSON or decimal grammar) of `unit` into tenths of a millimetre, rounded
 * to nearest. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_height_scale(int64_t *out, sl_str number, sl_height_unit unit, sl_fault *fault);

/* The short name of a datum for people: "MSL". Static text. */
const char *sl_datum_name(sl_datum datum);

#endif
