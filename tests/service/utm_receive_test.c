/* Routes, tokens, scopes and errors of the F3548 face, and what stands under /uss/v1. */
#include "utm_scene.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 3600, 7200};

static int ask(const char *subject, const char *scopes, const char *method, const char *target, const char *body) {
  sl_answered answer = sl_utm_ask(&world, subject, scopes, method, target, body);
  int status = answer.status;
  if (status >= 400) {
    assert_string_equal(answer.type, "application/json");
    assert_non_null(strstr(answer.body, "{\"message\":\""));
  }
  sl_world_drop(&answer);
  return status;
}

/* Missing or bad token 401, scope missing 403, both before the body and the id. */
static void test_token_first(void **state) {
  (void)state;
  assert_int_equal(ask("uss1", NULL, "PUT", INTENTS "not-an-id", "{"), 401);
  assert_int_equal(ask("uss1", CM, "PUT", INTENTS "not-an-id", "{"), 403);
  assert_int_equal(ask("uss1", SC, "PUT", INTENTS "not-an-id", "{"), 400);
  assert_int_equal(ask("uss1", SC, "PUT", INTENTS ID1, "{"), 400);
  assert_int_equal(ask("uss1", SC, "GET", INTENTS "not-an-id", NULL), 400);
  assert_int_equal(ask("uss1", "utm.something_else", "GET", INTENTS ID1, NULL), 403);
  /* A subject that nobody listed, or whose party nobody enrolled (L2). */
  assert_int_equal(ask("unlisted", SC, "GET", INTENTS ID1, NULL), 403);
  assert_int_equal(ask("stranger", SC, "GET", INTENTS ID1, NULL), 403);
}

/* Every route with its scopes: one of them passes, none of the others does. */
static void test_scopes(void **state) {
  (void)state;
  static const struct { const char *method, *target, *good[3]; } rows[] = {
      {"POST", INTENTS "query", {SC, CMSA, NULL}},
      {"GET", INTENTS ID1, {SC, CMSA, NULL}},
      {"PUT", INTENTS ID1, {SC, CMSA, NULL}},
      {"PUT", INTENTS ID1 "/abcdefghijklmnop", {SC, CMSA, NULL}},
      {"DELETE", INTENTS ID1 "/abcdefghijklmnop", {SC, CMSA, NULL}},
      {"POST", ZONES "query", {CM, CP, NULL}},
      {"GET", ZONES ID1, {CM, CP, NULL}},
      {"PUT", ZONES ID1, {CM, NULL, NULL}},
      {"PUT", ZONES ID1 "/abcdefghijklmnop", {CM, NULL, NULL}},
      {"DELETE", ZONES ID1 "/abcdefghijklmnop", {CM, NULL, NULL}},
      {"POST", SUBS "query", {CP, SC, NULL}},
      {"GET", SUBS ID1, {CP, SC, NULL}},
      {"PUT", SUBS ID1, {CP, SC, NULL}},
      {"PUT", SUBS ID1 "/v", {CP, SC, NULL}},
      {"DELETE", SUBS ID1 "/v", {CP, SC, NULL}},
      {"PUT", "/dss/v1/uss_availability/x", {AA, NULL, NULL}},
      {"GET", "/dss/v1/uss_availability/x", {AA, SC, CMSA}},
      {"GET", "/uss/v1/operational_intents/" ID1, {SC, NULL, NULL}},
      {"GET", "/uss/v1/operational_intents/" ID1 "/telemetry", {CMSA, NULL, NULL}},
      {"POST", "/uss/v1/operational_intents", {SC, NULL, NULL}},
      {"GET", "/uss/v1/constraints/" ID1, {CP, NULL, NULL}},
      {"POST", "/uss/v1/constraints", {CM, NULL, NULL}},
  };
  static const char *const all[] = {SC, CM, CP, CMSA, AA};
  for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
    for (unsigned k = 0; k < 5; k++) {
      bool good = false;
      for (unsigned n = 0; n < 3 && rows[i].good[n]; n++) good |= strcmp(rows[i].good[n], all[k]) == 0;
      int status = ask("uss1", all[k], rows[i].method, rows[i].target, NULL);
      if ((status != 403) != good) printf("%s %s with %s: %d\n", rows[i].method, rows[i].target, all[k], status);
      assert_int_equal(status != 403, good);
    }
  }
}

/* What is no path is 404, and a wrong method 405, without a token. */
static void test_paths(void **state) {
  (void)state;
  assert_int_equal(ask("uss1", SC, "GET", "/dss/v1/nothing", NULL), 404);
  assert_int_equal(ask("uss1", NULL, "PATCH", INTENTS ID1, NULL), 405);
  sl_answered answer = sl_utm_ask(&world, "uss1", NULL, "GET", "/healthy", NULL);
  assert_int_equal(answer.status, 200);
  assert_string_equal(answer.body, "ok");
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss1", NULL, "GET", "/aux/v1/version", NULL);
  assert_int_equal(answer.status, 200);
  assert_non_null(strstr(answer.body, "test"));
  sl_world_drop(&answer);
  assert_int_equal(ask("uss1", NULL, "GET", "/aux/v1/validate_oauth", NULL), 401);
  assert_int_equal(ask("uss1", SC, "GET", "/aux/v1/validate_oauth", NULL), 200);
  assert_int_equal(ask("uss1", SC, "GET", "/aux/v1/validate_oauth?owner=uss1", NULL), 200);
  assert_int_equal(ask("uss1", SC, "GET", "/aux/v1/validate_oauth?owner=uss2", NULL), 403);
}

