/* What a party's own server is told unasked of the line (F3548.md "Across the line"): what
 * lies in its way, and when that is no more. */
#include "utm_scene.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 7200, 10800};

static char body[65536];

/* The next push shows (or else takes back) a reference; its id. */
static void pushed(bool shows, char id[static 128]) {
  assert_true(next_push(body, sizeof body));
  assert_int_equal(sl_utm_times(body, "\"operational_intent\":"), shows ? 1 : 0);
  sl_world_member(body, "operational_intent_id", id);
  assert_int_equal(strlen(id), 36);
}

/* What was pushed before does not matter. */
static void forget_pushes(void) {
  while (next_push(body, sizeof body)) continue;
}

/* A later conflict reaches the party by push, and so does its end. */
static void test_push(void **state) {
  (void)state;
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 201);
  sl_world_drop(&answer);
  red_files(RED, &here);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  sl_push push;
  sl_time next;
  assert_true(sl_service_push_take(world.base.service, &push, &next));
  assert_string_equal(push.url, "https://uss.example/utm/uss/v1/operational_intents");
  assert_non_null(strstr(push.body, "\"manager\":\"sideline\""));
  assert_non_null(strstr(push.body, "\"notification_index\":1"));
  assert_null(strstr(push.body, RED));
  char ovn[128], text[128];
  assert_int_equal(strlen(sl_utm_ovn_of(push.body, ovn)), 44);
  sl_service_push_done(world.base.service, push.number, SL_PUSH_DELIVERED);
  sl_push_drop(&push);
  answer = sl_world_ask(&world.base, &world.romeo, "POST", "/v1/intents/" RED "/end", "{\"version\":1}");
  expect(&answer, 200);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  bool gone = false;
  while (sl_service_push_take(world.base.service, &push, &next)) {
    gone = sl_utm_times(push.body, "\"operational_intent\":") == 0;
    sl_world_member(push.body, "notification_index", text);
    sl_service_push_done(world.base.service, push.number, SL_PUSH_DELIVERED);
    sl_push_drop(&push);
    sl_service_turn(world.base.service);
  }
  assert_true(gone);
}

/* uss1 stands here, and was told by push what lies here since. */
static void told_here(char ovn[static 128], char id[static 128]) {
  put_one(NULL, &here, "Accepted", "", 201, ovn);
  red_files(RED, &here);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  pushed(true, id);
  forget_pushes();
}

static void test_amended_away(void **state) {
  (void)state;
  char ovn[128], id[128], gone[128];
  told_here(ovn, id);
  sl_utm_box away = here;
  away.lat += 0.05;
  put_one(ovn, &away, "Accepted", "", 200, ovn);
  pushed(false, gone);
  assert_string_equal(gone, id);
  assert_false(next_push(body, sizeof body));
  /* And not once more. */
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  away.lat += 0.05;
  put_one(ovn, &away, "Accepted", "", 200, ovn);
  assert_false(next_push(body, sizeof body));
}

/* Amended and still in the way: the reference of the version before goes, the new one is
 * known by its OVN in the key. */
static void test_amended_aware(void **state) {
  (void)state;
  char ovn[128], id[128], line[128], next[128], gone[128], key[140];
  told_here(ovn, id);
  sl_utm_box higher = here;
  higher.upper += 10;
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, ovn, &higher, "Accepted", "", "");
  expect(&answer, 409);
  line_learn("uss1", answer.body, next, line);
  sl_world_drop(&answer);
  assert_string_not_equal(next, id);
  snprintf(key, sizeof key, "\"%s\"", line);
  put_one(ovn, &higher, "Accepted", key, 200, ovn);
  pushed(false, gone);   /* and nothing when it was refused: what stood still stood */
  assert_string_equal(gone, id);
  assert_false(next_push(body, sizeof body));
  /* What was told by an answer is taken back like what was pushed. */
  answer = sl_world_ask(&world.base, &world.romeo, "POST", "/v1/intents/" RED "/end", "{\"version\":1}");
  expect(&answer, 200);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  pushed(false, gone);
  assert_string_equal(gone, next);
}

/* Refused, replanned clear of it: what the refusal named is no more. */
static void test_replanned(void **state) {
  (void)state;
  char id[128], line[128], gone[128];
  sl_utm_box away = here;
  away.lat += 0.05;
  red_files(RED, &here);
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, NULL, &here, "Accepted", "", "");
  expect(&answer, 409);
  line_learn("uss1", answer.body, id, line);
  sl_world_drop(&answer);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  forget_pushes();
  put_one(NULL, &away, "Accepted", "", 201, NULL);
  pushed(false, gone);
  assert_string_equal(gone, id);
  assert_false(next_push(body, sizeof body));
}

static void test_deleted(void **state) {
  (void)state;
  char ovn[128], id[128], gone[128], target[300];
  told_here(ovn, id);
  snprintf(target, sizeof target, INTENTS ID1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
  pushed(false, gone);
  assert_string_equal(gone, id);
  sl_world_advance(&world.base, 601 * SL_NS_PER_S);
  assert_false(next_push(body, sizeof body));
}

/* Nobody asks an urgent state for a key, so its server is told (L7). */
static void test_contingent_is_told(void **state) {
  (void)state;
  char ovn[128], id[128];
  sl_utm_box apart = here;
  apart.lat += 0.1;
  put_one(NULL, &apart, "Accepted", "", 201, ovn);
  red_files(RED, &here);
  put_one(ovn, &here, "Contingent", "", 200, ovn);
  pushed(true, id);
  char target[300];
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", id);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 200);
}

/* What was told is known after a restart, and taken back once. */
static void test_restart(void **state) {
  (void)state;
  char ovn[128], id[128], gone[128], target[300];
  told_here(ovn, id);
  sl_utm_world_restart(&world);
  sl_world_advance(&world.base, 60 * SL_NS_PER_S);
  snprintf(target, sizeof target, INTENTS ID1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
  pushed(false, gone);
  assert_string_equal(gone, id);
}

int main(void) {
  const struct CMUnitTest tests[] = {SCENE(test_push),      SCENE(test_amended_away), SCENE(test_amended_aware),
                                     SCENE(test_replanned), SCENE(test_deleted),      SCENE(test_contingent_is_told),
                                     SCENE(test_restart)};
  return cmocka_run_group_tests_name("service/utm_push", tests, NULL, NULL);
}
