#include "format/columns.h"

#include "test.h"

static void headers_are_folded_to_words(void **state) {
  (void)state;
  static const struct { const char *text, *is; } rows[] = {
      {"", ""}, {"Latitude (DD)", "latitude dd"}, {"_Location_latitude", "location latitude"}, {"siteName", "site name"}, {"GPS", "gps"}, {"GPSLat", "gpslat"}, {"  R\xc3\xa9" "f. n\xc2\xb0 ", "ref n"},
      {"L\xc3\xa4NGE", "lange"}, {"R\xe9" "f", "ref"}, {"#geo+lat", "geo lat"}, {"\xd0\xa8\xd0\x98\xd0\xa0", "\xd1\x88\xd0\xb8\xd1\x80"}, {"\xe2\x80\x9c" "a\xe2\x80\x9d", "a"}, {"radius_m", "radius m"}, {"1. Name*", "1 name"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[160];
    sl_header_fold(out, sizeof out, sl_str_from(rows[i].text));
    if (strcmp(out, rows[i].is) != 0) printf("%s: %s\n", rows[i].text, out);
    assert_string_equal(out, rows[i].is);
  }
  char small[12];
  sl_header_fold(small, sizeof small, SL_STR("abcdefghijklmnop"));
  assert_true(strlen(small) < sizeof small);
}

static bool find(sl_columns *columns, const char *mapping, const char *const *cells) {
  sl_str cell[16];
  uint32_t count = 0;
  for (; cells[count]; count++) cell[count] = sl_str_from(cells[count]);
  return sl_columns_find(columns, mapping, cell, count, NULL, 0);
}

static void the_longest_match_wins(void **state) {
  (void)state;
  sl_columns c;
  assert_true(find(&c, NULL, (const char *const[]){"Organisation name", "Name of site", "Location", "Lat", "Long", "Name", NULL}));
  assert_int_equal(c.of[SL_FIELD_NAME].at, 1);   /* the longest of the whole headers; an organisation's name is none */
  assert_int_equal(c.of[SL_FIELD_POSITION].at, -1);
  assert_int_equal(c.of[SL_FIELD_LAT].at, 3);
  assert_true(find(&c, NULL, (const char *const[]){"Latitude 2", "Latitude", "Longitude", NULL}));
  assert_int_equal(c.of[SL_FIELD_LAT].at, 1);
  assert_false(find(&c, NULL, (const char *const[]){"Name", "Latitude", NULL}));
  assert_false(find(&c, NULL, (const char *const[]){"Flat", "Plong", NULL}));
  assert_false(find(&c, NULL, (const char *const[]){NULL}));
}

static void headers_say_units(void **state) {
  (void)state;
  sl_columns c;
  assert_true(find(&c, NULL, (const char *const[]){"position", "Radius (km)", "Lower limit ft AGL", "Upper limit (FL)", "start date UTC", "end date", NULL}));
  assert_int_equal(c.of[SL_FIELD_RADIUS].distance, SL_DISTANCE_KM);
  assert_true(c.of[SL_FIELD_LOWER].has_height && c.of[SL_FIELD_LOWER].height == SL_HEIGHT_FT && c.of[SL_FIELD_LOWER].datum == SL_DATUM_GROUND);
  assert_true(c.of[SL_FIELD_UPPER].height == SL_HEIGHT_FL && c.of[SL_FIELD_UPPER].datum == SL_DATUM_PRESSURE);
  assert_true(c.of[SL_FIELD_START].utc && !c.of[SL_FIELD_END].utc);
}

static void a_floor_alone_is_a_storey(void **state) {
  (void)state;
  sl_columns c;
  assert_true(find(&c, NULL, (const char *const[]){"lat", "lon", "Floor", NULL}) && c.of[SL_FIELD_LOWER].at < 0);
  assert_true(find(&c, NULL, (const char *const[]){"lat", "lon", "Floor", "Ceiling", NULL}) && c.of[SL_FIELD_LOWER].at == 2);
  assert_true(find(&c, "lower=Floor", (const char *const[]){"lat", "lon", "Floor", NULL}) && c.of[SL_FIELD_LOWER].at == 2);
}

/* A guess that is wrong about times would leave a site unprotected. */
static void times_are_guessed_from_validity_alone(void **state) {
  (void)state;
  static const char *const vague[] = {"date", "from", "to", "until", "time", "reported", "last updated", "verified on", "datum", "visit start of week"};
  for (size_t i = 0; i < sizeof vague / sizeof *vague; i++) {
    sl_columns c;
    assert_true(find(&c, NULL, (const char *const[]){"lat", "lon", vague[i], NULL}));
    assert_true(c.of[SL_FIELD_START].at < 0 && c.of[SL_FIELD_END].at < 0 && c.of[SL_FIELD_DATUM].at < 0);
  }
  sl_columns c;
  assert_true(find(&c, NULL, (const char *const[]){"start", "end", "lat", "lon", NULL}));
  assert_int_equal(c.of[SL_FIELD_START].at, 0);
  assert_true(find(&c, NULL, (const char *const[]){"start", "end", "lat", "lon", "_submission_time", NULL}));
  assert_true(c.survey && c.of[SL_FIELD_START].at < 0 && c.of[SL_FIELD_END].at < 0);
  assert_true(find(&c, "start=start", (const char *const[]){"start", "end", "lat", "lon", "_submission_time", NULL}));
  assert_int_equal(c.of[SL_FIELD_START].at, 0);
}

static void mappings_overrule_guesses(void **state) {
  (void)state;
  sl_columns c;
  const char *const row[] = {"name", "lat", "lon", "radius", "Extent (NM)", NULL};
  assert_true(find(&c, "radius=Extent (NM);name=-", row));
  assert_int_equal(c.of[SL_FIELD_RADIUS].at, 4);
  assert_int_equal(c.of[SL_FIELD_RADIUS].distance, SL_DISTANCE_NM);
  assert_int_equal(c.of[SL_FIELD_NAME].at, -1);
  assert_true(find(&c, "lat=@3;lon=@2;name=@99", row) && c.headless);
  assert_int_equal(c.of[SL_FIELD_LAT].at, 2);
  assert_false(find(&c, "lat=absent", row));
  assert_true(find(&c, "dates=mdy", row) && c.month_first && c.guessed);
  assert_int_equal(sl_columns_check("lat=a;longitude=b", NULL), SL_ERR_UNKNOWN);
  assert_int_equal(sl_columns_check("lat", NULL), SL_ERR_SYNTAX);
  assert_int_equal(sl_columns_check("# x\nlat=a;b\n\n", NULL), SL_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(headers_are_folded_to_words), cmocka_unit_test(the_longest_match_wins), cmocka_unit_test(headers_say_units), cmocka_unit_test(a_floor_alone_is_a_storey),
                                     cmocka_unit_test(times_are_guessed_from_validity_alone), cmocka_unit_test(mappings_overrule_guesses)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
