/* The first half of the sentence, on the caller's thread: bound, route, authenticate,
 * decode, prepare the geometry, queue. Nothing here touches the writer's state but
 * the directory, under its lock, and the side's queue, under its own. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/canon.h"
#include "service/deal.h"
#include "service/filing.h"
#include "service/instant.h"
#include "service/plant.h"
#include "service/route.h"
#include "service/utm.h"

#define PUBLIC_SIDE(service) ((service)->side_count)

static sl_op *op_new(sl_service *service, const sl_request *request, sl_reply_fn *reply, void *context) {
  sl_op *op = calloc(1, sizeof *op);
  if (!op) return NULL;
  sl_arena_init(&op->arena, SL_OP_ARENA_MAX);
  sl_buf_init(&op->out, SL_OP_OUT_MAX);
  op->reply = reply;
  op->context = context;
  op->at = sl_instant_now(service);
  op->received = op->at.now;
  op->side = (uint16_t)PUBLIC_SIDE(service);
  op->number = __atomic_add_fetch(&service->next_number, 1, __ATOMIC_RELAXED);
  sl_span parts[] = {request->body};
  sl_sha256(op->body_digest, parts, 1);
  return op;
}

/* The key of the keyid, if it is valid now. Fills member and side. */
static sl_err key_of(sl_service *service, sl_op *op, uint8_t key[static 32]) {
  sl_err err = SL_ERR_NOT_FOUND;
  pthread_rwlock_rdlock(&service->directory_lock);
  const sl_member_key *found = sl_roster_key_at(&service->roster, sl_str_from(op->head.keyid), op->received);
  unsigned side = 0;
  if (found && sl_state_side(service, sl_str_from(found->side), &side) == SL_OK) {
    op->member = sl_state_member(service, side, sl_str_from(found->party));
    if (op->member) {
      op->member_number = op->member->number;
      memcpy(key, found->public_key, 32);
      op->side = (uint16_t)side;
      err = SL_OK;
    }
  }
  pthread_rwlock_unlock(&service->directory_lock);
  return err;
}

static sl_err authenticate(sl_service *service, sl_op *op, const sl_request *request, sl_fault *fault) {
  sl_buf base;
  sl_buf_init(&base, 8192);
  sl_err err = sl_signature_read(&op->head, &base, request, sl_sha256, op->received, fault);
  if (err == SL_ERR_EXPIRED && op->at.behind > 0) {
    /* The wall clock was set back: which of the two is wrong is not known, and a party's may be right by either. */
    *fault = sl_fault_none();
    err = sl_signature_read(&op->head, &base, request, sl_sha256, sl_instant_wall(&op->at), fault);
  }
  uint8_t key[32];
  if (!err) {
    op->signature_base = sl_arena_copy(&op->arena, sl_buf_span(&base));
    if (!op->signature_base.data) err = SL_ERR_NOMEM;
  }
  if (!err) {
    /* Whether a keyid is enrolled shows neither in the work nor in when the answer leaves:
     * under no key it is held against the service's own, and nobody's answer is clocked. */
    memcpy(key, service->options.signer.public_key, sizeof key);
    err = key_of(service, op, key);
    if (!sl_ed25519_verify(key, op->head.signature, op->signature_base) && !err) err = SL_ERR_SIGNATURE;
  }
  if (err && !SL_PLANTED(SL_PLANT_KEYID_TOLD)) {
    op->member = NULL;
    op->side = (uint16_t)PUBLIC_SIDE(service);
  }
  sl_buf_fini(&base);
  return err;
}

/* The plan grown by its declared tolerance (L6), prepared; its canonical bytes and digest. */
sl_err sl_filing_prepare(sl_op *op, sl_fault *fault) {
  const sl_plan *plan = &op->draft.plan;
  op->object = calloc(plan->count, sizeof(sl_prepared *));
  if (!op->object) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < plan->count; i++) {
    sl_object object = plan->object[i];
    int64_t by = op->draft.time_tolerance.ns;
    if (object.kind == SL_OBJECT_VOLUME) {
      object.as.volume.window.start.ns = object.as.volume.window.start.ns > by ? object.as.volume.window.start.ns - by : 0;
      object.as.volume.window.end.ns += by;
    } else {
      object.as.trajectory.along.ns += by;
    }
    sl_err err = sl_prepare(&op->object[i], &object, fault);
    if (err) return err;
    op->object_count = i + 1;
  }
  sl_buf canon;
  sl_buf_init(&canon, SL_STORE_VALUE_MAX / 2);
  sl_canon_add(&canon, plan);
  sl_err err = canon.error;
  if (!err) {
    op->plan_bytes = sl_arena_copy(&op->arena, sl_buf_span(&canon));
    if (!op->plan_bytes.data) err = SL_ERR_NOMEM;
    sl_span parts[] = {op->plan_bytes};
    sl_sha256(op->plan_digest, parts, 1);
  }
  sl_buf_fini(&canon);
  return err;
}

