/* Constraints: references that a side's own parties see. They never cross a line. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"
#include "service/utm_state.h"

static sl_err subs_meeting(sl_service *service, const sl_op *op, const sl_utm_region *region, sl_utm_found *out) {
  if (!region) return SL_OK;
  return sl_utm_find_subs(service, op->side, SL_UTM_FOR_ZONES, op->received, region->item, region->count, out);
}

/* The answer to a change: who must be told, each with its index after counting. */
static sl_err answer(sl_service *service, sl_op *op, const sl_utm_zone *zone, sl_utm_found *subs) {
  sl_utm_subscriber *subscriber = NULL;
  uint32_t count = 0;
  sl_err err = sl_utm_notify(service, subs, &op->arena, &subscriber, &count);
  if (err) return err;
  sl_utm_constraint_ref view;
  sl_utm_zone_view(service, zone, op->utm->manager, &view);
  sl_utm_change_constraint_add(&op->out, &view, subscriber, count);
  return op->out.error;
}

static sl_err fill(sl_op *op, sl_utm_zone *zone) {
  const sl_utm_put_constraint *body = &op->utm->body.zone;
  char *url = sl_utm_text(body->base_url);
  uint8_t *plan = malloc(op->plan_bytes.size);
  if (!url || !plan) {
    free(url);
    free(plan);
    return SL_ERR_NOMEM;
  }
  memcpy(plan, op->plan_bytes.data, op->plan_bytes.size);
  free(zone->base_url);
  free((uint8_t *)(uintptr_t)zone->plan.data);
  zone->base_url = url;
  zone->plan = (sl_span){plan, op->plan_bytes.size};
  zone->manager = op->utm->manager;
  zone->window = body->extents.window;
  zone->request = op->utm->request;
  zone->version++;
  return SL_OK;
}

static void change(sl_service *service, sl_op *op, sl_utm_zone *zone) {
  sl_utm_found subs = {0};
  sl_err err = SL_OK;
  bool fresh = !zone;
  if (fresh) err = sl_utm_zone_new(service, op->member, &op->id, &zone);
  if (err) {
    sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  if (!fresh) err = subs_meeting(service, op, zone->region, &subs);
  if (!err) err = fill(op, zone);
  if (!err) err = sl_utm_zone_place(service, zone, op->utm->region);
  if (!err) op->utm->region = NULL;
  if (!err) err = subs_meeting(service, op, zone->region, &subs);
  sl_utm_found_unmark(&subs);
  sl_utm_ovn(service, op->member, &op->id, zone->ovn);
  if (!err) err = answer(service, op, zone, &subs);
  sl_utm_found_fini(&subs);
  if (err) {
    sl_group_fail(service, err);   /* half done in memory */
    return;
  }
  zone->leaf = sl_utm_seal(service, op, op->utm->update ? 200 : 201);
  sl_utm_persist_zone(service, zone, false);
}

static void put(sl_service *service, sl_op *op) {
  sl_utm_op *utm = op->utm;
  sl_utm_zone *zone = sl_utm_zone_find(service, op->side, &op->id);
  if (zone && memcmp(zone->request.digest, utm->request.digest, 32) == 0) {
    sl_utm_again(service, op, zone->leaf, utm->update ? 200 : 201);
    return;
  }
  if (!utm->update && zone) {
    sl_utm_refuse(op, 409, "a constraint with this id exists: name its OVN in the path to change it");
  } else if (utm->update && !zone) {
    sl_utm_refuse(op, 409, "there is no constraint with this id: without an OVN in the path it is made");
  } else if (zone && strcmp(zone->manager, utm->manager) != 0) {
    sl_utm_refuse(op, 403, "this constraint is managed by another");
  } else if (zone && !sl_str_is(utm->tail, zone->ovn)) {
    sl_utm_refuse(op, 409, "the OVN of the path is not the current one");
  } else {
    change(service, op, zone);
  }
}

static void delete(sl_service *service, sl_op *op) {
  sl_utm_zone *zone = sl_utm_zone_find(service, op->side, &op->id);
  uint64_t leaf = 0;
  if (!zone && sl_utm_done_find(service, op, &leaf)) {
    sl_utm_again(service, op, leaf, 200);
    return;
  }
  if (!zone) {
    sl_utm_refuse(op, 404, "there is no constraint with this id");
  } else if (strcmp(zone->manager, op->utm->manager) != 0) {
    sl_utm_refuse(op, 403, "this constraint is managed by another");
  } else if (!sl_str_is(op->utm->tail, zone->ovn)) {
    sl_utm_refuse(op, 409, "the OVN of the path is not the current one");
  } else {
    sl_utm_found subs = {0};
    sl_err err = subs_meeting(service, op, zone->region, &subs);
    sl_utm_found_unmark(&subs);
    if (!err) err = answer(service, op, zone, &subs);
    sl_utm_found_fini(&subs);
    sl_group_fail(service, err);
    if (err) return;
    leaf = sl_utm_seal(service, op, 200);
    sl_utm_done_add(service, op, leaf);
    sl_utm_posted_drop(service, op->side, &zone->id, true);
    sl_utm_persist_zone(service, zone, true);
    sl_utm_zone_free(service, zone);
  }
}

sl_err sl_utm_zone_views(sl_service *service, const sl_utm_found *found, const char *viewer, sl_arena *arena,
                         sl_utm_constraint_ref **out) {
  sl_utm_constraint_ref *view = SL_ARENA_TAKE(arena, found->count + 1, sl_utm_constraint_ref);
  if (!view) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < found->count; i++) sl_utm_zone_view(service, found->item[i], viewer, &view[i]);
  *out = view;
  return SL_OK;
}

static void query(sl_service *service, sl_op *op) {
  sl_utm_found found = {0};
  sl_utm_constraint_ref *view = NULL;
  sl_utm_region *region = op->utm->region;
  sl_err err = sl_utm_find_zones(service, op->side, region->item, region->count, &found);
  sl_utm_found_zones(&found);
  if (!err && found.count > SL_UTM_RESULTS_MAX) {
    sl_utm_refuse(op, 413, SL_UTM_TOO_MANY);
  } else {
    if (!err) err = sl_utm_zone_views(service, &found, op->utm->manager, &op->arena, &view);
    if (!err) sl_utm_constraints_add(&op->out, view, found.count);
    op->status = 200;
    op->content_type = "application/json";
    if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
  }
  sl_utm_found_fini(&found);
}

void sl_utm_zone_act(sl_service *service, sl_op *op) {
  SL_ASSERT(op->utm->manager != NULL);
  if (op->utm->kind == SL_UTM_ZONE_PUT) {
    put(service, op);
  } else if (op->utm->kind == SL_UTM_ZONE_DELETE) {
    delete(service, op);
  } else if (op->utm->kind == SL_UTM_ZONE_QUERY) {
    query(service, op);
  } else {
    const sl_utm_zone *zone = sl_utm_zone_find(service, op->side, &op->id);
    if (!zone) {
      sl_utm_refuse(op, 404, "there is no constraint with this id");
      return;
    }
    sl_utm_constraint_ref view;
    sl_utm_zone_view(service, zone, op->utm->manager, &view);
    sl_utm_get_constraint_add(&op->out, &view);
    op->status = 200;
    op->content_type = "application/json";
  }
}
