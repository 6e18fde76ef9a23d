/* The two runs of a world of the F3548 face: time, outcomes, the view. As sim_run.c, for
 * two parties of a side at once. */
#include "sim_utm.h"

#include "base/assert.h"

static unsigned first_party(const sl_sim_utm *sim) { return sim->mine == 0 ? 2 : 4; }

const char *sl_sim_utm_subject(const sl_sim_utm *sim, bool own, unsigned who) {
  static const char *const subjects[2][2] = {{"uss1", "uss2"}, {"uss9", "uss8"}};
  return subjects[own ? sim->mine : 1 - sim->mine][who % 2];
}

static sl_client *native_of(sl_sim_utm *sim, bool own, unsigned who) {
  sl_client *clients[2][2] = {{&sim->world.alpha, &sim->world.bravo}, {&sim->world.romeo, &sim->world.sierra}};
  return clients[own ? sim->mine : 1 - sim->mine][who % 2];
}

/* ---- the wall ---- */

static void tap(void *context, unsigned side, unsigned party, sl_time at, const sl_outcome *outcome) {
  sl_sim_utm *sim = context;
  if (sim->simulated || side != sim->mine || party < first_party(sim) || party > first_party(sim) + 1) return;
  if (sim->passes == sim->room) {
    sim->room = sim->room ? 2 * sim->room : 64;
    sim->tape = realloc(sim->tape, sim->room * sizeof *sim->tape);
    SL_ASSERT(sim->tape != NULL);
  }
  sim->tape[sim->passes++] = (sl_sim_utm_pass){*outcome, party, sim->place, sim->sent, sim->step,
                                               sim->world.base.monotonic, at, false};
  bool judged = outcome->kind == SL_OUTCOME_JUDGED || outcome->kind == SL_OUTCOME_TOLD;
  sim->seen.conflict |= judged && outcome->verdict == SL_CONFLICT;
  sim->seen.proposal |= outcome->kind == SL_OUTCOME_CASE && outcome->step == SL_CASE_EV_PROPOSE;
  sim->seen.degraded |= outcome->kind == SL_OUTCOME_LINE && outcome->line_state == SL_LINE_DEGRADED;
}

static void wrong(sl_sim_utm *sim, const char *text) {
  if (!sim->fault[0]) snprintf(sim->fault, sizeof sim->fault, "after input %zu: %s", sim->sent, text);
}

static sl_sim_utm_pass *next(sl_sim_utm *sim, bool judged, int party) {
  for (size_t i = 0; i < sim->passes; i++) {
    sl_sim_utm_pass *pass = &sim->tape[i];
    if (pass->taken || (pass->outcome.kind == SL_OUTCOME_JUDGED) != judged) continue;
    if (party < 0 || pass->party == (unsigned)party) return pass;
  }
  return NULL;
}

static bool script(void *context, unsigned side, unsigned party, sl_time at, const sl_uuid *intent, sl_outcome *out) {
  sl_sim_utm *sim = context;
  bool mine = side == sim->mine && party >= first_party(sim) && party <= first_party(sim) + 1;
  if (!intent) {
    sl_sim_utm_pass *pass = mine ? next(sim, false, (int)party) : NULL;
    if (!pass || pass->place != sim->place) return false;
    bool here = sim->place == SL_SIM_UTM_OWN ? pass->inputs == sim->sent : pass->at.ns == at.ns;
    if (!here) return false;
    pass->taken = true;
    *out = pass->outcome;
    return true;
  }
  sl_sim_utm_pass *pass = mine ? next(sim, true, (int)party) : NULL;
  bool same = pass && memcmp(pass->outcome.intent.bytes, intent->bytes, 16) == 0 && pass->inputs <= sim->sent;
  *out = (sl_outcome){.kind = SL_OUTCOME_JUDGED, .intent = *intent, .verdict = SL_CLEAR};
  if (!same) {
    wrong(sim, "an answer was asked for that the real run did not ask for");
    return true;
  }
  pass->taken = true;
  *out = pass->outcome;
  return true;
}

/* ---- the view ---- */

typedef struct call {
  sl_sim_utm *sim;
  size_t input;
} call;

