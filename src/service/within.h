/* Whether a plan lies within another as far as that can be said without geometry: what a
 * client does that trims its plan, or drops what it has flown. Exact, never wrongly yes. */
#ifndef SL_SERVICE_WITHIN_H
#define SL_SERVICE_WITHIN_H

#include "sideline/shape.h"

/* Every volume of `inner` has one of `outer` with the same outline (or a circle with the
 * same centre and no smaller radius) whose altitudes and times hold its own. False also
 * for trajectories, for what is within in another way, and where it would take over 65,536
 * comparisons. Threads: any. Cost: O(n) where volumes stand in one order. */
bool sl_plan_within(const sl_plan *inner, const sl_plan *outer);

#endif
