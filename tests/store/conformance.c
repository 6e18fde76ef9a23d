/* The suite of conformance.h. Keys and values are made up; a naive model in a plain
 * array answers what the store must say in the random test. */
#include "test.h"

#include "store/conformance.h"

#define SPAN(literal) sl_str_bytes(SL_STR(literal))

/* Rows of a scan as "key=value;" text. */
typedef struct seen {
  sl_buf text;
  unsigned stop_after;
} seen;

static bool note_row(void *context, sl_span key, sl_span value) {
  seen *rows = context;
  sl_buf_add(&rows->text, key.data, key.size);
  sl_buf_add_text(&rows->text, "=");
  sl_buf_add(&rows->text, value.data, value.size);
  sl_buf_add_text(&rows->text, ";");
  return rows->stop_after == 0 || --rows->stop_after > 0;
}

static void want_rows(sl_store *store, sl_table table, sl_span first, sl_span end, const char *want) {
  seen rows = {.stop_after = 0};
  sl_buf_init(&rows.text, 1u << 20);
  assert_int_equal(sl_store_scan(store, table, first, end, note_row, &rows), SL_OK);
  sl_buf_add_u8(&rows.text, 0);
  assert_int_equal(rows.text.error, SL_OK);
  assert_string_equal((const char *)rows.text.data, want);
  sl_buf_fini(&rows.text);
}

static void want_all(sl_store *store, sl_table table, const char *want) {
  want_rows(store, table, (sl_span){NULL, 0}, (sl_span){NULL, 0}, want);
}

static void want_value(sl_store *store, sl_table table, sl_span key, const char *want) {
  sl_buf value;
  sl_buf_init(&value, 1u << 20);
  sl_err error = sl_store_get(store, table, key, &value);
  if (!want) {
    assert_int_equal(error, SL_ERR_NOT_FOUND);
    assert_int_equal(value.size, 0);
  } else {
    assert_int_equal(error, SL_OK);
    assert_int_equal(value.size, strlen(want));
    if (value.size) assert_memory_equal(value.data, want, value.size);
  }
  sl_buf_fini(&value);
}

static sl_store *open_fresh(void **state) {
  const sl_subject *subject = *state;
  if (subject->fresh) subject->fresh(subject->context);
  sl_store *store = NULL;
  assert_int_equal(subject->open(subject->context, &store), SL_OK);
  assert_non_null(store);
  assert_false(sl_store_fatal(store));
  return store;
}

static void put(sl_store *store, sl_table table, const char *key, const char *value) {
  assert_int_equal(sl_store_put(store, table, sl_str_bytes(sl_str_from(key)), sl_str_bytes(sl_str_from(value))),
                   SL_OK);
}

static void put_alone(sl_store *store, sl_table table, const char *key, const char *value) {
  assert_int_equal(sl_store_begin(store), SL_OK);
  put(store, table, key, value);
  assert_int_equal(sl_store_commit(store), SL_OK);
}

static void empty_store_has_nothing(void **state) {
  sl_store *store = open_fresh(state);
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) {
    want_all(store, (sl_table)t, "");
    want_value(store, (sl_table)t, SPAN("key"), NULL);
  }
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_OK);
  sl_store_close(store);
  sl_store_close(NULL);
}

static void commit_keeps_and_rollback_forgets(void **state) {
  sl_store *store = open_fresh(state);
  put_alone(store, SL_TABLE_META, "a", "1");
  assert_int_equal(sl_store_begin(store), SL_OK);
  put(store, SL_TABLE_META, "a", "2");
  put(store, SL_TABLE_META, "b", "3");
  put(store, SL_TABLE_CASE, "c", "4");
  sl_store_rollback(store);
  sl_store_rollback(store);
  want_all(store, SL_TABLE_META, "a=1;");
  want_all(store, SL_TABLE_CASE, "");
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_del(store, SL_TABLE_META, SPAN("a")), SL_OK);
  sl_store_rollback(store);
  want_all(store, SL_TABLE_META, "a=1;");
  sl_store_close(store);
}

