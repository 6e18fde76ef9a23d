#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "seal/dsse.h"
#include "wire/body.h"
#include "wire/record.h"
#include "wire/signature.h"

static sl_time wall(void *context) {
  return (sl_time){((sl_world *)context)->wall};
}

static int64_t monotonic(void *context) {
  return ((sl_world *)context)->monotonic;
}

/* Deterministic, and the same at every draw: what one party draws depends on no other. */
static void same_bytes(void *context, uint8_t *data, size_t size) {
  (void)context;
  memset(data, 0x5a, size);
}

static void key_of(sl_key *out, uint8_t number) {
  uint8_t seed[32];
  memset(seed, number, sizeof seed);
  sl_key_from_seed(out, seed);
}

static void client_of(sl_client *client, const char *side, const char *party, const sl_key *key) {
  *client = (sl_client){.key = *key};
  snprintf(client->side, sizeof client->side, "%s", side);
  snprintf(client->party, sizeof client->party, "%s", party);
  snprintf(client->keyid, sizeof client->keyid, "%s/%s/1", side, party);
}

void sl_world_init(sl_world *world) {
  *world = (sl_world){0};
  sl_err err = sl_seal_init();
  SL_ASSERT(err == SL_OK);
  world->wall = SL_WORLD_START * SL_NS_PER_S;
  key_of(&world->key, 1);
  static const char *const names[3] = {"blue", "red", "green"};
  for (unsigned i = 0; i < 3; i++) {
    key_of(&world->focal[i], (uint8_t)(2 + i));
    snprintf(world->side[i].name, sizeof world->side[i].name, "%s", names[i]);
    memcpy(world->side[i].focal_key, world->focal[i].public_key, 32);
    client_of(&world->focal_client[i], names[i], "focal", &world->focal[i]);
  }
  sl_agreement_defaults(&world->agreement);
  snprintf(world->agreement.line, sizeof world->agreement.line, "north");
  snprintf(world->agreement.side[0], sizeof world->agreement.side[0], "blue");
  snprintf(world->agreement.side[1], sizeof world->agreement.side[1], "red");
  world->options = (sl_service_options){.side = world->side, .side_count = 2, .origin = "line.example",
                                        .clock = {world, wall, monotonic}, .solve_inline = true,
                                        .random = {NULL, same_bytes}};
  memset(world->options.seed, 7, 32);
}

static void open_service(sl_world *world) {
  world->options.side = world->side;
  world->options.clock.context = world;
  world->options.signer = sl_key_signer(&world->key);
  sl_fault fault = sl_fault_none();
  sl_err err = sl_service_open(&world->service, &world->options, world->store, &fault);
  if (err) fprintf(stderr, "open: %s: %s\n", sl_err_name(err), fault.reason);
  SL_ASSERT(err == SL_OK);
}

void sl_world_open(sl_world *world, sl_store *store) {
  world->store = store;
  if (!store) {
    sl_err err = sl_store_open_memory(&world->store, NULL);
    SL_ASSERT(err == SL_OK);
  }
  open_service(world);
}

void sl_world_restart(sl_world *world) {
  sl_service_close(world->service);
  open_service(world);
}

void sl_world_fini(sl_world *world) {
  sl_service_close(world->service);
  sl_store_close(world->store);
}

const char *sl_world_beat_body(sl_world *world) {
  static _Thread_local char body[8192];
  sl_answered note = sl_world_ask(world, NULL, "GET", "/rollup/checkpoint", NULL);
  SL_ASSERT(note.status == 200);
  sl_buf text;
  sl_buf_init(&text, sizeof body - 1);
  sl_buf_add_text(&text, "{\"time\":\"");
  sl_time_add(&text, sl_service_now(world->service));
  sl_buf_add_text(&text, "\",\"checkpoint\":\"");
  sl_json_escape_add(&text, sl_str_from(note.body));
  sl_buf_add_text(&text, "\"}");
  SL_ASSERT(!text.error);
  snprintf(body, sizeof body, "%.*s", (int)text.size, (const char *)text.data);
  sl_buf_fini(&text);
  sl_world_drop(&note);
  return body;
}

