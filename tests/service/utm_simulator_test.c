/* L12 for the F3548 face: a thousand worlds, each lived for real and simulated from the own
 * side's inputs and the closed outcomes; the views are equal byte for byte. See sim_utm.h.
 * A party of this face has no freedom and is never asked, so proposals and declines come by
 * a native peer of its side and the other side's native parties. */
#include "sim_utm.h"

static unsigned number(const char *name, unsigned otherwise) {
  const char *text = getenv(name);
  return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void at_least(const char *what, unsigned have, unsigned want, unsigned of) {
  printf("%-12s %4u of %u, at least %u\n", what, have, of, want);
  if (have < want) fail_msg("too few worlds with: %s", what);
}

static void every_view_follows_from_inputs_and_outcomes(void **state) {
  (void)state;
  unsigned total = number("SL_WORLDS", SL_SIM_UTM_WORLDS), first = number("SL_FIRST", 0);
  unsigned conflict = 0, proposal = 0, amendment = 0, withdrawal = 0, contingency = 0, degraded = 0, refused = 0,
           aware = 0, pushed = 0, collision = 0, turned = 0, taken_back = 0, decline = 0, restart = 0;
  for (unsigned i = first; i < first + total; i++) {
    sl_sim_utm_seen seen;
    const char *difference = sl_sim_utm_world(i, &seen);
    if (difference) {
      printf("%s\n", difference);
      fail();
    }
    conflict += seen.conflict;
    proposal += seen.proposal;
    amendment += seen.amendment;
    withdrawal += seen.withdrawal;
    contingency += seen.contingency;
    degraded += seen.degraded;
    refused += seen.refused;
    aware += seen.aware;
    pushed += seen.pushed;
    collision += seen.collision;
    turned += seen.turned;
    decline += seen.decline;
    taken_back += seen.taken_back;
    restart += seen.restart;
  }
  if (total < 100) return;
  at_least("conflict", conflict, total / 2, total);
  at_least("proposal", proposal, total / 4, total);
  at_least("decline", decline, total / 10, total);
  at_least("amendment", amendment, total / 10, total);
  at_least("withdrawal", withdrawal, total / 10, total);
  at_least("contingency", contingency, total / 10, total);
  at_least("DEGRADED", degraded, total / 10, total);
  at_least("refused", refused, total / 10, total);
  at_least("aware", aware, total / 10, total);
  at_least("pushed", pushed, total / 10, total);
  at_least("collision", collision, total / 2, total);
  at_least("turned", turned, total / 20, total);
  at_least("restart", restart, total / 4, total);
  at_least("taken back", taken_back, total / 20, total);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_view_follows_from_inputs_and_outcomes)};
  return cmocka_run_group_tests_name("service/utm_simulator", tests, NULL, NULL);
}
