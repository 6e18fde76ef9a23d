/* Each planted fault is caught by the check that is meant to catch it, and nothing is
 * found when none is planted. The service under test is the build with plants. */
#include "service/plant.h"

#include "checks.h"
#include "test.h"

static const struct { sl_plant plant; const char *name, *check; } plants[] = {
#define PLANT(name, check) {SL_PLANT_##name, #name, check}
    PLANT(UNDECIDED_CLEAR, "doubt"),   PLANT(LONG_LEASE, "lease"),       PLANT(CASE_CLEARS, "standing"),
    PLANT(RESTART_CLEAR, "restart"),   PLANT(ID_COUNTER, "view"),        PLANT(EVENT_CURSOR, "view"),
    PLANT(TREE_SIZE, "view"),          PLANT(RECEIPT_LENGTH, "view"),    PLANT(ERROR_TEXT, "view"),
    PLANT(SALT_SHARED, "view"),        PLANT(QUEUE_SHARED, "view"),      PLANT(CASE_PER_PAIR, "view"),
    PLANT(ORDER, "view"),              PLANT(LEASE_LEAK, "view"),        PLANT(CHARGE_LEAK, "view"),
    PLANT(ID_COLLISION, "view"),       PLANT(READ_ACROSS, "view"),       PLANT(GRANULE_EXACT, "granule"),
    PLANT(EARLY_EVENT, "round"),       PLANT(CLEAR_ON_POLL, "poll"),     PLANT(LATE_REPLY, "release"),
    PLANT(ONE_SIDED, "presence"),      PLANT(OWED_FORGOTTEN, "presence"), PLANT(WHAT_IF, "pending"),
    PLANT(FREE_QUESTION, "budget"),    PLANT(APPROVED, "words"),         PLANT(NO_POINTER, "schema"),
    PLANT(NO_ENTRY, "entries"),        PLANT(NONCE_FORGOTTEN, "replay"), PLANT(REPLY_EARLY, "durable"),
    PLANT(LOG_APART, "log"),           PLANT(RACE, "instant"),           PLANT(SILENT_CLEAR, "silence"),
    PLANT(URGENT_WAITS, "urgent"),     PLANT(EXACT_TIME, "tick"),       PLANT(CLOCK_TRUSTED, "clock"),
    PLANT(VOID_SILENT, "void"),        PLANT(ANY_HEARTBEAT, "officer"),
    PLANT(KEYID_TOLD, "view"),         PLANT(SALT_SEEDED, "erased"),      PLANT(SALT_KEPT, "erased"),
#undef PLANT
};

static void nothing_is_found_where_nothing_is_planted(void **state) {
  (void)state;
  sl_planted = SL_PLANT_NONE;
  for (const sl_check *check = sl_checks; check->name; check++) {
    const char *found = check->run();
    if (found) fail_msg("%s: %s", check->name, found);
  }
}

static void every_plant_is_caught(void **state) {
  (void)state;
  unsigned count = sizeof plants / sizeof *plants, missed = 0;
  assert_int_equal(count, SL_PLANT_UTM_ID_FOREIGN - 1);   /* those of the F3548 face: utm_planted_test.c */
  for (unsigned i = 0; i < count; i++) {
    const sl_check *check = sl_check_find(plants[i].check);
    assert_non_null(check);
    sl_planted = plants[i].plant;
    const char *found = check->run();
    sl_planted = SL_PLANT_NONE;
    fflush(stdout);
    printf("%-16s %-9s %.90s\n", plants[i].name, plants[i].check, found ? found : "NOT CAUGHT");
    missed += found == NULL;
  }
  printf("%u planted faults, %u not caught\n", count, missed);
  assert_int_equal(missed, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_found_where_nothing_is_planted),
                                     cmocka_unit_test(every_plant_is_caught)};
  return cmocka_run_group_tests_name("planted", tests, NULL, NULL);
}
