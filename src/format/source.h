/* A stream of bytes to parse: pulled through a callback, inflated when it is gzip
 * (found from its content), capped in size and in expansion, with line numbers. */
#ifndef SL_FORMAT_SOURCE_H
#define SL_FORMAT_SOURCE_H

#include "base/span.h"
#include "sideline/err.h"

#define SL_SOURCE_BYTES_MAX (UINT64_C(4) << 30)  /* of one source, inflated */
#define SL_SOURCE_RATIO_MAX 200u                 /* inflated to packed, beyond the first MiB */

/* Read up to size bytes into data. Returns SL_OK with *got (0: the end) or SL_ERR_IO. */
typedef sl_err sl_source_read_fn(void *context, uint8_t *data, size_t size, size_t *got);

typedef struct sl_source sl_source;

/* A source over a callback, or over bytes that outlive it. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_source_open(sl_source **out, sl_source_read_fn *read, void *context);
SL_MUST_USE sl_err sl_source_open_span(sl_source **out, sl_span bytes);
void sl_source_close(sl_source *source);

/* What lies ahead: at least `want` bytes unless the source ends before; the view is
 * valid until the next call and its bytes may be overwritten by the caller.
 * Errors: SL_ERR_IO, SL_ERR_CAP, SL_ERR_NOMEM, SL_ERR_SYNTAX (broken gzip). */
typedef struct sl_ahead { uint8_t *data; size_t size; } sl_ahead;
SL_MUST_USE sl_err sl_source_ahead(sl_ahead *out, sl_source *source, size_t want, sl_fault *fault);
/* Step over `size` bytes that sl_source_ahead() showed; counts their line ends. */
void sl_source_skip(sl_source *source, size_t size);

/* The next line without its end (LF or CRLF), at most max bytes long; a view that
 * is valid until the next call. Errors: SL_ERR_END after the last, SL_ERR_CAP, and
 * those above. Cost: O(line). */
SL_MUST_USE sl_err sl_source_line(sl_str *out, sl_source *source, size_t max, sl_fault *fault);

/* The whole rest, up to max bytes. Errors: as above. */
SL_MUST_USE sl_err sl_source_rest(sl_ahead *out, sl_source *source, size_t max, sl_fault *fault);

/* Bytes stepped over so far, and the line of the next byte, from 1. */
uint64_t sl_source_offset(const sl_source *source);
uint32_t sl_source_line_number(const sl_source *source);

#endif