static void record(void *context, const sl_reply *reply) {
  call *c = context;
  sl_sim_utm *sim = c->sim;
  const sl_sim_utm_input *input = &sim->input[c->input];
  free(sim->answer);
  sim->answer = malloc(reply->body.size + 1);
  SL_ASSERT(sim->answer != NULL);
  if (reply->body.size > 0) memcpy(sim->answer, reply->body.data, reply->body.size);
  sim->answer[reply->body.size] = '\0';
  sim->status = reply->status;
  sl_buf_add_format(&sim->view, "\n<%zu %u %s %s> at %lld release %lld: %d %s retry %u size %zu\n", c->input, input->who,
                    input->method, input->target, (long long)sl_service_now(sim->world.base.service).ns,
                    (long long)reply->release.ns, reply->status, reply->content_type ? reply->content_type : "-",
                    reply->retry_after_s, reply->body.size);
  sl_buf_add(&sim->view, reply->body.data, reply->body.size);
}

/* What is pushed to the own side's servers is seen too. */
static void pushes(sl_sim_utm *sim) {
  sl_push push;
  sl_time later;
  while (sl_service_push_take(sim->world.base.service, &push, &later)) {
    bool mate = strstr(push.url, "https://us2.example") == push.url;
    if (mate || strstr(push.url, "https://uss.example") == push.url) {
      sl_buf_add_format(&sim->pushes[mate], "\n<push due at %lld to %s> ", (long long)push.due.ns, push.url);
      sl_buf_add_text(&sim->pushes[mate], push.body);
      sim->seen.pushed = true;
    }
    sl_service_push_done(sim->world.base.service, push.number, SL_PUSH_DELIVERED);
    sl_push_drop(&push);
  }
}

/* ---- time ---- */

static void drain(sl_sim_utm *sim) {
  while (sl_service_turn(sim->world.base.service)) continue;
}

static void pass_time(sl_sim_utm *sim, int64_t until) {
  for (;;) {
    drain(sim);
    int64_t left = until - sim->world.base.monotonic;
    if (left <= 0) return;
    int64_t due = sl_service_due(sim->world.base.service).ns - sl_service_now(sim->world.base.service).ns;
    if (due <= 0) due = SL_NS_PER_S;
    int64_t step = due < left ? due : left;
    sim->world.base.wall += step;
    sim->world.base.monotonic += step;
  }
}

sl_answered sl_sim_utm_other(sl_sim_utm *sim, bool native, unsigned who, const char *scopes, const char *method,
                             const char *target, const char *body) {
  drain(sim);
  sim->place = SL_SIM_UTM_OTHER;
  sim->step++;
  sl_answered answer;
  if (native) answer = sl_world_ask(&sim->world.base, native_of(sim, false, who), method, target, body);
  else answer = sl_utm_ask(&sim->world, sl_sim_utm_subject(sim, false, who), scopes, method, target, body);
  drain(sim);
  pushes(sim);
  sim->place = SL_SIM_UTM_CLOCK;
  return answer;
}

static void beat(sl_sim_utm *sim) {
  char body[96];
  for (unsigned side = 0; side < 2; side++) {
    sl_buf time;
    sl_buf_init(&time, 64);
    sl_time_add(&time, sl_service_now(sim->world.base.service));
    snprintf(body, sizeof body, "{\"time\":\"%.*s\"}", (int)time.size, (const char *)time.data);
    sl_buf_fini(&time);
    drain(sim);
    sim->place = SL_SIM_UTM_OTHER;
    sim->step++;
    sl_answered answer = sl_world_ask(&sim->world.base, &sim->world.base.focal_client[side], "POST", "/v1/heartbeat", body);
    sl_world_drop(&answer);
    if (sim->seen.degraded) {
      answer = sl_world_ask(&sim->world.base, &sim->world.base.focal_client[side], "POST", "/v1/line/north/answer", "{}");
      sl_world_drop(&answer);
    }
    drain(sim);
    sim->place = SL_SIM_UTM_CLOCK;
  }
}

static bool together(const sl_sim_utm_pass *a, const sl_sim_utm_pass *b) {
  return a->party == b->party && a->place == b->place &&
         (a->place == SL_SIM_UTM_CLOCK ? a->at.ns == b->at.ns : a->step == b->step);
}

