/* The F3548 face across the line (F3548.md "Across the line"; L4, L7, L14, L17, L18). */
#include "utm_scene.h"

#include "service/op.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 7200, 10800};

/* The other side stands here. */
static void red_at(const char *id, double lat) {
  sl_utm_box box = here;
  box.lat = lat;
  red_files(id, &box);
}

/* A conflict: 409 with one reference whatever lies behind; with its OVN in the key 201. */
static void test_refused_then_aware(void **state) {
  (void)state;
  red_at(RED, here.lat);
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  assert_int_equal(sl_utm_times(answer.body, "\"id\":"), 1);
  assert_null(strstr(answer.body, RED));
  char id[128], ovn[128], key[140], target[300];
  assert_string_equal(sl_utm_ovn_of(answer.body, ovn), "");
  line_learn("uss1", answer.body, id, ovn);
  sl_world_drop(&answer);
  /* It only pends: absent on this face, and nobody else sees it or its reference. */
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", INTENTS ID1, NULL), 404);
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", id);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "GET", target, NULL), 404);
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s/telemetry", id);
  assert_int_equal(sl_utm_status_of(&world, "uss1", CMSA, "GET", target, NULL), 404);
  char *area = sl_utm_area_body(&world, &here);
  answer = sl_utm_ask(&world, "uss2", SC, "POST", INTENTS "query", area);
  assert_string_equal(answer.body, "{\"operational_intent_references\":[]}");
  sl_world_drop(&answer);
  /* P's own query and read have it. */
  answer = sl_utm_ask(&world, "uss1", SC, "POST", INTENTS "query", area);
  assert_int_equal(sl_utm_times(answer.body, id), 1);
  sl_world_drop(&answer);
  free(area);
  snprintf(target, sizeof target, INTENTS "%s", id);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 200);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "GET", target, NULL), 404);
  snprintf(key, sizeof key, "\"%s\"", ovn);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", key, "");
  expect(&answer, 201);
  char text[128];
  assert_string_equal(sl_world_member(answer.body, "version", text), "1");
  sl_world_drop(&answer);
}

/* The other side amends: the reference's id and OVN stay while the granules do. */
static void test_ovn_is_ones_own(void **state) {
  (void)state;
  red_at(RED, here.lat);
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  char id[128], ovn[128], id2[128], ovn2[128];
  line_learn("uss1", answer.body, id, ovn);
  sl_world_drop(&answer);
  red_at("00000000-0000-4000-8000-00000000000e", here.lat);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", ",\"flight_type\":\"x\"");
  expect(&answer, 409);
  line_learn("uss1", answer.body, id2, ovn2);
  assert_string_equal(id, id2);
  assert_string_equal(ovn, ovn2);
  sl_world_drop(&answer);
}

/* What is missing on the own side comes first, and then nothing is asked across. */
static void test_own_side_first(void **state) {
  (void)state;
  sl_answered answer = sl_utm_put(&world, "uss2", ID2, NULL, &here, "Accepted", "", "");
  expect(&answer, 201);
  char ovn[128], key[300];
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  red_at(RED, here.lat);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  assert_null(strstr(answer.body, "sideline"));
  assert_non_null(strstr(answer.body, ID2));
  sl_world_drop(&answer);
  answer = sl_world_ask(&world.base, &world.alpha, "GET", "/v1/intents/" ID1, NULL);
  expect(&answer, 404);
  sl_world_drop(&answer);
  snprintf(key, sizeof key, "\"%s\"", ovn);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", key, "");
  expect(&answer, 409);
  assert_non_null(strstr(answer.body, "sideline"));
  assert_null(strstr(answer.body, ID2));
  sl_world_drop(&answer);
}

/* A refused update pends beside the old version, which stands; replanned clear of it, no
 * reference appears and the pending one is gone. */
