/* The inside of a JSON string.
 *
 * Work expected: short reasons and names, nearly all of it plain ASCII, so runs that
 * need nothing are appended whole. Bad UTF-8 is replaced by maximal subparts (Unicode
 * 15, section 3.9, table 3-8): what leaves is always valid. */
#include "base/assert.h"
#include "base/text.h"

/* Bytes of the well-formed sequence at text[0], 1 to 4, with *valid true; else the
 * bytes of the ill-formed subpart, with *valid false (Unicode 15, table 3-7). */
static size_t utf8_length(sl_str text, bool *valid) {
  SL_ASSERT(text.size > 0);
  const uint8_t *byte = (const uint8_t *)text.data;
  uint8_t first = byte[0];
  uint8_t low = 0x80, high = 0xbf;   /* of the second byte */
  size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  *valid = first < 0x80 || (first >= 0xc2 && first <= 0xf4);
  if (!*valid || length == 1)
    return 1;
  if (first == 0xe0)
    low = 0xa0;
  if (first == 0xed)
    high = 0x9f;
  if (first == 0xf0)
    low = 0x90;
  if (first == 0xf4)
    high = 0x8f;
  for (size_t i = 1; i < length; i++) {
    if (i >= text.size || byte[i] < low || byte[i] > high) {
      *valid = false;
      return i;
    }
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

/* Quote, backslash or control character. */
static void add_escaped(sl_buf *out, char c) {
  static const char letter[] = "btnvfr";   /* of 8 to 13; 11 has no short form */
  SL_ASSERT((uint8_t)c < 0x20 || c == '"' || c == '\\');
  char pair[2] = {'\\', c};
  if (c >= 8 && c <= 13 && c != 11)
    pair[1] = letter[c - 8];
  if (pair[1] == c && (uint8_t)c < 0x20)
    sl_buf_add_format(out, "\\u%04x", (unsigned)c);
  else
    sl_buf_add(out, pair, 2);
}

static bool is_plain(uint8_t c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

void sl_json_escape_add(sl_buf *out, sl_str text) {
  SL_ASSERT(out != NULL);
  SL_ASSERT(text.data != NULL || text.size == 0);
  size_t plain = 0;   /* start of the run that is not yet appended */
  size_t at = 0;
  for (;;) {
    while (at < text.size && is_plain((uint8_t)text.data[at]))
      at++;
    if (at == text.size)
      break;
    bool valid;
    size_t length = utf8_length((sl_str){text.data + at, text.size - at}, &valid);
    char c = text.data[at];
    bool special = (uint8_t)c < 0x20 || c == '"' || c == '\\';
    if (valid && !special) {
      at += length;
      continue;
    }
    sl_buf_add(out, text.data + plain, at - plain);
    if (!valid)
      sl_buf_add_text(out, "\xef\xbf\xbd");
    else
      add_escaped(out, c);
    at += length;
    plain = at;
  }
  if (at > plain)
    sl_buf_add(out, text.data + plain, at - plain);
}
