/* Looking up parties, keys and sides by name and time. */
#include "test.h"

#include "case/membership.h"

static sl_party parties[3] = {
  {.side = "blue", .name = "ops", .from = {100}, .until = {200}},
  {.side = "red", .name = "ops", .from = {0}, .until = {INT64_MAX}},
  {.side = "blue", .name = "tower", .from = {0}, .until = {INT64_MAX}},
};
static sl_member_key keys[4] = {
  {.side = "blue", .party = "ops", .number = 1, .from = {100}, .until = {150}},
  {.side = "blue", .party = "ops", .number = 2, .from = {150}, .until = {300}},
  {.side = "red", .party = "ops", .number = 1, .from = {0}, .until = {INT64_MAX}},
  {.side = "green", .party = "ghost", .number = 1, .from = {0}, .until = {INT64_MAX}},
};

static sl_roster roster(void) {
  return (sl_roster){.party = parties, .party_count = 3, .party_room = 3, .key = keys, .key_count = 4, .key_room = 4};
}

static const sl_member_key *at(const char *keyid, int64_t now) {
  sl_roster of = roster();
  return sl_roster_key_at(&of, sl_str_from(keyid), (sl_time){now});
}

static void keys_in_their_time(void **unused) {
  (void)unused;
  assert_null(at("blue/ops/1", 99));
  assert_ptr_equal(at("blue/ops/1", 100), &keys[0]);
  assert_ptr_equal(at("blue/ops/1", 149), &keys[0]);
  assert_null(at("blue/ops/1", 150));
  assert_ptr_equal(at("blue/ops/2", 150), &keys[1]);
  assert_null(at("blue/ops/2", 200)); /* the key is valid, the party has left */
  assert_ptr_equal(at("red/ops/1", 5), &keys[2]);
  assert_null(at("green/ghost/1", 5)); /* a key without a party */
  assert_null(at("blue/tower/1", 5));
}

static void the_same_name_on_two_sides_is_two_parties(void **unused) {
  (void)unused;
  sl_roster of = roster();
  assert_ptr_equal(sl_roster_party(&of, SL_STR("blue"), SL_STR("ops")), &parties[0]);
  assert_ptr_equal(sl_roster_party(&of, SL_STR("red"), SL_STR("ops")), &parties[1]);
  assert_null(sl_roster_party(&of, SL_STR("red"), SL_STR("tower")));
}

static void keyids_are_strict(void **unused) {
  (void)unused;
  sl_record_signer out = {.number = 77};
  static const char *const bad[] = {"", "blue", "blue/ops", "blue/ops/", "blue/ops/0", "blue/ops/-1", "blue/ops/01",
                                    "blue/ops/1/", "blue/ops/1 ", "/ops/1", "blue//1", "Blue/ops/1", "blue/ops/4294967296",
                                    "blue/ops/+1", "a/b/c", "blue/aaaaaaaaaaaaaaaaaaaaaaaaa/1"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_int_equal(sl_keyid_read(&out, sl_str_from(bad[i])), SL_ERR_SYNTAX);
  }
  assert_int_equal(out.number, 77);
  assert_int_equal(sl_keyid_read(&out, SL_STR("blue/ops-2/4294967295")), SL_OK);
  assert_string_equal(out.side, "blue");
  assert_string_equal(out.party, "ops-2");
  assert_int_equal(out.number, UINT32_MAX);
}

static void sides_become_others_in_time(void **unused) {
  (void)unused;
  sl_roster of = roster();
  of.merge_count = 2;
  of.merge[0] = (sl_merge){.side = "blue", .absorbed = "red", .at = {100}};
  of.merge[1] = (sl_merge){.side = "white", .absorbed = "blue", .at = {200}};
  assert_true(sl_str_is(sl_roster_side(&of, SL_STR("red"), (sl_time){99}), "red"));
  assert_true(sl_str_is(sl_roster_side(&of, SL_STR("red"), (sl_time){100}), "blue"));
  assert_true(sl_str_is(sl_roster_side(&of, SL_STR("red"), (sl_time){200}), "white"));
  assert_true(sl_str_is(sl_roster_side(&of, SL_STR("blue"), (sl_time){150}), "blue"));
  assert_true(sl_str_is(sl_roster_side(&of, SL_STR("green"), (sl_time){500}), "green"));
  /* A ring, which membership refuses, still ends. */
  of.merge[1] = (sl_merge){.side = "red", .absorbed = "blue", .at = {100}};
  (void)sl_roster_side(&of, SL_STR("red"), (sl_time){100});
}

/* As many as fit, found by their names and numbers alone, as by a walk. */
static void many_are_found_without_a_walk(void **unused) {
  (void)unused;
  enum { PARTIES = 1024 };
  static const char *const sides[] = {"blue", "red", "green"};
  sl_arena arena;
  sl_arena_init(&arena, 16u << 20);
  sl_roster of;
  assert_int_equal(sl_roster_init(&of, &arena, PARTIES, 3 * PARTIES), SL_OK);
  for (uint32_t i = 0; i < PARTIES; i++) {
    sl_party *party = &of.party[of.party_count++];
    *party = (sl_party){.until = {INT64_MAX}};
    snprintf(party->side, sizeof party->side, "%s", sides[i % 3]);
    snprintf(party->name, sizeof party->name, "p%u", i / 3);
    sl_roster_note_party(&of);
    for (uint32_t k = 1; k <= 3; k++) {
      sl_member_key *key = &of.key[of.key_count++];
      *key = (sl_member_key){.number = k, .until = {INT64_MAX}};
      memcpy(key->side, party->side, sizeof key->side);
      memcpy(key->party, party->name, sizeof key->party);
      sl_roster_note_key(&of);
    }
  }
  sl_roster walked = of;
  walked.slot = NULL;
  for (uint32_t i = 0; i < PARTIES + 30; i++) {
    char name[SL_NAME_MAX + 1];
    snprintf(name, sizeof name, "p%u", i / 3);
    sl_str side = sl_str_from(sides[i % 3]), party = sl_str_from(name);
    assert_ptr_equal(sl_roster_party(&of, side, party), sl_roster_party(&walked, side, party));
    for (uint32_t k = 0; k <= 4; k++) {
      assert_ptr_equal(sl_roster_key(&of, side, party, k), sl_roster_key(&walked, side, party, k));
    }
  }
  assert_ptr_equal(sl_roster_party(&of, SL_STR("blue"), SL_STR("p7")), &of.party[21]);
  assert_null(sl_roster_party(&of, SL_STR("white"), SL_STR("p7")));
  sl_arena_fini(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(keys_in_their_time),
    cmocka_unit_test(the_same_name_on_two_sides_is_two_parties),
    cmocka_unit_test(many_are_found_without_a_walk),
    cmocka_unit_test(keyids_are_strict),
    cmocka_unit_test(sides_become_others_in_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
