/* Settling against brute force (all of the objective, ties included) and against GLPK
 * (the cost), and what it refuses. */
#include "test.h"

#include "glpk.h"
#include "problem.h"

static sl_err solve(sl_settle_result *out, const sl_settle_problem *problem) {
  sl_arena arena;
  sl_arena_init(&arena, 4u << 20);
  sl_err err = sl_settle_solve(out, &arena, problem, NULL);
  sl_arena_fini(&arena);
  return err;
}

/* The objective as the header states it, as a list of numbers to compare in turn. */
typedef struct score { uint64_t part[10]; } score;

static score score_of(const sl_settle_problem *problem, const uint8_t *choice) {
  score of = {{0}};
  int heavy = problem->burden[0] == problem->burden[1] ? -1 : problem->burden[0] > problem->burden[1] ? 0 : 1;
  for (uint32_t i = 0; i < problem->count; i++) {
    const sl_settle_intent *in = &problem->intent[i];
    uint64_t cost = in->count == 1 ? 0 : (uint64_t)choice[i] * 420 / (in->count - 1u);
    of.part[0] += cost;
    of.part[8 - in->priority] += cost;
    if (in->side == heavy) of.part[9] += cost;
  }
  return of;
}

typedef struct brute {
  const sl_settle_problem *problem;
  bool clash[6][8][6][8];
  uint8_t choice[6], best[6];
  score least;
  bool found;
} brute;

static void enumerate(brute *of, uint32_t at) {
  if (at == of->problem->count) {
    score now = score_of(of->problem, of->choice);
    bool better = !of->found;
    for (int i = 0; i < 10 && of->found; i++) {
      if (now.part[i] == of->least.part[i]) continue;
      better = now.part[i] < of->least.part[i];
      break;
    }
    if (!better) return; /* in lexicographic order: the first of equals is the lowest */
    of->found = true;
    of->least = now;
    memcpy(of->best, of->choice, sizeof of->best);
    return;
  }
  const sl_settle_intent *in = &of->problem->intent[at];
  for (uint8_t a = 0; a < in->count; a++) {
    bool good = !(in->barred >> a & 1);
    for (uint32_t j = 0; j < at && good; j++) good = !of->clash[at][a][j][of->choice[j]];
    if (!good) continue;
    of->choice[at] = a;
    enumerate(of, at + 1);
  }
}

static bool agrees_with_brute_force(const sl_settle_problem *problem) {
  static brute of;
  memset(&of, 0, sizeof of);
  of.problem = problem;
  for (uint32_t c = 0; c < problem->conflict_count; c++) {
    const sl_settle_conflict *one = &problem->conflict[c];
    of.clash[one->i][one->a][one->j][one->b] = of.clash[one->j][one->b][one->i][one->a] = true;
  }
  enumerate(&of, 0);
  sl_settle_result result;
  assert_int_equal(solve(&result, problem), SL_OK);
  assert_true(result.exact);
  assert_int_equal(result.gap, 0);
  assert_int_equal(result.found, of.found);
  if (!of.found) return false;
  assert_int_equal(result.cost, of.least.part[0]);
  assert_memory_equal(result.choice, of.best, problem->count);
  return true;
}

static void brute_force_to_six_by_eight(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("settle/brute", 20);
  unsigned found = 0, none = 0;
  for (int n = 0; n < 20000; n++) {
    drawn of;
    bool full = n % 40 == 0;
    draw_problem(&of, &rng, full ? 6 : (uint32_t)sl_rng_between(&rng, 1, 6), full ? 8 : 0, sl_rng_between(&rng, 0, 1000),
                 sl_rng_between(&rng, full ? 300 : 0, 900), sl_rng_between(&rng, 0, 1) * sl_rng_between(&rng, 0, 400));
    if (agrees_with_brute_force(&of.problem)) found++;
    else none++;
    free(of.conflict);
  }
  printf("settle/brute: %u with a combination, %u without\n", found, none);
  assert_true(found > 1000 && none > 300);
}

static bool agrees_with_glpk(const sl_settle_problem *problem) {
  sl_settle_result result;
  uint64_t least = 0, cost = 0;
  assert_int_equal(solve(&result, problem), SL_OK);
  assert_true(result.exact);
  bool there_is = glpk_least(&least, problem);
  assert_int_equal(result.found, there_is);
  if (!there_is) return false;
  assert_true(choice_good(problem, result.choice, &cost));
  assert_int_equal(result.cost, cost);
  assert_int_equal(result.cost, least);
  return true;
}

static void glpk_at_twelve_by_eight(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("settle/glpk", 12);
  unsigned found = 0;
  for (int n = 0; n < 300; n++) {
    drawn of;
    draw_problem(&of, &rng, 12, n % 4 ? 8 : 0, sl_rng_between(&rng, 100, 700), sl_rng_between(&rng, 100, 700), n % 3 * 100);
    found += agrees_with_glpk(&of.problem);
    free(of.conflict);
  }
  printf("settle/glpk: %u of 300 with a combination\n", found);
  assert_true(found > 100 && found < 300);
}

