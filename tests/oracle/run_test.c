/* Places along pieces against PROJ. A place that is aside by a millimetre is a
 * conflict missed by a millimetre. */
#include <geodesic.h>

#include "oracle/pair.h"
#include "test.h"

static sl_vec place_of(double latitude, double longitude) {
  return sl_ellipsoid_place((sl_pos){llround(latitude * 1e9), llround(longitude * 1e9)});
}

static void places_along_pieces(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("pieces", 21);
  struct geod_geodesic g;
  geod_init(&g, SL_WGS84_A, SL_WGS84_F);
  double worst = 0.0;
  for (int i = 0; i < 100000; i++) {
    double la = asin(2.0 * sl_rng_unit(&rng) - 1.0) * (180.0 / SL_PI), lo = 360.0 * sl_rng_unit(&rng) - 180.0;
    double length = 100000.0 * sl_rng_unit(&rng), share = sl_rng_unit(&rng), lb, ob, lx, ox;
    struct geod_geodesicline line;
    geod_directline(&line, &g, la, lo, 360.0 * sl_rng_unit(&rng), length, 0);
    geod_position(&line, length, &lb, &ob, NULL);
    geod_position(&line, length * share, &lx, &ox, NULL);
    sl_vec at = sl_piece_place(place_of(la, lo), place_of(lb, ob), share);
    sl_ellipsoid_degrees(&la, &lo, at); /* down to the ellipsoid */
    sl_vec off = sl_vec_sub(place_of(la, lo), place_of(lx, ox));
    /* Positions are rounded to 0.1 mm; edges bend as in a frame of half their length. */
    double bound = sl_piece_place_error(length) + sl_frame_bend(length, length) + 3e-4;
    double apart = sqrt(sl_vec_dot(off, off));
    worst = fmax(worst, apart / bound);
    assert_true(apart <= bound);
  }
  printf("pieces: %.2f of the bound at worst\n", worst);
}

static void runs_of_one_piece(void **state) {
  (void)state;
  sl_vec a = place_of(10.0, 20.0), b = place_of(10.01, 20.01);
  sl_run run;
  sl_run_between(&run, a, b, 0.5);
  assert_int_equal(run.points, 2);
  assert_int_equal(run.edges, 1);
  sl_vec middle = sl_vec_sub(run.middle, a);
  assert_true(fabs(sqrt(sl_vec_dot(middle, middle)) - run.reach) < 1e-6);
  assert_true(run.piece >= 2.0 * run.reach);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(places_along_pieces), cmocka_unit_test(runs_of_one_piece)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
