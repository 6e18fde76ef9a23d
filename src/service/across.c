/* Judging across lines. Every intent keeps its links: the pairs that are not CLEAR,
 * held at both ends, so that taking one end away needs no new judgement of the
 * other. Expected: a handful of links for the few intents that have any. */
#include "service/across.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/lines.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/script.h"

bool sl_across_minima(sl_service *service, const sl_intent *a, const sl_intent *b, sl_minima *out, unsigned *line) {
  if (a->owner->side == b->owner->side || a->own.exercise != b->own.exercise) return false;
  const sl_line_record *record = sl_state_line(service, a->owner->side, b->owner->side, line);
  if (!record || !record->in_force) return false;
  *out = sl_agreement_minima(&record->effective, a->owner->class_of, b->owner->class_of);
  return true;
}

/* The class is fixed by enrolment, so an intent stays where it was put. */
static sl_index *index_of(sl_service *service, const sl_intent *intent) {
  return service->index[intent->owner->class_of];
}

static void index_drop(sl_service *service, const sl_intent *intent, sl_prepared *const *object, uint32_t count) {
  SL_ASSERT(service->side[intent->owner->side].objects >= count);
  service->side[intent->owner->side].objects -= count;
  for (uint32_t i = 0; i < count; i++) {
    sl_err err = sl_index_remove(index_of(service, intent), (sl_entry){(uint64_t)intent->slot << 16 | i, object[i]});
    SL_ASSERT(err == SL_OK);
  }
}

/* Each side has its share of the index: how full another's is does not show (L15). */
static sl_err index_add(sl_service *service, const sl_intent *intent, sl_prepared *const *object, uint32_t count) {
  size_t *used = &service->side[intent->owner->side].objects;
  if (count > service->options.intents_max / service->side_count * SL_OBJECTS_AN_INTENT - *used) return SL_ERR_CAP;
  for (uint32_t i = 0; i < count; i++) {
    sl_err err = sl_index_insert(index_of(service, intent), (sl_entry){(uint64_t)intent->slot << 16 | i, object[i]});
    if (err) {
      *used += i;
      index_drop(service, intent, object, i);
      return err;
    }
  }
  *used += count;
  return SL_OK;
}

sl_err sl_across_enter(sl_service *service, sl_intent *intent) {
  SL_ASSERT(!intent->live);
  sl_err err = index_add(service, intent, intent->object, intent->object_count);
  if (err) return err;
  intent->live = true;
  service->counts.intents_live++;
  return SL_OK;
}

sl_err sl_across_replace(sl_service *service, sl_intent *intent, sl_prepared **object, uint32_t count) {
  SL_ASSERT(intent->live && count > 0);
  index_drop(service, intent, intent->object, intent->object_count);
  sl_err err = index_add(service, intent, object, count);
  if (err) {
    /* Its own places were just freed: they can be taken again. */
    sl_err back = index_add(service, intent, intent->object, intent->object_count);
    SL_ASSERT(back == SL_OK);
    return err;
  }
  for (uint32_t i = 0; i < intent->object_count; i++) sl_prepared_free(intent->object[i]);
  free(intent->object);
  intent->object = object;
  intent->object_count = count;
  return SL_OK;
}

static sl_link *link_to(sl_intent *intent, const sl_intent *other) {
  for (uint32_t i = 0; i < intent->inner.link_count; i++) {
    if (intent->inner.link[i].other == other) return &intent->inner.link[i];
  }
  return NULL;
}

static sl_err link_add(sl_intent *intent, sl_link link) {
  sl_inner_part *inner = &intent->inner;
  if (inner->link_count == inner->link_room) {
    uint32_t room = inner->link_room ? inner->link_room * 2 : 4;
    sl_link *grown = realloc(inner->link, room * sizeof *grown);
    if (!grown) return SL_ERR_NOMEM;
    inner->link = grown;
    inner->link_room = room;
  }
  inner->link[inner->link_count++] = link;
  return SL_OK;
}