/* L17: all alternatives are charged, by what they reach over. What cannot be made is no alternative. */
static sl_err charge_alternatives(sl_service *service, sl_op *op, sl_fault *fault) {
  sl_agreement agreement;
  pthread_rwlock_rdlock(&service->directory_lock);
  const sl_agreement *in_force = sl_state_agreement(service, op->side);
  if (in_force) agreement = *in_force;
  bool known = op->member_number < service->member_count;
  sl_class class_of = known ? service->member[op->member_number]->class_of : SL_CLASS_UNDECLARED;
  pthread_rwlock_unlock(&service->directory_lock);
  if (!in_force) return SL_OK;
  unsigned count = sl_deal_alternatives(&agreement, class_of, &op->draft);
  for (unsigned n = 1; n < count; n++) {
    sl_plan plan;
    sl_prepared **object = NULL;
    sl_err err = sl_deal_alternative(&agreement, class_of, &op->draft, n, &op->arena, &plan);
    if (!err) err = sl_plan_prepare(&object, &plan, op->draft.time_tolerance, NULL);
    if (err == SL_ERR_NOMEM) return err;
    if (err) continue;
    uint64_t cells = 0;
    err = sl_granules_cost(&cells, (const sl_prepared *const *)object, plan.count, NULL, 0, &agreement.granule[class_of]);
    for (uint32_t i = 0; i < plan.count; i++) sl_prepared_free(object[i]);
    free(object);
    if (err == SL_ERR_CAP) return sl_fault_set(fault, err, "an alternative reaches over too many granules");
    if (err) return err;
    op->alternative_units += cells;
  }
  return SL_OK;
}

static sl_err decode(sl_op *op, const sl_request *request, sl_fault *fault) {
  sl_err err = SL_OK;
  switch (op->kind) {
    case SL_OP_PUT_INTENT:
      err = sl_draft_read(&op->draft, &op->arena, request->body, sl_instant_sure(&op->at), fault);
      return err ? err : sl_filing_prepare(op, fault);
    case SL_OP_END_INTENT:
      return sl_end_body_read(&op->end, &op->arena, request->body, fault);
    case SL_OP_AFFIRM_INTENT:
      err = sl_end_body_read(&op->end, &op->arena, request->body, fault);
      if (!err && op->end.has_out_at) err = sl_fault_set(fault, SL_ERR_UNKNOWN, "to affirm takes a version only");
      return err;
    case SL_OP_ANSWER:
      return sl_answer_body_read(&op->answer, &op->arena, request->body, fault);
    case SL_OP_HEARTBEAT:
      return sl_heartbeat_body_read(&op->heartbeat, &op->arena, request->body, fault);
    case SL_OP_RECORD:
      op->body = sl_arena_copy(&op->arena, request->body);
      if (!op->body.data) return SL_ERR_NOMEM;
      return sl_envelope_read(&op->envelope, &op->arena, op->body, fault);
    case SL_OP_ACKNOWLEDGE:
      return sl_empty_body_read(request->body, fault);
    case SL_OP_LINE_SUSPEND: case SL_OP_LINE_RESUME: case SL_OP_LINE_ANSWER: case SL_OP_LINE_HANDOVER:
      op->name = sl_str_from(sl_arena_text(&op->arena, op->name));
      return sl_empty_body_read(request->body, fault);
    default:
      return request->body.size == 0 ? SL_OK : sl_fault_set(fault, SL_ERR_UNKNOWN, "this request takes no body");
  }
}

static const sl_header *header_of(const sl_request *request, const char *name) {
  for (size_t i = 0; i < request->header_count; i++) {
    sl_str have = request->header[i].name;
    if (have.size != strlen(name)) continue;
    size_t k = 0;
    while (k < have.size && (have.data[k] | 0x20) == (name[k] | 0x20)) k++;
    if (k == have.size) return &request->header[i];
  }
  return NULL;
}

