/* The case machine: the whole table, state by event, as data; every cell is tried
 * with every answer and count of proposals, and illegal ones must leave no trace. */
#include "test.h"

#include "case/machine.h"

enum { NOW = 1000, EXPIRES = 2000 };

/* One cell: '-' illegal, O P A R U the state that follows; lower-case o: OPEN, or
 * UNRESOLVED after the second proposal; n: a new opening. */
static const char TABLE[SL_CASE_EV_PASSED + 1][SL_CASE_UNRESOLVED + 2] = {
  /*                      .OPARU (the first column is state 0) */
  [0]                  = "------",
  [SL_CASE_EV_OPEN]    = "----nn",
  [SL_CASE_EV_PROPOSE] = "-P----",
  [SL_CASE_EV_ACCEPT]  = "--A---",
  [SL_CASE_EV_DECLINE] = "--A---",
  [SL_CASE_EV_COMMIT]  = "---R--",
  [SL_CASE_EV_FAILED]  = "--oo--",
  [SL_CASE_EV_EXPIRE]  = "--oo--",
  [SL_CASE_EV_NOTHING] = "-U----",
  [SL_CASE_EV_CLEARED] = "-RRR-R",
  [SL_CASE_EV_VOID]    = "--oon-",
  [SL_CASE_EV_PASSED]  = "-UUU--",
};

static bool same(const sl_case *a, const sl_case *b) {
  return a->state == b->state && a->proposals == b->proposals && a->answer == b->answer &&
         a->alternative == b->alternative && a->expires.ns == b->expires.ns;
}

static sl_case_state follow(char cell, uint8_t proposals) {
  switch (cell) {
    case 'P': return SL_CASE_PROPOSED;
    case 'A': return SL_CASE_ANSWERED;
    case 'R': return SL_CASE_RESOLVED;
    case 'U': return SL_CASE_UNRESOLVED;
    case 'o': return proposals < 2 ? SL_CASE_OPEN : SL_CASE_UNRESOLVED;
    default: return SL_CASE_OPEN;
  }
}

static void try_cell(int state, int event, uint8_t proposals, sl_case_answer answer, int64_t now) {
  const sl_case before = {.state = (sl_case_state)state, .proposals = proposals, .answer = answer, .alternative = 3,
                          .expires = {EXPIRES}};
  sl_case step = before;
  const sl_case_input input = {(sl_case_event)event, {now}, 5, {now + 1000}};
  sl_err err = sl_case_step(&step, &input);
  bool known = state >= 0 && state <= SL_CASE_UNRESOLVED && event >= 0 && event <= SL_CASE_EV_PASSED;
  char cell = known ? TABLE[event][state] : '-';
  sl_err want = SL_OK;
  bool answers = event == SL_CASE_EV_ACCEPT || event == SL_CASE_EV_DECLINE;
  if (cell == '-') want = SL_ERR_STATE;
  else if (event == SL_CASE_EV_PROPOSE && proposals >= 2) want = SL_ERR_CAP;
  else if (answers && now >= EXPIRES) want = SL_ERR_EXPIRED;
  else if (event == SL_CASE_EV_COMMIT && answer != SL_ANSWER_ACCEPT) want = SL_ERR_STATE;
  else if (event == SL_CASE_EV_EXPIRE && now < EXPIRES) want = SL_ERR_STATE;
  assert_int_equal(err, want);
  if (err != SL_OK) {
    assert_true(same(&step, &before));
    return;
  }
  assert_int_equal(step.state, follow(cell, proposals));
  if (cell == 'n') assert_int_equal(step.proposals, 0);
  else assert_int_equal(step.proposals, proposals + (cell == 'P'));
  if (answers) assert_int_equal(step.answer, event == SL_CASE_EV_ACCEPT ? SL_ANSWER_ACCEPT : SL_ANSWER_DECLINE);
  else assert_int_equal(step.answer, SL_ANSWER_NONE);
  assert_int_equal(step.alternative, cell == 'P' ? 5 : cell == 'A' ? 3 : 0);
}

static void every_cell(void **unused) {
  (void)unused;
  static const int64_t when[] = {NOW, EXPIRES - 1, EXPIRES, EXPIRES + 1};
  for (int state = -1; state < 8; state++) {
    for (int event = -1; event < 14; event++) {
      for (int n = 0; n < 3 * 3 * 4; n++) {
        try_cell(state, event, (uint8_t)(n % 3), (sl_case_answer)(n / 3 % 3), when[n / 9]);
      }
    }
  }
}

