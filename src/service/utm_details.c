/* What stands under /uss/v1: this server as the USS of parties that have none, and of
 * the line. Details that a manager posted are kept as it wrote them; where none were,
 * the extents are what there is. A line reference is told to its own party alone. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/canon.h"
#include "service/persist.h"
#include "service/utm_rows.h"

static bool posted_equal(const void *value, const void *key) {
  const sl_utm_posted *posted = value;
  const uint8_t *bytes = key;
  return posted->constraint == (bytes[0] != 0) && memcmp(posted->id.bytes, bytes + 1, 16) == 0;
}

static uint64_t posted_hash(const sl_service *service, uint8_t key[static 17], const sl_uuid *id, bool constraint) {
  key[0] = constraint;
  memcpy(key + 1, id->bytes, 16);
  return sl_utm_hash(service, "utm-posted-map", (sl_span){key, 17});
}

sl_utm_posted *sl_utm_posted_find(const sl_service *service, unsigned side, const sl_uuid *id, bool constraint) {
  uint8_t key[17];
  uint64_t hash = posted_hash(service, key, id, constraint);
  return sl_hashmap_find(&service->utm->side[side].posted, hash, posted_equal, key);
}

sl_err sl_utm_posted_keep(sl_service *service, unsigned side, const sl_utm_posted *given) {
  sl_utm_posted *posted = sl_utm_posted_find(service, side, &given->id, given->constraint);
  if (posted) {
    free((char *)(uintptr_t)posted->details.data);
    *posted = *given;
    return SL_OK;
  }
  posted = malloc(sizeof *posted);
  if (!posted) return SL_ERR_NOMEM;
  *posted = *given;
  uint8_t key[17];
  uint64_t hash = posted_hash(service, key, &given->id, given->constraint);
  sl_err err = sl_hashmap_add(&service->utm->side[side].posted, hash, posted);
  if (err) free(posted);
  return err;
}

void sl_utm_posted_drop(sl_service *service, unsigned side, const sl_uuid *id, bool constraint) {
  uint8_t key[17];
  uint64_t hash = posted_hash(service, key, id, constraint);
  sl_utm_posted *posted = sl_hashmap_remove(&service->utm->side[side].posted, hash, posted_equal, key);
  if (!posted) return;
  sl_utm_persist_posted(service, side, posted, true);
  free((char *)(uintptr_t)posted->details.data);
  free(posted);
}

/* Details made of the extents, which is all that is known of it here. */
static sl_err details_of(sl_service *service, const sl_intent *intent, sl_buf *out) {
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_utm_intent_details details = {0};
  sl_draft draft;
  sl_plan plan;
  sl_err err = sl_persist_draft_get(service, intent, &arena, &draft);
  if (!err) err = sl_utm_outward(&plan, &arena, &draft.plan);
  if (!err) {
    bool off = sl_intent_urgent(intent->utm ? intent->utm->state : intent->own.state);
    if (off) details = (sl_utm_intent_details){.off_nominal = plan};
    else details = (sl_utm_intent_details){.volumes = plan};
    sl_utm_intent_details_add(out, &details, intent->utm != NULL);
    err = out->error;
  }
  sl_arena_fini(&arena);
  return err;
}

static bool here(const sl_service *service, const char *base_url) {
  return strcmp(base_url, service->utm->options->base_url) == 0;
}

static void good(sl_op *op) {
  op->status = 200;
  op->content_type = "application/json";
}

static void line_get(sl_service *service, sl_op *op) {
  sl_utm_line line;
  sl_intent *own = sl_utm_line_find(service, op->member, &op->id, op->received, &line);
  if (!own) {
    sl_utm_refuse(op, 404, "there is no operational intent with this id here");
    return;
  }
  sl_buf details;
  sl_buf_init(&details, SL_OP_OUT_MAX);
  sl_err err = sl_utm_line_details(service, own, &line, &details);
  line.reference.ovn = sl_str_from(line.ovn);
  if (!err) sl_utm_intent_response_add(&op->out, &line.reference, sl_buf_str(&details));
  sl_buf_fini(&details);
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
  else sl_utm_seal(service, op, 200);
}

