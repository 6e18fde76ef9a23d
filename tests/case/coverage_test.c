/* Coverage (L3): what boxes hold, alone and together, at every edge, over the antimeridian and the
 * week's end; and bounds that grow by no less than the minima reach. */
#include "test.h"

#include <math.h>

#include "case/agreement.h"

#define DEG SL_ND_PER_DEG
#define DRONE (1u << SL_CLASS_DRONE)

static sl_granule bounds(int64_t south, int64_t west, int64_t north, int64_t east) {
  sl_granule of = {.south_west = {south * DEG, west * DEG}, .north_east = {north * DEG, east * DEG},
                   .window = {{1000 * SL_NS_PER_S}, {2000 * SL_NS_PER_S}}};
  of.band.ref = SL_ALT_W84;
  of.band.as.w84.lower.mm = 100000;
  of.band.as.w84.upper.mm = 200000;
  return of;
}

static sl_coverage box(int64_t south, int64_t west, int64_t north, int64_t east) {
  sl_coverage coverage = {.count = 1};
  coverage.box[0] = sl_cover_everything();
  coverage.box[0].south_west = (sl_pos){south * DEG, west * DEG};
  coverage.box[0].north_east = (sl_pos){north * DEG, east * DEG};
  return coverage;
}

#define HOLDS(coverage, of) assert_true(sl_coverage_holds(&(coverage), &(of), DRONE))
#define LACKS(coverage, of) assert_false(sl_coverage_holds(&(coverage), &(of), DRONE))

static void edges_in_space(void **unused) {
  (void)unused;
  sl_coverage coverage = box(45, 5, 48, 11);
  sl_granule of = bounds(45, 5, 48, 11);
  HOLDS(coverage, of);
  for (int edge = 0; edge < 4; edge++) {
    sl_granule out = of;
    if (edge == 0) out.south_west.lat_nd--;
    if (edge == 1) out.south_west.lon_nd--;
    if (edge == 2) out.north_east.lat_nd++;
    if (edge == 3) out.north_east.lon_nd++;
    LACKS(coverage, out);
  }
  coverage.count = 0;
  LACKS(coverage, of);
}

static void boxes_hold_together(void **unused) {
  (void)unused;
  sl_coverage coverage = box(45, 5, 48, 8);
  coverage.box[1] = box(45, 8, 48, 11).box[0];
  coverage.count = 2;
  sl_granule across = bounds(46, 7, 47, 9), second = bounds(46, 8, 47, 9);
  HOLDS(coverage, across);
  HOLDS(coverage, second);
  coverage.box[1].south_west.lon_nd++; /* a nanodegree between them */
  LACKS(coverage, across);
  coverage.box[1].south_west.lon_nd -= 2;
  HOLDS(coverage, across);
  coverage.box[0].upper.mm = 150000; /* one below, both beside each other above */
  LACKS(coverage, across);
  coverage.box[2] = box(45, 4, 47, 9).box[0];
  coverage.box[2].lower.mm = 150000;
  coverage.count = 3;
  HOLDS(coverage, across);
  coverage.box[2].lower.mm = 150001;
  LACKS(coverage, across);
  coverage.box[2].lower.mm = 150000;
  coverage.box[2].classes = DRONE;
  HOLDS(coverage, across);
  assert_false(sl_coverage_holds(&coverage, &across, DRONE | 1u << SL_CLASS_CREWED));
}

static void hours_hold_together(void **unused) {
  (void)unused;
  sl_coverage coverage = box(0, 0, 10, 10);
  coverage.box[0].hours = true;
  coverage.box[0].open = 0;
  coverage.box[0].shut = 5000;
  coverage.box[1] = coverage.box[0];
  coverage.box[1].open = 5000;
  coverage.box[1].shut = 0; /* to the week's end */
  sl_granule of = bounds(1, 1, 2, 2);
  of.window.end.ns = of.window.start.ns + 30 * 24 * SL_NS_PER_H;
  LACKS(coverage, of);
  coverage.count = 2;
  HOLDS(coverage, of);
  coverage.box[1].open = 5001;
  LACKS(coverage, of);
}

