/* Granules: the same however a plan is sliced, never empty for a conflict, bounded
 * by the plan and by the caps, whole across the antimeridian and at the poles. */
#include "test.h"

#include "draw.h"
#include "oracle/granule_walk.h"

static const sl_granule_size drone = {{1000000}, {60000}, 200, {5 * SL_NS_PER_MIN}};
static const sl_granule_size crewed = {{18520000}, {609600}, 2000, {10 * SL_NS_PER_MIN}};

static sl_prepared *prepared(const sl_object *object) {
  sl_prepared *out;
  sl_fault fault = sl_fault_none();
  if (sl_prepare(&out, object, &fault) != SL_OK) {
    fail_msg("%s", fault.reason);
  }
  return out;
}

/* A volume of six corners, the third and sixth on its long edges. */
typedef struct hexagon {
  sl_pos corner[6];
  sl_volume volume;
} hexagon;

static void draw_hexagon(hexagon *out, sl_rng *rng, draw_place place, double metres) {
  sl_pos at = draw_position(rng, place);
  double turn = 2 * SL_PI * sl_rng_unit(rng), length = metres * (0.2 + sl_rng_unit(rng)), width = length / 4;
  for (int i = 0; i < 6; i++) { /* by bearing and distance from one point, so that poles do not bend it */
    int k = i < 3 ? i : 5 - i;
    double x = length * (k * (0.4 + 0.1 * k) - 0.5), y = i < 3 ? -width : width * (1 + k % 2);
    out->corner[i] = draw_ahead(at, turn + atan2(y, x), hypot(x, y));
  }
  out->volume.window.start.ns = DRAW_EPOCH + sl_rng_between(rng, 0, 3600) * SL_NS_PER_S;
  out->volume.window.end.ns = out->volume.window.start.ns + sl_rng_between(rng, 1, 900) * SL_NS_PER_S;
  out->volume.band.ref = (sl_rng_next(rng) & 1) ? SL_ALT_W84 : SL_ALT_BARO;
  if (out->volume.band.ref == SL_ALT_W84) {
    out->volume.band.as.w84.lower.mm = 10000 * sl_rng_between(rng, 0, 30);
    out->volume.band.as.w84.upper.mm = out->volume.band.as.w84.lower.mm + 10000 * sl_rng_between(rng, 2, 20);
  } else {
    out->volume.band.as.baro.lower.ft = (int32_t)(100 * sl_rng_between(rng, 0, 30));
    out->volume.band.as.baro.upper.ft = out->volume.band.as.baro.lower.ft + (int32_t)(100 * sl_rng_between(rng, 2, 20));
  }
}

/* Prepare the corners from..from + count of a hexagon (corner numbers turn over). */
static sl_prepared *corners(const hexagon *h, const int *number, uint32_t count, const sl_volume *like) {
  sl_pos vertex[6];
  for (uint32_t i = 0; i < count; i++) {
    vertex[i] = h->corner[number[i]];
  }
  sl_ring ring = {vertex, count};
  bool hole = false;
  sl_object object = {.kind = SL_OBJECT_VOLUME, .as.volume = *like};
  object.as.volume.shape.kind = SL_SHAPE_POLYGON;
  object.as.volume.shape.as.polygon = (sl_polygon){&ring, &hole, 1, SL_EDGE_GEODESIC};
  return prepared(&object);
}

static sl_prepared *whole(const hexagon *h) {
  static const int all[] = {0, 1, 2, 3, 4, 5};
  return corners(h, all, 6, &h->volume);
}

