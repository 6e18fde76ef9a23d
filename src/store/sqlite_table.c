/* The schema, version 2, and the statements over it, as text.
 *
 * Every table looks the same: a key in byte order, a value, and a sum over both that
 * the reader checks, because SQLite has no check sums of its own and a flipped bit in
 * a plan must not become a verdict. Representation: constants made from one list of
 * names, so that no SQL is ever put together at run time. WITHOUT ROWID: the row lives
 * in the tree of its key, a scan reads pages in order. */
#include "base/assert.h"
#include "store/sqlite_engine.h"

#define TEXT(name)                                                                       \
  {                                                                                      \
    .create = "CREATE TABLE " name " (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL," \
              " sum INTEGER NOT NULL) STRICT, WITHOUT ROWID",                            \
    .put = "INSERT INTO " name " (key, value, sum) VALUES (?1, ?2, ?3)"                  \
           " ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum", \
    .del = "DELETE FROM " name " WHERE key = ?1",                                        \
    .get = "SELECT value, sum FROM " name " WHERE key = ?1",                             \
    .scan = "SELECT key, value, sum FROM " name " WHERE key >= ?1 ORDER BY key",         \
    .scan_to = "SELECT key, value, sum FROM " name " WHERE key >= ?1 AND key < ?2 ORDER BY key", \
  }

static const sl_sqlite_text texts[] = {
    [SL_TABLE_META] = TEXT("meta"),     [SL_TABLE_RECORD] = TEXT("record"), [SL_TABLE_INTENT] = TEXT("intent"),
    [SL_TABLE_CASE] = TEXT("cases"),    [SL_TABLE_EVENT] = TEXT("event"),   [SL_TABLE_LEAF] = TEXT("leaf"),
    [SL_TABLE_OUTBOX] = TEXT("outbox"), [SL_TABLE_NONCE] = TEXT("nonce"),   [SL_TABLE_PARTY] = TEXT("party"),
    [SL_TABLE_LINE] = TEXT("line"),     [SL_TABLE_DEALT] = TEXT("dealt"),   [SL_TABLE_PAIR] = TEXT("pair"),
    [SL_TABLE_OPENING] = TEXT("opening"), [SL_TABLE_PUSH] = TEXT("push"),  [SL_TABLE_UTM] = TEXT("utm"),
    [SL_TABLE_ASKED] = TEXT("asked"),
};

SL_STATIC_ASSERT(sizeof texts / sizeof *texts == SL_TABLE_COUNT, "a table without its SQL");

const sl_sqlite_text *sl_sqlite_table_text(sl_table table) {
  SL_ASSERT((unsigned)table < SL_TABLE_COUNT);
  SL_ASSERT(texts[table].create != NULL);
  return &texts[table];
}

/* One-to-one in word for a given state and in state for a given word. */
static uint64_t mix(uint64_t state, uint64_t word) {
  state = (state ^ word) * UINT64_C(0x9FB21C651E98DF25);
  return state ^ (state >> 29);
}

static uint64_t mix_bytes(uint64_t state, sl_span bytes) {
  state = mix(state, bytes.size);
  size_t i = 0;
  for (; bytes.size - i >= 8; i += 8) {
    uint64_t word = 0;
    for (unsigned b = 0; b < 8; b++) word |= (uint64_t)bytes.data[i + b] << (8 * b);
    state = mix(state, word);
  }
  uint64_t tail = 0;
  for (unsigned b = 0; i + b < bytes.size; b++) tail |= (uint64_t)bytes.data[i + b] << (8 * b);
  return mix(state, tail);
}

int64_t sl_sqlite_row_sum(sl_table table, sl_span key, sl_span value) {
  uint64_t state = mix(UINT64_C(0x51DE11E5), (uint64_t)table);
  state = mix_bytes(mix_bytes(state, key), value);
  int64_t sum;
  memcpy(&sum, &state, sizeof sum);
  return sum;
}
