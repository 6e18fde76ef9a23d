/* Sends the service's notifications to parties' own servers, through libcurl, on a thread
 * of its own: POST of JSON, TLS verified, no redirects, no proxy, addresses looked at
 * (target.h), answers bounded and thrown away. One transfer a party at once
 * (sl_service_push_take()), so nobody waits for another's server. */
#ifndef SL_DAEMON_NOTIFIER_H
#define SL_DAEMON_NOTIFIER_H

#include <pthread.h>

#include "daemon/config.h"

typedef struct sl_notifier {
  const sl_config *config;
  sl_service *service;
  void *multi;             /* CURLM */
  pthread_t thread;
  bool runs, stop;         /* stop is atomic */
  struct sl_transfer *out; /* transfers under way */
} sl_notifier;

/* Before the service: what its push_wake may be called with from then on. Errors:
 * SL_ERR_NOMEM. Threads: the main one. */
SL_MUST_USE sl_err sl_notifier_init(sl_notifier *notifier, const sl_config *config);
/* Start sending. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_notifier_start(sl_notifier *notifier, sl_service *service);
/* There is something to send: as sl_service_options.push_wake, with the notifier. */
void sl_notifier_wake(void *notifier);
/* Break off what is under way (it stays queued) and end the thread; once before the
 * service closes. */
void sl_notifier_stop(sl_notifier *notifier);
/* Release what init made; after the service is closed. A zeroed notifier is allowed. */
void sl_notifier_fini(sl_notifier *notifier);

#endif
