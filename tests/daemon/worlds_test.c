/* L12 on the wire: worlds of the simulator whose party speaks TLS with the listener. What
 * it decrypts, and the lengths of the records that carry it, follow from its own inputs
 * and the closed outcomes: they are the same where nobody else acts. See carried.h. */
#include "carried.h"

#define WORLDS 20u

static void answers_and_record_lengths_follow_from_inputs_and_outcomes(void **state) {
  (void)state;
  sl_carried_counts counts = {0};
  for (unsigned i = 0; i < WORLDS; i++) {
    const char *difference = sl_carried_world(i, &counts);
    if (difference) {
      printf("%s\n", difference);
      fail();
    }
  }
  printf("%u worlds, %u answers and %u pieces of streams in %u records, %u answers clocked; %u with conflict, %u with proposal\n",
         counts.worlds, counts.answers, counts.pieces, counts.records, counts.clocked, counts.conflicts, counts.proposals);
  assert_true(counts.conflicts >= WORLDS / 2);
  assert_true(counts.proposals >= WORLDS / 4);
  assert_true(counts.records >= counts.answers + counts.pieces);
  assert_true(counts.pieces >= WORLDS);
  assert_true(counts.clocked >= counts.answers / 2);
  /* L15: one quantum at most, also where the wall clock was set back. */
  assert_true(counts.setbacks > 0);
  assert_in_range(counts.longest, 1, 20 * SL_NS_PER_MS);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(answers_and_record_lengths_follow_from_inputs_and_outcomes)};
  return cmocka_run_group_tests_name("worlds", tests, NULL, NULL);
}
