/* Bodies, words and references of the F3548 face, read. One table each; a reference is taken as
 * the standard defines it, with every member that it requires. */
#include "wire/utm_word.h"

#include "base/assert.h"

SL_STATIC_ASSERT(sizeof(sl_intent_state) == sizeof(int) && sizeof(sl_utm_availability) == sizeof(int),
                 "WORD writes an int");

#define ENDED 100

sl_err sl_utm_body_read(void *out, const sl_utm_body *as, sl_arena *arena, sl_span body, const sl_utm_rules *rules,
                        sl_fault *fault) {
  SL_ASSERT(out != NULL && as->size > 0);
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = SL_UTM_BODY_MAX;
  if (as->string > 0) caps.string = as->string;
  sl_json *json = NULL;
  sl_err err = sl_json_parse(&json, body, &caps, fault);
  if (err) return err;
  sl_json_reader reader = {.arena = arena, .fault = fault, .open = true};
  sl_json_at root = sl_json_root(json);
  void *in = sl_arena_take(arena, 1, as->size);   /* zeroed */
  if (!in) err = sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  if (!err) err = sl_json_object(&reader, in, &root, as->table, as->members, NULL);
  if (!err && as->check) err = as->check(&reader, &root, in, rules);
  sl_json_free(json);
  if (!err) memcpy(out, in, as->size);
  return err;
}

sl_err sl_utm_read_state(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_word words[] = {{"Accepted", SL_INTENT_ACCEPTED},
                                       {"Activated", SL_INTENT_ACTIVATED},
                                       {"Nonconforming", SL_INTENT_NONCONFORMING},
                                       {"Contingent", SL_INTENT_CONTINGENT},
                                       {"Ended", ENDED},
                                       {NULL, 0}};
  static const sl_json_member rule = {.kind = SL_JSON_WORD, .words = words};
  int state = 0;
  sl_err err = sl_json_value(reader, &state, at, &rule);
  if (err) return err;
  if (state == ENDED) return sl_json_fail(reader, at, SL_ERR_UNSUPPORTED, "an operational intent is ended by DELETE");
  *(sl_intent_state *)target = (sl_intent_state)state;
  return SL_OK;
}

sl_err sl_utm_read_availability(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_word words[] = {
      {"Unknown", SL_UTM_UNKNOWN}, {"Normal", SL_UTM_NORMAL}, {"Down", SL_UTM_DOWN}, {NULL, 0}};
  static const sl_json_member rule = {.kind = SL_JSON_WORD, .words = words};
  return sl_json_value(reader, target, at, &rule);
}

static sl_err check_order(const sl_json_reader *reader, const sl_json_at *at, sl_time start, sl_time end) {
  if (start.ns <= end.ns) return SL_OK;
  sl_json_at place = sl_json_find(at, "time_end");
  return sl_json_fail(reader, &place, SL_ERR_ORDER, "the end is before the start; exchange or correct them");
}

#define COMMON_MEMBERS(type) \
  {.name = "id", .kind = SL_JSON_UUID, .required = true, .offset = offsetof(type, id)}, \
  {.name = "manager", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(type, manager), \
   .max = SL_UTM_NAME_MAX}, \
  {.name = "uss_availability", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(type, availability), \
   .read = sl_utm_read_availability}, \
  {.name = "version", .kind = SL_JSON_I32, .required = true, .offset = offsetof(type, version), .min = INT32_MIN, \
   .max = INT32_MAX}, \
  {.name = "ovn", .kind = SL_JSON_TEXT, .offset = offsetof(type, ovn), .max = SL_UTM_OVN_MAX}, \
  {.name = "time_start", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(type, start), \
   .read = sl_instant_read}, \
  {.name = "time_end", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(type, end), \
   .read = sl_instant_read}, \
  {.name = "uss_base_url", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(type, base_url), \
   .max = SL_UTM_URL_MAX}

sl_err sl_utm_read_intent_ref(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      COMMON_MEMBERS(sl_utm_intent_ref),
      {.name = "state", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_utm_intent_ref, state),
       .read = sl_utm_read_state},
      {.name = "subscription_id", .kind = SL_JSON_UUID, .required = true,
       .offset = offsetof(sl_utm_intent_ref, subscription)}};
  sl_utm_intent_ref *out = target;
  sl_err err = sl_json_object(reader, out, at, table, SL_JSON_COUNT(table), NULL);
  return err ? err : check_order(reader, at, out->start, out->end);
}

sl_err sl_utm_read_constraint_ref(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {COMMON_MEMBERS(sl_utm_constraint_ref)};
  sl_utm_constraint_ref *out = target;
  sl_err err = sl_json_object(reader, out, at, table, SL_JSON_COUNT(table), NULL);
  return err ? err : check_order(reader, at, out->start, out->end);
}

sl_err sl_utm_read_subscription_state(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "subscription_id", .kind = SL_JSON_UUID, .required = true,
       .offset = offsetof(sl_utm_subscription_state, id)},
      {.name = "notification_index", .kind = SL_JSON_I32, .required = true,
       .offset = offsetof(sl_utm_subscription_state, index), .max = INT32_MAX}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}
