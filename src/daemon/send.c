/* How the bytes of TLS leave a connection. The library hands over the head of an answer
 * and its body one after the other, and each would be a packet that wakes the client, and
 * a call of the system: of an answer whose body is there, the record of the head waits
 * here for the body's, and both leave in one call. A head that is too long for that waits
 * in the kernel, which lets it go by itself after a fifth of a second. */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include "base/assert.h"
#include "daemon/http.h"

#define PARTS_MAX 16

/* Keep the parts, whose turn it is not yet; whether there is room. */
static bool hold(sl_connection *line, const giovec_t *part, int count) {
  size_t size = 0;
  for (int i = 0; i < count; i++) size += part[i].iov_len;
  if (size > sizeof line->held - line->held_size) return false;
  for (int i = 0; i < count; i++) {
    memcpy(line->held + line->held_size, part[i].iov_base, part[i].iov_len);
    line->held_size += part[i].iov_len;
  }
  return true;
}

/* Of what was sent, the part that was not held; -1 with EAGAIN when all of it was held. */
static ssize_t sent_of(sl_connection *line, ssize_t sent) {
  if (sent < 0 || line->held_size == 0) return sent;
  size_t held = line->held_size;
  if ((size_t)sent > held) {
    line->held_size = 0;
    return sent - (ssize_t)held;
  }
  memmove(line->held, line->held + sent, held - (size_t)sent);
  line->held_size = held - (size_t)sent;
  errno = EAGAIN;
  return -1;
}

ssize_t sl_connection_push(gnutls_transport_ptr_t context, const giovec_t *part, int count) {
  sl_connection *line = context;
  SL_ASSERT(count >= 0);
  bool more = line->more;
  line->more = false;
  ssize_t size = 0;
  struct iovec all[PARTS_MAX + 1] = {{line->held, line->held_size}};
  int taken = count < PARTS_MAX ? count : PARTS_MAX;
  for (int i = 0; i < taken; i++) {
    all[i + 1] = (struct iovec){part[i].iov_base, part[i].iov_len};
    size += (ssize_t)part[i].iov_len;
  }
  if (more && taken == count && hold(line, part, count)) return size;
  int none = line->held_size == 0;
  struct msghdr message = {.msg_iov = all + none, .msg_iovlen = (size_t)(taken + 1 - none)};
  return sent_of(line, sendmsg(line->socket, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0)));
}

void sl_connection_sends(sl_connection *line, struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  if (!info || !info->tls_session) return;
  gnutls_session_t session = info->tls_session;
  gnutls_transport_set_ptr2(session, (gnutls_transport_ptr_t)(intptr_t)line->socket, line);
  gnutls_transport_set_vec_push_function(session, sl_connection_push);
}
