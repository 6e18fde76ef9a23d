/* The checks whose plants are leaks and false verdicts. */
#include "check_world.h"

#include "presence.h"
#include "sim.h"

/* L12: the first worlds of the simulator. */
static const char *view(void) {
  for (unsigned i = 0; i < 150; i++) {
    const char *difference = sl_sim_world(i, NULL);
    if (difference) return difference;
  }
  return NULL;
}

/* L14: commits of the first worlds. */
static const char *presence(void) {
  static sl_sim sim;
  const char *fault = NULL;
  for (unsigned i = 0; i < 400 && !fault; i++) {
    sl_store *store;
    sl_presence *watch;
    sl_presence_open(&store, &watch);
    sl_sim_open(&sim, i, false, store);
    sl_sim_live(&sim);
    if (sl_presence_fault(watch)) fault = "presence told to one side only";
    sl_sim_close(&sim);
  }
  return fault;
}

/* References that cannot be compared: never CLEAR. */
static const char *doubt(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  draft = sl_check_box(&w, 7200, 7500);
  sl_object *object = (sl_object *)(uintptr_t)draft.plan.object;
  object->as.volume.band = (sl_band){.ref = SL_ALT_BARO};
  object->as.volume.band.as.baro.lower.ft = 1600;
  object->as.volume.band.as.baro.upper.ft = 1900;
  char word = sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  sl_world_fini(&w.world);
  return word == 'U' ? NULL : "pressure against the ellipsoid was decided";
}

/* L6: what was filed by a clock that is off is doubt to the other side, near in time. */
static const char *off_clock(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  char body[96];
  sl_buf time;
  sl_buf_init(&time, 64);
  sl_time_add(&time, (sl_time){w.world.wall + 60 * SL_NS_PER_S});
  snprintf(body, sizeof body, "{\"time\":\"%.*s\"}", (int)time.size, (const char *)time.data);
  sl_buf_fini(&time);
  sl_answered beat = sl_world_ask(&w.world, &w.blue, "POST", "/v1/heartbeat", body);
  sl_world_drop(&beat);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  draft = sl_check_box(&w, 7530, 7800);
  char word = sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  sl_world_fini(&w.world);
  return word == 'U' ? NULL : "CLEAR beside a plan whose clock is a minute off";
}

/* L5: no lease is longer than the agreement's. */
static const char *lease(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_answered answer = sl_world_put(&w.world, &w.blue, SL_CHECK_A, &draft);
  char until[128], from[128];
  int64_t a = 0, b = 0;
  sl_time start, end;
  sl_world_member(answer.body, "as_of", from);
  sl_world_member(answer.body, "valid_until", until);
  bool read = sl_time_read(&start, sl_str_from(from), false) == SL_OK && sl_time_read(&end, sl_str_from(until), false) == SL_OK;
  if (read) a = start.ns, b = end.ns;
  sl_world_drop(&answer);
  int64_t lease_ns = w.world.agreement.lease_planned.ns;
  sl_world_fini(&w.world);
  return read && b > a && b - a <= lease_ns ? NULL : "a lease outlives the agreement's";
}

/* L9: a conflict without a solution stays one, whatever its case says. */
static const char *standing(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  sl_world_advance(&w.world, 900 * SL_NS_PER_S);
  sl_answered cases = sl_check_get(&w, &w.blue, "/v1/cases");
  bool unresolved = strstr(cases.body, "\"unresolved\"") != NULL;
  sl_world_drop(&cases);
  char word = sl_check_word(sl_check_get(&w, &w.blue, "/v1/intents/" SL_CHECK_A));
  sl_world_fini(&w.world);
  if (!unresolved) return "the case without a solution is not unresolved";
  return word == 'C' ? NULL : "a standing conflict does not read CONFLICT";
}

/* L10: what the other side moves inside one granule of mine does not show. */
static const char *granule(void) {
  char *body[2] = {NULL, NULL};
  for (int k = 0; k < 2; k++) {
    sl_check_world w;
    sl_check_open(&w, 0, NULL);
    sl_draft draft = sl_check_box(&w, 7205, 7280);
    sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
    draft = sl_check_box(&w, 7205 + 10 * k, 7280);
    draft.version = 2;
    sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
    draft = sl_check_box(&w, 7200, 7400);
    sl_answered answer = sl_world_put(&w.world, &w.blue, SL_CHECK_A, &draft);
    body[k] = answer.body;
    sl_world_fini(&w.world);
  }
  bool same = body[0] && body[1] && strcmp(body[0], body[1]) == 0 && strstr(body[0], "CONFLICT");
  free(body[0]);
  free(body[1]);
  return same ? NULL : "a shift inside a granule shows";
}

