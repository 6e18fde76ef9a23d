#include "format/jtext.h"

#include <jansson.h>

#include "test.h"

/* Parse a copy: the parser writes into its input. */
static sl_err parse(sl_jtree *tree, char **copy, const char *text, size_t size, sl_fault *fault) {
  *copy = malloc(size + 1);
  assert_non_null(*copy);
  memcpy(*copy, text, size);
  *fault = sl_fault_none();
  return sl_jtree_parse(tree, (sl_ahead){(uint8_t *)*copy, size}, 1, fault);
}

static void check(const char *text, sl_err want) {
  sl_jtree tree = {0};
  char *copy;
  sl_fault fault;
  sl_err error = parse(&tree, &copy, text, strlen(text), &fault);
  if (error != want) printf("%s: %s\n", text, fault.reason);
  assert_int_equal(error, want);
  assert_int_equal(fault.code, want);
  free(copy);
  sl_jtree_fini(&tree);
}

static void values_and_walking(void **state) {
  (void)state;
  sl_jtree tree = {0};
  char *copy;
  sl_fault fault;
  static const char text[] = "{\"a\": [1, -2.5e3, [true, false]], \n \"b\\u0041\": null, \"c\": {\"d\": \"\\u00e9\\ud83d\\ude00\\n\\\"\"}}";
  assert_int_equal(parse(&tree, &copy, text, strlen(text), &fault), SL_OK);
  const sl_jnode *a = sl_jtree_get(&tree, tree.node, "a");
  assert_int_equal(a->kind, SL_JARRAY);
  assert_int_equal(a->count, 3);
  const sl_jnode *one = sl_jtree_first(&tree, a), *two = sl_jtree_next(&tree, a, one), *list = sl_jtree_next(&tree, a, two);
  assert_true(sl_str_is(one->text, "1") && sl_str_is(two->text, "-2.5e3"));
  assert_int_equal(list->count, 2);
  assert_null(sl_jtree_next(&tree, a, list));
  const sl_jnode *b = sl_jtree_get(&tree, tree.node, "bA");
  assert_int_equal(b->kind, SL_JNULL);
  assert_int_equal(b->line, 2);
  assert_null(sl_jtree_some(&tree, tree.node, "bA"));
  const sl_jnode *d = sl_jtree_get(&tree, sl_jtree_get(&tree, tree.node, "c"), "d");
  assert_true(sl_str_is(d->text, "\xc3\xa9\xf0\x9f\x98\x80\n\""));
  assert_null(sl_jtree_get(&tree, a, "x"));
  assert_null(sl_jtree_get(&tree, NULL, "x"));
  free(copy);
  sl_jtree_fini(&tree);
}

static void bad_text_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "nul", "tru", "+1", "01", "1.", ".5",
                                    "1e", "-", "NaN", "Infinity", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ude00\"", "\"\\u0000\"", "\"\x01\"",
                                    "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "1 2", "[] x", "[1 2]", "{\"a\" 1}", "'a'"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) check(bad[i], SL_ERR_SYNTAX);
  check("{\"a\":1,\"\\u0061\":2}", SL_ERR_DUPLICATE);
  check("1111111111111111111111111111111111111111111111111111111111111111", SL_OK);
  check("11111111111111111111111111111111111111111111111111111111111111111", SL_ERR_CAP);
}

static void depth_is_capped(void **state) {
  (void)state;
  char text[2 * 40 + 1];
  for (size_t depth = 31; depth <= 33; depth++) {
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = 0;
    check(text, depth < SL_JTEXT_DEPTH_MAX + 1 ? SL_OK : SL_ERR_CAP);
  }
}

/* What jansson takes, we take, and the other way round, but for the stated caps. */
static void agrees_with_jansson(void **state) {
  (void)state;
  static const char *const seeds[] = {"{\"a\":[1,2.5,-3e2,true,false,null,\"x\\n\"],\"b\":{}}", "[{\"k\":\"\\u00e9\"},[],0,-0.0,1E+2]", "\"\xc3\xa9\xe2\x82\xac\""};
  static const char letters[] = "{}[]\",:\\ 0123-+.eEtrufalsn\xc3\xa9\x80";
  sl_rng rng = sl_rng_start("jansson", 11);
  for (int round = 0; round < 200000; round++) {
    char text[64];
    const char *seed = seeds[sl_rng_between(&rng, 0, 2)];
    size_t size = strlen(seed);
    memcpy(text, seed, size);
    for (int64_t edits = sl_rng_between(&rng, 1, 3); edits > 0; edits--)
      text[sl_rng_between(&rng, 0, (int64_t)size - 1)] = letters[sl_rng_between(&rng, 0, (int64_t)sizeof letters - 2)];
    sl_jtree tree = {0};
    char *copy;
    sl_fault fault;
    sl_err error = parse(&tree, &copy, text, size, &fault);
    json_t *theirs = json_loadb(text, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    if ((error == SL_OK) != (theirs != NULL)) printf("%.*s: ours %d\n", (int)size, text, error);
    assert_int_equal(error == SL_OK, theirs != NULL);
    json_decref(theirs);
    free(copy);
    sl_jtree_fini(&tree);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(values_and_walking), cmocka_unit_test(bad_text_is_refused),
                                     cmocka_unit_test(depth_is_capped), cmocka_unit_test(agrees_with_jansson)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
