/* The listener's life: started with every limit named, drained, stopped. The order of
 * stopping is the caller's (daemon.c): the library aborts when it is stopped while a
 * connection is suspended. */
#include "daemon/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <time.h>

#include "base/assert.h"
#include "daemon/listener.h"

#define MEMORY_PER_CONNECTION 32768u
#define BACKLOG 1024u
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

void sl_listener_address(sl_listener_at *out, const sl_endpoint *endpoint) {
  *out = (sl_listener_at){.flags = endpoint->six ? MHD_USE_IPv6 : MHD_NO_FLAG};
  int done = 0;
  if (endpoint->six) {
    out->as.six.sin6_family = AF_INET6;
    out->as.six.sin6_port = htons(endpoint->port);
    done = inet_pton(AF_INET6, endpoint->host, &out->as.six.sin6_addr);
  } else {
    out->as.four.sin_family = AF_INET;
    out->as.four.sin_port = htons(endpoint->port);
    done = inet_pton(AF_INET, endpoint->host, &out->as.four.sin_addr);
  }
  SL_ASSERT(done == 1);   /* the configuration was checked */
}

uint16_t sl_listener_port(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}

/* What the library would log has the target in it: it is counted, not kept. */
static void swallow(void *context, const char *format, va_list arguments) {
  (void)format;
  (void)arguments;
  sl_http *http = context;
  __atomic_fetch_add(&http->counts.messages, 1, __ATOMIC_RELAXED);
}

bool sl_http_enter(sl_http *http) {
  __atomic_fetch_add(&http->inside, 1, __ATOMIC_SEQ_CST);
  if (!__atomic_load_n(&http->draining, __ATOMIC_SEQ_CST)) return true;
  sl_http_leave(http);
  return false;
}

void sl_http_leave(sl_http *http) { __atomic_fetch_sub(&http->inside, 1, __ATOMIC_SEQ_CST); }

static struct MHD_Daemon *listen_on(sl_http *http, sl_listener_at *at) {
  const sl_config *c = http->config;
  bool with_tls = sl_tls_on(http->tls);
  struct MHD_OptionItem options[] = {
      {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)sl_exchange_end, http},
      {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)sl_exchange_begin, http},
      {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)sl_connection_notify, http},
      {MHD_OPTION_SOCK_ADDR, 0, &at->as},
      {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)c->threads, NULL},
      {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)c->connections, NULL},
      {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)c->connections_per_address, NULL},
      {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)c->idle_s, NULL},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)MEMORY_PER_CONNECTION, NULL},
      {MHD_OPTION_LISTEN_BACKLOG_SIZE, (intptr_t)BACKLOG, NULL},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
      {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL},
      {with_tls ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, 0, (void *)(uintptr_t)sl_tls_retrieve},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
      {MHD_OPTION_END, 0, NULL}};
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                   MHD_USE_SUPPRESS_DATE_NO_CLOCK | at->flags | (with_tls ? (unsigned)MHD_USE_TLS : 0u);
  return MHD_start_daemon(flags, 0, sl_connection_accept, http, sl_exchange_step, http, MHD_OPTION_EXTERNAL_LOGGER,
                          swallow, http, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static sl_err locks_make(sl_http *http) {
  pthread_condattr_t monotonic;
  if (pthread_mutex_init(&http->lock, NULL) || pthread_condattr_init(&monotonic)) return SL_ERR_NOMEM;
  bool good = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&http->stopping, &monotonic) == 0;
  pthread_condattr_destroy(&monotonic);
  return good ? SL_OK : SL_ERR_NOMEM;
}

/* Answers leave by the service's time, in which their moments are given: a wall clock that
 * was set back holds none. */
static sl_time service_time(void *context) {
  return sl_service_now(((sl_http *)context)->service);
}

static int64_t monotonic_time(void *context) {
  return sl_clock_monotonic(&((sl_http *)context)->clock);
}

sl_err sl_http_start(sl_http *http, const sl_config *config, const sl_tls *tls, sl_service *service,
                     const sl_clock *clock, sl_fault *fault) {
  *http = (sl_http){.config = config, .tls = tls, .service = service, .clock = *clock};
  http->handshakes = (double)config->handshakes_per_s;
  http->handshakes_at = sl_clock_monotonic(clock);
  sl_err err = locks_make(http);
  if (!err) err = sl_release_start(&http->release, &(sl_clock){http, service_time, monotonic_time});
  if (err) return err;
  sl_listener_at at;
  sl_listener_address(&at, &config->listen);
  errno = 0;
  http->daemon = listen_on(http, &at);
  if (!http->daemon) {
    int error = errno;
    sl_release_stop(&http->release);
    return sl_fault_set(fault, SL_ERR_IO, "cannot listen at %s port %u: %s", config->listen.host, config->listen.port,
                        error == EADDRINUSE ? "another program has it: stop that one, or change listen"
                        : error == EACCES   ? "a port below 1024 needs a right that we do not have: change listen"
                                            : "see that the address is this machine's");
  }
  http->port = sl_listener_port(http->daemon);
  http->guard_runs = pthread_create(&http->guard, NULL, sl_connection_guard, http) == 0;
  return http->guard_runs ? SL_OK : SL_ERR_NOMEM;
}

static void sleep_ms(long ms) { nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL); }

void sl_http_drain(sl_http *http) {
  if (!http->daemon) return;
  /* Not MHD_quiesce_daemon(): it takes the socket out of the epoll set of each worker while
   * the worker may do the same, and aborts the process when it comes second (0.9.75,
   * daemon.c:5531 and 4976). What still connects is closed at once, and the socket at the end. */
  __atomic_store_n(&http->draining, true, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&http->inside, __ATOMIC_SEQ_CST) > 0) sleep_ms(1);
}

void sl_http_stop(sl_http *http, uint64_t grace_s) {
  if (!http->daemon) return;
  sl_release_stop(&http->release);
  int64_t until = sl_clock_monotonic(&http->clock) + (int64_t)grace_s * SL_NS_PER_S;
  while (__atomic_load_n(&http->exchanges, __ATOMIC_ACQUIRE) > 0 && sl_clock_monotonic(&http->clock) < until) sleep_ms(5);
  pthread_mutex_lock(&http->lock);
  http->stop = true;
  pthread_cond_signal(&http->stopping);
  pthread_mutex_unlock(&http->lock);
  if (http->guard_runs) pthread_join(http->guard, NULL);
  MHD_stop_daemon(http->daemon);
  SL_ASSERT(http->first == NULL);
  http->daemon = NULL;
  pthread_cond_destroy(&http->stopping);
  pthread_mutex_destroy(&http->lock);
}
