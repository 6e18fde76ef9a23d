#include "utm_scene.h"

sl_utm_world world;

int scene_setup(void **state) {
  (void)state;
  sl_utm_world_open(&world, NULL);
  return 0;
}

int scene_teardown(void **state) {
  (void)state;
  sl_utm_world_fini(&world);
  return 0;
}

void expect(const sl_answered *answer, int status) {
  if (answer->status != status) printf("%d: %s\n", answer->status, answer->body);
  assert_int_equal(answer->status, status);
  if (status < 400 || strncmp(answer->type, "application/json", 16) != 0) return;
  assert_non_null(strstr(answer->body, "\"message\":\""));
}

void put_one(const char *ovn_before, const sl_utm_box *box, const char *state, const char *key, int status,
             char ovn[128]) {
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, ovn_before, box, state, key, state[0] == 'A' && state[2] == 'c' ? "" : NEW_SUB);
  expect(&answer, status);
  if (ovn) sl_utm_ovn_of(answer.body, ovn);
  sl_world_drop(&answer);
}

void red_files(const char *id, const sl_utm_box *box) {
  sl_draft draft = sl_world_box(&world.base, box->lat, box->lon, box->half, box->lower, box->upper, box->from_s, box->to_s);
  sl_answered answer = sl_world_put(&world.base, &world.romeo, id, &draft);
  expect(&answer, 200);
  sl_world_drop(&answer);
}

void line_learn(const char *subject, const char *answer, char id[static 128], char ovn[static 128]) {
  const char *at = strstr(answer, "\"manager\":\"sideline\"");
  assert_non_null(at);
  while (at > answer && strncmp(at, "{\"id\"", 5) != 0) at--;
  sl_world_member(at, "id", id);
  char target[300];
  snprintf(target, sizeof target, "/uss/v1/operational_intents/%s", id);
  sl_answered details = sl_utm_ask(&world, subject, SC, "GET", target, NULL);
  expect(&details, 200);
  sl_utm_ovn_of(details.body, ovn);
  assert_int_equal(strlen(ovn), 44);
  assert_non_null(strstr(details.body, "\"priority\":1000000"));
  sl_world_drop(&details);
}

bool next_push(char *body, size_t room) {
  sl_push push;
  sl_time later;
  sl_world_move(&world.base, 20 * SL_NS_PER_MS);   /* to its tick (L15) */
  if (!sl_service_push_take(world.base.service, &push, &later)) return false;
  snprintf(body, room, "%s", push.body);
  sl_service_push_done(world.base.service, push.number, SL_PUSH_DELIVERED);
  sl_push_drop(&push);
  sl_service_turn(world.base.service);
  return true;
}
