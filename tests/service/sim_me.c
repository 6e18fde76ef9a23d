/* Acts of me. Each looks at what me knows from its own answers, and nothing else. */
#include "sim_act.h"

static void put(sl_sim *sim, sl_sim_intent *intent, const sl_sim_options *options) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", intent->id);
  char *body = sl_sim_body(&intent->plan, options);
  sl_sim_send(sim, "PUT", target, body);
  sl_sim_learn(intent, sim->status, sim->answer);
  free(body);
}

static void get(sl_sim *sim, sl_sim_intent *intent) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", intent->id);
  sl_sim_send(sim, "GET", target, NULL);
  sl_sim_learn(intent, sim->status, sim->answer);
}

static void file(sl_sim *sim) {
  sl_sim_intent *intent = sl_sim_fresh(sim, &sim->me);
  if (!intent) return;
  intent->plan = sl_sim_draw(sim, sim->me.intents - 1);
  if (sim->me.intents > 1 && sl_rng_next(&sim->rng) % 2) {   /* what falls due of both falls due at one instant */
    intent->plan.from_s = sim->me.intent[0].plan.from_s;
    intent->plan.to_s = sim->me.intent[0].plan.to_s;
  }
  sl_sim_options options = sl_sim_draw_options(sim, intent);
  /* Proposals are wanted often: freedom more often than not. */
  if (sim->number % 2 == 0 && sl_rng_next(&sim->rng) % 4 < (sim->number % 4 ? 3 : 1)) {
    options.free = true;
    options.pending = false;
  }
  put(sim, intent, &options);
}

static void amend(sl_sim *sim, sl_intent_state state) {
  sl_sim_intent *intent = sl_sim_standing(sim, &sim->me);
  if (!intent) return;
  if (sl_rng_next(&sim->rng) % 4) get(sim, intent);
  if (intent->state == SL_INTENT_ENDED) return;
  sl_sim_options options = sl_sim_draw_options(sim, intent);
  options.state = state == SL_INTENT_ACCEPTED ? intent->state : state;
  if (state == SL_INTENT_ACCEPTED) intent->plan.to_s += sl_rng_between(&sim->rng, 0, 200);
  else options.free = options.pending = false, options.alternatives = 0;
  put(sim, intent, &options);
}

static void time_text(sl_sim *sim, int64_t later_ns, char out[static 64]) {
  sl_buf time;
  sl_buf_init(&time, 64);
  sl_time_add(&time, (sl_time){sl_service_now(sim->world.service).ns + later_ns});
  snprintf(out, 64, "%.*s", (int)time.size, (const char *)time.data);
  sl_buf_fini(&time);
}

static void end(sl_sim *sim) {
  sl_sim_intent *intent = sl_sim_standing(sim, &sim->me);
  if (!intent) return;
  char target[80], body[128], when[64];
  time_text(sim, 0, when);
  snprintf(target, sizeof target, "/v1/intents/%s/end", intent->id);
  if (intent->state == SL_INTENT_ACCEPTED) snprintf(body, sizeof body, "{\"version\":%u}", intent->version);
  else snprintf(body, sizeof body, "{\"version\":%u,\"out_at\":\"%s\"}", intent->version, when);
  sl_sim_send(sim, "POST", target, body);
  sl_sim_learn(intent, sim->status, sim->answer);
}

static void beat(sl_sim *sim) {
  char body[96], when[64];
  static const int64_t off_s[] = {0, 0, 0, 0, 2, 9};
  time_text(sim, off_s[sl_rng_next(&sim->rng) % 6] * SL_NS_PER_S, when);
  snprintf(body, sizeof body, "{\"time\":\"%s\"}", when);
  sl_sim_send(sim, "POST", "/v1/heartbeat", body);
}

