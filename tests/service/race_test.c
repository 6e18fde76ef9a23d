/* Principle 9: two conflicting submissions at one instant cannot both be CLEAR. Two
 * threads, one for each side, submit into the same piece of airspace while the writer
 * runs; 10,000 races, each at a place of its own. Meant for ThreadSanitizer too. */
#include <pthread.h>

#include "service/service.h"

#include "test.h"
#include "world.h"

enum { RACES = 10000, AT_ONCE = 50 };

typedef struct racer {
  sl_world *world;
  sl_client client;
  pthread_barrier_t *start;
  unsigned side;
  sl_answered answer[AT_ONCE];
  unsigned round;
} racer;

static bool stop;

static void *writer(void *context) {
  sl_world *world = context;
  while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
    if (!sl_service_turn(world->service)) sl_service_wait(world->service, sl_service_due(world->service));
  }
  while (sl_service_turn(world->service)) continue;
  return NULL;
}

/* Called on the writer's thread; the racer looks at `done` last. */
static void answered(void *context, const sl_reply *reply) {
  sl_answered *answer = context;
  answer->status = reply->status;
  size_t size = reply->body.size < 4000 ? reply->body.size : 4000;
  answer->body = malloc(size + 1);
  if (answer->body) {
    memcpy(answer->body, reply->body.data, size);
    answer->body[size] = '\0';
  }
  __atomic_store_n(&answer->done, true, __ATOMIC_RELEASE);
}

/* Each race has its own degree of latitude and hour; both sides the same box. */
static void submit(racer *r, unsigned race, sl_answered *answer) {
  int64_t from = 7200 + (int64_t)(race % 100) * 400;
  double lat = -50.0 + (double)(race / 100);
  sl_draft draft = sl_world_box(r->world, lat, 10.0, 200, 500, 560, from, from + 300);
  char target[80], id[40];
  snprintf(id, sizeof id, "%08x-0000-4000-8000-00000000000%u", race, r->side);
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, &draft);
  sl_world_send_to(r->world, &r->client, "PUT", target, sl_buf_span(&body), answered, answer);
  sl_buf_fini(&body);
}

static void *racing(void *context) {
  racer *r = context;
  for (unsigned race = 0; race < RACES; race += AT_ONCE) {
    memset(r->answer, 0, sizeof r->answer);
    pthread_barrier_wait(r->start);
    for (unsigned i = 0; i < AT_ONCE; i++) submit(r, race + i, &r->answer[i]);
    for (unsigned i = 0; i < AT_ONCE; i++) {
      while (!__atomic_load_n(&r->answer[i].done, __ATOMIC_ACQUIRE)) sched_yield();
    }
    pthread_barrier_wait(r->start);
    pthread_barrier_wait(r->start);
    for (unsigned i = 0; i < AT_ONCE; i++) free(r->answer[i].body);
  }
  return NULL;
}

static bool is_clear(const sl_answered *answer) {
  return answer->body && strstr(answer->body, "\"verdict\":\"CLEAR\"") != NULL;
}

static void never_both_clear(void **state) {
  (void)state;
  static sl_world world;
  static racer r[2];
  sl_world_init(&world);
  world.options.nonces_max = 100000;
  world.agreement.budget_declared = 1000000000;
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  pthread_barrier_t start;
  pthread_barrier_init(&start, NULL, 3);
  for (unsigned k = 0; k < 2; k++) {
    r[k] = (racer){.world = &world, .start = &start, .side = k};
    sl_world_enrol(&world, k, "ops", SL_CLASS_DRONE, 0, &r[k].client);
  }
  pthread_t thread[3];
  assert_int_equal(pthread_create(&thread[2], NULL, writer, &world), 0);
  for (unsigned k = 0; k < 2; k++) assert_int_equal(pthread_create(&thread[k], NULL, racing, &r[k]), 0);
  unsigned both = 0, neither = 0, refused = 0;
  for (unsigned race = 0; race < RACES; race += AT_ONCE) {
    pthread_barrier_wait(&start);
    pthread_barrier_wait(&start);
    for (unsigned i = 0; i < AT_ONCE; i++) {
      const sl_answered *a = &r[0].answer[i], *b = &r[1].answer[i];
      refused += a->status != 200 || b->status != 200;
      both += is_clear(a) && is_clear(b);
      neither += !is_clear(a) && !is_clear(b);
    }
    pthread_barrier_wait(&start);
  }
  for (unsigned k = 0; k < 2; k++) pthread_join(thread[k], NULL);
  __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
  sl_service_wake(world.service);
  pthread_join(thread[2], NULL);
  printf("races: %d, both clear %u, neither clear %u, refused %u\n", RACES, both, neither, refused);
  assert_int_equal(refused, 0);
  assert_int_equal(both, 0);
  /* Who comes first reads CLEAR: that the test can tell the difference. */
  assert_int_equal(neither, 0);
  pthread_barrier_destroy(&start);
  sl_world_fini(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(never_both_clear)};
  return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
