/* The grid and the tables of the index, on bounds alone: whatever bounds meet are
 * found, wherever on Earth and however large, and nothing is found twice. */
#include "test.h"

#include "oracle/bounds.h"
#include "oracle/grid.h"
#include "oracle/prepared.h"

#define OBJECTS 400

/* An object that is nothing but its extent. */
static void draw(sl_prepared *out, sl_rng *rng, int place) {
  memset(out, 0, sizeof *out);
  double size = pow(10.0, 1 + 6.3 * sl_rng_unit(rng)); /* 1e-7 degrees: a metre to 2,000 km and more */
  int64_t south = sl_rng_between(rng, -900000000, 900000000), west = sl_rng_between(rng, -1800000000, 1799999999);
  if (place == 1) {
    south = 899000000 + sl_rng_between(rng, 0, 999999);
  } else if (place == 2) {
    south = -900000000;
  } else if (place == 3) {
    west = (sl_rng_next(rng) & 1) ? 1799990000 : -1799990000;
    south = sl_rng_between(rng, -1000000, 1000000);
  } else if (place == 4) {
    west = sl_rng_between(rng, 90000000, 91000000);
    south = sl_rng_between(rng, 470000000, 471000000);
  }
  int64_t north = south + (int64_t)(size * sl_rng_unit(rng));
  int64_t width = (int64_t)(size * sl_rng_unit(rng) * ((place == 1 || place == 2) ? 1000 : 1));
  sl_extent *e = &out->extent;
  e->south = (int32_t)south;
  e->north = (int32_t)(north > 900000000 ? 900000000 : north);
  e->west = (int32_t)west;
  int64_t east = west + width;
  if (width >= 3600000000 || e->north == 900000000) {
    e->west = -1800000000;
    east = 1800000000;
  } else if (east > 1800000000) {
    east -= 3600000000;
  }
  e->east = (int32_t)east;
  e->start_ns = INT64_C(1700000000000000000) + sl_rng_between(rng, 0, 3600 * SL_NS_PER_S);
  e->end_ns = e->start_ns + 1 + (int64_t)pow(10.0, 8 + 10 * sl_rng_unit(rng));
  out->kind = SL_OBJECT_VOLUME;
  out->reference = (uint8_t)(1 + sl_rng_next(rng) % 3);
  if (out->reference == SL_ALT_COLUMN) {
    e->lower = INT32_MIN;
    e->upper = INT32_MAX;
  } else {
    e->lower = (int32_t)sl_rng_between(rng, -2000, out->reference == SL_ALT_BARO ? 40000 : 20000000);
    e->upper = e->lower + (int32_t)sl_rng_between(rng, 0, out->reference == SL_ALT_BARO ? 4000 : 200000);
  }
}

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

/* Whether altitudes can infringe, told apart from the lanes of the grid. */
static bool bands_meet(const sl_bounds *a, const sl_bounds *b, const sl_minima *reach) {
  int64_t lower, upper;
  return !sl_bounds_band(&lower, &upper, a, b->ref, reach) || (lower <= b->upper && b->lower <= upper);
}

static void draw_reach(sl_minima *reach, sl_rng *rng) {
  memset(reach, 0, sizeof *reach);
  if (sl_rng_next(rng) & 1) {
    reach->lateral.mm = (int64_t)pow(10.0, 7 * sl_rng_unit(rng));
    reach->vertical_w84.mm = sl_rng_between(rng, 0, 600000);
    reach->vertical_ft = (int32_t)sl_rng_between(rng, 0, 2000);
    reach->grow.ns = sl_rng_between(rng, 0, 600 * SL_NS_PER_S);
  }
  if (sl_rng_next(rng) & 1) {
    reach->baro_bounded = true;
    reach->baro_low.mm = -50000;
    reach->baro_high.mm = 300000;
  }
}

static void finds_what_meets(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("grid finds_what_meets", 3);
  static sl_prepared object[OBJECTS];
  size_t met = 0, answered = 0;
  for (int round = 0; round < 30; round++) {
    sl_index *index;
    assert_int_equal(sl_index_new(&index, OBJECTS), SL_OK);
    for (size_t i = 0; i < OBJECTS; i++) {
      draw(&object[i], &rng, (int)(i % 6));
      assert_int_equal(sl_index_insert(index, (sl_entry){i, &object[i]}), SL_OK);
    }
    for (size_t i = 0; i < OBJECTS; i += 7) { /* some leave again */
      assert_int_equal(sl_index_remove(index, (sl_entry){i, &object[i]}), SL_OK);
    }
    for (size_t i = 0; i < OBJECTS; i++) {
      sl_minima reach;
      draw_reach(&reach, &rng);
      answers a = {.count = 0};
      assert_int_equal(sl_index_query(index, &object[i], &reach, note, &a), SL_OK);
      sl_bounds own = sl_bounds_of(&object[i]);
      sl_bounds grown = sl_bounds_grow(&own, &reach);
      for (size_t j = 0; j < OBJECTS; j++) {
        sl_bounds other = sl_bounds_of(&object[j]);
        bool meets = j % 7 != 0 && sl_bounds_meet(&grown, &other) && bands_meet(&own, &other, &reach);
        assert_true(a.times[j] <= 1);
        assert_true(!meets || a.times[j] == 1);
        assert_true(j % 7 != 0 || a.times[j] == 0);
        met += meets;
      }
      answered += a.count;
    }
    sl_index_free(index);
  }
  printf("met %zu, answered %zu\n", met, answered);
  assert_true(met > 10000 && answered < met * 2);
}

