/* An operational intent of the F3548 face across the line, and its end. What is decided
 * here is decided before the wall: from what the party was just told, its key, and its
 * own earlier refusals. */
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/clock.h"
#include "service/deal.h"
#include "service/filing.h"
#include "service/lines.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/utm_intent.h"

typedef struct filing {
  sl_service *service;
  sl_op *op;
  sl_intent *main;      /* the intent of the id; NULL before the first create */
  sl_intent *filed;     /* what is judged: main itself, or its shadow */
  sl_utm_sub *sub;
  int64_t units;
  bool too_far;         /* the extents reach over too many granules */
} filing;

static sl_uuid derived(const sl_service *service, const char *domain, const sl_intent *intent, uint64_t number) {
  const sl_member *member = intent->owner;
  uint8_t bytes[16], count[8];
  for (int i = 0; i < 8; i++) count[i] = (uint8_t)(number >> (56 - 8 * i));
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)), sl_str_bytes(sl_str_from(member->name)),
                     {intent->id.bytes, 16}, {count, 8}};
  sl_prf(bytes, sizeof bytes, service->options.seed, domain, parts, 4);
  return sl_utm_uuid(bytes);
}

/* What stood before and is judged no more gives way to new objects. */
static void clear_objects(sl_intent *intent) {
  SL_ASSERT(!intent->live);
  for (uint32_t i = 0; i < intent->object_count; i++) sl_prepared_free(intent->object[i]);
  free(intent->object);
  intent->object = NULL;
  intent->object_count = 0;
}

static sl_err text_keep(char **to, sl_str text) {
  char *copy = sl_utm_text(text);
  if (!copy) return SL_ERR_NOMEM;
  free(*to);
  *to = copy;
  return SL_OK;
}

/* The shadow of a standing intent: made, or the one that is there. Its pace is its main's. */
static sl_err shadow_of(filing *f) {
  sl_intent *main = f->main;
  f->filed = main->utm->shadow;
  if (f->filed) return SL_OK;
  sl_uuid id = derived(f->service, "utm-shadow", main, 0);
  sl_intent *shadow = sl_state_intent(f->service, main->owner->side, &id);   /* one that is over and not yet forgotten */
  sl_err err = SL_OK;
  if (!shadow) {
    err = sl_state_intent_new(f->service, main->owner, &id, &shadow);
    if (!err) err = sl_utm_part_new(f->service, shadow);
    if (err && shadow) sl_state_intent_free(f->service, shadow);
    if (err) return err;
  }
  shadow->own.version = main->own.version;
  shadow->own.last_verdict = main->own.last_verdict;
  shadow->own.time_tolerance = main->own.time_tolerance;
  shadow->own.exercise = main->own.exercise;
  shadow->own.paced = main->own.paced;
  memcpy(shadow->own.plan_digest, main->own.plan_digest, 32);
  shadow->utm->main = main;
  main->utm->shadow = shadow;
  f->filed = shadow;
  return SL_OK;
}

/* What is judged is there, with the party's part of it. */
static sl_err subject(filing *f) {
  if (f->main && sl_utm_visible(f->main)) return shadow_of(f);
  sl_err err = SL_OK;
  bool fresh = !f->main;
  if (fresh) err = sl_state_intent_new(f->service, f->op->member, &f->op->id, &f->main);
  if (!err && fresh) err = sl_utm_part_new(f->service, f->main);
  if (err && f->main && fresh) {
    sl_state_intent_free(f->service, f->main);
    f->main = NULL;
  }
  f->filed = f->main;
  return err;
}

/* Nothing of the operation happened: what was only made for it goes. */
static void unmake(filing *f) {
  sl_intent *filed = f->filed;
  if (!filed || filed->live || filed->utm->base_url) return;
  sl_state_intent_free(f->service, filed);
}

