/* The burden accounts, and what a rank costs (L20). */
#include "test.h"

#include "settle/settle.h"

static void rank_over_k_minus_one(void **unused) {
  (void)unused;
  for (uint8_t k = 1; k <= 8; k++) {
    for (uint8_t a = 0; a < k; a++) {
      uint64_t cost = sl_settle_cost(k, a);
      if (k == 1) assert_int_equal(cost, 0);
      else assert_int_equal(cost * (k - 1u), a * SL_SETTLE_COST_UNIT); /* exact */
    }
  }
}

static void yielding_credits_and_rigidity_debits(void **unused) {
  (void)unused;
  const sl_settle_intent intent[] = {{.count = 3, .side = 0}, {.count = 1, .side = 0}, {.count = 2, .side = 1}, {.count = 8, .side = 1}};
  const sl_settle_problem problem = {.intent = intent, .count = 4};
  sl_settle_result result = {.found = true, .choice = {1, 0, 1, 0}};
  int64_t burden[2] = {100, -5};
  sl_settle_burden(burden, &problem, &result);
  assert_int_equal(burden[0], 100 + 210 - 420);
  assert_int_equal(burden[1], -5 + 420);
  result.found = false;
  sl_settle_burden(burden, &problem, &result);
  assert_int_equal(burden[1], 415);
}

static void accounts_saturate(void **unused) {
  (void)unused;
  const sl_settle_intent intent = {.count = 2, .side = 1};
  const sl_settle_problem problem = {.intent = &intent, .count = 1};
  const sl_settle_result result = {.found = true, .choice = {1}};
  int64_t burden[2] = {INT64_MIN, INT64_MAX};
  sl_settle_burden(burden, &problem, &result);
  assert_true(burden[1] > 0 && burden[1] < INT64_MAX / 2);
  assert_int_equal(burden[0], INT64_MIN);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rank_over_k_minus_one),
    cmocka_unit_test(yielding_credits_and_rigidity_debits),
    cmocka_unit_test(accounts_saturate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
