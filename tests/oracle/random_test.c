/* Random pairs of shapes anywhere on Earth against the reference, half of them
 * within a metre of the minimum. SL_PAIRS sets the number (200,000 in all by
 * default is split over the tests; 10 million offline).
 *
 * A pair whose true verdict the reference cannot tell (the minimum lies within its
 * own error, or within the kernel's stated one on the safe side) is counted, and at
 * most 1% may be. */
#include <math.h>

#include "build.h"
#include "reference.h"

#define PI 3.14159265358979323846
#define DEFAULT_PAIRS 140000

static long pairs_wanted(long share) {
  const char *text = getenv("SL_PAIRS");
  long pairs = text ? strtol(text, NULL, 10) : DEFAULT_PAIRS;
  return pairs * share / 100;
}

static double log_between(sl_rng *rng, double low, double high) { return low * pow(high / low, sl_rng_unit(rng)); }

/* Anywhere, with the poles, the antimeridian and the equator more often. */
static sl_pos anywhere(sl_rng *rng) {
  double la = asin(2.0 * sl_rng_unit(rng) - 1.0) * (180.0 / PI), lo = 360.0 * sl_rng_unit(rng) - 180.0;
  switch (sl_rng_between(rng, 0, 9)) {
    case 0: la = 90.0 - 0.01 * sl_rng_unit(rng); break;
    case 1: la = -90.0; break;
    case 2: lo = 180.0 - 0.001 * sl_rng_unit(rng); break;
    case 3: la = 1e-4 * sl_rng_unit(rng); break;
    case 4: la = (sl_rng_unit(rng) < 0.5 ? -1 : 1) * (89.0 + sl_rng_unit(rng)); break;
    default: break;
  }
  return build_pos(la, lo);
}

/* A ring of `count` vertices from `first` on, `inner` to `outer` metres from a place. */
static void draw_ring(built *b, sl_rng *rng, uint32_t ring, uint32_t first, uint32_t count, sl_pos about, double inner,
                      double outer) {
  double turn = 360.0 * sl_rng_unit(rng);
  for (uint32_t i = 0; i < count; i++)
    b->pos[first + i] = ref_direct(about, turn + 360.0 * (i + 0.8 * sl_rng_unit(rng)) / count,
                                   inner + (outer - inner) * sl_rng_unit(rng));
  b->ring[ring] = (sl_ring){b->pos + first, count};
}

/* Edges that run along a parallel: some vertices take the latitude of the one before. */
static void level(built *b, sl_rng *rng, uint32_t first, uint32_t count) {
  for (uint32_t i = 1; i < count; i++)
    if (sl_rng_between(rng, 0, 2)) b->pos[first + i].lat_nd = b->pos[first + i - 1].lat_nd;
}

/* A ring with one or two holes about its middle. */
static uint32_t draw_holed(built *b, sl_rng *rng, sl_pos about, double size) {
  uint32_t count = (uint32_t)sl_rng_between(rng, 3, 9), holes = (uint32_t)sl_rng_between(rng, 1, 2), at = count;
  draw_ring(b, rng, 0, 0, count, about, size * 0.4, size * 0.5);
  for (uint32_t k = 1; k <= holes; k++) {
    sl_pos middle = holes == 1 ? about : ref_direct(about, 180.0 * k + 60.0 * sl_rng_unit(rng), size * 0.15);
    double most = size * (holes == 1 ? 0.3 : 0.12);
    uint32_t more = (uint32_t)sl_rng_between(rng, 3, 8);
    draw_ring(b, rng, k, at, more, middle, most * 0.4, most);
    b->hole[k] = true;
    at += more;
  }
  return 1 + holes;
}

/* Two or three outer rings, apart or over each other, the first or last with a hole. */
static uint32_t draw_multi(built *b, sl_rng *rng, sl_pos about, double size) {
  uint32_t outers = (uint32_t)sl_rng_between(rng, 2, 3), at = 0, ring = 0;
  for (uint32_t k = 0; k < outers; k++) {
    sl_pos middle = ref_direct(about, 120.0 * k + 60.0 * sl_rng_unit(rng), size * (0.1 + 0.2 * sl_rng_unit(rng)));
    uint32_t count = (uint32_t)sl_rng_between(rng, 3, 7);
    draw_ring(b, rng, ring++, at, count, middle, size * 0.15, size * 0.2);
    at += count;
    if (k + 1 < outers || sl_rng_between(rng, 0, 1)) continue;
    count = (uint32_t)sl_rng_between(rng, 3, 5);
    draw_ring(b, rng, ring, at, count, middle, size * 0.02, size * 0.07);
    b->hole[ring++] = true;
    at += count;
  }
  return ring;
}

