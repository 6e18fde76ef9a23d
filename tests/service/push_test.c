/* Notifications: after their commit, each party's own in order and one at a time, at least
 * once over restarts, bounded by party. */
#include "service/push.h"

#include "test.h"
#include "world.h"

#define SECOND SL_NS_PER_S

static sl_world world;
static sl_client blue, red;
static unsigned woken;

static void on_wake(void *context) {
  (void)context;
  woken++;
}

static int setup(void **state) {
  (void)state;
  sl_world_init(&world);
  world.options.push_wake = on_wake;
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  woken = 0;
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sl_world_fini(&world);
  return 0;
}

static const sl_member *party(unsigned side) { return sl_state_member(world.service, side, SL_STR("ops")); }

/* A commit of its own with one notification in it. */
static void add(unsigned side, const char *body) {
  assert_int_equal(sl_store_begin(world.store), SL_OK);
  sl_push_add(world.service, party(side), SL_STR("https://uss.example/x"), sl_str_from(body));
  sl_push_settle(world.service);
  assert_int_equal(world.service->group_error, SL_OK);
  assert_int_equal(sl_store_commit(world.store), SL_OK);
  sl_push_release(world.service);
  sl_world_move(&world, 20 * SL_NS_PER_MS);
}

/* L15: at the next multiple of the quantum after the commit, and not before. */
static void it_leaves_at_the_tick(void **state) {
  (void)state;
  sl_push push;
  sl_time next;
  world.wall += 3 * SL_NS_PER_MS;
  world.monotonic += 3 * SL_NS_PER_MS;
  sl_service_turn(world.service);
  int64_t began = sl_service_now(world.service).ns, tick = (began / (20 * SL_NS_PER_MS) + 1) * 20 * SL_NS_PER_MS;
  assert_int_equal(sl_store_begin(world.store), SL_OK);
  sl_push_add(world.service, party(0), SL_STR("https://uss.example/x"), SL_STR("one"));
  assert_int_equal(sl_store_commit(world.store), SL_OK);
  sl_push_release(world.service);
  assert_false(sl_service_push_take(world.service, &push, &next));
  assert_int_equal(next.ns, tick);
  sl_world_move(&world, tick - began);
  assert_true(sl_service_push_take(world.service, &push, &next));
  assert_int_equal(push.due.ns, tick);
  sl_push_drop(&push);
}

/* Take one, expecting this body; NULL: none is due. */
static uint64_t take(const char *body) {
  sl_push push;
  sl_time next;
  bool any = sl_service_push_take(world.service, &push, &next);
  if (!body) {
    assert_false(any);
    return 0;
  }
  assert_true(any);
  assert_string_equal(push.url, "https://uss.example/x");
  assert_string_equal(push.body, body);
  uint64_t number = push.number;
  sl_push_drop(&push);
  return number;
}

static unsigned rows;

static bool count_row(void *context, sl_span key, sl_span value) {
  (void)context;
  (void)key;
  (void)value;
  rows++;
  return true;
}

static unsigned stored(void) {
  rows = 0;
  sl_span all = {NULL, 0};
  assert_int_equal(sl_store_scan(world.store, SL_TABLE_PUSH, all, all, count_row, NULL), SL_OK);
  return rows;
}

static void what_is_not_on_disk_is_not_sent(void **state) {
  (void)state;
  assert_int_equal(sl_store_begin(world.store), SL_OK);
  sl_push_add(world.service, party(0), SL_STR("https://uss.example/x"), SL_STR("one"));
  world.wall += 20 * SL_NS_PER_MS;
  world.monotonic += 20 * SL_NS_PER_MS;
  take(NULL);
  assert_int_equal(woken, 0);
  assert_int_equal(sl_store_commit(world.store), SL_OK);
  sl_push_release(world.service);
  assert_int_equal(woken, 1);
  sl_service_push_done(world.service, take("one"), SL_PUSH_DELIVERED);
  while (sl_service_turn(world.service)) continue;
  assert_int_equal(stored(), 0);
}

static void each_partys_own_one_at_a_time_and_in_order(void **state) {
  (void)state;
  add(0, "one");
  add(0, "two");
  add(1, "other");
  uint64_t one = take("one"), other = take("other");
  take(NULL);
  sl_service_push_done(world.service, one, SL_PUSH_DELIVERED);
  uint64_t two = take("two");
  take(NULL);
  sl_service_push_done(world.service, two, SL_PUSH_REFUSED);
  sl_service_push_done(world.service, other, SL_PUSH_DELIVERED);
  sl_service_push_done(world.service, other, SL_PUSH_DELIVERED);   /* said twice: nothing more */
  while (sl_service_turn(world.service)) continue;
  assert_int_equal(stored(), 0);
  sl_service_counts counts;
  sl_service_count(world.service, &counts);
  assert_int_equal(counts.pushes_delivered, 2);
  assert_int_equal(counts.pushes_dropped, 1);
}

static void failure_is_tried_again_more_and_more_slowly_until_its_life_ends(void **state) {
  (void)state;
  add(0, "one");
  int64_t waited = 0, least = 0;
  unsigned tries = 0;
  for (; stored() > 0 && tries < 1000; tries++) {
    sl_service_push_done(world.service, take("one"), SL_PUSH_AGAIN);
    while (sl_service_turn(world.service)) continue;
    if (stored() == 0) break;
    take(NULL);
    sl_push push;
    sl_time next;
    assert_false(sl_service_push_take(world.service, &push, &next));
    int64_t wait = next.ns - sl_service_now(world.service).ns;
    least = tries < 8 ? SECOND / 2 << tries : 150 * SECOND;
    assert_in_range(wait, least, least * 2);
    waited += wait;
    sl_world_move(&world, wait);
  }
  assert_in_range(waited, SL_PUSH_LIFE_NS, SL_PUSH_LIFE_NS + 300 * SECOND);
}

static void restart_sends_again_what_was_not_told_delivered(void **state) {
  (void)state;
  add(0, "one");
  add(0, "two");
  sl_service_push_done(world.service, take("one"), SL_PUSH_DELIVERED);
  while (sl_service_turn(world.service)) continue;
  take("two");
  sl_world_restart(&world);
  add(0, "three");
  sl_service_push_done(world.service, take("two"), SL_PUSH_DELIVERED);
  sl_service_push_done(world.service, take("three"), SL_PUSH_DELIVERED);
  while (sl_service_turn(world.service)) continue;
  assert_int_equal(stored(), 0);
}

static void full_queue_loses_its_own_oldest(void **state) {
  (void)state;
  char text[16];
  add(1, "other");
  for (unsigned i = 0; i < SL_PUSHES_A_PARTY + 10; i++) {
    snprintf(text, sizeof text, "%u", i);
    add(0, text);
  }
  assert_int_equal(stored(), SL_PUSHES_A_PARTY + 1);
  take("10");
  take("other");
  sl_service_counts counts;
  sl_service_turn(world.service);
  sl_service_publish(world.service);
  sl_service_count(world.service, &counts);
  assert_int_equal(counts.pushes_dropped, 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(it_leaves_at_the_tick, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_not_on_disk_is_not_sent, setup, teardown),
      cmocka_unit_test_setup_teardown(each_partys_own_one_at_a_time_and_in_order, setup, teardown),
      cmocka_unit_test_setup_teardown(failure_is_tried_again_more_and_more_slowly_until_its_life_ends, setup, teardown),
      cmocka_unit_test_setup_teardown(restart_sends_again_what_was_not_told_delivered, setup, teardown),
      cmocka_unit_test_setup_teardown(full_queue_loses_its_own_oldest, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
