/* What happens in a world of the F3548 face. The mix of L12 is made by the world's number;
 * ids collide on purpose: what the other side files has the ids of the own side's. */
#include "sim_utm.h"

#define NEW_SUB ",\"new_subscription\":{\"uss_base_url\":\"https://uss.example/utm\"%s}"

static uint64_t draw(sl_sim_utm *sim, uint64_t of) { return sl_rng_next(&sim->rng) % of; }

static int64_t now_s(const sl_sim_utm *sim) { return sim->world.base.wall / SL_NS_PER_S; }

/* The helper's boxes count from now. */
static sl_utm_box from_now(const sl_sim_utm *sim, const sl_utm_box *box) {
  sl_utm_box out = *box;
  out.from_s -= now_s(sim);
  out.to_s -= now_s(sim);
  return out;
}

static sl_utm_box box_at(sl_sim_utm *sim, unsigned spot) {
  int64_t from = now_s(sim) + sl_rng_between(&sim->rng, 300, 2400);
  return (sl_utm_box){46.0 + 0.4 * spot + 0.001 * sl_rng_unit(&sim->rng), 8.0, 150.0 + 300.0 * sl_rng_unit(&sim->rng), 500,
                      500 + (double)sl_rng_between(&sim->rng, 50, 300), from, from + sl_rng_between(&sim->rng, 120, 900)};
}

static void line_learn(sl_sim_utm *sim, unsigned who) {
  char target[200], text[128];
  const char *at = sim->answer ? strstr(sim->answer, "\"manager\":\"sideline\"") : NULL;
  if (!at) return;
  while (at > sim->answer && strncmp(at, "{\"id\"", 5) != 0) at--;
  snprintf(sim->line_id, sizeof sim->line_id, "%s", sl_world_member(at, "id", text));
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", sim->line_id);
  sl_sim_utm_send(sim, who, SC, "GET", target, NULL);
  if (sim->status == 200) snprintf(sim->line_ovn, sizeof sim->line_ovn, "%s", sl_world_member(sim->answer, "ovn", text));
}

/* All that the own side has, and the line reference learned last, or now and then less. */
static void key_of(sl_sim_utm *sim, char key[static 2000]) {
  size_t used = 0;
  key[0] = '\0';
  for (unsigned who = 0; who < 2; who++) {
    for (unsigned i = 0; i < sim->own_count[who]; i++) {
      const sl_sim_utm_intent *intent = &sim->own[who][i];
      if (!intent->stands || draw(sim, 12) == 0) continue;
      used += (size_t)snprintf(key + used, 2000 - used, "%s\"%s\"", used ? "," : "", intent->ovn);
    }
  }
  if (sim->line_ovn[0]) snprintf(key + used, 2000 - used, "%s\"%s\"", used ? "," : "", sim->line_ovn);
}

static size_t pushed(const sl_sim_utm *sim) { return sim->pushes[0].size + sim->pushes[1].size; }

static void put(sl_sim_utm *sim, unsigned who, sl_sim_utm_intent *intent, const char *state, const char *more) {
  char target[400], key[2000], text[128];
  size_t before = pushed(sim);
  for (int tries = 0; tries < 2; tries++) {
    key_of(sim, key);
    snprintf(target, sizeof target, INTENTS "%s%s%s", intent->id, intent->stands ? "/" : "", intent->stands ? intent->ovn : "");
    sl_utm_box box = from_now(sim, &intent->box);
    char *body = sl_utm_intent_body(&sim->world, &box, state, key, more);
    for (char *at = strstr(body, "uss.example"); at && who == 1; at = strstr(at, "uss.example")) memcpy(at, "us2", 3);
    sl_sim_utm_send(sim, who, SC " " CP " " CMSA, "PUT", target, body);
    free(body);
    if (sim->status == 409) {
      sim->seen.refused |= strstr(sim->answer, "sideline") != NULL;
      line_learn(sim, who);
    }
    if (sim->status != 409 || draw(sim, 3) == 0) break;
  }
  sl_sim_utm_move(sim, 20 * SL_NS_PER_MS);   /* to the tick at which pushes leave */
  sim->seen.taken_back |= pushed(sim) > before;
  if (sim->status != 200 && sim->status != 201) return;
  sim->seen.aware |= sim->line_ovn[0] != '\0';
  intent->stands = true;
  intent->active = state[0] == 'A' && state[2] == 't';
  snprintf(intent->ovn, sizeof intent->ovn, "%s", sl_world_member(sim->answer, "ovn", text));
}

