/* Rebuilding: signed records first (they make sides' parties and lines), then logs,
 * parties, lines, intents, pairs, what is owed, settlements, nonces. Every row is
 * read once, in key order. */
#include "service/load.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/band.h"
#include "service/clock.h"
#include "service/deal.h"
#include "service/instant.h"
#include "service/lines.h"
#include "service/logbook.h"
#include "service/nonce.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/push.h"
#include "service/records.h"
#include "service/retention.h"
#include "service/salts.h"
#include "service/script.h"
#include "service/utm_state.h"

#define FORM 1u

SL_STATIC_ASSERT(SL_LINES_MAX == 32, "a pair's row has five bits for its line");

typedef struct loading {
  sl_service *service;
  bool starting;
  sl_err err;
} loading;

static bool fail(loading *l, sl_err err) {
  if (err && !l->err) l->err = err;
  return !l->err;
}

static bool record_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  bool form = sl_read_u8(&in) == FORM;
  sl_time at = {sl_read_i64(&in)};
  sl_span body = sl_read_block(&in);
  if (!form || sl_reader_done(&in) || key.size != 10) return fail(l, SL_ERR_CORRUPT);
  sl_arena arena;
  sl_arena_init(&arena, 4u << 20);
  sl_envelope envelope;
  sl_err err = sl_envelope_read(&envelope, &arena, body, NULL);
  if (!err) err = sl_records_take(l->service, &envelope, at, true, NULL);
  sl_arena_fini(&arena);
  l->service->records++;
  return fail(l, err);
}

static uint16_t u16_at(sl_span bytes, size_t at) {
  return (uint16_t)(bytes.data[at] << 8 | bytes.data[at + 1]);
}

static sl_err take_leaf(sl_service *service, sl_reader *in) {
  uint16_t log = sl_read_u16(in);
  uint64_t index = sl_read_u64(in);
  sl_span bytes = sl_read_bytes(in, 32);
  bool rollup = log == SL_LOG_ROLLUP;
  if (in->error || (!rollup && log >= service->member_count)) return SL_ERR_CORRUPT;
  sl_tree *tree = rollup ? service->rollup : service->member[log]->log;
  if (index != sl_tree_size(tree)) return SL_ERR_CORRUPT;
  sl_hash leaf;
  memcpy(leaf.bytes, bytes.data, sizeof leaf.bytes);
  sl_err err = sl_tree_append(tree, &leaf);
  return err ? err : sl_persist_leaf_place(service, log, index);
}

/* What was forgotten is refused by its time. */
static sl_err take_nonce(sl_service *service, sl_reader *in) {
  sl_nonce nonce = {.expires = sl_read_i64(in)};
  nonce.side = sl_read_u8(in);
  sl_span digest = sl_read_bytes(in, sizeof nonce.digest);
  if (in->error || nonce.side >= service->side_count) return SL_ERR_CORRUPT;
  if (nonce.expires <= service->nonces_until) return SL_OK;
  memcpy(nonce.digest, digest.data, sizeof nonce.digest);
  return sl_nonce_keep(service, &nonce);
}

static sl_err take_asked(sl_service *service, sl_reader *in) {
  uint16_t number = 0;
  sl_asked asked;
  sl_err err = sl_persist_asked_read(in, &number, &asked);
  if (err || number >= service->member_count) return SL_ERR_CORRUPT;
  sl_member *member = service->member[number];
  member->asked[member->asked_next++ % SL_ASKED_MAX] = asked;
  return SL_OK;
}

static bool batch_row(loading *l, sl_batch_kind kind, sl_err (*take)(sl_service *, sl_reader *), sl_span key, sl_span value) {
  sl_reader in;
  sl_err err = sl_persist_batch_read(l->service, kind, key, value, &in);
  while (!err && in.rest.size > 0) err = take(l->service, &in);
  return fail(l, err);
}

static bool leaf_row(void *context, sl_span key, sl_span value) {
  return batch_row(context, SL_BATCH_LEAVES, take_leaf, key, value);
}

static bool nonce_row(void *context, sl_span key, sl_span value) {
  return batch_row(context, SL_BATCH_NONCES, take_nonce, key, value);
}

static bool asked_row(void *context, sl_span key, sl_span value) {
  return batch_row(context, SL_BATCH_ASKED, take_asked, key, value);
}

static bool party_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  if (key.size != 2 || u16_at(key, 0) >= l->service->member_count) return fail(l, SL_ERR_CORRUPT);
  return fail(l, sl_persist_member_read(l->service->member[u16_at(key, 0)], value));
}

