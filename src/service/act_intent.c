/* Submitting, amending, ending and polling an intent. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/clock.h"
#include "service/deal.h"
#include "service/filing.h"
#include "service/instant.h"
#include "service/lines.h"
#include "service/op.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/utm_state.h"
#include "service/within.h"

#define KEPT_NS (24 * SL_NS_PER_H)   /* what has passed is kept so long after its window, to be read */

static int64_t capped(int64_t units) {
  return units < SL_BUDGET_MAX ? units : SL_BUDGET_MAX;
}

/* For the planted faults only: whether another side has the id. */
static bool elsewhere(sl_service *service, const sl_op *op) {
  for (unsigned side = 0; side < service->side_count; side++) {
    if (side != op->side && sl_state_intent(service, side, &op->id)) return true;
  }
  return false;
}

/* Whether this version may be filed over what stands. */
static sl_err may_put(sl_service *service, const sl_op *op, const sl_intent *intent) {
  const sl_draft *draft = &op->draft;
  if (SL_PLANTED(SL_PLANT_ID_COLLISION) && elsewhere(service, op)) return SL_ERR_EXISTS;
  if (draft->declared != SL_CLASS_UNDECLARED && draft->declared != op->member->class_of) return SL_ERR_DENIED;
  if (!intent) return draft->version == 1 ? sl_intent_step((sl_intent_state)0, draft->state) : SL_ERR_STALE;
  if (intent->owner != op->member) return SL_ERR_DENIED;
  if (intent->utm) return SL_ERR_STATE;   /* it is amended over the F3548 face, which else shows what stands no more */
  if (draft->version != intent->own.version + 1) return SL_ERR_STALE;
  /* L7: what is in the air does not leave judgement by being called an exercise, or none. */
  if (sl_own_airborne(intent) && draft->exercise != intent->own.exercise) return SL_ERR_STATE;
  return sl_intent_step(intent->own.state, draft->state);
}

/* Of two references: in doubt they do. */
static bool bands_meet(const sl_band *a, const sl_band *b) {
  if (a->ref == SL_ALT_W84 && b->ref == SL_ALT_W84) {
    return a->as.w84.lower.mm <= b->as.w84.upper.mm && b->as.w84.lower.mm <= a->as.w84.upper.mm;
  }
  if (a->ref == SL_ALT_BARO && b->ref == SL_ALT_BARO) {
    return a->as.baro.lower.ft <= b->as.baro.upper.ft && b->as.baro.lower.ft <= a->as.baro.upper.ft;
  }
  return true;
}

static bool overlaps(const sl_granule *a, const sl_granule *b) {
  if (a->window.start.ns >= b->window.end.ns || b->window.start.ns >= a->window.end.ns) return false;
  if (!bands_meet(&a->band, &b->band)) return false;
  if (a->south_west.lat_nd > b->north_east.lat_nd || b->south_west.lat_nd > a->north_east.lat_nd) return false;
  bool wraps = a->south_west.lon_nd > a->north_east.lon_nd || b->south_west.lon_nd > b->north_east.lon_nd;
  return wraps || (a->south_west.lon_nd <= b->north_east.lon_nd && b->south_west.lon_nd <= a->north_east.lon_nd);
}

/* L17: four more when the verdict differs from an overlapping own one of 24 h. */
int64_t sl_filing_differs(sl_service *service, sl_intent *intent, sl_verdict verdict) {
  sl_member *member = intent->owner;
  const sl_agreement *agreement = sl_state_agreement(service, member->side);
  sl_granule_set all;
  sl_granules_all(&all, (const sl_prepared *const *)intent->object, intent->object_count);
  bool differs = false;
  for (uint32_t i = 0; i < SL_ASKED_MAX && !differs; i++) {
    const sl_asked *asked = &member->asked[i];
    differs = asked->verdict != SL_VERDICT_NONE && service->now.ns - asked->at.ns < SL_ASKED_KEPT_S * SL_NS_PER_S &&
              asked->verdict != verdict && overlaps(&asked->bounds, &all.granule[0]);
  }
  sl_asked *asked = &member->asked[member->asked_next++ % SL_ASKED_MAX];
  *asked = (sl_asked){all.granule[0], verdict, service->now};
  sl_persist_asked(service, member, asked);
  return differs ? (agreement ? agreement->budget_differs : SL_BUDGET_DIFFERS) : 0;
}

