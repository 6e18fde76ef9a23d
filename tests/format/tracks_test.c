#include "reader.h"

#define FIX(t, name, lat, lon, alt) \
  "{\"timestamp\":" #t ",\"callsign\":\"" name "\",\"icao24\":\"a\",\"latitude\":" #lat ",\"longitude\":" #lon ",\"altitude\":" #alt ",\"track\":1.5}"

static void sorted_split_and_noted(void **state) {
  (void)state;
  static const char text[] = "[" FIX(1000000260000, "B", 47.2, 8.2, 35000.0) "," FIX(1000000000000, "B", 47.0, 8.0, 34975.0) ",\n" FIX(
      1000000120000, "B", 47.1, 8.1, 35000.5) "," FIX(1000000000000, "A", 46, 7, 1000) "," FIX(1000000120001, "A", 46, 7, 1000) "," FIX(
      1000000240001, "A", 46.1, 7, 1000) "," FIX(1000000120001, "A", 46, 7, 1000) "," FIX(1000000000000, "A", 46.5, 7, 1000) "," FIX(
      1000000000000, "A", null, 7, 1000) "]";
  kept k;
  assert_int_equal(keep_text(&k, text, false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_TRACKS);
  /* A: the twin at the first instant on its own, then a lone fix, then two; B: two and one. */
  assert_int_equal(k.count, 5);
  const sl_record *twin = &k.record[0], *lone = &k.record[1], *pair = &k.record[2], *b = &k.record[3], *last = &k.record[4];
  assert_int_equal(twin->fix_count, 1);
  assert_true(has_note(twin, SL_NOTE_SPLIT, "second position"));
  assert_int_equal(twin->fix[0].pos.lat_nd, 46500000000);
  assert_int_equal(lone->fix_count, 1);
  assert_int_equal(lone->along.ns, SL_NS_PER_S);
  assert_true(has_note(lone, SL_NOTE_LEFT_OUT, "1 fixes without"));
  assert_int_equal(pair->fix_count, 2);
  assert_int_equal(pair->along.ns, 0);
  assert_true(has_note(pair, SL_NOTE_SPLIT, "120 s"));
  assert_true(sl_str_is(b->name, "B"));
  assert_int_equal(b->fix_count, 2);
  assert_int_equal(b->fix_datum, SL_DATUM_PRESSURE);
  assert_int_equal(b->fix[0].tenths, 34975 * SL_TENTHS_PER_FT);
  assert_int_equal(b->fix[0].time.ns, INT64_C(1000000000000000000));
  assert_true(has_note(b, SL_NOTE_WIDENED, "fractions of a foot"));
  assert_int_equal(last->fix_count, 1);
  kept_free(&k);
}

static void bad_fixes_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *fix; sl_err error; } rows[] = {
      {FIX(1000000000000, "X", 91, 8, 1), SL_ERR_RANGE},         {FIX(1000000000000, "X", 47, 181, 1), SL_ERR_RANGE},
      {FIX(-5, "X", 47, 8, 1), SL_ERR_RANGE},                    {FIX("noon", "X", 47, 8, 1), SL_ERR_SYNTAX},
      {FIX(1000000000000, "X", "47", 8, 1), SL_ERR_TYPE},        {FIX(1000000000000, "X", 47, 8, 1e9), SL_ERR_RANGE},
      {FIX(1000000000000, "X", 47, 8, "high"), SL_ERR_TYPE},     {"{\"timestamp\":1,\"latitude\":1,\"longitude\":1,\"altitude\":1}", SL_ERR_MISSING},
      {"{\"timestamp\":1,\"callsign\":7,\"latitude\":1}", SL_ERR_TYPE}, {"{\"callsign\":\"X\",\"latitude\":1}", SL_ERR_TYPE},
      {"12", SL_ERR_TYPE},                                       {"{\"a\":1,\"a\":2}", SL_ERR_DUPLICATE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[1024];
    kept k;
    (void)snprintf(text, sizeof text, "[" FIX(1000000000000, "G", 47, 8, 1) ",\n%s]", rows[i].fix);
    sl_err error = keep_text(&k, text, false);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(k.fault.line, 2);
    kept_free(&k);
    assert_int_equal(keep_text(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.refused_count, 1);
    kept_free(&k);
  }
}

static void broken_text_ends_the_reading(void **state) {
  (void)state;
  static const char whole[] = "[" FIX(1000000000000, "G", 47, 8, 1) "," FIX(1000000010000, "G", 47, 8, 1) "]";
  for (size_t cut = 90; cut < sizeof whole - 1; cut++) {
    kept k;
    sl_err error = keep_bytes(&k, (sl_span){(const uint8_t *)whole, cut}, NULL, true);
    assert_int_equal(error, SL_ERR_SYNTAX);
    kept_free(&k);
  }
}

static void the_swiss_day(void **state) {
  (void)state;
  size_t size = 0;
  uint8_t *data = shared_file("data/tracks/switzerland.json.gz", &size);
  if (!data) SL_SKIP("format/tracks/the_swiss_day", "../shared is not there");
  kept k;
  assert_int_equal(keep_bytes(&k, (sl_span){data, size}, NULL, false), SL_OK);
  assert_int_equal(k.summary.refused, 0);
  assert_in_range(k.summary.records, 1243, 1400);
  kept_free(&k);
  free(data);
}

/* Seconds are not milliseconds of January 1970; times as data frames write them. */
static void times_of_other_programs(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "[" FIX(1533101250, "A", 47, 8, 1000) "," FIX(1533101251.5, "A", 47.1, 8, 1000) "]", false), SL_OK);
  assert_int_equal(k.record[0].fix[0].time.ns, INT64_C(1533101250) * SL_NS_PER_S);
  assert_int_equal(k.record[0].fix[1].time.ns, INT64_C(1533101251500) * SL_NS_PER_MS);
  assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, "seconds since 1970") && has_note(&k.record[0], SL_NOTE_ASSUMED, "feet of pressure altitude"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, "[" FIX(1533101250000, "A", 47, 8, 1000) "]", false), SL_OK);
  assert_int_equal(k.record[0].fix[0].time.ns, INT64_C(1533101250) * SL_NS_PER_S);
  assert_false(has_note(&k.record[0], SL_NOTE_ASSUMED, "seconds since 1970"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, "[" FIX("2018-08-01 05:27:30+00:00", "A", 47, 8, 1000) "," FIX("2018-08-01 05:27:31", "A", 47, 8, 1000) "]", false), SL_OK);
  assert_int_equal(k.record[0].fix[1].time.ns, INT64_C(1533101251) * SL_NS_PER_S);
  assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, "taken as UTC"));
  kept_free(&k);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(times_of_other_programs), cmocka_unit_test(sorted_split_and_noted), cmocka_unit_test(bad_fixes_are_refused_alone),
                                     cmocka_unit_test(broken_text_ends_the_reading), cmocka_unit_test(the_swiss_day)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
