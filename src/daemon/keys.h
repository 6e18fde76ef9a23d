/* The keys that bearer tokens may be signed with, kept fresh: a PEM or JWKS file that is
 * read again when it changes, a JWKS address that is fetched again and again. What is
 * fetched is trusted for a limited age; what cannot be read leaves the keys before it in
 * force until then, and is said. The address is the liaison's own configuration, so it may
 * be a private one; redirects are not followed and the answer is bounded. */
#ifndef SL_DAEMON_KEYS_H
#define SL_DAEMON_KEYS_H

#include <pthread.h>
#include <sys/stat.h>

#include "daemon/config.h"
#include "wire/token_keys.h"

/* Takes a new set, which is then its own. Threads: the keeper's, and the starter's. */
typedef void sl_keys_take_fn(void *context, sl_token_keys *keys);

typedef struct sl_keys {
  const sl_config *config;
  sl_clock clock;
  sl_keys_take_fn *take;
  void *context;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  bool runs, stop;           /* stop: under the lock, and atomic for a fetch under way */
  struct stat seen;          /* of the file as it was last read */
  sl_buf file, fetched;      /* the last good texts */
  sl_time until;             /* to when what was fetched is trusted */
  int64_t next_fetch;        /* monotonic ns */
} sl_keys;

/* Read the file of keys and see whether it is good. Errors: those of the file and of
 * token_keys.h, with the path in the fault. Threads: any. */
SL_MUST_USE sl_err sl_keys_check(const sl_config *config, sl_fault *fault);

/* Give the first set (of the file; what is fetched follows) and keep it fresh on a thread.
 * Errors: as sl_keys_check(), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_keys_start(sl_keys *keys, const sl_config *config, sl_clock clock, sl_keys_take_fn *take,
                                 void *context, sl_fault *fault);
/* End it; a zeroed one is allowed. */
void sl_keys_stop(sl_keys *keys);

#endif
