/* The two bounds on which every error in docs/judgement.md rests, against PROJ:
 * lengths on the frame's sphere, and how far geodesics run from great circles. */
#include "geo/frame.h"

#include <geodesic.h>

#include "test.h"

static sl_pos rounded(double latitude, double longitude) {
  return (sl_pos){llround(latitude * 1e9), llround(longitude * 1e9)};
}

static double degrees(int64_t nanodegrees) { return (double)nanodegrees * 1e-9; }

static sl_plane plane_of(const sl_frame *frame, sl_pos pos) {
  return sl_frame_plane(frame, sl_vec_sub(sl_ellipsoid_place(pos), frame->origin));
}

static void bounds_hold(void **state) {
  (void)state;
  const double reach[] = {10e3, 40e3, 100e3, 300e3, 1000e3};
  sl_rng rng = sl_rng_start("frame", 8);
  struct geod_geodesic g;
  geod_init(&g, SL_WGS84_A, SL_WGS84_F);
  for (size_t k = 0; k < sizeof reach / sizeof *reach; k++) {
    double scale = 0.0, bend = 0.0;
    for (int i = 0; i < 20000; i++) {
      double latitude = asin(2.0 * sl_rng_unit(&rng) - 1.0) * (180.0 / SL_PI), longitude = 360.0 * sl_rng_unit(&rng) - 180.0;
      sl_vec deep = sl_vec_scale(sl_ellipsoid_place(rounded(latitude, longitude)), 1.0 - 0.5 * pow(reach[k] / 6.4e6, 2.0) * sl_rng_unit(&rng));
      sl_frame frame = sl_frame_at(deep);
      sl_ellipsoid_degrees(&latitude, &longitude, frame.origin);
      double la, oa, lb, ob, lm, om, s, azimuth;
      geod_direct(&g, latitude, longitude, 360.0 * sl_rng_unit(&rng), reach[k] * sqrt(sl_rng_unit(&rng)), &la, &oa, NULL);
      geod_direct(&g, latitude, longitude, 360.0 * sl_rng_unit(&rng), reach[k] * sqrt(sl_rng_unit(&rng)), &lb, &ob, NULL);
      sl_pos a = rounded(la, oa), b = rounded(lb, ob);
      geod_inverse(&g, degrees(a.lat_nd), degrees(a.lon_nd), degrees(b.lat_nd), degrees(b.lon_nd), &s, &azimuth, NULL);
      sl_plane pa = plane_of(&frame, a), pb = plane_of(&frame, b);
      double off = fabs(sl_frame_distance(&frame, pa, pb) - s);
      assert_true(off <= s * sl_frame_scale_error(reach[k]) + 5e-8);
      scale = fmax(scale, (off - 5e-8) / (s * sl_frame_scale_error(reach[k])));
      geod_direct(&g, degrees(a.lat_nd), degrees(a.lon_nd), azimuth, s / 2.0, &lm, &om, NULL);
      double aside = sl_frame_distance_arc(&frame, plane_of(&frame, rounded(lm, om)), pa, pb);
      assert_true(aside <= sl_frame_bend(reach[k], s) + 2e-4); /* the middle was rounded to 0.1 mm */
      bend = fmax(bend, (aside - 2e-4) / sl_frame_bend(reach[k], s));
    }
    printf("frame: within %.0f km lengths err by %.2f, edges bend by %.2f of the bound\n", reach[k] / 1e3, scale, bend);
    assert_true(scale > 0.3 || reach[k] < 50e3); /* and the bound is not idle */
  }
}

static void equidistant_is_equidistant(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("equidistant", 9);
  sl_frame frame = sl_frame_at(sl_ellipsoid_place((sl_pos){48000000000, 11000000000}));
  for (int i = 0; i < 10000; i++) {
    double r = pow(10.0, 6.3 * sl_rng_unit(&rng)), turn = 6.28 * sl_rng_unit(&rng);
    sl_plane p = {r * cos(turn), r * sin(turn)}, q = sl_frame_equidistant(&frame, p);
    double expected = sl_frame_distance(&frame, (sl_plane){0.0, 0.0}, p);
    assert_true(fabs(hypot(q.u, q.v) - expected) < 1e-9 * expected + 1e-9);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_hold), cmocka_unit_test(equidistant_is_equidistant)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
