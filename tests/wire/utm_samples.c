/* Prints one body of each kind of the F3548 face, "SCHEMA<tab>JSON" to a line, for
 * utm_schema_test.py: answers as the encoders write them, and requests, each of them taken
 * by its decoder. */
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "utm_bodies.h"
#include "wire/utm_answer.h"
#include "wire/utm_details.h"
#include "wire/utm_request.h"

static sl_buf out;
static sl_arena arena;
static const sl_utm_rules rules = {.now = {0}};

static void say(const char *schema) {
  SL_ASSERT(out.error == SL_OK);
  printf("%s\t%.*s\n", schema, (int)out.size, (const char *)out.data);
  sl_buf_clear(&out);
}

static void took(const char *schema, const char *text, sl_err err) {
  SL_ASSERT(err == SL_OK);
  printf("%s\t%s\n", schema, text);
}

static void requests(void) {
  sl_utm_put_intent intent;
  sl_utm_put_constraint constraint;
  sl_utm_put_subscription subscription;
  sl_utm_extents extents;
  sl_utm_set_availability availability;
  sl_fault fault = sl_fault_none();
#define TOOK(schema, text, reader, ...) took(schema, text, reader(__VA_ARGS__))
#define BYTES(text) sl_str_bytes(SL_STR(text))
#define IN1 INTENT("")
#define IN2 INTENT(",\"key\":[\"" OVN "\"],\"new_subscription\":{\"uss_base_url\":\"https://a.example\"}")
#define IN3 INTENT(",\"subscription_id\":\"" ID "\",\"key\":[]")
#define CO CONSTRAINT(VOLUME(POLYGON, START "," END), "")
#define SU SUBSCRIPTION("{\"volume\":{" CIRCLE "}}", ",\"notify_for_operational_intents\":true")
  TOOK("PutOperationalIntentReferenceParameters", IN1, sl_utm_put_intent_read, &intent, &arena, BYTES(IN1), &rules, &fault);
  TOOK("PutOperationalIntentReferenceParameters", IN2, sl_utm_put_intent_read, &intent, &arena, BYTES(IN2), &rules, &fault);
  TOOK("PutOperationalIntentReferenceParameters", IN3, sl_utm_put_intent_read, &intent, &arena, BYTES(IN3), &rules, &fault);
  TOOK("PutConstraintReferenceParameters", CO, sl_utm_put_constraint_read, &constraint, &arena, BYTES(CO), &rules, &fault);
  TOOK("PutSubscriptionParameters", SU, sl_utm_put_subscription_read, &subscription, &arena, BYTES(SU), &rules, &fault);
  TOOK("QueryOperationalIntentReferenceParameters", QUERY(FULL), sl_utm_query_read, &extents, &arena, BYTES(QUERY(FULL)), &fault);
  TOOK("QuerySubscriptionParameters", QUERY(CORNER), sl_utm_query_read, &extents, &arena, BYTES(QUERY(CORNER)), &fault);
#define AV "{\"old_version\":\"\",\"availability\":\"Down\"}"
  TOOK("SetUssAvailabilityStatusParameters", AV, sl_utm_set_availability_read, &availability, &arena, BYTES(AV), &fault);
}

