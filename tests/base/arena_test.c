#include "test.h"

#include "base/arena.h"

static int fail_after = -1;   /* allocations that still succeed; -1: all of them */
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size) {
  if (fail_after == 0)
    return NULL;
  if (fail_after > 0)
    fail_after--;
  return __real_calloc(count, size);
}

static bool is_zero(const uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (data[i] != 0)
      return false;
  return true;
}

static void pieces_are_zeroed_aligned_and_apart(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("base/arena", 1);
  sl_arena arena;
  sl_arena_init(&arena, 64u << 20);
  enum { COUNT = 2000 };
  static uint8_t *piece[COUNT];
  static size_t size[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    size[i] = (size_t)sl_rng_between(&rng, 1, i % 100 == 0 ? 100000 : 300);
    piece[i] = sl_arena_take(&arena, size[i], 1);
    assert_non_null(piece[i]);
    assert_int_equal((uintptr_t)piece[i] % _Alignof(max_align_t), 0);
    assert_true(is_zero(piece[i], size[i]));
    memset(piece[i], (int)(i % 255 + 1), size[i]);
  }
  for (size_t i = 0; i < COUNT; i++)
    for (size_t k = 0; k < size[i]; k++)
      assert_int_equal(piece[i][k], i % 255 + 1);
  sl_arena_fini(&arena);
  assert_int_equal(arena.used, 0);
}

static void the_cap_holds_and_stays_after_fini(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1024);
  assert_null(sl_arena_take(&arena, 1025, 1));
  assert_non_null(sl_arena_take(&arena, 1000, 1));
  assert_true(arena.used <= 1024);
  assert_null(sl_arena_take(&arena, 100, 1));
  assert_non_null(sl_arena_take(&arena, 16, 1));
  assert_null(sl_arena_take(&arena, 1, 1));
  sl_arena_fini(&arena);
  assert_null(sl_arena_take(&arena, 1025, 1));
  assert_non_null(sl_arena_take(&arena, 1024, 1));
  sl_arena_fini(&arena);
}

static void products_that_overflow_are_refused(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, SIZE_MAX);
  assert_null(sl_arena_take(&arena, SIZE_MAX / 2, 3));
  assert_null(sl_arena_take(&arena, SIZE_MAX, SIZE_MAX));
  assert_null(sl_arena_take(&arena, SIZE_MAX, 1));
  assert_null(sl_arena_take(&arena, SIZE_MAX - 20, 1));
  assert_int_equal(arena.used, 0);
  sl_arena_fini(&arena);
}

static void nothing_asked_gives_a_pointer(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 4096);
  assert_non_null(sl_arena_take(&arena, 0, 8));
  assert_non_null(sl_arena_take(&arena, 8, 0));
  assert_non_null(SL_ARENA_TAKE(&arena, 3, uint64_t));
  sl_arena_fini(&arena);
}

static void copies_are_equal_and_terminated(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 4096);
  char *text = sl_arena_text(&arena, SL_STR("left of the line"));
  assert_string_equal(text, "left of the line");
  assert_string_equal(sl_arena_text(&arena, (sl_str){NULL, 0}), "");
  const uint8_t bytes[3] = {1, 0, 2};
  sl_span copy = sl_arena_copy(&arena, (sl_span){bytes, 3});
  assert_int_equal(copy.size, 3);
  assert_memory_equal(copy.data, bytes, 3);
  assert_ptr_not_equal(copy.data, bytes);
  assert_non_null(sl_arena_copy(&arena, (sl_span){NULL, 0}).data);
  static const uint8_t large[5000];
  assert_null(sl_arena_copy(&arena, (sl_span){large, sizeof large}).data);
  assert_null(sl_arena_text(&arena, (sl_str){"", SIZE_MAX}));
  sl_arena_fini(&arena);
}

static void lack_of_memory_is_told_and_leaves_the_rest_usable(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1u << 20);
  uint8_t *first = sl_arena_take(&arena, 100, 1);
  assert_non_null(first);
  size_t used = arena.used;
  fail_after = 0;
  assert_null(sl_arena_take(&arena, 100000, 1));
  assert_int_equal(arena.used, used);
  assert_non_null(sl_arena_take(&arena, 100, 1));   /* still room in the first block */
  fail_after = -1;
  assert_non_null(sl_arena_take(&arena, 100000, 1));
  sl_arena_fini(&arena);
}

static void clearing_keeps_a_block(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1u << 20);
  sl_arena_clear(&arena);
  for (int round = 0; round < 3; round++) {
    for (size_t size = 1; size < 20000; size *= 3) {
      uint8_t *piece = sl_arena_take(&arena, size, 1);
      assert_non_null(piece);
      for (size_t i = 0; i < size; i++) assert_int_equal(piece[i], 0);
      memset(piece, 0xa5, size);
    }
    sl_arena_clear(&arena);
    assert_int_equal(arena.used, 0);
  }
  sl_arena_fini(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
    cmocka_unit_test(the_cap_holds_and_stays_after_fini),
    cmocka_unit_test(products_that_overflow_are_refused),
    cmocka_unit_test(nothing_asked_gives_a_pointer),
    cmocka_unit_test(copies_are_equal_and_terminated),
    cmocka_unit_test(lack_of_memory_is_told_and_leaves_the_rest_usable),
    cmocka_unit_test(clearing_keeps_a_block),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
