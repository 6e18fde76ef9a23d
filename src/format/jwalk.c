/* Purpose: the outer structure of a JSON file of any length, walked over a source.
 * Work expected: one pass that finds where each record ends, at memory speed; the
 * record itself is then read by jtext.c. Representation: none but the source. */
#include "base/assert.h"
#include "format/jtext.h"

static sl_err broken(const sl_source *source, sl_fault *fault, sl_err code, const char *reason) {
  sl_err error = sl_fault_set(fault, code, "%s", reason);
  if (fault && fault->line == 0) {
    fault->line = sl_source_line_number(source);
    fault->offset = (size_t)sl_source_offset(source);
  }
  return error;
}

sl_err sl_jwalk_space(sl_source *source, uint8_t *next, sl_fault *fault) {
  for (;;) {
    sl_ahead ahead;
    sl_err error = sl_source_ahead(&ahead, source, 1, fault);
    if (error) return error;
    size_t at = 0;
    while (at < ahead.size && (ahead.data[at] == ' ' || ahead.data[at] == '\n' || ahead.data[at] == '\r' || ahead.data[at] == '\t'))
      at++;
    if (at < ahead.size || ahead.size == 0) {
      *next = at < ahead.size ? ahead.data[at] : 0;
      if (at) sl_source_skip(source, at);
      return SL_OK;
    }
    sl_source_skip(source, at);
  }
}

/* How far one value has been followed. */
typedef struct extent {
  size_t at;
  unsigned depth;
  bool string, bare;
} extent;

/* Follow the value over the bytes there are; true when its end was found. */
static bool follow(extent *e, sl_ahead text) {
  while (e->at < text.size) {
    uint8_t c = text.data[e->at];
    if (e->string) {
      if (c == '\\') {
        if (e->at + 1 == text.size) return false;
        e->at++;
      } else if (c == '"') {
        e->string = false;
        if (e->depth == 0) {
          e->at++;
          return true;
        }
      }
    } else if (c == '"') {
      if (e->bare) return true;
      e->string = true;
    } else if (c == '{' || c == '[') {
      if (e->bare) return true;
      e->depth++;
    } else if (c == '}' || c == ']') {
      if (e->depth == 0) return true;
      if (--e->depth == 0) {
        e->at++;
        return true;
      }
    } else if (e->depth == 0) {
      if (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ':') return true;
      e->bare = true;
    }
    e->at++;
  }
  return false;
}

sl_err sl_jwalk_value(sl_ahead *out, uint32_t *line, sl_source *source, size_t max, sl_fault *fault) {
  SL_ASSERT(out && line && max > 0);
  uint8_t next;
  sl_err error = sl_jwalk_space(source, &next, fault);
  if (error) return error;
  extent e = {0};
  sl_ahead ahead;
  size_t want = 1;
  for (;;) {
    if ((error = sl_source_ahead(&ahead, source, want, fault))) return error;
    if (follow(&e, ahead)) break;
    if (ahead.size < want) {
      if (e.bare && e.depth == 0) break;
      return broken(source, fault, SL_ERR_SYNTAX, "the JSON text is cut off in this value");
    }
    if (ahead.size > max) return broken(source, fault, SL_ERR_CAP, "the value is larger than a record may be");
    want = ahead.size * 2;
  }
  if (e.at == 0) return broken(source, fault, SL_ERR_SYNTAX, "a value is missing");
  if (e.at > max) return broken(source, fault, SL_ERR_CAP, "the value is larger than a record may be");
  *line = sl_source_line_number(source);
  sl_source_skip(source, e.at);
  *out = (sl_ahead){ahead.data, e.at};
  return SL_OK;
}

sl_err sl_jwalk_enter(sl_source *source, char bracket, sl_fault *fault) {
  sl_ahead ahead;
  sl_err error = sl_source_ahead(&ahead, source, 3, fault);
  if (error) return error;
  if (sl_source_offset(source) == 0 && ahead.size >= 3 && memcmp(ahead.data, "\xef\xbb\xbf", 3) == 0) sl_source_skip(source, 3);
  uint8_t next;
  if ((error = sl_jwalk_space(source, &next, fault))) return error;
  if (next != (uint8_t)bracket)
    return broken(source, fault, SL_ERR_TYPE, bracket == '[' ? "an array is expected here" : "an object is expected here");
  sl_source_skip(source, 1);
  return SL_OK;
}

sl_err sl_jwalk_element(bool *end, bool first, sl_source *source, sl_fault *fault) {
  uint8_t next;
  sl_err error = sl_jwalk_space(source, &next, fault);
  if (error) return error;
  if (next == ']') {
    sl_source_skip(source, 1);
    *end = true;
    return SL_OK;
  }
  if (!first) {
    if (next != ',') return broken(source, fault, SL_ERR_SYNTAX, next ? "a comma or ] is missing" : "the JSON text is cut off");
    sl_source_skip(source, 1);
    if ((error = sl_jwalk_space(source, &next, fault))) return error;
  }
  if (next == 0 || next == ']' || next == ',') return broken(source, fault, SL_ERR_SYNTAX, "a value is missing");
  *end = false;
  return SL_OK;
}

sl_err sl_jwalk_member(char *key, size_t room, bool *end, bool first, sl_source *source, sl_fault *fault) {
  SL_ASSERT(key && room > 1);
  uint8_t next;
  sl_err error = sl_jwalk_space(source, &next, fault);
  if (error) return error;
  if (next == '}') {
    sl_source_skip(source, 1);
    *end = true;
    return SL_OK;
  }
  if (!first) {
    if (next != ',') return broken(source, fault, SL_ERR_SYNTAX, next ? "a comma or } is missing" : "the JSON text is cut off");
    sl_source_skip(source, 1);
    if ((error = sl_jwalk_space(source, &next, fault))) return error;
  }
  if (next != '"') return broken(source, fault, SL_ERR_SYNTAX, "a member name is missing");
  sl_ahead text;
  uint32_t line;
  if ((error = sl_jwalk_value(&text, &line, source, 1024, fault))) return error;
  SL_ASSERT(text.size >= 2);
  size_t size = text.size - 2 < room - 1 ? text.size - 2 : room - 1;
  memcpy(key, text.data + 1, size);
  key[size] = 0;
  if ((error = sl_jwalk_space(source, &next, fault))) return error;
  if (next != ':') return broken(source, fault, SL_ERR_SYNTAX, "a colon is missing");
  sl_source_skip(source, 1);
  *end = false;
  return SL_OK;
}

sl_err sl_jwalk_done(sl_source *source, sl_fault *fault) {
  uint8_t next;
  sl_err error = sl_jwalk_space(source, &next, fault);
  if (error) return error;
  sl_ahead ahead;
  if ((error = sl_source_ahead(&ahead, source, 1, fault))) return error;
  if (ahead.size) return broken(source, fault, SL_ERR_SYNTAX, "something behind the end of the JSON text");
  return SL_OK;
}
