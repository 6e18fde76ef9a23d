/* Purpose: see the header. Work expected: what spreadsheets export; tens of megabytes.
 * Representation: one unit at a time from the source beneath. */
#include "format/recode.h"

#include <string.h>

#include "base/assert.h"

#define INNER_AHEAD 4096u

sl_recode sl_recode_of(sl_ahead first) {
  if (first.size >= 2 && memcmp(first.data, "\xff\xfe", 2) == 0) return SL_RECODE_UTF16_LE;
  if (first.size >= 2 && memcmp(first.data, "\xfe\xff", 2) == 0) return SL_RECODE_UTF16_BE;
  if (first.size < 2 || strchr("{[<P", first.data[0])) return SL_RECODE_NONE;
  const bool lines = memchr(first.data, '\r', first.size) && !memchr(first.data, '\n', first.size) && !memchr(first.data, 0, first.size);
  return lines ? SL_RECODE_CR : SL_RECODE_NONE;
}

static uint32_t unit_at(const sl_recoding *r, const uint8_t *at) {
  return r->what == SL_RECODE_UTF16_LE ? (uint32_t)at[1] << 8 | at[0] : (uint32_t)at[0] << 8 | at[1];
}

static uint8_t put_utf8(uint8_t out[static 4], uint32_t code) {
  SL_ASSERT(code < 0x110000);
  if (code < 0x80) return out[0] = (uint8_t)code, 1;
  if (code < 0x800) {
    out[0] = (uint8_t)(0xc0 | code >> 6);
    out[1] = (uint8_t)(0x80 | (code & 0x3f));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (uint8_t)(0xe0 | code >> 12);
    out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code & 0x3f));
    return 3;
  }
  out[0] = (uint8_t)(0xf0 | code >> 18);
  out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
  out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
  out[3] = (uint8_t)(0x80 | (code & 0x3f));
  return 4;
}

/* How many bytes of UTF-16 the next character takes, and what it is. */
static size_t take_utf16(uint32_t *code, const sl_recoding *r, sl_ahead ahead) {
  const uint32_t unit = unit_at(r, ahead.data);
  *code = unit;
  if (unit < 0xd800 || unit > 0xdfff) return 2;
  *code = 0xfffd;
  if (unit > 0xdbff || ahead.size < 4) return 2;
  const uint32_t low = unit_at(r, ahead.data + 2);
  if (low < 0xdc00 || low > 0xdfff) return 2;
  *code = 0x10000 + ((unit - 0xd800) << 10 | (low - 0xdc00));
  return 4;
}

/* Characters of what lies ahead into `data`; what one has no room for waits. */
static size_t convert(uint8_t *data, size_t size, sl_recoding *r, sl_ahead ahead) {
  size_t out = 0, at = 0;
  while (out < size && r->given == r->have && at + 1 < ahead.size) {
    uint32_t code;
    at += take_utf16(&code, r, (sl_ahead){ahead.data + at, ahead.size - at});
    r->have = put_utf8(r->pending, code);
    r->given = 0;
    while (out < size && r->given < r->have) data[out++] = r->pending[r->given++];
    /* A pair may be cut by the end of what is seen. */
    if (ahead.size - at < 4) break;
  }
  sl_source_skip(r->inner, at);
  return out;
}

static size_t feed_lines(uint8_t *data, size_t size, sl_recoding *r, sl_ahead ahead) {
  const size_t count = size < ahead.size ? size : ahead.size;
  for (size_t i = 0; i < count; i++) data[i] = ahead.data[i] == '\r' ? '\n' : ahead.data[i];
  sl_source_skip(r->inner, count);
  return count;
}

static sl_err read_recoded(void *context, uint8_t *data, size_t size, size_t *got) {
  sl_recoding *r = context;
  sl_ahead ahead;
  size_t out = 0;
  while (out < size && r->given < r->have) data[out++] = r->pending[r->given++];
  *got = out;
  if (out == size) return SL_OK;
  if (sl_source_ahead(&ahead, r->inner, INNER_AHEAD, &r->fault)) return SL_ERR_IO;
  if (r->what == SL_RECODE_CR) {
    *got += feed_lines(data + out, size - out, r, ahead);
    return SL_OK;
  }
  if (!r->marked && ahead.size >= 2) {
    sl_source_skip(r->inner, 2);
    r->marked = true;
    if (sl_source_ahead(&ahead, r->inner, INNER_AHEAD, &r->fault)) return SL_ERR_IO;
  }
  if (ahead.size == 1) {
    sl_fault_set(&r->fault, SL_ERR_SYNTAX, "the text in UTF-16 ends within a character");
    return SL_ERR_IO;
  }
  *got += convert(data + out, size - out, r, ahead);
  return SL_OK;
}

sl_err sl_recode_open(sl_source **out, sl_recoding *state, sl_source *inner, sl_recode what) {
  SL_ASSERT(out && state && inner && what != SL_RECODE_NONE);
  *state = (sl_recoding){.inner = inner, .what = what, .fault = sl_fault_none()};
  return sl_source_open(out, read_recoded, state);
}
