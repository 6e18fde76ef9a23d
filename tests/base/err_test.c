#include "test.h"

#include "sideline/err.h"

static void every_error_has_its_own_name(void **state) {
  (void)state;
  for (int a = SL_OK; a <= SL_ERR_GONE; a++) {
    assert_string_not_equal(sl_err_name((sl_err)a), "unlisted");
    for (int b = SL_OK; b < a; b++)
      assert_string_not_equal(sl_err_name((sl_err)a), sl_err_name((sl_err)b));
  }
  assert_string_equal(sl_err_name(SL_ERR_UNKNOWN), "unknown-member");
  assert_string_equal(sl_err_name((sl_err)(SL_ERR_GONE + 1)), "unlisted");
  assert_string_equal(sl_err_name((sl_err)-1), "unlisted");
}

static void the_first_fault_wins(void **state) {
  (void)state;
  sl_fault fault = sl_fault_none();
  assert_int_equal(fault.code, SL_OK);
  assert_string_equal(fault.reason, "");
  assert_int_equal(sl_fault_set(&fault, SL_ERR_RANGE, "vertex %d is beyond %s", 7, "the pole"), SL_ERR_RANGE);
  assert_int_equal(sl_fault_set(&fault, SL_ERR_SYNTAX, "later"), SL_ERR_SYNTAX);
  assert_int_equal(fault.code, SL_ERR_RANGE);
  assert_string_equal(fault.reason, "vertex 7 is beyond the pole");
}

static void a_fault_may_be_absent_and_a_reason_is_cut(void **state) {
  (void)state;
  assert_int_equal(sl_fault_set(NULL, SL_ERR_CAP, "x"), SL_ERR_CAP);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_fault_set(&fault, SL_ERR_CAP, "%0500d", 0), SL_ERR_CAP);
  assert_int_equal(strlen(fault.reason), sizeof fault.reason - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_error_has_its_own_name),
    cmocka_unit_test(the_first_fault_wins),
    cmocka_unit_test(a_fault_may_be_absent_and_a_reason_is_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
