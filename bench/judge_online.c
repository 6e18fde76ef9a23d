/* The index of live objects beside Boost's R-tree: one query with its exact tests, one
 * insertion, one removal at a time, at random places, from one tree that does all three.
 *
 *   judge_online [VOLUMES [RUNS]]      1,000,000, 7
 *
 * Boost has many such trees (peer_live.cc), and what is quick to change is slow to ask:
 * all are measured. Ours is held against the one that answers fastest, since that is
 * what an index is for; `least` has each figure beside the best that any of them
 * reaches at it, which no single one of them does. `meet` is the search alone: how many
 * bounds meet, without a test. Runs in turn; medians, and medians of the ratios. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flights.h"
#include "measure.h"
#include "peer_boost.h"

#define KINDS_MAX 16
#define OPERATIONS 30000u   /* of each kind in a run, elsewhere in each run */

typedef enum figure { MEET, QUERY, INSERT, REMOVE, FIGURES } figure;
static const char *const figure_name[FIGURES] = {"meet", "query", "insert", "remove"};

/* One index: seconds an operation, and what a run found. */
typedef struct measured {
  double seconds[FIGURES][MEASURE_RUNS_MAX];
  size_t met, found;
} measured;

typedef struct world {
  size_t count, runs;
  sl_prepared **object;
  peer_box *box;
  sl_minima minima;
} world;

/* Spread over the objects without a generator: a step that is prime to their count. */
static size_t place(const world *w, size_t run, size_t i) {
  return (size_t)(((uint64_t)run * OPERATIONS + i) * UINT64_C(6180339) % w->count);
}

typedef struct query {
  const world *w;
  size_t number, found;
} query;

static bool count_candidate(void *context, const sl_entry *entry) {
  (void)entry;
  ++*(size_t *)context;
  return true;
}

static bool test_candidate(void *context, const sl_entry *entry) {
  query *q = context;
  if (entry->id != q->number) {
    sl_finding finding;
    measure_must(sl_judge(&finding, q->w->object[q->number], entry->prepared, &q->w->minima, false) == SL_OK, "judging");
    q->found += finding.verdict != SL_CLEAR;
  }
  return true;
}

static void run_ours(measured *out, size_t run, const world *w, sl_index *index) {
  query q = {.w = w};
  double at[FIGURES + 1] = {measure_now()};
  out->met = 0;
  for (size_t i = 0; i < OPERATIONS; i++) {
    measure_must(sl_index_query(index, w->object[place(w, run, i)], &w->minima, count_candidate, &out->met) == SL_OK, "a query");
  }
  at[1] = measure_now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    q.number = place(w, run + 100, i);
    measure_must(sl_index_query(index, w->object[q.number], &w->minima, test_candidate, &q) == SL_OK, "a query");
  }
  at[2] = measure_now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    size_t number = place(w, run + 200, i);
    measure_must(sl_index_remove(index, (sl_entry){number, w->object[number]}) == SL_OK, "a removal");
  }
  at[3] = measure_now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    size_t number = place(w, run + 200, i);
    measure_must(sl_index_insert(index, (sl_entry){number, w->object[number]}) == SL_OK, "an insertion");
  }
  at[4] = measure_now();
  out->found = q.found;
  const figure order[FIGURES] = {MEET, QUERY, REMOVE, INSERT};
  for (int k = 0; k < FIGURES; k++) {
    out->seconds[order[k]][run] = (at[k + 1] - at[k]) / OPERATIONS;
  }
}

static void run_peer(measured *out, size_t run, const world *w, peer_live *tree) {
  const sl_prepared *const *object = (const sl_prepared *const *)w->object;
  double at[FIGURES + 1] = {measure_now()};
  out->met = 0;
  out->found = 0;
  for (size_t i = 0; i < OPERATIONS; i++) {
    out->met += peer_live_meet(tree, w->box, place(w, run, i));
  }
  at[1] = measure_now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    out->found += peer_live_query(tree, w->box, object, place(w, run + 100, i), &w->minima);
  }
  at[2] = measure_now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    peer_live_remove(tree, w->box, place(w, run + 200, i));
  }
  at[3] = measure_now();
  for (size_t i = 0; i < OPERATIONS; i++) {
    peer_live_insert(tree, w->box, place(w, run + 200, i));
  }
  at[4] = measure_now();
  const figure order[FIGURES] = {MEET, QUERY, REMOVE, INSERT};
  for (int k = 0; k < FIGURES; k++) {
    out->seconds[order[k]][run] = (at[k + 1] - at[k]) / OPERATIONS;
  }
}

static double median_ratio(const measured *peer, const measured *ours, figure f, size_t runs) {
  double ratio[MEASURE_RUNS_MAX];
  for (size_t i = 0; i < runs; i++) {
    ratio[i] = peer->seconds[f][i] / ours->seconds[f][i];
  }
  return measure_median(ratio, runs);
}