static sl_err place(filing *f) {
  sl_op *op = f->op;
  const sl_intent *before = f->filed->live ? f->filed : f->main->live ? f->main : NULL;
  sl_err err = sl_filing_units(f->service, op, before, &f->units);
  f->too_far = err == SL_ERR_CAP;
  if (err) return err;
  sl_filing_pace pace = sl_filing_pace_of(f->service, op, f->filed);
  if (f->filed != f->main) {   /* what stands counts, also while something else pends beside it */
    sl_filing_pace stands = sl_filing_pace_of(f->service, op, f->main);
    pace.known |= stands.known;
    pace.aside = stands.aside;
  }
  sl_deal_touch(f->service, f->filed);
  if (!f->filed->live) clear_objects(f->filed);
  err = sl_filing_place(f->service, op, f->filed);
  if (err) return err;
  op->draft.version = f->filed->own.version + 1;
  bool urgent = sl_intent_urgent(op->draft.state);
  if (f->filed != f->main && !urgent) op->draft.state = SL_INTENT_ACCEPTED;
  if (f->filed != f->main || f->filed->own.version == 0) sl_clock_settle(f->service, op->member);
  sl_filing_take(f->service, op, f->filed, f->units, pace);
  f->filed->own.trial = true;
  return SL_OK;
}

/* Judged, told, charged for a verdict that differs. */
static sl_err judge(filing *f) {
  sl_service *service = f->service;
  sl_intent *filed = f->filed;
  bool urgent = sl_intent_urgent(f->op->draft.state);
  sl_outcome outcome;
  sl_err err = sl_across_judge(service, filed, urgent, &outcome);
  if (err) return err;
  sl_wall_pass(service, f->op->member, filed, &outcome);
  filed->own.trial = false;
  int64_t more = urgent ? 0 : sl_filing_differs(service, filed, filed->own.told);
  if (more > 0 && !sl_budget_charge(&f->op->member->budget, more)) filed->own.paid = false;
  f->op->member->touched = true;
  service->counts.verdicts[filed->own.told]++;
  return SL_OK;
}

/* ---- accepted ---- */

/* The shadow's moment is the main's: objects and links by a swap, what was told of one
 * as told of the other, which is the same party's. */
static void succeed(filing *f) {
  sl_intent *main = f->main, *shadow = f->filed;
  sl_shown_part before = main->own;
  sl_deal_touch(f->service, main);
  sl_deal_touch(f->service, shadow);
  sl_utm_past_leave(f->service, main);
  sl_across_swap(f->service, main, shadow);
  main->own = shadow->own;
  main->own.number = before.number;
  main->own.told = before.told;
  main->own.granules = before.granules;
  main->own.has_case = before.has_case;
  main->own.counted = before.counted;
  main->own.casework = before.casework;
  main->own.flagged = before.flagged;
  main->own.units = before.units + f->units < SL_BUDGET_MAX ? before.units + f->units : SL_BUDGET_MAX;
  main->own.acknowledge_by = before.acknowledge_by;
  main->own.standing = before.standing;
  main->own.reminded = before.reminded;
  main->own.filed = true;
  main->own.pending = false;
  sl_outcome outcome = {.kind = SL_OUTCOME_JUDGED, .intent = main->id, .verdict = shadow->own.told};
  if (shadow->own.granules) outcome.granules = *shadow->own.granules;
  main->own.trial = true;   /* its row is written whole at the end */
  sl_own_take(f->service, main->owner, main, &outcome);
  main->own.trial = false;
  sl_own_standing(f->service, main);
  sl_across_succeed(f->service, main, shadow);
}

static void drop_shadow(sl_service *service, sl_intent *shadow) {
  shadow->inner.owed = SL_CLEAR;
  sl_deal_leave(service, shadow);
  if (shadow->live) sl_across_leave(service, shadow);
  sl_utm_forget(service, shadow);
  sl_persist_forget(service, shadow);
  if (shadow->own.flagged) sl_own_unflag(service, shadow);
  sl_state_intent_free(service, shadow);
}

/* The state that the native side keeps: what was in the air stays so (L7). */
static sl_intent_state inner_state(const sl_intent *main, sl_intent_state asked) {
  bool flew = main->utm->version > 0 && sl_own_airborne(main);
  return flew && asked == SL_INTENT_ACCEPTED ? SL_INTENT_ACTIVATED : asked;
}

