/* Memory that runs out: every allocation of the index, the joint judgement and the
 * granules fails once. Each time the call says so, or does without, and nothing is
 * lost, left half done or wrong. */
#include "test.h"

#include "draw.h"
#include "oracle/granule.h"
#include "oracle/memory.h"

#define OBJECTS 90

static long left = -1;   /* allocations until one fails; below 0: none does */

static bool fails(void) { return left >= 0 && left-- == 0; }

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *block, size_t size) { return fails() ? NULL : __real_realloc(block, size); }
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

static drawn memory[OBJECTS];
static sl_prepared *object[OBJECTS];
static const sl_minima minima = {.lateral = {2000000}, .vertical_w84 = {600000}, .vertical_ft = 2000};

static int draw_all(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("memory", 41);
  for (size_t i = 0; i < OBJECTS; i++) {
    object[i] = draw_prepared(&memory[i], &rng, DRAW_CLUSTER, i % 10 ? 3000 : 300000);
  }
  return 0;
}

static int free_all(void **state) {
  (void)state;
  for (size_t i = 0; i < OBJECTS; i++) {
    sl_prepared_free(object[i]);
  }
  return 0;
}

static bool count_entry(void *context, const sl_entry *entry) {
  (void)entry;
  ++*(size_t *)context;
  return true;
}

/* Build, ask, empty. An insertion that fails leaves what was there. */
static sl_err live(size_t *answered) {
  sl_index *index;
  sl_err err = sl_index_new(&index, OBJECTS);
  if (err != SL_OK) {
    return err;
  }
  size_t held = 0;
  *answered = 0;
  for (; held < OBJECTS && err == SL_OK; held += err == SL_OK) {
    err = sl_index_insert(index, (sl_entry){held, object[held]});
  }
  assert_int_equal(sl_index_count(index), held);
  for (size_t i = 0; i < OBJECTS && err == SL_OK; i++) {
    err = sl_index_query(index, object[i], &minima, count_entry, answered);
  }
  for (size_t i = 0; i < OBJECTS; i++) {
    assert_int_equal(sl_index_remove(index, (sl_entry){i, object[i]}), i < held ? SL_OK : SL_ERR_NOT_FOUND);
  }
  assert_int_equal(sl_index_count(index), 0);
  sl_index_free(index);
  return err;
}

static bool count_pair(void *context, size_t a, size_t b, const sl_finding *finding) {
  (void)a;
  (void)b;
  (void)finding;
  ++*(size_t *)context;
  return true;
}

static sl_err all_pairs(size_t *found) {
  *found = 0;
  return sl_judge_all((const sl_prepared *const *)object, NULL, OBJECTS, &minima, true, 1, count_pair, found);
}

static sl_err granules(size_t *told) {
  const sl_granule_size size = {{1000000}, {60000}, 200, {5 * SL_NS_PER_MIN}};
  sl_counterpart other[3] = {{object[1], minima}, {object[2], minima}, {object[3], minima}};
  sl_granule_set set = {.count = 99};
  uint64_t cost = 99;
  const sl_prepared *const *own = (const sl_prepared *const *)object + 4;
  sl_err err = sl_granules_told(&set, own, 5, other, 3, &size);
  assert_true(err == SL_OK || set.count == 99);
  if (err == SL_OK) {
    err = sl_granules_cost(&cost, own, 1, own + 1, 1, &size);
    assert_true(err == SL_OK || cost == 99);
    err = err == SL_ERR_CAP ? SL_OK : err;
  }
  *told = set.count;
  return err;
}

/* Fail the first allocation, then the second, until none is left to fail. */
static void exhaust(sl_err run(size_t *result)) {
  size_t expected, result;
  left = -1;
  assert_int_equal(run(&expected), SL_OK);
  long refused = 0;
  for (long nth = 0;; nth++) {
    left = nth;
    sl_err err = run(&result);
    bool reached = left < 0;
    left = -1;
    assert_true(err == SL_OK || err == SL_ERR_NOMEM);
    assert_true(err != SL_OK || result == expected);
    refused += err == SL_ERR_NOMEM;
    if (!reached) {
      assert_int_equal(err, SL_OK);
      printf("%ld allocations, %ld missed\n", nth, refused);
      assert_true(refused > 3);
      return;
    }
  }
}

static void the_index(void **state) {
  (void)state;
  exhaust(live);
}

static void the_joint_judgement(void **state) {
  (void)state;
  exhaust(all_pairs);
}

static void the_granules(void **state) {
  (void)state;
  exhaust(granules);
}

static void a_block_that_cannot_be(void **state) {
  (void)state;
  assert_null(sl_memory_take(SIZE_MAX / 4, 8));
  void *block = sl_memory_take(0, 8);
  assert_non_null(block);
  free(block);
  block = sl_memory_take(3, (size_t)2 << 20);
  assert_true(block && (uintptr_t)block % ((size_t)2 << 20) == 0);
  free(block);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_index),
      cmocka_unit_test(the_joint_judgement),
      cmocka_unit_test(the_granules),
      cmocka_unit_test(a_block_that_cannot_be),
  };
  return cmocka_run_group_tests(tests, draw_all, free_all);
}
