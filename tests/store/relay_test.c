/* A store whose writing goes on beside the caller: the suite of every engine over both of
 * them, and what is its own: the order of what is written and read, a commit beside the
 * caller, errors that only the commit can tell. */
#include "test.h"

#include "store/conformance.h"
#include "store/scratch.h"
#include "store/store.h"

#define SPAN(literal) sl_str_bytes(SL_STR(literal))

static void fresh(void *context) { sl_scratch_empty(context); }

static sl_err open_file(void *context, sl_store **out) {
  const sl_scratch *scratch = context;
  sl_fault fault = sl_fault_none();
  sl_err error = sl_store_open_sqlite(out, scratch->path, NULL, &fault);
  return error ? error : sl_store_relay(*out);
}

static sl_err open_memory(void *context, sl_store **out) {
  (void)context;
  sl_err error = sl_store_open_memory(out, NULL);
  return error ? error : sl_store_relay(*out);
}

static sl_err put(sl_store *store, uint32_t number, size_t size) {
  uint8_t key[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
  uint8_t *value = malloc(size + 1);
  assert_non_null(value);
  memset(value, (int)(number % 251), size);
  sl_err error = sl_store_put(store, SL_TABLE_EVENT, (sl_span){key, 4}, (sl_span){value, size});
  free(value);
  return error;
}

typedef struct seen { uint32_t count; bool wrong; } seen;

static bool look(void *context, sl_span key, sl_span value) {
  seen *s = context;
  uint32_t number = (uint32_t)(key.data[2] << 8 | key.data[3]);
  s->wrong |= number != s->count++;
  for (size_t i = 0; i < value.size; i++) s->wrong |= value.data[i] != number % 251;
  return true;
}

static void want(sl_store *store, uint32_t count) {
  seen s = {0};
  assert_int_equal(sl_store_scan(store, SL_TABLE_EVENT, (sl_span){0}, (sl_span){0}, look, &s), SL_OK);
  assert_int_equal(s.count, count);
  assert_false(s.wrong);
}

static void what_was_written_is_read(void **state) {
  (void)state;
  sl_store *store = NULL;
  assert_int_equal(open_memory(NULL, &store), SL_OK);
  uint32_t count = 0;
  for (unsigned group = 0; group < 50; group++) {
    assert_int_equal(sl_store_begin(store), SL_OK);
    for (unsigned i = 0; i < 40; i++) {
      assert_int_equal(put(store, count++, 1 + i * 97), SL_OK);
      if (i % 13 == 5) want(store, count);
    }
    if (group % 2) sl_store_commit_ahead(store);
    assert_int_equal(sl_store_commit(store), SL_OK);
    want(store, count);
  }
  /* A rollback forgets what is on its way and what is not. */
  assert_int_equal(sl_store_begin(store), SL_OK);
  for (unsigned i = 0; i < 100; i++) assert_int_equal(put(store, count + i, 1000), SL_OK);
  sl_store_rollback(store);
  want(store, count);
  /* Larger than a buffer. */
  assert_int_equal(sl_store_begin(store), SL_OK);
  for (unsigned i = 0; i < 4; i++) assert_int_equal(put(store, count++, (5u << 20) + i), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_OK);
  want(store, count);
  sl_store_close(store);
}

static void nothing_is_written_beside_a_commit(void **state) {
  (void)state;
  sl_store *store = NULL;
  assert_int_equal(open_memory(NULL, &store), SL_OK);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(put(store, 0, 10), SL_OK);
  sl_store_commit_ahead(store);
  assert_int_equal(put(store, 1, 10), SL_ERR_STATE);
  assert_int_equal(sl_store_begin(store), SL_ERR_STATE);
  assert_int_equal(sl_store_commit(store), SL_OK);
  want(store, 1);
  /* Without a thread it is a commit as ever. */
  sl_store_close(store);
  assert_int_equal(sl_store_open_memory(&store, NULL), SL_OK);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(put(store, 0, 10), SL_OK);
  sl_store_commit_ahead(store);
  assert_int_equal(sl_store_commit(store), SL_OK);
  want(store, 1);
  sl_store_close(store);
}

static void a_commit_that_fails_keeps_nothing(void **state) {
  (void)state;
  sl_store *store = NULL;
  sl_store_faults faults = {.fail_at = 2, .fail_with = SL_ERR_FULL};
  assert_int_equal(sl_store_open_memory(&store, &faults), SL_OK);
  assert_int_equal(sl_store_relay(store), SL_OK);
  for (unsigned ahead = 0; ahead < 3; ahead++) {
    assert_int_equal(sl_store_begin(store), SL_OK);
    assert_int_equal(put(store, ahead ? ahead - 1 : 0, 10), SL_OK);
    if (ahead) sl_store_commit_ahead(store);
    assert_int_equal(sl_store_commit(store), ahead == 1 ? SL_ERR_FULL : SL_OK);
    assert_false(sl_store_fatal(store));
  }
  want(store, 2);
  sl_store_close(store);
}

int main(void) {
  sl_scratch scratch;
  sl_scratch_init(&scratch, "store.db");
  const sl_subject sqlite = {
      .name = "store/relay over sqlite", .context = &scratch, .fresh = fresh, .open = open_file, .lasting = true};
  const sl_subject memory = {.name = "store/relay over memory", .open = open_memory};
  int failures = sl_conformance_run(&sqlite) + sl_conformance_run(&memory);
  sl_scratch_fini(&scratch);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_written_is_read),
      cmocka_unit_test(nothing_is_written_beside_a_commit),
      cmocka_unit_test(a_commit_that_fails_keeps_nothing),
  };
  return failures + cmocka_run_group_tests_name("store/relay", tests, NULL, NULL);
}
