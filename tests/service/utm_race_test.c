/* Two clients of one side race for one piece of airspace, neither holding the other's
 * OVN: exactly one gets 201, the other 409 with the right reference. 10,000 races, each at
 * a place of its own, while the writer runs. Meant for ThreadSanitizer too. */
#include <pthread.h>
#include <sched.h>

#include "test.h"

#include "utm_world.h"

enum { RACES = 10000, AT_ONCE = 50 };

typedef struct racer {
  sl_utm_world *world;
  const char *token;
  pthread_barrier_t *start;
  unsigned who;
  sl_answered answer[AT_ONCE];
} racer;

static bool stop;

static void *writer(void *context) {
  sl_service *service = context;
  while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
    if (!sl_service_turn(service)) sl_service_wait(service, sl_service_due(service));
  }
  while (sl_service_turn(service)) continue;
  return NULL;
}

static void answered(void *context, const sl_reply *reply) {
  sl_answered *answer = context;
  answer->status = reply->status;
  answer->body = malloc(reply->body.size + 1);
  if (answer->body) {
    memcpy(answer->body, reply->body.data, reply->body.size);
    answer->body[reply->body.size] = '\0';
  }
  __atomic_store_n(&answer->done, true, __ATOMIC_RELEASE);
}

static void id_of(char out[static 40], unsigned race, unsigned who) {
  snprintf(out, 40, "%08x-0000-4000-8000-00000000000%u", race + 1, who);
}

static void submit(racer *r, unsigned race, sl_answered *answer) {
  int64_t from = 7200 + (int64_t)(race % 100) * 400;
  sl_utm_box box = {-50.0 + (double)(race / 100), 10.0, 200, 500, 560, from, from + 300};
  char id[40], target[120];
  id_of(id, race, r->who);
  snprintf(target, sizeof target, INTENTS "%s", id);
  char *body = sl_utm_intent_body(r->world, &box, "Accepted", "", "");
  sl_utm_send_to(r->world, r->token, "PUT", target, sl_str_from(body), answered, answer);
  free(body);
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

/* One won, and the other was told whom it lost to. */
static bool fair(const sl_answered *won, const sl_answered *lost, unsigned race, unsigned winner) {
  char id[40];
  id_of(id, race, winner);
  return won->status == 201 && lost->status == 409 && sl_utm_times(lost->body, id) == 1 &&
         sl_utm_times(lost->body, "\"id\":") == 1;
}

static void exactly_one_wins(void **state) {
  (void)state;
  static sl_utm_world world;
  static racer r[2];
  sl_utm_world_open(&world, NULL);
  pthread_barrier_t start;
  pthread_barrier_init(&start, NULL, 3);
  static const char *const subject[] = {"uss1", "uss2"};
  for (unsigned k = 0; k < 2; k++) {
    r[k] = (racer){.world = &world, .start = &start, .who = k, .token = sl_utm_world_token(&world, subject[k], SC)};
  }
  pthread_t thread[3];
  assert_int_equal(pthread_create(&thread[2], NULL, writer, world.base.service), 0);
  for (unsigned k = 0; k < 2; k++) assert_int_equal(pthread_create(&thread[k], NULL, racing, &r[k]), 0);
  unsigned good = 0, first = 0;
  for (unsigned race = 0; race < RACES; race += AT_ONCE) {
    pthread_barrier_wait(&start);
    pthread_barrier_wait(&start);
    for (unsigned i = 0; i < AT_ONCE; i++) {
      const sl_answered *a = &r[0].answer[i], *b = &r[1].answer[i];
      bool one = a->status == 201;
      bool right = one ? fair(a, b, race + i, 0) : fair(b, a, race + i, 1);
      if (!right && good + 5 > race + i) printf("%u: %d %d %s\n", race + i, a->status, b->status, one ? b->body : a->body);
      good += right;
      first += one;
    }
    pthread_barrier_wait(&start);
  }
  for (unsigned k = 0; k < 2; k++) pthread_join(thread[k], NULL);
  __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
  sl_service_wake(world.base.service);
  pthread_join(thread[2], NULL);
  printf("races: %d, decided as they must be %u, won by the first %u\n", RACES, good, first);
  assert_int_equal(good, RACES);
  pthread_barrier_destroy(&start);
  sl_utm_world_fini(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(exactly_one_wins)};
  return cmocka_run_group_tests_name("service/utm_race", tests, NULL, NULL);
}
