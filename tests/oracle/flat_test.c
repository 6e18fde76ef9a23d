/* Flat shapes against sl_judge(): where the plane decides, it decides the same, most of
 * all near the limit, and it decides nearly always. */
#include "test.h"

#include "draw.h"
#include "oracle/flat.h"

/* A convex volume of three or four corners around a point. */
static sl_prepared *draw_quad(sl_rng *rng, sl_pos centre, double size) {
  sl_pos vertex[4];
  uint32_t count = (uint32_t)sl_rng_between(rng, 3, 4);
  double turn = 2 * SL_PI * sl_rng_unit(rng), flat = 0.05 + sl_rng_unit(rng);
  for (uint32_t i = 0; i < count; i++) {
    double angle = 2 * SL_PI * (i + 0.3 * sl_rng_unit(rng)) / count, x = cos(angle), y = sin(angle) * flat;
    vertex[i] = draw_ahead(centre, turn + atan2(y, x), size * hypot(x, y));
  }
  sl_ring ring = {vertex, count};
  bool hole = false;
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape.kind = SL_SHAPE_POLYGON;
  object.as.volume.shape.as.polygon = (sl_polygon){&ring, &hole, 1, SL_EDGE_GEODESIC};
  object.as.volume.band = (sl_band){.ref = (sl_alt_ref)sl_rng_between(rng, 1, 2)};
  if (object.as.volume.band.ref == SL_ALT_W84) {
    object.as.volume.band.as.w84.lower.mm = 1000 * sl_rng_between(rng, 0, 4);
    object.as.volume.band.as.w84.upper.mm = object.as.volume.band.as.w84.lower.mm + 1000 * sl_rng_between(rng, 0, 4);
  } else {
    object.as.volume.band.as.baro.lower.ft = (int32_t)sl_rng_between(rng, 0, 4);
    object.as.volume.band.as.baro.upper.ft = object.as.volume.band.as.baro.lower.ft + (int32_t)sl_rng_between(rng, 0, 4);
  }
  int64_t start = DRAW_EPOCH + sl_rng_between(rng, 0, 6);
  object.as.volume.window = (sl_window){{start}, {start + sl_rng_between(rng, 1, 6)}};
  sl_prepared *out;
  return sl_prepare(&out, &object, NULL) == SL_OK ? out : NULL;
}

static sl_pos draw_centre(sl_rng *rng) {
  int64_t lat = sl_rng_between(rng, -88, 88) * SL_ND_PER_DEG + sl_rng_between(rng, 0, SL_ND_PER_DEG);
  return (sl_pos){lat, sl_rng_between(rng, -180 * SL_ND_PER_DEG, 180 * SL_ND_PER_DEG - 1)};
}

static void decides_as_judgement_does(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("flat decides_as_judgement_does", 31);
  size_t count[4] = {0, 0, 0, 0}, pairs = 0;
  for (int round = 0; round < 60000; round++) {
    double size = 20 * pow(60, sl_rng_unit(&rng));
    sl_pos at = draw_centre(&rng);
    /* Half of the pairs near to touching: moved so far that a corner is at the limit. */
    double apart = size * 2.2 * sl_rng_unit(&rng);
    sl_minima minima = {.lateral = {round & 1 ? 0 : sl_rng_between(&rng, 0, 300000)},
                        .vertical_w84 = {round & 2 ? 0 : 2000},
                        .vertical_ft = round & 2 ? 0 : 2,
                        .grow = {round & 4 ? 0 : 2}};
    sl_prepared *a = draw_quad(&rng, at, size);
    sl_prepared *b = draw_quad(&rng, draw_ahead(at, 7 * sl_rng_unit(&rng), apart + (double)minima.lateral.mm * 1e-3), size);
    if (a && b) {
      const sl_prepared *both[2] = {a, b};
      sl_flat *flat;
      assert_int_equal(sl_flat_make(&flat, both, 2, 1), SL_OK);
      sl_flat_limits limits = sl_flat_limits_of(&minima);
      sl_verdict verdict = sl_flat_judge(&flat[0], &flat[1], &limits);
      assert_int_equal(verdict, sl_flat_judge(&flat[1], &flat[0], &limits));
      sl_finding finding;
      assert_int_equal(sl_judge(&finding, a, b, &minima, false), SL_OK);
      if (verdict != SL_VERDICT_NONE && verdict != finding.verdict) {
        fail_msg("round %d: %d in the plane, %d judged", round, (int)verdict, (int)finding.verdict);
      }
      count[verdict]++;
      pairs++;
      free(flat);
    }
    sl_prepared_free(a);
    sl_prepared_free(b);
  }
  printf("pairs %zu, left %zu, clear %zu, conflict %zu\n", pairs, count[SL_VERDICT_NONE], count[SL_CLEAR], count[SL_CONFLICT]);
  assert_true(count[SL_CLEAR] > pairs / 10 && count[SL_CONFLICT] > pairs / 20);
}

/* Two squares side by side, 50 cm to 1 mm apart or overlapping: clear or conflict when
 * well apart, left to judgement when near. */
static void leaves_what_is_near(void **state) {
  (void)state;
  for (int step = -500; step <= 500; step++) {
    sl_prepared *both[2];
    for (int k = 0; k < 2; k++) {
      int64_t south = 10 * SL_ND_PER_DEG, west = 20 * SL_ND_PER_DEG + (k ? 1000000 + step * 9 : 0);
      sl_pos vertex[4] = {{south, west}, {south, west + 1000000}, {south + 1000000, west + 1000000}, {south + 1000000, west}};
      sl_ring ring = {vertex, 4};
      bool hole = false;
      sl_object object = {.kind = SL_OBJECT_VOLUME};
      object.as.volume.shape.kind = SL_SHAPE_POLYGON;
      object.as.volume.shape.as.polygon = (sl_polygon){&ring, &hole, 1, SL_EDGE_GEODESIC};
      object.as.volume.band.ref = SL_ALT_COLUMN;
      object.as.volume.window = (sl_window){{0}, {1}};
      assert_int_equal(sl_prepare(&both[k], &object, NULL), SL_OK);
    }
    sl_flat *flat;
    assert_int_equal(sl_flat_make(&flat, (const sl_prepared *const *)both, 2, 1), SL_OK);
    const sl_minima none = {.lateral = {0}};
    sl_flat_limits limits = sl_flat_limits_of(&none);
    sl_verdict verdict = sl_flat_judge(&flat[0], &flat[1], &limits);
    assert_true(verdict == SL_VERDICT_NONE || verdict == (step < 0 ? SL_CONFLICT : SL_CLEAR));
    assert_true(abs(step) < 300 || verdict != SL_VERDICT_NONE);
    assert_true(abs(step) > 10 || verdict == SL_VERDICT_NONE);
    free(flat);
    sl_prepared_free(both[0]);
    sl_prepared_free(both[1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decides_as_judgement_does),
      cmocka_unit_test(leaves_what_is_near),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
