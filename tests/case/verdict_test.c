/* What is shown (L3 to L7): every combination of what a verdict depends on, leases
 * at their exact boundaries, and every step of an intent's state. */
#include "test.h"

#include "case/verdict.h"

#define START (1000 * SL_NS_PER_MIN)
#define END (1100 * SL_NS_PER_MIN)
#define TOLERANCE (5 * SL_NS_PER_MIN)

/* One that reads CLEAR. */
static sl_standing good(sl_intent_state state) {
  return (sl_standing){.judged = SL_CLEAR, .line = SL_LINE_OPEN, .state = state, .covered = true, .paid = true,
                       .paced = true, .clock_good = true, .window = {{START}, {END}}, .start_tolerance = {TOLERANCE}};
}

static sl_shown at(const sl_standing *standing, int64_t ns) { return sl_verdict_show(standing, (sl_time){ns}); }

static void cleared_memory_is_never_clear(void **state) {
  (void)state;
  sl_standing none;
  memset(&none, 0, sizeof none);
  assert_int_equal(at(&none, 0).verdict, SL_UNDECIDED);
  none.judged = SL_CLEAR;
  assert_int_equal(at(&none, 0).verdict, SL_UNDECIDED);
  sl_shown shown;
  memset(&shown, 0, sizeof shown);
  assert_int_equal(sl_verdict_read(&shown, (sl_time){0}), SL_UNDECIDED);
  shown.verdict = SL_CLEAR;
  assert_int_equal(sl_verdict_read(&shown, (sl_time){0}), SL_UNDECIDED);
}

/* L4 written again, the other way round: CLEAR is the last thing left. */
static sl_verdict expected(const sl_standing *s, int64_t now) {
  if (s->judged == SL_CONFLICT || s->announced == SL_CONFLICT) return SL_CONFLICT;
  if (s->judged != SL_CLEAR) return SL_UNDECIDED;
  if (s->announced != SL_CLEAR && s->announced != SL_VERDICT_NONE) return SL_UNDECIDED;
  if (s->line != SL_LINE_OPEN || !s->covered || !s->paid || !s->paced || !s->clock_good) return SL_UNDECIDED;
  if ((int)s->state < 1 || (int)s->state > 5 || now >= END) return SL_UNDECIDED;
  if (s->state == SL_INTENT_ACCEPTED && now >= START + TOLERANCE) return SL_UNDECIDED;
  return SL_CLEAR;
}

static void every_combination(void **state) {
  (void)state;
  static const int64_t when[] = {0, START - 1, START, START + TOLERANCE - 1, START + TOLERANCE, END - 1, END, END + 1};
  unsigned clear = 0;
  for (unsigned n = 0; n < 5 * 5 * 6 * 7 * 16 * 8; n++) {
    unsigned rest = n;
    sl_standing s = good(SL_INTENT_ACCEPTED);
    s.judged = (sl_verdict)(rest % 5), rest /= 5;
    s.announced = (sl_verdict)(rest % 5), rest /= 5;
    s.line = (sl_line_state)(rest % 6), rest /= 6;
    s.state = (sl_intent_state)(rest % 7), rest /= 7;
    s.covered = rest & 1, s.paid = rest & 2, s.paced = rest & 4, s.clock_good = rest & 8, rest /= 16;
    int64_t now = when[rest];
    sl_shown shown = at(&s, now);
    assert_int_equal(shown.verdict, expected(&s, now));
    assert_int_equal(shown.as_of.ns, now);
    if (shown.verdict == SL_CLEAR) {
      clear++;
      assert_true(shown.valid_until.ns > now && shown.valid_until.ns <= END);
      assert_int_equal(shown.reason, SL_REASON_NONE);
    } else {
      assert_int_equal(shown.valid_until.ns, now);
    }
    if (shown.verdict == SL_CONFLICT) assert_int_equal(shown.reason, SL_REASON_NONE);
    assert_int_equal(sl_verdict_read(&shown, (sl_time){now}), shown.verdict);
  }
  assert_true(clear > 20);
}

