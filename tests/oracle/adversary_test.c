/* Pairs laid out to make judgement miss: against the reference (needles side by side,
 * shared corners and edges, rings about poles, crumbs of a centimetre, crumbs under
 * limits of 2,000 km, what lies in a hole) and against brute force (bounds that begin
 * and end where cells of place and time do, to the nanodegree and nanosecond).
 *
 * A pair whose true verdict the reference cannot tell is counted, and few may be. */
#include <math.h>

#include "draw_shape.h"
#include "reference.h"

static double allowed(double extent) {
  if (extent <= 10e3) return 0.004;
  return extent <= 100e3 ? 0.005 : 0.05 + 2e-6 * extent;
}

typedef struct tally { long judged, near, conflicts, skipped; } tally;

/* Judge under the minimum and see that the reference agrees. */
static void expect(tally *t, const built *a, const built *b, int64_t minimum_mm, double extent) {
  ref_gap truth = ref_shapes(&a->object.as.volume.shape, &b->object.as.volume.shape);
  const sl_minima minima = {.lateral = {minimum_mm}};
  double m = (double)minimum_mm * 1e-3;
  sl_finding f = build_judge(&a->object, &b->object, &minima);
  t->judged++;
  t->near += fabs(truth.distance - m) <= 1.0;
  t->conflicts += f.verdict == SL_CONFLICT;
  bool under = minimum_mm > 0 ? truth.distance + truth.error < m : truth.distance + truth.error <= 0.0;
  bool over = truth.distance - truth.error - allowed(extent) > m;
  if (!under && !over) {
    t->skipped++;
    return;
  }
  if ((f.verdict == SL_CONFLICT) != under)
    print_error("verdict %d, separation %.6f +- %.6f m, minimum %.3f m, extent %.0f m, found %.3f +- %.3f\n", f.verdict,
                truth.distance, truth.error, m, extent, (double)f.lateral.mm * 1e-3, (double)f.error.mm * 1e-3);
  assert_int_equal(f.verdict, under ? SL_CONFLICT : SL_CLEAR);
}

/* Under 0, a limit near what they are apart by, and one drawn from 1 m to `most`. */
static void expect_thrice(tally *t, sl_rng *rng, const built *a, const built *b, double extent, double most) {
  ref_gap truth = ref_shapes(&a->object.as.volume.shape, &b->object.as.volume.shape);
  expect(t, a, b, 0, extent);
  double limit = truth.distance + (2.0 * sl_rng_unit(rng) - 1.0) * (extent > 100e3 ? 4.0 * allowed(extent) : 1.0);
  if (limit > 0.001 && limit < 1990e3) expect(t, a, b, llround(limit * 1e3), extent + limit);
  limit = log_between(rng, 1.0, most);
  expect(t, a, b, llround(limit * 1e3), extent + limit);
}

static void finish(const char *name, const tally *t, long most_skipped) {
  printf("%s: %ld judged, %ld within 1 m, %ld in conflict, %ld too near to tell\n", name, t->judged, t->near, t->conflicts, t->skipped);
  assert_true(t->judged > 500 && t->conflicts * 20 > t->judged && t->conflicts < t->judged);
  assert_true(t->skipped * 1000 <= t->judged * most_skipped);
}

static void polygon(built *b, uint32_t count) {
  b->ring[0] = (sl_ring){b->pos, count};
  b->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b->ring, b->hole, 1, SL_EDGE_GEODESIC}};
}

/* A needle from a place: long, thin, three or four corners. */
static void needle(built *b, sl_pos from, double azimuth, double length, double width, uint32_t corners) {
  build_volume(b);
  b->pos[0] = from;
  b->pos[1] = ref_direct(from, azimuth, length);
  b->pos[2] = ref_direct(b->pos[1], azimuth + 90.0, width);
  b->pos[3] = ref_direct(from, azimuth + 90.0, width);
  polygon(b, corners);
}

