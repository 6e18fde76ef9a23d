/* What taking away of what is over costs those who file meanwhile: commits of 64 updates
 * over the F3548 face, every second one with the clock moved on by a second in which
 * intents, subscriptions and constraints end, the others with the clock standing still.
 *
 *   bench/cleanup [GROUPS [A_SECOND]]     default 2000 60
 *
 * GROUPS of each kind; A_SECOND entities end in each second, a third of each sort. In the
 * same process and on a durable store, so that whatever else the machine does falls on
 * both alike. Prints one JSON object; times are of a whole turn with its commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"
#include "service/utm_world.h"

enum { GROUP = 64, LIVE = 4096 };

static sl_utm_world world;
static unsigned refused;
static char ovn[LIVE][80];

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

typedef struct call { unsigned number; } call;

static void answered(void *context, const sl_reply *reply) {
  const call *c = context;
  if (reply->status != 200 && reply->status != 201) {
    if (refused++ < 3) fprintf(stderr, "%d %.*s\n", reply->status, (int)reply->body.size, reply->body.data);
    return;
  }
  static const char mark[] = "\"ovn\":\"";
  for (size_t i = 0; c && i + sizeof mark + 44 < reply->body.size; i++) {
    if (memcmp(reply->body.data + i, mark, sizeof mark - 1) != 0) continue;
    snprintf(ovn[c->number], sizeof ovn[0], "%.44s", reply->body.data + i + sizeof mark - 1);
    return;
  }
}

/* Nothing lies near anything else: it is the taking away that is measured. */
static sl_utm_box box_at(unsigned number, unsigned row, int64_t from_s, int64_t to_s) {
  return (sl_utm_box){40.0 + 0.01 * (number % 1000), 8.0 + 0.02 * (number / 1000) + 5.0 * row, 100, 100, 150, from_s, to_s};
}

static void send(const char *target, char *body, void *context) {
  const char *token = sl_utm_world_token(&world, "uss1", SC " " CP " " CM);
  sl_utm_send_to(&world, token, "PUT", target, sl_str_from(body), answered, context);
  free(body);
}

static void file(unsigned number, int64_t to_s) {
  static call calls[LIVE];
  char target[200];
  unsigned slot = number % LIVE;
  calls[slot].number = slot;
  snprintf(target, sizeof target, INTENTS "%08x-0000-4000-8000-000000000001%s%s", slot, ovn[slot][0] ? "/" : "", ovn[slot]);
  sl_utm_box box = box_at(slot, 0, 60, to_s);
  send(target, sl_utm_intent_body(&world, &box, "Accepted", "", ""), &calls[slot]);
}

/* One that ends `after` seconds from now; by its number an intent, a subscription or a constraint. */
static void mortal(unsigned number, int64_t after) {
  char target[200];
  sl_utm_box box = box_at(number / 3, 1 + number % 3, 1, after);
  const char *const kind[3] = {INTENTS, SUBS, ZONES};
  snprintf(target, sizeof target, "%s%08x-0000-4000-8000-000000000002", kind[number % 3], number);
  if (number % 3 == 0) send(target, sl_utm_intent_body(&world, &box, "Accepted", "", ""), NULL);
  else if (number % 3 == 1) send(target, sl_utm_sub_body(&world, &box, true, false), NULL);
  else send(target, sl_utm_zone_body(&world, &box), NULL);
}

static void drain(void) {
  while (sl_service_turn(world.base.service)) continue;
}

static int order(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void tell(const char *name, double *ms, unsigned count, const char *after) {
  qsort(ms, count, sizeof *ms, order);
  printf("\"%s\":{\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"p999_ms\":%.2f,\"max_ms\":%.2f}%s", name, ms[count / 2],
         ms[(uint64_t)count * 99 / 100], ms[(uint64_t)count * 999 / 1000], ms[count - 1], after);
}

int main(int argc, char **argv) {
  unsigned groups = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2000;
  unsigned rate = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 60;
  if (groups < 10 || groups > 20000 || rate > 3000) return 64;
  char directory[] = "/tmp/sideline-bench-XXXXXX", path[80];
  if (!mkdtemp(directory)) return 71;
  snprintf(path, sizeof path, "%s/line.db", directory);
  sl_store *store = NULL;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_store_open_sqlite(&store, path, NULL, &fault);
  SL_ASSERT(err == SL_OK);
  sl_utm_world_init(&world);
  world.base.agreement.pace.ns = 0;
  world.base.agreement.heartbeat.ns = SL_NS_PER_H;
  sl_utm_world_start(&world, store);
  for (unsigned i = 0; i < LIVE; i++) {
    file(i, 86000);
    if (i % GROUP == GROUP - 1) drain();
  }
  for (unsigned i = 0; i < groups * rate; i++) {   /* the first of them end when the first group is measured */
    mortal(i, 10 + i / rate);
    if (i % GROUP == GROUP - 1) drain();
  }
  drain();
  world.base.wall += 10 * SL_NS_PER_S;
  world.base.monotonic += 10 * SL_NS_PER_S;
  drain();
  double *with = calloc(groups, sizeof *with), *without = calloc(groups, sizeof *without);
  SL_ASSERT(with && without);
  for (unsigned i = 0; i < 2 * groups; i++) {
    bool over = i % 2;
    for (unsigned k = 0; k < GROUP; k++) file(i * GROUP + k, 80000 + (int64_t)(i % 7));
    if (over) world.base.wall += SL_NS_PER_S;
    if (over) world.base.monotonic += SL_NS_PER_S;
    double start = milliseconds();
    sl_service_turn(world.base.service);
    (over ? with : without)[i / 2] = milliseconds() - start;
    drain();
    if (i % 64 == 0) err = sl_store_upkeep(store);
  }
  printf("{\"groups\":%u,\"updates_a_group\":%d,\"ended_a_group\":%u,\"refused\":%u,", groups, GROUP, rate, refused);
  tell("without", without, groups, ",");
  tell("with", with, groups, "}\n");
  free(with);
  free(without);
  sl_utm_world_fini(&world);
  char command[120];
  snprintf(command, sizeof command, "rm -r '%s'", directory);
  return system(command) == 0 && refused == 0 ? 0 : 1;
}
