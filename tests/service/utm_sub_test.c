/* Subscriptions and constraints over the F3548 face (F3548.md "Constraints, subscriptions"). */
#include "utm_scene.h"

#define SUB1 "00000000-0000-4000-8000-000000000011"
#define SUB2 "00000000-0000-4000-8000-000000000012"
#define ZONE1 "00000000-0000-4000-8000-000000000021"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 3600, 7200};
static const sl_utm_box around = {46.5, 7.5, 1000, 0, 1000, 60, 36000};

static sl_answered put_sub(const char *subject, const char *id, const char *version, const sl_utm_box *box, bool intents,
                           bool constraints) {
  char target[300];
  snprintf(target, sizeof target, SUBS "%s%s%s", id, version ? "/" : "", version ? version : "");
  char *body = sl_utm_sub_body(&world, box, intents, constraints);
  sl_answered answer = sl_utm_ask(&world, subject, SC " " CP, "PUT", target, body);
  free(body);
  return answer;
}

static void sub_version(const sl_answered *answer, char version[static 128]) {
  sl_world_member(answer->body, "version", version);
  assert_true(strlen(version) > 8);
}

static int get(const char *subject, const char *scopes, const char *target) {
  return sl_utm_status_of(&world, subject, scopes, "GET", target, NULL);
}

/* Order of checks on update: version 409, owner 403, absent 400. GET by another 403. */
static void test_subscription_life(void **state) {
  (void)state;
  sl_answered answer = put_sub("uss1", SUB1, NULL, &around, true, false);
  expect(&answer, 200);
  char version[128], next[128], text[128], target[300];
  sub_version(&answer, version);
  assert_string_equal(sl_world_member(answer.body, "notification_index", text), "0");
  assert_non_null(strstr(answer.body, "\"operational_intent_references\":[]"));
  assert_null(strstr(answer.body, "constraint_references"));
  sl_world_drop(&answer);
  sl_utm_box wider = around;
  wider.half = 1500;
  answer = put_sub("uss1", SUB1, NULL, &wider, true, false);
  expect(&answer, 409);
  sl_world_drop(&answer);
  answer = put_sub("uss2", SUB1, "wrong-wrong-wrong", &around, true, false);
  expect(&answer, 409);
  sl_world_drop(&answer);
  answer = put_sub("uss2", SUB1, version, &around, true, false);
  expect(&answer, 403);
  sl_world_drop(&answer);
  answer = put_sub("uss1", SUB2, version, &around, true, false);
  expect(&answer, 400);
  sl_world_drop(&answer);
  answer = put_sub("uss1", SUB1, version, &wider, true, true);
  expect(&answer, 200);
  sub_version(&answer, next);
  assert_string_not_equal(version, next);
  assert_non_null(strstr(answer.body, "\"constraint_references\":[]"));
  sl_world_drop(&answer);
  assert_int_equal(get("uss1", SC, SUBS SUB1), 200);
  assert_int_equal(get("uss2", SC, SUBS SUB1), 403);
  assert_int_equal(get("uss9", SC, SUBS SUB1), 404);
  snprintf(target, sizeof target, SUBS SUB1 "/%s", next);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "DELETE", target, NULL), 403);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", SUBS SUB1 "/wrong-wrong", NULL), 409);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);   /* retried */
  assert_int_equal(get("uss1", SC, SUBS SUB1), 404);
}

/* At least one flag, 24 h at most, a start at most 5 min past; each flag needs its scope. */
static void test_subscription_limits(void **state) {
  (void)state;
  sl_answered answer = put_sub("uss1", SUB1, NULL, &around, false, false);
  expect(&answer, 400);
  sl_world_drop(&answer);
  sl_utm_box box = around;
  box.to_s = box.from_s + 86401;
  answer = put_sub("uss1", SUB1, NULL, &box, true, false);
  expect(&answer, 400);
  sl_world_drop(&answer);
  box = around;
  box.from_s = -301;
  answer = put_sub("uss1", SUB1, NULL, &box, true, false);
  expect(&answer, 400);
  sl_world_drop(&answer);
  char *body = sl_utm_sub_body(&world, &around, true, false);
  assert_int_equal(sl_utm_status_of(&world, "uss1", CP, "PUT", SUBS SUB1, body), 403);
  free(body);
  body = sl_utm_sub_body(&world, &around, false, true);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "PUT", SUBS SUB1, body), 403);
  free(body);
  /* Ended, it reads as absent, and its id is free. */
  box = around;
  box.from_s = 0;
  box.to_s = 600;
  answer = put_sub("uss1", SUB1, NULL, &box, true, false);
  expect(&answer, 200);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 601 * SL_NS_PER_S);
  assert_int_equal(get("uss1", SC, SUBS SUB1), 404);
  answer = put_sub("uss1", SUB1, NULL, &around, true, false);
  expect(&answer, 200);
  sl_world_drop(&answer);
}