/* Slice in space at corners 1 and 4, the halves in time, the quarters in altitude. */
static size_t slice(sl_prepared *out[8], const hexagon *h, sl_rng *rng) {
  static const int half[2][4] = {{0, 1, 4, 5}, {1, 2, 3, 4}};
  size_t count = 0;
  int64_t middle = sl_rng_between(rng, h->volume.window.start.ns + 1, h->volume.window.end.ns - 1);
  for (int i = 0; i < 8; i++) {
    sl_volume v = h->volume;
    *(i & 1 ? &v.window.start.ns : &v.window.end.ns) = middle;
    if (v.band.ref == SL_ALT_W84) {
      int64_t at = 10000 * (v.band.as.w84.lower.mm / 10000 + 1);
      *(i & 2 ? &v.band.as.w84.lower.mm : &v.band.as.w84.upper.mm) = at;
    } else {
      int32_t at = 100 * (v.band.as.baro.lower.ft / 100 + 1);
      *(i & 2 ? &v.band.as.baro.lower.ft : &v.band.as.baro.upper.ft) = at;
    }
    out[count++] = corners(h, half[i >> 2], 4, &v);
  }
  return count;
}

static void assert_same_walk(const sl_granule_size *size, sl_prepared *const *a, size_t a_count, sl_prepared *const *b,
                             size_t b_count) {
  sl_granule_grid grid;
  assert_int_equal(sl_granule_grid_init(&grid, size), SL_OK);
  sl_granule_walk x, y;
  sl_granule_walk_init(&x, &grid);
  sl_granule_walk_init(&y, &grid);
  assert_int_equal(sl_granule_walk_plan(&x, (const sl_prepared *const *)a, a_count), SL_OK);
  assert_int_equal(sl_granule_walk_plan(&y, (const sl_prepared *const *)b, b_count), SL_OK);
  assert_int_equal(x.count, y.count);
  for (size_t i = 0; i < x.count; i++) {
    assert_int_equal(sl_granule_key_compare(&x.cell[i].key, &y.cell[i].key), 0);
  }
  sl_granule_walk_fini(&x);
  sl_granule_walk_fini(&y);
}

static sl_granule_set told(sl_prepared *const *own, size_t count, const sl_counterpart *other, const sl_granule_size *size) {
  sl_granule_set set;
  assert_int_equal(sl_granules_told(&set, (const sl_prepared *const *)own, count, other, 1, size), SL_OK);
  assert_in_range(set.count, 1, SL_GRANULES_TOLD_MAX);
  return set;
}

static void slicing_changes_nothing(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("granule slicing_changes_nothing", 11);
  size_t apart = 0;
  for (int round = 0; round < 400; round++) {
    const sl_granule_size *size = round & 1 ? &crewed : &drone;
    draw_place place = (draw_place)(round / 2 % DRAW_PLACES);
    hexagon h, o;
    draw_hexagon(&h, &rng, place, round & 1 ? 40000 : 2000);
    draw_hexagon(&o, &rng, place, round & 1 ? 40000 : 2000);
    sl_prepared *one = whole(&h), *other = whole(&o), *part[8];
    size_t parts = slice(part, &h, &rng);
    assert_same_walk(size, &one, 1, part, parts);
    sl_counterpart against = {other, {.lateral = {500000}, .vertical_w84 = {60000}, .grow = {60 * SL_NS_PER_S}}};
    sl_granule_set a = told(&one, 1, &against, size), b = told(part, parts, &against, size);
    assert_true(a.all == b.all && a.count == b.count);
    for (uint32_t i = 0; i < a.count; i++) {
      assert_true(a.granule[i].window.start.ns == b.granule[i].window.start.ns);
      assert_true(a.granule[i].window.end.ns == b.granule[i].window.end.ns);
    }
    apart += !a.all;
    sl_prepared_free(one);
    sl_prepared_free(other);
    for (size_t i = 0; i < parts; i++) {
      sl_prepared_free(part[i]);
    }
  }
  printf("told apart %zu\n", apart);
  assert_true(apart > 20);
}

