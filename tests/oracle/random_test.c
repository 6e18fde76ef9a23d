/* Random pairs of shapes anywhere on Earth against the reference, half of them
 * within a metre of the minimum. SL_PAIRS sets the number (200,000 in all by
 * default is split over the tests; 10 million offline).
 *
 * A pair whose true verdict the reference cannot tell (the minimum lies within its
 * own error, or within the kernel's stated one on the safe side) is counted, and at
 * most 1% may be. */
#include <math.h>

#include "draw_shape.h"
#include "reference.h"

#define DEFAULT_PAIRS 140000

static long pairs_wanted(long share) {
  const char *text = getenv("SL_PAIRS");
  long pairs = text ? strtol(text, NULL, 10) : DEFAULT_PAIRS;
  return pairs * share / 100;
}

/* The error that issue and docs allow at an extent, m. */
static double allowed(double extent) {
  if (extent <= 10e3) return 0.004;
  return extent <= 100e3 ? 0.005 : 0.05 + 2e-6 * extent;
}

typedef struct tally { long judged, near, conflicts, skipped, holed, several, level; double worst; } tally;

/* What the shapes are made of, for the sums. */
static void count_kinds(tally *t, const sl_shape *shape) {
  const sl_polygon *p = &shape->as.polygon;
  if (shape->kind == SL_SHAPE_CIRCLE) return;
  t->level += (shape->kind == SL_SHAPE_CORRIDOR ? shape->as.corridor.edge : p->edge) == SL_EDGE_PARALLEL;
  if (shape->kind != SL_SHAPE_POLYGON || p->count == 1) return;
  bool holed = false;
  for (uint32_t i = 0; i < p->count; i++) holed |= p->hole[i];
  t->holed += holed;
  t->several += !p->hole[1];
}

static void judge_one(tally *t, const built *a, const built *b, ref_gap truth, int64_t minimum_mm, double extent) {
  const sl_minima minima = {.lateral = {minimum_mm}};
  double m = (double)minimum_mm * 1e-3;
  sl_finding f = build_judge(&a->object, &b->object, &minima);
  t->judged++;
  count_kinds(t, &a->object.as.volume.shape);
  count_kinds(t, &b->object.as.volume.shape);
  if (fabs(truth.distance - m) <= 1.0) t->near++;
  if (f.verdict == SL_CONFLICT) {
    t->conflicts++;
    t->worst = fmax(t->worst, (double)f.error.mm * 1e-3 / (allowed(extent) + 0.001)); /* rounded up to mm */
    if (!((double)f.error.mm * 1e-3 < allowed(extent) + 0.001))
      print_error("error %d mm, separation %.6f m, minimum %.3f m, extent %.0f m\n", (int)f.error.mm, truth.distance, m, extent);
    assert_true((double)f.error.mm * 1e-3 < allowed(extent) + 0.001);
  }
  bool surely_under = minimum_mm > 0 ? truth.distance + truth.error < m : truth.distance + truth.error <= 0.0;
  bool surely_over = truth.distance - truth.error - allowed(extent) > m;
  if (!surely_under && !surely_over) {
    t->skipped++;
    return;
  }
  if ((f.verdict == SL_CONFLICT) != surely_under)
    print_error("verdict %d, separation %.6f +- %.6f m, minimum %.3f m, extent %.0f m, found %.3f +- %.3f\n", f.verdict,
                truth.distance, truth.error, m, extent, (double)f.lateral.mm * 1e-3, (double)f.error.mm * 1e-3);
  assert_int_equal(f.verdict, surely_under ? SL_CONFLICT : SL_CLEAR);
}

static void finish(const char *name, const tally *t) {
  printf("%s: %ld judged, %ld within 1 m, %ld in conflict, %ld too near to tell, error %.0f%% of the allowed; "
         "shapes with holes %ld, of several rings %ld, with parallels %ld\n", name, t->judged, t->near, t->conflicts,
         t->skipped, t->worst * 100.0, t->holed, t->several, t->level);
  assert_true(build_few_skipped(t->skipped, t->judged));
}

