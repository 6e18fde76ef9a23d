/* Judgement at size, beside Boost's R-tree on the same objects and the same exact
 * test: all conflicting pairs, preparing, and one query, insertion and removal at a
 * time. Seven runs of each, in turn; medians, and the median of the ratios.
 *
 *   judge_pairs [VOLUMES [RUNS [PEER_RUNS]]]      1,000,000, 7, as many
 *
 * Nobody is asked to measure 10^7 beside the peer seven times: PEER_RUNS 0 leaves
 * it out. Minima are 0, as between drones (F3548): volumes that meet conflict. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "flights.h"
#include "oracle/bounds.h"
#include "oracle/granule.h"
#include "oracle/team.h"
#include "peer_boost.h"

#define RUNS_MAX 31
#define THREADS 2u
#define OPERATIONS 100000u

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What the process has used of processors: says the same on a machine that is busy. */
static double used(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(bool held, const char *what) {
  if (!held) {
    fprintf(stderr, "bench/judge_pairs: %s failed\n", what);
    exit(1);
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *values, size_t count) {
  double sorted[RUNS_MAX];
  memcpy(sorted, values, count * sizeof *values);
  qsort(sorted, count, sizeof *sorted, ascending);
  return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static double median_ratio(const double *peer, const double *ours, size_t count) {
  double ratio[RUNS_MAX];
  for (size_t i = 0; i < count; i++) {
    ratio[i] = peer[i] / ours[i];
  }
  return median(ratio, count);
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
  must(flights_prepare(w->object, w->volume, task * SLICE, end), "preparing");
}

static void free_objects(world *w) {
  for (size_t i = 0; i < w->count; i++) {
    sl_prepared_free(w->object[i]);
  }
}

/* The last run on one thread stays: objects then lie as a program leaves them. */
static void bench_prepare(world *w) {
  double one[RUNS_MAX], two[RUNS_MAX];
  size_t runs = w->count > 2000000 || w->peer_runs == 0 ? 1 : w->runs;
  for (size_t run = 0; run < runs; run++) {
    double start = now();
    sl_team_run(THREADS, (w->count + SLICE - 1) / SLICE, prepare_slice, w);
    two[run] = now() - start;
    free_objects(w);
    start = now();
    must(flights_prepare(w->object, w->volume, 0, w->count), "preparing");
    one[run] = now() - start;
    if (run + 1 < runs) {
      free_objects(w);
    }
  }
  double bytes = 0;
  for (size_t i = 0; i < w->count; i++) {
    bytes += (double)sl_prepared_size(w->object[i]);
  }
  printf("  \"prepare_per_s_1_thread\": %.0f,\n  \"prepare_per_s_2_threads\": %.0f,\n", (double)w->count / median(one, runs),
         (double)w->count / median(two, runs));
  printf("  \"bytes_per_shape\": %.0f,\n", bytes / (double)w->count);
}

/* Bounds for the peer, outward to single precision about the middle of the area, in
 * units of about a volume's size: it packs by the longest side. */
static void make_boxes(world *w) {
  const int64_t epoch = INT64_C(1767225600000000000);
  const double east = 76.0, north = 111.0, up = 0.02, later = 1.0 / 240;
  for (size_t i = 0; i < w->count; i++) {
    sl_bounds b = sl_bounds_of(w->object[i]);
    double low[4] = {((double)b.west * 1e-9 - 8) * east, ((double)b.south * 1e-9 - 47) * north,
                     (double)b.lower * 1e-3 * up, (double)(b.window.start.ns - epoch) * 1e-9 * later};
    double high[4] = {((double)(b.west + b.width) * 1e-9 - 8) * east, ((double)b.north * 1e-9 - 47) * north,
                      (double)b.upper * 1e-3 * up, (double)(b.window.end.ns - epoch) * 1e-9 * later};
    for (int d = 0; d < 4; d++) {
      w->box[i].low[d] = nextafterf((float)low[d], -INFINITY);
      w->box[i].high[d] = nextafterf((float)high[d], INFINITY);
    }
    w->box[i].high[3] = (float)(high[3] - 0.001); /* half-open, in the peer's favour */
  }
}

static bool count_pair(void *context, size_t a, size_t b, const sl_finding *finding) {
  (void)a;
  (void)b;
  (void)finding;
  ++*(size_t *)context;
  return true;
}

static void bench_all(world *w) {
  double ours[RUNS_MAX], peer[RUNS_MAX], ours_used[RUNS_MAX], peer_used[RUNS_MAX];
  size_t pairs = 0, peer_pairs = 0;
  const sl_prepared *const *entries = (const sl_prepared *const *)w->object;
  double before = peak_since(), more = 0;
  before = peak_since();
  for (size_t run = 0; run < w->runs; run++) {
    pairs = 0;
    double start = now(), start_used = used();
    must(sl_judge_all(entries, NULL, w->count, &w->minima, false, THREADS, count_pair, &pairs) == SL_OK, "judging");
    ours[run] = now() - start;
    ours_used[run] = used() - start_used;
    double peak = peak_since();
    if (run == 0) {
      more = peak - before;
    }
    if (run < w->peer_runs) {
      start = now();
      start_used = used();
      peer_pairs = peer_boost_all(w->box, entries, w->count, &w->minima, THREADS);
      peer[run] = now() - start;
      peer_used[run] = used() - start_used;
      must(peer_pairs == pairs, "finding the same pairs as the peer");
    }
  }
  printf("  \"pairs\": %zu,\n  \"all_s\": %.4f,\n  \"all_bytes_per_volume\": %.1f,\n", pairs, median(ours, w->runs),
         more / (double)w->count);
  printf("  \"all_cpu_s\": %.4f,\n", median(ours_used, w->runs));
  if (w->peer_runs) {
    printf("  \"boost_all_s\": %.4f,\n  \"all_times_faster\": %.2f,\n", median(peer, w->peer_runs),
           median_ratio(peer, ours, w->peer_runs));
    printf("  \"boost_all_cpu_s\": %.4f,\n  \"all_times_less_cpu\": %.2f,\n", median(peer_used, w->peer_runs),
           median_ratio(peer_used, ours_used, w->peer_runs));
  }
}

/* Spread over the objects without a generator: a step that is prime to their count. */
static size_t place(const world *w, size_t i) { return (size_t)((uint64_t)i * UINT64_C(6180339) % w->count); }

typedef struct query {
  const world *w;
  size_t number, found;
} query;

static bool test_candidate(void *context, const sl_entry *entry) {
  query *q = context;
  if (entry->id != q->number) {
    sl_finding finding;
    must(sl_judge(&finding, q->w->object[q->number], entry->prepared, &q->w->minima, false) == SL_OK, "judging");
    q->found += finding.verdict != SL_CLEAR;
  }
  return true;
}

typedef struct online {
  double query[RUNS_MAX], insert[RUNS_MAX], remove[RUNS_MAX];
  size_t found;
} online;

static void online_ours(online *out, size_t run, const world *w, sl_index *index) {
  query q = {.w = w};
  double start = now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    q.number = place(w, i);
    must(sl_index_query(index, w->object[q.number], &w->minima, test_candidate, &q) == SL_OK, "a query");
  }
  out->query[run] = (now() - start) / OPERATIONS;
  out->found = q.found;
  start = now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    must(sl_index_remove(index, (sl_entry){place(w, i), w->object[place(w, i)]}) == SL_OK, "a removal");
  }
  out->remove[run] = (now() - start) / OPERATIONS;
  start = now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    must(sl_index_insert(index, (sl_entry){place(w, i), w->object[place(w, i)]}) == SL_OK, "an insertion");
  }
  out->insert[run] = (now() - start) / OPERATIONS;
}

