/* CSV: which text is one, and how it is cut into cells. */
#ifndef SL_FORMAT_CSV_H
#define SL_FORMAT_CSV_H

#include "base/span.h"

/* How a CSV is written. */
typedef struct sl_csv_dialect {
  char separator;            /* , ; tab | */
  bool cr_only;              /* lines end in CR */
  bool said;                 /* by a first line "sep=;" */
} sl_csv_dialect;

/* The dialect from the first bytes of a text: the separator under which a row names the
 * columns of a position (by the mapping or by guess), else the one that cuts rows evenly.
 * False when nothing looks like a table. Errors: none. Cost: O(size * rows looked at). */
bool sl_csv_look(sl_csv_dialect *out, sl_str first, const char *mapping);

#endif
