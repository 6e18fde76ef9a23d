/* The ordered map against a plain boolean array. */
#include "test.h"

#include "store/map.h"

static sl_span key_of(uint8_t out[static 2], unsigned i) {
  out[0] = (uint8_t)(i >> 8);
  out[1] = (uint8_t)i;
  return (sl_span){out, 2};
}

static void compares_as_bytes(void **state) {
  (void)state;
  sl_span none = {NULL, 0};
  sl_span a = {(const uint8_t *)"a", 1}, aa = {(const uint8_t *)"aa", 2}, high = {(const uint8_t *)"\xff", 1};
  assert_int_equal(sl_map_compare(none, none), 0);
  assert_true(sl_map_compare(none, a) < 0);
  assert_true(sl_map_compare(a, aa) < 0);
  assert_true(sl_map_compare(aa, a) > 0);
  assert_true(sl_map_compare(aa, high) < 0);
  assert_int_equal(sl_map_compare(aa, aa), 0);
}

static void random_adds_and_drops(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("store/map", 5);
  sl_map map;
  sl_map_init(&map);
  static bool there[1024];
  size_t count = 0;
  for (unsigned step = 0; step < 20000; step++) {
    unsigned i = (unsigned)(sl_rng_next(&rng) % 1024);
    uint8_t bytes[2];
    sl_span key = key_of(bytes, i);
    sl_map_node *node = sl_map_find(&map, key);
    assert_int_equal(node != NULL, there[i]);
    if (node && sl_rng_next(&rng) % 2) {
      sl_map_drop(&map, node);
      there[i] = false;
      count--;
    } else {
      sl_map_node *added = NULL;
      assert_int_equal(sl_map_add(&map, &added, key), SL_OK);
      assert_true(!node || node == added);
      count += !there[i];
      there[i] = true;
    }
    assert_int_equal(map.count, count);
  }
  assert_int_equal(sl_map_check(&map), SL_OK);
  sl_map_node *at = sl_map_from(&map, (sl_span){NULL, 0});
  for (unsigned i = 0; i < 1024; i++) {
    uint8_t bytes[2];
    if (!there[i]) continue;
    assert_non_null(at);
    assert_int_equal(sl_map_compare(sl_map_key(at), key_of(bytes, i)), 0);
    assert_ptr_equal(sl_map_from(&map, key_of(bytes, i)), at);
    at = sl_map_next(at);
  }
  assert_null(at);
  sl_map_fini(&map);
  assert_int_equal(map.count, 0);
}

static void check_finds_disorder(void **state) {
  (void)state;
  sl_map map;
  sl_map_init(&map);
  sl_map_node *a = NULL, *b = NULL;
  assert_int_equal(sl_map_add(&map, &a, (sl_span){(const uint8_t *)"a", 1}), SL_OK);
  assert_int_equal(sl_map_add(&map, &b, (sl_span){(const uint8_t *)"b", 1}), SL_OK);
  a->key[0] = 'c';
  assert_int_equal(sl_map_check(&map), SL_ERR_CORRUPT);
  a->key[0] = 'a';
  assert_int_equal(sl_map_check(&map), SL_OK);
  map.count++;
  assert_int_equal(sl_map_check(&map), SL_ERR_CORRUPT);
  map.count--;
  sl_map_fini(&map);
}

static void values_are_copies(void **state) {
  (void)state;
  uint8_t bytes[3] = {1, 2, 3};
  sl_blob *blob = sl_blob_new((sl_span){bytes, 3});
  assert_non_null(blob);
  bytes[0] = 9;
  assert_int_equal(blob->size, 3);
  assert_int_equal(blob->data[0], 1);
  free(blob);
  blob = sl_blob_new((sl_span){NULL, 0});
  assert_int_equal(blob->size, 0);
  free(blob);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(compares_as_bytes),
      cmocka_unit_test(random_adds_and_drops),
      cmocka_unit_test(check_finds_disorder),
      cmocka_unit_test(values_are_copies),
  };
  return cmocka_run_group_tests_name("store/map", tests, NULL, NULL);
}