/* Drawn boxes on a small grid over the antimeridian, against every cell of the bounds. */
static void as_every_cell(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("cells", 81);
  int together = 0, lacking = 0;
  for (int round = 0; round < 20000; round++) {
    sl_coverage coverage = {.count = (uint32_t)sl_rng_between(&rng, 1, 8)};
    int64_t at[9][6];
    for (uint32_t i = 0; i <= coverage.count; i++) {
      for (int d = 0; d < 6; d += 2) {
        at[i][d] = sl_rng_between(&rng, 0, 2);
        at[i][d + 1] = at[i][d] + (i < coverage.count ? sl_rng_between(&rng, 2, 4) : sl_rng_between(&rng, 1, 3));
      }
      if (i == coverage.count) continue;
      coverage.box[i] = box(at[i][0], at[i][2] + 178, at[i][1], at[i][3] + 178).box[0];
      if (coverage.box[i].south_west.lon_nd > 180 * DEG) coverage.box[i].south_west.lon_nd -= 360 * DEG;
      if (coverage.box[i].north_east.lon_nd > 180 * DEG) coverage.box[i].north_east.lon_nd -= 360 * DEG;
      coverage.box[i].lower.mm = at[i][4] * 1000;
      coverage.box[i].upper.mm = at[i][5] * 1000;
    }
    const int64_t *own = at[coverage.count];
    sl_granule of = bounds(own[0], own[2] + 178, own[1], own[3] + 178);
    if (of.south_west.lon_nd > 180 * DEG) of.south_west.lon_nd -= 360 * DEG;
    if (of.north_east.lon_nd > 180 * DEG) of.north_east.lon_nd -= 360 * DEG;
    of.band.as.w84.lower.mm = own[4] * 1000;
    of.band.as.w84.upper.mm = own[5] * 1000;
    bool all = true, one = false;
    for (int64_t x = own[0]; x < own[1]; x++)
      for (int64_t y = own[2]; y < own[3]; y++)
        for (int64_t z = own[4]; z < own[5]; z++) {
          bool in = false;
          for (uint32_t i = 0; i < coverage.count; i++)
            in |= at[i][0] <= x && x < at[i][1] && at[i][2] <= y && y < at[i][3] && at[i][4] <= z && z < at[i][5];
          all &= in;
        }
    for (uint32_t i = 0; i < coverage.count; i++)
      one |= at[i][0] <= own[0] && own[1] <= at[i][1] && at[i][2] <= own[2] && own[3] <= at[i][3] && at[i][4] <= own[4] && own[5] <= at[i][5];
    assert_int_equal(sl_coverage_holds(&coverage, &of, DRONE), all);
    together += all && !one;
    lacking += !all;
  }
  printf("cells: %d held together, %d not held\n", together, lacking);
  assert_true(together > 500 && lacking > 5000);
}

static void over_the_antimeridian(void **unused) {
  (void)unused;
  sl_coverage fiji = box(-20, 175, -15, -178);
  sl_granule in = bounds(-18, 179, -17, -179), west = bounds(-18, 176, -17, 177), east = bounds(-18, -179, -17, -178);
  sl_granule out = bounds(-18, 179, -17, -177), round = bounds(-18, -179, -17, 176);
  HOLDS(fiji, in);
  HOLDS(fiji, west);
  HOLDS(fiji, east);
  LACKS(fiji, out);
  LACKS(fiji, round);
  sl_coverage all = box(-90, -180, 90, 180);
  HOLDS(all, round);
  sl_granule whole = bounds(-18, -180, -17, 180);
  HOLDS(all, whole);
  LACKS(fiji, whole);
}

static void altitudes_in_their_reference(void **unused) {
  (void)unused;
  sl_coverage coverage = box(0, 0, 10, 10);
  coverage.box[0].lower.mm = 100000;
  coverage.box[0].upper.mm = 200000;
  coverage.box[0].upper_baro.ft = 5000;
  sl_granule of = bounds(1, 1, 2, 2);
  HOLDS(coverage, of);
  of.band.as.w84.upper.mm++;
  LACKS(coverage, of);
  of.band.ref = SL_ALT_BARO;
  of.band.as.baro.lower.ft = 0;
  of.band.as.baro.upper.ft = 5000;
  HOLDS(coverage, of);
  of.band.as.baro.upper.ft = 5001;
  LACKS(coverage, of);
  of.band.ref = SL_ALT_COLUMN;
  LACKS(coverage, of);
  coverage = box(0, 0, 10, 10);
  HOLDS(coverage, of);
  of.band.ref = (sl_alt_ref)0;
  LACKS(coverage, of);
}

