/* Flat shapes against sl_judge(): where the plane decides, it decides the same, most of
 * all near the limit, and it decides nearly always. */
#include "test.h"

#include "draw.h"
#include "oracle/flat.h"
#include "oracle/prepared.h"

static sl_prepared *volume_of(sl_rng *rng, const sl_pos *vertex, uint32_t count) {
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

/* A convex volume of three or four corners around a point. */
static sl_prepared *draw_quad(sl_rng *rng, sl_pos centre, double size) {
  sl_pos vertex[4];
  uint32_t count = (uint32_t)sl_rng_between(rng, 3, 4);
  double turn = 2 * SL_PI * sl_rng_unit(rng), flat = 0.05 + sl_rng_unit(rng);
  for (uint32_t i = 0; i < count; i++) {
    double angle = 2 * SL_PI * (i + 0.3 * sl_rng_unit(rng)) / count, x = cos(angle), y = sin(angle) * flat;
    vertex[i] = draw_ahead(centre, turn + atan2(y, x), size * hypot(x, y));
  }
  return volume_of(rng, vertex, count);
}

/* A rectangle ahead of a place by `ahead` metres: two of them face each other. */
static sl_prepared *draw_facing(sl_rng *rng, sl_pos from, double azimuth, double ahead, double size) {
  sl_pos vertex[4];
  double deep = size * (0.1 + sl_rng_unit(rng)), half = size * (0.1 + 0.4 * sl_rng_unit(rng));
  for (int i = 0; i < 4; i++) {
    double x = ahead + (i == 1 || i == 2 ? deep : 0.0), y = i < 2 ? -half : half;
    vertex[i] = draw_ahead(from, azimuth + atan2(y, x), hypot(x, y));
  }
  return volume_of(rng, vertex, 4);
}

static sl_pos draw_centre(sl_rng *rng) {
  int64_t lat = sl_rng_between(rng, -88, 88) * SL_ND_PER_DEG + sl_rng_between(rng, 0, SL_ND_PER_DEG);
  return (sl_pos){lat, sl_rng_between(rng, -180 * SL_ND_PER_DEG, 180 * SL_ND_PER_DEG - 1)};
}

static void decides_as_judgement_does(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("flat decides_as_judgement_does", 31);
  size_t count[4] = {0, 0, 0, 0}, pairs = 0, alone = 0;
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
      const uint32_t position[2] = {round & 1, !(round & 1)};
      sl_flat lain[2], *flat = lain;
      sl_flat_lay(flat, both, position, 2, 1);
      sl_flat_limits limits = sl_flat_limits_of(&minima);
      sl_verdict verdict = sl_flat_judge(&flat[0], &flat[1], &limits);
      assert_int_equal(verdict, sl_flat_judge(&flat[1], &flat[0], &limits));
      sl_finding finding, brief;   /* with detail the plane is left alone */
      assert_int_equal(sl_judge(&finding, a, b, &minima, true), SL_OK);
      assert_int_equal(sl_judge(&brief, a, b, &minima, false), SL_OK);
      assert_int_equal(brief.verdict, finding.verdict);
      alone += sl_flat_pair(a, b, (double)minima.lateral.mm * 1e-3) != SL_VERDICT_NONE;
      if (verdict != SL_VERDICT_NONE && verdict != finding.verdict) {
        fail_msg("round %d: %d in the plane, %d judged", round, (int)verdict, (int)finding.verdict);
      }
      count[verdict]++;
      pairs++;
    }
    sl_prepared_free(a);
    sl_prepared_free(b);
  }
  printf("pairs %zu, left %zu, clear %zu, conflict %zu; %zu in a plane of their own\n", pairs, count[SL_VERDICT_NONE],
         count[SL_CLEAR], count[SL_CONFLICT], alone);
  assert_true(alone > pairs / 2);
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
    const uint32_t position[2] = {0, 1};
    sl_flat flat[2];
    sl_flat_lay(flat, (const sl_prepared *const *)both, position, 2, 1);
    const sl_minima none = {.lateral = {0}};
    sl_flat_limits limits = sl_flat_limits_of(&none);
    sl_verdict verdict = sl_flat_judge(&flat[0], &flat[1], &limits);
    assert_true(verdict == SL_VERDICT_NONE || verdict == (step < 0 ? SL_CONFLICT : SL_CLEAR));
    assert_true(abs(step) < 300 || verdict != SL_VERDICT_NONE);
    assert_true(abs(step) > 10 || verdict == SL_VERDICT_NONE);
    sl_prepared_free(both[0]);
    sl_prepared_free(both[1]);
  }
}

/* Two shapes of up to 5 km anywhere, poles among it, the minimum within a metre of what
 * they are apart: the plane of their own against the separation that judgement finds. */
static void a_plane_of_their_own(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("flat a_plane_of_their_own", 32);
  size_t decided = 0, pairs = 0;
  for (int round = 0; round < 40000; round++) {
    double size = 2 * pow(2000, sl_rng_unit(&rng)), lateral = pow(10.0, -1 + 5.5 * sl_rng_unit(&rng));
    sl_pos at = round % 4 ? draw_centre(&rng) : draw_ahead((sl_pos){90 * SL_ND_PER_DEG, 0}, 7 * sl_rng_unit(&rng), 3 * size * sl_rng_unit(&rng));
    double apart = size * 2.2 * sl_rng_unit(&rng) + (round & 1 ? lateral : 0.0);
    double azimuth = 7 * sl_rng_unit(&rng), other_size = size * (0.02 + sl_rng_unit(&rng));
    sl_prepared *a = draw_quad(&rng, at, size), *b = draw_quad(&rng, draw_ahead(at, azimuth, apart), other_size);
    if (round % 3 == 0) {
      sl_prepared_free(a);
      sl_prepared_free(b);
      a = draw_facing(&rng, at, azimuth + SL_PI, 0.0, size);
      b = draw_facing(&rng, at, azimuth, lateral, other_size);
    }
    const sl_minima wide = {.lateral = {200000000}, .vertical_w84 = {1000000}, .vertical_ft = 1000, .baro_bounded = true, .grow = {SL_NS_PER_S}};
    sl_finding finding;
    if (a && b && a->reference == b->reference) {
      assert_int_equal(sl_judge(&finding, a, b, &wide, true), SL_OK);
      assert_int_equal(finding.verdict, SL_CONFLICT);
      double s = (double)finding.lateral.mm * 1e-3, e = (double)finding.error.mm * 1e-3;   /* in [s, s + 1 mm) */
      double limit = round & 1 ? s + (2 * sl_rng_unit(&rng) - 1) * pow(10.0, -3.0 + 4.0 * sl_rng_unit(&rng)) : 0.0;
      sl_verdict verdict = sl_flat_pair(a, b, limit > 0.0 ? limit : 0.0);
      sl_verdict other = sl_flat_pair(b, a, limit > 0.0 ? limit : 0.0);   /* in another plane */
      assert_true(other == verdict || other == SL_VERDICT_NONE || verdict == SL_VERDICT_NONE);
      if (verdict == SL_CLEAR) assert_true(s + 0.001 - e > limit);
      if (verdict == SL_CONFLICT) assert_true(s == 0.0);
      decided += verdict != SL_VERDICT_NONE;
      pairs++;
    }
    sl_prepared_free(a);
    sl_prepared_free(b);
  }
  printf("pairs %zu, decided %zu\n", pairs, decided);
  assert_true(pairs > 10000 && decided > pairs / 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decides_as_judgement_does),
      cmocka_unit_test(leaves_what_is_near),
      cmocka_unit_test(a_plane_of_their_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