static sl_err new_subscription(filing *f) {
  const sl_utm_put_intent *body = &f->op->utm->body.intent;
  uint8_t bytes[16], number[8];
  uint64_t next = sl_tree_size(f->op->member->log);
  for (int i = 0; i < 8; i++) number[i] = (uint8_t)(next >> (56 - 8 * i));
  const sl_member *member = f->op->member;
  sl_span parts[] = {sl_str_bytes(sl_str_from(f->service->side[member->side].name)),
                     sl_str_bytes(sl_str_from(member->name)), {f->main->id.bytes, 16}, {number, 8}};
  sl_prf(bytes, sizeof bytes, f->service->options.seed, "utm-implicit", parts, 4);
  sl_uuid id = sl_utm_uuid(bytes);
  sl_err err = sl_utm_sub_new(f->service, member, &id, &f->sub);
  if (err) return err;
  f->sub->implicit = true;
  f->sub->for_intents = true;
  f->sub->for_constraints = body->new_for_constraints;
  f->sub->manager = f->op->utm->manager;
  f->sub->window = body->extents.window;
  sl_utm_version(f->service, member, &id, f->sub->version);
  return text_keep(&f->sub->base_url, body->new_base_url);
}

static sl_err attach(filing *f) {
  bool fresh = f->op->utm->body.intent.new_subscription;
  sl_err err = fresh ? new_subscription(f) : SL_OK;
  if (err) return err;
  if (f->sub) err = sl_utm_sub_attach(f->service, f->sub, f->main);
  else sl_utm_sub_detach(f->service, f->main);
  if (!err && f->sub && f->sub->implicit) err = sl_utm_sub_follow(f->service, f->sub);
  if (!err && fresh) sl_utm_persist_sub(f->service, f->sub, false);
  return err;
}

/* The standing version as this face knows it. */
static sl_err stand(filing *f, sl_intent_state state) {
  const sl_utm_put_intent *body = &f->op->utm->body.intent;
  sl_utm_part *part = f->main->utm;
  part->manager = f->op->utm->manager;
  part->version++;
  part->state = state;
  part->window = body->extents.window;
  part->request = f->op->utm->request;
  part->wide = f->filed->utm->wide;
  if (body->has_suffix) {
    char id[37], suffix[37];
    sl_uuid_text(id, &f->main->id);
    sl_uuid_text(suffix, &body->suffix);
    snprintf(part->ovn, sizeof part->ovn, "%s_%s", id, suffix);
    part->suffix_at = sl_utm_suffix_time(&body->suffix);
  } else {
    sl_utm_ovn(f->service, f->op->member, &f->main->id, part->ovn);
  }
  sl_err err = text_keep(&part->base_url, body->base_url);
  return err ? err : attach(f);
}

static sl_err answer(filing *f, sl_intent *old) {
  sl_service *service = f->service;
  sl_op *op = f->op;
  sl_intent *main = f->main;
  sl_utm_found subs = {0};
  sl_utm_subscriber *subscriber = NULL;
  uint32_t count = 0;
  sl_err err = sl_utm_find_subs(service, op->side, SL_UTM_FOR_INTENTS, op->received, main->object, main->object_count, &subs);
  if (!err && old) {
    err = sl_utm_find_subs(service, op->side, SL_UTM_FOR_INTENTS, op->received, old->object, old->object_count, &subs);
  }
  sl_utm_found_unmark(&subs);
  if (!err) err = sl_utm_notify(service, &subs, &op->arena, &subscriber, &count);
  sl_utm_found_fini(&subs);
  sl_utm_intent_ref view;
  if (!err) err = sl_utm_intent_view(service, main, op->utm->manager, &op->arena, &view);
  if (!err) sl_utm_change_intent_add(&op->out, &view, subscriber, count);
  return err ? err : op->out.error;
}