/* Subscribers: whose subscription meets old or new extents, each with its index after counting. */
static void test_subscribers(void **state) {
  (void)state;
  char text[128], ovn[128];
  sl_answered answer = put_sub("uss2", SUB1, NULL, &around, true, false);
  expect(&answer, 200);
  sl_world_drop(&answer);
  answer = put_sub("uss9", SUB2, NULL, &around, true, true);   /* of the other side: never counts */
  expect(&answer, 200);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 201);
  assert_int_equal(sl_utm_times(answer.body, SUB1), 1);
  assert_null(strstr(answer.body, SUB2));
  assert_string_equal(sl_world_member(answer.body, "notification_index", text), "1");
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  sl_utm_box away = here;
  away.lat += 0.2;
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &away, "Accepted", "", "");
  expect(&answer, 200);   /* it left the area: the old extents count */
  assert_string_equal(sl_world_member(answer.body, "notification_index", text), "2");
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  away.lat += 0.2;
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &away, "Accepted", "", "");
  expect(&answer, 200);
  assert_non_null(strstr(answer.body, "\"subscribers\":[]"));
  sl_world_drop(&answer);
  sl_utm_world_restart(&world);
  answer = sl_utm_ask(&world, "uss2", SC, "GET", SUBS SUB1, NULL);
  assert_string_equal(sl_world_member(answer.body, "notification_index", text), "2");
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss9", SC, "GET", SUBS SUB2, NULL);
  assert_string_equal(sl_world_member(answer.body, "notification_index", text), "0");
  sl_world_drop(&answer);
}

/* An explicit subscription exists, is the caller's and covers; it is kept from going. */
static void test_explicit(void **state) {
  (void)state;
  static const char with[] = ",\"subscription_id\":\"" SUB1 "\"";
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", with);
  expect(&answer, 400);
  sl_world_drop(&answer);
  answer = put_sub("uss2", SUB1, NULL, &around, true, false);
  expect(&answer, 200);
  char version[128], target[300], ovn[128];
  sub_version(&answer, version);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", with);
  expect(&answer, 403);
  sl_world_drop(&answer);
  sl_utm_box outside = here;
  outside.lat += 0.1;
  answer = sl_utm_put(&world, "uss2", ID1, NULL, &outside, "Accepted", "", with);
  expect(&answer, 400);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss2", ID1, NULL, &here, "Accepted", "", with);
  expect(&answer, 201);
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  snprintf(target, sizeof target, SUBS SUB1 "/%s", version);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "DELETE", target, NULL), 400);
  sl_utm_box small = around;
  small.half = 50;
  answer = put_sub("uss2", SUB1, version, &small, true, false);
  expect(&answer, 400);
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss2", SC, "GET", SUBS SUB1, NULL);
  assert_int_equal(sl_utm_times(answer.body, ID1), 1);
  sl_world_drop(&answer);
  snprintf(target, sizeof target, INTENTS ID1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "DELETE", target, NULL), 200);
  snprintf(target, sizeof target, SUBS SUB1 "/%s", version);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "DELETE", target, NULL), 200);
}

/* new_subscription makes a fresh implicit one; the previous goes when nothing uses it. */
static void test_implicit(void **state) {
  (void)state;
  static const char fresh[] = ",\"new_subscription\":{\"uss_base_url\":\"https://uss.example/utm\"}";
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", fresh);
  expect(&answer, 201);
  char first[128], second[128], ovn[128], target[300], more[200];
  sl_world_member(answer.body, "subscription_id", first);
  assert_int_equal(sl_utm_times(answer.body, first), 2);   /* the caller's own is told too */
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  snprintf(target, sizeof target, SUBS "%s", first);
  answer = sl_utm_ask(&world, "uss1", SC, "GET", target, NULL);
  expect(&answer, 200);
  assert_non_null(strstr(answer.body, "\"implicit_subscription\":true"));
  sl_world_drop(&answer);
  /* Named again, it is extended to what it does not cover. */
  sl_utm_box away = here;
  away.lat += 0.2;
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  snprintf(more, sizeof more, ",\"subscription_id\":\"%s\"", first);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &away, "Accepted", "", more);
  expect(&answer, 200);
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss2", ID2, NULL, &away, "Accepted", "", "");
  expect(&answer, 409);
  sl_world_drop(&answer);
  snprintf(more, sizeof more, "\"%s\"", ovn);
  answer = sl_utm_put(&world, "uss2", ID2, NULL, &away, "Accepted", more, "");
  expect(&answer, 201);
  assert_int_equal(sl_utm_times(answer.body, first), 1);
  char other[128];
  snprintf(more, sizeof more, "\"%s\"", sl_utm_ovn_of(answer.body, other));
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &away, "Accepted", more, fresh);
  expect(&answer, 200);
  sl_world_member(answer.body, "subscription_id", second);
  assert_string_not_equal(first, second);
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  assert_int_equal(get("uss1", SC, target), 404);
  snprintf(target, sizeof target, INTENTS ID1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
  snprintf(target, sizeof target, SUBS "%s", second);
  assert_int_equal(get("uss1", SC, target), 404);
}

