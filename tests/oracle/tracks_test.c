/* Random trajectories against each other and against volumes, by a second route:
 * positions by PROJ, the least distance by branch and bound on its square (whose
 * second derivative is bounded by the speeds), altitudes by linear interpolation. */
#include <math.h>

#include "build.h"
#include "reference.h"

#define PI 3.14159265358979323846
#define DEFAULT_PAIRS 30000

static long pairs_wanted(long share) {
  const char *text = getenv("SL_PAIRS");
  long pairs = text ? strtol(text, NULL, 10) : DEFAULT_PAIRS;
  return pairs * share / 100;
}

static double log_between(sl_rng *rng, double low, double high) { return low * pow(high / low, sl_rng_unit(rng)); }

static sl_pos anywhere(sl_rng *rng) {
  double la = asin(2.0 * sl_rng_unit(rng) - 1.0) * (180.0 / PI), lo = 360.0 * sl_rng_unit(rng) - 180.0;
  int64_t kind = sl_rng_between(rng, 0, 5);
  if (kind == 0) la = 90.0 - 0.1 * sl_rng_unit(rng);
  if (kind == 1) lo = 180.0 - 0.01 * sl_rng_unit(rng);
  return build_pos(la, lo);
}

/* A track of `count` fixes that wanders within `size` metres of a place, for `lasts` seconds. */
static void draw_track(built *b, sl_rng *rng, sl_pos about, double size, double lasts, uint32_t count, sl_alt_ref ref) {
  memset(b, 0, sizeof *b);
  b->object.kind = SL_OBJECT_TRAJECTORY;
  int64_t start = 1000000 * SL_NS_PER_S, step = (int64_t)(lasts / (count > 1 ? count - 1 : 1) * 1e9);
  for (uint32_t i = 0; i < count; i++) {
    b->fix[i].pos = ref_direct(about, 360.0 * sl_rng_unit(rng), size * sl_rng_unit(rng));
    if (i > 0 && sl_rng_between(rng, 0, 9) == 0) b->fix[i].pos = b->fix[i - 1].pos; /* hovers */
    int64_t alt = sl_rng_between(rng, 0, 3) * 1000;
    if (ref == SL_ALT_W84) b->fix[i].alt.w84.mm = alt * 305 + sl_rng_between(rng, 0, 999);
    else b->fix[i].alt.baro.ft = (int32_t)alt;
    b->fix[i].time.ns = start + i * step + (i > 0 && i + 1 < count ? sl_rng_between(rng, -step / 3, step / 3) : 0);
  }
  b->object.as.trajectory = (sl_trajectory){.fix = b->fix, .count = count, .ref = ref};
}

/* Speed along the leg that is flown at ns, m/s. */
static double speed_at(const sl_trajectory *t, double ns) {
  uint32_t i = 0;
  while (i + 2 < t->count && (double)t->fix[i + 1].time.ns <= ns) i++;
  return ref_distance(t->fix[i].pos, t->fix[i + 1].pos) / ((double)(t->fix[i + 1].time.ns - t->fix[i].time.ns) * 1e-9);
}

/* Distance of b at ns + later from a at ns, m. */
static double apart(const sl_trajectory *a, const sl_trajectory *b, double ns, double later) {
  double la, oa, lb, ob, z;
  ref_track_at(&la, &oa, &z, a, ns);
  ref_track_at(&lb, &ob, &z, b, ns + later);
  return ref_degrees(la, oa, lb, ob);
}

/* Least distance in [from, to] where both fly one leg each: halve, and drop what
 * the bound on the second derivative of the square shows to be farther. */
static void least_in(const sl_trajectory *a, const sl_trajectory *b, double from, double to, double later, double speed,
                     double *best, int depth) {
  double middle = 0.5 * (from + to), half = (to - from) * 0.5e-9, slope = 0.0;
  double d = ref_approach(a, b, middle, later, &slope);
  if (d < *best) *best = d;
  double bend = 4.2 * speed * speed;
  double least2 = d * d - 2.0 * d * fabs(slope) * half - 0.5 * bend * half * half;
  double goal = *best - 2e-4;
  if (depth > 60 || goal <= 0.0 || least2 >= goal * goal || half * speed < 1e-4) return;
  least_in(a, b, from, middle, later, speed, best, depth + 1);
  least_in(a, b, middle, to, later, speed, best, depth + 1);
}