/* An event stream is asked for by Accept, and resumed by Last-Event-ID. */
static sl_err stream_wanted(sl_op *op, const sl_request *request, sl_fault *fault) {
  if (op->kind != SL_OP_EVENTS) return SL_OK;
  const sl_header *accept = header_of(request, "accept");
  if (!accept || !sl_str_is(accept->value, "text/event-stream")) return SL_OK;
  op->stream = true;
  const sl_header *last = header_of(request, "last-event-id");
  int64_t number = 0;
  if (!last) return SL_OK;
  if (sl_int_read(&number, last->value) || number < 0) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "Last-Event-ID is not a number that this server gave");
  }
  op->from = (uint64_t)number;
  return SL_OK;
}

/* Own use only decides (L15): each side has its queue. */
static sl_err enqueue(sl_service *service, sl_op *op) {
  size_t depth = service->options.queue_depth;
  sl_err err = SL_OK;
  pthread_mutex_lock(&service->queue_lock);
  sl_side_record *side = &service->side[op->side];
  size_t used = side->queued;
  if (SL_PLANTED(SL_PLANT_QUEUE_SHARED)) {
    used = 0;
    for (size_t i = 0; i <= service->side_count; i++) used += service->side[i].queued;
  }
  if (service->draining) {
    err = SL_ERR_BUSY;
  } else if (used >= depth) {
    err = SL_ERR_CAP;
  } else {
    if (side->queue_last) side->queue_last->next = op;
    else side->queue_first = op;
    side->queue_last = op;
    side->queued++;
    if (side->queued > service->counts.queue_high) service->counts.queue_high = side->queued;
    pthread_cond_signal(&service->queue_wake);
  }
  pthread_mutex_unlock(&service->queue_lock);
  return err;
}

/* Everything up to the queue; the stage tells how an error reads. */
static sl_err take(sl_service *service, sl_op *op, const sl_request *request, sl_stage *stage, sl_fault *fault) {
  *stage = SL_STAGE_BODY;
  if (request->body.size > SL_DRAFT_BODY_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "the body is longer than %u bytes; send fewer volumes", SL_DRAFT_BODY_MAX);
  }
  bool open = false;
  *stage = SL_STAGE_BODY;
  sl_err err = sl_route(op, request, &open, fault);
  if (err == SL_ERR_NOT_FOUND || err == SL_ERR_METHOD) *stage = SL_STAGE_ACT;
  if (err) return err;
  if (!open) {
    *stage = SL_STAGE_HEAD;
    err = authenticate(service, op, request, fault);
    if (err) return err;
  }
  *stage = SL_STAGE_BODY;
  err = stream_wanted(op, request, fault);
  if (!err) err = decode(op, request, fault);
  if (!err && op->kind == SL_OP_PUT_INTENT) err = charge_alternatives(service, op, fault);
  if (err) return err;
  *stage = SL_STAGE_ACT;
  return enqueue(service, op);
}

void sl_service_receive(sl_service *service, const sl_request *request, sl_reply_fn *reply, void *context,
                        uint64_t *cancel) {
  SL_ASSERT(reply != NULL);
  __atomic_fetch_add(&service->counts.requests, 1, __ATOMIC_RELAXED);
  sl_op *op = op_new(service, request, reply, context);
  if (!op) {
    sl_reply busy = {.status = 503, .content_type = SL_PROBLEM_TYPE, .release = request->received, .retry_after_s = 1};
    reply(context, &busy);
    return;
  }
  if (cancel) *cancel = op->number;
  sl_fault fault = sl_fault_none();
  sl_stage stage = SL_STAGE_HEAD;
  bool ready = false;
  sl_err err = SL_OK;
  if (__atomic_load_n(&service->failed, __ATOMIC_ACQUIRE)) {
    stage = SL_STAGE_ACT;   /* of whoever is enrolled nothing may be left in memory */
    err = SL_ERR_BUSY;
  } else if (sl_utm_has(service, request->target)) {
    stage = SL_STAGE_ACT;
    sl_utm_take(service, op, request, &ready);
    if (!ready) err = enqueue(service, op);
  } else {
    err = take(service, op, request, &stage, &fault);
  }
  if (ready) {
    if (op->status >= 400) __atomic_fetch_add(&service->counts.refused, 1, __ATOMIC_RELAXED);
    sl_op_finish(service, op);
    return;
  }
  if (!err) return;
  __atomic_fetch_add(&service->counts.refused, 1, __ATOMIC_RELAXED);
  sl_op_fail(op, stage, err, &fault);
  sl_op_finish(service, op);
}
