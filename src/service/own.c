/* A party's state before the wall: what it was told of its own intents, its cases
 * and events. Moved by outcomes and own requests only; every byte that leaves is a
 * function of those and of the party's own counters. */
#include "service/own.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/band.h"
#include "service/clock.h"
#include "service/instant.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/utm_state.h"

/* Only what the reference means: the rest of the union is no one's word. */
static bool same_band(const sl_band *a, const sl_band *b) {
  if (a->ref != b->ref) return false;
  if (a->ref == SL_ALT_COLUMN) return true;
  if (a->ref == SL_ALT_BARO) {
    return a->as.baro.lower.ft == b->as.baro.lower.ft && a->as.baro.upper.ft == b->as.baro.upper.ft;
  }
  return a->as.w84.lower.mm == b->as.w84.lower.mm && a->as.w84.upper.mm == b->as.w84.upper.mm;
}

static bool same_granules(const sl_granule_set *a, const sl_granule_set *b) {
  if (!a || !b) return a == b;
  if (a->all != b->all || a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    const sl_granule *x = &a->granule[i], *y = &b->granule[i];
    bool same = x->south_west.lat_nd == y->south_west.lat_nd && x->south_west.lon_nd == y->south_west.lon_nd &&
                x->north_east.lat_nd == y->north_east.lat_nd && x->north_east.lon_nd == y->north_east.lon_nd &&
                x->window.start.ns == y->window.start.ns && x->window.end.ns == y->window.end.ns;
    if (!same || !same_band(&x->band, &y->band)) return false;
  }
  return true;
}

/* Keep what was told. Returns whether it differs from before. */
static bool keep_told(sl_service *service, sl_intent *intent, const sl_outcome *outcome) {
  const sl_granule_set *told = outcome->verdict == SL_CLEAR ? NULL : &outcome->granules;
  bool changed = intent->own.told != outcome->verdict || !same_granules(intent->own.granules, told);
  if (!changed) return false;
  intent->own.told = outcome->verdict;
  if (!told) {
    free(intent->own.granules);
    intent->own.granules = NULL;
    return true;
  }
  if (!intent->own.granules) intent->own.granules = malloc(sizeof *intent->own.granules);
  if (!intent->own.granules) {
    sl_group_fail(service, SL_ERR_NOMEM);
    return true;
  }
  *intent->own.granules = *told;
  return true;
}

static void case_step(sl_service *service, sl_intent *intent, sl_case_event event, const sl_outcome *outcome) {
  sl_case_input input = {.event = event, .now = service->now};
  if (outcome) {
    input.alternative = outcome->alternative;
    input.expires = outcome->expires;
  }
  sl_err err = sl_case_step(&intent->own.casework, &input);
  /* An event that came too late for its case (answered, then cleared) is no fault. */
  (void)err;
}

/* The case follows the verdict: opens, reopens, or is resolved. */
static void case_follow(sl_service *service, sl_intent *intent) {
  sl_shown_part *own = &intent->own;
  if (own->told == SL_CLEAR) {
    if (own->has_case) case_step(service, intent, SL_CASE_EV_CLEARED, NULL);
    return;
  }
  if (!own->has_case) {
    sl_case_open(&own->casework);
    own->has_case = true;
    sl_group_fail(service, sl_state_case_list(service, intent));
  } else if (own->casework.state == SL_CASE_RESOLVED || own->casework.state == SL_CASE_UNRESOLVED) {
    case_step(service, intent, SL_CASE_EV_OPEN, NULL);
  }
}

void sl_own_flag(sl_service *service, sl_intent *intent) {
  if (intent->own.flagged) return;
  if (service->flagged_count == service->flagged_room) {
    size_t room = service->flagged_room ? service->flagged_room * 2 : 16;
    sl_intent **grown = realloc(service->flagged, room * sizeof(sl_intent *));
    if (!grown) {
      sl_group_fail(service, SL_ERR_NOMEM);
      return;
    }
    service->flagged = grown;
    service->flagged_room = room;
  }
  service->flagged[service->flagged_count++] = intent;
  intent->own.flagged = true;
}