/* The units of this version by what it adds to the previous one. */
sl_err sl_filing_units(sl_service *service, const sl_op *op, const sl_intent *intent, int64_t *out) {
  const sl_agreement *agreement = sl_state_agreement(service, op->side);
  *out = 1;
  if (!agreement) return SL_OK;
  uint64_t cells = 0;
  /* What was never paid for covers nothing: its verdict was not told, and would be by this one. */
  const sl_prepared *const *before = intent ? (const sl_prepared *const *)intent->object : NULL;
  bool covers = intent && intent->live && intent->own.paid;
  sl_err err = sl_granules_cost(&cells, (const sl_prepared *const *)op->object, op->object_count, before,
                                covers ? intent->object_count : 0,
                                &agreement->granule[op->member->class_of]);
  if (err == SL_ERR_CAP && sl_intent_urgent(op->draft.state)) return SL_OK;   /* what is urgent is not refused for its size (L7) */
  if (err) return err;
  uint64_t units = cells + 1 + op->alternative_units;
  *out = units < SL_BUDGET_MAX ? (int64_t)units : SL_BUDGET_MAX;
  return SL_OK;
}

/* What no one reads any more is kept a minute, for the events that tell of its end. */
static int64_t kept_until(const sl_intent *intent) {
  const sl_shown_part *own = &intent->own;
  if (!sl_utm_hidden(intent)) return own->window.end.ns + KEPT_NS;
  int64_t over = own->out_at.ns + SL_AFTER_END_NS;
  return (own->pending_until.ns > over ? own->pending_until.ns : over) + SL_NS_PER_MIN;
}

/* What is due next: the end of pending, the reminders of a
 * standing conflict (L9), the end of its judgement, and its leaving memory. */
void sl_intent_alarm_next(sl_service *service, sl_intent *intent) {
  const sl_shown_part *own = &intent->own;
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  int64_t grow = (agreement ? agreement->grow.ns : 5 * SL_NS_PER_S) + own->time_tolerance.ns;
  int64_t end = own->window.end.ns + grow;
  /* L7: what was in the air is judged until its signed end and five minutes more. */
  if (own->state == SL_INTENT_ENDED && own->out_at.ns != 0) {
    end = own->out_at.ns + (agreement ? agreement->after_end.ns : SL_AFTER_END_NS);
  }
  if (intent->live && sl_own_airborne(intent)) end = sl_overdue_at(service, intent).ns;
  /* What ends its protection, and what forgets it, has surely come first (instant.h). */
  if (intent->live && own->pending && own->pending_until.ns < end) end = own->pending_until.ns;
  int64_t at = sl_instant_when(service, (sl_time){intent->live ? end : kept_until(intent)}).ns;
  if (intent->live) {
    if (own->acknowledge_by.ns != 0 && !own->reminded && own->acknowledge_by.ns < at) at = own->acknowledge_by.ns;
    int64_t hour = own->window.start.ns - 60 * SL_NS_PER_MIN, quarter = own->window.start.ns - 15 * SL_NS_PER_MIN;
    if (!(own->notices & 1) && hour < at) at = hour;
    if (!(own->notices & 2) && quarter < at) at = quarter;
  }
  sl_alarm_clear(service, intent);
  sl_alarm_set(service, intent, (sl_time){at});
}

uint8_t sl_own_notices(sl_window window, sl_time now) {
  uint8_t notices = 0;
  if (now.ns >= window.start.ns - 60 * SL_NS_PER_MIN) notices |= 1;
  if (now.ns >= window.start.ns - 15 * SL_NS_PER_MIN) notices |= 2;
  return notices;
}