static void own_file(sl_sim_utm *sim, unsigned who) {
  if (sim->own_count[who] == SL_SIM_UTM_INTENTS) return;
  sl_sim_utm_intent *intent = &sim->own[who][sim->own_count[who]];
  *intent = (sl_sim_utm_intent){0};
  snprintf(intent->id, sizeof intent->id, "%08x-0000-4000-8000-00000000000%u", sim->own_count[who]++, who);
  intent->box = box_at(sim, (unsigned)draw(sim, 4));
  char more[200] = "";
  if (draw(sim, 2)) snprintf(more, sizeof more, NEW_SUB, draw(sim, 2) ? ",\"notify_for_constraints\":true" : "");
  put(sim, who, intent, "Accepted", more);
}

static sl_sim_utm_intent *own_one(sl_sim_utm *sim, unsigned who) {
  for (unsigned i = 0, from = (unsigned)draw(sim, SL_SIM_UTM_INTENTS); i < sim->own_count[who]; i++) {
    sl_sim_utm_intent *intent = &sim->own[who][(from + i) % sim->own_count[who]];
    if (intent->stands) return intent;
  }
  return NULL;
}

static void own_change(sl_sim_utm *sim, unsigned who) {
  sl_sim_utm_intent *intent = own_one(sim, who);
  char more[200];
  snprintf(more, sizeof more, NEW_SUB, "");
  if (!intent) {
    own_file(sim, who);
    return;
  }
  switch (draw(sim, 6)) {
    case 0: intent->box.to_s += 60; put(sim, who, intent, intent->active ? "Activated" : "Accepted", intent->active ? more : ""); break;
    case 1: intent->box.lat += 0.002; put(sim, who, intent, intent->active ? "Activated" : "Accepted", intent->active ? more : ""); break;
    case 2: intent->box = box_at(sim, (unsigned)draw(sim, 4)); put(sim, who, intent, "Accepted", ""); break;
    case 3: case 4: put(sim, who, intent, "Activated", more); break;
    default: put(sim, who, intent, draw(sim, 2) ? "Nonconforming" : "Contingent", more); break;
  }
}

static void own_end(sl_sim_utm *sim, unsigned who) {
  sl_sim_utm_intent *intent = own_one(sim, who);
  if (!intent) return;
  char target[400];
  snprintf(target, sizeof target, INTENTS "%s/%s", intent->id, intent->ovn);
  sl_sim_utm_send(sim, who, SC, "DELETE", target, NULL);
  if (sim->status == 200) intent->stands = false;
  if (draw(sim, 3) == 0) sl_sim_utm_send(sim, who, SC, "DELETE", target, NULL);
}

static void own_read(sl_sim_utm *sim, unsigned who) {
  char target[400];
  sl_utm_box box = {46.0 + 0.4 * (double)draw(sim, 4), 8.0, 3000, 0, 2000, -3600, 36000};
  char *area = sl_utm_area_body(&sim->world, &box);
  switch (draw(sim, 8)) {
    case 0: case 1:
      sl_sim_utm_send(sim, who, SC, "POST", INTENTS "query", area);
      line_learn(sim, who);
      break;
    case 2: sl_sim_utm_send(sim, who, CP, "POST", ZONES "query", area); break;
    case 3: sl_sim_utm_send(sim, who, SC, "POST", SUBS "query", area); break;
    case 4:   /* an id that the other side has, or will have */
      snprintf(target, sizeof target, "%s%08x-0000-4000-8000-0000000000%02x",
               draw(sim, 2) ? INTENTS : "/uss/v1/operational_intents/", (unsigned)draw(sim, 4), (unsigned)draw(sim, 2) * 9);
      sl_sim_utm_send(sim, who, SC, "GET", target, NULL);
      break;
    case 5:
      snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", sim->line_id[0] ? sim->line_id : "x");
      sl_sim_utm_send(sim, who, SC, "GET", target, NULL);
      break;
    case 6: sl_sim_utm_send(sim, 2 + who, NULL, "GET", "/v1/events?after=0", NULL); break;
    default: sl_sim_utm_send(sim, 2 + who, NULL, "GET", "/v1/cases", NULL); break;
  }
  free(area);
}

