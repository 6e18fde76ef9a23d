/* How long a party waits for its verdict, by verdict, with the other side idle and with
 * the other side submitting as fast as it can: what a clock in the party's hand could
 * tell (L15). In one process, on the real clock, over SQLite, q = 20 ms.
 *
 *   bench/latency [SECONDS]     each phase; default 5
 *
 * Prints one JSON object: per phase and verdict the number, median, 95 and 99 percentile
 * and maximum in milliseconds from receipt to the reply's release or its being ready,
 * whichever is later, and the overruns: how many did not leave at the first multiple of q
 * after receipt. What comes so shortly before a multiple that its commit does not fit in
 * is one of them: no fewer than a commit's part of q can be. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"
#include "service/world.h"

enum { SAMPLES = 20000, CLASSES = 2 };
#define QUANTUM_NS (20 * SL_NS_PER_MS)

typedef struct sample {
  int64_t sent, release, ready;
  bool conflict, done;
} sample;

typedef struct phase {
  sample *sample;
  unsigned count;
} phase;

static bool stop;

static sl_time wall(void *context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (sl_time){(int64_t)now.tv_sec * SL_NS_PER_S + now.tv_nsec};
}

static int64_t monotonic(void *context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * SL_NS_PER_S + now.tv_nsec;
}

static void *writer(void *context) {
  sl_world *world = context;
  while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
    if (!sl_service_turn(world->service)) sl_service_wait(world->service, sl_service_due(world->service));
  }
  return NULL;
}

static void answered(void *context, const sl_reply *reply) {
  sample *s = context;
  static const char word[] = "\"verdict\":\"CONFLICT\"";
  for (size_t i = 0; i + sizeof word <= reply->body.size && !s->conflict; i++) {
    s->conflict = memcmp(reply->body.data + i, word, sizeof word - 1) == 0;
  }
  s->release = reply->release.ns;
  s->ready = wall(NULL).ns;
  __atomic_store_n(&s->done, true, __ATOMIC_RELEASE);
}

static void ignored(void *context, const sl_reply *reply) {
  (void)reply;
  __atomic_fetch_sub((long *)context, 1, __ATOMIC_RELAXED);
}

static void submit(sl_world *world, sl_client *client, unsigned number, unsigned tag, double lon, sl_reply_fn *reply,
                   void *context) {
  char target[80];
  double lat = 40.0 + (double)(number % 1000) * 0.01;
  sl_draft draft = sl_world_box(world, lat, lon + (double)(number / 1000) * 0.02, 200, 500, 540, 36000, 36200);
  snprintf(target, sizeof target, "/v1/intents/%08x-0000-4000-8000-%012u", number, tag);
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, &draft);
  world->wall = wall(NULL).ns;
  sl_world_send_to(world, client, "PUT", target, sl_buf_span(&body), reply, context);
  sl_buf_fini(&body);
}

typedef struct load {
  sl_world world;    /* its own copy: the sender's clock and names */
  sl_client client;
  bool end;
  unsigned sent;
} load;

