#include "reader.h"

#include <geodesic.h>
#include <math.h>

static const char extended[] =
    "* a comment\n"
    "AC C\n"
    "AY CTR\n"
    "AN Hamburg CTR\n"
    "AI 8c2a\n"
    "AF 123.450\n"
    "AG Hamburg Tower\n"
    "AA 2026-08-05T12:00Z/2026-08-05T13:00Z\n"
    "AA 2026-08-05T08:00Z/2026-08-05T09:00Z\n"
    "AH 2500ft AMSL * up to here\n"
    "AL GND\n"
    "DP 53:40:00 N 009:30:00 E\n"
    "DP 53:40:00 N 010:30:00 E\n"
    "DP 53:20:00 N 010:30:00 E\n"
    "DP 53:20:00 N 009:30:00 E\n"
    "DP 53:40:00 N 009:30:00 E\n"
    "\n"
    "ac R\n"
    "an P\xf6tzleinsdorf\n"
    "ah FL095\n"
    "al 1000 AGL\n"
    "v x=48:15:00N 016:18:00E\n"
    "dc 1.5\n";

static void both_dialects(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, extended, false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_OPENAIR);
  assert_int_equal(k.count, 2);
  const sl_record *ctr = &k.record[0], *zone = &k.record[1];
  assert_int_equal(ctr->line, 2);
  assert_true(sl_str_is(ctr->name, "Hamburg CTR") && sl_str_is(ctr->kind, "C CTR"));
  assert_int_equal(ctr->upper.datum, SL_DATUM_MSL);
  assert_int_equal(ctr->upper.tenths, 2500 * SL_TENTHS_PER_FT);
  assert_int_equal(ctr->lower.datum, SL_DATUM_GROUND);
  assert_int_equal(ctr->shape.as.polygon.ring[0].count, 4);
  assert_int_equal(ctr->shape.as.polygon.ring[0].vertex[1].lon_nd, 10500000000);
  assert_int_equal(ctr->window_count, 2);
  assert_true(ctr->window[0].start.ns < ctr->window[1].start.ns);
  assert_true(sl_str_is(zone->name, "P\xc3\xb6tzleinsdorf"));
  assert_true(has_note(zone, SL_NOTE_ASSUMED, "Latin-1"));
  assert_int_equal(zone->shape.kind, SL_SHAPE_CIRCLE);
  assert_int_equal(zone->shape.as.circle.radius.mm, 2778000);
  kept_free(&k);
}

/* Karney's gnomonic plane about the ring's first vertex, in which geodesics are straight. */
static void flat(double *x, double *y, const sl_ring *ring, double lat, double lon) {
  struct geod_geodesic earth;
  double azimuth, reduced, scale;
  geod_init(&earth, 6378137.0, 1 / 298.257223563);
  geod_geninverse(&earth, (double)ring->vertex[0].lat_nd * 1e-9, (double)ring->vertex[0].lon_nd * 1e-9, lat, lon, NULL, &azimuth, NULL, &reduced, &scale, NULL, NULL);
  *x = reduced / scale * sin(azimuth * 3.14159265358979323846 / 180);
  *y = reduced / scale * cos(azimuth * 3.14159265358979323846 / 180);
}

static bool inside(const sl_ring *ring, double lat, double lon) {
  bool in = false;
  double x, y, ax, ay, bx, by;
  flat(&x, &y, ring, lat, lon);
  flat(&ax, &ay, ring, (double)ring->vertex[ring->count - 1].lat_nd * 1e-9, (double)ring->vertex[ring->count - 1].lon_nd * 1e-9);
  for (uint32_t i = 0; i < ring->count; i++, ax = bx, ay = by) {
    flat(&bx, &by, ring, (double)ring->vertex[i].lat_nd * 1e-9, (double)ring->vertex[i].lon_nd * 1e-9);
    if ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) in = !in;
  }
  return in;
}

static void at_bearing(double *lat, double *lon, double clat, double clon, double bearing, double metres) {
  struct geod_geodesic earth;
  geod_init(&earth, 6378137.0, 1 / 298.257223563);
  geod_direct(&earth, clat, clon, bearing, metres, lat, lon, NULL);
}

