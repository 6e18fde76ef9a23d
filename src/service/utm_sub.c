/* Subscriptions: what a party wants to hear of on its own side. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/canon.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/utm_state.h"

static void good(sl_op *op) {
  op->status = 200;
  op->content_type = "application/json";
}

/* Present: an ended one reads as absent before it is swept. */
static sl_utm_sub *present(sl_service *service, const sl_op *op) {
  sl_utm_sub *sub = sl_utm_sub_find(service, op->side, &op->id);
  return sub && !sl_utm_sub_over(sub, op->received) ? sub : NULL;
}

/* Times by the clock and by what was there; the text says what is wrong. Those that are
 * given by the server have at most six decimals: more, some clients cannot read. */
static const char *times(const sl_op *op, const sl_utm_sub *before, sl_time *start, sl_time *end) {
  const sl_utm_extents *extents = &op->utm->body.sub.extents;
  sl_time now = op->received;
  sl_time fresh = {now.ns - now.ns % 1000};
  *start = before ? sl_utm_first(before->window) : fresh;
  if (extents->given & SL_UTM_START) {
    *start = extents->window.start;
    if (start->ns < now.ns - SL_UTM_START_PAST_NS) return "time_start lies more than 5 minutes in the past";
  }
  *end = before ? sl_utm_last(before->window) : (sl_time){start->ns + SL_UTM_SUBSCRIPTION_NS};
  if (extents->given & SL_UTM_END) *end = sl_utm_last(extents->window);
  /* Refreshed by its end alone, it starts anew where it would last too long. */
  bool renewed = !(extents->given & SL_UTM_START) && start->ns < fresh.ns;
  if (renewed && end->ns - start->ns > SL_UTM_SUBSCRIPTION_NS) *start = fresh;
  if (end->ns < now.ns) return "time_end lies in the past";
  if (end->ns < start->ns) return "time_end lies before time_start";
  if (end->ns - start->ns > SL_UTM_SUBSCRIPTION_NS) return "a subscription lasts 24 hours at most";
  return NULL;
}

sl_err sl_utm_sub_covers(sl_service *service, const sl_volume *outer, sl_window window, const sl_intent *intent,
                         bool *out) {
  sl_window inner = intent->utm->window;
  *out = false;
  if (window.start.ns > inner.start.ns || window.end.ns < inner.end.ns) return SL_OK;
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_draft draft;
  sl_err err = sl_persist_draft_get(service, intent, &arena, &draft);
  if (!err) *out = sl_utm_covers(outer, &draft.plan);
  sl_arena_fini(&arena);
  return err;
}

/* It must go on serving the intents that depend on it. */
static const char *dependents(sl_service *service, const sl_op *op, const sl_utm_sub *sub) {
  const sl_utm_extents *extents = &op->utm->body.sub.extents;
  if (sub->dependents > 0 && !op->utm->body.sub.for_intents) {
    return "operational intents depend on this subscription: it must notify for operational intents";
  }
  for (uint32_t i = 0; i < sub->dependents; i++) {
    bool covered = false;
    sl_err err = sl_utm_sub_covers(service, &extents->object[0].as.volume, extents->window, sub->dependent[i], &covered);
    if (err || !covered) return "an operational intent that depends on this subscription would not be covered";
  }
  return NULL;
}

