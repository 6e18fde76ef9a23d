/* Rows of forms, through the CSV reader. */
#include "format/table.h"

#include "format/measure.h"
#include "reader.h"

static int64_t moment(const char *text) {
  sl_time time = {-1};
  bool assumed;
  assert_int_equal(sl_moment_read(&time, &assumed, sl_str_from(text), false, NULL), SL_OK);
  return time.ns;
}

static void headers_of_many_forms(void **state) {
  (void)state;
  static const struct { const char *text; const char *columns; } rows[] = {
      {"Site Name,Latitude (DD),Longitude (DD)\nA,36.335,43.119\n", "name=Site Name; lat=Latitude (DD); lon=Longitude (DD)"},
      {"facilityName,gpsLatitude,gpsLongitude\nA,36.335,43.119\n", "name=facilityName; lat=gpsLatitude; lon=gpsLongitude"},
      {"FACILITY_NAME,LAT,LONG\nA,36.335,43.119\n", "name=FACILITY_NAME; lat=LAT; lon=LONG"},
      {"id,X,Y\nA,43.119,36.335\n", "id=id; lat=Y; lon=X"},
      {"Nombre del sitio;Latitud;Longitud\nA;36,335;43,119\n", "name=Nombre del sitio; lat=Latitud; lon=Longitud"},
      {"Bezeichnung;Breitengrad;L\xc3\xa4ngengrad\nA;36,335;43,119\n", "name=Bezeichnung; lat=Breitengrad; lon=L\xc3\xa4ngengrad"},
      {"\xd0\x9d\xd0\xb0\xd0\xb7\xd0\xb2\xd0\xb0\xd0\xbd\xd0\xb8\xd0\xb5;\xd0\xa8\xd0\xb8\xd1\x80\xd0\xbe\xd1\x82\xd0\xb0;\xd0\x94\xd0\xbe\xd0\xbb\xd0\xb3\xd0\xbe\xd1\x82\xd0\xb0\nA;36,335;43,119\n", NULL},
      {"\xd8\xa7\xd9\x84\xd8\xa7\xd8\xb3\xd9\x85;\xd8\xae\xd8\xb7 \xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xb6;\xd8\xae\xd8\xb7 \xd8\xa7\xd9\x84\xd8\xb7\xd9\x88\xd9\x84\nA;36.335;43.119\n", NULL},
      {"Name,\"GPS Coordinates\"\nA,\"36.335, 43.119\"\n", "name=Name; position=GPS Coordinates"}, {"Name,MGRS\nA,38SLF3118022748\n", "name=Name; position=MGRS"},
      {"Place,Latitude/Longitude\nA,36.335/43.119\n", "name=Place; position=Latitude/Longitude"},
      {"name,UTM Zone,Easting,Northing\nA,38 north,331180.73,4022748.15\n", "name=name; zone=UTM Zone; easting=Easting; northing=Northing"},
      {"#,Site name,,Coordinates,\n,,Type,Latitude,Longitude\n1,A,clinic,36.335,43.119\n", "name=@2; kind=Type; lat=Latitude; lon=Longitude"},
      {"Name,Lat,Lon\n#loc+name,#geo+lat,#geo+lon\nA,36.335,43.119\n", "name=Name; lat=Lat; lon=Lon"}, {"a,b,c\n#loc+name,#geo+lat,#geo+lon\nA,36.335,43.119\n", "name=#loc+name; lat=#geo+lat; lon=#geo+lon"},
      /* A survey tool's export: start and end are of the interview. */
      {"start,end,today,Site name,_Location_latitude,_Location_longitude,_Location_altitude,_Location_precision,_id,_uuid,_submission_time\n"
       "2026-01-01T10:00:00.000+03:00,2026-01-01T10:05:00.000+03:00,2026-01-01,A,36.335,43.119,231,4.9,1,x,2026-01-01T07:10:00\n",
       "name=Site name; id=_uuid; lat=_Location_latitude; lon=_Location_longitude; accuracy=_Location_precision"},
      {"SubmissionDate,start,end,gps-Latitude,gps-Longitude,gps-Altitude,gps-Accuracy,meta-instanceID\n2026-01-01,2026-01-01,2026-01-01,36.335,43.119,1,4.9,A\n", "lat=gps-Latitude; lon=gps-Longitude; accuracy=gps-Accuracy"},
      {"WKT,name\n\"POINT (43.119 36.335)\",A\n", "name=name; geometry=WKT"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = keep_text(&k, rows[i].text, false);
    if (error || (rows[i].columns && strcmp(k.summary.columns, rows[i].columns) != 0)) printf("%zu: %s; %s\n", i, k.fault.reason, k.summary.columns);
    assert_int_equal(error, SL_OK);
    assert_int_equal(k.count, 1);
    assert_true(llabs(k.record[0].shape.as.circle.centre.lat_nd - 36335000000) < 8000 && llabs(k.record[0].shape.as.circle.centre.lon_nd - 43119000000) < 8000);
    if (rows[i].columns) assert_string_equal(k.summary.columns, rows[i].columns);
    assert_int_equal(k.record[0].window_count, 0);
    kept_free(&k);
  }
}

static void a_site_has_a_radius(void **state) {
  (void)state;
  static const struct { const char *header, *cell; int64_t mm; const char *note; } rows[] = {
      {"radius", "300", 300000, "metres"}, {"Radius (km)", "1.5", 1500000, NULL}, {"radius_m", "300", 300000, NULL}, {"radius", "2 NM", 3704000, NULL}, {"radius (m)", "", 500000, "500 m"}, {"radius (m)", "1 500", 1500000, NULL},
      {"radius (m)", "1\xc2\xa0" "500", 1500000, NULL}, {"radius (m)", "\"1,500\"", 1500000, NULL}, {"radius (m)", "\"1,500.5\"", 1500500, NULL}, {"radius (m)", "1.500", 1500, NULL}, {"radius (m)", "1'500", 1500000, NULL},
      {"accuracy (m)", "20", 520000, "accuracy"}, {"precision_km", "5", 5500000, "accuracy"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[256];
    kept k;
    (void)snprintf(text, sizeof text, "name,lat,lon,%s\nA,36.335,43.119,%s\n", rows[i].header, rows[i].cell);
    sl_err error = keep_text(&k, text, false);
    if (error || k.record[0].shape.as.circle.radius.mm != rows[i].mm) printf("%s %s: %s %lld\n", rows[i].header, rows[i].cell, k.fault.reason, error ? 0LL : (long long)k.record[0].shape.as.circle.radius.mm);
    assert_int_equal(error, SL_OK);
    assert_int_equal(k.record[0].shape.as.circle.radius.mm, rows[i].mm);
    if (rows[i].note) assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, rows[i].note) || has_note(&k.record[0], SL_NOTE_WIDENED, rows[i].note));
    kept_free(&k);
  }
  /* In a table of decimal commas a point groups thousands. */
  static const struct { const char *cell; int64_t mm; } comma[] = {{"1,5", 1500}, {"1.500", 1500000}, {"1.500,5", 1500500}, {"1,500", 1500}};
  for (size_t i = 0; i < sizeof comma / sizeof *comma; i++) {
    char text[256];
    kept k;
    (void)snprintf(text, sizeof text, "name;lat;lon;radius (m)\nA;36,335;43,119;%s\n", comma[i].cell);
    assert_int_equal(keep_text(&k, text, false), SL_OK);
    assert_int_equal(k.record[0].shape.as.circle.radius.mm, comma[i].mm);
    kept_free(&k);
  }
}

