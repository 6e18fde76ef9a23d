/* Bodies of /uss/v1 and error reports.
 *
 * Work: one entity a request, with one to a few volumes and a handful of subscriptions.
 * What a party told of its intent is kept as the text that utm_intent_details_add() makes
 * of it, and given out again unchanged; a geozone is carried along as text, unread. */
#include "wire/utm_details.h"

#include "base/assert.h"
#include "wire/utm_word.h"

#define REPORT_TEXT_MAX (1u << 20)
#define GEOZONE_MEMBERS_MAX 1000u

/* An array of volumes that may be empty. */
static sl_err read_volumes(const sl_json_reader *reader, sl_plan *out, const sl_json_at *at, unsigned required) {
  if (sl_json_is_array(at) && sl_json_size(at) == 0) return SL_OK;
  sl_utm_extents extents;
  sl_err err = sl_utm_extents_read(reader, &extents, at, required);
  if (err == SL_OK) *out = extents.plan;
  return err;
}

static sl_err read_intent_volumes(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return read_volumes(reader, target, at, SL_UTM_TIMES | SL_UTM_ALTITUDES);
}

static sl_err read_intent_details(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "volumes", .kind = SL_JSON_CALL, .offset = offsetof(sl_utm_intent_details, volumes),
       .read = read_intent_volumes},
      {.name = "off_nominal_volumes", .kind = SL_JSON_CALL, .offset = offsetof(sl_utm_intent_details, off_nominal),
       .read = read_intent_volumes},
      {.name = "priority", .kind = SL_JSON_I64, .offset = offsetof(sl_utm_intent_details, priority),
       .min = INT32_MIN, .max = INT32_MAX}};
  sl_utm_intent_details *out = target;
  sl_err err = sl_json_object(reader, out, at, table, SL_JSON_COUNT(table), NULL);
  if (err) return err;
  if (out->volumes.count + out->off_nominal.count > SL_OBJECTS_MAX) {
    return sl_json_fail(reader, at, SL_ERR_CAP, "at most %u volumes are taken", SL_OBJECTS_MAX);
  }
  return SL_OK;
}

static sl_err read_intent(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "reference", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_put_intent_details, reference), .read = sl_utm_read_intent_ref},
      {.name = "details", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_put_intent_details, details), .read = read_intent_details}};
  sl_utm_put_intent_details *out = target;
  out->has_intent = true;
  return sl_json_object(reader, out, at, table, SL_JSON_COUNT(table), NULL);
}

typedef struct states {
  const sl_utm_subscription_state *state;
  uint32_t count;
} states;

static sl_err read_states(const sl_json_reader *reader, states *out, const sl_json_at *at) {
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &out->count, at, 1, SL_UTM_STATES_MAX, sizeof(sl_utm_subscription_state),
                            sl_utm_read_subscription_state);
  if (err == SL_OK) out->state = items;
  return err;
}

static sl_err read_intent_states(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_utm_put_intent_details *out = target;
  states in = {NULL, 0};
  sl_err err = read_states(reader, &in, at);
  out->subscription = in.state;
  out->subscription_count = in.count;
  return err;
}

/* The reference within is of the entity that the body names; and its URL. */
static sl_err check_reference(const sl_json_reader *reader, const sl_json_at *root, const char *member,
                              const sl_uuid *outer, const sl_uuid *inner, sl_str url, const sl_utm_rules *rules) {
  sl_json_at entity = sl_json_find(root, member), reference = sl_json_find(&entity, "reference");
  if (memcmp(outer, inner, sizeof *outer) != 0) {
    sl_json_at id = sl_json_find(&reference, "id");
    return sl_json_fail(reader, &id, SL_ERR_RANGE, "this is not the id that the notification is about");
  }
  sl_fault fault = sl_fault_none();
  if (sl_utm_url_check(url, rules->allow_http, &fault) == SL_OK) return SL_OK;
  sl_json_at place = sl_json_find(&reference, "uss_base_url");
  return sl_json_fail_with(reader, &place, &fault);
}

static sl_err check_intent(const sl_json_reader *reader, const sl_json_at *root, void *target,
                           const sl_utm_rules *rules) {
  const sl_utm_put_intent_details *in = target;
  if (!in->has_intent) return SL_OK;
  return check_reference(reader, root, "operational_intent", &in->id, &in->reference.id, in->reference.base_url, rules);
}

sl_err sl_utm_put_intent_details_read(sl_utm_put_intent_details *out, sl_arena *arena, sl_span body,
                                      const sl_utm_rules *rules, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "operational_intent_id", .kind = SL_JSON_UUID, .required = true,
       .offset = offsetof(sl_utm_put_intent_details, id)},
      {.name = "operational_intent", .kind = SL_JSON_CALL, .offset = 0, .read = read_intent},
      {.name = "subscriptions", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_intent_states}};
  static const sl_utm_body as = {table, SL_JSON_COUNT(table), sizeof *out, 0, check_intent};
  SL_ASSERT(out != NULL && rules != NULL);
  return sl_utm_body_read(out, &as, arena, body, rules, fault);
}

