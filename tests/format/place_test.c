#include "format/place.h"

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

#define LAT 36335000000
#define LON 43119000000
#define DMS_LAT 36335000000   /* 36 20 06 */
#define DMS_LON 43126666667   /* 43 07 36 */

static void positions_in_every_spelling(void **state) {
  (void)state;
  static const struct { const char *text; int64_t lat, lon; } rows[] = {
      {"36.335 43.119", LAT, LON}, {"36.335, 43.119", LAT, LON}, {"36.335,43.119", LAT, LON}, {"(36.335; 43.119)", LAT, LON}, {"36.335/43.119", LAT, LON},
      {"+36.335 +43.119", LAT, LON}, {"+36.335-043.119", LAT, -LON}, {"36.335,-43.119", LAT, -LON}, {"36.335 -43.119", LAT, -LON}, {"-36.335, -43.119", -LAT, -LON},
      {"\xe2\x88\x92" "36.335, 43.119", -LAT, LON}, {"36,335 43,119", LAT, LON}, {"36,335; 43,119", LAT, LON}, {"36,335, 43,119", LAT, LON}, {"36,335N 43,119E", LAT, LON},
      {"36.335N 43.119E", LAT, LON}, {"36.335N43.119E", LAT, LON}, {"N36.335 E43.119", LAT, LON}, {"43.119E, 36.335N", LAT, LON}, {"36.335 S 43.119 W", -LAT, -LON},
      {"36.335 north, 43.119 east", LAT, LON}, {"36,335 Nord 43,119 Est", LAT, LON}, {"36.335 Sur, 43.119 Oeste", -LAT, -LON}, {"43.119 Ost 36.335 Nord", LAT, LON}, {"36.335 \xc2\xb0N 43.119 \xc2\xb0" "E", LAT, LON}, {"Lat: 36.335 Lon: 43.119", LAT, LON}, {"lon=43.119, lat=36.335", LAT, LON}, {"Latitude 36.335\nLongitude 43.119", LAT, LON},
      {"36.335\xc2\xb0 43.119\xc2\xb0", LAT, LON}, {"36.335\xc2\xb0N, 43.119\xc2\xb0" "E", LAT, LON},
      {"36\xc2\xb0" "20'06\"N 43\xc2\xb0" "07'36\"E", DMS_LAT, DMS_LON}, {"36\xc2\xba" "20\xc2\xb4" "06\xc2\xb4\xc2\xb4N 43\xc2\xba" "07\xc2\xb4" "36\xc2\xb4\xc2\xb4" "E", DMS_LAT, DMS_LON},
      {"36\xc2\xb0 20\xe2\x80\xb2 06\xe2\x80\xb3 N, 43\xc2\xb0 07\xe2\x80\xb2 36\xe2\x80\xb3 E", DMS_LAT, DMS_LON}, {"N 36\xc2\xb0" "20\xe2\x80\x99" "06\xe2\x80\x9d E 43\xc2\xb0" "07\xe2\x80\x99" "36\xe2\x80\x9d", DMS_LAT, DMS_LON},
      {"36 20 06 N 43 07 36 E", DMS_LAT, DMS_LON}, {"36 20 06, 43 07 36", DMS_LAT, DMS_LON}, {"36 20 06 43 07 36", DMS_LAT, DMS_LON}, {"36:20:06 43:07:36", DMS_LAT, DMS_LON},
      {"36-20-06N 43-07-36E", DMS_LAT, DMS_LON}, {"36d20m06s 43d07m36s", DMS_LAT, DMS_LON}, {"36d20m06sN 43d07m36sE", DMS_LAT, DMS_LON}, {"36 deg 20 min 06 sec N 43 deg 7 min 36 sec E", DMS_LAT, DMS_LON},
      {"362006N 0430736E", DMS_LAT, DMS_LON}, {"362006N0430736E", DMS_LAT, DMS_LON}, {"N362006E0430736", DMS_LAT, DMS_LON}, {"3620N 04307E", 36333333333, 43116666667},
      {"36 20.1 43 7.14", LAT, LON}, {"36\xc2\xb0" "20.1'N 43\xc2\xb0" "7.14'E", LAT, LON}, {"36\xc2\xb0" "20,1' N, 43\xc2\xb0" "7,14' E", LAT, LON}, {"36:20.1 43:7.14", LAT, LON},
      {"36\xc2\xb0 20.1' 43\xc2\xb0 7.14'", LAT, LON}, {"36 20, 43 07", 36333333333, 43116666667}, {"36:20 43:07", 36333333333, 43116666667}, {"36\xc2\xb0 43\xc2\xb0", 36000000000, 43000000000},
      {"36,43", 36000000000, 43000000000}, {"36 43", 36000000000, 43000000000},
      {"36.335 43.119 231.0 4.9", LAT, LON}, {"36.335 -43.119 -2.5 4.9", LAT, -LON}, {"36.335 43.119 231", LAT, LON}, {"36.335, 43.119, 231", LAT, LON},
      {"\xd9\xa3\xd9\xa6\xd9\xab\xd9\xa3\xd9\xa3\xd9\xa5 \xd9\xa4\xd9\xa3\xd9\xab\xd9\xa1\xd9\xa1\xd9\xa9", LAT, LON}, {"\xdb\xb3\xdb\xb6.\xdb\xb3\xdb\xb3\xdb\xb5, \xdb\xb4\xdb\xb3.119", LAT, LON},
      {"36.335\xc2\xa0" "43.119", LAT, LON}, {"38S LF 30000 22000", 36328055663, 43106019391}, {"38SLF3000022000", 36328055663, 43106019391},
      {"36R 715000 3465000", 31299523734, 35258930153}, {"36R 715000mE 3465000mN", 31299523734, 35258930153}, {"UTM 36 north 715000 3465000", 31299523734, 35258930153}, {"Zone 36N: 715000E, 3465000N", 31299523734, 35258930153},
      {"36 N 715000.0 3465000.0", 31299523734, 35258930153}, {"20 S 500000 3000000", -63129339712, -63000000000}, {"38 south 444879 3988123", -54251881459, 44153968874},
      {"36M 715000 9465000", -4837421664, 34938644288}, {"Z 2426773 1530125", 84287232296, 42247902020}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_place place = {0};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_place_read(&place, grid, sl_str_from(rows[i].text), &fault);
    int64_t near = place.notation == SL_NOTATION_UTM ? 1 : place.notation == SL_NOTATION_MGRS ? 6000 : 0;   /* a square's middle */
    bool good = !error && llabs(place.pos.lat_nd - rows[i].lat) <= near && llabs(place.pos.lon_nd - rows[i].lon) <= near;
    if (!good) printf("%s: %lld %lld %s\n", rows[i].text, (long long)place.pos.lat_nd, (long long)place.pos.lon_nd, fault.reason);
    assert_true(good);
  }
}

