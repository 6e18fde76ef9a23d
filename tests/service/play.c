#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "store/engine.h"
#include "wire/record.h"

const sl_read *sl_play_read(sl_answered *answer) {
  static sl_read read;
  memset(&read, 0, sizeof read);
  read.status = answer->status;
  snprintf(read.body, sizeof read.body, "%s", answer->body ? answer->body : "");
  char number[128];
  read.charged = strtol(sl_world_member(read.body, "charged", number), NULL, 10);
  read.version = strtol(sl_world_member(read.body, "version", number), NULL, 10);
  sl_world_member(read.body, "state", read.state);
  const char *verdict = strstr(read.body, "\"verdict\":{");
  if (verdict) {
    verdict += strlen("\"verdict\":{");
    sl_world_member(verdict, "verdict", read.verdict);
    sl_world_member(verdict, "as_of", read.as_of);
    sl_world_member(verdict, "valid_until", read.valid_until);
    read.agreement = strtol(sl_world_member(verdict, "agreement", number), NULL, 10);
    read.all = strstr(verdict, "\"all_granules\":true") != NULL;
    const char *stop = strstr(verdict, "\"as_of\""), *reason = strstr(verdict, "\"reason\"");
    if (reason && stop && reason < stop) sl_world_member(verdict, "reason", read.reason);
  }
  const char *incident = strstr(read.body, "\"case\":{");
  if (incident) {
    sl_world_member(incident, "id", read.case_id);
    sl_world_member(incident, "state", read.case_state);
    sl_world_member(incident, "answer", read.case_answer);
    sl_world_member(incident, "plan_digest", read.plan_digest);
    sl_world_member(incident, "proposal_digest", read.proposal_digest);
    sl_world_member(incident, "expires", read.expires);
  }
  sl_world_drop(answer);
  return &read;
}

const sl_read *sl_play_put(sl_world *world, sl_client *client, const char *id, const sl_draft *draft) {
  sl_answered answer = sl_world_put(world, client, id, draft);
  return sl_play_read(&answer);
}

const sl_read *sl_play_get(sl_world *world, sl_client *client, const char *id) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_answered answer = sl_world_ask(world, client, "GET", target, NULL);
  return sl_play_read(&answer);
}

const sl_read *sl_play_end(sl_world *world, sl_client *client, const char *id, int version, sl_time out_at) {
  char target[80], body[160];
  snprintf(target, sizeof target, "/v1/intents/%s/end", id);
  if (out_at.ns) snprintf(body, sizeof body, "{\"version\":%d,\"out_at\":\"%s\"}", version, sl_play_time(out_at));
  else snprintf(body, sizeof body, "{\"version\":%d}", version);
  sl_answered answer = sl_world_ask(world, client, "POST", target, body);
  return sl_play_read(&answer);
}

const char *sl_play_word(const sl_read *read) {
  static char word[260];
  if (read->status != 200) snprintf(word, sizeof word, "%d", read->status);
  else if (read->reason[0]) snprintf(word, sizeof word, "%s/%s", read->verdict, read->reason);
  else snprintf(word, sizeof word, "%s", read->verdict);
  return word;
}

int sl_play_answer(sl_world *world, sl_client *client, const char *id, const char *word) {
  const sl_read *read = sl_play_get(world, client, id);
  char target[192], body[1024];
  snprintf(target, sizeof target, "/v1/cases/%s/answer", read->case_id);
  snprintf(body, sizeof body,
           "{\"answer\":\"%s\",\"version\":%ld,\"plan_digest\":\"%s\",\"proposal_digest\":\"%s\",\"expires\":\"%s\"}", word,
           read->version, read->plan_digest, read->proposal_digest, read->expires);
  return sl_play_do(world, client, "POST", target, body);
}

int sl_play_do(sl_world *world, sl_client *client, const char *method, const char *target, const char *body) {
  sl_answered answer = sl_world_ask(world, client, method, target, body);
  int status = answer.status;
  sl_world_drop(&answer);
  return status;
}