static void classes_are_all_needed(void **unused) {
  (void)unused;
  sl_coverage coverage = box(0, 0, 10, 10);
  coverage.box[0].classes = DRONE;
  sl_granule of = bounds(1, 1, 2, 2);
  HOLDS(coverage, of);
  assert_false(sl_coverage_holds(&coverage, &of, DRONE | 1u << SL_CLASS_CREWED));
  assert_false(sl_coverage_holds(&coverage, &of, 0));
}

/* Monday 2026-03-02 00:00:00 UTC. */
#define MONDAY (INT64_C(1772409600) * SL_NS_PER_S)
#define AT(day, hour) (MONDAY + ((day) * 24 + (hour)) * SL_NS_PER_H)

static bool open_for(uint16_t open, uint16_t shut, int64_t start, int64_t end) {
  sl_coverage coverage = box(0, 0, 10, 10);
  coverage.box[0].hours = true;
  coverage.box[0].open = open;
  coverage.box[0].shut = shut;
  sl_granule of = bounds(1, 1, 2, 2);
  of.window = (sl_window){{start}, {end}};
  return sl_coverage_holds(&coverage, &of, DRONE);
}

static void weekly_hours(void **unused) {
  (void)unused;
  assert_true(open_for(6 * 60, 18 * 60, AT(0, 6), AT(0, 18)));
  assert_false(open_for(6 * 60, 18 * 60, AT(0, 6) - 1, AT(0, 18)));
  assert_false(open_for(6 * 60, 18 * 60, AT(0, 6), AT(0, 18) + 1));
  assert_false(open_for(6 * 60, 18 * 60, AT(1, 6), AT(1, 18)));
  assert_true(open_for(6 * 60, 18 * 60, AT(7, 6), AT(7, 18)));
  /* From Sunday 22:00 to Monday 04:00, over the week's end. */
  assert_true(open_for(10080 - 120, 240, AT(6, 22), AT(7, 4)));
  assert_true(open_for(10080 - 120, 240, AT(0, 1), AT(0, 4)));
  assert_false(open_for(10080 - 120, 240, AT(0, 4) - 1, AT(0, 4) + 1));
  assert_false(open_for(10080 - 120, 240, AT(6, 22) - 1, AT(7, 1)));
  /* The whole week, and longer than one. */
  assert_true(open_for(0, 10080, AT(0, 5), AT(30, 5)));
  assert_true(open_for(600, 600, AT(0, 5), AT(30, 5)));
  assert_false(open_for(0, 10079, AT(0, 5), AT(30, 5)));
}

static void malformed_is_doubt(void **unused) {
  (void)unused;
  sl_coverage coverage = box(0, 0, 10, 10);
  sl_granule of = bounds(2, 1, 1, 2);
  LACKS(coverage, of);
  of = bounds(1, 1, 2, 2);
  of.window.end = of.window.start;
  LACKS(coverage, of);
  of = bounds(1, 1, 2, 200);
  LACKS(coverage, of);
  of = bounds(1, 1, 2, 2);
  sl_granule none;
  memset(&none, 0, sizeof none);
  LACKS(coverage, none);
  sl_coverage cleared;
  memset(&cleared, 0, sizeof cleared);
  LACKS(cleared, of);
  cleared.count = 1;
  LACKS(cleared, of);
  assert_int_equal(sl_coverage_check(&cleared, NULL), SL_ERR_RANGE);
  cleared.count = SL_COVER_BOXES_MAX + 1;
  LACKS(cleared, of);
  assert_int_equal(sl_coverage_check(&cleared, NULL), SL_ERR_CAP);
}

static void a_bad_box_is_named(void **unused) {
  (void)unused;
  sl_coverage coverage = box(0, 0, 10, 10);
  coverage.count = 3;
  coverage.box[1] = coverage.box[2] = coverage.box[0];
  uint32_t index = 9;
  assert_int_equal(sl_coverage_check(&coverage, &index), SL_OK);
  assert_int_equal(index, 9);
  coverage.box[2].lower.mm = coverage.box[2].upper.mm + 1;
  assert_int_equal(sl_coverage_check(&coverage, &index), SL_ERR_ORDER);
  assert_int_equal(index, 2);
  coverage.box[2] = coverage.box[0];
  coverage.box[2].hours = true;
  coverage.box[2].open = SL_WEEK_MINUTES;
  assert_int_equal(sl_coverage_check(&coverage, NULL), SL_ERR_RANGE);
}

