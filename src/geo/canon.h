/* The canonical binary form of a plan: what is stored, digested and committed to.
 * One plan has exactly one form; a form that is not the one its plan would be
 * written in is refused (so equal bytes mean equal plans). Version byte first,
 * big-endian, the layout is documented in canon.c and fixed by golden vectors. */
#ifndef SL_GEO_CANON_H
#define SL_GEO_CANON_H

#include "base/arena.h"
#include "base/buf.h"
#include "sideline/shape.h"

/* Append the plan. The plan was checked. Errors in out->error. Cost: O(n). */
void sl_canon_add(sl_buf *out, const sl_plan *plan);

/* Read it back into the arena. Errors: SL_ERR_CORRUPT, SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_canon_read(sl_plan *out, sl_arena *arena, sl_span bytes);

#endif
