/* Laws that hold whatever the shapes: shift in time, shift in longitude, growing
 * never clears, splitting changes nothing; and large cores against small ones, which
 * go through the balls. Symmetry is in build_judge(). */
#include <math.h>

#include "build.h"
#include "reference.h"

#define PI 3.14159265358979323846
#define PAIRS 3000

static double log_between(sl_rng *rng, double low, double high) { return low * pow(high / low, sl_rng_unit(rng)); }

static sl_pos anywhere(sl_rng *rng) {
  double la = asin(2.0 * sl_rng_unit(rng) - 1.0) * (180.0 / PI);
  return build_pos(sl_rng_between(rng, 0, 5) ? la : 89.99, 360.0 * sl_rng_unit(rng) - 180.0);
}

/* A convex ring about a place. */
static void draw_convex(built *b, sl_rng *rng, sl_pos about, double size, uint32_t count) {
  build_volume(b);
  double turn = 360.0 * sl_rng_unit(rng);
  for (uint32_t i = 0; i < count; i++) b->pos[i] = ref_direct(about, turn + 360.0 * (i + 0.6 * sl_rng_unit(rng)) / count, size);
  b->ring[0] = (sl_ring){b->pos, count};
  b->object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b->ring, b->hole, 1, SL_EDGE_GEODESIC}};
}

static void draw_track(built *b, sl_rng *rng, sl_pos about, double size, uint32_t count) {
  double rows[4 * BUILD_VERTICES];
  for (uint32_t i = 0; i < count; i++) {
    sl_pos at = ref_direct(about, 360.0 * sl_rng_unit(rng), size * sl_rng_unit(rng));
    rows[4 * i] = (double)at.lat_nd * 1e-9;
    rows[4 * i + 1] = (double)at.lon_nd * 1e-9;
    rows[4 * i + 2] = 200.0 * sl_rng_unit(rng);
    rows[4 * i + 3] = 1000.0 + 300.0 * i;
  }
  build_track(b, SL_ALT_W84, rows, count);
}

static void draw_any(built *b, sl_rng *rng, sl_pos about, double size) {
  if (sl_rng_between(rng, 0, 1)) draw_convex(b, rng, about, size, 5);
  else draw_track(b, rng, about, size, 4);
}

static void move_object(built *to, const built *from, int64_t later_ns, int64_t east_nd) {
  *to = *from;
  sl_object *o = &to->object;
  for (int i = 0; i < BUILD_VERTICES; i++) {
    sl_pos *pos[2] = {to->pos + i, &to->fix[i].pos};
    for (int k = 0; k < 2; k++) {
      pos[k]->lon_nd += east_nd;
      if (pos[k]->lon_nd > 180 * SL_ND_PER_DEG) pos[k]->lon_nd -= 360 * SL_ND_PER_DEG;
    }
    to->fix[i].time.ns += later_ns;
  }
  if (o->kind == SL_OBJECT_VOLUME) {
    to->ring[0].vertex = to->pos;
    o->as.volume.shape.as.polygon.ring = to->ring;
    o->as.volume.shape.as.polygon.hole = to->hole;
    o->as.volume.window.start.ns += later_ns;
    o->as.volume.window.end.ns += later_ns;
  } else {
    o->as.trajectory.fix = to->fix;
  }
}

static sl_minima draw_minima(sl_rng *rng, double size) {
  return (sl_minima){.lateral = {(int64_t)(size * 1e3 * sl_rng_unit(rng))}, .vertical_w84 = {sl_rng_between(rng, 0, 50000)},
                     .grow = {sl_rng_between(rng, 0, 5) * SL_NS_PER_S}};
}

static void shifts(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("shifts", 31);
  built *b = malloc(4 * sizeof *b);
  long conflicts = 0;
  for (int i = 0; i < PAIRS; i++) {
    sl_pos about = anywhere(&rng);
    double size = log_between(&rng, 30.0, 30000.0);
    draw_any(&b[0], &rng, about, size);
    draw_any(&b[1], &rng, ref_direct(about, 360.0 * sl_rng_unit(&rng), 2.0 * size), size);
    sl_minima m = draw_minima(&rng, 2.0 * size);
    sl_finding f = build_judge(&b[0].object, &b[1].object, &m);
    int64_t later = sl_rng_between(&rng, 0, INT64_C(7000000000000000000)), east = sl_rng_between(&rng, 0, 360 * SL_ND_PER_DEG - 1);
    later -= later % SL_NS_PER_MS;
    for (int k = 0; k < 2; k++) move_object(&b[2 + k], &b[k], later, 0);
    sl_finding g = build_judge(&b[2].object, &b[3].object, &m);
    assert_int_equal(g.verdict, f.verdict);
    if (f.verdict == SL_CONFLICT) {
      assert_int_equal(g.window.start.ns - later, f.window.start.ns);
      assert_int_equal(g.window.end.ns - later, f.window.end.ns);
      conflicts++;
    }
    for (int k = 0; k < 2; k++) move_object(&b[2 + k], &b[k], 0, east);
    g = build_judge(&b[2].object, &b[3].object, &m);
    /* A tenth of a millimetre of rounding, and only at the minimum, may differ. */
    if (g.verdict != f.verdict) {
      const sl_finding *c = g.verdict == SL_CONFLICT ? &g : &f;
      assert_true(m.lateral.mm - c->lateral.mm <= 2 + c->error.mm);
    } else if (f.verdict == SL_CONFLICT) {
      assert_true(llabs(g.lateral.mm - f.lateral.mm) <= 1 + f.error.mm);
    }
  }
  assert_true(conflicts > PAIRS / 10);
  free(b);
}