static void answer(sl_sim *sim) {
  char target[160], body[700];
  sl_sim_send(sim, "GET", "/v1/cases", NULL);
  if (!sl_world_answer_of(sim->answer, sl_rng_next(&sim->rng) % 4 ? "accept" : "decline", target, body)) return;
  if (sl_rng_next(&sim->rng) % 8 == 0) strstr(body, "digest\":\"")[9] = 'f';
  sl_sim_send(sim, "POST", target, body);
}

/* Everything that is refused, and reads of what only others have. */
static void refused(sl_sim *sim) {
  static const char *const bodies[] = {
      "{", "[]", "{\"version\":1,\"version\":1}", "{\"version\":1,\"state\":\"Approved\"}",
      "{\"version\":1,\"state\":\"Accepted\",\"note\":\"hello\",\"plan\":{\"volumes\":[],\"trajectories\":[]}}"};
  char target[80];
  sl_sim_plan plan = sl_sim_draw(sim, 3);
  sl_sim_options options = {.version = 1, .state = SL_INTENT_ACCEPTED};
  unsigned kind = (unsigned)(sl_rng_next(&sim->rng) % 8);
  /* An id that another side may have, and me has not. */
  snprintf(target, sizeof target, "/v1/intents/%08x-0000-4000-8000-0000000000%02x",
           (unsigned)(sl_rng_next(&sim->rng) % 2), 1 + (unsigned)(sl_rng_next(&sim->rng) % 2));
  if (kind < 2) {
    sl_sim_send(sim, "PUT", target, bodies[sl_rng_next(&sim->rng) % 5]);
    sl_sim_send(sim, "GET", target, NULL);
    return;
  }
  if (kind == 2) plan.to_s = plan.from_s - 1;
  if (kind == 3) plan.lat = 91.5;
  if (kind >= 4 && kind < 7) options.version = 2 + kind;
  char *body = sl_sim_body(&plan, &options);
  if (kind == 7) {
    char *state = strstr(body, "\"Accepted\"");
    if (state) memcpy(state, "\"Endedxxx\"", 10);
  }
  sl_sim_send(sim, "PUT", target, body);
  free(body);
  sl_sim_input again = {.method = "GET", .target = "/v1/cases", .again = true};
  sl_sim_send_input(sim, &again);
  snprintf(target, sizeof target, "/v1/intents/00000000-0000-4000-8000-0000000000%02x/end", kind);
  sl_sim_send(sim, "POST", target, "{\"version\":1}");
}

/* Under keyids of the other side, enrolled and not: what comes back says nothing of which. */
static void probe(sl_sim *sim) {
  static const char *const keyids[2][4] = {{"red/oa/1", "red/ob/1", "red/focal/1", "red/none/1"},
                                           {"blue/oa/1", "blue/ob/1", "blue/focal/1", "blue/none/1"}};
  sl_sim_input input = {.method = "GET", .target = "/v1/cases", .keyid = keyids[sim->mine][sl_rng_next(&sim->rng) % 4]};
  if (!sim->carry) sl_sim_send_input(sim, &input);
}

/* Not where the wall clock is behind: then time goes on from the last commit, whoever made it. */
static void restart(sl_sim *sim) {
  sl_sim_input input = {.restart = true};
  bool behind = sl_service_now(sim->world.service).ns > sim->world.wall;
  if (!sim->carry && !behind) sl_sim_send_input(sim, &input);
}

static void suspended(sl_sim *sim) {
  sl_sim_send(sim, "POST", "/v1/line/north/suspend", "{}");
  if (sl_rng_next(&sim->rng) % 2) sl_sim_send(sim, "POST", "/v1/line/north/suspend", "{}");
  sl_sim_move(sim, 10 * SL_NS_PER_S);
  sl_sim_do_me(sim, SL_SIM_ME_POLL);
  sl_sim_send(sim, "POST", "/v1/line/north/resume", "{}");
}