static void entities(void) {
  sl_utm_put_intent_details intent;
  sl_utm_put_constraint_details constraint;
  sl_buf details;
  sl_buf_init(&details, 1u << 20);
#define NOTICE INTENT_DETAILS(",\"operational_intent\":{\"reference\":" INTENT_REFERENCE ",\"details\":" DETAILS "}")
#define CONSTRAINED \
  CONSTRAINT_DETAILS(",\"constraint\":{\"reference\":" CONSTRAINT_REFERENCE ",\"details\":{\"volumes\":[" FULL "],\"type\":\"a.b\"}}")
  took("PutOperationalIntentDetailsParameters", NOTICE,
       sl_utm_put_intent_details_read(&intent, &arena, BYTES(NOTICE), &rules, NULL));
  took("PutConstraintDetailsParameters", CONSTRAINED,
       sl_utm_put_constraint_details_read(&constraint, &arena, BYTES(CONSTRAINED), &rules, NULL));
  sl_utm_intent_details_add(&details, &intent.details, true);
  sl_utm_intent_response_add(&out, &intent.reference, sl_buf_str(&details));
  say("GetOperationalIntentDetailsResponse");
  sl_utm_intent_notice_add(&out, &intent.id, &intent.reference, sl_buf_str(&details), intent.subscription, 1);
  say("PutOperationalIntentDetailsParameters");
  sl_utm_intent_notice_add(&out, &intent.id, NULL, (sl_str){NULL, 0}, intent.subscription, 1);
  say("PutOperationalIntentDetailsParameters");
  sl_buf_clear(&details);
  sl_utm_constraint_details_add(&details, &constraint.details, true);
  sl_utm_constraint_response_add(&out, &constraint.reference, sl_buf_str(&details));
  say("GetConstraintDetailsResponse");
  sl_utm_constraint_notice_add(&out, &constraint.id, NULL, (sl_str){NULL, 0}, constraint.subscription, 1);
  say("PutConstraintDetailsParameters");

  const sl_utm_subscriber subscriber = {intent.reference.base_url, intent.subscription, 1};
  sl_utm_change_intent_add(&out, &intent.reference, &subscriber, 1);
  say("ChangeOperationalIntentReferenceResponse");
  sl_utm_change_constraint_add(&out, &constraint.reference, &subscriber, 1);
  say("ChangeConstraintReferenceResponse");
  sl_utm_get_intent_add(&out, &intent.reference);
  say("GetOperationalIntentReferenceResponse");
  sl_utm_get_constraint_add(&out, &constraint.reference);
  say("GetConstraintReferenceResponse");
  intent.reference.ovn.size = 0;
  intent.reference.subscription = sl_utm_no_subscription;
  sl_utm_intents_add(&out, &intent.reference, 1);
  say("QueryOperationalIntentReferenceResponse");
  sl_utm_constraints_add(&out, &constraint.reference, 1);
  say("QueryConstraintReferencesResponse");
  sl_utm_conflict_add(&out, "The key lacks OVNs", &intent.reference, 1, &constraint.reference, 1);
  say("AirspaceConflictResponse");

  const sl_utm_subscription view = {.id = intent.id, .version = SL_STR("aGVsbG8"), .index = 1, .start = intent.reference.start,
                                    .end = intent.reference.end, .base_url = intent.reference.base_url,
                                    .for_constraints = true, .implicit = true, .dependent = &intent.id, .dependent_count = 1};
  sl_utm_get_subscription_add(&out, &view);
  say("GetSubscriptionResponse");
  sl_utm_get_subscription_add(&out, &view);
  say("DeleteSubscriptionResponse");
  sl_utm_subscriptions_add(&out, &view, 1);
  say("QuerySubscriptionsResponse");
  sl_utm_put_subscription_add(&out, &view, &intent.reference, 1, &constraint.reference, 1);
  say("PutSubscriptionResponse");
  sl_buf_fini(&details);
}

static void the_rest(void) {
  sl_utm_report report;
#define REPORT "{\"exchange\":{" EXCHANGE ",\"request_source\":\"a\",\"headers\":[\"Authorization: Bearer x\"]}}"
  took("ErrorReport", REPORT, sl_utm_report_read(&report, &arena, BYTES(REPORT), NULL));
  report.report_id = SL_STR("1");
  sl_utm_report_add(&out, &report);
  say("ErrorReport");
  const sl_utm_telemetry full = {.id = {.bytes = {[6] = 0x40, [8] = 0x80}}, .measured = true,
                                 .time_measured = {1800000000 * SL_NS_PER_S}, .position = {47 * SL_ND_PER_DEG, 8 * SL_ND_PER_DEG},
                                 .altitude = {123456}, .has_next = true, .next = {1800000001 * SL_NS_PER_S}};
  sl_utm_telemetry none = full;
  none.measured = false;
  sl_utm_telemetry_add(&out, &full);
  say("GetOperationalIntentTelemetryResponse");
  sl_utm_telemetry_add(&out, &none);
  say("GetOperationalIntentTelemetryResponse");
  sl_utm_availability_add(&out, SL_STR("uss1"), SL_UTM_DOWN, SL_STR("v"));
  say("UssAvailabilityStatusResponse");
  sl_utm_message_add(&out, "no");
  say("ErrorResponse");
}

int main(void) {
  sl_buf_init(&out, 1u << 20);
  sl_arena_init(&arena, 16u << 20);
  requests();
  entities();
  the_rest();
  sl_arena_fini(&arena);
  sl_buf_fini(&out);
  return 0;
}
