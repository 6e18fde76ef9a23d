/* What every measurement needs: the clock, what must hold, the middle of several runs. */
#ifndef SL_BENCH_MEASURE_H
#define SL_BENCH_MEASURE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MEASURE_RUNS_MAX 31

static inline double measure_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds on the clock. */
static inline double measure_now(void) { return measure_clock(CLOCK_MONOTONIC); }
/* What the process has used of processors: says the same on a machine that is busy. */
static inline double measure_used(void) { return measure_clock(CLOCK_PROCESS_CPUTIME_ID); }

static inline void measure_must(bool held, const char *what) {
  if (!held) {
    fprintf(stderr, "bench: %s failed\n", what);
    exit(1);
  }
}

static inline int measure_ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* 1 to MEASURE_RUNS_MAX values. */
static inline double measure_median(const double *values, size_t count) {
  double sorted[MEASURE_RUNS_MAX];
  measure_must(count >= 1 && count <= MEASURE_RUNS_MAX, "the number of runs");
  memcpy(sorted, values, count * sizeof *values);
  qsort(sorted, count, sizeof *sorted, measure_ascending);
  return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

#endif
