/* The two runs of a world: time, operations, the tape of outcomes, the view. */
#include "sim.h"

#include "base/assert.h"
#include "case/membership.h"
#include "service/state.h"

struct sl_sim_call {
  sl_sim *sim;
  size_t input;
};

/* ---- the wall ---- */

static void tap(void *context, unsigned side, unsigned party, sl_time at, const sl_outcome *outcome) {
  sl_sim *sim = context;
  sl_sim_pass pass = {*outcome, sim->place, sim->sent, sim->step, sim->world.monotonic, at, false};
  if (sim->watch) sim->watch(sim->watch_context, &pass);
  if (sim->simulated || side != sim->mine || party != sim->party) return;
  if (sim->passes == sim->room) {
    sim->room = sim->room ? 2 * sim->room : 32;
    sim->tape = realloc(sim->tape, sim->room * sizeof *sim->tape);
    SL_ASSERT(sim->tape != NULL);
  }
  sim->tape[sim->passes++] = pass;
  bool judged = outcome->kind == SL_OUTCOME_JUDGED || outcome->kind == SL_OUTCOME_TOLD;
  sim->seen.conflict |= judged && outcome->verdict == SL_CONFLICT;
  sim->seen.proposal |= outcome->kind == SL_OUTCOME_CASE && outcome->step == SL_CASE_EV_PROPOSE;
  sim->seen.commit |= outcome->kind == SL_OUTCOME_CASE && outcome->step == SL_CASE_EV_COMMIT;
  sim->seen.doubt |= judged && outcome->verdict == SL_UNDECIDED;
  sim->seen.band |= outcome->kind == SL_OUTCOME_BUDGET;
  sim->seen.degraded |= outcome->kind == SL_OUTCOME_LINE && outcome->line_state == SL_LINE_DEGRADED;
}

static void wrong(sl_sim *sim, const char *text) {
  if (!sim->fault[0]) snprintf(sim->fault, sizeof sim->fault, "after input %zu: %s", sim->sent, text);
}

/* The next that was not taken, of own answers or of the rest. */
static sl_sim_pass *next(sl_sim *sim, bool judged) {
  for (size_t i = 0; i < sim->passes; i++) {
    sl_sim_pass *pass = &sim->tape[i];
    if (!pass->taken && (pass->outcome.kind == SL_OUTCOME_JUDGED) == judged) return pass;
  }
  return NULL;
}

