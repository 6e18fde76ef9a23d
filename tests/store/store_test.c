/* What store.c adds to every engine, with an engine that does as it is told: the doomed
 * transaction, the final error, and calls that never reach the engine. */
#include "test.h"

#include "store/engine.h"

#define SPAN(literal) sl_str_bytes(SL_STR(literal))

/* An engine that records its calls as letters and fails as told. */
typedef struct puppet {
  char calls[64];
  sl_err begin, put, del, commit, get, scan, backup, check, upkeep;
} puppet;

static void called(puppet *p, char letter) {
  size_t size = strlen(p->calls);
  assert_true(size + 1 < sizeof p->calls);
  p->calls[size] = letter;
}

static sl_err do_begin(void *self) {
  called(self, 'b');
  return ((puppet *)self)->begin;
}
static sl_err do_put(void *self, sl_table table, sl_span key, sl_span value) {
  (void)table;
  (void)key;
  (void)value;
  called(self, 'p');
  return ((puppet *)self)->put;
}
static sl_err do_del(void *self, sl_table table, sl_span key) {
  (void)table;
  (void)key;
  called(self, 'd');
  return ((puppet *)self)->del;
}
static sl_err do_commit(void *self) {
  called(self, 'c');
  return ((puppet *)self)->commit;
}
static void do_rollback(void *self) { called(self, 'r'); }
static sl_err do_get(void *self, sl_table table, sl_span key, sl_buf *value) {
  (void)table;
  (void)key;
  (void)value;
  called(self, 'g');
  return ((puppet *)self)->get;
}
static sl_err do_scan(void *self, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row, void *context) {
  (void)table;
  (void)row(context, first, end);
  called(self, 's');
  return ((puppet *)self)->scan;
}
static sl_err do_backup(void *self, const char *path) {
  (void)path;
  called(self, 'B');
  return ((puppet *)self)->backup;
}
static sl_err do_check(void *self, sl_fault *fault) {
  (void)fault;
  called(self, 'C');
  return ((puppet *)self)->check;
}
static sl_err do_upkeep(void *self) {
  called(self, 'u');
  return ((puppet *)self)->upkeep;
}
static void do_close(void *self) { called(self, 'x'); }

static const sl_store_engine engine = {
    .name = "puppet",
    .begin = do_begin,
    .put = do_put,
    .del = do_del,
    .commit = do_commit,
    .rollback = do_rollback,
    .get = do_get,
    .scan = do_scan,
    .backup = do_backup,
    .check = do_check,
    .upkeep = do_upkeep,
    .close = do_close,
};

static sl_store *wrap(puppet *p) {
  sl_store *store = NULL;
  assert_int_equal(sl_store_wrap(&store, &engine, p), SL_OK);
  return store;
}

static bool ignore(void *context, sl_span key, sl_span value) {
  (void)context;
  (void)key;
  (void)value;
  return true;
}

static void failed_write_dooms_its_transaction_only(void **state) {
  (void)state;
  puppet p = {.put = SL_ERR_FULL};
  sl_store *store = wrap(&p);
  sl_buf value;
  sl_buf_init(&value, 8);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN("k"), SPAN("v")), SL_ERR_FULL);
  p.put = SL_OK;
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN("k"), SPAN("v")), SL_ERR_FULL);
  assert_int_equal(sl_store_del(store, SL_TABLE_META, SPAN("k")), SL_ERR_FULL);
  assert_int_equal(sl_store_get(store, SL_TABLE_META, SPAN("k"), &value), SL_ERR_FULL);
  assert_int_equal(sl_store_scan(store, SL_TABLE_META, SPAN(""), SPAN(""), ignore, NULL), SL_ERR_FULL);
  assert_int_equal(sl_store_commit(store), SL_ERR_FULL);
  assert_string_equal(p.calls, "bpr");
  assert_false(sl_store_fatal(store));
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN("k"), SPAN("v")), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_OK);
  sl_store_close(store);
  assert_string_equal(p.calls, "bprbpcx");
}