static void beat(sl_world *world) {
  char body[8192];
  snprintf(body, sizeof body, "%s", sl_world_beat_body(world));
  for (unsigned i = 0; i < world->options.side_count; i++) {
    sl_answered answer = sl_world_ask(world, &world->focal_client[i], "POST", "/v1/heartbeat", body);
    if (answer.status != 200) printf("heartbeat: %d %s\n", answer.status, answer.body);
    SL_ASSERT(answer.status == 200);
    sl_world_drop(&answer);
  }
}

void sl_world_advance(sl_world *world, int64_t ns) {
  int64_t until = world->wall + ns;
  while (world->beating && world->wall + 45 * SL_NS_PER_S < until) {
    sl_world_move(world, 45 * SL_NS_PER_S);
    beat(world);
  }
  sl_world_move(world, until - world->wall);
  if (world->beating) beat(world);
}

void sl_world_move(sl_world *world, int64_t ns) {
  int64_t until = world->wall + ns;
  while (sl_service_turn(world->service)) continue;
  for (;;) {
    int64_t due = sl_service_due(world->service).ns;
    int64_t next = due < until ? due : until;
    if (next > world->wall) {
      world->monotonic += next - world->wall;
      world->wall = next;
    }
    while (sl_service_turn(world->service)) continue;
    if (world->wall >= until) return;
  }
}

static void answered(void *context, const sl_reply *reply) {
  sl_answered *answer = context;
  if (reply->stream) {
    answer->chunks++;
    if (reply->status == 0) {
      answer->done = true;
      return;
    }
  } else {
    answer->done = true;
  }
  answer->status = reply->status;
  answer->release = reply->release;
  snprintf(answer->type, sizeof answer->type, "%s", reply->content_type ? reply->content_type : "");
  char *grown = realloc(answer->body, answer->size + reply->body.size + 1);
  SL_ASSERT(grown != NULL);
  if (reply->body.size > 0) memcpy(grown + answer->size, reply->body.data, reply->body.size);
  answer->body = grown;
  answer->size += reply->body.size;
  answer->body[answer->size] = '\0';
}

void sl_world_drop(sl_answered *answer) {
  free(answer->body);
  *answer = (sl_answered){0};
}

void sl_world_send_to(sl_world *world, sl_client *client, const char *method, const char *target, sl_span body,
                      sl_reply_fn *reply, void *context) {
  sl_header header[5];
  sl_buf field[3];
  sl_request request = {.method = sl_str_from(method), .target = sl_str_from(target), .body = body,
                        .authority = SL_STR("line.example"), .received = {world->wall}};
  for (int i = 0; i < 3; i++) sl_buf_init(&field[i], 4096);
  header[request.header_count++] = (sl_header){SL_STR("Host"), SL_STR("line.example")};
  if (client) {
    char nonce[64];
    snprintf(nonce, sizeof nonce, "%s-%016llu", client->party, (unsigned long long)++client->nonces);
    client->signer = sl_key_signer(&client->key);
    /* Clients keep the service's time, also when the wall clock steps back. */
    int64_t now = sl_service_now(world->service).ns / SL_NS_PER_S + client->off_s;
    sl_err err = sl_signature_make(&field[0], &field[1], &field[2], &request, client->keyid, nonce, now, now + 60,
                                   sl_sha256, &client->signer);
    SL_ASSERT(err == SL_OK);
    header[request.header_count++] = (sl_header){SL_STR("Content-Digest"), sl_buf_str(&field[0])};
    header[request.header_count++] = (sl_header){SL_STR("Signature-Input"), sl_buf_str(&field[1])};
    header[request.header_count++] = (sl_header){SL_STR("Signature"), sl_buf_str(&field[2])};
    if (client->streams) header[request.header_count++] = (sl_header){SL_STR("Accept"), SL_STR("text/event-stream")};
  }
  request.header = header;
  sl_service_receive(world->service, &request, reply, context, NULL);
  for (int i = 0; i < 3; i++) sl_buf_fini(&field[i]);
}

void sl_world_send(sl_world *world, sl_client *client, const char *method, const char *target, const char *body,
                   sl_answered *answer) {
  *answer = (sl_answered){0};
  sl_span bytes = body ? sl_str_bytes(sl_str_from(body)) : (sl_span){0};
  sl_world_send_to(world, client, method, target, bytes, answered, answer);
}

