/* What plans of two sides mean to each other: clocks in doubt (L6). */
#include "rules.h"

static void beat(sl_client *client, int64_t off_s) {
  char body[160];
  snprintf(body, sizeof body, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall + off_s * SL_SECOND}));
  assert_int_equal(sl_play_do(&world, client, "POST", "/v1/heartbeat", body), 200);
}

/* The same place, so many seconds after the box of sl_play_box() ends. */
static sl_draft later(int64_t gap_s) {
  return sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7500 + gap_s, 7800 + gap_s);
}

static const char *file(sl_client *client, const char *id, sl_draft draft) {
  return sl_play_word(sl_play_put(&world, client, id, &draft));
}

/* L6: no CLEAR rests on a clock that is off; 300 s is as far as one can be whose signatures are taken. */
static void a_bad_clock_is_a_doubt_for_the_other_side_too(void **state) {
  (void)state;
  static const struct { int64_t off_s, gap_s; const char *word; } rows[] = {
      {0, 60, "CLEAR"}, {4, 60, "CLEAR"}, {6, 60, "UNDECIDED"}, {-6, 60, "UNDECIDED"},
      {6, 290, "UNDECIDED"}, {6, 320, "CLEAR"}, {3600, 290, "UNDECIDED"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (i > 0) setup(NULL);
    beat(&blue, rows[i].off_s);
    file(&blue, a, sl_play_box(&world));
    assert_string_equal(file(&red, b, later(rows[i].gap_s)), rows[i].word);
    if (i + 1 < sizeof rows / sizeof *rows) teardown(NULL);
  }
}

static void a_conflict_stays_one_whatever_the_clock(void **state) {
  (void)state;
  beat(&blue, 6);
  file(&blue, a, sl_play_box(&world));
  assert_string_equal(file(&red, b, sl_play_box(&world)), "CONFLICT");
}

static void what_stood_before_the_clock_went_bad_is_judged_again(void **state) {
  (void)state;
  uint64_t next = 0;
  file(&blue, a, sl_play_box(&world));
  assert_string_equal(file(&red, b, later(60)), "CLEAR");
  beat(&blue, 6);
  sl_world_move(&world, 0);
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "UNDECIDED");
  sl_play_events(&world, &red, &next);
  sl_world_advance(&world, 301 * SL_SECOND);
  /* Both are told (L14), each of its own plan. */
  assert_non_null(strstr(sl_play_events(&world, &red, &next), "UNDECIDED"));
  next = 0;
  assert_non_null(strstr(sl_play_events(&world, &blue, &next), "\"case\""));
  beat(&blue, 0);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "CLEAR");
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

static void the_doubt_outlives_a_restart(void **state) {
  (void)state;
  file(&blue, a, sl_play_box(&world));
  assert_string_equal(file(&red, b, later(60)), "CLEAR");
  beat(&blue, 6);
  sl_world_restart(&world);   /* before the first step of judging again, or after it: the same */
  sl_play_beat(&world);
  sl_world_move(&world, 0);
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "UNDECIDED");
  char c[37];
  sl_world_uuid(&world, c);
  assert_string_equal(file(&red, c, later(120)), "UNDECIDED");
}

/* A measure holds for a day; requests measure too, to a second. */
static void a_clock_that_nobody_measured_for_a_day_is_in_doubt(void **state) {
  (void)state;
  int64_t day = 24 * SL_HOUR;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 2 * 86400, 2 * 86400 + 300);
  file(&blue, a, draft);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 2 * 86400 + 360, 2 * 86400 + 660);
  assert_string_equal(file(&red, b, draft), "CLEAR");
  sl_world_advance(&world, day - 5 * SL_MINUTE);
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "CLEAR");
  sl_world_advance(&world, 6 * SL_MINUTE);
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "UNDECIDED");
  sl_play_get(&world, &blue, a);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "CLEAR");
}

/* The heartbeat that found it bad is answered by a heartbeat only. */
static void a_request_does_not_mend_what_a_heartbeat_found(void **state) {
  (void)state;
  file(&blue, a, sl_play_box(&world));
  beat(&blue, 6);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/clock");
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/clock");
  beat(&blue, 0);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* Steps of 64: all of a party's plans, however many. */
static void many_plans_are_judged_again_in_steps(void **state) {
  (void)state;
  enum { MANY = 150 };
  char id[MANY][37];
  for (int i = 0; i < MANY; i++) {
    sl_draft draft = sl_world_box(&world, 40.0 + 0.05 * i, 8.0, 200, 500, 560, 7200, 7500);
    sl_world_uuid(&world, id[i]);
    file(&blue, id[i], draft);
  }
  sl_draft draft = sl_world_box(&world, 40.0 + 0.05 * (MANY - 1), 8.0, 200, 500, 560, 7560, 7800);
  assert_string_equal(file(&red, b, draft), "CLEAR");
  beat(&blue, 6);
  /* Some are withdrawn while the steps go on: the next one takes their place. */
  for (int i = 60; i < 70; i++) sl_play_end(&world, &blue, id[i], 1, (sl_time){0});
  sl_world_move(&world, 0);
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "UNDECIDED");
}

/* What blue is told of one of two lines, whose granules are not of one size. */
static const char *told_by_whom(bool by_green, char out[static 16384]) {
  sl_client green;
  sl_agreement south = world.agreement;
  south.granule[SL_CLASS_DRONE].lateral.mm = 5000000;
  three_sides(&south, &green);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 4000, 500, 560, 7200, 7500);
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_world_box(&world, 47.0, 8.0, 100, 500, 560, 7200, 7500);
  sl_play_put(&world, by_green ? &green : &red, b, &draft);
  const sl_read *read = sl_play_get(&world, &blue, a);
  assert_string_equal(read->verdict, "CONFLICT");
  const char *from = strstr(read->body, "\"granules\""), *to = strstr(read->body, "\"case\"");
  snprintf(out, 16384, "%.*s", (int)(to - from), from);
  return out;
}

/* L12: which of its lines a conflict is on is not the party's to learn. */
static void granules_do_not_tell_the_line(void **state) {
  (void)state;
  static char red_words[16384], green_words[16384];
  assert_string_equal(told_by_whom(false, red_words), told_by_whom(true, green_words));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_bad_clock_is_a_doubt_for_the_other_side_too),
      CASE(granules_do_not_tell_the_line),
      CASE(a_conflict_stays_one_whatever_the_clock),
      CASE(what_stood_before_the_clock_went_bad_is_judged_again),
      CASE(the_doubt_outlives_a_restart),
      CASE(a_clock_that_nobody_measured_for_a_day_is_in_doubt),
      CASE(a_request_does_not_mend_what_a_heartbeat_found),
      CASE(many_plans_are_judged_again_in_steps),
  };
  return cmocka_run_group_tests_name("across", tests, NULL, NULL);
}
