/* A server's clock that steps: nobody with the true time is turned away, nothing is taken
 * twice, nothing is erased or let go early, and no CLEAR rests on it (L5, L6, L23). */
#include "rules.h"

#define DAY (24 * SL_HOUR)

static void step(int64_t ns) { world.wall += ns; }

static void pass(int64_t ns) {
  world.wall += ns;
  world.monotonic += ns;
  while (sl_service_turn(world.service)) continue;
}

/* How far the service's time is ahead of the wall clock. */
static int64_t ahead(void) { return sl_service_now(world.service).ns - world.wall; }

/* From now on clients go by the wall clock. */
static void true_clocks(void) {
  int64_t off = -ahead() / SL_SECOND;
  blue.off_s = red.off_s = world.focal_client[0].off_s = world.focal_client[1].off_s = off;
}

static void beat(sl_client *client) {
  char body[96];
  snprintf(body, sizeof body, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall}));
  assert_int_equal(sl_play_do(&world, client, "POST", "/v1/heartbeat", body), 200);
}

static void beat_all(void) {
  beat(&world.focal_client[0]);
  beat(&world.focal_client[1]);
  beat(&blue);
  beat(&red);
}

static void who_has_the_true_time_is_not_turned_away(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  step(-600 * SL_SECOND);
  /* By the clock that was ... */
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 200);
  /* ... and by the one that is. */
  true_clocks();
  assert_int_equal(blue.off_s, -600);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 200);
  sl_world_restart(&world);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 200);
  /* By neither: nobody. */
  blue.off_s = -1200;
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 401);
  blue.off_s = 120;
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 401);
}

static void time_is_made_up_for(void **state) {
  (void)state;
  step(-600 * SL_SECOND);
  int64_t before = sl_service_now(world.service).ns;
  assert_int_equal(ahead(), 600 * SL_SECOND);
  pass(600 * SL_SECOND);
  assert_int_equal(ahead(), 300 * SL_SECOND);
  assert_true(sl_service_now(world.service).ns > before);
  pass(599 * SL_SECOND);
  assert_true(ahead() > 0);
  pass(SL_SECOND);
  assert_int_equal(ahead(), 0);
  pass(SL_HOUR);
  assert_int_equal(ahead(), 0);
}

/* The very same request, by its nonce and the time at which it was signed. */
static int replay(int64_t signed_s) {
  blue.nonces--;
  blue.off_s = signed_s - sl_service_now(world.service).ns / SL_SECOND;
  return sl_play_get(&world, &blue, a)->status;
}

/* Whatever was forgotten meanwhile. */
static void no_step_makes_a_request_good_twice(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 200);
  uint64_t nonce = blue.nonces;
  int64_t when = world.wall / SL_SECOND;
  assert_int_equal(replay(when), 401);
  pass(600 * SL_SECOND);   /* and it is forgotten */
  for (int i = 0; i < 2; i++) {
    step(-600 * SL_SECOND);
    assert_int_equal(replay(when), 401);
    assert_int_equal(blue.nonces, nonce);
    sl_world_restart(&world);
    assert_int_equal(replay(when), 401);
    step(600 * SL_SECOND);
    assert_int_equal(replay(when), 401);
    sl_world_restart(&world);
  }
  /* What is new is taken. */
  blue.off_s = 0;
  blue.nonces = nonce + 100;
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 200);
}

/* A jump that is taken back makes nothing forgotten: it is refused as seen, not by its time. */
static void a_jump_forgets_no_nonce(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  step(SL_HOUR);
  pass(10 * SL_SECOND);
  step(-SL_HOUR);
  true_clocks();
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 200);
  assert_int_equal(replay(world.wall / SL_SECOND), 401);
}