static void open_transaction_is_seen(void **state) {
  sl_store *store = open_fresh(state);
  put_alone(store, SL_TABLE_EVENT, "k", "old");
  assert_int_equal(sl_store_begin(store), SL_OK);
  put(store, SL_TABLE_EVENT, "k", "new");
  want_value(store, SL_TABLE_EVENT, SPAN("k"), "new");
  assert_int_equal(sl_store_del(store, SL_TABLE_EVENT, SPAN("k")), SL_OK);
  want_value(store, SL_TABLE_EVENT, SPAN("k"), NULL);
  want_all(store, SL_TABLE_EVENT, "");
  put(store, SL_TABLE_EVENT, "k", "third");
  put(store, SL_TABLE_EVENT, "j", "");
  want_all(store, SL_TABLE_EVENT, "j=;k=third;");
  assert_int_equal(sl_store_commit(store), SL_OK);
  want_all(store, SL_TABLE_EVENT, "j=;k=third;");
  sl_store_close(store);
}

static void tables_are_apart(void **state) {
  sl_store *store = open_fresh(state);
  assert_int_equal(sl_store_begin(store), SL_OK);
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) {
    uint8_t value = (uint8_t)('A' + t);
    assert_int_equal(sl_store_put(store, (sl_table)t, SPAN("same"), (sl_span){&value, 1}), SL_OK);
  }
  assert_int_equal(sl_store_commit(store), SL_OK);
  for (unsigned t = 0; t < SL_TABLE_COUNT; t++) {
    char want[] = {(char)('A' + (int)t), 0};
    want_value(store, (sl_table)t, SPAN("same"), want);
  }
  sl_store_close(store);
}

static void keys_order_as_bytes(void **state) {
  sl_store *store = open_fresh(state);
  static const char *const keys[] = {"\xff", "b", "a\xff", "a", "aa", "\x01", "a\x01", "B", "\x80"};
  assert_int_equal(sl_store_begin(store), SL_OK);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) put(store, SL_TABLE_LEAF, keys[i], "");
  assert_int_equal(sl_store_put(store, SL_TABLE_LEAF, (sl_span){(const uint8_t *)"a\0b", 3}, SPAN("nul")), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_OK);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_del(store, SL_TABLE_LEAF, (sl_span){(const uint8_t *)"a\0b", 3}), SL_OK);
  want_all(store, SL_TABLE_LEAF, "\x01=;B=;a=;a\x01=;aa=;a\xff=;b=;\x80=;\xff=;");
  sl_store_rollback(store);
  want_value(store, SL_TABLE_LEAF, (sl_span){(const uint8_t *)"a\0b", 3}, "nul");
  sl_store_close(store);
}

static void ranges_are_half_open(void **state) {
  sl_store *store = open_fresh(state);
  assert_int_equal(sl_store_begin(store), SL_OK);
  for (char c = 'a'; c <= 'f'; c++) put(store, SL_TABLE_OUTBOX, (char[]){c, 0}, "");
  assert_int_equal(sl_store_commit(store), SL_OK);
  want_rows(store, SL_TABLE_OUTBOX, SPAN("b"), SPAN("d"), "b=;c=;");
  want_rows(store, SL_TABLE_OUTBOX, SPAN("bb"), SPAN("dd"), "c=;d=;");
  want_rows(store, SL_TABLE_OUTBOX, SPAN("e"), SPAN(""), "e=;f=;");
  want_rows(store, SL_TABLE_OUTBOX, SPAN(""), SPAN("b"), "a=;");
  want_rows(store, SL_TABLE_OUTBOX, SPAN("d"), SPAN("d"), "");
  want_rows(store, SL_TABLE_OUTBOX, SPAN("e"), SPAN("b"), "");
  want_rows(store, SL_TABLE_OUTBOX, SPAN("g"), SPAN(""), "");
  seen rows = {.stop_after = 2};
  sl_buf_init(&rows.text, 64);
  assert_int_equal(sl_store_scan(store, SL_TABLE_OUTBOX, SPAN("b"), SPAN(""), note_row, &rows), SL_OK);
  assert_int_equal(rows.text.size, 6);
  assert_memory_equal(rows.text.data, "b=;c=;", 6);
  sl_buf_fini(&rows.text);
  sl_store_close(store);
}

