/* A disk that is full and stays so: what has to be written is refused and nothing of it stands, what
 * only reads is answered as of the last commit, whoever waits goes on waiting, no signed read can be
 * sent twice, and with room everything goes on without a restart. */
#include "store/faulty_vfs.h"
#include "store/scratch.h"

#include "play.h"
#include "test.h"

#define VFS "faulty-full"
enum { NO_SPACE = 13 };   /* SQLite's result code */

static sl_world world;
static sl_scratch scratch;
static sl_faulty_vfs *vfs;
static sl_client blue, red;
static char a[37], b[37], case_path[160];

static sl_store *open_store(void) {
  sl_store *store = NULL;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_store_open_sqlite(&store, scratch.path, VFS, &fault), SL_OK);
  return store;
}

static void fill(void) { sl_faulty_fail(vfs, SL_FAULTY_WRITE, 1, NO_SPACE, true); }
static void make_room(void) { sl_faulty_fail(vfs, SL_FAULTY_WRITE, 0, 0, false); }

/* Blue's plan and red's are in conflict, and nobody has a way out: a case each, events each. */
static int begin(void **state) {
  (void)state;
  sl_scratch_init(&scratch, "line.db");
  vfs = sl_faulty_new(VFS, 1);
  sl_world_init(&world);
  world.agreement.pace.ns = 0;
  sl_world_open(&world, open_store());
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  sl_world_uuid(&world, a);
  sl_world_uuid(&world, b);
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_play_put(&world, &red, b, &draft);
  sl_world_advance(&world, world.agreement.round.ns);
  snprintf(case_path, sizeof case_path, "/v1/cases/%s", sl_play_get(&world, &blue, a)->case_id);
  return 0;
}

static int end(void **state) {
  (void)state;
  make_room();
  sl_service_close(world.service);
  sl_store_close(world.store);
  sl_faulty_free(vfs);
  sl_scratch_fini(&scratch);
  return 0;
}

static void what_reads_is_answered_and_what_writes_is_not(void **state) {
  (void)state;
  const char *const reads[] = {"/v1/cases", case_path, "/v1/events?after=0&wait=0", "/v1/log/checkpoint", "/v1/log/entries?from=0", "/v1/log/tile/0/000.p/2",
                               "/v1/receipts/0", "/v1/agreements", "/rollup/checkpoint", "/rollup/entries?from=0", "/rollup/tile/0/000.p/1"};
  enum { READS = sizeof reads / sizeof *reads };
  char *before[READS];
  for (size_t i = 0; i < READS; i++) {
    sl_answered answer = sl_world_ask(&world, reads[i][1] == 'v' ? &blue : NULL, "GET", reads[i], NULL);
    if (answer.status != 200) fail_msg("%s: %d", reads[i], answer.status);
    before[i] = strdup(answer.body);
    sl_world_drop(&answer);
  }
  fill();
  char poll[80], c[37];
  snprintf(poll, sizeof poll, "/v1/intents/%s", a);
  sl_world_uuid(&world, c);
  sl_draft draft = sl_world_box(&world, 50.0, 8.0, 200, 500, 560, 7200, 7500);
  for (int again = 0; again < 3; again++) {
    const sl_read *read = sl_play_put(&world, &red, c, &draft);
    assert_int_equal(read->status, 503);
    if (!strstr(read->body, "urn:sideline:problem:no-space")) fail_msg("%d: %s", again, read->body);
    assert_non_null(strstr(read->body, "try again with the same id"));
    assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/rollup/slot", NULL), 503);
    assert_int_equal(sl_play_do(&world, &blue, "GET", poll, NULL), 503);   /* renews a lease, and is an entry */
    assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/suspend", "{}"), 503);
    for (size_t i = 0; i < READS; i++) {
      sl_answered answer = sl_world_ask(&world, reads[i][1] == 'v' ? &blue : NULL, "GET", reads[i], NULL);
      if (answer.status != 200 || strcmp(answer.body, before[i]) != 0) fail_msg("%s: %d: %s", reads[i], answer.status, answer.body);
      sl_world_drop(&answer);
    }
    sl_service_counts counts;
    sl_service_count(world.service, &counts);
    assert_int_equal(counts.full, 1);
    assert_true(sl_service_ready(world.service));
    sl_world_move(&world, 3 * SL_SECOND);
  }
  make_room();
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, c, &draft)), "CLEAR");   /* at once, no restart */
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CONFLICT");
  sl_service_counts counts;
  sl_service_count(world.service, &counts);
  assert_int_equal(counts.full, 0);
  for (size_t i = 0; i < READS; i++) free(before[i]);
}

