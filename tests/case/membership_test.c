/* Membership (L2): in the future only, signed by the side's focal point, a merge by
 * both; every refusal leaves the roster as it was. */
#include "test.h"

#include "case/membership.h"

#define NOW (1000 * SL_NS_PER_S)
#define SOON (NOW + 10 * SL_NS_PER_S)
#define LATER (NOW + 20 * SL_NS_PER_S)

/* A name into its array. */
static void name(char to[static SL_NAME_MAX + 1], const char *text) {
  assert_true(strlen(text) <= SL_NAME_MAX);
  snprintf(to, SL_NAME_MAX + 1, "%s", text);
}

static sl_arena arena;

static sl_record_signer signer(const char *side, const char *party, uint32_t number) {
  sl_record_signer of = {.number = number};
  name(of.side, side);
  name(of.party, party);
  return of;
}

static sl_membership record(sl_change change, const char *side, const char *party, uint32_t number, int64_t effective) {
  static uint8_t next_key;
  sl_membership of = {.change = change, .number = number, .effective = {effective}, .class_of = SL_CLASS_CREWED};
  name(of.side, side);
  name(of.party, party);
  memset(of.public_key, ++next_key, sizeof of.public_key);
  return of;
}

static sl_err apply(sl_roster *roster, const sl_membership *of, int64_t now, const char *side, const char *party,
                    uint32_t number) {
  sl_record_signer by = signer(side, party, number);
  sl_fault fault = sl_fault_none();
  sl_err err = sl_membership_apply(roster, of, (sl_time){now}, &by, 1, &fault);
  assert_int_equal(err, fault.code);
  return err;
}

/* Two sides founded at NOW, effective before SOON - 1: blue and red, a focal point each. */
static sl_roster founded(void) {
  sl_roster roster;
  assert_int_equal(sl_roster_init(&roster, &arena, 16, 32), SL_OK);
  for (int i = 0; i < 2; i++) {
    sl_membership of = record(SL_CHANGE_ENROL, i ? "red" : "blue", "head", 1, NOW + 1);
    of.roles = SL_ROLE_FOCAL;
    assert_int_equal(apply(&roster, &of, NOW, of.side, "head", 1), SL_OK);
  }
  return roster;
}

static void a_side_is_founded_by_its_focal_point(void **unused) {
  (void)unused;
  sl_roster roster;
  assert_int_equal(sl_roster_init(&roster, &arena, 16, 32), SL_OK);
  sl_membership of = record(SL_CHANGE_ENROL, "blue", "head", 1, SOON);
  assert_int_equal(apply(&roster, &of, NOW, "blue", "head", 1), SL_ERR_DENIED);
  of.roles = SL_ROLE_FOCAL;
  assert_int_equal(apply(&roster, &of, NOW, "liaison", "office", 1), SL_ERR_DENIED);
  assert_int_equal(sl_membership_apply(&roster, &of, (sl_time){NOW}, NULL, 0, NULL), SL_ERR_DENIED);
  assert_int_equal(apply(&roster, &of, NOW, "blue", "head", 1), SL_OK);
  assert_int_equal(apply(&roster, &of, NOW, "blue", "head", 1), SL_ERR_DENIED); /* not valid before SOON */
}

static void only_the_focal_point_of_the_side_enrols(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  sl_membership ops = record(SL_CHANGE_ENROL, "blue", "ops", 1, LATER);
  assert_int_equal(apply(&roster, &ops, SOON, "red", "head", 1), SL_ERR_DENIED);
  assert_int_equal(apply(&roster, &ops, SOON, "blue", "head", 2), SL_ERR_DENIED);
  assert_int_equal(apply(&roster, &ops, SOON, "blue", "ops", 1), SL_ERR_DENIED);
  assert_int_equal(apply(&roster, &ops, SOON, "liaison", "head", 1), SL_ERR_DENIED);
  assert_int_equal(roster.party_count, 2);
  assert_int_equal(apply(&roster, &ops, SOON, "blue", "head", 1), SL_OK);
  sl_membership more = record(SL_CHANGE_ENROL, "blue", "tower", 1, LATER + 9);
  assert_int_equal(apply(&roster, &more, LATER, "blue", "ops", 1), SL_ERR_DENIED); /* a member, no focal point */
  assert_int_equal(apply(&roster, &ops, LATER - 1, "blue", "head", 1), SL_ERR_EXISTS);
}

