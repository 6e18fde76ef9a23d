/* Operational intents over the F3548 face. Inside the side the standard: states,
 * managers, OVNs, subscriptions, the key. When the key holds all of the own side's, and
 * only then, the plan is asked about across the line, as a native submission is: it is
 * charged, stands and protects. A create is judged as the intent itself; an update as a
 * shadow of it, which takes its place when it is accepted and pends beside it when not. */
#include "service/utm_intent.h"

#include <stdlib.h>

#include "base/assert.h"
#include "geo/canon.h"
#include "service/across.h"
#include "service/deal.h"
#include "service/filing.h"
#include "service/lines.h"
#include "service/own.h"
#include "service/persist.h"

static bool known_as(const sl_op *op, const char *manager) { return strcmp(op->utm->manager, manager) == 0; }

/* Of the standard's checks before anything is looked at in the airspace; NULL: go on. */
static const char *checks(sl_service *service, const sl_op *op, const sl_intent *intent, int *status) {
  const sl_utm_put_intent *body = &op->utm->body.intent;
  bool there = intent && sl_utm_visible(intent);
  const char *manager = there ? intent->utm ? intent->utm->manager : sl_utm_manager_of(service, intent->owner) : NULL;
  bool update = op->utm->update;
  bool firm = body->state == SL_INTENT_ACCEPTED || body->state == SL_INTENT_ACTIVATED;
  *status = 400;
  if (update && !there) return "there is no operational intent with this id";
  if (update && (!known_as(op, manager) || !intent->utm)) {
    *status = 403;
    return "this operational intent is managed by another";
  }
  char ovn[SL_UTM_OVN_OWN_MAX + 1] = "";
  if (update) sl_utm_intent_ovn(service, intent, ovn);
  *status = 409;
  if (update && !sl_str_is(op->utm->tail, ovn)) return "the OVN of the path is not the current one";
  bool taken = intent && (there || intent->owner != op->member || !intent->utm || intent->utm->main || intent->utm->gone);
  if (!update && taken) return "an operational intent with this id exists: name its OVN in the path to change it";
  *status = 400;
  if (!update && body->state != SL_INTENT_ACCEPTED) return "an operational intent is created as Accepted";
  if (update && intent->utm->state == SL_INTENT_CONTINGENT && body->state != SL_INTENT_CONTINGENT) {
    return "what is Contingent only ends";
  }
  if (body->state != SL_INTENT_ACCEPTED && !body->has_subscription && !body->new_subscription) {
    return "a state other than Accepted needs subscription_id or new_subscription";
  }
  if (intent && intent->utm && body->has_suffix && sl_utm_suffix_time(&body->suffix).ns <= intent->utm->suffix_at.ns) {
    return "requested_ovn_suffix is not newer than the last one of this operational intent; make a new one";
  }
  if (firm && sl_utm_availability_of(service, op->side, op->utm->manager) == SL_UTM_DOWN) {
    *status = 412;
    return "a USS that is Down may not do this";
  }
  return NULL;
}

/* The subscription that is named: it exists, is the caller's, hears of operational
 * intents, and covers the extents unless it is implicit and will. */
static const char *subscription(sl_service *service, sl_op *op, sl_utm_sub **out, int *status) {
  const sl_utm_put_intent *body = &op->utm->body.intent;
  *out = NULL;
  if (!body->has_subscription) return NULL;
  if (memcmp(body->subscription.bytes, sl_utm_no_subscription.bytes, 16) == 0 && body->state == SL_INTENT_ACCEPTED) {
    return NULL;
  }
  sl_utm_sub *sub = sl_utm_sub_find(service, op->side, &body->subscription);
  *status = 400;
  if (!sub || sl_utm_sub_over(sub, op->received)) return "there is no subscription with this id";
  if (!known_as(op, sub->manager)) {
    *status = 403;
    return "this subscription is another's";
  }
  if (!sub->for_intents) return "the subscription does not notify for operational intents";
  *out = sub;
  if (sub->implicit) return NULL;
  sl_plan plan;
  sl_window window = body->extents.window;
  bool in_time = sub->window.start.ns <= window.start.ns && sub->window.end.ns >= window.end.ns;
  bool covers = in_time && sl_canon_read(&plan, &op->arena, sub->plan) == SL_OK &&
                sl_utm_covers(&plan.object[0].as.volume, &op->draft.plan);
  return covers ? NULL : "the subscription does not cover the extents in time and area";
}

