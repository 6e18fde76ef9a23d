/* From what was judged to what is shown (L3 to L7). CLEAR is the result of a chain
 * in which every link must say so; whatever does not is UNDECIDED. Constant work,
 * no state: the standing is the caller's. */
#include "case/verdict.h"

#include <string.h>

#include "base/assert.h"

SL_STATIC_ASSERT(SL_CLEAR < SL_UNDECIDED && SL_UNDECIDED < SL_CONFLICT, "worst is largest (L4)");
SL_STATIC_ASSERT(SL_VERDICT_NONE == 0, "cleared memory is no verdict");

/* time + dur, kept within what int64_t holds. */
static int64_t later(sl_time time, int64_t by) {
  if (by > 0 && time.ns > INT64_MAX - by) return INT64_MAX;
  if (by < 0 && time.ns < INT64_MIN - by) return INT64_MIN;
  return time.ns + by;
}

/* The worst of what was judged and what is still announced; a value that is no
 * verdict counts as doubt, and no announcement as none. */
static sl_verdict worst(sl_verdict judged, sl_verdict announced) {
  if (judged == SL_CONFLICT || announced == SL_CONFLICT) return SL_CONFLICT;
  bool clear = judged == SL_CLEAR && (announced == SL_CLEAR || announced == SL_VERDICT_NONE);
  return clear ? SL_CLEAR : SL_UNDECIDED;
}

/* The instant from which a CLEAR would be about a plan that no longer holds. */
static int64_t lapse(const sl_standing *standing) {
  int64_t end = standing->window.end.ns;
  if (standing->pending_until.ns != 0 && standing->pending_until.ns < end) end = standing->pending_until.ns;
  if (standing->state != SL_INTENT_ACCEPTED) return end;
  int64_t tolerated = later(standing->window.start, standing->start_tolerance.ns);
  return tolerated < end ? tolerated : end;
}

static int64_t lease(const sl_standing *standing) {
  bool planned = standing->state == SL_INTENT_ACCEPTED;
  int64_t agreed = planned ? standing->lease_planned.ns : standing->lease_activated.ns;
  if (agreed > 0) return agreed;
  return planned ? SL_LEASE_PLANNED_NS : SL_LEASE_ACTIVATED_NS;
}

/* The first reason that stands against CLEAR, or NONE. */
static sl_reason objection(const sl_standing *standing, sl_time now) {
  if (!standing->covered) return SL_REASON_COVERAGE;
  if (now.ns >= lapse(standing)) return SL_REASON_LAPSED;
  if (!standing->clock_good) return SL_REASON_CLOCK;
  if (standing->line != SL_LINE_OPEN) return SL_REASON_LINE;
  if (!standing->paid) return SL_REASON_BUDGET;
  if (!standing->paced) return SL_REASON_PACE;
  return SL_REASON_NONE;
}

static bool sound(const sl_standing *standing) {
  bool known = standing->state >= SL_INTENT_ACCEPTED && standing->state <= SL_INTENT_ENDED;
  return known && standing->window.start.ns < standing->window.end.ns;
}

sl_shown sl_verdict_show(const sl_standing *standing, sl_time now) {
  SL_ASSERT(standing != NULL);
  sl_shown shown = {worst(standing->judged, standing->announced), SL_REASON_NONE, now, now};
  if (shown.verdict != SL_CLEAR) return shown;
  if (!sound(standing)) {
    shown.verdict = SL_UNDECIDED;
    return shown;
  }
  shown.reason = objection(standing, now);
  if (shown.reason != SL_REASON_NONE) {
    shown.verdict = SL_UNDECIDED;
    return shown;
  }
  int64_t until = later(now, lease(standing));
  int64_t end = lapse(standing);
  shown.valid_until.ns = until < end ? until : end;
  SL_ASSERT(shown.valid_until.ns > now.ns);
  return shown;
}

sl_verdict sl_verdict_read(const sl_shown *shown, sl_time now) {
  SL_ASSERT(shown != NULL);
  if (shown->verdict == SL_CONFLICT) return SL_CONFLICT;
  bool leased = shown->as_of.ns <= now.ns && now.ns < shown->valid_until.ns;
  return shown->verdict == SL_CLEAR && shown->reason == SL_REASON_NONE && leased ? SL_CLEAR : SL_UNDECIDED;
}

#define BIT(state) (1u << (state))