/* What a place is not known better than goes to its radius. */
static void places_written_coarsely_are_widened(void **state) {
  (void)state;
  static const struct { const char *place; int64_t least_m, most_m; bool noted; } rows[] = {
      {"36.335 43.119", 500, 500, false}, {"36.33 43.11", 1280, 1350, true}, {"36.3 43.119", 500, 500, false}, {"36 20 43 07", 1800, 2000, true}, {"38SLF3122", 1207, 1208, true}, {"38SLF", 71200, 71300, true}, {"38SLF3118022748", 500, 501, true}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[256];
    kept k;
    (void)snprintf(text, sizeof text, "name;position\nA;%s\n", rows[i].place);
    assert_int_equal(keep_text(&k, text, false), SL_OK);
    int64_t metres = k.record[0].shape.as.circle.radius.mm / 1000;
    if (metres < rows[i].least_m || metres > rows[i].most_m) printf("%s: %lld\n", rows[i].place, (long long)metres);
    assert_in_range(metres, rows[i].least_m, rows[i].most_m);
    assert_int_equal(has_note(&k.record[0], SL_NOTE_WIDENED, "radius is larger"), rows[i].noted);
    kept_free(&k);
  }
}

static void limits_and_times(void **state) {
  (void)state;
  kept k;
  static const char text[] = "name;lat;lon;Lower limit (ft AGL);Upper limit ft AMSL;Valid from (UTC);Valid until (UTC)\nA;36.335;43.119;0;2,500;01.03.2026 06:00;2026-03-31\nB;36.4;43.2;SFC;FL 065;1 Mar 2026;\nC;36,5;43,3;;UNL;;\n";
  assert_int_equal(keep_text(&k, text, true), SL_OK);
  assert_int_equal(k.count, 3);
  assert_int_equal(k.record[0].lower.datum, SL_DATUM_GROUND);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_MSL);
  assert_int_equal(k.record[0].upper.tenths, 2500 * SL_TENTHS_PER_FT);
  assert_int_equal(k.record[0].window[0].start.ns, moment("2026-03-01T06:00:00Z"));
  assert_int_equal(k.record[0].window[0].end.ns, moment("2026-04-01T00:00:00Z"));
  assert_int_equal(k.record[1].upper.datum, SL_DATUM_PRESSURE);
  assert_int_equal(k.record[1].window[0].end.ns, SL_TIME_OPEN_NS);
  assert_int_equal(k.record[2].upper.datum, SL_DATUM_UNLIMITED);
  assert_int_equal(k.record[2].window_count, 0);
  kept_free(&k);
  /* Local times: every zone, or the one that was given. */
  static const char local[] = "name,lat,lon,start,end\nA,36.335,43.119,2026-03-01 06:00,2026-03-02\n";
  assert_int_equal(keep_text(&k, local, false), SL_OK);
  assert_true(has_note(&k.record[0], SL_NOTE_WIDENED, "--zone"));
  assert_int_equal(k.record[0].window[0].start.ns, moment("2026-02-28T16:00:00Z"));
  assert_int_equal(k.record[0].window[0].end.ns, moment("2026-03-03T12:00:00Z"));
  kept_free(&k);
  sl_read_options options = sl_read_options_default();
  options.zone_given = true;
  options.zone.ns = 3 * SL_NS_PER_H;
  assert_int_equal(keep_bytes(&k, sl_str_bytes(sl_str_from(local)), &options, false), SL_OK);
  assert_int_equal(k.record[0].window[0].start.ns, moment("2026-03-01T03:00:00Z"));
  assert_int_equal(k.record[0].window[0].end.ns, moment("2026-03-02T21:00:00Z"));
  kept_free(&k);
  options.mapping = "dates=dmy";
  static const char numbers[] = "name,lat,lon,start date\nA,36.335,43.119,03/04/2026\n";
  assert_int_equal(keep_text(&k, numbers, false), SL_ERR_SYNTAX);
  kept_free(&k);
  assert_int_equal(keep_bytes(&k, sl_str_bytes(sl_str_from(numbers)), &options, false), SL_OK);
  assert_int_equal(k.record[0].window[0].start.ns, moment("2026-04-02T21:00:00Z"));
  kept_free(&k);
}

