/* The agreement as a document: the defaults are LINE.md's and FIELD.md's, and every
 * single thing wrong with one is refused by its pointer. */
#include "test.h"

#include "case/agreement.h"

/* A name into its array. */
static void name(char to[static SL_NAME_MAX + 1], const char *text) {
  assert_true(strlen(text) <= SL_NAME_MAX);
  snprintf(to, SL_NAME_MAX + 1, "%s", text);
}

static sl_agreement good(void) {
  sl_agreement agreement;
  sl_agreement_defaults(&agreement);
  name(agreement.line, "north");
  name(agreement.side[0], "blue");
  name(agreement.side[1], "red");
  return agreement;
}

static void the_defaults_are_the_rules(void **unused) {
  (void)unused;
  sl_agreement of = good();
  assert_int_equal(sl_agreement_check(&of, NULL), SL_OK);
  assert_int_equal(of.quantum.ns, 20 * SL_NS_PER_MS);
  assert_int_equal(of.round.ns, 300 * SL_NS_PER_S);
  assert_int_equal(of.tick.ns, 60 * SL_NS_PER_S);
  assert_int_equal(of.lease_activated.ns, 120 * SL_NS_PER_S);
  assert_int_equal(of.lease_planned.ns, 900 * SL_NS_PER_S);
  assert_int_equal(of.pending.ns, 600 * SL_NS_PER_S);
  assert_int_equal(of.pace.ns, 300 * SL_NS_PER_S);
  assert_int_equal(of.after_end.ns, 300 * SL_NS_PER_S);
  assert_int_equal(of.grow.ns, 5 * SL_NS_PER_S);
  assert_int_equal(of.budget_differs, 4);
  assert_int_equal(of.granule[SL_CLASS_CREWED].lateral.mm, 18520000);
  assert_int_equal(of.granule[SL_CLASS_CREWED].vertical_ft, 2000);
  assert_int_equal(of.granule[SL_CLASS_CREWED].vertical_w84.mm, 609600);
  assert_int_equal(of.granule[SL_CLASS_DRONE].lateral.mm, 1000000);
  assert_int_equal(of.granule[SL_CLASS_DRONE].vertical_w84.mm, 60000);
  assert_int_equal(of.granule[SL_CLASS_DRONE].time.ns, 300 * SL_NS_PER_S);
}

static void names_of_sides(void **unused) {
  (void)unused;
  static const char *const yes[] = {"a", "blue", "north-1", "a23456789012345678901234"};
  static const char *const no[] = {"", "Blue", "1a", "-a", "a-", "a b", "a/b", "a.b", "a234567890123456789012345", "\xc3\xa4"};
  for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) assert_true(sl_name_good(sl_str_from(yes[i])));
  for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) assert_false(sl_name_good(sl_str_from(no[i])));
}

static void refused(const sl_agreement *of, sl_err code, const char *pointer) {
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_agreement_check(of, &fault), code);
  assert_int_equal(fault.code, code);
  assert_string_equal(fault.pointer, pointer);
  assert_true(fault.reason[0] != 0);
}

static void wrong_names_and_numbers(void **unused) {
  (void)unused;
  sl_agreement of = good();
  of.line[0] = 0;
  refused(&of, SL_ERR_RANGE, "/line");
  of = good();
  memset(of.side[1], 'x', sizeof of.side[1]);
  refused(&of, SL_ERR_RANGE, "/sides/1");
  of = good();
  name(of.side[1], "blue");
  refused(&of, SL_ERR_DUPLICATE, "/sides/1");
  of = good();
  name(of.side[1], "amber");
  refused(&of, SL_ERR_ORDER, "/sides");
  of = good();
  of.number = 0;
  refused(&of, SL_ERR_RANGE, "/number");
  of = good();
  of.valid_from.ns = -1;
  refused(&of, SL_ERR_RANGE, "/valid_from");
  of = good();
  of.level = (sl_level)0;
  refused(&of, SL_ERR_RANGE, "/level");
}

static void every_pair_of_classes_must_be_there(void **unused) {
  (void)unused;
  for (uint32_t drop = 0; drop < SL_PAIR_MINIMA_COUNT; drop++) {
    sl_agreement of = good();
    of.pair[drop] = of.pair[SL_PAIR_MINIMA_COUNT - 1];
    of.pair_count--;
    refused(&of, SL_ERR_MISSING, "/minima");
  }
  sl_agreement of = good();
  of.pair[4] = of.pair[1];
  of.pair[4].a = of.pair[1].b;
  of.pair[4].b = of.pair[1].a;
  refused(&of, SL_ERR_DUPLICATE, "/minima/4");
  of = good();
  of.pair[2].a = SL_CLASS_UNDECLARED;
  refused(&of, SL_ERR_RANGE, "/minima/2");
  of = good();
  of.pair[2].b = (sl_class)7;
  refused(&of, SL_ERR_RANGE, "/minima/2");
}