/* unknown: the key does not show that its party knows what it is shown across the line. */
static sl_err accept(filing *f, sl_intent_state state, bool unknown) {
  sl_service *service = f->service;
  sl_intent *main = f->main;
  bool update = f->filed != main;
  sl_intent_state inner = inner_state(main, state);
  bool activated = inner == SL_INTENT_ACTIVATED && (!update || main->own.state != SL_INTENT_ACTIVATED);
  if (update) succeed(f);
  else sl_deal_touch(service, main);
  main->own.state = inner;
  main->own.pending = false;
  if (activated) sl_budget_activated(&main->owner->budget, main->own.units);
  sl_lines_affirmed(service, main);
  sl_err err = stand(f, state);
  if (!err) err = answer(f, update ? f->filed : NULL);
  if (err) return err;
  sl_utm_part shadow = update ? *f->filed->utm : (sl_utm_part){0};
  if (update) drop_shadow(service, f->filed);
  main->utm->leaf = main->own.leaf = sl_utm_seal(service, f->op, f->op->utm->update ? 200 : 201);
  f->op->draft.version = main->own.version;
  f->op->draft.state = inner;
  sl_persist_intent(service, main, &f->op->draft);
  sl_persist_standing(service, main);
  sl_utm_persist_intent(service, main);
  if (main->own.told != SL_CLEAR || unknown || main->utm->pushed || shadow.pushed) {
    sl_utm_line_settle(service, main, update ? &shadow : NULL, unknown);
  }
  sl_intent_alarm_next(service, main);
  /* A standing conflict is notified again at activation, beside the answer (L9). */
  if (activated && main->own.told != SL_CLEAR) sl_own_flag(service, main);
  return SL_OK;
}

/* ---- refused (L18) ---- */

static sl_err refuse(filing *f, sl_utm_line *line) {
  sl_service *service = f->service;
  sl_op *op = f->op;
  sl_intent *filed = f->filed;
  const sl_agreement *agreement = sl_state_agreement(service, op->side);
  const sl_utm_put_intent *body = &op->utm->body.intent;
  filed->own.pending = true;
  filed->own.pending_until.ns = op->received.ns + (agreement ? agreement->pending.ns : 10 * SL_NS_PER_MIN);
  sl_utm_part *part = filed->utm;
  part->manager = op->utm->manager;
  part->state = body->state;
  part->window = body->extents.window;
  sl_err err = text_keep(&part->base_url, body->base_url);
  if (err) return err;
  line->reference.start = sl_utm_first(part->window);
  line->reference.end = sl_utm_last(part->window);
  sl_utm_line_refused(f->main->utm, op->received);
  sl_utm_line_told(service, filed, line);
  sl_utm_conflict_add(&op->out, "the key lacks the OVN of what lies across the line", &line->reference, 1, NULL, 0);
  filed->own.leaf = sl_utm_seal(service, op, 409);
  sl_persist_intent(service, filed, &op->draft);
  sl_persist_standing(service, filed);
  sl_utm_persist_intent(service, filed);
  if (filed != f->main) sl_utm_persist_intent(service, f->main);
  sl_intent_alarm_next(service, filed);
  return op->out.error;
}