sl_answered sl_world_ask(sl_world *world, sl_client *client, const char *method, const char *target,
                         const char *body) {
  sl_answered answer;
  sl_world_send(world, client, method, target, body, &answer);
  for (int i = 0; i < 1000 && !answer.done; i++) sl_service_turn(world->service);
  return answer;
}

void sl_world_envelope(sl_buf *out, const char *type, sl_span payload, const sl_client *const *signer,
                       size_t signers) {
  sl_envelope envelope = {.payload_type = sl_str_from(type), .payload = payload, .count = (uint32_t)signers};
  for (size_t i = 0; i < signers; i++) {
    sl_signer by = sl_key_signer(&signer[i]->key);
    envelope.signature[i].keyid = sl_str_from(signer[i]->keyid);
    sl_err err = sl_dsse_sign(envelope.signature[i].sig, &by, envelope.payload_type, payload);
    SL_ASSERT(err == SL_OK);
  }
  sl_envelope_add(out, &envelope);
  SL_ASSERT(!out->error);
}

int sl_world_record(sl_world *world, const char *type, sl_span payload, const sl_client *const *signer,
                    size_t signers) {
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_world_envelope(&body, type, payload, signer, signers);
  sl_buf_add_u8(&body, 0);
  sl_answered answer = sl_world_ask(world, NULL, "POST", "/v1/records", (const char *)body.data);
  if (answer.status != 200) printf("record: %d %s\n", answer.status, answer.body);
  int status = answer.status;
  sl_world_drop(&answer);
  sl_buf_fini(&body);
  return status;
}

static void enrol(sl_world *world, unsigned side, const sl_client *client, sl_class class_of, uint8_t roles) {
  sl_membership record = {.change = SL_CHANGE_ENROL, .class_of = class_of, .roles = roles, .number = 1,
                          .effective = {world->wall + SL_NS_PER_S}};
  snprintf(record.side, sizeof record.side, "%s", client->side);
  snprintf(record.party, sizeof record.party, "%s", client->party);
  memcpy(record.public_key, client->key.public_key, 32);
  sl_buf payload;
  sl_buf_init(&payload, 65536);
  sl_membership_add(&payload, &record);
  const sl_client *signer[1] = {&world->focal_client[side]};
  int status = sl_world_record(world, SL_MEMBERSHIP_TYPE, sl_buf_span(&payload), signer, 1);
  SL_ASSERT(status == 200);
  sl_buf_fini(&payload);
  sl_world_advance(world, SL_NS_PER_S);
}

void sl_world_enrol(sl_world *world, unsigned side, const char *party, sl_class class_of, uint8_t roles,
                    sl_client *out) {
  sl_key key;
  uint8_t seed[32] = {(uint8_t)(100 + side)};
  snprintf((char *)seed + 1, sizeof seed - 1, "%s", party);
  sl_key_from_seed(&key, seed);
  client_of(out, world->side[side].name, party, &key);
  enrol(world, side, out, class_of, roles);
}

void sl_world_found_at(sl_world *world, sl_time valid_from) {
  for (unsigned i = 0; i < world->options.side_count; i++) enrol(world, i, &world->focal_client[i], SL_CLASS_CREWED, SL_ROLE_FOCAL | SL_ROLE_DUTY);
  world->agreement.valid_from = valid_from;
  sl_buf payload;
  sl_buf_init(&payload, 65536);
  sl_agreement_add(&payload, &world->agreement);
  SL_ASSERT(!payload.error);
  const sl_client *both[2] = {&world->focal_client[0], &world->focal_client[1]};
  int status = sl_world_record(world, SL_AGREEMENT_TYPE, sl_buf_span(&payload), both, 2);
  SL_ASSERT(status == 200);
  sl_buf_fini(&payload);
}

void sl_world_found(sl_world *world) {
  sl_world_found_at(world, (sl_time){world->wall + 3 * SL_NS_PER_S});
  sl_world_advance(world, 8 * SL_NS_PER_S);
  world->beating = true;
  beat(world);
}

