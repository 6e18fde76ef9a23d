/* The checks about when things are told, and about what outlives a stop. */
#include "check_world.h"

#include "sim_act.h"

static bool in_events(sl_check_world *w, sl_client *client, const char *word) {
  sl_answered events = sl_check_get(w, client, "/v1/events?after=0&wait=0");
  bool found = events.body && strstr(events.body, word);
  sl_world_drop(&events);
  return found;
}

/* L15: a planned conflict is announced at the end of the round, and then it is. */
const char *sl_check_round(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  bool early = in_events(&w, &w.blue, "CONFLICT");
  sl_world_advance(&w.world, 301 * SL_NS_PER_S);
  bool later = in_events(&w, &w.blue, "CONFLICT");
  sl_world_fini(&w.world);
  if (early) return "a planned conflict was announced before the round ended";
  return later ? NULL : "a conflict was never announced";
}

/* L15: an improvement shows at the end of the round, not to who asks before. */
const char *sl_check_poll(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  char before = sl_check_word(sl_check_get(&w, &w.blue, "/v1/intents/" SL_CHECK_A));
  sl_answered end = sl_world_ask(&w.world, &w.red, "POST", "/v1/intents/" SL_CHECK_B "/end", "{\"version\":1}");
  sl_world_drop(&end);
  char after = sl_check_word(sl_check_get(&w, &w.blue, "/v1/intents/" SL_CHECK_A));
  sl_world_advance(&w.world, 301 * SL_NS_PER_S);
  char then = sl_check_word(sl_check_get(&w, &w.blue, "/v1/intents/" SL_CHECK_A));
  sl_world_fini(&w.world);
  if (before != 'C' || then != 'c') return "a conflict does not come and go";
  return after == 'C' ? NULL : "a poll shows an improvement before the round ends";
}

/* L15: every reply leaves at the first multiple of the quantum, whatever it says. */
const char *sl_check_release(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  const char *fault = NULL;
  for (int k = 0; k < 2; k++) {
    sl_answered answer = sl_world_put(&w.world, k ? &w.red : &w.blue, k ? SL_CHECK_B : SL_CHECK_A, &draft);
    int64_t quantum = w.world.agreement.quantum.ns, want = (w.world.wall / quantum + 1) * quantum;
    if (answer.release.ns != want) fault = "a reply does not leave at its multiple of the quantum";
    sl_world_drop(&answer);
  }
  sl_world_fini(&w.world);
  return fault;
}

/* L7: a contingency is told at once. */
const char *sl_check_urgent(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  draft.state = SL_INTENT_CONTINGENT;
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  bool told = in_events(&w, &w.blue, "CONFLICT");
  sl_world_fini(&w.world);
  return told ? NULL : "a contingency waits for the round";
}

/* L12: an urgent event tells its release tick, not when the other side acted. */
const char *sl_check_tick(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_world_move(&w.world, 1007 * SL_NS_PER_MS);
  draft = sl_check_box(&w, 7200, 7500);
  draft.state = SL_INTENT_CONTINGENT;
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  sl_answered events = sl_check_get(&w, &w.blue, "/v1/events?after=0&wait=0");
  static const char *const members[] = {"\"at\":\"", "\"as_of\":\""};
  unsigned seen = 0, off = 0;
  for (unsigned i = 0; i < 2; i++) {
    for (const char *at = events.body; (at = strstr(at, members[i]));) {
      at += strlen(members[i]);
      sl_time time;
      if (sl_time_read(&time, (sl_str){at, strcspn(at, "\"")}, false) != SL_OK) continue;
      seen++;
      off += time.ns % w.world.agreement.quantum.ns != 0;
    }
  }
  sl_world_drop(&events);
  sl_world_fini(&w.world);
  return seen > 2 && off == 0 ? NULL : "an event tells the instant of another's operation";
}

/* L28: after two missed heartbeats nothing reads CLEAR, also within its lease. */
const char *sl_check_silence(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  char before = sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_world_move(&w.world, 2 * w.world.agreement.heartbeat.ns + SL_NS_PER_S);
  char after = sl_check_word(sl_check_get(&w, &w.blue, "/v1/intents/" SL_CHECK_A));
  sl_world_fini(&w.world);
  return before == 'c' && after == 'U' ? NULL : "CLEAR on a silent line";
}

static void beat(sl_check_world *w, sl_client *client) {
  char body[8192];
  snprintf(body, sizeof body, "%s", sl_world_beat_body(&w->world));
  sl_answered answer = sl_world_ask(&w->world, client, "POST", "/v1/heartbeat", body);
  sl_world_drop(&answer);
}

/* L28: a side is heard through its officers, not through any party of it. */
const char *sl_check_officer(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  for (int i = 0; i < 3; i++) {
    sl_world_move(&w.world, w.world.agreement.heartbeat.ns);
    beat(&w, &w.blue);
    beat(&w, &w.world.focal_client[1]);
  }
  char after = sl_check_word(sl_check_get(&w, &w.blue, "/v1/intents/" SL_CHECK_A));
  sl_world_fini(&w.world);
  return after == 'U' ? NULL : "a side whose officers are silent is taken as heard";
}