static bool inject(sl_sim_utm *sim, int64_t until) {
  sl_sim_utm_pass *first = next(sim, false, -1);
  if (!first || first->place == SL_SIM_UTM_OWN || first->inputs > sim->sent || first->monotonic > until) return false;
  pass_time(sim, first->monotonic);
  if (first->taken) return true;
  sl_outcome group[64];
  size_t count = 0;
  for (sl_sim_utm_pass *pass = first; pass < sim->tape + sim->passes && count < 64; pass++) {
    if (pass->taken || pass->outcome.kind == SL_OUTCOME_JUDGED) continue;
    if (!together(first, pass)) break;
    pass->taken = true;
    group[count++] = pass->outcome;
  }
  sl_service_inject(sim->world.base.service, sim->mine, first->party, group, count);
  return true;
}

static void move_to(sl_sim_utm *sim, int64_t monotonic) {
  if (sim->simulated) {
    while (inject(sim, monotonic)) continue;
    pass_time(sim, monotonic);
    while (inject(sim, monotonic)) continue;
    pushes(sim);
    return;
  }
  while (sim->next_beat <= monotonic) {
    pass_time(sim, sim->next_beat);
    if (sim->beating) beat(sim);
    sim->next_beat += sim->world.base.agreement.heartbeat.ns * 9 / 10;
  }
  pass_time(sim, monotonic);
  pushes(sim);
}

void sl_sim_utm_move(sl_sim_utm *sim, int64_t ns) { move_to(sim, sim->world.base.monotonic + ns); }

static void play(sl_sim_utm *sim, size_t at) {
  const sl_sim_utm_input *input = &sim->input[at];
  static call calls[SL_SIM_UTM_INPUTS];
  drain(sim);
  sim->sent++;
  if (input->restart) {
    sl_utm_world_restart(&sim->world);
    drain(sim);
    pushes(sim);
    sim->seen.restart = true;
    return;
  }
  sim->place = SL_SIM_UTM_OWN;
  calls[at] = (call){sim, at};
  sl_str body = input->body ? sl_str_from(input->body) : (sl_str){NULL, 0};
  if (input->who >= 2) {
    sl_world_send_to(&sim->world.base, native_of(sim, true, input->who), input->method, input->target,
                     sl_str_bytes(body), record, &calls[at]);
  } else {
    const char *token = sl_utm_world_token(&sim->world, sl_sim_utm_subject(sim, true, input->who), input->scopes);
    sl_utm_send_to(&sim->world, token, input->method, input->target, body, record, &calls[at]);
  }
  drain(sim);
  pushes(sim);
  sim->place = SL_SIM_UTM_CLOCK;
}

void sl_sim_utm_send(sl_sim_utm *sim, unsigned who, const char *scopes, const char *method, const char *target,
                     const char *body) {
  if (sim->inputs >= SL_SIM_UTM_INPUTS) return;
  sl_sim_utm_input *input = &sim->input[sim->inputs];
  *input = (sl_sim_utm_input){.monotonic = sim->world.base.monotonic, .who = who, .body = body ? strdup(body) : NULL};
  snprintf(input->scopes, sizeof input->scopes, "%s", scopes ? scopes : "");
  snprintf(input->method, sizeof input->method, "%s", method);
  snprintf(input->target, sizeof input->target, "%s", target);
  play(sim, sim->inputs++);
}

void sl_sim_utm_restart(sl_sim_utm *sim) {
  if (sim->inputs >= SL_SIM_UTM_INPUTS) return;
  sim->input[sim->inputs] = (sl_sim_utm_input){.monotonic = sim->world.base.monotonic, .restart = true};
  play(sim, sim->inputs++);
}

/* ---- a world ---- */

