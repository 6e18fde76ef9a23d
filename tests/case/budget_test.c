/* What asking costs: refill without loss, one day's depth, next period's share, and
 * a clock that runs backward. */
#include "test.h"

#include "case/budget.h"

#define DAY (24 * SL_NS_PER_H)

static void what_is_beyond_the_room_is_owed(void **unused) {
  (void)unused;
  sl_budget budget;
  sl_budget_start(&budget, 700, (sl_time){0});
  assert_int_equal(budget.room, 100);
  assert_true(sl_budget_charge(&budget, 99));
  assert_true(sl_budget_charge(&budget, 50));
  assert_int_equal(budget.room, -49);
  assert_false(sl_budget_charge(&budget, 1));
  assert_int_equal(budget.room, -49);
  assert_int_equal(budget.reserved, 150);
  sl_budget_turn(&budget, (sl_time){DAY / 2 - DAY / 100});
  assert_false(sl_budget_charge(&budget, 1));
  sl_budget_turn(&budget, (sl_time){DAY / 2});
  assert_true(sl_budget_charge(&budget, 100000));
  assert_int_equal(budget.room, -700);   /* a period's share at most */
  sl_budget_turn(&budget, (sl_time){3 * DAY});
  assert_int_equal(budget.room, -450);
}

static void nothing_declared_still_asks_once(void **unused) {
  (void)unused;
  sl_budget budget;
  sl_budget_start(&budget, 0, (sl_time){0});
  assert_true(sl_budget_charge(&budget, 5));
  sl_budget_turn(&budget, (sl_time){6 * DAY});
  assert_false(sl_budget_charge(&budget, 1));
}

/* However often it is turned, a spent bucket has the same after the same time. */
static void refill_loses_and_gains_nothing(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("budget/refill", 17);
  for (int i = 0; i < 300; i++) {
    sl_budget often, once;
    int64_t declared = sl_rng_between(&rng, 1, 100000);
    sl_budget_start(&often, declared, (sl_time){0});
    often.room = 0;
    once = often;
    int64_t now = 0;
    for (int k = 0; k < 200; k++) {
      now += sl_rng_between(&rng, 0, DAY / 400);
      sl_budget_turn(&often, (sl_time){now});
    }
    sl_budget_turn(&once, (sl_time){now});
    assert_int_equal(often.room, once.room);
    assert_true(once.room <= declared * (now / 1000) / (SL_BUDGET_PERIOD_NS / 1000) + 1);
  }
}

static void at_most_a_day_in_the_bucket(void **unused) {
  (void)unused;
  sl_budget budget;
  sl_budget_start(&budget, 7000, (sl_time){0});
  (void)sl_budget_charge(&budget, 1000);
  sl_budget_turn(&budget, (sl_time){DAY / 2});
  assert_int_equal(budget.room, 500);
  sl_budget_turn(&budget, (sl_time){5 * DAY});
  assert_int_equal(budget.room, 1000);
}

static int64_t share_after(int64_t reserved, int64_t activated, int64_t periods) {
  sl_budget budget;
  sl_budget_start(&budget, 1000, (sl_time){0});
  (void)sl_budget_charge(&budget, reserved);
  sl_budget_activated(&budget, activated);
  sl_budget_turn(&budget, (sl_time){periods * SL_BUDGET_PERIOD_NS});
  assert_int_equal(budget.reserved, 0);
  assert_int_equal(budget.activated, 0);
  assert_int_equal(budget.period_start.ns, periods * SL_BUDGET_PERIOD_NS);
  return budget.share;
}

static void the_next_share_follows_use(void **unused) {
  (void)unused;
  assert_int_equal(share_after(100, 50, 1), 500);
  assert_int_equal(share_after(100, 100, 1), 1000);
  assert_int_equal(share_after(100, 3, 1), 100);
  assert_int_equal(share_after(100, 0, 1), 100);
  assert_int_equal(share_after(100, 400, 1), 1000);
  assert_int_equal(share_after(0, 0, 1), 1000);
  assert_int_equal(share_after(100, 0, 2), 1000);
  assert_int_equal(share_after(100, 0, 30), 1000);
  assert_int_equal(share_after(SL_BUDGET_MAX, SL_BUDGET_MAX / 2, 1), 500);
}

static void the_clock_running_backward_changes_nothing(void **unused) {
  (void)unused;
  sl_budget budget;
  sl_budget_start(&budget, 7000, (sl_time){8 * DAY});
  (void)sl_budget_charge(&budget, 900);
  sl_budget before = budget;
  sl_budget_turn(&budget, (sl_time){7 * DAY});
  sl_budget_turn(&budget, (sl_time){0});
  assert_memory_equal(&budget, &before, sizeof budget);
  /* Back and forth earns nothing over the time that truly passed. */
  for (int i = 0; i < 100; i++) {
    sl_budget_turn(&budget, (sl_time){8 * DAY + DAY / 10});
    sl_budget_turn(&budget, (sl_time){8 * DAY});
  }
  assert_int_equal(budget.room, 200);
}

static void another_declared_activity_keeps_the_proportion(void **unused) {
  (void)unused;
  sl_time now = {1000 * SL_NS_PER_S};
  sl_budget budget;
  sl_budget_start(&budget, 7000, now);
  assert_true(sl_budget_charge(&budget, 500));   /* half of a day's thousand */
  sl_budget_declare(&budget, 700, now);
  assert_int_equal(budget.declared, 700);
  assert_int_equal(budget.share, 700);
  assert_int_equal(budget.room, 50);
  assert_int_equal(budget.reserved, 500);
  sl_budget_declare(&budget, 7000, now);
  assert_int_equal(budget.share, 7000);
  assert_int_equal(budget.room, 500);
  sl_budget_declare(&budget, 0, now);
  assert_int_equal(budget.share, 0);
  sl_budget_declare(&budget, 70, now);
  assert_int_equal(budget.share, 70);
}

static void bands(void **unused) {
  (void)unused;
  sl_budget budget;
  sl_budget_start(&budget, 7000, (sl_time){0});
  assert_string_equal(sl_budget_band(&budget), "low");
  budget.reserved = 1750;
  assert_string_equal(sl_budget_band(&budget), "normal");
  budget.reserved = 5251;
  assert_string_equal(sl_budget_band(&budget), "high");
  budget.reserved = 7000;
  assert_string_equal(sl_budget_band(&budget), "exhausted");
  budget.reserved = 0;
  budget.room = 0;
  assert_string_equal(sl_budget_band(&budget), "exhausted");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_beyond_the_room_is_owed),
    cmocka_unit_test(nothing_declared_still_asks_once),
    cmocka_unit_test(refill_loses_and_gains_nothing),
    cmocka_unit_test(at_most_a_day_in_the_bucket),
    cmocka_unit_test(the_next_share_follows_use),
    cmocka_unit_test(the_clock_running_backward_changes_nothing),
    cmocka_unit_test(another_declared_activity_keeps_the_proportion),
    cmocka_unit_test(bands),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
