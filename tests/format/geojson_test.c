#include "reader.h"

static const char collection[] =
    "{\"type\":\"FeatureCollection\",\"metadata\":{\"features\":\"no\"},\"features\":[\n"
    "{\"type\":\"Feature\",\"id\":7,\"properties\":{\"name\":\"P\",\"lower\":\"500ft AGL\",\"upper\":\"FL065\","
    "\"start\":\"2026-01-01T00:00:00Z\",\"end\":\"2026-01-02T00:00:00+01:00\",\"class\":\"D\"},\n"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[0,2],[0,0]],[[0.5,0.5],[1,0.5],[1,1],[0.5,1]]]}},\n"
    "{\"type\":\"Feature\",\"properties\":{\"title\":\"M\",\"lower\":10,\"upper\":{\"value\":120,\"reference\":\"W84\",\"units\":\"M\"}},"
    "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0,5],[1,0,5],[1,1,5],[0,0,5]]],[[[5,5],[6,5],[6,6],[5,5]]]]}},\n"
    "{\"type\":\"Feature\",\"id\":\"C\",\"properties\":{\"radius\":\"5 km\",\"unit\":\"ft\",\"reference\":\"MSL\",\"upper\":1000},"
    "\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}},\n"
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"L\",\"half_width\":100},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[8,47],[9,47]]}},\n"
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"T\",\"unit\":\"FT\",\"reference\":\"STD\",\"times\":[\"2026-01-01T00:00:00Z\",\"2026-01-01T00:01:00Z\"]},"
    "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[8,47,35000],[9,47,36000]]}},\n"
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"MP\",\"radius\":10},\"geometry\":{\"type\":\"MultiPoint\",\"coordinates\":[[8,47],[9,48]]}}\n"
    "]}";

static void every_geometry(void **state) {
  (void)state;
  kept k;
  sl_err error = keep_text(&k, collection, false);
  if (error) printf("%u: %s\n", k.fault.line, k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_GEOJSON);
  assert_int_equal(k.count, 7);
  const sl_record *p = &k.record[0], *m = &k.record[1], *c = &k.record[2], *l = &k.record[3], *t = &k.record[4];
  assert_true(sl_str_is(p->name, "P") && sl_str_is(p->kind, "D"));
  assert_int_equal(p->line, 2);
  assert_int_equal(p->shape.as.polygon.count, 2);
  assert_true(p->shape.as.polygon.hole[1]);
  assert_int_equal(p->shape.as.polygon.ring[1].count, 4);
  assert_true(has_note(p, SL_NOTE_ASSUMED, "not closed"));
  assert_int_equal(p->lower.datum, SL_DATUM_GROUND);
  assert_int_equal(p->upper.datum, SL_DATUM_PRESSURE);
  assert_int_equal(p->window[0].end.ns - p->window[0].start.ns, 23 * SL_NS_PER_H);
  assert_int_equal(m->shape.as.polygon.count, 2);
  assert_false(m->shape.as.polygon.hole[1]);
  assert_true(has_note(m, SL_NOTE_LEFT_OUT, "third coordinate") && has_note(m, SL_NOTE_ASSUMED, "metres"));
  assert_int_equal(m->lower.datum, SL_DATUM_UNSTATED);
  assert_int_equal(m->upper.datum, SL_DATUM_ELLIPSOID);
  assert_true(sl_str_is(c->name, "C"));
  assert_int_equal(c->shape.as.circle.radius.mm, 5000000);
  assert_int_equal(c->upper.tenths, 1000 * SL_TENTHS_PER_FT);
  assert_int_equal(c->upper.datum, SL_DATUM_MSL);
  assert_int_equal(c->lower.datum, SL_DATUM_UNLIMITED);
  assert_int_equal(l->shape.as.corridor.half_width.mm, 100000);
  assert_int_equal(t->form, SL_RECORD_TRACK);
  assert_int_equal(t->fix_datum, SL_DATUM_PRESSURE);
  assert_int_equal(t->fix[1].tenths, 36000 * SL_TENTHS_PER_FT);
  assert_true(sl_str_is(k.record[5].name, "MP") && sl_str_is(k.record[6].name, "MP"));
  kept_free(&k);
}

