/* Text of files that may be UTF-8 or of an older single-byte set. */
#ifndef SL_FORMAT_CHARSET_H
#define SL_FORMAT_CHARSET_H

#include "format/reading.h"

/* Whether the text is UTF-8 (RFC 3629). Cost: O(size). */
bool sl_utf8_is(sl_str text);

/* The text as UTF-8 in the record's arena, blanks at its ends cut. What is not UTF-8 is
 * read as Latin-1 with Windows-1252's punctuation, with a note. Errors: data NULL when the arena is full. */
sl_str sl_utf8_copy(sl_reading *reading, sl_str text);

/* The code point of a byte in Windows-1252; 0: none. Pure. */
uint16_t sl_windows_1252(uint8_t byte);

#endif
