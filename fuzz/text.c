/* Fuzz target: the texts of floor 0. The first byte chooses the reader; whatever is
 * read is written again and must come back the same. */
#include <stdlib.h>

#include "base/text.h"

#define BYTES_MAX ((size_t)1 << 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool condition) {
  if (!condition)
    abort();
}

static void decimal(sl_buf *buf, sl_str text, int scale) {
  int64_t value, again;
  if (sl_decimal_read(&value, text, scale) != SL_OK)
    return;
  sl_decimal_add(buf, value, scale);
  expect(sl_decimal_read(&again, sl_buf_str(buf), scale) == SL_OK && again == value);
  if (sl_int_read(&again, text) == SL_OK)
    expect(scale != 0 || again == value);
}

static void instant(sl_buf *buf, sl_str text, bool any_offset) {
  sl_time value, again;
  if (sl_time_read(&value, text, any_offset) != SL_OK)
    return;
  expect(value.ns >= 0 && value.ns < SL_TIME_MAX_NS);
  sl_time_add(buf, value);
  expect(sl_time_read(&again, sl_buf_str(buf), false) == SL_OK && again.ns == value.ns);
}

/* Strict decoding: one value has one text. */
static void base64(sl_buf *buf, sl_str text, bool url) {
  static uint8_t bytes[BYTES_MAX];
  size_t size = sizeof bytes;
  if ((url ? sl_base64url_read : sl_base64_read)(bytes, &size, text) != SL_OK)
    return;
  (url ? sl_base64url_add : sl_base64_add)(buf, (sl_span){bytes, size});
  expect(sl_str_equal(sl_buf_str(buf), text));
}

static void uuid(sl_buf *buf, sl_str text) {
  sl_uuid value, again;
  if (sl_uuid_read(&value, text, 0) != SL_OK)
    return;
  char written[37];
  sl_uuid_text(written, &value);
  sl_buf_add_text(buf, written);
  expect(sl_uuid_read(&again, sl_buf_str(buf), 0) == SL_OK);
  expect(memcmp(&value, &again, sizeof value) == 0);
}

static void escape(sl_buf *buf, sl_str text) {
  sl_json_escape_add(buf, text);
  expect(buf->error == SL_OK);
  for (size_t i = 0; i < buf->size; i++)
    expect(buf->data[i] >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > BYTES_MAX)
    return 0;
  sl_str text = {(const char *)data + 1, size - 1};
  sl_buf buf;
  sl_buf_init(&buf, 8 * BYTES_MAX);
  switch (data[0]) {
    case 'd': decimal(&buf, text, 9); break;
    case 'i': decimal(&buf, text, 0); break;
    case 'm': decimal(&buf, text, 3); break;
    case 't': instant(&buf, text, true); break;
    case 'z': instant(&buf, text, false); break;
    case 'b': base64(&buf, text, false); break;
    case 'u': base64(&buf, text, true); break;
    case 'g': uuid(&buf, text); break;
    default: escape(&buf, text); break;
  }
  sl_buf_fini(&buf);
  return 0;
}