void sl_own_unflag(sl_service *service, sl_intent *intent) {
  for (size_t i = service->flagged_count; i-- > 0;) {
    if (service->flagged[i] == intent) service->flagged[i] = service->flagged[--service->flagged_count];
  }
  intent->own.flagged = false;
}

/* The digest that an acceptance must name (L21): of everything the proposal says. */
static void proposal_digest(sl_intent *intent) {
  uint8_t head[13];
  for (int i = 0; i < 4; i++) head[i] = (uint8_t)(intent->own.version >> (24 - 8 * i));
  head[4] = intent->own.casework.alternative;
  for (int i = 0; i < 8; i++) head[5 + i] = (uint8_t)((uint64_t)intent->own.casework.expires.ns >> (56 - 8 * i));
  sl_span parts[] = {sl_str_bytes(SL_STR("sideline-proposal-v1")),
                     {intent->id.bytes, 16},
                     {intent->own.plan_digest, 32},
                     {head, sizeof head}};
  sl_sha256(intent->own.proposal_digest, parts, 4);
}

static void line_event(sl_service *service, sl_member *member, const sl_outcome *outcome) {
  sl_view_event event = {.kind = SL_EVENT_LINE};
  event.as.line.line = sl_str_from(service->line[outcome->line].now.line);
  event.as.line.state = outcome->line_state;
  sl_own_event(service, member, &event);
  sl_utm_turned(service, member);
}

void sl_own_take(sl_service *service, sl_member *member, sl_intent *intent, const sl_outcome *outcome) {
  switch (outcome->kind) {
    case SL_OUTCOME_LINE:
      line_event(service, member, outcome);
      return;
    case SL_OUTCOME_BUDGET: {
      sl_view_event event = {.kind = SL_EVENT_BUDGET};
      event.as.budget.band = sl_str_from(sl_band_name(outcome->band));
      sl_own_event(service, member, &event);
      return;
    }
    case SL_OUTCOME_JUDGED:
      /* A read that says the same again moves nothing: what is unresolved stays so (L9, L21). */
      if (!keep_told(service, intent, outcome) && !intent->own.filed) return;
      case_follow(service, intent);
      intent->own.filed = false;
      break;
    case SL_OUTCOME_TOLD:
      if (keep_told(service, intent, outcome)) {
        case_follow(service, intent);
        sl_own_flag(service, intent);
      }
      break;
    case SL_OUTCOME_CASE:
      case_step(service, intent, outcome->step, outcome);
      if (outcome->step == SL_CASE_EV_COMMIT) sl_own_commit(service, intent, outcome->alternative);
      if (outcome->step == SL_CASE_EV_PROPOSE) proposal_digest(intent);
      sl_own_flag(service, intent);
      break;
  }
  if (intent->own.trial) return;
  sl_own_standing(service, intent);
  sl_persist_standing(service, intent);
}

/* Inside what both sides of every line of this side file completely (L3). */
static bool covered(const sl_service *service, const sl_intent *intent) {
  bool any = false;
  sl_granule_set bounds;
  sl_granules_all(&bounds, (const sl_prepared *const *)intent->object, intent->object_count);
  for (size_t i = 0; i < service->line_count; i++) {
    const sl_line_record *line = &service->line[i];
    unsigned side = intent->owner->side;
    if (!line->in_force || (line->side[0] != side && line->side[1] != side)) continue;
    any = true;
    if (!sl_agreement_covers(&line->effective, intent->owner->class_of, &bounds.granule[0], (sl_dur){0})) return false;
  }
  return any;
}

/* For a planted fault only: when the next plan of another side starts. */
static sl_time others_start(const sl_service *service, const sl_intent *intent, sl_time until) {
  for (size_t i = 0; i < service->slot_count; i++) {
    const sl_intent *other = service->slot[i];
    if (!other || other->owner->side == intent->owner->side || other->own.window.start.ns >= until.ns) continue;
    until = other->own.window.start;
  }
  return until;
}

