/* Minima by class (L1): symmetric, undeclared takes the largest, and between two
 * agreements the larger of both; coverage with the reach of the minima around it. */
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

static bool no_less(const sl_minima *a, const sl_minima *b) {
  return a->lateral.mm >= b->lateral.mm && a->vertical_w84.mm >= b->vertical_w84.mm &&
         a->vertical_ft >= b->vertical_ft && a->grow.ns >= b->grow.ns && (!a->baro_bounded || b->baro_bounded);
}

static void the_table_of_the_field(void **unused) {
  (void)unused;
  sl_agreement of = good();
  sl_minima crewed = sl_agreement_minima(&of, SL_CLASS_CREWED, SL_CLASS_CREWED);
  assert_int_equal(crewed.lateral.mm, 9260000);
  assert_int_equal(crewed.vertical_ft, 1000);
  assert_int_equal(crewed.vertical_w84.mm, 304800);
  assert_int_equal(crewed.grow.ns, 5 * SL_NS_PER_S);
  sl_minima mixed = sl_agreement_minima(&of, SL_CLASS_DRONE, SL_CLASS_CREWED);
  assert_int_equal(mixed.lateral.mm, 609600);
  assert_int_equal(mixed.vertical_w84.mm, 76200);
  sl_minima drones = sl_agreement_minima(&of, SL_CLASS_DRONE, SL_CLASS_DRONE);
  assert_int_equal(drones.lateral.mm, 0);
  sl_minima reserved = sl_agreement_minima(&of, SL_CLASS_RESERVATION, SL_CLASS_RESERVATION);
  assert_int_equal(reserved.lateral.mm, 9445200);
}

static void symmetric_and_undeclared_the_largest(void **unused) {
  (void)unused;
  sl_agreement of = good();
  for (int a = -1; a < 8; a++) {
    for (int b = -1; b < 8; b++) {
      sl_minima there = sl_agreement_minima(&of, (sl_class)a, (sl_class)b);
      sl_minima back = sl_agreement_minima(&of, (sl_class)b, (sl_class)a);
      assert_true(no_less(&there, &back) && no_less(&back, &there));
      bool declared = a >= 1 && a <= 4 && b >= 1 && b <= 4;
      for (uint32_t i = 0; i < of.pair_count && !declared; i++) assert_true(no_less(&there, &of.pair[i].minima));
    }
  }
}

static sl_minima draw(sl_rng *rng) {
  sl_minima of = {.lateral = {sl_rng_between(rng, 0, 9)}, .vertical_w84 = {sl_rng_between(rng, 0, 9)},
                  .vertical_ft = (int32_t)sl_rng_between(rng, 0, 9), .baro_bounded = sl_rng_between(rng, 0, 1)};
  if (of.baro_bounded) of.baro_low.mm = sl_rng_between(rng, -9, 0), of.baro_high.mm = sl_rng_between(rng, 0, 9);
  return of;
}

static void the_larger_is_no_less_than_either(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("minima/larger", 1);
  for (int n = 0; n < 2000; n++) {
    sl_agreement now = good(), next = good(), both;
    next.number = 2;
    next.grow.ns = sl_rng_between(&rng, 5, 9) * SL_NS_PER_S;
    for (uint32_t i = 0; i < SL_PAIR_MINIMA_COUNT; i++) {
      now.pair[i].minima = draw(&rng);
      next.pair[SL_PAIR_MINIMA_COUNT - 1 - i].minima = draw(&rng);
      sl_pair_minima swap = next.pair[i];
      next.pair[i] = next.pair[SL_PAIR_MINIMA_COUNT - 1 - i];
      next.pair[SL_PAIR_MINIMA_COUNT - 1 - i] = swap;
    }
    assert_int_equal(sl_agreement_larger(&both, &now, &next), SL_OK);
    assert_int_equal(sl_agreement_check(&both, NULL), SL_OK);
    assert_int_equal(both.number, now.number);
    for (int a = 0; a < SL_CLASS_COUNT; a++) {
      for (int b = 0; b < SL_CLASS_COUNT; b++) {
        sl_minima old = sl_agreement_minima(&now, (sl_class)a, (sl_class)b);
        sl_minima later = sl_agreement_minima(&next, (sl_class)a, (sl_class)b);
        sl_minima got = sl_agreement_minima(&both, (sl_class)a, (sl_class)b);
        assert_true(no_less(&got, &old) && no_less(&got, &later));
        if (!got.baro_bounded) continue;
        assert_true(got.baro_low.mm <= old.baro_low.mm && got.baro_low.mm <= later.baro_low.mm);
        assert_true(got.baro_high.mm >= old.baro_high.mm && got.baro_high.mm >= later.baro_high.mm);
      }
    }
  }
}

