/* Purpose: see the header. Work expected: names and cells. Representation: none. Latin-1's
 * code points are Unicode's; what lies at 80 to 9F is Windows-1252's, whose quotes stand
 * for minutes and seconds in real files. */
#include "format/charset.h"

#include "base/assert.h"
#include "format/measure.h"

bool sl_utf8_is(sl_str text) {
  if (text.size == 0) return true;
  const uint8_t *at = (const uint8_t *)text.data, *end = at + text.size;
  while (at < end) {
    size_t more = *at < 0x80 ? 0 : *at >= 0xc2 && *at < 0xe0 ? 1 : *at >= 0xe0 && *at < 0xf0 ? 2 : *at >= 0xf0 && *at < 0xf5 ? 3 : 9;
    if (more == 9 || (size_t)(end - at) <= more) return false;
    uint8_t least = *at == 0xe0 ? 0xa0 : *at == 0xf0 ? 0x90 : 0x80, most = *at == 0xed ? 0x9f : *at == 0xf4 ? 0x8f : 0xbf;
    if (more && (at[1] < least || at[1] > most)) return false;
    for (size_t i = 2; i <= more; i++)
      if (at[i] < 0x80 || at[i] > 0xbf) return false;
    at += more + 1;
  }
  return true;
}

/* What Windows-1252 has at 80 to 9F; 0: nothing. */
static const uint16_t windows[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
                                     0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178};

uint16_t sl_windows_1252(uint8_t byte) { return byte >= 0x80 && byte < 0xa0 ? windows[byte - 0x80] : byte; }

static size_t add_code(char *out, uint32_t code) {
  SL_ASSERT(code >= 0x80 && code < 0x10000);
  if (code < 0x800) {
    out[0] = (char)(0xc0 | (code >> 6));
    out[1] = (char)(0x80 | (code & 0x3f));
    return 2;
  }
  out[0] = (char)(0xe0 | (code >> 12));
  out[1] = (char)(0x80 | ((code >> 6) & 0x3f));
  out[2] = (char)(0x80 | (code & 0x3f));
  return 3;
}

sl_str sl_utf8_copy(sl_reading *reading, sl_str text) {
  SL_ASSERT(reading && (text.data || text.size == 0));
  text = sl_str_trim(text);
  if (sl_utf8_is(text)) return sl_reading_copy(reading, text);
  char *copy = sl_arena_take(&reading->arena, text.size, 3);
  if (!copy) return (sl_str){NULL, 0};
  size_t size = 0;
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = (uint8_t)text.data[i];
    uint32_t code = c >= 0x80 && c < 0xa0 ? windows[c - 0x80] : c;
    if (code >= 0x80) size += add_code(copy + size, code);
    else copy[size++] = code || !c ? (char)c : '?';
  }
  sl_reading_note(reading, SL_NOTE_ASSUMED, "text that is not UTF-8: taken as Latin-1");
  return (sl_str){copy, size};
}
