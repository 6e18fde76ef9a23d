/* What the process gives up once it listens: system calls, core dumps, new rights. */
#ifndef SL_DAEMON_SANDBOX_H
#define SL_DAEMON_SANDBOX_H

#include <stdbool.h>

#include "sideline/err.h"

/* First thing in the process: umask 077, no core dumps, not traceable, no new
 * privileges, file limit at least `files` where the system allows it. Errors:
 * SL_ERR_IO. Threads: the only one. */
SL_MUST_USE sl_err sl_sandbox_begin(size_t files, sl_fault *fault);

/* Last thing before serving, for all threads: system calls on an allow-list; to start a
 * program or trace one ends the process, anything else beyond the list fails with EPERM.
 * `outgoing`: sockets of the Internet families may be made and connected, and pairs for
 * the resolver. Errors: SL_ERR_IO (a kernel without seccomp). Threads: any. */
SL_MUST_USE sl_err sl_sandbox_close(bool outgoing, sl_fault *fault);

/* Keep memory with secrets out of swap, best effort. */
void sl_sandbox_pin(const void *data, size_t size);

#endif
