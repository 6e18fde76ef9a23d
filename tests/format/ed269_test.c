#include "reader.h"

#include "base/buf.h"
#include "base/text.h"

#define SQUARE "[[[8,47],[8.1,47],[8.1,47.1],[8,47.1],[8,47]]]"
#define ZONE(id, applicability, geometry) \
  "{\"identifier\":\"" id "\",\"country\":\"CHE\",\"name\":\"N\",\"type\":\"COMMON\",\"restriction\":\"PROHIBITED\",\"zoneAuthority\":[]," \
  "\"applicability\":" applicability ",\"geometry\":[" geometry "]}"
#define POLYGON269(limits) "{\"uomDimensions\":\"M\"," limits "\"horizontalProjection\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}}"
#define LIMITS "\"lowerLimit\":0,\"lowerVerticalReference\":\"AGL\",\"upperLimit\":120,\"upperVerticalReference\":\"AMSL\","
#define PERMANENT "[{\"permanent\":\"YES\"}]"

static int64_t at(const char *text) {
  sl_time time;
  assert_int_equal(sl_time_read(&time, sl_str_from(text), false), SL_OK);
  return time.ns;
}

static sl_err keep_on(kept *k, const char *text, const char *day) {
  sl_read_options options = sl_read_options_default();
  if (day) options.day.ns = at(day);
  return keep_bytes(k, sl_str_bytes(sl_str_from(text)), &options, false);
}

static void the_wrappers(void **state) {
  (void)state;
  static const char *const texts[] = {
      "\xef\xbb\xbf{\"title\":\"x\",\"features\":[" ZONE("A1", PERMANENT, POLYGON269(LIMITS)) "]}",
      "{\"UASZoneList\":[" ZONE("A1", PERMANENT, POLYGON269(LIMITS)) "]}",
      "[" ZONE("A1", PERMANENT, POLYGON269(LIMITS)) "]"};
  for (size_t i = 0; i < 3; i++) {
    kept k;
    sl_err error = keep_text(&k, texts[i], false);
    if (error) printf("%zu: %s\n", i, k.fault.reason);
    assert_int_equal(error, SL_OK);
    assert_int_equal(k.summary.format, SL_FORMAT_ED269);
    assert_int_equal(k.count, 1);
    assert_true(sl_str_is(k.record[0].name, "A1") && sl_str_is(k.record[0].kind, "PROHIBITED"));
    assert_int_equal(k.record[0].lower.datum, SL_DATUM_GROUND);
    assert_int_equal(k.record[0].upper.datum, SL_DATUM_MSL);
    assert_int_equal(k.record[0].upper.tenths, 120 * SL_TENTHS_PER_M);
    assert_int_equal(k.record[0].window_count, 0);
    kept_free(&k);
  }
}

/* What the standards do not say and files have: ED-269 zones within GeoJSON features,
 * ED-318 features whose limits stand among the properties, an outline longer than 16 KiB
 * before everything else. */
static void mixtures(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"identifier\":\"M1\",\"applicability\":[{\"permanent\":\"NO\","
                                 "\"startDateTime\":\"2026-01-01T00:00:00Z\",\"endDateTime\":\"2026-02-01T00:00:00Z\"}]},\"geometry\":[" POLYGON269(LIMITS) "]}]}", false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_ED269);
  assert_true(sl_str_is(k.record[0].name, "M1"));
  assert_int_equal(k.record[0].window_count, 1);
  assert_int_equal(k.record[0].upper.tenths, 120 * SL_TENTHS_PER_M);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"identifier\":\"M2\",\"zoneAuthority\":[],\"uomDimensions\":\"FT\","
                                 "\"lowerLimit\":0,\"lowerVerticalReference\":\"AGL\",\"upperLimit\":400,\"upperVerticalReference\":\"AGL\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}}]}", false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_ED318);
  assert_int_equal(k.record[0].upper.tenths, 400 * SL_TENTHS_PER_FT);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_GROUND);
  kept_free(&k);
  sl_buf text;
  sl_buf_init(&text, 1 << 17);
  sl_buf_add_text(&text, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[8,47]");
  for (int i = 1; i < 1500; i++) sl_buf_add_format(&text, ",[8.%04d00,47.00]", i);
  sl_buf_add_text(&text, ",[8.1,47.2],[8,47]]],\"layer\":{\"upper\":120,\"upperReference\":\"AGL\",\"lower\":0,\"lowerReference\":\"AGL\",\"uom\":\"m\"}},\"properties\":{\"identifier\":\"M3\"}}]}");
  assert_int_equal(keep_bytes(&k, sl_buf_span(&text), NULL, false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_ED318);
  assert_int_equal(k.record[0].upper.tenths, 120 * SL_TENTHS_PER_M);
  kept_free(&k);
  sl_buf_fini(&text);
}

static void limits_and_circles(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "[" ZONE("A", PERMANENT, POLYGON269("\"upperLimit\":99999,\"upperVerticalReference\":\"AGL\",") "," POLYGON269(LIMITS)) ","
                                 ZONE("B", PERMANENT, "{\"uomDimensions\":\"FT\",\"lowerLimit\":null,\"upperLimit\":400,\"upperVerticalReference\":\"AGL\","
                                 "\"horizontalProjection\":{\"type\":\"Circle\",\"center\":[8,47],\"radius\":1000}}") "]", false), SL_OK);
  assert_int_equal(k.count, 3);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_UNLIMITED);
  assert_int_equal(k.record[0].lower.datum, SL_DATUM_UNLIMITED);
  assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, "no ceiling") && has_note(&k.record[0], SL_NOTE_ASSUMED, "no lower"));
  assert_false(has_note(&k.record[1], SL_NOTE_ASSUMED, "no ceiling"));
  assert_true(sl_str_is(k.record[1].name, "A"));
  assert_int_equal(k.record[2].shape.as.circle.radius.mm, 1000000);
  assert_int_equal(k.record[2].upper.tenths, 400 * SL_TENTHS_PER_FT);
  assert_true(has_note(&k.record[2], SL_NOTE_WIDENED, "metres"));
  kept_free(&k);
}