/* Keys are swapped while running: what the old ones signed is refused at once. */
static void test_keys_swapped(void **state) {
  (void)state;
  assert_int_equal(ask("uss1", SC, "GET", INTENTS ID1, NULL), 404);
  issuer *before = world.issuer;
  world.issuer = issuer_new(2048);
  sl_utm_world_keys(&world);
  assert_int_equal(ask("uss1", SC, "GET", INTENTS ID1, NULL), 401);
  issuer_free(world.issuer);
  world.issuer = before;
  sl_utm_world_keys(&world);
  assert_int_equal(ask("uss1", SC, "GET", INTENTS ID1, NULL), 404);
}

/* Replies of this face leave on the clock as all do (L15). */
static void test_clocked(void **state) {
  (void)state;
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  assert_int_equal(answer.status, 201);
  assert_int_equal(answer.release.ns % world.base.agreement.quantum.ns, 0);
  assert_true(answer.release.ns > world.base.wall);
  sl_world_drop(&answer);
}

static const char exchange[] =
    "{\"exchange\":{\"url\":\"https://u.example\",\"method\":\"GET\",\"recorder_role\":\"Client\",\"request_time\":"
    "{\"value\":\"2027-01-15T08:00:00Z\",\"format\":\"RFC3339\"},\"request_source\":{\"value\":\"x\"}}}";

static void test_reports(void **state) {
  (void)state;
  sl_answered answer = sl_utm_ask(&world, "uss1", AA, "POST", "/dss/v1/reports", exchange);
  if (answer.status != 201) printf("%s\n", answer.body);
  assert_int_equal(answer.status, 201);
  char text[128];
  assert_int_equal(strlen(sl_world_member(answer.body, "report_id", text)), 36);
  sl_world_drop(&answer);
  assert_int_equal(ask("uss1", CM, "POST", "/uss/v1/reports", exchange), 201);
}

/* Details that a manager posts here: kept by version, for the side; 403, 409 as the list has it. */
static void test_details(void **state) {
  (void)state;
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  assert_int_equal(answer.status, 201);
  char ovn[128], body[3000];
  sl_utm_ovn_of(answer.body, ovn);
  const char *reference = strstr(answer.body, "\"operational_intent_reference\":") + strlen("\"operational_intent_reference\":");
  int size = (int)strlen(reference);
  while (size > 0 && reference[size - 1] != '}') size--;
  if (answer.body[0] == '{' && strstr(answer.body, "\"subscribers\"") < reference) size--;   /* the outer brace */
  char copy[1500];
  snprintf(copy, sizeof copy, "%.*s", size, reference);
  char *end = strstr(copy, ",\"subscribers\"");
  if (end) *end = '\0';
  sl_world_drop(&answer);
  char *volume = sl_utm_volume_text(&world, &here);
  static const char *const format =
      "{\"operational_intent_id\":\"" ID1 "\",\"operational_intent\":{\"reference\":%s,\"details\":{\"volumes\":[%s],"
      "\"priority\":%d}},\"subscriptions\":[{\"subscription_id\":\"" ID1 "\",\"notification_index\":1}]}";
  assert_int_equal(ask("uss2", SC, "GET", "/uss/v1/operational_intents/" ID1, NULL), 404);   /* at its manager's */
  snprintf(body, sizeof body, format, copy, volume, 7);
  assert_int_equal(ask("uss2", SC, "POST", "/uss/v1/operational_intents", body), 403);
  assert_int_equal(ask("uss1", SC, "POST", "/uss/v1/operational_intents", body), 204);
  assert_int_equal(ask("uss1", SC, "POST", "/uss/v1/operational_intents", body), 204);
  answer = sl_utm_ask(&world, "uss2", SC, "GET", "/uss/v1/operational_intents/" ID1, NULL);
  assert_int_equal(answer.status, 200);
  assert_non_null(strstr(answer.body, "\"priority\":7"));
  assert_non_null(strstr(answer.body, ovn));
  sl_world_drop(&answer);
  assert_int_equal(ask("uss9", SC, "GET", "/uss/v1/operational_intents/" ID1, NULL), 404);
  snprintf(body, sizeof body, format, copy, volume, 8);
  assert_int_equal(ask("uss1", SC, "POST", "/uss/v1/operational_intents", body), 409);
  assert_int_equal(ask("uss2", CMSA, "GET", "/uss/v1/operational_intents/" ID1 "/telemetry", NULL), 409);
  free(volume);
}

/* Without the face its paths do not exist. */
static void test_face_off(void **state) {
  (void)state;
  world.base.options.utm = NULL;
  sl_world_restart(&world.base);
  sl_answered answer = sl_utm_ask(&world, "uss1", SC, "GET", INTENTS ID1, NULL);
  assert_int_equal(answer.status, 404);
  assert_string_equal(answer.type, "application/problem+json");
  sl_world_drop(&answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE(test_token_first),
      SCENE(test_scopes),
      SCENE(test_paths),
      SCENE(test_keys_swapped),
      SCENE(test_clocked),
      SCENE(test_reports),
      SCENE(test_details),
      SCENE(test_face_off),
  };
  return cmocka_run_group_tests_name("service/utm_receive", tests, NULL, NULL);
}
