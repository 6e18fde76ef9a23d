/* Terms on the command line: what each option sets, that minima in feet stay feet, that rounding
 * widens, and what a wrong term is told. */
#include "cli/terms.h"

#include "call.h"

static sl_exit nothing(sl_cli *cli, const sl_args *args) {
  (void)cli;
  (void)args;
  return SL_EXIT_DONE;
}

static const sl_option options[] = {SL_TERMS_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_verb verb = {.name = "agree make", .summary = "s", .operands = "", .example = "e", .option = options, .operands_max = 1, .run = nothing};

static void make(sl_agreement *out, const char *words) {
  call c;
  call_begin(&c, &verb, words);
  sl_exit exit = sl_terms_take(out, &c.cli, &c.args);
  const char *said = call_end(&c);
  if (exit) fail_msg("%s: exit %d: %s", words, (int)exit, said);
}

static const sl_minima *pair_of(const sl_agreement *a, sl_class one, sl_class other) {
  for (uint32_t i = 0; i < a->pair_count; i++)
    if ((a->pair[i].a == one && a->pair[i].b == other) || (a->pair[i].a == other && a->pair[i].b == one)) return &a->pair[i].minima;
  return NULL;
}

static void defaults_are_a_whole_agreement(void **state) {
  (void)state;
  sl_agreement a;
  make(&a, "--line north --sides red,blue");
  assert_string_equal(a.line, "north");
  assert_string_equal(a.side[0], "blue");   /* in alphabetical order, however they were named */
  assert_string_equal(a.side[1], "red");
  assert_int_equal(a.number, 1);
  assert_int_equal(a.pair_count, 10);
  assert_int_equal(a.round.ns, 5 * SL_NS_PER_MIN);
  assert_int_equal(a.quantum.ns, 20 * SL_NS_PER_MS);
}

static void every_option_arrives(void **state) {
  (void)state;
  sl_agreement a;
  make(&a, "--line north --sides blue,red --number 7 --valid-from 2031-05-01T10:00:00Z --round 1min --tick 30s --answer 3min --quantum 50ms "
           "--heartbeat 20s --pace 1min --pending 2min --urgent-lead 10min --budget 500");
  assert_int_equal(a.number, 7);
  assert_int_equal(a.valid_from.ns, INT64_C(1935396000) * SL_NS_PER_S);
  assert_true(a.round.ns == SL_NS_PER_MIN && a.tick.ns == 30 * SL_NS_PER_S && a.answer.ns == 3 * SL_NS_PER_MIN && a.quantum.ns == 50 * SL_NS_PER_MS);
  assert_true(a.heartbeat.ns == 20 * SL_NS_PER_S && a.pace.ns == SL_NS_PER_MIN && a.pending.ns == 2 * SL_NS_PER_MIN && a.urgent_lead.ns == 10 * SL_NS_PER_MIN);
  assert_int_equal(a.budget_declared, 500);
}

/* Feet compare exactly where pressure altitudes do (L6); what is no whole number of them is rounded up. */
static void minima_of_pairs(void **state) {
  (void)state;
  sl_agreement a;
  make(&a, "--line north --sides blue,red --minima all=5NM,1000ft --minima drone,drone=50m,30m --minima hazard,crewed=1km,300.5ft");
  const sl_minima *crewed = pair_of(&a, SL_CLASS_CREWED, SL_CLASS_RESERVATION), *drone = pair_of(&a, SL_CLASS_DRONE, SL_CLASS_DRONE);
  const sl_minima *hazard = pair_of(&a, SL_CLASS_CREWED, SL_CLASS_HAZARD);
  assert_true(crewed->lateral.mm == 9260000 && crewed->vertical_ft == 1000 && crewed->vertical_w84.mm == 304800);
  assert_true(drone->lateral.mm == 50000 && drone->vertical_w84.mm == 30000 && drone->vertical_ft == 99);
  assert_true(hazard->lateral.mm == 1000000 && hazard->vertical_ft == 301);
}

static void what_makes_no_agreement_says_why(void **state) {
  (void)state;
#define NAMED "--line north --sides blue,red "
  const struct { const char *words, *says; } rows[] = {
      {"", "--line NAME and --sides SIDE,SIDE are needed"},
      {"--line north", "--sides SIDE,SIDE are needed"},
      {"--line North --sides blue,red", "--line: a name is 1 to 24"},
      {"--line north --sides blue", "--sides is SIDE,SIDE"},
      {"--line north --sides blue,red,green", "--sides is SIDE,SIDE"},
      {"--line north --sides ,red", "--sides is SIDE,SIDE"},
      {"--line north --sides blue,blue", "the terms make no agreement"},
      {NAMED "--number 0", "--number is a whole number from 1"},
      {NAMED "--number 4294967296", "--number is a whole number from 1"},
      {NAMED "--number one", "--number is a whole number from 1"},
      {NAMED "--budget -1", "--budget is a whole number"},
      {NAMED "--budget 1000000001", "--budget is a whole number"},
      {NAMED "--valid-from tomorrow", "--valid-from:"},
      {NAMED "--valid-from +1", "--valid-from: a duration needs a unit"},
      {NAMED "--minima 5NM,1000ft", "--minima: write CLASS,CLASS="},
      {NAMED "--minima all=5NM", "--minima: minima are LATERAL,VERTICAL"},
      {NAMED "--minima all=5,1000ft", "--minima:"},
      {NAMED "--minima all=-5NM,1000ft", "--minima: minima are not below 0"},
      {NAMED "--minima all=5NM,200km", "--minima: a vertical minimum of more"},
      {NAMED "--minima drone=5NM,1000ft", "--minima: a pair is two of"},
      {NAMED "--minima drone,glider=5NM,1000ft", "--minima: a pair is two of"},
      {NAMED "--minima undeclared,drone=5NM,1000ft", "--minima: a pair is two of"},
      {NAMED "--round 5", "--round: a duration needs a unit"},
      {NAMED "--tick x", "--tick: a duration is a number"},
      {NAMED "--round 0s", "the terms make no agreement"},
      {NAMED "--quantum 2s", "an agreement may say 0 to 1000 ms here at /quantum_ms"},
      {NAMED "--heartbeat 999h", "the terms make no agreement"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    call c;
    sl_agreement a;
    call_begin(&c, &verb, rows[i].words);
    sl_exit exit = sl_terms_take(&a, &c.cli, &c.args);
    const char *said = call_end(&c);
    if (exit != SL_EXIT_USAGE || !strstr(said, rows[i].says)) fail_msg("%s: exit %d: %s", rows[i].words, (int)exit, said);
  }
}

static void a_table_for_people(void **state) {
  (void)state;
  sl_agreement a;
  make(&a, "--line north --sides blue,red --minima all=5NM,1000ft --valid-from 2031-05-01T10:00:00Z --quantum 50ms");
  call c;
  call_begin(&c, &verb, "");
  sl_terms_print(c.sink, &a);
  const char *said = call_end(&c);
  const char *const lines[] = {"line        north, agreement 1, between blue and red\n", "valid from  2031-05-01T10:00:00Z\n", "level       plain\n",
                               "minima      crewed and drone: 9260 m laterally, 304.8 m or 1000 ft vertically\n", "quantum     0.05 s\n", "budget      10000 units a week\n"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    if (!strstr(said, lines[i])) fail_msg("%s is not in\n%s", lines[i], said);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(defaults_are_a_whole_agreement), cmocka_unit_test(every_option_arrives), cmocka_unit_test(minima_of_pairs),
                                     cmocka_unit_test(what_makes_no_agreement_says_why), cmocka_unit_test(a_table_for_people)};
  return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
