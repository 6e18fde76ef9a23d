/* Rows of logs: a leaf for each entry, read at every start, and beside it the opening,
 * of which only the commitment is left when its retention is over (L23). Forms of an
 * opening: 1 with its salt, 2 with the week that its salt is made from, 3 erased.
 *
 * Openings of all logs stand in the order in which they came, so that those of a group
 * share pages; which is whose follows from the leaves, which have the same order, and is
 * kept in memory: eight bytes an entry. */
#include <stdlib.h>

#include "base/assert.h"
#include "ledger/entry.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/salts.h"

enum { OPENING_SALTED = 1, OPENING_WEEK = 2, OPENING_ERASED = 3 };

typedef struct row_key { uint8_t bytes[8]; } row_key;

static sl_places *places_of(sl_service *service, uint16_t log) {
  if (log == SL_LOG_ROLLUP) return &service->rollup_places;
  return log < service->member_count ? &service->member[log]->places : NULL;
}

sl_err sl_persist_leaf_place(sl_service *service, uint16_t log, uint64_t index) {
  sl_places *places = places_of(service, log);
  SL_ASSERT(places != NULL && places->count == index);
  if (places->count == places->room) {
    size_t room = places->room ? places->room + places->room / 2 : 16;
    uint64_t *grown = realloc(places->at, room * sizeof *grown);
    if (!grown) return SL_ERR_NOMEM;
    places->at = grown;
    places->room = room;
  }
  places->at[places->count++] = service->next_opening++;
  return SL_OK;
}

/* Of an entry that has its place. */
static row_key key_of(sl_service *service, uint16_t log, uint64_t index) {
  const sl_places *places = places_of(service, log);
  SL_ASSERT(places != NULL && index < places->count);
  row_key key;
  for (int i = 0; i < 8; i++) key.bytes[i] = (uint8_t)(places->at[index] >> (56 - 8 * i));
  return key;
}

static sl_buf *row(sl_service *service, uint8_t form) {
  sl_buf_clear(&service->row);
  service->row.error = SL_OK;
  sl_buf_add_u8(&service->row, form);
  return &service->row;
}

static void put(sl_service *service, sl_table table, const row_key *key) {
  if (service->row.error) sl_group_fail(service, service->row.error);
  if (service->group_error) return;
  sl_span bytes = {key->bytes, sizeof key->bytes};
  sl_group_fail(service, sl_store_put(service->store, table, bytes, sl_buf_span(&service->row)));
}

void sl_persist_leaf(sl_service *service, uint16_t log, uint64_t index, const sl_hash *leaf, uint32_t period,
                     sl_span entry, sl_span attachment) {
  sl_err err = sl_persist_leaf_place(service, log, index);
  if (err) {
    sl_group_fail(service, err);
    return;
  }
  if (SL_PLANTED(SL_PLANT_LOG_APART) && index % 2) return;
  sl_persist_batch_leaf(service, log, index, leaf);
  sl_buf *out = row(service, OPENING_WEEK);
  sl_buf_add_u32(out, period);
  sl_buf_add_block(out, entry);
  sl_buf_add_block(out, attachment);
  row_key key = key_of(service, log, index);
  put(service, SL_TABLE_OPENING, &key);
}

void sl_persist_leaf_erase(sl_service *service, uint16_t log, uint64_t index, const sl_hash *commitment) {
  row_key key = key_of(service, log, index);
  sl_buf_add(row(service, OPENING_ERASED), commitment->bytes, sizeof commitment->bytes);
  put(service, SL_TABLE_OPENING, &key);
}

/* The row of an opening and its form; *in stands behind the form. */
static sl_err opening(sl_service *service, uint16_t log, uint64_t index, sl_buf *value, sl_reader *in, uint8_t *form) {
  const sl_places *places = places_of(service, log);
  if (!places || index >= places->count) return SL_ERR_NOT_FOUND;
  row_key key = key_of(service, log, index);
  sl_err err = sl_store_get(service->store, SL_TABLE_OPENING, (sl_span){key.bytes, sizeof key.bytes}, value);
  if (err) return err;
  *in = sl_reader_of(sl_buf_span(value));
  *form = sl_read_u8(in);
  return *form >= OPENING_SALTED && *form <= OPENING_ERASED ? SL_OK : SL_ERR_CORRUPT;
}

/* The same whether its retention is over or not. */
static sl_err open_row(sl_service *service, uint16_t log, uint64_t index, sl_buf *value, uint8_t salt[static 32],
                       sl_span *entry, bool *over) {
  sl_reader in;
  uint8_t form = 0;
  sl_err err = opening(service, log, index, value, &in, &form);
  if (err) return err;
  if (form == OPENING_ERASED) return SL_ERR_NOT_FOUND;
  sl_span kept = form == OPENING_SALTED ? sl_read_bytes(&in, 32) : (sl_span){0};
  uint32_t period = form == OPENING_WEEK ? sl_read_u32(&in) : 0;
  sl_span body = sl_read_block(&in);
  sl_read_block(&in);
  err = sl_reader_done(&in);
  if (err) return err;
  if (form == OPENING_SALTED) memcpy(salt, kept.data, 32);
  else if (log == SL_LOG_ROLLUP) memset(salt, 0, 32);
  else err = sl_salts_of(service, log, period, index, salt);
  if (!err) *entry = body;
  if (!err) *over = form == OPENING_WEEK && log != SL_LOG_ROLLUP && sl_salts_over(service, period);
  return err;
}

sl_err sl_persist_leaf_get(sl_service *service, uint16_t log, uint64_t index, sl_buf *value, uint8_t salt[static 32],
                           sl_span *entry) {
  bool over = false;
  sl_err err = open_row(service, log, index, value, salt, entry, &over);
  return !err && over ? SL_ERR_NOT_FOUND : err;
}

/* What the row of an erased one keeps. */
static sl_err kept_row(sl_service *service, uint16_t log, uint64_t index, sl_hash *commitment) {
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  sl_reader in;
  uint8_t form = 0;
  sl_err err = opening(service, log, index, &value, &in, &form);
  if (!err && form != OPENING_ERASED) err = SL_ERR_NOT_FOUND;
  if (!err) {
    sl_span kept = sl_read_bytes(&in, sizeof commitment->bytes);
    err = sl_reader_done(&in);
    if (!err) memcpy(commitment->bytes, kept.data, sizeof commitment->bytes);
  }
  sl_buf_fini(&value);
  return err;
}

sl_err sl_persist_leaf_erased(sl_service *service, uint16_t log, uint64_t index, sl_hash *commitment) {
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  uint8_t salt[32];
  sl_span entry;
  bool over = false;
  sl_err err = open_row(service, log, index, &value, salt, &entry, &over);
  if (err == SL_ERR_NOT_FOUND) err = kept_row(service, log, index, commitment);
  else if (!err && !over) err = SL_ERR_NOT_FOUND;
  else if (!err) sl_entry_commit(sl_sha256, commitment, salt, entry);
  sl_wipe(salt, sizeof salt);
  sl_buf_fini(&value);
  return err;
}

sl_err sl_persist_leaf_period(sl_service *service, uint16_t log, uint64_t index, uint32_t *period) {
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  sl_reader in;
  uint8_t form = 0;
  sl_err err = opening(service, log, index, &value, &in, &form);
  if (!err && form != OPENING_WEEK) err = SL_ERR_NOT_FOUND;
  if (!err) *period = sl_read_u32(&in);
  sl_buf_fini(&value);
  return err;
}
