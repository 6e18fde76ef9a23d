/* Submitting, activating, ending: classes, leases, limits, airborne facts, costs,
 * pending (L1, L3 to L7, L17, L18). */
#include "rules.h"

static sl_draft activated(int version) {
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, -60, 1800);
  draft.version = (uint32_t)version;
  draft.state = SL_INTENT_ACTIVATED;
  return draft;
}

static void exercise_is_judged_among_exercises_only(void **state) {
  (void)state;
  char c[37];
  sl_world_uuid(&world, c);
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft.exercise = true;
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CLEAR");
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, c, &draft)), "CONFLICT");
}

static void the_class_is_the_enrolled_one(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  draft.declared = SL_CLASS_CREWED;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 403);
  draft.declared = SL_CLASS_DRONE;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 200);
}

/* L1: what is not declared takes the largest minima. */
static void an_undeclared_class_takes_the_largest_minima(void **state) {
  (void)state;
  sl_client nobody;
  sl_world_enrol(&world, 1, "nobody", SL_CLASS_UNDECLARED, 0, &nobody);
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_world_box(&world, 47.02, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CLEAR");
  char c[37];
  sl_world_uuid(&world, c);
  assert_string_equal(sl_play_word(sl_play_put(&world, &nobody, c, &draft)), "CONFLICT");
}

static void ids_of_two_sides_are_two_things(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 200);
  draft = sl_world_box(&world, 50.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_int_equal(sl_play_put(&world, &red, a, &draft)->status, 200);
  assert_int_equal(sl_play_end(&world, &red, a, 1, (sl_time){0})->status, 200);
  assert_string_equal(sl_play_get(&world, &blue, a)->state, "Accepted");
}

/* L5 */
static void leases_are_as_agreed(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  const sl_read *read = sl_play_put(&world, &blue, a, &draft);
  assert_string_equal(read->valid_until, sl_play_time((sl_time){world.wall + 15 * SL_MINUTE}));
  draft = activated(1);
  read = sl_play_put(&world, &red, b, &draft);
  assert_string_equal(read->valid_until, sl_play_time((sl_time){world.wall + 120 * SL_SECOND}));
  sl_world_advance(&world, 60 * SL_SECOND);
  read = sl_play_get(&world, &blue, a);
  assert_string_equal(read->valid_until, sl_play_time((sl_time){world.wall + 15 * SL_MINUTE}));
}

static void not_activated_in_time_is_undecided_until_amended(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  draft.start_tolerance.ns = 120 * SL_SECOND;
  sl_play_put(&world, &blue, a, &draft);
  sl_world_advance(&world, 7200 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
  sl_world_advance(&world, 121 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/lapsed");
  sl_world_restart(&world);
  sl_play_beat(&world);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/lapsed");
  draft = sl_play_box(&world);
  draft.version = 2;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
}

/* L6: half-open in the kernel; across a line each window grows by 5 s, and by what was declared. */
static void windows_grow_across_a_line(void **state) {
  (void)state;
  const struct { int64_t gap_s, mine_s, theirs_s; const char *word; } rows[] = {
      {9, 0, 0, "CONFLICT"}, {10, 0, 0, "CLEAR"}, {29, 10, 10, "CONFLICT"}, {30, 10, 10, "CLEAR"}, {19, 0, 10, "CONFLICT"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (i > 0) setup(NULL);
    sl_draft draft = sl_play_box(&world);
    draft.time_tolerance.ns = rows[i].mine_s * SL_SECOND;
    sl_play_put(&world, &blue, a, &draft);
    draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7500 + rows[i].gap_s, 7800);
    draft.time_tolerance.ns = rows[i].theirs_s * SL_SECOND;
    assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), rows[i].word);
    if (i + 1 < sizeof rows / sizeof *rows) teardown(NULL);
  }
}

static void an_own_clock_far_off_makes_own_intents_undecided(void **state) {
  (void)state;
  char body[160];
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  snprintf(body, sizeof body, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall + 6 * SL_SECOND}));
  assert_int_equal(sl_play_do(&world, &blue, "POST", "/v1/heartbeat", body), 200);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/clock");
  snprintf(body, sizeof body, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall + 4 * SL_SECOND}));
  sl_play_do(&world, &blue, "POST", "/v1/heartbeat", body);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* L7 */
static void what_is_in_the_air_is_not_withdrawn(void **state) {
  (void)state;
  sl_draft draft = activated(1);
  sl_play_put(&world, &blue, a, &draft);
  assert_int_equal(sl_play_end(&world, &blue, a, 1, (sl_time){0})->status, 400);
  draft.version = 2;
  draft.state = SL_INTENT_ACCEPTED;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 409);
  assert_int_equal(sl_play_end(&world, &blue, a, 1, (sl_time){world.wall + 10 * SL_MINUTE})->status, 400);
}