/* Whatever moves the verdict makes another plan, or its edges could be felt for without waiting. */
static bool same_plan(const sl_op *op, const sl_intent *intent) {
  const sl_shown_part *own = &intent->own;
  return own->version > 0 && memcmp(own->plan_digest, op->plan_digest, 32) == 0 &&
         own->time_tolerance.ns == op->draft.time_tolerance.ns && own->exercise == op->draft.exercise;
}

/* Within what was told to be CLEAR there is nothing to feel for. */
static bool within_clear(sl_service *service, const sl_op *op, const sl_intent *intent) {
  const sl_shown_part *own = &intent->own;
  if (own->told != SL_CLEAR || own->trial || !intent->live) return false;
  if (own->time_tolerance.ns != op->draft.time_tolerance.ns || own->exercise != op->draft.exercise) return false;
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_draft before;
  sl_err err = sl_persist_draft_get(service, intent, &arena, &before);
  bool within = !err && sl_plan_within(&op->draft.plan, &before.plan);
  sl_arena_fini(&arena);
  return within;
}

sl_filing_pace sl_filing_pace_of(sl_service *service, const sl_op *op, const sl_intent *intent) {
  const sl_shown_part *own = &intent->own;
  const sl_agreement *agreement = sl_state_agreement(service, op->side);
  sl_filing_pace pace = {.aside = sl_intent_urgent(own->state)};
  if (own->version == 0 || !own->paced) return pace;
  pace.known = same_plan(op, intent);
  bool waits = agreement && op->received.ns - own->last_verdict.ns < agreement->pace.ns;
  if (!pace.known && waits && !pace.aside) pace.known = within_clear(service, op, intent);
  return pace;
}

void sl_filing_take(sl_service *service, sl_op *op, sl_intent *intent, int64_t units, sl_filing_pace pace) {
  sl_shown_part *own = &intent->own;
  const sl_draft *draft = &op->draft;
  const sl_agreement *agreement = sl_state_agreement(service, op->side);
  bool urgent = sl_intent_urgent(draft->state);
  int64_t wait = agreement ? agreement->pace.ns : 0;
  own->paced = urgent || pace.known || pace.aside || own->version == 0 || op->received.ns - own->last_verdict.ns >= wait;
  if (own->paced && !pace.known && !urgent) own->last_verdict = op->received;
  sl_budget_turn(&op->member->budget, op->received);
  own->paid = urgent || sl_budget_charge(&op->member->budget, units) || SL_PLANTED(SL_PLANT_FREE_QUESTION);
  service->counts.unpaid += !own->paid;   /* the liaison is told (L17) */
  if (draft->state == SL_INTENT_ACTIVATED && own->state != SL_INTENT_ACTIVATED) {
    sl_budget_activated(&op->member->budget, capped(own->units + units));
  }
  own->units = capped(own->units + units);
  own->version = draft->version;
  own->state = draft->state;
  own->priority = draft->priority;
  own->exercise = draft->exercise;
  own->start_tolerance = draft->start_tolerance;
  own->time_tolerance = draft->time_tolerance;
  own->window = sl_plan_window(&draft->plan);
  own->alternative_count = (uint8_t)(agreement ? sl_deal_alternatives(agreement, op->member->class_of, draft) : 1);
  own->notices = sl_own_notices(own->window, op->received);
  own->pending = false;
  own->filed = true;
  own->overdue.ns = 0;
  if (own->has_case) {
    /* A proposal for the version before is void; an error only says that none stood. */
    sl_case_input input = {.event = SL_CASE_EV_VOID, .now = service->now};
    bool stood = own->casework.state == SL_CASE_PROPOSED || own->casework.state == SL_CASE_ANSWERED;
    sl_err err = stood ? sl_case_step(&own->casework, &input) : SL_OK;
    SL_ASSERT(err == SL_OK);
  }
  memcpy(own->body_digest, op->body_digest, 32);
  memcpy(own->plan_digest, op->plan_digest, 32);
}

