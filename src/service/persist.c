/* Rows of intents, pairs, openings and what is due. Written on every operation, so
 * each is built in the writer's one scratch buffer and put at once. */
#include "service/persist.h"

#include "base/assert.h"
#include "geo/canon.h"
#include "service/plant.h"

#define FORM 1u

void sl_group_fail(sl_service *service, sl_err err) {
  if (err && !service->group_error) service->group_error = err;
}

sl_intent_key_bytes sl_intent_key(unsigned side, const sl_uuid *id) {
  sl_intent_key_bytes key;
  key.bytes[0] = (uint8_t)(side >> 8);
  key.bytes[1] = (uint8_t)side;
  memcpy(key.bytes + 2, id->bytes, 16);
  return key;
}

static void put(sl_service *service, sl_table table, sl_span key) {
  if (service->row.error) sl_group_fail(service, service->row.error);
  if (service->group_error) return;
  sl_group_fail(service, sl_store_put(service->store, table, key, sl_buf_span(&service->row)));
}

static void gone(sl_service *service, sl_table table, sl_span key) {
  if (service->group_error) return;
  sl_err err = sl_store_del(service->store, table, key);
  if (err != SL_ERR_NOT_FOUND) sl_group_fail(service, err);
}

static sl_buf *row(sl_service *service) {
  sl_buf_clear(&service->row);
  service->row.error = SL_OK;
  sl_buf_add_u8(&service->row, FORM);
  return &service->row;
}

static void plan_block_add(sl_buf *out, const sl_plan *plan) {
  size_t at = out->size;
  sl_buf_add_u32(out, 0);
  sl_canon_add(out, plan);
  if (out->error) return;
  size_t size = out->size - at - 4;
  for (int i = 0; i < 4; i++) out->data[at + (size_t)i] = (uint8_t)(size >> (24 - 8 * i));
}

static void draft_add(sl_buf *out, const sl_draft *draft) {
  sl_buf_add_u32(out, draft->version);
  sl_buf_add_u8(out, (uint8_t)draft->state);
  sl_buf_add_u8(out, (uint8_t)((draft->exercise ? 1 : 0) | (draft->pending_if_refused ? 2 : 0) | (draft->free ? 4 : 0)));
  sl_buf_add_u8(out, draft->priority);
  sl_buf_add_i64(out, draft->start_tolerance.ns);
  sl_buf_add_i64(out, draft->time_tolerance.ns);
  const sl_freedom *f = &draft->freedom;
  sl_buf_add_i64(out, f->earlier.ns);
  sl_buf_add_i64(out, f->later.ns);
  sl_buf_add_i64(out, f->down_w84.mm);
  sl_buf_add_i64(out, f->up_w84.mm);
  sl_buf_add_u32(out, (uint32_t)f->down_ft);
  sl_buf_add_u32(out, (uint32_t)f->up_ft);
  sl_buf_add_i64(out, f->aside.mm);
  plan_block_add(out, &draft->plan);
  sl_buf_add_u8(out, (uint8_t)draft->alternative_count);
  for (uint32_t i = 0; i < draft->alternative_count; i++) plan_block_add(out, &draft->alternative[i]);
}

