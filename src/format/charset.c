/* Purpose: see the header. Work expected: names. Representation: none. Latin-1's code
 * points are Unicode's; what lies at 80 to 9F is Windows-1252's punctuation, which no
 * name needs, and becomes a question mark. */
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

sl_str sl_utf8_copy(sl_reading *reading, sl_str text) {
  SL_ASSERT(reading && (text.data || text.size == 0));
  text = sl_str_trim(text);
  if (sl_utf8_is(text)) return sl_reading_copy(reading, text);
  char *copy = sl_arena_take(&reading->arena, text.size, 2);
  if (!copy) return (sl_str){NULL, 0};
  size_t size = 0;
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = (uint8_t)text.data[i];
    if (c < 0x80) {
      copy[size++] = (char)c;
    } else if (c < 0xa0) {
      copy[size++] = '?';
    } else {
      copy[size++] = (char)(0xc0 | (c >> 6));
      copy[size++] = (char)(0x80 | (c & 0x3f));
    }
  }
  sl_reading_note(reading, SL_NOTE_ASSUMED, "text that is not UTF-8: taken as Latin-1");
  return (sl_str){copy, size};
}