/* The operation's objects become the intent's. */
sl_err sl_filing_place(sl_service *service, sl_op *op, sl_intent *intent) {
  sl_err err;
  if (intent->live) {
    err = sl_across_replace(service, intent, op->object, op->object_count);
  } else {
    intent->object = op->object;
    intent->object_count = op->object_count;
    err = sl_across_enter(service, intent);
    if (err) {
      intent->object = NULL;
      intent->object_count = 0;
    }
  }
  if (err) return err;
  op->object = NULL;
  op->object_count = 0;
  return SL_OK;
}

/* What the party reads of an intent is how it stands now: worse shows at once (L9). */
static sl_err look(sl_service *service, const sl_op *op, sl_intent *intent) {
  sl_outcome outcome;
  if (!intent->live) return SL_OK;
  sl_err err = sl_across_poll(service, intent, &outcome);
  if (!err) sl_wall_pass(service, op->member, intent, &outcome);
  return err;
}

/* The same version once more. A CLEAR is said again only while it is one: a retry is a
 * read too, and what came since stands on every read (L9). */
static void put_again(sl_service *service, sl_op *op, sl_intent *intent) {
  sl_err err = look(service, op, intent);
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  bool clear = intent->live && intent->own.state != SL_INTENT_ENDED &&
               sl_own_shown(service, intent, op->received).verdict == SL_CLEAR;
  if (sl_op_again(service, op, intent->own.leaf, clear)) return;
  sl_own_answer(service, intent, op->received, 0, &op->out);
  sl_op_seal(service, op, "poll", (sl_span){0}, NULL);
}

/* After the verdict: what the party pays more, whether the version only pends, the
 * sealed answer, the rows. */
static void conclude(sl_service *service, sl_op *op, sl_intent *intent, int64_t units) {
  sl_shown_part *own = &intent->own;
  const sl_agreement *agreement = sl_state_agreement(service, op->side);
  int64_t more = sl_intent_urgent(own->state) ? 0 : sl_filing_differs(service, intent, own->told);
  if (more > 0 && !sl_budget_charge(&op->member->budget, more)) own->paid = SL_PLANTED(SL_PLANT_FREE_QUESTION);
  own->units = capped(own->units + more);
  if (op->draft.pending_if_refused && own->told != SL_CLEAR && own->state == SL_INTENT_ACCEPTED) {
    own->pending = true;
    own->pending_until.ns = op->received.ns + (agreement ? agreement->pending.ns : 10 * SL_NS_PER_MIN);
  }
  uint64_t charged = (uint64_t)(units + more);
  if (SL_PLANTED(SL_PLANT_CHARGE_LEAK)) charged += intent->inner.link_count;
  sl_own_answer(service, intent, op->received, charged, &op->out);
  sl_op_seal(service, op, "submission", op->plan_bytes, &own->leaf);
  if (SL_PLANTED(SL_PLANT_RECEIPT_LENGTH)) {
    sl_op_receipt(service, op);
    for (uint32_t i = 0; i < intent->inner.link_count; i++) sl_buf_add_text(&op->out, " ");
  }
  if (SL_PLANTED(SL_PLANT_WHAT_IF) && own->pending) sl_across_leave(service, intent);
  op->member->touched = true;
  service->counts.verdicts[own->told]++;
  sl_intent_alarm_next(service, intent);
  sl_persist_intent(service, intent, &op->draft);
  sl_persist_standing(service, intent);
}

