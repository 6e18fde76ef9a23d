/* The map against a plain array: random adds, finds and removes, with hashes that
 * collide on purpose. */
#include "base/hashmap.h"

#include "test.h"

enum { KEYS = 512 };

static uint64_t keys[KEYS];

static bool same(const void *value, const void *key) {
  return *(const uint64_t *)value == *(const uint64_t *)key;
}

/* Few distinct hashes: long probe runs and wrap-around are common. */
static uint64_t hash_of(uint64_t key) {
  return key % 37;
}

static void random_against_array(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("base/hashmap", 11);
  sl_hashmap map;
  sl_hashmap_init(&map, KEYS);
  bool held[KEYS] = {false};
  size_t count = 0;
  for (size_t i = 0; i < KEYS; i++) keys[i] = sl_rng_next(&rng) | (i << 50);
  for (int step = 0; step < 20000; step++) {
    size_t k = (size_t)sl_rng_between(&rng, 0, KEYS - 1);
    if (held[k] && (sl_rng_next(&rng) & 1)) {
      assert_ptr_equal(sl_hashmap_remove(&map, hash_of(keys[k]), same, &keys[k]), &keys[k]);
      held[k] = false;
      count--;
    } else if (!held[k]) {
      assert_int_equal(sl_hashmap_add(&map, hash_of(keys[k]), &keys[k]), SL_OK);
      held[k] = true;
      count++;
    }
    size_t probe = (size_t)sl_rng_between(&rng, 0, KEYS - 1);
    void *found = sl_hashmap_find(&map, hash_of(keys[probe]), same, &keys[probe]);
    assert_ptr_equal(found, held[probe] ? &keys[probe] : NULL);
    assert_int_equal(map.count, count);
  }
  sl_hashmap_fini(&map);
}

static void the_cap_holds(void **state) {
  (void)state;
  sl_hashmap map;
  sl_hashmap_init(&map, 3);
  uint64_t key[4] = {1, 2, 3, 4};
  for (int i = 0; i < 3; i++) assert_int_equal(sl_hashmap_add(&map, key[i], &key[i]), SL_OK);
  assert_int_equal(sl_hashmap_add(&map, key[3], &key[3]), SL_ERR_CAP);
  assert_null(sl_hashmap_find(&map, key[3], same, &key[3]));
  assert_null(sl_hashmap_remove(&map, key[3], same, &key[3]));
  assert_ptr_equal(sl_hashmap_find(&map, key[2], same, &key[2]), &key[2]);
  sl_hashmap_fini(&map);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_against_array),
      cmocka_unit_test(the_cap_holds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