static void own_other(sl_sim_utm *sim, unsigned who) {
  char target[400];
  snprintf(target, sizeof target, "%s%08x-0000-4000-8000-0000000000%02x", draw(sim, 2) ? SUBS : ZONES, (unsigned)draw(sim, 3),
           16 + who);
  sl_utm_box box = {46.0 + 0.4 * (double)draw(sim, 4), 8.0, 1500, 0, 2000, 10, 10000};
  bool zone = strstr(target, ZONES) != NULL;
  char *body = zone ? sl_utm_zone_body(&sim->world, &box) : sl_utm_sub_body(&sim->world, &box, true, draw(sim, 2));
  /* A constraint in the key would be one more OVN to know: they stand elsewhere mostly. */
  if (!zone || draw(sim, 4) == 0) sl_sim_utm_send(sim, who, zone ? CM : SC " " CP, "PUT", target, body);
  free(body);
}

/* ---- the other side ---- */

static void other_native(sl_sim_utm *sim, sl_sim_utm_intent *intent, const char *state, bool free_later) {
  sl_utm_box box = from_now(sim, &intent->box);
  sl_draft draft = sl_world_box(&sim->world.base, box.lat, box.lon, box.half, box.lower, box.upper, box.from_s, box.to_s);
  draft.version = intent->version + 1;
  draft.state = state[0] == 'C' ? SL_INTENT_CONTINGENT : SL_INTENT_ACCEPTED;
  draft.free = free_later;
  draft.freedom.later.ns = free_later ? 1800 * SL_NS_PER_S : 0;
  char target[100];
  snprintf(target, sizeof target, "/v1/intents/%s", intent->id);
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  sl_answered answer = sl_sim_utm_other(sim, true, 0, NULL, "PUT", target, (const char *)body.data);
  if (answer.status == 200) {
    sim->seen.amendment |= intent->version > 0;
    sim->seen.contingency |= state[0] == 'C';
    intent->version++;
    intent->stands = true;
  }
  sl_world_drop(&answer);
  sl_buf_fini(&body);
}

static void other_file(sl_sim_utm *sim) {
  if (sim->other_count == SL_SIM_UTM_INTENTS * 2) return;
  const sl_sim_utm_intent *mine = NULL;
  for (unsigned who = 0; who < 2 && !mine; who++) {
    if (sim->own_count[who] > 0) mine = &sim->own[who][draw(sim, sim->own_count[who])];
  }
  sl_sim_utm_intent *intent = &sim->other[sim->other_count];
  *intent = (sl_sim_utm_intent){0};
  /* The ids of the own side's, one after the other. */
  snprintf(intent->id, sizeof intent->id, "%08x-0000-4000-8000-00000000000%u", sim->other_count / 2, sim->other_count % 2);
  sim->other_count++;
  sim->seen.collision = true;
  intent->box = mine && draw(sim, 5) ? mine->box : box_at(sim, (unsigned)draw(sim, 4));
  intent->box.half *= 0.5 + sl_rng_unit(&sim->rng);
  other_native(sim, intent, "Accepted", draw(sim, 2));
}

static void other_utm(sl_sim_utm *sim) {
  if (sim->own_count[0] == 0) return;
  sl_utm_box box = from_now(sim, &sim->own[0][draw(sim, sim->own_count[0])].box);
  char target[200];
  unsigned n = (unsigned)draw(sim, 3);
  snprintf(target, sizeof target, INTENTS "%08x-0000-4000-8000-000000000009", n);
  char *body = sl_utm_intent_body(&sim->world, &box, "Accepted", "", ",\"new_subscription\":{\"uss_base_url\":\"https://their.example\"}");
  for (char *at = strstr(body, "uss.example/utm"); at; at = strstr(at, "uss.example/utm")) memcpy(at, "their.exam/utmx", 15);
  sl_answered answer = sl_sim_utm_other(sim, false, 1, SC, "PUT", target, body);
  sl_world_drop(&answer);
  free(body);
  box.half = 2000;
  box.from_s = 10;
  box.to_s = 20000;
  snprintf(target, sizeof target, ZONES "%08x-0000-4000-8000-000000000010", n);
  body = sl_utm_zone_body(&sim->world, &box);
  answer = sl_sim_utm_other(sim, false, 1, CM, "PUT", target, body);
  sl_world_drop(&answer);
  free(body);
  snprintf(target, sizeof target, SUBS "%08x-0000-4000-8000-000000000010", n);
  body = sl_utm_sub_body(&sim->world, &box, true, true);
  answer = sl_sim_utm_other(sim, false, 1, SC " " CP, "PUT", target, body);
  sl_world_drop(&answer);
  free(body);
}

