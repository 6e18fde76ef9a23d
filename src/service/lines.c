/* The lines by the clock. Rounds are aligned to the clock: their ends are multiples
 * of the round's length, so that they tell nothing of what happened. */
#include "service/lines.h"

#include "base/assert.h"
#include "service/across.h"
#include "service/deal.h"
#include "service/logbook.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/script.h"
#include "service/utm_state.h"

/* Every party of both sides, in its own words: the state of the line. */
static void tell_state(sl_service *service, unsigned which) {
  sl_line_record *line = &service->line[which];
  if (line->machine.state == line->told || service->options.script) return;
  line->told = line->machine.state;
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    if (member->side != line->side[0] && member->side != line->side[1]) continue;
    sl_outcome outcome = {.kind = SL_OUTCOME_LINE, .line = (uint8_t)which, .line_state = line->machine.state};
    sl_wall_pass(service, member, NULL, &outcome);
  }
}

/* L28: left only when both have answered and live intents were judged again. */
static void judge_again(sl_service *service, sl_line_record *line, sl_time at) {
  bool both = line->machine.side[0].answered && line->machine.side[1].answered;
  if (line->machine.state != SL_LINE_DEGRADED || !both) return;
  sl_err err = sl_across_again(service, line);
  sl_group_fail(service, err);
  if (!err) err = sl_line_step(&line->machine, SL_LINE_JUDGED, 0, at, line->effective.heartbeat);
  if (err && err != SL_ERR_STATE) sl_group_fail(service, err);
}

/* L8: a side holds a roll-up that this store does not: it was restored, and what was
 * filed or changed since is missing. Each live intent is to be affirmed again. */
static void fork_open(sl_service *service, unsigned which) {
  sl_line_record *line = &service->line[which];
  line->complete[0] = line->complete[1] = false;
  for (size_t i = 0; i < service->slot_count; i++) {
    sl_intent *intent = service->slot[i];
    bool of = intent && (intent->owner->side == line->side[0] || intent->owner->side == line->side[1]);
    if (!of || !intent->live || (intent->inner.unaffirmed >> which & 1)) continue;
    intent->inner.unaffirmed |= UINT32_C(1) << which;
    line->unaffirmed++;
    sl_persist_standing(service, intent);
  }
}

static void fork_close(sl_service *service, unsigned which) {
  sl_line_record *line = &service->line[which];
  bool all = line->machine.forked && line->unaffirmed == 0 && line->complete[0] && line->complete[1];
  if (!all) return;
  sl_err err = sl_line_step(&line->machine, SL_LINE_AFFIRMED, 0, service->now, line->effective.heartbeat);
  if (err) return;   /* a side has not reported since the start: its heartbeat comes back here */
  line->touched = true;
  tell_state(service, which);
}

void sl_lines_affirmed(sl_service *service, sl_intent *intent) {
  sl_script_step(service);   /* in a simulation the line's state is an outcome, given here */
  for (unsigned i = 0; i < service->line_count && intent->inner.unaffirmed; i++) {
    if (!(intent->inner.unaffirmed >> i & 1)) continue;
    intent->inner.unaffirmed &= ~(UINT32_C(1) << i);
    SL_ASSERT(service->line[i].unaffirmed > 0);
    service->line[i].unaffirmed--;
    fork_close(service, i);
  }
}

sl_err sl_lines_step(sl_service *service, unsigned which, sl_line_event event, unsigned side, sl_time at) {
  SL_ASSERT(which < service->line_count);
  sl_line_record *line = &service->line[which];
  if (!line->in_force) return SL_ERR_STATE;
  unsigned end = line->side[1] == side;
  if (service->options.script) {
    sl_err said = sl_script_line(service, line, event, end, at);
    if (!said) sl_script_step(service);
    return said;
  }
  bool forked = line->machine.forked, complete = forked && event == SL_LINE_ANSWER;
  sl_err err = sl_line_step(&line->machine, event, end, at, line->effective.heartbeat);
  if (err && !(err == SL_ERR_STATE && complete)) return err;
  if (complete) line->complete[end] = true;
  if (line->machine.forked && !forked) fork_open(service, which);
  judge_again(service, line, at);
  line->touched = true;
  fork_close(service, which);
  tell_state(service, which);
  return SL_OK;
}

static void round_align(sl_line_record *line, sl_time now) {
  int64_t length = line->effective.round.ns;
  line->next_round.ns = (now.ns / length + 1) * length;
  line->round_prepared = false;
}

/* L1: the larger of old and new minima between signature and start; at the start all
 * live pairs are judged again in the commit that makes it effective. A line that begins
 * for the first time in a store that came back is heard first, as any other (L8). */
