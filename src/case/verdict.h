/* From what the oracle found to what a party may be shown: order, lease, line
 * state, coverage, budget, clock (L3 to L9). Pure. */
#ifndef SL_CASE_VERDICT_H
#define SL_CASE_VERDICT_H

#include "case/line.h"
#include "sideline/judge.h"

typedef enum sl_intent_state {
  SL_INTENT_ACCEPTED = 1,
  SL_INTENT_ACTIVATED = 2,
  SL_INTENT_NONCONFORMING = 3,
  SL_INTENT_CONTINGENT = 4,
  SL_INTENT_ENDED = 5
} sl_intent_state;

/* Why a verdict is UNDECIDED, as the party is told. PAIR and CLOCK_OTHER do not
 * exist here: doubt that comes from another's plan has no reason across a line. */
typedef enum sl_reason {
  SL_REASON_NONE = 0,       /* CLEAR, CONFLICT, or doubt that came with a pair */
  SL_REASON_COVERAGE = 1,   /* outside what both sides file completely (L3) */
  SL_REASON_BUDGET = 2,     /* L17 */
  SL_REASON_PACE = 3,       /* a second verdict on one intent within 5 min (L17) */
  SL_REASON_CLOCK = 4,      /* own clock over 5 s off (L6) */
  SL_REASON_LINE = 5,       /* DEGRADED, SUSPENDED or RECOVERING */
  SL_REASON_LAPSED = 6,     /* not activated within its start tolerance (L5), or past its window */
  SL_REASON_EXERCISE = 7    /* reserved */
} sl_reason;

/* Everything a shown verdict depends on. */
typedef struct sl_standing {
  sl_verdict judged;        /* worst over all pairs on all lines, CLEAR when none */
  sl_verdict announced;     /* worst still announced: improvements wait for the round's end (L15); NONE if none */
  sl_line_state line;       /* worst over the side's lines */
  sl_intent_state state;
  bool covered;             /* inside the coverage of every line */
  bool paid;                /* the budget had room */
  bool paced;               /* not a second verdict within the pace */
  bool clock_good;
  sl_window window;         /* the intent's */
  sl_dur start_tolerance;   /* how late it may be activated */
  sl_time pending_until;    /* refused, and judged until then only (L18); 0: it is not */
  sl_dur lease_activated;   /* of the agreement; 0: L5's 120 s */
  sl_dur lease_planned;     /* of the agreement; 0: L5's 15 min */
} sl_standing;

typedef struct sl_shown {
  sl_verdict verdict;
  sl_reason reason;
  sl_time as_of;
  sl_time valid_until;      /* == as_of unless CLEAR */
} sl_shown;

#define SL_LEASE_ACTIVATED_NS (120 * SL_NS_PER_S)
#define SL_LEASE_PLANNED_NS (15 * SL_NS_PER_MIN)

/* L4's order and L5's lease, at `now`. Worst of judged and announced; DEGRADED,
 * SUSPENDED and RECOVERING replace only CLEAR. CLEAR needs every member to say so:
 * cleared or unknown values give UNDECIDED. Of several reasons against CLEAR the
 * first of coverage, lapsed, clock, line, budget, pace is told. A lease ends no
 * later than the start tolerance (planned), the time of what only pends, or the window (all).
 * `now` must not run backward between two calls on one intent (the service's
 * high-water clock, carried on by the monotonic one), or what has lapsed would
 * come back. Errors: none. Threads: any. */
sl_shown sl_verdict_show(const sl_standing *standing, sl_time now);

/* What a verdict with a lease reads as at `now`: CLEAR in [as_of, valid_until) only,
 * UNDECIDED before it (a clock set back) and after it ran out. */
sl_verdict sl_verdict_read(const sl_shown *shown, sl_time now);

/* L7 and F3548: which state may follow which; from 0 a new intent (anything but
 * Ended). Ended is final; what was airborne does not go back to Accepted, and what
 * is Contingent only ends. Errors: SL_ERR_STATE. */
SL_MUST_USE sl_err sl_intent_step(sl_intent_state from, sl_intent_state to);

/* True for Nonconforming and Contingent: judged on all extents, urgent, outside
 * budget and rounds, cannot be declined (L7). */
bool sl_intent_urgent(sl_intent_state state);

/* Until when an intent is judged: its window's end (grown as the line says by the
 * caller), or for one that was Activated the signed end + 5 min (L7). */
#define SL_AFTER_END_NS (5 * SL_NS_PER_MIN)

/* The standard words. "no conflict among the plans filed on this line", and so on;
 * no text says clearance, permission or approval. Static. */
const char *sl_verdict_name(sl_verdict verdict);      /* "CLEAR" ... */
const char *sl_verdict_text(sl_verdict verdict, sl_reason reason);
const char *sl_reason_name(sl_reason reason);         /* "coverage" ...; NULL for NONE */
const char *sl_intent_state_name(sl_intent_state state);
SL_MUST_USE sl_err sl_intent_state_read(sl_intent_state *out, const char *name);

#endif