static sl_err fill(sl_service *service, sl_op *op, sl_utm_sub *sub) {
  const sl_utm_put_subscription *body = &op->utm->body.sub;
  sl_buf canon;
  sl_buf_init(&canon, SL_STORE_VALUE_MAX / 2);
  sl_canon_add(&canon, &body->extents.plan);
  char *url = sl_utm_text(body->base_url);
  sl_utm_region *region = NULL;
  sl_err err = canon.error ? canon.error : url ? SL_OK : SL_ERR_NOMEM;
  if (!err) err = sl_utm_region_new(&region, &body->extents.plan, NULL);
  uint8_t *plan = err ? NULL : malloc(canon.size);
  if (!err && !plan) err = SL_ERR_NOMEM;
  if (err) {
    free(url);
    sl_utm_region_free(region);
    sl_buf_fini(&canon);
    return err;
  }
  memcpy(plan, canon.data, canon.size);
  free(sub->base_url);
  free((uint8_t *)(uintptr_t)sub->plan.data);
  sub->base_url = url;
  sub->plan = (sl_span){plan, canon.size};
  sl_buf_fini(&canon);
  sub->manager = op->utm->manager;
  sub->for_intents = body->for_intents;
  sub->for_constraints = body->for_constraints;
  sub->implicit = false;
  sub->window = body->extents.window;
  sub->request = op->utm->request;
  sl_utm_version(service, op->member, &op->id, sub->version);
  err = sl_utm_sub_place(service, sub, region);
  if (err && sub->region != region) sl_utm_region_free(region);
  return err;
}

/* With what is there already, of the kinds that were asked for. */
static sl_err answer(sl_service *service, sl_op *op, const sl_utm_sub *sub, bool *too_many) {
  sl_utm_found intents = {0}, zones = {0};
  sl_utm_subscription view;
  sl_utm_intent_ref *intent = NULL;
  sl_utm_constraint_ref *zone = NULL;
  uint32_t count = 0;
  sl_err err = sl_utm_sub_view(sub, &op->arena, &view);
  if (!err && sub->for_intents) {
    err = sl_utm_find_intents(service, op->side, op->member, sub->region->item, sub->region->count, &intents);
    sl_utm_found_intents(&intents);
    if (!err) err = sl_utm_intent_views(service, op, &intents, &intent, &count);
  }
  if (!err && sub->for_constraints) {
    err = sl_utm_find_zones(service, op->side, sub->region->item, sub->region->count, &zones);
    sl_utm_found_zones(&zones);
    if (!err) err = sl_utm_zone_views(service, &zones, op->utm->manager, &op->arena, &zone);
  }
  *too_many = count > SL_UTM_RESULTS_MAX || zones.count > SL_UTM_RESULTS_MAX;
  if (!err && !*too_many) sl_utm_put_subscription_add(&op->out, &view, intent, count, zone, zones.count);
  sl_utm_found_fini(&intents);
  sl_utm_found_fini(&zones);
  return err ? err : op->out.error;
}

