/* The state of a line (L4, L8, L28). The state shown is derived from conditions
 * that are kept on their own, so that leaving the worst one falls back to the next
 * and never past it. An event is tried on a copy: first the clock, then its own
 * rule; an illegal one leaves no trace. Constant work. */
#include "case/line.h"

#include "base/assert.h"

SL_STATIC_ASSERT(SL_LINE_OPEN < SL_LINE_RECOVERING && SL_LINE_RECOVERING < SL_LINE_DEGRADED &&
                   SL_LINE_DEGRADED < SL_LINE_SUSPENDED,
                 "worst is largest");

static bool degraded(const sl_line *line) {
  return !line->side[0].answered || !line->side[1].answered || !line->judged_again;
}

static bool recovering(const sl_line *line) {
  return line->forked || !line->side[0].reported || !line->side[1].reported;
}

static sl_line_state derive(const sl_line *line) {
  if (line->side[0].suspended || line->side[1].suspended) return SL_LINE_SUSPENDED;
  if (degraded(line)) return SL_LINE_DEGRADED;
  return recovering(line) ? SL_LINE_RECOVERING : SL_LINE_OPEN;
}

void sl_line_start(sl_line *line, sl_time now, bool recover) {
  SL_ASSERT(line != NULL);
  sl_line_side side = {.last_heartbeat = now, .reported = !recover, .answered = true};
  *line = (sl_line){.judged_again = true, .side = {side, side}};
  line->state = derive(line);
  SL_ASSERT(line->state == (recover ? SL_LINE_RECOVERING : SL_LINE_OPEN));
}

void sl_line_restart(sl_line *line, sl_time now) {
  SL_ASSERT(line != NULL);
  for (unsigned i = 0; i < 2; i++) {
    line->side[i].reported = false;
    line->side[i].last_heartbeat = now;
  }
  line->state = derive(line);
  SL_ASSERT(line->state != SL_LINE_OPEN);
}

/* Two intervals without a heartbeat. The difference of two times of which the later
 * comes first never overflows for accepted times; outside of them it saturates. */
static bool silent(const sl_line_side *side, sl_time now, sl_dur interval) {
  int64_t last = side->last_heartbeat.ns;
  if (now.ns <= last) return false;
  uint64_t passed = (uint64_t)now.ns - (uint64_t)last;
  return passed / 2 >= (uint64_t)interval.ns;
}

/* What the clock alone does. `heard`: the side whose heartbeat comes with it (2: none). */
static void pass_time(sl_line *line, unsigned heard, sl_time now, sl_dur interval) {
  for (unsigned i = 0; i < 2; i++) {
    sl_line_side *side = &line->side[i];
    if (now.ns < side->last_heartbeat.ns) side->last_heartbeat = now;
    bool late = silent(side, now, interval);
    if (late && i == heard) {
      /* In time at the very instant, late after it. */
      late = (uint64_t)now.ns - (uint64_t)side->last_heartbeat.ns > 2 * (uint64_t)interval.ns;
    }
    if (!late) continue;
    if (!degraded(line)) line->side[1 - i].answered = false;
    side->answered = false;
    line->judged_again = false;
  }
}

static sl_err heartbeat(sl_line *line, unsigned side, sl_time now, bool forked) {
  line->side[side].last_heartbeat = now;
  line->side[side].reported = true;
  if (forked) line->forked = true;
  return SL_OK;
}

static sl_err answer(sl_line *line, unsigned side, sl_time now, sl_dur interval) {
  if (derive(line) != SL_LINE_DEGRADED || silent(&line->side[side], now, interval)) return SL_ERR_STATE;
  line->side[side].answered = true;
  line->judged_again = false;
  return SL_OK;
}

static sl_err give_word(sl_line *line, unsigned side, bool suspend) {
  if (line->side[side].suspended == suspend) return SL_ERR_STATE;
  line->side[side].suspended = suspend;
  return SL_OK;
}

static sl_err judged(sl_line *line) {
  bool both = line->side[0].answered && line->side[1].answered;
  if (derive(line) != SL_LINE_DEGRADED || !both) return SL_ERR_STATE;
  line->judged_again = true;
  return SL_OK;
}

static sl_err affirmed(sl_line *line) {
  bool both = line->side[0].reported && line->side[1].reported;
  if (!line->forked || !both) return SL_ERR_STATE;
  line->forked = false;
  return SL_OK;
}

static sl_err apply(sl_line *line, sl_line_event event, unsigned side, sl_time now, sl_dur interval) {
  switch (event) {
    case SL_LINE_HEARTBEAT: return heartbeat(line, side, now, false);
    case SL_LINE_HEARTBEAT_FORKED: return heartbeat(line, side, now, true);
    case SL_LINE_HEARD:
      line->side[side].last_heartbeat = now;
      return SL_OK;
    case SL_LINE_ANSWER: return answer(line, side, now, interval);
    case SL_LINE_SUSPEND: return give_word(line, side, true);
    case SL_LINE_RESUME: return give_word(line, side, false);
    case SL_LINE_JUDGED: return judged(line);
    case SL_LINE_AFFIRMED: return affirmed(line);
    case SL_LINE_TIME: return SL_OK;
    case SL_LINE_FORKED:
      line->forked = true;
      return SL_OK;
  }
  return SL_ERR_RANGE;
}

sl_err sl_line_step(sl_line *line, sl_line_event event, unsigned side, sl_time now, sl_dur interval) {
  SL_ASSERT(line != NULL);
  if (side > 1 || interval.ns <= 0) return SL_ERR_RANGE;
  sl_line next = *line;
  bool beat = event == SL_LINE_HEARTBEAT || event == SL_LINE_HEARTBEAT_FORKED || event == SL_LINE_HEARD;
  pass_time(&next, beat ? side : 2, now, interval);
  sl_err err = apply(&next, event, side, now, interval);
  if (err != SL_OK) return err;
  next.state = derive(&next);
  *line = next;
  return SL_OK;
}

sl_line_state sl_line_read(const sl_line *line, sl_time now, sl_dur interval) {
  SL_ASSERT(line != NULL);
  if (interval.ns <= 0) return SL_LINE_SUSPENDED;
  sl_line next = *line;
  pass_time(&next, 2, now, interval);
  return derive(&next);
}

const char *sl_line_state_name(sl_line_state state) {
  switch (state) {
    case SL_LINE_OPEN: return "OPEN";
    case SL_LINE_RECOVERING: return "RECOVERING";
    case SL_LINE_DEGRADED: return "DEGRADED";
    case SL_LINE_SUSPENDED: return "SUSPENDED";
  }
  return "SUSPENDED";
}
