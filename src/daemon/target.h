/* Whether an address is one that notifications may go to. A party names the url; the
 * name must not become a way into the liaison's own network (SSRF), so the address that
 * was resolved is looked at, not the name. */
#ifndef SL_DAEMON_TARGET_H
#define SL_DAEMON_TARGET_H

#include <stdbool.h>
#include <sys/socket.h>

/* True for an address on the public Internet: IPv4 but for what RFC 6890 and its registry
 * keep special, IPv6 within 2000::/3 but for what is special or carries an IPv4 address
 * that is. Anything else, of any other family or shorter than its family, is false.
 * Source: IANA's special-purpose address registries. Threads: any. */
bool sl_target_public(const struct sockaddr *address, socklen_t size);

#endif
