/* The coastline under a map, where it was made at build time (tools/coastline). */
#ifndef SL_CLI_COAST_H
#define SL_CLI_COAST_H

#include "cli/svg.h"

#define SL_COAST_BYTES_MAX ((size_t)32 << 20)

/* Draw the lines of a coastline file that cross the panel. Returns whether the bytes are
 * such a file; nothing is drawn otherwise. Cost: O(bytes). */
bool sl_coast_draw(sl_buf *out, const sl_panel *map, sl_span bytes, const char *style);
/* The same of the file that was installed or built, when there is one. Errors: none: a
 * map without a coastline is bare. */
void sl_coast_draw_built(sl_buf *out, const sl_panel *map, const char *style);

#endif