static void in_the_future_within_a_year(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  const int64_t bad[] = {SOON, SOON - 1, 0, -1, INT64_MIN, INT64_MAX, SOON + SL_MEMBERSHIP_AHEAD_NS + 1};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    sl_membership of = record(SL_CHANGE_ENROL, "blue", "ops", 1, bad[i]);
    assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_EXPIRED);
  }
  sl_membership of = record(SL_CHANGE_ENROL, "blue", "ops", 1, SOON + 1);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_OK);
}

/* Whether another side has the key is not told. */
static void a_key_of_another_side_is_none_here(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  sl_membership of = record(SL_CHANGE_ENROL, "blue", "ops", 1, LATER);
  memcpy(of.public_key, roster.key[1].public_key, 32);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_OK);
}

static void bad_records(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  sl_membership of = record(SL_CHANGE_ENROL, "blue", "ops", 2, LATER);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  of.number = 1;
  of.class_of = SL_CLASS_COUNT;
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  of.class_of = SL_CLASS_DRONE;
  of.roles = 8;
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  of.roles = 0;
  memset(of.public_key, 0, 32);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  memcpy(of.public_key, roster.key[0].public_key, 32);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_DUPLICATE);
  of = record(SL_CHANGE_ENROL, "blue", "Ops", 1, LATER);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  of = record((sl_change)0, "blue", "ops", 1, LATER);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  of = record(SL_CHANGE_ENROL, "blue", "ops", 1, LATER);
  memset(of.party, 'a', sizeof of.party);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  assert_int_equal(roster.party_count, 2);
  assert_int_equal(roster.key_count, 2);
}

static void the_roster_has_a_cap(void **unused) {
  (void)unused;
  sl_roster roster;
  assert_int_equal(sl_roster_init(&roster, &arena, SL_PARTIES_MAX + 1, 1), SL_ERR_RANGE);
  assert_int_equal(sl_roster_init(&roster, &arena, 1, 1), SL_OK);
  sl_membership head = record(SL_CHANGE_ENROL, "blue", "head", 1, NOW + 1), ops;
  head.roles = SL_ROLE_FOCAL;
  assert_int_equal(apply(&roster, &head, NOW, "blue", "head", 1), SL_OK);
  ops = record(SL_CHANGE_ENROL, "blue", "ops", 1, LATER);
  assert_int_equal(apply(&roster, &ops, SOON, "blue", "head", 1), SL_ERR_CAP);
  ops = record(SL_CHANGE_ROTATE, "blue", "head", 2, LATER);
  assert_int_equal(apply(&roster, &ops, SOON, "blue", "head", 1), SL_ERR_CAP);
}

static const sl_member_key *key(const sl_roster *roster, uint32_t number) {
  return sl_roster_key(roster, SL_STR("blue"), SL_STR("head"), number);
}

static void rotation_ends_the_key_before(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  sl_membership of = record(SL_CHANGE_ROTATE, "blue", "head", 3, LATER);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_RANGE);
  of.number = 2;
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_OK);
  assert_true(sl_member_key_valid(key(&roster, 1), (sl_time){LATER - 1}));
  assert_false(sl_member_key_valid(key(&roster, 1), (sl_time){LATER}));
  assert_false(sl_member_key_valid(key(&roster, 2), (sl_time){LATER - 1}));
  assert_true(sl_member_key_valid(key(&roster, 2), (sl_time){LATER}));
  sl_membership early = record(SL_CHANGE_ROTATE, "blue", "head", 3, LATER);
  assert_int_equal(apply(&roster, &early, SOON, "blue", "head", 1), SL_ERR_STATE);
  sl_membership nobody = record(SL_CHANGE_ROTATE, "blue", "nobody", 2, LATER);
  assert_int_equal(apply(&roster, &nobody, SOON, "blue", "head", 1), SL_ERR_NOT_FOUND);
}

