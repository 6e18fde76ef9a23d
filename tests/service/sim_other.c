/* Acts of everyone but me: the mate on the own side, and the other side. */
#include "sim_act.h"

static sl_sim_actor *any(sl_sim *sim) { return &sim->other[sl_rng_next(&sim->rng) % sim->others]; }

/* One that has a standing intent, placed on me if there is one. */
static sl_sim_actor *standing(sl_sim *sim, sl_sim_intent **out) {
  sl_sim_actor *found = NULL;
  *out = NULL;
  for (unsigned i = 0; i < sim->others; i++) {
    sl_sim_intent *intent = sl_sim_standing(sim, &sim->other[i]);
    if (!intent || (*out && !(intent->on && !(*out)->on))) continue;
    found = &sim->other[i];
    *out = intent;
  }
  return found;
}

static int put(sl_sim *sim, sl_sim_actor *actor, sl_sim_intent *intent, const sl_sim_options *options) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", intent->id);
  char *body = sl_sim_body(&intent->plan, options);
  sl_answered answer = sl_sim_other(sim, actor->client, "PUT", target, body);
  sl_sim_learn(intent, answer.status, answer.body);
  int status = answer.status;
  free(body);
  sl_world_drop(&answer);
  return status;
}

static void refresh(sl_sim *sim, sl_sim_actor *actor, sl_sim_intent *intent) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", intent->id);
  sl_answered answer = sl_sim_other(sim, actor->client, "GET", target, NULL);
  sl_sim_learn(intent, answer.status, answer.body);
  sl_world_drop(&answer);
}

static void file(sl_sim *sim, sl_sim_actor *actor, bool on) {
  const sl_sim_intent *mine = on ? sl_sim_standing(sim, &sim->me) : NULL;
  if (on && !mine) return;
  sl_sim_intent *intent = sl_sim_fresh(sim, actor);
  if (!intent) return;
  intent->plan = sl_sim_draw(sim, actor == &sim->mate ? 4 + actor->intents : 10 + 5 * actor->number + actor->intents);
  sl_sim_options options = sl_sim_draw_options(sim, intent);
  if (on) {
    unsigned shape = intent->plan.shape;
    intent->plan = mine->plan;
    intent->plan.shape = shape;
    intent->plan.half *= 0.5 + sl_rng_unit(&sim->rng);
    intent->plan.from_s += sl_rng_between(&sim->rng, -40, 40);
    intent->plan.lat += 0.0005 * sl_rng_unit(&sim->rng);
    if (sl_rng_next(&sim->rng) % 6 == 0) {   /* soon after: apart unless a clock is in doubt */
      int64_t after = mine->plan.to_s - intent->plan.from_s + sl_rng_between(&sim->rng, 50, 280);
      intent->plan.from_s += after;
      intent->plan.to_s += after;
    }
    if (sl_rng_next(&sim->rng) % 8 == 0) {   /* references that cannot be compared: doubt */
      intent->plan.pressure = !intent->plan.pressure;
      intent->plan.lower = intent->plan.pressure ? 1600 : 480;
      intent->plan.upper = intent->plan.lower + 400;
    }
    options.pending = sl_rng_next(&sim->rng) % 10 == 0;
    /* Where the other side is to decline, it must be asked. */
    if (sim->number % 4 == 0 || sim->number % 10 == 1) options = (sl_sim_options){.version = 1, .state = SL_INTENT_ACCEPTED, .free = true};
    intent->on = true;
  }
  put(sim, actor, intent, &options);
}

static void amend(sl_sim *sim, sl_intent_state state) {
  sl_sim_intent *intent = NULL;
  sl_sim_actor *actor = standing(sim, &intent);
  if (!actor) return;
  refresh(sim, actor, intent);
  if (intent->state == SL_INTENT_ENDED) return;
  sl_sim_options options = sl_sim_draw_options(sim, intent);
  options.state = state;
  options.pending = false;
  if (state == SL_INTENT_ACCEPTED) {
    if (intent->state != SL_INTENT_ACCEPTED) options.state = intent->state;
    if (sl_rng_next(&sim->rng) % 2) intent->plan.to_s += 60;
    else intent->plan.lat += 0.002;
  } else {
    options.free = false;
    options.alternatives = 0;
  }
  int status = put(sim, actor, intent, &options);
  if (status != 200) return;
  if (state == SL_INTENT_ACCEPTED) sim->seen.amendment = true;
  if (sl_intent_urgent(state)) sim->seen.contingency = true;
}

