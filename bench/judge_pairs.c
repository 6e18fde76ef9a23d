/* Judgement at size, beside Boost's R-tree on the same objects and the same exact
 * test: all conflicting pairs, and preparing (judge_online: one at a time). Seven runs
 * of each, in turn; medians, and the median of the ratios.
 *
 *   judge_pairs [VOLUMES [RUNS [PEER_RUNS]]]      1,000,000, 7, as many
 *
 * Nobody is asked to measure 10^7 beside the peer seven times: PEER_RUNS 0 leaves
 * it out. Minima are 0, as between drones (F3548): volumes that meet conflict. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flights.h"
#include "measure.h"
#include "oracle/granule.h"
#include "oracle/team.h"
#include "peer_boost.h"

#define THREADS 2u

static double median_ratio(const double *peer, const double *ours, size_t count) {
  double ratio[MEASURE_RUNS_MAX];
  for (size_t i = 0; i < count; i++) {
    ratio[i] = peer[i] / ours[i];
  }
  return measure_median(ratio, count);
}

/* Most memory that the process has held since this was last called, bytes. */
static double peak_since(void) {
  double bytes = 0;
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) {
    if (strncmp(line, "VmHWM:", 6) == 0) {
      bytes = (double)strtoull(line + 6, NULL, 10) * 1024;
    }
  }
  if (status) {
    fclose(status);
  }
  FILE *clear = fopen("/proc/self/clear_refs", "w");
  if (clear) {
    fputs("5", clear);
    fclose(clear);
  }
  return bytes;
}

typedef struct world {
  size_t count, runs, peer_runs;
  flight_volume *volume;
  sl_prepared **object;
  peer_box *box;
  sl_minima minima;
} world;

#define SLICE ((size_t)4096)

static void prepare_slice(void *context, size_t task) {
  world *w = context;
  size_t end = (task + 1) * SLICE < w->count ? (task + 1) * SLICE : w->count;
  measure_must(flights_prepare(w->object, w->volume, task * SLICE, end), "preparing");
}

static void free_objects(world *w) {
  for (size_t i = 0; i < w->count; i++) {
    sl_prepared_free(w->object[i]);
  }
}

/* The last run on one thread stays: objects then lie as a program leaves them. */
static void bench_prepare(world *w) {
  double one[MEASURE_RUNS_MAX], two[MEASURE_RUNS_MAX];
  size_t runs = w->count > 2000000 || w->peer_runs == 0 ? 1 : w->runs;
  for (size_t run = 0; run < runs; run++) {
    double start = measure_now();
    sl_team_run(THREADS, (w->count + SLICE - 1) / SLICE, prepare_slice, w);
    two[run] = measure_now() - start;
    free_objects(w);
    start = measure_now();
    measure_must(flights_prepare(w->object, w->volume, 0, w->count), "preparing");
    one[run] = measure_now() - start;
    if (run + 1 < runs) {
      free_objects(w);
    }
  }
  double bytes = 0;
  for (size_t i = 0; i < w->count; i++) {
    bytes += (double)sl_prepared_size(w->object[i]);
  }
  printf("  \"prepare_per_s_1_thread\": %.0f,\n  \"prepare_per_s_2_threads\": %.0f,\n", (double)w->count / measure_median(one, runs),
         (double)w->count / measure_median(two, runs));
  printf("  \"bytes_per_shape\": %.0f,\n", bytes / (double)w->count);
}

static bool count_pair(void *context, size_t a, size_t b, const sl_finding *finding) {
  (void)a;
  (void)b;
  (void)finding;
  ++*(size_t *)context;
  return true;
}

