/* Bytes as text: hexadecimal, base64, UUID. Not for secrets: time and branches
 * depend on the data.
 *
 * Work expected: a few keys, digests and identifiers per request. Decoding is
 * strict, so that one value has one text and nothing can be signed in one form and
 * read in another. */
#include "base/assert.h"
#include "base/text.h"

static const char hex_digits[] = "0123456789abcdef";

void sl_hex(char *out, sl_span bytes) {
  SL_ASSERT(out != NULL);
  SL_ASSERT(bytes.data != NULL || bytes.size == 0);
  for (size_t i = 0; i < bytes.size; i++) {
    out[2 * i] = hex_digits[bytes.data[i] >> 4];
    out[2 * i + 1] = hex_digits[bytes.data[i] & 15];
  }
  out[2 * bytes.size] = '\0';
}

/* The value of a hexadecimal digit, or -1. */
static int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

sl_err sl_unhex(uint8_t *out, size_t size, sl_str text) {
  SL_ASSERT(out != NULL || size == 0);
  if (text.size % 2 != 0 || text.size / 2 != size)
    return SL_ERR_SYNTAX;
  for (size_t i = 0; i < text.size; i++)
    if (hex_value(text.data[i]) < 0)
      return SL_ERR_SYNTAX;
  for (size_t i = 0; i < size; i++)
    out[i] = (uint8_t)(hex_value(text.data[2 * i]) << 4 | hex_value(text.data[2 * i + 1]));
  return SL_OK;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* One group of 1 to 3 bytes as 4 digits; how many of them are significant. */
static size_t encode_group(char digit[static 4], const uint8_t *data, size_t size, const char *letters) {
  SL_ASSERT(size >= 1 && size <= 3);
  uint32_t group = (uint32_t)data[0] << 16;
  if (size > 1)
    group |= (uint32_t)data[1] << 8;
  if (size > 2)
    group |= data[2];
  for (int i = 0; i < 4; i++)
    digit[i] = letters[group >> (18 - 6 * i) & 63];
  return size + 1;
}

/* In portions of whole groups: an entry of a log is a kilobyte or two. */
static void encode(sl_buf *out, sl_span bytes, const char *letters, bool pad) {
  SL_ASSERT(out != NULL);
  char text[256];
  size_t used = 0;
  for (size_t at = 0; at < bytes.size; at += 3) {
    size_t left = bytes.size - at;
    size_t significant = encode_group(text + used, bytes.data + at, left < 3 ? left : 3, letters);
    for (; pad && significant < 4; significant++)
      text[used + significant] = '=';
    used += significant;
    if (used + 4 > sizeof text) {
      sl_buf_add(out, text, used);
      used = 0;
    }
  }
  sl_buf_add(out, text, used);
}

void sl_base64_add(sl_buf *out, sl_span bytes) { encode(out, bytes, alphabet, true); }
void sl_base64url_add(sl_buf *out, sl_span bytes) { encode(out, bytes, alphabet_url, false); }

/* The value of a base64 digit whose last two letters are `tail`, or -1. */
static int base64_value(char c, const char *tail) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == tail[0])
    return 62;
  return c == tail[1] ? 63 : -1;
}

/* Digits without padding. Checked whole before the first byte is written. */
static sl_err decode(uint8_t *out, size_t *size, sl_str text, const char *tail) {
  size_t extra = text.size % 4;   /* digits of the last, short group */
  if (extra == 1)
    return SL_ERR_SYNTAX;
  for (size_t i = 0; i < text.size; i++)
    if (base64_value(text.data[i], tail) < 0)
      return SL_ERR_SYNTAX;
  if (extra != 0) {
    int unused = extra == 2 ? 15 : 3;   /* bits of the last digit that mean nothing */
    if ((base64_value(text.data[text.size - 1], tail) & unused) != 0)
      return SL_ERR_SYNTAX;
  }
  size_t length = text.size / 4 * 3 + (extra == 0 ? 0 : extra - 1);
  if (length > *size)
    return SL_ERR_CAP;
  uint32_t group = 0;
  unsigned bits = 0;
  size_t written = 0;
  for (size_t i = 0; i < text.size; i++) {
    group = (group << 6 | (uint32_t)base64_value(text.data[i], tail)) & 0xffffu;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[written++] = (uint8_t)(group >> bits);
    }
  }
  SL_ASSERT(written == length);
  *size = length;
  return SL_OK;
}

sl_err sl_base64_read(uint8_t *out, size_t *size, sl_str text) {
  SL_ASSERT(size != NULL);
  SL_ASSERT(out != NULL || *size == 0);
  if (text.size % 4 != 0)
    return SL_ERR_SYNTAX;
  for (int i = 0; i < 2 && text.size > 0 && text.data[text.size - 1] == '='; i++)
    text.size--;
  return decode(out, size, text, "+/");
}

sl_err sl_base64url_read(uint8_t *out, size_t *size, sl_str text) {
  SL_ASSERT(size != NULL);
  SL_ASSERT(out != NULL || *size == 0);
  return decode(out, size, text, "-_");
}

#define UUID_TEXT 36u

static bool is_uuid_dash(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

sl_err sl_uuid_read(sl_uuid *out, sl_str text, unsigned version) {
  SL_ASSERT(out != NULL);
  SL_ASSERT(version == 0 || version == 4 || version == 7);
  if (text.size != UUID_TEXT)
    return SL_ERR_SYNTAX;
  char digits[32];
  size_t count = 0;
  for (size_t i = 0; i < UUID_TEXT; i++) {
    if (is_uuid_dash(i) != (text.data[i] == '-'))
      return SL_ERR_SYNTAX;
    if (!is_uuid_dash(i))
      digits[count++] = text.data[i];
  }
  SL_ASSERT(count == sizeof digits);
  sl_uuid read;
  sl_err err = sl_unhex(read.bytes, sizeof read.bytes, (sl_str){digits, sizeof digits});
  if (err != SL_OK)
    return err;
  /* RFC 9562 sections 4.1 and 4.2: variant 10, version in the seventh byte. */
  if (version != 0 && (read.bytes[6] >> 4 != version || read.bytes[8] >> 6 != 2))
    return SL_ERR_SYNTAX;
  *out = read;
  return SL_OK;
}

void sl_uuid_text(char out[static 37], const sl_uuid *uuid) {
  SL_ASSERT(uuid != NULL);
  size_t at = 0;
  for (size_t i = 0; i < sizeof uuid->bytes; i++) {
    out[at++] = hex_digits[uuid->bytes[i] >> 4];
    out[at++] = hex_digits[uuid->bytes[i] & 15];
    if (i == 3 || i == 5 || i == 7 || i == 9)
      out[at++] = '-';
  }
  SL_ASSERT(at == UUID_TEXT);
  out[at] = '\0';
}
