/* Cases: one per own intent, what moves them, what they may read (L9, L11, L21). */
#include "rules.h"

/* Both file the same box; blue may move later by ten minutes. */
static void two_in_conflict(bool blue_free) {
  sl_draft draft = sl_play_box(&world);
  draft.free = blue_free;
  if (blue_free) draft.freedom.later.ns = 10 * SL_MINUTE;
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
}

static void polling_does_not_reopen_an_unresolved_case(void **state) {
  (void)state;
  two_in_conflict(false);
  sl_world_advance(&world, 301 * SL_SECOND);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_get(&world, &blue, a)->case_state, "unresolved");
  assert_string_equal(sl_play_get(&world, &blue, a)->case_state, "unresolved");
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_get(&world, &blue, a)->case_state, "unresolved");
  assert_string_equal(sl_play_get(&world, &red, b)->case_state, "unresolved");
}

static void an_amendment_reopens_an_unresolved_case(void **state) {
  (void)state;
  two_in_conflict(false);
  sl_world_advance(&world, 602 * SL_SECOND);
  assert_string_equal(sl_play_get(&world, &blue, a)->case_state, "unresolved");
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 6300, 7400);
  draft.version = 2;
  assert_string_equal(sl_play_put(&world, &blue, a, &draft)->case_state, "open");
}

static void one_case_for_many_pairs(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  for (int i = 0; i < 5; i++) {
    char id[37];
    sl_world_uuid(&world, id);
    sl_play_put(&world, &red, id, &draft);
  }
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CONFLICT");
  sl_answered cases = sl_world_ask(&world, &blue, "GET", "/v1/cases", NULL);
  assert_int_equal(sl_play_count(cases.body, "\"intent\""), 1);
  sl_world_drop(&cases);
}

/* L14: the party that was not told yet is told even when it goes away first. */
static void presence_is_told_to_one_who_withdraws(void **state) {
  (void)state;
  uint64_t next = 0;
  two_in_conflict(false);
  sl_play_events(&world, &blue, &next);
  sl_play_end(&world, &blue, a, 1, (sl_time){0});
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_non_null(strstr(sl_play_events(&world, &blue, &next), "\"case\""));
}

static void presence_is_told_to_one_who_replans(void **state) {
  (void)state;
  uint64_t next = 0;
  two_in_conflict(false);
  sl_play_events(&world, &blue, &next);
  sl_draft draft = sl_world_box(&world, 48.0, 8.0, 200, 500, 560, 7200, 7500);
  draft.version = 2;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "UNDECIDED/pace");
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_non_null(strstr(sl_play_events(&world, &blue, &next), "\"case\""));
}

/* L11: the case's own text, ids and times aside. */
static void case_text(const char *id, char out[static 256]) {
  const sl_read *read = sl_play_get(&world, &blue, id);
  const char *at = strstr(read->body, "\"case\":{");
  assert_non_null(at);
  const char *end = strchr(at, '}');
  const char *state = strstr(at, "\"state\""), *by = strstr(at, ",\"acknowledge_by\"");
  assert_true(state && state < end);
  if (by && by < end) end = by;   /* a time, which is the round's */
  snprintf(out, 256, "%.*s", (int)(end - state), state);
}

static void withdrawn_replanned_and_settled_read_the_same(void **state) {
  (void)state;
  char withdrawn[256], replanned[256], settled[256];
  two_in_conflict(false);
  sl_play_get(&world, &blue, a);
  sl_play_end(&world, &red, b, 1, (sl_time){0});
  sl_world_advance(&world, 301 * SL_SECOND);
  case_text(a, withdrawn);
  teardown(NULL);
  setup(NULL);
  two_in_conflict(false);
  sl_play_get(&world, &blue, a);
  sl_draft draft = sl_world_box(&world, 48.0, 8.0, 200, 500, 560, 7200, 7500);
  draft.version = 2;
  sl_play_put(&world, &red, b, &draft);
  sl_world_advance(&world, 301 * SL_SECOND);
  case_text(a, replanned);
  teardown(NULL);
  setup(NULL);
  draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  draft.free = true;
  draft.freedom.later.ns = 10 * SL_MINUTE;
  sl_play_put(&world, &red, b, &draft);
  sl_play_get(&world, &blue, a);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_int_equal(sl_play_answer(&world, &red, b, "accept"), 200);
  sl_world_advance(&world, 301 * SL_SECOND);
  case_text(a, settled);
  assert_string_equal(withdrawn, "\"state\":\"resolved\"");
  assert_string_equal(withdrawn, replanned);
  assert_string_equal(withdrawn, settled);
}

