#include "format/height.h"
#include "test.h"

typedef struct row { const char *text; sl_height_unit unit; sl_err error; sl_datum datum; int64_t tenths; } row;
#define FT(n) ((n) * SL_TENTHS_PER_FT)
#define M(n) ((n) * SL_TENTHS_PER_M)

static const row rows[] = {
    /* The spellings of real files, FIELD.md */
    {"1500MSL", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, FT(1500)},
    {"FL 65", SL_HEIGHT_FT, SL_OK, SL_DATUM_PRESSURE, FT(6500)},
    {"FL065", SL_HEIGHT_FT, SL_OK, SL_DATUM_PRESSURE, FT(6500)},
    {"4500ft STD", SL_HEIGHT_FT, SL_OK, SL_DATUM_PRESSURE, FT(4500)},
    {"500 AGL", SL_HEIGHT_FT, SL_OK, SL_DATUM_GROUND, FT(500)},
    {"2100ft AMSL", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, FT(2100)},
    {"1000m AMSL", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, M(1000)},
    {"500 ft", SL_HEIGHT_FT, SL_OK, SL_DATUM_UNSTATED, FT(500)},
    {"500ft GND", SL_HEIGHT_FT, SL_OK, SL_DATUM_GROUND, FT(500)},
    {"SFC", SL_HEIGHT_FT, SL_OK, SL_DATUM_GROUND, 0},
    {"GND", SL_HEIGHT_FT, SL_OK, SL_DATUM_GROUND, 0},
    {"UNLIM", SL_HEIGHT_FT, SL_OK, SL_DATUM_UNLIMITED, 0},
    {"UNLTD", SL_HEIGHT_FT, SL_OK, SL_DATUM_UNLIMITED, 0},
    {"unl", SL_HEIGHT_FT, SL_OK, SL_DATUM_UNLIMITED, 0},
    /* Their cousins */
    {"MSL 3500ft", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, FT(3500)},
    {"2000ftMSL", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, FT(2000)},
    {"3500' AGL", SL_HEIGHT_FT, SL_OK, SL_DATUM_GROUND, FT(3500)},
    {"120", SL_HEIGHT_M, SL_OK, SL_DATUM_UNSTATED, M(120)},
    {"120.5 m W84", SL_HEIGHT_FT, SL_OK, SL_DATUM_ELLIPSOID, 1205000},
    {"120m WGS84", SL_HEIGHT_FT, SL_OK, SL_DATUM_ELLIPSOID, M(120)},
    {"10m EGM96", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, M(10)},
    {"0", SL_HEIGHT_FT, SL_OK, SL_DATUM_UNSTATED, 0},
    {"-50 ft AMSL", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, FT(-50)},
    {"MSL", SL_HEIGHT_FT, SL_OK, SL_DATUM_MSL, 0},
    {"FL100 STD", SL_HEIGHT_FT, SL_OK, SL_DATUM_PRESSURE, FT(10000)},
    {"1000ft (SFC)", SL_HEIGHT_FT, SL_OK, SL_DATUM_GROUND, FT(1000)},
    {"F095", SL_HEIGHT_FT, SL_OK, SL_DATUM_PRESSURE, FT(9500)},
    {"4500F", SL_HEIGHT_FT, SL_OK, SL_DATUM_UNSTATED, FT(4500)},
    {"95", SL_HEIGHT_FL, SL_OK, SL_DATUM_PRESSURE, FT(9500)},
    /* Refused */
    {"", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"FL", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"ft", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"100 200 ft", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"Ask on 122.8", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"100 furlongs", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"100ft m", SL_HEIGHT_FT, SL_ERR_UNIT, 0, 0},
    {"FL100 MSL", SL_HEIGHT_FT, SL_ERR_DATUM, 0, 0},
    {"100ft MSL AGL", SL_HEIGHT_FT, SL_ERR_DATUM, 0, 0},
    {"UNL 100", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"1.2.3 ft", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"100;ft", SL_HEIGHT_FT, SL_ERR_SYNTAX, 0, 0},
    {"99999999999999999999 ft", SL_HEIGHT_FT, SL_ERR_RANGE, 0, 0},
    {"9999999999 m", SL_HEIGHT_FT, SL_ERR_RANGE, 0, 0},
};

static void every_spelling(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_height height = {SL_DATUM_ELLIPSOID, -1};
    sl_fault fault = sl_fault_none();
    sl_err error = sl_height_read(&height, sl_str_from(rows[i].text), rows[i].unit, &fault);
    if (error != rows[i].error) printf("%s: %s\n", rows[i].text, fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(fault.code, rows[i].error);
    assert_int_equal(height.datum, error ? SL_DATUM_ELLIPSOID : rows[i].datum);
    assert_int_equal(height.tenths, error ? -1 : rows[i].tenths);
  }
}

static void names_are_there(void **state) {
  (void)state;
  sl_datum datum;
  sl_height_unit unit;
  assert_true(sl_datum_by_word(&datum, SL_STR("amsl")) && datum == SL_DATUM_MSL);
  assert_false(sl_datum_by_word(&datum, SL_STR("AMSLX")));
  assert_true(sl_height_unit_by_word(&unit, SL_STR("Metres")) && unit == SL_HEIGHT_M);
  for (int i = SL_DATUM_UNSTATED; i <= SL_DATUM_UNLIMITED; i++) assert_true(strlen(sl_datum_name((sl_datum)i)) > 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_spelling), cmocka_unit_test(names_are_there)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
