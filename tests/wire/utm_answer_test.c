/* Answers of the F3548 face, byte for byte. utm_schema_test.py holds them against the
 * standard's schemas. */
#include "test.h"

#include "utm_bodies.h"
#include "wire/utm_answer.h"

static const sl_utm_intent_ref intent = {
    .id = {.bytes = {0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x43, 0x33, 0x84, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55}},
    .manager = {"uss1", 4}, .availability = SL_UTM_NORMAL, .version = 3, .state = SL_INTENT_ACTIVATED,
    .ovn = {OVN, sizeof OVN - 1}, .start = {1800000000 * SL_NS_PER_S}, .end = {1800003600 * SL_NS_PER_S},
    .base_url = {"https://uss.example/u", 21},
    .subscription = {.bytes = {0xaa, 0xaa, 0xaa, 0xaa, 0xbb, 0xbb, 0x4c, 0xcc, 0x9d, 0xdd, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee}}};

static const sl_utm_constraint_ref constraint = {
    .id = {.bytes = {0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x43, 0x33, 0x84, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55}},
    .manager = {"uss1", 4}, .availability = SL_UTM_NORMAL, .version = 3, .ovn = {OVN, sizeof OVN - 1},
    .start = {1800000000 * SL_NS_PER_S}, .end = {1800003600 * SL_NS_PER_S}, .base_url = {"https://uss.example/u", 21}};

#define REF_HEAD "{\"id\":\"" ID "\",\"manager\":\"uss1\",\"uss_availability\":\"Normal\",\"version\":3,"
#define INTENT_TEXT \
  REF_HEAD "\"state\":\"Activated\",\"ovn\":\"" OVN "\"," START "," END "," URL ",\"subscription_id\":\"" ID2 "\"}"
#define CONSTRAINT_TEXT REF_HEAD "\"ovn\":\"" OVN "\"," START "," END "," URL "}"

static sl_buf out;

static void is(const char *expected) {
  assert_int_equal(out.error, SL_OK);
  if (!sl_str_is(sl_buf_str(&out), expected)) fail_msg("%.*s\nis not\n%s", (int)out.size, (const char *)out.data, expected);
  sl_buf_clear(&out);
}

static void references(void **state) {
  (void)state;
  sl_utm_get_intent_add(&out, &intent);
  is("{\"operational_intent_reference\":" INTENT_TEXT "}");
  sl_utm_get_constraint_add(&out, &constraint);
  is("{\"constraint_reference\":" CONSTRAINT_TEXT "}");
  sl_utm_intent_ref hidden = intent;
  hidden.ovn.size = 0;
  hidden.subscription = sl_utm_no_subscription;
  sl_utm_get_intent_add(&out, &hidden);
  is("{\"operational_intent_reference\":" REF_HEAD "\"state\":\"Activated\"," START "," END "," URL
     ",\"subscription_id\":\"00000000-0000-4000-8000-000000000000\"}}");
}

static void changes(void **state) {
  (void)state;
  const sl_utm_subscription_state states[] = {{intent.subscription, 7}, {intent.id, 0}};
  const sl_utm_subscriber subscriber[] = {{intent.base_url, states, 2}, {{"https://b", 9}, states, 1}};
  sl_utm_change_intent_add(&out, &intent, subscriber, 2);
  is("{\"subscribers\":[{\"subscriptions\":[{\"subscription_id\":\"" ID2 "\",\"notification_index\":7},"
     "{\"subscription_id\":\"" ID "\",\"notification_index\":0}]," URL "},{\"subscriptions\":[{\"subscription_id\":\"" ID2
     "\",\"notification_index\":7}],\"uss_base_url\":\"https://b\"}],\"operational_intent_reference\":" INTENT_TEXT "}");
  sl_utm_change_constraint_add(&out, &constraint, NULL, 0);
  is("{\"subscribers\":[],\"constraint_reference\":" CONSTRAINT_TEXT "}");
}

static void lists(void **state) {
  (void)state;
  const sl_utm_intent_ref two[] = {intent, intent};
  sl_utm_intents_add(&out, two, 2);
  is("{\"operational_intent_references\":[" INTENT_TEXT "," INTENT_TEXT "]}");
  sl_utm_intents_add(&out, NULL, 0);
  is("{\"operational_intent_references\":[]}");
  sl_utm_constraints_add(&out, &constraint, 1);
  is("{\"constraint_references\":[" CONSTRAINT_TEXT "]}");
  sl_utm_conflict_add(&out, "key", &intent, 1, NULL, 0);
  is("{\"message\":\"key\",\"missing_operational_intents\":[" INTENT_TEXT "],\"missing_constraints\":[]}");
}

static void subscriptions(void **state) {
  (void)state;
  const sl_utm_subscription view = {.id = intent.subscription, .version = {"v1", 2}, .index = 4, .start = intent.start,
                                    .end = intent.end, .base_url = intent.base_url, .for_intents = true,
                                    .dependent = &intent.id, .dependent_count = 1};
#define SUBSCRIPTION_TEXT \
  "{\"id\":\"" ID2 "\",\"version\":\"v1\",\"notification_index\":4," START "," END "," URL \
  ",\"notify_for_operational_intents\":true,\"notify_for_constraints\":false,\"implicit_subscription\":false," \
  "\"dependent_operational_intents\":[\"" ID "\"]}"
  sl_utm_get_subscription_add(&out, &view);
  is("{\"subscription\":" SUBSCRIPTION_TEXT "}");
  sl_utm_subscriptions_add(&out, &view, 1);
  is("{\"subscriptions\":[" SUBSCRIPTION_TEXT "]}");
  sl_utm_put_subscription_add(&out, &view, &intent, 1, NULL, 0);
  is("{\"subscription\":" SUBSCRIPTION_TEXT ",\"operational_intent_references\":[" INTENT_TEXT "]}");
  sl_utm_put_subscription_add(&out, &view, NULL, 0, &constraint, 0);
  is("{\"subscription\":" SUBSCRIPTION_TEXT ",\"constraint_references\":[]}");
}

static void the_rest(void **state) {
  (void)state;
  sl_utm_availability_add(&out, SL_STR("uss\"1"), SL_UTM_UNKNOWN, SL_STR(""));
  is("{\"version\":\"\",\"status\":{\"uss\":\"uss\\\"1\",\"availability\":\"Unknown\"}}");
  sl_utm_version_add(&out, SL_STR("1.2"));
  is("{\"version\":\"1.2\"}");
  sl_utm_empty_add(&out);
  is("{}");
}

int main(void) {
  sl_buf_init(&out, 1u << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(references), cmocka_unit_test(changes), cmocka_unit_test(lists),
                                     cmocka_unit_test(subscriptions), cmocka_unit_test(the_rest)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_buf_fini(&out);
  return failed;
}
