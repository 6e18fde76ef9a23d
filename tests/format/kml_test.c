#include "reader.h"

#define KML(inside) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>D</name>\n" inside "</Document></kml>\n"
#define RING "<LinearRing><coordinates>\n 8,47,100 8.1,47,120\n8.1,47.1,110 8,47,100 </coordinates></LinearRing>"
#define BOX(extra) "<Polygon>" extra "<outerBoundaryIs>" RING "</outerBoundaryIs></Polygon>"

static sl_err keep_wide(kept *k, const char *text, bool keep_going) {
  sl_read_options options = sl_read_options_default();
  options.half_width.mm = 50000;
  return keep_bytes(k, sl_str_bytes(sl_str_from(text)), &options, keep_going);
}

static void polygons_and_paths(void **state) {
  (void)state;
  static const char text[] = KML(
      "<Placemark><name>A &amp; B</name><TimeSpan><begin>2026-01-01T00:00:00Z</begin><end>2026-01-02</end></TimeSpan>"
      "<Polygon><extrude>1</extrude><altitudeMode>absolute</altitudeMode><outerBoundaryIs>" RING "</outerBoundaryIs>"
      "<innerBoundaryIs><LinearRing><coordinates>8.05,47.02 8.07,47.02 8.07,47.04 8.05,47.02</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>\n"
      "<Folder><Placemark><name>M</name><MultiGeometry>" BOX("<altitudeMode>relativeToGround</altitudeMode>") BOX("")
      "<LineString><altitudeMode>absolute</altitudeMode><coordinates>8,47,300 8.2,47.2,400</coordinates></LineString></MultiGeometry></Placemark></Folder>");
  kept k;
  sl_err error = keep_wide(&k, text, false);
  if (error) printf("%u: %s\n", k.fault.line, k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_KML);
  assert_int_equal(k.count, 4);
  const sl_record *a = &k.record[0], *low = &k.record[1], *flat = &k.record[2], *path = &k.record[3];
  assert_true(sl_str_is(a->name, "A & B"));
  assert_int_equal(a->shape.as.polygon.count, 2);
  assert_true(a->shape.as.polygon.hole[1]);
  assert_int_equal(a->lower.datum, SL_DATUM_GROUND);
  assert_int_equal(a->upper.datum, SL_DATUM_MSL);
  assert_int_equal(a->upper.tenths, 120 * SL_TENTHS_PER_M);
  assert_int_equal(a->window[0].end.ns - a->window[0].start.ns, 48 * SL_NS_PER_H);
  assert_int_equal(low->lower.datum, SL_DATUM_GROUND);
  assert_int_equal(low->lower.tenths, 100 * SL_TENTHS_PER_M);
  assert_int_equal(flat->upper.datum, SL_DATUM_UNLIMITED);
  assert_true(has_note(flat, SL_NOTE_ASSUMED, "clamped") && !has_note(low, SL_NOTE_ASSUMED, "clamped"));
  assert_int_equal(path->shape.as.corridor.half_width.mm, 50000);
  assert_int_equal(path->lower.tenths, 300 * SL_TENTHS_PER_M);
  assert_true(sl_str_is(path->name, "M"));
  kept_free(&k);
}

/* As Google Earth and GIS programs write: styles, folders, views with times of their own,
 * labels in a MultiGeometry, gx:Track, ExtendedData, longitudes that count on, numbers with
 * exponents and pluses. */
