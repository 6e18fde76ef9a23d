/* An event stream as it comes: bytes in, events out. Source: WHATWG HTML, section 9.2. */
#ifndef SL_CLI_SSE_H
#define SL_CLI_SSE_H

#include "base/buf.h"
#include "base/text.h"

#define SL_SSE_LINE_MAX (4u << 20)   /* bytes of one line */

/* An event: its number and its data. False: no more is wanted. */
typedef bool sl_sse_fn(void *context, uint64_t id, sl_str data);

typedef struct sl_sse {
  sl_buf line, data;
  uint64_t id;             /* of the event that is being read */
  bool has_id, has_data;
  sl_sse_fn *event;
  void *context;
} sl_sse;

/* Begin; the function is called for each whole event. Release with sl_sse_fini(). */
void sl_sse_init(sl_sse *sse, sl_sse_fn *event, void *context);
void sl_sse_fini(sl_sse *sse);
/* The next bytes, cut anywhere. An event counts once the empty line behind it is there; what
 * a broken connection left of one is forgotten. Comments and other fields are passed over.
 * Errors: SL_ERR_CAP (a line or an event too long), SL_ERR_SYNTAX (an event without a number),
 * SL_ERR_END (the function wants no more). Threads: one. */
SL_MUST_USE sl_err sl_sse_take(sl_sse *sse, sl_span bytes);

#endif