static void caps_are_refused_and_harmless(void **state) {
  sl_store *store = open_fresh(state);
  uint8_t *big = malloc(SL_STORE_VALUE_MAX + 1u);
  assert_non_null(big);
  for (size_t i = 0; i <= SL_STORE_VALUE_MAX; i++) big[i] = (uint8_t)(i * 131u >> 3);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, (sl_span){big, SL_STORE_KEY_MAX + 1}, SPAN("")), SL_ERR_CAP);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN(""), SPAN("v")), SL_ERR_RANGE);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN("k"), (sl_span){big, SL_STORE_VALUE_MAX + 1u}),
                   SL_ERR_CAP);
  sl_span longest = {big, SL_STORE_KEY_MAX};
  assert_int_equal(sl_store_put(store, SL_TABLE_META, longest, (sl_span){big, SL_STORE_VALUE_MAX}), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_OK);
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  assert_int_equal(sl_store_get(store, SL_TABLE_META, longest, &value), SL_OK);
  assert_int_equal(value.size, SL_STORE_VALUE_MAX);
  assert_memory_equal(value.data, big, SL_STORE_VALUE_MAX);
  assert_int_equal(sl_store_get(store, SL_TABLE_META, (sl_span){big, SL_STORE_KEY_MAX + 1}, &value),
                   SL_ERR_NOT_FOUND);
  sl_buf_fini(&value);
  sl_buf_init(&value, 10);
  assert_int_equal(sl_store_get(store, SL_TABLE_META, longest, &value), SL_ERR_CAP);
  assert_int_equal(value.size, 0);
  assert_false(sl_store_fatal(store));
  sl_buf_fini(&value);
  free(big);
  sl_store_close(store);
}

static void get_appends(void **state) {
  sl_store *store = open_fresh(state);
  put_alone(store, SL_TABLE_META, "a", "one");
  sl_buf value;
  sl_buf_init(&value, 64);
  sl_buf_add_text(&value, "x");
  assert_int_equal(sl_store_get(store, SL_TABLE_META, SPAN("a"), &value), SL_OK);
  assert_int_equal(sl_store_get(store, SL_TABLE_META, SPAN("b"), &value), SL_ERR_NOT_FOUND);
  assert_int_equal(sl_store_get(store, SL_TABLE_META, SPAN("a"), &value), SL_OK);
  assert_int_equal(value.size, 7);
  assert_memory_equal(value.data, "xoneone", 7);
  sl_buf_fini(&value);
  sl_store_close(store);
}

static void wrong_order_is_refused(void **state) {
  sl_store *store = open_fresh(state);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN("a"), SPAN("1")), SL_ERR_STATE);
  assert_int_equal(sl_store_del(store, SL_TABLE_META, SPAN("a")), SL_ERR_STATE);
  assert_int_equal(sl_store_commit(store), SL_ERR_STATE);
  sl_store_rollback(store);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_begin(store), SL_ERR_STATE);
  put(store, SL_TABLE_META, "a", "1");
  assert_int_equal(sl_store_commit(store), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_ERR_STATE);
  want_all(store, SL_TABLE_META, "a=1;");
  sl_store_close(store);
}

/* What a row callback may and may not do. */
typedef struct meddler {
  sl_store *store;
  unsigned rows;
} meddler;