static void documents_of_other_programs(void **state) {
  (void)state;
  static const char text[] = KML(
      "<Style id=\"s\"><LineStyle><color>ff0000ff</color></LineStyle></Style><StyleMap id=\"m\"><Pair><key>normal</key></Pair></StyleMap>"
      "<LookAt><longitude>8</longitude><altitudeMode>absolute</altitudeMode></LookAt>"
      "<Folder><name>F</name><open>1</open><TimeSpan><begin>2026</begin></TimeSpan>\n"
      "<Placemark id=\"p\"><name>Labelled</name><description><![CDATA[<b>x</b>]]></description>"
      "<LookAt><gx:TimeStamp xmlns:gx=\"http://www.google.com/kml/ext/2.2\"><when>2014-01-01</when></gx:TimeStamp><altitudeMode>absolute</altitudeMode></LookAt><styleUrl>#s</styleUrl>"
      "<ExtendedData><SchemaData schemaUrl=\"#x\"><SimpleData name=\"radius\">5</SimpleData></SchemaData><Data name=\"radius\"><value>7</value></Data></ExtendedData>"
      "<MultiGeometry><Point><coordinates>8,47</coordinates></Point>" BOX("<tessellate>1</tessellate>") "</MultiGeometry></Placemark>\n"
      "<Placemark><name>Month</name><TimeSpan><begin>2026-02</begin><end>2026-02</end></TimeSpan>" BOX("<altitudeMode>relativeToSeaFloor</altitudeMode>") "</Placemark></Folder>\n"
      "<Placemark><name>Far</name><Polygon><outerBoundaryIs><LinearRing><coordinates>+179.5,-1,0 180.5,-1,0 1.805E2,.5,0 179.5,00.5,0 179.5,-1,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>\n"
      "<Placemark><name>Flight</name><gx:Track xmlns:gx=\"http://www.google.com/kml/ext/2.2\"><altitudeMode>absolute</altitudeMode>"
      "<when>2026-01-01T00:00:00Z</when><when>2026-01-01T00:10:00Z</when><when>2026-01-01T00:20:00Z</when>"
      "<gx:coord>8 47 1000</gx:coord><gx:coord></gx:coord><gx:coord>8.5 47 1200.5</gx:coord><gx:angles>0 0 0</gx:angles><Model><Link/></Model></gx:Track></Placemark>\n"
      "<Placemark><name>Ring</name><LinearRing><coordinates>8,47 8.1,47 8.1,47.1 8,47</coordinates></LinearRing></Placemark>\n"
      "<Placemark><name>Flat</name><Polygon><altitudeMode>absolute</altitudeMode><outerBoundaryIs><LinearRing><coordinates>8,47,500 8.1,47,500 8.1,47.1,500 8,47,500</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>\n"
      "<GroundOverlay><name>pic</name></GroundOverlay>");
  kept k;
  sl_err error = keep_wide(&k, text, false);
  if (error) printf("%u: %s\n", k.fault.line, k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.count, 6);
  assert_int_equal(k.summary.skipped, 1);
  assert_true(has_note(&k.record[0], SL_NOTE_LEFT_OUT, "label") && has_note(&k.record[0], SL_NOTE_ASSUMED, "folder"));
  assert_int_equal(k.record[0].window_count, 1);
  assert_int_equal(k.record[0].window[0].start.ns, 20454 * 24 * SL_NS_PER_H);
  assert_int_equal(k.record[2].window_count, 0);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_UNLIMITED);
  assert_int_equal(k.record[1].window[0].end.ns - k.record[1].window[0].start.ns, 28 * 24 * SL_NS_PER_H);
  assert_int_equal(k.record[1].lower.tenths, 0);
  assert_true(has_note(&k.record[1], SL_NOTE_WIDENED, "sea floor"));
  assert_int_equal(k.record[2].shape.as.polygon.ring[0].vertex[1].lon_nd, -179500000000);
  const sl_record *flight = &k.record[3];
  assert_int_equal(flight->form, SL_RECORD_TRACK);
  assert_int_equal(flight->fix_count, 2);
  assert_int_equal(flight->fix_datum, SL_DATUM_MSL);
  assert_int_equal(flight->fix[1].tenths, 12005000);
  assert_int_equal(k.record[4].shape.kind, SL_SHAPE_CORRIDOR);
  assert_true(has_note(&k.record[5], SL_NOTE_ASSUMED, "not extruded") && !has_note(&k.record[2], SL_NOTE_ASSUMED, "not extruded"));
  kept_free(&k);
}

