/* Retention of log entries (L13, L23): receipts hold until their week is erased, then
 * nothing opens them, and the tree still verifies. */
#include "rules.h"

#include "base/text.h"
#include "erasure.h"
#include "ledger/entry.h"
#include "ledger/note.h"

#define DAY (24 * SL_HOUR)

static uint8_t entry[1u << 16];
static size_t entry_size;
static uint64_t entry_index;
static uint8_t salt[32];

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

static void file(void) {
  sl_draft draft = sl_play_box(&world);
  sl_answered answer = sl_world_put(&world, &blue, a, &draft);
  assert_int_equal(answer.status, 200);
  entry_size = sizeof entry;
  assert_true(sl_erasure_receipt(answer.body, &entry_index, salt, entry, &entry_size));
  sl_world_drop(&answer);
}

static int receipt(void) {
  char target[64];
  snprintf(target, sizeof target, "/v1/receipts/%llu", (unsigned long long)entry_index);
  return sl_play_do(&world, &blue, "GET", target, NULL);
}

/* The line of the entry in /v1/log/entries. */
static const char *line(void) {
  static char text[1u << 17];
  char target[64];
  snprintf(target, sizeof target, "/v1/log/entries?from=%llu", (unsigned long long)entry_index);
  sl_answered answer = sl_world_ask(&world, &blue, "GET", target, NULL);
  assert_int_equal(answer.status, 200);
  const char *end = strchr(answer.body, '}');
  assert_non_null(end);
  snprintf(text, sizeof text, "%.*s", (int)(end - answer.body), answer.body);
  sl_world_drop(&answer);
  return text;
}

static void a_receipt_holds_until_its_week_is_erased(void **state) {
  (void)state;
  begin(14);
  file();
  assert_int_equal(receipt(), 200);
  assert_non_null(strstr(line(), "\"salt\""));
  sl_world_move(&world, 14 * DAY);
  assert_int_equal(receipt(), 200);
  sl_world_restart(&world);
  sl_answered answer = sl_world_ask(&world, &blue, "GET", "/v1/receipts/1", NULL);
  assert_int_equal(answer.status, 200);
  sl_world_drop(&answer);
  assert_int_equal(receipt(), 200);
  assert_true(sl_erasure_found(&world, entry_index, salt, (sl_span){entry, entry_size}));
  sl_world_move(&world, 8 * DAY);
  assert_int_equal(receipt(), 404);
  assert_non_null(strstr(line(), "\"commitment\""));
  assert_null(strstr(line(), "\"salt\""));
}

static void what_is_erased_cannot_be_made_again(void **state) {
  (void)state;
  begin(7);
  file();
  sl_world_move(&world, 15 * DAY);
  assert_false(sl_erasure_found(&world, entry_index, salt, (sl_span){entry, entry_size}));
  sl_world_restart(&world);
  assert_int_equal(receipt(), 404);
  assert_false(sl_erasure_found(&world, entry_index, salt, (sl_span){entry, entry_size}));
}

/* The leaf follows from the commitment that is left, and the head is as it was. */
static void the_tree_still_verifies(void **state) {
  (void)state;
  begin(7);
  file();
  sl_hash commitment, leaf, want;
  sl_entry_commit(sl_sha256, &commitment, salt, (sl_span){entry, entry_size});
  sl_entry_leaf(sl_sha256, &want, salt, (sl_span){entry, entry_size});
  sl_world_move(&world, 15 * DAY);
  char text[128], hex[65];
  sl_world_member(line(), "commitment", text);
  sl_hex(hex, (sl_span){commitment.bytes, 32});
  assert_string_equal(text, hex);
  sl_leaf_hash(sl_sha256, &leaf, (sl_span){commitment.bytes, 32});
  assert_memory_equal(leaf.bytes, want.bytes, 32);
  sl_answered tile = sl_world_ask(&world, &blue, "GET", "/v1/log/tile/0/000.p/3", NULL);
  assert_int_equal(tile.status, 200);
  assert_memory_equal(tile.body + 32 * entry_index, leaf.bytes, 32);
  sl_world_drop(&tile);
  /* What comes after is as before: receipts against the whole tree. */
  sl_draft draft = sl_play_box(&world);
  sl_world_uuid(&world, b);
  assert_int_equal(sl_play_put(&world, &blue, b, &draft)->status, 200);
}

static void without_a_retention_nothing_is_erased(void **state) {
  (void)state;
  begin(0);
  file();
  sl_world_move(&world, 60 * DAY);
  assert_int_equal(receipt(), 200);
}

/* 64 entries a turn; a stop in the middle goes on where it was. */
static void erasing_goes_in_steps_and_outlives_a_stop(void **state) {
  (void)state;
  begin(7);
  for (int i = 0; i < 200; i++) sl_play_get(&world, &blue, a), sl_play_do(&world, &blue, "GET", "/v1/cases", NULL);
  file();
  for (int i = 0; i < 200; i++) sl_play_get(&world, &blue, a);
  file();
  world.wall += 15 * DAY;
  world.monotonic += 15 * DAY;
  for (int i = 0; i < 3; i++) sl_service_turn(world.service);
  sl_world_restart(&world);
  sl_world_move(&world, SL_SECOND);
  assert_false(sl_erasure_found(&world, entry_index, salt, (sl_span){entry, entry_size}));
  assert_int_equal(receipt(), 404);
}

static void a_group_that_fails_leaves_the_key_as_the_store_has_it(void **state) {
  (void)state;
  begin(7);
  sl_world_move(&world, 8 * DAY);
  faults.commit = SL_ERR_FULL;   /* the first entry of a new week, and its key, are lost */
  sl_draft draft = sl_play_box(&world);
  assert_int_equal(sl_play_put(&world, &blue, a, &draft)->status, 503);
  sl_world_move(&world, 5 * SL_SECOND);
  file();
  assert_int_equal(receipt(), 200);
  sl_world_restart(&world);
  assert_int_equal(receipt(), 200);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_receipt_holds_until_its_week_is_erased),
      CASE(what_is_erased_cannot_be_made_again),
      CASE(the_tree_still_verifies),
      CASE(without_a_retention_nothing_is_erased),
      CASE(erasing_goes_in_steps_and_outlives_a_stop),
      CASE(a_group_that_fails_leaves_the_key_as_the_store_has_it),
  };
  return cmocka_run_group_tests_name("salts", tests, NULL, NULL);
}