/* A sector of 10 NM from north to east, and the same square with the sector cut out. */
static void arcs_hold_what_they_stand_for(void **state) {
  (void)state;
  double nlat, nlon, elat, elon;
  at_bearing(&nlat, &nlon, 47, 8, 0, 18520);
  at_bearing(&elat, &elon, 47, 8, 90, 18520);
  char text[1024];
  for (int concave = 0; concave < 2; concave++) {
    const char *corner = concave ? "DP 47.30N 8.35E\n" : "DP 47:00:00N 8:00:00E\n";
    (void)snprintf(text, sizeof text, "AC D\nAN SECTOR\nAL SFC\nAH UNL\nV X=47:00:00N 8:00:00E\nV D=+\nDB %.9fN %.9fE, %.9fN %.9fE\n%s", nlat, nlon, elat, elon, corner);
    kept k;
    assert_int_equal(keep_text(&k, text, false), SL_OK);
    assert_int_equal(k.count, 1);
    const sl_ring *ring = &k.record[0].shape.as.polygon.ring[0];
    for (double bearing = 0.5; bearing < 90; bearing += 0.37) {
      double lat, lon;
      at_bearing(&lat, &lon, 47, 8, bearing, concave ? 18520.0 + 0.001 : 18520.0 - 0.001);
      assert_true(inside(ring, lat, lon));
      at_bearing(&lat, &lon, 47, 8, bearing, concave ? 18520.0 - 7.5 : 18520.0 + 7.5);
      assert_false(inside(ring, lat, lon));
    }
    kept_free(&k);
  }
}

static void arcs_by_bearings_and_direction(void **state) {
  (void)state;
  kept k;
  /* Counter-clockwise from east to north is the same quarter. */
  assert_int_equal(keep_text(&k, "AC D\nAN Q\nAL SFC\nAH 1000ft MSL\nV X=10:00:00N 20:00:00E\nV D=-\nDA 5,90,0\nDP 10:00:00N 20:00:00E\n", false), SL_OK);
  const sl_ring *ring = &k.record[0].shape.as.polygon.ring[0];
  double lat, lon;
  at_bearing(&lat, &lon, 10, 20, 45, 9259);
  assert_true(inside(ring, lat, lon));
  at_bearing(&lat, &lon, 10, 20, 225, 1000);
  assert_false(inside(ring, lat, lon));
  kept_free(&k);
  /* The direction is clockwise again in the next airspace, and a whole turn is a disc. */
  assert_int_equal(keep_text(&k, "AC D\nAN A\nAL SFC\nAH UNL\nV D=-\nV X=10:00:00N 20:00:00E\nDC 1\nAC D\nAN B\nAL SFC\nAH UNL\nV X=10:00:00N 20:00:00E\nDA 5,10,370\n", false), SL_OK);
  assert_int_equal(k.count, 2);
  ring = &k.record[1].shape.as.polygon.ring[0];
  for (double bearing = 0; bearing < 360; bearing += 7) {
    at_bearing(&lat, &lon, 10, 20, bearing, 9259.99);
    assert_true(inside(ring, lat, lon));
  }
  kept_free(&k);
}

static void airways_are_corridors(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "AC E\nAN V1\nAL FL100\nAH FL195\nV W=10\nDY 10:00:00N 20:00:00E\nDY 11:00:00N 20:00:00E\nDY 11:00:00N 21:00:00E\n", false), SL_OK);
  assert_int_equal(k.record[0].shape.kind, SL_SHAPE_CORRIDOR);
  assert_int_equal(k.record[0].shape.as.corridor.count, 3);
  assert_int_equal(k.record[0].shape.as.corridor.half_width.mm, 9260000);
  kept_free(&k);
}

/* Variables without a blank, other comments, words in lower case. */
static void other_hands(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "; made by hand\n\tac d\nan low\nal Gnd\nah fl 65\nvd=-\nvx=10:00:00n 20:00:00e\ndc 1.5\n", false), SL_OK);
  assert_int_equal(k.record[0].shape.as.circle.radius.mm, 2778000);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_PRESSURE);
  assert_int_equal(k.record[0].note_count, 0);
  kept_free(&k);
}

#define BOX "DP 47:00:00 N 008:00:00 E\nDP 47:10:00 N 008:00:00 E\nDP 47:10:00 N 008:15:00 E\nDP 47:00:00 N 008:15:00 E\n"

