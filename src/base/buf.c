/* The growing buffer, and the reader of its binary form.
 *
 * Work expected: replies and stored rows, from tens of bytes to a few megabytes,
 * written front to back. Representation: one block that doubles from 512 bytes up to
 * the maximum. It is allocated one byte larger than `room`, which takes the
 * terminator that formatted printing insists on. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "base/buf.h"

#define ROOM_FIRST ((size_t)512)

void sl_buf_init(sl_buf *buf, size_t max) {
  SL_ASSERT(buf != NULL);
  SL_ASSERT(max < SIZE_MAX / 2);
  *buf = (sl_buf){.data = NULL, .size = 0, .room = 0, .max = max, .error = SL_OK};
}

void sl_buf_fini(sl_buf *buf) {
  SL_ASSERT(buf != NULL);
  free(buf->data);
  sl_buf_init(buf, buf->max);
}

void sl_buf_clear(sl_buf *buf) {
  SL_ASSERT(buf != NULL);
  buf->size = 0;
  buf->error = SL_OK;
}

/* Make room for `more` bytes; false, with the error set, when there is none. */
static bool reserve(sl_buf *buf, size_t more) {
  SL_ASSERT(buf != NULL);
  SL_ASSERT(buf->size <= buf->room && buf->room <= buf->max);
  if (buf->error != SL_OK)
    return false;
  if (more > buf->max - buf->size) {
    buf->error = SL_ERR_CAP;
    return false;
  }
  size_t need = buf->size + more;
  if (need <= buf->room && buf->data != NULL)
    return true;
  size_t room = buf->room < ROOM_FIRST ? ROOM_FIRST : buf->room * 2;
  if (room < need)
    room = need;
  if (room > buf->max)
    room = buf->max;
  uint8_t *data = realloc(buf->data, room + 1);
  if (data == NULL) {
    buf->error = SL_ERR_NOMEM;
    return false;
  }
  buf->data = data;
  buf->room = room;
  return true;
}

void sl_buf_add(sl_buf *buf, const void *data, size_t size) {
  SL_ASSERT(data != NULL || size == 0);
  if (size == 0 || !reserve(buf, size))
    return;
  memcpy(buf->data + buf->size, data, size);
  buf->size += size;
}

void sl_buf_add_str(sl_buf *buf, sl_str text) { sl_buf_add(buf, text.data, text.size); }

void sl_buf_add_text(sl_buf *buf, const char *text) {
  SL_ASSERT(text != NULL);
  sl_buf_add(buf, text, strlen(text));
}

void sl_buf_add_format(sl_buf *buf, const char *format, ...) {
  SL_ASSERT(format != NULL);
  /* Into the room that is there; what does not fit is printed again where it does. */
  char none[1];
  bool any = buf->error == SL_OK && buf->data != NULL;
  size_t left = any ? buf->room - buf->size : 0;
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(any ? (char *)buf->data + buf->size : none, left + 1, format, arguments);
  va_end(arguments);
  SL_ASSERT(length >= 0);
  size_t size = (size_t)length;
  if (any && size <= left) {
    buf->size += size;
    return;
  }
  if (!reserve(buf, size))
    return;
  va_start(arguments, format);
  int written = vsnprintf((char *)buf->data + buf->size, size + 1, format, arguments);
  va_end(arguments);
  SL_ASSERT(written == length);
  buf->size += size;
}

/* The `size` low bytes of value, the highest first. */
static void add_big_endian(sl_buf *buf, uint64_t value, size_t size) {
  uint8_t bytes[8];
  SL_ASSERT(size <= sizeof bytes);
  for (size_t i = 0; i < size; i++)
    bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
  sl_buf_add(buf, bytes, size);
}

void sl_buf_add_u8(sl_buf *buf, uint8_t value) {
  if (reserve(buf, 1))
    buf->data[buf->size++] = value;
}

void sl_buf_add_u16(sl_buf *buf, uint16_t value) { add_big_endian(buf, value, 2); }
void sl_buf_add_u32(sl_buf *buf, uint32_t value) { add_big_endian(buf, value, 4); }
void sl_buf_add_u64(sl_buf *buf, uint64_t value) { add_big_endian(buf, value, 8); }
void sl_buf_add_i64(sl_buf *buf, int64_t value) { add_big_endian(buf, (uint64_t)value, 8); }

void sl_buf_add_block(sl_buf *buf, sl_span bytes) {
  /* Both or neither: a length without its bytes would be read as something else. */
  if (bytes.size > UINT32_MAX) {
    if (buf->error == SL_OK)
      buf->error = SL_ERR_CAP;
    return;
  }
  if (!reserve(buf, 4 + bytes.size))
    return;
  sl_buf_add_u32(buf, (uint32_t)bytes.size);
  sl_buf_add(buf, bytes.data, bytes.size);
}

sl_span sl_read_bytes(sl_reader *reader, size_t size) {
  SL_ASSERT(reader != NULL);
  if (reader->error != SL_OK || size > reader->rest.size) {
    reader->error = SL_ERR_CORRUPT;
    return (sl_span){NULL, 0};
  }
  sl_span taken = {reader->rest.data, size};
  if (size > 0)
    reader->rest.data += size;
  reader->rest.size -= size;
  return taken;
}

static uint64_t read_big_endian(sl_reader *reader, size_t size) {
  sl_span bytes = sl_read_bytes(reader, size);
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size; i++)
    value = value << 8 | bytes.data[i];
  return value;
}

uint8_t sl_read_u8(sl_reader *reader) { return (uint8_t)read_big_endian(reader, 1); }
uint16_t sl_read_u16(sl_reader *reader) { return (uint16_t)read_big_endian(reader, 2); }
uint32_t sl_read_u32(sl_reader *reader) { return (uint32_t)read_big_endian(reader, 4); }
uint64_t sl_read_u64(sl_reader *reader) { return read_big_endian(reader, 8); }
int64_t sl_read_i64(sl_reader *reader) { return (int64_t)read_big_endian(reader, 8); }

sl_span sl_read_block(sl_reader *reader) {
  uint32_t size = sl_read_u32(reader);
  return sl_read_bytes(reader, size);
}

sl_err sl_reader_done(const sl_reader *reader) {
  SL_ASSERT(reader != NULL);
  if (reader->error != SL_OK)
    return reader->error;
  return reader->rest.size == 0 ? SL_OK : SL_ERR_CORRUPT;
}