static void growing_never_clears(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("growing", 32);
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  for (int i = 0; i < PAIRS; i++) {
    sl_pos about = anywhere(&rng);
    double size = log_between(&rng, 30.0, 300000.0);
    draw_any(a, &rng, about, size);
    build_circle(b, 0, 0, 1);
    b->object.as.volume.shape.as.circle.centre = ref_direct(about, 360.0 * sl_rng_unit(&rng), 2.0 * size);
    sl_verdict before = SL_VERDICT_NONE;
    for (int step = 0; step < 12; step++) {
      b->object.as.volume.shape.as.circle.radius.mm = 1 + (int64_t)(size * 100.0 * step);
      sl_minima m = {.lateral = {(int64_t)(size * 100.0 * step)}, .vertical_w84 = {step * 1000}, .grow = {step * SL_NS_PER_S}};
      sl_verdict now = build_judge(&a->object, &b->object, &m).verdict;
      assert_true(now >= before);
      before = now;
    }
  }
  free(a);
  free(b);
}

static void splitting_changes_nothing(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("splitting", 33);
  built *b = malloc(4 * sizeof *b);
  long conflicts = 0, different = 0;
  for (int i = 0; i < PAIRS; i++) {
    sl_pos about = anywhere(&rng);
    double size = log_between(&rng, 30.0, 15000.0);
    draw_convex(&b[0], &rng, about, size, 6);
    draw_any(&b[1], &rng, ref_direct(about, 360.0 * sl_rng_unit(&rng), 2.0 * size), size);
    if (i % 2) draw_track(&b[0], &rng, about, size, 4);
    for (int k = 2; k < 4; k++) move_object(&b[k], &b[0], 0, 0);
    if (i % 2) {
      b[2].object.as.trajectory.count = 3;
      b[3].object.as.trajectory.fix = b[3].fix + 2;
      b[3].object.as.trajectory.count = 2;
    } else {
      b[2].ring[0].count = 4; /* vertices 0 to 3, and 3, 4, 5, 0 */
      b[3].pos[2] = b[0].pos[0];
      b[3].pos[0] = b[0].pos[4];
      b[3].pos[1] = b[0].pos[5];
      b[3].pos[3] = b[0].pos[3];
      b[3].ring[0].count = 4;
    }
    sl_minima m = draw_minima(&rng, 2.0 * size);
    m.grow.ns = 0;
    sl_finding whole = build_judge(&b[0].object, &b[1].object, &m);
    sl_finding first = build_judge(&b[2].object, &b[1].object, &m), second = build_judge(&b[3].object, &b[1].object, &m);
    sl_verdict parts = first.verdict > second.verdict ? first.verdict : second.verdict;
    conflicts += whole.verdict == SL_CONFLICT;
    if (parts == whole.verdict) continue;
    different++; /* only by rounding at the minimum */
    const sl_finding *c = whole.verdict == SL_CONFLICT ? &whole : first.verdict == SL_CONFLICT ? &first : &second;
    assert_true(m.lateral.mm - c->lateral.mm <= 2 + c->error.mm);
  }
  assert_true(conflicts > PAIRS / 10 && different < PAIRS / 100);
  free(b);
}

/* A round shape of thousands of vertices against the circle that it nearly is. */
static void many_vertices(void **state) {
  (void)state;
  static sl_pos pos[SL_RING_VERTICES_MAX];
  sl_rng rng = sl_rng_start("many", 34);
  built a, b;
  for (int i = 0; i < 60; i++) {
    sl_pos about = anywhere(&rng);
    double size = log_between(&rng, 100.0, 200000.0);
    uint32_t count = (uint32_t)sl_rng_between(&rng, 20, i < 3 ? 10000 : 2000);
    for (uint32_t k = 0; k < count; k++) pos[k] = ref_direct(about, 360.0 * k / count, size);
    build_volume(&a);
    a.ring[0] = (sl_ring){pos, count};
    a.object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {a.ring, a.hole, 1, SL_EDGE_GEODESIC}};
    if (sl_object_check(&a.object, NULL)) continue; /* vertices closer than they can be told apart */
    build_circle(&b, 0, 0, 1000);
    double sag = size * (1.0 - cos(PI / count)), gap = sag + 1.0 + size * sl_rng_unit(&rng);
    b.object.as.volume.shape.as.circle.centre = ref_direct(about, 360.0 * sl_rng_unit(&rng), size + 1.0 + gap);
    sl_minima m = {.lateral = {(int64_t)((gap - 0.01) * 1e3)}};
    assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CLEAR);
    m.lateral.mm = (int64_t)((gap + sag + 0.01) * 1e3);
    assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CONFLICT);
    b.object.as.volume.shape.as.circle.centre = ref_direct(about, 360.0 * sl_rng_unit(&rng), size * 0.9 * sl_rng_unit(&rng));
    m.lateral.mm = 0;
    assert_int_equal(build_judge(&a.object, &b.object, &m).verdict, SL_CONFLICT);
    assert_int_equal(build_judge(&a.object, &a.object, &m).verdict, SL_CONFLICT);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shifts),
      cmocka_unit_test(growing_never_clears),
      cmocka_unit_test(splitting_changes_nothing),
      cmocka_unit_test(many_vertices),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