static void bad_placemarks_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *placemark; sl_err error; } rows[] = {
      {"<Placemark><name>X</name></Placemark>", SL_ERR_MISSING},
      {"<Placemark><Point><coordinates>8,47</coordinates></Point></Placemark>", SL_ERR_UNSUPPORTED},
      {"<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>8,47 9</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>", SL_ERR_SYNTAX},
      {"<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>8,97 9,47 9,48</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>", SL_ERR_RANGE},
      {"<Placemark><Polygon/></Placemark>", SL_ERR_MISSING},
      {"<Placemark><Polygon><innerBoundaryIs>" RING "</innerBoundaryIs></Polygon></Placemark>", SL_ERR_ORDER},
      {"<Placemark><TimeStamp><when>2026-01-01</when></TimeStamp>" BOX("") "</Placemark>", SL_ERR_UNSUPPORTED},
      {"<Placemark><TimeSpan><begin>soon</begin></TimeSpan>" BOX("") "</Placemark>", SL_ERR_SYNTAX},
      {"<NetworkLink><Link><href>other.kml</href></Link></NetworkLink>", SL_ERR_UNSUPPORTED},
      {"<Placemark><Model><Link/></Model></Placemark>", SL_ERR_UNSUPPORTED},
      {"<Placemark><Track><altitudeMode>absolute</altitudeMode><when>2026-01-01T00:00:00Z</when></Track></Placemark>", SL_ERR_MISSING},
      {"<Placemark><Track><when>2026-01-01T00:00:00Z</when><coord>8 47 1</coord></Track></Placemark>", SL_ERR_MISSING},
      {"<Placemark><Track><altitudeMode>absolute</altitudeMode><when>2026-01-01T00:00:00Z</when><coord>8 47 1</coord><when>2025-01-01T00:00:00Z</when><coord>8 47 1</coord></Track></Placemark>", SL_ERR_ORDER},
      {"<Placemark><ExtendedData><Data name=\"sideline_upper\"><value>high</value></Data></ExtendedData>" BOX("") "</Placemark>", SL_ERR_SYNTAX},
      {"<Placemark><ExtendedData><Data name=\"sideline_radius\"><value>5</value></Data></ExtendedData>" BOX("") "</Placemark>", SL_ERR_UNIT},
      {"<Placemark><TimeSpan><end>2026-13</end></TimeSpan>" BOX("") "</Placemark>", SL_ERR_SYNTAX},
      {"<Placemark><LineString><coordinates>8,47</coordinates></LineString></Placemark>", SL_ERR_GEOMETRY}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[4096];
    kept k;
    (void)snprintf(text, sizeof text, KML("%s\n<Placemark><name>G</name>" BOX("") "</Placemark>"), rows[i].placemark);
    sl_err error = keep_wide(&k, text, false);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_in_range(k.fault.line, 3, 6);
    kept_free(&k);
    assert_int_equal(keep_wide(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.refused_count, 1);
    assert_true(sl_str_is(k.record[0].name, "G"));
    kept_free(&k);
  }
  kept k;
  assert_int_equal(keep_text(&k, KML("<Placemark><LineString><coordinates>8,47 9,48</coordinates></LineString></Placemark>"), false), SL_ERR_MISSING);
  kept_free(&k);
}

#define SPAN(begin, end) "<TimeSpan><begin>" begin "</begin><end>" end "</end></TimeSpan>"
#define PLACE(name, more) "<Placemark><name>" name "</name>" more BOX("") "</Placemark>"

/* A Placemark has the time of the nearest folder that says one, unless it says its own. */
static void folders_give_their_times(void **state) {
  (void)state;
  kept k;
  static const char text[] = KML(
      SPAN("2026-08-05", "2026-08-05") "<Folder>" SPAN("2026-08-05T10:00:00Z", "2026-08-05T12:00:00Z") PLACE("in", "") PLACE("own", SPAN("2026-08-05T11:00:00Z", "2026-08-05T11:30:00Z"))
      "<Folder>" PLACE("deep", "") "</Folder></Folder>" PLACE("out", "") "<Folder><TimeStamp><when>2026-08-05T10:00:00Z</when></TimeStamp>" PLACE("stamp", "") "</Folder>");
  static const struct { const char *name; int64_t from, to; } rows[] = {{"in", 10, 12}, {"own", 11, 0}, {"deep", 10, 12}, {"out", 0, 24}};
  assert_int_equal(keep_text(&k, text, false), SL_OK);
  assert_int_equal(k.count, 5);
  const int64_t day = INT64_C(20670) * 24 * SL_NS_PER_H;
  for (size_t i = 0; i < 4; i++) {
    assert_true(sl_str_is(k.record[i].name, rows[i].name));
    assert_int_equal(k.record[i].window_count, 1);
    assert_int_equal(k.record[i].window[0].start.ns, day + rows[i].from * SL_NS_PER_H);
    if (rows[i].to) assert_int_equal(k.record[i].window[0].end.ns, day + rows[i].to * SL_NS_PER_H);
    assert_int_equal(has_note(&k.record[i], SL_NOTE_ASSUMED, "time span of the folder"), i != 1);
  }
  assert_int_equal(k.record[4].window_count, 0);
  assert_true(has_note(&k.record[4], SL_NOTE_WIDENED, "time stamp of a folder"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, KML("<Folder>" SPAN("soon", "2026") PLACE("A", "") "</Folder>"), true), SL_OK);
  assert_int_equal(k.count, 1);
  assert_int_equal(k.refused_count, 1);
  kept_free(&k);
}

