/* Operational intents over the F3548 face, inside a side (F3548.md "Operational intents"). */
#include "utm_scene.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 3600, 7200};

static void create_ovn(const char *id, const char *subject, const sl_utm_box *box, const char *key, const char *more,
                       char ovn[static 128]) {
  sl_answered answer = sl_utm_put(&world, subject, id, NULL, box, "Accepted", key, more);
  expect(&answer, 201);
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
}

/* A create is answered 201 with version 1, an OVN of 44 URL-safe characters, no subscription. */
static void test_create(void **state) {
  (void)state;
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 201);
  char text[128];
  assert_int_equal(strlen(sl_utm_ovn_of(answer.body, text)), 44);
  assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 44);
  assert_string_equal(sl_world_member(answer.body, "version", text), "1");
  assert_string_equal(sl_world_member(answer.body, "manager", text), "uss1");
  assert_string_equal(sl_world_member(answer.body, "subscription_id", text), "00000000-0000-4000-8000-000000000000");
  assert_non_null(strstr(answer.body, "\"subscribers\":[]"));
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss1", SC, "GET", INTENTS ID1, NULL);
  expect(&answer, 200);
  assert_string_equal(sl_world_member(answer.body, "state", text), "Accepted");
  assert_int_equal(strlen(sl_utm_ovn_of(answer.body, text)), 44);
  sl_world_drop(&answer);
  /* Another of the side sees it, without its OVN; the other side sees nothing. */
  answer = sl_utm_ask(&world, "uss2", SC, "GET", INTENTS ID1, NULL);
  expect(&answer, 200);
  assert_string_equal(sl_utm_ovn_of(answer.body, text), "");
  sl_world_drop(&answer);
  sl_answered foreign = sl_utm_ask(&world, "uss9", SC, "GET", INTENTS ID1, NULL);
  sl_answered unknown = sl_utm_ask(&world, "uss9", SC, "GET", INTENTS ID2, NULL);
  expect(&foreign, 404);
  assert_string_equal(foreign.body, unknown.body);
  sl_world_drop(&foreign);
  sl_world_drop(&unknown);
}

/* 409 over an existing id; a create needs Accepted; a state beyond it a subscription. */
static void test_create_refused(void **state) {
  (void)state;
  char ovn[128];
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Activated", "", NEW_SUB);
  expect(&answer, 400);
  sl_world_drop(&answer);
  create_ovn(ID1, "uss1", &here, "", "", ovn);
  char key[140];
  snprintf(key, sizeof key, "\"%s\"", ovn);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", key, "");
  expect(&answer, 409);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss2", ID1, NULL, &here, "Accepted", key, "");
  expect(&answer, 409);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &here, "Activated", "", "");
  expect(&answer, 400);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &here, "Ended", "", "");
  expect(&answer, 400);
  sl_world_drop(&answer);
}

/* Manager differs 403, OVN differs 409, absent 400. */
static void test_update(void **state) {
  (void)state;
  char ovn[128], next[128], text[128];
  create_ovn(ID1, "uss1", &here, "", "", ovn);
  sl_answered answer = sl_utm_put(&world, "uss1", ID2, ovn, &here, "Accepted", "", "");
  expect(&answer, 400);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss2", ID1, ovn, &here, "Accepted", "", "");
  expect(&answer, 403);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, "wrong-wrong-wrong-wrong", &here, "Accepted", "", "");
  expect(&answer, 409);
  sl_world_drop(&answer);
  sl_utm_box moved = here;
  moved.lat += 0.001;
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);   /* amendments are judged once in 5 min (L17) */
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &moved, "Accepted", "", "");
  expect(&answer, 200);
  assert_string_equal(sl_world_member(answer.body, "version", text), "2");
  sl_utm_ovn_of(answer.body, next);
  assert_string_not_equal(ovn, next);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, next, &moved, "Activated", "", NEW_SUB);
  expect(&answer, 200);
  assert_string_equal(sl_world_member(answer.body, "state", text), "Activated");
  sl_world_drop(&answer);
}