/* Whether the key lacks the OVN of what is relevant on the own side. */
static bool lacks(sl_service *service, const sl_op *op, const sl_intent *itself, const sl_intent *other) {
  if (other == itself) return false;
  char ovn[SL_UTM_OVN_OWN_MAX + 1];
  sl_utm_intent_ovn(service, other, ovn);
  if (sl_utm_key_has(&op->utm->body.intent, ovn)) return false;
  sl_intent_state state = other->utm ? other->utm->state : other->own.state;
  if (state != SL_INTENT_ACCEPTED) return true;
  const char *manager = other->utm ? other->utm->manager : sl_utm_manager_of(service, other->owner);
  return sl_utm_availability_of(service, op->side, manager) != SL_UTM_DOWN;
}

static void missing(sl_service *service, sl_op *op, sl_utm_found *intents, sl_utm_found *zones) {
  sl_utm_intent_ref *view = SL_ARENA_TAKE(&op->arena, intents->count + 1, sl_utm_intent_ref);
  sl_utm_constraint_ref *zone = NULL;
  sl_err err = view ? SL_OK : SL_ERR_NOMEM;
  for (uint32_t i = 0; i < intents->count && !err; i++) {
    err = sl_utm_intent_view(service, intents->item[i], op->utm->manager, &op->arena, &view[i]);
  }
  if (!err) err = sl_utm_zone_views(service, zones, op->utm->manager, &op->arena, &zone);
  op->status = 409;
  op->content_type = "application/json";
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
  else if (intents->count > SL_UTM_RESULTS_MAX || zones->count > SL_UTM_RESULTS_MAX) sl_utm_refuse(op, 413, SL_UTM_TOO_MANY);
  else sl_utm_conflict_add(&op->out, "the key lacks current OVNs", view, intents->count, zone, zones->count);
}

/* The own side's part of the key. True: answered already. */
static bool key_misses(sl_service *service, sl_op *op, const sl_intent *itself, bool constraints) {
  sl_utm_found intents = {0}, zones = {0};
  sl_err err = sl_utm_find_intents(service, op->side, NULL, op->object, op->object_count, &intents);
  sl_utm_found_intents(&intents);
  if (!err && constraints) err = sl_utm_find_zones(service, op->side, op->object, op->object_count, &zones);
  sl_utm_found_zones(&zones);
  uint32_t count = 0;
  for (uint32_t i = 0; i < intents.count; i++) {
    if (lacks(service, op, itself, intents.item[i])) intents.item[count++] = intents.item[i];
  }
  intents.count = count;
  count = 0;
  for (uint32_t i = 0; i < zones.count; i++) {
    const sl_utm_zone *zone = zones.item[i];
    if (!sl_utm_key_has(&op->utm->body.intent, zone->ovn)) zones.item[count++] = zones.item[i];
  }
  zones.count = count;
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
  else if (intents.count + zones.count > 0) missing(service, op, &intents, &zones);
  bool answered = err || intents.count + zones.count > 0;
  sl_utm_found_fini(&intents);
  sl_utm_found_fini(&zones);
  return answered;
}

