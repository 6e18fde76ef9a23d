/* A growing buffer that is born with its maximum. The first failure sticks: later
 * appends do nothing, and the writer looks once, at the end. */
#ifndef SL_BASE_BUF_H
#define SL_BASE_BUF_H

#include "base/span.h"
#include "sideline/err.h"

typedef struct sl_buf {
  uint8_t *data;
  size_t size;
  size_t room;
  size_t max;
  sl_err error;   /* SL_OK, SL_ERR_CAP or SL_ERR_NOMEM */
} sl_buf;

/* An empty buffer that never holds more than max bytes. Allocates nothing yet. */
void sl_buf_init(sl_buf *buf, size_t max);
/* Release; the buffer is empty and usable again, with the same maximum. */
void sl_buf_fini(sl_buf *buf);
/* Empty it and keep its memory. */
void sl_buf_clear(sl_buf *buf);

/* Append. On overflow or lack of memory nothing is appended and buf->error is set. */
void sl_buf_add(sl_buf *buf, const void *data, size_t size);
void sl_buf_add_str(sl_buf *buf, sl_str text);
void sl_buf_add_text(sl_buf *buf, const char *text);
void sl_buf_add_format(sl_buf *buf, const char *format, ...) SL_PRINTF(2, 3);
/* Big-endian integers. */
void sl_buf_add_u8(sl_buf *buf, uint8_t value);
void sl_buf_add_u16(sl_buf *buf, uint16_t value);
void sl_buf_add_u32(sl_buf *buf, uint32_t value);
void sl_buf_add_u64(sl_buf *buf, uint64_t value);
void sl_buf_add_i64(sl_buf *buf, int64_t value);
/* A 32-bit length, then the bytes. */
void sl_buf_add_block(sl_buf *buf, sl_span bytes);

/* What is in it so far; valid until the next append. */
static inline sl_span sl_buf_span(const sl_buf *buf) { return (sl_span){buf->data, buf->size}; }
static inline sl_str sl_buf_str(const sl_buf *buf) { return (sl_str){(const char *)buf->data, buf->size}; }

/* The reader of what the writers above wrote. The first failure sticks and every
 * later read gives zero or empty. */
typedef struct sl_reader {
  sl_span rest;
  sl_err error;   /* SL_OK or SL_ERR_CORRUPT */
} sl_reader;

static inline sl_reader sl_reader_of(sl_span bytes) { return (sl_reader){bytes, SL_OK}; }

/* Big-endian integers, as sl_buf_add_u8() and its like wrote them. */
uint8_t sl_read_u8(sl_reader *reader);
uint16_t sl_read_u16(sl_reader *reader);
uint32_t sl_read_u32(sl_reader *reader);
uint64_t sl_read_u64(sl_reader *reader);
int64_t sl_read_i64(sl_reader *reader);
/* size bytes, as a view of the input. */
sl_span sl_read_bytes(sl_reader *reader, size_t size);
/* A block as sl_buf_add_block() wrote it. */
sl_span sl_read_block(sl_reader *reader);
/* SL_OK iff nothing failed and nothing is left over. */
SL_MUST_USE sl_err sl_reader_done(const sl_reader *reader);

#endif