static bool meddle(void *context, sl_span key, sl_span value) {
  meddler *m = context;
  m->rows++;
  assert_int_equal(sl_store_del(m->store, SL_TABLE_NONCE, key), SL_ERR_STATE);
  assert_int_equal(sl_store_put(m->store, SL_TABLE_NONCE, key, value), SL_ERR_STATE);
  assert_int_equal(sl_store_begin(m->store), SL_ERR_STATE);
  assert_int_equal(sl_store_commit(m->store), SL_ERR_STATE);
  want_value(m->store, SL_TABLE_NONCE, key, "v");
  want_all(m->store, SL_TABLE_NONCE, "a=v;b=v;c=v;");
  return true;
}

static void scan_reads_and_never_writes(void **state) {
  sl_store *store = open_fresh(state);
  assert_int_equal(sl_store_begin(store), SL_OK);
  put(store, SL_TABLE_NONCE, "a", "v");
  put(store, SL_TABLE_NONCE, "b", "v");
  put(store, SL_TABLE_NONCE, "c", "v");
  meddler m = {store, 0};
  sl_span all = {NULL, 0};
  assert_int_equal(sl_store_scan(store, SL_TABLE_NONCE, all, all, meddle, &m), SL_OK);
  assert_int_equal(m.rows, 3);
  assert_int_equal(sl_store_commit(store), SL_OK);
  assert_int_equal(sl_store_scan(store, SL_TABLE_NONCE, all, all, meddle, &m), SL_OK);
  assert_int_equal(m.rows, 6);
  sl_store_close(store);
}

static void deleting_what_is_not_there_is_no_error(void **state) {
  sl_store *store = open_fresh(state);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_del(store, SL_TABLE_PARTY, SPAN("none")), SL_OK);
  put(store, SL_TABLE_PARTY, "x", "1");
  assert_int_equal(sl_store_del(store, SL_TABLE_PARTY, SPAN("x")), SL_OK);
  assert_int_equal(sl_store_del(store, SL_TABLE_PARTY, SPAN("x")), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_OK);
  want_all(store, SL_TABLE_PARTY, "");
  sl_store_close(store);
}

static void reopened_store_has_what_was_committed(void **state) {
  const sl_subject *subject = *state;
  sl_store *store = open_fresh(state);
  put_alone(store, SL_TABLE_RECORD, "kept", "1");
  assert_int_equal(sl_store_upkeep(store), SL_OK);
  put_alone(store, SL_TABLE_LINE, "also", "2");
  assert_int_equal(sl_store_begin(store), SL_OK);
  put(store, SL_TABLE_RECORD, "open", "3");
  sl_store_close(store);
  assert_int_equal(subject->open(subject->context, &store), SL_OK);
  want_all(store, SL_TABLE_RECORD, subject->lasting ? "kept=1;" : "");
  want_all(store, SL_TABLE_LINE, subject->lasting ? "also=2;" : "");
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_check(store, &fault), SL_OK);
  sl_store_close(store);
}

#define MODEL_KEYS 48u

/* The model: per key its value's length and first byte, or absent. */
typedef struct model {
  bool there[MODEL_KEYS];
  size_t size[MODEL_KEYS];
  uint8_t byte[MODEL_KEYS];
} model;

/* Key number i: every fourth starts anew, the next three continue it. */
static sl_span model_key(uint8_t out[static 4], unsigned i) {
  memset(out, 0x80, 4);
  out[0] = (uint8_t)(0x60 + i / 4);
  return (sl_span){out, 1 + i % 4};
}

static void random_step(sl_store *store, model *now, sl_rng *rng) {
  unsigned i = (unsigned)(sl_rng_next(rng) % MODEL_KEYS);
  uint8_t text[4];
  sl_span key = model_key(text, i);
  if (sl_rng_next(rng) % 3 == 0) {
    assert_int_equal(sl_store_del(store, SL_TABLE_DEALT, key), SL_OK);
    now->there[i] = false;
    return;
  }
  uint8_t value[6000];
  size_t size = (size_t)sl_rng_between(rng, 0, sl_rng_next(rng) % 8 ? 40 : (int64_t)sizeof value);
  uint8_t byte = (uint8_t)sl_rng_next(rng);
  memset(value, byte, size);
  assert_int_equal(sl_store_put(store, SL_TABLE_DEALT, key, (sl_span){value, size}), SL_OK);
  now->there[i] = true;
  now->size[i] = size;
  now->byte[i] = byte;
}

