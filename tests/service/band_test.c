/* What asking costs over days (L17), and the weekly band of it (L14): to both sides at one
 * moment, once a week, also over a stop. */
#include "service/band.h"

#include "rules.h"

static int64_t to_the_turn(void) {
  return (world.wall / SL_BUDGET_PERIOD_NS + 1) * SL_BUDGET_PERIOD_NS - world.wall;
}

static unsigned bands(sl_client *client, uint64_t *next, const char *word) {
  char mark[64];
  snprintf(mark, sizeof mark, "\"band\":\"%s\"", word);
  unsigned count = 0;
  for (uint64_t before = UINT64_MAX; before != *next;) {
    before = *next;
    count += sl_play_count(sl_play_events(&world, client, next), mark);
  }
  return count;
}

static void both_sides_hear_of_the_other_once_a_week(void **state) {
  (void)state;
  uint64_t blue_next = 0, red_next = 0;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 30000, 500, 560, 7200, 7500);
  for (int i = 0; i < 3; i++) {
    char id[37];
    sl_world_uuid(&world, id);
    assert_int_equal(sl_play_put(&world, &blue, id, &draft)->status, 200);
  }
  sl_world_move(&world, to_the_turn() - SL_SECOND);
  assert_int_equal(bands(&red, &red_next, "low") + bands(&red, &red_next, "exhausted"), 0);
  sl_world_move(&world, 2 * SL_SECOND);
  assert_int_equal(bands(&red, &red_next, "exhausted"), 1);
  assert_int_equal(bands(&blue, &blue_next, "low"), 1);
}

static void a_turn_during_a_stop_is_told_after_it(void **state) {
  (void)state;
  uint64_t next = 0;
  bands(&blue, &next, "low");
  int64_t over = to_the_turn() + SL_HOUR;
  world.wall += over;
  world.monotonic += over;
  sl_world_restart(&world);
  while (sl_service_turn(world.service)) continue;
  assert_int_equal(bands(&blue, &next, "low"), 1);
}

static void names_are_four(void **state) {
  (void)state;
  assert_string_equal(sl_band_name(0), "low");
  assert_string_equal(sl_band_name(200), "exhausted");
}

/* One unit that came back is no licence for a large question, nor for the answer to one that was not paid. */
static void what_was_asked_beyond_the_bucket_is_owed(void **state) {
  (void)state;
  teardown(NULL);
  sl_world_init(&world);
  world.agreement.budget_declared = 10080;   /* one a minute, a day's 1,440 in the bucket */
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 10000, 500, 560, 28800, 29100);
  const sl_read *read = sl_play_put(&world, &blue, a, &draft);
  assert_string_equal(sl_play_word(read), "CLEAR");
  assert_in_range(read->charged, 1600, 1790);
  sl_world_advance(&world, 61 * SL_SECOND);
  draft = sl_world_box(&world, 48.0, 8.0, 10000, 500, 560, 28800, 29100);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, b, &draft)), "UNDECIDED/budget");
  sl_world_advance(&world, 6 * SL_HOUR);
  draft.version = 2;
  read = sl_play_put(&world, &blue, b, &draft);
  assert_string_equal(sl_play_word(read), "CLEAR");
  assert_in_range(read->charged, 1600, 1790);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(both_sides_hear_of_the_other_once_a_week),
      CASE(a_turn_during_a_stop_is_told_after_it),
      CASE(what_was_asked_beyond_the_bucket_is_owed),
      cmocka_unit_test(names_are_four),
  };
  return cmocka_run_group_tests_name("band", tests, NULL, NULL);
}
