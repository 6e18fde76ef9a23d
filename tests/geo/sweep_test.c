/* The sweep against comparing every pair, over soups of segments, rings with and
 * without a fault, and combs that no sorting along one axis can take apart. */
#include "geo/sweep.h"

#include <math.h>

#include "geo/rings.h"
#include "test.h"

#define PIECES 20000u

static sl_ring_piece pieces[PIECES];

static void piece(uint32_t i, double au, double av, double bu, double bv) {
  pieces[i] = (sl_ring_piece){.a = {au, av}, .b = {bu, bv}, .order = i};
}

/* How deep the shallower of both cuts into the other; below 0: they do not cross. */
static double depth(const sl_ring_piece *s, const sl_ring_piece *t) {
  double ls = hypot(s->b.u - s->a.u, s->b.v - s->a.v), lt = hypot(t->b.u - t->a.u, t->b.v - t->a.v);
  double s1 = sl_plane_side(s->a, s->b, t->a) / ls, s2 = sl_plane_side(s->a, s->b, t->b) / ls;
  double t1 = sl_plane_side(t->a, t->b, s->a) / lt, t2 = sl_plane_side(t->a, t->b, s->b) / lt;
  if ((s1 > 0.0) == (s2 > 0.0) || (t1 > 0.0) == (t2 > 0.0)) return -1.0;
  return fmin(fmin(fabs(s1), fabs(s2)), fmin(fabs(t1), fabs(t2)));
}

typedef struct seen { uint64_t calls; double deepest; } seen;

static bool look(void *context, const sl_ring_piece *s, const sl_ring_piece *t) {
  seen *out = context;
  out->calls++;
  out->deepest = fmax(out->deepest, depth(s, t));
  return out->deepest <= 1e-3;
}

static seen swept(uint32_t count, double near) {
  seen out = {0, -1.0};
  sl_sweep s = {.piece = pieces, .count = count, .near = near, .beside = look, .context = &out};
  assert_int_equal(sl_sweep_run(&s), SL_OK);
  return out;
}

static double deepest_of_all(uint32_t count) {
  double out = -1.0;
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t j = i + 1; j < count; j++) out = fmax(out, depth(pieces + i, pieces + j));
  return out;
}

/* Short segments anywhere: about half of the soups have a crossing. */
static void soups(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("soups", 71);
  int crossed = 0;
  for (int round = 0; round < 4000; round++) {
    uint32_t count = (uint32_t)sl_rng_between(&rng, 2, 60);
    double long_most = 8000.0 / count * sl_rng_unit(&rng);
    for (uint32_t i = 0; i < count; i++) {
      double u = 1000.0 * sl_rng_unit(&rng), v = 1000.0 * sl_rng_unit(&rng), way = 6.2831853 * sl_rng_unit(&rng);
      if (round % 4 == 0) way = 1.5707963 * (double)sl_rng_between(&rng, 0, 3); /* upright and level */
      if (round % 8 < 4) { u = floor(u / 50.0) * 50.0; v = floor(v / 50.0) * 50.0; }
      double length = 1.0 + long_most * sl_rng_unit(&rng);
      piece(i, u, v, u + length * cos(way), v + length * sin(way));
    }
    bool truth = deepest_of_all(count) > 2e-3, told = swept(count, 4e-6).deepest > 1e-3;
    if (truth) assert_true(told);
    crossed += truth;
  }
  printf("soups: %d of 4,000 with a crossing\n", crossed);
  assert_true(crossed > 400 && crossed < 3600);
}

/* A ring whose radius is drawn, without a fault and then with one vertex moved
 * across it. */
static void rings(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("rings", 72);
  int faults = 0;
  for (int round = 0; round < 300; round++) {
    uint32_t count = (uint32_t)sl_rng_between(&rng, 3, 400);
    sl_plane at[400];
    for (uint32_t i = 0; i < count; i++) {
      double way = 6.283185307 * i / count, r = 1000.0 * (0.3 + 0.7 * sl_rng_unit(&rng));
      at[i] = (sl_plane){r * cos(way), r * sin(way)};
    }
    for (int fault = 0; fault < 2; fault++) {
      if (fault) {
        uint32_t moved = (uint32_t)sl_rng_between(&rng, 0, count - 1);
        at[moved].u *= -0.5;
      }
      for (uint32_t i = 0; i < count; i++) piece(i, at[i].u, at[i].v, at[(i + 1) % count].u, at[(i + 1) % count].v);
      double truth = deepest_of_all(count);
      seen got = swept(count, 2e-6);
      assert_true(got.calls <= 7 * (uint64_t)count);
      if (truth > 2e-3) assert_true(got.deepest > 1e-3);
      if (truth < 1e-9) assert_true(got.deepest < 1e-9);
      faults += truth > 2e-3;
    }
  }
  assert_true(faults > 150);
}