/* Tuples with blanks, modes in other letters, a mode for all of a gx:MultiTrack, documents
 * without their root, other encodings. */
static void other_hands(void **state) {
  (void)state;
  kept k;
#define RINGED(text) "<Placemark><Polygon><extrude>1</extrude><altitudeMode>Absolute</altitudeMode><outerBoundaryIs><LinearRing><coordinates>" text "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
  assert_int_equal(keep_text(&k, KML(RINGED("8, 47, 500 8.2 ,47 , 500\n8.2,47.1,500 8,47,500")), false), SL_OK);
  assert_int_equal(k.record[0].shape.as.polygon.ring[0].count, 3);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_MSL);
  assert_int_equal(k.record[0].upper.tenths, 500 * SL_TENTHS_PER_M);
  kept_free(&k);
  /* What stands behind an altitude would be a vertex that is lost. */
  assert_int_equal(keep_text(&k, KML(RINGED("8,47,500,8.1,47,500 8.2,47,500 8.2,47.1,500 8,47,500")), false), SL_ERR_SYNTAX);
  kept_free(&k);
  assert_int_equal(keep_text(&k, KML("<Placemark>" BOX("<altitudeMode>aboveSomething</altitudeMode>") "</Placemark>"), false), SL_ERR_UNKNOWN);
  kept_free(&k);
  assert_int_equal(keep_text(&k, KML("<Placemark><gx:MultiTrack xmlns:gx=\"x\"><altitudeMode>absolute</altitudeMode><gx:Track><when>2026-01-01T00:00:00Z</when><gx:coord>8  47  1000</gx:coord></gx:Track></gx:MultiTrack></Placemark>"), false), SL_OK);
  assert_int_equal(k.record[0].fix_datum, SL_DATUM_MSL);
  assert_int_equal(k.record[0].fix[0].tenths, 1000 * SL_TENTHS_PER_M);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "<?xml version=\"1.0\"?>\n<Document>" PLACE("A", "") "</Document>", false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_KML);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "<?xml version=\"1.0\" encoding=\"Windows-1252\"?>\n<kml>" PLACE("Z\xfcrich \x96 S\xfc" "d", "") "</kml>", false), SL_OK);
  assert_true(sl_str_is(k.record[0].name, "Z\xc3\xbcrich \xe2\x80\x93 S\xc3\xbc" "d"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, "<?xml version=\"1.0\"?>\n<kml>" PLACE("Z\xfcrich", "") "</kml>", false), SL_ERR_SYNTAX);
  assert_non_null(strstr(k.fault.reason, "encoding"));
  kept_free(&k);
}

static void bad_xml_ends_the_reading(void **state) {
  (void)state;
  kept k;
  static const char whole[] = KML("<Placemark><name>G</name>" BOX("") "</Placemark>");
  for (size_t cut = 60; cut < sizeof whole - 8; cut += 7) {
    assert_int_equal(keep_bytes(&k, (sl_span){(const uint8_t *)whole, cut}, NULL, true), SL_ERR_SYNTAX);
    kept_free(&k);
  }
  /* No entity but XML's own, so nothing that grows or reads files. */
  assert_int_equal(keep_text(&k, "<!DOCTYPE kml [<!ENTITY a \"aaaa\">]><kml>&a;</kml>", true), SL_ERR_UNSUPPORTED);
  kept_free(&k);
  char deep[400] = "<kml>";
  for (size_t i = 0; i < 70; i++) memcpy(deep + 5 + 3 * i, "<a>", 4);
  assert_int_equal(keep_text(&k, deep, true), SL_ERR_CAP);
  kept_free(&k);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(polygons_and_paths), cmocka_unit_test(documents_of_other_programs),
                                     cmocka_unit_test(bad_placemarks_are_refused_alone), cmocka_unit_test(folders_give_their_times), cmocka_unit_test(other_hands),
                                     cmocka_unit_test(bad_xml_ends_the_reading)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