static void end(sl_sim *sim) {
  sl_sim_intent *intent = NULL;
  sl_sim_actor *actor = standing(sim, &intent);
  if (!actor) return;
  refresh(sim, actor, intent);
  char target[80], body[128], when[64];
  sl_buf time;
  sl_buf_init(&time, 64);
  sl_time_add(&time, sl_service_now(sim->world.service));
  snprintf(when, sizeof when, "%.*s", (int)time.size, (const char *)time.data);
  sl_buf_fini(&time);
  snprintf(target, sizeof target, "/v1/intents/%s/end", intent->id);
  if (intent->state == SL_INTENT_ACCEPTED) snprintf(body, sizeof body, "{\"version\":%u}", intent->version);
  else snprintf(body, sizeof body, "{\"version\":%u,\"out_at\":\"%s\"}", intent->version, when);
  sl_answered answer = sl_sim_other(sim, actor->client, "POST", target, body);
  sl_sim_learn(intent, answer.status, answer.body);
  if (answer.status == 200) sim->seen.withdrawal = true;
  sl_world_drop(&answer);
}

static void answers(sl_sim *sim, const char *word) {
  for (unsigned i = 0; i < sim->others; i++) {
    char target[160], body[700];
    sl_answered cases = sl_sim_other(sim, sim->other[i].client, "GET", "/v1/cases", NULL);
    bool any_proposal = sl_world_answer_of(cases.body, word, target, body);
    sl_world_drop(&cases);
    if (!any_proposal) continue;
    sl_answered answer = sl_sim_other(sim, sim->other[i].client, "POST", target, body);
    if (answer.status == 200 && word[0] == 'd') sim->seen.decline = true;
    sl_world_drop(&answer);
  }
}

/* More than the side's queue takes, in one turn with an operation of me. */
static void flood(sl_sim *sim) {
  static sl_answered answer[20];
  sl_sim_actor *actor = any(sim);
  sl_sim_input input = {.method = "GET", .target = "/v1/cases", .held = true};
  sl_sim_send_input(sim, &input);
  for (unsigned i = 0; i < 20; i++) {
    sl_world_send(&sim->world, actor->client, "GET", i % 2 ? "/v1/cases" : "/v1/agreements", NULL, &answer[i]);
  }
  input.held = false;
  sl_sim_send_input(sim, &input);
  for (unsigned i = 0; i < 20; i++) sl_world_drop(&answer[i]);
}

static void suspend(sl_sim *sim, const char *word) {
  char target[64];
  snprintf(target, sizeof target, "/v1/line/north/%s", word);
  sl_answered answer = sl_sim_other(sim, &sim->world.focal_client[1 - sim->mine], "POST", target, "{}");
  sl_world_drop(&answer);
}

/* A clock that is off makes doubt of what is near in time (L6); a later one is good again. */
static void beats(sl_sim *sim) {
  static const int64_t off_s[] = {0, 9, 60, -20};
  char body[96];
  sl_buf time;
  sl_buf_init(&time, 64);
  sl_time_add(&time, (sl_time){sl_service_now(sim->world.service).ns + off_s[sl_rng_next(&sim->rng) % 4] * SL_NS_PER_S});
  snprintf(body, sizeof body, "{\"time\":\"%.*s\"}", (int)time.size, (const char *)time.data);
  sl_buf_fini(&time);
  sl_answered answer = sl_sim_other(sim, any(sim)->client, "POST", "/v1/heartbeat", body);
  sl_world_drop(&answer);
}

static void polls(sl_sim *sim) {
  sl_sim_intent *intent = NULL;
  sl_sim_actor *actor = standing(sim, &intent);
  if (actor) refresh(sim, actor, intent);
}

bool sl_sim_do_other(sl_sim *sim, sl_sim_act act) {
  switch (act) {
    case SL_SIM_MATE_FILE: file(sim, &sim->mate, false); return true;
    case SL_SIM_OTHER_FILE_ON: file(sim, any(sim), true); return true;
    case SL_SIM_OTHER_FILE_APART: file(sim, any(sim), false); return true;
    case SL_SIM_OTHER_AMEND: amend(sim, SL_INTENT_ACCEPTED); return true;
    case SL_SIM_OTHER_ACTIVATE: amend(sim, SL_INTENT_ACTIVATED); return true;
    case SL_SIM_OTHER_CONTINGENT:
      amend(sim, sl_rng_next(&sim->rng) % 2 ? SL_INTENT_CONTINGENT : SL_INTENT_NONCONFORMING);
      return true;
    case SL_SIM_OTHER_END: end(sim); return true;
    case SL_SIM_OTHER_ACCEPT: answers(sim, "accept"); return true;
    case SL_SIM_OTHER_DECLINE: answers(sim, "decline"); return true;
    case SL_SIM_OTHER_POLL: polls(sim); return true;
    case SL_SIM_OTHER_FLOOD: flood(sim); return true;
    case SL_SIM_OTHER_BEAT: beats(sim); return true;
    case SL_SIM_SUSPEND_OTHER:
      suspend(sim, "suspend");
      sl_sim_move(sim, 5 * SL_NS_PER_S);
      sl_sim_do_me(sim, SL_SIM_ME_POLL);
      suspend(sim, "resume");
      return true;
    default: return false;
  }
}