void sl_utm_intent_file(sl_service *service, sl_op *op, sl_intent *intent, sl_utm_sub *sub) {
  SL_ASSERT(op->draft.plan.count > 0);
  filing f = {.service = service, .op = op, .main = intent, .sub = sub};
  sl_intent_state state = op->utm->body.intent.state;
  sl_err err = subject(&f);
  if (!err) err = place(&f);
  if (err) {
    unmake(&f);
    if (f.too_far) sl_utm_refuse(op, 400, "the extents reach over too much; file them in parts");
    else sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  /* From here on half of it is done in memory: a failure fails the group. */
  f.filed->utm->wide = sl_utm_line_wide(f.main->utm, op->received);
  f.filed->utm->window = op->utm->body.intent.extents.window;
  err = judge(&f);
  sl_utm_line line;
  bool urgent = sl_intent_urgent(state);
  bool shown = !err && sl_utm_line_of(service, f.filed, op->received, &line);
  bool unknown = shown && !sl_utm_line_known(service, f.filed, &line, &op->utm->body.intent);
  if (!err && unknown && !urgent) err = refuse(&f, &line);
  else if (!err) err = accept(&f, state, unknown);
  sl_group_fail(service, err);
}

/* ---- the end ---- */

/* Another id for what is over on this face and still judged, or owed for. */
static void set_apart(sl_service *service, sl_intent *intent) {
  sl_uuid id = derived(service, "utm-gone", intent, sl_tree_size(intent->owner->log));
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_draft draft;
  sl_err err = sl_persist_draft_get(service, intent, &arena, &draft);
  sl_utm_forget(service, intent);
  sl_utm_line_forget(service, intent);
  sl_persist_forget(service, intent);
  sl_across_rows(service, intent, false);
  if (!err) err = sl_state_intent_rename(service, intent, &id);
  if (!err) {
    sl_across_rows(service, intent, true);
    sl_persist_intent(service, intent, &draft);
    sl_persist_standing(service, intent);
    sl_utm_persist_intent(service, intent);
  }
  sl_arena_fini(&arena);
  sl_group_fail(service, err);
}

/* Gone on this face at once. What flew is judged five minutes more (L7); what is over is
 * kept until what is owed for it is told. Under another id: its own is free again. */
static void end(sl_service *service, sl_op *op, sl_intent *intent) {
  bool flew = sl_own_airborne(intent) && intent->live;
  sl_deal_leave(service, intent);
  sl_intent *shadow = intent->utm->shadow;
  sl_utm_line_told(service, intent, NULL);
  if (shadow) {
    sl_utm_line_told(service, shadow, NULL);
    sl_across_succeed(service, intent, shadow);
    drop_shadow(service, shadow);
  }
  intent->own.state = SL_INTENT_ENDED;
  intent->own.pending = false;
  intent->own.out_at = flew ? op->received : (sl_time){0};
  intent->own.pending_until = op->received;
  intent->utm->gone = true;
  if (!flew && intent->live) {
    sl_across_leave(service, intent);
    sl_outcome outcome = {.kind = SL_OUTCOME_JUDGED, .intent = intent->id, .verdict = SL_CLEAR};
    sl_own_take(service, intent->owner, intent, &outcome);
  }
  set_apart(service, intent);
  sl_intent_alarm_next(service, intent);
}

void sl_utm_intent_delete(sl_service *service, sl_op *op) {
  sl_intent *intent = sl_state_intent(service, op->side, &op->id);
  bool there = intent && sl_utm_visible(intent);
  const char *manager = there ? intent->utm ? intent->utm->manager : sl_utm_manager_of(service, intent->owner) : "";
  uint64_t leaf = 0;
  if (!there && sl_utm_done_find(service, op, &leaf)) {
    sl_utm_again(service, op, leaf, 200);
  } else if (!there) {
    sl_utm_refuse(op, 404, "there is no operational intent with this id");
  } else if (!intent->utm || strcmp(manager, op->utm->manager) != 0) {
    sl_utm_refuse(op, 403, "this operational intent is managed by another");
  } else if (!sl_str_is(op->utm->tail, intent->utm->ovn)) {
    sl_utm_refuse(op, 409, "the OVN of the path is not the current one");
  } else if (sl_utm_availability_of(service, op->side, manager) == SL_UTM_DOWN) {
    sl_utm_refuse(op, 412, "a USS that is Down may not do this");
  } else {
    filing f = {.service = service, .op = op, .main = intent, .filed = intent};
    sl_err err = answer(&f, NULL);
    sl_group_fail(service, err);
    if (err) return;
    leaf = sl_utm_seal(service, op, 200);
    sl_utm_done_add(service, op, leaf);
    end(service, op, intent);
  }
}

bool sl_utm_elsewhere(sl_service *service, const sl_op *op) {
  for (unsigned side = 0; side < service->side_count; side++) {
    if (side != op->side && sl_state_intent(service, side, &op->id)) return true;
  }
  return false;
}
