/* Places and distances against PROJ, anywhere and at every range. */
#include "geo/ellipsoid.h"

#include <geodesic.h>

#include "test.h"

static sl_pos rounded(double latitude, double longitude) {
  return (sl_pos){llround(latitude * 1e9), llround(longitude * 1e9)};
}

static void distances(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("distances", 3);
  struct geod_geodesic g;
  geod_init(&g, SL_WGS84_A, SL_WGS84_F);
  double worst = 0.0;
  for (int i = 0; i < 200000; i++) {
    double s = pow(10.0, 7.2 * sl_rng_unit(&rng)), la = asin(2.0 * sl_rng_unit(&rng) - 1.0) * (180.0 / SL_PI), lb, ob, truth;
    if (i % 20 == 0) la = 90.0;
    if (i % 20 == 1) la = 1e-6;
    geod_direct(&g, la, 0.0, 360.0 * sl_rng_unit(&rng), s, &lb, &ob, NULL);
    sl_pos a = rounded(la, 0.0), b = rounded(lb, ob);
    geod_inverse(&g, (double)a.lat_nd * 1e-9, (double)a.lon_nd * 1e-9, (double)b.lat_nd * 1e-9, (double)b.lon_nd * 1e-9,
                 &truth, NULL, NULL);
    double off = fabs(sl_ellipsoid_distance(sl_ellipsoid_place(a), sl_ellipsoid_place(b)) - truth);
    worst = fmax(worst, off / sl_ellipsoid_distance_error(truth));
    assert_true(off <= sl_ellipsoid_distance_error(truth));
  }
  printf("distances: %.2f of the bound at worst\n", worst);
}

static void locators(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("locators", 4);
  for (int i = 0; i < 100000; i++) {
    sl_pos at = {sl_rng_between(&rng, -90000000000, 90000000000), sl_rng_between(&rng, -180000000000, 180000000000)}, pos = at;
    int64_t reach = i % 2 ? 1000000000 : 3000000000;
    pos.lat_nd += sl_rng_between(&rng, -reach, reach);
    pos.lon_nd += sl_rng_between(&rng, -reach, reach);
    sl_locator locator = sl_locator_at(at);
    sl_vec d = sl_vec_sub(sl_locator_place(&locator, pos), sl_ellipsoid_place(pos));
    if (sl_vec_dot(d, d) > 1e-16) print_error("%g m\n", sqrt(sl_vec_dot(d, d)));
    assert_true(sl_vec_dot(d, d) < 1e-16); /* 10 nm */
  }
}

static void there_and_back(void **state) {
  (void)state;
  const sl_pos places[] = {{0, 0}, {90000000000, 0}, {-90000000000, 0}, {0, 180000000000}, {47123456789, -122000000001}, {1, -1}};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    double latitude, longitude;
    sl_ellipsoid_degrees(&latitude, &longitude, sl_ellipsoid_place(places[i]));
    assert_true(fabs(latitude * 1e9 - (double)places[i].lat_nd) < 0.5);
    double off = fabs(longitude * 1e9 - (double)places[i].lon_nd); /* 180 and -180 are one meridian */
    if (llabs(places[i].lat_nd) != 90000000000) assert_true(fmin(off, fabs(off - 360e9)) < 0.5);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(distances), cmocka_unit_test(locators), cmocka_unit_test(there_and_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
