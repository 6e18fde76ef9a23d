/* Military Grid Reference System: "38SMB4487988123". */
#ifndef SL_FORMAT_MGRS_H
#define SL_FORMAT_MGRS_H

#include "base/span.h"
#include "format/grid.h"

#define SL_MGRS_TEXT_MAX 16   /* with the zero behind it */

/* The middle of the square that a reference names, and the length of its side: 100 km
 * without digits, 1 m with ten. Blanks, commas and hyphens between the parts and either
 * case are accepted. Errors: SL_ERR_SYNTAX (not a reference, or an odd number of digits),
 * SL_ERR_RANGE (letters that name no square of that zone and band), SL_ERR_NOMEM.
 * Source: NGA.SIG.0012, 8 and 9. Cost: one projection. */
SL_MUST_USE sl_err sl_mgrs_read(sl_pos *out, sl_len *side, sl_grid *grid, sl_str text, sl_fault *fault);
/* Whether a text is built like a reference: a zone of one or two digits (or a letter of the
 * poles), letters, an even number of digits. Not whether there is such a square. */
bool sl_mgrs_is(sl_str text);

/* The square of a position, with `digits` (0 to 5) for each axis. Errors: SL_ERR_RANGE,
 * SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_mgrs_text(char out[static SL_MGRS_TEXT_MAX], sl_grid *grid, sl_pos pos, uint32_t digits);

#endif
