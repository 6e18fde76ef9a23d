/* The one connection of the command line to the intermediary: HTTPS with the peer's
 * certificate verified, every request signed (wire/signature.h) unless it is public.
 * No redirect is followed, no proxy of the environment is used, every answer has a cap
 * and every wait an end. */
#ifndef SL_CLI_HTTP_H
#define SL_CLI_HTTP_H

#include "base/buf.h"
#include "base/port.h"
#include "cli/sse.h"
#include "sideline/err.h"

#define SL_HTTP_ANSWER_MAX (32u << 20)   /* bytes of one answer */
#define SL_HTTP_HEAD_MAX (64u << 10)
#define SL_HTTP_URL_MAX 512u
#define SL_HTTP_SILENCE_S 45   /* a stream that is idle says so three times as often */

typedef struct sl_http sl_http;

typedef struct sl_http_options {
  const char *server;        /* "https://HOST[:PORT]"; http:// only for loopback */
  const char *ca;            /* file with the certificates to trust; NULL: the system's */
  const char *keyid;         /* NULL: nothing can be signed */
  const sl_signer *signer;   /* borrowed; of that key */
  sl_dur timeout;            /* of one answer, beside what it is asked to wait */
} sl_http_options;

/* What came back. */
typedef struct sl_http_answer {
  int status;
  char type[64];             /* Content-Type without parameters */
  int64_t retry_after_s;     /* 0: none */
  sl_buf body;               /* the caller's; clear or release it */
  sl_sse *events;            /* where a stream's bytes go; NULL: it is none */
  sl_err events_err;
  size_t head;               /* bytes of the head so far */
  bool headed;               /* its empty line came */
} sl_http_answer;

/* Prepare; connects with the first request and keeps the connection. Texts are copied.
 * Errors: SL_ERR_SYNTAX (server), SL_ERR_DENIED (http:// beyond loopback),
 * SL_ERR_NOMEM. Threads: one a handle. */
SL_MUST_USE sl_err sl_http_open(sl_http **out, const sl_http_options *options, sl_fault *fault);
/* NULL is fine. */
void sl_http_close(sl_http *http);

/* One request and its whole answer. `sign`: with the key of the options. `wait`: how
 * long the server may hold its answer. *out is initialised here and released by the
 * caller also on failure. Errors: SL_ERR_BUSY (no connection, or it broke: try
 * again), SL_ERR_SIGNATURE (the certificate does not verify), SL_ERR_NOT_FOUND (ca cannot be read), SL_ERR_CAP (answer too
 * long), SL_ERR_EXPIRED (no answer in time), SL_ERR_CRYPTO, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_http_send(sl_http *http, sl_http_answer *out, const char *method, const char *target, sl_span body,
                                bool sign, sl_dur wait, sl_fault *fault);

/* A signed GET of an event stream after event `after`, until it ends, however long: an
 * answer of nothing at all for SL_HTTP_SILENCE_S ends it. Events go to `events`; an answer that is
 * no stream goes to *out, as its status and type say. Errors: as above, and SL_ERR_SYNTAX
 * (the events cannot be read). */
SL_MUST_USE sl_err sl_http_follow(sl_http *http, sl_http_answer *out, const char *target, uint64_t after, sl_sse *events,
                                  sl_fault *fault);

/* The wall clock. */
sl_time sl_wall_now(void);

#endif
