/* The case of one own intent (L11, L21). Pure transitions. */
#ifndef SL_CASE_MACHINE_H
#define SL_CASE_MACHINE_H

#include "sideline/judge.h"

typedef enum sl_case_state {
  SL_CASE_OPEN = 1,
  SL_CASE_PROPOSED = 2,
  SL_CASE_ANSWERED = 3,
  SL_CASE_RESOLVED = 4,
  SL_CASE_UNRESOLVED = 5
} sl_case_state;

typedef enum sl_case_answer { SL_ANSWER_NONE = 0, SL_ANSWER_ACCEPT = 1, SL_ANSWER_DECLINE = 2 } sl_case_answer;

#define SL_CASE_PROPOSALS_MAX 2u   /* L21 */

/* All of one case that transitions depend on. */
typedef struct sl_case {
  sl_case_state state;
  uint8_t proposals;         /* made so far in this opening, 0 to 2 */
  sl_case_answer answer;     /* of this party to the present proposal */
  uint8_t alternative;       /* proposed, in the own list; 0 is the plan as filed */
  sl_time expires;           /* of the present proposal */
} sl_case;

typedef enum sl_case_event {
  SL_CASE_EV_OPEN = 1,       /* a pair is not CLEAR: opens, or reopens a resolved or unresolved one */
  SL_CASE_EV_PROPOSE,        /* the round proposes `alternative` until `expires` */
  SL_CASE_EV_ACCEPT,         /* this party's answer */
  SL_CASE_EV_DECLINE,
  SL_CASE_EV_COMMIT,         /* all accepted, judged again, committed */
  SL_CASE_EV_FAILED,         /* somebody declined, or the second judgement failed: back to open,
                                or unresolved after the second proposal */
  SL_CASE_EV_EXPIRE,         /* not answered in time */
  SL_CASE_EV_NOTHING,        /* the solver has no clear combination (left) */
  SL_CASE_EV_CLEARED,        /* no pair is left that is not CLEAR */
  SL_CASE_EV_VOID,           /* an intent of the agreement was amended afterwards (L21) */
  SL_CASE_EV_PASSED          /* the window passed */
} sl_case_event;

/* What an event carries; unused fields are zero. */
typedef struct sl_case_input {
  sl_case_event event;
  sl_time now;
  uint8_t alternative;       /* PROPOSE */
  sl_time expires;           /* PROPOSE */
} sl_case_input;

/* A new case, open. */
void sl_case_open(sl_case *out);

/* Step in place. Anything the table does not have is illegal and changes nothing.
 *
 *              OPEN         PROPOSED     ANSWERED     RESOLVED  UNRESOLVED
 *   OPEN       -            -            -            OPEN*     OPEN*
 *   PROPOSE    PROPOSED     -            -            -         -
 *   ACCEPT     -            ANSWERED     -            -         -
 *   DECLINE    -            ANSWERED     -            -         -
 *   COMMIT     -            -            RESOLVED (1) -         -
 *   FAILED     -            OPEN (2)     OPEN (2)     -         -
 *   EXPIRE     -            OPEN (2,3)   OPEN (2,3)   -         -
 *   NOTHING    UNRESOLVED   -            -            -         -
 *   CLEARED    RESOLVED     RESOLVED     RESOLVED     -         RESOLVED
 *   VOID       -            OPEN (2)     OPEN (2)     OPEN*     -
 *   PASSED     UNRESOLVED   UNRESOLVED   UNRESOLVED   -         -
 *
 * (*) a new opening: proposals count from 0 again. (1) only after ACCEPT. (2)
 * UNRESOLVED after the second proposal of this opening. (3) only at or after
 * `expires`; the answer of another that is missing fails the settlement for all.
 *
 * Errors: SL_ERR_STATE (illegal), SL_ERR_EXPIRED (an answer at or after `expires`,
 * or a proposal that expires at or before `now`), SL_ERR_CAP (a third proposal),
 * SL_ERR_RANGE (alternative over 7). Threads: any. Source: L11, L21. */
SL_MUST_USE sl_err sl_case_step(sl_case *step, const sl_case_input *input);

/* "open", "proposed", "answered", "resolved", "unresolved". Static. */
const char *sl_case_state_name(sl_case_state state);

#endif
