/* The pass over a JSON text before a library sees it, and the map from a byte of the
 * text to line, column and pointer.
 *
 * Work: bodies of a few KiB, now and then MiB; the scan is one loop over the bytes
 * without memory. The place of a byte is looked up at most once a document, when it is
 * refused, so it walks the text again instead of keeping anything.
 *
 * Representation: a frame per open bracket in a fixed array; brackets beyond it are
 * counted and not named. */
#include "json/scan.h"

#include <stdio.h>

#include "base/assert.h"

SL_STATIC_ASSERT(sizeof(((sl_fault *)0)->pointer) == 128, "pointer functions take 128 bytes");

/* Bytes of the UTF-8 sequence at data (RFC 3629: no overlong forms, no surrogates, up
 * to U+10FFFF); 0 when there is none. */
static size_t utf8_length(const uint8_t *data, size_t size) {
  SL_ASSERT(size > 0);
  uint8_t lead = data[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size < length) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((data[i] & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && data[1] < 0xA0) return 0;
  if (lead == 0xED && data[1] > 0x9F) return 0;
  if (lead == 0xF0 && data[1] < 0x90) return 0;
  if (lead == 0xF4 && data[1] > 0x8F) return 0;
  return length;
}

static bool number_byte(uint8_t c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static bool letter(uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Where the scan is, and what it has counted. */
typedef struct scan {
  sl_span text;
  const sl_json_caps *caps;
  size_t at;
  uint32_t depth;
  uint32_t values;
} scan;

static sl_err refuse(const scan *s, sl_fault *fault, sl_err code, size_t offset, const char *reason) {
  if (fault != NULL && fault->code == SL_OK) {
    sl_fault_set(fault, code, "%s", reason);
    sl_json_place(fault, s->text, offset);
  }
  return code;
}

/* One string, from its opening quotation mark to behind the closing one. One that does
 * not end is left to the grammar. */
static sl_err scan_string(scan *s, sl_fault *fault) {
  size_t start = s->at++;
  while (s->at < s->text.size) {
    uint8_t c = s->text.data[s->at];
    if (c > 0 && c < 0x80 && c != '"' && c != '\\') {   /* mostly */
      if (++s->at - start - 1 > s->caps->string) return refuse(s, fault, SL_ERR_CAP, start, "a string is longer than is accepted");
      continue;
    }
    if (c == '"') {
      s->at++;
      break;
    }
    if (c == 0) return refuse(s, fault, SL_ERR_SYNTAX, s->at, "a NUL byte is not JSON");
    size_t length = c == '\\' ? 2 : utf8_length(s->text.data + s->at, s->text.size - s->at);
    if (length == 0) return refuse(s, fault, SL_ERR_SYNTAX, s->at, "this is not valid UTF-8");
    /* A backslash escapes an ASCII byte or nothing that the grammar takes. */
    if (c == '\\' && s->at + 1 < s->text.size && s->text.data[s->at + 1] >= 0x80) length = 1;
    if (c == '\\' && s->at + 1 < s->text.size && s->text.data[s->at + 1] == 0) length = 1;
    s->at = length > s->text.size - s->at ? s->text.size : s->at + length;
    if (s->at - start - 1 > s->caps->string) {
      return refuse(s, fault, SL_ERR_CAP, start, "a string is longer than is accepted");
    }
  }
  return SL_OK;
}

static sl_err scan_number(scan *s, sl_fault *fault) {
  size_t start = s->at;
  while (s->at < s->text.size && number_byte(s->text.data[s->at])) s->at++;
  SL_ASSERT(s->at > start);
  if (s->at - start > s->caps->digits) {
    return refuse(s, fault, SL_ERR_CAP, start, "a number has more characters than are accepted");
  }
  return SL_OK;
}

static sl_err count_value(scan *s, sl_fault *fault) {
  if (++s->values > s->caps->values) {
    return refuse(s, fault, SL_ERR_CAP, s->at, "the document has more values than are accepted");
  }
  return SL_OK;
}

static sl_err scan_bracket(scan *s, sl_fault *fault, uint8_t c) {
  if (c == '{' || c == '[') {
    if (++s->depth > s->caps->depth) {
      return refuse(s, fault, SL_ERR_CAP, s->at, "arrays and objects are nested deeper than is accepted");
    }
    s->at++;
    return count_value(s, fault);
  }
  if (s->depth > 0) s->depth--;
  s->at++;
  return SL_OK;
}

/* Whatever begins at s->at outside of strings. */
static sl_err scan_token(scan *s, sl_fault *fault) {
  uint8_t c = s->text.data[s->at];
  sl_err err = SL_OK;
  if (c == '"') {
    err = count_value(s, fault);
    return err != SL_OK ? err : scan_string(s, fault);
  }
  if (c == '{' || c == '[' || c == '}' || c == ']') return scan_bracket(s, fault, c);
  if ((c >= '0' && c <= '9') || c == '-') {
    err = count_value(s, fault);
    return err != SL_OK ? err : scan_number(s, fault);
  }
  if (letter(c)) {
    while (s->at < s->text.size && letter(s->text.data[s->at])) s->at++;
    return count_value(s, fault);
  }
  if (c == 0) return refuse(s, fault, SL_ERR_SYNTAX, s->at, "a NUL byte is not JSON");
  size_t length = c < 0x80 ? 1 : utf8_length(s->text.data + s->at, s->text.size - s->at);
  if (length == 0) return refuse(s, fault, SL_ERR_SYNTAX, s->at, "this is not valid UTF-8");
  s->at += length;
  return SL_OK;
}

sl_err sl_json_scan(sl_span text, const sl_json_caps *caps, sl_fault *fault) {
  SL_ASSERT(caps->depth <= SL_JSON_DEPTH_MAX);
  SL_ASSERT(text.data != NULL || text.size == 0);
  scan s = {.text = text, .caps = caps};
  if (text.size > caps->size) return sl_fault_set(fault, SL_ERR_CAP, "the document is larger than is accepted");
  while (s.at < text.size) {
    sl_err err = scan_token(&s, fault);
    if (err != SL_OK) return err;
  }
  return SL_OK;
}

/* An open bracket on the way to a byte. */
typedef struct frame {
  bool object;
  bool named;       /* object: `name` is of the member under way */
  bool wants_name;  /* object: the next string is a name */
  sl_str name;
  size_t index;
} frame;

typedef struct walk {
  frame frame[SL_JSON_DEPTH_MAX];
  size_t depth;     /* may exceed the frames */
} walk;

static frame *top(walk *w) {
  return w->depth > 0 && w->depth <= SL_JSON_DEPTH_MAX ? &w->frame[w->depth - 1] : NULL;
}

/* Behind the string that opens at `at`, or `end`. */
static size_t skip_string(const uint8_t *data, size_t at, size_t end) {
  SL_ASSERT(data[at] == '"');
  for (at++; at < end && data[at] != '"'; at++) {
    if (data[at] == '\\' && at + 1 < end) at++;
  }
  return at < end ? at + 1 : end;
}

static size_t walk_string(walk *w, sl_span text, size_t at, size_t end) {
  size_t next = skip_string(text.data, at, end);
  frame *f = top(w);
  bool closed = next > at + 1 && text.data[next - 1] == '"';
  if (f != NULL && f->object && f->wants_name && closed) {
    f->name = (sl_str){(const char *)text.data + at + 1, next - at - 2};
    f->named = true;
    f->wants_name = false;
  }
  return next;
}

static void walk_byte(walk *w, uint8_t c) {
  frame *f = top(w);
  if (c == '{' || c == '[') {
    w->depth++;
    f = top(w);
    if (f != NULL) *f = (frame){.object = c == '{', .wants_name = c == '{'};
  } else if (c == '}' || c == ']') {
    if (w->depth > 0) w->depth--;
  } else if (c == ',' && f != NULL) {
    f->named = false;
    f->wants_name = f->object;
    f->index++;
  }
}

size_t sl_json_pointer_name(char pointer[static 128], size_t used, sl_str name) {
  SL_ASSERT(used < 128 && pointer[used] == '\0');
  bool plain = name.size >= 1 && name.size <= 40;
  for (size_t i = 0; plain && i < name.size; i++) {
    uint8_t c = (uint8_t)name.data[i];
    plain = letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  }
  if (!plain) name = SL_STR("?");
  if (used + 1 + name.size >= 128) return used;
  pointer[used] = '/';
  memcpy(pointer + used + 1, name.data, name.size);
  pointer[used + 1 + name.size] = '\0';
  return used + 1 + name.size;
}

size_t sl_json_pointer_index(char pointer[static 128], size_t used, size_t index) {
  SL_ASSERT(used < 128 && pointer[used] == '\0');
  char text[24];
  int size = snprintf(text, sizeof text, "/%zu", index);
  SL_ASSERT(size > 0 && (size_t)size < sizeof text);
  if (used + (size_t)size >= 128) return used;
  memcpy(pointer + used, text, (size_t)size + 1);
  return used + (size_t)size;
}

void sl_json_place(sl_fault *fault, sl_span text, size_t offset) {
  size_t end = offset < text.size ? offset : text.size;
  fault->offset = end;
  fault->line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i < end; i++) {
    if (text.data[i] == '\n') {
      if (fault->line < UINT32_MAX) fault->line++;
      line_start = i + 1;
    }
  }
  size_t column = end - line_start + 1;
  fault->column = column < UINT32_MAX ? (uint32_t)column : UINT32_MAX;
  walk w = {.depth = 0};
  for (size_t at = 0; at < end;) {
    if (text.data[at] == '"') {
      at = walk_string(&w, text, at, end);
    } else {
      walk_byte(&w, text.data[at++]);
    }
  }
  size_t used = 0;
  fault->pointer[0] = '\0';
  for (size_t i = 0; i < w.depth && i < SL_JSON_DEPTH_MAX; i++) {
    const frame *f = &w.frame[i];
    if (f->object && !f->named) break;
    used = f->object ? sl_json_pointer_name(fault->pointer, used, f->name)
                     : sl_json_pointer_index(fault->pointer, used, f->index);
  }
}