/* 5 Aug 2026 is a Wednesday. */
static void schedules_on_a_day(void **state) {
  (void)state;
  static const char weekly[] = "[" ZONE("W", "[{\"permanent\":\"NO\",\"startDateTime\":\"2026-01-01T00:00:00Z\",\"endDateTime\":\"2026-12-31T00:00:00Z\",\"schedule\":["
                               "{\"day\":[\"MON\",\"WED\"],\"startTime\":\"08:00:00Z\",\"endTime\":\"10:00:00+01:00\"},{\"day\":[\"TUE\"],\"startTime\":\"22:00Z\",\"endTime\":\"02:00Z\"}]}]",
                               POLYGON269(LIMITS)) "]";
  kept k;
  assert_int_equal(keep_on(&k, weekly, "2026-08-05T00:00:00Z"), SL_OK);
  assert_int_equal(k.record[0].window_count, 2);
  assert_int_equal(k.record[0].window[0].start.ns, at("2026-08-04T22:00:00Z"));
  assert_int_equal(k.record[0].window[0].end.ns, at("2026-08-05T02:00:00Z"));
  assert_int_equal(k.record[0].window[1].start.ns, at("2026-08-05T08:00:00Z"));
  assert_int_equal(k.record[0].window[1].end.ns, at("2026-08-05T09:00:00Z"));
  kept_free(&k);
  assert_int_equal(keep_on(&k, weekly, "2026-08-07T00:00:00Z"), SL_OK);
  assert_int_equal(k.count, 0);
  assert_int_equal(k.summary.skipped, 1);
  kept_free(&k);
  assert_int_equal(keep_on(&k, weekly, NULL), SL_OK);
  assert_true(has_note(&k.record[0], SL_NOTE_WIDENED, "whole period"));
  assert_int_equal(k.record[0].window[0].end.ns, at("2026-12-31T00:00:00Z"));
  kept_free(&k);
}

static void ed318_features(void **state) {
  (void)state;
  static const char text[] =
      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"identifier\":\"Z1\",\"name\":[{\"lang\":\"en\",\"text\":\"T\"}],\"type\":\"PROHIBITED\",\"zoneAuthority\":[],"
      "\"limitedApplicability\":[{\"startDateTime\":\"2026-08-29T11:00:00+00:00\",\"endDateTime\":\"2026-08-29T22:59:00+00:00\"},{\"startDateTime\":\"2026-08-05T11:00:00Z\"}]},"
      "\"geometry\":{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\",\"coordinates\":" SQUARE ",\"layer\":{\"upper\":400,\"upperReference\":\"AGL\",\"lower\":0,\"lowerReference\":\"AGL\",\"uom\":\"ft\"}},"
      "{\"type\":\"Point\",\"coordinates\":[8,47],\"extent\":{\"subType\":\"Circle\",\"radius\":500},\"layer\":{\"upper\":120,\"upperReference\":\"WGS84\",\"lower\":0,\"lowerReference\":\"AGL\",\"uom\":\"m\"}}]}}]}";
  kept k;
  sl_err error = keep_text(&k, text, false);
  if (error) printf("%s\n", k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_ED318);
  assert_int_equal(k.count, 2);
  assert_int_equal(k.record[0].window_count, 2);
  assert_int_equal(k.record[0].window[0].start.ns, at("2026-08-05T11:00:00Z"));
  assert_int_equal(k.record[0].window[0].end.ns, SL_TIME_OPEN_NS);
  assert_int_equal(k.record[0].upper.tenths, 400 * SL_TENTHS_PER_FT);
  assert_int_equal(k.record[1].shape.kind, SL_SHAPE_CIRCLE);
  assert_int_equal(k.record[1].upper.datum, SL_DATUM_ELLIPSOID);
  kept_free(&k);
}