/* L7: nor by being called an exercise, which is judged among exercises only. */
static void what_is_in_the_air_does_not_become_an_exercise(void **state) {
  (void)state;
  sl_draft draft = activated(1);
  sl_play_put(&world, &blue, a, &draft);
  draft.version = 2;
  draft.exercise = true;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 409);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 60, 600);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
}

static void it_is_judged_until_five_minutes_after_its_signed_end(void **state) {
  (void)state;
  char c[37];
  sl_world_uuid(&world, c);
  sl_draft draft = activated(1);
  sl_play_put(&world, &blue, a, &draft);
  sl_world_advance(&world, 60 * SL_SECOND);
  assert_string_equal(sl_play_end(&world, &blue, a, 1, (sl_time){world.wall})->state, "Ended");
  sl_world_advance(&world, 299 * SL_SECOND);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 60, 600);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  sl_world_advance(&world, 2 * SL_SECOND);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 60, 600);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, c, &draft)), "CLEAR");
  /* Long after, it is forgotten, and time goes on. */
  sl_world_move(&world, 26 * SL_HOUR);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 404);
}

/* L7: without a signed end it stays judged past its window, over a restart too. */
static void what_did_not_land_stays_judged(void **state) {
  (void)state;
  char c[37], d[37];
  sl_world_uuid(&world, c);
  sl_world_uuid(&world, d);
  sl_draft draft = activated(1);
  sl_play_put(&world, &blue, a, &draft);
  sl_world_advance(&world, 1800 * SL_SECOND + 600 * SL_SECOND);
  const sl_read *read = sl_play_get(&world, &blue, a);
  assert_string_equal(read->state, "Activated");
  assert_string_equal(sl_play_word(read), "UNDECIDED/lapsed");
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 60, 600);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  sl_world_restart(&world);
  sl_play_beat(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, c, &draft)), "CONFLICT");
  assert_string_equal(sl_play_end(&world, &blue, a, 1, (sl_time){world.wall})->state, "Ended");
  sl_world_advance(&world, 301 * SL_SECOND);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 60, 600);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, d, &draft)), "CLEAR");
}

static void what_never_says_that_it_landed_is_over_after_a_day(void **state) {
  (void)state;
  sl_draft draft = activated(1);
  sl_play_put(&world, &blue, a, &draft);
  sl_world_move(&world, 24 * SL_HOUR);
  assert_string_equal(sl_play_get(&world, &blue, a)->state, "Activated");
  sl_world_move(&world, 2 * SL_HOUR);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 404);
}

static void a_contingency_is_told_at_once_and_costs_nothing(void **state) {
  (void)state;
  uint64_t next = 0;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &red, b, &draft);
  sl_play_events(&world, &red, &next);
  draft = sl_world_box(&world, 48.0, 8.0, 200, 500, 560, -60, 9000);
  draft.state = SL_INTENT_ACTIVATED;
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, -60, 9000);
  draft.version = 2;
  draft.state = SL_INTENT_CONTINGENT;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CONFLICT");
  assert_non_null(strstr(sl_play_events(&world, &red, &next), "\"CONFLICT\""));
}

/* L17 */
/* L17: the activity that an agreement declares is also of who was enrolled before it,
 * and the liaison is told of a bucket that is empty. */
static void who_came_before_the_agreement_has_its_budget(void **state) {
  (void)state;
  sl_service_counts before, after;
  world.agreement.number++;
  world.agreement.budget_declared = 7;
  world.agreement.valid_from.ns = world.wall + 60 * SL_SECOND;
  assert_int_equal(sl_play_agree(&world), 200);
  sl_world_advance(&world, 61 * SL_SECOND);
  sl_service_count(world.service, &before);
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_world_box(&world, 52.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, b, &draft)), "UNDECIDED/budget");
  sl_service_turn(world.service);
  sl_service_count(world.service, &after);
  assert_int_equal(after.unpaid - before.unpaid, 1);
}

static void an_empty_bucket_still_stores_and_protects(void **state) {
  (void)state;
  teardown(NULL);
  sl_world_init(&world);
  world.agreement.budget_declared = 14;
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 2000, 500, 560, 7200, 7500);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  char c[37], d[37];
  world.ids += 10;
  sl_world_uuid(&world, c);
  sl_world_uuid(&world, d);
  draft = sl_world_box(&world, 48.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, c, &draft)), "UNDECIDED/budget");
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  draft = sl_world_box(&world, 49.0, 8.0, 200, 500, 560, -60, 600);
  draft.state = SL_INTENT_CONTINGENT;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, d, &draft)), "CLEAR");
}

