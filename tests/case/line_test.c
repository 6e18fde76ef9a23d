/* The line: the whole table, state by event, as data; silence at its exact boundary,
 * a clock set back, restarts; and random lives of a line against what must hold. */
#include "test.h"

#include "case/line.h"

#define BEAT (60 * SL_NS_PER_S)
static const sl_dur INTERVAL = {BEAT};
static const int64_t T0 = 1000 * SL_NS_PER_S;

static sl_err step(sl_line *line, sl_line_event event, unsigned side, int64_t now) {
  return sl_line_step(line, event, side, (sl_time){now}, INTERVAL);
}

#define DO(line, event, side, now) assert_int_equal(step(line, event, side, now), SL_OK)
#define REFUSED(line, event, side, now) assert_int_equal(step(line, event, side, now), SL_ERR_STATE)
#define IS(line, want) assert_string_equal(sl_line_state_name((line).state), want)

static bool same(const sl_line *a, const sl_line *b) {
  bool equal = a->state == b->state && a->judged_again == b->judged_again && a->forked == b->forked;
  for (int i = 0; i < 2; i++) {
    const sl_line_side *x = &a->side[i], *y = &b->side[i];
    equal = equal && x->last_heartbeat.ns == y->last_heartbeat.ns && x->reported == y->reported &&
            x->answered == y->answered && x->suspended == y->suspended;
  }
  return equal;
}

/* What a line may be like, beside its clock. */
typedef enum situation {
  OPEN, RECOVERING, HALF_REPORTED, FORKED, DEGRADED, HALF_ANSWERED, ANSWERED, SUSPENDED_OTHER, SUSPENDED_SELF,
  SUSPENDED_DEGRADED, SITUATIONS
} situation;

static sl_line make(situation of) {
  sl_line line;
  bool recovering = of == RECOVERING || of == HALF_REPORTED || of == FORKED;
  sl_line_start(&line, (sl_time){T0}, recovering);
  if (of == HALF_REPORTED || of == FORKED) DO(&line, SL_LINE_HEARTBEAT, 0, T0);
  if (of == FORKED) DO(&line, SL_LINE_HEARTBEAT_FORKED, 1, T0);
  if (of == DEGRADED || of == HALF_ANSWERED || of == ANSWERED || of == SUSPENDED_DEGRADED) {
    line.side[0].last_heartbeat.ns = T0 - 3 * BEAT;
    DO(&line, SL_LINE_TIME, 0, T0);
    DO(&line, SL_LINE_HEARTBEAT, 0, T0);
  }
  if (of == HALF_ANSWERED) DO(&line, SL_LINE_ANSWER, 1, T0);
  if (of == ANSWERED) DO(&line, SL_LINE_ANSWER, 0, T0);
  if (of == ANSWERED) DO(&line, SL_LINE_ANSWER, 1, T0);
  if (of == SUSPENDED_SELF || of == SUSPENDED_DEGRADED) DO(&line, SL_LINE_SUSPEND, 0, T0);
  if (of == SUSPENDED_OTHER) DO(&line, SL_LINE_SUSPEND, 1, T0);
  return line;
}

/* Of side 0, one second later. '-': refused; else the first letter of the state after. */
static const char *const TABLE[SITUATIONS] = {
  /*                       HEARTBEAT FORKED ANSWER SUSPEND RESUME JUDGED AFFIRMED TIME SHOWN */
  [OPEN]                = "O" "R" "-" "S" "-" "-" "-" "O" "R" "O",
  [RECOVERING]          = "R" "R" "-" "S" "-" "-" "-" "R" "R" "R",
  [HALF_REPORTED]       = "R" "R" "-" "S" "-" "-" "-" "R" "R" "R",
  [FORKED]              = "R" "R" "-" "S" "-" "-" "O" "R" "R" "R",
  [DEGRADED]            = "D" "D" "D" "S" "-" "-" "-" "D" "D" "D",
  [HALF_ANSWERED]       = "D" "D" "D" "S" "-" "-" "-" "D" "D" "D",
  [ANSWERED]            = "D" "D" "D" "S" "-" "O" "-" "D" "D" "D",
  [SUSPENDED_OTHER]     = "S" "S" "-" "S" "-" "-" "-" "S" "S" "S",
  [SUSPENDED_SELF]      = "S" "S" "-" "-" "O" "-" "-" "S" "S" "S",
  [SUSPENDED_DEGRADED]  = "S" "S" "-" "-" "D" "-" "-" "S" "S" "S",
};