void sl_world_line(sl_world *world, const char *line, unsigned side_a, unsigned side_b, const sl_agreement *agreement) {
  sl_agreement own = *agreement;
  snprintf(own.line, sizeof own.line, "%s", line);
  snprintf(own.side[0], sizeof own.side[0], "%s", world->side[side_a].name);
  snprintf(own.side[1], sizeof own.side[1], "%s", world->side[side_b].name);
  own.valid_from.ns = world->wall + 2 * SL_NS_PER_S;
  sl_buf payload;
  sl_buf_init(&payload, 65536);
  sl_agreement_add(&payload, &own);
  const sl_client *both[2] = {&world->focal_client[side_a], &world->focal_client[side_b]};
  int status = sl_world_record(world, SL_AGREEMENT_TYPE, sl_buf_span(&payload), both, 2);
  SL_ASSERT(status == 200);
  sl_buf_fini(&payload);
  sl_world_advance(world, 4 * SL_NS_PER_S);
}

sl_draft sl_world_box(const sl_world *world, double lat, double lon, double half_metres, double lower, double upper,
                      int64_t from_s, int64_t to_s) {
  static _Thread_local sl_pos vertex[4];
  static _Thread_local sl_ring ring;
  static _Thread_local bool hole[1];
  static _Thread_local sl_object object;
  int64_t dlat = (int64_t)(half_metres * 9000.0), dlon = (int64_t)(half_metres * 13000.0);
  int64_t y = (int64_t)(lat * 1e9), x = (int64_t)(lon * 1e9);
  vertex[0] = (sl_pos){y - dlat, x - dlon};
  vertex[1] = (sl_pos){y - dlat, x + dlon};
  vertex[2] = (sl_pos){y + dlat, x + dlon};
  vertex[3] = (sl_pos){y + dlat, x - dlon};
  ring = (sl_ring){vertex, 4};
  hole[0] = false;
  object = (sl_object){.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {&ring, hole, 1, SL_EDGE_GEODESIC}};
  object.as.volume.band.ref = SL_ALT_W84;
  object.as.volume.band.as.w84.lower.mm = (int64_t)(lower * 1000);
  object.as.volume.band.as.w84.upper.mm = (int64_t)(upper * 1000);
  object.as.volume.window = (sl_window){{world->wall + from_s * SL_NS_PER_S}, {world->wall + to_s * SL_NS_PER_S}};
  sl_draft draft = {.version = 1, .state = SL_INTENT_ACCEPTED, .start_tolerance = {300 * SL_NS_PER_S}};
  draft.plan = (sl_plan){&object, 1};
  return draft;
}

sl_answered sl_world_put(sl_world *world, sl_client *client, const char *id, const sl_draft *draft) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_buf body;
  sl_buf_init(&body, 4u << 20);
  sl_draft_add(&body, draft);
  sl_buf_add_u8(&body, 0);
  SL_ASSERT(!body.error);
  sl_answered answer = sl_world_ask(world, client, "PUT", target, (const char *)body.data);
  sl_buf_fini(&body);
  return answer;
}

void sl_world_uuid(sl_world *world, char out[static 37]) {
  snprintf(out, 37, "%08llx-0000-4000-8000-000000000000", (unsigned long long)++world->ids);
}

const char *sl_world_member(const char *body, const char *name, char out[static 128]) {
  char mark[64];
  out[0] = '\0';
  snprintf(mark, sizeof mark, "\"%s\":", name);
  const char *at = body ? strstr(body, mark) : NULL;
  if (!at) return out;
  at += strlen(mark);
  bool quoted = *at == '"';
  if (quoted) at++;
  size_t size = 0;
  while (size < 127 && at[size] && at[size] != '"' && (quoted || (at[size] != ',' && at[size] != '}'))) size++;
  memcpy(out, at, size);
  out[size] = '\0';
  return out;
}

bool sl_world_answer_of(const char *cases, const char *word, char target[static 160], char body[static 700]) {
  const char *at = cases ? strstr(cases, "\"state\":\"proposed\"") : NULL;
  if (!at) return false;
  const char *open = at;
  while (open > cases && *open != '{') open--;
  char id[128], version[128], plan[128], proposal[128], expires[128];
  sl_world_member(open, "id", id);
  sl_world_member(open, "version", version);
  sl_world_member(open, "plan_digest", plan);
  sl_world_member(open, "proposal_digest", proposal);
  sl_world_member(open, "expires", expires);
  snprintf(target, 160, "/v1/cases/%s/answer", id);
  snprintf(body, 700,
           "{\"answer\":\"%s\",\"version\":%s,\"plan_digest\":\"%s\",\"proposal_digest\":\"%s\",\"expires\":\"%s\"}", word,
           version, plan, proposal, expires);
  return true;
}
