/* L14: presence is symmetric. Over the worlds of the simulator, every commit that shows
 * one side that another is there holds the row that tells the other side. */
#include "presence.h"

#include "sim.h"

static void presence_stands_for_both_in_one_commit(void **state) {
  (void)state;
  static sl_sim sim;
  unsigned pairs = 0, told = 0;
  for (unsigned i = 0; i < 300; i++) {
    sl_store *store;
    sl_presence *watch;
    sl_presence_open(&store, &watch);
    sl_sim_open(&sim, i, false, store);
    sl_sim_live(&sim);
    sl_presence_count(watch, &pairs, &told);
    const char *fault = sl_presence_fault(watch);
    if (fault) {
      printf("world %u: %s\n", i, fault);
      fail();
    }
    sl_sim_close(&sim);
  }
  printf("commits of 300 worlds: %u pairs, %u tellings of what was owed\n", pairs, told);
  assert_true(pairs > 100 && told > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(presence_stands_for_both_in_one_commit)};
  return cmocka_run_group_tests_name("presence", tests, NULL, NULL);
}