/* The same request again is answered as it was; so is a DELETE. */
static void test_retry(void **state) {
  (void)state;
  char *body = sl_utm_intent_body(&world, &here, "Accepted", "", "");
  sl_answered first = sl_utm_ask(&world, "uss1", SC, "PUT", INTENTS ID1, body);
  sl_answered again = sl_utm_ask(&world, "uss1", SC, "PUT", INTENTS ID1, body);
  expect(&first, 201);
  expect(&again, 201);
  assert_string_equal(first.body, again.body);
  char ovn[128], target[300];
  snprintf(target, sizeof target, INTENTS ID1 "/%s", sl_utm_ovn_of(first.body, ovn));
  sl_world_drop(&first);
  sl_world_drop(&again);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", INTENTS ID1 "/wrong-wrong-wrong-wrong", NULL), 409);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "DELETE", target, NULL), 403);
  first = sl_utm_ask(&world, "uss1", SC, "DELETE", target, NULL);
  again = sl_utm_ask(&world, "uss1", SC, "DELETE", target, NULL);
  expect(&first, 200);
  expect(&again, 200);
  assert_string_equal(first.body, again.body);
  sl_world_drop(&first);
  sl_world_drop(&again);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", INTENTS ID1, NULL), 404);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "DELETE", target, NULL), 404);
  /* Created anew under the same id, its OVN is a new one. */
  first = sl_utm_ask(&world, "uss1", SC, "PUT", INTENTS ID1, body);
  expect(&first, 201);
  char other[128];
  assert_string_not_equal(sl_utm_ovn_of(first.body, other), ovn);
  sl_world_drop(&first);
  free(body);
}

/* The key needs the OVN of every relevant intent but itself; the answer has only those missing. */
static void test_key(void **state) {
  (void)state;
  char first[128], second[128], key[400];
  create_ovn(ID1, "uss1", &here, "", "", first);
  sl_answered answer = sl_utm_put(&world, "uss2", ID2, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  assert_non_null(strstr(answer.body, ID1));
  assert_null(strstr(answer.body, first));
  assert_non_null(strstr(answer.body, "\"missing_constraints\":[]"));
  sl_world_drop(&answer);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "GET", INTENTS ID2, NULL), 404);
  snprintf(key, sizeof key, "\"%s\"", first);
  create_ovn(ID2, "uss2", &here, key, "", second);
  /* An own one that is missing keeps its OVN in the answer; itself is not asked for. */
  answer = sl_utm_put(&world, "uss1", ID1, first, &here, "Accepted", "", "");
  expect(&answer, 409);
  assert_null(strstr(answer.body, ID1));
  sl_world_drop(&answer);
  snprintf(key, sizeof key, "\"%s\"", second);
  answer = sl_utm_put(&world, "uss1", ID1, first, &here, "Accepted", key, "");
  expect(&answer, 200);
  sl_world_drop(&answer);
  /* Touching in time is relevant, one nanosecond apart is not needed to be. */
  sl_utm_box after = here;
  after.from_s = here.to_s;
  after.to_s = here.to_s + 60;
  answer = sl_utm_put(&world, "uss2", "00000000-0000-4000-8000-000000000003", NULL, &after, "Accepted", "", "");
  expect(&answer, 409);
  sl_world_drop(&answer);
  after.from_s++;
  answer = sl_utm_put(&world, "uss2", "00000000-0000-4000-8000-000000000003", NULL, &after, "Accepted", "", "");
  expect(&answer, 201);
  sl_world_drop(&answer);
}

/* A Down manager's Accepted intents need not be in the key. */
static void test_down(void **state) {
  (void)state;
  char first[128], text[128];
  create_ovn(ID1, "uss1", &here, "", "", first);
  sl_answered answer = sl_utm_ask(&world, "uss2", AA, "GET", "/dss/v1/uss_availability/uss1", NULL);
  expect(&answer, 200);
  assert_non_null(strstr(answer.body, "\"Unknown\""));
  assert_string_equal(sl_world_member(answer.body, "version", text), "");
  sl_world_drop(&answer);
  static const char down[] = "{\"old_version\":\"\",\"availability\":\"Down\"}";
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "PUT", "/dss/v1/uss_availability/uss1", down), 403);
  assert_int_equal(sl_utm_status_of(&world, "uss2", AA, "PUT", "/dss/v1/uss_availability/uss1", down), 200);
  assert_int_equal(sl_utm_status_of(&world, "uss2", AA, "PUT", "/dss/v1/uss_availability/uss1", down), 409);
  char second[128];
  create_ovn(ID2, "uss2", &here, "", "", second);
  answer = sl_utm_ask(&world, "uss2", SC, "GET", INTENTS ID1, NULL);
  assert_string_equal(sl_world_member(answer.body, "uss_availability", text), "Down");
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss2", SC, "GET", "/dss/v1/uss_availability/sideline", NULL);
  assert_non_null(strstr(answer.body, "\"Normal\""));
  sl_world_drop(&answer);
  /* The other side's table is another. */
  answer = sl_utm_ask(&world, "uss9", SC, "GET", "/dss/v1/uss_availability/uss1", NULL);
  assert_non_null(strstr(answer.body, "\"Unknown\""));
  sl_world_drop(&answer);
}

