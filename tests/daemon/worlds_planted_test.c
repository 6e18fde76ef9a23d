/* The comparison over TLS turns red when a leak is planted, and stays green in the same
 * build when none is. */
#include "service/plant.h"

#include "carried.h"

#define WORLDS 20u

/* The first difference among the worlds, NULL for none. */
static const char *difference_with(sl_plant plant) {
  const char *difference = NULL;
  sl_planted = plant;
  for (unsigned i = 0; i < WORLDS && !difference; i++) difference = sl_carried_world(i, NULL);
  sl_planted = SL_PLANT_NONE;
  return difference;
}

static void nothing_is_found_where_nothing_is_planted(void **state) {
  (void)state;
  const char *difference = sl_carried_world(0, NULL);
  if (difference) fail_msg("%s", difference);
}

/* The padding shows before any byte is decrypted: the views part in a record's length. */
static void a_padded_receipt_is_found_by_its_record(void **state) {
  (void)state;
  const char *difference = difference_with(SL_PLANT_RECEIPT_LENGTH);
  assert_non_null(difference);
  const char *end = strstr(difference, "\nREAL: "), *line = end;
  assert_non_null(end);
  while (line > difference && line[-1] != '\n') line--;
  printf("%.*s\n", (int)(end - line), line);
  const char *put = strstr(line, " PUT "), *records = strstr(line, " records ");
  assert_true(line[0] == '<' && put && put < end && records && records < end);
}

static void a_lease_that_ends_by_another_s_plan_is_found(void **state) {
  (void)state;
  const char *difference = difference_with(SL_PLANT_LEASE_LEAK);
  assert_non_null(difference);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_found_where_nothing_is_planted),
                                     cmocka_unit_test(a_padded_receipt_is_found_by_its_record),
                                     cmocka_unit_test(a_lease_that_ends_by_another_s_plan_is_found)};
  return cmocka_run_group_tests_name("worlds_planted", tests, NULL, NULL);
}
