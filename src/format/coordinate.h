/* Coordinates as people write them: degrees, degrees and minutes, degrees, minutes and
 * seconds, with a hemisphere before or behind, with colons, blanks, or the signs. */
#ifndef SL_FORMAT_COORDINATE_H
#define SL_FORMAT_COORDINATE_H

#include "base/span.h"
#include "sideline/quantity.h"

/* One angle from the front of *rest, which is moved behind it and its hemisphere:
 * "48:00:17 N", "48:00.5N", "N48 00 17.5", "48°00'17\"N", "480017N", "48.0047N", "-48.5".
 * *hemisphere: N, S, E, W, or 0 when there is none; the sign is applied. Seconds of
 * exactly 60 carry into the next minute. To the nearest nanodegree.
 * Errors: SL_ERR_SYNTAX, SL_ERR_RANGE (beyond 180 degrees, minutes from 60). */
SL_MUST_USE sl_err sl_angle_take(int64_t *out, char *hemisphere, sl_str *rest, sl_fault *fault);

/* A latitude and a longitude, each with its hemisphere, in either order.
 * Errors: as above, SL_ERR_MISSING (no hemisphere), SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_position_take(sl_pos *out, sl_str *rest, sl_fault *fault);

/* The compact forms of USMTF and ICAO: "383115N1214434W" (degrees, minutes, seconds),
 * "4620N07805W" (minutes), "46N078W"; seconds may have a fraction. Consumes all.
 * Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_position_compact(sl_pos *out, sl_str text, sl_fault *fault);

#endif
