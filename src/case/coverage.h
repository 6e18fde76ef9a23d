/* What a side files completely (L3): a list of boxes with hours and classes, and
 * whether bounds of a plan lie in it. Pure. */
#ifndef SL_CASE_COVERAGE_H
#define SL_CASE_COVERAGE_H

#include "base/span.h"
#include "oracle/granule.h"

#define SL_COVER_BOXES_MAX 16u
#define SL_WEEK_MINUTES 10080u       /* from Monday 00:00 UTC */

/* Closed in space. East numerically less than west crosses the antimeridian;
 * west -180 and east 180 degrees is the whole circle. `hours` false: always;
 * otherwise weekly from open to shut (minutes of the week, UTC, half-open; shut <=
 * open runs over the week's end). */
typedef struct sl_cover_box {
  sl_pos south_west, north_east;
  sl_alt_w84 lower, upper;           /* for plans above the ellipsoid */
  sl_alt_baro lower_baro, upper_baro; /* for plans in pressure altitude */
  bool hours;
  uint16_t open, shut;
  uint8_t classes;                   /* bit 1 << sl_class; undeclared needs all declared ones */
} sl_cover_box;

typedef struct sl_coverage {
  uint32_t count;
  sl_cover_box box[SL_COVER_BOXES_MAX];
} sl_coverage;

/* A box over everything, always, for all classes. */
sl_cover_box sl_cover_everything(void);

/* Errors: SL_ERR_CAP, SL_ERR_RANGE, SL_ERR_ORDER; `index` of the box when not NULL. */
SL_MUST_USE sl_err sl_coverage_check(const sl_coverage *coverage, uint32_t *ret_index);

/* Whether the boxes of the coverage together hold the bounds, for each of `classes`
 * (a mask, not 0). Boxes that touch leave no gap between them; 1 mm apart they do. A
 * column band is held where both references are over their whole range. False in doubt:
 * malformed bounds, a malformed box (which counts for nothing), or boxes so entangled
 * that taking them apart gives over 100,000 rests. Errors: none. Threads: any. */
bool sl_coverage_holds(const sl_coverage *coverage, const sl_granule *bounds, uint8_t classes);

/* The bounds grown outward by minima (and `tolerance` beside minima->grow), as far
 * as the Earth, the accepted altitudes and times go. Longitude grows by more than
 * `lateral` at every latitude of the result. */
sl_granule sl_granule_grow(const sl_granule *bounds, const sl_minima *minima, sl_dur tolerance);

#endif
