/* The receiving half of the F3548 face: route, token, scope, and only then the body;
 * shapes are prepared here, on the caller's thread. Nothing of the writer's is touched
 * but the directory, under its lock. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/canon.h"
#include "service/filing.h"
#include "service/route.h"
#include "service/utm.h"

#define NOT_KNOWN \
  "the subject of this access token is no enrolled party here; the liaison lists it, its side's focal point enrols the party"

static const sl_header *authorization(const sl_request *request) {
  static const char name[] = "authorization";
  for (size_t i = 0; i < request->header_count; i++) {
    sl_str have = request->header[i].name;
    if (have.size != sizeof name - 1) continue;
    size_t k = 0;
    while (k < have.size && (have.data[k] | 0x20) == name[k]) k++;
    if (k == have.size) return &request->header[i];
  }
  return NULL;
}

/* Verified now or before. The keys are held while they verify: a swap waits so long. */
static sl_token_refusal verify(struct sl_utm *utm, sl_token *out, const uint8_t digest[static 32], sl_str compact,
                               sl_time now) {
  sl_token_rules rules = {utm->options->audience, utm->options->audiences};
  pthread_rwlock_rdlock(&utm->keys_lock);
  uint64_t generation = utm->generation;
  pthread_mutex_lock(&utm->cache_lock);
  bool known = sl_token_cache_find(out, utm->cache, digest, generation, now);
  pthread_mutex_unlock(&utm->cache_lock);
  sl_token_refusal refusal = SL_TOKEN_GOOD;
  if (!known) refusal = utm->keys ? sl_token_verify(out, utm->keys, &rules, compact, now) : SL_TOKEN_KEY;
  if (!known && refusal == SL_TOKEN_GOOD) {
    pthread_mutex_lock(&utm->cache_lock);
    sl_token_cache_add(utm->cache, digest, generation, out, now);
    pthread_mutex_unlock(&utm->cache_lock);
  }
  pthread_rwlock_unlock(&utm->keys_lock);
  return refusal;
}

void sl_service_utm_keys(sl_service *service, struct sl_token_keys *take_keys) {
  SL_ASSERT(service->utm != NULL);
  pthread_rwlock_wrlock(&service->utm->keys_lock);
  sl_token_keys *before = service->utm->keys;
  service->utm->keys = take_keys;
  service->utm->generation++;
  pthread_rwlock_unlock(&service->utm->keys_lock);
  sl_token_keys_free(before);
}

