/* Bounds of the ground out of HGT tiles made here. */
#include "format/terrain.h"

#include "test.h"

#define SIDE 1201
#define MARGIN (SL_TERRAIN_MARGIN_M * 1000)
#define DEG(d) ((int64_t)((d) * 1e9))

/* A plain of `plain` metres, a peak and a hole at given posts. */
static uint8_t *tile_of(int plain) {
  uint8_t *data = malloc((size_t)SIDE * SIDE * 2);
  assert_non_null(data);
  for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) data[2 * i] = (uint8_t)(plain >> 8), data[2 * i + 1] = (uint8_t)plain;
  return data;
}

static void put(uint8_t *data, int row, int column, int metres) {
  size_t i = (size_t)row * SIDE + (size_t)column;
  data[2 * i] = (uint8_t)((unsigned)metres >> 8);
  data[2 * i + 1] = (uint8_t)metres;
}

static sl_err add(sl_terrain *terrain, const char *name, uint8_t *data) {
  sl_fault fault = sl_fault_none();
  sl_err error = sl_terrain_add(terrain, sl_str_from(name), (sl_span){data, (size_t)SIDE * SIDE * 2}, &fault);
  assert_int_equal(error, fault.code);
  return error;
}

static bool over(int64_t *low, int64_t *high, const sl_terrain *terrain, double south, double west, double north, double east) {
  sl_len l = {0}, h = {0};
  bool known = sl_terrain_over(&l, &h, terrain, (sl_pos){DEG(south), DEG(west)}, (sl_pos){DEG(north), DEG(east)});
  *low = l.mm;
  *high = h.mm;
  return known;
}

static void bounds_hold_what_is_near(void **state) {
  (void)state;
  sl_terrain *terrain;
  int64_t low, high;
  assert_int_equal(sl_terrain_new(&terrain), SL_OK);
  uint8_t *data = tile_of(400);
  put(data, 600, 600, 2500);    /* 47.5 N 8.5 E */
  put(data, 1200, 0, -30);      /* the south-west corner */
  put(data, 10, 10, -32768);    /* nothing known */
  assert_int_equal(add(terrain, "N47E008.hgt", data), SL_OK);
  assert_true(over(&low, &high, terrain, 47.2, 8.2, 47.3, 8.3));
  assert_int_equal(low, 400000 - MARGIN);
  assert_int_equal(high, 400000 + MARGIN);
  /* Just beside the peak, on all sides, and far enough. */
  const double near = 0.9 / 1200, far = 9.0 / 1200;
  assert_true(over(&low, &high, terrain, 47.5 + near, 8.5, 47.5 + near, 8.5));
  assert_int_equal(high, 2500000 + MARGIN);
  assert_true(over(&low, &high, terrain, 47.5 - near, 8.5 - near, 47.5 - near, 8.5 - near));
  assert_int_equal(high, 2500000 + MARGIN);
  assert_true(over(&low, &high, terrain, 47.5 - far, 8.5 - far, 47.5 - far, 8.5 - far));
  assert_int_equal(high, 400000 + MARGIN);
  assert_true(over(&low, &high, terrain, 47.0, 8.0, 47.0, 8.0));
  assert_int_equal(low, -30000 - MARGIN);
  /* A void, and beyond the tile. */
  assert_false(over(&low, &high, terrain, 47.99, 8.0, 47.999, 8.01));
  assert_false(over(&low, &high, terrain, 47.5, 7.9, 47.6, 8.1));
  assert_false(over(&low, &high, terrain, 48.1, 8.0, 48.2, 8.1));
  free(data);
  sl_terrain_free(terrain);
}

static void tiles_join(void **state) {
  (void)state;
  sl_terrain *terrain;
  int64_t low, high;
  assert_int_equal(sl_terrain_new(&terrain), SL_OK);
  static const struct { const char *name; int metres; } tiles[] = {{"n47e008.hgt", 100}, {"N47E009.SRTMGL3.hgt", 200}, {"N48E008.hgt", 300}, {"N48E009.hgt", 400}, {"S01W180.hgt", 5}, {"S01E179.hgt", 6}};
  for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
    uint8_t *data = tile_of(tiles[i].metres);
    assert_int_equal(add(terrain, tiles[i].name, data), SL_OK);
    free(data);
  }
  assert_true(over(&low, &high, terrain, 47.9, 8.9, 48.1, 9.1));
  assert_int_equal(low, 100000 - MARGIN);
  assert_int_equal(high, 400000 + MARGIN);
  assert_true(over(&low, &high, terrain, 47.9, 9.1, 48.1, 9.2));
  assert_int_equal(low, 200000 - MARGIN);
  assert_false(over(&low, &high, terrain, 47.9, 8.9, 48.1, 10.1));
  assert_true(over(&low, &high, terrain, -0.6, 179.9, -0.5, -179.9));
  assert_int_equal(low, 5000 - MARGIN);
  assert_int_equal(high, 6000 + MARGIN);
  sl_terrain_free(terrain);
  sl_terrain_free(NULL);
}

static void what_is_no_tile_is_refused(void **state) {
  (void)state;
  sl_terrain *terrain;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_terrain_new(&terrain), SL_OK);
  uint8_t *data = tile_of(1);
  static const char *const names[] = {"dem.hgt", "N91E008.hgt", "N47E181.hgt", "X47E008.hgt", "N4"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) assert_int_equal(add(terrain, names[i], data), SL_ERR_UNSUPPORTED);
  assert_int_equal(sl_terrain_add(terrain, SL_STR("N47E008.hgt"), (sl_span){data, 1000}, &fault), SL_ERR_UNSUPPORTED);
  assert_non_null(strstr(fault.reason, "1,201"));
  free(data);
  sl_terrain_free(terrain);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_hold_what_is_near), cmocka_unit_test(tiles_join), cmocka_unit_test(what_is_no_tile_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
