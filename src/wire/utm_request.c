/* Bodies of requests to /dss/v1.
 *
 * Work: a PUT of an intent has one to a few volumes and a key of some dozens of OVNs.
 * Representation: one table a body; what a table cannot say is checked after it, in the
 * order in which the members stand in the standard. */
#include "wire/utm_request.h"

#include "base/assert.h"
#include "wire/utm_word.h"

#define SUFFIX_OFF_NS (5 * SL_NS_PER_MIN)

static sl_err check_ends(const sl_json_reader *reader, const sl_json_at *root, const sl_utm_extents *extents,
                         const sl_utm_rules *rules) {
  if (rules->now.ns == 0 || sl_utm_last(extents->window).ns > rules->now.ns) return SL_OK;
  sl_json_at place = sl_json_find(root, "extents");
  return sl_json_fail(reader, &place, SL_ERR_EXPIRED, "all of this has ended already; give an end in the future");
}

static sl_err check_url(const sl_json_reader *reader, const sl_json_at *root, sl_str url, const sl_utm_rules *rules) {
  sl_fault fault = sl_fault_none();
  if (sl_utm_url_check(url, rules->allow_http, &fault) == SL_OK) return SL_OK;
  sl_json_at place = sl_json_find(root, "uss_base_url");
  return sl_json_fail_with(reader, &place, &fault);
}

static sl_err read_intent_extents(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return sl_utm_extents_read(reader, target, at, SL_UTM_TIMES | SL_UTM_ALTITUDES);
}

static sl_err read_constraint_extents(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return sl_utm_extents_read(reader, target, at, SL_UTM_TIMES);
}

static sl_err read_open_extent(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return sl_utm_extent_read(reader, target, at, 0);
}

/* PutOperationalIntentReferenceParameters before its members are held together. */
typedef struct intent_body {
  sl_utm_put_intent put;
  sl_str suffix;
} intent_body;

static sl_err read_ovn(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member text = {.kind = SL_JSON_TEXT, .min = SL_UTM_OVN_MIN, .max = SL_UTM_OVN_MAX};
  return sl_json_value(reader, target, at, &text);
}

static sl_err read_key(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_utm_put_intent *put = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &put->key_count, at, 0, SL_UTM_KEY_MAX, sizeof(sl_str), read_ovn);
  if (err == SL_OK) put->key = items;
  return err;
}

static sl_err read_new_subscription(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "uss_base_url", .kind = SL_JSON_TEXT, .required = true,
       .offset = offsetof(sl_utm_put_intent, new_base_url), .max = SL_UTM_URL_MAX},
      {.name = "notify_for_constraints", .kind = SL_JSON_BOOL,
       .offset = offsetof(sl_utm_put_intent, new_for_constraints)}};
  sl_utm_put_intent *put = target;
  put->new_subscription = true;
  return sl_json_object(reader, put, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_subscription_id(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member id = {.kind = SL_JSON_UUID};
  sl_utm_put_intent *put = target;
  put->has_subscription = true;
  return sl_json_value(reader, &put->subscription, at, &id);
}

static const sl_json_member intent_table[] = {
    {.name = "extents", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(intent_body, put.extents),
     .read = read_intent_extents},
    {.name = "key", .kind = SL_JSON_CALL, .offset = offsetof(intent_body, put), .read = read_key},
    {.name = "state", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(intent_body, put.state),
     .read = sl_utm_read_state},
    {.name = "uss_base_url", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(intent_body, put.base_url),
     .max = SL_UTM_URL_MAX},
    {.name = "subscription_id", .kind = SL_JSON_CALL, .offset = offsetof(intent_body, put),
     .read = read_subscription_id},
    {.name = "new_subscription", .kind = SL_JSON_CALL, .offset = offsetof(intent_body, put),
     .read = read_new_subscription},
    {.name = "requested_ovn_suffix", .kind = SL_JSON_TEXT, .offset = offsetof(intent_body, suffix), .min = 1,
     .max = SL_UTM_OVN_MAX}};

sl_time sl_utm_suffix_time(const sl_uuid *suffix) {
  int64_t ms = 0;
  for (size_t i = 0; i < 6; i++) ms = ms << 8 | suffix->bytes[i];
  return (sl_time){ms < SL_TIME_MAX_NS / SL_NS_PER_MS ? ms * SL_NS_PER_MS : SL_TIME_MAX_NS};
}

static sl_err check_suffix(const sl_json_reader *reader, const sl_json_at *root, intent_body *in,
                           const sl_utm_rules *rules) {
  if (in->suffix.size == 0) return SL_OK;
  sl_json_at place = sl_json_find(root, "requested_ovn_suffix");
  if (sl_uuid_read(&in->put.suffix, in->suffix, 7) != SL_OK) {
    return sl_json_fail(reader, &place, SL_ERR_SYNTAX, "this must be a UUID of version 7");
  }
  const int64_t off = sl_utm_suffix_time(&in->put.suffix).ns - rules->now.ns;
  if (rules->now.ns != 0 && (off > SUFFIX_OFF_NS || off < -SUFFIX_OFF_NS)) {
    return sl_json_fail(reader, &place, SL_ERR_EXPIRED, "this UUID was not made within 5 minutes of now; make a new one");
  }
  in->put.has_suffix = true;
  return SL_OK;
}

static sl_err check_intent(const sl_json_reader *reader, const sl_json_at *root, void *target,
                           const sl_utm_rules *rules) {
  intent_body *in = target;
  sl_err err = check_ends(reader, root, &in->put.extents, rules);
  if (err == SL_OK) err = check_url(reader, root, in->put.base_url, rules);
  if (err) return err;
  sl_json_at fresh = sl_json_find(root, "new_subscription");
  if (in->put.new_subscription && in->put.has_subscription) {
    return sl_json_fail(reader, &fresh, SL_ERR_DUPLICATE, "give subscription_id or new_subscription, not both");
  }
  if (in->put.new_subscription) err = check_url(reader, &fresh, in->put.new_base_url, rules);
  return err ? err : check_suffix(reader, root, in, rules);
}

sl_err sl_utm_put_intent_read(sl_utm_put_intent *out, sl_arena *arena, sl_span body, const sl_utm_rules *rules,
                              sl_fault *fault) {
  static const sl_utm_body as = {intent_table, SL_JSON_COUNT(intent_table), sizeof(intent_body), 0, check_intent};
  SL_ASSERT(out != NULL && rules != NULL);
  intent_body in;
  sl_err err = sl_utm_body_read(&in, &as, arena, body, rules, fault);
  if (err == SL_OK) *out = in.put;
  return err;
}

static sl_err check_constraint(const sl_json_reader *reader, const sl_json_at *root, void *target,
                               const sl_utm_rules *rules) {
  const sl_utm_put_constraint *in = target;
  sl_err err = check_ends(reader, root, &in->extents, rules);
  return err ? err : check_url(reader, root, in->base_url, rules);
}

sl_err sl_utm_put_constraint_read(sl_utm_put_constraint *out, sl_arena *arena, sl_span body,
                                  const sl_utm_rules *rules, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "extents", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_utm_put_constraint, extents),
       .read = read_constraint_extents},
      {.name = "uss_base_url", .kind = SL_JSON_TEXT, .required = true,
       .offset = offsetof(sl_utm_put_constraint, base_url), .max = SL_UTM_URL_MAX}};
  static const sl_utm_body as = {table, SL_JSON_COUNT(table), sizeof *out, 0, check_constraint};
  SL_ASSERT(out != NULL && rules != NULL);
  return sl_utm_body_read(out, &as, arena, body, rules, fault);
}