static void get(sl_service *service, sl_op *op) {
  sl_intent *intent = sl_state_intent(service, op->side, &op->id);
  if (!intent || !sl_utm_visible(intent)) {
    line_get(service, op);
    return;
  }
  char ovn[SL_UTM_OVN_OWN_MAX + 1];
  sl_utm_intent_ovn(service, intent, ovn);
  sl_utm_posted *posted = sl_utm_posted_find(service, op->side, &op->id, false);
  bool current = posted && strcmp(posted->ovn, ovn) == 0;
  if (!current && intent->utm && !here(service, intent->utm->base_url)) {
    sl_utm_refuse(op, 404, "the details of this operational intent are at its manager's own server");
    return;
  }
  sl_utm_intent_ref view;
  sl_buf details;
  sl_buf_init(&details, SL_OP_OUT_MAX);
  sl_err err = sl_utm_intent_view(service, intent, op->utm->manager, &op->arena, &view);
  if (!err && !current) err = details_of(service, intent, &details);
  /* Whoever may read the details gets the OVN with them: that is what they are for. */
  view.ovn = sl_str_from(ovn);
  if (!err) sl_utm_intent_response_add(&op->out, &view, current ? posted->details : sl_buf_str(&details));
  sl_buf_fini(&details);
  good(op);
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
}

static void telemetry(sl_service *service, sl_op *op) {
  const sl_intent *intent = sl_state_intent(service, op->side, &op->id);
  if (!intent || !sl_utm_visible(intent)) {
    sl_utm_refuse(op, 404, "there is no operational intent with this id here");
  } else if (!sl_intent_urgent(intent->utm ? intent->utm->state : intent->own.state)) {
    sl_utm_refuse(op, 409, "telemetry is there only while an operational intent is Nonconforming or Contingent");
  } else {
    sl_utm_refuse(op, 412, "no telemetry of this operational intent is kept here");
  }
}

/* Newer replaces older; the same again is done already; older, or other content under
 * the same version, is refused. */
