/* Judging across lines. Every intent keeps its links: the pairs that are not CLEAR,
 * held at both ends, so that taking one end away needs no new judgement of the
 * other. Expected: a handful of links for the few intents that have any. */
#include "service/across_part.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/clock.h"
#include "service/lines.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/script.h"

bool sl_across_agreed(sl_service *service, const sl_intent *a, const sl_intent *b, sl_minima *out, unsigned *line) {
  if (a->owner->side == b->owner->side || a->own.exercise != b->own.exercise) return false;
  const sl_line_record *record = sl_state_line(service, a->owner->side, b->owner->side, line);
  if (!record || !record->in_force) return false;
  *out = sl_agreement_minima(&record->effective, a->owner->class_of, b->owner->class_of);
  return true;
}

bool sl_across_minima(sl_service *service, const sl_intent *a, const sl_intent *b, sl_minima *out, unsigned *line) {
  if (!sl_across_agreed(service, a, b, out, line)) return false;
  out->grow.ns += sl_clock_doubts(a, b) * SL_CLOCK_GROW_NS;
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

sl_verdict sl_across_worst(const sl_intent *intent) {
  sl_verdict worst = SL_CLEAR;
  for (uint32_t i = 0; i < intent->inner.link_count; i++) {
    if (intent->inner.link[i].verdict > worst) worst = intent->inner.link[i].verdict;
  }
  return worst;
}

sl_verdict sl_across_standing(sl_intent *intent) {
  intent->inner.judged = sl_across_worst(intent);
  return intent->inner.judged;
}

sl_err sl_across_link(sl_intent *a, sl_intent *b, const sl_link *link) {
  sl_link there = *link, back = *link;
  there.other = b;
  back.other = a;
  sl_err err = link_add(a, there);
  return err ? err : link_add(b, back);
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
  sl_across_heard(service, intent);
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

/* The pair as agreed; and where that is CLEAR, as far as clocks in doubt may be off (L6):
 * what only that finds is a doubt. */
static sl_err judge_pair(walk *w, const sl_intent *other, const sl_entry *entry, const sl_minima *agreed,
                         sl_finding *finding, uint8_t *clocks) {
  *clocks = 0;
  sl_err err = sl_judge(finding, w->probe, entry->prepared, agreed, true);
  unsigned doubts = sl_clock_doubts(w->intent, other);
  if (err || finding->verdict != SL_CLEAR || doubts == 0) return err;
  sl_minima wide = *agreed;
  wide.grow.ns += doubts * SL_CLOCK_GROW_NS;
  err = sl_judge(finding, w->probe, entry->prepared, &wide, true);
  if (err || finding->verdict == SL_CLEAR) return err;
  finding->verdict = SL_UNDECIDED;
  *clocks = (uint8_t)doubts;
  return SL_OK;
}

static bool candidate(void *context, const sl_entry *entry) {
  walk *w = context;
  sl_intent *other = w->service->slot[entry->id >> 16];
  SL_ASSERT(other != NULL && other->live);
  sl_minima minima;
  unsigned line = 0;
  if (!sl_across_agreed(w->service, w->intent, other, &minima, &line)) return true;
  sl_finding finding;
  uint8_t clocks = 0;
  w->err = judge_pair(w, other, entry, &minima, &finding, &clocks);
  if (w->err) return false;
  if (finding.verdict == SL_CLEAR) return true;
  if (SL_PLANTED(SL_PLANT_UNDECIDED_CLEAR) && finding.verdict == SL_UNDECIDED) return true;
  if (SL_PLANTED(SL_PLANT_RACE) && other->own.last_verdict.ns == w->service->now.ns) return true;
  sl_link *link = found_for(w, other);
  if (!link) return false;
  if (finding.verdict > link->verdict) {
    *link = (sl_link){.other = other, .verdict = finding.verdict, .line = (uint8_t)line, .clocks = clocks,
                      .window = finding.window};
  } else if (finding.verdict == link->verdict && clocks > link->clocks) {
    link->clocks = clocks;
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
    if (sl_clock_any(service)) reach.grow.ns += 2 * SL_CLOCK_GROW_NS;
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
    err = sl_across_worsened(service, found[k].other, urgent);
  }
  intent->inner.judged = sl_across_worst(intent);
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
  sl_across_heard(service, intent);
  return sl_across_outcome(service, intent, SL_OUTCOME_JUDGED, out);
}

sl_err sl_across_recheck(sl_service *service, sl_intent *intent) {
  sl_err err = rejudge(service, intent, false);
  return err ? err : sl_across_worsened(service, intent, false);
}

sl_err sl_across_again(sl_service *service, const sl_line_record *line) {
  if (service->options.script) return SL_OK;
  for (size_t i = 0; i < service->slot_count; i++) {
    sl_intent *intent = service->slot[i];
    if (!intent || !intent->live) continue;
    if (intent->owner->side != line->side[0] && intent->owner->side != line->side[1]) continue;
    sl_err err = rejudge(service, intent, false);
    if (!err) err = sl_across_worsened(service, intent, false);
    if (err) return err;
  }
  return SL_OK;
}