/* Owner 403, OVN or existing id 409; in the key only where the subscription asks for constraints. */
static void test_constraints(void **state) {
  (void)state;
  char *body = sl_utm_zone_body(&world, &here);
  assert_int_equal(sl_utm_status_of(&world, "uss1", CP, "PUT", ZONES ZONE1, body), 403);
  sl_answered answer = put_sub("uss2", SUB1, NULL, &around, false, true);
  expect(&answer, 200);
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss1", CM, "PUT", ZONES ZONE1, body);
  expect(&answer, 201);
  char ovn[128], target[300], key[140], text[128];
  sl_utm_ovn_of(answer.body, ovn);
  assert_int_equal(sl_utm_times(answer.body, SUB1), 1);
  sl_world_drop(&answer);
  assert_int_equal(sl_utm_status_of(&world, "uss2", CM, "PUT", ZONES ZONE1, body), 409);
  snprintf(target, sizeof target, ZONES ZONE1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss2", CM, "PUT", target, body), 403);
  assert_int_equal(sl_utm_status_of(&world, "uss1", CM, "PUT", ZONES ZONE1 "/wrong-wrong-wrong-wrong", body), 409);
  answer = sl_utm_put(&world, "uss2", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 201);
  sl_utm_ovn_of(answer.body, text);
  sl_world_drop(&answer);
  static const char fresh[] = ",\"new_subscription\":{\"uss_base_url\":\"https://u.example\",\"notify_for_constraints\":true}";
  answer = sl_utm_put(&world, "uss2", ID1, text, &here, "Accepted", "", fresh);
  expect(&answer, 409);
  assert_int_equal(sl_utm_times(answer.body, ZONE1), 1);
  assert_null(strstr(answer.body, ovn));
  sl_world_drop(&answer);
  snprintf(key, sizeof key, "\"%s\"", ovn);
  answer = sl_utm_put(&world, "uss2", ID1, text, &here, "Accepted", key, fresh);
  expect(&answer, 200);
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss1", CM, "PUT", target, body);
  expect(&answer, 200);
  assert_string_equal(sl_world_member(answer.body, "version", text), "2");
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  /* Never across: the other side neither reads it nor needs it. */
  assert_int_equal(get("uss9", CP, ZONES ZONE1), 404);
  char *area = sl_utm_area_body(&world, &here);
  answer = sl_utm_ask(&world, "uss9", CP, "POST", ZONES "query", area);
  assert_string_equal(answer.body, "{\"constraint_references\":[]}");
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss2", CP, "POST", ZONES "query", area);
  assert_int_equal(sl_utm_times(answer.body, ZONE1), 1);
  sl_world_drop(&answer);
  free(area);
  sl_utm_world_restart(&world);
  assert_int_equal(get("uss2", CP, ZONES ZONE1), 200);
  snprintf(target, sizeof target, ZONES ZONE1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss1", CM, "DELETE", target, NULL), 200);
  assert_int_equal(get("uss2", CP, ZONES ZONE1), 404);
  free(body);
}

/* The query has own and unexpired ones. */
static void test_subscription_query(void **state) {
  (void)state;
  sl_answered answer = put_sub("uss1", SUB1, NULL, &around, true, false);
  sl_world_drop(&answer);
  answer = put_sub("uss2", SUB2, NULL, &around, true, false);
  sl_world_drop(&answer);
  char *area = sl_utm_area_body(&world, &here);
  answer = sl_utm_ask(&world, "uss1", SC, "POST", SUBS "query", area);
  expect(&answer, 200);
  assert_int_equal(sl_utm_times(answer.body, SUB1), 1);
  assert_int_equal(sl_utm_times(answer.body, SUB2), 0);
  sl_world_drop(&answer);
  free(area);
  sl_utm_box huge = here;
  huge.half = 30000;
  area = sl_utm_area_body(&world, &huge);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "POST", SUBS "query", area), 413);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "POST", INTENTS "query", area), 400);
  free(area);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE(test_subscription_life),
      SCENE(test_subscription_limits),
      SCENE(test_subscribers),
      SCENE(test_explicit),
      SCENE(test_implicit),
      SCENE(test_constraints),
      SCENE(test_subscription_query),
  };
  return cmocka_run_group_tests_name("service/utm_sub", tests, NULL, NULL);
}
