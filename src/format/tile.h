/* One grid of elevations, as the least and greatest of blocks of posts. */
#ifndef SL_FORMAT_TILE_H
#define SL_FORMAT_TILE_H

#include "base/span.h"
#include "sideline/quantity.h"

#define SL_TILE_BLOCK 8u
#define SL_TILE_VOID INT32_MIN        /* metres, where nothing is known */

/* Posts in rows from the north, columns from the west. */
typedef struct sl_tile {
  double north, west;                 /* degrees, of the first post */
  double step_lat, step_lon;          /* degrees between posts, > 0 */
  uint32_t rows, columns;
  uint32_t block_rows, block_columns;
  int32_t *least, *greatest;          /* m, of each block; least SL_TILE_VOID: some post is void */
} sl_tile;

/* An empty tile; rows, columns and place are set. Errors: SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_tile_init(sl_tile *tile);
void sl_tile_fini(sl_tile *tile);
/* A post, in whole metres outward (low <= high), or SL_TILE_VOID twice. */
void sl_tile_put(sl_tile *tile, uint32_t row, uint32_t column, int32_t low, int32_t high);

/* Read a GeoTIFF; *is is false where the bytes are none. Errors: see terrain.h. */
SL_MUST_USE sl_err sl_tile_read_tiff(sl_tile *out, bool *is, sl_span bytes, sl_fault *fault);

#endif
