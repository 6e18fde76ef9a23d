/* What a commit must hold (L14), read from its rows:
 *   a pair that was found, row PAIR: each end stands told of a verdict at least as bad
 *   (row CASE), or it is owed that (row OUTBOX), in this very commit;
 *   what was owed and is not any more (row OUTBOX gone): its party got an event in this
 *   commit, or stands or stood told of it. */
#include "presence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "service/persist.h"
#include "store/engine.h"

enum { ROWS = 4096, KEY = 40 };

typedef struct row {
  sl_table table;
  uint8_t key[KEY];
  size_t size;
  uint8_t verdict;     /* of a pair; of what was owed before this commit */
  sl_verdict told;     /* before this commit, of what is not owed any more */
  bool gone;
} row;

struct sl_presence {
  sl_store *inner;
  row row[ROWS];
  size_t count;
  unsigned pairs, told;
  char fault[200];
};

/* The verdict that the intent's party stands told of, and its number. */
static sl_verdict told_of(sl_presence *watch, sl_span key, uint16_t *party) {
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  sl_verdict told = SL_VERDICT_NONE;
  if (sl_store_get(watch->inner, SL_TABLE_CASE, key, &value) == SL_OK) {
    sl_intent intent = {0};
    sl_err err = sl_persist_standing_read(&intent, sl_buf_span(&value));
    SL_ASSERT(err == SL_OK);
    told = intent.own.told;
    *party = (uint16_t)(value.data[1] << 8 | value.data[2]);
    free(intent.own.granules);
  }
  sl_buf_fini(&value);
  return told;
}

static uint8_t owed_of(sl_presence *watch, sl_span key) {
  sl_buf value;
  sl_buf_init(&value, 64);
  uint8_t owed = 0;
  if (sl_store_get(watch->inner, SL_TABLE_OUTBOX, key, &value) == SL_OK && value.size == 2) owed = value.data[1];
  sl_buf_fini(&value);
  return owed;
}

static void keep(sl_presence *watch, sl_table table, sl_span key, sl_span value, bool gone) {
  bool wanted = table == SL_TABLE_PAIR || table == SL_TABLE_EVENT || (table == SL_TABLE_OUTBOX && gone);
  if (!wanted || watch->count == ROWS || key.size > KEY) return;
  row *r = &watch->row[watch->count];
  *r = (row){.table = table, .size = key.size, .gone = gone};
  memcpy(r->key, key.data, key.size);
  uint16_t party = 0;
  if (table == SL_TABLE_PAIR && !gone) r->verdict = value.data[1];
  if (table == SL_TABLE_OUTBOX) {
    r->verdict = owed_of(watch, key);
    r->told = told_of(watch, key, &party);
    if (r->verdict == 0) return;
  }
  watch->count++;
}

/* Whether a later row of the commit took this pair away again: then nothing is shown of it. */
static bool undone(const sl_presence *watch, size_t at) {
  for (size_t i = at + 1; i < watch->count; i++) {
    const row *r = &watch->row[i];
    if (r->table == SL_TABLE_PAIR && r->gone && memcmp(r->key, watch->row[at].key, 36) == 0) return true;
  }
  return false;
}

static bool event_for(const sl_presence *watch, uint16_t party) {
  for (size_t i = 0; i < watch->count; i++) {
    const row *r = &watch->row[i];
    if (r->table == SL_TABLE_EVENT && (r->key[0] << 8 | r->key[1]) == party) return true;
  }
  return false;
}

static void look(sl_presence *watch) {
  for (size_t i = 0; i < watch->count && !watch->fault[0]; i++) {
    const row *r = &watch->row[i];
    uint16_t party = 0;
    if (r->table == SL_TABLE_PAIR && !r->gone && !undone(watch, i)) {
      watch->pairs++;
      for (unsigned end = 0; end < 2; end++) {
        sl_span key = {r->key + 18 * end, 18};
        if ((uint8_t)told_of(watch, key, &party) >= r->verdict || owed_of(watch, key) >= r->verdict) continue;
        snprintf(watch->fault, sizeof watch->fault, "a pair of verdict %u, of which side %u is neither told nor owed",
                 r->verdict, key.data[1]);
      }
    }
    if (r->table == SL_TABLE_OUTBOX && r->gone) {
      watch->told++;
      uint8_t told = (uint8_t)told_of(watch, (sl_span){r->key, 18}, &party);
      if (told >= r->verdict || (uint8_t)r->told >= r->verdict || event_for(watch, party)) continue;
      snprintf(watch->fault, sizeof watch->fault, "side %u was owed verdict %u, which went away untold", r->key[1],
               r->verdict);
    }
  }
  watch->count = 0;
}

static sl_err watch_begin(void *self) {
  ((sl_presence *)self)->count = 0;
  return sl_store_begin(((sl_presence *)self)->inner);
}
static sl_err watch_put(void *self, sl_table table, sl_span key, sl_span value) {
  keep(self, table, key, value, false);
  return sl_store_put(((sl_presence *)self)->inner, table, key, value);
}
static sl_err watch_del(void *self, sl_table table, sl_span key) {
  keep(self, table, key, (sl_span){0}, true);
  return sl_store_del(((sl_presence *)self)->inner, table, key);
}
static sl_err watch_commit(void *self) {
  look(self);
  return sl_store_commit(((sl_presence *)self)->inner);
}
static void watch_rollback(void *self) { sl_store_rollback(((sl_presence *)self)->inner); }
static sl_err watch_get(void *self, sl_table table, sl_span key, sl_buf *value) {
  return sl_store_get(((sl_presence *)self)->inner, table, key, value);
}
static sl_err watch_scan(void *self, sl_table table, sl_span first, sl_span end, sl_store_row_fn *fn, void *context) {
  return sl_store_scan(((sl_presence *)self)->inner, table, first, end, fn, context);
}
static void watch_close(void *self) {
  sl_store_close(((sl_presence *)self)->inner);
  free(self);
}

void sl_presence_open(sl_store **out, sl_presence **watch) {
  static const sl_store_engine engine = {.name = "presence", .begin = watch_begin, .put = watch_put, .del = watch_del,
                                         .commit = watch_commit, .rollback = watch_rollback, .get = watch_get,
                                         .scan = watch_scan, .close = watch_close};
  sl_presence *self = calloc(1, sizeof *self);
  SL_ASSERT(self != NULL);
  sl_err err = sl_store_open_memory(&self->inner, NULL);
  if (!err) err = sl_store_wrap(out, &engine, self);
  SL_ASSERT(err == SL_OK);
  *watch = self;
}

const char *sl_presence_fault(const sl_presence *watch) { return watch->fault[0] ? watch->fault : NULL; }

void sl_presence_count(const sl_presence *watch, unsigned *pairs, unsigned *told) {
  *pairs += watch->pairs;
  *told += watch->told;
}