static void online_peer(online *out, size_t run, const world *w, peer_tree *tree) {
  const sl_prepared *const *entries = (const sl_prepared *const *)w->object;
  size_t found = 0;
  double start = now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    size_t number = place(w, i);
    found += peer_boost_query(tree, &w->box[0], entries, number, &w->minima);
  }
  out->query[run] = (now() - start) / OPERATIONS;
  out->found = found;
  size_t changes = OPERATIONS / 10; /* it is slow */
  start = now();
  for (size_t i = 0; i < changes; i++) {
    peer_boost_remove(tree, w->box, place(w, i));
  }
  out->remove[run] = (now() - start) / (double)changes;
  start = now();
  for (size_t i = 0; i < changes; i++) {
    peer_boost_insert(tree, w->box, place(w, i));
  }
  out->insert[run] = (now() - start) / (double)changes;
}

static void bench_online(const world *w) {
  sl_index *index;
  must(sl_index_new(&index, w->count) == SL_OK, "an index");
  double start = now();
  for (size_t i = 0; i < w->count; i++) {
    must(sl_index_insert(index, (sl_entry){i, w->object[i]}) == SL_OK, "an insertion");
  }
  printf("  \"index_build_per_s\": %.0f,\n  \"index_bytes_per_entry\": %.1f,\n", (double)w->count / (now() - start),
         (double)sl_index_bytes(index) / (double)w->count);
  peer_tree *tree = peer_boost_new(w->box, w->count);
  online ours, peer;
  for (size_t run = 0; run < w->runs; run++) {
    online_ours(&ours, run, w, index);
    online_peer(&peer, run, w, tree);
    must(ours.found == peer.found, "finding what the peer finds");
  }
  const char *name[3] = {"query", "insert", "remove"};
  const double *times[3][2] = {{ours.query, peer.query}, {ours.insert, peer.insert}, {ours.remove, peer.remove}};
  for (int k = 0; k < 3; k++) {
    printf("  \"%s_us\": %.3f,\n  \"boost_%s_us\": %.3f,\n  \"%s_times_faster\": %.1f,\n", name[k],
           median(times[k][0], w->runs) * 1e6, name[k], median(times[k][1], w->runs) * 1e6, name[k],
           median_ratio(times[k][1], times[k][0], w->runs));
  }
  peer_boost_free(tree);
  sl_index_free(index);
}