static void refused_arguments_never_reach_the_engine(void **state) {
  (void)state;
  puppet p = {.put = SL_OK};
  sl_store *store = wrap(&p);
  static const uint8_t key[SL_STORE_KEY_MAX + 1];
  sl_buf value;
  sl_buf_init(&value, 8);
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, (sl_span){key, sizeof key}, SPAN("")), SL_ERR_CAP);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN(""), SPAN("")), SL_ERR_RANGE);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN("k"), (sl_span){key, SL_STORE_VALUE_MAX + 1u}), SL_ERR_CAP);
  assert_int_equal(sl_store_del(store, SL_TABLE_META, (sl_span){key, sizeof key}), SL_ERR_CAP);
  assert_int_equal(sl_store_get(store, SL_TABLE_META, SPAN(""), &value), SL_ERR_NOT_FOUND);
  assert_int_equal(sl_store_commit(store), SL_OK);   /* none of it doomed the transaction */
  sl_store_close(store);
  assert_string_equal(p.calls, "bcx");
}

static void close_rolls_back(void **state) {
  (void)state;
  puppet p = {.put = SL_OK};
  sl_store *store = wrap(&p);
  assert_int_equal(sl_store_begin(store), SL_OK);
  sl_store_close(store);
  assert_string_equal(p.calls, "brx");
}

static void failed_begin_begins_nothing(void **state) {
  (void)state;
  puppet p = {.begin = SL_ERR_BUSY};
  sl_store *store = wrap(&p);
  assert_int_equal(sl_store_begin(store), SL_ERR_BUSY);
  assert_int_equal(sl_store_put(store, SL_TABLE_META, SPAN("k"), SPAN("v")), SL_ERR_STATE);
  p.begin = SL_OK;
  assert_int_equal(sl_store_begin(store), SL_OK);
  assert_int_equal(sl_store_commit(store), SL_OK);
  sl_store_close(store);
  assert_string_equal(p.calls, "bbcx");
}

/* Which call returns the error, and whether the store stops at it. */
static void want_final(size_t field, sl_err error, bool final) {
  puppet p = {.calls = ""};
  sl_store *store = wrap(&p);
  sl_fault fault = sl_fault_none();
  sl_buf value;
  sl_buf_init(&value, 8);
  assert_int_equal(sl_store_begin(store), SL_OK);
  memcpy((char *)&p + field, &error, sizeof error);
  (void)!sl_store_put(store, SL_TABLE_META, SPAN("k"), SPAN("v"));
  (void)!sl_store_get(store, SL_TABLE_META, SPAN("k"), &value);
  (void)!sl_store_scan(store, SL_TABLE_META, SPAN(""), SPAN(""), ignore, NULL);
  (void)!sl_store_commit(store);
  (void)!sl_store_backup(store, "path");
  (void)!sl_store_upkeep(store);
  (void)!sl_store_check(store, &fault);
  (void)!sl_store_begin(store);
  assert_int_equal(sl_store_fatal(store), final);
  if (final) {
    memset(p.calls, 0, sizeof p.calls);
    assert_int_equal(sl_store_begin(store), error);
    assert_int_equal(sl_store_get(store, SL_TABLE_META, SPAN("k"), &value), error);
    assert_int_equal(sl_store_scan(store, SL_TABLE_META, SPAN(""), SPAN(""), ignore, NULL), error);
    assert_int_equal(sl_store_backup(store, "path"), error);
    assert_int_equal(sl_store_upkeep(store), error);
    assert_int_equal(sl_store_check(store, &fault), error);
    assert_string_equal(p.calls, "");
  }
  sl_store_close(store);
}

static void final_errors_stop_everything(void **state) {
  (void)state;
  static const size_t fields[] = {offsetof(puppet, begin),  offsetof(puppet, put),   offsetof(puppet, commit),
                                  offsetof(puppet, get),    offsetof(puppet, scan),  offsetof(puppet, check),
                                  offsetof(puppet, upkeep)};
  static const struct { sl_err error; bool final; } errors[] = {
      {SL_ERR_IO, true},    {SL_ERR_CORRUPT, true}, {SL_ERR_FULL, false},
      {SL_ERR_BUSY, false}, {SL_ERR_NOMEM, false},  {SL_ERR_NOT_FOUND, false},
  };
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
    for (size_t e = 0; e < sizeof errors / sizeof *errors; e++) want_final(fields[f], errors[e].error, errors[e].final);
  }
  want_final(offsetof(puppet, backup), SL_ERR_IO, false);   /* the copy's disk, not the store's */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(failed_write_dooms_its_transaction_only),
      cmocka_unit_test(refused_arguments_never_reach_the_engine),
      cmocka_unit_test(close_rolls_back),
      cmocka_unit_test(failed_begin_begins_nothing),
      cmocka_unit_test(final_errors_stop_everything),
  };
  return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
