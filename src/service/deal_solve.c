/* A cluster as a problem: alternatives prepared and held against what is fixed on the
 * writer's thread, against each other and solved on the worker's. The worker reads
 * only what the deal owns. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/clock.h"
#include "service/deal_part.h"
#include "service/persist.h"

static const sl_lattice *lattice_of(const sl_agreement *agreement, sl_class class_of) {
  return agreement->lattice[class_of] == SL_LATTICE_DRONE ? sl_lattice_drone() : sl_lattice_crewed();
}

static sl_alt_ref reference_of(const sl_plan *plan) {
  const sl_object *first = &plan->object[0];
  return first->kind == SL_OBJECT_VOLUME ? first->as.volume.band.ref : first->as.trajectory.ref;
}

unsigned sl_deal_alternatives(const sl_agreement *agreement, sl_class class_of, const sl_draft *draft) {
  if (sl_intent_urgent(draft->state)) return 1;
  if (!draft->free) return 1 + draft->alternative_count;
  sl_move moves[SL_SETTLE_ALTERNATIVES - 1];
  return 1 + sl_lattice_moves(moves, lattice_of(agreement, class_of), &draft->freedom, reference_of(&draft->plan));
}

sl_err sl_deal_alternative(const sl_agreement *agreement, sl_class class_of, const sl_draft *draft, unsigned number,
                           sl_arena *arena, sl_plan *out) {
  SL_ASSERT(number < SL_SETTLE_ALTERNATIVES);
  if (number == 0) {
    *out = draft->plan;
    return SL_OK;
  }
  if (!draft->free) {
    if (number > draft->alternative_count) return SL_ERR_RANGE;
    *out = draft->alternative[number - 1];
    return SL_OK;
  }
  sl_move moves[SL_SETTLE_ALTERNATIVES - 1];
  unsigned count =
      sl_lattice_moves(moves, lattice_of(agreement, class_of), &draft->freedom, reference_of(&draft->plan));
  if (number > count) return SL_ERR_RANGE;
  return sl_plan_move(out, arena, &draft->plan, &moves[number - 1]);
}

sl_err sl_plan_prepare(sl_prepared ***out, const sl_plan *plan, sl_dur tolerance, sl_fault *fault) {
  sl_prepared **object = calloc(plan->count, sizeof(sl_prepared *));
  if (!object) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < plan->count; i++) {
    sl_object grown = plan->object[i];
    if (grown.kind == SL_OBJECT_VOLUME) {
      sl_window *window = &grown.as.volume.window;
      window->start.ns = window->start.ns > tolerance.ns ? window->start.ns - tolerance.ns : 0;
      window->end.ns += tolerance.ns;
    } else {
      grown.as.trajectory.along.ns += tolerance.ns;
    }
    sl_err err = sl_prepare(&object[i], &grown, fault);
    if (err) {
      while (i-- > 0) sl_prepared_free(object[i]);
      free(object);
      return err;
    }
  }
  *out = object;
  return SL_OK;
}

typedef struct block {
  sl_service *service;
  const sl_deal *deal;
  const sl_deal_member *member;
  const sl_prepared *probe;
  bool own_side, found;
  sl_err err;
} block;

static bool cluster_has(const sl_deal *deal, const sl_intent *intent) {
  for (uint32_t i = 0; i < deal->count; i++) {
    if (deal->member[i].intent == intent) return true;
  }
  return false;
}

static bool blocks(void *context, const sl_entry *entry) {
  block *b = context;
  const sl_intent *other = b->service->slot[entry->id >> 16];
  if (cluster_has(b->deal, other)) return true;
  sl_minima minima;
  if (other->owner->side == b->member->intent->owner->side) {
    if (!b->own_side || other->own.exercise != b->member->intent->own.exercise) return true;
    minima = sl_agreement_minima(&b->deal->agreement, b->member->class_of, other->owner->class_of);
  } else if (!sl_across_minima(b->service, b->member->intent, other, &minima, NULL)) {
    return true;
  }
  sl_finding finding;
  b->err = sl_judge(&finding, b->probe, entry->prepared, &minima, false);
  if (!b->err && finding.verdict != SL_CLEAR) b->found = true;
  return !b->err && !b->found;
}

sl_err sl_deal_blocked(sl_service *service, const sl_deal *deal, const sl_deal_member *member,
                       sl_prepared *const *object, uint32_t count, bool own_side, bool *out) {
  block b = {.service = service, .deal = deal, .member = member, .own_side = own_side};
  for (uint32_t i = 0; i < count && !b.found && !b.err; i++) {
    b.probe = object[i];
    sl_err err =
        sl_across_query(service, member->intent->owner->side, member->class_of, b.probe, blocks, &b);
    if (err) return err;
  }
  if (!b.err) *out = b.found;
  return b.err;
}

/* Whether a proposal may still be made to it: at most two an opening (L21), never for what is airborne or urgent. */
static bool may_yield(const sl_intent *intent) {
  bool spent = intent->own.has_case && intent->own.casework.state == SL_CASE_OPEN &&
               intent->own.casework.proposals >= SL_CASE_PROPOSALS_MAX;
  bool closed = intent->own.has_case && intent->own.casework.state == SL_CASE_UNRESOLVED;
  return intent->own.state == SL_INTENT_ACCEPTED && !spent && !closed && intent->inner.link_count > 0;
}

