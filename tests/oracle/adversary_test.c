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
  finish("needles", &t, 100);
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
  finish("poles", &t, 80);
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
  finish("crumbs", &t, 100);
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
  finish("holes", &t, 60);
  free(a);
  free(b);
}

/* An edge of cells of place, or of time, and as near to it as can be. */
static int64_t by_edge(sl_rng *rng, int64_t at, unsigned low, unsigned high) {
  int64_t unit = INT64_C(1) << sl_rng_between(rng, low, high);
  return at / unit * unit + sl_rng_between(rng, -2, 2) * unit + sl_rng_between(rng, -1, 1) * (sl_rng_between(rng, 0, 3) == 0);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) { return value < low ? low : value > high ? high : value; }

/* A box of parallels and meridians, a circle or a flight whose bounds and times are
 * where cells end. `about`: latitude and longitude, `when`: a time near to all. */
static bool draw_by_edges(built *b, sl_rng *rng, sl_pos about, int64_t when) {
  build_volume(b);
  sl_volume *v = &b->object.as.volume;
  int64_t lat[2], lon[2], start = clamp(by_edge(rng, when, 31, 45), 0, SL_TIME_MAX_NS - 2);
  for (int k = 0; k < 2; k++) {
    lat[k] = clamp(by_edge(rng, about.lat_nd, 8, 27), -90 * SL_ND_PER_DEG, 90 * SL_ND_PER_DEG);
    lon[k] = by_edge(rng, about.lon_nd + 180 * SL_ND_PER_DEG, 8, 29) - 180 * SL_ND_PER_DEG;
    lon[k] = lon[k] > 180 * SL_ND_PER_DEG ? lon[k] - 360 * SL_ND_PER_DEG : lon[k] < -180 * SL_ND_PER_DEG ? lon[k] + 360 * SL_ND_PER_DEG : lon[k];
  }
  int64_t lasts = sl_rng_between(rng, 0, 1) ? 1 : (INT64_C(1) << sl_rng_between(rng, 0, 50)) + sl_rng_between(rng, -1, 1);
  v->window = (sl_window){{start}, {clamp(start + (lasts > 0 ? lasts : 1), start + 1, SL_TIME_MAX_NS - 1)}};
  v->band.ref = (sl_alt_ref)sl_rng_between(rng, 1, 3);
  if (v->band.ref == SL_ALT_W84) {
    v->band.as.w84.lower.mm = sl_rng_between(rng, 0, 3) * 1024 + (sl_rng_between(rng, 0, 4) == 0 ? 16384000 : 0);
    v->band.as.w84.upper.mm = v->band.as.w84.lower.mm + sl_rng_between(rng, 0, 2) * 1024;
  } else if (v->band.ref == SL_ALT_BARO) {
    v->band.as.baro.lower.ft = (int32_t)sl_rng_between(rng, 0, 4) * 16;
    v->band.as.baro.upper.ft = v->band.as.baro.lower.ft + (int32_t)sl_rng_between(rng, 0, 2) * 16;
  }
  int64_t kind = sl_rng_between(rng, 0, 3);
  const sl_pos corner[4] = {{lat[0], lon[0]}, {lat[0], lon[1]}, {lat[1], lon[1]}, {lat[1], lon[0]}};
  memcpy(b->pos, corner, sizeof corner);
  if (kind < 2) {
    polygon(b, 4);
    b->object.as.volume.shape.as.polygon.edge = kind ? SL_EDGE_PARALLEL : SL_EDGE_GEODESIC;
  } else if (kind == 2) {
    v->shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {corner[0], {INT64_C(1) << sl_rng_between(rng, 0, 22)}}};
  } else {
    sl_trajectory t = {.fix = b->fix, .count = 2, .ref = SL_ALT_W84, .lateral = {1000}, .along = {sl_rng_between(rng, 0, 2) * SL_NS_PER_S}};
    for (uint32_t i = 0; i < 2; i++) {
      b->fix[i].pos = corner[2 * i];
      b->fix[i].alt.w84.mm = sl_rng_between(rng, 0, 3) * 1024;
      b->fix[i].time.ns = i ? v->window.end.ns : start;
    }
    b->object = (sl_object){.kind = SL_OBJECT_TRAJECTORY, .as.trajectory = t};
  }
  return sl_object_check(&b->object, NULL) == SL_OK;
}

