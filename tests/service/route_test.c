/* From method and target to what is asked: every path with every method, and 405 with
 * what the path takes where it is known and the method is another. */
#include "service/route.h"

#include "service/world.h"
#include "test.h"

#define ID "00000000-0000-4000-8000-000000000001"

static const char *const methods[] = {"GET", "PUT", "POST", "DELETE", "HEAD", "get", "PATCH", ""};

static sl_err route(sl_op *op, const char *method, const char *target) {
  *op = (sl_op){0};
  sl_request request = {.method = sl_str_from(method), .target = sl_str_from(target)};
  sl_fault fault = sl_fault_none();
  bool open = false;
  sl_err err = sl_route(op, &request, &open, &fault);
  assert_int_equal(fault.code, err);
  return err;
}

static bool takes(const char *allow, const char *method) {
  return method[0] && (strcmp(allow, method) == 0 || (strcmp(allow, "GET, PUT") == 0 && (strcmp(method, "GET") == 0 || strcmp(method, "PUT") == 0)));
}

static void every_path_says_what_it_takes(void **state) {
  (void)state;
  static const struct { const char *target, *allow; } paths[] = {
      {"/v1/intents/" ID, "GET, PUT"}, {"/v1/intents/" ID "/end", "POST"}, {"/v1/intents/" ID "/affirm", "POST"},
      {"/v1/cases", "GET"}, {"/v1/cases/" ID, "GET"}, {"/v1/cases/" ID "/answer", "POST"}, {"/v1/events", "GET"},
      {"/v1/events?after=3&wait=4", "GET"}, {"/v1/heartbeat", "POST"}, {"/v1/line/north/suspend", "POST"},
      {"/v1/log/checkpoint", "GET"}, {"/v1/log/tile/0/000.p/3", "GET"}, {"/v1/log/entries", "GET"}, {"/v1/receipts/7", "GET"},
      {"/rollup/checkpoint", "GET"}, {"/rollup/entries", "GET"}, {"/rollup/tile/0/000.p/3", "GET"}, {"/v1/rollup/slot", "GET"},
      {"/v1/records", "POST"}, {"/v1/agreements", "GET"}};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
      sl_op op;
      sl_err err = route(&op, methods[k], paths[i].target);
      assert_int_equal(err, takes(paths[i].allow, methods[k]) ? SL_OK : SL_ERR_METHOD);
      if (err) assert_string_equal(op.allow, paths[i].allow);
    }
  }
}

static void what_is_no_path_takes_nothing(void **state) {
  (void)state;
  static const char *const targets[] = {"/", "/v1", "/v1/cases/", "/v1/intents", "/v1/intents/" ID "/", "/v1/intents/" ID "/end/x",
                                        "/v1/line/north", "/v1/line//suspend", "/v1/receipts/", "/v1/receipts/-1", "/dss", "v1/cases"};
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
    for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
      sl_op op;
      assert_int_equal(route(&op, methods[k], targets[i]), SL_ERR_NOT_FOUND);
      assert_null(op.allow);
    }
  }
  sl_op op;
  assert_int_equal(route(&op, "GET", "/v1/intents/00000000-0000-1000-8000-000000000001"), SL_ERR_SYNTAX);
}

static void query_members_are_those_of_the_path(void **state) {
  (void)state;
  sl_op op;
  assert_int_equal(route(&op, "GET", "/v1/events?after=12&wait=60"), SL_OK);
  assert_int_equal(op.from, 12);
  assert_int_equal(op.wait_s, 60);
  static const struct { const char *target; sl_err err; } refused[] = {
      {"/v1/events?wait=61", SL_ERR_RANGE}, {"/v1/events?after=1&after=2", SL_ERR_DUPLICATE}, {"/v1/events?after", SL_ERR_SYNTAX},
      {"/v1/events?after=", SL_ERR_SYNTAX}, {"/v1/events?after=-1", SL_ERR_SYNTAX}, {"/v1/events?from=1", SL_ERR_UNKNOWN},
      {"/v1/log/entries?wait=1", SL_ERR_UNKNOWN}, {"/v1/agreements?from=1", SL_ERR_UNKNOWN}};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    assert_int_equal(route(&op, "GET", refused[i].target), refused[i].err);
  }
}

/* The answer as it leaves: a problem, its status, and the methods beside it. */
static void answered(void *context, const sl_reply *reply) {
  assert_int_equal(reply->status, 405);
  assert_string_equal(reply->allow, "GET, PUT");
  assert_string_equal(reply->content_type, "application/problem+json");
  assert_non_null(strstr(reply->body.data, "\"type\":\"urn:sideline:problem:method\""));
  ++*(unsigned *)context;
}

static void a_wrong_method_is_answered_405(void **state) {
  (void)state;
  static sl_world world;
  unsigned answers = 0;
  sl_world_init(&world);
  sl_world_open(&world, NULL);
  sl_world_send_to(&world, NULL, "DELETE", "/v1/intents/" ID, (sl_span){0}, answered, &answers);
  while (sl_service_turn(world.service)) continue;
  assert_int_equal(answers, 1);
  sl_world_fini(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_path_says_what_it_takes), cmocka_unit_test(what_is_no_path_takes_nothing),
      cmocka_unit_test(query_members_are_those_of_the_path), cmocka_unit_test(a_wrong_method_is_answered_405)};
  return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