static void entries_are_once(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("grid entries_are_once", 4);
  static sl_prepared object[OBJECTS];
  sl_index *index;
  assert_int_equal(sl_index_new(&index, OBJECTS - 1), SL_OK);
  for (size_t i = 0; i < OBJECTS - 1; i++) {
    draw(&object[i], &rng, 4);
    assert_int_equal(sl_index_insert(index, (sl_entry){1, &object[i]}), SL_OK);
    assert_int_equal(sl_index_insert(index, (sl_entry){1, &object[i]}), SL_ERR_EXISTS);
  }
  draw(&object[OBJECTS - 1], &rng, 4);
  assert_int_equal(sl_index_insert(index, (sl_entry){1, &object[OBJECTS - 1]}), SL_ERR_CAP);
  assert_int_equal(sl_index_remove(index, (sl_entry){2, &object[0]}), SL_ERR_NOT_FOUND);
  assert_int_equal(sl_index_count(index), OBJECTS - 1);
  for (size_t i = 0; i < OBJECTS - 1; i++) {
    assert_int_equal(sl_index_remove(index, (sl_entry){1, &object[i]}), SL_OK);
    assert_int_equal(sl_index_remove(index, (sl_entry){1, &object[i]}), SL_ERR_NOT_FOUND);
  }
  assert_int_equal(sl_index_count(index), 0);
  sl_index_free(index);
}

static void a_walk_stops(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("grid a_walk_stops", 5);
  static sl_prepared object[2];
  draw(&object[0], &rng, 4);
  object[1] = object[0];
  sl_index *index;
  assert_int_equal(sl_index_new(&index, 2), SL_OK);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(sl_index_insert(index, (sl_entry){i, &object[i]}), SL_OK);
  }
  sl_minima reach = {.lateral = {-1}};
  answers a = {.count = 0};
  assert_int_equal(sl_index_query(index, &object[0], &reach, note, &a), SL_ERR_RANGE);
  reach.lateral.mm = 0;
  assert_int_equal(sl_index_query(index, &object[0], &reach, note, &a), SL_OK);
  assert_int_equal(a.count, 2);
  sl_index_free(index);
}

/* Rows cover the Earth, columns a row, and cells stay near square. */
static void cells_stay_near_square(void **state) {
  (void)state;
  for (unsigned lateral = 0; lateral + 1 < SL_GRID_LATERALS; lateral++) {
    int64_t height = INT64_C(1) << sl_grid_lat_shift(lateral);
    for (int64_t row = -SL_ND_90 / height - 1; row <= SL_ND_90 / height; row += lateral == 0 ? 7 : 1) {
      int64_t columns = sl_grid_columns(lateral, row);
      if (columns == 1) {
        continue;
      }
      double middle = ((double)row + 0.5) * (double)height * 1e-9 * SL_PI / 180;
      double ratio = cos(middle) * (double)(height << sl_grid_widening(lateral, row)) / (double)height;
      assert_true(ratio > 0.45 && ratio < 1.5);
      assert_true((height << sl_grid_widening(lateral, row)) * columns >= SL_ND_360);
    }
  }
}

static void keys_turn_back(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("grid keys_turn_back", 6);
  for (int i = 0; i < 10000; i++) {
    int64_t row = sl_rng_between(&rng, -5365, 5365), column = sl_rng_between(&rng, 0, 21457);
    int64_t group = sl_rng_between(&rng, -600000, 4000000);
    sl_grid_cell cell = sl_grid_unkey(sl_grid_key(row, column, group));
    assert_true(cell.row == row && cell.column == column && cell.time == group * (int64_t)SL_GRID_GROUP);
    int64_t time = cell.time + sl_rng_between(&rng, 0, SL_GRID_GROUP - 1);
    assert_true(sl_grid_group(time) == group && cell.time + sl_grid_member(time) == time);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_what_meets), cmocka_unit_test(entries_are_once),       cmocka_unit_test(a_walk_stops),
      cmocka_unit_test(keys_turn_back),   cmocka_unit_test(cells_stay_near_square),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
