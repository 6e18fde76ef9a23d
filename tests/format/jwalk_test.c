#include "format/jtext.h"
#include "test.h"

/* Hands out one byte at a time: every boundary is met. */
static sl_err read_byte(void *context, uint8_t *data, size_t size, size_t *got) {
  sl_str *text = context;
  *got = size && text->size ? 1 : 0;
  if (*got) {
    *data = (uint8_t)*text->data++;
    text->size--;
  }
  return SL_OK;
}

static void walks_members_and_elements(void **state) {
  (void)state;
  sl_str text = SL_STR("\xef\xbb\xbf { \"skip\" : {\"x\":[1,\"]}\\\"\"]} ,\n\"list\" :[ 12 ,\"a,b\",[1,[2]],\n{\"k\":1}, true ] } \n");
  static const char *const want[] = {"12", "\"a,b\"", "[1,[2]]", "{\"k\":1}", "true"};
  sl_source *source;
  sl_fault fault = sl_fault_none();
  char key[16];
  bool end;
  sl_ahead value;
  uint32_t line;
  assert_int_equal(sl_source_open(&source, read_byte, &text), SL_OK);
  assert_int_equal(sl_jwalk_enter(source, '{', &fault), SL_OK);
  assert_int_equal(sl_jwalk_member(key, sizeof key, &end, true, source, &fault), SL_OK);
  assert_string_equal(key, "skip");
  assert_int_equal(sl_jwalk_value(&value, &line, source, 100, &fault), SL_OK);
  assert_int_equal(value.size, strlen("{\"x\":[1,\"]}\\\"\"]}"));
  assert_int_equal(sl_jwalk_member(key, sizeof key, &end, false, source, &fault), SL_OK);
  assert_string_equal(key, "list");
  assert_int_equal(sl_jwalk_enter(source, '[', &fault), SL_OK);
  for (size_t i = 0; i < 5; i++) {
    assert_int_equal(sl_jwalk_element(&end, i == 0, source, &fault), SL_OK);
    assert_false(end);
    assert_int_equal(sl_jwalk_value(&value, &line, source, 100, &fault), SL_OK);
    assert_int_equal(value.size, strlen(want[i]));
    assert_memory_equal(value.data, want[i], value.size);
    assert_int_equal(line, i < 3 ? 2 : 3);
  }
  assert_int_equal(sl_jwalk_element(&end, false, source, &fault), SL_OK);
  assert_true(end);
  assert_int_equal(sl_jwalk_member(key, sizeof key, &end, false, source, &fault), SL_OK);
  assert_true(end);
  assert_int_equal(sl_jwalk_done(source, &fault), SL_OK);
  sl_source_close(source);
}

/* Read a whole array of values; the first error. */
static sl_err walk(const char *text, size_t max) {
  sl_source *source;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_source_open_span(&source, sl_str_bytes(sl_str_from(text))), SL_OK);
  sl_err error = sl_jwalk_enter(source, '[', &fault);
  bool end = false;
  for (bool first = true; !error; first = false) {
    sl_ahead value;
    uint32_t line;
    if ((error = sl_jwalk_element(&end, first, source, &fault)) || end) break;
    error = sl_jwalk_value(&value, &line, source, max, &fault);
  }
  if (!error) error = sl_jwalk_done(source, &fault);
  assert_int_equal(error, fault.code);
  sl_source_close(source);
  return error;
}

static void bad_structure_is_refused(void **state) {
  (void)state;
  assert_int_equal(walk("[]", 10), SL_OK);
  assert_int_equal(walk("[1]", 10), SL_OK);
  assert_int_equal(walk("{}", 10), SL_ERR_TYPE);
  static const char *const bad[] = {"[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1] 2", "[\"a", "[[1]", "[{]", "[\"\\"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(walk(bad[i], 10), SL_ERR_SYNTAX);
  assert_int_equal(walk("[\"0123456789\"]", 10), SL_ERR_CAP);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(walks_members_and_elements), cmocka_unit_test(bad_structure_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