static sl_err start_next(sl_service *service, unsigned which) {
  sl_line_record *line = &service->line[which];
  bool first = !line->in_force;
  bool other_lists = memcmp(line->now.lattice, line->next.lattice, sizeof line->now.lattice) != 0;
  if (!first && other_lists) sl_deal_void(service, which);
  pthread_rwlock_wrlock(&service->directory_lock);
  sl_line_enforce(line);
  if (first) sl_line_start(&line->machine, service->now, service->restarted);
  pthread_rwlock_unlock(&service->directory_lock);
  if (first) line->told = line->machine.state;
  round_align(line, service->now);
  if (which == 0) {   /* ticks have their new length from here on, not only after one more of the old */
    int64_t length = sl_rollup_length(service), next = (service->now.ns / length + 1) * length;
    if (next < service->rollup_next.ns) service->rollup_next.ns = next;
  }
  line->touched = true;
  sl_err err = sl_across_again(service, line);
  if (err) return err;
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    if (member->side != line->side[0] && member->side != line->side[1]) continue;
    /* L17: who was enrolled before has the activity that this one declares, as who comes later. */
    if (&line->effective == sl_state_agreement(service, member->side)) {
      sl_budget_declare(&member->budget, line->now.budget_declared, service->now);
      member->touched = true;
    }
    sl_view_event event = {.kind = SL_EVENT_AGREEMENT};
    event.as.agreement.line = sl_str_from(line->now.line);
    event.as.agreement.number = line->now.number;
    event.as.agreement.status = SL_RECORD_EFFECTIVE;
    sl_own_event(service, member, &event);
    sl_utm_turned(service, member);
  }
  return SL_OK;
}

static sl_err line_new(sl_service *service, const sl_agreement *agreement, sl_line_record **out) {
  unsigned side[2];
  for (int i = 0; i < 2; i++) {
    sl_err err = sl_state_side(service, sl_str_from(agreement->side[i]), &side[i]);
    if (err) return err;
  }
  if (sl_state_line(service, side[0], side[1], NULL)) return SL_ERR_STATE;
  if (service->line_count == SL_LINES_MAX) return SL_ERR_CAP;
  sl_line_record *line = &service->line[service->line_count++];
  *line = (sl_line_record){.side = {(uint16_t)side[0], (uint16_t)side[1]}};
  line->now = line->effective = *agreement;
  *out = line;
  return SL_OK;
}

sl_err sl_lines_agree(sl_service *service, const sl_agreement *agreement, bool restarting) {
  sl_line_record *line = NULL;
  for (size_t i = 0; i < service->line_count; i++) {
    if (strcmp(service->line[i].now.line, agreement->line) == 0) line = &service->line[i];
  }
  sl_err err = SL_OK;
  if (!restarting) pthread_rwlock_wrlock(&service->directory_lock);
  if (!line) {
    err = line_new(service, agreement, &line);
  } else {
    /* Two were taken, so the first had begun. */
    if (restarting && line->has_next) sl_line_enforce(line);
    uint32_t newest = line->has_next ? line->next.number : line->now.number;
    if (agreement->number <= newest) err = SL_ERR_STALE;
    else if (line->has_next) err = SL_ERR_STATE;
    else if (line->in_force) err = sl_agreement_larger(&line->effective, &line->now, agreement);
  }
  if (!err) {
    line->next = *agreement;
    line->next_record = service->records + 1;
    line->has_next = true;
  }
  if (!restarting) pthread_rwlock_unlock(&service->directory_lock);
  if (err || restarting || !line->in_force) return err;
  /* What fails from here on has changed the line: nothing of the group may stand. */
  err = sl_across_again(service, line);
  sl_group_fail(service, err);
  return err;
}

void sl_lines_clock(sl_service *service) {
  for (unsigned i = 0; i < service->line_count; i++) {
    sl_line_record *line = &service->line[i];
    if (line->has_next && line->next.valid_from.ns <= service->now.ns) sl_group_fail(service, start_next(service, i));
    if (!line->in_force || service->options.script) continue;
    if (sl_line_read(&line->machine, service->now, line->effective.heartbeat) == line->machine.state) continue;
    sl_err err = sl_line_step(&line->machine, SL_LINE_TIME, 0, service->now, line->effective.heartbeat);
    SL_ASSERT(err == SL_OK);
    line->touched = true;
    tell_state(service, i);
  }
}

void sl_lines_round(sl_service *service, unsigned which) {
  sl_line_record *line = &service->line[which];
  service->counts.rounds++;
  sl_deal_conclude(service, which);
  sl_group_fail(service, sl_across_announce(service, line));
  sl_deal_propose(service, which);
  round_align(line, service->now);
}

void sl_lines_align(sl_service *service) {
  for (size_t i = 0; i < service->line_count; i++) {
    if (service->line[i].in_force) round_align(&service->line[i], service->now);
  }
}

/* Clusters are listed in the second half of a round, a minute before its end at the most. */
static int64_t lead_of(const sl_line_record *line) {
  int64_t half = line->effective.round.ns / 2;
  return half < 60 * SL_NS_PER_S ? half : 60 * SL_NS_PER_S;
}

sl_time sl_lines_due(const sl_service *service) {
  sl_time due = {INT64_MAX};
  for (unsigned i = 0; i < service->line_count; i++) {
    const sl_line_record *line = &service->line[i];
    if (line->has_next && line->next.valid_from.ns < due.ns) due = line->next.valid_from;
    if (!line->in_force) continue;
    sl_time at = line->next_round;
    if (!line->round_prepared) at.ns -= lead_of(line);
    if (at.ns < due.ns) due = at;
    for (int k = 0; k < 2; k++) {
      int64_t silent = line->machine.side[k].last_heartbeat.ns + 2 * line->effective.heartbeat.ns + 1;
      bool counted = line->machine.state == SL_LINE_OPEN || line->machine.state == SL_LINE_RECOVERING;
      if (counted && silent > service->now.ns && silent < due.ns) due.ns = silent;
    }
  }
  return due;
}
