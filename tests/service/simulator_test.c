/* L12: a thousand worlds, each lived for real and simulated from one party's inputs and
 * the closed outcomes; the party's two views are equal byte for byte. See sim.h. */
#include "sim.h"

static unsigned worlds(void) {
  const char *text = getenv("SL_WORLDS");
  return text ? (unsigned)strtoul(text, NULL, 10) : SL_SIM_WORLDS;
}

static void at_least(const char *what, unsigned have, unsigned want, unsigned of) {
  printf("%-12s %4u of %u, at least %u\n", what, have, of, want);
  if (have < want) fail_msg("too few worlds with: %s", what);
}

static void every_view_follows_from_inputs_and_outcomes(void **state) {
  (void)state;
  unsigned total = worlds(), first = getenv("SL_FIRST") ? (unsigned)strtoul(getenv("SL_FIRST"), NULL, 10) : 0;
  unsigned conflict = 0, proposal = 0, decline = 0, amendment = 0, withdrawal = 0, contingency = 0, degraded = 0,
           refused = 0, idle = 0, commit = 0, doubt = 0, band = 0, erased = 0, restart = 0, probe = 0;
  for (unsigned i = first; i < first + total; i++) {
    sl_sim_seen seen;
    const char *difference = sl_sim_world(i, &seen);
    if (difference) {
      printf("%s\n", difference);
      fail();
    }
    conflict += seen.conflict;
    proposal += seen.proposal;
    decline += seen.decline;
    amendment += seen.amendment;
    withdrawal += seen.withdrawal;
    contingency += seen.contingency;
    degraded += seen.degraded;
    refused += seen.refused;
    idle += seen.idle;
    commit += seen.commit;
    doubt += seen.doubt;
    band += seen.band;
    erased += seen.erased;
    restart += seen.restart;
    probe += seen.probe;
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
  at_least("commit", commit, total / 20, total);
  at_least("doubt", doubt, total / 20, total);
  at_least("band", band, total / 20, total);
  at_least("erased", erased, total / 50, total);
  at_least("restart", restart, total / 4, total);
  at_least("probe", probe, total / 20, total);
  at_least("idle", idle, total / 20, total);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_view_follows_from_inputs_and_outcomes)};
  return cmocka_run_group_tests_name("simulator", tests, NULL, NULL);
}