const char *sl_play_events(sl_world *world, sl_client *client, uint64_t *next) {
  static char text[1u << 20];
  char target[80], number[128];
  snprintf(target, sizeof target, "/v1/events?after=%llu&wait=0", (unsigned long long)*next);
  sl_answered answer = sl_world_ask(world, client, "GET", target, NULL);
  SL_ASSERT(answer.status == 200);
  snprintf(text, sizeof text, "%s", answer.body);
  *next = strtoull(sl_world_member(text, "next", number), NULL, 10);
  sl_world_drop(&answer);
  return text;
}

unsigned sl_play_count(const char *text, const char *word) {
  unsigned count = 0;
  for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) count++;
  return count;
}

int sl_play_agree(sl_world *world) {
  sl_buf payload;
  sl_buf_init(&payload, 65536);
  sl_agreement_add(&payload, &world->agreement);
  SL_ASSERT(!payload.error);
  const sl_client *both[2] = {&world->focal_client[0], &world->focal_client[1]};
  int status = sl_world_record(world, SL_AGREEMENT_TYPE, sl_buf_span(&payload), both, 2);
  sl_buf_fini(&payload);
  return status;
}

void sl_play_beat(sl_world *world) {
  char body[8192];
  snprintf(body, sizeof body, "%s", sl_world_beat_body(world));
  for (unsigned i = 0; i < 2; i++) sl_play_do(world, &world->focal_client[i], "POST", "/v1/heartbeat", body);
}

const char *sl_play_time(sl_time time) {
  static char text[64];
  sl_buf out;
  sl_buf_init(&out, 64);
  sl_time_add(&out, time);
  snprintf(text, sizeof text, "%.*s", (int)out.size, (const char *)out.data);
  sl_buf_fini(&out);
  return text;
}

sl_draft sl_play_box(const sl_world *world) {
  return sl_world_box(world, 47.0, 8.0, 200, 500, 560, 7200, 7500);
}

typedef struct faulty {
  sl_store *inner;
  sl_play_faults *faults;
} faulty;

static sl_err once(sl_err *err) {
  sl_err now = *err;
  *err = SL_OK;
  return now;
}

static sl_err faulty_begin(void *self) {
  faulty *f = self;
  sl_err err = once(&f->faults->begin);
  return err ? err : sl_store_begin(f->inner);
}

static sl_err faulty_put(void *self, sl_table table, sl_span key, sl_span value) {
  faulty *f = self;
  sl_err err = once(&f->faults->put);
  return err ? err : sl_store_put(f->inner, table, key, value);
}

static sl_err faulty_del(void *self, sl_table table, sl_span key) {
  return sl_store_del(((faulty *)self)->inner, table, key);
}

static sl_err faulty_commit(void *self) {
  faulty *f = self;
  f->faults->commits++;
  sl_err err = once(&f->faults->commit);
  if (!err) return sl_store_commit(f->inner);
  sl_store_rollback(f->inner);
  return err;
}

static void faulty_rollback(void *self) { sl_store_rollback(((faulty *)self)->inner); }

static sl_err faulty_get(void *self, sl_table table, sl_span key, sl_buf *value) {
  return sl_store_get(((faulty *)self)->inner, table, key, value);
}

static sl_err faulty_scan(void *self, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row, void *context) {
  return sl_store_scan(((faulty *)self)->inner, table, first, end, row, context);
}

static void faulty_close(void *self) {
  sl_store_close(((faulty *)self)->inner);
  free(self);
}

sl_store *sl_play_store(sl_play_faults *faults) {
  static const sl_store_engine engine = {.name = "faulty", .begin = faulty_begin, .put = faulty_put,
                                         .del = faulty_del, .commit = faulty_commit, .rollback = faulty_rollback,
                                         .get = faulty_get, .scan = faulty_scan, .close = faulty_close};
  faulty *f = calloc(1, sizeof *f);
  SL_ASSERT(f != NULL);
  f->faults = faults;
  sl_store *out = NULL;
  sl_err err = sl_store_open_memory(&f->inner, NULL);
  SL_ASSERT(err == SL_OK);
  err = sl_store_wrap(&out, &engine, f);
  SL_ASSERT(err == SL_OK);
  return out;
}