static void link_drop(sl_intent *intent, const sl_intent *other) {
  sl_link *link = link_to(intent, other);
  SL_ASSERT(link != NULL);
  *link = intent->inner.link[--intent->inner.link_count];
}

static sl_verdict worst_of(const sl_intent *intent) {
  sl_verdict worst = SL_CLEAR;
  for (uint32_t i = 0; i < intent->inner.link_count; i++) {
    if (intent->inner.link[i].verdict > worst) worst = intent->inner.link[i].verdict;
  }
  return worst;
}

void sl_wall_pass(sl_service *service, sl_member *member, sl_intent *intent, const sl_outcome *outcome) {
  if (service->options.tap) {
    service->options.tap(service->options.wall_context, member->side, member->number, service->now, outcome);
  }
  sl_own_take(service, member, intent, outcome);
}

/* The granules of what the links of an intent touch. */
static sl_err granules_of(sl_service *service, sl_intent *intent, sl_granule_set *out) {
  size_t room = 0;
  for (uint32_t i = 0; i < intent->inner.link_count; i++) room += intent->inner.link[i].other->object_count;
  sl_counterpart *other = malloc((room ? room : 1) * sizeof *other);
  if (!other) return SL_ERR_NOMEM;
  size_t count = 0;
  const sl_line_record *line = NULL;
  for (uint32_t i = 0; i < intent->inner.link_count; i++) {
    const sl_link *link = &intent->inner.link[i];
    sl_minima minima;
    unsigned which = 0;
    if (!sl_across_minima(service, intent, link->other, &minima, &which)) continue;
    line = &service->line[which];
    for (uint32_t k = 0; k < link->other->object_count; k++) {
      other[count++] = (sl_counterpart){link->other->object[k], minima};
    }
  }
  sl_err err = SL_OK;
  const sl_prepared *const *own = (const sl_prepared *const *)intent->object;
  if (count > 0) {
    const sl_granule_size *size = &line->effective.granule[intent->owner->class_of];
    err = sl_granules_told(out, own, intent->object_count, other, count, size);
  } else {
    sl_granules_all(out, own, intent->object_count);
  }
  free(other);
  return err;
}

