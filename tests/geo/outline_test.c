/* The points that long edges are cut by, against PROJ. */
#include "geo/outline.h"

#include <geodesic.h>

#include "test.h"

static double aside(const struct geod_geodesic *g, sl_pos a, sl_pos b, sl_vec place) {
  double latitude, longitude, whole, azimuth, part, other;
  sl_ellipsoid_degrees(&latitude, &longitude, place);
  geod_inverse(g, (double)a.lat_nd * 1e-9, (double)a.lon_nd * 1e-9, (double)b.lat_nd * 1e-9, (double)b.lon_nd * 1e-9, &whole, &azimuth, NULL);
  geod_inverse(g, (double)a.lat_nd * 1e-9, (double)a.lon_nd * 1e-9, latitude, longitude, &part, &other, NULL);
  assert_true(part > 0.0 && part < whole);
  return part * fabs(sin((other - azimuth) * (SL_PI / 180.0)));
}

/* Triangles anywhere, edges of all lengths: what a ring is cut by lies on the geodesic,
 * no piece is longer than asked for, and the box holds it. */
static void cuts_lie_on_the_geodesic(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("cuts", 6);
  struct geod_geodesic g;
  geod_init(&g, SL_WGS84_A, SL_WGS84_F);
  double worst = 0.0;
  for (int i = 0; i < 20000; i++) {
    sl_pos ring[3] = {{sl_rng_between(&rng, -89900000000, 89900000000), sl_rng_between(&rng, -180000000000, 180000000000)}};
    double size = 3e4 + 4e5 * sl_rng_unit(&rng), turn = 360.0 * sl_rng_unit(&rng);
    for (int v = 1; v < 3; v++) {
      double latitude, longitude;
      geod_direct(&g, (double)ring[0].lat_nd * 1e-9, (double)ring[0].lon_nd * 1e-9, turn + 50.0 * v, size, &latitude, &longitude, NULL);
      ring[v] = (sl_pos){llround(latitude * 1e9), llround(longitude * 1e9)};
    }
    const sl_course course = {ring, sizeof *ring, 3, true};
    sl_outline o;
    assert_int_equal(sl_outline_init(&o, &course, 1, SL_EDGE_GEODESIC, SL_PIECE_SHAPE_M), SL_OK);
    for (uint32_t p = 0; p < o.count; p++) {
      const uint32_t from = o.vertex[p], to = (from + 1) % 3;
      const sl_vec next = o.place[(p + 1) % o.count];
      double latitude, longitude;
      assert_true(sl_ellipsoid_distance(o.place[p], next) <= SL_PIECE_SHAPE_M * 1.001);
      sl_ellipsoid_degrees(&latitude, &longitude, o.place[p]);
      assert_true(latitude * 1e9 >= (double)o.south - 0.01 && latitude * 1e9 <= (double)o.north + 0.01);
      double east = longitude * 1e9;
      while (east < (double)o.west - 0.01) east += 360e9;
      while (east > (double)o.west + 360e9 - 0.01) east -= 360e9;
      assert_true(o.turned || (east >= (double)o.west - 0.01 && east <= (double)o.east + 0.01));
      if (p == 0 || o.vertex[p - 1] != from) continue;
      const double off = aside(&g, ring[from], ring[to], o.place[p]);
      worst = fmax(worst, off);
      assert_true(off <= o.slack + 1e-4); /* longer ones by PROJ, rounded to nanodegrees */
    }
    sl_outline_fini(&o);
  }
  printf("cuts: at most %.3f mm aside\n", worst * 1e3);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(cuts_lie_on_the_geodesic)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