static void minima_in_range(void **unused) {
  (void)unused;
  sl_agreement of = good();
  of.pair[3].minima.lateral.mm = -1;
  refused(&of, SL_ERR_RANGE, "/minima/3");
  of = good();
  of.pair[3].minima.vertical_ft = -1;
  refused(&of, SL_ERR_RANGE, "/minima/3");
  of = good();
  of.pair[3].minima.grow.ns = 1;
  refused(&of, SL_ERR_RANGE, "/minima/3");
  of = good();
  of.pair[3].minima.baro_bounded = true;
  of.pair[3].minima.baro_low.mm = 2;
  of.pair[3].minima.baro_high.mm = 1;
  refused(&of, SL_ERR_RANGE, "/minima/3");
  of.pair[3].minima.baro_high.mm = 2;
  assert_int_equal(sl_agreement_check(&of, NULL), SL_OK);
}

static void coverage_granules_lattices(void **unused) {
  (void)unused;
  sl_agreement of = good();
  of.coverage[1].box[0].classes = 0;
  refused(&of, SL_ERR_RANGE, "/coverage/1/0");
  of = good();
  of.granule[SL_CLASS_DRONE].vertical_ft = 0;
  refused(&of, SL_ERR_RANGE, "/granules/2");
  const int64_t unjudged[] = {0, SL_GRANULE_LATERAL_MIN_MM - 1, SL_GRANULE_LATERAL_MAX_MM + 1}; /* sl_granules_told() refuses them */
  for (int i = 0; i < 3; i++) {
    of = good();
    of.granule[SL_CLASS_DRONE].lateral.mm = unjudged[i];
    refused(&of, SL_ERR_RANGE, "/granules/2");
  }
  of = good();
  of.lattice[SL_CLASS_HAZARD] = (sl_lattice_kind)0;
  refused(&of, SL_ERR_RANGE, "/lattices/4");
}

static void constants_in_range_and_order(void **unused) {
  (void)unused;
  sl_agreement of = good();
  of.round.ns = 0;
  refused(&of, SL_ERR_RANGE, "/round_s");
  of = good();
  of.lease_planned.ns = 25 * SL_NS_PER_H;
  refused(&of, SL_ERR_RANGE, "/lease_planned_s");
  of = good();
  of.budget_declared = SL_BUDGET_DECLARED_MAX + 1;
  refused(&of, SL_ERR_RANGE, "/budget_declared");
  of = good();
  of.clock_warn.ns = of.clock_limit.ns + 1;
  refused(&of, SL_ERR_ORDER, "/clock_warn_s");
  of = good();
  of.grow.ns = of.clock_limit.ns - 1;
  refused(&of, SL_ERR_ORDER, "/grow_s");
  of = good();
  of.lease_activated.ns = of.lease_planned.ns + 1;
  refused(&of, SL_ERR_ORDER, "/lease_activated_s");
}

static void cleared_memory_is_no_agreement(void **unused) {
  (void)unused;
  sl_agreement of;
  memset(&of, 0, sizeof of);
  assert_int_not_equal(sl_agreement_check(&of, NULL), SL_OK);
}

static void words_read_back(void **unused) {
  (void)unused;
  for (int i = 0; i < SL_CLASS_COUNT; i++) {
    sl_class read = SL_CLASS_COUNT;
    assert_int_equal(sl_class_read(&read, sl_str_from(sl_class_name((sl_class)i))), SL_OK);
    assert_int_equal(read, i);
  }
  for (int i = SL_LEVEL_PLAIN; i <= SL_LEVEL_RELAY; i++) {
    sl_level read = (sl_level)0;
    assert_int_equal(sl_level_read(&read, sl_str_from(sl_level_name((sl_level)i))), SL_OK);
    assert_int_equal(read, i);
  }
  for (int i = SL_LATTICE_CREWED; i <= SL_LATTICE_DRONE; i++) {
    sl_lattice_kind read = (sl_lattice_kind)0;
    assert_int_equal(sl_lattice_kind_read(&read, sl_str_from(sl_lattice_kind_name((sl_lattice_kind)i))), SL_OK);
    assert_int_equal(read, i);
  }
  sl_class kept = SL_CLASS_DRONE;
  assert_int_equal(sl_class_read(&kept, SL_STR("Drone")), SL_ERR_UNKNOWN);
  assert_int_equal(kept, SL_CLASS_DRONE);
  assert_string_equal(sl_class_name((sl_class)99), "undeclared");
  sl_level level;
  sl_lattice_kind lattice;
  assert_int_equal(sl_level_read(&level, SL_STR("")), SL_ERR_UNKNOWN);
  assert_int_equal(sl_lattice_kind_read(&lattice, SL_STR("")), SL_ERR_UNKNOWN);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_defaults_are_the_rules),
    cmocka_unit_test(names_of_sides),
    cmocka_unit_test(wrong_names_and_numbers),
    cmocka_unit_test(every_pair_of_classes_must_be_there),
    cmocka_unit_test(minima_in_range),
    cmocka_unit_test(coverage_granules_lattices),
    cmocka_unit_test(constants_in_range_and_order),
    cmocka_unit_test(cleared_memory_is_no_agreement),
    cmocka_unit_test(words_read_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