static void what_can_be_two_things_is_refused(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; const char *says; } rows[] = {
      {"", SL_ERR_MISSING, "only"}, {"36.335", SL_ERR_MISSING, "only"}, {"north of the river", SL_ERR_SYNTAX, "word"}, {"36.335 N 43.119", SL_ERR_MISSING, "hemisphere"},
      {"36.335 N 43.119 O", SL_ERR_SYNTAX, "O is"}, {"36 20 43.1", SL_ERR_SYNTAX, "cannot be told"}, {"36 20,43 10", SL_ERR_SYNTAX, "cannot be told"}, {"36.335 - 43.119", SL_ERR_SYNTAX, "dash"},
      {"43.119E 44.1E", SL_ERR_ORDER, "swapped"}, {"93.119 36.335", SL_ERR_RANGE, "swapped"}, {"36.335 N 190 E", SL_ERR_RANGE, "180"}, {"36 61 43 10", SL_ERR_RANGE, "60"},
      {"36335 43119", SL_ERR_RANGE, "180"}, {"36'20\xc2\xb0N 43E", SL_ERR_SYNTAX, "order"}, {"36,335,43,119", SL_ERR_SYNTAX, "behind"}, {"36.335 43.119 1 2 3", SL_ERR_SYNTAX, "told"},
      {"38S 444879 3988123", SL_ERR_SYNTAX, "north or south"}, {"36 715000 3465000", SL_ERR_SYNTAX, "told"}, {"36I 715000 3465000", SL_ERR_SYNTAX, "band"}, {"61R 715000 3465000", SL_ERR_RANGE, "zone"},
      {"36R 7150000 3465000", SL_ERR_RANGE, "outside"}, {"36R 715000N 3465000E", SL_ERR_SYNTAX, "easting"}, {"36R 715000", SL_ERR_MISSING, ""}, {"36RUU1", SL_ERR_SYNTAX, ""}, {"38SMW12", SL_ERR_RANGE, "square"},
      {"36.335 43.119 ~5", SL_ERR_SYNTAX, "character"}, {"N 36 20 43 7", SL_ERR_MISSING, "hemisphere"}, {"1234567N 43E", SL_ERR_RANGE, "60"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_place place = {.pos = {5, 6}};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_place_read(&place, grid, sl_str_from(rows[i].text), &fault);
    if (error != rows[i].error || !strstr(fault.reason, rows[i].says)) printf("%s: %d %s (%lld %lld)\n", rows[i].text, error, fault.reason, (long long)place.pos.lat_nd, (long long)place.pos.lon_nd);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(fault.code, error);
    assert_non_null(strstr(fault.reason, rows[i].says));
    assert_int_equal(place.pos.lat_nd, 5);
  }
  char text[200];
  memset(text, '1', sizeof text);
  sl_place place;
  assert_int_equal(sl_place_read(&place, grid, (sl_str){text, sizeof text}, NULL), SL_ERR_CAP);
}

