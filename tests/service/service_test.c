/* The service as a party meets it: submissions, verdicts, cases, rounds, settling,
 * endings, retries, events, receipts, restarts. */
#include "service/service.h"

#include "test.h"
#include "world.h"

static sl_world world;
static sl_client blue, red;

static int setup(void **state) {
  (void)state;
  sl_world_init(&world);
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sl_world_fini(&world);
  return 0;
}

/* PUT and give the verdict's word. */
static const char *verdict_of(sl_client *client, const char *id, const sl_draft *draft, char out[static 128]) {
  sl_answered answer = sl_world_put(&world, client, id, draft);
  if (answer.status != 200) printf("%d %s\n", answer.status, answer.body);
  assert_int_equal(answer.status, 200);
  char *inner = strstr(answer.body, "\"verdict\":{");
  sl_world_member(inner ? inner + 10 : "", "verdict", out);
  sl_world_drop(&answer);
  return out;
}

static void poll_verdict(sl_client *client, const char *id, char out[static 128]) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_answered answer = sl_world_ask(&world, client, "GET", target, NULL);
  assert_int_equal(answer.status, 200);
  char *inner = strstr(answer.body, "\"verdict\":{");
  sl_world_member(inner ? inner + 10 : "", "verdict", out);
  sl_world_drop(&answer);
}

static void alone_is_clear(void **state) {
  (void)state;
  char id[37], text[128];
  sl_world_uuid(&world, id);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 3600, 3900);
  assert_string_equal(verdict_of(&blue, id, &draft, text), "CLEAR");
}

static void two_sides_conflict_and_both_are_told(void **state) {
  (void)state;
  char a[37], b[37], text[128];
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(verdict_of(&blue, a, &draft, text), "CLEAR");
  draft = sl_world_box(&world, 47.0, 8.0, 150, 520, 580, 7300, 7400);
  assert_string_equal(verdict_of(&red, b, &draft, text), "CONFLICT");
  /* A read shows it at once, whatever the round. */
  poll_verdict(&blue, a, text);
  assert_string_equal(text, "CONFLICT");
  sl_world_advance(&world, 301 * SL_NS_PER_S);
  sl_answered events = sl_world_ask(&world, &blue, "GET", "/v1/events?after=0&wait=0", NULL);
  assert_int_equal(events.status, 200);
  assert_non_null(strstr(events.body, "\"case\""));
  sl_world_drop(&events);
}

static void the_same_side_is_not_judged_across(void **state) {
  (void)state;
  char a[37], b[37], text[128];
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(verdict_of(&blue, a, &draft, text), "CLEAR");
  assert_string_equal(verdict_of(&blue, b, &draft, text), "CLEAR");
}

static void a_retry_is_answered_as_the_first_time(void **state) {
  (void)state;
  char id[37];
  sl_world_uuid(&world, id);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 3600, 3900);
  sl_answered first = sl_world_put(&world, &blue, id, &draft);
  sl_world_advance(&world, SL_NS_PER_S);
  sl_answered again = sl_world_put(&world, &blue, id, &draft);
  assert_int_equal(again.status, 200);
  assert_string_equal(first.body, again.body);
  draft.priority = 2;
  sl_answered other = sl_world_put(&world, &blue, id, &draft);
  assert_int_equal(other.status, 409);
  sl_world_drop(&first);
  sl_world_drop(&again);
  sl_world_drop(&other);
}

/* L9: a retry is a read, and no CLEAR is read where there is none any more. */
static void a_retry_says_clear_only_while_it_is(void **state) {
  (void)state;
  static const char *const expected[] = {"CONFLICT", "UNDECIDED", ""};
  for (int which = 0; which < 3; which++) {
    char id[37], other[37], target[80], word[128];
    sl_world_uuid(&world, id);
    sl_world_uuid(&world, other);
    sl_draft draft = sl_world_box(&world, 47.0 + which, 8.0, 200, 500, 560, 3600, 3900);
    assert_string_equal(verdict_of(&blue, id, &draft, word), "CLEAR");
    if (which == 0) {
      verdict_of(&red, other, &draft, word);
    } else {
      snprintf(target, sizeof target, which == 1 ? "/v1/line/north/suspend" : "/v1/intents/%s/end", id);
      sl_answered answer = sl_world_ask(&world, which == 1 ? &world.focal_client[0] : &blue, "POST", target,
                                        which == 1 ? "{}" : "{\"version\":1}");
      assert_int_equal(answer.status, 200);
      sl_world_drop(&answer);
    }
    assert_string_equal(verdict_of(&blue, id, &draft, word), expected[which]);
    if (which != 1) continue;
    sl_answered answer = sl_world_ask(&world, &world.focal_client[0], "POST", "/v1/line/north/resume", "{}");
    sl_world_drop(&answer);
  }
}

/* Whether a keyid is enrolled shows neither in what is answered nor in when. */
static void an_unknown_key_and_a_wrong_one_read_the_same(void **state) {
  (void)state;
  static const char *const keyid[] = {"red/ops/1", "red/none/1"};
  sl_answered answer[2];
  world.wall += 3000000;
  for (int i = 0; i < 2; i++) {
    sl_client probe = blue;
    snprintf(probe.keyid, sizeof probe.keyid, "%s", keyid[i]);
    answer[i] = sl_world_ask(&world, &probe, "GET", "/v1/cases", NULL);
    assert_int_equal(answer[i].status, 401);
  }
  assert_string_equal(answer[0].body, answer[1].body);
  assert_int_equal(answer[0].release.ns, answer[1].release.ns);
  sl_world_drop(&answer[0]);
  sl_world_drop(&answer[1]);
}

