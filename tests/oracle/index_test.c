/* The index against brute force: whatever sl_judge() does not clear is found, each
 * entry once, for objects of every kind and size anywhere on Earth. */
#include "test.h"

#include "draw.h"
#include "oracle/bounds.h"
#include "oracle/pieces.h"

#define OBJECTS 150

typedef struct answers {
  uint8_t times[OBJECTS];
  size_t count;
} answers;

static bool note(void *context, const sl_entry *entry) {
  answers *a = context;
  a->times[entry->id]++;
  a->count++;
  return true;
}

typedef struct counts {
  size_t pairs, not_clear, answered;
} counts;

/* Everything against everything, under minima no larger than the reach. */
static void compare(counts *c, const sl_index *index, sl_prepared *const object[OBJECTS], sl_rng *rng) {
  for (size_t i = 0; i < OBJECTS; i++) {
    sl_minima minima = draw_minima(rng);
    answers a = {.count = 0};
    assert_int_equal(sl_index_query(index, object[i], &minima, note, &a), SL_OK);
    c->answered += a.count;
    for (size_t j = 0; j < OBJECTS; j++) {
      sl_finding finding;
      assert_int_equal(sl_judge(&finding, object[i], object[j], &minima, false), SL_OK);
      bool live = j % 5 != 0;
      c->pairs++;
      c->not_clear += live && finding.verdict != SL_CLEAR;
      assert_true(a.times[j] <= 1 && (live || a.times[j] == 0));
      if (live && finding.verdict != SL_CLEAR && a.times[j] == 0) {
        fail_msg("missed %zu for %zu, verdict %d", j, i, (int)finding.verdict);
      }
    }
  }
}

static void finds_all_that_is_not_clear(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("index finds_all_that_is_not_clear", 7);
  static drawn memory[OBJECTS];
  static const double sizes[] = {300, 3000, 900000};
  counts c = {0, 0, 0};
  for (int round = 0; round < 3 * DRAW_PLACES; round++) {
    draw_place place = (draw_place)(round % DRAW_PLACES);
    sl_prepared *object[OBJECTS];
    sl_index *index;
    assert_int_equal(sl_index_new(&index, OBJECTS), SL_OK);
    for (size_t i = 0; i < OBJECTS; i++) {
      object[i] = draw_prepared(&memory[i], &rng, place, sizes[round / DRAW_PLACES]);
      assert_int_equal(sl_index_insert(index, (sl_entry){i, object[i]}), SL_OK);
    }
    for (size_t i = 0; i < OBJECTS; i += 5) {
      assert_int_equal(sl_index_remove(index, (sl_entry){i, object[i]}), SL_OK);
    }
    compare(&c, index, object, &rng);
    for (size_t i = 0; i < OBJECTS; i++) {
      assert_int_equal(sl_index_remove(index, (sl_entry){i, object[i]}), i % 5 ? SL_OK : SL_ERR_NOT_FOUND);
      sl_prepared_free(object[i]);
    }
    assert_int_equal(sl_index_count(index), 0);
    sl_index_free(index);
  }
  printf("pairs %zu, not clear %zu, answered %zu\n", c.pairs, c.not_clear, c.answered);
  assert_true(c.not_clear > c.pairs / 200);
}

/* Legs lie within the extent of the whole, and pieces hold the legs. */
static void pieces_follow_a_flight(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("index pieces_follow_a_flight", 8);
  static drawn memory;
  for (int round = 0; round < 300; round++) {
    sl_prepared *object = draw_prepared(&memory, &rng, (draw_place)(round % DRAW_PLACES), 900000);
    uint32_t legs = sl_bounds_legs(object);
    sl_bounds whole = sl_bounds_of(object), piece[SL_PIECES_MAX];
    uint32_t pieces = sl_pieces_of(piece, object);
    assert_in_range(pieces, 1, SL_PIECES_MAX);
    assert_true(legs > 1 || pieces == 1);
    for (uint32_t i = 0; i < legs; i++) {
      sl_bounds leg = sl_bounds_leg(object, i);
      assert_true(leg.lower >= whole.lower && leg.upper <= whole.upper);
      assert_true(leg.window.start.ns >= whole.window.start.ns && leg.window.end.ns <= whole.window.end.ns);
      bool held = false;
      for (uint32_t k = 0; k < pieces && !held; k++) {
        sl_bounds both = sl_bounds_join(&leg, &piece[k]);
        held = both.south == piece[k].south && both.north == piece[k].north && both.width == piece[k].width &&
               both.window.start.ns == piece[k].window.start.ns && both.window.end.ns == piece[k].window.end.ns;
      }
      assert_true(held || pieces == 1);
    }
    sl_prepared_free(object);
  }
}

/* Objects over a province or a country take no more memory than small ones. */
static void size_costs_no_memory(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("index size_costs_no_memory", 9);
  static drawn memory[OBJECTS];
  sl_prepared *object[OBJECTS];
  sl_index *index;
  assert_int_equal(sl_index_new(&index, OBJECTS), SL_OK);
  for (size_t i = 0; i < OBJECTS; i++) {
    object[i] = draw_prepared(&memory[i], &rng, DRAW_CLUSTER, 900000);
    assert_int_equal(sl_index_insert(index, (sl_entry){i, object[i]}), SL_OK);
  }
  assert_in_range(sl_index_bytes(index), 0, 400000);
  for (size_t i = 0; i < OBJECTS; i++) {
    sl_prepared_free(object[i]);
  }
  sl_index_free(index);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_all_that_is_not_clear),
      cmocka_unit_test(pieces_follow_a_flight),
      cmocka_unit_test(size_costs_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
