/* Settling twelve intents with eight alternatives, exactly, at several densities of
 * conflict, beside GLPK's integer solver on the same problems in the same run; and what
 * the caps leave open at 64 and 256 intents. Prints one JSON object.
 *
 * Work expected: under a minute, nearly all of it GLPK's. "tangle" is the worst shape
 * known: everybody wants one of the same eight places, so that nothing can be bounded. */
#include <inttypes.h>
#include <time.h>

#include "measure.h"
#include "settle/glpk.h"
#include "settle/problem.h"

#define RUNS 15

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static sl_settle_result solve(const sl_settle_problem *problem, int64_t *ret_ns) {
  sl_arena arena;
  sl_arena_init(&arena, 64u << 20);
  sl_settle_result result;
  int64_t start = now_ns();
  if (sl_settle_solve(&result, &arena, problem, NULL) != SL_OK) abort();
  *ret_ns = now_ns() - start;
  sl_arena_fini(&arena);
  return result;
}

/* RUNS problems of one kind; false when GLPK finds another cost. */
static bool exact(const char *separator, int64_t neighbours, int64_t density, sl_rng *rng) {
  int64_t ours[RUNS], theirs[RUNS];
  uint64_t most_nodes = 0;
  int found = 0;
  for (int i = 0; i < RUNS; i++) {
    drawn of;
    draw_problem(&of, rng, 12, 8, neighbours, density, 0);
    sl_settle_result result = solve(&of.problem, &ours[i]);
    uint64_t least = 0;
    int64_t start = now_ns();
    bool there_is = glpk_least(&least, &of.problem);
    theirs[i] = now_ns() - start;
    free(of.conflict);
    if (there_is != result.found || (there_is && least != result.cost)) return false;
    if (result.nodes > most_nodes) most_nodes = result.nodes;
    found += result.found;
  }
  qsort(ours, RUNS, sizeof ours[0], measure_ascending);
  qsort(theirs, RUNS, sizeof theirs[0], measure_ascending);
  printf("%s{\"neighbours\": %.2f, \"density\": %.2f, \"solvable\": %.2f, \"median_us\": %.1f, \"max_us\": %.1f, "
         "\"max_nodes\": %" PRIu64 ", \"glpk_median_us\": %.1f, \"ratio\": %.0f}",
         separator, (double)neighbours / 1000, (double)density / 1000, (double)found / RUNS,
         (double)ours[RUNS / 2] / 1e3, (double)ours[RUNS - 1] / 1e3, most_nodes, (double)theirs[RUNS / 2] / 1e3,
         (double)theirs[RUNS / 2] / (double)ours[RUNS / 2]);
  return true;
}

/* `count` intents, eight alternatives each, no two of which may be the same. */
static void tangle(const char *separator, uint16_t count) {
  static sl_settle_intent intent[12];
  static sl_settle_conflict conflict[12 * 12 * 8];
  uint32_t n = 0;
  for (uint16_t i = 0; i < count; i++) intent[i].count = 8;
  for (uint16_t i = 0; i < count; i++) {
    for (uint16_t j = (uint16_t)(i + 1); j < count; j++) {
      for (uint8_t a = 0; a < 8; a++) conflict[n++] = (sl_settle_conflict){i, a, j, a};
    }
  }
  const sl_settle_problem problem = {.intent = intent, .count = count, .conflict = conflict, .conflict_count = n};
  int64_t ns = 0;
  sl_settle_result result = solve(&problem, &ns);
  printf("%s{\"intents\": %u, \"found\": %s, \"ms\": %.1f, \"nodes\": %" PRIu64 "}", separator, (unsigned)count,
         result.found ? "true" : "false", (double)ns / 1e6, result.nodes);
}

static void beyond(const char *separator, uint32_t count, int64_t neighbours, sl_rng *rng) {
  drawn of;
  draw_problem(&of, rng, count, 8, neighbours, 400, 0);
  int64_t ns = 0;
  sl_settle_result result = solve(&of.problem, &ns);
  printf("%s{\"intents\": %u, \"neighbours\": %.3f, \"found\": %s, \"exact\": %s, \"cost\": %" PRIu64 ", \"gap\": %" PRIu64
         ", \"ms\": %.1f}",
         separator, count, (double)neighbours / 1000, result.found ? "true" : "false", result.exact ? "true" : "false",
         result.cost, result.gap, (double)ns / 1e6);
  free(of.conflict);
}

int main(void) {
  sl_rng rng = {20};
  static const int64_t neighbours[] = {200, 400, 700, 1000}, densities[] = {100, 200, 300, 400, 500, 700};
  const char *separator = "";
  printf("{\"benchmark\": \"settle\", \"intents\": 12, \"alternatives\": 8, \"runs\": %d, \"exact\": [", RUNS);
  for (size_t i = 0; i < sizeof neighbours / sizeof neighbours[0]; i++) {
    for (size_t j = 0; j < sizeof densities / sizeof densities[0]; j++) {
      if (!exact(separator, neighbours[i], densities[j], &rng)) {
        fprintf(stderr, "bench/settle: GLPK finds another cost\n");
        return 1;
      }
      separator = ", ";
    }
  }
  printf("], \"tangle\": [");
  for (uint16_t count = 7; count <= 12; count++) tangle(count > 7 ? ", " : "", count);
  printf("], \"beyond\": [");
  beyond("", 24, 100, &rng);
  beyond(", ", 64, 40, &rng);
  beyond(", ", 256, 10, &rng);
  beyond(", ", 256, 30, &rng);
  printf("]}\n");
  return 0;
}
