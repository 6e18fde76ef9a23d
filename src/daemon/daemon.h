/* The whole intermediary as a process: opened in order, served, closed in order. */
#ifndef SL_DAEMON_DAEMON_H
#define SL_DAEMON_DAEMON_H

#include "daemon/config.h"

/* Read every file that the configuration names and see that they fit: what a start
 * would fail on, short of opening the store and the sockets. Errors: of the files. */
SL_MUST_USE sl_err sl_daemon_check(const sl_config *config, sl_fault *fault);

/* Serve until SIGTERM or SIGINT; returns the exit status (0, or one of sysexits.h).
 * sl_sandbox_begin() was called; sandbox: close it too. Threads: the only one. */
int sl_daemon_run(const sl_config *config, bool sandbox);

#endif
