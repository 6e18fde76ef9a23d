/* The liaison's own listener: /metrics, and POST /backup. Nothing of a plan is there. */
#ifndef SL_DAEMON_LIAISON_H
#define SL_DAEMON_LIAISON_H

#include "daemon/http.h"

#define SL_LIAISON_TOKEN_SIZE 64u   /* hexadecimal digits */
#define SL_BACKUP_NAME_MAX 64u

typedef struct sl_liaison {
  sl_tls_user user;                         /* of every connection */
  const sl_config *config;
  sl_http *http;
  sl_store *store;
  struct MHD_Daemon *daemon;
  uint16_t port;
  int64_t started_s;                        /* Unix time */
  char token[SL_LIAISON_TOKEN_SIZE + 1];    /* of POST /backup; from the seed */
} sl_liaison;

/* The token that whoever can read the seed can make: so that a local user who reaches
 * the listener cannot ask for backups. */
void sl_liaison_token(char out[static SL_LIAISON_TOKEN_SIZE + 1], const uint8_t seed[static 32]);

/* A backup's name: 1 to SL_BACKUP_NAME_MAX of letters, digits, "-", "_" and ".", not
 * starting with a dot. Threads: any. */
bool sl_backup_name_good(sl_str name);

/* Listen, unless the configuration says off. Loopback is served in plain HTTP; another
 * address under the same certificate as the public one. Errors: SL_ERR_IO. */
SL_MUST_USE sl_err sl_liaison_start(sl_liaison *liaison, const sl_config *config, const sl_tls *tls, sl_http *http,
                                    sl_store *store, const uint8_t seed[static 32], sl_fault *fault);
/* A backup that is under way is finished first. */
void sl_liaison_stop(sl_liaison *liaison);

#endif