/* A side falls silent; both duty officers answer after it. */
static void degrade(sl_sim *sim) {
  unsigned side = (unsigned)(sl_rng_next(&sim->rng) % 2);
  if (sim->idle) side = 1 - sim->mine;
  sim->beating[side] = false;
  sl_sim_move(sim, 2 * sim->world.agreement.heartbeat.ns + 10 * SL_NS_PER_S);
  sl_sim_do_me(sim, SL_SIM_ME_POLL);
  sim->beating[side] = true;
  sim->next_beat[side] = sim->world.monotonic;
  sl_sim_move(sim, 2 * SL_NS_PER_S);
  if (sl_rng_next(&sim->rng) % 4 == 0) return;
  sl_answered answered;
  for (unsigned k = 0; k < 2; k++) {
    if (k == sim->mine && sl_rng_next(&sim->rng) % 2) {
      beat(sim);
      sl_sim_send(sim, "POST", "/v1/line/north/answer", "{}");
    } else {
      answered = sl_sim_other(sim, &sim->world.focal_client[k], "POST", "/v1/line/north/answer", "{}");
      sl_world_drop(&answered);
    }
  }
  sl_sim_do_me(sim, SL_SIM_ME_POLL);
}

static void log_read(sl_sim *sim) {
  static const char *const targets[] = {"/v1/log/checkpoint", "/v1/log/entries?from=0", "/v1/log/tile/0/000.p/3",
                                        "/v1/log/tile/0/000.p/9"};
  sl_sim_send(sim, "GET", targets[sl_rng_next(&sim->rng) % 4], NULL);
}

static void rollup(sl_sim *sim) {
  static const char *const targets[] = {"/rollup/checkpoint", "/rollup/entries?from=0", "/rollup/tile/0/000.p/1",
                                        "/v1/rollup/slot", "/v1/agreements"};
  sl_sim_send(sim, "GET", targets[sl_rng_next(&sim->rng) % 5], NULL);
}

static void batch(sl_sim *sim) {
  bool over = sl_rng_next(&sim->rng) % 4 == 0;
  sl_sim_input input = {.method = "GET", .target = "/v1/cases", .held = true};
  for (unsigned i = 0; i < (over ? 14 : 3); i++) sl_sim_send_input(sim, &input);
  input.held = false;
  snprintf(input.target, sizeof input.target, "/v1/agreements");
  sl_sim_send_input(sim, &input);
}

/* L28: what stands is acknowledged; sometimes what does not. */
static void acknowledge(sl_sim *sim) {
  char target[160], id[128];
  sl_sim_send(sim, "GET", "/v1/cases", NULL);
  const char *at = sim->answer ? strstr(sim->answer, "\"acknowledge_by\"") : NULL;
  if (!at) at = sim->answer ? strstr(sim->answer, "\"intent\"") : NULL;
  while (at && at > sim->answer && *at != '{') at--;
  if (!at) return;
  sl_world_member(at, "id", id);
  snprintf(target, sizeof target, "/v1/cases/%s/acknowledge", id);
  sl_sim_send(sim, "POST", target, "{}");
}

static void retry(sl_sim *sim) {
  for (size_t i = sim->inputs; i-- > 0;) {
    const char *method = sim->input[i].method;
    char target[160];
    memcpy(target, sim->input[i].target, sizeof target);
    size_t size = strlen(target);
    bool filed = method && strcmp(method, "PUT") == 0, ended = method && size > 4 && strcmp(target + size - 4, "/end") == 0;
    bool answered = method && size > 7 && strcmp(target + size - 7, "/answer") == 0 && strncmp(target, "/v1/cases", 9) == 0;
    if (!filed && !ended && !answered) continue;
    char *body = strdup(sim->input[i].body);
    sl_sim_send(sim, method, target, body);
    free(body);
    return;
  }
}

static void receipt(sl_sim *sim) {
  char target[64];
  snprintf(target, sizeof target, "/v1/receipts/%u", (unsigned)(sl_rng_next(&sim->rng) % 6));
  sl_sim_send(sim, "GET", target, NULL);
}

