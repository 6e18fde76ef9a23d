/* Elevation data of the user's own: SRTM tiles (HGT) and GeoTIFF. Only bounds over boxes
 * are asked for, so only the least and greatest of small blocks are kept. */
#ifndef SL_FORMAT_TERRAIN_H
#define SL_FORMAT_TERRAIN_H

#include "base/span.h"
#include "sideline/quantity.h"

#define SL_TERRAIN_FILE_MAX ((size_t)512 << 20)  /* bytes of one file, inflated */
#define SL_TERRAIN_TILES_MAX 4096u
#define SL_TERRAIN_SIDE_MAX 40000u               /* posts of one side */
/* Added to both bounds: what a grid leaves out of peaks and gorges, and its errors (SRTM:
 * 16 m), and that its sea level may be EGM2008's. */
#define SL_TERRAIN_MARGIN_M 100

typedef struct sl_terrain sl_terrain;

/* No tile at all. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_terrain_new(sl_terrain **out);
/* NULL is allowed. */
void sl_terrain_free(sl_terrain *terrain);

/* Add a tile. HGT: big-endian metres above EGM96 in rows from the north, 1,201 or 3,601 a
 * side, its south-west corner in its name ("N47E008.hgt", "s12w077"). GeoTIFF: what its
 * content says; one band on a grid of WGS84, NAD83 or ETRS89 degrees. `name` is the file's,
 * without folders. Errors: SL_ERR_UNSUPPORTED (neither; another projection, rotated),
 * SL_ERR_SYNTAX, SL_ERR_RANGE, SL_ERR_CAP, SL_ERR_NOMEM. Cost: O(size). */
SL_MUST_USE sl_err sl_terrain_add(sl_terrain *terrain, sl_str name, sl_span bytes, sl_fault *fault);

/* Bounds of the ground above mean sea level over a box (west > east: across the
 * antimeridian), with the margin. False where a part of it is in no tile or a void.
 * Threads: any, while nothing is added. Cost: O(blocks of the box). */
SL_MUST_USE bool sl_terrain_over(sl_len *low, sl_len *high, const sl_terrain *terrain, sl_pos south_west, sl_pos north_east);

#endif
