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
  bool reported;            /* since the start, with a checkpoint not beyond ours (L8) */
  bool answered;            /* its duty officer answered since the line went DEGRADED (L28) */
  bool suspended;           /* its word */
} sl_line_side;

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
  SL_LINE_TIME              /* nothing but the clock */
} sl_line_event;

/* A line at a start: RECOVERING when `recovering`, else DEGRADED-free OPEN. */
void sl_line_start(sl_line *line, sl_time now, bool recovering);

/* The next state. `interval` is the heartbeat interval of the agreement; DEGRADED
 * after two missed. Resuming a line that is not suspended by that side, answering
 * when not DEGRADED, and so on are SL_ERR_STATE and change nothing. */
SL_MUST_USE sl_err sl_line_step(sl_line *line, sl_line_event event, unsigned side, sl_time now, sl_dur interval);

const char *sl_line_state_name(sl_line_state state);

#endif
