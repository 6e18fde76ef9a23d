/* The wall of L12: everything a party may learn that depends on another side is
 * one of these closed values, and reaches the party's own state (own_*.c) only as
 * one. What stands behind it (across_*.c) knows all sides; what stands before it
 * knows one party and the outcomes it was given. A recorder sees every outcome
 * that passes; a script can stand in for everything behind the wall, which is how
 * the simulator reproduces a party's view from its own inputs and O alone. */
#ifndef SL_SERVICE_OUTCOME_H
#define SL_SERVICE_OUTCOME_H

#include "base/text.h"
#include "case/line.h"
#include "case/machine.h"
#include "oracle/granule.h"

typedef enum sl_outcome_kind {
  SL_OUTCOME_JUDGED = 1,  /* the answer to an own submission or poll */
  SL_OUTCOME_TOLD = 2,    /* an own intent's verdict changed, unasked; release is now */
  SL_OUTCOME_CASE = 3,    /* a step of an own case that others or the round took */
  SL_OUTCOME_LINE = 4,    /* the state of one of the side's lines */
  SL_OUTCOME_BUDGET = 5   /* the weekly band of the side at a line's other end (L14) */
} sl_outcome_kind;

/* One value of O. Only the members of its kind mean something; the others are 0. */
typedef struct sl_outcome {
  sl_outcome_kind kind;
  sl_uuid intent;            /* JUDGED, TOLD, CASE: the own intent */
  sl_verdict verdict;        /* JUDGED, TOLD */
  bool urgent;               /* TOLD, CASE: released at once, not with the round */
  sl_granule_set granules;   /* JUDGED, TOLD: when the verdict is not CLEAR */
  sl_case_event step;        /* CASE */
  uint8_t alternative;       /* CASE, PROPOSE and COMMIT: in the own list */
  sl_time expires;           /* CASE, PROPOSE */
  uint8_t line;              /* LINE, BUDGET: which of the side's lines */
  sl_line_state line_state;  /* LINE */
  uint8_t band;              /* BUDGET: 0 to 3, sl_band_name() */
} sl_outcome;

/* Sees each outcome as it passes the wall, in order, with the party that gets it. */
typedef void sl_outcome_tap(void *context, unsigned side, unsigned party, sl_time at, const sl_outcome *outcome);

/* Stands in for everything behind the wall. With an intent: gives the JUDGED outcome
 * that the own submission or poll of it gets, and returns true. Without one: the next
 * outcome that passes to the party at this very step (the line's clock, or the party's
 * own word on a line), false when no more does. */
typedef bool sl_outcome_script(void *context, unsigned side, unsigned party, sl_time at, const sl_uuid *intent,
                               sl_outcome *out);

#endif
