/* Rows that a group writes one of, whatever it carried out: leaves, nonces, what was
 * asked. As rows of their own, each would touch a page of its own in the store, and pages
 * are what a commit costs. A row is numbered on from the last one; what many operations
 * left in it is read back one after the other, in the order of their commits. */
#include "base/assert.h"
#include "service/instant.h"
#include "service/persist.h"
#include "service/plant.h"

#define FORM 1u
#define BATCH_BYTES (1u << 20)   /* above it the group writes another row */
#define SWEPT_A_TURN 256u
#define KEY_TIMED 16u

static const sl_table table_of[SL_BATCH_COUNT] = {SL_TABLE_LEAF, SL_TABLE_NONCE, SL_TABLE_ASKED};

static void u64_at(uint8_t out[static 8], uint64_t value) {
  for (int i = 0; i < 8; i++) out[i] = (uint8_t)(value >> (56 - 8 * i));
}

/* (until, number); of leaves, which stay for ever, (number). */
static void put(sl_service *service, sl_batch_kind kind) {
  sl_batch *batch = &service->batch[kind];
  if (batch->bytes.error) sl_group_fail(service, batch->bytes.error);
  if (service->group_error || batch->bytes.size == 0) return;
  uint8_t key[KEY_TIMED];
  u64_at(key, (uint64_t)batch->until);
  u64_at(key + 8, service->next_batch++);
  sl_span bytes = kind == SL_BATCH_LEAVES ? (sl_span){key + 8, 8} : (sl_span){key, sizeof key};
  sl_group_fail(service, sl_store_put(service->store, table_of[kind], bytes, sl_buf_span(&batch->bytes)));
  if (batch->first == 0 || batch->until < batch->first) batch->first = batch->until;
  sl_buf_clear(&batch->bytes);
  batch->until = 0;
}

/* Where one more is appended, to be kept until that second. */
static sl_buf *grown(sl_service *service, sl_batch_kind kind, int64_t until) {
  sl_batch *batch = &service->batch[kind];
  if (batch->bytes.size > BATCH_BYTES) put(service, kind);
  if (batch->bytes.size == 0) sl_buf_add_u8(&batch->bytes, FORM);
  if (until > batch->until) batch->until = until;
  return &batch->bytes;
}

void sl_persist_batch_leaf(sl_service *service, uint16_t log, uint64_t index, const sl_hash *leaf) {
  sl_buf *out = grown(service, SL_BATCH_LEAVES, 0);
  sl_buf_add_u16(out, log);
  sl_buf_add_u64(out, index);
  sl_buf_add(out, leaf->bytes, sizeof leaf->bytes);
}

void sl_persist_nonce(sl_service *service, const sl_nonce *nonce) {
  sl_buf *out = grown(service, SL_BATCH_NONCES, nonce->expires);
  sl_buf_add_i64(out, nonce->expires);
  sl_buf_add_u8(out, nonce->side);
  sl_buf_add(out, nonce->digest, sizeof nonce->digest);
}

void sl_persist_asked(sl_service *service, const sl_member *member, const sl_asked *asked) {
  sl_buf *out = grown(service, SL_BATCH_ASKED, asked->at.ns / SL_NS_PER_S + SL_ASKED_KEPT_S);
  sl_buf_add_u16(out, member->number);
  sl_buf_add_u8(out, (uint8_t)asked->verdict);
  sl_buf_add_i64(out, asked->at.ns);
  sl_granule_row_add(out, &asked->bounds);
}

typedef struct sweeping {
  uint8_t key[SWEPT_A_TURN][KEY_TIMED];
  size_t count;
  int64_t next;     /* what the first row that stays is kept until */
  uint64_t now;
} sweeping;

static uint64_t u64_of(const uint8_t *data) {
  uint64_t value = 0;
  for (int i = 0; i < 8; i++) value = value << 8 | data[i];
  return value;
}

static bool look(void *context, sl_span key, sl_span value) {
  sweeping *s = context;
  (void)value;
  if (key.size != KEY_TIMED) return false;   /* a start refuses it */
  s->next = (int64_t)u64_of(key.data);
  if (s->count == SWEPT_A_TURN || (uint64_t)s->next >= s->now) return false;
  memcpy(s->key[s->count++], key.data, KEY_TIMED);
  s->next = 0;
  return true;
}

/* Rows of which nothing is wanted any more. Nonces go by what has surely come: their row
 * keeps them from being sent again after a start, whatever the clock says then. */
static void sweep(sl_service *service) {
  int64_t now = sl_instant_past(service).ns / SL_NS_PER_S;
  for (unsigned kind = SL_BATCH_NONCES; kind < SL_BATCH_COUNT; kind++) {
    sl_batch *batch = &service->batch[kind];
    if (batch->first == 0 || batch->first >= now || service->group_error) continue;
    sweeping s = {.now = (uint64_t)now};
    sl_group_fail(service, sl_store_scan(service->store, table_of[kind], (sl_span){0}, (sl_span){0}, look, &s));
    for (size_t i = 0; i < s.count && !service->group_error; i++) {
      sl_group_fail(service, sl_store_del(service->store, table_of[kind], (sl_span){s.key[i], KEY_TIMED}));
    }
    if (kind == SL_BATCH_NONCES && s.count > 0) {
      int64_t until = (int64_t)u64_of(s.key[s.count - 1]);
      if (until > service->nonces_until) service->nonces_until = until;
    }
    batch->first = s.next;
    SL_ASSERT(s.count <= SWEPT_A_TURN);
  }
}

void sl_persist_batches(sl_service *service) {
  sweep(service);
  for (unsigned kind = 0; kind < SL_BATCH_COUNT; kind++) put(service, (sl_batch_kind)kind);
}

void sl_persist_batches_forget(sl_service *service) {
  for (unsigned kind = 0; kind < SL_BATCH_COUNT; kind++) {
    sl_batch *batch = &service->batch[kind];
    if (batch->bytes.max == 0) sl_buf_init(&batch->bytes, SL_STORE_VALUE_MAX);
    sl_buf_fini(&batch->bytes);
    batch->until = batch->first = 0;
  }
  service->next_batch = 0;
}

/* The row's number and, of those that go, until when it is kept. */
static sl_err noted(sl_service *service, sl_batch_kind kind, sl_span key) {
  bool timed = kind != SL_BATCH_LEAVES;
  if (key.size != (timed ? KEY_TIMED : 8)) return SL_ERR_CORRUPT;
  uint64_t number = u64_of(key.data + key.size - 8);
  if (number >= service->next_batch) service->next_batch = number + 1;
  if (timed && service->batch[kind].first == 0) service->batch[kind].first = (int64_t)u64_of(key.data);
  return SL_OK;
}

sl_err sl_persist_batch_read(sl_service *service, sl_batch_kind kind, sl_span key, sl_span value, sl_reader *out) {
  sl_err err = noted(service, kind, key);
  sl_reader in = sl_reader_of(value);
  if (!err && (sl_read_u8(&in) != FORM || in.rest.size == 0)) err = SL_ERR_CORRUPT;
  if (!err) *out = in;
  return err;
}

sl_err sl_persist_asked_read(sl_reader *in, uint16_t *member, sl_asked *out) {
  sl_asked asked = {.verdict = SL_VERDICT_NONE};
  uint16_t number = sl_read_u16(in);
  asked.verdict = (sl_verdict)sl_read_u8(in);
  asked.at.ns = sl_read_i64(in);
  asked.bounds = sl_granule_row_read(in);
  if (in->error) return SL_ERR_CORRUPT;
  *member = number;
  *out = asked;
  return SL_OK;
}
