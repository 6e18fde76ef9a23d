/* `sidelined backup`: ask the running daemon over its liaison's listener. */
#ifndef SL_DAEMON_ASK_H
#define SL_DAEMON_ASK_H

#include "daemon/config.h"

/* Ask for a backup of that name in the configured folder and wait until it is whole.
 * Errors: SL_ERR_IO (no daemon answers), SL_ERR_RANGE (the listener is off or has port
 * 0), SL_ERR_SYNTAX (the name), SL_ERR_DENIED (another daemon's seed), SL_ERR_EXISTS and
 * others as the daemon says. Threads: one. */
SL_MUST_USE sl_err sl_ask_backup(const sl_config *config, const char *name, sl_fault *fault);

#endif