/* Revoking acts at once and never reaches back: what was recorded before still verifies. */
static void revocation_is_immediate_and_not_retroactive(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  sl_membership of = record(SL_CHANGE_REVOKE, "blue", "head", 1, NOW + 5);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_STATE); /* the last focal key */
  sl_membership next = record(SL_CHANGE_ROTATE, "blue", "head", 2, LATER);
  assert_int_equal(apply(&roster, &next, SOON, "blue", "head", 1), SL_OK);
  assert_int_equal(apply(&roster, &of, SOON, "red", "head", 1), SL_ERR_DENIED);
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_OK);
  assert_true(sl_member_key_valid(key(&roster, 1), (sl_time){SOON - 1}));
  assert_false(sl_member_key_valid(key(&roster, 1), (sl_time){SOON}));
  assert_int_equal(apply(&roster, &of, SOON, "blue", "head", 1), SL_ERR_DENIED); /* it signs no more */
  sl_membership again = record(SL_CHANGE_REVOKE, "blue", "head", 1, LATER);
  assert_int_equal(apply(&roster, &again, LATER, "blue", "head", 2), SL_ERR_STATE);
  sl_membership none = record(SL_CHANGE_REVOKE, "blue", "head", 7, LATER);
  assert_int_equal(apply(&roster, &none, LATER, "blue", "head", 2), SL_ERR_NOT_FOUND);
  sl_membership before = record(SL_CHANGE_REVOKE, "blue", "head", 2, LATER - 1);
  assert_int_equal(apply(&roster, &before, LATER, "blue", "head", 2), SL_ERR_EXPIRED);
}

static void leaving_ends_party_and_keys(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  sl_membership ops = record(SL_CHANGE_ENROL, "blue", "ops", 1, SOON + 1);
  assert_int_equal(apply(&roster, &ops, SOON, "blue", "head", 1), SL_OK);
  sl_membership of = record(SL_CHANGE_LEAVE, "blue", "ops", 0, LATER);
  assert_int_equal(apply(&roster, &of, SOON + 2, "blue", "head", 1), SL_OK);
  assert_int_equal(apply(&roster, &of, SOON + 2, "blue", "head", 1), SL_ERR_STATE);
  const sl_party *party = sl_roster_party(&roster, SL_STR("blue"), SL_STR("ops"));
  assert_true(sl_party_member(party, (sl_time){LATER - 1}));
  assert_false(sl_party_member(party, (sl_time){LATER}));
  assert_false(sl_member_key_valid(sl_roster_key(&roster, SL_STR("blue"), SL_STR("ops"), 1), (sl_time){LATER}));
  sl_membership head = record(SL_CHANGE_LEAVE, "blue", "head", 0, LATER);
  assert_int_equal(apply(&roster, &head, SOON + 2, "blue", "head", 1), SL_ERR_STATE);
  sl_membership back = record(SL_CHANGE_ENROL, "blue", "ops", 1, LATER + 9);
  assert_int_equal(apply(&roster, &back, LATER + 1, "blue", "head", 1), SL_ERR_EXISTS);
}

static sl_err merge(sl_roster *roster, const char *into, const char *other, const char *first, const char *second) {
  sl_membership of = record(SL_CHANGE_MERGE, into, "", 0, LATER);
  name(of.other, other);
  const sl_record_signer by[2] = {signer(first, "head", 1), signer(second, "head", 1)};
  return sl_membership_apply(roster, &of, (sl_time){SOON}, by, 2, NULL);
}

static void a_merge_is_signed_by_both(void **unused) {
  (void)unused;
  sl_roster roster = founded();
  assert_int_equal(merge(&roster, "blue", "red", "blue", "blue"), SL_ERR_DENIED);
  assert_int_equal(merge(&roster, "blue", "red", "red", "red"), SL_ERR_DENIED);
  assert_int_equal(merge(&roster, "blue", "blue", "blue", "red"), SL_ERR_RANGE);
  assert_int_equal(merge(&roster, "blue", "green", "blue", "red"), SL_ERR_DENIED);
  assert_int_equal(roster.merge_count, 0);
  assert_int_equal(merge(&roster, "blue", "red", "red", "blue"), SL_OK);
  assert_int_equal(merge(&roster, "blue", "red", "red", "blue"), SL_ERR_STATE);
  assert_int_equal(merge(&roster, "red", "blue", "red", "blue"), SL_ERR_STATE);
}

static int setup(void **unused) {
  (void)unused;
  sl_arena_init(&arena, 8u << 20);
  return 0;
}

static int teardown(void **unused) {
  (void)unused;
  sl_arena_fini(&arena);
  return 0;
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
    EACH(a_side_is_founded_by_its_focal_point),
    EACH(only_the_focal_point_of_the_side_enrols),
    EACH(in_the_future_within_a_year),
    EACH(a_key_of_another_side_is_none_here), EACH(bad_records),
    EACH(the_roster_has_a_cap),
    EACH(rotation_ends_the_key_before),
    EACH(revocation_is_immediate_and_not_retroactive),
    EACH(leaving_ends_party_and_keys),
    EACH(a_merge_is_signed_by_both),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
