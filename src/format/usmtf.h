/* USMTF text: sets that end with //, fields between slashes, lines that wrap. */
#ifndef SL_FORMAT_USMTF_H
#define SL_FORMAT_USMTF_H

#include "base/buf.h"
#include "format/reading.h"

#define SL_USMTF_SET_BYTES_MAX (1u << 20)

/* A set: its fields joined by single slashes, line ends taken out. */
typedef struct sl_usmtf_set {
  sl_str text;             /* valid until the next one is read */
  uint32_t line;           /* where it begins */
} sl_usmtf_set;

/* The next set. `buffer` is the caller's and reused. Errors: SL_ERR_END, SL_ERR_CAP,
 * SL_ERR_SYNTAX (text behind the last // that is no set), and the source's. */
SL_MUST_USE sl_err sl_usmtf_next(sl_usmtf_set *out, sl_buf *buffer, sl_source *source, sl_fault *fault);

/* The next field of *rest, without blanks at its ends; false behind the last. */
bool sl_usmtf_field(sl_str *out, sl_str *rest);
/* "NAME:text" split; label empty where the field has none. */
void sl_usmtf_label(sl_str *label, sl_str *value, sl_str field);

/* A date-time group: ddhhmmZMMM or ddhhmmZMMMYYYY, zone letters A to Z but J, or none
 * (*assumed). Without a year it is the one nearest to `about`; about 0: SL_ERR_MISSING.
 * Errors: SL_ERR_SYNTAX, SL_ERR_RANGE, SL_ERR_MISSING. */
SL_MUST_USE sl_err sl_usmtf_time(sl_time *out, bool *assumed, sl_str text, sl_time about, sl_fault *fault);

/* "FL010-FL180", "GL-005AGL", "070AMSL-FL280", "MSL-FL230": three digits are hundreds of
 * feet, more are feet (*hundreds is set where that was used). label: "FLFL", "AMFL", "RARA",
 * the references of both ends where they say none themselves (FL, AM, RA); may be empty.
 * Errors: of sl_height_read(). */
SL_MUST_USE sl_err sl_usmtf_level(sl_height *lower, sl_height *upper, bool *hundreds, sl_str label, sl_str text, sl_fault *fault);

#endif
