/* The grid of the index: where an object is filed and where a probe must look.
 *
 * Cells are boxes in latitude, longitude and time of eight lateral levels (1.9 km,
 * then four times coarser each) and nine in time (9 min, then eight times longer
 * each), one set for each altitude reference. A piece of an object is filed once, in
 * the cell of its south-west, earliest corner, at the finest levels whose cells are
 * no smaller than it: a long object costs no more memory than a short one. A probe
 * looks as far before its own bounds as the largest piece of that level reaches.
 *
 * Rejected: entering an object in every cell that it covers (2.4 entries for each
 * drone volume, and duplicates to remove from each answer); an R-tree (an insertion
 * costs fifty times more). */
#ifndef SL_ORACLE_GRID_H
#define SL_ORACLE_GRID_H

#include "oracle/bounds.h"

#define SL_GRID_REFS 3u
#define SL_GRID_LATERALS 8u
#define SL_GRID_TIMES 9u
#define SL_GRID_TABLES (SL_GRID_REFS * SL_GRID_LATERALS * SL_GRID_TIMES)
#define SL_GRID_GROUP 7u    /* consecutive time cells that share a key: with it a cache line */

/* Bounds within a cell, quantised so that what meets in truth meets here: lanes
 * south, west, start, lower, then the complements of north, east, end, upper. */
typedef int16_t sl_box __attribute__((vector_size(16)));

/* Whether an entry's box and a probe's (sl_grid_probe_box) are apart. */
static inline bool sl_box_apart(sl_box entry, sl_box probe) {
  typedef int64_t pair __attribute__((vector_size(16)));
  pair over = (pair)(entry > probe);
  return (over[0] | over[1]) != 0;
}

/* One of the SL_GRID_TABLES. */
typedef struct sl_grid_level {
  sl_alt_ref ref;
  uint8_t lateral, time;
} sl_grid_level;

static inline uint32_t sl_grid_table(sl_grid_level level) {
  return (((uint32_t)level.ref - 1) * SL_GRID_LATERALS + level.lateral) * SL_GRID_TIMES + level.time;
}
static inline sl_grid_level sl_grid_level_of(uint32_t table) {
  return (sl_grid_level){(sl_alt_ref)(table / (SL_GRID_LATERALS * SL_GRID_TIMES) + 1),
                         (uint8_t)(table / SL_GRID_TIMES % SL_GRID_LATERALS), (uint8_t)(table % SL_GRID_TIMES)};
}

/* A cell: row of latitude, column of longitude, time in cells. */
typedef struct sl_grid_cell {
  int64_t row, column, time;
} sl_grid_cell;

/* The group of a time cell, and which of the group it is. */
static inline int64_t sl_grid_group(int64_t time) {
  const int64_t each = SL_GRID_GROUP;
  return time >= 0 ? time / each : -((each - 1 - time) / each);
}
static inline unsigned sl_grid_member(int64_t time) {
  return (unsigned)(time - sl_grid_group(time) * (int64_t)SL_GRID_GROUP);
}

/* The extents of the largest piece seen in a table: latitude in nanodegrees,
 * longitude in nanodegrees divided by the widening of its row, time in ns. */
typedef struct sl_grid_reach {
  int64_t lat, lon, time;
} sl_grid_reach;

/* log2 of the cells' size in nanodegrees and nanoseconds. */
static inline unsigned sl_grid_lat_shift(unsigned lateral) { return 24 + 2 * lateral; }
static inline unsigned sl_grid_time_shift(unsigned time) { return 39 + 3 * time; }

/* log2 of how many times wider than high, in degrees, the cells of a row are, so
 * that they stay near square. SL_GRID_WHOLE_ROW: the row is one cell, as at the
 * poles, wherever fewer than eight would do, and at the last level. A row within
 * a whole row of a finer level is whole. */
#define SL_GRID_WHOLE_ROW 60u

/* The widening of a row, as above. Errors: none. Cost: a few comparisons. */
unsigned sl_grid_widening(unsigned lateral, int64_t row);

/* The same with the last answer kept, for rows that mostly repeat; starts zeroed. */
typedef struct sl_grid_widened {
  int64_t row;
  unsigned lateral, widening;
  bool known;
} sl_grid_widened;
static inline unsigned sl_grid_widening_kept(sl_grid_widened *last, unsigned lateral, int64_t row) {
  if (!last->known || row != last->row || lateral != last->lateral) {
    *last = (sl_grid_widened){row, lateral, sl_grid_widening(lateral, row), true};
  }
  return last->widening;
}

/* The columns of a row: 1 or more. */
int64_t sl_grid_columns(unsigned lateral, int64_t row);

/* The finest lateral level whose cell at the south-west corner holds the extents,
 * with its row and that row's widening. */
unsigned sl_grid_lateral(const sl_bounds *bounds, int64_t *row, unsigned *widening);

/* Where a piece is filed, and what that adds to the table's reach. */
typedef struct sl_filing {
  sl_grid_level level;
  sl_grid_cell cell;
  sl_grid_reach reach;
  sl_box box;
} sl_filing;

/* File bounds. Errors: none. Threads: any. Cost: constant. */
sl_filing sl_grid_file(const sl_bounds *bounds);

/* A key unlike any other of the same table, never 0, and back. */
uint64_t sl_grid_key(int64_t row, int64_t column, int64_t group);
sl_grid_cell sl_grid_unkey(uint64_t key);

/* A probe against one table: grown bounds, and altitudes already as lanes. */
typedef struct sl_grid_probe {
  sl_bounds bounds;
  int16_t lower, upper;
} sl_grid_probe;

/* The probe of bounds against objects in `ref`. Errors: none. Cost: constant. */
sl_grid_probe sl_grid_probe_of(const sl_bounds *bounds, sl_alt_ref ref, const sl_minima *reach);

/* Rows and times, closed. */
typedef struct sl_grid_range {
  int64_t row_first, row_last;
  int64_t time_first, time_last;
} sl_grid_range;

/* The rows and times of a table that can hold what the probe meets. */
sl_grid_range sl_grid_range_of(const sl_grid_probe *probe, sl_grid_level level, const sl_grid_reach *reach);

/* Columns, closed. */
typedef struct sl_grid_run { int64_t first, last; } sl_grid_run;

/* A row and the columns in it that can hold what the probe meets: one run, or two
 * across the antimeridian. */
typedef struct sl_grid_row {
  int64_t row;
  unsigned widening, runs;
  sl_grid_run run[2];
} sl_grid_row;

/* The columns of a row. Errors: none. Cost: constant. */
sl_grid_row sl_grid_row_of(const sl_grid_probe *probe, sl_grid_level level, const sl_grid_reach *reach, int64_t row);

/* The probe as a box of the cells at a row (of that widening) and column, but for
 * the time; and of the one of them at `time`. Errors: none. Cost: constant. */
sl_box sl_grid_probe_place(const sl_grid_probe *probe, sl_grid_level level, int64_t row, unsigned widening, int64_t column);
sl_box sl_grid_probe_then(sl_box place, const sl_grid_probe *probe, sl_grid_level level, int64_t time);

#endif