/* L21: an amendment after the agreement reopens the other's case. */
const char *sl_check_void(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  draft.free = true;
  draft.freedom.later.ns = 2400 * SL_NS_PER_S;
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  sl_world_advance(&w.world, 301 * SL_NS_PER_S);
  char target[160], body[700];
  sl_answered cases = sl_check_get(&w, &w.blue, "/v1/cases");
  bool asked = sl_world_answer_of(cases.body, "accept", target, body);
  sl_world_drop(&cases);
  if (asked) {
    sl_answered answer = sl_world_ask(&w.world, &w.blue, "POST", target, body);
    sl_world_drop(&answer);
  }
  sl_world_advance(&w.world, 301 * SL_NS_PER_S);
  draft = sl_check_box(&w, 6000, 6100);
  draft.version = 2;
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  sl_world_advance(&w.world, 301 * SL_NS_PER_S);
  cases = sl_check_get(&w, &w.blue, "/v1/cases");
  bool open = strstr(cases.body, "\"state\":\"open\"") != NULL;
  sl_world_drop(&cases);
  sl_world_fini(&w.world);
  if (!asked) return "nothing was proposed";
  return open ? NULL : "a voided agreement does not reopen the other's case";
}

/* L8: after a start nothing reads CLEAR until both sides have reported. */
const char *sl_check_restart(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_world_restart(&w.world);
  char after = sl_check_word(sl_check_get(&w, &w.blue, "/v1/intents/" SL_CHECK_A));
  sl_world_fini(&w.world);
  return after == 'U' ? NULL : "CLEAR before the sides have reported";
}

/* A signed request once, also across a restart. */
const char *sl_check_replay(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_answered one = sl_check_get(&w, &w.blue, "/v1/cases");
  sl_world_restart(&w.world);
  w.blue.nonces--;
  sl_answered two = sl_check_get(&w, &w.blue, "/v1/cases");
  bool good = one.status == 200 && two.status != 200;
  sl_world_drop(&one);
  sl_world_drop(&two);
  sl_world_fini(&w.world);
  return good ? NULL : "a request was taken twice";
}

/* Principle 8: whatever was answered 200 is there after a stop; each commit fails once. */
const char *sl_check_durable(void) {
  const char *fault = NULL;
  for (uint64_t at = 1; at < 60 && !fault; at++) {
    sl_store_faults faults = {at, SL_ERR_FULL};
    sl_check_world w;
    sl_store *store;
    if (sl_store_open_memory(&store, at < 25 ? NULL : &faults) != SL_OK) return "no store";
    if (at < 25) {   /* founding the world takes that many: it must not fail */
      sl_store_close(store);
      continue;
    }
    sl_check_open(&w, 0, store);
    bool there[20];
    char target[80];
    for (unsigned i = 0; i < 20; i++) {
      snprintf(target, sizeof target, "%08x-0000-4000-8000-000000000000", i);
      sl_draft draft = sl_world_box(&w.world, 40.0 + 0.1 * i, 8.0, 100, 500, 560, 7200, 7500);
      sl_answered answer = sl_world_put(&w.world, &w.blue, target, &draft);
      there[i] = answer.status == 200;
      sl_world_drop(&answer);
    }
    sl_world_restart(&w.world);
    for (unsigned i = 0; i < 20 && !fault; i++) {
      snprintf(target, sizeof target, "/v1/intents/%08x-0000-4000-8000-000000000000", i);
      sl_answered answer = sl_check_get(&w, &w.blue, target);
      if (there[i] && answer.status == 404) fault = "what was acknowledged is lost";
      sl_world_drop(&answer);
    }
    sl_world_fini(&w.world);
  }
  return fault;
}

/* Store and log commit together: the log is the same after a stop. */
const char *sl_check_log(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_answered one = sl_check_get(&w, &w.blue, "/v1/log/checkpoint");
  sl_service_close(w.world.service);
  w.world.service = NULL;
  sl_fault reason = sl_fault_none();
  const char *fault = NULL;
  if (sl_service_open(&w.world.service, &w.world.options, w.world.store, &reason) != SL_OK) {
    fault = "the store does not open again";
  } else {
    sl_answered two = sl_check_get(&w, &w.blue, "/v1/log/checkpoint");
    if (strcmp(one.body, two.body) != 0) fault = "the log is another after a stop";
    sl_world_drop(&two);
  }
  sl_world_drop(&one);
  sl_service_close(w.world.service);
  sl_store_close(w.world.store);
  return fault;
}

static unsigned count_of(const char *text, const char *word) {
  unsigned count = 0;
  for (const char *at = text; (at = strstr(at, word)); at++) count++;
  return count;
}

/* L23: every event is an entry of the log. Base64 of `{"type":"told"` tells them. */
const char *sl_check_entries(void) {
  sl_check_world w;
  sl_check_open(&w, 0, NULL);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_check_file(&w, &w.blue, SL_CHECK_A, &draft);
  sl_check_file(&w, &w.red, SL_CHECK_B, &draft);
  sl_world_advance(&w.world, 301 * SL_NS_PER_S);
  sl_answered events = sl_check_get(&w, &w.blue, "/v1/events?after=0&wait=0");
  sl_answered entries = sl_check_get(&w, &w.blue, "/v1/log/entries?from=0");
  unsigned told = count_of(events.body, "\"seq\":"), logged = count_of(entries.body, "eyJ0eXBlIjoidG9sZCI");
  sl_world_drop(&events);
  sl_world_drop(&entries);
  sl_world_fini(&w.world);
  return told > 0 && told == logged ? NULL : "events and their entries differ in number";
}