/* Long slanted teeth: each overlaps thousands along either axis. */
static void combs(void **state) {
  (void)state;
  const uint32_t teeth = PIECES / 2;
  for (int turn = 0; turn < 4; turn++) {
    double c = cos(turn * 0.4), s = sin(turn * 0.4);
    for (uint32_t i = 0; i < teeth; i++) {
      double x = 10.0 * i, y = turn == 3 ? 1e6 : 1e5;
      piece(2 * i, c * x, s * x, c * (x + 4.0) - s * y, s * (x + 4.0) + c * y);
      piece(2 * i + 1, c * (x + 4.0) - s * y, s * (x + 4.0) + c * y, c * (x + 10.0), s * (x + 10.0));
    }
    seen got = swept(2 * teeth, 2e-6);
    assert_true(got.calls <= 7 * (uint64_t)PIECES && got.deepest < 1e-9);
    piece(100, c * 500.0, s * 500.0, c * 5000.0 - s * 50.0, s * 5000.0 + c * 50.0);
    assert_true(swept(2 * teeth, 2e-6).deepest > 1e-3);
  }
}

typedef struct under { uint32_t asked, inside, on; } under;

static bool count_below(void *context, uint32_t point, const sl_ring_piece *below, bool on) {
  under *u = context;
  (void)point;
  u->asked++;
  if (on) u->on++;
  else if (below && below->a.u < below->b.u) u->inside++;
  return true;
}

/* Points against a square that is walked anticlockwise. */
static void points(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("points", 73);
  piece(0, 0, 0, 100, 0);
  piece(1, 100, 0, 100, 100);
  piece(2, 100, 100, 0, 100);
  piece(3, 0, 100, 0, 0);
  sl_plane at[1000];
  uint32_t inside = 0, on = 0;
  for (uint32_t i = 0; i < 1000; i++) {
    at[i] = (sl_plane){floor(150.0 * sl_rng_unit(&rng)) - 25.0, floor(150.0 * sl_rng_unit(&rng)) - 25.0};
    bool in = at[i].u > 0 && at[i].u < 100 && at[i].v > 0 && at[i].v < 100;
    bool out = at[i].u < 0 || at[i].u > 100 || at[i].v < 0 || at[i].v > 100;
    inside += in;
    on += !in && !out;
  }
  under u = {0, 0, 0};
  sl_sweep s = {.piece = pieces, .count = 4, .point = at, .points = 1000, .near = 2e-6, .on = 1e-3, .below = count_below, .context = &u};
  assert_int_equal(sl_sweep_run(&s), SL_OK);
  printf("%u asked, %u %u inside, %u %u on\n", u.asked, u.inside, inside, u.on, on);
  assert_true(u.asked == 1000 && u.inside == inside && u.on == on && on > 5);
}

/* A star about a place, as ring `ring`, with its pieces from `first` on. */
static uint32_t star(sl_rng *rng, uint32_t first, uint32_t ring, sl_plane about, double size) {
  uint32_t count = (uint32_t)sl_rng_between(rng, 3, 12);
  sl_plane at[12];
  for (uint32_t i = 0; i < count; i++) {
    double way = 6.283185307 * (i + 0.5 * sl_rng_unit(rng)) / count, r = size * (0.4 + 0.6 * sl_rng_unit(rng));
    at[i] = (sl_plane){about.u + r * cos(way), about.v + r * sin(way)};
  }
  for (uint32_t i = 0; i < count; i++)
    pieces[first + i] = (sl_ring_piece){.a = at[i], .b = at[(i + 1) % count], .ring = ring, .vertex = i, .order = i, .of = count};
  return first + count;
}

static bool even_odd(uint32_t count, sl_plane p) {
  bool in = false;
  for (uint32_t i = 0; i < count; i++) {
    const sl_ring_piece *s = pieces + i;
    if ((s->a.v > p.v) != (s->b.v > p.v) && (sl_plane_side(s->a, s->b, p) > 0.0) == (s->b.v > s->a.v)) in = !in;
  }
  return in;
}

/* Stars with holes that stay inside, reach out, cross each other or lie outside: swept
 * as against every pair and the first vertex of every hole. */
static void holes(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("holes", 74);
  int good = 0, bad = 0;
  for (int round = 0; round < 20000; round++) {
    bool hole[5] = {false, true, true, true, true};
    uint32_t outers = star(&rng, 0, 0, (sl_plane){0, 0}, 1000.0), count = outers, rings = (uint32_t)sl_rng_between(&rng, 1, 4);
    for (uint32_t k = 1; k <= rings; k++) {
      sl_plane about = {900.0 * (sl_rng_unit(&rng) - 0.5), 900.0 * (sl_rng_unit(&rng) - 0.5)};
      count = star(&rng, count, k, about, 200.0 * sl_rng_unit(&rng));
    }
    bool wrong = false;
    for (uint32_t i = 0; i < count; i++) {
      if (i >= outers && pieces[i].order == 0) wrong |= !even_odd(outers, pieces[i].a);
      for (uint32_t j = i + 1; j < count; j++) wrong |= sl_rings_compare(pieces + i, pieces + j, NULL) != SL_OK;
    }
    assert_int_equal(sl_rings_swept(pieces, count, hole, NULL), wrong ? SL_ERR_GEOMETRY : SL_OK);
    good += !wrong;
    bad += wrong;
  }
  printf("holes: %d good, %d not\n", good, bad);
  assert_true(good > 2000 && bad > 2000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(holes), cmocka_unit_test(soups), cmocka_unit_test(rings), cmocka_unit_test(combs), cmocka_unit_test(points)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