static void every_cell(void **unused) {
  (void)unused;
  for (int of = 0; of < SITUATIONS; of++) {
    for (int event = SL_LINE_HEARTBEAT; event <= SL_LINE_HEARD; event++) {
      const sl_line before = make((situation)of);
      sl_line line = before;
      sl_err err = step(&line, (sl_line_event)event, 0, T0 + SL_NS_PER_S);
      char want = TABLE[of][event - SL_LINE_HEARTBEAT];
      if (want == '-') {
        assert_int_equal(err, SL_ERR_STATE);
        assert_true(same(&line, &before));
      } else {
        assert_int_equal(err, SL_OK);
        assert_int_equal(sl_line_state_name(line.state)[0], want);
      }
    }
  }
}

static void no_such_event_side_or_interval(void **unused) {
  (void)unused;
  const sl_line before = make(OPEN);
  sl_line line = before;
  for (int event = -2; event < 12; event++) {
    if (event >= SL_LINE_HEARTBEAT && event <= SL_LINE_HEARD) continue;
    assert_int_equal(step(&line, (sl_line_event)event, 0, T0), SL_ERR_RANGE);
  }
  assert_int_equal(step(&line, SL_LINE_TIME, 2, T0), SL_ERR_RANGE);
  assert_int_equal(sl_line_step(&line, SL_LINE_TIME, 0, (sl_time){T0}, (sl_dur){0}), SL_ERR_RANGE);
  assert_true(same(&line, &before));
  assert_int_equal(sl_line_read(&line, (sl_time){T0}, (sl_dur){-1}), SL_LINE_SUSPENDED);
}

static void cleared_memory_is_not_open(void **unused) {
  (void)unused;
  sl_line line;
  memset(&line, 0, sizeof line);
  assert_int_not_equal(line.state, SL_LINE_OPEN);
  assert_int_not_equal(sl_line_read(&line, (sl_time){0}, INTERVAL), SL_LINE_OPEN);
  DO(&line, SL_LINE_TIME, 0, 0);
  IS(line, "DEGRADED");
}

static void two_missed_heartbeats_degrade_at_the_boundary(void **unused) {
  (void)unused;
  sl_line line = make(OPEN);
  DO(&line, SL_LINE_HEARTBEAT, 1, T0 + BEAT);
  assert_int_equal(sl_line_read(&line, (sl_time){T0 + 2 * BEAT - 1}, INTERVAL), SL_LINE_OPEN);
  assert_int_equal(sl_line_read(&line, (sl_time){T0 + 2 * BEAT}, INTERVAL), SL_LINE_DEGRADED);
  sl_line late = line, in_time = line;
  DO(&in_time, SL_LINE_HEARTBEAT, 0, T0 + 2 * BEAT);
  IS(in_time, "OPEN");
  DO(&late, SL_LINE_HEARTBEAT, 0, T0 + 2 * BEAT + 1);
  IS(late, "DEGRADED");
  DO(&line, SL_LINE_TIME, 0, T0 + 2 * BEAT);
  IS(line, "DEGRADED");
}

