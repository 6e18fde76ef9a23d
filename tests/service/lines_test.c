/* Lines: agreements that begin, minima between signature and start, silence, words of
 * the duty officers, starts of the server (L1, L5, L8, L28). */
#include "rules.h"

#include "base/text.h"

/* Two boxes some 300 m apart: clear by the minima in force, not by ten times as much. */
static const char *apart(const char *id, sl_client *client, double lat) {
  sl_draft draft = sl_world_box(&world, lat, 8.0, 50, 500, 560, 7200, 7500);
  return sl_play_word(sl_play_put(&world, client, id, &draft));
}

static void enlarge(int64_t metres, int64_t in_s) {
  world.agreement.number++;
  world.agreement.valid_from.ns = world.wall + in_s * SL_SECOND;
  for (unsigned i = 0; i < world.agreement.pair_count; i++) {
    if (world.agreement.pair[i].minima.lateral.mm < metres * 1000) world.agreement.pair[i].minima.lateral.mm = metres * 1000;
  }
  assert_int_equal(sl_play_agree(&world), 200);
}

static void verdicts_name_the_agreement(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->agreement, 1);
  enlarge(5000, 60);
  assert_int_equal(sl_play_get(&world, &blue, a)->agreement, 1);
  sl_world_advance(&world, 61 * SL_SECOND);
  assert_int_equal(sl_play_get(&world, &blue, a)->agreement, 2);
}

static void larger_minima_hold_from_signature_on(void **state) {
  (void)state;
  assert_string_equal(apart(a, &blue, 47.0), "CLEAR");
  assert_string_equal(apart(b, &red, 47.05), "CLEAR");
  enlarge(20000, 3000);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CONFLICT");
  assert_string_equal(sl_play_word(sl_play_get(&world, &red, b)), "CONFLICT");
}

