/* Connections and their deadlines. The library's own time-out is for inactivity alone,
 * and a byte a second is activity: each connection has a moment by which its handshake
 * and request, its answer, or its next request must be done. A guard looks four times
 * a second and shuts the socket down; the library then ends the connection as one whose
 * client left.
 *
 * Work: some thousand connections. The list's lock is held while a socket is shut down,
 * and the library tells of the end of a connection before it closes the socket: a
 * number that the system gave to somebody else is never shut down. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/assert.h"
#include "daemon/http.h"

#define GUARD_NS 250000000
#define STREAM_END_S 30   /* to take the end of a stream */

enum MHD_Result sl_connection_accept(void *context, const struct sockaddr *address, socklen_t size) {
  (void)address;
  (void)size;
  sl_http *http = context;
  if (__atomic_load_n(&http->draining, __ATOMIC_ACQUIRE)) return MHD_NO;
  double rate = (double)http->config->handshakes_per_s;
  int64_t now = sl_clock_monotonic(&http->clock);
  pthread_mutex_lock(&http->lock);
  http->handshakes += rate * (double)(now - http->handshakes_at) / (double)SL_NS_PER_S;
  if (http->handshakes > rate) http->handshakes = rate;
  http->handshakes_at = now;
  bool room = http->handshakes >= 1;
  if (room) http->handshakes -= 1;
  pthread_mutex_unlock(&http->lock);
  if (!room) __atomic_fetch_add(&http->counts.connections_refused, 1, __ATOMIC_RELAXED);
  return room ? MHD_YES : MHD_NO;
}

void sl_connection_deadline(sl_http *http, sl_connection *line, uint64_t seconds) {
  if (!line) return;
  int64_t at = seconds ? sl_clock_monotonic(&http->clock) + (int64_t)seconds * SL_NS_PER_S : 0;
  __atomic_store_n(&line->deadline, at, __ATOMIC_RELAXED);
}

static void begin(sl_http *http, struct MHD_Connection *connection, void **socket_context) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  sl_connection *line = calloc(1, sizeof *line);
  if (!line || !info) {   /* without a deadline it must not live */
    free(line);
    if (info) shutdown(info->connect_fd, SHUT_RDWR);
    return;
  }
  line->user.tls = http->tls;
  line->socket = info->connect_fd;
  sl_connection_sends(line, connection);
  sl_connection_deadline(http, line, http->config->request_s);
  pthread_mutex_lock(&http->lock);
  line->next = http->first;
  line->at = &http->first;
  if (line->next) line->next->at = &line->next;
  http->first = line;
  pthread_mutex_unlock(&http->lock);
  __atomic_fetch_add(&http->counts.connections, 1, __ATOMIC_RELAXED);
  *socket_context = line;
}

void sl_connection_notify(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code) {
  sl_http *http = context;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    begin(http, connection, socket_context);
    return;
  }
  sl_connection *line = *socket_context;
  if (!line) return;
  pthread_mutex_lock(&http->lock);
  *line->at = line->next;
  if (line->next) line->next->at = line->at;
  pthread_mutex_unlock(&http->lock);
  free(line);
  *socket_context = NULL;
}

/* Under the lock. */
static void look(sl_http *http, sl_connection *line, int64_t now) {
  int64_t deadline = __atomic_load_n(&line->deadline, __ATOMIC_RELAXED);
  if (deadline == 0 || now < deadline) return;
  if (__atomic_exchange_n(&line->streaming, false, __ATOMIC_ACQUIRE) && sl_http_enter(http)) {
    sl_service_cancel(http->service, line->stream_number);
    sl_http_leave(http);
    sl_connection_deadline(http, line, STREAM_END_S);
    return;
  }
  shutdown(line->socket, SHUT_RDWR);
  __atomic_store_n(&line->deadline, 0, __ATOMIC_RELAXED);
  __atomic_fetch_add(&http->counts.deadlines, 1, __ATOMIC_RELAXED);
}

/* Under the lock: wait a quarter of a second, or until the stop. */
static void doze(sl_http *http) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);   /* not the listener's clock, which a test may hold */
  until.tv_nsec += GUARD_NS;
  if (until.tv_nsec >= SL_NS_PER_S) until = (struct timespec){until.tv_sec + 1, until.tv_nsec - SL_NS_PER_S};
  pthread_cond_timedwait(&http->stopping, &http->lock, &until);
}

void *sl_connection_guard(void *context) {
  sl_http *http = context;
  pthread_mutex_lock(&http->lock);
  while (!http->stop) {
    int64_t now = sl_clock_monotonic(&http->clock);
    for (sl_connection *line = http->first; line; line = line->next) look(http, line, now);
    doze(http);
  }
  pthread_mutex_unlock(&http->lock);
  return NULL;
}