static void a_version_costs_what_it_adds_and_one(void **state) {
  (void)state;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 2000, 500, 560, 7200, 7500);
  long first = sl_play_put(&world, &blue, a, &draft)->charged;
  assert_true(first > 1);
  draft.version = 2;
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->charged, 1);
}

static void alternatives_are_all_charged(void **state) {
  (void)state;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 2000, 500, 560, 7200, 7500);
  long alone = sl_play_put(&world, &blue, a, &draft)->charged;
  draft.free = true;
  draft.freedom.later.ns = 10 * SL_MINUTE;
  long with = sl_play_put(&world, &blue, b, &draft)->charged;
  assert_true(with >= alone + (alone - 1));
}

static void four_more_when_the_verdict_differs(void **state) {
  (void)state;
  char c[37], d[37];
  sl_world_uuid(&world, c);
  sl_world_uuid(&world, d);
  sl_draft draft = sl_play_box(&world);
  long plain = sl_play_put(&world, &blue, a, &draft)->charged;
  sl_play_put(&world, &red, b, &draft);
  assert_int_equal(sl_play_put(&world, &blue, c, &draft)->charged, plain + 4);
  /* Not one above another: they do not overlap. */
  draft = sl_world_box(&world, 47.0, 8.0, 200, 2000, 2060, 7200, 7500);
  assert_int_equal(sl_play_put(&world, &blue, d, &draft)->charged, plain);
}

static void verdicts_on_amendments_are_paced(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_world_box(&world, 47.5, 8.0, 200, 500, 560, 7200, 7500);
  draft.version = 2;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/pace");
  sl_world_advance(&world, 301 * SL_SECOND);
  draft.version = 3;
  draft.time_tolerance.ns = SL_SECOND;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  /* The tolerance moves the verdict as the plan does. */
  draft.version = 4;
  draft.time_tolerance.ns = 2 * SL_SECOND;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/pace");
  /* Nor does it wait less for being said twice; once it has waited, it has its verdict for good. */
  draft.version = 5;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/pace");
  sl_world_advance(&world, 301 * SL_SECOND);
  draft.version = 6;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  draft.version = 7;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
}

/* Trimmed, a plan that was CLEAR tells nothing new; one in conflict would tell where its
 * edge is. What takes an urgent version back waits for nothing, once. */
static void what_tells_nothing_new_is_not_paced(void **state) {
  (void)state;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500), less;
  sl_play_put(&world, &blue, a, &draft);
  less = sl_world_box(&world, 47.0, 8.0, 200, 510, 550, 7260, 7400);
  less.version = 2;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &less)), "CLEAR");
  draft = sl_world_box(&world, 47.0, 8.0, 200, 510, 550, 7259, 7400);
  draft.version = 3;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/pace");
  draft.version = 4;
  draft.state = SL_INTENT_NONCONFORMING;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  draft = sl_world_box(&world, 47.1, 8.0, 200, 500, 560, 7200, 7500);
  draft.version = 5;
  draft.state = SL_INTENT_ACTIVATED;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  draft = sl_world_box(&world, 47.2, 8.0, 200, 500, 560, 7200, 7500);
  draft.version = 6;
  draft.state = SL_INTENT_ACTIVATED;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/pace");
}

static void in_conflict_also_less_is_paced(void **state) {
  (void)state;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  sl_play_put(&world, &red, b, &draft);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 900, 7200, 7500);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CONFLICT");
  draft = sl_world_box(&world, 47.0, 8.0, 200, 700, 900, 7200, 7500);
  draft.version = 2;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/pace");
}

static void a_plan_over_too_many_granules_is_refused(void **state) {
  (void)state;
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 60000, 0, 3000, 7200, 7200 + 24 * 3600);
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 413);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 404);
  draft.state = SL_INTENT_CONTINGENT;   /* what is urgent is not (L7) */
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 200);
}

/* L18 */
static void pending_protects_and_lapses(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft.pending_if_refused = true;
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  sl_world_advance(&world, 599 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CONFLICT");
  sl_world_advance(&world, 2 * SL_SECOND);
  const sl_read *read = sl_play_get(&world, &red, b);
  assert_string_equal(read->state, "Ended");
  assert_string_equal(read->case_state, "resolved");
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* Nothing protects it after, so no lease goes beyond. */
static void a_lease_ends_with_pending(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft.pending_if_refused = true;
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  sl_time until = {world.wall + 600 * SL_SECOND};
  sl_play_end(&world, &blue, a, 1, (sl_time){0});
  sl_world_advance(&world, 301 * SL_SECOND);
  const sl_read *read = sl_play_get(&world, &red, b);
  assert_string_equal(sl_play_word(read), "CLEAR");
  assert_string_equal(read->valid_until, sl_play_time(until));
}

static void pending_is_replaced_earlier(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft.pending_if_refused = true;
  sl_play_put(&world, &red, b, &draft);
  sl_world_advance(&world, 301 * SL_SECOND);
  draft = sl_world_box(&world, 48.0, 8.0, 200, 500, 560, 7200, 7500);
  draft.version = 2;
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CLEAR");
  sl_world_advance(&world, 601 * SL_SECOND);
  assert_string_equal(sl_play_get(&world, &red, b)->state, "Accepted");
}

/* L18: merged, one an intent and round. */
static void events_to_the_other_side_are_merged(void **state) {
  (void)state;
  uint64_t next = 0;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_play_events(&world, &blue, &next);
  for (int i = 0; i < 5; i++) {
    char id[37];
    sl_world_uuid(&world, id);
    sl_play_put(&world, &red, id, &draft);
  }
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"seq\""), 0);
  sl_world_advance(&world, 301 * SL_SECOND);
  const char *events = sl_play_events(&world, &blue, &next);
  assert_int_equal(sl_play_count(events, "\"type\":\"verdict\""), 1);
}