static void sim_open(sl_sim_utm *sim, unsigned number, bool simulated) {
  memset(sim, 0, sizeof *sim);
  sim->number = number;
  sim->simulated = simulated;
  sim->rng = (sl_rng){number * UINT64_C(0x9E3779B97F4A7C15) + 11};
  sim->mine = number % 2;
  sim->beating = true;
  sl_utm_world_init(&sim->world);
  sl_agreement *a = &sim->world.base.agreement;
  a->round.ns = 60 * SL_NS_PER_S;
  a->tick.ns = 600 * SL_NS_PER_S;
  a->heartbeat.ns = 300 * SL_NS_PER_S;
  a->urgent_lead.ns = 240 * SL_NS_PER_S;
  a->answer.ns = 150 * SL_NS_PER_S;
  a->pending.ns = 120 * SL_NS_PER_S;
  a->pace.ns = 30 * SL_NS_PER_S;
  if (number % 8 == 3) a->budget_declared = 60;
  sim->world.base.options.tap = tap;
  sim->world.base.options.script = simulated ? script : NULL;
  sim->world.base.options.wall_context = sim;
  sl_buf_init(&sim->view, 64u << 20);
  sl_buf_init(&sim->pushes[0], 16u << 20);
  sl_buf_init(&sim->pushes[1], 16u << 20);
  sl_utm_world_start(&sim->world, NULL);
  sim->world.base.beating = false;
  sim->next_beat = sim->world.base.monotonic + 100 * SL_NS_PER_S;
}

static void sim_close(sl_sim_utm *sim) {
  sl_utm_world_fini(&sim->world);
  for (size_t i = 0; i < sim->inputs && !sim->simulated; i++) free(sim->input[i].body);
  free(sim->tape);
  free(sim->answer);
  sl_buf_fini(&sim->view);
  sl_buf_fini(&sim->pushes[0]);
  sl_buf_fini(&sim->pushes[1]);
}

static void replay(sl_sim_utm *sim, const sl_sim_utm *real) {
  memcpy(sim->input, real->input, sizeof sim->input);
  sim->inputs = real->inputs;
  sim->passes = sim->room = real->passes;
  sim->tape = malloc((real->passes + 1) * sizeof *sim->tape);
  SL_ASSERT(sim->tape != NULL);
  if (real->passes > 0) memcpy(sim->tape, real->tape, real->passes * sizeof *sim->tape);
  for (size_t i = 0; i < sim->inputs; i++) {
    move_to(sim, sim->input[i].monotonic);
    play(sim, i);
  }
  move_to(sim, real->world.base.monotonic);
  for (size_t i = 0; i < sim->passes; i++) {
    if (!sim->tape[i].taken) wrong(sim, "an outcome found no place");
  }
}

static const char *compare_one(const sl_sim_utm *real, const sl_sim_utm *simulated, const sl_buf *a, const sl_buf *b) {
  static char text[3000];
  size_t at = 0, size = a->size < b->size ? a->size : b->size;
  while (at < size && a->data[at] == b->data[at]) at++;
  if (at == a->size && at == b->size && !simulated->fault[0]) return NULL;
  size_t from = at > 700 ? at - 700 : 0;
  int left = (int)(a->size - at < 500 ? a->size - at : 500), right = (int)(b->size - at < 500 ? b->size - at : 500);
  snprintf(text, sizeof text, "world %u, byte %zu of %zu and %zu. %s\n...%.*s\nREAL: %.*s\nSIMULATED: %.*s", real->number,
           at, a->size, b->size, simulated->fault, (int)(at - from), (const char *)a->data + from, left,
           (const char *)a->data + at, right, (const char *)b->data + at);
  return text;
}

/* Each party's server sees its own pushes; which party's go out first is nobody's to see. */
static const char *compare(const sl_sim_utm *real, const sl_sim_utm *simulated) {
  const char *found = compare_one(real, simulated, &real->view, &simulated->view);
  for (unsigned i = 0; i < 2 && !found; i++) {
    found = compare_one(real, simulated, &real->pushes[i], &simulated->pushes[i]);
  }
  return found;
}

const char *sl_sim_utm_world(unsigned number, sl_sim_utm_seen *seen) {
  static sl_sim_utm real, simulated;
  sim_open(&real, number, false);
  sl_sim_utm_live(&real);
  if (seen) *seen = real.seen;
  sim_open(&simulated, number, true);
  replay(&simulated, &real);
  const char *difference = compare(&real, &simulated);
  sim_close(&simulated);
  sim_close(&real);
  return difference;
}