static void withdrawing_shows_to_the_other_at_the_round_only(void **state) {
  (void)state;
  char a[37], b[37], text[128], target[80];
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  verdict_of(&blue, a, &draft, text);
  assert_string_equal(verdict_of(&red, b, &draft, text), "CONFLICT");
  poll_verdict(&blue, a, text);
  snprintf(target, sizeof target, "/v1/intents/%s/end", b);
  sl_answered end = sl_world_ask(&world, &red, "POST", target, "{\"version\":1}");
  assert_int_equal(end.status, 200);
  sl_world_drop(&end);
  poll_verdict(&blue, a, text);
  assert_string_equal(text, "CONFLICT");
  sl_world_advance(&world, 301 * SL_NS_PER_S);
  poll_verdict(&blue, a, text);
  assert_string_equal(text, "CLEAR");
}

static void answer_body(const char *event, const char *word, int version, char *out, size_t size) {
  char plan[128], proposal[128], expires[128];
  sl_world_member(event, "plan_digest", plan);
  sl_world_member(event, "proposal_digest", proposal);
  sl_world_member(event, "expires", expires);
  snprintf(out, size, "{\"answer\":\"%s\",\"version\":%d,\"plan_digest\":\"%s\",\"proposal_digest\":\"%s\",\"expires\":\"%s\"}",
           word, version, plan, proposal, expires);
}

static void a_proposal_that_is_accepted_resolves_the_case(void **state) {
  (void)state;
  char a[37], b[37], text[128], id[128], body[600], target[200];
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  draft.free = true;
  draft.freedom.later.ns = 600 * SL_NS_PER_S;
  verdict_of(&blue, a, &draft, text);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(verdict_of(&red, b, &draft, text), "CONFLICT");
  sl_world_advance(&world, 301 * SL_NS_PER_S);
  sl_answered events = sl_world_ask(&world, &blue, "GET", "/v1/events?after=0&wait=0", NULL);
  char *proposal = strstr(events.body, "\"proposal_digest\"");
  if (!proposal) printf("%s\n", events.body);
  assert_non_null(proposal);
  char *event = strstr(events.body, "\"type\":\"proposal\"");
  assert_non_null(event);
  sl_answered cases = sl_world_ask(&world, &blue, "GET", "/v1/cases", NULL);
  sl_world_member(cases.body, "id", id);
  answer_body(cases.body, "accept", 1, body, sizeof body);
  snprintf(target, sizeof target, "/v1/cases/%s/answer", id);
  sl_answered accepted = sl_world_ask(&world, &blue, "POST", target, body);
  if (accepted.status != 200) printf("%s\n%s\n", accepted.body, body);
  assert_int_equal(accepted.status, 200);
  sl_world_advance(&world, 301 * SL_NS_PER_S);
  poll_verdict(&blue, a, text);
  assert_string_equal(text, "CLEAR");
  poll_verdict(&red, b, text);
  assert_string_equal(text, "CLEAR");
  sl_world_drop(&cases);
  cases = sl_world_ask(&world, &red, "GET", "/v1/cases", NULL);
  assert_non_null(strstr(cases.body, "\"resolved\""));
  sl_world_drop(&cases);
  sl_world_drop(&events);
  sl_world_drop(&accepted);
}

static void a_restart_keeps_everything_and_recovers(void **state) {
  (void)state;
  char a[37], b[37], text[128];
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  verdict_of(&blue, a, &draft, text);
  assert_string_equal(verdict_of(&red, b, &draft, text), "CONFLICT");
  char c[37];
  sl_world_uuid(&world, c);
  draft = sl_world_box(&world, 48.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(verdict_of(&blue, c, &draft, text), "CLEAR");
  sl_world_restart(&world);
  poll_verdict(&blue, a, text);
  assert_string_equal(text, "CONFLICT");
  poll_verdict(&blue, c, text);
  assert_string_equal(text, "UNDECIDED");
}

static void another_party_reads_nothing(void **state) {
  (void)state;
  char a[37], text[128], target[80], unknown[80];
  sl_world_uuid(&world, a);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  verdict_of(&blue, a, &draft, text);
  snprintf(target, sizeof target, "/v1/intents/%s", a);
  snprintf(unknown, sizeof unknown, "/v1/intents/ffffffff-0000-4000-8000-000000000000");
  sl_answered one = sl_world_ask(&world, &red, "GET", target, NULL);
  sl_answered two = sl_world_ask(&world, &red, "GET", unknown, NULL);
  assert_int_equal(one.status, 404);
  assert_string_equal(one.body, two.body);
  sl_world_drop(&one);
  sl_world_drop(&two);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(alone_is_clear),
      CASE(two_sides_conflict_and_both_are_told),
      CASE(the_same_side_is_not_judged_across),
      CASE(a_retry_is_answered_as_the_first_time),
      CASE(a_retry_says_clear_only_while_it_is),
      CASE(an_unknown_key_and_a_wrong_one_read_the_same),
      CASE(withdrawing_shows_to_the_other_at_the_round_only),
      CASE(a_proposal_that_is_accepted_resolves_the_case),
      CASE(a_restart_keeps_everything_and_recovers),
      CASE(another_party_reads_nothing),
  };
  return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