static void degraded_is_left_by_both_answers_and_a_judgement(void **unused) {
  (void)unused;
  sl_line line = make(DEGRADED);
  int64_t now = T0 + 1;
  DO(&line, SL_LINE_ANSWER, 0, now);
  REFUSED(&line, SL_LINE_JUDGED, 0, now);
  DO(&line, SL_LINE_ANSWER, 1, now);
  DO(&line, SL_LINE_TIME, 0, now);
  IS(line, "DEGRADED");
  DO(&line, SL_LINE_JUDGED, 0, now);
  IS(line, "OPEN");
}

/* A judgement counts only after both answers, whatever was stored before. */
static void a_judgement_before_the_answers_does_not_count(void **unused) {
  (void)unused;
  sl_line line = make(OPEN);
  DO(&line, SL_LINE_TIME, 0, T0 + 3 * BEAT);
  assert_false(line.judged_again);
  line = make(DEGRADED);
  line.judged_again = true;
  DO(&line, SL_LINE_ANSWER, 0, T0);
  DO(&line, SL_LINE_ANSWER, 1, T0);
  IS(line, "DEGRADED");
}

/* Silence between the two answers takes the first of them back. */
static void silence_takes_an_answer_back(void **unused) {
  (void)unused;
  sl_line line = make(DEGRADED);
  DO(&line, SL_LINE_ANSWER, 0, T0);
  DO(&line, SL_LINE_HEARTBEAT, 1, T0 + BEAT);
  DO(&line, SL_LINE_HEARTBEAT, 1, T0 + 2 * BEAT);
  DO(&line, SL_LINE_TIME, 0, T0 + 2 * BEAT + 1);
  REFUSED(&line, SL_LINE_ANSWER, 0, T0 + 2 * BEAT + 2);
  DO(&line, SL_LINE_HEARTBEAT, 0, T0 + 2 * BEAT + 3);
  DO(&line, SL_LINE_ANSWER, 1, T0 + 2 * BEAT + 4);
  REFUSED(&line, SL_LINE_JUDGED, 0, T0 + 2 * BEAT + 5);
  DO(&line, SL_LINE_ANSWER, 0, T0 + 2 * BEAT + 6);
  DO(&line, SL_LINE_JUDGED, 0, T0 + 2 * BEAT + 7);
  IS(line, "OPEN");
}

static void degraded_stays_behind_suspended(void **unused) {
  (void)unused;
  sl_line line = make(OPEN);
  DO(&line, SL_LINE_SUSPEND, 0, T0);
  DO(&line, SL_LINE_SUSPEND, 1, T0);
  DO(&line, SL_LINE_RESUME, 0, T0);
  IS(line, "SUSPENDED");
  DO(&line, SL_LINE_TIME, 0, T0 + 5 * BEAT);
  DO(&line, SL_LINE_RESUME, 1, T0 + 5 * BEAT);
  IS(line, "DEGRADED");
}

static void recovering_needs_both_reports(void **unused) {
  (void)unused;
  sl_line line = make(RECOVERING);
  DO(&line, SL_LINE_HEARTBEAT, 0, T0);
  DO(&line, SL_LINE_HEARTBEAT, 0, T0);
  IS(line, "RECOVERING");
  DO(&line, SL_LINE_HEARTBEAT, 1, T0);
  IS(line, "OPEN");
}

static void a_fork_is_left_by_affirming_only(void **unused) {
  (void)unused;
  sl_line line = make(RECOVERING);
  DO(&line, SL_LINE_HEARTBEAT_FORKED, 0, T0);
  REFUSED(&line, SL_LINE_AFFIRMED, 0, T0);
  DO(&line, SL_LINE_HEARTBEAT, 0, T0);
  DO(&line, SL_LINE_HEARTBEAT, 1, T0);
  IS(line, "RECOVERING");
  DO(&line, SL_LINE_AFFIRMED, 0, T0);
  IS(line, "OPEN");
  DO(&line, SL_LINE_HEARTBEAT_FORKED, 1, T0);
  IS(line, "RECOVERING");
}