static void test_update_pends(void **state) {
  (void)state;
  sl_utm_box moved = here, away = here;
  moved.lat += 0.05;
  away.lat -= 0.05;
  red_at(RED, moved.lat);
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 201);
  char ovn[128], text[128], line_id[128], line[128], key[140];
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &moved, "Accepted", "", "");
  expect(&answer, 409);
  line_learn("uss1", answer.body, line_id, line);
  sl_world_drop(&answer);
  answer = sl_utm_ask(&world, "uss1", SC, "GET", INTENTS ID1, NULL);
  expect(&answer, 200);
  assert_string_equal(sl_utm_ovn_of(answer.body, text), ovn);
  assert_string_equal(sl_world_member(answer.body, "version", text), "1");
  sl_world_drop(&answer);
  /* Both protect: red asks there and here. */
  sl_draft draft = sl_world_box(&world.base, here.lat, here.lon, 200, 500, 560, here.from_s, here.to_s);
  answer = sl_world_put(&world.base, &world.romeo, "00000000-0000-4000-8000-00000000000d", &draft);
  assert_non_null(strstr(answer.body, "CONFLICT"));
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &away, "Accepted", "", "");
  expect(&answer, 200);
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  char target[300];
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", line_id);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 404);
  /* Back over it, aware: the shadow takes the place of what stood. */
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &moved, "Accepted", "", "");
  expect(&answer, 409);
  line_learn("uss1", answer.body, line_id, line);
  sl_world_drop(&answer);
  snprintf(key, sizeof key, "\"%s\"", line);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &moved, "Accepted", key, "");
  expect(&answer, 200);
  assert_string_equal(sl_world_member(answer.body, "version", text), "3");
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  /* Activation over the standing conflict needs the current OVN. */
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &moved, "Activated", "", NEW_SUB);
  expect(&answer, 409);
  sl_world_drop(&answer);
  char *area = sl_utm_area_body(&world, &moved);
  answer = sl_utm_ask(&world, "uss1", SC, "POST", INTENTS "query", area);
  expect(&answer, 200);
  line_learn("uss1", answer.body, line_id, line);
  sl_world_drop(&answer);
  free(area);
  snprintf(key, sizeof key, "\"%s\"", line);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &moved, "Activated", key, NEW_SUB);
  expect(&answer, 200);
  sl_world_drop(&answer);
}

/* L18: the refused PUT stands ten minutes; then it is no more, and neither is its reference. */
static void test_pending_lapses(void **state) {
  (void)state;
  red_at(RED, here.lat);
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  char id[128], ovn[128], target[300];
  line_learn("uss1", answer.body, id, ovn);
  sl_world_drop(&answer);
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", id);
  sl_world_advance(&world.base, 599 * SL_NS_PER_S);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 200);
  sl_world_advance(&world.base, 2 * SL_NS_PER_S);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 404);
  sl_world_advance(&world.base, 3600 * SL_NS_PER_S);
  answer = sl_world_ask(&world.base, &world.alpha, "GET", "/v1/intents/" ID1, NULL);
  expect(&answer, 404);
  sl_world_drop(&answer);
}

/* Three refusals of one id in 15 min: the next reference covers all own granules. */
static void test_refusals_widen(void **state) {
  (void)state;
  sl_utm_box wide = here;
  wide.half = 2500;
  wide.to_s = wide.from_s + 300;
  red_at(RED, here.lat + 0.02);
  char id[4][128], ovn[128];
  for (int i = 0; i < 4; i++) {
    char more[40];
    snprintf(more, sizeof more, ",\"n\":%d", i);
    sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &wide, "Accepted", "", more);
    expect(&answer, 409);
    line_learn("uss1", answer.body, id[i], ovn);
    sl_world_drop(&answer);
  }
  assert_string_equal(id[0], id[1]);
  assert_string_equal(id[0], id[2]);
  assert_string_not_equal(id[0], id[3]);
}

/* A line that is not OPEN is UNDECIDED: 409 with a reference over all of one's own. */
static void test_line_down(void **state) {
  (void)state;
  world.base.beating = false;
  sl_world_advance(&world.base, 600 * SL_NS_PER_S);
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  char id[128], ovn[128], key[140];
  line_learn("uss1", answer.body, id, ovn);
  sl_world_drop(&answer);
  snprintf(key, sizeof key, "\"%s\"", ovn);
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", key, "");
  expect(&answer, 201);
  sl_world_drop(&answer);
}