static void larger_of_two_lines_is_refused(void **unused) {
  (void)unused;
  sl_agreement now = good(), next = good(), out = good();
  assert_int_equal(sl_agreement_larger(&out, &now, &next), SL_ERR_STATE);
  next.number = 2;
  name(next.line, "south");
  assert_int_equal(sl_agreement_larger(&out, &now, &next), SL_ERR_STATE);
  next = good();
  next.number = 2;
  name(next.side[1], "white");
  assert_int_equal(sl_agreement_larger(&out, &now, &next), SL_ERR_STATE);
}

static sl_granule plan(void) {
  sl_granule of = {.south_west = {46 * SL_ND_PER_DEG, 8 * SL_ND_PER_DEG},
                   .north_east = {46 * SL_ND_PER_DEG, 8 * SL_ND_PER_DEG},
                   .window = {{SL_NS_PER_H}, {2 * SL_NS_PER_H}}};
  of.band.ref = SL_ALT_W84;
  of.band.as.w84.upper.mm = 1000;
  return of;
}

/* A plan at the very edge of what the other side files is not covered: what flies
 * just outside is not filed, and within the minima of it. */
static void the_edge_of_the_coverage_is_doubt(void **unused) {
  (void)unused;
  sl_agreement of = good();
  sl_granule at = plan();
  assert_true(sl_agreement_covers(&of, SL_CLASS_DRONE, &at, (sl_dur){0}));
  for (int side = 0; side < 2; side++) {
    of = good();
    of.coverage[side].box[0].south_west.lat_nd = at.south_west.lat_nd - SL_ND_PER_DEG / 100;
    assert_false(sl_agreement_covers(&of, SL_CLASS_DRONE, &at, (sl_dur){0}));
    of.coverage[side].box[0].south_west.lat_nd = at.south_west.lat_nd - SL_ND_PER_DEG / 10;
    assert_true(sl_agreement_covers(&of, SL_CLASS_DRONE, &at, (sl_dur){0}));
  }
}

static void classes_of_both_sides(void **unused) {
  (void)unused;
  sl_agreement of = good();
  sl_granule at = plan();
  of.coverage[1].box[0].classes = 1u << SL_CLASS_DRONE | 1u << SL_CLASS_UNDECLARED;
  assert_true(sl_agreement_covers(&of, SL_CLASS_DRONE, &at, (sl_dur){0}));
  assert_false(sl_agreement_covers(&of, SL_CLASS_CREWED, &at, (sl_dur){0}));
  assert_false(sl_agreement_covers(&of, SL_CLASS_UNDECLARED, &at, (sl_dur){0}));
  assert_false(sl_agreement_covers(&of, (sl_class)12, &at, (sl_dur){0}));
  assert_false(sl_agreement_covers(&of, SL_CLASS_DRONE, &at, (sl_dur){-1}));
}

static void sides_by_name(void **unused) {
  (void)unused;
  sl_agreement of = good();
  unsigned side = 9;
  assert_int_equal(sl_agreement_side(&side, &of, SL_STR("red")), SL_OK);
  assert_int_equal(side, 1);
  assert_int_equal(sl_agreement_side(&side, &of, SL_STR("re")), SL_ERR_NOT_FOUND);
  assert_int_equal(sl_agreement_side(&side, &of, SL_STR("")), SL_ERR_NOT_FOUND);
  assert_int_equal(side, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_table_of_the_field),
    cmocka_unit_test(symmetric_and_undeclared_the_largest),
    cmocka_unit_test(the_larger_is_no_less_than_either),
    cmocka_unit_test(larger_of_two_lines_is_refused),
    cmocka_unit_test(the_edge_of_the_coverage_is_doubt),
    cmocka_unit_test(classes_of_both_sides),
    cmocka_unit_test(sides_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