/* Several components together are each solved exactly, whatever the sum of intents. */
static void components_are_solved_apart(void **unused) {
  (void)unused;
  enum { N = 200 };
  static sl_settle_intent intent[N];
  static sl_settle_conflict conflict[N];
  for (int i = 0; i < N; i++) intent[i] = (sl_settle_intent){.count = 3, .side = (uint8_t)(i % 2)};
  for (int i = 0; i < N; i += 2) conflict[i / 2] = (sl_settle_conflict){(uint16_t)i, 0, (uint16_t)(i + 1), 0};
  sl_settle_problem problem = {.intent = intent, .count = N, .conflict = conflict, .conflict_count = N / 2, .burden = {5, 4}};
  sl_settle_result result;
  assert_int_equal(solve(&result, &problem), SL_OK);
  assert_true(result.found && result.exact);
  assert_int_equal(result.cost, N / 2 * 210);
  for (int i = 0; i < N; i++) assert_int_equal(result.choice[i], i % 2); /* side 0 yielded more before */
}

static sl_settle_result two(uint8_t priority0, uint8_t priority1, int64_t burden0, int64_t burden1) {
  const sl_settle_intent intent[2] = {{.count = 2, .side = 0, .priority = priority0}, {.count = 2, .side = 1, .priority = priority1}};
  const sl_settle_conflict conflict = {0, 0, 1, 0};
  sl_settle_problem problem = {.intent = intent, .count = 2, .conflict = &conflict, .conflict_count = 1,
                               .burden = {burden0, burden1}};
  sl_settle_result result;
  assert_int_equal(solve(&result, &problem), SL_OK);
  assert_int_equal(result.cost, 420);
  return result;
}

static void ties(void **unused) {
  (void)unused;
  assert_int_equal(two(0, 0, 0, 0).choice[1], 1);   /* the lowest vector: 0, 1 */
  assert_int_equal(two(0, 0, 0, 10).choice[0], 1);  /* side 1 yielded more before */
  assert_int_equal(two(0, 0, 10, 0).choice[1], 1);
  assert_int_equal(two(0, 3, 10, 0).choice[0], 1);  /* priority before burden */
  assert_int_equal(two(7, 3, 0, 10).choice[1], 1);
}

static void without_freedom_one_keeps_its_plan(void **unused) {
  (void)unused;
  const sl_settle_intent intent[2] = {{.count = 1, .side = 0}, {.count = 8, .side = 1, .priority = 7}};
  const sl_settle_conflict conflict = {0, 0, 1, 0};
  sl_settle_problem problem = {.intent = intent, .count = 2, .conflict = &conflict, .conflict_count = 1};
  sl_settle_result result;
  assert_int_equal(solve(&result, &problem), SL_OK);
  assert_true(result.found);
  assert_int_equal(result.choice[0], 0);
  assert_int_equal(result.choice[1], 1);
  assert_int_equal(result.cost, 60);
}

static void barred_everywhere_is_proven_none(void **unused) {
  (void)unused;
  sl_settle_intent intent[2] = {{.count = 2, .barred = 3}, {.count = 2}};
  sl_settle_problem problem = {.intent = intent, .count = 2};
  sl_settle_result result;
  assert_int_equal(solve(&result, &problem), SL_OK);
  assert_true(!result.found && result.exact && result.gap == 0);
  intent[0].barred = 1;
  assert_int_equal(solve(&result, &problem), SL_OK);
  assert_true(result.found);
  assert_int_equal(result.choice[0], 1);
  problem.count = 0;
  assert_int_equal(solve(&result, &problem), SL_OK);
  assert_true(result.found && result.cost == 0);
}

static void refusals_write_nothing(void **unused) {
  (void)unused;
  sl_settle_intent intent[2] = {{.count = 2}, {.count = 3}};
  sl_settle_conflict conflict = {0, 1, 1, 2};
  const sl_settle_problem good = {.intent = intent, .count = 2, .conflict = &conflict, .conflict_count = 1};
  sl_settle_result result;
  memset(&result, 0x5a, sizeof result);
  const sl_settle_result before = result;
  sl_settle_problem problem = good;
  problem.count = SL_SETTLE_INTENTS_MAX + 1;
  assert_int_equal(solve(&result, &problem), SL_ERR_CAP);
  problem = good;
  problem.conflict_count = SL_SETTLE_CONFLICTS_MAX + 1;
  assert_int_equal(solve(&result, &problem), SL_ERR_CAP);
  const sl_settle_conflict bad[] = {{2, 0, 1, 0}, {0, 0, 2, 0}, {0, 2, 1, 0}, {0, 0, 1, 3}, {1, 0, 1, 1}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    conflict = bad[i];
    assert_int_equal(solve(&result, &good), SL_ERR_RANGE);
  }
  conflict = (sl_settle_conflict){0, 1, 1, 2};
  const sl_settle_intent wrong[] = {{.count = 0}, {.count = 9}, {.count = 2, .side = 2}, {.count = 2, .priority = 8}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    intent[0] = wrong[i];
    assert_int_equal(solve(&result, &good), SL_ERR_RANGE);
  }
  intent[0] = (sl_settle_intent){.count = 2};
  sl_arena arena;
  sl_arena_init(&arena, 64);
  assert_int_equal(sl_settle_solve(&result, &arena, &good, NULL), SL_ERR_NOMEM);
  sl_arena_fini(&arena);
  assert_memory_equal(&result, &before, sizeof result);
  assert_int_equal(solve(&result, &good), SL_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(brute_force_to_six_by_eight),
    cmocka_unit_test(glpk_at_twelve_by_eight),
    cmocka_unit_test(components_are_solved_apart),
    cmocka_unit_test(ties),
    cmocka_unit_test(without_freedom_one_keeps_its_plan),
    cmocka_unit_test(barred_everywhere_is_proven_none),
    cmocka_unit_test(refusals_write_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
