/* Areas against closed forms, against GeographicLib's figures, and against each other. */
#include "test.h"

#include <math.h>

#include "geo/area.h"
#include "geo/displace.h"
#include "geo/ellipsoid.h"

#define DEG(x) ((int64_t)((x) * 1e9))

static sl_shape circle(double lat, double lon, double radius_m) {
  return (sl_shape){.kind = SL_SHAPE_CIRCLE,
                    .as.circle = {{DEG(lat), DEG(lon)}, {(int64_t)(radius_m * 1e3)}}};
}

static sl_shape polygon(const sl_ring *ring) {
  static const bool hole[1] = {false};
  return (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {ring, hole, 1, SL_EDGE_GEODESIC}};
}

static void near_to(double found, double expected, double by) {
  if (!(fabs(found - expected) <= by)) fail_msg("%.6f is not %.6f", found, expected);
}

/* An octant of the ellipsoid, whose area is known in closed form. */
static void an_octant(void **state) {
  (void)state;
  const sl_pos corner[3] = {{0, 0}, {0, DEG(90)}, {DEG(90), 0}};
  const sl_ring ring = {corner, 3};
  const sl_shape shape = polygon(&ring);
  const double e = sqrt(SL_WGS84_E2);
  const double whole = 2 * SL_PI * SL_WGS84_A * SL_WGS84_A +
                       SL_PI * SL_WGS84_B * SL_WGS84_B / e * log((1 + e) / (1 - e));
  near_to(sl_shape_area(&shape), whole / 8, 2.0);
}

/* Planimeter of geographiclib-tools on the same vertices; either winding. */
static void known_polygons(void **state) {
  (void)state;
  static const struct { sl_pos corner[4]; double area; } cases[] = {
      {{{DEG(47), DEG(8)}, {DEG(47), DEG(8.6)}, {DEG(47.5), DEG(8.6)}, {DEG(47.5), DEG(8)}}, 2524795024},
      {{{DEG(-1), DEG(179.9)}, {DEG(-1), DEG(-179.9)}, {DEG(1), DEG(-179.9)}, {DEG(1), DEG(179.9)}}, 4923390589},
      {{{DEG(89.8), DEG(0)}, {DEG(89.8), DEG(90)}, {DEG(89.8), DEG(180)}, {DEG(89.8), DEG(-90)}}, 998045550}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sl_pos turned[4];
    for (size_t k = 0; k < 4; k++) turned[k] = cases[i].corner[3 - k];
    const sl_ring ring = {cases[i].corner, 4}, other = {turned, 4};
    const sl_shape shape = polygon(&ring), back = polygon(&other);
    near_to(sl_shape_area(&shape), cases[i].area, 2.0);
    near_to(sl_shape_area(&back), cases[i].area, 2.0);
  }
}

/* A polygon of many vertices on a circle has nearly its area, and never more; the limit
 * of the standard lies between two circles a metre apart in radius. */
static void circles(void **state) {
  (void)state;
  static const double latitudes[] = {0, 47, -65, 90};
  enum { CORNERS = 2000 };
  static sl_pos corner[CORNERS];
  for (size_t i = 0; i < sizeof latitudes / sizeof *latitudes; i++) {
    const sl_shape shape = circle(latitudes[i], 8, 28000);
    for (size_t k = 0; k < CORNERS; k++) {
      corner[k] = sl_pos_displace(shape.as.circle.centre, 360.0 * (double)k / CORNERS, shape.as.circle.radius);
    }
    const sl_ring ring = {corner, CORNERS};
    const sl_shape inscribed = polygon(&ring);
    /* sin x / x of the polygon's half angle */
    const double angle = 2 * SL_PI / CORNERS;
    const double expected = sl_shape_area(&inscribed) * angle / sin(angle);
    near_to(sl_shape_area(&shape) / expected, 1.0, 4e-8);
    assert_true(sl_shape_area(&shape) >= sl_shape_area(&inscribed));
    const sl_shape under = circle(latitudes[i], 8, 28209.0), over = circle(latitudes[i], 8, 28210.0);
    assert_true(sl_shape_area_within(&under, 2500e6));
    assert_false(sl_shape_area_within(&over, 2500e6));
  }
}

/* The quick answer never differs from the exact one. */
static void the_quick_answer(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("geo/area/the_quick_answer", 11);
  size_t within = 0;
  for (int round = 0; round < 3000; round++) {
    sl_pos corner[6];
    const sl_pos middle = {sl_rng_between(&rng, DEG(-89), DEG(89)), sl_rng_between(&rng, DEG(-180), DEG(180))};
    const int64_t reach = sl_rng_between(&rng, 1000, 60000000);
    for (int k = 0; k < 6; k++) {
      corner[k] = sl_pos_displace(middle, 60.0 * k, (sl_len){sl_rng_between(&rng, reach / 2, reach)});
    }
    const sl_ring ring = {corner, 6};
    const sl_shape shape = polygon(&ring);
    const bool exact = sl_shape_area(&shape) <= 2500e6;
    assert_int_equal(sl_shape_area_within(&shape, 2500e6), exact);
    within += exact;
  }
  assert_true(within > 1000 && within < 2900);
}

/* Several outer rings add up; holes are not taken off. */
static void rings_add_up(void **state) {
  (void)state;
  const sl_pos corner[] = {{DEG(47), DEG(8)},     {DEG(47), DEG(8.6)},   {DEG(47.5), DEG(8.6)}, {DEG(47.5), DEG(8)},
                           {DEG(47.1), DEG(8.1)}, {DEG(47.1), DEG(8.2)}, {DEG(47.2), DEG(8.1)}};
  const sl_ring ring[] = {{corner, 4}, {corner + 4, 3}};
  const bool hole[] = {false, true}, apart[] = {false, false};
  sl_shape shape = {.kind = SL_SHAPE_POLYGON, .as.polygon = {ring, hole, 2, SL_EDGE_GEODESIC}};
  near_to(sl_shape_area(&shape), 2524795024, 2.0);
  shape.as.polygon.hole = apart;
  assert_true(sl_shape_area(&shape) > 2524.8e6 + 30e6);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(an_octant), cmocka_unit_test(known_polygons),
                                     cmocka_unit_test(circles), cmocka_unit_test(the_quick_answer),
                                     cmocka_unit_test(rings_add_up)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