/* The worst the other side is shown of what is here. */
static bool red_conflicts(const char *id) {
  sl_draft draft = sl_world_box(&world.base, here.lat, here.lon, 200, 500, 560, 0, 7200);
  sl_answered answer = sl_world_put(&world.base, &world.romeo, id, &draft);
  expect(&answer, 200);
  bool conflict = strstr(answer.body, "CONFLICT") != NULL;
  sl_world_drop(&answer);
  return conflict;
}

/* L7: DELETE of an Activated one is gone at once here, and held five minutes across. */
static void test_delete_is_held(void **state) {
  (void)state;
  sl_utm_box now = here;
  now.from_s = -60;
  char ovn[128], target[300];
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &now, "Accepted", "", "");
  expect(&answer, 201);
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &now, "Activated", "", NEW_SUB);
  expect(&answer, 200);
  snprintf(target, sizeof target, INTENTS ID1 "/%s", sl_utm_ovn_of(answer.body, ovn));
  sl_world_drop(&answer);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", INTENTS ID1, NULL), 404);
  sl_world_advance(&world.base, 240 * SL_NS_PER_S);
  assert_true(red_conflicts("00000000-0000-4000-8000-00000000000a"));
  sl_utm_box later = here;
  later.lat += 0.1;
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &later, "Accepted", "", "");
  expect(&answer, 201);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 70 * SL_NS_PER_S);
  assert_false(red_conflicts("00000000-0000-4000-8000-00000000000b"));
}

/* L7: Contingent is delivered at once, to whoever is there. */
static void test_contingent_is_delivered(void **state) {
  (void)state;
  sl_utm_box apart = here;
  apart.lat += 0.1;
  red_at(RED, here.lat);
  char ovn[128];
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &apart, "Accepted", "", "");
  expect(&answer, 201);
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &here, "Contingent", "", NEW_SUB);
  expect(&answer, 200);
  sl_world_drop(&answer);
  answer = sl_world_ask(&world.base, &world.romeo, "GET", "/v1/events?after=0", NULL);
  assert_non_null(strstr(answer.body, "CONFLICT"));
  sl_world_drop(&answer);
}

/* Ids of the other side read as unknown, byte for byte, in every table. */
static void test_ids_of_others(void **state) {
  (void)state;
  sl_answered answer = sl_utm_put(&world, "uss9", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 201);
  sl_world_drop(&answer);
  static const char *const paths[] = {INTENTS ID1, ZONES ID1, SUBS ID1, "/uss/v1/operational_intents/" ID1,
                                      "/uss/v1/constraints/" ID1};
  static const char *const absent[] = {INTENTS ID2, ZONES ID2, SUBS ID2, "/uss/v1/operational_intents/" ID2,
                                       "/uss/v1/constraints/" ID2};
  for (unsigned i = 0; i < 5; i++) {
    sl_answered a = sl_utm_ask(&world, "uss1", SC " " CP, "GET", paths[i], NULL);
    sl_answered b = sl_utm_ask(&world, "uss1", SC " " CP, "GET", absent[i], NULL);
    expect(&a, 404);
    assert_string_equal(a.body, b.body);
    sl_world_drop(&a);
    sl_world_drop(&b);
  }
  /* The same id on both sides is two things. */
  sl_utm_box apart = here;
  apart.lat += 0.1;
  answer = sl_utm_put(&world, "uss1", ID1, NULL, &apart, "Accepted", "", "");
  expect(&answer, 201);
  sl_world_drop(&answer);
}

