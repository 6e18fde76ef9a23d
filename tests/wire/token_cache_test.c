/* The cache of verified tokens: what comes back, what does not, and that it is bounded. */
#include "test.h"

#include "wire/token_cache.h"

static sl_token token_until(int64_t expires_s, const char *subject) {
  sl_token token;
  memset(&token, 0, sizeof token);
  memcpy(token.subject, subject, strlen(subject));
  token.expires.ns = expires_s * SL_NS_PER_S;
  token.scopes = SL_SCOPE_STRATEGIC;
  return token;
}

static sl_time at(int64_t seconds) { return (sl_time){seconds * SL_NS_PER_S}; }

static void found_until_it_expires(void **state) {
  (void)state;
  sl_token_cache *cache = NULL;
  assert_int_equal(sl_token_cache_new(&cache, 16), SL_OK);
  uint8_t one[32] = {1}, two[32] = {1, [31] = 1};
  sl_token token = token_until(100, "one"), out;
  assert_false(sl_token_cache_find(&out, cache, one, 1, at(0)));
  sl_token_cache_add(cache, one, 1, &token, at(0));
  assert_true(sl_token_cache_find(&out, cache, one, 1, at(99)));
  assert_memory_equal(&out, &token, sizeof token);
  assert_false(sl_token_cache_find(&out, cache, one, 1, at(100)));   /* expired */
  assert_false(sl_token_cache_find(&out, cache, one, 2, at(99)));    /* the keys were swapped */
  assert_false(sl_token_cache_find(&out, cache, two, 1, at(99)));    /* the same set, another digest */
  sl_token_cache_free(cache);
}

static void the_same_token_takes_one_place(void **state) {
  (void)state;
  sl_token_cache *cache = NULL;
  assert_int_equal(sl_token_cache_new(&cache, 1), SL_OK);   /* one set of eight */
  sl_token out, first = token_until(1000, "first");
  uint8_t digest[32] = {9};
  for (uint8_t i = 0; i < 7; i++) {
    uint8_t other[32] = {i};
    sl_token token = token_until(500 + i, "other");
    sl_token_cache_add(cache, other, 1, &token, at(0));
  }
  for (int i = 0; i < 100; i++) sl_token_cache_add(cache, digest, 1, &first, at(0));
  for (uint8_t i = 0; i < 7; i++) {
    uint8_t other[32] = {i};
    assert_true(sl_token_cache_find(&out, cache, other, 1, at(1)));
  }
  assert_true(sl_token_cache_find(&out, cache, digest, 1, at(1)));
  sl_token_cache_free(cache);
}

static void the_soonest_goes_first(void **state) {
  (void)state;
  sl_token_cache *cache = NULL;
  assert_int_equal(sl_token_cache_new(&cache, 8), SL_OK);
  sl_token out;
  for (uint8_t i = 0; i < 9; i++) {
    uint8_t digest[32] = {i};
    sl_token token = token_until(i == 3 ? 50 : 500, "x");
    sl_token_cache_add(cache, digest, 1, &token, at(0));
  }
  for (uint8_t i = 0; i < 9; i++) {
    uint8_t digest[32] = {i};
    assert_int_equal(sl_token_cache_find(&out, cache, digest, 1, at(1)), i != 3);
  }
  uint8_t old[32] = {100};   /* what has expired, and what older keys verified, goes before */
  sl_token token = token_until(900, "y");
  sl_token_cache_add(cache, old, 2, &token, at(600));
  assert_true(sl_token_cache_find(&out, cache, old, 2, at(601)));
  sl_token_cache_free(cache);
}

/* Against a plain list: nothing comes back that was not put in, or changed. */
static void random_use(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("wire/token_cache/random_use", 7);
  sl_token_cache *cache = NULL;
  assert_int_equal(sl_token_cache_new(&cache, 64), SL_OK);
  enum { TOKENS = 200 };
  int64_t expires[TOKENS] = {0};
  uint64_t generation[TOKENS] = {0};
  size_t hits = 0;
  for (int64_t now = 1; now < 20000; now++) {
    size_t i = (size_t)sl_rng_between(&rng, 0, TOKENS - 1);
    uint8_t digest[32] = {0};
    digest[7] = (uint8_t)i;
    uint64_t current = (uint64_t)now / 3000;
    sl_token out;
    if (sl_token_cache_find(&out, cache, digest, current, at(now))) {
      hits++;
      assert_int_equal(out.expires.ns, expires[i] * SL_NS_PER_S);
      assert_true(expires[i] > now && generation[i] == current);
      continue;
    }
    expires[i] = now + sl_rng_between(&rng, 1, 1000);
    generation[i] = current;
    sl_token token = token_until(expires[i], "z");
    sl_token_cache_add(cache, digest, current, &token, at(now));
    assert_true(sl_token_cache_find(&out, cache, digest, current, at(now)));
  }
  assert_true(hits > 1000);
  sl_token_cache_free(cache);
  sl_token_cache_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(found_until_it_expires), cmocka_unit_test(the_same_token_takes_one_place),
      cmocka_unit_test(the_soonest_goes_first), cmocka_unit_test(random_use)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