/* Nonconforming and Contingent skip the key; they need CMSA. */
static void test_urgent(void **state) {
  (void)state;
  char first[128], second[128], key[140];
  create_ovn(ID1, "uss1", &here, "", "", first);
  snprintf(key, sizeof key, "\"%s\"", first);
  create_ovn(ID2, "uss2", &here, key, "", second);
  char *body = sl_utm_intent_body(&world, &here, "Nonconforming", "", NEW_SUB);
  char target[300];
  snprintf(target, sizeof target, INTENTS ID1 "/%s", first);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "PUT", target, body), 403);
  sl_answered answer = sl_utm_ask(&world, "uss1", CMSA, "PUT", target, body);
  expect(&answer, 200);
  sl_utm_ovn_of(answer.body, first);
  sl_world_drop(&answer);
  free(body);
  answer = sl_utm_put(&world, "uss1", ID1, first, &here, "Contingent", "", NEW_SUB);
  expect(&answer, 200);
  sl_utm_ovn_of(answer.body, first);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, first, &here, "Activated", "", NEW_SUB);
  expect(&answer, 400);
  sl_world_drop(&answer);
}

/* requested_ovn_suffix: "{id}_{suffix}". */
static void test_suffix(void **state) {
  (void)state;
  char more[120], want[128], ovn[128];
  uint64_t ms = (uint64_t)(world.base.wall / SL_NS_PER_MS);
  snprintf(more, sizeof more, ",\"requested_ovn_suffix\":\"%08x-%04x-7000-8000-000000000001\"", (unsigned)(ms >> 16),
           (unsigned)(ms & 0xffff));
  create_ovn(ID1, "uss1", &here, "", more, ovn);
  snprintf(want, sizeof want, ID1 "_%08x-%04x-7000-8000-000000000001", (unsigned)(ms >> 16), (unsigned)(ms & 0xffff));
  assert_string_equal(ovn, want);
}

/* The query answers what meets the area, own side only. */
static void test_query(void **state) {
  (void)state;
  char ovn[128];
  create_ovn(ID1, "uss1", &here, "", "", ovn);
  char *area = sl_utm_area_body(&world, &here);
  sl_answered answer = sl_utm_ask(&world, "uss2", SC, "POST", INTENTS "query", area);
  expect(&answer, 200);
  assert_int_equal(sl_utm_times(answer.body, ID1), 1);
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss9", SC, "POST", INTENTS "query", area);
  expect(&answer, 200);
  assert_string_equal(answer.body, "{\"operational_intent_references\":[]}");
  sl_world_drop(&answer);
  free(area);
  sl_utm_box away = here;
  away.lat += 0.1;
  area = sl_utm_area_body(&world, &away);
  answer = sl_utm_ask(&world, "uss2", SC, "POST", INTENTS "query", area);
  assert_string_equal(answer.body, "{\"operational_intent_references\":[]}");
  sl_world_drop(&answer);
  free(area);
}

/* A native intent of the side is a reference too, at this server, with details here. */
static void test_native_peer(void **state) {
  (void)state;
  sl_draft draft = sl_world_box(&world.base, here.lat, here.lon, 200, 500, 560, 3600, 7200);
  sl_answered answer = sl_world_put(&world.base, &world.alpha, ID1, &draft);
  assert_int_equal(answer.status, 200);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss2", ID2, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  assert_non_null(strstr(answer.body, SERVER_URL));
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss2", SC, "GET", "/uss/v1/operational_intents/" ID1, NULL);
  expect(&answer, 200);
  char ovn[128], key[140];
  snprintf(key, sizeof key, "\"%s\"", sl_utm_ovn_of(answer.body, ovn));
  assert_non_null(strstr(answer.body, "outline_polygon"));
  sl_world_drop(&answer);
  create_ovn(ID2, "uss2", &here, key, "", ovn);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE(test_create),
      SCENE(test_create_refused),
      SCENE(test_update),
      SCENE(test_retry),
      SCENE(test_key),
      SCENE(test_down),
      SCENE(test_urgent),
      SCENE(test_suffix),
      SCENE(test_query),
      SCENE(test_native_peer),
  };
  return cmocka_run_group_tests_name("service/utm_intent", tests, NULL, NULL);
}
