/* The writer's thread, which alone turns the service, and the store's upkeep. */
#ifndef SL_DAEMON_WRITER_H
#define SL_DAEMON_WRITER_H

#include <pthread.h>

#include "service/service.h"

/* Called once, on the writer's or upkeep's thread, when the store or the service failed
 * for good: stop the process, a restart tells what is on disk. */
typedef void sl_writer_failed_fn(void *context);

typedef struct sl_writer {
  sl_service *service;
  sl_store *store;
  sl_writer_failed_fn *failed;
  void *context;
  bool ending, stop;       /* atomic */
  bool told;               /* atomic */
  bool writes, keeps;
  pthread_t writer, upkeep;
} sl_writer;

/* Start both threads. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_writer_start(sl_writer *writer, sl_service *service, sl_store *store,
                                   sl_writer_failed_fn *failed, void *context);
/* Drain the service, finish what is queued, and end both threads. */
void sl_writer_stop(sl_writer *writer);

#endif