/* L18: what was refused and pends protects. */
static const char *pending(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  /* Pends on the first half; the second half protects against what comes later. */
  draft = sl_check_box(&w, 7200, 9000);
  draft.pending_if_refused = true;
  char first = sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  draft = sl_check_box(&w, 8400, 8800);
  char second = sl_check_file(&w, &w.red, "cccccccc-0000-4000-8000-000000000000", &draft);
  sl_world_fini(&w.world);
  if (first != 'C') return "the first is not in conflict";
  return second == 'C' ? NULL : "what pends does not protect";
}

/* L17: an empty budget decides nothing. */
static const char *budget(void) {
  sl_check_world w;
  sl_check_open(&w, 14, NULL);
  char word = 'c';
  for (unsigned i = 0; i < 40 && word == 'c'; i++) {
    char id[37];
    sl_world_uuid(&w.world, id);
    sl_draft draft = sl_world_box(&w.world, 40.0 + 0.1 * i, 8.0, 100, 500, 560, 7200, 7500);
    word = sl_check_file(&w, &w.blue, id, &draft);
  }
  sl_world_fini(&w.world);
  return word == 'U' ? NULL : "forty questions on a budget of two a day were all answered";
}

/* Principle 5: no answer speaks of approval. */
static const char *words(void) {
  static const char *const forbidden[] = {"approv", "permission", "clearance", "cleared to"};
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_answered one = sl_world_put(&w.world, &w.blue, SL_CHECK_A, &draft);
  sl_answered two = sl_world_put(&w.world, &w.red, SL_CHECK_B, &draft);
  bool found = false;
  for (unsigned i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
    found |= strstr(one.body, forbidden[i]) || strstr(two.body, forbidden[i]);
  }
  sl_world_drop(&one);
  sl_world_drop(&two);
  sl_world_fini(&w.world);
  return found ? "an answer speaks of approval" : NULL;
}

/* Principle 6: an unknown member is refused with its place. */
static const char *schema(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_answered answer = sl_world_ask(&w.world, &w.blue, "POST", "/v1/intents/" SL_CHECK_A "/end",
                                    "{\"version\":1,\"target\":\"bridge\"}");
  bool good = answer.status == 400 && strstr(answer.body, "\"pointer\":\"/target\"");
  sl_world_drop(&answer);
  sl_world_fini(&w.world);
  return good ? NULL : "an unknown member is not refused with its pointer";
}

/* Principle 9, one turn: the first of two at one instant is seen by the second. */
static const char *instant(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  sl_answered one, two;
  sl_world_send(&w.world, &w.blue, "PUT", "/v1/intents/" SL_CHECK_A, (const char *)body.data, &one);
  sl_world_send(&w.world, &w.red, "PUT", "/v1/intents/" SL_CHECK_B, (const char *)body.data, &two);
  while (sl_service_turn(w.world.service)) continue;
  char a = sl_check_word(one), b = sl_check_word(two);
  sl_buf_fini(&body);
  sl_world_fini(&w.world);
  return a == 'c' && b == 'C' ? NULL : "two conflicting submissions at one instant";
}

const sl_check sl_checks[] = {
    {"view", view},         {"presence", presence},           {"doubt", doubt},           {"clock", off_clock},
    {"lease", lease},       {"standing", standing},           {"granule", granule},
    {"pending", pending},   {"budget", budget},               {"words", words},
    {"schema", schema},     {"instant", instant},             {"round", sl_check_round},
    {"poll", sl_check_poll}, {"release", sl_check_release},   {"urgent", sl_check_urgent},
    {"silence", sl_check_silence}, {"officer", sl_check_officer}, {"void", sl_check_void}, {"tick", sl_check_tick}, {"restart", sl_check_restart}, {"replay", sl_check_replay},
    {"durable", sl_check_durable}, {"log", sl_check_log},     {"entries", sl_check_entries},
    {"erased", sl_check_erased},
    {NULL, NULL},
};

const sl_check *sl_check_find(const char *name) {
  for (const sl_check *check = sl_checks; check->name; check++) {
    if (strcmp(check->name, name) == 0) return check;
  }
  return NULL;
}
