/* The lattices and which of their moves a freedom allows. */
#include "test.h"

#include "settle/lattice.h"

static sl_freedom all(void) {
  return (sl_freedom){{INT64_MAX}, {INT64_MAX}, {INT64_MAX}, {INT64_MAX}, INT32_MAX, INT32_MAX, {INT64_MAX}};
}

static bool has(const sl_lattice *lattice, sl_move want) {
  for (uint32_t i = 0; i < lattice->count; i++) {
    const sl_move *of = &lattice->move[i];
    if (of->delay.ns == want.delay.ns && of->up_w84.mm == want.up_w84.mm && of->up_ft == want.up_ft &&
        of->aside.mm == want.aside.mm) return true;
  }
  return false;
}

static void the_crewed_lattice_is_the_rule(void **unused) {
  (void)unused;
  const sl_lattice *of = sl_lattice_crewed();
  static const int delays[] = {5, 10, 20, 40};
  for (int i = 0; i < 4; i++) assert_true(has(of, (sl_move){.delay = {delays[i] * SL_NS_PER_MIN}}));
  for (int ft = -2000; ft <= 2000; ft += 1000) {
    if (ft) assert_true(has(of, (sl_move){.up_w84 = {ft * INT64_C(3048) / 10}, .up_ft = ft}));
  }
  for (int nm = -10; nm <= 10; nm += 5) {
    if (nm) assert_true(has(of, (sl_move){.aside = {nm * SL_MM_PER_NM}}));
  }
}

static void every_move_moves_one_thing_and_none_is_twice_there(void **unused) {
  (void)unused;
  const sl_lattice *lattices[] = {sl_lattice_crewed(), sl_lattice_drone()};
  for (int k = 0; k < 2; k++) {
    for (uint32_t i = 0; i < lattices[k]->count; i++) {
      const sl_move *a = &lattices[k]->move[i];
      assert_int_equal((a->delay.ns != 0) + (a->up_w84.mm != 0) + (a->aside.mm != 0), 1);
      assert_int_equal(a->up_w84.mm > 0, a->up_ft > 0);
      for (uint32_t j = 0; j < i; j++) assert_memory_not_equal(a, &lattices[k]->move[j], sizeof *a);
    }
  }
}

static void seven_at_most_within_the_freedom(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("lattice/freedom", 19);
  for (int n = 0; n < 5000; n++) {
    sl_freedom free = {{sl_rng_between(&rng, -1, 12) * SL_NS_PER_MIN}, {sl_rng_between(&rng, -1, 50) * SL_NS_PER_MIN},
                       {sl_rng_between(&rng, 0, 800000)}, {sl_rng_between(&rng, 0, 800000)},
                       (int32_t)sl_rng_between(&rng, -10, 2500), (int32_t)sl_rng_between(&rng, 0, 2500),
                       {sl_rng_between(&rng, 0, 20000000)}};
    sl_alt_ref ref = (sl_alt_ref)sl_rng_between(&rng, 0, 3);
    sl_move move[SL_SETTLE_ALTERNATIVES - 1];
    uint32_t count = sl_lattice_moves(move, n % 2 ? sl_lattice_drone() : sl_lattice_crewed(), &free, ref);
    assert_true(count <= 7);
    for (uint32_t i = 0; i < count; i++) {
      const sl_move *of = &move[i];
      assert_true(of->delay.ns <= 0 || of->delay.ns <= free.later.ns);
      assert_true(of->delay.ns >= 0 || -of->delay.ns <= free.earlier.ns);
      assert_true(of->up_w84.mm <= 0 || of->up_w84.mm <= free.up_w84.mm);
      assert_true(of->up_w84.mm >= 0 || -of->up_w84.mm <= free.down_w84.mm);
      assert_true(of->up_ft <= 0 || of->up_ft <= free.up_ft);
      assert_true(of->up_ft >= 0 || -of->up_ft <= free.down_ft);
      assert_true(llabs(of->aside.mm) <= free.aside.mm);
      assert_true(ref == SL_ALT_W84 || of->up_w84.mm == 0);
      assert_true(ref == SL_ALT_BARO || of->up_ft == 0);
      assert_true(of->delay.ns || of->up_w84.mm || of->up_ft || of->aside.mm);
    }
  }
}

static void no_freedom_no_moves(void **unused) {
  (void)unused;
  const sl_freedom none = {.aside = {0}};
  sl_move move[SL_SETTLE_ALTERNATIVES - 1];
  assert_int_equal(sl_lattice_moves(move, sl_lattice_crewed(), &none, SL_ALT_W84), 0);
  sl_freedom full = all();
  assert_int_equal(sl_lattice_moves(move, sl_lattice_crewed(), &full, SL_ALT_BARO), 7);
}

/* Ten minutes either way and 2,000 ft, in pressure altitude: what the demo gives. */
static void boundaries_belong_to_the_freedom(void **unused) {
  (void)unused;
  sl_freedom free = {.earlier = {10 * SL_NS_PER_MIN}, .later = {10 * SL_NS_PER_MIN}, .up_ft = 2000, .down_ft = 2000};
  sl_move move[SL_SETTLE_ALTERNATIVES - 1];
  assert_int_equal(sl_lattice_moves(move, sl_lattice_crewed(), &free, SL_ALT_BARO), 7);
  assert_int_equal(move[0].delay.ns, 5 * SL_NS_PER_MIN);
  assert_int_equal(move[5].up_ft, 2000);
  free.up_ft = 1999;
  assert_int_equal(sl_lattice_moves(move, sl_lattice_crewed(), &free, SL_ALT_BARO), 7);
  for (int i = 0; i < 7; i++) assert_true(move[i].up_ft < 2000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_crewed_lattice_is_the_rule),
    cmocka_unit_test(every_move_moves_one_thing_and_none_is_twice_there),
    cmocka_unit_test(seven_at_most_within_the_freedom),
    cmocka_unit_test(no_freedom_no_moves),
    cmocka_unit_test(boundaries_belong_to_the_freedom),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