static void smaller_minima_hold_from_the_start_only(void **state) {
  (void)state;
  enlarge(20000, 60);
  sl_world_advance(&world, 61 * SL_SECOND);
  assert_string_equal(apart(a, &blue, 47.0), "CLEAR");
  assert_string_equal(apart(b, &red, 47.05), "CONFLICT");
  world.agreement.number++;
  world.agreement.valid_from.ns = world.wall + 60 * SL_SECOND;
  for (unsigned i = 0; i < world.agreement.pair_count; i++) world.agreement.pair[i].minima.lateral.mm = 100000;
  assert_int_equal(sl_play_agree(&world), 200);
  char c[37];
  sl_world_uuid(&world, c);
  assert_string_equal(apart(c, &red, 47.05), "CONFLICT");
  sl_world_advance(&world, 361 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

static void one_signature_is_not_enough(void **state) {
  (void)state;
  world.focal_client[1] = world.focal_client[0];
  world.agreement.number++;
  world.agreement.valid_from.ns = world.wall + 60 * SL_SECOND;
  assert_int_not_equal(sl_play_agree(&world), 200);
}

static void a_signer_who_is_no_focal_point_is_refused(void **state) {
  (void)state;
  world.focal_client[1] = red;
  world.agreement.number++;
  world.agreement.valid_from.ns = world.wall + 60 * SL_SECOND;
  assert_int_not_equal(sl_play_agree(&world), 200);
}

static void a_number_counts_on(void **state) {
  (void)state;
  world.agreement.valid_from.ns = world.wall + 60 * SL_SECOND;
  assert_int_equal(sl_play_agree(&world), 409);
}

/* L1: judged again in the commit that makes it effective, also when that moment fell into a stop. */
static void an_agreement_that_began_during_a_stop_is_begun_after_it(void **state) {
  (void)state;
  uint64_t next = 0;
  enlarge(20000, 60);
  sl_play_events(&world, &blue, &next);
  world.wall += 120 * SL_SECOND;
  world.monotonic += 120 * SL_SECOND;
  sl_world_restart(&world);
  sl_world_advance(&world, SL_SECOND);
  assert_non_null(strstr(sl_play_events(&world, &blue, &next), "\"effective\""));
  sl_draft draft = sl_play_box(&world);
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->agreement, 2);
}

static void a_first_agreement_that_began_during_a_stop_is_begun_after_it(void **state) {
  (void)state;
  teardown(NULL);
  sl_world_init(&world);
  faults = (sl_play_faults){0};
  sl_world_open(&world, sl_play_store(&faults));
  int64_t later = 3600;
  world.agreement.valid_from.ns = world.wall + later * SL_SECOND;
  sl_world_found_at(&world, world.agreement.valid_from);
  world.wall += (later + 60) * SL_SECOND;
  world.monotonic += (later + 60) * SL_SECOND;
  sl_world_restart(&world);
  sl_world_move(&world, SL_SECOND);
  sl_play_beat(&world);
  world.beating = true;
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
}

/* L8: the store may have come back from before the line began; nobody has said that it did not. */
static void a_line_that_first_begins_after_a_stop_is_heard_first(void **state) {
  (void)state;
  char body[8192];
  teardown(NULL);
  sl_world_init(&world);
  sl_world_open(&world, NULL);
  sl_world_found_at(&world, (sl_time){world.wall + SL_HOUR});
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  world.wall += SL_HOUR + SL_MINUTE;
  world.monotonic += SL_HOUR + SL_MINUTE;
  sl_world_restart(&world);
  sl_world_move(&world, SL_SECOND);
  sl_draft draft = sl_play_box(&world);
  snprintf(body, sizeof body, "%s", sl_world_beat_body(&world));
  for (int i = 0; i < 2; i++) {
    assert_string_equal(sl_play_word(i ? sl_play_get(&world, &blue, a) : sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/line");
    sl_play_do(&world, &world.focal_client[i], "POST", "/v1/heartbeat", body);
  }
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

static void a_start_that_fails_is_made_again(void **state) {
  (void)state;
  uint64_t next = 0;
  enlarge(20000, 30);
  sl_play_events(&world, &blue, &next);
  world.wall += 31 * SL_SECOND;
  world.monotonic += 31 * SL_SECOND;
  faults.commit = SL_ERR_FULL;
  sl_service_turn(world.service);
  sl_world_advance(&world, 5 * SL_SECOND);
  const char *events = sl_play_events(&world, &blue, &next);
  assert_int_equal(sl_play_count(events, "\"effective\""), 1);
}

/* L28 */
static void silence_degrades_at_once_and_both_must_answer(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  sl_world_move(&world, 121 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  sl_play_beat(&world);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  assert_int_equal(sl_play_do(&world, &blue, "POST", "/v1/line/north/answer", "{}"), 403);
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/answer", "{}"), 200);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  assert_int_equal(sl_play_do(&world, &world.focal_client[1], "POST", "/v1/line/north/answer", "{}"), 200);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* The duty officers' heartbeats, or the focal points', are the side's; others measure their clocks only. */
static void a_party_without_the_duty_does_not_speak_for_its_side(void **state) {
  (void)state;
  char body[128];
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  for (int i = 0; i < 3; i++) {
    snprintf(body, sizeof body, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall}));
    assert_int_equal(sl_play_do(&world, &blue, "POST", "/v1/heartbeat", body), 200);
    assert_int_equal(sl_play_do(&world, &world.focal_client[1], "POST", "/v1/heartbeat", body), 200);
    sl_world_move(&world, 50 * SL_SECOND);
  }
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
}

static void conflicts_are_delivered_in_every_state(void **state) {
  (void)state;
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/suspend", "{}"), 200);
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/line");
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CONFLICT");
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/resume", "{}"), 200);
}

/* L8 */
static void a_start_is_recovering_until_both_have_reported(void **state) {
  (void)state;
  char bare[128], body[8192];
  sl_world_advance(&world, 61 * SL_SECOND);
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  sl_world_restart(&world);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  /* Who names no checkpoint may hold a later one: heard, and nothing reported. */
  snprintf(bare, sizeof bare, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall}));
  for (int i = 0; i < 2; i++) sl_play_do(&world, &world.focal_client[i], "POST", "/v1/heartbeat", bare);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  snprintf(body, sizeof body, "%s", sl_world_beat_body(&world));
  sl_play_do(&world, &world.focal_client[0], "POST", "/v1/heartbeat", body);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  sl_play_do(&world, &world.focal_client[1], "POST", "/v1/heartbeat", body);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* A heartbeat of a side with this checkpoint. */
static int beat_with(unsigned side, const char *note) {
  sl_buf body;
  sl_buf_init(&body, 65536);
  sl_buf_add_text(&body, "{\"time\":\"");
  sl_buf_add_text(&body, sl_play_time((sl_time){world.wall}));
  sl_buf_add_text(&body, "\",\"checkpoint\":\"");
  sl_json_escape_add(&body, sl_str_from(note));
  sl_buf_add_text(&body, "\"}");
  sl_buf_add_u8(&body, 0);
  int status = sl_play_do(&world, &world.focal_client[side], "POST", "/v1/heartbeat", (const char *)body.data);
  sl_buf_fini(&body);
  return status;
}

static const char *text_of(const char *target, char out[static 4096]) {
  sl_answered answer = sl_world_ask(&world, NULL, "GET", target, NULL);
  snprintf(out, 4096, "%s", answer.body);
  sl_world_drop(&answer);
  return out;
}

static int affirm(sl_client *client, const char *id, int version) {
  char target[80], body[64];
  snprintf(target, sizeof target, "/v1/intents/%s/affirm", id);
  snprintf(body, sizeof body, "{\"version\":%d}", version);
  return sl_play_do(&world, client, "POST", target, body);
}

static void a_checkpoint_that_is_ours_is_taken_and_another_refused(void **state) {
  (void)state;
  char note[4096];
  sl_world_advance(&world, 120 * SL_SECOND);
  text_of("/rollup/checkpoint", note);
  assert_int_equal(beat_with(0, note), 200);
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  assert_int_equal(beat_with(0, "rubbish"), 400);
  char *signature = strrchr(note, ' ');
  signature[12] = signature[12] == 'A' ? 'B' : 'A';
  assert_int_equal(beat_with(0, note), 400);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* L8: also from a party that does not speak for its side. */
static void whoever_shows_another_past_is_believed(void **state) {
  (void)state;
  char note[4096], body[8192];
  sl_world other;
  sl_world_init(&other);
  sl_world_open(&other, NULL);
  sl_world_found(&other);
  sl_world_advance(&other, SL_HOUR);
  sl_answered answer = sl_world_ask(&other, NULL, "GET", "/rollup/checkpoint", NULL);
  sl_buf text;
  sl_buf_init(&text, sizeof note);
  sl_json_escape_add(&text, sl_str_from(answer.body));
  snprintf(note, sizeof note, "%.*s", (int)text.size, (const char *)text.data);
  sl_buf_fini(&text);
  sl_world_drop(&answer);
  sl_world_fini(&other);
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
  snprintf(body, sizeof body, "{\"time\":\"%s\",\"checkpoint\":\"%s\"}", sl_play_time((sl_time){world.wall}), note);
  assert_int_equal(sl_play_do(&world, &red, "POST", "/v1/heartbeat", body), 200);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
}

/* L8: a side holds a later roll-up than the store that came back. */
static void a_fork_ends_when_each_intent_was_affirmed(void **state) {
  (void)state;
  char note[4096];
  sl_world other;
  /* The same service in another life, an hour on: what the side holds was signed there. */
  sl_world_init(&other);
  sl_world_open(&other, NULL);
  sl_world_found(&other);
  sl_world_advance(&other, SL_HOUR);
  sl_answered answer = sl_world_ask(&other, NULL, "GET", "/rollup/checkpoint", NULL);
  snprintf(note, sizeof note, "%s", answer.body);
  sl_world_drop(&answer);
  sl_world_fini(&other);

  char c[37];
  sl_world_uuid(&world, c);
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_world_box(&world, 50.0, 8.0, 200, 500, 560, 7200, 7500);
  sl_play_put(&world, &red, b, &draft);
  draft = sl_world_box(&world, 52.0, 8.0, 200, 500, 560, 7200, 7500);
  sl_play_put(&world, &red, c, &draft);
  assert_int_equal(beat_with(1, note), 200);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  assert_int_equal(affirm(&blue, a, 2), 409);
  assert_int_equal(affirm(&red, a, 1), 404);
  assert_int_equal(affirm(&blue, a, 1), 200);
  sl_world_restart(&world);
  sl_play_beat(&world);
  assert_int_equal(affirm(&red, b, 1), 200);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  /* Withdrawn is as good as affirmed. */
  sl_play_end(&world, &red, c, 1, (sl_time){0});
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "UNDECIDED/line");
  /* And both duty officers' word that nothing else is missing. */
  for (unsigned i = 0; i < 2; i++) {
    assert_int_equal(sl_play_do(&world, &world.focal_client[i], "POST", "/v1/line/north/answer", "{}"), 200);
  }
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

/* L9: affirming is a read too. */
static void what_is_affirmed_reads_as_it_stands(void **state) {
  (void)state;
  char target[80], word[128];
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_play_put(&world, &red, b, &draft);
  snprintf(target, sizeof target, "/v1/intents/%s/affirm", a);
  sl_answered answer = sl_world_ask(&world, &blue, "POST", target, "{\"version\":1}");
  assert_int_equal(answer.status, 200);
  const char *verdict = strstr(answer.body, "\"verdict\":{");
  assert_non_null(verdict);
  assert_string_equal(sl_world_member(verdict + strlen("\"verdict\":{"), "verdict", word), "CONFLICT");
  sl_world_drop(&answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(verdicts_name_the_agreement),
      CASE(larger_minima_hold_from_signature_on),
      CASE(smaller_minima_hold_from_the_start_only),
      CASE(one_signature_is_not_enough),
      CASE(a_signer_who_is_no_focal_point_is_refused),
      CASE(a_number_counts_on),
      CASE(an_agreement_that_began_during_a_stop_is_begun_after_it),
      CASE(a_first_agreement_that_began_during_a_stop_is_begun_after_it),
      CASE(a_start_that_fails_is_made_again),
      CASE(silence_degrades_at_once_and_both_must_answer),
      CASE(a_party_without_the_duty_does_not_speak_for_its_side),
      CASE(whoever_shows_another_past_is_believed),
      CASE(conflicts_are_delivered_in_every_state),
      CASE(a_start_is_recovering_until_both_have_reported),
      CASE(a_line_that_first_begins_after_a_stop_is_heard_first),
      CASE(what_is_affirmed_reads_as_it_stands),
      CASE(a_checkpoint_that_is_ours_is_taken_and_another_refused),
      CASE(a_fork_ends_when_each_intent_was_affirmed),
  };
  return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
