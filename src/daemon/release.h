/* Clocked replies (L15): answers wait here until the moment they may leave. */
#ifndef SL_DAEMON_RELEASE_H
#define SL_DAEMON_RELEASE_H

#include <pthread.h>

#include "base/port.h"
#include "sideline/err.h"

#define SL_RELEASE_WAIT_MAX_NS (2 * SL_NS_PER_S)   /* whatever the clocks say */

struct sl_exchange;

typedef struct sl_release {
  sl_clock clock;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  struct sl_released { int64_t due; struct sl_exchange *exchange; } *heap;
  size_t count, room;
  bool stop, runs;
  pthread_t thread;
} sl_release;

/* Start the thread. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_release_start(sl_release *release, const sl_clock *clock);
/* Resume the exchange when `wait` has passed, or at once when there is none. Threads: any. */
void sl_release_in(sl_release *release, struct sl_exchange *exchange, sl_dur wait);
/* Wait until everything left, then end the thread. Nothing may be put meanwhile. */
void sl_release_stop(sl_release *release);

#endif