/* A plan that was refused is nowhere: not in the index, not in the other side's events. */
static void nothing_of_a_refused_plan_stands(void **state) {
  (void)state;
  char c[37], d[37];
  sl_world_uuid(&world, c);
  sl_world_uuid(&world, d);
  uint64_t next = 0;
  sl_play_events(&world, &blue, &next);
  sl_draft draft = sl_world_box(&world, 51.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, c, &draft)), "CLEAR");
  fill();
  assert_int_equal(sl_play_put(&world, &red, d, &draft)->status, 503);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "\"seq\""), 0);
  make_room();
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, c)), "CLEAR");
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, d, &draft)), "CONFLICT");
  sl_world_advance(&world, world.agreement.round.ns);
  assert_int_not_equal(sl_play_count(sl_play_events(&world, &blue, &next), "CONFLICT"), 0);
}

/* What stood in the group that failed beside a plan: read again as of before. */
static void a_read_in_the_group_that_fails_tells_nothing_of_it(void **state) {
  (void)state;
  char c[37], target[80];
  uint64_t next = 0;
  sl_play_events(&world, &blue, &next);
  sl_answered before = sl_world_ask(&world, &blue, "GET", "/v1/log/entries?from=0", NULL);
  fill();
  sl_world_uuid(&world, c);
  snprintf(target, sizeof target, "/v1/intents/%s", c);
  sl_draft draft = sl_world_box(&world, 54.0, 8.0, 200, 500, 560, 7200, 7500);
  sl_buf body;
  sl_buf_init(&body, SL_DRAFT_BODY_MAX);
  draft.version = 1;
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  sl_answered put, entries, cases, events;
  sl_world_send(&world, &blue, "PUT", target, (const char *)body.data, &put);
  sl_world_send(&world, &blue, "GET", "/v1/log/entries?from=0", NULL, &entries);
  sl_world_send(&world, &blue, "GET", "/v1/cases", NULL, &cases);
  sl_world_send(&world, &blue, "GET", "/v1/events?after=0&wait=0", NULL, &events);
  while (sl_service_turn(world.service)) continue;
  assert_true(put.done && entries.done && cases.done && events.done);
  assert_int_equal(put.status, 503);
  assert_true(entries.status == 200 && cases.status == 200 && events.status == 200);
  assert_string_equal(entries.body, before.body);
  assert_null(strstr(cases.body + 1, "{\"cases\""));
  sl_buf_fini(&body);
  sl_world_drop(&put);
  sl_world_drop(&entries);
  sl_world_drop(&cases);
  sl_world_drop(&events);
  sl_world_drop(&before);
}

/* The same bytes again: while the disk is full, after memory was made anew, with room, after a restart. */
static void no_read_is_answered_twice(void **state) {
  (void)state;
  fill();
  assert_int_equal(sl_play_do(&world, &red, "PUT", "/v1/heartbeat", "{}"), 405);
  assert_int_equal(sl_play_do(&world, &world.focal_client[1], "POST", "/v1/line/north/suspend", "{}"), 503);
  uint64_t used = blue.nonces;
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 200);
  for (int when = 0; when < 4; when++) {
    uint64_t newest = blue.nonces;
    blue.nonces = used;
    sl_answered answer = sl_world_ask(&world, &blue, "GET", "/v1/cases", NULL);
    if (answer.status != 401 || !strstr(answer.body, "replay")) fail_msg("at %d: %d %s", when, answer.status, answer.body);
    sl_world_drop(&answer);
    blue.nonces = newest;
    if (when == 0) {
      make_room();
      sl_faulty_fail(vfs, SL_FAULTY_WRITE, 8, NO_SPACE, true);   /* room for the look, none for a group */
      assert_int_equal(sl_play_do(&world, &world.focal_client[1], "POST", "/v1/line/north/suspend", "{}"), 503);
    }
    if (when == 1) {
      make_room();
      assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CONFLICT");
    }
    if (when == 2) {
      sl_service_close(world.service);
      sl_store_close(world.store);
      sl_world_open(&world, open_store());
    }
  }
}