static void how_far_a_place_is_meant(void **state) {
  (void)state;
  static const struct { const char *text; int64_t within_mm, coarse_m; bool assumed, comma; } rows[] = {
      {"36.335 43.119", 0, 56, true, false}, {"36.3 43.1", 0, 5560, true, false}, {"36 43", 0, 55600, true, false}, {"36,335N 43,119E", 0, 56, false, true},
      {"36 20 43 07", 0, 927, true, false}, {"36 20 06 43 07 36", 0, 16, true, false}, {"36.335 43.119 231.0 4.9", 4900, 56, true, false}, {"38SLF3022", 707200, 0, false, false},
      {"38SLF3000022000", 708, 0, false, false}, {"36R 715000 3465000", 0, 1, false, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_place place;
    assert_int_equal(sl_place_read(&place, grid, sl_str_from(rows[i].text), NULL), SL_OK);
    if (place.coarse.mm / 1000 > rows[i].coarse_m + 1) printf("%s: %lld\n", rows[i].text, (long long)place.coarse.mm);
    assert_in_range(place.coarse.mm / 1000 + 1, rows[i].coarse_m, rows[i].coarse_m + 2);
    assert_int_equal(place.within.mm, rows[i].within_mm);
    assert_int_equal(place.order_assumed, rows[i].assumed);
    assert_int_equal(place.decimal_comma, rows[i].comma);
  }
}

static void angles_of_their_own_cells(void **state) {
  (void)state;
  static const struct { const char *text; bool latitude; sl_err error; int64_t nd; } rows[] = {
      {"36.335", true, SL_OK, LAT}, {"36,335", true, SL_OK, LAT}, {" -36.335 ", true, SL_OK, -LAT}, {"36\xc2\xb0" "20'06\"N", true, SL_OK, LAT}, {"36 20 06", true, SL_OK, LAT}, {"36 20.1", true, SL_OK, LAT},
      {"N 36:20:06", true, SL_OK, LAT}, {"36 20 06 S", true, SL_OK, -LAT}, {"362006N", true, SL_OK, LAT}, {"0430708.4E", false, SL_OK, LON}, {"Lat 36.335", true, SL_OK, LAT}, {"36d20m06s", true, SL_OK, LAT},
      {"33d51m54sS", true, SL_OK, -33865000000}, {"43.119", false, SL_OK, LON}, {"143,119 W", false, SL_OK, -143119000000}, {"36\xc2\xb0", true, SL_OK, 36000000000},
      {"43.119E", true, SL_ERR_ORDER, 0}, {"36.3N", false, SL_ERR_ORDER, 0}, {"lon 43.1", true, SL_ERR_ORDER, 0}, {"93.1", true, SL_ERR_RANGE, 0}, {"36335", true, SL_ERR_RANGE, 0}, {"N/A", true, SL_ERR_SYNTAX, 0}, {"", true, SL_ERR_SYNTAX, 0},
      {"36.335 43.119", true, SL_ERR_SYNTAX, 0}, {"36.3.3", true, SL_ERR_SYNTAX, 0}, {"--36", true, SL_ERR_SYNTAX, 0}, {"-36S", true, SL_ERR_SYNTAX, 0}, {"43 O", false, SL_ERR_SYNTAX, 0}, {"1e1", true, SL_ERR_SYNTAX, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_angle angle = {.nd = 9};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_angle_read(&angle, sl_str_from(rows[i].text), rows[i].latitude, &fault);
    if (error != rows[i].error) printf("%s: %d %s %lld\n", rows[i].text, error, fault.reason, (long long)angle.nd);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(angle.nd, error ? 9 : rows[i].nd);
  }
}

static void grid_cells(void **state) {
  (void)state;
  static const struct { const char *zone, *east, *north; sl_err error; } rows[] = {
      {"36R", "715000", "3465000", SL_OK}, {"36 N", "715000 m", "3465000 m", SL_OK}, {"36 North", "715000mE", "3465000mN", SL_OK}, {"36R", "715000,5", "3465000.25", SL_OK},
      {"36", "715000", "3465000", SL_ERR_MISSING}, {"", "715000", "3465000", SL_ERR_MISSING}, {"36R", "x", "3465000", SL_ERR_SYNTAX}, {"36R", "715000", "", SL_ERR_SYNTAX}, {"36R x", "715000", "3465000", SL_ERR_SYNTAX},
      {"36S", "715000", "3965000", SL_ERR_SYNTAX}, {"36 South", "715000", "3965000", SL_OK}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_place place;
    sl_fault fault = sl_fault_none();
    sl_err error = sl_place_utm(&place, grid, sl_str_from(rows[i].zone), sl_str_from(rows[i].east), sl_str_from(rows[i].north), &fault);
    if (error != rows[i].error) printf("%s %s %s: %s\n", rows[i].zone, rows[i].east, rows[i].north, fault.reason);
    assert_int_equal(error, rows[i].error);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(positions_in_every_spelling), cmocka_unit_test(what_can_be_two_things_is_refused), cmocka_unit_test(how_far_a_place_is_meant),
                                     cmocka_unit_test(angles_of_their_own_cells), cmocka_unit_test(grid_cells)};
  return cmocka_run_group_tests(tests, open_grid, close_grid);
}