void sl_act_put(sl_service *service, sl_op *op) {
  sl_intent *intent = sl_state_intent(service, op->side, &op->id);
  if (intent && intent->owner == op->member && op->draft.version == intent->own.version &&
      memcmp(intent->own.body_digest, op->body_digest, 32) == 0) {
    put_again(service, op, intent);
    return;
  }
  sl_err err = may_put(service, op, intent);
  int64_t units = 0;
  if (!err) {
    err = sl_filing_units(service, op, intent, &units);
    sl_fault fault = sl_fault_none();
    if (err == SL_ERR_CAP) {
      err = sl_fault_set(&fault, err, "the plan reaches over too many granules; file it in parts");
      sl_op_fail(op, SL_STAGE_BODY, err, &fault);
      return;
    }
  }
  bool fresh = !intent;
  if (!err && fresh) err = sl_state_intent_new(service, op->member, &op->id, &intent);
  if (!err) {
    err = sl_filing_place(service, op, intent);
    if (err && fresh) sl_state_intent_free(service, intent);
  }
  if (err) {
    if (SL_PLANTED(SL_PLANT_ERROR_TEXT) && elsewhere(service, op)) err = SL_ERR_EXISTS;
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  if (fresh) sl_clock_settle(service, op->member);
  else if (same_plan(op, intent) && !sl_intent_urgent(op->draft.state)) sl_deal_break(service, intent);
  else sl_deal_touch(service, intent);
  sl_intent_state before = fresh ? (sl_intent_state)0 : intent->own.state;
  sl_filing_take(service, op, intent, units, sl_filing_pace_of(service, op, intent));
  sl_outcome outcome;
  err = sl_across_judge(service, intent, sl_intent_urgent(op->draft.state), &outcome);
  if (err) {
    /* Half done in memory: the group fails and the state is rebuilt from the store. */
    sl_group_fail(service, err);
    return;
  }
  sl_lines_affirmed(service, intent);
  bool activated = before != SL_INTENT_ACTIVATED && intent->own.state == SL_INTENT_ACTIVATED;
  sl_wall_pass(service, op->member, intent, &outcome);
  conclude(service, op, intent, units);
  /* A standing conflict is notified again at activation, beside the answer (L9). */
  if (activated && intent->own.told != SL_CLEAR) sl_own_flag(service, intent);
}

/* The intent of the path if it is this party's; else it does not exist. */
static sl_intent *own_intent(sl_service *service, const sl_op *op) {
  sl_intent *intent = sl_state_intent(service, op->side, &op->id);
  return intent && intent->owner == op->member ? intent : NULL;
}

/* The party's own word, so no outcome of others: nothing of it conflicts any more. */
static void withdraw(sl_service *service, sl_intent *intent) {
  sl_across_leave(service, intent);
  sl_outcome outcome = {.kind = SL_OUTCOME_JUDGED, .intent = intent->id, .verdict = SL_CLEAR};
  sl_own_take(service, intent->owner, intent, &outcome);
}

void sl_act_end(sl_service *service, sl_op *op) {
  sl_intent *intent = own_intent(service, op);
  sl_err err = SL_OK;
  if (intent && intent->own.ended && memcmp(intent->own.end_digest, op->body_digest, 32) == 0) {
    sl_op_again(service, op, intent->own.end_leaf, true);
    return;
  }
  if (!intent) err = SL_ERR_NOT_FOUND;
  else if (op->end.version != intent->own.version) err = SL_ERR_STALE;
  else if (intent->own.state == SL_INTENT_ENDED || intent->utm) err = SL_ERR_STATE;
  bool flew = intent && intent->own.state != SL_INTENT_ACCEPTED;
  sl_fault fault = sl_fault_none();
  if (!err && flew && !op->end.has_out_at) {
    err = sl_fault_set(&fault, SL_ERR_MISSING, "an activated intent ends by out_at, the time it left the volume");
  }
  if (!err && flew && op->end.out_at.ns > op->received.ns + SL_SIGNATURE_SKEW_S * SL_NS_PER_S) {
    err = sl_fault_set(&fault, SL_ERR_RANGE, "out_at is in the future: send it once out of the volume");
  }
  if (err) {
    sl_op_fail(op, fault.code ? SL_STAGE_BODY : SL_STAGE_ACT, err, fault.code ? &fault : NULL);
    return;
  }
  sl_deal_leave(service, intent);
  intent->own.state = SL_INTENT_ENDED;
  intent->own.pending = false;
  intent->own.out_at = flew ? op->end.out_at : (sl_time){0};
  if (!flew && intent->live) withdraw(service, intent);
  sl_own_standing(service, intent);
  sl_own_answer(service, intent, op->received, 0, &op->out);
  sl_op_seal(service, op, "end", (sl_span){0}, &intent->own.end_leaf);
  intent->own.ended = true;
  memcpy(intent->own.end_digest, op->body_digest, 32);
  sl_intent_alarm_next(service, intent);
  sl_persist_standing(service, intent);
}

/* L8: what the party sees stored is what it has: said of each live intent when a side
 * holds a roll-up that this store does not. */
void sl_act_affirm(sl_service *service, sl_op *op) {
  sl_intent *intent = own_intent(service, op);
  sl_err err = SL_OK;
  if (!intent) err = SL_ERR_NOT_FOUND;
  else if (op->end.version != intent->own.version) err = SL_ERR_STALE;
  else if (!intent->live) err = SL_ERR_STATE;
  else err = look(service, op, intent);
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  sl_lines_affirmed(service, intent);
  sl_own_answer(service, intent, op->received, 0, &op->out);
  sl_op_seal(service, op, "affirm", (sl_span){0}, NULL);
  sl_persist_standing(service, intent);
}

void sl_act_get(sl_service *service, sl_op *op) {
  sl_intent *intent = own_intent(service, op);
  if (!intent) {
    bool told = SL_PLANTED(SL_PLANT_READ_ACROSS) && elsewhere(service, op);
    sl_op_fail(op, SL_STAGE_ACT, told ? SL_ERR_DENIED : SL_ERR_NOT_FOUND, NULL);
    return;
  }
  sl_err err = look(service, op, intent);
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  sl_own_answer(service, intent, op->received, 0, &op->out);
  sl_op_seal(service, op, "poll", (sl_span){0}, NULL);
}

/* Its time is over: pending ran out, or the window and what follows it. */
static void lapse(sl_service *service, sl_intent *intent) {
  sl_deal_leave(service, intent);
  intent->own.state = SL_INTENT_ENDED;
  if (intent->own.pending) {
    intent->own.pending = false;
    withdraw(service, intent);
    sl_own_flag(service, intent);
    return;
  }
  sl_across_leave(service, intent);
  sl_utm_past_enter(service, intent);
  sl_case_input passed = {.event = SL_CASE_EV_PASSED, .now = service->now};
  if (intent->own.has_case && sl_case_step(&intent->own.casework, &passed) == SL_OK) sl_own_flag(service, intent);
  sl_own_standing(service, intent);
}

/* An alarm went off. */
void sl_intent_alarm(sl_service *service, sl_intent *intent) {
  sl_shown_part *own = &intent->own;
  sl_time now = service->now, past = sl_instant_past(service);
  if (!intent->live && past.ns >= kept_until(intent)) {
    if (intent->inner.dirty_at) {
      /* A round comes first (after a long stop): what is owed is told before it is forgotten. */
      sl_alarm_set(service, intent, (sl_time){now.ns + SL_NS_PER_H});
      return;
    }
    sl_utm_forget(service, intent);
    sl_persist_forget(service, intent);
    sl_state_intent_free(service, intent);
    return;
  }
  if (intent->live) sl_own_remind(service, intent);
  if (intent->live && own->pending && past.ns >= own->pending_until.ns) {
    lapse(service, intent);
  } else if (intent->live) {
    uint8_t due = sl_own_notices(own->window, now) & (uint8_t)~own->notices;
    own->notices |= due;
    if (due && own->told != SL_CLEAR && now.ns < own->window.start.ns) sl_own_flag(service, intent);
  }
  sl_intent_alarm_next(service, intent);
  if (intent->live && intent->alarm.ns <= now.ns) {
    if (!sl_own_airborne(intent) || !sl_overdue_stretch(service, intent)) lapse(service, intent);
    sl_intent_alarm_next(service, intent);
  }
  sl_persist_standing(service, intent);
}
