/* Polar coordinates about a position, there and back, against PROJ. */
#include "format/hub.h"

#include <geodesic.h>

#include "test.h"

static double degrees(int64_t nd) { return (double)nd * 1e-9; }

static void positions_are_where_geodesics_end(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("hub", 8);
  struct geod_geodesic g;
  geod_init(&g, SL_WGS84_A, SL_WGS84_F);
  for (int i = 0; i < 100000; i++) {
    const sl_pos at = {sl_rng_between(&rng, -90000000000, 90000000000), sl_rng_between(&rng, -180000000000, 180000000000)};
    const double metres = SL_HUB_FAR_M * sl_rng_unit(&rng), bearing = 2 * SL_PI * sl_rng_unit(&rng);
    const sl_hub hub = sl_hub_at(at);
    const sl_pos pos = sl_hub_position(&hub, metres, sin(bearing), cos(bearing));
    assert_in_range(pos.lat_nd + 90000000000, 0, 180000000000);
    assert_in_range(pos.lon_nd + 180000000000, 0, 360000000000);
    double truth, azimuth, latitude, longitude, off;
    geod_inverse(&g, degrees(at.lat_nd), degrees(at.lon_nd), degrees(pos.lat_nd), degrees(pos.lon_nd), &truth, &azimuth, NULL);
    const double bound = sl_frame_scale_error(metres) * metres + 2e-4;   /* and two roundings to nanodegrees */
    assert_true(fabs(truth - metres) <= bound);
    geod_direct(&g, degrees(at.lat_nd), degrees(at.lon_nd), bearing * (180 / SL_PI), metres, &latitude, &longitude, NULL);
    geod_inverse(&g, latitude, longitude, degrees(pos.lat_nd), degrees(pos.lon_nd), &off, NULL, NULL);
    assert_true(off <= bound + 0.02 * (metres / SL_HUB_NEAR_M) * (metres / SL_HUB_NEAR_M) * (metres / SL_HUB_NEAR_M));
    double back, turned;
    sl_hub_polar(&back, &turned, &hub, pos);
    assert_true(fabs(back - metres) <= 2 * bound);
    if (metres > 1000 && metres < SL_HUB_NEAR_M) assert_true(fabs(sin((turned - bearing) / 2)) * metres < 1e-3);
  }
}

/* Far ones, and the poles, by PROJ and by no series. */
static void far_and_polar(void **state) {
  (void)state;
  const sl_hub hub = sl_hub_at((sl_pos){47000000000, 8000000000}), pole = sl_hub_at((sl_pos){90000000000, 0});
  double metres, bearing;
  sl_hub_polar(&metres, &bearing, &hub, (sl_pos){-47000000000, -172000000000});
  assert_true(metres > 19e6);
  sl_hub_polar(&metres, &bearing, &hub, hub.at);
  assert_true(metres < 1e-6);
  const sl_pos beside = sl_hub_position(&pole, 1000, 1, 0);
  assert_true(beside.lat_nd > 89990000000 && beside.lat_nd < 90000000000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(positions_are_where_geodesics_end), cmocka_unit_test(far_and_polar)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
