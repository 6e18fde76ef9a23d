/* Which cells of the granule grid a plan touches, each with the bounds of what of
 * the plan is in it. */
#ifndef SL_ORACLE_GRANULE_WALK_H
#define SL_ORACLE_GRANULE_WALK_H

#include "oracle/granule_grid.h"

/* A touched cell. The bounds are those of the own objects (of a trajectory, of its
 * legs) that touch it, clipped to it: latitudes and longitudes as offsets from its
 * south-west corner in nanodegrees, altitudes and times as they are. */
typedef struct sl_granule_cell {
  sl_granule_key key;
  int64_t south, north, west, east;
  int64_t lower, upper;
  int64_t start_ns, end_ns;
} sl_granule_cell;

typedef struct sl_granule_walk {
  const sl_granule_grid *grid;
  sl_granule_cell *cell;
  size_t count, room;
  size_t volume;        /* count when the volume at hand was begun: its cells are all different */
  uint64_t asked;       /* cells considered */
  sl_prepared *shape;   /* of the row and column last judged */
  int64_t row, column;
} sl_granule_walk;

/* An empty walk over the grid, and its release. */
void sl_granule_walk_init(sl_granule_walk *walk, const sl_granule_grid *grid);
void sl_granule_walk_fini(sl_granule_walk *walk);

/* Add the cells that the objects touch. Afterwards walk->cell is sorted by row,
 * column, reference, altitude, time, each cell once. Errors: SL_ERR_CAP (over
 * SL_GRANULES_WALK_MAX cells touched, or 32 times as many considered),
 * SL_ERR_NOMEM. Cost: a few microseconds for each row and column touched and some dozens
 * a row, a tenth for each cell; a trajectory one judgement for each cell near one of its
 * pieces of 5 km. */
SL_MUST_USE sl_err sl_granule_walk_plan(sl_granule_walk *walk, const sl_prepared *const *own, size_t own_count);

/* The shape of a row and column, kept until another is asked for; the walk owns it. */
SL_MUST_USE sl_err sl_granule_walk_shape(sl_prepared **out, sl_granule_walk *walk, int64_t row, int64_t column);

/* Order of cells by row, column, reference, altitude, time: below, at, above 0. */
int sl_granule_key_compare(const sl_granule_key *a, const sl_granule_key *b);

#endif
