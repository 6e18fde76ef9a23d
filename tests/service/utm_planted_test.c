/* The simulator of the F3548 face turns red for each leak that is planted in it. The
 * service under test is the build with plants. */
#include "service/plant.h"

#include "sim_utm.h"

enum { WORLDS = 120 };

static const struct { sl_plant plant; const char *name; } plants[] = {
#define PLANT(name) {SL_PLANT_UTM_##name, #name}
    PLANT(ID_FOREIGN), PLANT(LINE_COUNTER), PLANT(OVN_AMENDED), PLANT(ZONE_CROSSES), PLANT(INDEX_ALL), PLANT(POLL_ACROSS),
    PLANT(TURNED_ACROSS), PLANT(GONE_TWICE),
#undef PLANT
};

static void nothing_is_found_where_nothing_is_planted(void **state) {
  (void)state;
  sl_planted = SL_PLANT_NONE;
  for (unsigned i = 0; i < 20; i++) {
    const char *found = sl_sim_utm_world(i, NULL);
    if (found) fail_msg("%s", found);
  }
}

static void every_plant_is_caught(void **state) {
  (void)state;
  unsigned count = sizeof plants / sizeof *plants, missed = 0;
  assert_int_equal(count, SL_PLANT_COUNT - SL_PLANT_UTM_ID_FOREIGN);
  for (unsigned i = 0; i < count; i++) {
    const char *found = NULL;
    unsigned world = 0;
    sl_planted = plants[i].plant;
    for (; world < WORLDS && !found; world++) found = sl_sim_utm_world(world, NULL);
    sl_planted = SL_PLANT_NONE;
    fflush(stdout);
    printf("%-14s %s after %u worlds\n", plants[i].name, found ? "caught" : "NOT CAUGHT", world);
    missed += found == NULL;
  }
  assert_int_equal(missed, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_found_where_nothing_is_planted),
                                     cmocka_unit_test(every_plant_is_caught)};
  return cmocka_run_group_tests_name("service/utm_planted", tests, NULL, NULL);
}
