/* Documents, places, tables and lists. */
#include "test.h"

#include "json/decode.h"

typedef struct item { int64_t n; } item;
typedef struct thing {
  bool flag;
  uint32_t count;
  item *items;
  uint32_t item_count;
} thing;

static sl_err read_item(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "n", .kind = SL_JSON_I64, .required = true, .offset = offsetof(item, n), .min = -5, .max = 5}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_items(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  thing *in = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &in->item_count, at, 1, 3, sizeof(item), read_item);
  if (err == SL_OK) in->items = items;
  return err;
}

static const sl_json_member thing_table[] = {
    {.name = "flag", .kind = SL_JSON_BOOL, .required = true, .offset = offsetof(thing, flag)},
    {.name = "count", .kind = SL_JSON_U32, .offset = offsetof(thing, count), .max = 9},
    {.name = "items", .kind = SL_JSON_CALL, .offset = 0, .read = read_items}};

static bool open_reader;

/* Parse and fill; the arena's cap is `room`. */
static sl_err read_thing(thing *out, const char *text, size_t room, sl_fault *fault, uint64_t *present) {
  sl_json *json = NULL;
  const sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  sl_err err = sl_json_parse(&json, sl_str_bytes(sl_str_from(text)), &caps, fault);
  if (err != SL_OK) {
    assert_null(json);
    return err;
  }
  sl_arena arena;
  sl_arena_init(&arena, room);
  sl_json_reader reader = {.arena = &arena, .fault = fault, .open = open_reader};
  sl_json_at root = sl_json_root(json);
  err = sl_json_object(&reader, out, &root, thing_table, SL_JSON_COUNT(thing_table), present);
  sl_arena_fini(&arena);
  sl_json_free(json);
  return err;
}

static void a_table_fills_a_struct(void **state) {
  (void)state;
  thing out = {.count = 7};
  uint64_t present = 0;
  assert_int_equal(read_thing(&out, " {\"items\":[{\"n\":-5},{\"n\":5}],\"flag\":true} ", 4096, NULL, &present), SL_OK);
  assert_true(out.flag);
  assert_int_equal(out.count, 7);
  assert_int_equal(out.item_count, 2);
  assert_int_equal(present, 5);
}

