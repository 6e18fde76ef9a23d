/* The certificate that the listeners show. It can be exchanged while they serve: connections
 * that stand keep theirs, the next handshake shows the new one. */
#ifndef SL_DAEMON_TLS_H
#define SL_DAEMON_TLS_H

#include <gnutls/abstract.h>

#include "base/port.h"
#include "base/text.h"

#define SL_TLS_FILE_MAX (256u << 10)
#define SL_TLS_KEPT_MAX 1000u   /* exchanges of one process */

struct sl_tls_pair;

typedef struct sl_tls {
  struct sl_tls_pair *now;   /* atomic; NULL: plain HTTP. Those before hang on it until the end */
} sl_tls;

/* What a listener hands to the library for each connection: its first member is found by the
 * handshake. */
typedef struct sl_tls_user { const sl_tls *tls; } sl_tls_user;

/* Show this chain and key from now on; PEM texts, borrowed during the call. Nothing
 * changes unless both can be read and fit each other. Errors: SL_ERR_SYNTAX, SL_ERR_CAP,
 * SL_ERR_NOMEM. Threads: one at a time; handshakes go on meanwhile. */
SL_MUST_USE sl_err sl_tls_take(sl_tls *tls, sl_span chain, sl_span key, sl_fault *fault);
/* The same from files; the key's must be its owner's alone. Errors: as above, SL_ERR_IO,
 * SL_ERR_DENIED. */
SL_MUST_USE sl_err sl_tls_load(sl_tls *tls, const char *chain_path, const char *key_path, sl_fault *fault);
/* Whether there is one. Threads: any. */
bool sl_tls_on(const sl_tls *tls);
/* Until when the certificate is valid, Unix time; 0: there is none. Threads: any. */
int64_t sl_tls_expires_s(const sl_tls *tls);
/* Wipe and release; no handshake may be under way. */
void sl_tls_fini(sl_tls *tls);

/* The library's question at each handshake (gnutls_certificate_retrieve_function2). The
 * connection's socket context points to an sl_tls_user. */
int sl_tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
                    unsigned int *length, gnutls_privkey_t *key);

#endif
