/* An intent's way through its states at the speed of existing clients, with the pace of the
 * agreement at its default of five minutes (L17), the other side there and not; and what an
 * urgent state is never refused for (L7). */
#include "utm_scene.h"

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 60, 1800};

/* The window of the same plan some seconds later: as a client sends it again. */
static sl_utm_box same_after(const sl_utm_box *box, int64_t seconds) {
  sl_utm_box out = *box;
  out.from_s -= seconds;
  out.to_s -= seconds;
  return out;
}

static void pass(sl_utm_box *box, int64_t seconds) {
  sl_world_advance(&world.base, seconds * SL_NS_PER_S);
  *box = same_after(box, seconds);
}

/* PUT; where the line's reference is wanted, with it. Returns how often it was refused. */
static unsigned put(char ovn[static 128], const sl_utm_box *box, const char *state) {
  char id[128], line[128], key[140];
  bool first = ovn[0] == '\0';
  const char *more = strcmp(state, "Accepted") == 0 ? "" : NEW_SUB;
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, first ? NULL : ovn, box, state, "", more);
  unsigned refused = answer.status == 409;
  if (refused) {
    line_learn("uss1", answer.body, id, line);
    sl_world_drop(&answer);
    snprintf(key, sizeof key, "\"%s\"", line);
    answer = sl_utm_put(&world, "uss1", ID1, first ? NULL : ovn, box, state, key, more);
  }
  expect(&answer, first ? 201 : 200);
  sl_utm_ovn_of(answer.body, ovn);
  char text[128];
  assert_string_equal(sl_world_member(answer.body, "state", text), state);
  sl_world_drop(&answer);
  return refused;
}

static void delete(const char *ovn) {
  char target[300];
  snprintf(target, sizeof target, INTENTS ID1 "/%s", ovn);
  assert_int_equal(sl_utm_status_of(&world, "uss1", SC, "DELETE", target, NULL), 200);
}

/* A life of a minute, alone: nothing is ever refused. */
static void test_alone(void **state) {
  (void)state;
  char ovn[128] = "";
  sl_utm_box box = here, wider;
  assert_int_equal(put(ovn, &box, "Accepted"), 0);
  pass(&box, 5);
  assert_int_equal(put(ovn, &box, "Accepted"), 0);     /* the same again */
  pass(&box, 5);
  box.to_s -= 300;
  box.upper -= 10;
  assert_int_equal(put(ovn, &box, "Accepted"), 0);     /* trimmed */
  pass(&box, 5);
  box.from_s += 20;
  assert_int_equal(put(ovn, &box, "Activated"), 0);    /* begins later */
  pass(&box, 5);
  wider = box;
  wider.half += 200;
  assert_int_equal(put(ovn, &wider, "Nonconforming"), 0);
  pass(&box, 5);
  assert_int_equal(put(ovn, &box, "Activated"), 0);    /* back in its volume */
  pass(&box, 5);
  wider = box;
  wider.lat += 0.01;
  assert_int_equal(put(ovn, &wider, "Contingent"), 0);
  pass(&wider, 5);
  wider.half += 100;
  assert_int_equal(put(ovn, &wider, "Contingent"), 0);
  delete(ovn);
}

/* The same with the other side there: each version is refused at most once, for the
 * reference of its conflict, and an urgent one never. */
static void test_in_conflict(void **state) {
  (void)state;
  char ovn[128] = "";
  sl_utm_box box = here, wider;
  red_files(RED, &here);
  assert_int_equal(put(ovn, &box, "Accepted"), 1);
  pass(&box, 10);
  assert_int_equal(put(ovn, &box, "Activated"), 1);
  pass(&box, 10);
  wider = box;
  wider.half += 200;
  assert_int_equal(put(ovn, &wider, "Nonconforming"), 0);
  pass(&box, 10);
  assert_int_equal(put(ovn, &box, "Activated"), 1);
  pass(&box, 10);
  wider = box;
  wider.half += 300;
  assert_int_equal(put(ovn, &wider, "Contingent"), 0);
  delete(ovn);
}

/* What is enlarged waits, and what is trimmed where it is in conflict: else an edge of the
 * other side's could be felt for. */
static void test_what_waits(void **state) {
  (void)state;
  char ovn[128] = "";
  sl_utm_box box = here;
  assert_int_equal(put(ovn, &box, "Accepted"), 0);
  pass(&box, 5);
  box.upper += 1;
  sl_answered answer = sl_utm_put(&world, "uss1", ID1, ovn, &box, "Accepted", "", "");
  expect(&answer, 409);
  sl_world_drop(&answer);
  /* Given up: what stands may go on at once, though that pends beside it. */
  box.upper -= 1;
  pass(&box, 5);
  assert_int_equal(put(ovn, &box, "Activated"), 0);
  delete(ovn);
  sl_world_advance(&world.base, 600 * SL_NS_PER_S);

  ovn[0] = '\0';
  box = here;
  sl_utm_box theirs = here;
  theirs.upper = 510;
  red_files(RED, &theirs);
  assert_int_equal(put(ovn, &box, "Accepted"), 1);
  pass(&box, 5);
  box.lower = 600;   /* of theirs it is clear, and that is not told yet */
  box.upper = 620;
  answer = sl_utm_put(&world, "uss1", ID1, ovn, &box, "Accepted", "", "");
  expect(&answer, 409);
  sl_world_drop(&answer);
}

/* Not for its size, not for an empty budget, not while the line is down. */
static void test_urgent_is_taken(void **state) {
  (void)state;
  char ovn[128] = "";
  sl_utm_box box = here, vast;
  assert_int_equal(put(ovn, &box, "Accepted"), 0);
  vast = box;
  vast.half = 20000;
  vast.lower = 0;
  vast.upper = 90000;
  vast.to_s = 20 * 3600;
  vast.lat += 1;
  sl_answered answer = sl_utm_put(&world, "uss1", ID2, NULL, &vast, "Accepted", "", "");
  expect(&answer, 400);
  sl_world_drop(&answer);
  world.base.beating = false;
  pass(&box, 600);
  vast.from_s -= 600;
  assert_int_equal(put(ovn, &vast, "Nonconforming"), 0);
  assert_int_equal(put(ovn, &vast, "Contingent"), 0);
}

/* What was filed over this face is not changed behind its back: it would show what stands no more. */
static void test_not_natively(void **state) {
  (void)state;
  sl_utm_box box = {.lat = 47.0, .lon = 8.0, .half = 200, .lower = 500, .upper = 560, .from_s = 7200, .to_s = 7500};
  put_one(NULL, &box, "Accepted", "", 201, NULL);
  sl_draft draft = sl_world_box(&world.base, 47.0, 8.0, 200, 500, 560, 10800, 11100);
  draft.version = 2;
  sl_answered answer = sl_world_put(&world.base, &world.alpha, ID1, &draft);
  assert_int_equal(answer.status, 409);
  sl_world_drop(&answer);
  answer = sl_world_ask(&world.base, &world.alpha, "POST", "/v1/intents/" ID1 "/end", "{\"version\":1}");
  assert_int_equal(answer.status, 409);
  sl_world_drop(&answer);
  answer = sl_world_ask(&world.base, &world.alpha, "GET", "/v1/intents/" ID1, NULL);
  assert_int_equal(answer.status, 200);
  sl_world_drop(&answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {SCENE(test_alone), SCENE(test_in_conflict), SCENE(test_what_waits),
                                     SCENE(test_urgent_is_taken), SCENE(test_not_natively)};
  return cmocka_run_group_tests_name("service/utm_file", tests, NULL, NULL);
}
