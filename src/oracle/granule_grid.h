/* The fixed grid of granules over the Earth, altitude and time, in integers.
 *
 * Rows of latitude are size.lateral high, counted from the equator; the last row at
 * each pole reaches to the pole (one to two rows high) and is one cell, a cap. Each
 * other row is divided into equal columns from the antimeridian eastward, as many as
 * keep them no narrower than nominal at the edge nearer the equator. Altitudes count
 * from 0 of their reference, times from 1970. A cell is half-open upward, eastward
 * and onward, so that a band that ends between two metres of two cells, or a window
 * that ends where the next begins, touches one of them. */
#ifndef SL_ORACLE_GRANULE_GRID_H
#define SL_ORACLE_GRANULE_GRID_H

#include "oracle/bounds.h"
#include "oracle/granule.h"

typedef struct sl_granule_grid {
  sl_granule_size size;
  int64_t row_nd;   /* height of a row */
  int64_t rows;     /* rows from the equator to a pole */
  int64_t grow_mm;  /* what a cell is widened by when it is judged */
} sl_granule_grid;

/* A cell. ref is the reference that altitude counts in; 0 for SL_ALT_COLUMN. */
typedef struct sl_granule_key {
  int64_t row, column, altitude, time;
  sl_alt_ref ref;
} sl_granule_key;

/* Cells of the size. Errors: SL_ERR_RANGE (a size that is not above 0, or lateral
 * outside 100 m to 200 km). */
SL_MUST_USE sl_err sl_granule_grid_init(sl_granule_grid *out, const sl_granule_size *size);

/* The row of a latitude, the columns of a row and the column of a longitude. */
int64_t sl_granule_row(const sl_granule_grid *grid, int64_t lat_nd);
int64_t sl_granule_columns(const sl_granule_grid *grid, int64_t row);
int64_t sl_granule_column(const sl_granule_grid *grid, int64_t row, int64_t lon_nd);

/* The altitude cell of a value in ref (mm or ft), and the time cell of a time. */
int64_t sl_granule_altitude(const sl_granule_grid *grid, sl_alt_ref ref, int64_t value);
int64_t sl_granule_time(const sl_granule_grid *grid, int64_t ns);

/* The exact bounds of a cell. Errors: none. */
sl_bounds sl_granule_bounds(const sl_granule_grid *grid, const sl_granule_key *key);

/* The column of air over a cell's row and column, widened by grid->grow_mm and never
 * narrower than that, as an object to judge; released with sl_prepared_free().
 * Errors: SL_ERR_NOMEM. Cost: one sl_prepare() of four vertices. */
SL_MUST_USE sl_err sl_granule_prepare(sl_prepared **out, const sl_granule_grid *grid, int64_t row, int64_t column);

/* The same over `count` columns of a row from `column` on, up to SL_GRANULE_STRIP_ND
 * wide and not over the row's last: it holds the objects of all of them. */
#define SL_GRANULE_STRIP_ND (10 * SL_ND_PER_DEG)
SL_MUST_USE sl_err sl_granule_prepare_strip(sl_prepared **out, const sl_granule_grid *grid, int64_t row, int64_t column,
                                            int64_t count);

/* Give that object altitudes and a window: those of the key up to those of `last`,
 * which has the same reference, row and column. */
void sl_granule_set_span(sl_prepared *cell, const sl_granule_grid *grid, const sl_granule_key *first,
                         const sl_granule_key *last);

#endif