static void cut_to(double *from, double *to, double v0, double v1) {
  /* keep where linear v < 0 */
  double f = *from, t = *to;
  if (v0 >= 0.0 && v1 >= 0.0) *to = f - 1.0;
  else if (v0 >= 0.0) *from = f + (t - f) * v0 / (v0 - v1);
  else if (v1 >= 0.0) *to = f + (t - f) * v0 / (v0 - v1);
}

/* Least distance while the altitudes are under `vertical` (own units; 0: any), with
 * b flown `later` ns later than it says. INFINITY when never. */
static double least_apart(const sl_trajectory *a, const sl_trajectory *b, double vertical, double later) {
  double best = INFINITY;
  for (uint32_t i = 0; i + 1 < a->count; i++)
    for (uint32_t j = 0; j + 1 < b->count; j++) {
      double from = fmax((double)a->fix[i].time.ns, (double)b->fix[j].time.ns - later);
      double to = fmin((double)a->fix[i + 1].time.ns, (double)b->fix[j + 1].time.ns - later);
      if (to - from < 2.0) continue;
      double la, oa, za0, za1, zb0, zb1;
      ref_track_at(&la, &oa, &za0, a, from + 0.5);
      ref_track_at(&la, &oa, &za1, a, to - 0.5);
      ref_track_at(&la, &oa, &zb0, b, from + later + 0.5);
      ref_track_at(&la, &oa, &zb1, b, to + later - 0.5);
      if (vertical > 0.0) {
        double f = from, t = to;
        cut_to(&from, &to, za0 - zb0 - vertical, za1 - zb1 - vertical);
        double f2 = f, t2 = t;
        cut_to(&f2, &t2, zb0 - za0 - vertical, zb1 - za1 - vertical);
        from = fmax(from, f2);
        to = fmin(to, t2);
        if (to - from < 2.0) continue;
      }
      double speed = speed_at(a, from + 0.5) + speed_at(b, from + later + 0.5) + 1e-3;
      least_in(a, b, from + 0.5, to - 0.5, later, speed, &best, 0);
    }
  return best;
}

/* vague: how far the second route may be off, m. */
typedef struct tally { long judged, near, conflicts, skipped; double worst, vague; } tally;

/* The error that issue and docs allow at an extent, m. */
static double allowed(double extent) { return extent <= 100e3 ? 0.005 : 0.05 + 2e-6 * extent; }

static void expect(tally *t, const sl_object *a, const sl_object *b, const sl_minima *m, double truth, double bar) {
  double minimum = (double)m->lateral.mm * 1e-3;
  sl_finding f = build_judge(a, b, m);
  t->judged++;
  if (fabs(truth - minimum) <= 1.0) t->near++;
  if (f.verdict == SL_CONFLICT) {
    t->conflicts++;
    t->worst = fmax(t->worst, (double)f.error.mm * 1e-3 / (bar + 0.001)); /* rounded up to mm */
    if (!((double)f.error.mm * 1e-3 < bar + 0.001))
      print_error("error %d mm, least %.6f m, minimum %.3f m, allowed %.4f m\n", (int)f.error.mm, truth, minimum, bar);
    assert_true((double)f.error.mm * 1e-3 < bar + 0.001);
  }
  bool under = truth + 1e-3 < minimum, over = truth - t->vague - bar > minimum;
  if (!under && !over) {
    t->skipped++;
    return;
  }
  if ((f.verdict == SL_CONFLICT) != under)
    print_error("verdict %d, least %.6f m, minimum %.3f m, found %.3f +- %.3f\n", f.verdict, truth, minimum,
                (double)f.lateral.mm * 1e-3, (double)f.error.mm * 1e-3);
  assert_int_equal(f.verdict, under ? SL_CONFLICT : SL_CLEAR);
  if (under && !(fabs((double)f.lateral.mm * 1e-3 - truth) <= 0.001 + (double)f.error.mm * 1e-3 + t->vague))
    print_error("least %.6f m, minimum %.3f m, found %.3f +- %.3f\n", truth, minimum, (double)f.lateral.mm * 1e-3,
                (double)f.error.mm * 1e-3);
  if (under) assert_true(fabs((double)f.lateral.mm * 1e-3 - truth) <= 0.001 + (double)f.error.mm * 1e-3 + t->vague);
}

static void finish(const char *name, const tally *t) {
  printf("%s: %ld judged, %ld within 1 m, %ld in conflict, %ld too near to tell, error %.0f%% of the allowed\n", name,
         t->judged, t->near, t->conflicts, t->skipped, t->worst * 100.0);
  assert_true(build_few_skipped(t->skipped, t->judged));
}