sl_err sl_persist_draft_read(sl_span value, sl_arena *arena, sl_draft *out) {
  sl_reader in = sl_reader_of(value);
  sl_draft draft = {0};
  if (sl_read_u8(&in) != FORM) return SL_ERR_CORRUPT;
  draft.version = sl_read_u32(&in);
  draft.state = (sl_intent_state)sl_read_u8(&in);
  uint8_t flags = sl_read_u8(&in);
  draft.exercise = flags & 1;
  draft.pending_if_refused = flags & 2;
  draft.free = flags & 4;
  draft.priority = sl_read_u8(&in);
  draft.start_tolerance.ns = sl_read_i64(&in);
  draft.time_tolerance.ns = sl_read_i64(&in);
  sl_freedom *f = &draft.freedom;
  f->earlier.ns = sl_read_i64(&in);
  f->later.ns = sl_read_i64(&in);
  f->down_w84.mm = sl_read_i64(&in);
  f->up_w84.mm = sl_read_i64(&in);
  f->down_ft = (int32_t)sl_read_u32(&in);
  f->up_ft = (int32_t)sl_read_u32(&in);
  f->aside.mm = sl_read_i64(&in);
  sl_err err = sl_canon_read(&draft.plan, arena, sl_read_block(&in));
  if (err) return err;
  draft.alternative_count = sl_read_u8(&in);
  if (draft.alternative_count > SL_ALTERNATIVES_MAX) return SL_ERR_CORRUPT;
  for (uint32_t i = 0; i < draft.alternative_count; i++) {
    err = sl_canon_read(&draft.alternative[i], arena, sl_read_block(&in));
    if (err) return err;
  }
  err = sl_reader_done(&in);
  if (!err) *out = draft;
  return err;
}

void sl_persist_intent(sl_service *service, const sl_intent *intent, const sl_draft *draft) {
  sl_intent_key_bytes key = sl_intent_key(intent->owner->side, &intent->id);
  draft_add(row(service), draft);
  put(service, SL_TABLE_INTENT, (sl_span){key.bytes, sizeof key.bytes});
}

sl_err sl_persist_draft_get(sl_service *service, const sl_intent *intent, sl_arena *arena, sl_draft *out) {
  sl_intent_key_bytes key = sl_intent_key(intent->owner->side, &intent->id);
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  sl_err err = sl_store_get(service->store, SL_TABLE_INTENT, (sl_span){key.bytes, sizeof key.bytes}, &value);
  if (!err) {
    sl_span kept = sl_arena_copy(arena, sl_buf_span(&value));
    err = kept.data ? sl_persist_draft_read(kept, arena, out) : SL_ERR_NOMEM;
  }
  sl_buf_fini(&value);
  return err;
}

void sl_persist_forget(sl_service *service, const sl_intent *intent) {
  sl_intent_key_bytes key = sl_intent_key(intent->owner->side, &intent->id);
  gone(service, SL_TABLE_INTENT, (sl_span){key.bytes, sizeof key.bytes});
  gone(service, SL_TABLE_CASE, (sl_span){key.bytes, sizeof key.bytes});
}

void sl_persist_owed(sl_service *service, const sl_intent *intent, bool owed) {
  sl_intent_key_bytes key = sl_intent_key(intent->owner->side, &intent->id);
  sl_span bytes = {key.bytes, sizeof key.bytes};
  if (!owed) {
    gone(service, SL_TABLE_OUTBOX, bytes);
    return;
  }
  sl_buf *out = row(service);
  sl_buf_add_u8(out, (uint8_t)intent->inner.owed);
  put(service, SL_TABLE_OUTBOX, bytes);
}

void sl_persist_pair(sl_service *service, const sl_intent *a, const sl_intent *b, const sl_link *link) {
  sl_intent_key_bytes first = sl_intent_key(a->owner->side, &a->id);
  sl_intent_key_bytes second = sl_intent_key(b->owner->side, &b->id);
  uint8_t key[2 * sizeof first.bytes];
  bool swap = memcmp(first.bytes, second.bytes, sizeof first.bytes) > 0;
  memcpy(key, swap ? second.bytes : first.bytes, sizeof first.bytes);
  memcpy(key + sizeof first.bytes, swap ? first.bytes : second.bytes, sizeof second.bytes);
  sl_span bytes = {key, sizeof key};
  if (!link) {
    gone(service, SL_TABLE_PAIR, bytes);
    return;
  }
  sl_buf *out = row(service);
  sl_buf_add_u8(out, (uint8_t)link->verdict);
  sl_buf_add_u8(out, (uint8_t)(link->line | link->clocks << 5));
  sl_buf_add_i64(out, link->window.start.ns);
  sl_buf_add_i64(out, link->window.end.ns);
  put(service, SL_TABLE_PAIR, bytes);
}

