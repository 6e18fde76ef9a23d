/* Threads are started for each run: a run is milliseconds of work or more.
 *
 * Work expected: a handful of runs for each joint judgement. */
#include "oracle/team.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/assert.h"

typedef struct team {
  sl_task_fn *task;
  void *context;
  size_t count;
  atomic_size_t next;
} team;

static void *work(void *argument) {
  team *t = argument;
  for (;;) {
    size_t task = atomic_fetch_add_explicit(&t->next, 1, memory_order_relaxed);
    if (task >= t->count) {
      return NULL;
    }
    t->task(t->context, task);
  }
}

void sl_team_run(unsigned threads, size_t count, sl_task_fn *task, void *context) {
  SL_ASSERT(threads >= 1 && threads <= SL_TEAM_MAX);
  team t = {.task = task, .context = context, .count = count};
  atomic_init(&t.next, 0);
  pthread_t other[SL_TEAM_MAX];
  unsigned started = 0;
  while (started + 1 < threads && started + 1 < count &&
         pthread_create(&other[started], NULL, work, &t) == 0) {
    started++;
  }
  work(&t);
  for (unsigned i = 0; i < started; i++) {
    int err = pthread_join(other[i], NULL);
    SL_ASSERT(err == 0);
  }
}