#define CROWD 90

typedef struct told { uint8_t pair[CROWD][CROWD], near[CROWD]; } told;

static bool note_pair(void *context, size_t a, size_t b, const sl_finding *finding) {
  told *t = context;
  assert_true(a < b && finding->verdict != SL_CLEAR);
  t->pair[a][b]++;
  return true;
}

static bool note_near(void *context, const sl_entry *entry) {
  told *t = context;
  t->near[entry->id]++;
  return true;
}

/* Bounds by the edges of cells, at poles, the antimeridian, where rows widen, at the
 * first and last of times: the joint judgement and the index miss nothing that
 * judging every pair by itself does not clear. */
static void edges_of_cells(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("edges of cells", 4006);
  static const int64_t lats[] = {0, 45000000000, 69295188945, 79817932597, -84929103317, 89997527207, 90000000000, -90000000000, 47000000000};
  static const int64_t lons[] = {0, 180000000000, -180000000000, 8000000000, 179999999999};
  static built crowd[CROWD];
  long pairs = 0;
  for (int round = 0; round < 90; round++) {
    sl_pos about = {lats[round % 9], lons[round / 9 % 5]};
    int64_t when = round % 3 ? INT64_C(1) << sl_rng_between(&rng, 40, 62) : round % 2 ? 0 : SL_TIME_MAX_NS - 1;
    sl_prepared *object[CROWD];
    for (int i = 0; i < CROWD; i++) {
      while (!draw_by_edges(&crowd[i], &rng, about, when)) continue;
      object[i] = build_prepared(&crowd[i].object);
    }
    sl_minima m = {.lateral = {0}};
    if (round % 2) m = (sl_minima){.lateral = {INT64_C(1) << sl_rng_between(&rng, 0, 29)}, .vertical_w84 = {1024}, .vertical_ft = 16,
                                   .grow = {(INT64_C(1) << sl_rng_between(&rng, 0, 42)) + sl_rng_between(&rng, -1, 0)}};
    if (round % 4 == 3) m.baro_bounded = true, m.baro_low.mm = -1024, m.baro_high.mm = 2048;
    static told t;
    memset(&t, 0, sizeof t);
    sl_index *index;
    assert_int_equal(sl_index_new(&index, CROWD), SL_OK);
    assert_int_equal(sl_judge_all((const sl_prepared *const *)object, NULL, CROWD, &m, false, 1, note_pair, &t), SL_OK);
    for (uint64_t i = 0; i < CROWD; i++) assert_int_equal(sl_index_insert(index, (sl_entry){i, object[i]}), SL_OK);
    for (int i = 0; i < CROWD; i++) {
      memset(t.near, 0, sizeof t.near);
      assert_int_equal(sl_index_query(index, object[i], &m, note_near, &t), SL_OK);
      for (int k = 0; k < CROWD; k++) {
        sl_finding f;
        assert_int_equal(sl_judge(&f, object[i], object[k], &m, true), SL_OK);
        bool clear = f.verdict == SL_CLEAR;
        if (!clear && t.near[k] != 1) print_error("round %d: the index misses %d for %d\n", round, k, i);
        assert_true(clear || t.near[k] == 1);
        if (i < k && t.pair[i][k] != !clear) print_error("round %d: %d and %d told %d times, verdict %d\n", round, i, k, t.pair[i][k], f.verdict);
        if (i < k) assert_int_equal(t.pair[i][k], !clear);
        pairs += i < k && !clear;
      }
    }
    sl_index_free(index);
    for (int i = 0; i < CROWD; i++) sl_prepared_free(object[i]);
  }
  printf("edges of cells: %ld pairs not clear\n", pairs);
  assert_true(pairs > 5000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(needles), cmocka_unit_test(shared), cmocka_unit_test(poles),
      cmocka_unit_test(crumbs),  cmocka_unit_test(holes),
      cmocka_unit_test(edges_of_cells),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