/* What pairs are drawn: sizes in m, the second about a place up to `away` from the first. */
typedef struct drawing { uint32_t fixes; double along_s, small, large, away, window; } drawing;

static const drawing nearby = {2, 0.0, 50.0, 50000.0, 0.0, 1.0};

static void moving_pairs(const char *name, long pairs, drawing draw) {
  const double along_s = draw.along_s;
  const uint32_t fixes = draw.fixes;
  sl_rng rng = sl_rng_start(name, UINT64_C(0x7AC5));
  /* Over all shifts the second route narrows down to some centimetres only. */
  tally t = {.vague = along_s > 0.0 ? 0.02 : 2e-4};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (long i = 0; i < pairs; i++) {
    double size = log_between(&rng, draw.small, draw.large), lasts = size / log_between(&rng, 2.0, 300.0) + 1.0;
    sl_alt_ref ref = i % 3 ? SL_ALT_BARO : SL_ALT_W84;
    sl_pos about = anywhere(&rng);
    draw_track(a, &rng, about, size, lasts, fixes, ref);
    if (draw.away > 0.0) about = ref_direct(about, 360.0 * sl_rng_unit(&rng), draw.away * sl_rng_unit(&rng));
    draw_track(b, &rng, about, size, lasts, fixes, ref);
    sl_minima m = {.vertical_ft = 1000, .vertical_w84 = {i % 2 ? 300000 : SL_ALT_W84_MAX_MM}};
    /* Level pairs exactly 1,000 ft apart are clear; rounding must not hide that here. */
    if (draw.away > 0.0) m.vertical_ft = 100000; /* slow as these are, 1e-6 ft is a long time */
    double vertical = (ref == SL_ALT_BARO ? (double)m.vertical_ft : (double)m.vertical_w84.mm) - 1e-6;
    const sl_trajectory *ta = &a->object.as.trajectory, *tb = &b->object.as.trajectory;
    double truth = least_apart(ta, tb, vertical, 0.0);
    if (along_s > 0.0) {
      /* The least over every shift: sampled, then narrowed about the best. */
      a->object.as.trajectory.along.ns = b->object.as.trajectory.along.ns = (int64_t)(along_s * 1e9);
      double reach = 2e9 * along_s, at = 0.0;
      for (int round = 0; round < 12; round++, reach *= 0.35) {
        double middle = at;
        for (int k = -4; k <= 4; k++) {
          double later = fmin(fmax(middle + reach * k / 4.0, -2e9 * along_s), 2e9 * along_s);
          double d = least_apart(ta, tb, 0.0, later);
          if (d < truth) {
            truth = d;
            at = later;
          }
        }
      }
      m.vertical_ft = 100000;
      m.vertical_w84.mm = SL_ALT_W84_MAX_MM;
    }
    if (!(truth < fmax(40e3, draw.away + 100e3))) continue;
    m.lateral.mm = (int64_t)(log_between(&rng, 1.0, fmax(20000.0, draw.away)) * 1e3);
    if (i % 2 == 0) m.lateral.mm = llround(truth * 1e3 + draw.window * (2000.0 * sl_rng_unit(&rng) - 1000.0));
    if (m.lateral.mm <= 0) m.lateral.mm = 500;
    expect(&t, &a->object, &b->object, &m, truth, draw.away > 0.0 ? allowed(2.0 * size + (double)m.lateral.mm * 1e-3) : 0.005);
  }
  finish(name, &t);
  free(a);
  free(b);
}

static void straight(void **state) {
  (void)state;
  moving_pairs("straight", pairs_wanted(50), nearby);
}

static void winding(void **state) {
  (void)state;
  drawing draw = nearby;
  draw.fixes = 5;
  moving_pairs("winding", pairs_wanted(20), draw);
}

static void tolerant(void **state) {
  (void)state;
  long pairs = pairs_wanted(1); /* a tenth of a second each */
  drawing draw = nearby;
  draw.along_s = 7.0;
  draw.window = 2.0;
  moving_pairs("tolerant", pairs < 1000 ? pairs : 1000, draw);
}

/* Side by side: the same flight again, aside by a constant way and some millimetres,
 * earlier or later by some milliseconds; the least separation is nearly everywhere. */
