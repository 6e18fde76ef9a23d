/* Twenty-four hours and what follows under a clock that the test holds: what has ended is
 * taken away, in memory and in the store, in small steps, and nothing is left behind. */
#include "utm_scene.h"

#include "service/utm_rows.h"

static bool count_row(void *context, sl_span key, sl_span value) {
  (void)value;
  unsigned *rows = context;
  rows[key.data[0]]++;
  return true;
}

static void rows_of(unsigned rows[static 256]) {
  memset(rows, 0, 256 * sizeof rows[0]);
  sl_err err = sl_store_scan(world.base.store, SL_TABLE_UTM, (sl_span){0}, (sl_span){0}, count_row, rows);
  assert_int_equal(err, SL_OK);
}

static sl_utm_box spot(unsigned n, int64_t from, int64_t to) {
  return (sl_utm_box){46.0 + 0.05 * (n % 10), 7.0 + 0.05 * (n / 10 % 10), 200, 500, 560, from, to};
}

/* One hour's traffic: creates, changes, deletes, refusals, subscriptions, constraints. */
static void hour(unsigned n) {
  static const char fresh[] = ",\"new_subscription\":{\"uss_base_url\":\"https://uss.example/utm\"}";
  for (unsigned i = 0; i < 6; i++) {
    char id[40], target[300], ovn[128];
    snprintf(id, sizeof id, "%08x-0000-4000-8000-%012x", n, i);
    sl_utm_box box = spot(n * 6 + i, 600, 3000);
    sl_answered answer = sl_utm_put(&world, i % 2 ? "uss1" : "uss2", id, NULL, &box, "Accepted", "", i % 3 ? fresh : "");
    assert_int_equal(answer.status, 201);
    sl_utm_ovn_of(answer.body, ovn);
    sl_world_drop(&answer);
    if (i == 4) {
      answer = sl_utm_put(&world, "uss2", id, ovn, &box, "Activated", "", fresh);
      assert_int_equal(answer.status, 200);
      sl_utm_ovn_of(answer.body, ovn);
      sl_world_drop(&answer);
    }
    snprintf(target, sizeof target, INTENTS "%s/%s", id, ovn);
    if (i >= 4) assert_int_equal(sl_utm_status_of(&world, i % 2 ? "uss1" : "uss2", SC, "DELETE", target, NULL), 200);
  }
  sl_utm_box box = spot(n, 600, 3600), red = spot(n * 6, 600, 3000);
  char target[300];
  snprintf(target, sizeof target, SUBS "%08x-0000-4000-8000-00000000000a", n);
  char *body = sl_utm_sub_body(&world, &box, true, true);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC " " CP, "PUT", target, body), 200);
  free(body);
  snprintf(target, sizeof target, ZONES "%08x-0000-4000-8000-00000000000b", n);
  body = sl_utm_zone_body(&world, &box);
  assert_int_equal(sl_utm_status_of(&world, "uss1", CM, "PUT", target, body), 201);
  free(body);
  char id[40];
  snprintf(id, sizeof id, "%08x-0000-4000-8000-00000000000c", n);
  sl_answered answer = sl_utm_put(&world, "uss9", id, NULL, &red, "Accepted", "", fresh);
  assert_int_equal(answer.status, 409);   /* refused: it pends, and lapses */
  sl_world_drop(&answer);
}

static void a_day_leaves_nothing_behind(void **state) {
  (void)state;
  for (unsigned n = 0; n < 24; n++) {
    hour(n);
    sl_world_advance(&world.base, 3600 * SL_NS_PER_S);
    if (n == 12) sl_utm_world_restart(&world);
    if (n == 12) sl_world_advance(&world.base, 60 * SL_NS_PER_S);
  }
  unsigned rows[256];
  rows_of(rows);
  assert_true(rows[SL_UTM_ROW_INTENT] > 0 && rows[SL_UTM_ROW_ZONE] > 0);
  assert_true(rows[SL_UTM_ROW_SUB] <= 1);
  sl_world_advance(&world.base, 26 * 3600 * SL_NS_PER_S);
  rows_of(rows);
  assert_int_equal(rows[SL_UTM_ROW_INTENT], 0);
  assert_int_equal(rows[SL_UTM_ROW_ZONE], 0);
  assert_int_equal(rows[SL_UTM_ROW_SUB], 0);
  assert_int_equal(rows[SL_UTM_ROW_DONE], 0);
  const struct sl_utm *utm = world.base.service->utm;
  assert_int_equal(utm->timers, 0);
  for (unsigned side = 0; side < 2; side++) {
    assert_int_equal(utm->side[side].sub.count, 0);
    assert_int_equal(utm->side[side].zone.count, 0);
    assert_int_equal(utm->side[side].done.count, 0);
    assert_int_equal(utm->side[side].line.count, 0);
    assert_int_equal(sl_index_count(utm->side[side].subs), 0);
    assert_int_equal(world.base.service->side[side].intents, 0);
  }
}

/* No turn takes away more than its part. */
static void steps_are_small(void **state) {
  (void)state;
  for (unsigned i = 0; i < 3 * SL_UTM_SWEEP_MAX; i++) {
    char target[300];
    snprintf(target, sizeof target, SUBS "%08x-0000-4000-8000-00000000000a", i);
    sl_utm_box box = spot(i, 10, 100);
    char *body = sl_utm_sub_body(&world, &box, true, false);
    assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "PUT", target, body), 200);
    free(body);
  }
  const struct sl_utm *utm = world.base.service->utm;
  size_t before = utm->timers;
  assert_int_equal(before, 3 * SL_UTM_SWEEP_MAX);
  world.base.wall += 200 * SL_NS_PER_S;
  world.base.monotonic += 200 * SL_NS_PER_S;
  for (unsigned turns = 1; utm->timers > 0; turns++) {
    assert_true(sl_service_turn(world.base.service));
    assert_true(before - utm->timers <= (size_t)turns * SL_UTM_SWEEP_MAX);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE(a_day_leaves_nothing_behind),
      SCENE(steps_are_small),
  };
  return cmocka_run_group_tests_name("service/utm_timer", tests, NULL, NULL);
}