static void restart(sl_service *service, sl_line_record *line) {
  sl_line_state before = line->machine.state;
  sl_line_restart(&line->machine, service->now);
  if (service->options.script) sl_script_restart(line, before);
}

static bool line_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  for (size_t i = 0; i < l->service->line_count; i++) {
    sl_line_record *line = &l->service->line[i];
    if (!sl_str_is(sl_span_text(key), line->now.line)) continue;
    sl_err err = sl_persist_line_read(line, value);
    if (!err && l->starting && !SL_PLANTED(SL_PLANT_RESTART_CLEAR)) restart(l->service, line);
    line->told = line->machine.state;
    return fail(l, err);
  }
  return fail(l, SL_ERR_CORRUPT);
}

static sl_intent *intent_at(sl_service *service, const uint8_t key[static 18]) {
  sl_uuid id;
  memcpy(id.bytes, key + 2, 16);
  return sl_state_intent(service, (unsigned)(key[0] << 8 | key[1]), &id);
}

static bool pair_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  bool form = sl_read_u8(&in) == FORM;
  sl_link link = {.verdict = (sl_verdict)sl_read_u8(&in)};
  link.line = sl_read_u8(&in);
  link.clocks = link.line >> 5;
  link.line &= SL_LINES_MAX - 1;
  link.window.start.ns = sl_read_i64(&in);
  link.window.end.ns = sl_read_i64(&in);
  if (!form || sl_reader_done(&in) || key.size != 36) return fail(l, SL_ERR_CORRUPT);
  sl_intent *a = intent_at(l->service, key.data), *b = intent_at(l->service, key.data + 18);
  if (!a || !b || !a->live || !b->live || link.line >= l->service->line_count) return fail(l, SL_ERR_CORRUPT);
  return fail(l, sl_across_link(a, b, &link));
}

static bool owed_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  if (key.size != 18 || value.size != 2) return fail(l, SL_ERR_CORRUPT);
  sl_intent *intent = intent_at(l->service, key.data);
  if (!intent) return fail(l, SL_ERR_CORRUPT);
  intent->inner.noted = true;
  if (intent->inner.owed < (sl_verdict)value.data[1]) intent->inner.owed = (sl_verdict)value.data[1];
  return true;
}

static bool deal_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  return fail(l, sl_deal_load(l->service, key, value));
}

static bool push_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  return fail(l, sl_push_load(l->service, key, value));
}

static sl_err told(sl_err err, sl_fault *fault, const char *what) {
  if (err == SL_ERR_SIGNATURE || err == SL_ERR_DENIED)
    sl_fault_set(fault, err, "%s of this store are not of the sides of this configuration: put every [side] and focal_key back as it was", what);
  if (err) sl_fault_set(fault, err, "the table of %s cannot be read; restore a backup or ask for help", what);
  return err;
}

static sl_err scan(loading *l, sl_table table, sl_store_row_fn *row, sl_fault *fault, const char *what) {
  sl_err err = sl_store_scan(l->service->store, table, (sl_span){0}, (sl_span){0}, row, l);
  return told(err ? err : l->err, fault, what);
}

/* What stood differently from what was told is announced at the next round. */
static sl_err settle_standing(sl_service *service) {
  if (service->options.script) return SL_OK;   /* in a simulation all that is told is given */
  for (size_t i = 0; i < service->slot_count; i++) {
    sl_intent *intent = service->slot[i];
    if (!intent || (!intent->live && !intent->inner.noted)) continue;   /* what is over is not reopened */
    sl_verdict owed = intent->inner.owed;
    sl_verdict judged = sl_across_standing(intent);
    intent->inner.owed = owed > judged ? owed : judged;
    bool waits = intent->inner.noted || intent->inner.voided || intent->inner.reopened;
    if ((intent->live && judged != intent->own.told) || waits) {
      sl_err err = sl_across_list(service, intent);
      if (err) return err;
    }
  }
  return SL_OK;
}

/* What a store is of, for as long as it lives: ids and salts come from the seed, logs are signed by the
 * key under the origin's name. A store that is older than this row gets it with its next group. */
static void identity_add(const sl_service *service, sl_buf *out) {
  uint8_t mark[32];
  sl_prf(mark, sizeof mark, service->options.seed, "identity", NULL, 0);
  sl_buf_add(out, mark, sizeof mark);
  sl_buf_add(out, service->options.signer.public_key, 32);
  sl_buf_add(out, service->options.origin, strlen(service->options.origin));
}

