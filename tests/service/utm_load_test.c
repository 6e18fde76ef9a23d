/* Rows of the F3548 face as a start finds them: of an older form, cut short, of none. */
#include "utm_scene.h"

#include "service/utm_rows.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 3600, 7200};
static const sl_uuid one = {{0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

/* The row of uss1's ID1. */
static sl_span key_of(sl_utm_key_bytes *key) {
  return sl_utm_key(key, SL_UTM_ROW_INTENT, 0, (sl_span){one.bytes, 16});
}

static void row_read(sl_buf *out) {
  sl_utm_key_bytes key;
  sl_buf_init(out, SL_STORE_VALUE_MAX);
  assert_int_equal(sl_store_get(world.base.store, SL_TABLE_UTM, key_of(&key), out), SL_OK);
}

static void row_write(const uint8_t *bytes, size_t size) {
  sl_utm_key_bytes key;
  assert_int_equal(sl_store_begin(world.base.store), SL_OK);
  assert_int_equal(sl_store_put(world.base.store, SL_TABLE_UTM, key_of(&key), (sl_span){bytes, size}), SL_OK);
  assert_int_equal(sl_store_commit(world.base.store), SL_OK);
}

/* Before a suffix's time was kept, rows had none; some of that form have one. */
static void test_older_rows(void **state) {
  (void)state;
  char before[128], after[128];
  put_one(NULL, &here, "Accepted", "", 201, before);
  sl_buf row;
  row_read(&row);
  assert_int_equal(row.data[0], SL_UTM_FORM_INTENT);
  row.data[0] = SL_UTM_FORM;
  for (int with = 0; with < 2; with++) {
    row_write(row.data, row.size - (with ? 0 : 8));
    sl_utm_world_restart(&world);
    sl_answered answer = sl_utm_ask(&world, "uss1", SC, "GET", INTENTS ID1, NULL);
    expect(&answer, 200);
    assert_string_equal(sl_utm_ovn_of(answer.body, after), before);
    sl_world_drop(&answer);
  }
  sl_buf_fini(&row);
}

/* What is no row is said at the start, not read as something. */
static void test_rows_that_are_none(void **state) {
  (void)state;
  put_one(NULL, &here, "Accepted", "", 201, NULL);
  sl_buf row;
  row_read(&row);
  sl_service_close(world.base.service);
  world.base.service = NULL;
  for (size_t size = 0; size <= row.size; size++) {
    uint8_t first = row.data[0];
    if (size == row.size) row.data[0] = 3;   /* a form of later */
    row_write(row.data, size);
    row.data[0] = first;
    sl_service *service = NULL;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_service_open(&service, &world.base.options, world.base.store, &fault), SL_ERR_CORRUPT);
    assert_non_null(strstr(fault.reason, "F3548"));
    assert_null(service);
  }
  row_write(row.data, row.size);
  sl_buf_fini(&row);
  assert_int_equal(sl_service_open(&world.base.service, &world.base.options, world.base.store, NULL), SL_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {SCENE(test_older_rows), SCENE(test_rows_that_are_none)};
  return cmocka_run_group_tests_name("service/utm_load", tests, NULL, NULL);
}
