/* Plans in JSON: random plans survive the way out and in, the strict mode refuses our
 * extensions, open altitudes, and outward rounding. */
#include "test.h"

#include "geo/canon.h"
#include "json/plan.h"

static sl_arena arena;

static sl_err read_plan(sl_plan *out, sl_str text, unsigned flags, sl_fault *fault) {
  sl_json *json = NULL;
  const sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  sl_err err = sl_json_parse(&json, sl_str_bytes(text), &caps, fault);
  if (err != SL_OK) return err;
  sl_json_reader reader = {.arena = &arena, .fault = fault};
  sl_json_at root = sl_json_root(json);
  err = sl_json_is_array(&root) ? sl_volumes_read(&reader, out, &root, flags) : sl_plan_read(&reader, out, &root, flags);
  sl_json_free(json);
  return err;
}

static void text_of(sl_buf *out, const sl_plan *plan) {
  sl_buf_init(out, 1u << 20);
  sl_json_out json = sl_json_out_of(out);
  sl_plan_json_add(&json, NULL, plan);
  assert_int_equal(out->error, SL_OK);
}

static void same(const sl_plan *a, const sl_plan *b) {
  sl_buf first, second;
  sl_buf_init(&first, 1u << 20);
  sl_buf_init(&second, 1u << 20);
  sl_canon_add(&first, a);
  sl_canon_add(&second, b);
  assert_int_equal(first.error, SL_OK);
  assert_true(sl_str_equal(sl_buf_str(&first), sl_buf_str(&second)));
  sl_buf_fini(&first);
  sl_buf_fini(&second);
}

/* A random position near a random place, to the nanodegree. */
static sl_pos near(sl_rng *rng, sl_pos place, int64_t reach) {
  return (sl_pos){place.lat_nd + sl_rng_between(rng, -reach, reach), place.lon_nd + sl_rng_between(rng, -reach, reach)};
}

static sl_band random_band(sl_rng *rng) {
  sl_band band = {.ref = sl_rng_between(rng, 0, 1) ? SL_ALT_W84 : SL_ALT_BARO};
  if (band.ref == SL_ALT_BARO) {
    band.as.baro.lower.ft = (int32_t)sl_rng_between(rng, SL_ALT_BARO_MIN_FT, 60000);
    band.as.baro.upper.ft = band.as.baro.lower.ft + (int32_t)sl_rng_between(rng, 0, 9000);
  } else {
    band.as.w84.lower.mm = sl_rng_between(rng, SL_ALT_W84_MIN_MM, 20000000);
    band.as.w84.upper.mm = band.as.w84.lower.mm + sl_rng_between(rng, 0, 9999999);
  }
  return band;
}

static sl_object random_volume(sl_rng *rng) {
  sl_object object;
  memset(&object, 0, sizeof object);
  object.kind = SL_OBJECT_VOLUME;
  sl_volume *volume = &object.as.volume;
  sl_pos place = {sl_rng_between(rng, -80000000000, 80000000000), sl_rng_between(rng, -179000000000, 179000000000)};
  volume->band = random_band(rng);
  volume->window.start.ns = sl_rng_between(rng, 0, INT64_C(7000000000000000000));
  volume->window.end.ns = volume->window.start.ns + sl_rng_between(rng, 1, 36000000000000);
  sl_edge edge = sl_rng_between(rng, 0, 1) ? SL_EDGE_GEODESIC : SL_EDGE_PARALLEL;
  int64_t kind = sl_rng_between(rng, 1, 3);
  if (kind == SL_SHAPE_CIRCLE) {
    volume->shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {place, {sl_rng_between(rng, 1, 50000000)}}};
  } else if (kind == SL_SHAPE_CORRIDOR) {
    sl_pos *point = SL_ARENA_TAKE(&arena, 2, sl_pos);
    point[0] = place;
    point[1] = near(rng, (sl_pos){place.lat_nd + 90000000, place.lon_nd}, 5000000);
    volume->shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR,
                               .as.corridor = {point, 2, {sl_rng_between(rng, 1, 900000)}, edge}};
  } else {
    sl_ring *ring = SL_ARENA_TAKE(&arena, 2, sl_ring);
    bool *hole = SL_ARENA_TAKE(&arena, 2, bool);
    for (int r = 0; r < 2; r++) {
      sl_pos *vertex = SL_ARENA_TAKE(&arena, 4, sl_pos);
      int64_t half = r == 0 ? 50000000 : 20000000;
      for (int i = 0; i < 4; i++) {
        sl_pos corner = {place.lat_nd + (i < 2 ? -half : half), place.lon_nd + (i == 1 || i == 2 ? half : -half)};
        vertex[i] = near(rng, corner, 5000000);
      }
      ring[r] = (sl_ring){vertex, 4};
      hole[r] = r == 1;
    }
    volume->shape = (sl_shape){.kind = SL_SHAPE_POLYGON,
                               .as.polygon = {ring, hole, (uint32_t)sl_rng_between(rng, 1, 2), edge}};
  }
  return object;
}

