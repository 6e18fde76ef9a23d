/* Pairs whose verdict a person can work out. Distances on the meridian near the
 * equator: 1e-9 degrees is 0.1106 mm of latitude, 0.1113 mm of longitude. */
#include "build.h"

static const sl_minima touch = {.lateral = {0}};

#define LON_PER_M (1.0 / 111319.49079327357)

static void square(built *b, double latitude, double longitude, double side_m) {
  double h = side_m / 2.0 * LON_PER_M;
  double at[8] = {latitude - h, longitude - h, latitude - h, longitude + h, latitude + h, longitude + h, latitude + h, longitude - h};
  build_polygon(b, at, 4);
}

static void overlap_by_a_centimetre(void **state) {
  (void)state;
  const double places[] = {0.0, 10.0, 179.9995, -179.9995, 180.0};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    built a, b, c;
    square(&a, 0.0, places[i], 1000.0);
    square(&b, 0.0, places[i] + (1000.0 - 0.01) * LON_PER_M, 1000.0);
    square(&c, 0.0, places[i] + (1000.0 + 0.01) * LON_PER_M, 1000.0);
    sl_finding f = build_judge(&a.object, &b.object, &touch);
    assert_int_equal(f.verdict, SL_CONFLICT);
    assert_true(f.error.mm <= 4);
    assert_int_equal(build_judge(&a.object, &c.object, &touch).verdict, SL_CLEAR);
  }
}

static void overlap_in_altitude(void **state) {
  (void)state;
  built a, b;
  square(&a, 47.0, 8.0, 500.0);
  square(&b, 47.0, 8.0, 500.0);
  b.object.as.volume.band.as.w84.lower.mm = 100000 - 10;
  b.object.as.volume.band.as.w84.upper.mm = 200000;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
  b.object.as.volume.band.as.w84.lower.mm = 100000;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
  b.object.as.volume.band.as.w84.lower.mm = 100000 + 10;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR);
  sl_minima ten = {.vertical_w84 = {10}};
  assert_int_equal(build_judge(&a.object, &b.object, &ten).verdict, SL_CLEAR);
  ten.vertical_w84.mm = 11;
  assert_int_equal(build_judge(&a.object, &b.object, &ten).verdict, SL_CONFLICT);
}

static void time_is_half_open(void **state) {
  (void)state;
  built a, b;
  square(&a, -33.0, 151.0, 500.0);
  square(&b, -33.0, 151.0, 500.0);
  b.object.as.volume.window = (sl_window){{2000 * SL_NS_PER_S}, {3000 * SL_NS_PER_S}};
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR);
  b.object.as.volume.window.start.ns -= 1;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
  b.object.as.volume.window.start.ns = 2010 * SL_NS_PER_S;
  sl_minima grown = {.grow = {5 * SL_NS_PER_S}};
  assert_int_equal(build_judge(&a.object, &b.object, &grown).verdict, SL_CLEAR);
  b.object.as.volume.window.start.ns -= 1;
  assert_int_equal(build_judge(&a.object, &b.object, &grown).verdict, SL_CONFLICT);
}

static void inside_and_in_a_hole(void **state) {
  (void)state;
  built big, small;
  const double frame[] = {10.0, 20.0, 10.0, 21.0, 11.0, 21.0, 11.0, 20.0, 10.25, 20.25, 10.25, 20.75, 10.75, 20.75, 10.75, 20.25};
  build_polygon(&big, frame, 8);
  big.ring[0].count = 4;
  big.ring[1] = (sl_ring){big.pos + 4, 4};
  big.hole[1] = true;
  big.object.as.volume.shape.as.polygon.count = 2;
  square(&small, 10.1, 20.1, 100.0);
  assert_int_equal(build_judge(&big.object, &small.object, &touch).verdict, SL_CONFLICT);
  square(&small, 10.5, 20.5, 100.0);
  assert_int_equal(build_judge(&big.object, &small.object, &touch).verdict, SL_CLEAR);
  square(&small, 10.5, 20.7497, 100.0);
  assert_int_equal(build_judge(&big.object, &small.object, &touch).verdict, SL_CONFLICT);
  sl_minima near = {.lateral = {27000000}};
  square(&small, 10.5, 20.5, 100.0);
  assert_int_equal(build_judge(&big.object, &small.object, &near).verdict, SL_CLEAR);
  near.lateral.mm = 28000000;
  assert_int_equal(build_judge(&big.object, &small.object, &near).verdict, SL_CONFLICT);
}