/* What a conflict is told in: one volume against the next of its flight. */
static void bench_granules(const world *w) {
  const sl_granule_size size = {{1000000}, {60000}, 200, {5 * SL_NS_PER_MIN}};
  double each[RUNS_MAX];
  size_t calls = w->count <= 20000 ? w->count - 1 : 20000, granules = 0;
  for (size_t run = 0; run < w->runs; run++) {
    double start = used();
    for (size_t i = 0; i < calls; i++) {
      sl_counterpart other = {w->object[i + 1], w->minima};
      const sl_prepared *own = w->object[i];
      sl_granule_set set;
      must(sl_granules_told(&set, &own, 1, &other, 1, &size) == SL_OK, "telling granules");
      granules += set.count;
    }
    each[run] = (used() - start) / (double)calls;
  }
  printf("  \"granules_told_cpu_us\": %.2f,\n  \"granules_told\": %.2f,\n", median(each, w->runs) * 1e6,
         (double)granules / (double)(calls * w->runs));
}

static size_t argument(int argc, char **argv, int at, size_t fallback) {
  return argc > at ? (size_t)strtoull(argv[at], NULL, 10) : fallback;
}

int main(int argc, char **argv) {
  world w = {.count = argument(argc, argv, 1, 1000000), .runs = argument(argc, argv, 2, 7)};
  w.peer_runs = argument(argc, argv, 3, w.runs);
  must(w.count >= 1 && w.count <= 100000000 && w.runs >= 1 && w.runs <= RUNS_MAX && w.peer_runs <= w.runs, "the command line");
  w.volume = flights_make(w.count);
  w.object = calloc(w.count, sizeof *w.object);
  w.box = calloc(w.count, sizeof *w.box);
  must(w.volume && w.object && w.box, "memory");
  printf("{\n  \"bench\": \"judge_pairs\",\n  \"volumes\": %zu,\n  \"runs\": %zu,\n  \"threads\": %u,\n", w.count, w.runs, THREADS);
  bench_prepare(&w);
  make_boxes(&w);
  bench_all(&w);
  bench_granules(&w);
  if (w.peer_runs == w.runs) {
    bench_online(&w);
  }
  printf("  \"unit\": \"s, us and bytes as named\"\n}\n");
  free_objects(&w);
  free(w.object);
  free(w.box);
  free(w.volume);
  return 0;
}