static void declined_expired_and_standing_read_the_same(void **state) {
  (void)state;
  char text[3][256];
  for (int how = 0; how < 3; how++) {
    if (how > 0) setup(NULL);
    sl_draft draft = sl_play_box(&world);
    sl_play_put(&world, &blue, a, &draft);
    draft.free = how < 2;
    if (how < 2) draft.freedom.later.ns = 20 * SL_MINUTE;
    sl_play_put(&world, &red, b, &draft);
    sl_play_get(&world, &blue, a);
    for (int round = 0; round < 9; round++) {
      sl_world_advance(&world, 300 * SL_SECOND);
      if (how == 0) sl_play_answer(&world, &red, b, "decline");
    }
    case_text(a, text[how]);
    assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CONFLICT");
    if (how < 2) teardown(NULL);
  }
  assert_string_equal(text[0], "\"state\":\"unresolved\"");
  assert_string_equal(text[0], text[1]);
  assert_string_equal(text[0], text[2]);
}

/* L21: any other value is refused. */
static void an_acceptance_names_exactly_what_stands(void **state) {
  (void)state;
  two_in_conflict(true);
  sl_world_advance(&world, 301 * SL_SECOND);
  const sl_read *read = sl_play_get(&world, &blue, a);
  assert_string_equal(read->case_state, "proposed");
  char target[192];
  snprintf(target, sizeof target, "/v1/cases/%s/answer", read->case_id);
  for (int wrong = 0; wrong < 4; wrong++) {
    char plan[128], proposal[128], expires[128], body[1024];
    snprintf(plan, sizeof plan, "%s", read->plan_digest);
    snprintf(proposal, sizeof proposal, "%s", read->proposal_digest);
    snprintf(expires, sizeof expires, "%s", read->expires);
    if (wrong == 1) plan[5] = plan[5] == '0' ? '1' : '0';
    if (wrong == 2) proposal[5] = proposal[5] == '0' ? '1' : '0';
    if (wrong == 3) snprintf(expires, sizeof expires, "%s", sl_play_time((sl_time){world.wall + SL_MINUTE}));
    snprintf(body, sizeof body,
             "{\"answer\":\"accept\",\"version\":%d,\"plan_digest\":\"%s\",\"proposal_digest\":\"%s\",\"expires\":\"%s\"}",
             wrong == 0 ? 2 : 1, plan, proposal, expires);
    assert_int_equal(sl_play_do(&world, &blue, "POST", target, body), 409);
  }
  assert_int_equal(sl_play_answer(&world, &blue, a, "accept"), 200);
  assert_int_equal(sl_play_answer(&world, &blue, a, "decline"), 409);
}

static void another_sides_case_is_not_there(void **state) {
  (void)state;
  char target[192], unknown[160];
  two_in_conflict(false);
  snprintf(target, sizeof target, "/v1/cases/%s", sl_play_get(&world, &blue, a)->case_id);
  snprintf(unknown, sizeof unknown, "/v1/cases/ffffffff-0000-4000-8000-000000000000");
  sl_answered one = sl_world_ask(&world, &red, "GET", target, NULL);
  sl_answered two = sl_world_ask(&world, &red, "GET", unknown, NULL);
  assert_int_equal(one.status, 404);
  assert_string_equal(one.body, two.body);
  assert_int_equal(sl_play_do(&world, &blue, "GET", target, NULL), 200);
  sl_world_drop(&one);
  sl_world_drop(&two);
}

static void a_case_is_found_again_after_a_restart(void **state) {
  (void)state;
  char target[192];
  two_in_conflict(false);
  snprintf(target, sizeof target, "/v1/cases/%s", sl_play_get(&world, &blue, a)->case_id);
  sl_world_restart(&world);
  assert_int_equal(sl_play_do(&world, &blue, "GET", target, NULL), 200);
}