static void doubt_of_a_pair_has_no_reason_and_is_never_relabelled(void **state) {
  (void)state;
  sl_standing s = good(SL_INTENT_ACCEPTED);
  s.judged = SL_UNDECIDED;
  s.line = SL_LINE_SUSPENDED;
  s.covered = false;
  assert_int_equal(at(&s, START).reason, SL_REASON_NONE);
  s.judged = SL_CLEAR;
  s.announced = SL_UNDECIDED;
  assert_int_equal(at(&s, START).verdict, SL_UNDECIDED);
  assert_int_equal(at(&s, START).reason, SL_REASON_NONE);
}

static void reasons_come_in_their_order(void **state) {
  (void)state;
  sl_standing s = good(SL_INTENT_ACCEPTED);
  s.covered = s.clock_good = s.paid = s.paced = false;
  s.line = SL_LINE_DEGRADED;
  assert_int_equal(at(&s, END).reason, SL_REASON_COVERAGE);
  s.covered = true;
  assert_int_equal(at(&s, END).reason, SL_REASON_LAPSED);
  assert_int_equal(at(&s, START).reason, SL_REASON_CLOCK);
  s.clock_good = true;
  assert_int_equal(at(&s, START).reason, SL_REASON_LINE);
  s.line = SL_LINE_OPEN;
  assert_int_equal(at(&s, START).reason, SL_REASON_BUDGET);
  s.paid = true;
  assert_int_equal(at(&s, START).reason, SL_REASON_PACE);
}

static void conflict_is_delivered_in_every_line_state(void **state) {
  (void)state;
  for (int line = 0; line < 6; line++) {
    sl_standing s = good(SL_INTENT_ACCEPTED);
    s.line = (sl_line_state)line;
    s.announced = SL_CONFLICT;
    assert_int_equal(at(&s, START).verdict, SL_CONFLICT);
  }
}

static void leases_end_where_they_should(void **state) {
  (void)state;
  sl_standing planned = good(SL_INTENT_ACCEPTED);
  assert_int_equal(at(&planned, 0).valid_until.ns, SL_LEASE_PLANNED_NS);
  assert_int_equal(at(&planned, START).valid_until.ns, START + TOLERANCE);
  assert_int_equal(at(&planned, START + TOLERANCE - 1).valid_until.ns, START + TOLERANCE);
  sl_standing flying = good(SL_INTENT_ACTIVATED);
  assert_int_equal(at(&flying, START).valid_until.ns, START + SL_LEASE_ACTIVATED_NS);
  assert_int_equal(at(&flying, END - 7).valid_until.ns, END);
  flying.lease_activated.ns = 3;
  planned.lease_planned.ns = 4;
  assert_int_equal(at(&flying, START).valid_until.ns, START + 3);
  assert_int_equal(at(&planned, 100).valid_until.ns, 104);
}

static void a_lease_reads_clear_inside_itself_only(void **state) {
  (void)state;
  sl_shown shown = {SL_CLEAR, SL_REASON_NONE, {100}, {200}};
  assert_int_equal(sl_verdict_read(&shown, (sl_time){99}), SL_UNDECIDED);
  assert_int_equal(sl_verdict_read(&shown, (sl_time){100}), SL_CLEAR);
  assert_int_equal(sl_verdict_read(&shown, (sl_time){199}), SL_CLEAR);
  assert_int_equal(sl_verdict_read(&shown, (sl_time){200}), SL_UNDECIDED);
  shown.reason = SL_REASON_LINE;
  assert_int_equal(sl_verdict_read(&shown, (sl_time){150}), SL_UNDECIDED);
  shown.verdict = SL_CONFLICT;
  assert_int_equal(sl_verdict_read(&shown, (sl_time){500}), SL_CONFLICT);
  shown.verdict = (sl_verdict)9;
  assert_int_equal(sl_verdict_read(&shown, (sl_time){150}), SL_UNDECIDED);
}