/* Everything there is to see, at the end. */
static void sweep(sl_sim *sim) {
  static const char *const targets[] = {"/v1/cases", "/v1/events?after=0&wait=0", "/v1/log/entries?from=0",
                                        "/v1/log/checkpoint", "/v1/log/tile/0/000.p/7", "/rollup/checkpoint",
                                        "/rollup/entries?from=0", "/v1/rollup/slot", "/v1/receipts/1"};
  for (unsigned i = 0; i < sim->me.intents; i++) get(sim, &sim->me.intent[i]);
  for (unsigned i = 0; i < sizeof targets / sizeof *targets; i++) sl_sim_send(sim, "GET", targets[i], NULL);
}

static void poll(sl_sim *sim) {
  sl_sim_intent *intent = sl_sim_standing(sim, &sim->me);
  if (intent) get(sim, intent);
}

static void events(sl_sim *sim, bool wait) {
  char target[64];
  snprintf(target, sizeof target, "/v1/events?after=%u&wait=%u", (unsigned)(sl_rng_next(&sim->rng) % 4), wait ? 30u : 0u);
  sl_sim_send(sim, "GET", target, NULL);
}

static void clock_back(sl_sim *sim) {
  sl_sim_input input = {.wall_step = -sl_rng_between(&sim->rng, 1, 120) * SL_NS_PER_S};
  sl_sim_send_input(sim, &input);
}

bool sl_sim_do_me(sl_sim *sim, sl_sim_act act) {
  switch (act) {
    case SL_SIM_ME_FILE: file(sim); return true;
    case SL_SIM_ME_AMEND: amend(sim, SL_INTENT_ACCEPTED); return true;
    case SL_SIM_ME_ACTIVATE: amend(sim, SL_INTENT_ACTIVATED); return true;
    case SL_SIM_ME_CONTINGENT: amend(sim, SL_INTENT_CONTINGENT); return true;
    case SL_SIM_ME_END: end(sim); return true;
    case SL_SIM_ME_POLL: poll(sim); return true;
    case SL_SIM_ME_EVENTS: events(sim, false); return true;
    case SL_SIM_ME_WAIT: events(sim, true); return true;
    case SL_SIM_ME_STREAM: {
      sl_sim_input input = {.method = "GET", .target = "/v1/events", .stream = true};
      sl_sim_send_input(sim, &input);
      return true;
    }
    case SL_SIM_ME_CASES: sl_sim_send(sim, "GET", "/v1/cases", NULL); return true;
    case SL_SIM_ME_ANSWER: answer(sim); return true;
    case SL_SIM_ME_BEAT: beat(sim); return true;
    case SL_SIM_ME_REFUSED: refused(sim); return true;
    case SL_SIM_ME_LOG: log_read(sim); return true;
    case SL_SIM_ME_RECEIPT: receipt(sim); return true;
    case SL_SIM_ME_ROLLUP: rollup(sim); return true;
    case SL_SIM_ME_RETRY: retry(sim); return true;
    case SL_SIM_ME_BATCH: batch(sim); return true;
    case SL_SIM_ME_ACKNOWLEDGE: acknowledge(sim); return true;
    case SL_SIM_ME_HANDOVER: sl_sim_send(sim, "POST", "/v1/line/north/handover", "{}"); return true;
    case SL_SIM_ME_PROBE: probe(sim); return true;
    case SL_SIM_RESTART: restart(sim); return true;
    case SL_SIM_SUSPEND_ME: suspended(sim); return true;
    case SL_SIM_CLOCK_BACK: clock_back(sim); return true;
    case SL_SIM_ROUND: sl_sim_move(sim, 61 * SL_NS_PER_S); return true;
    case SL_SIM_LATER: sl_sim_move(sim, sl_rng_between(&sim->rng, 600, 3600) * SL_NS_PER_S); return true;
    case SL_SIM_SWEEP: sweep(sim); return true;
    case SL_SIM_DEGRADE: degrade(sim); return true;
    default: return false;
  }
}
