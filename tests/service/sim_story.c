/* What happens in a world: built from flags that its number sets, so that the mix of
 * L12 is made, not waited for. Stages in order; within a stage the acts are shuffled. */
#include "sim.h"

#include "sim_act.h"

typedef struct story {
  sl_sim *sim;
  sl_sim_act act[64];
  size_t count, stage;     /* acts from `stage` on belong to the present stage */
} story;

static void add(story *s, sl_sim_act act) {
  if (s->count < sizeof s->act / sizeof *s->act) s->act[s->count++] = act;
}

/* One time in `of`. */
static bool once(story *s, unsigned of) { return sl_rng_next(&s->sim->rng) % of == 0; }

static void end_stage(story *s) {
  for (size_t i = s->count; i > s->stage + 1; i--) {
    size_t k = s->stage + sl_rng_next(&s->sim->rng) % (i - s->stage);
    sl_sim_act swap = s->act[i - 1];
    s->act[i - 1] = s->act[k];
    s->act[k] = swap;
  }
  s->stage = s->count;
}

static void noise(story *s, unsigned count) {
  static const sl_sim_act own[] = {SL_SIM_ME_POLL,    SL_SIM_ME_EVENTS, SL_SIM_ME_CASES, SL_SIM_ME_BEAT, SL_SIM_ME_LOG,
                                   SL_SIM_ME_RECEIPT, SL_SIM_ME_ROLLUP, SL_SIM_ME_RETRY, SL_SIM_ME_WAIT, SL_SIM_ME_REFUSED,
                                   SL_SIM_ME_BATCH,   SL_SIM_MATE_FILE, SL_SIM_ME_STREAM, SL_SIM_ME_FILE};
  static const sl_sim_act theirs[] = {SL_SIM_OTHER_POLL, SL_SIM_OTHER_FILE_APART, SL_SIM_OTHER_FLOOD, SL_SIM_OTHER_END,
                                      SL_SIM_OTHER_FILE_ON, SL_SIM_OTHER_ACTIVATE, SL_SIM_OTHER_BEAT};
  for (unsigned i = 0; i < count; i++) {
    if (once(s, 3)) add(s, theirs[sl_rng_next(&s->sim->rng) % (sizeof theirs / sizeof *theirs)]);
    else add(s, own[sl_rng_next(&s->sim->rng) % (sizeof own / sizeof *own)]);
  }
}

/* In a quarter of the worlds and some, wherever the stage has it. */
static void restart(story *s, unsigned of) {
  unsigned n = s->sim->number;
  if ((n % 4 == 2 || n % 20 == 1) && once(s, of)) add(s, SL_SIM_RESTART);
}

static void filings(story *s, bool conflict) {
  add(s, SL_SIM_ME_FILE);
  if (once(s, 2)) add(s, SL_SIM_ME_FILE);
  if (once(s, 3)) add(s, SL_SIM_MATE_FILE);
  if (once(s, 2)) add(s, SL_SIM_OTHER_FILE_APART);
  if (once(s, 3)) add(s, SL_SIM_ME_POLL);
  end_stage(s);
  if (conflict) {
    add(s, SL_SIM_OTHER_FILE_ON);
    if (once(s, 3)) add(s, SL_SIM_OTHER_FILE_ON);
  }
  noise(s, 1);
  restart(s, 3);
  end_stage(s);
}

static void settle(story *s, bool decline) {
  add(s, SL_SIM_ROUND);
  end_stage(s);
  add(s, SL_SIM_ROUND);
  end_stage(s);
  add(s, SL_SIM_ME_CASES);
  if (!once(s, 6)) add(s, SL_SIM_ME_ANSWER);
  add(s, decline ? SL_SIM_OTHER_DECLINE : SL_SIM_OTHER_ACCEPT);
  restart(s, 2);
  end_stage(s);
  add(s, SL_SIM_ROUND);
  end_stage(s);
  if (once(s, 2)) add(s, SL_SIM_ROUND);
  if (once(s, 3)) add(s, SL_SIM_ME_ANSWER);
  if (decline && once(s, 2)) add(s, SL_SIM_OTHER_DECLINE);
  end_stage(s);
}

static void tell(story *s) {
  unsigned n = s->sim->number;
  bool conflict = n % 10 < 8, decline = n % 4 == 0 || n % 10 == 1, proposal = n % 2 == 0 || decline;
  filings(s, conflict);
  if (proposal) settle(s, decline);
  if (n % 4 == 1) add(s, SL_SIM_OTHER_AMEND);
  if (n % 4 == 3) add(s, SL_SIM_OTHER_END);
  if (n % 5 == 2) add(s, SL_SIM_OTHER_CONTINGENT);
  if (n % 3 == 0) add(s, SL_SIM_ME_REFUSED);
  if (n % 3 == 1) add(s, SL_SIM_OTHER_BEAT);
  if (once(s, 4)) add(s, SL_SIM_ME_AMEND);
  if (once(s, 8)) add(s, SL_SIM_ME_ACTIVATE);
  if (once(s, 12)) add(s, SL_SIM_ME_CONTINGENT);
  if (once(s, 10)) add(s, SL_SIM_SUSPEND_ME);
  if (once(s, 10)) add(s, SL_SIM_SUSPEND_OTHER);
  if (once(s, 8)) add(s, SL_SIM_CLOCK_BACK);
  if (once(s, 5)) add(s, SL_SIM_ME_PROBE);
  noise(s, 3);
  restart(s, 1);
  end_stage(s);
  if (n % 7 == 4 || n % 20 == 0) add(s, SL_SIM_DEGRADE);
  add(s, SL_SIM_ROUND);
  if (once(s, 3)) add(s, SL_SIM_ME_END);
  if (once(s, 4)) add(s, SL_SIM_LATER);
  noise(s, 2);
  end_stage(s);
  if (once(s, 4)) add(s, SL_SIM_OTHER_AMEND);
  if (once(s, 5)) add(s, SL_SIM_OTHER_END);
  if (once(s, 3)) add(s, SL_SIM_ME_ACKNOWLEDGE);
  if (once(s, 6)) add(s, SL_SIM_ME_HANDOVER);
  restart(s, 2);
  if (once(s, 5)) add(s, SL_SIM_LATER);
  noise(s, 1);
  end_stage(s);
  add(s, SL_SIM_ROUND);
  add(s, SL_SIM_SWEEP);
  s->stage = s->count;
}

void sl_sim_live(sl_sim *sim) {
  story s = {.sim = sim};
  tell(&s);
  sim->seen.idle = sim->idle;
  for (size_t i = 0; i < s.count; i++) {
    sl_sim_move(sim, sl_rng_between(&sim->rng, 1, 15000) * SL_NS_PER_MS);
    if (sim->setbacks && once(&s, 4)) sl_sim_do(sim, SL_SIM_CLOCK_BACK);
    if (sim->idle && sl_sim_act_of_other(s.act[i])) continue;
    sl_sim_do(sim, s.act[i]);
  }
}
