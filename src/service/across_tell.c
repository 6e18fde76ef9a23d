/* What passes the wall of L12: an intent's links as an outcome of granules of its own
 * plan, and who is due to be told of what. Behind the wall up to sl_wall_pass(). */
#include "service/across_part.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/clock.h"
#include "service/deal.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/script.h"

void sl_wall_pass(sl_service *service, sl_member *member, sl_intent *intent, const sl_outcome *outcome) {
  if (service->options.tap) {
    service->options.tap(service->options.wall_context, member->side, member->number, service->now, outcome);
  }
  sl_own_take(service, member, intent, outcome);
}

/* The coarsest of the side's lines, whichever of them a conflict is on: that is not the
 * party's to learn (L12). */
static sl_granule_size granule_of(const sl_service *service, unsigned side, sl_class class_of) {
  sl_granule_size size = {.time = {0}};
  for (size_t i = 0; i < service->line_count; i++) {
    const sl_line_record *line = &service->line[i];
    if (!line->in_force || (line->side[0] != side && line->side[1] != side)) continue;
    const sl_granule_size *its = &line->effective.granule[class_of];
    if (its->lateral.mm > size.lateral.mm) size.lateral = its->lateral;
    if (its->vertical_w84.mm > size.vertical_w84.mm) size.vertical_w84 = its->vertical_w84;
    if (its->vertical_ft > size.vertical_ft) size.vertical_ft = its->vertical_ft;
    if (its->time.ns > size.time.ns) size.time = its->time;
  }
  return size;
}

/* The granules of what the links of an intent touch. */
static sl_err granules_of(sl_service *service, sl_intent *intent, sl_granule_set *out) {
  size_t room = 0;
  for (uint32_t i = 0; i < intent->inner.link_count; i++) room += intent->inner.link[i].other->object_count;
  sl_counterpart *other = malloc((room ? room : 1) * sizeof *other);
  if (!other) return SL_ERR_NOMEM;
  size_t count = 0;
  for (uint32_t i = 0; i < intent->inner.link_count; i++) {
    const sl_link *link = &intent->inner.link[i];
    sl_minima minima;
    if (!sl_across_agreed(service, intent, link->other, &minima, NULL)) continue;
    minima.grow.ns += link->clocks * SL_CLOCK_GROW_NS;
    for (uint32_t k = 0; k < link->other->object_count; k++) {
      other[count++] = (sl_counterpart){link->other->object[k], minima};
    }
  }
  sl_err err = SL_OK;
  const sl_prepared *const *own = (const sl_prepared *const *)intent->object;
  if (count > 0) {
    const sl_granule_size size = granule_of(service, intent->owner->side, intent->owner->class_of);
    err = sl_granules_told(out, own, intent->object_count, other, count, &size);
  } else {
    sl_granules_all(out, own, intent->object_count);
  }
  free(other);
  return err;
}

sl_err sl_across_outcome(sl_service *service, sl_intent *intent, sl_outcome_kind kind, sl_outcome *out) {
  *out = (sl_outcome){.kind = kind, .intent = intent->id, .verdict = intent->inner.judged};
  if (out->verdict == SL_CLEAR) return SL_OK;
  sl_err err = granules_of(service, intent, &out->granules);
  if (SL_PLANTED(SL_PLANT_GRANULE_EXACT)) out->granules.granule[0].window = intent->inner.link[0].window;
  return err;
}

/* Nothing is owed beyond what stands. */
static void owed_paid(sl_service *service, sl_intent *intent) {
  intent->inner.owed = intent->inner.judged;
  if (!intent->inner.noted) return;
  sl_persist_owed(service, intent, false);
  intent->inner.noted = false;
}

static sl_err tell(sl_service *service, sl_intent *intent, bool urgent) {
  sl_outcome outcome;
  if (intent->inner.owed > intent->inner.judged && intent->inner.owed > intent->own.told) {
    /* Presence was shown to another since: this party is told of it too (L14), as coarsely as can be. */
    outcome = (sl_outcome){.kind = SL_OUTCOME_TOLD, .intent = intent->id, .verdict = intent->inner.owed, .urgent = urgent};
    sl_granules_all(&outcome.granules, (const sl_prepared *const *)intent->object, intent->object_count);
    sl_wall_pass(service, intent->owner, intent, &outcome);
  }
  sl_err err = sl_across_outcome(service, intent, SL_OUTCOME_TOLD, &outcome);
  if (err) return err;
  outcome.urgent = urgent;
  sl_wall_pass(service, intent->owner, intent, &outcome);
  owed_paid(service, intent);
  return SL_OK;
}