static void nonsense_times_do_not_overflow_into_clear(void **state) {
  (void)state;
  sl_standing s = good(SL_INTENT_ACCEPTED);
  s.window = (sl_window){{END}, {START}};
  assert_int_equal(at(&s, 0).verdict, SL_UNDECIDED);
  s.window = (sl_window){{INT64_MAX - 1}, {INT64_MAX}};
  s.start_tolerance.ns = INT64_MAX;
  assert_int_equal(at(&s, INT64_MAX).verdict, SL_UNDECIDED);
  s = good(SL_INTENT_ACCEPTED);
  s.start_tolerance.ns = INT64_MIN;
  assert_int_equal(at(&s, START).verdict, SL_UNDECIDED);
}

static void every_step_of_an_intent(void **state) {
  (void)state;
  static const char *const legal[6] = {
    /*          from \ to:  0 Acc Act Non Con End */
    "-yyyy-", /* new */
    "-yyyyy", /* Accepted */
    "--yyyy", /* Activated */
    "--yyyy", /* Nonconforming */
    "----yy", /* Contingent */
    "------", /* Ended */
  };
  for (int from = -1; from < 8; from++) {
    for (int to = -1; to < 8; to++) {
      bool known = from >= 0 && from < 6 && to >= 0 && to < 6;
      sl_err want = known && legal[from][to] == 'y' ? SL_OK : SL_ERR_STATE;
      assert_int_equal(sl_intent_step((sl_intent_state)from, (sl_intent_state)to), want);
    }
  }
}

static void urgent_states(void **state) {
  (void)state;
  for (int s = 0; s < 8; s++) assert_int_equal(sl_intent_urgent((sl_intent_state)s), s == 3 || s == 4);
}

static void lower(char *out, size_t room, const char *text) {
  size_t i = 0;
  for (; text[i] && i + 1 < room; i++) out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
  out[i] = 0;
}

static void words_promise_nothing(void **state) {
  (void)state;
  static const char *const banned[] = {"clearance", "permission", "permit", "approv", "clear to", "authori", "safe"};
  for (int v = 0; v < 5; v++) {
    for (int r = 0; r < 9; r++) {
      char text[256];
      lower(text, sizeof text, sl_verdict_text((sl_verdict)v, (sl_reason)r));
      assert_true(text[0] != 0);
      for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) assert_null(strstr(text, banned[i]));
    }
  }
  assert_string_equal(sl_verdict_text(SL_CLEAR, SL_REASON_NONE), "no conflict among the plans filed on this line");
  assert_string_equal(sl_verdict_name(SL_VERDICT_NONE), "UNDECIDED");
  assert_string_equal(sl_verdict_name((sl_verdict)7), "UNDECIDED");
  assert_null(sl_reason_name(SL_REASON_NONE));
  assert_string_equal(sl_reason_name(SL_REASON_BUDGET), "budget");
}

static void state_names_read_back(void **state) {
  (void)state;
  for (int s = 1; s < 6; s++) {
    sl_intent_state read = 0;
    assert_int_equal(sl_intent_state_read(&read, sl_intent_state_name((sl_intent_state)s)), SL_OK);
    assert_int_equal(read, s);
  }
  sl_intent_state kept = SL_INTENT_ENDED;
  assert_int_equal(sl_intent_state_read(&kept, "accepted"), SL_ERR_UNKNOWN);
  assert_int_equal(sl_intent_state_read(&kept, "Unknown"), SL_ERR_UNKNOWN);
  assert_int_equal(kept, SL_INTENT_ENDED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(cleared_memory_is_never_clear),
    cmocka_unit_test(every_combination),
    cmocka_unit_test(doubt_of_a_pair_has_no_reason_and_is_never_relabelled),
    cmocka_unit_test(reasons_come_in_their_order),
    cmocka_unit_test(conflict_is_delivered_in_every_line_state),
    cmocka_unit_test(leases_end_where_they_should),
    cmocka_unit_test(a_lease_reads_clear_inside_itself_only),
    cmocka_unit_test(nonsense_times_do_not_overflow_into_clear),
    cmocka_unit_test(every_step_of_an_intent),
    cmocka_unit_test(urgent_states),
    cmocka_unit_test(words_promise_nothing),
    cmocka_unit_test(state_names_read_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
