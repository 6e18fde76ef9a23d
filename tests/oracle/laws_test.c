/* Laws that hold whatever the objects: symmetry, shifts in time and longitude, growing
 * never clears, splitting changes nothing. Over shapes of every kind, holes, several
 * rings, parallels, and flights, from a metre to 2,000 km, at poles and the antimeridian.
 *
 * Positions are rounded to a nanodegree or a piece is laid otherwise, so a verdict may
 * differ at the minimum itself, by the error; that is counted, and at most 1% may. */
#include "draw_shape.h"

#define PAIRS 4000

typedef struct tally { long pairs, conflicts, different; } tally;

static void finish(const char *name, const tally *t) {
  printf("%s: %ld pairs, %ld in conflict, %ld otherwise at the minimum\n", name, t->pairs, t->conflicts, t->different);
  assert_true(t->conflicts * 10 > t->pairs && t->conflicts * 10 < 9 * t->pairs && t->different * 100 <= t->pairs);
}

/* A flight about a place, 2 to 6 fixes. */
static void draw_flight(built *b, sl_rng *rng, sl_pos about, double size) {
  uint32_t count = (uint32_t)sl_rng_between(rng, 2, 6);
  double rows[4 * 6];
  for (uint32_t i = 0; i < count; i++) {
    sl_pos at = ref_direct(about, 360.0 * sl_rng_unit(rng), size * 0.5 * sl_rng_unit(rng));
    double *row = rows + 4 * i;
    row[0] = (double)at.lat_nd * 1e-9;
    row[1] = (double)at.lon_nd * 1e-9;
    row[2] = floor(200.0 * sl_rng_unit(rng));
    row[3] = 1000.0 + floor(800.0 * i / count);
  }
  build_track(b, SL_ALT_W84, rows, count);
  sl_trajectory *t = &b->object.as.trajectory;
  t->lateral.mm = (int64_t)(size * 50.0 * sl_rng_unit(rng));
  t->vertical.w84.mm = sl_rng_between(rng, 0, 20000);
  t->along.ns = sl_rng_between(rng, 0, 2) * 5 * SL_NS_PER_S;
}

static void draw_object(built *b, sl_rng *rng, sl_pos about, double size) {
  if (sl_rng_between(rng, 0, 3) == 0) {
    draw_flight(b, rng, about, size);
    return;
  }
  while (!draw_good_shape(b, rng, about, size)) continue;
  sl_volume *v = &b->object.as.volume;
  v->band.as.w84.lower.mm = sl_rng_between(rng, 0, 100000);
  v->band.as.w84.upper.mm = v->band.as.w84.lower.mm + sl_rng_between(rng, 0, 100000);
  v->window.start.ns += sl_rng_between(rng, 0, 500) * SL_NS_PER_S;
  v->window.end.ns -= sl_rng_between(rng, 0, 400) * SL_NS_PER_S;
}

/* A pair of one size class, near each other, and minima that matter to it. */
static void draw_pair(built *a, built *b, sl_minima *m, sl_rng *rng, double large) {
  double size = log_between(rng, 1.0, large), other = log_between(rng, size / 100.0, size);
  sl_pos about = anywhere(rng), there = ref_direct(about, 360.0 * sl_rng_unit(rng), size * 1.2 * sl_rng_unit(rng));
  draw_object(a, rng, about, size);
  draw_object(b, rng, there, other);
  *m = (sl_minima){.vertical_w84 = {sl_rng_between(rng, 0, 100000)}, .grow = {sl_rng_between(rng, 0, 5) * SL_NS_PER_S}};
  if (sl_rng_between(rng, 0, 2)) m->lateral.mm = (int64_t)(size * 500.0 * sl_rng_unit(rng));
}

/* A copy that points into itself. */
static void copy(built *to, const built *from) {
  *to = *from;
  sl_object *o = &to->object;
  if (o->kind == SL_OBJECT_TRAJECTORY) {
    o->as.trajectory.fix = to->fix + (from->object.as.trajectory.fix - from->fix);
    return;
  }
  sl_shape *shape = &o->as.volume.shape;
  if (shape->kind == SL_SHAPE_CORRIDOR) shape->as.corridor.point = to->pos + (from->object.as.volume.shape.as.corridor.point - from->pos);
  if (shape->kind != SL_SHAPE_POLYGON) return;
  for (int i = 0; i < 4; i++)
    if (from->ring[i].vertex) to->ring[i].vertex = to->pos + (from->ring[i].vertex - from->pos);
  shape->as.polygon.ring = to->ring + (from->object.as.volume.shape.as.polygon.ring - from->ring);
  shape->as.polygon.hole = to->hole + (from->object.as.volume.shape.as.polygon.hole - from->hole);
}

