/* What two pieces of rings mean to each other, for both ways of finding pairs. Inside
 * geo/ only. */
#ifndef SL_GEO_RINGS_H
#define SL_GEO_RINGS_H

#include "geo/check.h"
#include "geo/sweep.h"

#define SL_RING_MEET_M 1e-6 /* closer than this within one ring is touching */

/* Whether two pieces may be where they are: of one ring they do not meet; of a ring and
 * its hole, or two holes of one ring, they do not cross. Errors: SL_ERR_GEOMETRY. */
SL_MUST_USE sl_err sl_rings_compare(const sl_ring_piece *s, const sl_ring_piece *t, sl_fault *fault);

/* Area within a ring's pieces, signed: above 0 when they run anticlockwise. Pure. */
double sl_ring_area(const sl_ring_piece *ring, uint32_t count);

/* All of sl_rings_check() on pieces, by sweeping: `count` of them, ring after ring.
 * Errors: SL_ERR_GEOMETRY, SL_ERR_NOMEM. Cost: O(n log n), whatever they are. */
SL_MUST_USE sl_err sl_rings_swept(const sl_ring_piece *pieces, uint32_t count, const bool *hole, sl_fault *fault);

#endif
