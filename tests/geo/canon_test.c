/* The canonical form: golden bytes, there and back, and everything else refused. */
#include "geo/canon.h"

#include "base/text.h"
#include "test.h"

typedef struct example {
  sl_pos pos[8];
  sl_ring ring[2];
  bool hole[2];
  sl_fix fix[2];
  sl_object object[4];
  sl_plan plan;
} example;

static void make(example *e) {
  memset(e, 0, sizeof *e);
  for (int i = 0; i < 8; i++) e->pos[i] = (sl_pos){i * 1000000, -i * 1000000};
  e->ring[0] = (sl_ring){e->pos, 4};
  e->ring[1] = (sl_ring){e->pos + 4, 3};
  e->hole[1] = true;
  for (int i = 0; i < 3; i++) {
    sl_volume *v = &e->object[i].as.volume;
    e->object[i].kind = SL_OBJECT_VOLUME;
    v->window = (sl_window){{1}, {2}};
    v->band.ref = (sl_alt_ref)(SL_ALT_W84 + i);
  }
  e->object[0].as.volume.band.as.w84.lower.mm = -1;
  e->object[0].as.volume.band.as.w84.upper.mm = 100000;
  e->object[0].as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {e->ring, e->hole, 2, SL_EDGE_PARALLEL}};
  e->object[1].as.volume.band.as.baro.lower.ft = -500;
  e->object[1].as.volume.band.as.baro.upper.ft = 35000;
  e->object[1].as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {e->pos[1], {500000}}};
  e->object[2].as.volume.shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {e->pos, 2, {1000}, SL_EDGE_GEODESIC}};
  e->object[3].kind = SL_OBJECT_TRAJECTORY;
  e->fix[0] = (sl_fix){.pos = e->pos[2], .alt.baro.ft = 1000, .time = {5}};
  e->fix[1] = (sl_fix){.pos = e->pos[3], .alt.baro.ft = -1, .time = {6}};
  e->object[3].as.trajectory = (sl_trajectory){.fix = e->fix, .count = 2, .ref = SL_ALT_BARO, .lateral = {7}, .vertical.baro_ft = 8, .along = {9}};
  e->plan = (sl_plan){e->object, 4};
}

static const char golden_circle[] =
    "01" "00000001"                                 /* version, one object */
    "01" "0000000000000001" "0000000000000002"      /* volume, window */
    "02" "fffffe0c" "000088b8"                      /* pressure altitude, -500 to 35,000 ft */
    "02" "00000000000f4240" "fffffffffff0bdc0" "000000000007a120"; /* circle */

static const char golden_track[] =
    "01" "00000001"
    "02" "02" "0000000000000007" "00000008" "0000000000000009" "00000002"
    "00000000001e8480" "ffffffffffe17b80" "000003e8" "0000000000000005"
    "00000000002dc6c0" "ffffffffffd23940" "ffffffff" "0000000000000006";

static void expect(const sl_plan *plan, const char *hex) {
  sl_buf out;
  sl_buf_init(&out, 1 << 20);
  sl_canon_add(&out, plan);
  char text[1024];
  assert_true(out.size * 2 < sizeof text);
  sl_hex(text, sl_buf_span(&out));
  assert_string_equal(text, hex);
  sl_buf_fini(&out);
}

static void golden(void **state) {
  (void)state;
  example e;
  make(&e);
  expect(&(sl_plan){e.object + 1, 1}, golden_circle);
  expect(&(sl_plan){e.object + 3, 1}, golden_track);
}

static void there_and_back(void **state) {
  (void)state;
  example e;
  make(&e);
  sl_buf first, second;
  sl_buf_init(&first, 1 << 20);
  sl_buf_init(&second, 1 << 20);
  sl_canon_add(&first, &e.plan);
  assert_int_equal(first.error, SL_OK);
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_plan plan;
  assert_int_equal(sl_canon_read(&plan, &arena, sl_buf_span(&first)), SL_OK);
  assert_int_equal(plan.count, 4);
  assert_true(plan.object[0].as.volume.shape.as.polygon.hole[1]);
  assert_int_equal(plan.object[0].as.volume.band.as.w84.lower.mm, -1);
  assert_int_equal(plan.object[3].as.trajectory.fix[1].alt.baro.ft, -1);
  sl_canon_add(&second, &plan);
  assert_int_equal(first.size, second.size);
  assert_memory_equal(first.data, second.data, first.size);
  sl_arena_fini(&arena);
  sl_buf_fini(&first);
  sl_buf_fini(&second);
}

/* Whatever is cut off or added is refused; whatever byte is changed is refused or
 * is the form of the plan that it then says. */
static void every_cut_and_byte(void **state) {
  (void)state;
  example e;
  make(&e);
  sl_buf good, again;
  sl_buf_init(&good, 1 << 20);
  sl_buf_init(&again, 1 << 20);
  sl_canon_add(&good, &e.plan);
  sl_buf_add_u8(&good, 0);
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_plan plan;
  for (size_t size = 0; size <= good.size; size++) {
    sl_err err = sl_canon_read(&plan, &arena, (sl_span){good.data, size});
    assert_int_equal(err == SL_OK, size + 1 == good.size);
    sl_arena_fini(&arena);
  }
  for (size_t i = 0; i + 1 < good.size; i++)
    for (int bit = 0; bit < 8; bit++) {
      good.data[i] ^= (uint8_t)(1 << bit);
      sl_span span = {good.data, good.size - 1};
      if (sl_canon_read(&plan, &arena, span) == SL_OK) {
        sl_buf_clear(&again);
        sl_canon_add(&again, &plan);
        assert_int_equal(again.size, span.size);
        assert_memory_equal(again.data, span.data, span.size);
      }
      sl_arena_fini(&arena);
      good.data[i] ^= (uint8_t)(1 << bit);
    }
  sl_buf_fini(&good);
  sl_buf_fini(&again);
}

static void caps(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_plan plan;
  const uint8_t many[] = {1, 0xff, 0xff, 0xff, 0xff, 1};
  assert_int_equal(sl_canon_read(&plan, &arena, (sl_span){many, sizeof many}), SL_ERR_CAP);
  const uint8_t none[] = {1, 0, 0, 0, 0};
  assert_int_equal(sl_canon_read(&plan, &arena, (sl_span){none, sizeof none}), SL_ERR_CORRUPT);
  const uint8_t version[] = {2, 0, 0, 0, 0};
  assert_int_equal(sl_canon_read(&plan, &arena, (sl_span){version, sizeof version}), SL_ERR_CORRUPT);
  example e;
  make(&e);
  sl_buf good;
  sl_buf_init(&good, 1 << 20);
  sl_canon_add(&good, &e.plan);
  sl_arena small;
  sl_arena_init(&small, 64);
  assert_int_equal(sl_canon_read(&plan, &small, sl_buf_span(&good)), SL_ERR_NOMEM);
  sl_arena_fini(&small);
  sl_arena_fini(&arena);
  sl_buf_fini(&good);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden),
      cmocka_unit_test(there_and_back),
      cmocka_unit_test(every_cut_and_byte),
      cmocka_unit_test(caps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
