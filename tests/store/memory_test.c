/* The store in memory: the suite of every engine, and the faults on purpose. */
#include "test.h"

#include "store/conformance.h"

#define SPAN(literal) sl_str_bytes(SL_STR(literal))

static sl_err open_plain(void *context, sl_store **out) {
  (void)context;
  return sl_store_open_memory(out, NULL);
}

static sl_err put_one(sl_store *store, sl_span key) {
  sl_err error = sl_store_begin(store);
  if (error) return error;
  error = sl_store_put(store, SL_TABLE_META, key, SPAN("v"));
  if (!error) return sl_store_commit(store);
  sl_store_rollback(store);
  return error;
}

static void nth_commit_fails_and_keeps_nothing(void **state) {
  (void)state;
  for (uint64_t n = 1; n <= 3; n++) {
    sl_store *store = NULL;
    sl_store_faults faults = {.fail_at = n, .fail_with = SL_ERR_FULL};
    assert_int_equal(sl_store_open_memory(&store, &faults), SL_OK);
    sl_buf value;
    sl_buf_init(&value, 16);
    for (uint64_t i = 1; i <= 4; i++) {
      uint8_t key = (uint8_t)i;
      assert_int_equal(put_one(store, (sl_span){&key, 1}), i == n ? SL_ERR_FULL : SL_OK);
      assert_int_equal(sl_store_get(store, SL_TABLE_META, (sl_span){&key, 1}, &value),
                       i == n ? SL_ERR_NOT_FOUND : SL_OK);
      assert_false(sl_store_fatal(store));
    }
    sl_buf_fini(&value);
    sl_store_close(store);
  }
}

static void failed_sync_is_final(void **state) {
  (void)state;
  sl_store *store = NULL;
  sl_store_faults faults = {.fail_at = 2, .fail_with = SL_ERR_IO};
  assert_int_equal(sl_store_open_memory(&store, &faults), SL_OK);
  assert_int_equal(put_one(store, SPAN("a")), SL_OK);
  assert_int_equal(put_one(store, SPAN("b")), SL_ERR_IO);
  assert_true(sl_store_fatal(store));
  sl_buf value;
  sl_buf_init(&value, 16);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_get(store, SL_TABLE_META, SPAN("a"), &value), SL_ERR_IO);
  assert_int_equal(put_one(store, SPAN("c")), SL_ERR_IO);
  assert_int_equal(sl_store_upkeep(store), SL_ERR_IO);
  assert_int_equal(sl_store_check(store, &fault), SL_ERR_IO);
  assert_int_equal(sl_store_backup(store, "never"), SL_ERR_IO);
  sl_store_close(store);
}

static void backup_is_refused_by_name(void **state) {
  (void)state;
  sl_store *store = NULL;
  assert_int_equal(sl_store_open_memory(&store, NULL), SL_OK);
  assert_int_equal(sl_store_backup(store, "never"), SL_ERR_UNSUPPORTED);
  sl_store_close(store);
}

int main(void) {
  const sl_subject memory = {.name = "store/memory", .open = open_plain};
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nth_commit_fails_and_keeps_nothing),
      cmocka_unit_test(failed_sync_is_final),
      cmocka_unit_test(backup_is_refused_by_name),
  };
  return sl_conformance_run(&memory) + cmocka_run_group_tests_name("store/memory faults", tests, NULL, NULL);
}
