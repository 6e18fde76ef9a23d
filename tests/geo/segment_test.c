/* The array kernel against the closed form in double, pair by pair: what conflicts
 * is near, and what is apart by twice the margins is not. */
#include "geo/segment.h"

#include <math.h>
#include <stdbool.h>

#include "test.h"

#define COUNT 4000

static float draw(sl_rng *rng, double reach) { return (float)((2.0 * sl_rng_unit(rng) - 1.0) * reach); }

static sl_segment draw_segment(sl_rng *rng, double reach, double speed) {
  sl_segment s = {draw(rng, reach), draw(rng, reach), draw(rng, 1000.0), draw(rng, speed), draw(rng, speed), draw(rng, 20.0), 0, 0};
  if (sl_rng_between(rng, 0, 3) == 0) s.vz = 0.0f;
  if (sl_rng_between(rng, 0, 9) == 0) s.vx = s.vy = 0.0f;
  s.start = draw(rng, 500.0);
  s.end = s.start + (float)(1000.0 * sl_rng_unit(rng));
  return s;
}

/* Least of both excesses over the limits at one instant; <= 0 is a conflict. By the
 * roots: the interval of altitude, then the distance at the foot. */
static bool conflict(const sl_segment *a, const sl_segment *b, double lateral, double vertical) {
  double from = fmax((double)a->start, (double)b->start), to = fmin((double)a->end, (double)b->end);
  if (from > to) return false;
  double r[3] = {(double)a->x - (double)b->x + (double)a->vx * (from - (double)a->start) - (double)b->vx * (from - (double)b->start),
                 (double)a->y - (double)b->y + (double)a->vy * (from - (double)a->start) - (double)b->vy * (from - (double)b->start),
                 (double)a->z - (double)b->z + (double)a->vz * (from - (double)a->start) - (double)b->vz * (from - (double)b->start)};
  double v[3] = {(double)a->vx - (double)b->vx, (double)a->vy - (double)b->vy, (double)a->vz - (double)b->vz};
  double low = 0.0, high = to - from;
  if (v[2] == 0.0) {
    if (fabs(r[2]) > vertical) return false;
  } else {
    double t0 = (-vertical - r[2]) / v[2], t1 = (vertical - r[2]) / v[2];
    low = fmax(low, fmin(t0, t1));
    high = fmin(high, fmax(t0, t1));
  }
  if (low > high) return false;
  double v2 = v[0] * v[0] + v[1] * v[1], t = v2 > 0.0 ? -(r[0] * v[0] + r[1] * v[1]) / v2 : low;
  t = fmin(fmax(t, low), high);
  return hypot(r[0] + v[0] * t, r[1] + v[1] * t) <= lateral;
}

static void against_the_closed_form(void **state) {
  (void)state;
  static float column[8][COUNT];
  static uint8_t near[COUNT];
  sl_rng rng = sl_rng_start("segments", 77);
  long conflicts = 0, wide = 0;
  for (int round = 0; round < 200; round++) {
    double reach = pow(10.0, 2.0 + 3.0 * sl_rng_unit(&rng)), speed = 5.0 + 300.0 * sl_rng_unit(&rng);
    float lateral = (float)(reach * 0.6 * sl_rng_unit(&rng)), vertical = (float)(500.0 * sl_rng_unit(&rng));
    sl_segment own = draw_segment(&rng, reach, speed), other[COUNT];
    size_t count = (size_t)sl_rng_between(&rng, 0, COUNT);
    for (size_t k = 0; k < count; k++) {
      sl_segment s = other[k] = draw_segment(&rng, reach, speed);
      const float value[8] = {s.x, s.y, s.z, s.vx, s.vy, s.vz, s.start, s.end};
      for (int i = 0; i < 8; i++) column[i][k] = value[i];
    }
    sl_segments all = {column[0], column[1], column[2], column[3], column[4], column[5], column[6], column[7], count};
    sl_segments_near(near, &all, &own, lateral, vertical);
    for (size_t k = 0; k < count; k++) {
      bool is = conflict(&other[k], &own, (double)lateral, (double)vertical);
      conflicts += is;
      wide += near[k] && !is;
      assert_true(near[k] == 1 || !is);
      if (near[k])
        assert_true(conflict(&other[k], &own, (double)lateral + 2.0 * (double)SL_SEGMENT_LATERAL_MARGIN_M,
                             (double)vertical + 2.0 * (double)SL_SEGMENT_VERTICAL_MARGIN_M));
    }
  }
  printf("segments: %ld conflicts, %ld near besides\n", conflicts, wide);
  assert_true(conflicts > 1000);
}

/* As far, as fast and as late as the header allows. */
static sl_segment draw_extreme(sl_rng *rng) {
  const double reach = (double)SL_SEGMENT_REACH_M, late = (double)SL_SEGMENT_TIME_S;
  double lasts = pow(10.0, -2.0 + 5.9 * sl_rng_unit(rng)), speed = fmin(700.0, reach / lasts);
  sl_segment s = {draw(rng, reach), draw(rng, reach), draw(rng, sl_rng_between(rng, 0, 1) ? reach : 15000.0), draw(rng, speed),
                  draw(rng, speed), draw(rng, fmin(100.0, speed)), 0, 0};
  s.start = draw(rng, late);
  s.end = (float)fmin((double)s.start + lasts, late);
  return s;
}

/* Limits at which a pair conflicts by a millionth of a metre, first in one direction,
 * then in the other: single precision must not lose it. */
static void grazing(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("grazing segments", 1711);
  long pairs = 0;
  for (long i = 0; i < 300000; i++) {
    sl_segment a = draw_extreme(&rng), b = draw_extreme(&rng);
    if (sl_rng_between(&rng, 0, 2)) { /* close by, and nearly along */
      b = a;
      b.x += draw(&rng, 30.0), b.y += draw(&rng, 30.0), b.z += draw(&rng, 30.0);
      b.vx += draw(&rng, 0.01), b.vy += draw(&rng, 0.01), b.vz = sl_rng_between(&rng, 0, 1) ? a.vz : a.vz + draw(&rng, 1e-4);
    }
    double vertical = 300.0 * sl_rng_unit(&rng), low = 0.0, high = 400000.0;
    if (!conflict(&a, &b, high, vertical)) { /* the other way: as high as it must be */
      for (low = vertical, vertical = 270000.0; vertical - low > 1e-6;) {
        double middle = 0.5 * (low + vertical);
        if (conflict(&a, &b, high, middle)) vertical = middle;
        else low = middle;
      }
      if (!conflict(&a, &b, high, vertical)) continue;
      low = 0.0;
    }
    while (high - low > 1e-6) {
      double middle = 0.5 * (low + high);
      if (conflict(&a, &b, middle, vertical)) high = middle;
      else low = middle;
    }
    enum { LANES = 17 };   /* of the widest registers and one by itself */
    uint8_t near[LANES] = {0};
    float column[8][LANES];
    const float value[8] = {a.x, a.y, a.z, a.vx, a.vy, a.vz, a.start, a.end};
    for (int k = 0; k < 8 * LANES; k++) column[k / LANES][k % LANES] = value[k / LANES];
    sl_segments all = {column[0], column[1], column[2], column[3], column[4], column[5], column[6], column[7], LANES};
    sl_segments_near(near, &all, &b, (float)high, (float)vertical);
    pairs++;
    for (int k = 0; k < LANES; k++) {
      if (!near[k]) print_error("lost at %.6f m, %.6f m of altitude\n", high, vertical);
      assert_int_equal(near[k], 1);
    }
  }
  assert_true(pairs > 100000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(against_the_closed_form), cmocka_unit_test(grazing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
