/* Purpose: see the header. Work expected: a few events a round. Representation: the line
 * that is being read, and the data of the event so far. */
#include "cli/sse.h"

#include "base/assert.h"

void sl_sse_init(sl_sse *sse, sl_sse_fn *event, void *context) {
  SL_ASSERT(sse && event);
  *sse = (sl_sse){.event = event, .context = context};
  sl_buf_init(&sse->line, SL_SSE_LINE_MAX);
  sl_buf_init(&sse->data, SL_SSE_LINE_MAX);
}

void sl_sse_fini(sl_sse *sse) {
  if (!sse) return;
  sl_buf_fini(&sse->line);
  sl_buf_fini(&sse->data);
}

/* The empty line: the event is whole. Without data it is none. */
static sl_err finish(sl_sse *sse) {
  sl_err err = SL_OK;
  if (sse->has_data && !sse->has_id) err = SL_ERR_SYNTAX;
  if (!err && sse->has_data && !sse->event(sse->context, sse->id, sl_buf_str(&sse->data))) err = SL_ERR_END;
  sse->has_id = sse->has_data = false;
  sl_buf_clear(&sse->data);
  return err;
}

static sl_err take_line(sl_sse *sse, sl_str line) {
  if (line.size > 0 && line.data[line.size - 1] == '\r') line.size--;
  if (line.size == 0) return finish(sse);
  const char *colon = memchr(line.data, ':', line.size);
  sl_str name = {line.data, colon ? (size_t)(colon - line.data) : line.size};
  sl_str value = colon ? (sl_str){colon + 1, line.size - name.size - 1} : (sl_str){NULL, 0};
  if (value.size > 0 && value.data[0] == ' ') value = (sl_str){value.data + 1, value.size - 1};
  if (sl_str_is(name, "id")) {
    int64_t number = 0;
    if (sl_int_read(&number, value) || number < 0) return SL_ERR_SYNTAX;
    sse->id = (uint64_t)number;
    sse->has_id = true;
  } else if (sl_str_is(name, "data")) {
    if (sse->has_data) sl_buf_add_u8(&sse->data, '\n');
    sl_buf_add_str(&sse->data, value);
    sse->has_data = true;
  }
  return sse->data.error;
}

sl_err sl_sse_take(sl_sse *sse, sl_span bytes) {
  size_t at = 0;
  while (at < bytes.size) {
    const uint8_t *end = memchr(bytes.data + at, '\n', bytes.size - at);
    size_t size = end ? (size_t)(end - bytes.data) - at : bytes.size - at;
    sl_buf_add(&sse->line, bytes.data + at, size);
    if (sse->line.error) return sse->line.error;
    at += size + (end ? 1 : 0);
    if (!end) return SL_OK;
    sl_err err = take_line(sse, sl_buf_str(&sse->line));
    sl_buf_clear(&sse->line);
    if (err) return err;
  }
  return SL_OK;
}
