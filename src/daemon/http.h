/* The listener: HTTP over TLS to the service in-process, by libmicrohttpd.
 *
 * An exchange is one request and its answer. It is suspended before the service sees
 * it and resumed when its reply may leave (L15). Two hold it: the connection until it is
 * completed, and the service until its last reply. */
#ifndef SL_DAEMON_HTTP_H
#define SL_DAEMON_HTTP_H

#include <microhttpd.h>
#include <pthread.h>

#include "daemon/config.h"
#include "daemon/release.h"
#include "daemon/tls.h"
#include "wire/field.h"
#include "wire/problem.h"

#define SL_STREAM_PENDING_MAX (1u << 20)   /* of a reader that does not keep up */
#define SL_HEAD_HELD_MAX 768u              /* of an answer's head, encrypted */

typedef struct sl_connection {
  sl_tls_user user;        /* first, for the handshake */
  struct sl_connection *next, **at;
  int socket;
  int64_t deadline;        /* monotonic ns, atomic; when passed the socket is shut down */
  bool streaming;          /* atomic: at the deadline the stream is ended first */
  uint64_t stream_number;  /* of the service, written before `streaming` */
  bool more;               /* the next bytes of TLS are a head whose body follows; the connection's thread */
  size_t held_size;        /* of the head that waits for its body; the connection's thread, as `held` */
  uint8_t held[SL_HEAD_HELD_MAX];
} sl_connection;

typedef struct sl_http_counts {
  uint64_t connections, connections_refused, deadlines, refused_heads, too_large, streams_cut, messages;
} sl_http_counts;

typedef struct sl_http {
  const sl_config *config;
  const sl_tls *tls;
  sl_service *service;
  sl_clock clock;
  sl_release release;
  struct MHD_Daemon *daemon;
  uint16_t port;
  bool draining;           /* atomic */
  uint32_t inside;         /* atomic: threads inside the service on our behalf */
  uint64_t exchanges;      /* atomic: alive */
  sl_http_counts counts;   /* atomic each */
  pthread_mutex_t lock;    /* of the list of connections, the handshakes, `stop` */
  pthread_cond_t stopping; /* monotonic */
  sl_connection *first;
  double handshakes;       /* allowance left */
  int64_t handshakes_at;
  pthread_t guard;
  bool guard_runs, stop;
} sl_http;

/* What a stream says at one turn of the service, and the moment before which it may not
 * leave (L15). */
typedef struct sl_piece {
  struct sl_piece *next;
  int64_t at;              /* wall ns */
  bool free;               /* its moment has come */
  size_t size, sent;
  char text[];
} sl_piece;

typedef struct sl_exchange {
  sl_http *http;
  struct MHD_Connection *connection;
  sl_connection *line;
  uint32_t holders;        /* atomic */
  uint64_t number;         /* of the service, for cancelling */
  sl_buf body;
  bool utm;                /* of the F3548 face: its own longest body and form of errors */
  bool anyone;             /* asks how the server is, as a balancer that knows it by its address alone does */
  bool begun, keep_out;    /* the head was looked at; the body is read but not kept */
  bool bodiless;           /* of the answer the head alone leaves */
  uint64_t discarded;
  bool close;              /* after the answer */
  bool answered;           /* the fields below are filled */
  int status;
  const char *content_type;
  unsigned retry_after_s;
  const char *allow;       /* static; NULL: none */
  char *text;              /* the answer's body; malloc'd */
  size_t text_size;
  pthread_mutex_t lock;    /* of a stream's fields, which follow */
  bool stream, suspended, ended, gone;
  sl_piece *first, *last;  /* of a stream: in order, not yet sent */
  size_t held;             /* their bytes */
  size_t target_size;
  char target[SL_TARGET_MAX + 2];
} sl_exchange;

/* Listen and serve; over TLS when `tls`, which is borrowed and may be NULL, has a
 * certificate. Errors: SL_ERR_IO (address in use, no right to it) with what to do in the
 * fault, SL_ERR_NOMEM. Threads: one. */
SL_MUST_USE sl_err sl_http_start(sl_http *http, const sl_config *config, const sl_tls *tls, sl_service *service,
                                 const sl_clock *clock, sl_fault *fault);
/* New connections are closed at once and new requests get 503 from now on; returns when
 * no thread is inside the service. */
void sl_http_drain(sl_http *http);
/* After the service was closed, so that nothing is suspended: let the answers out, for
 * at most `grace_s` seconds, then stop. Threads: one. */
void sl_http_stop(sl_http *http, uint64_t grace_s);
/* Whether the service may be asked; pairs with sl_http_leave(). Threads: any. */
bool sl_http_enter(sl_http *http);
void sl_http_leave(sl_http *http);

/* Connections and their deadlines (connections.c). */
/* The library's call at the start and end of a connection. */
void sl_connection_notify(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code);
/* The library's question whether to accept. */
enum MHD_Result sl_connection_accept(void *context, const struct sockaddr *address, socklen_t size);
/* The deadline, seconds from now; 0: none. line may be NULL. Threads: any. */
void sl_connection_deadline(sl_http *http, sl_connection *line, uint64_t seconds);
/* Of a connection over TLS: its bytes leave as `more` says (send.c). Threads: the connection's. */
void sl_connection_sends(sl_connection *line, struct MHD_Connection *connection);
/* writev() of its session, which looks at errno: EAGAIN means that nothing of these parts
 * left. What was held leaves before them. Threads: the connection's. */
ssize_t sl_connection_push(gnutls_transport_ptr_t line, const giovec_t *part, int count);
/* The guard's thread: ends what is past its deadline. */
void *sl_connection_guard(void *context);

/* Exchanges (exchange.c). */
/* The library's calls: the raw target, each step of a request, its end. */
void *sl_exchange_begin(void *context, const char *target, struct MHD_Connection *connection);
enum MHD_Result sl_exchange_step(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data, size_t *size,
                                 void **state);
void sl_exchange_end(void *context, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode code);
/* How long until the moment of a release, in the service's time. Threads: any. */
sl_dur sl_exchange_wait(const sl_exchange *exchange, sl_time release);
/* One holder less; the last one releases. */
void sl_exchange_drop(sl_exchange *exchange);
/* Its reply, or the next pieces of its stream, may leave now: resume, and drop the hold
 * that waited for it. */
void sl_exchange_resume(sl_exchange *exchange);
/* A problem of the transport as the answer. */
void sl_exchange_refuse(sl_exchange *exchange, int stage, sl_err err, const char *reason);

/* The head of a request (head.c): header fields into `out`, refusals of what two readers
 * would read differently. Returns the number of fields, or -1 when refused. */
int sl_head_read(sl_exchange *exchange, sl_header *out, size_t room, sl_str *authority);
/* Whether the host part of the authority is one of ours. */
bool sl_head_ours(const sl_config *config, sl_str authority);

/* Answers (respond.c). */
/* Queue the answer that the exchange has. Threads: the connection's. */
enum MHD_Result sl_respond(sl_exchange *exchange);
/* A chunk of a stream, or its end (status 0): the service's reply. */
void sl_stream_chunk(sl_exchange *exchange, const sl_reply *reply);
/* The moment of the first piece that waits has come, and of all of the same moment. */
void sl_stream_free(sl_exchange *exchange);
/* Release what was not sent. */
void sl_stream_drop(sl_exchange *exchange);

#endif
