/* Text forms of numbers, bytes and times, without locale. */
#ifndef SL_BASE_TEXT_H
#define SL_BASE_TEXT_H

#include "base/buf.h"
#include "sideline/quantity.h"

/* Lower-case hexadecimal. out holds 2 * size + 1 bytes. */
void sl_hex(char *out, sl_span bytes);
/* Exactly 2 * size hexadecimal digits of either case. Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_unhex(uint8_t *out, size_t size, sl_str text);

/* RFC 4648 base64 with padding; url: section 5 alphabet without padding. */
void sl_base64_add(sl_buf *out, sl_span bytes);
void sl_base64url_add(sl_buf *out, sl_span bytes);
/* Strict decoding (no white space, canonical tail). *size in: room; out: bytes
 * written. Errors: SL_ERR_SYNTAX, SL_ERR_CAP. */
SL_MUST_USE sl_err sl_base64_read(uint8_t *out, size_t *size, sl_str text);
SL_MUST_USE sl_err sl_base64url_read(uint8_t *out, size_t *size, sl_str text);

/* A decimal integer with optional minus, no plus, no leading zeros beyond one, at
 * most 19 digits. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_int_read(int64_t *out, sl_str text);

/* A decimal number (JSON grammar, at most 64 characters) times 10^scale, exactly,
 * rounded half away from zero. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE (beyond int64),
 * SL_ERR_CAP (too long). scale is -18 to 18. 47.1 with scale 9 is 47100000000. */
SL_MUST_USE sl_err sl_decimal_read(int64_t *out, sl_str text, int scale);
/* value / 10^scale in the shortest exact decimal form. scale is 0 to 18. */
void sl_decimal_add(sl_buf *out, int64_t value, int scale);

/* RFC 3339 in UTC ("2026-01-02T03:04:05.678Z"), fractions to nanoseconds, any
 * numeric offset accepted when any_offset, else Z only; "t" and "z" as the RFC has
 * them; ten or more digits of fraction are SL_ERR_SYNTAX; second 60 is SL_ERR_RANGE.
 * Range as SL_TIME_MAX_NS. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_time_read(sl_time *out, sl_str text, bool any_offset);
/* RFC 3339 with Z, fraction only as long as it must be. */
void sl_time_add(sl_buf *out, sl_time time);
/* IMF-fixdate of RFC 9110 ("Sun, 06 Nov 1994 08:49:37 GMT"). */
void sl_time_add_http(sl_buf *out, sl_time time);

/* UUID in the 8-4-4-4-12 form; version is 0 (any), 4 or 7, and then required.
 * Upper case is accepted on reading. Errors: SL_ERR_SYNTAX. */
typedef struct sl_uuid { uint8_t bytes[16]; } sl_uuid;
SL_MUST_USE sl_err sl_uuid_read(sl_uuid *out, sl_str text, unsigned version);
void sl_uuid_text(char out[static 37], const sl_uuid *uuid);

/* Append text as the inside of a JSON string, escaped; bad UTF-8 becomes U+FFFD. */
void sl_json_escape_add(sl_buf *out, sl_str text);

#endif
