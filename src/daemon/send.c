/* How the bytes of TLS leave a connection. The library hands over the head of an answer
 * and its body one after the other, and each would be a packet that wakes the client:
 * of an answer whose body is there, the head waits in the kernel for the body. It waits
 * for nothing else: the kernel lets it go by itself after a fifth of a second, and at
 * the end of the connection. */
#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include "base/assert.h"
#include "daemon/http.h"

/* writev() of a session, which looks at errno. */
static ssize_t push(gnutls_transport_ptr_t context, const giovec_t *part, int count) {
  sl_connection *line = context;
  SL_ASSERT(count >= 0);
  struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)part, .msg_iovlen = (size_t)count};
  int flags = MSG_NOSIGNAL | (line->more ? MSG_MORE : 0);
  line->more = false;
  return sendmsg(line->socket, &message, flags);
}

void sl_connection_sends(sl_connection *line, struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  if (!info || !info->tls_session) return;
  gnutls_session_t session = info->tls_session;
  gnutls_transport_set_ptr2(session, (gnutls_transport_ptr_t)(intptr_t)line->socket, line);
  gnutls_transport_set_vec_push_function(session, push);
}
