/* Files and options to drafts: every option arrives, ids are those of the rule, alternatives find
 * their plan, and what cannot be filed says why. */
#include "cli/filing.h"

#include <sys/stat.h>

#include "call.h"

static sl_exit nothing(sl_cli *cli, const sl_args *args) {
  (void)cli;
  (void)args;
  return SL_EXIT_DONE;
}

static const sl_option options[] = {SL_FILING_OPTIONS, SL_LOAD_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_verb verb = {.name = "submit", .summary = "s", .operands = "FILE...", .example = "e", .option = options, .operands_min = 1, .operands_max = 20, .run = nothing};

static char folder[64];

static void square(const char *file, const char *name, const char *more) {
  char text[2048];
  snprintf(text, sizeof text,
           "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[8.01,47],[8.01,47.01],[8,47.01],[8,47]]]},"
           "\"properties\":{\"name\":\"%s\",\"lower\":100,\"upper\":200,\"unit\":\"m\",\"reference\":\"ellipsoid\",\"start\":\"2031-05-01T10:00:00Z\",\"end\":\"2031-05-01T11:00:00Z\"}}%s]}",
           name, more);
  call_write(file, text);
}

static void native(const char *file, const char *more) {
  char text[2048];
  snprintf(text, sizeof text,
           "{\"version\":1,\"state\":\"Accepted\",%s\"plan\":{\"volumes\":[{\"volume\":{\"outline_circle\":{\"center\":{\"lng\":8,\"lat\":47},\"radius\":{\"value\":300,\"units\":\"M\"}},"
           "\"altitude_lower\":{\"value\":100,\"reference\":\"W84\",\"units\":\"M\"},\"altitude_upper\":{\"value\":200,\"reference\":\"W84\",\"units\":\"M\"}},"
           "\"time_start\":{\"value\":\"2031-05-01T10:00:00Z\",\"format\":\"RFC3339\"},\"time_end\":{\"value\":\"2031-05-01T11:00:00Z\",\"format\":\"RFC3339\"}}]}}",
           more);
  call_write(file, text);
}

static int begin(void **state) {
  (void)state;
  call_folder(folder);
  square("one.geojson", "one", "");
  square("two.geojson", "two", "");
  native("ship.json", "");
  native("free.json", "\"freedom\":{\"later_s\":600},");
  call_write("empty.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}");
  call_write("nothing.json", "");
  call_write("half.json", "{\"version\":1,\"state\":\"Accepted\",\"plan\":{\"volumes\":[{");
  call_write("track.json", "{\"version\":1,\"state\":\"Accepted\",\"plan\":{\"trajectories\":[{\"reference\":\"W84\",\"lateral_m\":100,\"vertical_m\":30,\"along_s\":10,\"points\":["
                           "{\"lat\":47,\"lng\":8,\"alt\":500,\"time\":\"2031-05-01T10:00:00Z\"},{\"lat\":47.1,\"lng\":8,\"alt\":500,\"time\":\"2031-05-01T10:10:00Z\"}]}]}}");
  return mkdir("folder.json", 0700);
}

static int end(void **state) {
  (void)state;
  call_folder_drop(folder);
  return 0;
}

/* The filings of a call that must succeed. */
static void make(sl_filings *out, const char *words) {
  call c;
  call_begin(&c, &verb, words);
  sl_exit exit = sl_filings_make(out, &c.cli, &c.args, "blue/ops");
  const char *said = call_end(&c);
  if (exit) fail_msg("%s: exit %d: %s", words, (int)exit, said);
}

static void fails(const char *words, sl_exit exit, const char *says) {
  call c;
  sl_filings filings;
  call_begin(&c, &verb, words);
  sl_exit got = sl_filings_make(&filings, &c.cli, &c.args, "blue/ops");
  const char *said = call_end(&c);
  if (got != exit || !strstr(said, says)) fail_msg("%s: exit %d: %s", words, (int)got, said);
  sl_filings_close(&filings);
}

static void ids_follow_from_namespace_and_name(void **state) {
  (void)state;
  sl_filings f;
  square("survey.geojson", "survey-1", "");
  make(&f, "survey.geojson ship.json");
  assert_int_equal(f.count, 2);
  assert_string_equal(f.item[0].name, "ship");      /* natives first, named by their files */
  assert_string_equal(f.item[1].name, "survey-1");
  assert_string_equal(f.item[1].id, "2df227c5-3c9e-4179-bda6-f7e2cb6d3e5a");
  sl_filings_close(&f);
  square("x.geojson", "b c", "");
  make(&f, "-n a x.geojson");
  assert_string_equal(f.item[0].id, "11291837-b9ec-454c-97c0-3c03bbe1b432");
  sl_filings_close(&f);
}

static void defaults_are_those_of_the_help(void **state) {
  (void)state;
  sl_filings f;
  make(&f, "one.geojson");
  const sl_draft *draft = &f.item[0].draft;
  assert_int_equal(draft->version, 1);
  assert_int_equal(draft->state, SL_INTENT_ACCEPTED);
  assert_true(draft->declared == SL_CLASS_UNDECLARED && !draft->exercise && !draft->pending_if_refused && !draft->free && draft->priority == 0);
  assert_int_equal(draft->start_tolerance.ns, 5 * SL_NS_PER_MIN);
  assert_int_equal(draft->time_tolerance.ns, 0);
  assert_int_equal(draft->plan.count, 1);
  sl_filings_close(&f);
}

static void every_option_arrives(void **state) {
  (void)state;
  const char *const files[] = {"one.geojson", "ship.json"};
  for (int i = 0; i < 2; i++) {
    char words[512];
    sl_filings f;
    snprintf(words, sizeof words, "--state Contingent --class drone --exercise --if-conflict pending --priority medical --start-tolerance 90s --time-tolerance 2s "
             "--freedom +10min,-2000ft,5NM %s", files[i]);
    make(&f, words);
    const sl_draft *draft = &f.item[0].draft;
    assert_int_equal(draft->state, SL_INTENT_CONTINGENT);
    assert_int_equal(draft->declared, SL_CLASS_DRONE);
    assert_true(draft->exercise && draft->pending_if_refused && draft->free && draft->priority == 2);
    assert_int_equal(draft->start_tolerance.ns, 90 * SL_NS_PER_S);
    assert_int_equal(draft->time_tolerance.ns, 2 * SL_NS_PER_S);
    assert_true(draft->freedom.later.ns == 10 * SL_NS_PER_MIN && draft->freedom.earlier.ns == 0);
    assert_true(draft->freedom.up_ft == 0 && draft->freedom.down_ft == 2000 && draft->freedom.up_w84.mm == 0 && draft->freedom.down_w84.mm == 609600);
    assert_int_equal(draft->freedom.aside.mm, 9260000);
    sl_filings_close(&f);
  }
}

/* A length that is no whole number of feet gives fewer, never more. */
static void freedom_is_never_more_than_was_said(void **state) {
  (void)state;
  sl_filings f;
  make(&f, "-f ,100m one.geojson");
  const sl_freedom *freedom = &f.item[0].draft.freedom;
  assert_true(freedom->later.ns == 0 && freedom->earlier.ns == 0 && freedom->aside.mm == 0);
  assert_true(freedom->up_w84.mm == 100000 && freedom->down_w84.mm == 100000);
  assert_true(freedom->up_ft == 328 && freedom->down_ft == 328);
  sl_filings_close(&f);
}

static void times_move_by_whole_days(void **state) {
  (void)state;
  sl_filings now, moved;
  make(&now, "one.geojson ship.json track.json");
  make(&moved, "--shift-days -2 one.geojson ship.json track.json");
  for (uint32_t i = 0; i < 3; i++) {
    sl_window a = sl_plan_window(&now.item[i].draft.plan), b = sl_plan_window(&moved.item[i].draft.plan);
    assert_int_equal(a.start.ns - b.start.ns, 48 * SL_NS_PER_H);
    assert_int_equal(a.end.ns - b.end.ns, 48 * SL_NS_PER_H);
    assert_string_equal(now.item[i].id, moved.item[i].id);
  }
  sl_filings_close(&now);
  sl_filings_close(&moved);
}

static void alternatives_belong_to_the_plan_of_their_name(void **state) {
  (void)state;
  sl_filings f;
  square("one-later.geojson", "one", "");
  square("ship-later.geojson", "ship", "");
  make(&f, "one.geojson two.geojson -a one-later.geojson -a one-later.geojson");
  assert_int_equal(f.item[0].draft.alternative_count, 2);
  assert_int_equal(f.item[1].draft.alternative_count, 0);
  sl_filings_close(&f);
  make(&f, "ship.json -a ship-later.geojson");
  assert_int_equal(f.item[0].draft.alternative_count, 1);
  sl_filings_close(&f);
  fails("one.geojson -a two.geojson", SL_EXIT_DATA, "two.geojson: two is an alternative of no plan");
  square("free-later.geojson", "free", "");
  fails("free.json -a free-later.geojson", SL_EXIT_DATA, "free: the plan states freedom");
  fails("one.geojson -f 1h -a one-later.geojson", SL_EXIT_USAGE, "not both");
  fails("one.geojson -a one.geojson -a one.geojson -a one.geojson -a one.geojson -a one.geojson -a one.geojson -a one.geojson -a one.geojson", SL_EXIT_USAGE, "at most 7");
}

static void only_some_names(void **state) {
  (void)state;
  sl_filings f;
  make(&f, "--only on one.geojson two.geojson");
  assert_int_equal(f.count, 1);
  assert_string_equal(f.item[0].name, "one");
  sl_filings_close(&f);
  fails("--only three one.geojson two.geojson", SL_EXIT_DATA, "begins with three");
}

static void what_cannot_be_filed_says_why(void **state) {
  (void)state;
  const struct { const char *words; sl_exit exit; const char *says; } rows[] = {
      {"--state Ended one.geojson", SL_EXIT_USAGE, "--state: Accepted"},
      {"--state accepted one.geojson", SL_EXIT_USAGE, "--state: Accepted"},
      {"--class undeclared one.geojson", SL_EXIT_USAGE, "--class: crewed"},
      {"--if-conflict fall one.geojson", SL_EXIT_USAGE, "--if-conflict: stand or pending"},
      {"--priority 3 one.geojson", SL_EXIT_USAGE, "--priority: others, site"},
      {"--start-tolerance 5 one.geojson", SL_EXIT_USAGE, "--start-tolerance: a duration needs a unit"},
      {"--time-tolerance x one.geojson", SL_EXIT_USAGE, "--time-tolerance: a duration is a number"},
      {"--shift-days 1.5 one.geojson", SL_EXIT_USAGE, "--shift-days: a whole number"},
      {"--shift-days 100001 one.geojson", SL_EXIT_USAGE, "--shift-days: a whole number"},
      {"--freedom 10 one.geojson", SL_EXIT_USAGE, "--freedom: a duration"},
      {"--freedom 10min,2000 one.geojson", SL_EXIT_USAGE, "--freedom:"},
      {"--freedom 10min,--2000ft one.geojson", SL_EXIT_USAGE, "--freedom: a length below 0"},
      {"--freedom 1h,1m,1m,1m one.geojson", SL_EXIT_USAGE, "--freedom: write TIME,HEIGHT,ASIDE"},
      {"none.json", SL_EXIT_NOINPUT, "none.json"},
      {"folder.json", SL_EXIT_NOINPUT, "folder.json"},
      {"nothing.json", SL_EXIT_DATA, "nothing.json"},
      {"half.json", SL_EXIT_DATA, "half.json"},
      {"empty.geojson", SL_EXIT_DATA, "nothing to submit"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) fails(rows[i].words, rows[i].exit, rows[i].says);
  native("odd.json", "\"odd\":1,");
  fails("odd.json", SL_EXIT_DATA, "/odd");
  char plan[1024], alternatives[1100];
  FILE *file = fopen("ship.json", "r");
  assert_non_null(file);
  plan[fread(plan, 1, sizeof plan - 1, file)] = '\0';
  fclose(file);
  snprintf(alternatives, sizeof alternatives, "\"alternatives\":[%s],", strstr(plan, "\"plan\":") + 7);
  alternatives[strlen(alternatives) - 3] = ']';   /* the brace that closed the whole */
  alternatives[strlen(alternatives) - 2] = ',';
  alternatives[strlen(alternatives) - 1] = '\0';
  native("both.json", alternatives);
  fails("both.json -f 1h", SL_EXIT_DATA, "both.json: the plan states alternatives of its own");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ids_follow_from_namespace_and_name), cmocka_unit_test(defaults_are_those_of_the_help),
      cmocka_unit_test(every_option_arrives), cmocka_unit_test(freedom_is_never_more_than_was_said),
      cmocka_unit_test(times_move_by_whole_days), cmocka_unit_test(alternatives_belong_to_the_plan_of_their_name),
      cmocka_unit_test(only_some_names), cmocka_unit_test(what_cannot_be_filed_says_why)};
  return cmocka_run_group_tests_name("filing", tests, begin, end);
}
