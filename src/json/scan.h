/* What is checked of a JSON text before a library sees it, and where in it a byte is. */
#ifndef SL_JSON_SCAN_H
#define SL_JSON_SCAN_H

#include "base/span.h"
#include "json/decode.h"

/* Bound the text by the caps and refuse NUL and invalid UTF-8. It does not check the
 * grammar. Errors: SL_ERR_CAP, SL_ERR_SYNTAX, placed as sl_json_place() does.
 * Threads: any. Cost: one pass, no memory. */
SL_MUST_USE sl_err sl_json_scan(sl_span text, const sl_json_caps *caps, sl_fault *fault);

/* Fill offset, line, column (in bytes) and pointer of *fault for a byte of the text.
 * The pointer leads to the innermost value that begins before the byte. Works on
 * text that is not JSON too. Cost: one pass up to the byte. */
void sl_json_place(sl_fault *fault, sl_span text, size_t offset);

/* Append one segment to a pointer of a fault. A name that is not 1 to 40 characters
 * of letters, digits, '_', '-', '.' is written as "?", so that no foreign text
 * travels in a pointer; one that does not fit is left out. `used` is the length so
 * far. Returns the new length. */
size_t sl_json_pointer_name(char pointer[static 128], size_t used, sl_str name);
size_t sl_json_pointer_index(char pointer[static 128], size_t used, size_t index);

#endif
