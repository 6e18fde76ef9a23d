/* What a query of an area finds besides what is to come: what was there lately (F3548.md
 * "Past intents stay readable"; the standard asks for all in the area, and its times). */
#include "utm_scene.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 60, 600};

/* How often the id is found by a query from..to seconds from now; one side open: -1. */
static unsigned found(const char *subject, const char *id, int64_t from_s, int64_t to_s) {
  sl_utm_box box = here;
  box.from_s = from_s;
  box.to_s = to_s;
  char *area = sl_utm_area_body(&world, &box);
  sl_answered answer = sl_utm_ask(&world, subject, SC, "POST", INTENTS "query", area);
  expect(&answer, 200);
  char mark[60];
  snprintf(mark, sizeof mark, "\"id\":\"%s\"", id);
  unsigned count = sl_utm_times(answer.body, mark);
  sl_world_drop(&answer);
  free(area);
  return count;
}

static void test_past_is_found(void **state) {
  (void)state;
  put_one(NULL, &here, "Accepted", "", 201, NULL);
  assert_int_equal(found("uss1", ID1, 100, 200), 1);
  sl_world_advance(&world.base, 1200 * SL_NS_PER_S);   /* 60 to 600 is -1140 to -600 now */
  assert_int_equal(found("uss1", ID1, -1000, -900), 1);
  assert_int_equal(found("uss2", ID1, -1000, -900), 1);
  assert_int_equal(found("uss1", ID1, -601, 100), 1);
  assert_int_equal(found("uss1", ID1, -590, 100), 0);
  assert_int_equal(found("uss1", ID1, 10, 100), 0);
  assert_int_equal(found("uss1", ID1, -2000, -1150), 0);
  assert_int_equal(found("uss9", ID1, -1000, -900), 0);   /* of the other side */
  sl_utm_world_restart(&world);
  sl_world_advance(&world.base, 60 * SL_NS_PER_S);
  assert_int_equal(found("uss2", ID1, -1000, -900), 1);
  sl_world_advance(&world.base, 25 * 3600 * SL_NS_PER_S);
  assert_int_equal(found("uss1", ID1, -25 * 3600 - 2000, 0), 0);
}

/* What is over is in nobody's way: no key has to have it. */
static void test_past_is_in_no_key(void **state) {
  (void)state;
  put_one(NULL, &here, "Accepted", "", 201, NULL);
  sl_world_advance(&world.base, 1200 * SL_NS_PER_S);
  sl_utm_box since = here;
  since.from_s = -2000;
  sl_answered answer = sl_utm_put(&world, "uss2", ID2, NULL, &since, "Accepted", "", "");
  expect(&answer, 201);
  sl_world_drop(&answer);
}

/* Put off to later, or deleted, it was not there. */
static void test_what_is_taken_away(void **state) {
  (void)state;
  char ovn[128], target[300];
  put_one(NULL, &here, "Accepted", "", 201, ovn);
  sl_world_advance(&world.base, 1200 * SL_NS_PER_S);
  assert_int_equal(found("uss1", ID1, -1000, -900), 1);
  sl_utm_box later = here;
  later.to_s = 500;
  put_one(ovn, &later, "Accepted", "", 200, ovn);
  assert_int_equal(found("uss1", ID1, -1000, -900), 0);
  assert_int_equal(found("uss1", ID1, 100, 200), 1);
  sl_world_advance(&world.base, 1000 * SL_NS_PER_S);
  assert_int_equal(found("uss1", ID1, -600, 0), 1);
  snprintf(target, sizeof target, INTENTS ID1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
  assert_int_equal(found("uss1", ID1, -1000, 0), 0);
  /* Its id is free, and what has it next is found as itself. */
  put_one(NULL, &here, "Accepted", "", 201, NULL);
  assert_int_equal(found("uss1", ID1, 100, 200), 1);
}

/* What was refused and only pended never was there for anybody. */
static void test_pending_is_not_past(void **state) {
  (void)state;
  red_files(RED, &here);
  put_one(NULL, &here, "Accepted", "", 409, NULL);
  assert_int_equal(found("uss1", "none", 100, 200), 0);
  sl_world_advance(&world.base, 1200 * SL_NS_PER_S);
  assert_int_equal(found("uss1", ID1, -1140, -600), 0);
  sl_utm_box box = here;
  box.from_s = -1140;
  box.to_s = -600;
  char *area = sl_utm_area_body(&world, &box);
  sl_answered answer = sl_utm_ask(&world, "uss1", SC, "POST", INTENTS "query", area);
  assert_string_equal(answer.body, "{\"operational_intent_references\":[]}");
  sl_world_drop(&answer);
  free(area);
}

int main(void) {
  const struct CMUnitTest tests[] = {SCENE(test_past_is_found), SCENE(test_past_is_in_no_key), SCENE(test_what_is_taken_away),
                                     SCENE(test_pending_is_not_past)};
  return cmocka_run_group_tests_name("service/utm_find", tests, NULL, NULL);
}