static sl_err identity_check(sl_service *service, sl_fault *fault) {
  sl_buf held, own;
  sl_buf_init(&held, 256);
  sl_buf_init(&own, 256);
  identity_add(service, &own);
  sl_err err = sl_store_get(service->store, SL_TABLE_META, sl_str_bytes(SL_STR("identity")), &held);
  service->identity_owed = err == SL_ERR_NOT_FOUND;
  if (service->identity_owed) err = SL_OK;
  else if (!err && (held.size < 65 || held.data[0] != FORM)) err = SL_ERR_CORRUPT;
  if (!err && !service->identity_owed) {
    const uint8_t *was = held.data + 1;
    const char *what = memcmp(was, own.data, 32) != 0 ? "seed" : memcmp(was + 32, own.data + 32, 32) != 0 ? "server_key" : NULL;
    if (!what && (held.size - 1 != own.size || memcmp(was + 64, own.data + 64, own.size - 64) != 0)) what = "origin";
    if (what) err = sl_fault_set(fault, SL_ERR_STATE, "this store was begun with another %s: put that one back, or name another store", what);
  }
  sl_buf_fini(&own);
  sl_buf_fini(&held);
  return err;
}

void sl_load_identity_owed(sl_service *service) {
  if (!service->identity_owed || service->group_error) return;
  sl_buf own;
  sl_buf_init(&own, 256);
  identity_add(service, &own);
  sl_group_fail(service, own.error);
  if (!own.error) sl_persist_meta(service, "identity", sl_buf_span(&own));
  sl_buf_fini(&own);
  service->identity_owed = false;   /* a group that fails looks again */
}

static int64_t i64_at(const sl_buf *value, size_t at) {
  uint64_t number = 0;
  for (size_t i = at; i < at + 8; i++) number = number << 8 | value->data[i];
  return (int64_t)number;
}

static void clock_from(sl_service *service) {
  sl_buf value;
  sl_buf_init(&value, 64);
  sl_err err = sl_store_get(service->store, SL_TABLE_META, sl_str_bytes(SL_STR("clock")), &value);
  int64_t done = !err && value.size >= 9 ? i64_at(&value, 1) : 0, said = done;
  if (!err && value.size == 25) {
    service->nonces_until = i64_at(&value, 9);
    said = i64_at(&value, 17);
  }
  sl_buf_fini(&value);
  sl_instant_resume(service, (sl_time){said > done ? said : done});
  sl_band_align(service, (sl_time){done});
}

static sl_err load_all(sl_service *service, bool starting, sl_fault *fault) {
  sl_load_end(service);
  sl_err err = sl_load_begin(service);
  if (err) return err;
  err = identity_check(service, fault);
  if (err) return err;
  clock_from(service);
  loading l = {.service = service, .starting = starting};
  err = scan(&l, SL_TABLE_RECORD, record_row, fault, "records");
  if (starting) service->restarted = service->records > 0;
  if (!err) err = scan(&l, SL_TABLE_LEAF, leaf_row, fault, "log entries");
  if (!err) err = scan(&l, SL_TABLE_PARTY, party_row, fault, "parties");
  if (!err) err = scan(&l, SL_TABLE_ASKED, asked_row, fault, "what was asked");
  if (!err) err = sl_salts_load(service);
  if (!err) err = told(sl_retention_load(service), fault, "events");
  if (!err) err = scan(&l, SL_TABLE_LINE, line_row, fault, "lines");
  if (!err) err = told(sl_load_intents(service), fault, "intents");
  if (!err) err = scan(&l, SL_TABLE_PAIR, pair_row, fault, "pairs");
  if (!err) err = scan(&l, SL_TABLE_OUTBOX, owed_row, fault, "what is owed");
  if (!err) err = settle_standing(service);
  if (!err) err = scan(&l, SL_TABLE_DEALT, deal_row, fault, "settlements");
  if (!err) err = scan(&l, SL_TABLE_NONCE, nonce_row, fault, "nonces");
  if (!err) err = scan(&l, SL_TABLE_PUSH, push_row, fault, "notifications");
  if (!err) err = sl_utm_load(service, fault);
  if (err) return err;
  sl_clock_load(service);
  sl_lines_align(service);
  return sl_rollup_align(service);
}

sl_err sl_load_all(sl_service *service, bool starting, sl_fault *fault) {
  /* Receivers wait: what they look up is made anew. */
  pthread_rwlock_wrlock(&service->directory_lock);
  sl_err err = load_all(service, starting, fault);
  pthread_rwlock_unlock(&service->directory_lock);
  return err;
}
