/* Two threads: one turns the service whenever something is queued or due; the other
 * moves what was committed out of the write-ahead log, off the commit path. */
#include "daemon/writer.h"

#include <time.h>

#include "base/assert.h"

#define NAP_NS 10000000
#define NAPS 50   /* between two steps of upkeep, unless much is written */

static void tell(sl_writer *w) {
  if (!__atomic_exchange_n(&w->told, true, __ATOMIC_ACQ_REL)) w->failed(w->context);
}

static bool stopping(const sl_writer *w) { return __atomic_load_n(&w->stop, __ATOMIC_ACQUIRE); }

static void *write_on(void *context) {
  sl_writer *w = context;
  for (;;) {
    bool last = stopping(w);   /* before the turn: what it finds empty then stays empty */
    bool any = sl_service_turn(w->service);
    if (sl_store_fatal(w->store) || (!sl_service_ready(w->service) && !__atomic_load_n(&w->ending, __ATOMIC_ACQUIRE))) tell(w);
    if (any) continue;
    if (last) return NULL;
    sl_service_wait(w->service, sl_service_due(w->service));
  }
}

static void *keep_up(void *context) {
  sl_writer *w = context;
  while (!stopping(w)) {
    sl_err err = sl_store_upkeep(w->store);
    if (err == SL_ERR_IO || err == SL_ERR_CORRUPT) tell(w);
    for (int i = 0; i < NAPS && !stopping(w) && (i == 0 || !sl_store_upkeep_due(w->store)); i++) {
      nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
    }
  }
  return NULL;
}

sl_err sl_writer_start(sl_writer *w, sl_service *service, sl_store *store, sl_writer_failed_fn *failed,
                       void *context) {
  SL_ASSERT(failed != NULL);
  *w = (sl_writer){.service = service, .store = store, .failed = failed, .context = context};
  w->writes = pthread_create(&w->writer, NULL, write_on, w) == 0;
  if (!w->writes) return SL_ERR_NOMEM;
  w->keeps = pthread_create(&w->upkeep, NULL, keep_up, w) == 0;
  return w->keeps ? SL_OK : SL_ERR_NOMEM;
}

void sl_writer_stop(sl_writer *w) {
  if (!w->writes) return;
  __atomic_store_n(&w->ending, true, __ATOMIC_RELEASE);   /* before: a drained service is not a failed one */
  sl_service_drain(w->service);
  __atomic_store_n(&w->stop, true, __ATOMIC_RELEASE);
  sl_service_wake(w->service);
  pthread_join(w->writer, NULL);
  if (w->keeps) pthread_join(w->upkeep, NULL);
  w->writes = w->keeps = false;
}
