/* The state of a line (L4, L8, L28). Pure: time and reports are arguments. */
#ifndef SL_CASE_LINE_H
#define SL_CASE_LINE_H

#include "sideline/quantity.h"

/* Best first: the worst over a side's lines is the largest. */
typedef enum sl_line_state {
  SL_LINE_OPEN = 1,
  SL_LINE_RECOVERING = 2,   /* after a start, until both sides reported (L8) */
  SL_LINE_DEGRADED = 3,     /* two heartbeats missed by a side */
  SL_LINE_SUSPENDED = 4     /* by either side's word */
} sl_line_state;

typedef struct sl_line_side {
  sl_time last_heartbeat;   /* received; the start time before the first one */
  bool reported;            /* since the start; `forked` says that a checkpoint was beyond ours (L8) */
  bool answered;            /* its duty officer answered since the line went DEGRADED (L28) */
  bool suspended;           /* its word */
} sl_line_side;

/* `state` is the worst condition that holds: suspended by a side; degraded, that is
 * not both answered and judged again; recovering, that is not both reported or
 * forked. A milder condition is kept behind a worse one: resuming a line that is
 * also degraded leaves it DEGRADED. Cleared memory is not OPEN. */
typedef struct sl_line {
  sl_line_state state;
  bool judged_again;        /* live intents were judged since the last answer (L28) */
  bool forked;              /* a side holds a later or inconsistent roll-up (L8): stays RECOVERING
                               until every live intent was affirmed again */
  sl_line_side side[2];
} sl_line;

typedef enum sl_line_event {
  SL_LINE_HEARTBEAT = 1,    /* of `side`, checkpoint consistent with ours */
  SL_LINE_HEARTBEAT_FORKED, /* of `side`, checkpoint later than or inconsistent with ours */
  SL_LINE_ANSWER,           /* the duty officer of `side` answers */
  SL_LINE_SUSPEND,          /* by `side` */
  SL_LINE_RESUME,           /* `side` takes its word back */
  SL_LINE_JUDGED,           /* the service judged all live intents again */
  SL_LINE_AFFIRMED,         /* every live intent was affirmed again one by one (L8) */
  SL_LINE_TIME,             /* nothing but the clock */
  SL_LINE_FORKED,           /* `side` showed such a checkpoint, and nothing more: it was no officer's heartbeat */
  SL_LINE_HEARD             /* a heartbeat of `side` that names no checkpoint: heard, but nothing reported (L8) */
} sl_line_event;

/* A new line: RECOVERING when `recovering`, else OPEN. */
void sl_line_start(sl_line *line, sl_time now, bool recovering);
/* A stored line after a start of the server: RECOVERING at best, and what was
 * SUSPENDED, DEGRADED or forked before stays so. */
void sl_line_restart(sl_line *line, sl_time now);

/* The next state. `interval` is the heartbeat interval of the agreement; a side is
 * silent, and the line DEGRADED, once two intervals have passed since its last
 * heartbeat (one that arrives at that very instant is in time). `side` is 0 or 1,
 * and 0 for JUDGED, AFFIRMED and TIME.
 *   SL_LINE_HEARTBEAT, _HEARTBEAT_FORKED, _FORKED, _HEARD  always; forked is left by AFFIRMED only
 *   SL_LINE_ANSWER    in DEGRADED, by a side that is not silent; what was judged
 *                     before it no longer counts
 *   SL_LINE_SUSPEND   by a side that has not; SL_LINE_RESUME by one that has
 *   SL_LINE_JUDGED    in DEGRADED, when both have answered
 *   SL_LINE_AFFIRMED  when forked, and both have reported since the start
 * Entering DEGRADED takes back both answers; a side that stays silent has not
 * answered. A `now` before the last heartbeat (a clock set back) counts as that
 * heartbeat's time, so that silence is never stretched by the step back.
 * Errors, changing nothing at all: SL_ERR_STATE (illegal in this state), SL_ERR_RANGE
 * (no such event or side, interval <= 0). Threads: any. Source: L4, L8, L28. */
SL_MUST_USE sl_err sl_line_step(sl_line *line, sl_line_event event, unsigned side, sl_time now, sl_dur interval);

/* The state as it is at `now`, when nobody stepped the clock since: what a verdict
 * that is shown between two ticks must use. */
sl_line_state sl_line_read(const sl_line *line, sl_time now, sl_dur interval);

/* "OPEN", "RECOVERING", "DEGRADED", "SUSPENDED" (also for what is no state). Static. */
const char *sl_line_state_name(sl_line_state state);

#endif
