/* Each signed request once, over restarts, to a cap of its own side. */
#include "rules.h"

static int again(sl_client *client) {
  client->nonces--;
  return sl_play_do(&world, client, "GET", "/v1/cases", NULL);
}

static void a_nonce_is_taken_once_also_over_a_restart(void **state) {
  (void)state;
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 200);
  assert_int_equal(again(&blue), 401);
  sl_world_restart(&world);
  assert_int_equal(again(&blue), 401);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 200);
}

static void what_outlived_its_life_in_the_queue_is_not_carried_out(void **state) {
  (void)state;
  sl_answered first, second;
  sl_world_send(&world, &blue, "GET", "/v1/cases", NULL, &first);
  blue.nonces--;
  sl_world_send(&world, &blue, "GET", "/v1/cases", NULL, &second);
  sl_service_turn(world.service);
  assert_true(first.done && second.done);
  assert_int_equal(first.status, 200);
  assert_int_equal(second.status, 401);
  sl_world_drop(&first);
  sl_world_drop(&second);
  sl_world_send(&world, &blue, "GET", "/v1/cases", NULL, &first);
  sl_world_send(&world, &red, "GET", "/v1/cases", NULL, &second);
  world.wall += 62 * SL_SECOND;
  world.monotonic += 62 * SL_SECOND;
  sl_answered third;
  sl_world_send(&world, &red, "GET", "/v1/cases", NULL, &third);
  while (sl_service_turn(world.service)) continue;
  assert_int_equal(third.status, 200);
  sl_world_drop(&first);
  sl_world_drop(&second);
  sl_world_drop(&third);
}

static void the_cap_is_ones_own(void **state) {
  (void)state;
  teardown(NULL);
  sl_world_init(&world);
  world.options.nonces_max = 80;
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  int status = 200;
  for (int i = 0; i < 80 && status == 200; i++) status = sl_play_do(&world, &blue, "GET", "/v1/cases", NULL);
  assert_int_equal(status, 503);
  assert_int_equal(sl_play_do(&world, &red, "GET", "/v1/cases", NULL), 200);
  world.beating = false;
  sl_world_move(&world, 120 * SL_SECOND);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 200);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_nonce_is_taken_once_also_over_a_restart),
      CASE(what_outlived_its_life_in_the_queue_is_not_carried_out),
      CASE(the_cap_is_ones_own),
  };
  return cmocka_run_group_tests_name("nonce", tests, NULL, NULL);
}
