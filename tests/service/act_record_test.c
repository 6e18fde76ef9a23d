/* Who may change who is on a side, and when (L2). */
#include "rules.h"

#include "case/membership.h"
#include "wire/record.h"

static sl_membership record_of(sl_change change, const char *party, uint32_t number, int64_t in_s) {
  sl_membership record = {.change = change, .number = number, .effective = {world.wall + in_s * SL_SECOND}};
  snprintf(record.side, sizeof record.side, "blue");
  snprintf(record.party, sizeof record.party, "%s", party);
  return record;
}

static int send(const sl_membership *record, const sl_client *signer) {
  sl_buf payload;
  sl_buf_init(&payload, 65536);
  sl_membership_add(&payload, record);
  const sl_client *by[1] = {signer};
  int status = sl_world_record(&world, SL_MEMBERSHIP_TYPE, sl_buf_span(&payload), by, 1);
  sl_buf_fini(&payload);
  return status;
}

static sl_membership newcomer(int64_t in_s) {
  sl_membership record = record_of(SL_CHANGE_ENROL, "new", 1, in_s);
  record.class_of = SL_CLASS_DRONE;
  uint8_t seed[32] = {99};
  sl_key key;
  sl_key_from_seed(&key, seed);
  memcpy(record.public_key, key.public_key, 32);
  return record;
}

static void only_the_sides_focal_point_enrols(void **state) {
  (void)state;
  sl_membership record = newcomer(60);
  assert_int_not_equal(send(&record, &world.focal_client[1]), 200);
  assert_int_not_equal(send(&record, &blue), 200);
  sl_client liaison = world.focal_client[0];
  liaison.key = world.key;   /* the intermediary's own key under the focal point's name */
  assert_int_not_equal(send(&record, &liaison), 200);
  assert_int_equal(send(&record, &world.focal_client[0]), 200);
}

static void a_change_is_in_the_future_and_announced(void **state) {
  (void)state;
  uint64_t mine = 0, theirs = 0;
  sl_play_events(&world, &blue, &mine);
  sl_play_events(&world, &red, &theirs);
  sl_membership record = newcomer(-1);
  assert_int_not_equal(send(&record, &world.focal_client[0]), 200);
  record = newcomer(60);
  assert_int_equal(send(&record, &world.focal_client[0]), 200);
  assert_int_equal(sl_play_count(sl_play_events(&world, &blue, &mine), "\"membership\""), 1);
  assert_int_equal(sl_play_count(sl_play_events(&world, &red, &theirs), "\"membership\""), 0);
  sl_client client = blue;
  uint8_t seed[32] = {99};
  sl_key_from_seed(&client.key, seed);
  snprintf(client.keyid, sizeof client.keyid, "blue/new/1");
  assert_int_equal(sl_play_do(&world, &client, "GET", "/v1/cases", NULL), 401);
  sl_world_advance(&world, 61 * SL_SECOND);
  assert_int_equal(sl_play_do(&world, &client, "GET", "/v1/cases", NULL), 200);
}

static void a_rotated_key_is_refused_and_its_receipts_stay(void **state) {
  (void)state;
  sl_draft draft = sl_play_box(&world);
  sl_play_put(&world, &blue, a, &draft);
  sl_membership record = record_of(SL_CHANGE_ROTATE, "ops", 2, 10);
  uint8_t seed[32] = {77};
  sl_client fresh = blue;
  sl_key_from_seed(&fresh.key, seed);
  snprintf(fresh.keyid, sizeof fresh.keyid, "blue/ops/2");
  memcpy(record.public_key, fresh.key.public_key, 32);
  assert_int_equal(send(&record, &world.focal_client[0]), 200);
  assert_int_equal(sl_play_do(&world, &fresh, "GET", "/v1/cases", NULL), 401);
  sl_world_advance(&world, 11 * SL_SECOND);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 401);
  assert_int_equal(sl_play_do(&world, &fresh, "GET", "/v1/receipts/0", NULL), 200);
  assert_string_equal(sl_play_get(&world, &fresh, a)->state, "Accepted");
  sl_world_restart(&world);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 401);
  assert_int_equal(sl_play_do(&world, &fresh, "GET", "/v1/cases", NULL), 200);
}

static void a_revoked_key_is_refused_at_once(void **state) {
  (void)state;
  sl_membership record = record_of(SL_CHANGE_REVOKE, "ops", 1, 0);
  assert_int_equal(send(&record, &world.focal_client[0]), 200);
  sl_world_advance(&world, SL_SECOND);
  assert_int_equal(sl_play_do(&world, &blue, "GET", "/v1/cases", NULL), 401);
}

/* What a record is answered says nothing of another side: not how full it is, nor whether a key is enrolled there. */
static void a_record_tells_nothing_of_another_side(void **state) {
  (void)state;
  sl_membership record = newcomer(60);
  memcpy(record.public_key, red.key.public_key, 32);
  assert_int_equal(send(&record, &world.focal_client[0]), 200);
  record = newcomer(60);
  snprintf(record.side, sizeof record.side, "red");
  assert_int_equal(send(&record, &world.focal_client[0]), 403);
  world.beating = false;
  int status = 200;
  for (int n = 0; status == 200; n++) {
    sl_membership mate = newcomer(60);
    snprintf(mate.side, sizeof mate.side, "red");
    snprintf(mate.party, sizeof mate.party, "mate-%d", n);
    memcpy(mate.public_key, &n, sizeof n);
    status = send(&mate, &world.focal_client[1]);
  }
  assert_int_equal(status, 413);
  record.effective.ns = world.wall + SL_MINUTE;
  assert_int_equal(send(&record, &world.focal_client[0]), 403);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(only_the_sides_focal_point_enrols),
      CASE(a_record_tells_nothing_of_another_side),
      CASE(a_change_is_in_the_future_and_announced),
      CASE(a_rotated_key_is_refused_and_its_receipts_stay),
      CASE(a_revoked_key_is_refused_at_once),
  };
  return cmocka_run_group_tests_name("act_record", tests, NULL, NULL);
}