static void turn(sl_pos *pos, int64_t east) {
  pos->lon_nd += east;
  if (pos->lon_nd > 180 * SL_ND_PER_DEG) pos->lon_nd -= 360 * SL_ND_PER_DEG;
}

static void shift(built *b, int64_t later, int64_t east) {
  for (int i = 0; i < BUILD_VERTICES; i++) {
    turn(b->pos + i, east);
    turn(&b->fix[i].pos, east);
    b->fix[i].time.ns += later;
  }
  if (b->object.kind == SL_OBJECT_TRAJECTORY) return;
  sl_volume *v = &b->object.as.volume;
  if (v->shape.kind == SL_SHAPE_CIRCLE) turn(&v->shape.as.circle.centre, east);
  v->window.start.ns += later;
  v->window.end.ns += later;
}

/* Two ways to one verdict: they agree, or both are at the minimum. */
static void agree(tally *t, const sl_finding *f, sl_verdict verdict, const sl_finding *g, const sl_minima *m) {
  t->pairs++;
  t->conflicts += f->verdict == SL_CONFLICT;
  if (f->verdict == verdict) return;
  t->different++;
  const sl_finding *c = f->verdict == SL_CONFLICT ? f : g;
  if (!(m->lateral.mm - c->lateral.mm <= 2 + 2 * c->error.mm))
    print_error("verdicts %d and %d at %.3f +- %.3f m, minimum %.3f m\n", f->verdict, verdict, (double)c->lateral.mm * 1e-3,
                (double)c->error.mm * 1e-3, (double)m->lateral.mm * 1e-3);
  assert_true(m->lateral.mm - c->lateral.mm <= 2 + 2 * c->error.mm);
}

static void shifts_with(const char *name, uint64_t seed, double large) {
  sl_rng rng = sl_rng_start(name, seed);
  built *b = malloc(4 * sizeof *b);
  tally t = {0};
  for (int i = 0; i < PAIRS; i++) {
    sl_minima m;
    draw_pair(&b[0], &b[1], &m, &rng, large);
    sl_finding f = build_judge(&b[0].object, &b[1].object, &m), g;
    int64_t later = sl_rng_between(&rng, 0, INT64_C(7000000000000)) * SL_NS_PER_MS;
    for (int k = 0; k < 2; k++) {
      copy(&b[2 + k], &b[k]);
      shift(&b[2 + k], later, 0);
    }
    g = build_judge(&b[2].object, &b[3].object, &m);
    assert_int_equal(g.verdict, f.verdict);
    assert_true(f.verdict != SL_CONFLICT || (g.window.start.ns - later == f.window.start.ns && g.window.end.ns - later == f.window.end.ns));
    for (int k = 0; k < 2; k++) {
      copy(&b[2 + k], &b[k]);
      shift(&b[2 + k], 0, (i % 2 ? 90 * SL_ND_PER_DEG : INT64_C(123456789012)));
    }
    g = build_judge(&b[2].object, &b[3].object, &m);
    agree(&t, &f, g.verdict, &g, &m);
    if (f.verdict == SL_CONFLICT && g.verdict == SL_CONFLICT)
      assert_true(llabs(g.lateral.mm - f.lateral.mm) <= 2 + f.error.mm + g.error.mm);
  }
  finish(name, &t);
  free(b);
}

static void shifts(void **state) {
  (void)state;
  shifts_with("shifts", 61, 30000.0);
}

static void shifts_large(void **state) {
  (void)state;
  shifts_with("shifts_large", 62, 950000.0);
}

/* The core's radius, where the object has one. */
static void widen(built *b, int64_t mm) {
  sl_volume *v = &b->object.as.volume;
  if (b->object.kind == SL_OBJECT_TRAJECTORY) b->object.as.trajectory.lateral.mm += mm;
  else if (v->shape.kind == SL_SHAPE_CIRCLE) v->shape.as.circle.radius.mm += mm;
  else if (v->shape.kind == SL_SHAPE_CORRIDOR) v->shape.as.corridor.half_width.mm += mm;
}