static void refusals_are_named_and_placed(void **state) {
  (void)state;
  static const struct { const char *text; sl_err expected; const char *pointer; } cases[] = {
      {"", SL_ERR_SYNTAX, ""},
      {"7", SL_ERR_SYNTAX, ""},
      {"[]", SL_ERR_TYPE, ""},
      {"{}", SL_ERR_MISSING, "/flag"},
      {"{\"flag\":1}", SL_ERR_TYPE, "/flag"},
      {"{\"flag\":null}", SL_ERR_TYPE, "/flag"},
      {"{\"flag\":true,\"colour\":1}", SL_ERR_UNKNOWN, "/colour"},
      {"{\"flag\":true,\"co~l/o\":1}", SL_ERR_UNKNOWN, "/?"},
      {"{\"flag\":true,\"Count\":1}", SL_ERR_UNKNOWN, "/Count"},
      {"{\"flag\":true,\"flag\":true}", SL_ERR_DUPLICATE, "/flag"},
      {"{\"flag\":true,\"items\":[{\"n\":1,\"n\":1}]}", SL_ERR_DUPLICATE, "/items/0/n"},
      {"{\"flag\":true,\"fl\\u0061g\":true}", SL_ERR_DUPLICATE, "/?"},
      {"{\"flag\":true,\"count\":10}", SL_ERR_RANGE, "/count"},
      {"{\"flag\":true,\"count\":1.0}", SL_ERR_TYPE, "/count"},
      {"{\"flag\":true,\"items\":{}}", SL_ERR_TYPE, "/items"},
      {"{\"flag\":true,\"items\":[]}", SL_ERR_RANGE, "/items"},
      {"{\"flag\":true,\"items\":[{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4}]}", SL_ERR_CAP, "/items"},
      {"{\"flag\":true,\"items\":[{\"n\":1},{\"n\":6}]}", SL_ERR_RANGE, "/items/1/n"},
      {"{\"flag\":true,\"items\":[{\"n\":1},{}]}", SL_ERR_MISSING, "/items/1/n"},
      {"{\"flag\":true,\"items\":[{\"n\":99999999999999999999}]}", SL_ERR_RANGE, "/items/0/n"},
      {"{\"flag\":true,\"items\":[{\"n\":1e400}]}", SL_ERR_RANGE, "/items/0/n"},
      {"{\"flag\":true,\"items\":[{\"n\":NaN}]}", SL_ERR_SYNTAX, "/items/0/n"},
      {"{\"flag\":tru", SL_ERR_SYNTAX, "/flag"},
      {"{\"flag\":true", SL_ERR_SYNTAX, "/flag"},
      {"{\"flag\":true}{", SL_ERR_SYNTAX, ""},
      {"{\"flag\":\"\\u0000\"}", SL_ERR_SYNTAX, "/flag"},
      {"\xEF\xBB\xBF{\"flag\":true}", SL_ERR_SYNTAX, ""},
      {"{'flag':true}", SL_ERR_SYNTAX, ""},
      {"{\"flag\":true,}", SL_ERR_SYNTAX, ""},
      {"{\"flag\":true,\"count\":01}", SL_ERR_SYNTAX, "/count"},
      {"{\"flag\":true,\"count\":+1}", SL_ERR_SYNTAX, "/count"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    thing out = {.count = 0};
    sl_fault fault = sl_fault_none();
    sl_err err = read_thing(&out, cases[i].text, 4096, &fault, NULL);
    if (err != cases[i].expected || strcmp(fault.pointer, cases[i].pointer) != 0) {
      fail_msg("%s: %s at \"%s\"", cases[i].text, sl_err_name(err), fault.pointer);
    }
    assert_int_equal(fault.code, err);
    assert_true(fault.reason[0] != '\0');
    assert_null(strstr(fault.reason, "colour"));
  }
}

static void the_first_fault_wins(void **state) {
  (void)state;
  thing out = {.count = 0};
  sl_fault fault = sl_fault_none();
  sl_fault_set(&fault, SL_ERR_BUSY, "before");
  assert_int_equal(read_thing(&out, "{\"x\":1}", 4096, &fault, NULL), SL_ERR_UNKNOWN);
  assert_int_equal(fault.code, SL_ERR_BUSY);
  assert_string_equal(fault.pointer, "");
  assert_int_equal(read_thing(&out, "{", 4096, &fault, NULL), SL_ERR_SYNTAX);
  assert_string_equal(fault.reason, "before");
}

static void memory_is_capped(void **state) {
  (void)state;
  thing out = {.count = 0};
  sl_fault fault = sl_fault_none();
  assert_int_equal(read_thing(&out, "{\"flag\":true,\"items\":[{\"n\":1}]}", 0, &fault, NULL), SL_ERR_NOMEM);
  assert_string_equal(fault.pointer, "/items");
}

static void places_beyond_have_no_value(void **state) {
  (void)state;
  sl_json *json = NULL;
  const sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  assert_int_equal(sl_json_parse(&json, sl_str_bytes(SL_STR("[{\"a\":[1,2]}]")), &caps, NULL), SL_OK);
  sl_json_at root = sl_json_root(json);
  assert_true(sl_json_is_array(&root) && !sl_json_is_object(&root));
  assert_int_equal(sl_json_size(&root), 1);
  sl_json_at first = sl_json_element(&root, 0);
  assert_true(sl_json_is_object(&first));
  assert_int_equal(sl_json_size(&first), 1);
  sl_json_at a = sl_json_find(&first, "a");
  assert_int_equal(sl_json_size(&a), 2);
  sl_json_at beyond = sl_json_element(&root, 1), absent = sl_json_find(&first, "b");
  assert_null(beyond.value);
  assert_null(absent.value);
  assert_int_equal(sl_json_size(&beyond), 0);
  sl_json_at further = sl_json_find(&beyond, "c"), still = sl_json_element(&absent, 3);
  assert_null(further.value);
  assert_null(still.value);
  sl_json_free(json);
  sl_json_free(NULL);
}

/* Unknown members and null for optional ones are passed over in an open reader, and there alone. */
static void open_documents(void **state) {
  (void)state;
  static const struct { const char *text; sl_err closed, open; uint64_t present; } cases[] = {
      {"{\"flag\":true,\"x\":{\"y\":[1]}}", SL_ERR_UNKNOWN, SL_OK, 1},
      {"{\"flag\":true,\"count\":null,\"items\":null}", SL_ERR_TYPE, SL_OK, 1},
      {"{\"flag\":null}", SL_ERR_TYPE, SL_ERR_TYPE, 0},
      {"{\"x\":1}", SL_ERR_UNKNOWN, SL_ERR_MISSING, 0},
      {"{\"flag\":true,\"count\":10}", SL_ERR_RANGE, SL_ERR_RANGE, 0},
      {"{\"flag\":true,\"x\":1,\"x\":2}", SL_ERR_DUPLICATE, SL_ERR_DUPLICATE, 0},
      {"{\"flag\":true,\"items\":[{\"n\":1,\"m\":2}]}", SL_ERR_UNKNOWN, SL_OK, 5}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    thing out = {.count = 7};
    uint64_t present = 0;
    assert_int_equal(read_thing(&out, cases[i].text, 4096, NULL, NULL), cases[i].closed);
    open_reader = true;
    assert_int_equal(read_thing(&out, cases[i].text, 4096, NULL, &present), cases[i].open);
    open_reader = false;
    assert_int_equal(present, cases[i].present);
    assert_int_equal(out.count, 7);
  }
}

static void a_value_is_copied_as_text(void **state) {
  (void)state;
  static const char text[] = " { \"b\" : [ 1.5 , true , null ], \"a\" : \"\u00e9\\n\" } ";
  static const char expected[] = "{\"b\":[1.5,true,null],\"a\":\"\xc3\xa9\\n\"}";
  sl_json *json = NULL;
  const sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  assert_int_equal(sl_json_parse(&json, sl_str_bytes(SL_STR(text)), &caps, NULL), SL_OK);
  sl_json_at root = sl_json_root(json), list = sl_json_find(&root, "b");
  sl_json_at last = sl_json_element(&list, 2), absent = sl_json_find(&root, "c");
  assert_true(sl_json_is_given(&list));
  assert_false(sl_json_is_given(&last) || sl_json_is_given(&absent));
  sl_arena arena;
  sl_arena_init(&arena, 4096);
  sl_fault fault = sl_fault_none();
  sl_json_reader reader = {.arena = &arena, .fault = &fault};
  sl_str out = {NULL, 0};
  assert_int_equal(sl_json_copy(&reader, &out, &root, sizeof expected - 1), SL_OK);
  assert_true(sl_str_is(out, expected));
  assert_int_equal(sl_json_copy(&reader, &out, &list, 1), SL_ERR_CAP);
  assert_string_equal(fault.pointer, "/b");
  sl_arena_fini(&arena);
  sl_json_free(json);
}

int main(void) {
  sl_json_start();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_table_fills_a_struct), cmocka_unit_test(refusals_are_named_and_placed),
      cmocka_unit_test(the_first_fault_wins),   cmocka_unit_test(memory_is_capped),
      cmocka_unit_test(places_beyond_have_no_value), cmocka_unit_test(open_documents),
      cmocka_unit_test(a_value_is_copied_as_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