sl_err sl_across_list(sl_service *service, sl_intent *intent) {
  if (intent->inner.dirty_at) return SL_OK;
  if (service->dirty_count == service->dirty_room) {
    size_t room = service->dirty_room ? service->dirty_room * 2 : 64;
    sl_intent **grown = realloc(service->dirty, room * sizeof(sl_intent *));
    if (!grown) return SL_ERR_NOMEM;
    service->dirty = grown;
    service->dirty_room = room;
  }
  service->dirty[service->dirty_count++] = intent;
  intent->inner.dirty_at = (uint32_t)service->dirty_count;
  return SL_OK;
}

static void dirty_forget(sl_service *service, sl_intent *intent) {
  if (!intent->inner.dirty_at) return;
  size_t at = intent->inner.dirty_at - 1;
  SL_ASSERT(at < service->dirty_count && service->dirty[at] == intent);
  sl_intent *last = service->dirty[--service->dirty_count];
  service->dirty[at] = last;
  last->inner.dirty_at = (uint32_t)at + 1;
  intent->inner.dirty_at = 0;
}

sl_err sl_across_changed(sl_service *service, sl_intent *intent) {
  intent->inner.judged = sl_across_worst(intent);
  if (intent->inner.judged > intent->inner.owed) intent->inner.owed = intent->inner.judged;
  if (SL_PLANTED(SL_PLANT_ONE_SIDED)) return SL_OK;
  if (intent->inner.owed > intent->own.told) {
    sl_persist_owed(service, intent, true);
    intent->inner.noted = true;
  }
  return sl_across_list(service, intent);
}

sl_err sl_across_worsened(sl_service *service, sl_intent *intent, bool urgent) {
  sl_err err = sl_across_changed(service, intent);
  if (err || SL_PLANTED(SL_PLANT_URGENT_WAITS)) return err;
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  bool soon = agreement && intent->own.window.start.ns - service->now.ns < agreement->urgent_lead.ns;
  bool airborne = intent->own.state != SL_INTENT_ACCEPTED;
  bool now = urgent || soon || airborne || SL_PLANTED(SL_PLANT_EARLY_EVENT);
  /* A contingency is told at once also where something stood already: its granules may be others (L7). */
  bool still = urgent && intent->inner.judged == intent->own.told;
  if (!still && (intent->inner.judged <= intent->own.told || !now)) return SL_OK;
  dirty_forget(service, intent);
  return tell(service, intent, true);
}

void sl_across_heard(sl_service *service, sl_intent *intent) {
  bool waiting = intent->inner.owed > intent->inner.judged && intent->inner.owed > intent->own.told;
  if (waiting && !SL_PLANTED(SL_PLANT_OWED_FORGOTTEN)) return;
  owed_paid(service, intent);
  dirty_forget(service, intent);
}

sl_err sl_across_poll(sl_service *service, sl_intent *intent, sl_outcome *out) {
  if (service->options.script) return sl_script_judged(service, intent, out);
  bool better = SL_PLANTED(SL_PLANT_CLEAR_ON_POLL) && intent->inner.judged != intent->own.told;
  if (intent->inner.judged > intent->own.told || better) return sl_across_outcome(service, intent, SL_OUTCOME_JUDGED, out);
  *out = (sl_outcome){.kind = SL_OUTCOME_JUDGED, .intent = intent->id, .verdict = intent->own.told};
  if (intent->own.granules) out->granules = *intent->own.granules;
  return SL_OK;
}

sl_err sl_across_announce(sl_service *service, const sl_line_record *line) {
  /* Passing an outcome never adds to the dirty list before the walk, so one backward walk sees all. */
  for (size_t i = service->dirty_count; i-- > 0;) {
    sl_intent *intent = service->dirty[i];
    unsigned side = intent->owner->side;
    if (side != line->side[0] && side != line->side[1]) continue;
    dirty_forget(service, intent);
    bool again = sl_deal_reopen(service, intent);
    sl_err err = tell(service, intent, false);
    if (!err && again) err = sl_across_list(service, intent);   /* behind the walk: for the next round */
    if (err) return err;
  }
  return SL_OK;
}