static sl_err check_subscription(const sl_json_reader *reader, const sl_json_at *root, void *target,
                                 const sl_utm_rules *rules) {
  const sl_utm_put_subscription *in = target;
  sl_err err = check_url(reader, root, in->base_url, rules);
  if (err || in->for_intents || in->for_constraints) return err;
  sl_json_at place = sl_json_find(root, "notify_for_operational_intents");
  return sl_json_fail(reader, &place, SL_ERR_MISSING, "set one of the two notify_for_ flags to true, or both");
}

sl_err sl_utm_put_subscription_read(sl_utm_put_subscription *out, sl_arena *arena, sl_span body,
                                    const sl_utm_rules *rules, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "extents", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_put_subscription, extents), .read = read_open_extent},
      {.name = "uss_base_url", .kind = SL_JSON_TEXT, .required = true,
       .offset = offsetof(sl_utm_put_subscription, base_url), .max = SL_UTM_URL_MAX},
      {.name = "notify_for_operational_intents", .kind = SL_JSON_BOOL,
       .offset = offsetof(sl_utm_put_subscription, for_intents)},
      {.name = "notify_for_constraints", .kind = SL_JSON_BOOL,
       .offset = offsetof(sl_utm_put_subscription, for_constraints)}};
  static const sl_utm_body as = {table, SL_JSON_COUNT(table), sizeof *out, 0, check_subscription};
  SL_ASSERT(out != NULL && rules != NULL);
  return sl_utm_body_read(out, &as, arena, body, rules, fault);
}

sl_err sl_utm_query_read(sl_utm_extents *out, sl_arena *arena, sl_span body, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "area_of_interest", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_open_extent}};
  static const sl_utm_body as = {table, SL_JSON_COUNT(table), sizeof *out, 0, NULL};
  SL_ASSERT(out != NULL);
  return sl_utm_body_read(out, &as, arena, body, NULL, fault);
}

sl_err sl_utm_set_availability_read(sl_utm_set_availability *out, sl_arena *arena, sl_span body, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "old_version", .kind = SL_JSON_TEXT, .required = true,
       .offset = offsetof(sl_utm_set_availability, old_version), .max = SL_UTM_OVN_MAX},
      {.name = "availability", .kind = SL_JSON_CALL, .required = true,
       .offset = offsetof(sl_utm_set_availability, availability), .read = sl_utm_read_availability}};
  static const sl_utm_body as = {table, SL_JSON_COUNT(table), sizeof *out, 0, NULL};
  SL_ASSERT(out != NULL);
  return sl_utm_body_read(out, &as, arena, body, NULL, fault);
}
