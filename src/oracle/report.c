/* Findings wait by chunk until all earlier chunks have been told.
 *
 * Work expected: some thousand hits in a chunk; chunks end nearly in order, so that
 * few wait. */
#include "oracle/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

/* Room for one more of *array; doubles. */
static bool reserve(void **array, size_t count, size_t *room, size_t size) {
  if (count < *room) {
    return true;
  }
  size_t more = *room ? *room * 2 : 256;
  if (more > SIZE_MAX / size) {
    return false;
  }
  void *grown = realloc(*array, more * size);
  if (!grown) {
    return false;
  }
  *array = grown;
  *room = more;
  return true;
}

sl_err sl_pairs_add(sl_pairs *pairs, uint32_t a, uint32_t b) {
  void *array = pairs->pair;
  if (!reserve(&array, pairs->count, &pairs->room, sizeof *pairs->pair)) {
    return SL_ERR_NOMEM;
  }
  pairs->pair = array;
  pairs->pair[pairs->count++] = (uint64_t)a << 32 | b;
  return SL_OK;
}

static int compare(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

void sl_pairs_sort(sl_pairs *pairs) {
  if (pairs->count < 2) {
    return;
  }
  qsort(pairs->pair, pairs->count, sizeof *pairs->pair, compare);
  size_t kept = 0;
  for (size_t i = 1; i < pairs->count; i++) {
    if (pairs->pair[i] != pairs->pair[kept]) {
      pairs->pair[++kept] = pairs->pair[i];
    }
  }
  pairs->count = kept + 1;
}

void sl_pairs_fini(sl_pairs *pairs) {
  free(pairs->pair);
  memset(pairs, 0, sizeof *pairs);
}

void sl_found_init(sl_found *found, bool detail) { *found = (sl_found){.detail = detail}; }

sl_err sl_found_add(sl_found *found, uint32_t a, uint32_t b, const sl_finding *finding) {
  SL_ASSERT(a < b);
  size_t room = found->room;
  void *hits = found->hit, *findings = found->finding;
  if (found->detail && !reserve(&findings, found->count, &room, sizeof *found->finding)) {
    return SL_ERR_NOMEM;
  }
  found->finding = findings;
  if (!reserve(&hits, found->count, &found->room, sizeof *found->hit)) {
    return SL_ERR_NOMEM;
  }
  found->hit = hits;
  found->hit[found->count] = (sl_hit){a, b, (uint8_t)finding->verdict, (uint8_t)finding->doubt};
  if (found->detail) {
    found->finding[found->count] = *finding;
  }
  found->count++;
  return SL_OK;
}

void sl_found_fini(sl_found *found) {
  free(found->hit);
  free(found->finding);
}

void sl_report_init(sl_report *report, bool detail, sl_pair_fn *tell, void *context) {
  memset(report, 0, sizeof *report);
  report->detail = detail;
  report->tell = tell;
  report->context = context;
  report->err = SL_OK;
  atomic_init(&report->stopped, false);
  int err = pthread_mutex_init(&report->lock, NULL);
  SL_ASSERT(err == 0);
}

void sl_report_fini(sl_report *report) {
  for (size_t i = 0; i < report->end - report->base; i++) {
    sl_found_fini(&report->pending[i]);
  }
  free(report->pending);
  free(report->done);
  pthread_mutex_destroy(&report->lock);
}

sl_err sl_report_begin(sl_report *report, size_t *first, size_t count) {
  SL_ASSERT(report->next == report->end);
  sl_found *pending = calloc(count ? count : 1, sizeof *pending);
  bool *done = calloc(count ? count : 1, sizeof *done);
  if (!pending || !done) {
    free(pending);
    free(done);
    return SL_ERR_NOMEM;
  }
  free(report->pending);
  free(report->done);
  report->pending = pending;
  report->done = done;
  report->base = report->end;
  report->end += count;
  *first = report->base;
  return SL_OK;
}

/* Tell the hits of one chunk; false when told to stop. */
static bool tell(const sl_report *report, const sl_found *found) {
  for (size_t i = 0; i < found->count; i++) {
    const sl_hit *hit = &found->hit[i];
    sl_finding brief = {.verdict = (sl_verdict)hit->verdict, .doubt = (sl_doubt)hit->doubt};
    if (!report->tell(report->context, hit->a, hit->b, found->detail ? &found->finding[i] : &brief)) {
      return false;
    }
  }
  return true;
}

void sl_report_take_chunk(sl_report *report, size_t chunk, sl_found *take_found, sl_err err) {
  SL_ASSERT(chunk >= report->base && chunk < report->end);
  pthread_mutex_lock(&report->lock);
  report->pending[chunk - report->base] = *take_found;
  report->done[chunk - report->base] = true;
  if (err != SL_OK && report->err == SL_OK) {
    report->err = err;
    atomic_store_explicit(&report->stopped, true, memory_order_relaxed);
  }
  while (report->next < report->end && report->done[report->next - report->base]) {
    sl_found *due = &report->pending[report->next++ - report->base];
    if (!sl_report_stopped(report) && !tell(report, due)) {
      atomic_store_explicit(&report->stopped, true, memory_order_relaxed);
    }
    sl_found_fini(due);
    *due = (sl_found){.detail = report->detail};
  }
  pthread_mutex_unlock(&report->lock);
}

sl_err sl_report_err(const sl_report *report) { return report->err; }