static void keep(sl_service *service, sl_op *op, sl_utm_posted *given, sl_buf *details) {
  const sl_utm_posted *before = sl_utm_posted_find(service, op->side, &given->id, given->constraint);
  sl_span bytes = sl_buf_span(details);
  sl_sha256(given->digest, &bytes, 1);
  bool same = before && before->version == given->version;
  if (before && before->version > given->version) {
    sl_utm_refuse(op, 409, "a newer version of these details is here");
    return;
  }
  if (same && memcmp(before->digest, given->digest, 32) != 0) {
    sl_utm_refuse(op, 409, "this version of these details is here with other content");
    return;
  }
  op->status = 204;
  op->content_type = NULL;
  if (same) return;
  char *copy = sl_utm_text(sl_buf_str(details));
  sl_err err = copy ? SL_OK : SL_ERR_NOMEM;
  if (copy) given->details = (sl_str){copy, details->size};
  if (!err) err = sl_utm_posted_keep(service, op->side, given);
  if (err) {
    free(copy);
    sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  sl_utm_persist_posted(service, op->side, given, false);
  sl_buf_add_text(&op->out, "null");
  sl_utm_seal(service, op, 204);
  sl_buf_clear(&op->out);
  op->content_type = NULL;
}

static void forget(sl_service *service, sl_op *op, const sl_uuid *id, bool constraint) {
  sl_utm_posted_drop(service, op->side, id, constraint);
  op->status = 204;
  op->content_type = NULL;
}

static void ovn_keep(sl_utm_posted *posted, sl_str ovn) {
  size_t size = ovn.size <= SL_UTM_OVN_MAX ? ovn.size : 0;
  if (size > 0) memcpy(posted->ovn, ovn.data, size);
  posted->ovn[size] = '\0';
}

static void post(sl_service *service, sl_op *op) {
  const sl_utm_put_intent_details *body = &op->utm->body.details;
  const sl_intent *intent = sl_state_intent(service, op->side, &body->id);
  const char *manager = NULL;
  if (intent && sl_utm_visible(intent)) manager = intent->utm ? intent->utm->manager : sl_utm_manager_of(service, intent->owner);
  bool other = manager && strcmp(manager, op->utm->manager) != 0;
  bool claims = body->has_intent && !sl_str_is(body->reference.manager, op->utm->manager);
  if (other || claims) {
    sl_utm_refuse(op, 403, "only the manager of an operational intent tells of it");
  } else if (!manager || !body->has_intent) {
    forget(service, op, &body->id, false);   /* of what is not here nothing is kept */
  } else {
    sl_utm_posted posted = {.id = body->id, .version = body->reference.version};
    ovn_keep(&posted, body->reference.ovn);
    sl_buf details;
    sl_buf_init(&details, SL_OP_OUT_MAX);
    sl_utm_intent_details_add(&details, &body->details, true);
    if (details.error) sl_utm_fail(op, SL_STAGE_ACT, details.error, NULL);
    else keep(service, op, &posted, &details);
    sl_buf_fini(&details);
  }
}

static void zone_post(sl_service *service, sl_op *op) {
  const sl_utm_put_constraint_details *body = &op->utm->body.zone_details;
  const sl_utm_zone *zone = sl_utm_zone_find(service, op->side, &body->id);
  bool other = zone && strcmp(zone->manager, op->utm->manager) != 0;
  bool claims = body->has_constraint && !sl_str_is(body->reference.manager, op->utm->manager);
  if (other || claims) {
    sl_utm_refuse(op, 403, "only the manager of a constraint tells of it");
  } else if (!zone || !body->has_constraint) {
    forget(service, op, &body->id, true);
  } else {
    sl_utm_posted posted = {.id = body->id, .version = body->reference.version, .constraint = true};
    ovn_keep(&posted, body->reference.ovn);
    sl_buf details;
    sl_buf_init(&details, SL_OP_OUT_MAX);
    sl_utm_constraint_details_add(&details, &body->details, true);
    if (details.error) sl_utm_fail(op, SL_STAGE_ACT, details.error, NULL);
    else keep(service, op, &posted, &details);
    sl_buf_fini(&details);
  }
}

static void zone_get(sl_service *service, sl_op *op) {
  const sl_utm_zone *zone = sl_utm_zone_find(service, op->side, &op->id);
  const sl_utm_posted *posted = zone ? sl_utm_posted_find(service, op->side, &op->id, true) : NULL;
  bool current = posted && strcmp(posted->ovn, zone->ovn) == 0;
  if (!zone || (!current && !here(service, zone->base_url))) {
    sl_utm_refuse(op, 404, "there are no details of a constraint with this id here");
    return;
  }
  sl_utm_constraint_ref view;
  sl_utm_zone_view(service, zone, op->utm->manager, &view);
  view.ovn = sl_str_from(zone->ovn);
  sl_buf details;
  sl_buf_init(&details, SL_OP_OUT_MAX);
  sl_err err = SL_OK;
  if (!current) {
    sl_utm_constraint_details made = {0};
    err = sl_canon_read(&made.volumes, &op->arena, zone->plan);
    if (!err) sl_utm_constraint_details_add(&details, &made, true);
    if (!err) err = details.error;
  }
  if (!err) sl_utm_constraint_response_add(&op->out, &view, current ? posted->details : sl_buf_str(&details));
  sl_buf_fini(&details);
  good(op);
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
}

void sl_utm_details_act(sl_service *service, sl_op *op) {
  SL_ASSERT(op->utm->manager != NULL);
  switch (op->utm->kind) {
    case SL_UTM_DETAILS_GET: get(service, op); break;
    case SL_UTM_TELEMETRY: telemetry(service, op); break;
    case SL_UTM_DETAILS_POST: post(service, op); break;
    case SL_UTM_ZONE_DETAILS_POST: zone_post(service, op); break;
    default: zone_get(service, op); break;
  }
}
