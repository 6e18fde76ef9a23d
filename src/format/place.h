/* Positions as forms have them: one text in any notation, or cells of their own for
 * latitude and longitude, or for zone, easting and northing. */
#ifndef SL_FORMAT_PLACE_H
#define SL_FORMAT_PLACE_H

#include "base/span.h"
#include "format/grid.h"

#define SL_PLACE_TEXT_MAX 160u   /* bytes of one position */

typedef enum sl_notation { SL_NOTATION_DEGREES = 1, SL_NOTATION_MGRS = 2, SL_NOTATION_UTM = 3 } sl_notation;

typedef struct sl_place {
  sl_pos pos;
  sl_len within;        /* the place meant is surely within this of pos: half the diagonal of a
                           grid square, the accuracy that a form recorded; 0: as given */
  sl_len coarse;        /* half a unit of the last digit that was written, where nothing is said */
  sl_notation notation;
  bool order_assumed;   /* latitude before longitude, because nothing said which is which */
  bool decimal_comma;
} sl_place;

/* Any of: degrees, degrees and minutes, degrees, minutes and seconds, with signs or
 * hemispheres, in the signs that keyboards, phones and word processors make of them, digits
 * also Arabic-Indic; a decimal comma where it can be told from a separator; "lat lon
 * altitude accuracy" of survey tools; MGRS; UTM with a band letter or "north"/"south". A
 * letter O (west in Spanish and French, east in German) and a zone with S where band and
 * hemisphere would both do are refused. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE,
 * SL_ERR_MISSING, SL_ERR_CAP, SL_ERR_NOMEM. Threads: as the grid. Cost: O(size). */
SL_MUST_USE sl_err sl_place_read(sl_place *out, sl_grid *grid, sl_str text, sl_fault *fault);

/* One angle of its own cell. A hemisphere of the other axis is SL_ERR_ORDER: the columns
 * are swapped. *coarse in nanodegrees. Errors: as above. */
typedef struct sl_angle { int64_t nd, coarse_nd; bool decimal_comma; } sl_angle;
SL_MUST_USE sl_err sl_angle_read(sl_angle *out, sl_str text, bool latitude, sl_fault *fault);

/* Cells of zone ("36R", "36 north"), easting and northing. Errors: as above. */
SL_MUST_USE sl_err sl_place_utm(sl_place *out, sl_grid *grid, sl_str zone, sl_str easting, sl_str northing, sl_fault *fault);

#endif