static void single_feature_and_mapping(void **state) {
  (void)state;
  kept k;
  static const char one[] = "{\"type\":\"Feature\",\"properties\":{\"Buffer zone\":\"150 m\",\"Titel\":\"X\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}}";
  assert_int_equal(keep_text(&k, one, false), SL_ERR_MISSING);
  kept_free(&k);
  sl_read_options options = sl_read_options_default();
  options.mapping = "radius=Buffer zone; name=Titel";
  assert_int_equal(keep_bytes(&k, sl_str_bytes(SL_STR(one)), &options, false), SL_OK);
  assert_true(sl_str_is(k.record[0].name, "X"));
  assert_int_equal(k.record[0].shape.as.circle.radius.mm, 150000);
  kept_free(&k);
  options.mapping = "colour=x";
  assert_int_equal(keep_bytes(&k, sl_str_bytes(SL_STR(one)), &options, false), SL_ERR_UNKNOWN);
  kept_free(&k);
}

static void bad_features_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *feature; sl_err error; } rows[] = {
      {"{\"type\":\"Feature\",\"properties\":null,\"geometry\":null}", SL_ERR_MISSING},
      {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[]}}", SL_ERR_TYPE},
      {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[0,0]]]}}", SL_ERR_GEOMETRY},
      {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}", SL_ERR_GEOMETRY},
      {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,95],[1,1],[1,0]]]}}", SL_ERR_RANGE},
      {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"GeometryCollection\",\"geometries\":[]}}", SL_ERR_UNSUPPORTED},
      {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Blob\"}}", SL_ERR_UNKNOWN},
      {"{\"type\":\"Feature\",\"properties\":{\"upper\":\"very high\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}", SL_ERR_SYNTAX},
      {"{\"type\":\"Feature\",\"properties\":{\"radius\":-1},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}", SL_ERR_RANGE},
      {"{\"type\":\"Feature\",\"properties\":{\"start\":\"2026-01-02\",\"end\":\"2026-01-01\",\"radius\":5},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}", SL_ERR_ORDER},
      {"{\"type\":\"Feature\",\"properties\":{\"times\":[\"2026-01-02T00:00:00Z\"]},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[1,2,3],[2,3,4]]}}", SL_ERR_TYPE},
      {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[1,2],[2,3]]}}", SL_ERR_MISSING},
      {"7", SL_ERR_TYPE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[1024];
    kept k;
    (void)snprintf(text, sizeof text, "{\"type\":\"FeatureCollection\",\"features\":[\n%s,\n{\"type\":\"Feature\",\"properties\":{\"name\":\"G\",\"radius\":1},"
                   "\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}}]}", rows[i].feature);
    sl_err error = keep_text(&k, text, false);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(k.fault.line, 2);
    kept_free(&k);
    assert_int_equal(keep_text(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.refused_count, 1);
    assert_true(sl_str_is(k.record[0].name, "G"));
    kept_free(&k);
  }
}

#define SQUARE(name, more) "{\"type\":\"Feature\",\"properties\":{\"name\":\"" name "\"" more "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[8.2,47],[8.2,47.1],[8,47.1],[8,47]]]}}"
#define CRS(name) "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"" name "\"}}"

/* Coordinates of another system may look like degrees: the member that says so refuses,
 * before and behind the features, of the file and of a feature. */
static void other_reference_systems_are_refused(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; } rows[] = {
      {"{\"type\":\"FeatureCollection\"," CRS("urn:ogc:def:crs:OGC:1.3:CRS84") ",\"features\":[" SQUARE("A", "") "]}", SL_OK},
      {"{\"type\":\"FeatureCollection\"," CRS("EPSG:4326") ",\"features\":[" SQUARE("A", "") "]}", SL_OK},
      {"{\"type\":\"FeatureCollection\",\"crs\":null,\"features\":[" SQUARE("A", "") "]}", SL_OK},
      {"{\"type\":\"FeatureCollection\",\"features\":[" SQUARE("A", "") "],\"crs\":{\"type\":\"EPSG\",\"properties\":{\"code\":4326}}}", SL_OK},
      {"{\"type\":\"FeatureCollection\"," CRS("urn:ogc:def:crs:EPSG::3857") ",\"features\":[" SQUARE("A", "") "]}", SL_ERR_DATUM},
      {"{\"type\":\"FeatureCollection\",\"features\":[" SQUARE("A", "") "]," CRS("urn:ogc:def:crs:EPSG::2056") "}", SL_ERR_DATUM},
      {"{\"type\":\"FeatureCollection\",\"features\":[" SQUARE("A", "") "]," CRS("EPSG:14326") "}", SL_ERR_DATUM},
      {"{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"link\",\"properties\":{\"href\":\"x\"}},\"features\":[" SQUARE("A", "") "]}", SL_ERR_DATUM},
      {"{\"type\":\"Polygon\"," CRS("EPSG:25832") ",\"coordinates\":[[[8,47],[8.2,47],[8.2,47.1],[8,47]]]}", SL_ERR_DATUM},
      {"{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\"," CRS("EPSG:25832") ",\"coordinates\":[[[8,47],[8.2,47],[8.2,47.1],[8,47]]]}}", SL_ERR_DATUM}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    assert_int_equal(keep_text(&k, rows[i].text, false), rows[i].error);
    if (rows[i].error) assert_int_equal(k.fault.line, 1);
    kept_free(&k);
  }
}