static void cutting_a_flight_changes_nothing(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("granule cutting_a_flight_changes_nothing", 12);
  static drawn memory;
  for (int round = 0; round < 100; round++) {
    memset(&memory, 0, sizeof memory);
    draw_trajectory(&memory, &rng, draw_position(&rng, (draw_place)(round % DRAW_PLACES)), 20000);
    sl_object first = memory.object, rest = memory.object;
    uint32_t at = (uint32_t)sl_rng_between(&rng, 0, memory.object.as.trajectory.count - 1);
    first.as.trajectory.count = at + 1;
    rest.as.trajectory.fix += at;
    rest.as.trajectory.count -= at;
    sl_prepared *one = prepared(&memory.object), *part[2] = {prepared(&first), prepared(&rest)};
    assert_same_walk(&crewed, &one, 1, part, 2);
    sl_prepared_free(one);
    sl_prepared_free(part[0]);
    sl_prepared_free(part[1]);
  }
}

/* Within the overall bounds of the plan, in each dimension. */
static void assert_within(const sl_granule *g, const sl_prepared *own) {
  sl_bounds b = sl_bounds_of(own);
  assert_true(g->window.start.ns >= b.window.start.ns && g->window.end.ns <= b.window.end.ns);
  assert_true(g->window.start.ns <= g->window.end.ns);
  if (b.ref == SL_ALT_W84) {
    assert_true(g->band.as.w84.lower.mm >= b.lower && g->band.as.w84.upper.mm <= b.upper);
  } else if (b.ref == SL_ALT_BARO) {
    assert_true(g->band.as.baro.lower.ft >= b.lower && g->band.as.baro.upper.ft <= b.upper);
  }
  const int64_t slack = 2000000; /* a cell that is touched within its widening only: its edge */
  assert_true(g->south_west.lat_nd <= g->north_east.lat_nd);
  assert_true(g->south_west.lat_nd >= b.south - slack && g->north_east.lat_nd <= b.north + slack);
}

static void a_conflict_is_told(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("granule a_conflict_is_told", 13);
  static drawn memory[2];
  size_t conflicts = 0, apart = 0;
  for (int round = 0; round < 6000; round++) {
    draw_place place = (draw_place)(round % (DRAW_PLACES - 1));
    const sl_granule_size *size = round & 64 ? &crewed : &drone;
    sl_prepared *own = draw_prepared(&memory[0], &rng, place, 5000), *other = draw_prepared(&memory[1], &rng, place, 20000);
    sl_counterpart against = {other, draw_minima(&rng)};
    sl_finding finding;
    assert_int_equal(sl_judge(&finding, own, other, &against.minima, false), SL_OK);
    if (finding.verdict != SL_CLEAR) {
      conflicts++;
      sl_granule_set set = told(&own, 1, &against, size);
      apart += !set.all;
      for (uint32_t i = 0; i < set.count; i++) {
        assert_within(&set.granule[i], own);
      }
      sl_granule_grid grid;
      assert_int_equal(sl_granule_grid_init(&grid, size), SL_OK);
      sl_granule_walk walk;
      sl_granule_walk_init(&walk, &grid);
      sl_err err = sl_granule_walk_plan(&walk, (const sl_prepared *const *)&own, 1);
      assert_true(err == SL_ERR_CAP || (err == SL_OK && walk.count > 0));
      assert_true(!set.all || err == SL_ERR_CAP || walk.count > SL_GRANULES_TOLD_MAX);
      sl_granule_walk_fini(&walk);
    }
    sl_prepared_free(own);
    sl_prepared_free(other);
  }
  printf("conflicts %zu, told apart %zu\n", conflicts, apart);
  assert_true(conflicts > 120 && apart > 50);
}

static sl_prepared *circle(int64_t lat_nd, int64_t lon_nd, int64_t radius_mm, int64_t minutes) {
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape.kind = SL_SHAPE_CIRCLE;
  object.as.volume.shape.as.circle = (sl_circle){{lat_nd, lon_nd}, {radius_mm}};
  object.as.volume.band = (sl_band){.ref = SL_ALT_W84, .as.w84 = {{60000}, {119999}}};
  object.as.volume.window = (sl_window){{DRAW_EPOCH}, {DRAW_EPOCH + minutes * SL_NS_PER_MIN}};
  return prepared(&object);
}