static sl_object random_trajectory(sl_rng *rng) {
  sl_object object;
  memset(&object, 0, sizeof object);
  object.kind = SL_OBJECT_TRAJECTORY;
  sl_trajectory *trajectory = &object.as.trajectory;
  trajectory->count = (uint32_t)sl_rng_between(rng, 1, 5);
  trajectory->ref = sl_rng_between(rng, 0, 1) ? SL_ALT_W84 : SL_ALT_BARO;
  trajectory->lateral.mm = sl_rng_between(rng, 0, 999999);
  trajectory->along.ns = sl_rng_between(rng, 1, 99999999999);
  if (trajectory->ref == SL_ALT_BARO) trajectory->vertical.baro_ft = (int32_t)sl_rng_between(rng, 0, 500);
  if (trajectory->ref == SL_ALT_W84) trajectory->vertical.w84.mm = sl_rng_between(rng, 0, 99999);
  sl_fix *fix = SL_ARENA_TAKE(&arena, trajectory->count, sl_fix);
  sl_pos place = {sl_rng_between(rng, -80000000000, 80000000000), sl_rng_between(rng, -179000000000, 179000000000)};
  int64_t time = sl_rng_between(rng, SL_NS_PER_H * 48, INT64_C(7000000000000000000));
  for (uint32_t i = 0; i < trajectory->count; i++) {
    fix[i].pos = near(rng, place, 50000000);
    fix[i].time.ns = time += sl_rng_between(rng, 1, 60000000000);
    if (trajectory->ref == SL_ALT_BARO) fix[i].alt.baro.ft = (int32_t)sl_rng_between(rng, -2000, 60000);
    if (trajectory->ref == SL_ALT_W84) fix[i].alt.w84.mm = sl_rng_between(rng, -2000000, 20000000);
  }
  trajectory->fix = fix;
  return object;
}

static void random_plans_round_trip(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("json_plan", 3);
  for (int round = 0; round < 500; round++) {
    sl_arena_fini(&arena);
    sl_object object[4];
    uint32_t volumes = (uint32_t)sl_rng_between(&rng, 0, 2), tracks = (uint32_t)sl_rng_between(&rng, volumes ? 0 : 1, 2);
    for (uint32_t i = 0; i < volumes; i++) object[i] = random_volume(&rng);
    for (uint32_t i = 0; i < tracks; i++) object[volumes + i] = random_trajectory(&rng);
    const sl_plan plan = {object, volumes + tracks};
    sl_buf text, again;
    text_of(&text, &plan);
    sl_plan back = {NULL, 0};
    sl_fault fault = sl_fault_none();
    sl_err err = read_plan(&back, sl_buf_str(&text), SL_PLAN_NATIVE, &fault);
    if (err != SL_OK) fail_msg("%s at %s: %s in %.*s", sl_err_name(err), fault.pointer, fault.reason, (int)text.size,
                               (const char *)text.data);
    same(&plan, &back);
    text_of(&again, &back);
    assert_true(sl_str_equal(sl_buf_str(&text), sl_buf_str(&again)));
    sl_buf_fini(&text);
    sl_buf_fini(&again);
  }
}

