/* Retention of events (L23): what is over is gone for good, in small steps that show
 * nowhere; a cursor before it is told so. */
#include "rules.h"

#include "store/store.h"

#define DAY (24 * SL_HOUR)
#define WEEK (7 * DAY)

static void begin(int64_t retention_days) {
  teardown(NULL);
  faults = (sl_play_faults){0};
  sl_world_init(&world);
  world.options.retention.ns = retention_days * DAY;
  world.agreement.tick.ns = world.agreement.round.ns = SL_HOUR;
  sl_world_open(&world, sl_play_store(&faults));
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
}

/* Every party of the line is told twice. */
static void two_events(void) {
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/suspend", "{}"), 200);
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/resume", "{}"), 200);
}

static sl_answered ask(uint64_t after) {
  char target[64];
  snprintf(target, sizeof target, "/v1/events?after=%llu&wait=0", (unsigned long long)after);
  return sl_world_ask(&world, &blue, "GET", target, NULL);
}

static int status_of(uint64_t after) {
  sl_answered answer = ask(after);
  int status = answer.status;
  sl_world_drop(&answer);
  return status;
}

/* The first number that is told to who has no cursor; 0 for none. */
static long first_of(uint64_t *next) {
  sl_answered answer = ask(0);
  char text[128];
  assert_int_equal(answer.status, 200);
  const char *last = strstr(answer.body, "],\"next\":");
  assert_non_null(last);
  *next = strtoull(last + 9, NULL, 10);
  long first = strtol(sl_world_member(answer.body, "seq", text), NULL, 10);
  sl_world_drop(&answer);
  return first;
}

static bool count_row(void *context, sl_span key, sl_span value) {
  (void)value;
  if (key.data[1] == *(unsigned *)context >> 16) ++*(unsigned *)context;
  return true;
}

/* Rows of events of the party with that number. */
static unsigned rows_of(unsigned party) {
  unsigned count = party << 16;
  sl_err err = sl_store_scan(world.store, SL_TABLE_EVENT, (sl_span){0}, (sl_span){0}, count_row, &count);
  assert_int_equal(err, SL_OK);
  return count & 0xffff;
}

/* Weekly bands and a line that falls silent are events too: what is kept is contiguous,
 * and is what the store has. */
static void events_go_with_their_week(void **state) {
  (void)state;
  begin(14);
  two_events();
  uint64_t old = 0, next = 0;
  long first = first_of(&old);
  assert_int_equal(first, 1);
  sl_world_move(&world, 15 * DAY);   /* their week has ended, and is kept for two more */
  two_events();
  assert_int_equal(first_of(&next), 1);
  sl_world_move(&world, WEEK);
  first = first_of(&next);
  assert_true(first > (long)old && first <= (long)old + 4);
  assert_int_equal(rows_of(2), next - (uint64_t)first + 1);
}

static void a_cursor_before_them_is_told_so(void **state) {
  (void)state;
  begin(7);
  two_events();
  uint64_t last = 0, next = 0;
  first_of(&last);
  sl_world_move(&world, 15 * DAY);
  long first = first_of(&next);
  assert_true(first > (long)last);
  sl_answered gone = ask(last - 1);
  char text[128];
  assert_int_equal(gone.status, 410);
  assert_string_equal(gone.type, "application/problem+json");
  assert_string_equal(sl_world_member(gone.body, "type", text), "urn:sideline:problem:gone");
  assert_non_null(strstr(gone.body, "after=0"));
  sl_world_drop(&gone);
  assert_int_equal(status_of(1), 410);
  /* Who had all of them has missed nothing, and numbers go on. */
  assert_int_equal(status_of((uint64_t)first - 1), 200);
  assert_int_equal(status_of((uint64_t)first - 2), 410);
  two_events();
  uint64_t newest = 0;
  assert_int_equal(first_of(&newest), first);
  assert_int_equal(newest, next + 2);
}

static void a_stream_is_refused_as_a_poll_is(void **state) {
  (void)state;
  begin(7);
  two_events();
  two_events();
  sl_world_move(&world, 15 * DAY);
  blue.streams = true;
  assert_int_equal(status_of(1), 410);
  blue.streams = false;
}