/* What an intent's links say now, as an outcome of the kind. */
static sl_err outcome_of(sl_service *service, sl_intent *intent, sl_outcome_kind kind, sl_outcome *out) {
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
  sl_err err = outcome_of(service, intent, SL_OUTCOME_TOLD, &outcome);
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

sl_verdict sl_across_standing(sl_intent *intent) {
  intent->inner.judged = worst_of(intent);
  return intent->inner.judged;
}

sl_err sl_across_link(sl_intent *a, sl_intent *b, const sl_link *link) {
  sl_link there = *link, back = *link;
  there.other = b;
  back.other = a;
  sl_err err = link_add(a, there);
  return err ? err : link_add(b, back);
}

sl_err sl_across_changed(sl_service *service, sl_intent *intent) {
  intent->inner.judged = worst_of(intent);
  if (intent->inner.judged > intent->inner.owed) intent->inner.owed = intent->inner.judged;
  if (SL_PLANTED(SL_PLANT_ONE_SIDED)) return SL_OK;
  if (intent->inner.owed > intent->own.told) {
    sl_persist_owed(service, intent, true);
    intent->inner.noted = true;
  }
  return sl_across_list(service, intent);
}

/* The other end of a pair that was found: due to be told, and at once when it cannot
 * wait. Only what was found is told at once, never that something went away. */
static sl_err worsened(sl_service *service, sl_intent *intent, bool urgent) {
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

/* The party hears how its intent stands now. What another was shown of it before, and
 * it was not told yet, stays owed until the round (L14), also when it has ended. */
static void heard(sl_service *service, sl_intent *intent) {
  bool waiting = intent->inner.owed > intent->inner.judged && intent->inner.owed > intent->own.told;
  if (waiting && !SL_PLANTED(SL_PLANT_OWED_FORGOTTEN)) return;
  owed_paid(service, intent);
  dirty_forget(service, intent);
}

void sl_across_leave(sl_service *service, sl_intent *intent) {
  SL_ASSERT(intent->live);
  index_drop(service, intent, intent->object, intent->object_count);
  intent->live = false;
  sl_lines_affirmed(service, intent);
  service->counts.intents_live--;
  while (intent->inner.link_count > 0) {
    sl_intent *other = intent->inner.link[0].other;
    link_drop(other, intent);
    link_drop(intent, other);
    sl_persist_pair(service, intent, other, NULL);
    sl_group_fail(service, sl_across_changed(service, other));
  }
  intent->inner.judged = SL_CLEAR;
  heard(service, intent);
}

/* The walk of one judgement: the worst finding per counterpart, which is marked with
 * its place, so that one plan across very many costs no search. */
typedef struct walk {
  sl_service *service;
  sl_intent *intent;
  const sl_prepared *probe;
  sl_link *found;
  uint32_t count, room;
  sl_err err;
} walk;

static sl_link *found_for(walk *w, sl_intent *other) {
  if (other->inner.mark) return &w->found[other->inner.mark - 1];
  if (w->count == w->room) {
    uint32_t room = w->room ? w->room * 2 : 16;
    sl_link *grown = realloc(w->found, room * sizeof *grown);
    if (!grown) {
      w->err = SL_ERR_NOMEM;
      return NULL;
    }
    w->found = grown;
    w->room = room;
  }
  w->found[w->count++] = (sl_link){.other = other, .verdict = SL_CLEAR};
  other->inner.mark = w->count;
  return &w->found[w->count - 1];
}

static bool candidate(void *context, const sl_entry *entry) {
  walk *w = context;
  sl_intent *other = w->service->slot[entry->id >> 16];
  SL_ASSERT(other != NULL && other->live);
  sl_minima minima;
  unsigned line = 0;
  if (!sl_across_minima(w->service, w->intent, other, &minima, &line)) return true;
  sl_finding finding;
  w->err = sl_judge(&finding, w->probe, entry->prepared, &minima, true);
  if (w->err) return false;
  if (finding.verdict == SL_CLEAR) return true;
  if (SL_PLANTED(SL_PLANT_UNDECIDED_CLEAR) && finding.verdict == SL_UNDECIDED) return true;
  if (SL_PLANTED(SL_PLANT_RACE) && other->own.last_verdict.ns == w->service->now.ns) return true;
  sl_link *link = found_for(w, other);
  if (!link) return false;
  if (finding.verdict > link->verdict) {
    link->verdict = finding.verdict;
    link->line = (uint8_t)line;
    link->window = finding.window;
  }
  return true;
}

/* The largest minima that any line of the side applies between two classes. */
static bool reach_of(const sl_service *service, unsigned side, sl_class own, sl_class other, sl_minima *out) {
  bool any = false;
  for (size_t i = 0; i < service->line_count; i++) {
    const sl_line_record *line = &service->line[i];
    if (!line->in_force || (line->side[0] != side && line->side[1] != side)) continue;
    sl_minima minima = sl_agreement_minima(&line->effective, own, other);
    *out = any ? sl_minima_larger(out, &minima) : minima;
    any = true;
  }
  return any;
}

sl_err sl_across_query(sl_service *service, unsigned side, sl_class own, const sl_prepared *probe,
                       sl_candidate_fn *found, void *context) {
  for (unsigned other = 0; other < SL_CLASS_COUNT; other++) {
    sl_minima reach;
    if (sl_index_count(service->index[other]) == 0) continue;
    if (!reach_of(service, side, own, (sl_class)other, &reach)) return SL_OK;
    sl_err err = sl_index_query(service->index[other], probe, &reach, found, context);
    if (err) return err;
  }
  return SL_OK;
}

/* Drop the links that were not found again; renew and unmark those that were, so that
 * only what is new stays marked. */
static sl_err relink_old(sl_service *service, sl_intent *intent, const sl_link *found) {
  for (uint32_t i = intent->inner.link_count; i-- > 0;) {
    sl_link *mine = &intent->inner.link[i];
    sl_intent *other = mine->other;
    if (other->inner.mark) {
      *mine = found[other->inner.mark - 1];
      sl_link *there = link_to(other, intent);
      SL_ASSERT(there != NULL);
      *there = *mine;
      there->other = intent;
      other->inner.mark = 0;
      continue;
    }
    link_drop(other, intent);
    *mine = intent->inner.link[--intent->inner.link_count];
    sl_persist_pair(service, intent, other, NULL);
    sl_err err = sl_across_changed(service, other);
    if (err) return err;
  }
  return SL_OK;
}

/* Make the links those that were found, and mark every end that changed. */
static sl_err relink(sl_service *service, sl_intent *intent, const sl_link *found, uint32_t count, bool urgent) {
  sl_err err = relink_old(service, intent, found);
  for (uint32_t k = 0; k < count && !err; k++) {
    sl_intent *other = found[k].other;
    if (!other->inner.mark) continue;
    sl_link back = found[k];
    back.other = intent;
    err = link_add(intent, found[k]);
    if (!err) err = link_add(other, back);
  }
  for (uint32_t k = 0; k < count && !err; k++) {
    sl_persist_pair(service, intent, found[k].other, &found[k]);
    err = worsened(service, found[k].other, urgent);
  }
  intent->inner.judged = worst_of(intent);
  return err;
}

/* Judge afresh, keep the links; whether its party hears of it is the caller's. */
static sl_err rejudge(sl_service *service, sl_intent *intent, bool urgent) {
  walk w = {.service = service, .intent = intent};
  for (uint32_t i = 0; i < intent->object_count && !w.err; i++) {
    w.probe = intent->object[i];
    sl_err err =
        sl_across_query(service, intent->owner->side, intent->owner->class_of, w.probe, candidate, &w);
    if (err) w.err = err;
  }
  sl_err err = w.err ? w.err : relink(service, intent, w.found, w.count, urgent);
  for (uint32_t k = 0; k < w.count; k++) w.found[k].other->inner.mark = 0;
  free(w.found);
  return err;
}

sl_err sl_across_judge(sl_service *service, sl_intent *intent, bool urgent, sl_outcome *out) {
  SL_ASSERT(intent->live);
  if (service->options.script) return sl_script_judged(service, intent, out);
  sl_err err = rejudge(service, intent, urgent);
  if (err) return err;
  heard(service, intent);
  return outcome_of(service, intent, SL_OUTCOME_JUDGED, out);
}

sl_err sl_across_poll(sl_service *service, sl_intent *intent, sl_outcome *out) {
  if (service->options.script) return sl_script_judged(service, intent, out);
  bool better = SL_PLANTED(SL_PLANT_CLEAR_ON_POLL) && intent->inner.judged != intent->own.told;
  if (intent->inner.judged > intent->own.told || better) return outcome_of(service, intent, SL_OUTCOME_JUDGED, out);
  *out = (sl_outcome){.kind = SL_OUTCOME_JUDGED, .intent = intent->id, .verdict = intent->own.told};
  if (intent->own.granules) out->granules = *intent->own.granules;
  return SL_OK;
}

sl_err sl_across_announce(sl_service *service, const sl_line_record *line) {
  /* Passing an outcome never adds to the dirty list, so one backward walk sees all. */
  for (size_t i = service->dirty_count; i-- > 0;) {
    sl_intent *intent = service->dirty[i];
    unsigned side = intent->owner->side;
    if (side != line->side[0] && side != line->side[1]) continue;
    dirty_forget(service, intent);
    sl_err err = tell(service, intent, false);
    if (err) return err;
  }
  return SL_OK;
}

sl_err sl_across_again(sl_service *service, const sl_line_record *line) {
  if (service->options.script) return SL_OK;
  for (size_t i = 0; i < service->slot_count; i++) {
    sl_intent *intent = service->slot[i];
    if (!intent || !intent->live) continue;
    if (intent->owner->side != line->side[0] && intent->owner->side != line->side[1]) continue;
    sl_err err = rejudge(service, intent, false);
    if (!err) err = worsened(service, intent, false);
    if (err) return err;
  }
  return SL_OK;
}