void sl_utm_intent_put(sl_service *service, sl_op *op) {
  const sl_utm_put_intent *body = &op->utm->body.intent;
  SL_ASSERT(op->object_count > 0);
  sl_intent *intent = sl_state_intent(service, op->side, &op->id);
  bool there = intent && intent->utm && sl_utm_visible(intent);
  if (there && memcmp(intent->utm->request.digest, op->utm->request.digest, 32) == 0) {
    sl_utm_again(service, op, intent->utm->leaf, op->utm->update ? 200 : 201);
    return;
  }
  int status = 0;
  sl_utm_sub *sub = NULL;
  const char *wrong = checks(service, op, intent, &status);
  if (!wrong) wrong = subscription(service, op, &sub, &status);
  if (wrong) {
    sl_utm_refuse(op, status, wrong);
    return;
  }
  bool firm = body->state == SL_INTENT_ACCEPTED || body->state == SL_INTENT_ACTIVATED;
  bool constraints = sub ? sub->for_constraints : body->new_subscription && body->new_for_constraints;
  if (firm && key_misses(service, op, intent, constraints)) return;
  sl_utm_intent_file(service, op, intent, sub);
}

/* ---- reading ---- */

sl_err sl_utm_intent_views(sl_service *service, sl_op *op, const sl_utm_found *found, sl_utm_intent_ref **out,
                           uint32_t *count) {
  sl_utm_intent_ref *view = SL_ARENA_TAKE(&op->arena, 2 * (size_t)found->count + 1, sl_utm_intent_ref);
  if (!view) return SL_ERR_NOMEM;
  uint32_t used = 0;
  sl_err err = SL_OK;
  for (uint32_t i = 0; i < found->count && !err; i++) {
    sl_intent *intent = found->item[i];
    if (sl_utm_visible(intent)) err = sl_utm_intent_view(service, intent, op->utm->manager, &op->arena, &view[used++]);
    if (err || intent->owner != op->member || !intent->utm || !intent->live) continue;
    sl_outcome outcome;
    err = sl_across_poll(service, intent, &outcome);
    if (err) break;
    sl_wall_pass(service, op->member, intent, &outcome);
    sl_utm_line line;
    if (!sl_utm_line_of(service, intent, op->received, &line)) continue;
    if (sl_utm_line_told(service, intent, &line)) sl_utm_persist_intent(service, intent);
    op->utm->line = true;
    view[used++] = line.reference;
  }
  if (err) return err;
  *out = view;
  *count = used;
  return SL_OK;
}

static void told(sl_service *service, sl_op *op) {
  op->status = 200;
  op->content_type = "application/json";
  if (op->utm->line) sl_utm_seal(service, op, 200);
}

void sl_utm_intent_query(sl_service *service, sl_op *op) {
  sl_utm_found found = {0};
  sl_utm_intent_ref *view = NULL;
  uint32_t count = 0;
  sl_utm_region *region = op->utm->region;
  sl_err err = sl_utm_find_intents(service, op->side, op->member, region->item, region->count, &found);
  sl_utm_found_intents(&found);
  if (!err && found.count > SL_UTM_RESULTS_MAX) {
    sl_utm_refuse(op, 413, SL_UTM_TOO_MANY);
    sl_utm_found_fini(&found);
    return;
  }
  if (!err) err = sl_utm_intent_views(service, op, &found, &view, &count);
  if (!err) sl_utm_intents_add(&op->out, view, count);
  sl_utm_found_fini(&found);
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
  else told(service, op);
}

void sl_utm_intent_get(sl_service *service, sl_op *op) {
  sl_intent *intent = sl_state_intent(service, op->side, &op->id);
  sl_utm_intent_ref view;
  sl_utm_line line;
  if (intent && sl_utm_visible(intent)) {
    sl_err err = sl_utm_intent_view(service, intent, op->utm->manager, &op->arena, &view);
    if (err) {
      sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
      return;
    }
    sl_utm_get_intent_add(&op->out, &view);
  } else if (sl_utm_line_find(service, op->member, &op->id, op->received, &line)) {
    op->utm->line = true;
    sl_utm_get_intent_add(&op->out, &line.reference);
  } else {
    bool foreign = SL_PLANTED(SL_PLANT_UTM_ID_FOREIGN) && sl_utm_elsewhere(service, op);
    sl_utm_refuse(op, foreign ? 403 : 404, "there is no operational intent with this id");
    return;
  }
  told(service, op);
}
