/* A change of the line's state is told to parties' own servers where it alters what their
 * intents read as (L4, L28; F3548.md "Across the line"). */
#include "utm_scene.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 7200, 10800};

static char body[65536];

static void word(unsigned side, const char *said) {
  char target[60];
  snprintf(target, sizeof target, "/v1/line/north/%s", said);
  sl_answered answer = sl_world_ask(&world.base, &world.base.focal_client[side], "POST", target, "{}");
  expect(&answer, 200);
  sl_world_drop(&answer);
  while (sl_service_turn(world.base.service)) continue;
}

static bool shown(char id[static 128]) {
  sl_world_member(body, "operational_intent_id", id);
  return sl_utm_times(body, "\"operational_intent\":") == 1;
}

static void spread(unsigned count) {
  char id[40];
  for (unsigned i = 0; i < count; i++) {
    sl_utm_box box = here;
    box.lat += 0.01 * i;
    snprintf(id, sizeof id, "%08x-0000-4000-8000-000000000001", i);
    sl_answered answer = sl_utm_put(&world, "uss1", id, NULL, &box, "Accepted", "", "");
    expect(&answer, 201);
    sl_world_drop(&answer);
  }
}

/* Suspended, all that was CLEAR is in doubt; resumed, it is not. What conflicts does either way. */
static void test_told_and_taken_back(void **state) {
  (void)state;
  char id[3][128], gone[128];
  spread(4);
  red_files(RED, &here);
  sl_world_advance(&world.base, 301 * SL_NS_PER_S);
  assert_true(next_push(body, sizeof body));   /* the first of the four is in conflict */
  assert_false(next_push(body, sizeof body));
  word(0, "suspend");
  for (unsigned i = 0; i < 3; i++) {
    assert_true(next_push(body, sizeof body));
    assert_true(shown(id[i]));
    assert_non_null(strstr(body, "\"manager\":\"sideline\""));
    char index[128], wanted[16];
    snprintf(wanted, sizeof wanted, "%u", i + 2);
    assert_string_equal(sl_world_member(body, "notification_index", index), wanted);
  }
  assert_false(next_push(body, sizeof body));
  /* Its details are to be had, and its OVN is the one that a key wants. */
  char target[300];
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", id[1]);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 200);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "GET", target, NULL), 404);
  word(0, "resume");
  for (unsigned i = 0; i < 3; i++) {
    assert_true(next_push(body, sizeof body));
    assert_false(shown(gone));
    assert_string_equal(gone, id[i]);
  }
  assert_false(next_push(body, sizeof body));
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "GET", target, NULL), 404);
}

/* The clock alone degrades a line (L28), and a restart in between loses nothing. */
static void test_silence_and_restart(void **state) {
  (void)state;
  char id[128], gone[128];
  spread(1);
  world.base.beating = false;
  sl_world_advance(&world.base, 600 * SL_NS_PER_S);
  assert_true(next_push(body, sizeof body));
  assert_true(shown(id));
  sl_utm_world_restart(&world);
  world.base.beating = true;
  sl_world_advance(&world.base, 60 * SL_NS_PER_S);
  assert_false(next_push(body, sizeof body));
  word(0, "answer");
  word(1, "answer");
  assert_true(next_push(body, sizeof body));
  assert_false(shown(gone));
  assert_string_equal(gone, id);
}

/* Many are told in steps: no more wait than the party's server takes, and none is dropped. */
static void test_many(void **state) {
  (void)state;
  enum { MANY = 300 };
  char id[128];
  spread(MANY);
  sl_service_counts before, after;
  sl_service_count(world.base.service, &before);
  word(1, "suspend");
  sl_service_count(world.base.service, &after);
  uint64_t waiting = after.pushes_queued - before.pushes_queued;
  assert_true(waiting >= 32 && waiting <= 96);
  for (unsigned i = 0; i < MANY; i++) {
    assert_true(next_push(body, sizeof body));
    assert_true(shown(id));
  }
  assert_false(next_push(body, sizeof body));
  /* Taken back before all were told: nobody hears of what it never heard of. */
  word(1, "resume");
  for (unsigned i = 0; i < 10; i++) assert_true(next_push(body, sizeof body));
  word(1, "suspend");
  unsigned there = 0, away = 0;
  while (next_push(body, sizeof body)) {
    if (shown(id)) there++;
    else away++;
  }
  assert_int_equal(there, away + 10);
  sl_service_count(world.base.service, &after);
  assert_int_equal(after.pushes_dropped, before.pushes_dropped);
}

/* A party whose intents name this server has none of its own to be told at. */
static void test_no_server(void **state) {
  (void)state;
  sl_utm_box box = here;
  char *text = sl_utm_intent_body(&world, &box, "Accepted", "", "");
  char *at = strstr(text, "https://uss.example/utm");
  memmove(at + strlen(SERVER_URL), at + strlen("https://uss.example/utm"), strlen(at + strlen("https://uss.example/utm")) + 1);
  memcpy(at, SERVER_URL, strlen(SERVER_URL));
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "PUT", INTENTS ID1, text), 201);
  free(text);
  word(0, "suspend");
  assert_false(next_push(body, sizeof body));
  word(0, "resume");
  assert_false(next_push(body, sizeof body));
}

int main(void) {
  const struct CMUnitTest tests[] = {SCENE(test_told_and_taken_back), SCENE(test_silence_and_restart), SCENE(test_many),
                                     SCENE(test_no_server)};
  return cmocka_run_group_tests_name("service/utm_turned", tests, NULL, NULL);
}
