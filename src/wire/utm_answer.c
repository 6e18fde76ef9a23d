/* Answers of /dss/v1 and /aux/v1.
 *
 * Work: a reference or a few, in queries thousands; subscribers up to hundreds. Members
 * stand in the order of the standard's schemas. */
#include "wire/utm_answer.h"

#include "base/assert.h"

static void intents(sl_json_out *json, const char *name, const sl_utm_intent_ref *reference, uint32_t count) {
  SL_ASSERT(reference != NULL || count == 0);
  sl_json_open(json, name, '[');
  for (uint32_t i = 0; i < count; i++) sl_utm_intent_ref_add(json, NULL, reference + i);
  sl_json_close(json, ']');
}

static void constraints(sl_json_out *json, const char *name, const sl_utm_constraint_ref *reference, uint32_t count) {
  SL_ASSERT(reference != NULL || count == 0);
  sl_json_open(json, name, '[');
  for (uint32_t i = 0; i < count; i++) sl_utm_constraint_ref_add(json, NULL, reference + i);
  sl_json_close(json, ']');
}

static void subscribers(sl_json_out *json, const sl_utm_subscriber *subscriber, uint32_t count) {
  SL_ASSERT(subscriber != NULL || count == 0);
  sl_json_open(json, "subscribers", '[');
  for (uint32_t i = 0; i < count; i++) {
    SL_ASSERT(subscriber[i].count > 0);
    sl_json_open(json, NULL, '{');
    sl_json_open(json, "subscriptions", '[');
    for (uint32_t k = 0; k < subscriber[i].count; k++) {
      sl_utm_subscription_state_add(json, NULL, subscriber[i].state + k);
    }
    sl_json_close(json, ']');
    sl_json_add_str(json, "uss_base_url", subscriber[i].base_url);
    sl_json_close(json, '}');
  }
  sl_json_close(json, ']');
}

static void subscription_add(sl_json_out *json, const char *name, const sl_utm_subscription *view) {
  SL_ASSERT(view->index >= 0);
  sl_json_open(json, name, '{');
  sl_json_add_uuid(json, "id", &view->id);
  sl_json_add_str(json, "version", view->version);
  sl_json_add_int(json, "notification_index", view->index);
  sl_instant_json_add(json, "time_start", view->start);
  sl_instant_json_add(json, "time_end", view->end);
  sl_json_add_str(json, "uss_base_url", view->base_url);
  sl_json_add_bool(json, "notify_for_operational_intents", view->for_intents);
  sl_json_add_bool(json, "notify_for_constraints", view->for_constraints);
  sl_json_add_bool(json, "implicit_subscription", view->implicit);
  sl_json_open(json, "dependent_operational_intents", '[');
  for (uint32_t i = 0; i < view->dependent_count; i++) sl_json_add_uuid(json, NULL, view->dependent + i);
  sl_json_close(json, ']');
  sl_json_close(json, '}');
}

void sl_utm_get_intent_add(sl_buf *out, const sl_utm_intent_ref *reference) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_utm_intent_ref_add(&json, "operational_intent_reference", reference);
  sl_json_close(&json, '}');
}

void sl_utm_get_constraint_add(sl_buf *out, const sl_utm_constraint_ref *reference) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_utm_constraint_ref_add(&json, "constraint_reference", reference);
  sl_json_close(&json, '}');
}

void sl_utm_change_intent_add(sl_buf *out, const sl_utm_intent_ref *reference, const sl_utm_subscriber *subscriber,
                              uint32_t count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  subscribers(&json, subscriber, count);
  sl_utm_intent_ref_add(&json, "operational_intent_reference", reference);
  sl_json_close(&json, '}');
}

void sl_utm_change_constraint_add(sl_buf *out, const sl_utm_constraint_ref *reference,
                                  const sl_utm_subscriber *subscriber, uint32_t count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  subscribers(&json, subscriber, count);
  sl_utm_constraint_ref_add(&json, "constraint_reference", reference);
  sl_json_close(&json, '}');
}

void sl_utm_intents_add(sl_buf *out, const sl_utm_intent_ref *reference, uint32_t count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  intents(&json, "operational_intent_references", reference, count);
  sl_json_close(&json, '}');
}

void sl_utm_constraints_add(sl_buf *out, const sl_utm_constraint_ref *reference, uint32_t count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  constraints(&json, "constraint_references", reference, count);
  sl_json_close(&json, '}');
}

void sl_utm_conflict_add(sl_buf *out, const char *message, const sl_utm_intent_ref *intent, uint32_t intent_count,
                         const sl_utm_constraint_ref *constraint, uint32_t constraint_count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_text(&json, "message", message);
  intents(&json, "missing_operational_intents", intent, intent_count);
  constraints(&json, "missing_constraints", constraint, constraint_count);
  sl_json_close(&json, '}');
}

void sl_utm_get_subscription_add(sl_buf *out, const sl_utm_subscription *subscription) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  subscription_add(&json, "subscription", subscription);
  sl_json_close(&json, '}');
}

void sl_utm_subscriptions_add(sl_buf *out, const sl_utm_subscription *subscription, uint32_t count) {
  SL_ASSERT(subscription != NULL || count == 0);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_open(&json, "subscriptions", '[');
  for (uint32_t i = 0; i < count; i++) subscription_add(&json, NULL, subscription + i);
  sl_json_close(&json, ']');
  sl_json_close(&json, '}');
}

void sl_utm_put_subscription_add(sl_buf *out, const sl_utm_subscription *subscription,
                                 const sl_utm_intent_ref *intent, uint32_t intent_count,
                                 const sl_utm_constraint_ref *constraint, uint32_t constraint_count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  subscription_add(&json, "subscription", subscription);
  if (intent != NULL) intents(&json, "operational_intent_references", intent, intent_count);
  if (constraint != NULL) constraints(&json, "constraint_references", constraint, constraint_count);
  sl_json_close(&json, '}');
}

void sl_utm_availability_add(sl_buf *out, sl_str uss, sl_utm_availability availability, sl_str version) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_str(&json, "version", version);
  sl_json_open(&json, "status", '{');
  sl_json_add_str(&json, "uss", uss);
  sl_json_add_text(&json, "availability", sl_utm_availability_name(availability));
  sl_json_close(&json, '}');
  sl_json_close(&json, '}');
}

void sl_utm_version_add(sl_buf *out, sl_str version) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_str(&json, "version", version);
  sl_json_close(&json, '}');
}

void sl_utm_empty_add(sl_buf *out) { sl_buf_add_text(out, "{}"); }