/* L9: T-60, T-15, activation. */
static void a_standing_conflict_is_notified_again(void **state) {
  (void)state;
  uint64_t next = 0;
  two_in_conflict(false);
  sl_world_advance(&world, 20 * SL_MINUTE);
  sl_play_events(&world, &blue, &next);
  sl_world_advance(&world, 39 * SL_MINUTE);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"type\":\"verdict\""), 0);
  sl_world_advance(&world, 2 * SL_MINUTE);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"type\":\"verdict\""), 1);
  sl_world_advance(&world, 42 * SL_MINUTE);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"type\":\"verdict\""), 0);
  sl_world_advance(&world, 3 * SL_MINUTE);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"type\":\"verdict\""), 1);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200 - 106 * 60, 7500 - 106 * 60);
  draft.version = 2;
  draft.state = SL_INTENT_ACTIVATED;
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CONFLICT");
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"type\":\"verdict\""), 1);
}

static void a_reminder_missed_by_a_stop_is_given_after_it(void **state) {
  (void)state;
  uint64_t next = 0;
  two_in_conflict(false);
  sl_world_advance(&world, 50 * SL_MINUTE);
  sl_play_events(&world, &blue, &next);
  world.wall += 30 * SL_MINUTE;
  world.monotonic += 30 * SL_MINUTE;
  sl_world_restart(&world);
  sl_world_advance(&world, SL_SECOND);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"type\":\"verdict\""), 1);
}

static void a_standing_conflict_stays_until_its_window_passed(void **state) {
  (void)state;
  two_in_conflict(false);
  for (int i = 0; i < 12; i++) {
    sl_world_advance(&world, 10 * SL_MINUTE);
    assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CONFLICT");
  }
  sl_world_advance(&world, 6 * SL_MINUTE);
  const sl_read *read = sl_play_get(&world, &blue, a);
  assert_string_equal(read->state, "Ended");
  assert_string_equal(read->case_state, "unresolved");
}

static uint64_t cases_open(void) {
  sl_service_counts counts;
  sl_service_count(world.service, &counts);
  return counts.cases_open;
}

/* The figure follows every step of a case, a restart and an end. */
static void open_cases_are_counted(void **state) {
  (void)state;
  assert_int_equal(cases_open(), 0);
  two_in_conflict(true);
  assert_int_equal(cases_open(), 2 - 1);   /* blue is told at the round's end */
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_int_equal(cases_open(), 2);
  sl_world_restart(&world);
  assert_int_equal(cases_open(), 2);
  sl_play_end(&world, &red, b, 1, (sl_time){0});
  assert_int_equal(cases_open(), 1);
  sl_world_advance(&world, 602 * SL_SECOND);
  assert_int_equal(cases_open(), 0);
  sl_world_advance(&world, 30 * SL_HOUR);   /* forgotten */
  assert_int_equal(cases_open(), 0);
}

/* 600 plans under one of the other side's: three pages, each case once, in order of filing;
 * what the other side has changes no number. */
static void cases_come_in_pages(void **state) {
  (void)state;
  enum { PLANS = 600 };
  char id[37], next[128], target[160] = "/v1/cases";
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &red, b, &draft);
  sl_buf order, seen;
  sl_buf_init(&order, 1u << 16);
  sl_buf_init(&seen, 1u << 16);
  for (unsigned i = 0; i < PLANS; i++) {
    sl_world_uuid(&world, id);
    sl_buf_add(&order, (const uint8_t *)id, 36);
    if (i % 3 == 0) assert_int_equal(sl_play_put(&world, &red, id, &draft)->status, 200);
    assert_int_equal(sl_play_put(&world, &blue, id, &draft)->status, 200);
  }
  unsigned pages = 0;
  for (bool more = true; more; pages++) {
    sl_answered page = sl_world_ask(&world, &blue, "GET", target, NULL);
    assert_int_equal(page.status, 200);
    unsigned held = sl_play_count(page.body, "\"intent\":\"");
    assert_int_equal(held, pages < 2 ? 256 : PLANS - 2 * 256);
    for (const char *at = page.body; (at = strstr(at, "\"intent\":\"")); at++) sl_buf_add(&seen, (const uint8_t *)at + 10, 36);
    more = sl_world_member(page.body, "next", next)[0] != '\0';
    if (more) assert_int_equal(strtol(next, NULL, 10), 256 * (pages + 1));
    snprintf(target, sizeof target, "/v1/cases?after=%s", next);
    sl_world_drop(&page);
  }
  assert_int_equal(pages, 3);
  assert_int_equal(seen.size, order.size);
  assert_memory_equal(seen.data, order.data, order.size);
  sl_answered last = sl_world_ask(&world, &blue, "GET", "/v1/cases?after=600", NULL);
  assert_string_equal(last.body, "{\"cases\":[]}");
  sl_world_drop(&last);
  sl_buf_fini(&order);
  sl_buf_fini(&seen);
}