static void around_the_pole(void **state) {
  (void)state;
  built cap, dot;
  double ring[16];
  for (int i = 0; i < 8; i++) {
    ring[2 * i] = 85.0;
    ring[2 * i + 1] = -180.0 + 45.0 * i;
  }
  build_polygon(&cap, ring, 8);
  build_circle(&dot, 90.0, 0.0, 1000);
  assert_int_equal(build_judge(&cap.object, &dot.object, &touch).verdict, SL_CONFLICT);
  build_circle(&dot, 86.0, 179.9, 1000);
  assert_int_equal(build_judge(&cap.object, &dot.object, &touch).verdict, SL_CONFLICT);
  build_circle(&dot, 84.0, 22.5, 1000);
  assert_int_equal(build_judge(&cap.object, &dot.object, &touch).verdict, SL_CLEAR);
  build_circle(&dot, -90.0, 22.5, 1000);
  assert_int_equal(build_judge(&cap.object, &dot.object, &touch).verdict, SL_CLEAR);
  /* Parallels bulge less than geodesics: 85 degrees is 85 degrees all the way. */
  build_circle(&dot, 85.2, 22.5, 1000);
  assert_int_equal(build_judge(&cap.object, &dot.object, &touch).verdict, SL_CLEAR);
  cap.object.as.volume.shape.as.polygon.edge = SL_EDGE_PARALLEL;
  assert_int_equal(build_judge(&cap.object, &dot.object, &touch).verdict, SL_CONFLICT);
}

static void circles_are_exact(void **state) {
  (void)state;
  /* 5 NM circles, centres on the equator. */
  built a, b;
  build_circle(&a, 0.0, 0.0, 9260000);
  build_circle(&b, 0.0, (2 * 9260.0 + 0.01) * LON_PER_M, 9260000);
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR);
  build_circle(&b, 0.0, (2 * 9260.0 - 0.01) * LON_PER_M, 9260000);
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
  sl_minima m = {.lateral = {1000000000}};
  build_circle(&a, 0.0, 0.0, 1000000000);
  build_circle(&b, 0.0, 3000000.1 * LON_PER_M, 1000000000);
  assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CLEAR);
  build_circle(&b, 0.0, 2999999.9 * LON_PER_M, 1000000000);
  assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CONFLICT);
}

static void corridors(void **state) {
  (void)state;
  built a, b;
  const double line[] = {0.0, 0.0, 0.0, 5.0, 0.0, 5.0};
  build_corridor(&a, line, 3, 1852000);
  build_circle(&b, 0.1, 2.5, 9205000);
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR); /* 11,057.4 m north */
  build_circle(&b, 0.1, 2.5, 9206000);
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
}

static void datum(void **state) {
  (void)state;
  built a, b;
  square(&a, 51.0, 0.0, 500.0);
  square(&b, 51.0, 0.0, 500.0);
  b.object.as.volume.band.ref = SL_ALT_BARO;
  b.object.as.volume.band.as.baro.lower.ft = 30000;
  b.object.as.volume.band.as.baro.upper.ft = 31000;
  sl_finding f = build_judge(&a.object, &b.object, &touch);
  assert_int_equal(f.verdict, SL_UNDECIDED);
  assert_int_equal(f.doubt, SL_DOUBT_DATUM);
  sl_minima bounded = {.baro_bounded = true, .baro_low = {-1000000}, .baro_high = {1000000}};
  assert_int_equal(build_judge(&a.object, &b.object, &bounded).verdict, SL_CLEAR);
  b.object.as.volume.band.as.baro.lower.ft = 3609; /* 1,100.02 m, less 1,000 m: 100.02 m */
  b.object.as.volume.band.as.baro.upper.ft = 4000;
  assert_int_equal(build_judge(&a.object, &b.object, &bounded).verdict, SL_CLEAR);
  b.object.as.volume.band.as.baro.lower.ft = 3608;
  assert_int_equal(build_judge(&a.object, &b.object, &bounded).verdict, SL_CONFLICT);
  square(&b, 51.1, 0.0, 500.0);
  b.object.as.volume.band.ref = SL_ALT_BARO;
  b.object.as.volume.band.as.baro.upper.ft = 31000;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR);
  square(&b, 51.0, 0.0, 500.0);
  b.object.as.volume.band.ref = SL_ALT_COLUMN;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
}

static void a_thousand_feet(void **state) {
  (void)state;
  const sl_minima ifr = {.lateral = {5 * SL_MM_PER_NM}, .vertical_ft = 1000};
  built a, b;
  const double level[] = {50.0, 8.0, 35000, 0, 50.0, 10.0, 35000, 600};
  const double head_on[] = {50.0, 10.0, 36000, 0, 50.0, 8.0, 36000, 600};
  const double climb[] = {50.0, 10.0, 30000, 0, 50.0, 9.0, 34000, 300, 50.0, 8.0, 34000, 600};
  const double higher[] = {50.0, 10.0, 30000, 0, 50.0, 9.0, 34001, 300, 50.0, 8.0, 34001, 600};
  build_track(&a, SL_ALT_BARO, level, 2);
  build_track(&b, SL_ALT_BARO, head_on, 2);
  assert_int_equal(build_judge(&a.object, &b.object, &ifr).verdict, SL_CLEAR);
  for (int i = 0; i < 2; i++) b.fix[i].alt.baro.ft = 35999;
  assert_int_equal(build_judge(&a.object, &b.object, &ifr).verdict, SL_CONFLICT);
  build_track(&b, SL_ALT_BARO, climb, 3);
  assert_int_equal(build_judge(&a.object, &b.object, &ifr).verdict, SL_CLEAR);
  build_track(&b, SL_ALT_BARO, higher, 3);
  assert_int_equal(build_judge(&a.object, &b.object, &ifr).verdict, SL_CONFLICT);
}