/* Nearly along each other, from millimetres to metres apart. */
static void needles(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("needles", 4001);
  tally t = {0};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (int i = 0; i < 2500; i++) {
    double length = log_between(&rng, 10.0, i % 4 ? 20e3 : 400e3), width = log_between(&rng, 0.05, 5.0);
    double azimuth = 360.0 * sl_rng_unit(&rng), aside = log_between(&rng, 0.001, 20.0);
    double lean = (2.0 * sl_rng_unit(&rng) - 1.0) * 180.0 / PI * aside / length * (i % 3);
    sl_pos about = anywhere(&rng);
    needle(a, about, azimuth, length, width, i % 5 ? 4 : 3);
    sl_pos other = ref_direct(ref_direct(about, azimuth, length * (sl_rng_unit(&rng) - 0.3)), azimuth - 90.0, width + aside);
    needle(b, other, azimuth + lean, length * log_between(&rng, 0.01, 1.0), width, i % 7 ? 4 : 3);
    if (sl_object_check(&a->object, NULL) != SL_OK || sl_object_check(&b->object, NULL) != SL_OK) continue;
    expect_thrice(&t, &rng, a, b, 2.0 * length, 100.0);
  }
  finish("needles", &t, 60);
  free(a);
  free(b);
}

/* A corner or an edge shared to the nanodegree, and the same a few nanodegrees apart. */
static void shared(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("shared", 4002);
  tally t = {0};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (int i = 0; i < 2500; i++) {
    double size = log_between(&rng, 1.0, 60e3);
    sl_pos about = anywhere(&rng);
    build_volume(a);
    build_volume(b);
    uint32_t count = (uint32_t)sl_rng_between(&rng, 3, 6);
    draw_ring(a, &rng, 0, 0, count, about, size * 0.3, size * 0.5);
    polygon(a, count);
    sl_pos p = a->pos[0], q = a->pos[1];
    int64_t away = i % 2 ? 0 : sl_rng_between(&rng, -400, 400);
    b->pos[0] = (sl_pos){q.lat_nd + away, q.lon_nd};
    b->pos[1] = i % 3 ? (sl_pos){p.lat_nd + away, p.lon_nd} : ref_direct(q, 360.0 * sl_rng_unit(&rng), size * 0.4);
    b->pos[2] = ref_direct(b->pos[1], 360.0 * sl_rng_unit(&rng), size * 0.4);
    if (llabs(b->pos[0].lat_nd) > 90 * SL_ND_PER_DEG || llabs(b->pos[1].lat_nd) > 90 * SL_ND_PER_DEG) continue;
    polygon(b, 3);
    if (sl_object_check(&a->object, NULL) != SL_OK || sl_object_check(&b->object, NULL) != SL_OK) continue;
    sl_finding f = build_judge(&a->object, &b->object, &(sl_minima){.lateral = {0}});
    if (away == 0) assert_int_equal(f.verdict, SL_CONFLICT);   /* what touches conflicts */
    expect_thrice(&t, &rng, a, b, 1.5 * size, 50.0);
  }
  finish("shared", &t, 400);   /* at no distance the reference cannot tell either */
  free(a);
  free(b);
}

/* Rings about a pole, through it, with a corner on it, against crumbs and each other. */
static void poles(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("poles", 4003);
  tally t = {0};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (int i = 0; i < 2500; i++) {
    double size = log_between(&rng, 1.0, i % 4 ? 9e3 : 300e3);
    sl_pos pole = {(i & 1 ? 90 : -90) * SL_ND_PER_DEG, sl_rng_between(&rng, -180 * SL_ND_PER_DEG, 180 * SL_ND_PER_DEG)};
    built *both[2] = {a, b};
    for (int k = 0; k < 2; k++) {
      built *s = both[k];
      build_volume(s);
      uint32_t count = (uint32_t)sl_rng_between(&rng, 3, 6);
      sl_pos about = sl_rng_between(&rng, 0, 1) ? pole : ref_direct(pole, 360.0 * sl_rng_unit(&rng), size * sl_rng_unit(&rng));
      double own = k ? size * log_between(&rng, 0.001, 1.0) : size;
      draw_ring(s, &rng, 0, 0, count, about, own * 0.2, own * 0.5);
      if (sl_rng_between(&rng, 0, 2) == 0) s->pos[sl_rng_between(&rng, 0, count - 1)] = pole;
      for (uint32_t v = 0; v < count; v++)   /* the same meridian by its other name */
        if (s->pos[v].lon_nd == 180 * SL_ND_PER_DEG && sl_rng_between(&rng, 0, 1)) s->pos[v].lon_nd = -180 * SL_ND_PER_DEG;
      polygon(s, count);
      if (i % 5 == 4 && k) s->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {s->pos[0], {1 + (int64_t)(own * 300.0)}}};
    }
    if (sl_object_check(&a->object, NULL) != SL_OK || sl_object_check(&b->object, NULL) != SL_OK) continue;
    expect_thrice(&t, &rng, a, b, 2.5 * size, size);
  }
  finish("poles", &t, 30);
  free(a);
  free(b);
}