/* Files that begin airspaces by their names, with the class behind it or not at all. */
static void classes_missing_or_late(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "AN ONE\nAL GND\nAH FL 95\n" BOX "\nAN TWO\nAC C\nAL GND\nAH FL 95\n" BOX "AN THREE\nAL GND\nAH 1 XX\n" BOX "AN FOUR\nAL GND\nAH FL 95\n" BOX, true), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_OPENAIR);
  assert_int_equal(k.count, 3);
  assert_true(sl_str_is(k.record[0].name, "ONE") && k.record[0].kind.size == 0);
  assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, "no class"));
  assert_true(sl_str_is(k.record[1].name, "TWO") && sl_str_is(k.record[1].kind, "C"));
  assert_int_equal(k.record[1].note_count, 0);
  assert_int_equal(k.record[1].shape.as.polygon.ring[0].count, 4);
  assert_true(sl_str_is(k.record[2].name, "FOUR"));
  assert_int_equal(k.refused_count, 1);
  assert_int_equal(k.refused[0].line, 19);
  kept_free(&k);
}

static void altitudes_with_thousands(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; sl_datum datum; int64_t ft; } rows[] = {
      {"1,500 ft MSL", SL_OK, SL_DATUM_MSL, 1500}, {"F095", SL_OK, SL_DATUM_PRESSURE, 9500}, {"4500ft MSL # comment", SL_OK, SL_DATUM_MSL, 4500}, {"12,500MSL", SL_OK, SL_DATUM_MSL, 12500},
      {"1.500 ft", SL_ERR_SYNTAX, 0, 0}, {"4.500", SL_ERR_SYNTAX, 0, 0}, {"1,50 ft", SL_ERR_SYNTAX, 0, 0}, {"1,5000 ft", SL_ERR_SYNTAX, 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[512];
    kept k;
    (void)snprintf(text, sizeof text, "AC D\nAN X\nAL GND\nAH %s\n" BOX, rows[i].text);
    assert_int_equal(keep_text(&k, text, false), rows[i].error);
    if (!rows[i].error) assert_int_equal(k.record[0].upper.datum, rows[i].datum);
    if (!rows[i].error) assert_int_equal(k.record[0].upper.tenths, rows[i].ft * SL_TENTHS_PER_FT);
    else assert_int_equal(k.fault.line, 4);
    kept_free(&k);
  }
}

/* Bearings between blanks, positions without marks, arcs that turn nowhere. */
static void arcs_of_other_hands(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "AC D\nAN Q\nAL SFC\nAH 1000ft MSL\nV X=100000N 0200000E\nDA 5 0  90\nDP 10:00:00N 20:00:00E # corner\n", false), SL_OK);
  double lat, lon;
  at_bearing(&lat, &lon, 10, 20, 45, 9259);
  assert_true(inside(&k.record[0].shape.as.polygon.ring[0], lat, lon));
  kept_free(&k);
  assert_int_equal(keep_text(&k, "AC D\nAN Q\nAL SFC\nAH FL95\nV X=47:00:00N 8:00:00E\nDP 47:00:00N 8:00:00E\nDB 47:10:00N 8:00:00E,47:10:00N 8:00:00E\nDP 47:00:00N 8:15:00E\n", false), SL_OK);
  assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, "ends where it begins"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, "AC D\nAN Q\nAL SFC\nAH FL95\nV X=47:00:00N 8:00:00E\nDB 47:10:00N 8:00:00E,47:10:00N 8:00:01E\n", false), SL_ERR_GEOMETRY);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "AC D\nAN Q\nAL SFC\nAH FL95\nV X=47:00:00N 8:00:00E\nDC 5,4\n", false), SL_ERR_SYNTAX);
  assert_non_null(strstr(k.fault.reason, "comma"));
  kept_free(&k);
}

