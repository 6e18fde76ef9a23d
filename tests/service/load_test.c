/* Starts: what was there is there again, and a store that was tampered with is refused
 * with the table it is in. */
#include "rules.h"

#include "service/state.h"

static void put(sl_table table, const char *key, size_t size) {
  assert_int_equal(sl_store_begin(world.store), SL_OK);
  assert_int_equal(sl_store_put(world.store, table, (sl_span){(const uint8_t *)key, size}, (sl_span){(const uint8_t *)"x", 1}),
                   SL_OK);
  assert_int_equal(sl_store_commit(world.store), SL_OK);
}

static void a_corrupt_table_is_refused_by_name(void **state) {
  (void)state;
  const struct { sl_table table; size_t key; const char *word; } rows[] = {
      {SL_TABLE_RECORD, 10, "records"}, {SL_TABLE_LEAF, 8, "log entries"}, {SL_TABLE_PARTY, 2, "parties"},
      {SL_TABLE_LINE, 5, "lines"},      {SL_TABLE_INTENT, 18, "intents"},
      {SL_TABLE_CASE, 18, "intents"},   {SL_TABLE_PAIR, 36, "pairs"},
      {SL_TABLE_OUTBOX, 18, "owed"},    {SL_TABLE_DEALT, 8, "settlements"}, {SL_TABLE_NONCE, 16, "nonces"},
      {SL_TABLE_ASKED, 16, "asked"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (i > 0) setup(NULL);
    char key[64] = {0};
    put(rows[i].table, key, rows[i].key);
    sl_service_close(world.service);
    sl_fault fault = sl_fault_none();
    world.service = NULL;
    sl_err err = sl_service_open(&world.service, &world.options, world.store, &fault);
    assert_int_not_equal(err, SL_OK);
    assert_non_null(strstr(fault.reason, rows[i].word));
    sl_world_fini(&world);
  }
  setup(NULL);
}

/* L14: what is owed when one goes before it was told does not stop a later start. */
static void a_start_long_after_one_left_untold(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_play_put(&world, &red, b, &draft);
  sl_play_end(&world, &blue, a, 1, (sl_time){0});
  sl_world_restart(&world);
  sl_world_move(&world, 30 * SL_HOUR);
  sl_world_restart(&world);
  assert_int_equal(sl_play_get(&world, &blue, a)->status, 404);
}

static void everything_reads_the_same_after_a_start(void **state) {
  (void)state;
  char before[65536];
  sl_draft draft = sl_play_box(&world);
  draft.free = true;
  draft.freedom.later.ns = 10 * SL_MINUTE;
  sl_play_put(&world, &blue, a, &draft);
  draft = sl_play_box(&world);
  sl_play_put(&world, &red, b, &draft);
  sl_world_advance(&world, 301 * SL_SECOND);
  sl_answered cases = sl_world_ask(&world, &blue, "GET", "/v1/cases", NULL);
  assert_non_null(strstr(cases.body, "proposal"));
  snprintf(before, sizeof before, "%s", cases.body);
  sl_world_drop(&cases);
  sl_world_restart(&world);
  cases = sl_world_ask(&world, &blue, "GET", "/v1/cases", NULL);
  assert_string_equal(cases.body, before);
  sl_world_drop(&cases);
  /* And the proposal is good yet. */
  sl_play_beat(&world);
  assert_int_equal(sl_play_answer(&world, &blue, a, "accept"), 200);
  sl_world_advance(&world, 301 * SL_SECOND);
  assert_string_equal(sl_play_word(sl_play_get(&world, &blue, a)), "CLEAR");
}

static bool keep_key(void *context, sl_span key, sl_span value) {
  (void)value;
  memcpy(context, key.data, key.size);
  return true;
}

/* Portions of plans are made on two threads: all of them, each into its own intent. */
static void many_plans_are_each_their_own(void **state) {
  (void)state;
  char id[37];
  enum { MANY = 200 };
  for (int i = 0; i < MANY; i++) {
    sl_draft draft = sl_world_box(&world, 40.0 + i * 0.05, 8.0, 200, 500, 560, 7200, 7500);
    sl_world_uuid(&world, id);
    sl_play_put(&world, &blue, id, &draft);
  }
  sl_world_restart(&world);
  for (int i = 0; i < MANY; i += 9) {
    sl_draft draft = sl_world_box(&world, 40.0 + i * 0.05, 8.0, 200, 500, 560, 7200, 7500);
    sl_world_uuid(&world, id);
    assert_string_equal(sl_play_word(sl_play_put(&world, &red, id, &draft)), "CONFLICT");
    draft = sl_world_box(&world, 40.025 + i * 0.05, 8.0, 200, 500, 560, 7200, 7500);
    sl_world_uuid(&world, id);
    assert_string_not_equal(sl_play_word(sl_play_put(&world, &red, id, &draft)), "CONFLICT");
  }
  char key[18];
  assert_int_equal(sl_store_scan(world.store, SL_TABLE_INTENT, (sl_span){0}, (sl_span){0}, keep_key, key), SL_OK);
  put(SL_TABLE_INTENT, key, sizeof key);   /* the last one is damaged */
  sl_service_close(world.service);
  sl_fault fault = sl_fault_none();
  world.service = NULL;
  assert_int_equal(sl_service_open(&world.service, &world.options, world.store, &fault), SL_ERR_CORRUPT);
  assert_non_null(strstr(fault.reason, "intents"));
}

static bool count_one(void *context, sl_span key, sl_span value) {
  (void)key;
  (void)value;
  ++*(int *)context;
  return true;
}

static int rows_in(sl_table table) {
  int count = 0;
  assert_int_equal(sl_store_scan(world.store, table, (sl_span){0}, (sl_span){0}, count_one, &count), SL_OK);
  return count;
}

/* L17: a verdict that differs from an own one of before the start costs as if there had been none. */
static void what_was_asked_is_kept_and_goes_after_a_day(void **state) {
  (void)state;
  char c[37], d[37];
  sl_world_uuid(&world, c);
  sl_world_uuid(&world, d);
  sl_draft draft = sl_play_box(&world);
  long plain = sl_play_put(&world, &blue, a, &draft)->charged;
  sl_play_put(&world, &red, b, &draft);
  sl_world_restart(&world);
  assert_int_equal(sl_play_put(&world, &blue, c, &draft)->charged, plain + 4);
  int asked = rows_in(SL_TABLE_ASKED), nonces = rows_in(SL_TABLE_NONCE), leaves = rows_in(SL_TABLE_LEAF);
  assert_true(asked >= 3 && nonces >= 3 && leaves >= 3);
  /* One row of a group, whatever is in it. */
  draft = sl_world_box(&world, 48.0, 8.0, 200, 500, 560, 7200, 7500);
  sl_answered first, second;
  sl_buf body;
  sl_buf_init(&body, 65536);
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  char target[2][80];
  sl_world_uuid(&world, c);
  snprintf(target[0], sizeof target[0], "/v1/intents/%s", c);
  snprintf(target[1], sizeof target[1], "/v1/intents/%s", d);
  sl_world_send(&world, &blue, "PUT", target[0], (const char *)body.data, &first);
  sl_world_send(&world, &red, "PUT", target[1], (const char *)body.data, &second);
  while (sl_service_turn(world.service)) continue;
  assert_true(first.status == 200 && second.status == 200);
  sl_world_drop(&first);
  sl_world_drop(&second);
  sl_buf_fini(&body);
  assert_int_equal(rows_in(SL_TABLE_ASKED), asked + 1);
  assert_int_equal(rows_in(SL_TABLE_NONCE), nonces + 1);
  sl_world_advance(&world, 25 * SL_HOUR);
  sl_world_restart(&world);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 200);
  assert_int_equal(rows_in(SL_TABLE_ASKED), 0);
  assert_in_range(rows_in(SL_TABLE_NONCE), 1, 20);
  assert_true(rows_in(SL_TABLE_LEAF) > leaves);
}

