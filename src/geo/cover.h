/* Whether one outline lies within another. */
#ifndef SL_GEO_COVER_H
#define SL_GEO_COVER_H

#include "sideline/shape.h"

#define SL_COVER_WORK_MAX UINT64_C(20000000)   /* pairs of edges; beyond it is no */

/* Whether every point of inner is within `tolerance` metres (over 0) of outer's area. Both
 * were checked (sl_object_check) and are circles or polygons of one ring. What lies
 * within is told as such; a no may be wrong by 3% of the tolerance, beyond
 * SL_COVER_WORK_MAX, or for lack of memory. Errors: none. Threads: any. Cost: edges of one
 * times edges of the other. */
bool sl_shape_covers(const sl_shape *outer, const sl_shape *inner, double tolerance);

#endif
