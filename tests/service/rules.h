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

/* The same with a third side, to which blue has a line "south" by *agreement. */
static inline void three_sides(const sl_agreement *agreement, sl_client *green) {
  const sl_agreement south = *agreement;
  teardown(NULL);
  sl_world_init(&world);
  world.options.side_count = 3;
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_line(&world, "south", 0, 2, &south);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  sl_world_enrol(&world, 2, "ops", SL_CLASS_DRONE, 0, green);
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
