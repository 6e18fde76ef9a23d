#include "utm_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "case/membership.h"
#include "wire/token_keys.h"

void sl_utm_world_init(sl_utm_world *world) {
  static issuer *shared;   /* a key takes long to make, and worlds are many */
  memset(world, 0, sizeof *world);
  sl_world_init(&world->base);
  if (!shared) shared = issuer_new(2048);
  world->issuer = shared;
  static const struct { const char *subject, *side, *party; } listed[] = {
      {"uss1", "blue", "alpha"}, {"uss2", "blue", "bravo"}, {"uss9", "red", "romeo"}, {"uss8", "red", "sierra"},
      {"stranger", "blue", "nobody"}};
  for (unsigned i = 0; i < 5; i++) {
    world->subject[i].subject = listed[i].subject;
    snprintf(world->subject[i].side, sizeof world->subject[i].side, "%s", listed[i].side);
    snprintf(world->subject[i].party, sizeof world->subject[i].party, "%s", listed[i].party);
  }
  world->audience[0] = SL_STR("line.example");
  world->options = (sl_utm_options){.base_url = SERVER_URL, .audience = world->audience, .audiences = 1,
                                    .subject = world->subject, .subjects = 5, .version = "test"};
  world->base.options.utm = &world->options;
  world->base.agreement.budget_declared = 1000000000;
}

void sl_utm_world_keys(sl_utm_world *world) {
  sl_token_keys *keys = NULL;
  sl_buf pem;
  sl_buf_init(&pem, 65536);
  issuer_add_public_pem(&pem, world->issuer);
  sl_err err = sl_token_keys_new(&keys);
  if (!err) err = sl_token_keys_add_pem(keys, sl_buf_str(&pem), NULL);
  SL_ASSERT(err == SL_OK);
  sl_buf_fini(&pem);
  sl_service_utm_keys(world->base.service, keys);
}

void sl_utm_world_start(sl_utm_world *world, sl_store *store) {
  world->base.options.utm = &world->options;
  sl_world_open(&world->base, store);
  sl_utm_world_keys(world);
  sl_world_found(&world->base);
  sl_world_enrol(&world->base, 0, "alpha", SL_CLASS_DRONE, SL_ROLE_DUTY, &world->alpha);
  sl_world_enrol(&world->base, 0, "bravo", SL_CLASS_DRONE, 0, &world->bravo);
  sl_world_enrol(&world->base, 1, "romeo", SL_CLASS_DRONE, SL_ROLE_DUTY, &world->romeo);
  sl_world_enrol(&world->base, 1, "sierra", SL_CLASS_DRONE, 0, &world->sierra);
}

void sl_utm_world_open(sl_utm_world *world, sl_store *store) {
  sl_utm_world_init(world);
  sl_utm_world_start(world, store);
}

void sl_utm_world_restart(sl_utm_world *world) {
  sl_world_restart(&world->base);
  sl_utm_world_keys(world);
}

void sl_utm_world_fini(sl_utm_world *world) {
  sl_world_fini(&world->base);
  for (unsigned i = 0; i < world->tokens; i++) free(world->token[i]);
}