/* `apart` to `away`: how far the second is drawn from the first, in sizes; `window`:
 * how near the minimum half of the pairs are, m. */
static void compare(const char *name, long pairs, double small, double large, double apart, double away, double window) {
  sl_rng rng = sl_rng_start(name, UINT64_C(0x51DE11E));
  tally t = {0};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (long i = 0; i < pairs; i++) {
    double size = log_between(&rng, small, large), other = log_between(&rng, small, size);
    sl_pos about = anywhere(&rng), there = ref_direct(about, 360.0 * sl_rng_unit(&rng), size * (apart + (away - apart) * sl_rng_unit(&rng)));
    if (!draw_good_shape(a, &rng, about, size) || !draw_good_shape(b, &rng, there, other)) continue;
    ref_gap truth = ref_shapes(&a->object.as.volume.shape, &b->object.as.volume.shape);
    int64_t minimum = (int64_t)(log_between(&rng, 1.0, 20000.0) * 1e3);
    /* A separation of more than that is no minimum of anybody's. */
    if (i % 2 == 0 && truth.distance < 1900e3) minimum = llround(truth.distance * 1e3 + window * (2000.0 * sl_rng_unit(&rng) - 1000.0));
    if (minimum < 0 || i % 16 == 5) minimum = 0;
    judge_one(&t, a, b, truth, minimum, 2.0 * size + (double)minimum * 1e-3);
  }
  finish(name, &t);
  free(a);
  free(b);
}

static void drones(void **state) {
  (void)state;
  compare("drones", pairs_wanted(50), 1.0, 5000.0, 0.0, 2.0, 1.0);
}

static void airspace(void **state) {
  (void)state;
  compare("airspace", pairs_wanted(40), 1000.0, 40000.0, 0.0, 1.5, 1.0);
}

static void regions(void **state) {
  (void)state;
  compare("regions", pairs_wanted(10), 50000.0, 950000.0, 0.0, 1.5, 500.0); /* the error allowed is metres there */
}

/* Pieces so far apart that they go by the chord, or by PROJ. */
static void far_airspace(void **state) {
  (void)state;
  compare("far_airspace", pairs_wanted(6), 5000.0, 25000.0, 2.0, 4.0, 1.0);
}

static void far_regions(void **state) {
  (void)state;
  compare("far_regions", pairs_wanted(4), 20000.0, 300000.0, 2.0, 5.0, 60.0);
}

/* Circles and corners brought to within a metre of touching. */
static void touching(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("touching", UINT64_C(0x70C4));
  tally t = {0};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (long i = 0; i < pairs_wanted(40); i++) {
    double size = log_between(&rng, 10.0, 8000.0);
    sl_pos about = anywhere(&rng), there = ref_direct(about, 360.0 * sl_rng_unit(&rng), size * (0.2 + sl_rng_unit(&rng)));
    if (!draw_good_shape(a, &rng, about, size)) continue;
    build_volume(b);
    b->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {there, {1}}};
    ref_gap truth = ref_shapes(&a->object.as.volume.shape, &b->object.as.volume.shape);
    if (truth.distance <= 0.0) continue;
    int64_t radius = llround((truth.distance + 2.0 * sl_rng_unit(&rng) - 1.0) * 1e3);
    b->object.as.volume.shape.as.circle.radius.mm = radius > 0 ? radius : 1;
    truth = ref_shapes(&a->object.as.volume.shape, &b->object.as.volume.shape);
    judge_one(&t, a, b, truth, 0, 2.0 * size);
  }
  finish("touching", &t);
  free(a);
  free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(drones),
      cmocka_unit_test(airspace),
      cmocka_unit_test(regions),
      cmocka_unit_test(far_airspace),
      cmocka_unit_test(far_regions),
      cmocka_unit_test(touching),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
