/* One leg of a trajectory as an object of its own. */
#ifndef SL_ORACLE_LEG_H
#define SL_ORACLE_LEG_H

#include "sideline/judge.h"

/* Prepare leg `leg` (below sl_bounds_legs()) with the tolerances of the whole. The
 * legs together cover what the trajectory covers. Released with sl_prepared_free().
 * Errors: SL_ERR_NOMEM. Threads: any. Cost: one sl_prepare() of two fixes. */
SL_MUST_USE sl_err sl_leg_prepare(sl_prepared **out, const sl_prepared *trajectory, uint32_t leg);

#endif