static void no_clear_while_the_clock_is_behind(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  step(-60 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/clock");
  true_clocks();
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/clock");
  beat_all();
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/clock");
  /* A conflict is told all the while. */
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  sl_play_end(&world, &red, b, 1, (sl_time){0});
  for (int i = 0; i < 4; i++) {
    pass(30 * SL_SECOND);
    true_clocks();
    beat_all();
  }
  assert_int_equal(ahead(), 0);
  pass(301 * SL_SECOND);
  beat_all();
  sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/answer", "{}");
  sl_play_do(&world, &world.focal_client[1], "POST", "/v1/line/north/answer", "{}");
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* Not even for a party whose clock is near both. */
static void nor_for_one_between_the_two(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  step(-9 * SL_SECOND);
  blue.off_s = -5;
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/clock");
}

/* A step makes earlier measures worth nothing: who has not spoken since may be anything off. */
static void a_step_unmeasures_all_clocks(void **state) {
  (void)state;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  sl_play_put(&world, &red, b, &draft);
  /* Two minutes apart in time: clear of it while clocks are good. */
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7640, 7900);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  step(30 * SL_SECOND);
  pass(SL_SECOND);
  sl_play_get(&world, &blue, a);
  sl_world_advance(&world, SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED");
  beat_all();
  sl_world_advance(&world, 301 * SL_SECOND);
  beat_all();
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

static void a_jump_that_is_taken_back_lets_no_plan_go(void **state) {
  (void)state;
  char c[37], d[37];
  sl_world_uuid(&world, c);
  sl_world_uuid(&world, d);
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_draft airborne = sl_world_box(&world, 46.0, 8.0, 200, 500, 560, 0, 600);
  airborne.state = SL_INTENT_ACTIVATED;
  sl_play_put(&world, &blue, b, &airborne);
  step(3 * DAY);
  pass(SL_MINUTE);
  pass(SL_MINUTE);
  step(-3 * DAY);
  pass(SL_MINUTE);
  true_clocks();
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7000, 7300);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, c, &draft)), "CONFLICT");
  airborne = sl_world_box(&world, 46.0, 8.0, 200, 500, 560, 100, 300);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, d, &airborne)), "CONFLICT");
}

/* L18: what pends does so for its time, not for a jump. */
static void what_pends_stays_over_a_jump(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft.pending_if_refused = true;
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  step(SL_HOUR);
  pass(SL_SECOND);
  step(-SL_HOUR);
  true_clocks();
  assert_string_equal(sl_play_get(&world, &red, b)->state, "Accepted");
  for (int i = 0; i < 12; i++) pass(SL_MINUTE);
  true_clocks();
  assert_string_equal(sl_play_get(&world, &red, b)->state, "Ended");
}

static void retained(void) {
  teardown(NULL);
  faults = (sl_play_faults){0};
  sl_world_init(&world);
  world.options.retention.ns = 7 * DAY;
  world.agreement.tick.ns = world.agreement.round.ns = SL_HOUR;
  sl_world_open(&world, sl_play_store(&faults));
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
}

static void a_jump_erases_nothing(void **state) {
  (void)state;
  retained();
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/suspend", "{}"), 200);
  step(60 * DAY);
  for (int i = 0; i < 5; i++) pass(SL_MINUTE);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/receipts/1", NULL), 200);
  step(-60 * DAY);
  true_clocks();
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/receipts/1", NULL), 200);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/events?after=1&wait=0", NULL), 200);
  sl_world_restart(&world);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/receipts/1", NULL), 200);
  /* When it has surely come, it goes. */
  for (int i = 0; i < 16; i++) pass(DAY);
  true_clocks();
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/receipts/1", NULL), 404);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/events?after=1&wait=0", NULL), 410);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(who_has_the_true_time_is_not_turned_away),
      CASE(time_is_made_up_for),
      CASE(no_step_makes_a_request_good_twice),
      CASE(a_jump_forgets_no_nonce),
      CASE(no_clear_while_the_clock_is_behind),
      CASE(nor_for_one_between_the_two),
      CASE(a_step_unmeasures_all_clocks),
      CASE(a_jump_that_is_taken_back_lets_no_plan_go),
      CASE(what_pends_stays_over_a_jump),
      CASE(a_jump_erases_nothing),
  };
  return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
