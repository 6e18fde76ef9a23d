/* Live intents in one process, without sockets: what each costs in memory, how many a
 * second are submitted and committed (signed, verified, judged, logged, receipted), and
 * how long a start takes over a store that holds them.
 *
 *   bench/intents [COUNT [VOLUMES]]     default 100000 10
 *
 * Each intent has VOLUMES volumes of four vertices; one in a hundred conflicts with the
 * other side. Prints one JSON object. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"
#include "service/world.h"

enum { GROUP = 128, VOLUMES_MAX = 64 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Of all threads of this process. */
static double processor_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Resident bytes, from the kernel. */
static long resident(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  long pages = 0, all = 0;
  if (file && fscanf(file, "%ld %ld", &all, &pages) != 2) pages = 0;
  if (file) fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

static unsigned accepted;

static void answered(void *context, const sl_reply *reply) {
  (void)context;
  accepted += reply->status == 200;
  if (reply->status != 200) fprintf(stderr, "%d %.*s\n", reply->status, (int)reply->body.size, reply->body.data);
}

/* A flight of boxes in a row, each two minutes; every hundredth pair shares its place. */
static void submit(sl_world *world, sl_client *client, unsigned number, unsigned volumes) {
  static sl_pos vertex[VOLUMES_MAX][4];
  static sl_ring ring[VOLUMES_MAX];
  static const bool hole[1] = {false};
  static sl_object object[VOLUMES_MAX];
  unsigned place = number % 100 == 1 ? number - 1 : number;
  int64_t lat = 40000000000 + (int64_t)(place % 1000) * 9000000, lon = (int64_t)(place / 1000) * 260000000;
  for (unsigned i = 0; i < volumes; i++) {
    int64_t x = lon + (int64_t)i * 6500000;
    vertex[i][0] = (sl_pos){lat, x};
    vertex[i][1] = (sl_pos){lat, x + 6500000};
    vertex[i][2] = (sl_pos){lat + 1200000, x + 6500000};
    vertex[i][3] = (sl_pos){lat + 1200000, x};
    ring[i] = (sl_ring){vertex[i], 4};
    object[i] = (sl_object){.kind = SL_OBJECT_VOLUME};
    object[i].as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {&ring[i], hole, 1, SL_EDGE_GEODESIC}};
    object[i].as.volume.band.ref = SL_ALT_W84;
    object[i].as.volume.band.as.w84.lower.mm = 500000;
    object[i].as.volume.band.as.w84.upper.mm = 540000;
    int64_t start = SL_WORLD_START + 36000 + (int64_t)i * 120;
    object[i].as.volume.window = (sl_window){{start * SL_NS_PER_S}, {(start + 180) * SL_NS_PER_S}};
  }
  sl_draft draft = {.version = 1, .state = SL_INTENT_ACCEPTED, .plan = {object, volumes}};
  char target[80];
  snprintf(target, sizeof target, "/v1/intents/%08x-0000-4000-8000-000000000000", number);
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, &draft);
  sl_world_send_to(world, client, "PUT", target, sl_buf_span(&body), answered, NULL);
  sl_buf_fini(&body);
}

int main(int argc, char **argv) {
  unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 100000;
  unsigned volumes = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 10;
  if (volumes < 1 || volumes > VOLUMES_MAX) return 64;
  char directory[] = "/tmp/sideline-bench-XXXXXX", path[80];
  if (!mkdtemp(directory)) return 71;
  snprintf(path, sizeof path, "%s/line.db", directory);
  static sl_world world;
  sl_world_init(&world);
  world.agreement.budget_declared = SL_BUDGET_DECLARED_MAX;
  sl_store *store = NULL;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_store_open_sqlite(&store, path, NULL, &fault);
  SL_ASSERT(err == SL_OK);
  sl_world_open(&world, store);
  sl_world_found(&world);
  sl_client client[2];
  for (unsigned k = 0; k < 2; k++) sl_world_enrol(&world, k, "ops", SL_CLASS_DRONE, 0, &client[k]);
  long before = resident();
  double start = seconds();
  for (unsigned i = 0; i < count; i++) {
    submit(&world, &client[i & 1], i, volumes);
    if (i % GROUP == GROUP - 1 || i + 1 == count) {
      while (sl_service_turn(world.service)) continue;
      /* As the upkeep thread does. */
      if (i % (GROUP * 64) == GROUP - 1) err = sl_store_upkeep(store);
    }
  }
  double submitted = seconds();
  long after = resident();
  sl_service_counts counts;
  sl_service_count(world.service, &counts);
  sl_service_close(world.service);
  world.service = NULL;
  sl_store_close(store);
  err = sl_store_open_sqlite(&world.store, path, NULL, &fault);
  SL_ASSERT(err == SL_OK);
  double opening = seconds(), used = processor_seconds();
  world.options.signer = sl_key_signer(&world.key);
  err = sl_service_open(&world.service, &world.options, world.store, &fault);
  if (err) fprintf(stderr, "%s\n", fault.reason);
  double opened = seconds();
  used = processor_seconds() - used;
  printf("{\"intents\":%u,\"volumes_each\":%u,\"accepted\":%u,\"conflicts_told\":%llu,\"submissions_per_s\":%.0f,"
         "\"bytes_per_intent\":%ld,\"start_s\":%.3f,\"start_cpu_s\":%.3f}\n",
         count, volumes, accepted, (unsigned long long)counts.verdicts[SL_CONFLICT],
         (double)count / (submitted - start), (after - before) / (long)count, opened - opening, used);
  sl_world_fini(&world);
  char command[120];
  snprintf(command, sizeof command, "rm -r '%s'", directory);
  return system(command) == 0 && accepted == count ? 0 : 1;
}
