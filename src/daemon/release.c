/* The thread that lets clocked replies leave: all that are due at a multiple of the
 * quantum leave together, whatever they say.
 *
 * Work: thousands a second, in batches of what arrived within a quantum. Representation:
 * a heap by monotonic time; the moment of a release is turned into a wait once, by the
 * service's own time, so that a clock that is set back does not hold answers. */
#include "daemon/release.h"

#include <stdlib.h>
#include <time.h>

#include "base/assert.h"
#include "daemon/http.h"

#define BATCH 256

typedef struct sl_released released;

static void sift_down(released *heap, size_t count) {
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= count) return;
    if (child + 1 < count && heap[child + 1].due < heap[child].due) child++;
    if (heap[at].due <= heap[child].due) return;
    released swap = heap[at];
    heap[at] = heap[child];
    heap[child] = swap;
    at = child;
  }
}

static void sift_up(released *heap, size_t at) {
  while (at > 0 && heap[(at - 1) / 2].due > heap[at].due) {
    released swap = heap[at];
    heap[at] = heap[(at - 1) / 2];
    heap[(at - 1) / 2] = swap;
    at = (at - 1) / 2;
  }
}

/* What is due, at most a batch; under the lock. */
static size_t pop_due(sl_release *r, int64_t now, struct sl_exchange *out[BATCH]) {
  size_t taken = 0;
  while (taken < BATCH && r->count > 0 && r->heap[0].due <= now) {
    out[taken++] = r->heap[0].exchange;
    r->heap[0] = r->heap[--r->count];
    sift_down(r->heap, r->count);
  }
  return taken;
}

static void *run(void *context) {
  sl_release *r = context;
  struct sl_exchange *batch[BATCH];
  pthread_mutex_lock(&r->lock);
  while (!r->stop || r->count > 0) {
    if (r->count == 0) {
      pthread_cond_wait(&r->wake, &r->lock);
      continue;
    }
    int64_t due = r->heap[0].due;
    if (due > sl_clock_monotonic(&r->clock)) {
      struct timespec until = {due / SL_NS_PER_S, due % SL_NS_PER_S};
      pthread_cond_timedwait(&r->wake, &r->lock, &until);
      continue;
    }
    size_t taken = pop_due(r, sl_clock_monotonic(&r->clock), batch);
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < taken; i++) sl_exchange_resume(batch[i]);
    pthread_mutex_lock(&r->lock);
  }
  pthread_mutex_unlock(&r->lock);
  return NULL;
}

sl_err sl_release_start(sl_release *r, const sl_clock *clock) {
  *r = (sl_release){.clock = *clock};
  pthread_condattr_t monotonic;
  int failed = pthread_mutex_init(&r->lock, NULL) || pthread_condattr_init(&monotonic);
  if (failed) return SL_ERR_NOMEM;
  failed = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) || pthread_cond_init(&r->wake, &monotonic);
  pthread_condattr_destroy(&monotonic);
  if (!failed) failed = pthread_create(&r->thread, NULL, run, r);
  r->runs = !failed;
  return failed ? SL_ERR_NOMEM : SL_OK;
}

/* Room for one more; under the lock. */
static bool grow(sl_release *r) {
  if (r->count < r->room) return true;
  size_t room = r->room ? 2 * r->room : 256;
  released *heap = realloc(r->heap, room * sizeof *heap);
  if (!heap) return false;
  r->heap = heap;
  r->room = room;
  return true;
}

void sl_release_in(sl_release *r, struct sl_exchange *exchange, sl_dur time) {
  SL_ASSERT(exchange != NULL);
  int64_t wait = time.ns < SL_RELEASE_WAIT_MAX_NS ? time.ns : SL_RELEASE_WAIT_MAX_NS;
  bool kept = false;
  if (wait > 0) {
    pthread_mutex_lock(&r->lock);
    kept = grow(r);
    if (kept) {
      bool sooner = r->count == 0;
      r->heap[r->count] = (released){sl_clock_monotonic(&r->clock) + wait, exchange};
      sift_up(r->heap, r->count++);
      if (sooner || r->heap[0].exchange == exchange) pthread_cond_signal(&r->wake);
    }
    pthread_mutex_unlock(&r->lock);
  }
  /* Without memory for the wait it leaves at once, as any answer without memory would. */
  if (!kept) sl_exchange_resume(exchange);
}

void sl_release_stop(sl_release *r) {
  if (!r->runs) return;
  pthread_mutex_lock(&r->lock);
  r->stop = true;
  pthread_cond_signal(&r->wake);
  pthread_mutex_unlock(&r->lock);
  pthread_join(r->thread, NULL);
  SL_ASSERT(r->count == 0);
  free(r->heap);
  pthread_cond_destroy(&r->wake);
  pthread_mutex_destroy(&r->lock);
  r->runs = false;
}
