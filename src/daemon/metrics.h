/* Figures in Prometheus' text format. */
#ifndef SL_DAEMON_METRICS_H
#define SL_DAEMON_METRICS_H

#include "daemon/http.h"

/* Append all figures: of the service, of the listener, of the process. Nothing is
 * labelled by side or party. Errors: in out. Threads: any that is inside the service.
 * Source: Prometheus exposition format 0.0.4. */
void sl_metrics_add(sl_buf *out, sl_http *http, int64_t started_s);

#endif
