/* The duty officer's watch (L28): deadlines of acknowledgements, handover, the count. */
#include "rules.h"

#include "case/membership.h"

static char target[192];

static void acknowledge_target(void) {
  snprintf(target, sizeof target, "/v1/cases/%s/acknowledge", sl_play_get(&world, &blue, a)->case_id);
}

/* Two who cannot move: their conflict stands from the first round's end on. */
static void stand(void) {
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_play_put(&world, &red, b, &draft);
  acknowledge_target();   /* there is a case once it was told */
  sl_world_advance(&world, 301 * SL_SECOND);
  acknowledge_target();
  assert_string_equal(sl_play_get(&world, &blue, a)->case_state, "unresolved");
}

static long unacknowledged(sl_client *client) {
  char body[128], text[128];
  snprintf(body, sizeof body, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall}));
  sl_answered answer = sl_world_ask(&world, client, "POST", "/v1/heartbeat", body);
  assert_int_equal(answer.status, 200);
  long count = strtol(sl_world_member(answer.body, "unacknowledged", text), NULL, 10);
  sl_world_drop(&answer);
  return count;
}

static uint64_t overdue(void) {
  sl_service_counts counts;
  sl_service_turn(world.service);
  sl_service_count(world.service, &counts);
  return counts.unacknowledged;
}

static void a_standing_conflict_has_a_deadline(void **state) {
  (void)state;
  stand();
  assert_int_equal(unacknowledged(&blue), 1);
  assert_int_equal(unacknowledged(&red), 1);
  assert_non_null(strstr(sl_play_get(&world, &blue, a)->body, "\"acknowledge_by\""));
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{}"), 200);
  const sl_read *read = sl_play_get(&world, &blue, a);
  assert_null(strstr(read->body, "\"acknowledge_by\""));
  assert_string_equal(sl_play_word(read), "CONFLICT");   /* acknowledged is not approved */
  assert_int_equal(unacknowledged(&blue), 0);
  assert_int_equal(unacknowledged(&red), 1);
}

static void past_the_deadline_it_is_told_again_and_counted(void **state) {
  (void)state;
  stand();
  uint64_t next = 0;
  sl_play_events(&world, &blue, &next);
  assert_int_equal(overdue(), 0);
  sl_world_advance(&world, world.agreement.acknowledge.ns);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"acknowledge_by\""), 1);
  assert_int_equal(overdue(), 2);
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{}"), 200);
  assert_int_equal(overdue(), 1);
  sl_world_advance(&world, 2 * world.agreement.acknowledge.ns);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"acknowledge_by\""), 0);
}

static void it_outlives_a_restart(void **state) {
  (void)state;
  stand();
  sl_world_advance(&world, world.agreement.acknowledge.ns);
  assert_int_equal(overdue(), 2);
  sl_world_restart(&world);
  sl_play_beat(&world);
  assert_int_equal(overdue(), 2);
  assert_int_equal(unacknowledged(&blue), 1);
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{}"), 200);
  sl_world_restart(&world);
  assert_int_equal(unacknowledged(&blue), 0);
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{}"), 409);
}

static void only_its_party_acknowledges_and_only_what_stands(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_play_put(&world, &red, b, &draft);
  sl_play_get(&world, &blue, a);
  acknowledge_target();
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{}"), 409);   /* open, not standing */
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_int_equal(sl_play_do(&world, &red, "POST", target, "{}"), 404);
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{\"note\":1}"), 400);
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{}"), 200);
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, "{}"), 409);
}

/* Where the conflict goes away nothing is left to acknowledge. */
static void what_is_resolved_is_counted_no_more(void **state) {
  (void)state;
  stand();
  sl_world_advance(&world, world.agreement.acknowledge.ns);
  sl_play_end(&world, &red, b, 1, (sl_time){0});
  assert_int_equal(overdue(), 1);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_int_equal(overdue(), 0);
  assert_int_equal(unacknowledged(&blue), 0);
}

/* Who takes over has seen nothing yet. */
static void a_handover_asks_for_every_acknowledgement_again(void **state) {
  (void)state;
  sl_client duty;
  sl_world_enrol(&world, 0, "duty", SL_CLASS_DRONE, SL_ROLE_DUTY, &duty);
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &duty, a, &draft);
  sl_play_put(&world, &red, b, &draft);
  sl_world_advance(&world, 301 * SL_SECOND);
  snprintf(target, sizeof target, "/v1/cases/%s/acknowledge", sl_play_get(&world, &duty, a)->case_id);
  assert_int_equal(sl_play_do(&world, &duty, "POST", target, "{}"), 200);
  assert_int_equal(unacknowledged(&duty), 0);
  assert_int_equal(sl_play_do(&world, &blue, "POST", "/v1/line/north/handover", "{}"), 403);
  assert_int_equal(sl_play_do(&world, &duty, "POST", "/v1/line/south/handover", "{}"), 404);
  sl_answered answer = sl_world_ask(&world, &duty, "POST", "/v1/line/north/handover", "{}");
  assert_int_equal(answer.status, 200);
  assert_non_null(strstr(answer.body, "\"unacknowledged\":1"));
  assert_non_null(strstr(answer.body, "\"receipt\""));
  sl_world_drop(&answer);
  assert_int_equal(unacknowledged(&duty), 1);
  sl_world_advance(&world, world.agreement.acknowledge.ns);
  assert_int_equal(sl_play_do(&world, &duty, "POST", target, "{}"), 200);
  assert_int_equal(unacknowledged(&duty), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_standing_conflict_has_a_deadline),
      CASE(past_the_deadline_it_is_told_again_and_counted),
      CASE(it_outlives_a_restart),
      CASE(only_its_party_acknowledges_and_only_what_stands),
      CASE(what_is_resolved_is_counted_no_more),
      CASE(a_handover_asks_for_every_acknowledgement_again),
  };
  return cmocka_run_group_tests_name("act_watch", tests, NULL, NULL);
}