/* L7: what landed past its window is judged five minutes more, also over a stop. */
static void what_landed_late_is_judged_after_a_start(void **state) {
  (void)state;
  char c[37], d[37];
  sl_world_uuid(&world, c);
  sl_world_uuid(&world, d);
  sl_draft draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 0, 600);
  draft.state = SL_INTENT_ACTIVATED;
  sl_play_put(&world, &blue, a, &draft);
  sl_world_advance(&world, SL_HOUR);
  assert_string_equal(sl_play_end(&world, &blue, a, 1, (sl_time){world.wall})->state, "Ended");
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 60, 240);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, b, &draft)), "CONFLICT");
  sl_world_restart(&world);
  sl_play_beat(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, c, &draft)), "CONFLICT");
  sl_world_advance(&world, 301 * SL_SECOND);
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 60, 240);
  assert_string_equal(sl_play_word(sl_play_put(&world, &red, d, &draft)), "CLEAR");
}

/* Another seed would part ids and salts from what they stand for, another key or origin the logs. */
static void a_store_is_of_one_seed_key_and_origin(void **state) {
  (void)state;
  sl_key other;
  sl_key_from_seed(&other, (const uint8_t[32]){77});
  sl_service_close(world.service);
  const char *const what[] = {"another seed", "another server_key", "another origin", "put every [side]"};
  for (int i = 0; i < 4; i++) {
    sl_service_options options = world.options;
    sl_side_anchor side[2] = {world.side[0], world.side[1]};
    sl_service *service = NULL;
    sl_fault fault = sl_fault_none();
    if (i == 0) options.seed[31] ^= 1;
    if (i == 1) options.signer = sl_key_signer(&other);
    if (i == 2) options.origin[0] ^= 1;
    if (i == 3) side[1].focal_key[0] ^= 1;
    options.side = side;
    assert_int_not_equal(sl_service_open(&service, &options, world.store, &fault), SL_OK);
    if (!strstr(fault.reason, what[i])) fail_msg("%d: %s", i, fault.reason);
  }
  sl_world_open(&world, world.store);
  sl_play_beat(&world);
  sl_draft draft = sl_play_box(&world);
  assert_string_equal(sl_play_word(sl_play_put(&world, &blue, a, &draft)), "CLEAR");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_corrupt_table_is_refused_by_name),
      CASE(a_store_is_of_one_seed_key_and_origin),
      CASE(a_start_long_after_one_left_untold),
      CASE(what_landed_late_is_judged_after_a_start),
      CASE(everything_reads_the_same_after_a_start),
      CASE(many_plans_are_each_their_own),
      CASE(what_was_asked_is_kept_and_goes_after_a_day),
  };
  return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