static bool script(void *context, unsigned side, unsigned party, sl_time at, const sl_uuid *intent, sl_outcome *out) {
  sl_sim *sim = context;
  bool mine = side == sim->mine && party == sim->party;
  if (!intent) {
    sl_sim_pass *pass = mine ? next(sim, false) : NULL;
    if (!pass || pass->place != sim->place) return false;
    bool here = sim->place == SL_SIM_OWN ? pass->inputs == sim->sent : pass->at.ns == at.ns;
    if (!here) return false;
    pass->taken = true;
    *out = pass->outcome;
    return true;
  }
  sl_sim_pass *pass = mine ? next(sim, true) : NULL;
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

static void record(void *context, const sl_reply *reply) {
  struct sl_sim_call *call = context;
  sl_sim *sim = call->sim;
  const sl_sim_input *input = &sim->input[call->input];
  char *body = malloc(reply->body.size + 1);
  SL_ASSERT(body != NULL);
  if (reply->body.size > 0) memcpy(body, reply->body.data, reply->body.size);
  body[reply->body.size] = '\0';
  free(sim->answer);
  sim->answer = strdup(body);
  sim->status = reply->status;
  if (!sim->simulated && reply->status >= 400) sim->seen.refused |= strcmp(input->method, "PUT") == 0;
  sim->seen.erased |= reply->status == 410 || strstr(body, "\"commitment\":") != NULL;
  sl_sim_mask(input->target, body, reply->body.size);
  sl_buf_add_format(&sim->view, "\n<%zu %s %s> at %lld release %lld: %d %s stream %d retry %u size %zu\n", call->input,
                    input->method, input->target, (long long)sl_service_now(sim->world.service).ns,
                    (long long)reply->release.ns, reply->status, reply->content_type ? reply->content_type : "-",
                    reply->stream, reply->retry_after_s, reply->body.size);
  sl_buf_add(&sim->view, body, reply->body.size);
  SL_ASSERT(!sim->view.error);
  free(body);
}

/* ---- time ---- */

static void drain(sl_sim *sim) {
  while (sl_service_turn(sim->world.service)) continue;
  if (sim->settle) sim->settle(sim->carry_context);
}

/* Forward by what is due next, so that both runs do everything at its time. */
static void pass_time(sl_sim *sim, int64_t until) {
  for (;;) {
    drain(sim);
    int64_t left = until - sim->world.monotonic;
    if (left <= 0) return;
    int64_t due = sl_service_due(sim->world.service).ns - sl_service_now(sim->world.service).ns;
    if (due <= 0) due = SL_NS_PER_S;
    int64_t step = due < left ? due : left;
    sim->world.wall += step;
    sim->world.monotonic += step;
  }
}

sl_answered sl_sim_other(sl_sim *sim, sl_client *client, const char *method, const char *target, const char *body) {
  drain(sim);
  sim->place = SL_SIM_OTHER;
  sim->step++;
  sl_answered answer = sl_world_ask(&sim->world, client, method, target, body);
  drain(sim);
  sim->place = SL_SIM_CLOCK;
  return answer;
}

static void beat(sl_sim *sim, unsigned side) {
  char body[8192];
  drain(sim);
  snprintf(body, sizeof body, "%s", sl_world_beat_body(&sim->world));
  sl_answered answer = sl_sim_other(sim, &sim->world.focal_client[side], "POST", "/v1/heartbeat", body);
  sl_world_drop(&answer);
}

/* Of one step: one operation of another, or one instant of the clock. */
static bool together(const sl_sim_pass *a, const sl_sim_pass *b) {
  return a->place == b->place && (a->place == SL_SIM_CLOCK ? a->at.ns == b->at.ns : a->step == b->step);
}

/* Inject the next outcomes that no operation of me and no step of the lines takes up to
 * here: those of another's operation, and of another's silence. */
static bool inject(sl_sim *sim, int64_t until) {
  sl_sim_pass *first = next(sim, false);
  if (!first || first->place == SL_SIM_OWN || first->inputs > sim->sent || first->monotonic > until) return false;
  pass_time(sim, first->monotonic);
  if (first->taken) return true;
  sl_outcome group[64];
  size_t count = 0;
  for (sl_sim_pass *pass = first; pass < sim->tape + sim->passes && count < 64; pass++) {
    if (pass->taken || pass->outcome.kind == SL_OUTCOME_JUDGED) continue;
    if (!together(first, pass)) break;
    pass->taken = true;
    group[count++] = pass->outcome;
  }
  sl_service_inject(sim->world.service, sim->mine, sim->party, group, count);
  return true;
}

void sl_sim_move_to(sl_sim *sim, int64_t monotonic) {
  if (sim->simulated) {
    while (inject(sim, monotonic)) continue;
    pass_time(sim, monotonic);
    while (inject(sim, monotonic)) continue;
    return;
  }
  for (;;) {
    unsigned side = sim->next_beat[1] < sim->next_beat[0];
    if (sim->next_beat[side] > monotonic) break;
    pass_time(sim, sim->next_beat[side]);
    if (sim->beating[side]) beat(sim, side);
    sim->next_beat[side] += sim->world.agreement.heartbeat.ns * 9 / 10;
  }
  pass_time(sim, monotonic);
}

void sl_sim_move(sl_sim *sim, int64_t ns) {
  sl_sim_move_to(sim, sim->world.monotonic + ns);
}

/* ---- me ---- */

static void play(sl_sim *sim, size_t at) {
  const sl_sim_input *input = &sim->input[at];
  sim->world.wall += input->wall_step;
  if (at == 0 || !sim->input[at - 1].held) drain(sim);
  sim->sent++;
  if (input->restart && !sim->carry) {   /* a carrier holds on to the service */
    sl_world_restart(&sim->world);
    drain(sim);
    sim->seen.restart = true;
  }
  if (!input->method) return;
  sim->place = SL_SIM_OWN;
  if (input->again) sim->me_client.nonces--;
  sim->me_client.streams = input->stream;
  if (sim->carry) {
    sim->carry(sim->carry_context, input, at);
    if (!input->held) drain(sim);
    sim->place = SL_SIM_CLOCK;
    return;
  }
  sl_span body = input->body ? sl_str_bytes(sl_str_from(input->body)) : (sl_span){0};
  sim->call[at] = (struct sl_sim_call){sim, at};
  bool open = strncmp(input->target, "/rollup/", 8) == 0;
  sl_client own = sim->me_client;
  sim->seen.probe |= input->keyid != NULL;
  if (input->keyid) snprintf(sim->me_client.keyid, sizeof sim->me_client.keyid, "%s", input->keyid);
  sl_world_send_to(&sim->world, open ? NULL : &sim->me_client, input->method, input->target, body, record,
                   &sim->call[at]);
  memcpy(sim->me_client.keyid, own.keyid, sizeof own.keyid);
  if (!input->held) drain(sim);
  sim->place = SL_SIM_CLOCK;
}

void sl_sim_send_input(sl_sim *sim, const sl_sim_input *input) {
  if (sim->inputs >= SL_SIM_INPUTS_MAX) return;
  sl_sim_input *kept = &sim->input[sim->inputs];
  *kept = *input;
  kept->monotonic = sim->world.monotonic;
  if (input->body) kept->body = strdup(input->body);
  play(sim, sim->inputs++);
}

void sl_sim_send(sl_sim *sim, const char *method, const char *target, const char *body) {
  sl_sim_input input = {.method = method, .body = (char *)(uintptr_t)body};
  snprintf(input.target, sizeof input.target, "%s", target);
  sl_sim_send_input(sim, &input);
}

/* ---- a world ---- */

static void agree(sl_sim *sim, sl_rng *rng) {
  sl_agreement *a = &sim->world.agreement;
  a->round.ns = 60 * SL_NS_PER_S;
  a->tick.ns = 600 * SL_NS_PER_S;
  a->heartbeat.ns = 300 * SL_NS_PER_S;
  a->urgent_lead.ns = 240 * SL_NS_PER_S;
  a->answer.ns = 150 * SL_NS_PER_S;
  a->pending.ns = 120 * SL_NS_PER_S;
  a->pace.ns = 30 * SL_NS_PER_S;
  if (sl_rng_next(rng) % 8 == 0) a->budget_declared = 40;
}

void sl_sim_open(sl_sim *sim, unsigned number, bool simulated, sl_store *store) {
  *sim = (sl_sim){.number = number, .simulated = simulated, .rng = {number * UINT64_C(0x9E3779B97F4A7C15) + 7}};
  sl_world_init(&sim->world);
  sl_rng *rng = &sim->rng;
  agree(sim, rng);
  sim->mine = (unsigned)(sl_rng_next(rng) % 2);
  sim->others = (unsigned)(1 + sl_rng_next(rng) % SL_SIM_OTHERS_MAX);
  sim->idle = number % 10 == 9;
  /* Some begin two minutes before the week turns, when bands are told, and what the old one
   * left is erased soon after. */
  if (number % 10 == 5) {
    int64_t week = 7 * 24 * 3600 * SL_NS_PER_S;
    sim->world.wall = (sim->world.wall / week + 1) * week - 120 * SL_NS_PER_S;
    sim->world.options.retention.ns = 30 * SL_NS_PER_S;
  }
  sim->world.options.queue_depth = 12;
  sim->world.options.tap = tap;
  sim->world.options.script = simulated ? script : NULL;
  sim->world.options.wall_context = sim;
  sl_buf_init(&sim->view, 64u << 20);
  sim->call = calloc(SL_SIM_INPUTS_MAX, sizeof *sim->call);
  SL_ASSERT(sim->call != NULL);
  sl_world_open(&sim->world, store);
  sl_world_found(&sim->world);
  sim->world.beating = false;
  static const sl_class classes[] = {SL_CLASS_DRONE, SL_CLASS_DRONE, SL_CLASS_CREWED};
  sim->party = 2;
  sl_world_enrol(&sim->world, sim->mine, "me", classes[sl_rng_next(rng) % 3], SL_ROLE_DUTY, &sim->me_client);
  sl_world_enrol(&sim->world, sim->mine, "mate", classes[sl_rng_next(rng) % 3], 0, &sim->mate_client);
  sim->me.client = &sim->me_client;
  sim->mate.client = &sim->mate_client;
  for (unsigned i = 0; i < sim->others; i++) {
    char name[] = {'o', (char)('a' + i), '\0'};
    sl_class class_of = classes[sl_rng_next(rng) % 3];
    if (simulated) sl_world_advance(&sim->world, SL_NS_PER_S);   /* as long as that takes */
    else sl_world_enrol(&sim->world, 1 - sim->mine, name, class_of, 0, &sim->other_client[i]);
    sim->other[i].client = &sim->other_client[i];
    sim->other[i].number = i;
  }
  for (unsigned k = 0; k < 2; k++) {
    sim->beating[k] = true;
    sim->next_beat[k] = sim->world.monotonic + 100 * SL_NS_PER_S;
  }
}

void sl_sim_close(sl_sim *sim) {
  sl_world_fini(&sim->world);
  for (size_t i = 0; i < sim->inputs; i++) {
    if (!sim->simulated) free(sim->input[i].body);
  }
  free(sim->tape);
  free(sim->call);
  free(sim->answer);
  sl_buf_fini(&sim->view);
}

void sl_sim_replay(sl_sim *sim, const sl_sim *real) {
  memcpy(sim->input, real->input, sizeof sim->input);
  sim->inputs = real->inputs;
  sim->passes = sim->room = real->passes;
  sim->tape = malloc((real->passes + 1) * sizeof *sim->tape);
  SL_ASSERT(sim->tape != NULL);
  memcpy(sim->tape, real->tape, real->passes * sizeof *sim->tape);
  for (size_t i = 0; i < sim->inputs; i++) {
    if (i == 0 || !sim->input[i - 1].held) sl_sim_move_to(sim, sim->input[i].monotonic);
    play(sim, i);
  }
  sl_sim_move_to(sim, real->world.monotonic);
  for (size_t i = 0; i < sim->passes; i++) {
    if (!sim->tape[i].taken) wrong(sim, "an outcome found no place");
  }
}

/* Where two views part, with some text around. */
const char *sl_sim_compare(const sl_sim *real, const sl_sim *simulated) {
  static char text[2600];
  const sl_buf *a = &real->view, *b = &simulated->view;
  size_t at = 0, size = a->size < b->size ? a->size : b->size;
  while (at < size && a->data[at] == b->data[at]) at++;
  if (at == a->size && at == b->size && !simulated->fault[0]) return NULL;
  size_t from = at > 700 ? at - 700 : 0;
  int left = (int)(a->size - at < 300 ? a->size - at : 300), right = (int)(b->size - at < 300 ? b->size - at : 300);
  snprintf(text, sizeof text, "world %u, byte %zu of %zu and %zu. %s\n...%.*s\nREAL: %.*s\nSIMULATED: %.*s", real->number,
           at, a->size, b->size, simulated->fault, (int)(at - from), (const char *)a->data + from, left,
           (const char *)a->data + at, right, (const char *)b->data + at);
  return text;
}

const char *sl_sim_world(unsigned number, sl_sim_seen *seen) {
  static sl_sim real, simulated;
  sl_sim_open(&real, number, false, NULL);
  sl_sim_live(&real);
  if (seen) *seen = real.seen;
  sl_sim_open(&simulated, number, true, NULL);
  sl_sim_replay(&simulated, &real);
  const char *difference = sl_sim_compare(&real, &simulated);
  sl_sim_close(&simulated);
  sl_sim_close(&real);
  return difference;
}
