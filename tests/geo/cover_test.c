/* Outlines within outlines: by hand, and against a scaling that says the answer. */
#include "test.h"

#include <math.h>

#include "geo/cover.h"
#include "geo/displace.h"

#define DEG(x) ((int64_t)((x) * 1e9))

static sl_shape circle(sl_pos centre, double radius_m) {
  return (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {centre, {(int64_t)(radius_m * 1e3)}}};
}

static sl_shape polygon(const sl_ring *ring) {
  static const bool hole[1] = {false};
  return (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {ring, hole, 1, SL_EDGE_GEODESIC}};
}

/* A ring of `count` corners at distances[k] * scale from the centre. */
static sl_ring star(sl_pos *corner, uint32_t count, sl_pos centre, const double *distances, double scale, double turn) {
  for (uint32_t k = 0; k < count; k++) {
    corner[k] = sl_pos_displace(centre, turn + 360.0 * k / count, (sl_len){(int64_t)(distances[k] * scale * 1e3)});
  }
  return (sl_ring){corner, count};
}

static const sl_pos places[] = {{DEG(47), DEG(8)}, {DEG(-10), DEG(179.99)}, {DEG(89.99), 0}, {0, 0}};

static void itself(void **state) {
  (void)state;
  static const double distances[] = {3000, 500, 4000, 1000, 2500, 700, 20};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    for (int far = 0; far < 2; far++) {
      sl_pos corner[7], reversed[7], halved[14];
      const double scale = far ? 40.0 : 1.0;
      const sl_ring ring = star(corner, 7, places[i], distances, scale, 10);
      for (uint32_t k = 0; k < 7; k++) {
        reversed[k] = corner[6 - k];
        halved[2 * k] = corner[k];
        const sl_pos next = corner[(k + 1) % 7];
        const double course = sl_pos_course(corner[k], next);
        sl_len half = {far ? 20000 : 10000};
        halved[2 * k + 1] = sl_pos_displace(corner[k], course, half);   /* on the edge, 10 or 20 m along */
      }
      const sl_ring back = {reversed, 7}, more = {halved, 14};
      const sl_shape shape = polygon(&ring), other = polygon(&back), finer = polygon(&more);
      assert_true(sl_shape_covers(&shape, &shape, 1.0));
      assert_true(sl_shape_covers(&shape, &other, 1.0));
      assert_true(sl_shape_covers(&shape, &finer, 1.0));
      assert_true(sl_shape_covers(&finer, &shape, 1.0));
      const sl_shape disc = circle(places[i], 2500 * scale);
      assert_true(sl_shape_covers(&disc, &disc, 1.0));
    }
  }
}

/* The same star smaller is within, larger is not; by 3 m and 1 m of tolerance. */
static void scaled(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("geo/cover/scaled", 5);
  for (int round = 0; round < 600; round++) {
    const sl_pos centre = places[sl_rng_between(&rng, 0, 3)];
    const uint32_t count = (uint32_t)sl_rng_between(&rng, 3, 24);
    double distances[24];
    sl_pos inner[24], outer[24];
    const double size = 50.0 * exp(6.0 * sl_rng_unit(&rng));
    for (uint32_t k = 0; k < count; k++) distances[k] = size * (0.3 + sl_rng_unit(&rng));
    const double turn = 360.0 * sl_rng_unit(&rng);
    const double larger = 1.0 + 40.0 / size;   /* some metres everywhere outside */
    const sl_ring first = star(inner, count, centre, distances, 1.0, turn), second = star(outer, count, centre, distances, larger, turn);
    const sl_shape small = polygon(&first), large = polygon(&second);
    assert_true(sl_shape_covers(&large, &small, 1.0));
    assert_false(sl_shape_covers(&small, &large, 1.0));
  }
}

/* One corner drawn out by more than the tolerance, or an edge bent outward between corners
 * that lie inside. */
