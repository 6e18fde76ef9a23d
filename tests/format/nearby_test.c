#include "format/nearby.h"

#include <geodesic.h>

#include "test.h"

/* Beside every earlier position, by PROJ's geodesic. */
static void as_by_looking_at_all(void **state) {
  (void)state;
  enum { COUNT = 400 };
  static sl_pos pos[COUNT];
  struct geod_geodesic wgs84;
  geod_init(&wgs84, 6378137, 1 / 298.257223563);
  sl_rng rng = sl_rng_start("nearby", 43);
  static const int64_t lats[] = {0, 36, -54, 70, 89, 90, -90};
  for (size_t place = 0; place < sizeof lats / sizeof *lats; place++) {
    sl_nearby *nearby;
    int found = 0;
    assert_int_equal(sl_nearby_open(&nearby), SL_OK);
    int64_t lon = place % 2 ? 180 : 43;
    for (uint32_t i = 0; i < COUNT; i++) {
      int64_t wide = lats[place] == 89 ? 400000000 : 30000000;
      pos[i].lat_nd = lats[place] * SL_ND_PER_DEG + sl_rng_between(&rng, -7000000, 7000000);
      pos[i].lon_nd = llabs(lats[place]) == 90 ? sl_rng_between(&rng, -180 * SL_ND_PER_DEG, 180 * SL_ND_PER_DEG) : lon * SL_ND_PER_DEG + sl_rng_between(&rng, -wide, wide);
      if (pos[i].lat_nd > 90 * SL_ND_PER_DEG) pos[i].lat_nd = 180 * SL_ND_PER_DEG - pos[i].lat_nd;
      if (pos[i].lat_nd < -90 * SL_ND_PER_DEG) pos[i].lat_nd = -180 * SL_ND_PER_DEG - pos[i].lat_nd;
      if (pos[i].lon_nd > 180 * SL_ND_PER_DEG) pos[i].lon_nd -= 360 * SL_ND_PER_DEG;
      uint32_t near = 77, want = 0;
      bool edge = false;
      assert_int_equal(sl_nearby_add(&near, nearby, pos[i], i + 1), SL_OK);
      for (uint32_t j = 0; j < i && !want; j++) {
        double metres;
        geod_inverse(&wgs84, (double)pos[i].lat_nd * 1e-9, (double)pos[i].lon_nd * 1e-9, (double)pos[j].lat_nd * 1e-9, (double)pos[j].lon_nd * 1e-9, &metres, NULL, NULL);
        if (metres <= SL_NEARBY_M) want = j + 1;
        edge = edge || (metres > SL_NEARBY_M - 0.01 && metres < SL_NEARBY_M + 0.01);
      }
      if (!edge && near != want) printf("%lld %lld: %u, not %u\n", (long long)pos[i].lat_nd, (long long)pos[i].lon_nd, near, want);
      assert_true(edge || near == want);
      found += near > 0;
    }
    assert_true(found > 3 && found < COUNT - 3);
    sl_nearby_close(nearby);
  }
  sl_nearby_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_by_looking_at_all)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