static void duplicates_and_swaps_are_told(void **state) {
  (void)state;
  kept k;
  static const char text[] = "name,lat,lon\nA,36.3350,43.1190\nB,36.3357,43.1190\nA,36.3380,43.1190\nC,36.4000,43.2000\nD,36.5000,43.3000\nE,36.6000,43.1000\nF,43.2000,36.4500\nG,50.0000,10.0000\n";
  assert_int_equal(keep_text(&k, text, false), SL_OK);
  assert_int_equal(k.count, 8);
  assert_true(has_note(&k.record[1], SL_NOTE_DUPLICATE, "line 3 lies within 100 m of line 2"));
  assert_false(has_note(&k.record[2], SL_NOTE_DUPLICATE, "lies"));
  assert_true(sl_str_is(k.record[2].name, "A (line 4)"));
  assert_true(has_note(&k.record[2], SL_NOTE_ASSUMED, "another row"));
  assert_true(has_note(&k.record[6], SL_NOTE_ASSUMED, "swapped"));
  assert_int_equal(k.record[6].shape.as.circle.centre.lat_nd, 43200000000);
  assert_false(has_note(&k.record[7], SL_NOTE_ASSUMED, "swapped"));
  kept_free(&k);
}

static void geometries(void **state) {
  (void)state;
  kept k;
  static const char text[] =
      "name;geometry;half_width;radius;times;altitude_datum;upper\n"
      "P;POLYGON((43 36,43.1 36,43.1 36.1,43 36),(43.06 36.02,43.08 36.02,43.08 36.04,43.06 36.02));;5 km;;;100m AGL\n"
      "M;SRID=4326;MULTIPOLYGON\n"
      "M;\"SRID=4326;MULTIPOLYGON(((43 36,43.1 36,43.1 36.1,43 36)),((44 36,44.1 36,44.1 36.1)))\";;;;;\n"
      "L;linestring z (43 36 1, 44 36 2);500 m;;;;\n"
      "T;LINESTRING Z(43 36 100,43.1 36 150.5);;;2026-01-01T00:00:00Z 2026-01-01T00:01:00Z;MSL;\n"
      "K;\"36 43 0 0;36 43.1 0 0;36.1 43.1 0 0;36 43 0 0\";;;;;\n"
      "C;POINT (43.1 36.5);;2 km;;;\n"
      "1;GEOMETRYCOLLECTION(POINT(1 2));;;;;\n2;POLYGON((43 36,43.1 36));;;;;\n3;POLYGON EMPTY;;;;;\n4;LINESTRING(43 36,44 36);;;;;\n5;\"SRID=3857;POINT(1 2)\";;;;;\n6;POINT(43 36;;;;;\n7;LINESTRING Z(43 36 100,43.1 36 150.5);;;2026-01-01T00:00:00Z;MSL;\n"
      "8;LINESTRING(43 36,43.1 36);;;2026-01-01T00:00:00Z 2026-01-01T00:01:00Z;MSL;\n";
  sl_err error = keep_text(&k, text, true);
  if (error) printf("%s\n", k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.count, 6);
  assert_int_equal(k.record[0].shape.as.polygon.count, 2);
  assert_true(has_note(&k.record[0], SL_NOTE_LEFT_OUT, "radius") && !has_note(&k.record[1], SL_NOTE_LEFT_OUT, "radius"));
  assert_int_equal(k.record[0].upper.tenths, 100 * SL_TENTHS_PER_M);
  assert_int_equal(k.record[1].shape.as.polygon.count, 2);
  assert_true(has_note(&k.record[1], SL_NOTE_ASSUMED, "not closed"));
  assert_int_equal(k.record[2].shape.as.corridor.half_width.mm, 500000);
  assert_int_equal(k.record[3].form, SL_RECORD_TRACK);
  assert_int_equal(k.record[3].fix[1].tenths, 1505000);
  assert_int_equal(k.record[4].shape.kind, SL_SHAPE_POLYGON);
  assert_int_equal(k.record[4].shape.as.polygon.ring[0].vertex[0].lat_nd, 36000000000);
  assert_int_equal(k.record[5].shape.as.circle.radius.mm, 2000000);
  static const sl_err want[] = {SL_ERR_MISSING, SL_ERR_UNSUPPORTED, SL_ERR_GEOMETRY, SL_ERR_MISSING, SL_ERR_MISSING, SL_ERR_UNSUPPORTED, SL_ERR_SYNTAX, SL_ERR_TYPE, SL_ERR_MISSING};
  assert_int_equal(k.refused_count, 9);
  for (uint32_t i = 1; i < 9; i++) assert_int_equal(k.refused[i].code, want[i]);
  kept_free(&k);
}