static void change(sl_service *service, sl_op *op, sl_utm_sub *sub) {
  bool too_many = false;
  sl_err err = sub ? SL_OK : sl_utm_sub_new(service, op->member, &op->id, &sub);
  if (err) {
    sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  err = fill(service, op, sub);
  if (!err) err = answer(service, op, sub, &too_many);
  if (err) {
    sl_group_fail(service, err);
    return;
  }
  /* It stands all the same: its party can ask for less at once. */
  if (too_many) sl_utm_refuse(op, 413, SL_UTM_TOO_MANY);
  sub->leaf = sl_utm_seal(service, op, too_many ? 413 : 200);
  sl_utm_persist_sub(service, sub, false);
}

static void put(sl_service *service, sl_op *op) {
  sl_utm_sub *sub = present(service, op);
  if (sub && memcmp(sub->request.digest, op->utm->request.digest, 32) == 0) {
    sl_utm_again(service, op, sub->leaf, 200);
    return;
  }
  sl_time start = {0}, end = {0};
  const char *wrong = times(op, op->utm->update ? sub : NULL, &start, &end);
  if (!op->utm->update && sub) {
    sl_utm_refuse(op, 409, "a subscription with this id exists: name its version in the path to change it");
  } else if (op->utm->update && !sub) {
    sl_utm_refuse(op, 400, "there is no subscription with this id");
  } else if (sub && !sl_str_is(op->utm->tail, sub->version)) {
    sl_utm_refuse(op, 409, "the version of the path is not the current one");
  } else if (sub && strcmp(sub->manager, op->utm->manager) != 0) {
    sl_utm_refuse(op, 403, "this subscription is another's");
  } else if (wrong) {
    sl_utm_refuse(op, 400, wrong);
  } else {
    sl_utm_extents_limit(&op->utm->body.sub.extents, start, end);
    wrong = sub ? dependents(service, op, sub) : NULL;
    sl_utm_sub *ended = sub ? NULL : sl_utm_sub_find(service, op->side, &op->id);
    if (ended) sl_utm_over(service, &ended->timer);
    if (wrong) sl_utm_refuse(op, 400, wrong);
    else change(service, op, sub);
  }
}

static void delete(sl_service *service, sl_op *op) {
  sl_utm_sub *sub = present(service, op);
  uint64_t leaf = 0;
  if (!sub && sl_utm_done_find(service, op, &leaf)) {
    sl_utm_again(service, op, leaf, 200);
  } else if (!sub) {
    sl_utm_refuse(op, 404, "there is no subscription with this id");
  } else if (!sl_str_is(op->utm->tail, sub->version)) {
    sl_utm_refuse(op, 409, "the version of the path is not the current one");
  } else if (strcmp(sub->manager, op->utm->manager) != 0) {
    sl_utm_refuse(op, 403, "this subscription is another's");
  } else if (sub->dependents > 0) {
    sl_utm_refuse(op, 400, "operational intents depend on this subscription");
  } else {
    sl_utm_subscription view;
    sl_err err = sl_utm_sub_view(sub, &op->arena, &view);
    sl_group_fail(service, err);
    if (err) return;
    sl_utm_get_subscription_add(&op->out, &view);
    leaf = sl_utm_seal(service, op, 200);
    sl_utm_done_add(service, op, leaf);
    sl_utm_persist_sub(service, sub, true);
    sl_utm_sub_free(service, sub);
  }
}

static void query(sl_service *service, sl_op *op) {
  sl_utm_found found = {0};
  sl_utm_region *region = op->utm->region;
  sl_err err = sl_utm_find_subs(service, op->side, SL_UTM_FOR_ANY, op->received, region->item, region->count, &found);
  sl_utm_found_subs(&found);
  sl_utm_subscription *view = SL_ARENA_TAKE(&op->arena, found.count + 1, sl_utm_subscription);
  if (!view) err = SL_ERR_NOMEM;
  uint32_t count = 0;
  for (uint32_t i = 0; i < found.count && !err; i++) {
    const sl_utm_sub *sub = found.item[i];
    if (strcmp(sub->manager, op->utm->manager) != 0) continue;
    if (count < SL_UTM_RESULTS_MAX) err = sl_utm_sub_view(sub, &op->arena, &view[count]);
    count++;
  }
  good(op);
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
  else if (count > SL_UTM_RESULTS_MAX) sl_utm_refuse(op, 413, SL_UTM_TOO_MANY);
  else sl_utm_subscriptions_add(&op->out, view, count);
  sl_utm_found_fini(&found);
}

static void get(sl_service *service, sl_op *op) {
  const sl_utm_sub *sub = present(service, op);
  sl_utm_subscription view;
  if (!sub) {
    sl_utm_refuse(op, 404, "there is no subscription with this id");
  } else if (strcmp(sub->manager, op->utm->manager) != 0) {
    sl_utm_refuse(op, 403, "this subscription is another's");
  } else if (sl_utm_sub_view(sub, &op->arena, &view)) {
    sl_utm_fail(op, SL_STAGE_ACT, SL_ERR_NOMEM, NULL);
  } else {
    sl_utm_get_subscription_add(&op->out, &view);
    good(op);
  }
}

void sl_utm_sub_act(sl_service *service, sl_op *op) {
  SL_ASSERT(op->utm->manager != NULL);
  if (op->utm->kind == SL_UTM_SUB_PUT) put(service, op);
  else if (op->utm->kind == SL_UTM_SUB_DELETE) delete(service, op);
  else if (op->utm->kind == SL_UTM_SUB_QUERY) query(service, op);
  else get(service, op);
}
