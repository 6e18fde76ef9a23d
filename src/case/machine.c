/* The case of one own intent (L11, L21). The table of machine.h as data: for every
 * event, the states it is legal in; what it does is one small function each. */
#include "case/machine.h"

#include <stddef.h>

#include "base/assert.h"

#define IN(state) (1u << (state))
#define OFFERED (IN(SL_CASE_PROPOSED) | IN(SL_CASE_ANSWERED))
#define LIVE (IN(SL_CASE_OPEN) | OFFERED)
#define ALTERNATIVE_LAST 7u

void sl_case_open(sl_case *out) {
  SL_ASSERT(out != NULL);
  *out = (sl_case){.state = SL_CASE_OPEN};
}

static sl_err reopen(sl_case *step, const sl_case_input *input) {
  (void)input;
  sl_case_open(step);
  return SL_OK;
}

static sl_err propose(sl_case *step, const sl_case_input *input) {
  if (input->alternative > ALTERNATIVE_LAST) return SL_ERR_RANGE;
  if (input->expires.ns <= input->now.ns) return SL_ERR_EXPIRED;
  if (step->proposals >= SL_CASE_PROPOSALS_MAX) return SL_ERR_CAP;
  *step = (sl_case){.state = SL_CASE_PROPOSED, .proposals = (uint8_t)(step->proposals + 1),
                    .answer = SL_ANSWER_NONE, .alternative = input->alternative, .expires = input->expires};
  return SL_OK;
}

static sl_err answer(sl_case *step, const sl_case_input *input) {
  if (input->now.ns >= step->expires.ns) return SL_ERR_EXPIRED;
  step->answer = input->event == SL_CASE_EV_ACCEPT ? SL_ANSWER_ACCEPT : SL_ANSWER_DECLINE;
  step->state = SL_CASE_ANSWERED;
  return SL_OK;
}

/* The proposal is gone; the count of them stays with this opening. */
static void close_as(sl_case *step, sl_case_state state) {
  *step = (sl_case){.state = state, .proposals = step->proposals};
}

static sl_err commit(sl_case *step, const sl_case_input *input) {
  (void)input;
  if (step->answer != SL_ANSWER_ACCEPT) return SL_ERR_STATE;
  close_as(step, SL_CASE_RESOLVED);
  return SL_OK;
}

static sl_err fail(sl_case *step, const sl_case_input *input) {
  (void)input;
  close_as(step, step->proposals < SL_CASE_PROPOSALS_MAX ? SL_CASE_OPEN : SL_CASE_UNRESOLVED);
  return SL_OK;
}

static sl_err expire(sl_case *step, const sl_case_input *input) {
  return input->now.ns < step->expires.ns ? SL_ERR_STATE : fail(step, input);
}

/* A settled case is opened anew; a proposal that is still out is lost like a failed one. */
static sl_err annul(sl_case *step, const sl_case_input *input) {
  return step->state == SL_CASE_RESOLVED ? reopen(step, input) : fail(step, input);
}

static sl_err give_up(sl_case *step, const sl_case_input *input) {
  (void)input;
  close_as(step, SL_CASE_UNRESOLVED);
  return SL_OK;
}

static sl_err clear(sl_case *step, const sl_case_input *input) {
  (void)input;
  close_as(step, SL_CASE_RESOLVED);
  return SL_OK;
}

typedef struct rule {
  unsigned legal;   /* mask of states */
  sl_err (*act)(sl_case *step, const sl_case_input *input);
} rule;

static const rule RULES[] = {
  [SL_CASE_EV_OPEN] = {IN(SL_CASE_RESOLVED) | IN(SL_CASE_UNRESOLVED), reopen},
  [SL_CASE_EV_PROPOSE] = {IN(SL_CASE_OPEN), propose},
  [SL_CASE_EV_ACCEPT] = {IN(SL_CASE_PROPOSED), answer},
  [SL_CASE_EV_DECLINE] = {IN(SL_CASE_PROPOSED), answer},
  [SL_CASE_EV_COMMIT] = {IN(SL_CASE_ANSWERED), commit},
  [SL_CASE_EV_FAILED] = {OFFERED, fail},
  [SL_CASE_EV_EXPIRE] = {OFFERED, expire},
  [SL_CASE_EV_NOTHING] = {IN(SL_CASE_OPEN), give_up},
  [SL_CASE_EV_CLEARED] = {LIVE | IN(SL_CASE_UNRESOLVED), clear},
  [SL_CASE_EV_VOID] = {OFFERED | IN(SL_CASE_RESOLVED), annul},
  [SL_CASE_EV_PASSED] = {LIVE, give_up},
};

sl_err sl_case_step(sl_case *step, const sl_case_input *input) {
  SL_ASSERT(step != NULL && input != NULL);
  unsigned state = (unsigned)step->state;
  unsigned event = (unsigned)input->event;
  if (state < SL_CASE_OPEN || state > SL_CASE_UNRESOLVED) return SL_ERR_STATE;
  if (event < SL_CASE_EV_OPEN || event > SL_CASE_EV_PASSED) return SL_ERR_STATE;
  const rule *of = &RULES[event];
  SL_ASSERT(of->act != NULL);
  if (!(of->legal & IN(state))) return SL_ERR_STATE;
  return of->act(step, input);
}

const char *sl_case_state_name(sl_case_state state) {
  switch (state) {
    case SL_CASE_OPEN: return "open";
    case SL_CASE_PROPOSED: return "proposed";
    case SL_CASE_ANSWERED: return "answered";
    case SL_CASE_RESOLVED: return "resolved";
    case SL_CASE_UNRESOLVED: return "unresolved";
  }
  return "open";
}
