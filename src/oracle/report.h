/* What a joint judgement finds, reported in an order of its own whoever finds it. */
#ifndef SL_ORACLE_REPORT_H
#define SL_ORACLE_REPORT_H

#include <pthread.h>
#include <stdatomic.h>

#include "sideline/judge.h"

/* Pairs of positions, a << 32 | b. Zeroed is empty. */
typedef struct sl_pairs {
  uint64_t *pair;
  size_t count, room;
} sl_pairs;

/* Append. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_pairs_add(sl_pairs *pairs, uint32_t a, uint32_t b);
/* Sort and drop repeats. */
void sl_pairs_sort(sl_pairs *pairs);
void sl_pairs_fini(sl_pairs *pairs);

/* A pair that is not CLEAR, without its details. */
typedef struct sl_hit {
  uint32_t a, b;
  uint8_t verdict, doubt;
} sl_hit;

/* What one chunk found: hits, and their findings when details are wanted. */
typedef struct sl_found {
  bool detail;
  sl_hit *hit;
  sl_finding *finding;
  size_t count, room;
} sl_found;

/* Start empty. Errors: none. */
void sl_found_init(sl_found *found, bool detail);
/* Append. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_found_add(sl_found *found, uint32_t a, uint32_t b, const sl_finding *finding);
void sl_found_fini(sl_found *found);

/* Chunks are numbered on from one begin to the next. */
typedef struct sl_report {
  bool detail;
  sl_pair_fn *tell;
  void *context;
  pthread_mutex_t lock;
  size_t base, next, end;   /* chunks base to end are out, next is due */
  sl_found *pending;        /* by chunk - base */
  bool *done;
  atomic_bool stopped;
  sl_err err;
} sl_report;

/* Start: findings are told to `tell`. Errors: none. */
void sl_report_init(sl_report *report, bool detail, sl_pair_fn *tell, void *context);
/* Release, with what was not told. Errors: none. */
void sl_report_fini(sl_report *report);

/* `count` chunks more, numbered from *first on; all before were taken. Errors:
 * SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_report_begin(sl_report *report, size_t *first, size_t count);

/* Take over what a chunk found and tell all that is due. err is the chunk's own: it
 * ends the report. Threads: any; `tell` is called under a lock. */
void sl_report_take_chunk(sl_report *report, size_t chunk, sl_found *take_found, sl_err err);

/* Whether nothing more will be told. */
static inline bool sl_report_stopped(sl_report *report) {
  return atomic_load_explicit(&report->stopped, memory_order_relaxed);
}

/* The first error of a chunk. Threads: when no chunk is at work. */
SL_MUST_USE sl_err sl_report_err(const sl_report *report);

#endif