static void growing_never_clears(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("growing", 63);
  built *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  long became = 0, stayed = 0;
  for (int i = 0; i < PAIRS; i++) {
    sl_minima m;
    draw_pair(a, b, &m, &rng, i % 4 ? 30000.0 : 600000.0);
    sl_verdict before = SL_VERDICT_NONE, first = SL_VERDICT_NONE;
    int64_t step = m.lateral.mm / 4 + 1;
    m.lateral.mm = 0;
    for (int k = 0; k < 6; k++) {
      if (sl_object_check(&b->object, NULL) != SL_OK) break; /* wider than 2,000 km */
      sl_verdict now = build_judge(&a->object, &b->object, &m).verdict;
      if (k == 0) first = now;
      assert_true(now >= before);
      before = now;
      m.lateral.mm += step;
      m.vertical_w84.mm += 5000;
      m.grow.ns += 10 * SL_NS_PER_S;
      widen(b, step / 2);
    }
    became += first == SL_CLEAR && before == SL_CONFLICT;
    stayed += first == before;
  }
  printf("growing: %ld became conflicts, %ld stayed as they were\n", became, stayed);
  assert_true(became > PAIRS / 20);
  free(a);
  free(b);
}

/* Part `second` of a volume or flight, cut in altitude, in time, by its rings or at a
 * place of its line. False: it cannot be cut so. */
static bool cut(built *part, const built *whole, int way, bool second) {
  copy(part, whole);
  if (whole->object.kind == SL_OBJECT_TRAJECTORY) {
    sl_trajectory *t = &part->object.as.trajectory;
    if (t->count < 3) return false;
    uint32_t at = t->count / 2;
    if (second) t->fix += at;
    t->count = second ? t->count - at : at + 1;
    return true;
  }
  sl_volume *v = &part->object.as.volume;
  if (way == 0) {
    sl_alt_w84 z = {(v->band.as.w84.lower.mm + v->band.as.w84.upper.mm) / 2};
    *(second ? &v->band.as.w84.lower : &v->band.as.w84.upper) = z;
    return true;
  }
  if (way == 1) {
    sl_time at = {v->window.start.ns / 2 + v->window.end.ns / 2};
    *(second ? &v->window.start : &v->window.end) = at;
    return true;
  }
  if (v->shape.kind == SL_SHAPE_CORRIDOR) {
    sl_corridor *c = &v->shape.as.corridor;
    if (c->count < 3) return false;
    uint32_t at = c->count / 2;
    if (second) c->point += at;
    c->count = second ? c->count - at : at + 1;
    return true;
  }
  if (v->shape.kind == SL_SHAPE_CIRCLE) return false;
  sl_polygon *p = &v->shape.as.polygon;
  uint32_t at = 1;
  while (at < p->count && p->hole[at]) at++;
  if (at == p->count) return false;
  if (second) {
    p->ring += at;
    p->hole += at;
  }
  p->count = second ? p->count - at : at;
  return true;
}

static void splitting_changes_nothing(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("splitting", 64);
  built *b = malloc(4 * sizeof *b);
  tally t = {0};
  for (int i = 0; i < 2 * PAIRS; i++) {
    sl_minima m;
    draw_pair(&b[0], &b[1], &m, &rng, i % 4 ? 30000.0 : 950000.0);
    m.grow.ns = 0; /* grows both parts, also where they meet */
    if (!cut(&b[2], &b[0], i % 5, false) || !cut(&b[3], &b[0], i % 5, true)) continue;
    sl_finding whole = build_judge(&b[0].object, &b[1].object, &m);
    sl_finding first = build_judge(&b[2].object, &b[1].object, &m), second = build_judge(&b[3].object, &b[1].object, &m);
    const sl_finding *worst = first.verdict > second.verdict ? &first : &second;
    agree(&t, &whole, worst->verdict, worst, &m);
  }
  finish("splitting", &t);
  free(b);
}

/* A ring with a hole, both walked by the same azimuths, and a box of parallels: cut into
 * the quarters between them, which share edges. */
static void quarters(built *out, const built *whole, uint32_t k, uint32_t count) {
  copy(out, whole);
  uint32_t next = (k + 1) % count;
  out->pos[0] = whole->pos[k];
  out->pos[1] = whole->pos[next];
  out->pos[2] = whole->pos[count + next];
  out->pos[3] = whole->pos[count + k];
  out->ring[0] = (sl_ring){out->pos, 4};
  out->object.as.volume.shape.as.polygon.count = 1;
}

