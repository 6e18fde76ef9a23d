/* Memory that runs out in the service: in a day of two parties every allocation fails
 * once, and so does every run of them. A request is answered or told to come again; what
 * was answered is there afterwards, also in the store; nobody reads CLEAR over what the
 * other filed. The test's own allocations do not fail. */
#include "rules.h"

#include "store/store.h"

static bool armed;          /* inside the service, not in what it calls back */
static long left = -1;      /* allocations until one fails; below 0: none does */
static long run = 1;        /* so many fail in a row */
static unsigned long count; /* of those that could have failed */

static bool fails(void) {
  if (!armed) return false;
  count++;
  if (left < 0) return false;
  if (left > 0) {
    left--;
    return false;
  }
  if (--run <= 0) left = -1;
  return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t items, size_t size) { return fails() ? NULL : __real_calloc(items, size); }
void *__wrap_realloc(void *block, size_t size) { return fails() ? NULL : __real_realloc(block, size); }

void __real_sl_service_receive(sl_service *, const sl_request *, sl_reply_fn *, void *, uint64_t *);
bool __real_sl_service_turn(sl_service *);
void __wrap_sl_service_receive(sl_service *, const sl_request *, sl_reply_fn *, void *, uint64_t *);
bool __wrap_sl_service_turn(sl_service *);

typedef struct call { sl_reply_fn *reply; void *context; } call;

/* What is called back is the test's. */
static void back(void *context, const sl_reply *reply) {
  call *c = context;
  bool was = armed;
  armed = false;
  c->reply(c->context, reply);
  if (!reply->stream || reply->status == 0) free(c);
  armed = was;
}

void __wrap_sl_service_receive(sl_service *service, const sl_request *request, sl_reply_fn *reply, void *context,
                               uint64_t *cancel) {
  call *c = malloc(sizeof *c);
  assert_non_null(c);
  *c = (call){reply, context};
  armed = true;
  __real_sl_service_receive(service, request, back, c, cancel);
  armed = false;
}

bool __wrap_sl_service_turn(sl_service *service) {
  armed = true;
  bool any = __real_sl_service_turn(service);
  armed = false;
  return any;
}

/* Until it is answered with something else than "come again". */
static sl_answered ask(sl_client *client, const char *method, const char *target, const char *body) {
  sl_answered answer = {0};
  for (int tries = 0; tries < 80; tries++) {
    answer = sl_world_ask(&world, client, method, target, body);
    assert_true(answer.done);
    if (answer.status != 503) return answer;
    sl_world_drop(&answer);
    if (!sl_service_ready(world.service)) sl_world_restart(&world);   /* as whoever runs it would */
    sl_world_move(&world, 600 * SL_NS_PER_MS);
  }
  fail_msg("it never recovers");
  return answer;
}

static const sl_read *put(sl_client *client, const char *id, const sl_draft *draft) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, draft);
  sl_buf_add_u8(&body, 0);
  sl_answered answer = ask(client, "PUT", target, (const char *)body.data);
  sl_buf_fini(&body);
  return sl_play_read(&answer);
}

static const sl_read *get(sl_client *client, const char *id) {
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_answered answer = ask(client, "GET", target, NULL);
  return sl_play_read(&answer);
}

static bool clear(const sl_read *read) { return strcmp(read->verdict, "CLEAR") == 0; }

static void pass(int64_t ns) {
  int64_t until = world.wall + ns;
  while (world.wall < until) {
    sl_world_move(&world, 30 * SL_SECOND);
    if (!sl_service_ready(world.service)) sl_world_restart(&world);
    char body[96];
    snprintf(body, sizeof body, "{\"time\":\"%s\"}", sl_play_time((sl_time){world.wall}));
    for (unsigned i = 0; i < 2; i++) {
      sl_answered answer = ask(&world.focal_client[i], "POST", "/v1/heartbeat", body);
      assert_int_equal(answer.status, 200);
      sl_world_drop(&answer);
    }
  }
}

/* Both stand where they were filed, or one was moved by an agreement. */
static void check(void) {
  long version = get(&blue, a)->version;
  bool blue_clear = clear(get(&blue, a)), red_clear = clear(get(&red, b));
  assert_true(version == 1 || version == 2);
  if (version == 1) assert_false(blue_clear || red_clear);
}

static void answer_proposal(void) {
  const sl_read *read = get(&blue, a);
  if (strcmp(read->case_state, "proposed") != 0) return;
  char target[192], body[1024];
  snprintf(target, sizeof target, "/v1/cases/%s/answer", read->case_id);
  snprintf(body, sizeof body,
           "{\"answer\":\"accept\",\"version\":1,\"plan_digest\":\"%s\",\"proposal_digest\":\"%s\",\"expires\":\"%s\"}",
           read->plan_digest, read->proposal_digest, read->expires);
  sl_answered answer = ask(&blue, "POST", target, body);
  assert_int_equal(answer.status, 200);
  sl_world_drop(&answer);
}

static void read_all(void) {
  static const char *const targets[] = {"/v1/cases", "/v1/events?after=0&wait=0", "/v1/log/entries?from=0",
                                        "/v1/log/checkpoint", "/v1/receipts/0", "/v1/agreements", "/v1/rollup/slot"};
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
    sl_answered answer = ask(&blue, "GET", targets[i], NULL);
    assert_true(answer.status == 200 || (answer.status == 404 && i == 6));
    sl_world_drop(&answer);
  }
}

static void a_day(void) {
  char c[37];
  sl_world_uuid(&world, c);
  sl_draft draft = sl_play_box(&world);
  assert_int_equal(put(&red, b, &draft)->status, 200);
  draft = sl_play_box(&world);
  draft.free = true;
  draft.freedom.later.ns = 10 * SL_MINUTE;
  const sl_read *filed = put(&blue, a, &draft);
  assert_int_equal(filed->status, 200);
  assert_false(clear(filed));
  check();
  pass(301 * SL_SECOND);
  answer_proposal();
  pass(301 * SL_SECOND);
  check();
  read_all();
  /* Over all of the day's moves of it: met whatever became of the proposal. */
  draft = sl_world_box(&world, 47.0, 8.0, 200, 500, 560, 5000, 9000);
  filed = put(&red, c, &draft);
  assert_int_equal(filed->status, 200);
  assert_string_equal(filed->verdict, "CONFLICT");
  assert_false(clear(get(&blue, a)));
  /* What is in the store is what was answered. */
  long version = get(&blue, a)->version;
  sl_world_restart(&world);
  assert_int_equal(get(&blue, a)->version, version);
  assert_int_equal(get(&red, c)->status, 200);
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%s/end", c);
  sl_answered ended = ask(&red, "POST", target, "{\"version\":1}");
  assert_int_equal(ended.status, 200);
  sl_world_drop(&ended);
  assert_string_equal(get(&red, c)->state, "Ended");
}

/* From the first to the last allocation of a day, `stride` apart. */
static void exhaust(long stride, long in_a_row) {
  unsigned days = 0;
  left = -1;
  count = 0;
  a_day();
  long all = (long)count;
  for (long nth = stride / 2; nth < all; nth += stride, days++) {
    teardown(NULL);
    setup(NULL);
    left = nth;
    run = in_a_row;
    a_day();
    left = -1;
  }
  printf("%ld allocations, %u days with %ld failing\n", all, days, in_a_row);
  assert_true(days > 100);
}

static void each_alone(void **state) {
  (void)state;
  exhaust(5, 1);
}

static void some_in_a_row(void **state) {
  (void)state;
  exhaust(11, 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {CASE(each_alone), CASE(some_in_a_row)};
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