/* The answer to the proposal that blue's case has now: where it goes, and its body. */
static void answer_to(const char *word, char target[static 192], char body[static 1024]) {
  const sl_read *read = sl_play_get(&world, &blue, a);
  assert_string_equal(read->case_state, "proposed");
  snprintf(target, 192, "/v1/cases/%s/answer", read->case_id);
  snprintf(body, 1024,
           "{\"answer\":\"%s\",\"version\":%ld,\"plan_digest\":\"%s\",\"proposal_digest\":\"%s\",\"expires\":\"%s\"}", word,
           read->version, read->plan_digest, read->proposal_digest, read->expires);
}

static void same_again(const char *target, const char *body, const sl_answered *first) {
  sl_answered again = sl_world_ask(&world, &blue, "POST", target, body);
  assert_int_equal(again.status, 200);
  assert_string_equal(again.body, first->body);
  sl_world_drop(&again);
}

/* Whatever happened since: a round, a restart, the end of the case, another version. */
static void a_retried_answer_is_answered_as_the_first_time(void **state) {
  (void)state;
  char target[192], body[1024], other[1024];
  two_in_conflict(true);
  sl_world_advance(&world, 301 * SL_SECOND);
  answer_to("decline", target, other);
  answer_to("accept", target, body);
  sl_answered first = sl_world_ask(&world, &blue, "POST", target, body);
  assert_int_equal(first.status, 200);
  same_again(target, body, &first);
  assert_int_equal(sl_play_do(&world, &blue, "POST", target, other), 409);
  assert_int_equal(sl_play_do(&world, &red, "POST", target, body), 404);
  sl_world_restart(&world);
  same_again(target, body, &first);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_get(&world, &blue, a)->case_state, "resolved");
  same_again(target, body, &first);
  assert_int_equal(sl_play_end(&world, &blue, a, 2, (sl_time){0})->status, 200);
  same_again(target, body, &first);
  sl_world_restart(&world);
  same_again(target, body, &first);
  sl_world_drop(&first);
}

static void so_is_a_retried_decline(void **state) {
  (void)state;
  char target[192], body[1024];
  two_in_conflict(true);
  sl_world_advance(&world, 301 * SL_SECOND);
  answer_to("decline", target, body);
  sl_answered first = sl_world_ask(&world, &blue, "POST", target, body);
  assert_int_equal(first.status, 200);
  same_again(target, body, &first);
  sl_world_advance(&world, 602 * SL_SECOND);
  same_again(target, body, &first);
  assert_string_equal(sl_play_get(&world, &blue, a)->case_state, "unresolved");
  sl_world_drop(&first);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(polling_does_not_reopen_an_unresolved_case),
      CASE(an_amendment_reopens_an_unresolved_case),
      CASE(one_case_for_many_pairs),
      CASE(presence_is_told_to_one_who_withdraws),
      CASE(presence_is_told_to_one_who_replans),
      CASE(withdrawn_replanned_and_settled_read_the_same),
      CASE(declined_expired_and_standing_read_the_same),
      CASE(an_acceptance_names_exactly_what_stands),
      CASE(another_sides_case_is_not_there),
      CASE(a_case_is_found_again_after_a_restart),
      CASE(a_standing_conflict_is_notified_again),
      CASE(a_reminder_missed_by_a_stop_is_given_after_it),
      CASE(a_standing_conflict_stays_until_its_window_passed),
      CASE(open_cases_are_counted),
      CASE(cases_come_in_pages),
      CASE(a_retried_answer_is_answered_as_the_first_time),
      CASE(so_is_a_retried_decline),
  };
  return cmocka_run_group_tests_name("act_case", tests, NULL, NULL);
}
