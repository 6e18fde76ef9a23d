#include "reader.h"

#define POINT(lat, lon, inside) "<trkpt lat=\"" lat "\" lon=\"" lon "\">" inside "</trkpt>\n"
#define AT(ele, time) "<ele>" ele "</ele><time>" time "</time>"
#define GPX(inside) "<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" xmlns=\"http://www.topografix.com/GPX/1/1\"><metadata><name>not this</name></metadata>\n" inside "</gpx>\n"

static void tracks_and_gaps(void **state) {
  (void)state;
  static const char text[] = GPX("<trk><name>HB-1</name><trkseg>" POINT("47.0", "8.0", AT("500.5", "2026-01-01T00:00:00Z")) POINT("47.01", "8.0", AT("510", "2026-01-01T00:02:00Z"))
                                 POINT("47.5", "8.0", AT("520", "2026-01-01T00:04:01Z")) "</trkseg><trkseg>" POINT("47.6", "8.0", AT("1", "2026-01-01T01:00:00Z")) "</trkseg></trk>");
  kept k;
  sl_err error = keep_text(&k, text, false);
  if (error) printf("%u: %s\n", k.fault.line, k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_GPX);
  assert_int_equal(k.count, 3);
  assert_true(sl_str_is(k.record[0].name, "HB-1"));
  assert_int_equal(k.record[0].fix_count, 2);
  assert_int_equal(k.record[0].fix_datum, SL_DATUM_UNSTATED);
  assert_int_equal(k.record[0].fix[0].tenths, 5005000);
  assert_true(has_note(&k.record[1], SL_NOTE_SPLIT, "120 s"));
  assert_int_equal(k.record[2].along.ns, SL_NS_PER_S);
  kept_free(&k);
}

static void bad_segments_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *segment; sl_err error; } rows[] = {
      {POINT("47.0", "8.0", "<time>2026-01-01T00:00:00Z</time>"), SL_ERR_MISSING}, {POINT("47.0", "8.0", "<ele>1</ele>"), SL_ERR_MISSING},
      {POINT("north", "8.0", AT("1", "2026-01-01T00:00:00Z")), SL_ERR_SYNTAX},     {POINT("97", "8.0", AT("1", "2026-01-01T00:00:00Z")), SL_ERR_RANGE},
      {POINT("47", "8.0", AT("high", "2026-01-01T00:00:00Z")), SL_ERR_SYNTAX},     {POINT("47", "8.0", AT("1", "now")), SL_ERR_SYNTAX},
      {POINT("47", "8.0", AT("1", "2026-01-01T00:00:00Z")) POINT("47", "8.0", AT("1", "2025-12-31T23:59:59Z")), SL_ERR_ORDER}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[2048];
    kept k;
    (void)snprintf(text, sizeof text, GPX("<trk><name>X</name><trkseg>%s</trkseg><trkseg>" POINT("47", "8", AT("1", "2026-01-01T00:00:00Z")) "</trkseg></trk>"), rows[i].segment);
    sl_err error = keep_text(&k, text, false);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    kept_free(&k);
    assert_int_equal(keep_text(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.refused_count, 1);
    kept_free(&k);
  }
  kept k;
  assert_int_equal(keep_text(&k, GPX("<wpt lat=\"1\" lon=\"2\"/><rte><rtept lat=\"1\" lon=\"2\"/></rte>"), true), SL_OK);
  assert_int_equal(k.refused_count, 1);
  kept_free(&k);
}

/* Waypoints beside tracks, numbers as XML Schema has them, one fix twice, two positions at
 * one moment, a long name, UTF-16. */
static void other_hands(void **state) {
  (void)state;
  kept k;
  static const char text[] = GPX("<wpt lat=\"1\" lon=\"2\"><name>W</name></wpt><trk><name>T</name><trkseg>" POINT("+47.0", "008.0", AT("+0500.5", "2026-01-01T00:00:00Z")) POINT("47.0", "8.0", AT("500.5", "2026-01-01T00:00:00Z"))
                                 POINT("47.01", "8.0", AT("501", "2026-01-01T00:00:01Z")) POINT("47.02", "8.0", AT("501", "2026-01-01T00:00:01Z")) POINT("47.03", "8.0", AT("501", "2026-01-01T00:00:02Z")) "</trkseg></trk>");
  assert_int_equal(keep_text(&k, text, false), SL_OK);
  assert_int_equal(k.summary.skipped, 1);
  assert_int_equal(k.count, 2);
  assert_int_equal(k.record[0].fix_count, 2);
  assert_int_equal(k.record[0].fix[0].pos.lon_nd, 8000000000);
  assert_int_equal(k.record[0].fix[0].tenths, 5005000);
  assert_int_equal(k.record[1].fix_count, 2);
  assert_int_equal(k.record[1].fix[0].pos.lat_nd, 47020000000);
  assert_int_equal(k.record[1].fix[0].time.ns, k.record[0].fix[1].time.ns);
  assert_true(has_note(&k.record[1], SL_NOTE_SPLIT, "one moment"));
  kept_free(&k);
  uint8_t wide[2 * sizeof text + 2] = {0xff, 0xfe};
  for (size_t i = 0; i + 1 < sizeof text; i++) wide[2 + 2 * i] = (uint8_t)text[i];
  assert_int_equal(keep_bytes(&k, (sl_span){wide, 2 * sizeof text}, NULL, false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_GPX);
  assert_int_equal(k.count, 2);
  kept_free(&k);
  assert_int_equal(keep_text(&k, GPX("<wpt lat=\"1\" lon=\"2\"/>"), false), SL_ERR_UNSUPPORTED);
  kept_free(&k);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(tracks_and_gaps), cmocka_unit_test(bad_segments_are_refused_alone), cmocka_unit_test(other_hands)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