static void a_single_corner(void **state) {
  (void)state;
  const sl_pos square[4] = {{DEG(47), DEG(8)}, {DEG(47), DEG(8.02)}, {DEG(47.02), DEG(8.02)}, {DEG(47.02), DEG(8)}};
  const sl_pos notched[5] = {{DEG(47), DEG(8)}, {DEG(47), DEG(8.02)}, {DEG(47.02), DEG(8.02)}, {DEG(47.005), DEG(8.01)}, {DEG(47.02), DEG(8)}};
  sl_pos pulled[4];
  memcpy(pulled, square, sizeof square);
  const sl_ring a = {square, 4}, b = {notched, 5}, c = {pulled, 4};
  const sl_shape whole = polygon(&a), notch = polygon(&b), moved = polygon(&c);
  assert_true(sl_shape_covers(&whole, &notch, 1.0));
  assert_false(sl_shape_covers(&notch, &whole, 1.0));   /* corners on it, an edge across the notch */
  pulled[0].lat_nd -= 8000;                             /* 0.9 m */
  assert_true(sl_shape_covers(&whole, &moved, 1.0));
  pulled[0].lat_nd -= 2000;                             /* 1.1 m */
  assert_false(sl_shape_covers(&whole, &moved, 1.0));
}

static void circles(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const sl_pos centre = places[i], aside = sl_pos_displace(centre, 33, (sl_len){1000000});
    const sl_shape large = circle(centre, 3000);
    const sl_shape fits = circle(aside, 2000.5), over = circle(aside, 2001.5);
    assert_true(sl_shape_covers(&large, &fits, 1.0));
    assert_false(sl_shape_covers(&large, &over, 1.0));
    enum { CORNERS = 720 };
    static sl_pos corner[CORNERS];
    static double distances[CORNERS];
    for (int k = 0; k < CORNERS; k++) distances[k] = 3000.0;
    const sl_ring ring = star(corner, CORNERS, centre, distances, 1.0, 0);
    const sl_shape round = polygon(&ring);                 /* inscribed, 0.03 m inside */
    assert_true(sl_shape_covers(&large, &round, 0.001));
    assert_true(sl_shape_covers(&round, &large, 1.0));
    assert_false(sl_shape_covers(&round, &large, 0.01));
    assert_true(sl_shape_covers(&round, &fits, 1.0));
    assert_false(sl_shape_covers(&round, &over, 1.0));
    const sl_shape outside = circle(sl_pos_displace(centre, 0, (sl_len){4000000}), 10);
    assert_false(sl_shape_covers(&round, &outside, 1.0));
    const sl_shape antipode = circle((sl_pos){-centre.lat_nd, centre.lon_nd > 0 ? centre.lon_nd - DEG(180) : centre.lon_nd + DEG(180)}, 10);
    assert_false(sl_shape_covers(&round, &antipode, 1.0));
    assert_false(sl_shape_covers(&large, &antipode, 1.0));
  }
}

/* Apart, touching, crossing, and around. */
static void not_within(void **state) {
  (void)state;
  const sl_pos a[4] = {{DEG(47), DEG(8)}, {DEG(47), DEG(8.02)}, {DEG(47.02), DEG(8.02)}, {DEG(47.02), DEG(8)}};
  const sl_pos others[][4] = {
      {{DEG(47), DEG(8.02)}, {DEG(47), DEG(8.04)}, {DEG(47.02), DEG(8.04)}, {DEG(47.02), DEG(8.02)}},
      {{DEG(47.01), DEG(8.01)}, {DEG(47.01), DEG(8.03)}, {DEG(47.015), DEG(8.03)}, {DEG(47.015), DEG(8.01)}},
      {{DEG(46), DEG(7)}, {DEG(46), DEG(9)}, {DEG(48), DEG(9)}, {DEG(48), DEG(7)}},
      {{DEG(-47), DEG(-172)}, {DEG(-47), DEG(-171.98)}, {DEG(-47.02), DEG(-171.98)}, {DEG(-47.02), DEG(-172)}}};
  const sl_ring ring = {a, 4};
  const sl_shape shape = polygon(&ring);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    const sl_ring other = {others[i], 4};
    const sl_shape inner = polygon(&other);
    assert_false(sl_shape_covers(&shape, &inner, 1.0));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(itself), cmocka_unit_test(scaled),
                                     cmocka_unit_test(a_single_corner), cmocka_unit_test(circles),
                                     cmocka_unit_test(not_within)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
