/* Granules (L10): the coarse pieces of one's own plan in which a conflict is told,
 * and the count of them that a plan is charged for (L17).
 *
 * A granule is a cell of a fixed grid over the Earth, time and altitude that the
 * own plan touches. It depends on the union that the plan covers, never on how the
 * plan is sliced into volumes or how another plan is. */
#ifndef SL_ORACLE_GRANULE_H
#define SL_ORACLE_GRANULE_H

#include "sideline/judge.h"

#define SL_GRANULES_TOLD_MAX 16u
#define SL_GRANULES_WALK_MAX 65536u
#define SL_GRANULE_LATERAL_MIN_MM INT64_C(100000)     /* 100 m */
#define SL_GRANULE_LATERAL_MAX_MM INT64_C(200000000)  /* 200 km */

/* Cell sizes: crewed 10 NM x 2,000 ft x 10 min, drones 1 km x 60 m x 5 min. vertical_ft
 * is the cell height for plans in pressure altitude. lateral 100 m to 200 km,
 * vertical_w84 1 mm to SL_LEN_MAX_MM, the others > 0; else SL_ERR_RANGE. */
typedef struct sl_granule_size {
  sl_len lateral;
  sl_len vertical_w84;
  int32_t vertical_ft;
  sl_dur time;
} sl_granule_size;

/* Bounds of the own plan within one cell: clipped to the cell and to the bounds of
 * the own objects that touch it. */
typedef struct sl_granule {
  sl_pos south_west, north_east;   /* east may be numerically less: antimeridian */
  sl_band band;
  sl_window window;
} sl_granule;

/* Sorted by time, then latitude, longitude, altitude. all: the whole plan, and
 * granule[0] holds its overall bounds, count is 1. */
typedef struct sl_granule_set {
  bool all;
  uint32_t count;
  sl_granule granule[SL_GRANULES_TOLD_MAX];
} sl_granule_set;

/* One counterpart: an object of another and the minima against it. */
typedef struct sl_counterpart {
  const sl_prepared *prepared;
  sl_minima minima;
} sl_counterpart;

/* The granules of `own` whose cell is not CLEAR of some counterpart. Call it when
 * the plan is in CONFLICT or UNDECIDED with at least one of them: the set is then
 * never empty. Over 16 granules, or a walk over SL_GRANULES_WALK_MAX cells: all.
 * Errors: SL_ERR_NOMEM, SL_ERR_RANGE. Threads: any. */
SL_MUST_USE sl_err sl_granules_told(sl_granule_set *out, const sl_prepared *const *own, size_t own_count,
                                    const sl_counterpart *other, size_t other_count, const sl_granule_size *size);

/* The whole plan as one granule (for UNDECIDED without a place). */
void sl_granules_all(sl_granule_set *out, const sl_prepared *const *own, size_t own_count);

/* How many cells `now` touches that `before` (may be empty) does not: the units of
 * L17. Errors: SL_ERR_CAP (over SL_GRANULES_WALK_MAX cells), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_granules_cost(uint64_t *out, const sl_prepared *const *now, size_t now_count,
                                    const sl_prepared *const *before, size_t before_count,
                                    const sl_granule_size *size);

#endif