static void formation(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("formation", UINT64_C(0xF0));
  tally t = {.vague = 2e-4};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (long i = 0; i < 300; i++) {
    double size = log_between(&rng, 20.0, 300.0), lasts = size / log_between(&rng, 2.0, 60.0) + 1.0;
    double aside = log_between(&rng, 0.05, 500.0), azimuth = 360.0 * sl_rng_unit(&rng);
    draw_track(a, &rng, anywhere(&rng), size, lasts, 2 + (uint32_t)(i % 2), SL_ALT_W84);
    memcpy(b, a, sizeof *b);
    b->object.as.trajectory.fix = b->fix;
    for (uint32_t k = 0; k < b->object.as.trajectory.count; k++) {
      b->fix[k].pos = ref_direct(a->fix[k].pos, azimuth, aside + 0.01 * sl_rng_unit(&rng));
      b->fix[k].time.ns += i % 3 ? 0 : sl_rng_between(&rng, -50, 50) * SL_NS_PER_MS;
    }
    if (sl_object_check(&a->object, NULL) != SL_OK || sl_object_check(&b->object, NULL) != SL_OK) continue;
    double truth = least_apart(&a->object.as.trajectory, &b->object.as.trajectory, 0.0, 0.0);
    sl_minima m = {.vertical_w84 = {SL_ALT_W84_MAX_MM}};
    m.lateral.mm = llround(truth * 1e3 + 100.0 * sl_rng_unit(&rng) - 50.0);
    if (m.lateral.mm > 0) expect(&t, &a->object, &b->object, &m, truth, 0.005);
  }
  printf("formation: %ld judged, %ld in conflict, %ld too near to tell\n", t.judged, t.conflicts, t.skipped);
  assert_true(t.judged > 200 && t.conflicts * 5 > t.judged && t.skipped * 5 < t.judged);
  free(a);
  free(b);
}

/* Limits of up to 100 km, and beyond: every pair of pieces in planes of its own. */
static void far_flights(void **state) {
  (void)state;
  moving_pairs("far_flights", pairs_wanted(7), (drawing){2, 0.0, 50.0, 20000.0, 90000.0, 1.0});
}

static void far_legs(void **state) {
  (void)state;
  moving_pairs("far_legs", pairs_wanted(3), (drawing){3, 0.0, 1000.0, 500000.0, 1300000.0, 50.0});
}

/* The window of a conflict between two straight flights, to 1 ms. */
static void windows(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("windows", 99);
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  long seen = 0;
  for (long i = 0; i < pairs_wanted(10); i++) {
    double size = log_between(&rng, 200.0, 30000.0), lasts = size / log_between(&rng, 5.0, 250.0) + 1.0;
    sl_pos about = anywhere(&rng);
    draw_track(a, &rng, about, size, lasts, 2, SL_ALT_W84);
    draw_track(b, &rng, about, size, lasts, 2, SL_ALT_W84);
    const sl_trajectory *ta = &a->object.as.trajectory, *tb = &b->object.as.trajectory;
    sl_minima m = {.lateral = {(int64_t)(size * 100.0)}, .vertical_w84 = {SL_ALT_W84_MAX_MM}};
    sl_finding f = build_judge(&a->object, &b->object, &m);
    if (f.verdict != SL_CONFLICT) continue;
    seen++;
    double start = (double)ta->fix[0].time.ns, end = (double)ta->fix[1].time.ns, limit = (double)m.lateral.mm * 1e-3;
    double from = (double)f.window.start.ns, to = (double)f.window.end.ns;
    assert_true(from >= start - 1e6 && to <= end + 1e6);
    /* Just outside of the window by 1 ms they are apart; at its ends they are not, by
     * more than what 1 ms and the stated error make. */
    double slack = 0.006 + 0.001 * (speed_at(ta, start) + speed_at(tb, start));
    if (from - 1e6 > start) assert_true(apart(ta, tb, from - 1e6, 0.0) >= limit - 1e-4);
    if (to + 1e6 < end) assert_true(apart(ta, tb, to + 1e6, 0.0) >= limit - 1e-4);
    assert_true(apart(ta, tb, fmax(from, start), 0.0) <= limit + slack);
    assert_true(apart(ta, tb, fmin(to, end), 0.0) <= limit + slack);
    double least = apart(ta, tb, (double)f.closest_at.ns, 0.0);
    assert_true(least <= least_apart(ta, tb, 0.0, 0.0) + 0.01);
    assert_true(f.closest_at.ns >= f.window.start.ns && f.closest_at.ns < f.window.end.ns);
  }
  printf("windows: %ld conflicts\n", seen);
  assert_true(seen * 10 > pairs_wanted(10));
  free(a);
  free(b);
}

/* A flight against a volume: the part of it that is flown at the volume's times and
 * altitudes, as a line on the ground. */
