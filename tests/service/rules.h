/* The fixture that tests of rules share: an open world with one drone operator on
 * each side. Included by one test each; everything is static to it. */
#ifndef SL_TEST_RULES_H
#define SL_TEST_RULES_H

#include "play.h"
#include "test.h"

static sl_world world;
static sl_client blue, red;
static char a[37], b[37];    /* two fresh ids */

static sl_play_faults faults;

static int setup(void **state) {
  (void)state;
  faults = (sl_play_faults){0};
  sl_world_init(&world);
  sl_world_open(&world, sl_play_store(&faults));
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sl_world_fini(&world);
  return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
