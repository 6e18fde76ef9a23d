/* --init: a folder with everything a first start needs. */
#ifndef SL_DAEMON_INIT_H
#define SL_DAEMON_INIT_H

#include "daemon/config.h"

typedef struct sl_init_options {
  const char *folder;
  bool self_signed;        /* also a certificate for loopback */
  const char *origin;      /* NULL: "line.example" */
  sl_endpoint listen;      /* host empty: the default */
  sl_endpoint liaison;
  bool liaison_off;        /* no listener for the liaison */
  sl_side_anchor side[SL_SIDES_MAX];
  size_t side_count;       /* 0: the file has placeholders, and does not check yet */
} sl_init_options;

/* Make the folder (0700) with sidelined.conf, seed, server.key, backups/ and, when asked,
 * tls.crt and tls.key. Nothing is overwritten. *vkey gains the verifier key of the
 * roll-up, which every party needs in its profile. Errors: SL_ERR_EXISTS, SL_ERR_IO,
 * SL_ERR_CRYPTO, SL_ERR_DENIED. The fault says which file. Threads: one. */
SL_MUST_USE sl_err sl_init(const sl_init_options *options, sl_buf *vkey, sl_fault *fault);

#endif
