/* The acts of which stories are made. */
#ifndef SL_TEST_SIM_ACT_H
#define SL_TEST_SIM_ACT_H

#include "sim.h"

typedef enum sl_sim_act {
  SL_SIM_ME_FILE, SL_SIM_ME_AMEND, SL_SIM_ME_ACTIVATE, SL_SIM_ME_CONTINGENT, SL_SIM_ME_END, SL_SIM_ME_POLL,
  SL_SIM_ME_EVENTS, SL_SIM_ME_WAIT, SL_SIM_ME_STREAM, SL_SIM_ME_CASES, SL_SIM_ME_ANSWER, SL_SIM_ME_BEAT,
  SL_SIM_ME_REFUSED, SL_SIM_ME_LOG, SL_SIM_ME_RECEIPT, SL_SIM_ME_ROLLUP, SL_SIM_ME_RETRY, SL_SIM_ME_BATCH,
  SL_SIM_ME_ACKNOWLEDGE, SL_SIM_ME_HANDOVER, SL_SIM_ME_PROBE, SL_SIM_RESTART,
  SL_SIM_SUSPEND_ME, SL_SIM_CLOCK_BACK, SL_SIM_ROUND, SL_SIM_LATER, SL_SIM_SWEEP,
  SL_SIM_DEGRADE, SL_SIM_MATE_FILE,
  SL_SIM_OTHER_FIRST,
  SL_SIM_OTHER_FILE_ON = SL_SIM_OTHER_FIRST, SL_SIM_OTHER_FILE_APART, SL_SIM_OTHER_AMEND, SL_SIM_OTHER_END,
  SL_SIM_OTHER_CONTINGENT, SL_SIM_OTHER_ACTIVATE, SL_SIM_OTHER_ACCEPT, SL_SIM_OTHER_DECLINE, SL_SIM_OTHER_POLL,
  SL_SIM_OTHER_FLOOD, SL_SIM_SUSPEND_OTHER, SL_SIM_OTHER_BEAT
} sl_sim_act;

static inline bool sl_sim_act_of_other(sl_sim_act act) { return act >= SL_SIM_OTHER_FIRST; }

/* Do it, as far as it can be done now. */
void sl_sim_do(sl_sim *sim, sl_sim_act act);
/* sim_me.c and sim_other.c: the halves of it. False when it is not theirs. */
bool sl_sim_do_me(sl_sim *sim, sl_sim_act act);
bool sl_sim_do_other(sl_sim *sim, sl_sim_act act);

/* A fresh intent of the actor with its id, or NULL when it has enough. */
sl_sim_intent *sl_sim_fresh(sl_sim *sim, sl_sim_actor *actor);
/* One of the actor's intents that is filed and not ended; one that is `on` first. */
sl_sim_intent *sl_sim_standing(sl_sim *sim, sl_sim_actor *actor);
/* Draw a plan at the spot, and options. */
sl_sim_plan sl_sim_draw(sl_sim *sim, unsigned spot);
sl_sim_options sl_sim_draw_options(sl_sim *sim, const sl_sim_intent *intent);
int64_t sl_sim_seconds(sl_sim *sim);
/* Take over what an answer says of the intent. */
void sl_sim_learn(sl_sim_intent *intent, int status, const char *answer);

#endif