static void other_change(sl_sim_utm *sim, bool contingent) {
  for (unsigned i = 0; i < sim->other_count; i++) {
    sl_sim_utm_intent *intent = &sim->other[i];
    if (!intent->stands || intent->ended) continue;
    if (contingent) {
      other_native(sim, intent, "Contingent", false);
      intent->ended = true;   /* it only ends */
    } else {
      intent->box.lat += 0.0005;
      other_native(sim, intent, "Accepted", false);
    }
    return;
  }
}

static void other_end(sl_sim_utm *sim) {
  for (unsigned i = 0; i < sim->other_count; i++) {
    sl_sim_utm_intent *intent = &sim->other[i];
    if (!intent->stands || intent->ended) continue;
    char target[100], body[60];
    snprintf(target, sizeof target, "/v1/intents/%s/end", intent->id);
    snprintf(body, sizeof body, "{\"version\":%u}", intent->version);
    sl_answered answer = sl_sim_utm_other(sim, true, 0, NULL, "POST", target, body);
    sim->seen.withdrawal |= answer.status == 200;
    intent->ended = true;
    sl_world_drop(&answer);
    return;
  }
}

static void degrade(sl_sim_utm *sim) {
  sim->beating = false;
  size_t before = pushed(sim);
  sl_sim_utm_move(sim, 700 * SL_NS_PER_S);
  sim->seen.turned |= sim->seen.degraded && pushed(sim) > before;
  own_read(sim, 0);
  own_change(sim, 0);
  sim->beating = true;
  sl_sim_utm_move(sim, 330 * SL_NS_PER_S);
}

/* One native intent with freedom on the own side, so that proposals come in too. */
static void own_native(sl_sim_utm *sim) {
  if (sim->other_count == 0) return;
  sl_utm_box box = from_now(sim, &sim->other[0].box);
  sl_draft draft = sl_world_box(&sim->world.base, box.lat, box.lon, box.half, box.lower, box.upper, box.from_s, box.to_s);
  draft.free = true;
  draft.freedom.later.ns = 1800 * SL_NS_PER_S;
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  sl_sim_utm_send(sim, 3, NULL, "PUT", "/v1/intents/000000aa-0000-4000-8000-000000000001", (const char *)body.data);
  sl_buf_fini(&body);
}

/* A native peer and the other side in each other's way, where nothing of this face is, one of
 * them free to go later: who is, is asked. A party of this face never is (it has no
 * freedom), and sees of it what its peers do. */
static void settle_file(sl_sim_utm *sim, bool theirs) {
  sl_utm_box box = {52.0, 8.0, 200, 500, 560, 3600, 4200};
  sl_draft draft = sl_world_box(&sim->world.base, box.lat, box.lon, box.half, box.lower, box.upper, box.from_s, box.to_s);
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  draft.free = theirs;
  draft.freedom.later.ns = theirs ? 1800 * SL_NS_PER_S : 0;
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  /* The same id on both sides. */
  sl_answered answer = sl_sim_utm_other(sim, true, 1, NULL, "PUT", "/v1/intents/000000ab-0000-4000-8000-000000000001",
                                        (const char *)body.data);
  sl_world_drop(&answer);
  sl_buf_clear(&body);
  draft.free = !theirs;
  draft.freedom.later.ns = theirs ? 0 : 2400 * SL_NS_PER_S;
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  sl_sim_utm_send(sim, 2, NULL, "PUT", "/v1/intents/000000ab-0000-4000-8000-000000000001", (const char *)body.data);
  sl_buf_fini(&body);
}