static sl_err step(sl_case *of, sl_case_event event) {
  const sl_case_input input = {event, {NOW}, 1, {EXPIRES}};
  return sl_case_step(of, &input);
}

static void two_proposals_then_unresolved(void **unused) {
  (void)unused;
  sl_case of;
  sl_case_open(&of);
  assert_int_equal(step(&of, SL_CASE_EV_PROPOSE), SL_OK);
  assert_int_equal(step(&of, SL_CASE_EV_DECLINE), SL_OK);
  assert_int_equal(step(&of, SL_CASE_EV_COMMIT), SL_ERR_STATE);
  assert_int_equal(step(&of, SL_CASE_EV_FAILED), SL_OK);
  assert_int_equal(of.state, SL_CASE_OPEN);
  assert_int_equal(step(&of, SL_CASE_EV_PROPOSE), SL_OK);
  assert_int_equal(step(&of, SL_CASE_EV_ACCEPT), SL_OK);
  assert_int_equal(step(&of, SL_CASE_EV_FAILED), SL_OK);
  assert_int_equal(of.state, SL_CASE_UNRESOLVED);
  assert_int_equal(step(&of, SL_CASE_EV_PROPOSE), SL_ERR_STATE);
}

static void an_amendment_voids_what_was_settled(void **unused) {
  (void)unused;
  sl_case of;
  sl_case_open(&of);
  assert_int_equal(step(&of, SL_CASE_EV_PROPOSE), SL_OK);
  assert_int_equal(step(&of, SL_CASE_EV_ACCEPT), SL_OK);
  assert_int_equal(step(&of, SL_CASE_EV_COMMIT), SL_OK);
  assert_int_equal(of.state, SL_CASE_RESOLVED);
  assert_int_equal(step(&of, SL_CASE_EV_VOID), SL_OK);
  assert_int_equal(of.state, SL_CASE_OPEN);
  assert_int_equal(of.proposals, 0);
}

/* L11: declined by another, expired and standing look alike; so do withdrawn and settled. */
static void endings_look_alike(void **unused) {
  (void)unused;
  const sl_case second = {.state = SL_CASE_ANSWERED, .proposals = 2, .answer = SL_ANSWER_ACCEPT, .alternative = 2,
                          .expires = {EXPIRES}};
  sl_case failed = second, expired = second, passed = second, settled = second, withdrawn = second;
  const sl_case_input late = {SL_CASE_EV_EXPIRE, {EXPIRES}, 0, {0}};
  assert_int_equal(step(&failed, SL_CASE_EV_FAILED), SL_OK);
  assert_int_equal(sl_case_step(&expired, &late), SL_OK);
  assert_int_equal(step(&passed, SL_CASE_EV_PASSED), SL_OK);
  assert_true(same(&failed, &expired) && same(&failed, &passed));
  assert_int_equal(step(&settled, SL_CASE_EV_COMMIT), SL_OK);
  assert_int_equal(step(&withdrawn, SL_CASE_EV_CLEARED), SL_OK);
  assert_true(same(&settled, &withdrawn));
}

static void a_proposal_out_of_range_or_time(void **unused) {
  (void)unused;
  sl_case of;
  sl_case_open(&of);
  sl_case_input input = {SL_CASE_EV_PROPOSE, {NOW}, 8, {EXPIRES}};
  assert_int_equal(sl_case_step(&of, &input), SL_ERR_RANGE);
  input.alternative = 7;
  input.expires.ns = NOW;
  assert_int_equal(sl_case_step(&of, &input), SL_ERR_EXPIRED);
  assert_int_equal(of.state, SL_CASE_OPEN);
  input.expires.ns = NOW + 1;
  assert_int_equal(sl_case_step(&of, &input), SL_OK);
}

static void names(void **unused) {
  (void)unused;
  static const char *const want[] = {"open", "open", "proposed", "answered", "resolved", "unresolved", "open"};
  for (int i = 0; i < 7; i++) assert_string_equal(sl_case_state_name((sl_case_state)i), want[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_cell),
    cmocka_unit_test(two_proposals_then_unresolved),
    cmocka_unit_test(an_amendment_voids_what_was_settled),
    cmocka_unit_test(endings_look_alike),
    cmocka_unit_test(a_proposal_out_of_range_or_time),
    cmocka_unit_test(names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
