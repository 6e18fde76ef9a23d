#include "format/mgrs.h"

#include "test.h"

static sl_grid *grid;

static int open_grid(void **state) {
  (void)state;
  return sl_grid_open(&grid) == SL_OK ? 0 : -1;
}

static int close_grid(void **state) {
  (void)state;
  sl_grid_close(grid);
  return 0;
}

static void references_as_people_write_them(void **state) {
  (void)state;
  static const struct { const char *text; int64_t lat, lon, side_mm; } rows[] = {
      {"38SMB4487988123", 33330858788, 44407728534, 1000},      /* by GeoConvert 2.1.2 */
      {"38S MB 44879 88123", 33330858788, 44407728534, 1000},
      {"38s mb 44879, 88123", 33330858788, 44407728534, 1000},
      {"38-SMB-44879-88123", 33330858788, 44407728534, 1000},
      {"38SMB", 32987244449, 44464839017, 100000000},
      {"4QFJ12345678", 21309478092, -157916818906, 10000},
      {"04QFJ12345678", 21309478092, -157916818906, 10000},
      {"33UYP1547942596", 48199998543, 17900002136, 1000}, {"31NBA2173455318", 500004159, 500002497, 1000}, {"60HVB3121627430", -39499995832, 176200001707, 1000},
      {"ZAH0000000000", 89999993631, 135000000000, 1000}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_pos pos;
    sl_len side;
    sl_fault fault = sl_fault_none();
    sl_err error = sl_mgrs_read(&pos, &side, grid, sl_str_from(rows[i].text), &fault);
    if (error || llabs(pos.lat_nd - rows[i].lat) > 1 || llabs(pos.lon_nd - rows[i].lon) > 1)
      printf("%s: %d %lld %lld\n", rows[i].text, error, (long long)pos.lat_nd, (long long)pos.lon_nd);
    assert_int_equal(error, SL_OK);
    assert_true(sl_mgrs_is(sl_str_from(rows[i].text)));
    assert_true(llabs(pos.lat_nd - rows[i].lat) <= 1 && llabs(pos.lon_nd - rows[i].lon) <= 1);
    assert_int_equal(side.mm, rows[i].side_mm);
  }
}

static void what_is_no_reference_is_refused(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; } rows[] = {
      {"", SL_ERR_SYNTAX}, {"38S", SL_ERR_SYNTAX}, {"38SM", SL_ERR_SYNTAX}, {"38SMB1", SL_ERR_SYNTAX}, {"38SMB123", SL_ERR_SYNTAX},
      {"61SMB12", SL_ERR_SYNTAX}, {"0SMB12", SL_ERR_SYNTAX}, {"38SMB123456123456", SL_ERR_SYNTAX}, {"38SMB12x4", SL_ERR_SYNTAX}, {"138SMB12", SL_ERR_SYNTAX},
      {"SMB12", SL_ERR_SYNTAX}, {"38SM\xc3\xa9" "12", SL_ERR_SYNTAX},
      {"38IMB12", SL_ERR_RANGE}, {"38OMB12", SL_ERR_RANGE}, {"38AMB12", SL_ERR_RANGE}, {"38SIB12", SL_ERR_RANGE}, {"38SAB12", SL_ERR_RANGE},
      {"38SMW12", SL_ERR_RANGE}, {"38SMI12", SL_ERR_RANGE}, {"38SMP12", SL_ERR_RANGE}, {"ZKH12", SL_ERR_RANGE}, {"YAH12", SL_ERR_RANGE},
      {"AAA12", SL_ERR_RANGE}, {"ZAZ12", SL_ERR_RANGE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_pos pos = {1, 2};
    sl_len side = {3};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_mgrs_read(&pos, &side, grid, sl_str_from(rows[i].text), &fault);
    if (error != rows[i].error) printf("%s: %d\n", rows[i].text, error);
    assert_int_equal(error, rows[i].error);
    assert_true(fault.code == error && pos.lat_nd == 1 && side.mm == 3);
    assert_int_equal(sl_mgrs_is(sl_str_from(rows[i].text)), error == SL_ERR_RANGE);
  }
}

/* A square that a band's border cuts is meant by either letter, and no other. */
static void either_band_of_a_cut_square(void **state) {
  (void)state;
  sl_pos low, high;
  sl_len side;
  char text[SL_MGRS_TEXT_MAX];
  assert_int_equal(sl_mgrs_text(text, grid, (sl_pos){40 * SL_ND_PER_DEG - 1000, 45 * SL_ND_PER_DEG}, 5), SL_OK);
  assert_int_equal(text[2], 'S');
  assert_int_equal(sl_mgrs_read(&low, &side, grid, sl_str_from(text), NULL), SL_OK);
  text[2] = 'T';
  assert_int_equal(sl_mgrs_read(&high, &side, grid, sl_str_from(text), NULL), SL_OK);
  assert_memory_equal(&low, &high, sizeof low);
  text[2] = 'U';
  assert_int_equal(sl_mgrs_read(&high, &side, grid, sl_str_from(text), NULL), SL_ERR_RANGE);
}

static void there_and_back(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("mgrs", 29);
  for (int i = 0; i < 20000; i++) {
    sl_pos pos = {sl_rng_between(&rng, -90 * SL_ND_PER_DEG, 90 * SL_ND_PER_DEG), sl_rng_between(&rng, -180 * SL_ND_PER_DEG, 180 * SL_ND_PER_DEG)}, middle;
    char text[SL_MGRS_TEXT_MAX], again[SL_MGRS_TEXT_MAX];
    sl_len side;
    uint32_t digits = (uint32_t)sl_rng_between(&rng, 1, 5);
    assert_int_equal(sl_mgrs_text(text, grid, pos, digits), SL_OK);
    assert_int_equal(sl_mgrs_read(&middle, &side, grid, sl_str_from(text), NULL), SL_OK);
    /* The middle may lie beyond the border of its band or zone; within them it is its own square's. */
    if (sl_grid_zone(middle) != sl_grid_zone(pos) || sl_mgrs_text(again, grid, middle, digits) || again[2] != text[2]) continue;
    assert_string_equal(text, again);
  }
  char text[SL_MGRS_TEXT_MAX];
  assert_int_equal(sl_mgrs_text(text, grid, (sl_pos){91 * SL_ND_PER_DEG, 0}, 5), SL_ERR_RANGE);
  assert_int_equal(sl_mgrs_text(text, grid, (sl_pos){0, 180 * SL_ND_PER_DEG}, 5), SL_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(references_as_people_write_them), cmocka_unit_test(what_is_no_reference_is_refused),
                                     cmocka_unit_test(either_band_of_a_cut_square), cmocka_unit_test(there_and_back)};
  return cmocka_run_group_tests(tests, open_grid, close_grid);
}
