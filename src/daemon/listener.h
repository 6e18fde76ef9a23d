/* What both listeners need: an address as the library takes it. */
#ifndef SL_DAEMON_LISTENER_H
#define SL_DAEMON_LISTENER_H

#include <microhttpd.h>
#include <netinet/in.h>

#include "daemon/config.h"

typedef struct sl_listener_at {
  union { struct sockaddr_in four; struct sockaddr_in6 six; } as;
  unsigned flags;
} sl_listener_at;

/* The socket address of an endpoint that is on. Threads: any. */
void sl_listener_address(sl_listener_at *out, const sl_endpoint *endpoint);
/* The port it listens on. */
uint16_t sl_listener_port(struct MHD_Daemon *daemon);

#endif
