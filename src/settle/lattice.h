/* The lattice of a line (L19): alternatives computed from the own plan and its
 * declared freedom only, in rank order. */
#ifndef SL_SETTLE_LATTICE_H
#define SL_SETTLE_LATTICE_H

#include "base/arena.h"
#include "settle/settle.h"
#include "sideline/shape.h"

/* How far a plan may be moved; all >= 0. */
typedef struct sl_freedom {
  sl_dur earlier, later;
  sl_len down_w84, up_w84;       /* for plans above the ellipsoid */
  int32_t down_ft, up_ft;        /* for plans in pressure altitude */
  sl_len aside;
} sl_freedom;

/* One move of the lattice; zero fields do not move. aside > 0 is to the right of
 * the plan's course (south to north for plans without one). */
typedef struct sl_move {
  sl_dur delay;
  sl_len up_w84;
  int32_t up_ft;
  sl_len aside;
} sl_move;

/* The moves of a line, at most 32, in order of preference; the agreement lists them. */
typedef struct sl_lattice { uint32_t count; sl_move move[32]; } sl_lattice;

/* L19's lattices: crewed, and the finer one for drones. */
const sl_lattice *sl_lattice_crewed(void);
const sl_lattice *sl_lattice_drone(void);

/* The moves within `freedom`, at most 7 (the plan itself is alternative 0), in the
 * lattice's order. Of a move of altitude only what belongs to `ref` is kept: up_w84 for
 * SL_ALT_W84, up_ft for SL_ALT_BARO, nothing for SL_ALT_COLUMN or 0 (a plan of several
 * references); what then does not move is left out. Errors: none; freedom below zero
 * is none. Threads: any. Depends on its arguments only (L19). */
uint32_t sl_lattice_moves(sl_move out[static SL_SETTLE_ALTERNATIVES - 1], const sl_lattice *lattice,
                          const sl_freedom *freedom, sl_alt_ref ref);

/* The plan, moved, in the arena (what does not change may point into *plan). Its
 * objects were checked; the result is to be checked like any plan (sl_prepare() does):
 * a shape moved aside near a pole may have lost its meaning. Errors: SL_ERR_RANGE
 * (left the accepted ranges), SL_ERR_NOMEM, SL_ERR_UNSUPPORTED (a move of altitude in
 * a reference that the plan does not have). Cost: one geodesic per vertex. */
SL_MUST_USE sl_err sl_plan_move(sl_plan *out, sl_arena *arena, const sl_plan *plan, const sl_move *move);

#endif