/* A box of parallels and meridians, half of them with such a box as a hole. */
static uint32_t draw_box(built *b, sl_rng *rng, sl_pos about, double size) {
  double up = size * (0.05 + 0.3 * sl_rng_unit(rng)) * 9e3, aside = size * (0.05 + 0.3 * sl_rng_unit(rng)) * 9e3;
  double lowest = fmax(0.0, fabs((double)about.lat_nd) - up), shrink = cos(lowest * (PI / 180e9));
  aside = fmin(aside / fmax(shrink, 1e-9), 80e9);
  uint32_t rings = (uint32_t)sl_rng_between(rng, 1, 2);
  for (uint32_t k = 0; k < rings; k++) {
    double share = k ? 0.2 + 0.7 * sl_rng_unit(rng) : 1.0;
    for (uint32_t i = 0; i < 4; i++) {
      double east = (i == 1 || i == 2 ? 1 : -1) * aside * share, north = (i >= 2 ? 1 : -1) * up * share;
      b->pos[4 * k + i] = build_pos(fmax(-90.0, fmin(90.0, ((double)about.lat_nd + north) * 1e-9)),
                                    ((double)about.lon_nd + east) * 1e-9);
    }
    b->ring[k] = (sl_ring){b->pos + 4 * k, 4};
    b->hole[k] = k > 0;
  }
  return rings;
}

/* A shape of about `size` metres about a place. */
static void draw_shape(built *b, sl_rng *rng, sl_pos about, double size) {
  build_volume(b);
  sl_shape *shape = &b->object.as.volume.shape;
  int64_t kind = sl_rng_between(rng, 0, 6);
  sl_edge edge = sl_rng_between(rng, 0, 2) ? SL_EDGE_GEODESIC : SL_EDGE_PARALLEL;
  if (kind == 0) {
    *shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {about, {1 + (int64_t)(size * 500.0 * sl_rng_unit(rng))}}};
    return;
  }
  if (kind == 1) {
    uint32_t count = (uint32_t)sl_rng_between(rng, 2, 5);
    for (uint32_t i = 0; i < count; i++)
      b->pos[i] = ref_direct(about, 360.0 * sl_rng_unit(rng), size * 0.4 * sl_rng_unit(rng));
    if (edge == SL_EDGE_PARALLEL) level(b, rng, 0, count);
    int64_t half = 1 + (int64_t)(size * 100.0 * sl_rng_unit(rng));
    *shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {b->pos, count, {half}, edge}};
    return;
  }
  uint32_t rings = 1, count = (uint32_t)sl_rng_between(rng, 3, 9);
  if (kind == 2) draw_ring(b, rng, 0, 0, count, about, size * 0.5, size * 0.5);
  if (kind == 3) draw_ring(b, rng, 0, 0, count, about, size * 0.15, size * 0.5);
  if (kind == 4) rings = draw_holed(b, rng, about, size);
  if (kind == 5) rings = draw_multi(b, rng, about, size);
  if (kind == 6) rings = draw_box(b, rng, about, size);
  if (kind == 6 && sl_rng_between(rng, 0, 3)) edge = SL_EDGE_PARALLEL;
  if (kind < 6 && edge == SL_EDGE_PARALLEL)
    for (uint32_t k = 0; k < rings; k++) level(b, rng, (uint32_t)(b->ring[k].vertex - b->pos), b->ring[k].count);
  *shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b->ring, b->hole, rings, edge}};
}

static bool draw_good_shape(built *b, sl_rng *rng, sl_pos about, double size) {
  for (int i = 0; i < 20; i++) {
    draw_shape(b, rng, about, size);
    if (sl_object_check(&b->object, NULL) == SL_OK) return true;
  }
  return false;
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
  assert_true((t->skipped - 3) * 100 <= t->judged); /* 1%, and chance among a few */
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
