#include "format/csv.h"

#include "reader.h"

static sl_err keep_with(kept *k, const char *text, const char *mapping, bool keep_going) {
  sl_read_options options = sl_read_options_default();
  options.mapping = mapping;
  return keep_bytes(k, sl_str_bytes(sl_str_from(text)), &options, keep_going);
}

static void separators_quotes_and_character_sets(void **state) {
  (void)state;
  static const struct { const char *text, *name; } rows[] = {
      {"name,lat,lon\nA,36.335,43.119\n", "A"}, {"name;lat;lon\nA;36.335;43.119\n", "A"}, {"name\tlat\tlon\r\nA\t36.335\t43.119\r\n", "A"}, {"name|lat|lon\nA|36.335|43.119", "A"},
      {"name;lat;lon\nA;36,335;43,119\n", "A"}, {"name,lat,lon\n\"A\",\"36,335\",\"43,119\"\n", "A"}, {"\xef\xbb\xbfname,lat,lon\nA,36.335,43.119\n", "A"}, {"\xef\xbb\xbf\"name\",lat,lon\nA,36.335,43.119\n", "A"},
      {"sep=;\nname;lat;lon\nA;36.335;43.119\n", "A"}, {"sep=,\r\nname,lat,lon\r\nA,36.335,43.119\r\n", "A"}, {"name,lat,lon\rA,36.335,43.119\r", "A"},
      {"name,lat,lon\n\"A, \"\"B\"\"\",36.335,43.119\n", "A, \"B\""}, {"name,lat,lon\n \"A\" ,36.335,43.119\n", "A"}, {"name,lat,lon\n\"A\nB\",36.335,43.119\n", "A B"}, {"name,lat,lon\n\"A\" hospital,36.335,43.119\n", "A hospital"},
      {"name,lat,lon\nA \"x\" B,36\xc2\xb0" "20'06\"N,43.119E\n", "A \"x\" B"},
      {"Nom;Latitude;Longitude\nH\xf4pital;36\xb0" "20'06\"N;43.119\n", "H\xc3\xb4pital"}, {"name;lat;lon\nH\xc3\xb4pital;36.335;43.119\n", "H\xc3\xb4pital"}, {"name;lat;lon\n\x93Q\x94;36\xb0" "20\x92" "06\x94N;43.119\n", "\xe2\x80\x9cQ\xe2\x80\x9d"},
      {"name,lat,lon\n,,\n , ,\nA,36.335,43.119,,,\n\n", "A"}, {"name,lat,lon\n'=A,36.335,43.119\n", "=A"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = keep_text(&k, rows[i].text, false);
    if (error || k.count != 1) printf("%zu: %d %u %s\n", i, error, k.count, k.fault.reason);
    assert_int_equal(error, SL_OK);
    assert_int_equal(k.summary.format, SL_FORMAT_CSV);
    assert_int_equal(k.count, 1);
    if (!sl_str_is(k.record[0].name, rows[i].name)) printf("%zu: %.*s\n", i, (int)k.record[0].name.size, k.record[0].name.data);
    assert_true(sl_str_is(k.record[0].name, rows[i].name));
    assert_int_equal(k.record[0].shape.as.circle.centre.lat_nd, 36335000000);
    assert_int_equal(k.record[0].shape.as.circle.centre.lon_nd, 43119000000);
    kept_free(&k);
  }
}

static void lines_are_those_of_the_file(void **state) {
  (void)state;
  kept k;
  static const char text[] = "List of sites\n\nname,lat,lon\n\"A\nB\",36.335,43.119\nbad,x,y\nC,36.5,43.5\n";
  assert_int_equal(keep_text(&k, text, true), SL_OK);
  assert_int_equal(k.count, 2);
  assert_int_equal(k.record[0].line, 4);
  assert_int_equal(k.record[1].line, 7);
  assert_int_equal(k.refused_count, 1);
  assert_int_equal(k.refused[0].line, 6);
  assert_int_equal(k.refused[0].column, 2);
  assert_non_null(strstr(k.refused[0].reason, "lat:"));
  assert_int_equal(k.summary.skipped, 1);
  assert_string_equal(k.summary.columns, "name=name; lat=lat; lon=lon");
  kept_free(&k);
  assert_int_equal(keep_text(&k, text, false), SL_ERR_SYNTAX);
  assert_int_equal(k.fault.line, 6);
  kept_free(&k);
}

static void what_is_no_table_is_refused(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; const char *says; } rows[] = {
      {"a;b;c\n1;2;3\n", SL_ERR_MISSING, "--columns"}, {"name,lat,lon\n\"A,1,2\nB,1,2\n", SL_ERR_SYNTAX, "quote"}, {"name,lat,lon\n", SL_ERR_MISSING, "no row"}, {"\xff\xfen", SL_ERR_SYNTAX, "UTF-16"}, {"sep=;\n", SL_ERR_MISSING, "--columns"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = keep_text(&k, rows[i].text, true);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_non_null(strstr(k.fault.reason, rows[i].says));
    kept_free(&k);
  }
  kept k;
  char wide[6000] = "name,lat,lon\nA,1,2";
  memset(wide + 18, ',', 2000);
  memcpy(wide + 2018, "\nB,1,2\n", 8);
  assert_int_equal(keep_text(&k, wide, true), SL_OK);
  assert_int_equal(k.count, 1);
  assert_int_equal(k.refused[0].code, SL_ERR_CAP);
  kept_free(&k);
}

static void columns_are_named_by_the_user(void **state) {
  (void)state;
  kept k;
  static const char text[] = "ref;breit;laeng;k;gr\n7;36.335;43.119;clinic;2\n";
  assert_int_equal(keep_with(&k, text, "name=ref;lat=breit;lon=laeng;radius=gr;kind=k", false), SL_OK);
  assert_int_equal(k.record[0].shape.as.circle.radius.mm, 2000);
  assert_true(sl_str_is(k.record[0].kind, "clinic"));
  assert_false(has_note(&k.record[0], SL_NOTE_ASSUMED, "guessed"));
  kept_free(&k);
  assert_int_equal(keep_with(&k, text, "# the form of 2026\nlat=Breit\r\n\nlon = laeng\nname=k\n", false), SL_OK);
  assert_true(sl_str_is(k.record[0].name, "clinic"));
  kept_free(&k);
  assert_int_equal(keep_with(&k, "7;36.335;43.119\n8;36.5;43.5\n", "name=@1;lat=@2;lon=@3", false), SL_OK);
  assert_int_equal(k.count, 2);
  kept_free(&k);
  assert_int_equal(keep_with(&k, text, "lat=breit;lon=absent", false), SL_ERR_MISSING);
  kept_free(&k);
  assert_int_equal(keep_with(&k, text, "latitude=breit", false), SL_ERR_UNKNOWN);
  kept_free(&k);
  assert_int_equal(keep_with(&k, "just one line of a text", "lat=breit", false), SL_ERR_MISSING);
  kept_free(&k);
}

static void the_look_finds_the_separator(void **state) {
  (void)state;
  sl_csv_dialect dialect;
  assert_true(sl_csv_look(&dialect, SL_STR("notes, of many, kinds, here\nname;lat;lon\n"), NULL));
  assert_int_equal(dialect.separator, ';');
  assert_true(sl_csv_look(&dialect, SL_STR("x;y,z\nname,lat,lon\n"), NULL));
  assert_int_equal(dialect.separator, ',');
  assert_true(sl_csv_look(&dialect, SL_STR("ab;cd;ef\n1,5;2,5;3,5\n"), NULL));
  assert_int_equal(dialect.separator, ';');
  assert_false(sl_csv_look(&dialect, SL_STR("a,b,c\n\0,2,3\n"), NULL));
  assert_false(sl_csv_look(&dialect, SL_STR(""), NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(separators_quotes_and_character_sets), cmocka_unit_test(lines_are_those_of_the_file), cmocka_unit_test(what_is_no_table_is_refused),
                                     cmocka_unit_test(columns_are_named_by_the_user), cmocka_unit_test(the_look_finds_the_separator)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