static void bench_all(world *w) {
  double ours[MEASURE_RUNS_MAX], peer[MEASURE_RUNS_MAX], ours_used[MEASURE_RUNS_MAX], peer_used[MEASURE_RUNS_MAX];
  size_t pairs = 0, peer_pairs = 0;
  const sl_prepared *const *entries = (const sl_prepared *const *)w->object;
  double before = peak_since(), more = 0;
  before = peak_since();
  for (size_t run = 0; run < w->runs; run++) {
    pairs = 0;
    double start = measure_now(), start_used = measure_used();
    measure_must(sl_judge_all(entries, NULL, w->count, &w->minima, false, THREADS, count_pair, &pairs) == SL_OK, "judging");
    ours[run] = measure_now() - start;
    ours_used[run] = measure_used() - start_used;
    double peak = peak_since();
    if (run == 0) {
      more = peak - before;
    }
    if (run < w->peer_runs) {
      start = measure_now();
      start_used = measure_used();
      peer_pairs = peer_boost_all(w->box, entries, w->count, &w->minima, THREADS);
      peer[run] = measure_now() - start;
      peer_used[run] = measure_used() - start_used;
      measure_must(peer_pairs == pairs, "finding the same pairs as the peer");
    }
  }
  printf("  \"pairs\": %zu,\n  \"all_s\": %.4f,\n  \"all_bytes_per_volume\": %.1f,\n", pairs, measure_median(ours, w->runs),
         more / (double)w->count);
  printf("  \"all_cpu_s\": %.4f,\n", measure_median(ours_used, w->runs));
  if (w->peer_runs) {
    printf("  \"boost_all_s\": %.4f,\n  \"all_times_faster\": %.2f,\n", measure_median(peer, w->peer_runs),
           median_ratio(peer, ours, w->peer_runs));
    printf("  \"boost_all_cpu_s\": %.4f,\n  \"all_times_less_cpu\": %.2f,\n", measure_median(peer_used, w->peer_runs),
           median_ratio(peer_used, ours_used, w->peer_runs));
  }
}

/* What a conflict is told in: one volume against the next of its flight. */
static void bench_granules(const world *w) {
  const sl_granule_size size = {{1000000}, {60000}, 200, {5 * SL_NS_PER_MIN}};
  double each[MEASURE_RUNS_MAX];
  size_t calls = w->count <= 20000 ? w->count - 1 : 20000, granules = 0;
  for (size_t run = 0; run < w->runs; run++) {
    double start = measure_used();
    for (size_t i = 0; i < calls; i++) {
      sl_counterpart other = {w->object[i + 1], w->minima};
      const sl_prepared *own = w->object[i];
      sl_granule_set set;
      measure_must(sl_granules_told(&set, &own, 1, &other, 1, &size) == SL_OK, "telling granules");
      granules += set.count;
    }
    each[run] = (measure_used() - start) / (double)calls;
  }
  printf("  \"granules_told_cpu_us\": %.2f,\n  \"granules_told\": %.2f,\n", measure_median(each, w->runs) * 1e6,
         (double)granules / (double)(calls * w->runs));
}

static size_t argument(int argc, char **argv, int at, size_t fallback) {
  return argc > at ? (size_t)strtoull(argv[at], NULL, 10) : fallback;
}

int main(int argc, char **argv) {
  world w = {.count = argument(argc, argv, 1, 1000000), .runs = argument(argc, argv, 2, 7)};
  w.peer_runs = argument(argc, argv, 3, w.runs);
  measure_must(w.count >= 1 && w.count <= 100000000 && w.runs >= 1 && w.runs <= MEASURE_RUNS_MAX && w.peer_runs <= w.runs, "the command line");
  w.volume = flights_make(w.count);
  w.object = calloc(w.count, sizeof *w.object);
  w.box = calloc(w.count, sizeof *w.box);
  measure_must(w.volume && w.object && w.box, "memory");
  printf("{\n  \"bench\": \"judge_pairs\",\n  \"volumes\": %zu,\n  \"runs\": %zu,\n  \"threads\": %u,\n", w.count, w.runs, THREADS);
  bench_prepare(&w);
  peer_boxes(w.box, (const sl_prepared *const *)w.object, w.count);
  bench_all(&w);
  bench_granules(&w);
  printf("  \"unit\": \"s, us and bytes as named\"\n}\n");
  free_objects(&w);
  free(w.object);
  free(w.box);
  free(w.volume);
  return 0;
}
