/* Positions seen so far, and whether one lies near an earlier one. */
#ifndef SL_FORMAT_NEARBY_H
#define SL_FORMAT_NEARBY_H

#include "sideline/quantity.h"

#define SL_NEARBY_M 100

typedef struct sl_nearby sl_nearby;

/* Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_nearby_open(sl_nearby **out);
void sl_nearby_close(sl_nearby *nearby);

/* Add a position under a mark (a line number); *near is the mark of the first one before it
 * within SL_NEARBY_M along the ellipsoid, to 1 m, or 0. Errors: SL_ERR_NOMEM. Cost: O(1) where
 * positions do not crowd; of more than 256 in one place the last are looked at. */
SL_MUST_USE sl_err sl_nearby_add(uint32_t *near, sl_nearby *nearby, sl_pos pos, uint32_t mark);

#endif