static void the_antimeridian_is_a_line_like_others(void **state) {
  (void)state;
  sl_prepared *own = circle(0, -SL_ND_180 + 100, 300000, 1), *other = circle(0, SL_ND_180 - 1000000, 50000, 1);
  sl_counterpart against = {other, {.lateral = {0}}};
  sl_granule_set set = told(&own, 1, &against, &drone);
  assert_false(set.all);
  for (uint32_t i = 0; i < set.count; i++) {
    assert_true(llabs(set.granule[i].south_west.lon_nd) > 179 * SL_ND_PER_DEG);
    assert_true(llabs(set.granule[i].north_east.lon_nd) > 179 * SL_ND_PER_DEG);
  }
  sl_granules_all(&set, (const sl_prepared *const *)&own, 1);
  assert_true(set.all && set.count == 1);
  assert_true(set.granule[0].north_east.lon_nd < set.granule[0].south_west.lon_nd);
  sl_prepared_free(own);
  sl_prepared_free(other);
}

/* Whether the walk has the cell; cells are sorted. */
static bool walked(const sl_granule_walk *walk, const sl_granule_key *key) {
  size_t low = 0, high = walk->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int by = sl_granule_key_compare(&walk->cell[middle].key, key);
    if (by == 0) return true;
    if (by < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/* Every cell of one row and column that the object's bounds reach, judged on its own;
 * how many touch. */
static size_t every_cell(const sl_granule_walk *walk, const sl_prepared *leg, const sl_bounds *bounds, sl_granule_key key) {
  sl_prepared *shape;
  assert_int_equal(sl_granule_prepare(&shape, walk->grid, key.row, key.column), SL_OK);
  const sl_minima none = {.lateral = {0}};
  size_t touched = 0;
  key.ref = bounds->ref;
  for (key.altitude = sl_granule_altitude(walk->grid, bounds->ref, bounds->lower);
       key.altitude <= sl_granule_altitude(walk->grid, bounds->ref, bounds->upper); key.altitude++)
    for (key.time = sl_granule_time(walk->grid, bounds->window.start.ns);
         key.time <= sl_granule_time(walk->grid, bounds->window.end.ns - 1); key.time++) {
      sl_finding finding;
      sl_granule_set_span(shape, walk->grid, &key, &key);
      assert_int_equal(sl_judge(&finding, shape, leg, &none, false), SL_OK);
      assert_int_equal(finding.verdict != SL_CLEAR, walked(walk, &key));
      touched += finding.verdict != SL_CLEAR;
    }
  sl_prepared_free(shape);
  return touched;
}

/* Flights and slanted corridors of some 30 km: pieces and strips against every cell of
 * the box around the whole. */
static void no_cell_is_missed(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("granule no_cell_is_missed", 15);
  sl_granule_grid grid;
  sl_granule_size size = drone;
  size.lateral.mm = 2000000;
  assert_int_equal(sl_granule_grid_init(&grid, &size), SL_OK);
  size_t touched = 0, corridors = 0;
  for (int i = 0; i < 60; i++) {
    drawn own = {.object = {.kind = SL_OBJECT_VOLUME}};
    sl_pos from = draw_position(&rng, (draw_place)(i % DRAW_PLACES)), to = draw_ahead(from, 6.28 * sl_rng_unit(&rng), 40000 * sl_rng_unit(&rng));
    if (i % 2) {
      own.fix[0] = (sl_fix){.pos = from, .alt.w84.mm = sl_rng_between(&rng, 0, 300000), .time = {DRAW_EPOCH}};
      own.fix[1] = (sl_fix){.pos = to, .alt.w84.mm = sl_rng_between(&rng, 0, 300000), .time = {DRAW_EPOCH + 900 * SL_NS_PER_S}};
      own.object = (sl_object){.kind = SL_OBJECT_TRAJECTORY, .as.trajectory = {own.fix, 2, SL_ALT_W84, {100000}, {{20000}}, {7 * SL_NS_PER_S}}};
    } else {
      own.point[0] = from;
      own.point[1] = to;
      sl_volume *v = &own.object.as.volume;
      v->shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {own.point, 2, {100000}, SL_EDGE_GEODESIC}};
      v->band = (sl_band){.ref = SL_ALT_W84, .as.w84 = {{1000}, {50000}}};
      v->window = (sl_window){{DRAW_EPOCH}, {DRAW_EPOCH + SL_NS_PER_S}};
    }
    sl_prepared *prepared;
    assert_int_equal(sl_prepare(&prepared, &own.object, NULL), SL_OK);
    sl_granule_walk walk;
    sl_granule_walk_init(&walk, &grid);
    assert_int_equal(sl_granule_walk_plan(&walk, (const sl_prepared *const *)&prepared, 1), SL_OK);
    sl_bounds bounds = sl_bounds_of(prepared);
    const sl_minima widening = {.lateral = {grid.grow_mm}};
    sl_bounds near = sl_bounds_grow(&bounds, &widening);
    size_t here = 0;
    for (int64_t row = sl_granule_row(&grid, near.south); row <= sl_granule_row(&grid, near.north); row++) {
      int64_t columns = sl_granule_columns(&grid, row), first = sl_granule_column(&grid, row, near.west);
      int64_t count = (sl_granule_column(&grid, row, near.west + near.width) - first + columns) % columns + 1;
      if (near.width + SL_ND_360 / columns >= SL_ND_360) count = columns;
      for (int64_t k = 0; k < count; k++)
        here += every_cell(&walk, prepared, &bounds, (sl_granule_key){.row = row, .column = (first + k) % columns});
    }
    assert_int_equal(here, walk.count);
    touched += here;
    corridors += i % 2 == 0;
    sl_granule_walk_fini(&walk);
    sl_prepared_free(prepared);
  }
  assert_true(touched > 300 && corridors > 20);
}

/* A slanted leg of 500 km in 1 km cells costs its cells, not the box around it. */
static void a_long_leg_is_bounded(void **state) {
  (void)state;
  sl_fix fix[2] = {{.pos = {45 * SL_ND_PER_DEG, 5 * SL_ND_PER_DEG}, .alt.w84.mm = 100000, .time = {DRAW_EPOCH}},
                   {.pos = {49 * SL_ND_PER_DEG, 9 * SL_ND_PER_DEG}, .alt.w84.mm = 100000, .time = {DRAW_EPOCH + 3600 * SL_NS_PER_S}}};
  sl_object own = {.kind = SL_OBJECT_TRAJECTORY, .as.trajectory = {fix, 2, SL_ALT_W84, {100000}, {{20000}}, {7 * SL_NS_PER_S}}};
  sl_prepared *prepared;
  assert_int_equal(sl_prepare(&prepared, &own, NULL), SL_OK);
  sl_granule_grid grid;
  assert_int_equal(sl_granule_grid_init(&grid, &drone), SL_OK);
  sl_granule_walk walk;
  sl_granule_walk_init(&walk, &grid);
  assert_int_equal(sl_granule_walk_plan(&walk, (const sl_prepared *const *)&prepared, 1), SL_OK);
  assert_true(walk.count > 500 && walk.count < 4000 && walk.asked < 40000);
  sl_granule_walk_fini(&walk);
  sl_prepared_free(prepared);
}

static void beyond_the_caps_it_is_the_whole_plan(void **state) {
  (void)state;
  sl_prepared *own = circle(47 * SL_ND_PER_DEG, 0, 4000000, 30), *other = circle(47 * SL_ND_PER_DEG, 0, 4000000, 30);
  sl_counterpart against = {other, {.lateral = {0}}};
  sl_granule_set set = told(&own, 1, &against, &drone);
  assert_true(set.all && set.count == 1);
  sl_prepared *huge = circle(47 * SL_ND_PER_DEG, 0, 900000000, 30);
  set = told(&huge, 1, &against, &drone);
  assert_true(set.all && set.count == 1);
  uint64_t cost;
  assert_int_equal(sl_granules_cost(&cost, (const sl_prepared *const *)&huge, 1, NULL, 0, &drone), SL_ERR_CAP);
  sl_prepared_free(huge);
  sl_prepared_free(own);
  sl_prepared_free(other);
}

static void only_what_is_new_is_charged(void **state) {
  (void)state;
  const sl_prepared *plan[3] = {circle(47 * SL_ND_PER_DEG + 4500000, 4000000, 100000, 5),
                                circle(47 * SL_ND_PER_DEG + 4500000, 4000000, 100000, 15),
                                circle(47 * SL_ND_PER_DEG + 54500000, 4000000, 100000, 5)};
  uint64_t alone, more, again, both;
  assert_int_equal(sl_granules_cost(&alone, plan, 1, NULL, 0, &drone), SL_OK);
  assert_true(alone >= 1 && alone <= 8);
  assert_int_equal(sl_granules_cost(&again, plan, 1, plan, 1, &drone), SL_OK);
  assert_int_equal(again, 0);
  assert_int_equal(sl_granules_cost(&more, plan + 1, 1, plan, 1, &drone), SL_OK);
  assert_true(more >= 2 && more % 2 == 0);
  assert_int_equal(sl_granules_cost(&again, plan, 1, plan + 1, 1, &drone), SL_OK);
  assert_int_equal(again, 0);
  assert_int_equal(sl_granules_cost(&both, plan, 3, plan, 2, &drone), SL_OK);
  assert_true(both >= 1);
  sl_granule_size bad = drone;
  bad.time.ns = 0;
  assert_int_equal(sl_granules_cost(&both, plan, 3, plan, 2, &bad), SL_ERR_RANGE);
  for (int i = 0; i < 3; i++) {
    sl_prepared_free((sl_prepared *)(uintptr_t)plan[i]);
  }
}

/* The grid covers the Earth, near nominal size, and knows its own cells. */
static void cells_cover_the_earth(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("granule cells_cover_the_earth", 14);
  for (int i = 0; i < 20000; i++) {
    sl_granule_size size = i & 1 ? crewed : drone;
    size.lateral.mm = i & 2 ? size.lateral.mm : sl_rng_between(&rng, SL_GRANULE_LATERAL_MIN_MM, SL_GRANULE_LATERAL_MAX_MM);
    sl_granule_grid grid;
    assert_int_equal(sl_granule_grid_init(&grid, &size), SL_OK);
    sl_pos at = draw_position(&rng, (draw_place)(i % DRAW_PLACES));
    sl_granule_key key = {.ref = SL_ALT_W84, .row = sl_granule_row(&grid, at.lat_nd)};
    key.column = sl_granule_column(&grid, key.row, at.lon_nd);
    sl_bounds cell = sl_granule_bounds(&grid, &key);
    assert_true(key.column < sl_granule_columns(&grid, key.row));
    assert_true(at.lat_nd >= cell.south && at.lat_nd <= cell.north);
    assert_true(sl_lon_east(cell.west, at.lon_nd) <= cell.width);
    if (key.column + 1 < sl_granule_columns(&grid, key.row)) {
      double near_edge = fmin(fabs((double)cell.south), fabs((double)cell.north)) * SL_PI / 180e9;
      double nominal = (double)size.lateral.mm, width = (double)cell.width * 0.11113 * cos(near_edge);
      assert_true(width > nominal * 0.95 && width < nominal * 1.25);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slicing_changes_nothing),
      cmocka_unit_test(cutting_a_flight_changes_nothing),
      cmocka_unit_test(a_conflict_is_told),
      cmocka_unit_test(the_antimeridian_is_a_line_like_others),
      cmocka_unit_test(no_cell_is_missed),
      cmocka_unit_test(a_long_leg_is_bounded),
      cmocka_unit_test(beyond_the_caps_it_is_the_whole_plan),
      cmocka_unit_test(only_what_is_new_is_charged),
      cmocka_unit_test(cells_cover_the_earth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
