/* Real answers of a service for the API's description to be held against: one line
 * each, "METHOD PATH STATUS BODY", every path and many refusals. Text answers are left
 * out; their paths are asked all the same. */
#include "world.h"

#include "case/membership.h"
#include "wire/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static sl_world world;

static void show(const char *method, const char *target, sl_answered answer) {
  if (strstr(answer.type, "json")) printf("%s %s %d %s\n", method, target, answer.status, answer.body);
  sl_world_drop(&answer);
}

static void ask(sl_client *client, const char *method, const char *target, const char *body) {
  show(method, target, sl_world_ask(&world, client, method, target, body));
}

static void put(sl_client *client, const char *id, const sl_draft *draft) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  show("PUT", target, sl_world_put(&world, client, id, draft));
}

/* The answer that the standing proposal asks for; its text from the list of cases. */
static void answer_proposal(sl_client *client, const char *word) {
  sl_answered cases = sl_world_ask(&world, client, "GET", "/v1/cases", NULL);
  char id[128], plan[128], proposal[128], expires[128], target[200], body[600];
  sl_world_member(cases.body, "id", id);
  sl_world_member(cases.body, "plan_digest", plan);
  sl_world_member(cases.body, "proposal_digest", proposal);
  sl_world_member(cases.body, "expires", expires);
  snprintf(target, sizeof target, "/v1/cases/%s", id);
  show("GET", "/v1/cases", cases);
  ask(client, "GET", target, NULL);
  snprintf(target, sizeof target, "/v1/cases/%s/answer", id);
  snprintf(body, sizeof body,
           "{\"answer\":\"%s\",\"version\":1,\"plan_digest\":\"%s\",\"proposal_digest\":\"%s\",\"expires\":\"%s\"}", word,
           plan, proposal, expires);
  ask(client, "POST", target, body);
}

static void conflict_and_settle(sl_client *blue, sl_client *red) {
  char a[37], b[37], target[90];
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  draft.free = true;
  draft.freedom.later.ns = 600 * SL_NS_PER_S;
  put(blue, a, &draft);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  put(red, b, &draft);
  snprintf(target, sizeof target, "/v1/intents/%s", a);
  ask(blue, "GET", target, NULL);
  sl_world_advance(&world, 301 * SL_NS_PER_S);
  answer_proposal(blue, "accept");
  sl_world_advance(&world, 301 * SL_NS_PER_S);
  ask(blue, "GET", target, NULL);
  ask(red, "GET", "/v1/cases", NULL);
  snprintf(target, sizeof target, "/v1/intents/%s/affirm", b);
  ask(red, "POST", target, "{\"version\":1}");
  ask(red, "POST", target, "{\"version\":2}");
  snprintf(target, sizeof target, "/v1/intents/%s/end", b);
  ask(red, "POST", target, "{\"version\":1}");
  ask(red, "POST", target, "{\"version\":1}");
  snprintf(target, sizeof target, "/v1/intents/%s", b);
  ask(red, "GET", target, NULL);
}

/* L28: a conflict that nobody can solve is acknowledged. */
static void acknowledge(sl_client *blue, sl_client *red) {
  char a[37], b[37], id[128], target[200];
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_world_box(&world, 49.0, 8.0, 200, 500, 560, 7200, 7500);
  put(blue, a, &draft);
  put(red, b, &draft);
  sl_world_advance(&world, 301 * SL_NS_PER_S);
  snprintf(target, sizeof target, "/v1/intents/%s", a);
  sl_answered read = sl_world_ask(&world, blue, "GET", target, NULL);
  const char *incident = strstr(read.body, "\"case\":{");
  sl_world_member(incident ? incident : "", "id", id);
  show("GET", target, read);
  snprintf(target, sizeof target, "/v1/cases/%s/acknowledge", id);
  ask(blue, "POST", target, "{}");
  ask(blue, "POST", target, "{}");
}

static void refusals(sl_client *blue) {
  char id[37], target[90];
  sl_world_uuid(&world, id);
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  ask(NULL, "GET", target, NULL);
  ask(blue, "GET", target, NULL);
  ask(blue, "PUT", target, "{");
  ask(blue, "PUT", target, "{\"version\":1,\"what\":2}");
  ask(blue, "POST", "/v1/heartbeat", "{\"time\":\"yesterday\"}");
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
  draft.version = 7;
  put(blue, id, &draft);
  ask(NULL, "POST", "/v1/records", "{}");
  ask(blue, "POST", "/v1/line/south/suspend", NULL);
}

static void heartbeat(sl_client *client) {
  char body[100];
  sl_buf time;
  sl_buf_init(&time, 64);
  sl_time_add(&time, (sl_time){world.wall});
  snprintf(body, sizeof body, "{\"time\":\"%.*s\"}", (int)time.size, (const char *)time.data);
  sl_buf_fini(&time);
  ask(client, "POST", "/v1/heartbeat", body);
}

/* A membership record: a new key of the party. */
static void record(const sl_client *client) {
  sl_membership rotate = {.change = SL_CHANGE_ROTATE, .number = 2, .public_key = {1, 2, 3}, .effective = {world.wall + SL_NS_PER_H}};
  snprintf(rotate.side, sizeof rotate.side, "%s", client->side);
  snprintf(rotate.party, sizeof rotate.party, "%s", client->party);
  sl_buf payload, body;
  sl_buf_init(&payload, 65536);
  sl_buf_init(&body, 1u << 20);
  sl_membership_add(&payload, &rotate);
  const sl_client *signer[1] = {&world.focal_client[0]};
  sl_world_envelope(&body, SL_MEMBERSHIP_TYPE, sl_buf_span(&payload), signer, 1);
  sl_buf_add_u8(&body, 0);
  ask(NULL, "POST", "/v1/records", (const char *)body.data);
  sl_buf_fini(&payload);
  sl_buf_fini(&body);
}

int main(void) {
  sl_client blue, red;
  sl_world_init(&world);
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, SL_ROLE_DUTY, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  conflict_and_settle(&blue, &red);
  acknowledge(&blue, &red);
  refusals(&blue);
  ask(&blue, "GET", "/v1/events?after=0&wait=0", NULL);
  ask(&red, "GET", "/v1/events?after=1&wait=0", NULL);
  ask(&blue, "GET", "/v1/agreements", NULL);
  ask(&blue, "GET", "/v1/log/entries?from=0", NULL);
  ask(&blue, "GET", "/v1/receipts/0", NULL);
  ask(&blue, "GET", "/v1/receipts/99999", NULL);
  ask(&blue, "GET", "/v1/rollup/slot", NULL);
  ask(&blue, "POST", "/v1/line/north/handover", "{}");
  ask(NULL, "GET", "/rollup/entries?from=0", NULL);
  ask(&blue, "POST", "/v1/line/north/suspend", NULL);
  ask(&red, "POST", "/v1/line/north/suspend", NULL);
  ask(&blue, "POST", "/v1/line/north/resume", NULL);
  sl_world_move(&world, 130 * SL_NS_PER_S);
  heartbeat(&blue);
  ask(&blue, "POST", "/v1/line/north/answer", NULL);
  record(&blue);
  sl_world_fini(&world);
  return 0;
}