/* Features on lines of their own and with the marks of a text sequence, longitudes that
 * count on beyond 180, limits with openAIP's codes. */
static void dialects(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, SQUARE("A", "") "\n" SQUARE("B", "") "\n", false), SL_OK);
  assert_int_equal(k.count, 2);
  assert_int_equal(k.record[1].line, 2);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "\x1e" SQUARE("A", "") "\n\x1e" SQUARE("B\\u0007", "") "\n", false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_GEOJSON);
  assert_int_equal(k.count, 2);
  assert_true(sl_str_is(k.record[1].name, "B"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, SQUARE("A", "") "\nx", false), SL_ERR_SYNTAX);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "{\"type\":\"Polygon\",\"coordinates\":[[[179.5,-17],[180.5,-17],[180.5,-18],[179.5,-18],[179.5,-17]]]}", false), SL_OK);
  assert_int_equal(k.record[0].shape.as.polygon.ring[0].vertex[1].lon_nd, -179500000000);
  kept_free(&k);
  assert_int_equal(keep_text(&k, SQUARE("A", ",\"lowerLimit\":{\"value\":0,\"unit\":1,\"referenceDatum\":0},\"upperLimit\":{\"value\":95,\"unit\":6,\"referenceDatum\":2}"), false), SL_OK);
  assert_int_equal(k.record[0].lower.datum, SL_DATUM_GROUND);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_PRESSURE);
  assert_int_equal(k.record[0].upper.tenths, 9500 * SL_TENTHS_PER_FT);
  kept_free(&k);
  assert_int_equal(keep_text(&k, SQUARE("A", ",\"upperLimit\":{\"value\":2500,\"unit\":1,\"referenceDatum\":1}"), false), SL_OK);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_MSL);
  assert_int_equal(k.record[0].upper.tenths, 2500 * SL_TENTHS_PER_FT);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"B\",\"UPPER_VAL\":\"9000\",\"UPPER_UOM\":\"FT\",\"UPPER_CODE\":\"MSL\",\"LOWER_VAL\":180,\"LOWER_UOM\":\"FL\",\"LOWER_CODE\":\"STD\"},"
                                 "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[8.2,47],[8.2,47.1],[8,47]]]}}", false), SL_OK);
  assert_true(sl_str_is(k.record[0].name, "B"));
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_MSL);
  assert_int_equal(k.record[0].upper.tenths, 9000 * SL_TENTHS_PER_FT);
  assert_int_equal(k.record[0].lower.datum, SL_DATUM_PRESSURE);
  assert_int_equal(k.record[0].lower.tenths, 18000 * SL_TENTHS_PER_FT);
  kept_free(&k);
  assert_int_equal(keep_text(&k, SQUARE("A", ",\"UPPER_VAL\":\"-9998\",\"lower_val\":-9999"), false), SL_OK);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_UNLIMITED);
  assert_int_equal(k.record[0].lower.datum, SL_DATUM_UNLIMITED);
  kept_free(&k);
  assert_int_equal(keep_text(&k, SQUARE("A", ",\"upperLimit\":{\"value\":2500,\"unit\":3}"), false), SL_ERR_UNIT);
  kept_free(&k);
}

/* Points need a radius: which property that is, is told, not guessed. */
static void danish_zones(void **state) {
  (void)state;
  size_t size = 0;
  uint8_t *data = shared_file("data/ed269/dronezoner-dk.json", &size);
  if (!data) SL_SKIP("format/geojson/danish_zones", "../shared is not there");
  kept k;
  sl_read_options options = sl_read_options_default();
  options.mapping = "name=title;radius=Bufferzone;kind=typeId";
  assert_int_equal(keep_bytes(&k, (sl_span){data, size}, &options, true), SL_OK);
  assert_int_equal(k.summary.records, 9);
  /* Two points whose buffer is null. */
  assert_int_equal(k.refused_count, 2);
  for (uint32_t i = 0; i < 2; i++) assert_int_equal(k.refused[i].code, SL_ERR_MISSING);
  kept_free(&k);
  free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_geometry), cmocka_unit_test(single_feature_and_mapping),
                                     cmocka_unit_test(bad_features_are_refused_alone), cmocka_unit_test(other_reference_systems_are_refused),
                                     cmocka_unit_test(dialects), cmocka_unit_test(danish_zones)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
