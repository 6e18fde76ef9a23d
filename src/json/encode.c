/* Writing JSON member by member.
 *
 * Work: a few dozen members an answer, thousands of vertices a plan. Representation: a
 * bit per depth that says whether a comma is due. */
#include "json/encode.h"

#include "base/assert.h"

/* The comma that is due, and the name. */
static void begin(sl_json_out *out, const char *name) {
  SL_ASSERT(out->depth < 64);
  uint64_t bit = UINT64_C(1) << out->depth;
  if ((out->more & bit) != 0) sl_buf_add_u8(out->buf, ',');
  out->more |= bit;
  if (name == NULL) return;
  sl_buf_add_u8(out->buf, '"');
  sl_buf_add_text(out->buf, name);
  sl_buf_add(out->buf, "\":", 2);
}

void sl_json_open(sl_json_out *out, const char *name, char bracket) {
  SL_ASSERT(bracket == '{' || bracket == '[');
  begin(out, name);
  sl_buf_add_u8(out->buf, (uint8_t)bracket);
  SL_ASSERT(out->depth < 63);
  out->depth++;
  out->more &= ~(UINT64_C(1) << out->depth);
}

void sl_json_close(sl_json_out *out, char bracket) {
  SL_ASSERT(bracket == '}' || bracket == ']');
  SL_ASSERT(out->depth > 0);
  out->depth--;
  sl_buf_add_u8(out->buf, (uint8_t)bracket);
}

void sl_json_add_str(sl_json_out *out, const char *name, sl_str text) {
  begin(out, name);
  sl_buf_add_u8(out->buf, '"');
  sl_json_escape_add(out->buf, text);
  sl_buf_add_u8(out->buf, '"');
}

void sl_json_add_text(sl_json_out *out, const char *name, const char *text) {
  SL_ASSERT(text != NULL);
  sl_json_add_str(out, name, sl_str_from(text));
}

void sl_json_add_raw(sl_json_out *out, const char *name, sl_str json) {
  SL_ASSERT(json.size > 0);
  begin(out, name);
  sl_buf_add_str(out->buf, json);
}

void sl_json_add_int(sl_json_out *out, const char *name, int64_t value) {
  begin(out, name);
  sl_decimal_add(out->buf, value, 0);
}

void sl_json_add_bool(sl_json_out *out, const char *name, bool value) {
  begin(out, name);
  sl_buf_add_text(out->buf, value ? "true" : "false");
}

void sl_json_add_decimal(sl_json_out *out, const char *name, int64_t value, int scale) {
  begin(out, name);
  sl_decimal_add(out->buf, value, scale);
}

void sl_json_add_time(sl_json_out *out, const char *name, sl_time time) {
  begin(out, name);
  sl_buf_add_u8(out->buf, '"');
  sl_time_add(out->buf, time);
  sl_buf_add_u8(out->buf, '"');
}

/* What has nothing to escape goes in at once, quotes and all. */
static void add_quoted(sl_json_out *out, const char *name, char *text, size_t size) {
  begin(out, name);
  text[0] = text[size + 1] = '"';
  sl_buf_add(out->buf, text, size + 2);
}

void sl_json_add_uuid(sl_json_out *out, const char *name, const sl_uuid *uuid) {
  char text[39];
  sl_uuid_text(text + 1, uuid);
  add_quoted(out, name, text, 36);
}

void sl_json_add_hex(sl_json_out *out, const char *name, sl_span bytes) {
  char text[131];
  SL_ASSERT(bytes.size <= 64);
  sl_hex(text + 1, bytes);
  add_quoted(out, name, text, 2 * bytes.size);
}

void sl_json_add_base64(sl_json_out *out, const char *name, sl_span bytes) {
  begin(out, name);
  sl_buf_add_u8(out->buf, '"');
  sl_base64_add(out->buf, bytes);
  sl_buf_add_u8(out->buf, '"');
}
