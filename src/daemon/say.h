/* One line to standard error: "level=... event=... name=value". No plan data, no
 * targets, no keys: what is said are words of this program and the liaison's own
 * configuration. */
#ifndef SL_DAEMON_SAY_H
#define SL_DAEMON_SAY_H

#include "sideline/err.h"

/* Information and errors. The format makes the whole line but the level and the line
 * end. Threads: any. */
void sl_say(const char *format, ...) SL_PRINTF(1, 2);
void sl_say_error(const char *format, ...) SL_PRINTF(1, 2);
/* An error and where it is, as "FILE:LINE:COLUMN: reason (error-name)" for a person. */
void sl_say_fault(const char *file, sl_err err, const sl_fault *fault);

#endif