static void all_three_at_once(void **state) {
  (void)state;
  /* Crossing laterally while apart in altitude, level with each other when apart. */
  const sl_minima m = {.lateral = {1000000}, .vertical_w84 = {100000}};
  built a, b;
  const double east[] = {0.0, -0.1, 1000, 0, 0.0, 0.1, 1000, 1000};
  const double north[] = {-0.1, 0.0, 500, 0, 0.1, 0.0, 2000, 1000};
  const double north_low[] = {-0.1, 0.0, 0, 0, 0.1, 0.0, 2000, 1000};
  build_track(&a, SL_ALT_W84, east, 2);
  build_track(&b, SL_ALT_W84, north, 2);
  assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CLEAR);
  build_track(&b, SL_ALT_W84, north_low, 2);
  sl_finding f = build_judge(&a.object, &b.object, &m);
  assert_int_equal(f.verdict, SL_CONFLICT);
  assert_int_equal(f.lateral.mm, 0);
}

static void along_track(void **state) {
  (void)state;
  /* Through the same crossing 60 s apart at 22.26 m/s. */
  sl_minima m = {.lateral = {100000}};
  built a, b;
  const double east[] = {0.0, -0.1, 1000, 0, 0.0, 0.1, 1000, 1000};
  const double north[] = {-0.1, 0.0, 1000, 60, 0.1, 0.0, 1000, 1060};
  build_track(&a, SL_ALT_W84, east, 2);
  build_track(&b, SL_ALT_W84, north, 2);
  assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CLEAR);
  a.object.as.trajectory.along.ns = 30 * SL_NS_PER_S;
  b.object.as.trajectory.along.ns = 23 * SL_NS_PER_S;
  assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CLEAR);
  b.object.as.trajectory.along.ns = 24 * SL_NS_PER_S;
  assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CONFLICT);
}

static void track_against_volume(void **state) {
  (void)state;
  built a, b;
  const double climb[] = {0.0, -0.1, 0, 1000, 0.0, 0.1, 2000, 2000};
  build_track(&a, SL_ALT_W84, climb, 2);
  square(&b, 0.0, 0.0, 1000.0);
  b.object.as.volume.band.as.w84.lower.mm = 900000;
  b.object.as.volume.band.as.w84.upper.mm = 940000;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR); /* 955 to 1,045 m over it */
  b.object.as.volume.band.as.w84.upper.mm = 960000;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
  b.object.as.volume.window.end.ns = 1470 * SL_NS_PER_S;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR); /* it enters at 1,477.5 s */
  a.object.as.trajectory.along.ns = 8 * SL_NS_PER_S;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
}

static void hovering(void **state) {
  (void)state;
  built a, b;
  const double hover[] = {46.0, 7.0, 50, 1500, 46.0, 7.0, 50, 1500, 46.0, 7.0, 50, 1600};
  build_track(&a, SL_ALT_W84, hover, 3);
  square(&b, 46.0, 7.0, 100.0);
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
  square(&b, 46.1, 7.0, 100.0);
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CLEAR);
  build_track(&a, SL_ALT_W84, hover, 1);
  a.object.as.trajectory.along.ns = 1;
  build_track(&b, SL_ALT_W84, hover, 1);
  b.object.as.trajectory.along.ns = 1;
  assert_int_equal(build_judge(&a.object, &b.object, &touch).verdict, SL_CONFLICT);
}

static void cheap_to_keep(void **state) {
  (void)state;
  built a;
  square(&a, 47.0, 8.0, 500.0);
  sl_prepared *p = build_prepared(&a.object);
  assert_true(sl_prepared_size(p) <= 200);
  sl_prepared_free(p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(overlap_by_a_centimetre), cmocka_unit_test(overlap_in_altitude),
      cmocka_unit_test(time_is_half_open),       cmocka_unit_test(inside_and_in_a_hole),
      cmocka_unit_test(around_the_pole),         cmocka_unit_test(circles_are_exact),
      cmocka_unit_test(corridors),               cmocka_unit_test(datum),
      cmocka_unit_test(a_thousand_feet),         cmocka_unit_test(all_three_at_once),
      cmocka_unit_test(along_track),             cmocka_unit_test(track_against_volume),
      cmocka_unit_test(hovering),                cmocka_unit_test(cheap_to_keep),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