/* The other side, with as many in flight as its queue takes. */
static void *saturate(void *context) {
  load *l = context;
  static long flying;
  while (!__atomic_load_n(&l->end, __ATOMIC_ACQUIRE)) {
    if (__atomic_load_n(&flying, __ATOMIC_RELAXED) > 512) {
      sched_yield();
      continue;
    }
    __atomic_fetch_add(&flying, 1, __ATOMIC_RELAXED);
    submit(&l->world, &l->client, l->sent++, 7, 30.0, ignored, &flying);
  }
  while (__atomic_load_n(&flying, __ATOMIC_RELAXED) > 0) sched_yield();
  return NULL;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report(const char *name, const phase *p, bool last) {
  static double ms[SAMPLES];
  printf("\"%s\":{", name);
  for (int conflict = 0; conflict < CLASSES; conflict++) {
    unsigned n = 0, overruns = 0;
    for (unsigned i = 0; i < p->count; i++) {
      const sample *s = &p->sample[i];
      if (s->conflict != (conflict == 1)) continue;
      int64_t end = s->ready > s->release ? s->ready : s->release;
      overruns += s->release > (s->sent / QUANTUM_NS + 1) * QUANTUM_NS;
      ms[n++] = (double)(end - s->sent) / 1e6;
    }
    qsort(ms, n, sizeof ms[0], by_size);
    printf("\"%s\":{\"n\":%u,\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"overruns\":%u,\"overrun_share\":%.4f}%s",
           conflict ? "CONFLICT" : "CLEAR", n, n ? ms[n / 2] : 0, n ? ms[n * 95 / 100] : 0, n ? ms[n * 99 / 100] : 0,
           n ? ms[n - 1] : 0, overruns, n ? (double)overruns / n : 0, conflict ? "" : ",");
  }
  printf("}%s", last ? "" : ",");
}

/* One party asks at times drawn within each 10 ms; every second plan conflicts with one that stands. */
static void ask(sl_world *world, sl_client *client, phase *p, unsigned first, unsigned seconds) {
  unsigned count = seconds * 100 < SAMPLES ? seconds * 100 : SAMPLES;
  unsigned lot = 12345;
  for (unsigned i = 0; i < count; i++) {
    lot = lot * 1103515245u + 12345u;
    struct timespec pause = {0, (long)(lot >> 8) % 10000000};
    nanosleep(&pause, NULL);
    sample *s = &p->sample[p->count++];
    s->sent = wall(NULL).ns;
    submit(world, client, first + i, 1, i & 1 ? 10.0 : 100.0, answered, s);
  }
  for (unsigned i = 0; i < p->count; i++) {
    while (!__atomic_load_n(&p->sample[i].done, __ATOMIC_ACQUIRE)) sched_yield();
  }
}

int main(int argc, char **argv) {
  unsigned seconds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 5;
  char directory[] = "/tmp/sideline-bench-XXXXXX", path[80], command[120];
  if (seconds < 1 || seconds > 60 || !mkdtemp(directory)) return 64;
  snprintf(path, sizeof path, "%s/line.db", directory);
  static sl_world world;
  sl_world_init(&world);
  world.wall = wall(NULL).ns;
  world.agreement.budget_declared = SL_BUDGET_DECLARED_MAX;
  sl_fault fault = sl_fault_none();
  sl_store *store = NULL;
  sl_err err = sl_store_open_sqlite(&store, path, NULL, &fault);
  SL_ASSERT(err == SL_OK);
  sl_world_open(&world, store);
  sl_world_found(&world);
  static sl_client blue;
  static load red;
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red.client);
  red.world = world;
  /* What conflicts: the other side's plans at every place of the asked ones' second row. */
  unsigned all = seconds * 100 * 2;
  for (unsigned i = 0; i < all; i++) {
    static long none;
    submit(&red.world, &red.client, i, 9, 10.0, ignored, &none);
    if (i % 128 == 127) while (sl_service_turn(world.service)) continue;
  }
  while (sl_service_turn(world.service)) continue;
  /* From here on the real clock: the world's own stood some seconds ahead. */
  int64_t ahead = world.wall - wall(NULL).ns;
  if (ahead > 0) {
    struct timespec wait = {(time_t)(ahead / SL_NS_PER_S) + 1, 0};
    nanosleep(&wait, NULL);
  }
  sl_service_close(world.service);
  world.options.clock = (sl_clock){NULL, wall, monotonic};
  world.options.signer = sl_key_signer(&world.key);
  world.options.solve_inline = false;
  err = sl_service_open(&world.service, &world.options, world.store, &fault);
  SL_ASSERT(err == SL_OK);
  red.world.service = world.service;
  pthread_t writing, loading;
  phase idle = {calloc(SAMPLES, sizeof(sample)), 0}, busy = {calloc(SAMPLES, sizeof(sample)), 0};
  SL_ASSERT(idle.sample && busy.sample && pthread_create(&writing, NULL, writer, &world) == 0);
  ask(&world, &blue, &idle, 0, seconds);
  SL_ASSERT(pthread_create(&loading, NULL, saturate, &red) == 0);
  ask(&world, &blue, &busy, seconds * 100, seconds);
  __atomic_store_n(&red.end, true, __ATOMIC_RELEASE);
  pthread_join(loading, NULL);
  __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
  sl_service_wake(world.service);
  pthread_join(writing, NULL);
  sl_service_counts counts;
  sl_service_count(world.service, &counts);
  printf("{\"quantum_ms\":20,\"seconds\":%u,", seconds);
  report("other_side_idle", &idle, false);
  report("other_side_saturated", &busy, false);
  printf("\"other_side_submissions_per_s\":%.0f,\"replies_late\":%llu}\n", (double)red.sent / seconds,
         (unsigned long long)counts.replies_late);
  free(idle.sample);
  free(busy.sample);
  sl_world_fini(&world);
  snprintf(command, sizeof command, "rm -r '%s'", directory);
  return system(command) == 0 ? 0 : 1;
}