static void against_volumes(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("against_volumes", 4711);
  tally t = {.vague = 2e-4};
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b), *c = malloc(sizeof *c);
  for (long i = 0; i < pairs_wanted(30); i++) {
    double size = log_between(&rng, 100.0, 40000.0), lasts = size / log_between(&rng, 2.0, 300.0) + 10.0;
    sl_pos about = anywhere(&rng);
    draw_track(a, &rng, about, size, lasts, 2, SL_ALT_W84);
    a->object.as.trajectory.along.ns = 2 * SL_NS_PER_S;
    a->object.as.trajectory.vertical.w84.mm = 5000;
    a->object.as.trajectory.lateral.mm = sl_rng_between(&rng, 0, 30000);
    build_volume(b);
    sl_volume *v = &b->object.as.volume;
    uint32_t count = (uint32_t)sl_rng_between(&rng, 3, 7);
    for (uint32_t k = 0; k < count; k++)
      b->pos[k] = ref_direct(about, 360.0 * (k + 0.8 * sl_rng_unit(&rng)) / count, size * (0.1 + 0.2 * sl_rng_unit(&rng)));
    b->ring[0] = (sl_ring){b->pos, count};
    v->shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b->ring, b->hole, 1, SL_EDGE_GEODESIC}};
    if (i % 3 == 0) v->shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {b->pos[0], {(int64_t)(size * 100.0)}}};
    v->band.as.w84.lower.mm = sl_rng_between(&rng, 0, 500000);
    v->band.as.w84.upper.mm = v->band.as.w84.lower.mm + sl_rng_between(&rng, 0, 300000);
    const sl_trajectory *ta = &a->object.as.trajectory;
    double t0 = (double)ta->fix[0].time.ns, t1 = (double)ta->fix[1].time.ns;
    v->window.start.ns = (int64_t)(t0 + (t1 - t0) * (sl_rng_unit(&rng) - 0.3));
    v->window.end.ns = v->window.start.ns + 1 + (int64_t)((t1 - t0) * sl_rng_unit(&rng));
    if (sl_object_check(&b->object, NULL) != SL_OK) continue;
    double from = fmax(t0, (double)v->window.start.ns - 2e9), to = fmin(t1, (double)v->window.end.ns + 2e9);
    if (to - from < 1e3) continue;
    sl_minima m = {.vertical_w84 = {60000}};
    double la, oa, lb, ob, z0, z1, pad = 65000.0;
    ref_track_at(&la, &oa, &z0, ta, from);
    ref_track_at(&la, &oa, &z1, ta, to);
    double f2 = from, e2 = to;
    cut_to(&f2, &e2, z0 - (double)v->band.as.w84.upper.mm - pad, z1 - (double)v->band.as.w84.upper.mm - pad);
    double f3 = from, e3 = to;
    cut_to(&f3, &e3, (double)v->band.as.w84.lower.mm - pad - z0, (double)v->band.as.w84.lower.mm - pad - z1);
    from = fmax(f2, f3);
    to = fmin(e2, e3);
    if (to - from < 1e3) {
      assert_int_equal(build_judge(&a->object, &b->object, &m).verdict, SL_CLEAR);
      continue;
    }
    ref_track_at(&la, &oa, &z0, ta, from);
    ref_track_at(&lb, &ob, &z1, ta, to);
    c->pos[0] = build_pos(la, oa);
    c->pos[1] = build_pos(lb, ob);
    sl_shape line = {.kind = SL_SHAPE_CORRIDOR, .as.corridor = {c->pos, 2, ta->lateral, SL_EDGE_GEODESIC}};
    ref_gap truth = ref_shapes(&line, &v->shape);
    if (truth.distance > 40e3) continue;
    m.lateral.mm = i % 2 ? (int64_t)(log_between(&rng, 1.0, 10000.0) * 1e3)
                         : llround(truth.distance * 1e3 + 2000.0 * sl_rng_unit(&rng) - 1000.0);
    if (m.lateral.mm <= 0) m.lateral.mm = 500;
    expect(&t, &a->object, &b->object, &m, truth.distance, 0.005);
  }
  finish("against_volumes", &t);
  free(a);
  free(b);
  free(c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(straight), cmocka_unit_test(winding), cmocka_unit_test(tolerant), cmocka_unit_test(formation), cmocka_unit_test(far_flights), cmocka_unit_test(far_legs),
      cmocka_unit_test(windows),  cmocka_unit_test(against_volumes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
