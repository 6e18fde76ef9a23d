/* Bounds of prepared objects in latitude, longitude, altitude and time: outward,
 * in integers, whole at poles and across the antimeridian. All that the index, the
 * joint judgement and the granules need to know of an object to leave it out. */
#ifndef SL_ORACLE_BOUNDS_H
#define SL_ORACLE_BOUNDS_H

#include "sideline/judge.h"

#define SL_ND_90 (90 * SL_ND_PER_DEG)
#define SL_ND_180 (180 * SL_ND_PER_DEG)
#define SL_ND_360 (360 * SL_ND_PER_DEG)
#define SL_MINIMA_GROW_MAX_NS (366 * 24 * SL_NS_PER_H)   /* a year: no sum of times overflows */

/* What bounds are grown by beyond the minima, mm: more than the errors that widen the
 * verdict of a pair (docs/judgement.md). */
#define SL_BOUNDS_SLACK_MM INT64_C(20000)

/* Closed in space, half-open in time. Longitudes run from `west` (in [-180, 180)
 * degrees) eastward over `width` (0 to 360 degrees; 360 is every longitude). */
typedef struct sl_bounds {
  int64_t south, north;   /* nanodegrees, -90 to 90 degrees */
  int64_t west, width;    /* nanodegrees */
  sl_alt_ref ref;         /* of lower and upper: mm (W84) or ft (BARO); unused for COLUMN */
  int64_t lower, upper;
  sl_window window;
} sl_bounds;

/* A longitude brought into [-180, 180) degrees. Any nd within 4 turns. */
static inline int64_t sl_lon_wrap(int64_t nd) {
  while (nd >= SL_ND_180) {
    nd -= SL_ND_360;
  }
  while (nd < -SL_ND_180) {
    nd += SL_ND_360;
  }
  return nd;
}

/* How far east of `from` the longitude `to` is, in [0, 360) degrees. Both wrapped. */
static inline int64_t sl_lon_east(int64_t from, int64_t to) { return to >= from ? to - from : to - from + SL_ND_360; }

/* Bounds of the whole object. Errors: none. Threads: any. Cost: constant. */
sl_bounds sl_bounds_of(const sl_prepared *prepared);

/* How many legs an object has: 0 for a volume, 1 or more for a trajectory (one
 * fix is a leg of no length). */
uint32_t sl_bounds_legs(const sl_prepared *prepared);

/* Bounds of one leg of a trajectory, tolerances included. leg < sl_bounds_legs().
 * Errors: none. Threads: any. Cost: linear in the pieces of the leg. */
sl_bounds sl_bounds_leg(const sl_prepared *prepared, uint32_t leg);

/* Where piece i of the core of a trajectory is (prepared.h), widened by its lateral
 * tolerance, outward; altitudes and window are not set. Errors: none. Cost: two
 * positions. */
sl_bounds sl_bounds_piece(const sl_prepared *prepared, uint32_t i);

/* The least bounds that hold both; the references are equal. Errors: none. */
sl_bounds sl_bounds_join(const sl_bounds *a, const sl_bounds *b);

/* Latitudes and longitudes grown by `mm`, the window by `ns` at both ends, outward:
 * what lies within that of an object within *bounds has bounds that meet the result.
 * Half of `mm` for each of two bounds does the same. mm 0 to 2 SL_LEN_MAX_MM, ns 0 to
 * 2 SL_MINIMA_GROW_MAX_NS. Errors: none. Threads: any. Cost: constant. */
sl_bounds sl_bounds_widen(const sl_bounds *bounds, int64_t mm, int64_t ns);

/* Latitudes, longitudes and window grown so far (both windows of a pair grow) that whatever sl_judge() would not
 * call CLEAR of an object within *bounds, under minima no larger than *reach, has
 * bounds that meet the result. Altitudes stay as they are (sl_bounds_band).
 * Errors: none; *reach is in range. Threads: any. Cost: constant. */
sl_bounds sl_bounds_grow(const sl_bounds *bounds, const sl_minima *reach);

/* The altitudes in reference `ref` that an object within *bounds can infringe:
 * mm or ft into *lower, *upper. False: every altitude. Errors: none. */
bool sl_bounds_band(int64_t *lower, int64_t *upper, const sl_bounds *bounds, sl_alt_ref ref, const sl_minima *reach);

/* Whether latitudes, longitudes and windows have a point in common. */
bool sl_bounds_meet(const sl_bounds *a, const sl_bounds *b);

/* Whether *minima are in range: lengths, feet and growth 0 or more and within the
 * accepted ranges, and an ordered pressure bound. */
bool sl_minima_valid(const sl_minima *minima);

#endif