static void bad_rows_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *row; sl_err error; const char *says; } rows[] = {
      {"Total: 54 sites,,,,", SL_ERR_MISSING, "without a position"}, {"X,36.335,,,", SL_ERR_MISSING, "one of"}, {"X,N/A,N/A,,", SL_ERR_SYNTAX, "lat:"}, {"X,143.1,36.3,,", SL_ERR_RANGE, "swapped"}, {"X,43.1E,36.3N,,", SL_ERR_ORDER, "swapped"},
      {"X,0,0,,", SL_ERR_RANGE, "empty form"}, {"X,36.335,43.119,wide,", SL_ERR_SYNTAX, "radius:"}, {"X,36.335,43.119,0,", SL_ERR_RANGE, "radius"}, {"X,36.335,43.119,-5,", SL_ERR_RANGE, "radius"}, {"X,36.335,43.119,5,tomorrow", SL_ERR_SYNTAX, "start:"},
      {"X,36.335,43.119,5,03/04/2026", SL_ERR_SYNTAX, "dmy"}, {"X,36.335,43.119 O,5,", SL_ERR_SYNTAX, "O is"}, {"X,36\"335,43,5,", SL_ERR_SYNTAX, "lat"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[512];
    kept k;
    (void)snprintf(text, sizeof text, "name,lat,lon,radius,start\n%s\nG,36.5,43.5,,\n", rows[i].row);
    sl_err error = keep_text(&k, text, false);
    if (error != rows[i].error || !strstr(k.fault.reason, rows[i].says)) printf("%s: %d %s\n", rows[i].row, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_int_equal(k.fault.line, 2);
    assert_non_null(strstr(k.fault.reason, rows[i].says));
    kept_free(&k);
    assert_int_equal(keep_text(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    assert_true(sl_str_is(k.record[0].name, "G"));
    kept_free(&k);
  }
  /* A comma before three digits, where no coordinate has shown what commas are. */
  kept k;
  assert_int_equal(keep_text(&k, "name;position;radius (m)\nA;38SLF3122;1,500\n", false), SL_ERR_SYNTAX);
  assert_non_null(strstr(k.fault.reason, "thousands"));
  kept_free(&k);
}

static void a_header_must_come(void **state) {
  (void)state;
  char text[8192] = "";
  size_t size = 0;
  for (int i = 0; i < 101; i++) size += (size_t)snprintf(text + size, sizeof text - size, "banner;%d;\n", i);
  (void)snprintf(text + size, sizeof text - size, "name;lat;lon\nA;36.3;43.1\n");
  kept k;
  assert_int_equal(keep_text(&k, text, true), SL_ERR_MISSING);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "name;lat;lon\n", true), SL_ERR_MISSING);
  kept_free(&k);
  /* A word of the data that looks like a header leaves nothing out. */
  assert_int_equal(keep_text(&k, "wo;breit;laeng\nA;36,335;43,119\nB;GPS;x\nC;36,4;43,1\n", true), SL_ERR_SYNTAX);
  assert_non_null(strstr(k.fault.reason, "above"));
  kept_free(&k);
}

/* What a header says of the half of the Earth, of altitudes, of the reference system. */
static void headers_that_say_more(void **state) {
  (void)state;
  static const struct { const char *text; int64_t lat, lon; } rows[] = {
      {"name,lat N,lon W\nA,38.51234,121.71234\n", 38512340000, -121712340000},
      {"name,Latitude (S),Longitude (E)\nA,38.51234,121.71234\n", -38512340000, 121712340000},
      {"name,Latitude (N/S),Longitude (E/W)\nA,-38.51234,-121.71234\n", -38512340000, -121712340000},
      {"name,lat,lon (W)\nA,38.51234,121.71234W\n", 38512340000, -121712340000},
      {"name,lat,N/S,lon,E/W\nA,38.51234,S,121.71234,west\n", -38512340000, -121712340000},
      {"name,lat,lat hemisphere,lon,lon hemisphere\nA,38.51234,n,121.71234,E\n", 38512340000, 121712340000},
      {"name,Lat (d m s),Lon (d m s)\nA,38 30 44.424,121 42 44.424\n", 38512340000, 121712340000}};
  kept k;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(keep_text(&k, rows[i].text, false), SL_OK);
    assert_int_equal(k.record[0].shape.as.circle.centre.lat_nd, rows[i].lat);
    assert_int_equal(k.record[0].shape.as.circle.centre.lon_nd, rows[i].lon);
    kept_free(&k);
  }
  assert_int_equal(keep_text(&k, "name,lat,lon,lower (ft MSL),upper (ft MSL)\nA,47.51234,8.21234,500,1500\n", false), SL_OK);
  assert_int_equal(k.record[0].upper.datum, SL_DATUM_MSL);
  assert_int_equal(k.record[0].upper.tenths, 1500 * SL_TENTHS_PER_FT);
  assert_int_equal(k.record[0].lower.tenths, 500 * SL_TENTHS_PER_FT);
  kept_free(&k);
  static const struct { const char *text; sl_err error; uint32_t line; } bad[] = {
      {"name,lat,lon W\nA,38.51234,-121.71234\n", SL_ERR_SYNTAX, 2},        {"name,lat,N/S,lon,E/W\nA,-38.51234,S,121.71234,W\n", SL_ERR_SYNTAX, 2},
      {"name,lat,N/S,lon,E/W\nA,38.51234,W,121.71234,S\n", SL_ERR_SYNTAX, 2}, {"name,lat (ED50),lon (ED50)\nA,47.5,8.25\n", SL_ERR_DATUM, 1},
      {"banner\nname,Easting (OSGB36),Northing\nA,1,2\n", SL_ERR_DATUM, 2},   {"name,lat_deg,lat_min,lat_sec,lon_deg,lon_min,lon_sec\nA,47,30,0,8,15,0\n", SL_ERR_UNSUPPORTED, 1},
      {"name,start_lat,start_lon,end_lat,end_lon\nA,47.5,8.25,47.6,8.3\n", SL_ERR_UNSUPPORTED, 1}, {"name,lat,lon,lat2,lon2\nA,47.5,8.25,47.6,8.3\n", SL_ERR_UNSUPPORTED, 1},
      {"name,lat 1,lon 1,lat 2,lon 2\nA,47.5,8.25,47.6,8.3\n", SL_ERR_UNSUPPORTED, 1}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    sl_err error = keep_text(&k, bad[i].text, false);
    if (error != bad[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, bad[i].error);
    assert_int_equal(k.fault.line, bad[i].line);
    kept_free(&k);
  }
  /* The user may say which columns are meant. */
  sl_read_options options = sl_read_options_default();
  options.mapping = "lat=end_lat;lon=end_lon";
  assert_int_equal(keep_bytes(&k, sl_str_bytes(SL_STR("name,start_lat,start_lon,end_lat,end_lon\nA,47.51234,8.25123,47.61234,8.31234\n")), &options, false), SL_OK);
  assert_int_equal(k.record[0].shape.as.circle.centre.lat_nd, 47612340000);
  kept_free(&k);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(headers_that_say_more), cmocka_unit_test(headers_of_many_forms), cmocka_unit_test(a_site_has_a_radius), cmocka_unit_test(places_written_coarsely_are_widened), cmocka_unit_test(limits_and_times),
                                     cmocka_unit_test(duplicates_and_swaps_are_told), cmocka_unit_test(geometries), cmocka_unit_test(bad_rows_are_refused_alone), cmocka_unit_test(a_header_must_come)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