sl_shown sl_own_shown(const sl_service *service, const sl_intent *intent, sl_time at) {
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  bool doubt = sl_instant_doubt(service, sl_clock_limit(service, intent->owner));
  sl_standing standing = {
      .judged = intent->own.told,
      .announced = intent->own.told,
      .line = sl_state_side_line(service, intent->owner->side, at),
      .state = intent->own.state,
      .covered = intent->object_count > 0 && covered(service, intent),
      .paid = intent->own.paid,
      .paced = intent->own.paced,
      .clock_good = sl_clock_good(service, intent->owner, at) && !doubt,
      .window = intent->own.window,
      .start_tolerance = intent->own.start_tolerance,
      .pending_until = intent->own.pending ? intent->own.pending_until : (sl_time){0},
  };
  if (agreement) {
    standing.lease_activated = agreement->lease_activated;
    standing.lease_planned = agreement->lease_planned;
  }
  bool over = intent->own.has_case && intent->own.casework.state == SL_CASE_UNRESOLVED;
  if (SL_PLANTED(SL_PLANT_CASE_CLEARS) && over) standing.judged = standing.announced = SL_CLEAR;
  if (SL_PLANTED(SL_PLANT_SILENT_CLEAR)) standing.line = SL_LINE_OPEN;
  sl_shown shown = sl_verdict_show(&standing, at);
  if (SL_PLANTED(SL_PLANT_LONG_LEASE) && shown.verdict == SL_CLEAR) shown.valid_until.ns += SL_NS_PER_H;
  if (SL_PLANTED(SL_PLANT_LEASE_LEAK) && shown.verdict == SL_CLEAR) shown.valid_until = others_start(service, intent, shown.valid_until);
  return shown;
}

sl_uuid sl_own_case_id(const sl_service *service, const sl_intent *intent) {
  if (intent->case_listed) return intent->case_id;
  const sl_member *member = intent->owner;
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)),
                     sl_str_bytes(sl_str_from(member->name)),
                     {intent->id.bytes, 16}};
  sl_uuid id;
  if (SL_PLANTED(SL_PLANT_ID_COUNTER)) {
    memset(id.bytes, 0, 16);
    memcpy(id.bytes, &intent->slot, sizeof intent->slot);
  } else {
    sl_prf(id.bytes, 16, service->options.seed, "case-id", parts, 3);
  }
  id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

void sl_own_case_view(const sl_service *service, const sl_intent *intent, sl_view_case *view,
                      sl_view_proposal *proposal) {
  const sl_case *casework = &intent->own.casework;
  *view = (sl_view_case){.id = sl_own_case_id(service, intent),
                         .intent = intent->id,
                         .version = intent->own.version,
                         .state = casework->state,
                         .answer = casework->answer,
                         .acknowledge_by = intent->own.acknowledge_by};
  if (casework->state != SL_CASE_PROPOSED && casework->state != SL_CASE_ANSWERED) return;
  *proposal = (sl_view_proposal){.alternative = casework->alternative, .expires = casework->expires};
  memcpy(proposal->proposal_digest, intent->own.proposal_digest, 32);
  memcpy(proposal->plan_digest, intent->own.plan_digest, 32);
  view->proposal = proposal;
}

void sl_own_answer(const sl_service *service, const sl_intent *intent, sl_time at, uint64_t charged, sl_buf *out) {
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  sl_view_verdict verdict = {.shown = sl_own_shown(service, intent, at),
                             .agreement = agreement ? agreement->number : 0,
                             .granules = intent->own.granules};
  sl_view_case incident;
  sl_view_proposal proposal;
  sl_view_intent view = {.id = intent->id, .version = intent->own.version, .state = intent->own.state,
                         .charged = charged};
  if (intent->own.state != SL_INTENT_ENDED || intent->live) view.verdict = &verdict;
  if (intent->own.has_case) {
    sl_own_case_view(service, intent, &incident, &proposal);
    view.incident = &incident;
  }
  sl_answer_intent(out, &view);
  if (SL_PLANTED(SL_PLANT_APPROVED) && out->size > 0) {
    out->size--;
    sl_buf_add_text(out, ",\"note\":\"approved\"}");
  }
}