static void a_restart_keeps_what_was_worse(void **unused) {
  (void)unused;
  static const char *const want[SITUATIONS] = {
    "RECOVERING", "RECOVERING", "RECOVERING", "RECOVERING", "DEGRADED", "DEGRADED", "DEGRADED", "SUSPENDED", "SUSPENDED",
    "SUSPENDED"};
  for (int of = 0; of < SITUATIONS; of++) {
    sl_line line = make((situation)of);
    sl_line_restart(&line, (sl_time){T0 + BEAT});
    assert_string_equal(sl_line_state_name(line.state), want[of]);
    assert_int_equal(line.forked, of == FORKED);
  }
}

/* A clock set back by an hour does not buy a silent side an hour. */
static void a_clock_set_back_stretches_no_silence(void **unused) {
  (void)unused;
  sl_line line = make(OPEN);
  int64_t back = T0 - 3600 * SL_NS_PER_S;
  DO(&line, SL_LINE_TIME, 0, back);
  IS(line, "OPEN");
  DO(&line, SL_LINE_TIME, 0, back + 2 * BEAT);
  IS(line, "DEGRADED");
}

/* Any life: when it reads OPEN, nobody's word stands against it, both reported since
 * the last restart, and both were heard within two intervals of steady time. */
static void random_lives(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("line/random_lives", 28);
  unsigned open = 0;
  for (int life = 0; life < 2000; life++) {
    int64_t now = T0;
    int64_t heard[2] = {now, now};
    bool reported[2] = {false, false}, word[2] = {false, false};
    sl_line line;
    sl_line_start(&line, (sl_time){now}, true);
    for (int i = 0; i < 200; i++) {
      now += sl_rng_between(&rng, 0, BEAT / 2);
      unsigned side = (unsigned)sl_rng_between(&rng, 0, 1);
      sl_line_event event = (sl_line_event)sl_rng_between(&rng, SL_LINE_HEARTBEAT, SL_LINE_HEARD);
      if (event == SL_LINE_SUSPEND && sl_rng_between(&rng, 0, 3)) event = SL_LINE_HEARTBEAT;
      if (sl_rng_between(&rng, 0, 99) == 0) {
        sl_line_restart(&line, (sl_time){now});
        reported[0] = reported[1] = false;
        heard[0] = heard[1] = now;
      }
      if (step(&line, event, side, now) == SL_OK) {
        bool beat = event == SL_LINE_HEARTBEAT || event == SL_LINE_HEARTBEAT_FORKED;
        if (beat) reported[side] = true;
        if (beat || event == SL_LINE_HEARD) heard[side] = now;
        if (event == SL_LINE_SUSPEND) word[side] = true;
        if (event == SL_LINE_RESUME) word[side] = false;
      }
      if (sl_line_read(&line, (sl_time){now}, INTERVAL) != SL_LINE_OPEN) continue;
      open++;
      assert_true(!word[0] && !word[1] && reported[0] && reported[1]);
      assert_true(now - heard[0] < 2 * BEAT && now - heard[1] < 2 * BEAT);
    }
  }
  assert_true(open > 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_cell),
    cmocka_unit_test(no_such_event_side_or_interval),
    cmocka_unit_test(cleared_memory_is_not_open),
    cmocka_unit_test(two_missed_heartbeats_degrade_at_the_boundary),
    cmocka_unit_test(degraded_is_left_by_both_answers_and_a_judgement),
    cmocka_unit_test(a_judgement_before_the_answers_does_not_count),
    cmocka_unit_test(silence_takes_an_answer_back),
    cmocka_unit_test(degraded_stays_behind_suspended),
    cmocka_unit_test(recovering_needs_both_reports),
    cmocka_unit_test(a_fork_is_left_by_affirming_only),
    cmocka_unit_test(a_restart_keeps_what_was_worse),
    cmocka_unit_test(a_clock_set_back_stretches_no_silence),
    cmocka_unit_test(random_lives),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
