/* The joint judgement against brute force: the same pairs, each once, with the same
 * findings, in an order that the number of threads does not change. */
#include "test.h"

#include "draw.h"

#define OBJECTS 220

typedef struct told {
  size_t a, b;
  sl_finding finding;
} told;

typedef struct list {
  told *at;
  size_t count, stop;
} list;

static bool note(void *context, size_t a, size_t b, const sl_finding *finding) {
  list *l = context;
  assert_true(a < b && b < OBJECTS && l->count < OBJECTS * OBJECTS / 2);
  l->at[l->count++] = (told){a, b, *finding};
  return l->count != l->stop;
}

static bool same_finding(const sl_finding *x, const sl_finding *y) {
  return x->verdict == y->verdict && x->doubt == y->doubt && x->window.start.ns == y->window.start.ns &&
         x->window.end.ns == y->window.end.ns && x->lateral.mm == y->lateral.mm && x->vertical.mm == y->vertical.mm;
}

static void equals_brute_force(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("all equals_brute_force", 21);
  static drawn memory[OBJECTS];
  static const double sizes[] = {300, 3000, 900000};
  list one = {.at = calloc(OBJECTS * OBJECTS / 2, sizeof(told))}, three = {.at = calloc(OBJECTS * OBJECTS / 2, sizeof(told))};
  size_t pairs = 0;
  for (int round = 0; round < 6 * DRAW_PLACES; round++) {
    sl_prepared *object[OBJECTS];
    uint32_t group[OBJECTS];
    for (size_t i = 0; i < OBJECTS; i++) {
      double size = sizes[round / DRAW_PLACES % 3];
      object[i] = draw_prepared(&memory[i], &rng, (draw_place)(round % DRAW_PLACES), i % 10 ? size : 300000);
      group[i] = (uint32_t)sl_rng_between(&rng, 0, 3);
    }
    sl_minima minima = draw_minima(&rng);
    const uint32_t *groups = round & 1 ? group : NULL;
    bool detail = round & 2;
    one.count = three.count = 0;
    one.stop = three.stop = 0;
    const sl_prepared *const *entries = (const sl_prepared *const *)object;
    assert_int_equal(sl_judge_all(entries, groups, OBJECTS, &minima, detail, 1, note, &one), SL_OK);
    assert_int_equal(sl_judge_all(entries, groups, OBJECTS, &minima, detail, 3, note, &three), SL_OK);
    assert_int_equal(one.count, three.count);
    static sl_finding expected[OBJECTS][OBJECTS];
    size_t count = 0;
    for (size_t a = 0; a < OBJECTS; a++) {
      for (size_t b = a + 1; b < OBJECTS; b++) {
        assert_int_equal(sl_judge(&expected[a][b], object[a], object[b], &minima, detail), SL_OK);
        if (groups && group[a] == group[b]) {
          expected[a][b].verdict = SL_CLEAR;
        }
        count += expected[a][b].verdict != SL_CLEAR;
      }
    }
    assert_int_equal(one.count, count);
    for (size_t i = 0; i < one.count; i++) {
      sl_finding *e = &expected[one.at[i].a][one.at[i].b];
      assert_true(e->verdict != SL_CLEAR && same_finding(e, &one.at[i].finding));
      assert_true(three.at[i].a == one.at[i].a && three.at[i].b == one.at[i].b);
      e->verdict = SL_CLEAR; /* once */
    }
    pairs += count;
    for (size_t i = 0; i < OBJECTS; i++) {
      sl_prepared_free(object[i]);
    }
  }
  printf("pairs %zu\n", pairs);
  assert_true(pairs > 10000);
  free(one.at);
  free(three.at);
}

static void stops_and_refuses(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("all stops_and_refuses", 22);
  static drawn memory[OBJECTS];
  sl_prepared *object[OBJECTS];
  for (size_t i = 0; i < OBJECTS; i++) {
    object[i] = draw_prepared(&memory[i], &rng, DRAW_CLUSTER, 3000);
  }
  const sl_prepared *const *entries = (const sl_prepared *const *)object;
  list l = {.at = calloc(OBJECTS * OBJECTS / 2, sizeof(told)), .stop = 3};
  sl_minima minima = {.lateral = {3000000}, .vertical_w84 = {600000}, .vertical_ft = 2000};
  assert_int_equal(sl_judge_all(entries, NULL, OBJECTS, &minima, false, 2, note, &l), SL_OK);
  assert_int_equal(l.count, 3);
  assert_int_equal(sl_judge_all(entries, NULL, OBJECTS, &minima, false, 0, note, &l), SL_ERR_RANGE);
  assert_int_equal(sl_judge_all(entries, NULL, OBJECTS, &minima, false, 65, note, &l), SL_ERR_RANGE);
  assert_int_equal(sl_judge_all(entries, NULL, 0, &minima, false, 1, note, &l), SL_OK);
  assert_int_equal(sl_judge_all(entries, NULL, 1, &minima, false, 1, note, &l), SL_OK);
  assert_int_equal(l.count, 3);
  minima.lateral.mm = -1;
  assert_int_equal(sl_judge_all(entries, NULL, OBJECTS, &minima, false, 1, note, &l), SL_ERR_RANGE);
  for (size_t i = 0; i < OBJECTS; i++) {
    sl_prepared_free(object[i]);
  }
  free(l.at);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equals_brute_force),
      cmocka_unit_test(stops_and_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
