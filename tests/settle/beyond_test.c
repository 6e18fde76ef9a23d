/* Beyond the exact size: whatever is found is a combination, the gap holds against
 * GLPK's optimum, the caps are kept, and without a clock the result repeats. */
#include "test.h"

#include "glpk.h"
#include "problem.h"

static sl_settle_result solve(const sl_settle_problem *problem, const sl_clock *clock) {
  sl_arena arena;
  sl_arena_init(&arena, 16u << 20);
  sl_settle_result result;
  assert_int_equal(sl_settle_solve(&result, &arena, problem, clock), SL_OK);
  sl_arena_fini(&arena);
  return result;
}

static void the_gap_holds_against_glpk(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("beyond/glpk", 13);
  unsigned found = 0, exact = 0;
  for (int n = 0; n < 40; n++) {
    drawn of;
    draw_problem(&of, &rng, (uint32_t)sl_rng_between(&rng, 13, 24), 4, sl_rng_between(&rng, 100, 250),
                 sl_rng_between(&rng, 100, 500), 0);
    of.problem.node_cap = n % 2 ? 300 : 0;
    sl_settle_result result = solve(&of.problem, NULL);
    uint64_t least = 0, cost = 0;
    bool there_is = glpk_least(&least, &of.problem);
    if (result.exact) assert_int_equal(result.found, there_is);
    if (result.found) {
      found++;
      exact += result.exact;
      assert_true(there_is);
      assert_true(choice_good(&of.problem, result.choice, &cost));
      assert_int_equal(result.cost, cost);
      assert_true(result.cost >= least && result.cost - result.gap <= least);
      if (result.exact) assert_int_equal(result.cost, least);
    } else if (!result.exact) {
      assert_true(result.gap > 0);
    }
    free(of.conflict);
  }
  printf("beyond/glpk: %u found, %u of them exact\n", found, exact);
  assert_true(found > 20 && exact > 5);
}

/* The largest problem: sparse, so that there is a combination. */
static void the_largest_is_found_within_its_caps(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("beyond/largest", 256);
  drawn of;
  draw_problem(&of, &rng, SL_SETTLE_INTENTS_MAX, 8, 15, 400, 50);
  sl_settle_result once = solve(&of.problem, NULL);
  sl_settle_result again = solve(&of.problem, NULL);
  uint64_t cost = 0;
  assert_true(once.found);
  assert_true(choice_good(&of.problem, once.choice, &cost));
  assert_int_equal(once.cost, cost);
  assert_true(once.gap < once.cost);
  assert_true(once.nodes <= SL_SETTLE_NODES_DEFAULT + 1000);
  assert_memory_equal(once.choice, again.choice, sizeof once.choice);
  assert_int_equal(once.nodes, again.nodes);
  printf("beyond/largest: cost %llu gap %llu nodes %llu\n", (unsigned long long)once.cost, (unsigned long long)once.gap,
         (unsigned long long)once.nodes);
  free(of.conflict);
}

static int64_t tick(void *context) { return *(int64_t *)context += SL_NS_PER_MS; }
static sl_time wall(void *context) { (void)context; return (sl_time){0}; }

static void time_runs_out(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("beyond/time", 5);
  drawn of;
  draw_problem(&of, &rng, 100, 8, 60, 400, 0);
  int64_t now = 0;
  const sl_clock clock = {&now, wall, tick};
  of.problem.time_cap_ns = 3 * SL_NS_PER_MS;
  of.problem.node_cap = UINT64_MAX;
  sl_settle_result result = solve(&of.problem, &clock);
  assert_false(result.exact);
  assert_true(result.gap > 0);
  assert_true(now < 100 * SL_NS_PER_MS);
  free(of.conflict);
}

static void a_block_without_combination_proves_it_for_all(void **unused) {
  (void)unused;
  enum { PEOPLE = 20, HOLES = 3 };
  static sl_settle_intent intent[PEOPLE];
  static sl_settle_conflict conflict[PEOPLE * PEOPLE * HOLES];
  uint32_t count = 0;
  for (uint16_t i = 0; i < PEOPLE; i++) intent[i].count = HOLES;
  for (uint16_t i = 0; i < PEOPLE; i++) {
    for (uint16_t j = (uint16_t)(i + 1); j < PEOPLE; j++) {
      for (uint8_t a = 0; a < HOLES; a++) conflict[count++] = (sl_settle_conflict){i, a, j, a};
    }
  }
  sl_settle_problem problem = {.intent = intent, .count = PEOPLE, .conflict = conflict, .conflict_count = count};
  sl_settle_result result = solve(&problem, NULL);
  assert_true(!result.found && result.exact && result.gap == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_gap_holds_against_glpk),
    cmocka_unit_test(the_largest_is_found_within_its_caps),
    cmocka_unit_test(time_runs_out),
    cmocka_unit_test(a_block_without_combination_proves_it_for_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