static void bad_zones_are_refused(void **state) {
  (void)state;
  static const struct { const char *zone; sl_err error; } rows[] = {
      {ZONE("A", PERMANENT, ""), SL_ERR_MISSING},
      {ZONE("A", "7", POLYGON269(LIMITS)), SL_ERR_TYPE},
      {ZONE("A", "[{\"startDateTime\":\"2026-08-05\",\"endDateTime\":\"2026-08-01\"}]", POLYGON269(LIMITS)), SL_ERR_ORDER},
      {ZONE("A", PERMANENT, "{\"uomDimensions\":\"ELL\",\"horizontalProjection\":{}}"), SL_ERR_UNIT},
      {ZONE("A", PERMANENT, "{\"uomDimensions\":\"M\"}"), SL_ERR_MISSING},
      {ZONE("A", PERMANENT, "{\"uomDimensions\":\"M\",\"lowerLimit\":5,\"lowerVerticalReference\":\"MOON\",\"horizontalProjection\":{\"type\":\"Circle\"}}"), SL_ERR_DATUM},
      {ZONE("A", PERMANENT, "{\"uomDimensions\":\"M\",\"horizontalProjection\":{\"type\":\"Blob\"}}"), SL_ERR_UNSUPPORTED},
      {"5", SL_ERR_TYPE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[2048];
    kept k;
    (void)snprintf(text, sizeof text, "{\"UASZoneList\":[\n%s,\n" ZONE("G", PERMANENT, POLYGON269(LIMITS)) "]}", rows[i].zone);
    sl_err error = keep_text(&k, text, false);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(k.fault.line, 2);
    kept_free(&k);
    assert_int_equal(keep_text(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    kept_free(&k);
  }
}

/* Letters of either case, limits as texts beside their reference, limits of a feature among
 * its properties, names of two lines. */
static void other_hands(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "{\"Features\":[{\"Identifier\":\"A\\nB\",\"Applicability\":[{\"Permanent\":\"yes\"}],\"Geometry\":[{\"UomDimensions\":\"m\",\"LowerLimit\":\"0\",\"LowerVerticalReference\":\"agl\","
                                 "\"UpperLimit\":\"120\",\"UpperVerticalReference\":\"AMSL\",\"HorizontalProjection\":{\"Type\":\"POLYGON\",\"Coordinates\":[[[8,47],[8.2,47],[8.2,47.1],[8,47]]]}}]}]}", false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_ED269);
  assert_int_equal(k.count, 1);
  assert_true(sl_str_is(k.record[0].name, "A B"));
  assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, "control characters"));
  assert_int_equal(k.record[0].lower.datum, SL_DATUM_GROUND);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_MSL);
  assert_int_equal(k.record[0].upper.tenths, 120 * SL_TENTHS_PER_M);
  assert_int_equal(k.record[0].shape.as.polygon.ring[0].count, 3);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"identifier\":\"E\",\"zoneAuthority\":[],\"lower\":\"GND\",\"upper\":\"400 ft AGL\"},"
                                 "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[8.2,47],[8.2,47.1],[8,47]]]}}]}", false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_ED318);
  assert_int_equal(k.record[0].lower.datum, SL_DATUM_GROUND);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_GROUND);
  assert_int_equal(k.record[0].upper.tenths, 400 * SL_TENTHS_PER_FT);
  kept_free(&k);
}

static void irish_zones(void **state) {
  (void)state;
  size_t size = 0;
  uint8_t *data = shared_file("data/ed269/ed318-ie.json", &size);
  if (!data) SL_SKIP("format/ed269/irish_zones", "../shared is not there");
  kept k;
  assert_int_equal(keep_bytes(&k, (sl_span){data, size}, NULL, false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_ED318);
  assert_int_equal(k.summary.records, 4);
  assert_int_equal(k.record[1].window_count, 2);
  assert_int_equal(k.record[0].shape.as.polygon.count, 2);
  kept_free(&k);
  free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_wrappers), cmocka_unit_test(mixtures), cmocka_unit_test(limits_and_circles), cmocka_unit_test(schedules_on_a_day),
                                     cmocka_unit_test(ed318_features), cmocka_unit_test(bad_zones_are_refused), cmocka_unit_test(other_hands), cmocka_unit_test(irish_zones)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