/* By the state before (0: a new intent): the states that may follow, as a mask. */
static const unsigned FOLLOWS[] = {
  [0] = BIT(SL_INTENT_ACCEPTED) | BIT(SL_INTENT_ACTIVATED) | BIT(SL_INTENT_NONCONFORMING) | BIT(SL_INTENT_CONTINGENT),
  [SL_INTENT_ACCEPTED] = BIT(SL_INTENT_ACCEPTED) | BIT(SL_INTENT_ACTIVATED) | BIT(SL_INTENT_NONCONFORMING) |
                         BIT(SL_INTENT_CONTINGENT) | BIT(SL_INTENT_ENDED),
  [SL_INTENT_ACTIVATED] = BIT(SL_INTENT_ACTIVATED) | BIT(SL_INTENT_NONCONFORMING) | BIT(SL_INTENT_CONTINGENT) |
                          BIT(SL_INTENT_ENDED),
  [SL_INTENT_NONCONFORMING] = BIT(SL_INTENT_ACTIVATED) | BIT(SL_INTENT_NONCONFORMING) | BIT(SL_INTENT_CONTINGENT) |
                              BIT(SL_INTENT_ENDED),
  [SL_INTENT_CONTINGENT] = BIT(SL_INTENT_CONTINGENT) | BIT(SL_INTENT_ENDED),
  [SL_INTENT_ENDED] = 0,
};

sl_err sl_intent_step(sl_intent_state from, sl_intent_state to) {
  unsigned before = (unsigned)from;
  unsigned after = (unsigned)to;
  if (before > SL_INTENT_ENDED || after > SL_INTENT_ENDED) return SL_ERR_STATE;
  return FOLLOWS[before] & BIT(after) ? SL_OK : SL_ERR_STATE;
}

bool sl_intent_urgent(sl_intent_state state) {
  return state == SL_INTENT_NONCONFORMING || state == SL_INTENT_CONTINGENT;
}

const char *sl_verdict_name(sl_verdict verdict) {
  switch (verdict) {
    case SL_CLEAR: return "CLEAR";
    case SL_CONFLICT: return "CONFLICT";
    case SL_UNDECIDED:
    case SL_VERDICT_NONE: break;
  }
  return "UNDECIDED";
}

static const char *undecided_text(sl_reason reason) {
  switch (reason) {
    case SL_REASON_COVERAGE: return "not decided: the plan is not wholly within what both sides file completely";
    case SL_REASON_BUDGET: return "not decided: this period's budget is used up; the plan stands and protects";
    case SL_REASON_PACE: return "not decided: amended again too soon; the plan stands and protects";
    case SL_REASON_CLOCK: return "not decided: your clock and the server's are too far apart";
    case SL_REASON_LINE: return "not decided: the line is not open";
    case SL_REASON_LAPSED: return "not decided: the plan is past its start tolerance or its window; amend it";
    case SL_REASON_EXERCISE:
    case SL_REASON_NONE: break;
  }
  return "not decided: treat it as a conflict until it is";
}

const char *sl_verdict_text(sl_verdict verdict, sl_reason reason) {
  if (verdict == SL_CLEAR) return "no conflict among the plans filed on this line";
  if (verdict == SL_CONFLICT) return "conflict in the granules given; you must give way or replan";
  return undecided_text(reason);
}

const char *sl_reason_name(sl_reason reason) {
  switch (reason) {
    case SL_REASON_COVERAGE: return "coverage";
    case SL_REASON_BUDGET: return "budget";
    case SL_REASON_PACE: return "pace";
    case SL_REASON_CLOCK: return "clock";
    case SL_REASON_LINE: return "line";
    case SL_REASON_LAPSED: return "lapsed";
    case SL_REASON_EXERCISE: return "exercise";
    case SL_REASON_NONE: break;
  }
  return NULL;
}

static const char *const STATE_NAME[] = {
  [0] = "Unknown",
  [SL_INTENT_ACCEPTED] = "Accepted",
  [SL_INTENT_ACTIVATED] = "Activated",
  [SL_INTENT_NONCONFORMING] = "Nonconforming",
  [SL_INTENT_CONTINGENT] = "Contingent",
  [SL_INTENT_ENDED] = "Ended",
};

const char *sl_intent_state_name(sl_intent_state state) {
  unsigned index = (unsigned)state;
  return STATE_NAME[index <= SL_INTENT_ENDED ? index : 0];
}

sl_err sl_intent_state_read(sl_intent_state *out, const char *name) {
  SL_ASSERT(out != NULL && name != NULL);
  for (unsigned i = SL_INTENT_ACCEPTED; i <= SL_INTENT_ENDED; i++) {
    if (strcmp(name, STATE_NAME[i]) == 0) {
      *out = (sl_intent_state)i;
      return SL_OK;
    }
  }
  return SL_ERR_UNKNOWN;
}