static void a_hole_is_what_is_left(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("holes", 65);
  built *b = malloc(3 * sizeof *b);
  tally t = {0};
  for (int i = 0; i < PAIRS; i++) {
    double size = log_between(&rng, 1.0, i % 4 ? 30000.0 : 950000.0);
    sl_pos about = anywhere(&rng);
    uint32_t count = (uint32_t)sl_rng_between(&rng, 3, 8);
    build_volume(&b[0]);
    double from = 360.0 * sl_rng_unit(&rng), inner = 0.2 + 0.2 * sl_rng_unit(&rng);
    for (uint32_t k = 0; k < count; k++) {
      double way = from + 360.0 * (k + 0.3 * sl_rng_unit(&rng)) / count;
      b[0].pos[k] = ref_direct(about, way, size);
      b[0].pos[count + k] = ref_direct(about, way, size * inner);
    }
    b[0].ring[0] = (sl_ring){b[0].pos, count};
    b[0].ring[1] = (sl_ring){b[0].pos + count, count};
    b[0].hole[1] = true;
    b[0].object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b[0].ring, b[0].hole, 2, SL_EDGE_GEODESIC}};
    if (sl_object_check(&b[0].object, NULL) != SL_OK) continue;
    draw_object(&b[1], &rng, ref_direct(about, 360.0 * sl_rng_unit(&rng), size * 1.2 * sl_rng_unit(&rng)), size * 0.3 * sl_rng_unit(&rng) + 0.1);
    sl_minima m = {.lateral = {sl_rng_between(&rng, 0, 1) ? (int64_t)(size * 200.0 * sl_rng_unit(&rng)) : 0}, .vertical_w84 = {100000}};
    sl_finding whole = build_judge(&b[0].object, &b[1].object, &m), worst = {.verdict = SL_CLEAR};
    for (uint32_t k = 0; k < count; k++) {
      quarters(&b[2], &b[0], k, count);
      sl_finding f = build_judge(&b[2].object, &b[1].object, &m);
      if (f.verdict > worst.verdict) worst = f;
    }
    agree(&t, &whole, worst.verdict, &worst, &m);
  }
  finish("holes", &t);
  free(b);
}

static void parallels_are_cut_anywhere(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("parallels", 66);
  built *b = malloc(3 * sizeof *b);
  tally t = {0};
  for (int i = 0; i < PAIRS; i++) {
    double size = log_between(&rng, 1.0, i % 4 ? 30000.0 : 600000.0);
    sl_pos about = anywhere(&rng);
    build_volume(&b[0]);
    b[0].object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b[0].ring, b[0].hole, 1, SL_EDGE_PARALLEL}};
    draw_box(&b[0], &rng, about, size);
    b[0].object.as.volume.shape.as.polygon.count = 1;
    if (sl_object_check(&b[0].object, NULL) != SL_OK) continue;
    draw_object(&b[1], &rng, ref_direct(about, 360.0 * sl_rng_unit(&rng), size * 0.6 * sl_rng_unit(&rng)), size * 0.3 * sl_rng_unit(&rng) + 0.1);
    sl_minima m = {.lateral = {sl_rng_between(&rng, 0, 1) ? (int64_t)(size * 200.0 * sl_rng_unit(&rng)) : 0}, .vertical_w84 = {100000}};
    sl_finding whole = build_judge(&b[0].object, &b[1].object, &m), worst = {.verdict = SL_CLEAR};
    const sl_pos *c = b[0].pos; /* south-west, south-east, north-east, north-west */
    int64_t width = (c[1].lon_nd - c[0].lon_nd + 360 * SL_ND_PER_DEG) % (360 * SL_ND_PER_DEG);
    for (int k = 0; k < 3; k++) {
      copy(&b[2], &b[0]);
      int64_t west = width * k / 3, east = width * (k + 1) / 3;
      for (int v = 0; v < 4; v++) {
        b[2].pos[v].lon_nd = c[0].lon_nd;
        turn(&b[2].pos[v], v == 1 || v == 2 ? east : west);
      }
      if (sl_object_check(&b[2].object, NULL) != SL_OK) continue;
      sl_finding f = build_judge(&b[2].object, &b[1].object, &m);
      if (f.verdict > worst.verdict) worst = f;
    }
    agree(&t, &whole, worst.verdict, &worst, &m);
  }
  finish("parallels", &t);
  free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shifts),
      cmocka_unit_test(shifts_large),
      cmocka_unit_test(growing_never_clears),
      cmocka_unit_test(splitting_changes_nothing),
      cmocka_unit_test(a_hole_is_what_is_left),
      cmocka_unit_test(parallels_are_cut_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