static void who_waits_goes_on_waiting(void **state) {
  (void)state;
  char c[37], target[64];
  uint64_t next = 0;
  sl_play_events(&world, &blue, &next);
  snprintf(target, sizeof target, "/v1/events?after=%llu&wait=60", (unsigned long long)next);
  sl_answered before, during;
  sl_world_send(&world, &blue, "GET", target, NULL, &before);
  sl_world_move(&world, SL_SECOND);
  fill();
  sl_world_uuid(&world, c);
  sl_draft draft = sl_world_box(&world, 52.0, 8.0, 200, 500, 560, 7200, 7500);
  for (int i = 0; i < 5; i++) {
    assert_int_equal(sl_play_put(&world, &red, c, &draft)->status, 503);
    sl_world_move(&world, 2 * SL_SECOND);
    if (i == 1) sl_world_send(&world, &blue, "GET", target, NULL, &during);
  }
  assert_false(before.done || during.done);
  make_room();
  assert_int_equal(sl_play_do(&world, &world.focal_client[0], "POST", "/v1/line/north/suspend", "{}"), 200);
  sl_world_move(&world, SL_SECOND);
  assert_true(before.done && during.done);
  assert_int_equal(before.status, 200);
  assert_non_null(strstr(before.body, "SUSPENDED"));
  assert_string_equal(before.body, during.body);
  sl_world_drop(&before);
  sl_world_drop(&during);
}

/* A poll that began while the disk is full ends when its time is over, not at once and not never. */
static void a_wait_has_its_length(void **state) {
  (void)state;
  uint64_t next = 0;
  char target[64];
  fill();
  assert_int_equal(sl_play_do(&world, &world.focal_client[1], "POST", "/v1/line/north/suspend", "{}"), 503);
  sl_world_move(&world, 100 * SL_SECOND);
  sl_play_events(&world, &blue, &next);
  snprintf(target, sizeof target, "/v1/events?after=%llu&wait=20", (unsigned long long)next);
  sl_answered waiting;
  sl_world_send(&world, &blue, "GET", target, NULL, &waiting);
  sl_world_move(&world, 18 * SL_SECOND);
  assert_false(waiting.done);
  sl_world_move(&world, 4 * SL_SECOND);
  assert_true(waiting.done);
  assert_int_equal(waiting.status, 200);
  sl_world_drop(&waiting);
}

/* What became due meanwhile is done when there is room: the line missed its heartbeats. */
static void what_was_due_happens_with_room(void **state) {
  (void)state;
  char c[37];
  sl_world_uuid(&world, c);
  sl_draft draft = sl_world_box(&world, 53.0, 8.0, 200, 500, 560, 7200, 7500);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, c, &draft)), "CLEAR");
  uint64_t next = 0;
  sl_play_events(&world, &blue, &next);
  fill();
  sl_world_move(&world, 3 * world.agreement.heartbeat.ns);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "DEGRADED"), 0);   /* told nobody yet, and no verdict is told */
  char poll[80];
  snprintf(poll, sizeof poll, "/v1/intents/%s", c);
  assert_int_equal(sl_play_do(&world, &blue, "GET", poll, NULL), 503);
  make_room();
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, c)), "UNDECIDED/line");
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &next), "DEGRADED"), 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {CASE(what_reads_is_answered_and_what_writes_is_not), CASE(nothing_of_a_refused_plan_stands), CASE(a_read_in_the_group_that_fails_tells_nothing_of_it), CASE(no_read_is_answered_twice),
                                     CASE(who_waits_goes_on_waiting), CASE(a_wait_has_its_length), CASE(what_was_due_happens_with_room)};
  return cmocka_run_group_tests_name("full", tests, NULL, NULL);
}