/* Every member of the answer, receipt and proof among them, is of the first time. */
static void an_end_repeated_is_answered_as_it_was(void **state) {
  (void)state;
  char target[80], first[65536];
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  memcpy(first, sl_play_end(&world, &blue, a, 1, (sl_time){0})->body, sizeof first);
  assert_non_null(strstr(first, "\"state\":\"Ended\""));
  sl_play_put(&world, &red, b, &draft);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_end(&world, &blue, a, 1, (sl_time){0})->body, first);
  sl_world_restart(&world);
  assert_string_equal(sl_play_end(&world, &blue, a, 1, (sl_time){0})->body, first);
  assert_string_equal(sl_play_put(&world, &blue, a, &draft)->state, "Ended");   /* its filing said CLEAR: no more */
  assert_int_equal(sl_play_end(&world, &blue, a, 1, (sl_time){world.wall})->status, 409);
  assert_int_equal(sl_play_end(&world, &blue, a, 2, (sl_time){0})->status, 409);
  assert_int_equal(sl_play_end(&world, &red, a, 1, (sl_time){0})->status, 404);
  /* Two of them in one group. */
  sl_answered twice[2] = {{0}, {0}};
  snprintf(target, sizeof target, "/v1/intents/%s/end", b);
  for (unsigned i = 0; i < 2; i++) sl_world_send(&world, &red, "POST", target, "{\"version\":1}", &twice[i]);
  while (sl_service_turn(world.service)) continue;
  assert_int_equal(twice[0].status, 200);
  assert_string_equal(twice[0].body, twice[1].body);
  for (unsigned i = 0; i < 2; i++) sl_world_drop(&twice[i]);
}

/* What ran out of time was ended by nobody: its first end is too late, and so is the next. */
static void what_lapsed_is_not_ended_again(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_world_advance(&world, 4 * SL_HOUR);
  for (unsigned i = 0; i < 2; i++) assert_int_equal(sl_play_end(&world, &blue, a, 1, (sl_time){0})->status, 409);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(exercise_is_judged_among_exercises_only),
      CASE(the_class_is_the_enrolled_one),
      CASE(an_undeclared_class_takes_the_largest_minima),
      CASE(ids_of_two_sides_are_two_things),
      CASE(leases_are_as_agreed),
      CASE(not_activated_in_time_is_undecided_until_amended),
      CASE(windows_grow_across_a_line),
      CASE(an_own_clock_far_off_makes_own_intents_undecided),
      CASE(what_is_in_the_air_is_not_withdrawn),
      CASE(what_is_in_the_air_does_not_become_an_exercise),
      CASE(it_is_judged_until_five_minutes_after_its_signed_end),
      CASE(what_did_not_land_stays_judged),
      CASE(what_never_says_that_it_landed_is_over_after_a_day),
      CASE(a_contingency_is_told_at_once_and_costs_nothing),
      CASE(who_came_before_the_agreement_has_its_budget),
      CASE(an_empty_bucket_still_stores_and_protects),
      CASE(a_version_costs_what_it_adds_and_one),
      CASE(alternatives_are_all_charged),
      CASE(four_more_when_the_verdict_differs),
      CASE(verdicts_on_amendments_are_paced),
      CASE(what_tells_nothing_new_is_not_paced),
      CASE(in_conflict_also_less_is_paced),
      CASE(a_plan_over_too_many_granules_is_refused),
      CASE(pending_protects_and_lapses),
      CASE(a_lease_ends_with_pending),
      CASE(pending_is_replaced_earlier),
      CASE(events_to_the_other_side_are_merged),
      CASE(an_end_repeated_is_answered_as_it_was),
      CASE(what_lapsed_is_not_ended_again),
  };
  return cmocka_run_group_tests_name("act_intent", tests, NULL, NULL);
}