static void bad_airspaces_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; uint32_t line; } rows[] = {
      {"AC D\nAN X\nAL SFC\nAH FL\nDP 10:00:00N 20:00:00E\n", SL_ERR_SYNTAX, 4},
      {"AC D\nAN X\nAL SFC\nAH UNL\nDP 91:00:00N 20:00:00E\n", SL_ERR_RANGE, 5},
      {"AC D\nAN X\nAL SFC\nAH UNL\nDP 10:60:00N 20:00:00E\nDP 10:61:00N 20:00:00E", SL_ERR_RANGE, 5},
      {"AC D\nAN X\nAL SFC\nAH UNL\nDP 10:00:00 20:00:00\n", SL_ERR_MISSING, 5},
      {"AC D\nAN X\nAL SFC\nAH UNL\nDC 5\n", SL_ERR_MISSING, 5},
      {"AC D\nAN X\nAL SFC\nAH UNL\n", SL_ERR_MISSING, 1},
      {"AC D\nAN X\nAN Y\nDP 10:00:00N 20:00:00E\n", SL_ERR_DUPLICATE, 3},
      {"AC D\nAN X\nAL SFC\nAL SFC\n", SL_ERR_DUPLICATE, 4},
      {"AC D\nAN X\nAH UNL\nAL SFC\nV X=1:00:00N 1:00:00E\nDE 5\n", SL_ERR_UNSUPPORTED, 6},
      {"AC D\nAN X\nAH UNL\nAL SFC\nV Q=1\n", SL_ERR_UNKNOWN, 5},
      {"AC D\nAN X\nAH UNL\nAL SFC\nV X=1:00:00N 1:00:00E\nDC 1\nDP 10:00:00N 20:00:00E\n", SL_ERR_GEOMETRY, 1},
      {"AC D\nAN X\nAH UNL\nAL SFC\nDP 10:00:00N 20:00:00E\nDP 11:00:00N 20:00:00E\n", SL_ERR_GEOMETRY, 1},
      {"AC D\nAN X\nAH UNL\nAL SFC\nDP 0:00:00N 0:00:00E\nDP 1:00:00N 1:00:00E\nDP 1:00:00N 0:00:00E\nDP 0:00:00N 1:00:00E\n", SL_ERR_GEOMETRY, 1},
      {"AC D\nAN X\nAH UNL\nAL SFC\nV X=1:00:00N 1:00:00E\nDC 0\n", SL_ERR_RANGE, 6},
      {"AC D\nAN X\nAH UNL\nAL SFC\nAA tomorrow\n", SL_ERR_SYNTAX, 5},
  };
  static const char good[] = "\nAC R\nAN GOOD\nAL SFC\nAH UNL\nV X=1:00:00N 1:00:00E\nDC 3\n";
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[1024];
    kept k;
    (void)snprintf(text, sizeof text, "%s%s", rows[i].text, good);
    sl_err error = keep_text(&k, text, false);
    if (error != rows[i].error) printf("%zu: %s\n", i, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(k.fault.line, rows[i].line);
    kept_free(&k);
    assert_int_equal(keep_text(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.refused_count, 1);
    assert_true(sl_str_is(k.record[0].name, "GOOD"));
    kept_free(&k);
  }
}

/* 1,499, 288 and 86 classes; 18 of the second are drawing styles. What is refused
 * crosses itself in the source. */
static void real_files(void **state) {
  (void)state;
  static const struct { const char *path; uint32_t classes, styles, crossed; } files[] = {
      {"data/openair/CA-ASP-National-XCSoar.txt", 1499, 0, 10},
      {"data/openair/CZ-ASP-National-XCSoar.txt", 288, 18, 1},
      {"data/openair/SK-ASP-National-XCSoar.txt", 86, 0, 0}};
  for (size_t i = 0; i < 3; i++) {
    size_t size = 0;
    uint8_t *data = shared_file(files[i].path, &size);
    if (!data) SL_SKIP("format/openair/real_files", "../shared is not there");
    kept k;
    assert_int_equal(keep_bytes(&k, (sl_span){data, size}, NULL, true), SL_OK);
    printf("%s: %u read, %u refused, %u styles\n", files[i].path, k.summary.records, k.summary.refused, k.summary.skipped);
    assert_int_equal(k.summary.records + k.summary.refused + k.summary.skipped, files[i].classes);
    assert_int_equal(k.summary.skipped, files[i].styles);
    assert_int_equal(k.summary.refused, files[i].crossed);
    for (uint32_t r = 0; r < k.refused_count; r++) assert_int_equal(k.refused[r].code, SL_ERR_GEOMETRY);
    kept_free(&k);
    free(data);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(both_dialects), cmocka_unit_test(arcs_hold_what_they_stand_for),
                                     cmocka_unit_test(arcs_by_bearings_and_direction), cmocka_unit_test(airways_are_corridors),
                                     cmocka_unit_test(other_hands), cmocka_unit_test(classes_missing_or_late), cmocka_unit_test(altitudes_with_thousands),
                                     cmocka_unit_test(arcs_of_other_hands), cmocka_unit_test(bad_airspaces_are_refused_alone), cmocka_unit_test(real_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
