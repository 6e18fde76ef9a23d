#include "format/coordinate.h"

#include "test.h"

static void positions_as_people_write_them(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; int64_t lat, lon; } rows[] = {
      {"48:00:17 N 17:09:59 E", SL_OK, 48004722222, 17166388889},
      {"48:00:17N 017:09:59E", SL_OK, 48004722222, 17166388889},
      {"54:08:31.N 105:01:17.W", SL_OK, 54141944444, -105021388889},
      {"39:29.5 N 119:46.1W", SL_OK, 39491666667, -119768333333},
      {"48.5N, 17.25E", SL_OK, 48500000000, 17250000000},
      {"N48:30:00 E017:15:00", SL_OK, 48500000000, 17250000000},
      {"17:15:00E 48:30:00N", SL_OK, 48500000000, 17250000000},
      {"48\xc2\xb0" "30'00\"N 17\xc2\xb0" "15'00\"E", SL_OK, 48500000000, 17250000000},
      {"48\xb0" "30' N 17\xb0" "15' W", SL_OK, 48500000000, -17250000000},
      {"48\xc2\xb0" "30\xe2\x80\xb2" "36\xe2\x80\xb3" "S/17\xc2\xb0" "15\xe2\x80\xb2" "E", SL_OK, -48510000000, 17250000000},
      {"19:59:60 N 1:00:60 E", SL_OK, 20000000000, 1016666667},
      {"90:00:00N 180:00:00W", SL_OK, 90000000000, -180000000000},
      {"90:00:01N 180:00:00W", SL_ERR_RANGE, 0, 0},
      {"9:00:00N 180:00:00.1W", SL_ERR_RANGE, 0, 0},
      {"48:61:00N 17:00:00E", SL_ERR_RANGE, 0, 0},
      {"48:00:61N 17:00:00E", SL_ERR_RANGE, 0, 0},
      {"48.5:30N 17E", SL_ERR_SYNTAX, 0, 0},
      {"48:30 17:30", SL_ERR_MISSING, 0, 0},
      {"48N 17N", SL_ERR_MISSING, 0, 0},
      {"48N", SL_ERR_SYNTAX, 0, 0},
      {"", SL_ERR_SYNTAX, 0, 0},
      {"-48N 17E", SL_ERR_SYNTAX, 0, 0},
      {"483036N 0171500E", SL_OK, 48510000000, 17250000000},
      {"483036.5S0171500W", SL_OK, -48510138889, -17250000000},
      {"486136N 0171500E", SL_ERR_RANGE, 0, 0},
      {"483036 0171500", SL_ERR_SYNTAX, 0, 0},
      {"12345N 17E", SL_ERR_SYNTAX, 0, 0},
      {"12345678N 17E", SL_ERR_SYNTAX, 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_str rest = sl_str_from(rows[i].text);
    sl_pos pos = {-1, -1};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_position_take(&pos, &rest, &fault);
    if (error != rows[i].error) printf("%s: %s\n", rows[i].text, fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(pos.lat_nd, error ? -1 : rows[i].lat);
    assert_int_equal(pos.lon_nd, error ? -1 : rows[i].lon);
    if (!error) assert_int_equal(rest.size, 0);
  }
}

static void compact_positions(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; int64_t lat, lon; } rows[] = {
      {"383115N1214434W", SL_OK, 38520833333, -121742777778},
      {"391960N1172400W", SL_OK, 39333333333, -117400000000},
      {"4620N07805W", SL_OK, 46333333333, -78083333333},
      {"46N078W", SL_OK, 46000000000, -78000000000},
      {"383115.5N1214434.25W", SL_OK, 38520972222, -121742847222},
      {"383115S1214434E", SL_OK, -38520833333, 121742777778},
      {"383161N1214434W", SL_ERR_RANGE, 0, 0},
      {"386115N1214434W", SL_ERR_RANGE, 0, 0},
      {"913115N1214434W", SL_ERR_RANGE, 0, 0},
      {"38311N1214434W", SL_ERR_SYNTAX, 0, 0},
      {"383115N214434W", SL_ERR_SYNTAX, 0, 0},
      {"383115N1214434", SL_ERR_SYNTAX, 0, 0},
      {"383115N1214434WX", SL_ERR_SYNTAX, 0, 0},
      {"", SL_ERR_SYNTAX, 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_pos pos = {-1, -1};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_position_compact(&pos, sl_str_from(rows[i].text), &fault);
    if (error != rows[i].error) printf("%s: %s\n", rows[i].text, fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(pos.lat_nd, error ? -1 : rows[i].lat);
    assert_int_equal(pos.lon_nd, error ? -1 : rows[i].lon);
  }
}

static void plain_angles_leave_the_rest(void **state) {
  (void)state;
  sl_str rest = SL_STR("-48.25 17.5");
  int64_t nd;
  char side;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_angle_take(&nd, &side, &rest, &fault), SL_OK);
  assert_int_equal(nd, -48250000000);
  assert_int_equal(side, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(positions_as_people_write_them), cmocka_unit_test(compact_positions),
                                     cmocka_unit_test(plain_angles_leave_the_rest)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