/* Who the subject stands for, if that is a member now (L2: the list alone enrols nobody). */
static bool member_of(sl_service *service, sl_op *op, const char *subject) {
  const sl_utm_options *options = service->utm->options;
  const sl_utm_subject *listed = NULL;
  for (size_t i = 0; i < options->subjects && !listed; i++) {
    if (strcmp(options->subject[i].subject, subject) == 0) listed = &options->subject[i];
  }
  if (!listed) return false;
  sl_str side_name = sl_str_from(listed->side), party_name = sl_str_from(listed->party);
  unsigned side = 0;
  pthread_rwlock_rdlock(&service->directory_lock);
  const sl_party *party = sl_roster_party(&service->roster, side_name, party_name);
  bool member = party && sl_party_member(party, op->received) && sl_state_side(service, side_name, &side) == SL_OK;
  if (member) op->member = sl_state_member(service, side, party_name);
  if (op->member) op->member_number = op->member->number;
  pthread_rwlock_unlock(&service->directory_lock);
  op->side = (uint16_t)(op->member ? side : service->side_count);
  op->utm->manager = listed->subject;
  return op->member != NULL;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Whether a value of a query, its escapes undone, is the text. */
static bool value_is(sl_str value, sl_str text) {
  size_t at = 0;
  for (size_t i = 0; i < value.size; i++, at++) {
    char c = value.data[i];
    if (c == '%' && i + 2 < value.size) {
      int high = hex_digit(value.data[i + 1]), low = hex_digit(value.data[i + 2]);
      if (high < 0 || low < 0) return false;
      c = (char)(high * 16 + low);
      i += 2;
    }
    if (at >= text.size || text.data[at] != c) return false;
  }
  return at == text.size;
}

/* Whether the query names an owner, in whatever place, that is not the subject. */
static bool owner_differs(sl_str query, sl_str subject) {
  static const char name[] = "owner=";
  while (query.size > 0) {
    const char *end = memchr(query.data, '&', query.size);
    size_t size = end ? (size_t)(end - query.data) : query.size, skip = sizeof name - 1;
    bool named = size >= skip && memcmp(query.data, name, skip) == 0;
    if (named && !value_is((sl_str){query.data + skip, size - skip}, subject)) return true;
    query = end ? (sl_str){end + 1, query.size - size - 1} : (sl_str){NULL, 0};
  }
  return false;
}

/* 401, then 403: before any look at the body. */
static bool authorise(sl_service *service, sl_op *op, const sl_request *request, unsigned any) {
  const sl_header *header = authorization(request);
  sl_str compact;
  if (!header || !sl_token_bearer(&compact, header->value)) {
    sl_utm_refuse(op, 401, SL_TOKEN_REFUSED_TEXT);
    return false;
  }
  sl_token_digest(op->utm->token_digest, compact);
  sl_token token;
  sl_token_refusal refusal = verify(service->utm, &token, op->utm->token_digest, compact, op->received);
  if (refusal != SL_TOKEN_GOOD) {
    bool memory = refusal == SL_TOKEN_MEMORY;
    sl_utm_refuse(op, memory ? 503 : 401, memory ? "the service cannot answer now; try again" : SL_TOKEN_REFUSED_TEXT);
    return false;
  }
  op->utm->scopes = token.scopes;
  if (!sl_token_has(&token, any)) {
    sl_utm_refuse(op, 403, "the access token has none of the scopes that this needs");
    return false;
  }
  if (op->utm->kind == SL_UTM_OAUTH && owner_differs(op->utm->query, sl_str_from(token.subject))) {
    sl_utm_refuse(op, 403, "the owner that was named is not the subject of this access token");
    return false;
  }
  if (!member_of(service, op, token.subject)) {
    sl_utm_refuse(op, 403, NOT_KNOWN);
    return false;
  }
  return true;
}

static int by_text(const void *a, const void *b) {
  const sl_str *x = a, *y = b;
  size_t size = x->size < y->size ? x->size : y->size;
  int order = size > 0 ? memcmp(x->data, y->data, size) : 0;
  return order ? order : (x->size > y->size) - (x->size < y->size);
}

/* The extents become the draft of an intent like any other; the standard's tolerance of
 * starting late is the window itself. */
static sl_err draft_of(sl_op *op, sl_fault *fault) {
  const sl_utm_put_intent *body = &op->utm->body.intent;
  sl_window window = body->extents.window;
  op->draft = (sl_draft){.version = 1, .state = body->state, .plan = body->extents.plan};
  op->draft.start_tolerance.ns = window.end.ns - window.start.ns;
  op->id = (sl_uuid){{0}};
  sl_err err = sl_utm_id_read(&op->id, op->utm->hole, fault);
  if (err) return err;
  sl_str *key = SL_ARENA_TAKE(&op->arena, body->key_count + 1, sl_str);
  if (!key) return SL_ERR_NOMEM;
  if (body->key_count > 0) memcpy(key, body->key, body->key_count * sizeof *key);
  qsort(key, body->key_count, sizeof *key, by_text);
  op->utm->body.intent.key = key;
  return sl_filing_prepare(op, fault);
}

bool sl_utm_key_has(const sl_utm_put_intent *body, const char *ovn) {
  sl_str wanted = sl_str_from(ovn);
  return body->key_count > 0 && bsearch(&wanted, body->key, body->key_count, sizeof wanted, by_text) != NULL;
}

/* Canonical bytes of a plan of this face, in the arena. */
static sl_err keep_plan(sl_op *op, const sl_plan *plan) {
  sl_buf canon;
  sl_buf_init(&canon, SL_STORE_VALUE_MAX / 2);
  sl_canon_add(&canon, plan);
  sl_err err = canon.error;
  if (!err) op->plan_bytes = sl_arena_copy(&op->arena, sl_buf_span(&canon));
  if (!err && !op->plan_bytes.data) err = SL_ERR_NOMEM;
  sl_buf_fini(&canon);
  return err;
}

/* Which scope a member of the body needs beyond the path's; NULL: it has what it needs. */
static const char *scope_lacks(const sl_utm_op *utm) {
  bool strategic = utm->scopes & SL_SCOPE_STRATEGIC, processing = utm->scopes & SL_SCOPE_PROCESSING;
  if (utm->kind == SL_UTM_INTENT_PUT) {
    const sl_utm_put_intent *body = &utm->body.intent;
    if (sl_intent_urgent(body->state) && !(utm->scopes & SL_SCOPE_MONITORING)) {
      return "Nonconforming and Contingent need the scope utm.conformance_monitoring_sa";
    }
    if (body->new_subscription && body->new_for_constraints && !processing) {
      return "notify_for_constraints needs the scope utm.constraint_processing";
    }
  }
  if (utm->kind == SL_UTM_SUB_PUT) {
    if (utm->body.sub.for_intents && !strategic) {
      return "notify_for_operational_intents needs the scope utm.strategic_coordination";
    }
    if (utm->body.sub.for_constraints && !processing) {
      return "notify_for_constraints needs the scope utm.constraint_processing";
    }
  }
  return NULL;
}

static sl_err area(sl_op *op, sl_span body, sl_fault *fault) {
  sl_err err = sl_utm_query_read(&op->utm->body.area, &op->arena, body, fault);
  return err ? err : sl_utm_region_new(&op->utm->region, &op->utm->body.area.plan, fault);
}

static sl_err decode(sl_service *service, sl_op *op, sl_span body, sl_fault *fault) {
  sl_utm_op *utm = op->utm;
  sl_utm_rules rules = {op->received, service->utm->options->allow_http};
  sl_err err = SL_OK;
  switch (utm->kind) {
    case SL_UTM_INTENT_QUERY: case SL_UTM_ZONE_QUERY: case SL_UTM_SUB_QUERY:
      return area(op, body, fault);
    case SL_UTM_INTENT_PUT:
      err = sl_utm_put_intent_read(&utm->body.intent, &op->arena, body, &rules, fault);
      return err ? err : draft_of(op, fault);
    case SL_UTM_ZONE_PUT:
      err = sl_utm_id_read(&op->id, utm->hole, fault);
      if (!err) err = sl_utm_put_constraint_read(&utm->body.zone, &op->arena, body, &rules, fault);
      if (!err) err = sl_utm_region_new(&utm->region, &utm->body.zone.extents.plan, fault);
      return err ? err : keep_plan(op, &utm->body.zone.extents.plan);
    case SL_UTM_SUB_PUT:
      err = sl_utm_id_read(&op->id, utm->hole, fault);
      return err ? err : sl_utm_put_subscription_read(&utm->body.sub, &op->arena, body, &rules, fault);
    case SL_UTM_USS_PUT:
      return sl_utm_set_availability_read(&utm->body.uss, &op->arena, body, fault);
    case SL_UTM_DETAILS_POST:
      return sl_utm_put_intent_details_read(&utm->body.details, &op->arena, body, &rules, fault);
    case SL_UTM_ZONE_DETAILS_POST:
      return sl_utm_put_constraint_details_read(&utm->body.zone_details, &op->arena, body, &rules, fault);
    case SL_UTM_REPORT:
      return sl_utm_report_read(&utm->body.report, &op->arena, body, fault);
    case SL_UTM_USS_GET: case SL_UTM_HEALTHY: case SL_UTM_VERSION: case SL_UTM_OAUTH:
      return SL_OK;
    default:
      return sl_utm_id_read(&op->id, utm->hole, fault);
  }
}

static sl_err copies(sl_op *op, const sl_request *request) {
  sl_utm_op *utm = op->utm;
  sl_span target = sl_arena_copy(&op->arena, sl_str_bytes(request->target));
  sl_span method = sl_arena_copy(&op->arena, sl_str_bytes(request->method));
  if (!target.data || !method.data) return SL_ERR_NOMEM;
  const char *from = request->target.data, *to = (const char *)target.data;
  if (utm->hole.data) utm->hole.data = to + (utm->hole.data - from);
  if (utm->tail.data) utm->tail.data = to + (utm->tail.data - from);
  if (utm->query.data) utm->query.data = to + (utm->query.data - from);
  utm->target = sl_span_text(target);
  utm->method = sl_span_text(method);
  return SL_OK;
}

static void name_request(sl_op *op) {
  sl_utm_op *utm = op->utm;
  static const uint8_t zero[1] = {0};
  sl_span parts[] = {sl_str_bytes(sl_str_from(utm->manager)), {zero, 1}, sl_str_bytes(utm->method), {zero, 1},
                     sl_str_bytes(utm->target), {zero, 1}, {op->body_digest, 32}};
  sl_sha256(utm->request.digest, parts, sizeof parts / sizeof *parts);
}

/* What needs no writer. */
static void answer_here(const sl_service *service, sl_op *op) {
  const char *version = service->utm->options->version;
  op->status = 200;
  op->content_type = op->utm->kind == SL_UTM_HEALTHY ? "text/plain" : "application/json";
  if (op->utm->kind == SL_UTM_HEALTHY) sl_buf_add_text(&op->out, "ok");
  else if (op->utm->kind == SL_UTM_VERSION) sl_utm_version_add(&op->out, sl_str_from(version ? version : "unknown"));
  else sl_utm_empty_add(&op->out);
}

static const char too_long[] = "the body is longer than 4 MiB; send less at once";

void sl_utm_take(sl_service *service, sl_op *op, const sl_request *request, bool *ready) {
  SL_ASSERT(service->utm != NULL && op->utm == NULL);
  *ready = true;
  op->utm = SL_ARENA_TAKE(&op->arena, 1, sl_utm_op);
  if (!op->utm) {
    sl_op_fail(op, SL_STAGE_ACT, SL_ERR_NOMEM, NULL);
    return;
  }
  op->kind = SL_OP_UTM;
  unsigned any = 0;
  int found = request->target.size <= SL_TARGET_MAX ? sl_utm_route(op->utm, request->method, request->target, &any)
                                                         : 404;
  if (found != 200) {
    if (found == 405) op->allow = op->utm->method.data;
    sl_utm_refuse(op, found, found == 405 ? "this path does not take that method" : "there is no such path");
    return;
  }
  if (any != 0 && !authorise(service, op, request, any)) return;
  if (op->utm->kind <= SL_UTM_OAUTH) {
    answer_here(service, op);
    return;
  }
  if (request->body.size > SL_UTM_BODY_MAX) {
    sl_utm_refuse(op, 413, too_long);
    return;
  }
  sl_fault fault = sl_fault_none();
  sl_err err = copies(op, request);
  if (!err) err = decode(service, op, request->body, &fault);
  const char *lacks = err ? NULL : scope_lacks(op->utm);
  if (err) sl_utm_fail(op, SL_STAGE_BODY, err, &fault);
  if (lacks) sl_utm_refuse(op, 403, lacks);
  if (err || lacks) return;
  name_request(op);
  *ready = false;
}