sl_err sl_deal_fill(sl_service *service, sl_deal *deal, sl_deal_member *member) {
  const sl_intent *intent = member->intent;
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_draft draft;
  sl_err err = sl_persist_draft_get(service, intent, &arena, &draft);
  member->class_of = intent->owner->class_of;
  member->clocks = intent->owner->clock_doubt;
  unsigned which = intent->owner->side == service->line[deal->line].side[1];
  member->problem = (sl_settle_intent){.side = (uint8_t)which, .priority = intent->own.priority, .count = 1,
                                       .barred = intent->inner.declined};
  unsigned count = 1;
  /* The own list is the side's, as it was charged and will be committed, whichever line asks. */
  const sl_agreement *list = sl_state_agreement(service, intent->owner->side);
  if (!err && list && may_yield(intent)) count = sl_deal_alternatives(list, member->class_of, &draft);
  for (unsigned a = 0; a < count && !err; a++) {
    sl_plan plan;
    sl_err made = sl_deal_alternative(list ? list : &deal->agreement, member->class_of, &draft, a, &arena, &plan);
    if (!made) made = sl_plan_prepare(&member->object[a], &plan, draft.time_tolerance, NULL);
    member->problem.count = (uint8_t)(a + 1);
    if (made) {
      /* Leaves the accepted ranges: an alternative that cannot be chosen. The plan as filed always can be made. */
      if (made == SL_ERR_NOMEM || a == 0) err = made;
      member->problem.barred |= (uint8_t)(1u << a);
      continue;
    }
    member->object_count[a] = plan.count;
    bool blocked = false;
    err = sl_deal_blocked(service, deal, member, member->object[a], plan.count, a > 0, &blocked);
    bool past = a > 0 && sl_plan_window(&plan).start.ns <= service->now.ns;
    if (blocked || past) member->problem.barred |= (uint8_t)(1u << a);
  }
  sl_arena_fini(&arena);
  return err;
}

/* Whether alternatives a of i and b of j can both stand. In doubt they cannot. */
bool sl_deal_pair_clear(const sl_deal *deal, const sl_deal_member *i, unsigned a, const sl_deal_member *j,
                        unsigned b) {
  sl_minima minima = sl_agreement_minima(&deal->agreement, i->class_of, j->class_of);
  minima.grow.ns += (i->clocks + j->clocks) * SL_CLOCK_GROW_NS;
  for (uint32_t x = 0; x < i->object_count[a]; x++) {
    for (uint32_t y = 0; y < j->object_count[b]; y++) {
      sl_finding finding;
      sl_err err = sl_judge(&finding, i->object[a][x], j->object[b][y], &minima, false);
      if (err || finding.verdict != SL_CLEAR) return false;
    }
  }
  return true;
}

static sl_err matrix(const sl_deal *deal, sl_settle_conflict *out, uint32_t room, uint32_t *count) {
  uint32_t n = 0;
  for (uint16_t i = 0; i < deal->count; i++) {
    for (uint16_t j = (uint16_t)(i + 1); j < deal->count; j++) {
      const sl_deal_member *x = &deal->member[i], *y = &deal->member[j];
      bool same_side = x->problem.side == y->problem.side;
      for (uint8_t a = 0; a < x->problem.count; a++) {
        for (uint8_t b = 0; b < y->problem.count; b++) {
          if ((x->problem.barred >> a & 1) || (y->problem.barred >> b & 1)) continue;
          if ((same_side && a == 0 && b == 0) || sl_deal_pair_clear(deal, x, a, y, b)) continue;
          if (n == room) return SL_ERR_CAP;
          out[n++] = (sl_settle_conflict){i, a, j, b};
        }
      }
    }
  }
  *count = n;
  return SL_OK;
}

void sl_deal_solve(sl_deal *deal, const sl_clock *clock) {
  uint32_t room = deal->count * deal->count * 32 + 64;
  sl_settle_conflict *conflict = calloc(room, sizeof *conflict);
  sl_settle_intent *intent = calloc(deal->count, sizeof *intent);
  sl_settle_result *result = calloc(1, sizeof *result);
  sl_arena arena;
  sl_arena_init(&arena, 64u << 20);
  sl_settle_problem problem = {.intent = intent, .count = deal->count, .conflict = conflict,
                               .burden = {deal->burden[0], deal->burden[1]},
                               .time_cap_ns = SL_DEAL_TIME_CAP_NS, .node_cap = SL_DEAL_NODE_CAP};
  deal->found = false;
  if (conflict && intent && result) {
    for (uint32_t i = 0; i < deal->count; i++) intent[i] = deal->member[i].problem;
    sl_err err = matrix(deal, conflict, room, &problem.conflict_count);
    if (!err) err = sl_settle_solve(result, &arena, &problem, clock);
    deal->found = !err && result->found;
    for (uint32_t i = 0; i < deal->count && deal->found; i++) deal->member[i].choice = result->choice[i];
  }
  sl_arena_fini(&arena);
  free(conflict);
  free(intent);
  free(result);
}

void sl_deal_free(sl_deal *deal) {
  for (uint32_t i = 0; i < deal->count; i++) {
    for (unsigned a = 0; a < SL_SETTLE_ALTERNATIVES; a++) {
      sl_deal_member *member = &deal->member[i];
      for (uint32_t k = 0; k < member->object_count[a]; k++) sl_prepared_free(member->object[a][k]);
      free(member->object[a]);
    }
  }
  free(deal);
}
