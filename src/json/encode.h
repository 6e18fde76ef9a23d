/* JSON text out, member by member: commas, escaping and number forms in one place, so
 * that equal values are equal bytes. No white space. Failures stick in the buffer. */
#ifndef SL_JSON_ENCODE_H
#define SL_JSON_ENCODE_H

#include "base/text.h"

/* A writer over a buffer that the caller owns and looks at in the end. */
typedef struct sl_json_out {
  sl_buf *buf;
  uint32_t depth;   /* at most 63 */
  uint64_t more;    /* bit d: something was written at depth d */
} sl_json_out;

static inline sl_json_out sl_json_out_of(sl_buf *buf) { return (sl_json_out){buf, 0, 0}; }

/* Below, name is a literal of the program, or NULL inside an array and at the root.
 * Errors in buf->error. Threads: any. Cost: O(what is written). */
void sl_json_open(sl_json_out *out, const char *name, char bracket);   /* '{' or '[' */
void sl_json_close(sl_json_out *out, char bracket);                    /* '}' or ']' */
void sl_json_add_str(sl_json_out *out, const char *name, sl_str text);
void sl_json_add_text(sl_json_out *out, const char *name, const char *text);
void sl_json_add_int(sl_json_out *out, const char *name, int64_t value);
void sl_json_add_bool(sl_json_out *out, const char *name, bool value);
/* A value that is JSON text already. */
void sl_json_add_raw(sl_json_out *out, const char *name, sl_str json);
/* value / 10^scale, exactly. */
void sl_json_add_decimal(sl_json_out *out, const char *name, int64_t value, int scale);
void sl_json_add_time(sl_json_out *out, const char *name, sl_time time);
void sl_json_add_uuid(sl_json_out *out, const char *name, const sl_uuid *uuid);
void sl_json_add_hex(sl_json_out *out, const char *name, sl_span bytes);
void sl_json_add_base64(sl_json_out *out, const char *name, sl_span bytes);

#endif