const char *sl_utm_world_token(sl_utm_world *world, const char *subject, const char *scopes) {
  char what[160];
  int64_t now = world->base.wall / SL_NS_PER_S, half_hour = now / 1800;
  snprintf(what, sizeof what, "%s|%s|%lld", subject, scopes, (long long)half_hour);
  for (unsigned i = 0; i < world->tokens; i++) {
    if (strcmp(world->token_for[i], what) == 0) return world->token[i];
  }
  char claims[600];
  snprintf(claims, sizeof claims,
           "{\"iss\":\"https://auth.example\",\"sub\":\"%s\",\"aud\":\"line.example\",\"scope\":\"%s\",\"iat\":%lld,"
           "\"exp\":%lld,\"jti\":\"1\"}",
           subject, scopes, (long long)(half_hour * 1800), (long long)(half_hour * 1800 + 3600));
  sl_buf text;
  sl_buf_init(&text, 8192);
  issuer_add_token(&text, world->issuer, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", claims);
  sl_buf_add_u8(&text, 0);
  SL_ASSERT(!text.error);
  if (world->tokens == 64) {
    free(world->token[0]);
    memmove(world->token, world->token + 1, 63 * sizeof world->token[0]);
    memmove(world->token_for, world->token_for + 1, 63 * sizeof world->token_for[0]);
    world->tokens--;
  }
  snprintf(world->token_for[world->tokens], sizeof what, "%s", what);
  world->token[world->tokens] = strdup((const char *)text.data);
  sl_buf_fini(&text);
  return world->token[world->tokens++];
}

static void answered(void *context, const sl_reply *reply) {
  sl_answered *answer = context;
  answer->done = true;
  answer->status = reply->status;
  answer->release = reply->release;
  snprintf(answer->type, sizeof answer->type, "%s", reply->content_type ? reply->content_type : "");
  answer->body = malloc(reply->body.size + 1);
  SL_ASSERT(answer->body != NULL);
  if (reply->body.size > 0) memcpy(answer->body, reply->body.data, reply->body.size);
  answer->size = reply->body.size;
  answer->body[answer->size] = '\0';
}

void sl_utm_send_to(sl_utm_world *world, const char *token, const char *method, const char *target, sl_str body,
                    sl_reply_fn *reply, void *context) {
  char value[4096];
  snprintf(value, sizeof value, "Bearer %s", token ? token : "");
  sl_header header[2] = {{SL_STR("Host"), SL_STR("line.example")}, {SL_STR("Authorization"), sl_str_from(value)}};
  sl_request request = {.method = sl_str_from(method), .target = sl_str_from(target), .body = sl_str_bytes(body),
                        .authority = SL_STR("line.example"), .received = {world->base.wall},
                        .header = header, .header_count = token ? 2 : 1};
  sl_service_receive(world->base.service, &request, reply, context, NULL);
}

void sl_utm_send(sl_utm_world *world, const char *subject, const char *scopes, const char *method, const char *target,
                 const char *body, sl_answered *answer) {
  *answer = (sl_answered){0};
  const char *token = scopes ? sl_utm_world_token(world, subject, scopes) : NULL;
  sl_utm_send_to(world, token, method, target, body ? sl_str_from(body) : (sl_str){NULL, 0}, answered, answer);
}

sl_answered sl_utm_ask(sl_utm_world *world, const char *subject, const char *scopes, const char *method,
                       const char *target, const char *body) {
  sl_answered answer;
  sl_utm_send(world, subject, scopes, method, target, body, &answer);
  for (int i = 0; i < 1000 && !answer.done; i++) sl_service_turn(world->base.service);
  SL_ASSERT(answer.done);
  return answer;
}

int sl_utm_status_of(sl_utm_world *world, const char *subject, const char *scopes, const char *method,
                     const char *target, const char *body) {
  sl_answered answer = sl_utm_ask(world, subject, scopes, method, target, body);
  int status = answer.status;
  sl_world_drop(&answer);
  return status;
}

static void time_text(char out[static 64], int64_t ns) {
  sl_buf text;
  sl_buf_init(&text, 63);
  sl_time_add(&text, (sl_time){ns});
  snprintf(out, 64, "%.*s", (int)text.size, (const char *)text.data);
  sl_buf_fini(&text);
}

char *sl_utm_volume_text(const sl_utm_world *world, const sl_utm_box *box) {
  char *out = malloc(2048), start[64], end[64];
  SL_ASSERT(out != NULL);
  time_text(start, world->base.wall + box->from_s * SL_NS_PER_S);
  time_text(end, world->base.wall + box->to_s * SL_NS_PER_S);
  double y = box->half * 9e-6, x = box->half * 13e-6;
  snprintf(out, 2048,
           "{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lat\":%.7f,\"lng\":%.7f},{\"lat\":%.7f,\"lng\":%.7f},"
           "{\"lat\":%.7f,\"lng\":%.7f},{\"lat\":%.7f,\"lng\":%.7f}]},"
           "\"altitude_lower\":{\"value\":%g,\"reference\":\"W84\",\"units\":\"M\"},"
           "\"altitude_upper\":{\"value\":%g,\"reference\":\"W84\",\"units\":\"M\"}},"
           "\"time_start\":{\"value\":\"%s\",\"format\":\"RFC3339\"},\"time_end\":{\"value\":\"%s\",\"format\":\"RFC3339\"}}",
           box->lat - y, box->lon - x, box->lat - y, box->lon + x, box->lat + y, box->lon + x, box->lat + y,
           box->lon - x, box->lower, box->upper, start, end);
  return out;
}

static char *body_of(const char *format, char *volume, const char *a, const char *b, const char *c) {
  size_t room = strlen(volume) + strlen(a) + strlen(b) + strlen(c) + 400;
  char *out = malloc(room);
  SL_ASSERT(out != NULL);
  if (format[0] == 'i') {
    snprintf(out, room, "{\"extents\":[%s],\"state\":\"%s\",\"uss_base_url\":\"https://uss.example/utm\",\"key\":[%s]%s}",
             volume, a, b, c);
  } else if (format[0] == 's') {
    snprintf(out, room,
             "{\"extents\":%s,\"uss_base_url\":\"https://subs.example/utm\",\"notify_for_operational_intents\":%s,"
             "\"notify_for_constraints\":%s}",
             volume, a, b);
  } else if (format[0] == 'z') {
    snprintf(out, room, "{\"extents\":[%s],\"uss_base_url\":\"https://zones.example/utm\"}", volume);
  } else {
    snprintf(out, room, "{\"area_of_interest\":%s}", volume);
  }
  free(volume);
  return out;
}

char *sl_utm_intent_body(const sl_utm_world *world, const sl_utm_box *box, const char *state, const char *key,
                         const char *more) {
  return body_of("i", sl_utm_volume_text(world, box), state, key, more);
}

char *sl_utm_sub_body(const sl_utm_world *world, const sl_utm_box *box, bool intents, bool constraints) {
  return body_of("s", sl_utm_volume_text(world, box), intents ? "true" : "false", constraints ? "true" : "false", "");
}

char *sl_utm_zone_body(const sl_utm_world *world, const sl_utm_box *box) {
  return body_of("z", sl_utm_volume_text(world, box), "", "", "");
}

char *sl_utm_area_body(const sl_utm_world *world, const sl_utm_box *box) {
  return body_of("a", sl_utm_volume_text(world, box), "", "", "");
}

sl_answered sl_utm_put(sl_utm_world *world, const char *subject, const char *id, const char *ovn, const sl_utm_box *box,
                       const char *state, const char *key, const char *more) {
  char target[300];
  snprintf(target, sizeof target, INTENTS "%s%s%s", id, ovn ? "/" : "", ovn ? ovn : "");
  char *body = sl_utm_intent_body(world, box, state, key, more);
  bool urgent = strcmp(state, "Nonconforming") == 0 || strcmp(state, "Contingent") == 0;
  sl_answered answer = sl_utm_ask(world, subject, urgent ? SC " " CMSA : SC " " CP, "PUT", target, body);
  free(body);
  return answer;
}

const char *sl_utm_ovn_of(const char *body, char out[static 128]) {
  return sl_world_member(body, "ovn", out);
}

unsigned sl_utm_times(const char *body, const char *text) {
  unsigned count = 0;
  for (const char *at = strstr(body, text); at; at = strstr(at + 1, text)) count++;
  return count;
}
