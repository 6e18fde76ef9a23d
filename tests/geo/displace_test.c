/* Geodesic steps: there and back, known places, and every latitude. */
#include "test.h"

#include <math.h>

#include "geo/displace.h"

#define DEG SL_ND_PER_DEG

static void known_places(void **unused) {
  (void)unused;
  /* A degree of the equator is 111,319.4908 m; 10,001,965.729 m from equator to pole. */
  sl_pos east = sl_pos_displace((sl_pos){0, 0}, 90, (sl_len){111319491});
  assert_true(llabs(east.lon_nd - DEG) < 3 && east.lat_nd == 0);
  sl_pos pole = sl_pos_displace((sl_pos){0, 0}, 0, (sl_len){10001965729});
  assert_true(llabs(pole.lat_nd - 90 * DEG) < 10);
  sl_pos over = sl_pos_displace((sl_pos){0, 180 * DEG}, 90, (sl_len){1000000});
  assert_true(over.lon_nd < 0 && over.lon_nd > -180 * DEG);
  sl_pos still = sl_pos_displace((sl_pos){46 * DEG, 8 * DEG}, 33, (sl_len){0});
  assert_true(still.lat_nd == 46 * DEG && still.lon_nd == 8 * DEG);
}

static void the_course_leads_there(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("displace/course", 7);
  for (int i = 0; i < 20000; i++) {
    sl_pos from = {sl_rng_between(&rng, -89 * DEG, 89 * DEG), sl_rng_between(&rng, -180 * DEG, 180 * DEG)};
    double azimuth = sl_rng_unit(&rng) * 360 - 180;
    sl_len distance = {sl_rng_between(&rng, 100000, 500000000)};
    sl_pos to = sl_pos_displace(from, azimuth, distance);
    assert_true(to.lat_nd >= -90 * DEG && to.lat_nd <= 90 * DEG && to.lon_nd >= -180 * DEG && to.lon_nd <= 180 * DEG);
    double off = fabs(remainder(sl_pos_course(from, to) - azimuth, 360));
    assert_true(off * (double)distance.mm < 30); /* 0.5 mm across, in degrees times mm */
  }
}

static void no_course_to_the_same_place(void **unused) {
  (void)unused;
  sl_pos here = {46 * DEG, 8 * DEG}, near = {46 * DEG - 5000, 8 * DEG};
  assert_true(sl_pos_course(here, here) == 0.0);
  assert_true(sl_pos_course(here, near) == 0.0);
  near.lat_nd -= 10000;
  assert_true(fabs(sl_pos_course(here, near)) == 180.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(known_places),
    cmocka_unit_test(the_course_leads_there),
    cmocka_unit_test(no_course_to_the_same_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