typedef struct comparison {
  const model *want;
  unsigned rows;
  uint8_t last[8];
  size_t last_size;
} comparison;

static bool compare_row(void *context, sl_span key, sl_span value) {
  comparison *c = context;
  size_t common = key.size < c->last_size ? key.size : c->last_size;
  int order = memcmp(c->last, key.data, common);
  assert_true(order < 0 || (order == 0 && c->last_size < key.size));
  memcpy(c->last, key.data, key.size);
  c->last_size = key.size;
  unsigned i = 0;
  uint8_t text[4];
  for (;; i++) {
    assert_true(i < MODEL_KEYS);
    sl_span own = model_key(text, i);
    if (c->want->there[i] && own.size == key.size && memcmp(own.data, key.data, key.size) == 0) break;
  }
  assert_int_equal(value.size, c->want->size[i]);
  for (size_t b = 0; b < value.size; b++) assert_int_equal(value.data[b], c->want->byte[i]);
  c->rows++;
  return true;
}

static void want_model(sl_store *store, const model *want) {
  comparison c = {.want = want};
  sl_span all = {NULL, 0};
  assert_int_equal(sl_store_scan(store, SL_TABLE_DEALT, all, all, compare_row, &c), SL_OK);
  unsigned there = 0;
  for (unsigned i = 0; i < MODEL_KEYS; i++) there += want->there[i];
  assert_int_equal(c.rows, there);
}

static void random_transactions_match_a_model(void **state) {
  const sl_subject *subject = *state;
  sl_rng rng = sl_rng_start(subject->name, 20260102);
  sl_store *store = open_fresh(state);
  model kept = {.there = {false}};
  for (unsigned round = 0; round < 300; round++) {
    model now = kept;
    assert_int_equal(sl_store_begin(store), SL_OK);
    for (int64_t n = sl_rng_between(&rng, 0, 12); n > 0; n--) random_step(store, &now, &rng);
    want_model(store, &now);
    if (sl_rng_next(&rng) % 3 == 0) {
      sl_store_rollback(store);
    } else {
      assert_int_equal(sl_store_commit(store), SL_OK);
      kept = now;
    }
    if (round % 10 == 0) assert_int_equal(sl_store_upkeep(store), SL_OK);
    want_model(store, &kept);
  }
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_check(store, &fault), SL_OK);
  sl_store_close(store);
}

int sl_conformance_run(const sl_subject *subject) {
  void *state = (void *)(uintptr_t)subject;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(empty_store_has_nothing, state),
      cmocka_unit_test_prestate(commit_keeps_and_rollback_forgets, state),
      cmocka_unit_test_prestate(open_transaction_is_seen, state),
      cmocka_unit_test_prestate(tables_are_apart, state),
      cmocka_unit_test_prestate(keys_order_as_bytes, state),
      cmocka_unit_test_prestate(ranges_are_half_open, state),
      cmocka_unit_test_prestate(caps_are_refused_and_harmless, state),
      cmocka_unit_test_prestate(get_appends, state),
      cmocka_unit_test_prestate(wrong_order_is_refused, state),
      cmocka_unit_test_prestate(scan_reads_and_never_writes, state),
      cmocka_unit_test_prestate(deleting_what_is_not_there_is_no_error, state),
      cmocka_unit_test_prestate(reopened_store_has_what_was_committed, state),
      cmocka_unit_test_prestate(random_transactions_match_a_model, state),
  };
  return cmocka_run_group_tests_name(subject->name, tests, NULL, NULL);
}