/* Great-circle distance on the sphere of the equatorial radius, in metres: on it a
 * point is no nearer than on the ellipsoid by more than 0.7%, which is allowed for. */
static double sphere(double lat1, double lon1, double lat2, double lon2) {
  double r = acos(-1) / 180;
  double h = pow(sin((lat2 - lat1) * r / 2), 2) + cos(lat1 * r) * cos(lat2 * r) * pow(sin((lon2 - lon1) * r / 2), 2);
  return 2 * 6378137.0 * asin(sqrt(h > 1 ? 1 : h));
}

/* No point within the lateral minimum of a corner is outside the grown bounds. */
static void grown_bounds_miss_nothing(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("coverage/grow", 3);
  unsigned inside = 0;
  for (int i = 0; i < 100000; i++) {
    sl_granule of = bounds(0, 0, 0, 0);
    of.south_west.lat_nd = of.north_east.lat_nd = sl_rng_between(&rng, -90 * DEG, 90 * DEG);
    of.south_west.lon_nd = of.north_east.lon_nd = sl_rng_between(&rng, -180 * DEG, 180 * DEG);
    sl_minima minima = {.lateral = {sl_rng_between(&rng, 0, 200000000)}};
    double lat = (double)of.south_west.lat_nd / 1e9 + (sl_rng_unit(&rng) - 0.5) * 4;
    double lon = (double)of.south_west.lon_nd / 1e9 + (sl_rng_unit(&rng) - 0.5) * (sl_rng_between(&rng, 0, 4) ? 6 : 360);
    if (lat > 90 || lat < -90) continue;
    double distance = sphere((double)of.south_west.lat_nd / 1e9, (double)of.south_west.lon_nd / 1e9, lat, lon);
    if (distance * 1000 >= (double)minima.lateral.mm * 0.993) continue;
    inside++;
    sl_granule grown = sl_granule_grow(&of, &minima, (sl_dur){0});
    sl_granule point = grown;
    lon = lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
    point.south_west = point.north_east = (sl_pos){(int64_t)(lat * 1e9), (int64_t)(lon * 1e9)};
    sl_coverage coverage = box(0, 0, 0, 0);
    coverage.box[0].south_west = grown.south_west;
    coverage.box[0].north_east = grown.north_east;
    HOLDS(coverage, point);
  }
  assert_true(inside > 5000);
}

static void grown_in_altitude_and_time(void **unused) {
  (void)unused;
  sl_granule of = bounds(1, 1, 2, 2);
  sl_minima minima = {.vertical_w84 = {300}, .vertical_ft = 1000, .grow = {5 * SL_NS_PER_S}};
  sl_granule grown = sl_granule_grow(&of, &minima, (sl_dur){SL_NS_PER_S});
  assert_int_equal(grown.band.as.w84.lower.mm, 99700);
  assert_int_equal(grown.band.as.w84.upper.mm, 200300);
  assert_int_equal(grown.window.start.ns, 994 * SL_NS_PER_S);
  assert_int_equal(grown.window.end.ns, 2006 * SL_NS_PER_S);
  of.band.ref = SL_ALT_BARO;
  of.band.as.baro.lower.ft = SL_ALT_BARO_MIN_FT + 10;
  of.band.as.baro.upper.ft = 3000;
  grown = sl_granule_grow(&of, &minima, (sl_dur){0});
  assert_int_equal(grown.band.as.baro.lower.ft, SL_ALT_BARO_MIN_FT);
  assert_int_equal(grown.band.as.baro.upper.ft, 4000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(edges_in_space),
    cmocka_unit_test(boxes_hold_together), cmocka_unit_test(hours_hold_together),
    cmocka_unit_test(as_every_cell),
    cmocka_unit_test(over_the_antimeridian),
    cmocka_unit_test(altitudes_in_their_reference),
    cmocka_unit_test(classes_are_all_needed),
    cmocka_unit_test(weekly_hours),
    cmocka_unit_test(malformed_is_doubt),
    cmocka_unit_test(a_bad_box_is_named),
    cmocka_unit_test(grown_bounds_miss_nothing),
    cmocka_unit_test(grown_in_altitude_and_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
