/* Draws and small readings that both halves of a story use. */
#include "sim_act.h"

int64_t sl_sim_seconds(sl_sim *sim) { return sl_service_now(sim->world.service).ns / SL_NS_PER_S; }

sl_sim_intent *sl_sim_fresh(sl_sim *sim, sl_sim_actor *actor) {
  (void)sim;
  if (actor->intents == SL_SIM_INTENTS_MAX) return NULL;
  sl_sim_intent *intent = &actor->intent[actor->intents];
  *intent = (sl_sim_intent){0};
  /* The same on both sides on purpose; mates have ids of their own. */
  unsigned of = actor == &sim->mate ? 100 : actor->number;
  snprintf(intent->id, sizeof intent->id, "%08x-0000-4000-8000-0000000000%02x", actor->intents, of);
  actor->intents++;
  return intent;
}

sl_sim_intent *sl_sim_standing(sl_sim *sim, sl_sim_actor *actor) {
  sl_sim_intent *found = NULL;
  unsigned first = actor->intents ? (unsigned)(sl_rng_next(&sim->rng) % actor->intents) : 0;
  for (unsigned i = 0; i < actor->intents; i++) {
    sl_sim_intent *intent = &actor->intent[(first + i) % actor->intents];
    if (intent->version == 0 || intent->state == SL_INTENT_ENDED) continue;
    if (!found || (intent->on && !found->on)) found = intent;
  }
  return found;
}

sl_sim_plan sl_sim_draw(sl_sim *sim, unsigned spot) {
  sl_rng *rng = &sim->rng;
  int64_t from = sl_sim_seconds(sim) + sl_rng_between(rng, 300, 2400);
  sl_sim_plan plan = {.shape = (unsigned)(sl_rng_next(rng) % 5), .lat = 46.0 + 0.4 * spot + 0.001 * sl_rng_unit(rng),
                      .lon = 8.0 + 0.001 * sl_rng_unit(rng), .half = 150.0 + 300.0 * sl_rng_unit(rng),
                      .pressure = sl_rng_next(rng) % 5 == 0, .from_s = from,
                      .to_s = from + sl_rng_between(rng, 120, 900)};
  plan.lower = plan.pressure ? 3000 : 500;
  plan.upper = plan.lower + sl_rng_between(rng, 50, 300);
  return plan;
}

sl_sim_options sl_sim_draw_options(sl_sim *sim, const sl_sim_intent *intent) {
  sl_rng *rng = &sim->rng;
  sl_sim_options options = {.version = intent->version + 1, .state = SL_INTENT_ACCEPTED};
  unsigned kind = (unsigned)(sl_rng_next(rng) % 4);
  options.free = kind == 0 || kind == 1;
  options.alternatives = kind == 2 ? 1 + (unsigned)(sl_rng_next(rng) % 2) : 0;
  options.pending = sl_rng_next(rng) % 6 == 0;
  options.exercise = sl_rng_next(rng) % 40 == 0;
  options.tolerance_s = sl_rng_next(rng) % 4 == 0 ? 20 : 0;
  return options;
}

void sl_sim_learn(sl_sim_intent *intent, int status, const char *answer) {
  char text[128];
  if (status != 200 || !answer) return;
  intent->version = (uint32_t)strtoul(sl_world_member(answer, "version", text), NULL, 10);
  for (int s = SL_INTENT_ACCEPTED; s <= SL_INTENT_ENDED; s++) {
    if (strcmp(sl_world_member(answer, "state", text), sl_intent_state_name((sl_intent_state)s)) == 0) {
      intent->state = (sl_intent_state)s;
    }
  }
}

void sl_sim_do(sl_sim *sim, sl_sim_act act) {
  if (!sl_sim_do_me(sim, act)) sl_sim_do_other(sim, act);
}