#define CENTER "\"center\":{\"lng\":1,\"lat\":2}"
#define CIRCLE "\"outline_circle\":{" CENTER ",\"radius\":{\"value\":10,\"units\":\"M\"}}"
#define LOWER "\"altitude_lower\":{\"value\":0,\"reference\":\"W84\",\"units\":\"M\"}"
#define UPPER "\"altitude_upper\":{\"value\":100,\"reference\":\"W84\",\"units\":\"M\"}"
#define TIMES \
  "\"time_start\":{\"value\":\"2026-01-02T10:00:00Z\",\"format\":\"RFC3339\"}," \
  "\"time_end\":{\"value\":\"2026-01-02T11:00:00Z\",\"format\":\"RFC3339\"}"
#define VOLUME(inside) "[{\"volume\":{" inside "}," TIMES "}]"
#define VERTICES "\"vertices\":[{\"lng\":0,\"lat\":0},{\"lng\":1,\"lat\":0},{\"lng\":1,\"lat\":1}]"

static void modes(void **state) {
  (void)state;
  static const struct { const char *text; unsigned flags; sl_err expected; const char *pointer; } cases[] = {
      {VOLUME(CIRCLE "," LOWER "," UPPER), SL_PLAN_NATIVE, SL_OK, ""},
      {VOLUME(CIRCLE "," LOWER "," UPPER), SL_PLAN_STRICT_F3548, SL_OK, ""},
      {VOLUME("\"outline_polygon\":{" VERTICES ",\"edge\":\"parallel\"}," LOWER "," UPPER), SL_PLAN_NATIVE, SL_OK, ""},
      {VOLUME("\"outline_polygon\":{" VERTICES ",\"edge\":\"parallel\"}," LOWER "," UPPER), SL_PLAN_STRICT_F3548,
       SL_ERR_UNKNOWN, "/0/volume/outline_polygon/edge"},
      {VOLUME("\"outline_polygon\":{" VERTICES ",\"holes\":[]}," LOWER "," UPPER), SL_PLAN_STRICT_F3548,
       SL_ERR_UNKNOWN, "/0/volume/outline_polygon/holes"},
      {VOLUME("\"outline_corridor\":{}," LOWER "," UPPER), SL_PLAN_STRICT_F3548, SL_ERR_UNKNOWN,
       "/0/volume/outline_corridor"},
      {VOLUME(CIRCLE "," LOWER ",\"altitude_upper\":{\"value\":100,\"reference\":\"STD\",\"units\":\"FT\"}"),
       SL_PLAN_STRICT_F3548, SL_ERR_UNIT, "/0/volume/altitude_upper/reference"},
      {"{\"volumes\":" VOLUME(CIRCLE "," LOWER "," UPPER) ",\"trajectories\":[]}", SL_PLAN_NATIVE, SL_OK, ""},
      {"{\"volumes\":" VOLUME(CIRCLE "," LOWER "," UPPER) ",\"trajectories\":[]}", SL_PLAN_STRICT_F3548,
       SL_ERR_UNKNOWN, "/trajectories"},
      {VOLUME(CIRCLE), SL_PLAN_NATIVE, SL_ERR_MISSING, "/0/volume/altitude_lower"},
      {VOLUME(CIRCLE "," LOWER), SL_PLAN_NATIVE, SL_ERR_MISSING, "/0/volume/altitude_upper"},
      {VOLUME(CIRCLE), SL_PLAN_OPEN_ALTITUDE, SL_OK, ""},
      {VOLUME(CIRCLE), SL_PLAN_OPEN_ALTITUDE | SL_PLAN_STRICT_F3548, SL_OK, ""},
      {"[]", SL_PLAN_NATIVE, SL_ERR_RANGE, ""},
      {"{\"volumes\":{}}", SL_PLAN_NATIVE, SL_ERR_TYPE, "/volumes"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_plan plan = {NULL, 0};
    sl_fault fault = sl_fault_none();
    sl_err err = read_plan(&plan, sl_str_from(cases[i].text), cases[i].flags, &fault);
    if (err != cases[i].expected || strcmp(fault.pointer, cases[i].pointer) != 0) {
      fail_msg("case %zu: %s at \"%s\": %s", i, sl_err_name(err), fault.pointer, fault.reason);
    }
  }
}

static void open_altitudes(void **state) {
  (void)state;
  sl_plan plan = {NULL, 0};
  assert_int_equal(read_plan(&plan, sl_str_from(VOLUME(CIRCLE)), SL_PLAN_OPEN_ALTITUDE, NULL), SL_OK);
  assert_int_equal(plan.object[0].as.volume.band.ref, SL_ALT_COLUMN);
  assert_int_equal(read_plan(&plan, sl_str_from(VOLUME(CIRCLE "," LOWER)), SL_PLAN_OPEN_ALTITUDE, NULL), SL_OK);
  assert_int_equal(plan.object[0].as.volume.band.as.w84.upper.mm, SL_ALT_W84_MAX_MM);
  assert_int_equal(read_plan(&plan, sl_str_from(VOLUME(CIRCLE "," UPPER)), SL_PLAN_OPEN_ALTITUDE, NULL), SL_OK);
  assert_int_equal(plan.object[0].as.volume.band.as.w84.lower.mm, SL_ALT_W84_MIN_MM);
}

static void what_is_read_holds_what_was_meant(void **state) {
  (void)state;
  static const char text[] = VOLUME("\"outline_circle\":{" CENTER ",\"radius\":{\"value\":10.00001,\"units\":\"M\"}},"
      "\"altitude_lower\":{\"value\":-0.0001,\"reference\":\"W84\",\"units\":\"M\"},"
      "\"altitude_upper\":{\"value\":99.9999,\"reference\":\"W84\",\"units\":\"M\"}");
  sl_plan plan = {NULL, 0};
  assert_int_equal(read_plan(&plan, sl_str_from(text), SL_PLAN_STRICT_F3548, NULL), SL_OK);
  assert_int_equal(plan.object[0].as.volume.shape.as.circle.radius.mm, 10001);
  assert_int_equal(plan.object[0].as.volume.band.as.w84.lower.mm, -1);
  assert_int_equal(plan.object[0].as.volume.band.as.w84.upper.mm, 100000);
}

/* A Volume3D of an open reader: closed rings, altitudes below our range. */
static void open_solids(void **state) {
  (void)state;
  static const char text[] =
      "{\"outline_polygon\":{\"vertices\":[{\"lng\":0,\"lat\":0},{\"lng\":1,\"lat\":0},{\"lng\":1,\"lat\":1},"
      "{\"lng\":0,\"lat\":0}],\"more\":1},\"altitude_lower\":{\"value\":-7000,\"reference\":\"W84\",\"units\":\"M\"}}";
  for (int open = 0; open < 2; open++) {
    sl_json *json = NULL;
    const sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
    assert_int_equal(sl_json_parse(&json, sl_str_bytes(SL_STR(text)), &caps, NULL), SL_OK);
    sl_json_reader reader = {.arena = &arena, .open = open != 0};
    sl_json_at root = sl_json_root(json);
    sl_volume volume;
    memset(&volume, 0, sizeof volume);
    sl_err err = sl_volume_3d_read(&reader, &volume, &root, SL_PLAN_STRICT_F3548 | SL_PLAN_OPEN_ALTITUDE);
    assert_true(open ? err == SL_OK : err != SL_OK);
    if (open) {
      assert_int_equal(volume.shape.as.polygon.ring[0].count, 3);
      assert_int_equal(volume.band.as.w84.lower.mm, SL_ALT_W84_MIN_MM);
    }
    sl_json_free(json);
  }
}

int main(void) {
  sl_arena_init(&arena, 16u << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_plans_round_trip), cmocka_unit_test(modes),
                                     cmocka_unit_test(open_altitudes), cmocka_unit_test(open_solids),
                                     cmocka_unit_test(what_is_read_holds_what_was_meant)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
