/* Lines, numbers and hashes of the C2SP texts. The texts are small (a few KiB) and
 * come from peers, so everything is a view of the input and strict: one way to
 * write a thing. */
#include "ledger/lines.h"

#include "base/assert.h"
#include "base/text.h"

sl_err sl_lines_next(sl_lines *lines, sl_str *out) {
  SL_ASSERT(lines != NULL && out != NULL);
  SL_ASSERT(lines->at <= lines->text.size);
  const size_t left = lines->text.size - lines->at;
  if (left == 0) {
    return SL_ERR_END;
  }
  const char *start = lines->text.data + lines->at;
  const char *end = memchr(start, '\n', left);
  lines->line++;
  if (end == NULL) {
    return SL_ERR_SYNTAX;
  }
  *out = (sl_str){start, (size_t)(end - start)};
  lines->at += out->size + 1;
  return SL_OK;
}

sl_err sl_lines_fault(const sl_lines *lines, sl_fault *fault, sl_err code, const char *reason) {
  SL_ASSERT(lines != NULL && reason != NULL);
  const bool first = fault != NULL && fault->code == SL_OK;
  const sl_err err = sl_fault_set(fault, code, "%s", reason);
  if (first) {
    fault->line = lines->line;
    fault->offset = lines->at;
  }
  return err;
}

/* The length of the UTF-8 sequence at data, 0 when it is not one: shortest form
 * only, no surrogates, nothing above U+10FFFF. */
static size_t sequence_length(const uint8_t *data, size_t left) {
  const uint8_t lead = data[0];
  if (lead < 0x80) {
    return 1;
  }
  size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
  if (length == 0 || length > left) {
    return 0;
  }
  for (size_t i = 1; i < length; i++) {
    if ((data[i] & 0xC0) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xE0 && data[1] < 0xA0) || (lead == 0xF0 && data[1] < 0x90);
  const bool beyond = (lead == 0xED && data[1] > 0x9F) || (lead == 0xF4 && data[1] > 0x8F);
  return overlong || beyond ? 0 : length;
}

bool sl_lines_clean(sl_str text) {
  const uint8_t *data = (const uint8_t *)text.data;
  size_t at = 0;
  while (at < text.size) {
    if (data[at] < 0x20 && data[at] != '\n') {
      return false;
    }
    const size_t length = sequence_length(data + at, text.size - at);
    if (length == 0) {
      return false;
    }
    at += length;
  }
  return true;
}

bool sl_lines_after(sl_str *rest, sl_str text, const char *prefix) {
  SL_ASSERT(rest != NULL && prefix != NULL);
  const size_t size = strlen(prefix);
  if (text.size < size || memcmp(text.data, prefix, size) != 0) {
    return false;
  }
  *rest = (sl_str){text.data + size, text.size - size};
  return true;
}

sl_err sl_lines_number(uint64_t *out, sl_str text) {
  SL_ASSERT(out != NULL);
  if (text.size == 0 || text.size > 20 || (text.size > 1 && text.data[0] == '0')) {
    return SL_ERR_SYNTAX;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') {
      return SL_ERR_SYNTAX;
    }
    const uint64_t digit = (uint64_t)(text.data[i] - '0');
    if (value > (UINT64_MAX - digit) / 10) {
      return SL_ERR_SYNTAX;
    }
    value = value * 10 + digit;
  }
  *out = value;
  return SL_OK;
}

sl_err sl_lines_hash(sl_hash *out, sl_str text) {
  SL_ASSERT(out != NULL);
  sl_hash hash;
  size_t size = sizeof hash.bytes;
  if (text.size != 44 || sl_base64_read(hash.bytes, &size, text) != SL_OK || size != sizeof hash.bytes) {
    return SL_ERR_SYNTAX;
  }
  *out = hash;
  return SL_OK;
}