static sl_err read_constraint_volumes(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_utm_extents extents;
  sl_err err = sl_utm_extents_read(reader, &extents, at, SL_UTM_TIMES);
  if (err == SL_OK) *(sl_plan *)target = extents.plan;
  return err;
}

static sl_err read_geozone(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  if (!sl_json_is_object(at)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be an object");
  if (sl_json_size(at) > GEOZONE_MEMBERS_MAX) return sl_json_fail(reader, at, SL_ERR_CAP, "this has too many members");
  return sl_json_copy(reader, target, at, SL_UTM_GEOZONE_MAX);
}

static sl_err read_constraint_details(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "volumes", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_constraint_details, volumes), .read = read_constraint_volumes},
      {.name = "type", .kind = SL_JSON_TEXT, .offset = offsetof(sl_utm_constraint_details, type), .max = 1024},
      {.name = "geozone", .kind = SL_JSON_CALL, .offset = offsetof(sl_utm_constraint_details, geozone),
       .read = read_geozone}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_constraint(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "reference", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_put_constraint_details, reference), .read = sl_utm_read_constraint_ref},
      {.name = "details", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_put_constraint_details, details), .read = read_constraint_details}};
  sl_utm_put_constraint_details *out = target;
  out->has_constraint = true;
  return sl_json_object(reader, out, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_constraint_states(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_utm_put_constraint_details *out = target;
  states in = {NULL, 0};
  sl_err err = read_states(reader, &in, at);
  out->subscription = in.state;
  out->subscription_count = in.count;
  return err;
}

static sl_err check_constraint(const sl_json_reader *reader, const sl_json_at *root, void *target,
                               const sl_utm_rules *rules) {
  const sl_utm_put_constraint_details *in = target;
  if (!in->has_constraint) return SL_OK;
  return check_reference(reader, root, "constraint", &in->id, &in->reference.id, in->reference.base_url, rules);
}

sl_err sl_utm_put_constraint_details_read(sl_utm_put_constraint_details *out, sl_arena *arena, sl_span body,
                                          const sl_utm_rules *rules, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "constraint_id", .kind = SL_JSON_UUID, .required = true,
       .offset = offsetof(sl_utm_put_constraint_details, id)},
      {.name = "constraint", .kind = SL_JSON_CALL, .offset = 0, .read = read_constraint},
      {.name = "subscriptions", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_constraint_states}};
  static const sl_utm_body as = {table, SL_JSON_COUNT(table), sizeof *out, 0, check_constraint};
  SL_ASSERT(out != NULL && rules != NULL);
  return sl_utm_body_read(out, &as, arena, body, rules, fault);
}

static sl_err read_header(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member text = {.kind = SL_JSON_TEXT, .max = 16384};
  return sl_json_value(reader, target, at, &text);
}

static sl_err read_headers(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_utm_report *out = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &out->header_count, at, 0, SL_UTM_HEADERS_MAX, sizeof(sl_str), read_header);
  if (err == SL_OK) out->header = items;
  return err;
}

static sl_err read_response_time(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_utm_report *out = target;
  out->has_response_time = true;
  return sl_instant_read(reader, &out->response_time, at);
}

static sl_err read_role(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_word words[] = {{"Client", 0}, {"Server", 1}, {NULL, 0}};
  static const sl_json_member rule = {.kind = SL_JSON_WORD, .words = words};
  int role = 0;
  sl_err err = sl_json_value(reader, &role, at, &rule);
  if (err == SL_OK) *(bool *)target = role == 1;
  return err;
}

#define REPORT_TEXT(name_, field, max_) \
  {.name = name_, .kind = SL_JSON_TEXT, .offset = offsetof(sl_utm_report, field), .max = max_}

static sl_err read_exchange(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "url", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(sl_utm_report, url), .max = 16384},
      {.name = "method", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(sl_utm_report, method), .max = 64},
      {.name = "headers", .kind = SL_JSON_CALL, .offset = 0, .read = read_headers},
      {.name = "recorder_role", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_utm_report, server),
       .read = read_role},
      {.name = "request_time", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_report, request_time), .read = sl_instant_read},
      REPORT_TEXT("request_body", request_body, REPORT_TEXT_MAX),
      {.name = "response_time", .kind = SL_JSON_CALL, .offset = 0, .read = read_response_time},
      REPORT_TEXT("response_body", response_body, REPORT_TEXT_MAX),
      {.name = "response_code", .kind = SL_JSON_I32, .offset = offsetof(sl_utm_report, response_code),
       .min = INT32_MIN, .max = INT32_MAX},
      REPORT_TEXT("problem", problem, 65536)};
  sl_utm_report *out = target;
  sl_err err = sl_json_object(reader, out, at, table, SL_JSON_COUNT(table), NULL);
  return err ? err : sl_json_copy(reader, &out->exchange, at, SL_UTM_BODY_MAX);
}

sl_err sl_utm_report_read(sl_utm_report *out, sl_arena *arena, sl_span body, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "exchange", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_exchange}};
  static const sl_utm_body as = {table, SL_JSON_COUNT(table), sizeof *out, REPORT_TEXT_MAX, NULL};
  SL_ASSERT(out != NULL);
  return sl_utm_body_read(out, &as, arena, body, NULL, fault);
}