/* 64 a turn; a reader sees none of the steps, nor a restart among them. */
static void steps_show_nowhere(void **state) {
  (void)state;
  begin(7);
  for (int i = 0; i < 150; i++) two_events();
  uint64_t next = 0, last = 0;
  first_of(&next);
  unsigned kept = rows_of(2), all = 0;
  assert_true(kept >= 300);
  world.wall += 15 * DAY;
  world.monotonic += 15 * DAY;
  sl_service_turn(world.service);
  sl_service_turn(world.service);
  long first = first_of(&last);
  assert_true(first > 300);
  for (int i = 0; i < 3; i++) {
    for (unsigned p = all = 0; p < 4; p++) all += rows_of(p);
    assert_true(all > 400 && all < 4 * kept);
    assert_int_equal(status_of(299), 410);
    assert_int_equal(first_of(&next), first);
    assert_int_equal(next, last);
    if (i == 0) sl_world_restart(&world);
  }
  sl_world_move(&world, SL_SECOND);
  assert_int_equal(rows_of(2), last - (uint64_t)first + 1);
  assert_int_equal(first_of(&next), first);
  sl_world_restart(&world);
  assert_int_equal(status_of(299), 410);
  assert_int_equal(first_of(&next), first);
}

/* Entries of the log read as erased by the clock too, however far the steps have come. */
static void entries_are_over_by_the_clock(void **state) {
  (void)state;
  begin(7);
  for (int i = 0; i < 150; i++) two_events();
  sl_answered before = sl_world_ask(&world, &blue, "GET", "/v1/log/entries?from=0", NULL);
  assert_non_null(strstr(before.body, "\"salt\""));
  sl_world_drop(&before);
  world.wall += 15 * DAY;
  world.monotonic += 15 * DAY;
  sl_answered at_once = sl_world_ask(&world, &blue, "GET", "/v1/log/entries?from=0", NULL);
  assert_null(strstr(at_once.body, "\"salt\""));
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/receipts/250", NULL), 404);
  sl_world_move(&world, SL_SECOND);
  sl_answered later = sl_world_ask(&world, &blue, "GET", "/v1/log/entries?from=0", NULL);
  assert_string_equal(at_once.body, later.body);
  sl_world_drop(&at_once);
  sl_world_drop(&later);
}

static void a_group_that_fails_erases_nothing(void **state) {
  (void)state;
  begin(7);
  two_events();
  uint64_t next = 0;
  first_of(&next);
  unsigned kept = rows_of(2);
  world.wall += 15 * DAY;
  world.monotonic += 15 * DAY;
  faults.commit = SL_ERR_FULL;
  sl_service_turn(world.service);
  assert_int_equal(rows_of(2), kept);
  sl_world_move(&world, 5 * SL_SECOND);
  long first = first_of(&next);
  assert_true(first > 1);
  assert_int_equal(rows_of(2), next - (uint64_t)first + 1);
}

static void without_a_retention_events_stay(void **state) {
  (void)state;
  begin(0);
  two_events();
  uint64_t next = 0;
  sl_world_move(&world, 60 * DAY);
  sl_world_restart(&world);
  assert_int_equal(first_of(&next), 1);
  assert_int_equal(status_of(1), 200);
}

/* A retention that is taken back keeps what is left; what is gone stays gone. */
static void a_hold_keeps_what_is_left(void **state) {
  (void)state;
  begin(7);
  two_events();
  uint64_t next = 0;
  sl_world_move(&world, 15 * DAY);
  two_events();
  long first = first_of(&next);
  assert_true(first > 1);
  world.options.retention.ns = 0;
  sl_world_restart(&world);
  sl_world_move(&world, 60 * DAY);
  assert_int_equal(first_of(&next), first);
  assert_int_equal(status_of(1), 410);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(events_go_with_their_week),
      CASE(a_cursor_before_them_is_told_so),
      CASE(a_stream_is_refused_as_a_poll_is),
      CASE(steps_show_nowhere),
      CASE(entries_are_over_by_the_clock),
      CASE(a_group_that_fails_erases_nothing),
      CASE(without_a_retention_events_stay),
      CASE(a_hold_keeps_what_is_left),
  };
  return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