static void settle_answer(sl_sim_utm *sim, const char *own, const char *other) {
  char target[160], body[700];
  sl_sim_utm_send(sim, 2, NULL, "GET", "/v1/cases", NULL);
  if (own && sl_world_answer_of(sim->answer, own, target, body)) sl_sim_utm_send(sim, 2, NULL, "POST", target, body);
  sl_answered answer = sl_sim_utm_other(sim, true, 1, NULL, "GET", "/v1/cases", NULL);
  bool asked = other && sl_world_answer_of(answer.body, other, target, body);
  sl_world_drop(&answer);
  if (!asked) return;
  answer = sl_sim_utm_other(sim, true, 1, NULL, "POST", target, body);
  sim->seen.decline |= answer.status == 200 && other[0] == 'd';
  sl_world_drop(&answer);
}

static void settle(sl_sim_utm *sim) {
  unsigned n = sim->number;
  if (n % 10 == 9) return;   /* and worlds without a conflict there are too */
  bool theirs = n % 3 == 2, decline = n % 9 != 2;
  settle_file(sim, theirs);
  sl_sim_utm_move(sim, 130 * SL_NS_PER_S);
  settle_answer(sim, n % 7 == 3 ? "decline" : n % 7 == 4 ? NULL : "accept", decline ? "decline" : "accept");
  sl_sim_utm_move(sim, 65 * SL_NS_PER_S);
  if (theirs && n % 2) settle_answer(sim, NULL, n % 4 == 1 ? "decline" : "accept");
}

static void own_noise(sl_sim_utm *sim, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    unsigned who = (unsigned)draw(sim, 4) == 0;
    sl_sim_utm_move(sim, sl_rng_between(&sim->rng, 1, 25000) * SL_NS_PER_MS);
    switch (draw(sim, 7)) {
      case 0: own_file(sim, who); break;
      case 1: case 2: own_change(sim, who); break;
      case 3: own_other(sim, who); break;
      default: own_read(sim, who); break;
    }
  }
}

/* In a quarter of the worlds. */
static void restart(sl_sim_utm *sim, unsigned of) {
  if (sim->number % 4 == 2 && draw(sim, of) == 0) sl_sim_utm_restart(sim);
}

void sl_sim_utm_live(sl_sim_utm *sim) {
  unsigned n = sim->number;
  if (n % 2) own_other(sim, 1);
  own_file(sim, 0);
  if (n % 3) own_file(sim, 1);
  own_noise(sim, 2);
  if (n % 10 < 8) other_file(sim);
  if (n % 3 == 0) other_utm(sim);
  for (unsigned i = 0; i < 3; i++) {   /* ids that only the other side may have */
    char target[200];
    snprintf(target, sizeof target, INTENTS "%08x-0000-4000-8000-000000000009", i);
    sl_sim_utm_send(sim, i % 2, SC, "GET", target, NULL);
  }
  own_noise(sim, 3);
  if (n % 10 < 7) other_file(sim);
  own_file(sim, 0);
  if (n % 4 < 3) own_native(sim);
  restart(sim, 2);
  sl_sim_utm_move(sim, 65 * SL_NS_PER_S);
  restart(sim, 1);
  own_noise(sim, 2);
  if (n % 4 == 1) other_change(sim, false);
  if (n % 5 == 2) other_change(sim, true);
  own_noise(sim, 2);
  if (n % 4 == 3) other_end(sim);
  sl_sim_utm_move(sim, 65 * SL_NS_PER_S);
  own_noise(sim, 3);
  settle(sim);
  own_noise(sim, 1);
  if (n % 7 == 4 || n % 20 == 0) degrade(sim);
  own_end(sim, 0);
  if (n % 3 == 1) own_end(sim, 1);
  if (n % 6 == 5) other_end(sim);
  own_noise(sim, 2);
  restart(sim, 2);
  sl_sim_utm_move(sim, sl_rng_between(&sim->rng, 60, 4000) * SL_NS_PER_S);
  own_read(sim, 0);
  own_read(sim, 1);
  for (unsigned who = 0; who < 2; who++) {
    sl_sim_utm_send(sim, 2 + who, NULL, "GET", "/v1/log/checkpoint", NULL);
    sl_sim_utm_send(sim, 2 + who, NULL, "GET", "/v1/events?after=0", NULL);
  }
}