/* After a restart everything that was answered is there, and what pends still does. */
static void test_restart(void **state) {
  (void)state;
  sl_utm_box moved = here;
  moved.lat += 0.05;
  red_at(RED, moved.lat);
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", NEW_SUB);
  expect(&answer, 201);
  char ovn[128], text[128];
  sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &moved, "Accepted", "", NEW_SUB);
  expect(&answer, 409);
  sl_world_drop(&answer);
  answer = sl_utm_put(&world, "uss1", ID2, NULL, &moved, "Accepted", "", "");
  expect(&answer, 409);
  sl_world_drop(&answer);
  sl_answered before = sl_utm_ask(&world, "uss1", SC, "GET", INTENTS ID1, NULL);
  sl_utm_world_restart(&world);
  answer = sl_utm_ask(&world, "uss1", SC, "GET", INTENTS ID1, NULL);
  expect(&answer, 200);
  assert_string_equal(answer.body, before.body);
  char target[300];
  snprintf(target, sizeof target, SUBS "%s", sl_world_member(answer.body, "subscription_id", text));
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 200);
  sl_world_drop(&answer);
  sl_world_drop(&before);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", INTENTS ID2, NULL), 404);
  /* RECOVERING (L8): no CLEAR, so whatever is put wants a line reference. */
  sl_utm_box apart = here;
  apart.lat += 0.3;
  answer = sl_utm_put(&world, "uss2", "00000000-0000-4000-8000-000000000007", NULL, &apart, "Accepted", "", "");
  expect(&answer, 409);
  assert_non_null(strstr(answer.body, "sideline"));
  sl_world_drop(&answer);
  snprintf(target, sizeof target, INTENTS ID1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
  sl_utm_world_restart(&world);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
}

/* A commit that fails is undone whole: 503, and everything reads as before it. */
static void test_failed_group(void **state) {
  (void)state;
  sl_store_faults faults = {.fail_at = 70, .fail_with = SL_ERR_FULL};
  sl_store *store = NULL;
  assert_int_equal(sl_store_open_memory(&store, &faults), SL_OK);
  sl_utm_world_open(&world, store);
  char ovn[100][128], id[40], target[300], text[128];
  unsigned failed = 100;
  for (unsigned i = 0; i < 100 && failed == 100; i++) {
    snprintf(id, sizeof id, "%08x-0000-4000-8000-000000000001", i);
    sl_utm_box box = here;
    box.lat += 0.02 * i;
    sl_answered answer = sl_utm_put(&world, "uss1", id, NULL, &box, "Accepted", "", NEW_SUB);
    if (answer.status == 503) failed = i;
    else expect(&answer, 201);
    sl_utm_ovn_of(answer.body, ovn[i]);
    sl_world_drop(&answer);
  }
  assert_true(failed > 1 && failed < 100);
  for (unsigned i = 0; i <= failed; i++) {
    snprintf(target, sizeof target, INTENTS "%08x-0000-4000-8000-000000000001", i);
    sl_answered answer = sl_utm_ask(&world, "uss1", SC, "GET", target, NULL);
    expect(&answer, i < failed ? 200 : 404);
    if (i < failed) assert_string_equal(sl_utm_ovn_of(answer.body, text), ovn[i]);
    snprintf(target, sizeof target, SUBS "%s", sl_world_member(answer.body, "subscription_id", text));
    if (i < failed) assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 200);
    sl_world_drop(&answer);
  }
  snprintf(id, sizeof id, "%08x-0000-4000-8000-000000000001", failed);
  sl_utm_box box = here;
  box.lat += 0.02 * failed;
  sl_answered answer = sl_utm_put(&world, "uss1", id, NULL, &box, "Accepted", "", NEW_SUB);
  expect(&answer, 201);
  sl_world_drop(&answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE(test_refused_then_aware),
      SCENE(test_ovn_is_ones_own),
      SCENE(test_own_side_first),
      SCENE(test_update_pends),
      SCENE(test_pending_lapses),
      SCENE(test_refusals_widen),
      SCENE(test_line_down),
      SCENE(test_delete_is_held),
      SCENE(test_contingent_is_delivered),
      SCENE(test_ids_of_others),
      SCENE(test_restart),
      cmocka_unit_test_teardown(test_failed_group, scene_teardown),
  };
  return cmocka_run_group_tests_name("service/utm_line", tests, NULL, NULL);
}
