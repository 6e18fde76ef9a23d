/* Groups that fail, clocks that step, roll-ups over a stop, replies by the quantum. */
#include "rules.h"

#include "store/store.h"

static void a_failed_group_leaves_nothing(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  faults.commit = SL_ERR_FULL;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 503);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 404);
  /* Nor in the index: the other side meets nothing. */
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CLEAR");
  /* And the same request is then taken. */
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CONFLICT");
}

static void a_failed_put_fails_the_group(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  faults.put = SL_ERR_FULL;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 503);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CLEAR");
}

static void a_group_that_cannot_begin_changes_nothing(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  faults.begin = SL_ERR_BUSY;
  assert_int_equal(sl_play_put(&world, &red, b, &draft)->status, 503);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
}

/* Asked to come again; on a full disk it waits on, and hears what is committed later. */
static void a_waiting_poll_hears_nothing_of_a_failed_group(void **state) {
  (void)state;
  const sl_err faulty[] = {SL_ERR_BUSY, SL_ERR_FULL};
  for (int i = 0; i < 2; i++) {
    char target[80], one[37], other[37];
    uint64_t next = 0;
    sl_draft draft = sl_world_box(&world, 47.0 + i, 8.0, 200, 500, 560, 600, 900);
    sl_world_uuid(&world, one);
    sl_world_uuid(&world, other);
    sl_play_put(&world, &blue, one, &draft);
    sl_play_events(&world, &blue, &next);
    snprintf(target, sizeof target, "/v1/events?after=%llu&wait=60", (unsigned long long)next);
    sl_answered waiting;
    sl_world_send(&world, &blue, "GET", target, NULL, &waiting);
    while (sl_service_turn(world.service)) continue;
    assert_false(waiting.done);
    faults.commit = faulty[i];
    /* It starts within the lead of urgent ones: blue would be told at once. */
    assert_int_equal(sl_play_put(&world, &red, other, &draft)->status, 503);
    assert_int_equal(waiting.done, faulty[i] == SL_ERR_BUSY);
    sl_play_put(&world, &red, other, &draft);
    assert_true(waiting.done);
    assert_int_equal(waiting.status, faulty[i] == SL_ERR_BUSY ? 503 : 200);
    if (faulty[i] == SL_ERR_FULL) assert_non_null(strstr(waiting.body, "\"case\""));
    sl_world_drop(&waiting);
    assert_non_null(strstr(sl_play_events(&world, &blue, &next), "\"case\""));
  }
}

static void a_disk_that_fails_for_good_is_not_ready(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  assert_true(sl_service_ready(world.service));
  faults.commit = SL_ERR_IO;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 503);
  assert_false(sl_service_ready(world.service));
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 503);
  assert_int_equal(sl_play_do(&world, &red, "GET", "/v1/cases", NULL), 503);
}

static void a_failing_disk_is_not_tried_without_a_pause(void **state) {
  (void)state;
  sl_world_move(&world, 120 * SL_SECOND);
  unsigned before = faults.commits;
  world.wall += 60 * SL_SECOND;
  world.monotonic += 60 * SL_SECOND;
  for (int i = 0; i < 50; i++) {
    faults.commit = SL_ERR_FULL;
    sl_service_turn(world.service);
  }
  faults.commit = SL_OK;
  assert_int_equal(faults.commits, before + 1);
}

/* L24: exactly one entry per tick, also over a stop. */
static void the_rollup_has_one_entry_per_tick_over_a_stop(void **state) {
  (void)state;
  sl_world_advance(&world, 60 * SL_SECOND);
  sl_service_counts before, after;
  sl_service_count(world.service, &before);
  sl_answered one = sl_world_ask(&world, NULL, "GET", "/rollup/checkpoint", NULL);
  int64_t start = world.wall;
  world.wall += 3600 * SL_SECOND;
  world.monotonic += 3600 * SL_SECOND;
  sl_world_restart(&world);
  sl_world_advance(&world, SL_SECOND);
  sl_answered two = sl_world_ask(&world, NULL, "GET", "/rollup/checkpoint", NULL);
  sl_service_count(world.service, &after);
  unsigned long from = strtoul(strchr(one.body, '\n') + 1, NULL, 10);
  unsigned long to = strtoul(strchr(two.body, '\n') + 1, NULL, 10);
  assert_int_equal(to - from, world.wall / SL_MINUTE - start / SL_MINUTE);
  sl_world_drop(&one);
  sl_world_drop(&two);
}

static void time_does_not_run_backward(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  char first[128];
  memcpy(first, sl_play_put(&world, &blue, a, &draft)->as_of, sizeof first);
  world.wall -= 30 * SL_SECOND;
  world.monotonic += SL_SECOND;
  const sl_read *read = sl_play_get(&world, &blue, a);
  assert_int_equal(read->status, 200);
  assert_true(strcmp(read->as_of, first) > 0);
  sl_world_restart(&world);
  read = sl_play_get(&world, &blue, a);
  assert_true(strcmp(read->as_of, first) >= 0);
}

/* L15 */
static void replies_leave_at_the_quantum(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  world.wall += 7 * SL_NS_PER_MS;
  world.monotonic += 7 * SL_NS_PER_MS;
  sl_answered clear = sl_world_put(&world, &blue, a, &draft);
  sl_answered conflict = sl_world_put(&world, &red, b, &draft);
  assert_int_equal(clear.release.ns % (20 * SL_NS_PER_MS), 0);
  assert_int_equal(clear.release.ns, conflict.release.ns);
  assert_true(clear.release.ns > world.wall && clear.release.ns <= world.wall + 20 * SL_NS_PER_MS);
  sl_world_drop(&clear);
  sl_world_drop(&conflict);
}

/* L15: the load of one side does not show on the other. */
static void overload_is_ones_own(void **state) {
  (void)state;
  static sl_answered many[1100];
  for (int i = 0; i < 1100; i++) sl_world_send(&world, &blue, "GET", "/v1/cases", NULL, &many[i]);
  assert_true(many[1099].done);
  assert_int_equal(many[1099].status, 429);
  sl_answered other;
  sl_world_send(&world, &red, "GET", "/v1/cases", NULL, &other);
  assert_false(other.done);
  sl_service_turn(world.service);
  assert_true(other.done);
  assert_int_equal(other.status, 200);
  while (sl_service_turn(world.service)) continue;
  for (int i = 0; i < 1100; i++) sl_world_drop(&many[i]);
  sl_world_drop(&other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_failed_group_leaves_nothing),
      CASE(a_failed_put_fails_the_group),
      CASE(a_group_that_cannot_begin_changes_nothing),
      CASE(a_waiting_poll_hears_nothing_of_a_failed_group),
      CASE(a_disk_that_fails_for_good_is_not_ready),
      CASE(a_failing_disk_is_not_tried_without_a_pause),
      CASE(the_rollup_has_one_entry_per_tick_over_a_stop),
      CASE(time_does_not_run_backward),
      CASE(replies_leave_at_the_quantum),
      CASE(overload_is_ones_own),
  };
  return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