/* Shapes of a centimetre to some metres, side by side or as far apart as limits go. */
static void crumbs(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("crumbs", 4004);
  tally t = {0};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (int i = 0; i < 3000; i++) {
    double size = log_between(&rng, 0.01, 10.0), away = i % 3 ? log_between(&rng, 0.005, 100.0) : log_between(&rng, 1e3, 1950e3);
    sl_pos about = anywhere(&rng), there = ref_direct(about, 360.0 * sl_rng_unit(&rng), away);
    built *both[2] = {a, b};
    for (int k = 0; k < 2; k++) {
      build_volume(both[k]);
      uint32_t count = (uint32_t)sl_rng_between(&rng, 3, 4);
      draw_ring(both[k], &rng, 0, 0, count, k ? there : about, size * 0.5, size);
      polygon(both[k], count);
      if (i % 4 == k) both[k]->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {k ? there : about, {sl_rng_between(&rng, 1, 1000)}}};
    }
    if (sl_object_check(&a->object, NULL) != SL_OK || sl_object_check(&b->object, NULL) != SL_OK) continue;
    expect_thrice(&t, &rng, a, b, 4.0 * size + away, i % 3 ? 100.0 : 1900e3);
  }
  finish("crumbs", &t, 60);
  free(a);
  free(b);
}

/* What lies in a hole, by its edge; and a hole that nearly fills its ring. */
static void holes(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("holes", 4005);
  tally t = {0};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (int i = 0; i < 2500; i++) {
    double size = log_between(&rng, 20.0, i % 4 ? 10e3 : 500e3), rim = log_between(&rng, 0.001, 0.2);
    sl_pos about = anywhere(&rng);
    build_volume(a);
    build_volume(b);
    uint32_t count = (uint32_t)sl_rng_between(&rng, 5, 9), more = (uint32_t)sl_rng_between(&rng, 3, 7);
    draw_ring(a, &rng, 0, 0, count, about, size * 0.5, size * 0.5);
    for (uint32_t v = 0; v < count; v++) a->pos[count + v] = a->pos[v];
    for (uint32_t v = 0; v < count; v++) {   /* the ring again, drawn in */
      a->pos[count + v].lat_nd += (int64_t)((double)(about.lat_nd - a->pos[v].lat_nd) * rim);
      a->pos[count + v].lon_nd += (int64_t)(remainder((double)(about.lon_nd - a->pos[v].lon_nd), 360e9) * rim);
      a->pos[count + v] = build_pos((double)a->pos[count + v].lat_nd * 1e-9, (double)a->pos[count + v].lon_nd * 1e-9);
    }
    a->ring[0] = (sl_ring){a->pos, count};
    a->ring[1] = (sl_ring){a->pos + count, count};
    a->hole[1] = true;
    a->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {a->ring, a->hole, 2, SL_EDGE_GEODESIC}};
    sl_pos there = ref_direct(about, 360.0 * sl_rng_unit(&rng), size * 0.45 * sqrt(sl_rng_unit(&rng)));
    double own = size * log_between(&rng, 0.001, 0.4);
    draw_ring(b, &rng, 0, 0, more, there, own * 0.3, own * 0.5);
    polygon(b, more);
    if (i % 5 == 0) b->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {there, {1 + (int64_t)(own * 400.0)}}};
    if (sl_object_check(&a->object, NULL) != SL_OK || sl_object_check(&b->object, NULL) != SL_OK) continue;
    expect_thrice(&t, &rng, a, b, 1.2 * size, size * 0.1);
  }
  finish("holes", &t, 30);
  free(a);
  free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(needles), cmocka_unit_test(shared), cmocka_unit_test(poles),
      cmocka_unit_test(crumbs),  cmocka_unit_test(holes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