static void print_figures(const measured *m, size_t runs) {
  for (int f = 0; f < FIGURES; f++) {
    printf("%s\"%s_us\": %.3f", f ? ", " : "", figure_name[f], measure_median(m->seconds[f], runs) * 1e6);
  }
}

static void print_times(const char *name, const measured *const peer[FIGURES], const measured *ours, size_t runs) {
  printf("  \"%s\": {", name);
  for (int f = 0; f < FIGURES; f++) {
    printf("%s\"%s_times_faster\": %.2f", f ? ", " : "", figure_name[f], median_ratio(peer[f], ours, (figure)f, runs));
  }
  printf("},\n");
}

/* The kind with the least median of a figure. */
static size_t best_at(const measured *peer, size_t kinds, figure f, size_t runs) {
  size_t best = 0;
  for (size_t i = 1; i < kinds; i++) {
    if (measure_median(peer[i].seconds[f], runs) < measure_median(peer[best].seconds[f], runs)) {
      best = i;
    }
  }
  return best;
}

static void report(const measured *ours, const measured *peer, size_t kinds, size_t runs) {
  printf("  \"ours\": {");
  print_figures(ours, runs);
  printf("},\n  \"boost\": [\n");
  for (size_t i = 0; i < kinds; i++) {
    printf("    {\"tree\": \"%s\", ", peer_live_name(i));
    print_figures(&peer[i], runs);
    printf("}%s\n", i + 1 < kinds ? "," : "");
  }
  printf("  ],\n");
  const measured *least[FIGURES], *held[FIGURES];
  for (int f = 0; f < FIGURES; f++) {
    held[f] = &peer[best_at(peer, kinds, QUERY, runs)];
    least[f] = &peer[best_at(peer, kinds, (figure)f, runs)];
  }
  printf("  \"held_against\": \"%s\",\n", peer_live_name(best_at(peer, kinds, QUERY, runs)));
  print_times("held", held, ours, runs);
  print_times("least", least, ours, runs);
}

static void bench(const world *w) {
  sl_index *index;
  measure_must(sl_index_new(&index, w->count) == SL_OK, "an index");
  double start = measure_now();
  for (size_t i = 0; i < w->count; i++) {
    measure_must(sl_index_insert(index, (sl_entry){i, w->object[i]}) == SL_OK, "an insertion");
  }
  printf("  \"index_build_per_s\": %.0f,\n  \"index_bytes_per_entry\": %.1f,\n", (double)w->count / (measure_now() - start),
         (double)sl_index_bytes(index) / (double)w->count);
  static measured ours, peer[KINDS_MAX];
  peer_live *tree[KINDS_MAX];
  size_t kinds = peer_live_kinds();
  measure_must(kinds <= KINDS_MAX, "the number of trees");
  for (size_t i = 0; i < kinds; i++) {
    tree[i] = peer_live_new(i, w->box, w->count);
  }
  for (size_t run = 0; run < w->runs; run++) {
    run_ours(&ours, run, w, index);
    for (size_t i = 0; i < kinds; i++) {
      run_peer(&peer[i], run, w, tree[i]);
      measure_must(ours.found == peer[i].found, "finding what the peer finds");
    }
  }
  report(&ours, peer, kinds, w->runs);
  for (size_t i = 0; i < kinds; i++) {
    peer_live_free(tree[i]);
  }
  sl_index_free(index);
}

static size_t argument(int argc, char **argv, int at, size_t fallback) {
  return argc > at ? (size_t)strtoull(argv[at], NULL, 10) : fallback;
}

int main(int argc, char **argv) {
  world w = {.count = argument(argc, argv, 1, 1000000), .runs = argument(argc, argv, 2, 7)};
  measure_must(w.count >= OPERATIONS && w.count <= 10000000 && w.runs >= 1 && w.runs <= MEASURE_RUNS_MAX, "the command line");
  flight_volume *volume = flights_make(w.count);
  w.object = calloc(w.count, sizeof *w.object);
  w.box = calloc(w.count, sizeof *w.box);
  measure_must(volume && w.object && w.box && flights_prepare(w.object, volume, 0, w.count), "memory");
  free(volume);
  peer_boxes(w.box, (const sl_prepared *const *)w.object, w.count);
  printf("{\n  \"bench\": \"judge_online\",\n  \"volumes\": %zu,\n  \"runs\": %zu,\n", w.count, w.runs);
  bench(&w);
  printf("  \"unit\": \"us and bytes as named\"\n}\n");
  for (size_t i = 0; i < w.count; i++) {
    sl_prepared_free(w.object[i]);
  }
  free(w.object);
  free(w.box);
  return 0;
}
