/* Pieces: an object as a few bounds that follow it, so that a flight across a
 * country is not filed as one box over the whole of it. */
#ifndef SL_ORACLE_PIECES_H
#define SL_ORACLE_PIECES_H

#include "oracle/bounds.h"

#define SL_PIECES_MAX 32u

/* One bounds for a volume; for a trajectory the bounds of up to SL_PIECES_MAX runs
 * of consecutive legs, each no larger than 2 km and 9 min where that many suffice,
 * else four times larger until they do. Together they hold the object. A function
 * of the object alone. Returns how many, 1 or more. Errors: none. Threads: any.
 * Cost: a volume constant, a trajectory O(legs). */
uint32_t sl_pieces_of(sl_bounds out[static SL_PIECES_MAX], const sl_prepared *prepared);

#endif
