/* A simulation of one party's view: what would come from behind the wall comes from a
 * script, and goes through the same entrance. Nothing here runs in a real service. */
#include "service/script.h"

#include "base/assert.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/utm_state.h"
#include "service/wait.h"

sl_err sl_script_judged(sl_service *service, const sl_intent *intent, sl_outcome *out) {
  SL_ASSERT(service->options.script != NULL);
  bool given = service->options.script(service->options.wall_context, intent->owner->side, intent->owner->number,
                                       service->now, &intent->id, out);
  SL_ASSERT(given && out->kind == SL_OUTCOME_JUDGED);
  return SL_OK;
}

static void pass(sl_service *service, sl_member *member, const sl_outcome *outcome) {
  sl_intent *intent = NULL;
  if (outcome->kind == SL_OUTCOME_LINE) {
    SL_ASSERT(outcome->line < service->line_count);
    service->line[outcome->line].machine.state = outcome->line_state;
    service->line[outcome->line].touched = true;
  } else if (outcome->kind != SL_OUTCOME_BUDGET) {
    intent = sl_state_intent(service, member->side, &outcome->intent);
    SL_ASSERT(intent != NULL && intent->owner == member);
  }
  sl_own_take(service, member, intent, outcome);
}

bool sl_script_step(sl_service *service) {
  bool any = false;
  if (!service->options.script) return false;
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    sl_outcome outcome;
    while (service->options.script(service->options.wall_context, member->side, member->number, service->now, NULL,
                                   &outcome)) {
      pass(service, member, &outcome);
      any = true;
    }
  }
  return any;
}

/* The other end is taken to be heard and to have answered: whatever it did stands in
 * the state that was told. */
sl_err sl_script_line(sl_service *service, sl_line_record *line, sl_line_event event, unsigned end, sl_time at) {
  SL_ASSERT(service->options.script != NULL && end < 2);
  sl_line_side *own = &line->machine.side[end];
  bool silent = at.ns - own->last_heartbeat.ns >= 2 * line->effective.heartbeat.ns;
  switch (event) {
    case SL_LINE_SUSPEND: case SL_LINE_RESUME:
      if (own->suspended == (event == SL_LINE_SUSPEND)) return SL_ERR_STATE;
      own->suspended = event == SL_LINE_SUSPEND;
      return SL_OK;
    case SL_LINE_ANSWER:
      return line->machine.state == SL_LINE_DEGRADED && !silent ? SL_OK : SL_ERR_STATE;
    case SL_LINE_FORKED:
      return SL_OK;   /* what it does to the state is given */
    default:
      own->last_heartbeat = at;
      return SL_OK;
  }
}

/* The conditions behind the state are others'; the state itself was told. */
void sl_script_restart(sl_line_record *line, sl_line_state before) {
  line->machine.state = before > SL_LINE_RECOVERING ? before : SL_LINE_RECOVERING;
}

void sl_service_inject(sl_service *service, unsigned side, unsigned party, const sl_outcome *outcome, size_t count) {
  SL_ASSERT(service->options.script != NULL && party < service->member_count);
  sl_member *member = service->member[party];
  SL_ASSERT(member->side == side);
  service->group_error = sl_store_begin(service->store);
  for (size_t i = 0; i < count; i++) pass(service, member, &outcome[i]);
  sl_own_release(service);
  while (sl_utm_turned_step(service)) continue;
  sl_utm_persist_touched(service);
  sl_persist_touched(service);
  sl_group_fail(service, sl_store_commit(service->store));
  SL_ASSERT(!service->group_error);
  sl_wait_serve(service, service->now);
}