static void log_key(uint8_t key[static 10], uint16_t log, uint64_t index) {
  key[0] = (uint8_t)(log >> 8);
  key[1] = (uint8_t)log;
  for (int i = 0; i < 8; i++) key[2 + i] = (uint8_t)(index >> (56 - 8 * i));
}

void sl_event_key(uint8_t out[static 10], const sl_member *member, uint64_t sequence) {
  log_key(out, member->number, sequence);
}

void sl_persist_event_gone(sl_service *service, const sl_member *member, uint64_t sequence) {
  uint8_t key[10];
  sl_event_key(key, member, sequence);
  gone(service, SL_TABLE_EVENT, (sl_span){key, sizeof key});
}

void sl_persist_event(sl_service *service, const sl_member *member, const sl_event_row *event) {
  uint8_t key[10];
  sl_event_key(key, member, event->sequence);
  sl_buf *out = row(service);
  sl_buf_add_str(out, event->body);
  put(service, SL_TABLE_EVENT, (sl_span){key, sizeof key});
}

sl_err sl_persist_event_get(sl_service *service, const sl_member *member, uint64_t sequence, sl_buf *out) {
  uint8_t key[10];
  sl_event_key(key, member, sequence);
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  sl_err err = sl_store_get(service->store, SL_TABLE_EVENT, (sl_span){key, sizeof key}, &value);
  if (!err && (value.size == 0 || value.data[0] != FORM)) err = SL_ERR_CORRUPT;
  if (!err) {
    sl_buf_add(out, value.data + 1, value.size - 1);
    err = out->error;
  }
  sl_buf_fini(&value);
  return err;
}

void sl_persist_record(sl_service *service, uint32_t number, sl_time at, sl_span envelope) {
  uint8_t key[10];
  log_key(key, 0, number);
  sl_buf *out = row(service);
  sl_buf_add_i64(out, at.ns);
  sl_buf_add_block(out, envelope);
  put(service, SL_TABLE_RECORD, (sl_span){key, sizeof key});
}

sl_err sl_persist_record_get(sl_service *service, uint32_t number, sl_buf *out) {
  uint8_t key[10];
  log_key(key, 0, number);
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  sl_err err = sl_store_get(service->store, SL_TABLE_RECORD, (sl_span){key, sizeof key}, &value);
  sl_reader in = sl_reader_of(sl_buf_span(&value));
  if (!err) {
    bool form = sl_read_u8(&in) == FORM;
    sl_read_i64(&in);
    sl_span body = sl_read_block(&in);
    err = form ? sl_reader_done(&in) : SL_ERR_CORRUPT;
    if (!err) sl_buf_add(out, body.data, body.size);
    if (!err) err = out->error;
  }
  sl_buf_fini(&value);
  return err;
}

static sl_span push_key(uint8_t key[static 8], uint64_t number) {
  for (int i = 0; i < 8; i++) key[i] = (uint8_t)(number >> (56 - 8 * i));
  return (sl_span){key, 8};
}

void sl_persist_push(sl_service *service, uint64_t number, uint16_t member, sl_time made, sl_str url, sl_str body) {
  uint8_t key[8];
  sl_buf *out = row(service);
  sl_buf_add_u16(out, member);
  sl_buf_add_i64(out, made.ns);
  sl_buf_add_block(out, sl_str_bytes(url));
  sl_buf_add_block(out, sl_str_bytes(body));
  put(service, SL_TABLE_PUSH, push_key(key, number));
}

void sl_persist_push_gone(sl_service *service, uint64_t number) {
  uint8_t key[8];
  gone(service, SL_TABLE_PUSH, push_key(key, number));
}

void sl_persist_meta(sl_service *service, const char *name, sl_span value) {
  sl_buf *out = row(service);
  sl_buf_add(out, value.data, value.size);
  put(service, SL_TABLE_META, (sl_span){(const uint8_t *)name, strlen(name)});
}
