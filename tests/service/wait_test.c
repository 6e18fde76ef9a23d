/* Long polls: who waits, for how long, how many at once, and what ends it. */
#include "service/wait.h"

#include "rules.h"

static void turns(void) {
  while (sl_service_turn(world.service)) continue;
}

static uint64_t newest(sl_client *client) {
  uint64_t next = 0;
  sl_play_events(&world, client, &next);
  return next;
}

static void wait_for(sl_client *client, uint64_t after, unsigned seconds, sl_answered *answer) {
  char target[80];
  snprintf(target, sizeof target, "/v1/events?after=%llu&wait=%u", (unsigned long long)after, seconds);
  sl_world_send(&world, client, "GET", target, NULL, answer);
  turns();
}

static void suspend(void) {
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/suspend", "{}"), 200);
}

static void an_event_ends_the_waiting_of_all_who_may_know(void **state) {
  (void)state;
  sl_answered one, two;
  wait_for(&blue, newest(&blue), 60, &one);
  wait_for(&red, newest(&red), 60, &two);
  assert_false(one.done || two.done);
  suspend();
  assert_true(one.done && two.done);
  assert_non_null(strstr(one.body, "SUSPENDED"));
  assert_non_null(strstr(two.body, "SUSPENDED"));
  sl_world_drop(&one);
  sl_world_drop(&two);
}

static void its_seconds_end_it_with_nothing(void **state) {
  (void)state;
  sl_answered answer;
  uint64_t next = newest(&blue);
  wait_for(&blue, next, 10, &answer);
  world.wall += 9 * SL_SECOND;
  world.monotonic += 9 * SL_SECOND;
  turns();
  assert_false(answer.done);
  world.wall += SL_SECOND;
  world.monotonic += SL_SECOND;
  turns();
  assert_true(answer.done);
  assert_int_equal(answer.status, 200);
  char want[64];
  snprintf(want, sizeof want, "{\"events\":[],\"next\":%llu}", (unsigned long long)next);
  assert_string_equal(answer.body, want);
  sl_world_drop(&answer);
}

/* A cursor of the future waits for the next event, not for that number. */
static void a_cursor_ahead_is_the_newest(void **state) {
  (void)state;
  sl_answered answer;
  wait_for(&blue, newest(&blue) + 1000, 60, &answer);
  assert_false(answer.done);
  suspend();
  assert_true(answer.done);
  assert_non_null(strstr(answer.body, "SUSPENDED"));
  sl_world_drop(&answer);
}

static void so_many_of_a_party_wait_at_once(void **state) {
  (void)state;
  static sl_answered waiting[SL_WAITERS_MAX + 1], other;
  uint64_t next = newest(&blue);
  for (unsigned i = 0; i <= SL_WAITERS_MAX; i++) {
    wait_for(&blue, next, 60, &waiting[i]);
    assert_int_equal(waiting[i].done, i == SL_WAITERS_MAX);
  }
  assert_int_equal(waiting[SL_WAITERS_MAX].status, 429);
  /* Another's share is its own (L15). */
  wait_for(&red, newest(&red), 60, &other);
  assert_false(other.done);
  suspend();
  for (unsigned i = 0; i < SL_WAITERS_MAX; i++) {
    assert_true(waiting[i].done);
    assert_int_equal(waiting[i].status, 200);
    sl_world_drop(&waiting[i]);
  }
  sl_world_drop(&waiting[SL_WAITERS_MAX]);
  sl_world_drop(&other);
}

static void a_stop_answers_who_waits(void **state) {
  (void)state;
  sl_answered answer;
  wait_for(&blue, newest(&blue), 60, &answer);
  assert_false(answer.done);
  sl_world_restart(&world);
  assert_true(answer.done);
  assert_int_equal(answer.status, 200);
  sl_world_drop(&answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(an_event_ends_the_waiting_of_all_who_may_know), CASE(its_seconds_end_it_with_nothing),
      CASE(a_cursor_ahead_is_the_newest), CASE(so_many_of_a_party_wait_at_once), CASE(a_stop_answers_who_waits),
  };
  return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
