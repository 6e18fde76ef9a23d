/* Strict structured-field pieces, request targets and authorities.
 *
 * Work: three short fields a request. Representation: a view that shrinks from the
 * front; nothing is copied. */
#include "wire/field.h"

#include "base/assert.h"
#include "base/text.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static bool is_unreserved(char c) {
  return is_digit(c) || is_lower(c) || is_upper(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static sl_str drop(sl_str text, size_t count) {
  SL_ASSERT(count <= text.size);
  return (sl_str){text.data + count, text.size - count};
}

bool sl_field_take(sl_str *rest, const char *literal) {
  size_t size = strlen(literal);
  if (rest->size < size || memcmp(rest->data, literal, size) != 0) return false;
  *rest = drop(*rest, size);
  return true;
}

bool sl_field_take_key(sl_str *rest, sl_str *key) {
  size_t size = 0;
  while (size < rest->size) {
    char c = rest->data[size];
    bool further = is_digit(c) || c == '_' || c == '-' || c == '.';
    if (!is_lower(c) && !(size > 0 && further)) break;
    size++;
  }
  if (size == 0 || size > SL_FIELD_KEY_MAX) return false;
  *key = (sl_str){rest->data, size};
  *rest = drop(*rest, size);
  return true;
}

bool sl_field_take_int(sl_str *rest, int64_t *value) {
  size_t size = 0;
  int64_t number = 0;
  while (size < rest->size && is_digit(rest->data[size]) && size <= 15) {
    if (size < 15) number = number * 10 + (rest->data[size] - '0');
    size++;
  }
  if (size == 0 || size > 15 || (size > 1 && rest->data[0] == '0')) return false;
  *value = number;
  *rest = drop(*rest, size);
  return true;
}

bool sl_field_take_string(sl_str *rest, sl_str *value) {
  if (rest->size < 2 || rest->data[0] != '"') return false;
  size_t at = 1;
  while (at < rest->size && rest->data[at] != '"') {
    char c = rest->data[at];
    if (c < 0x20 || c > 0x7E || c == '\\' || at > SL_FIELD_STRING_MAX) return false;
    at++;
  }
  if (at == rest->size) return false;
  *value = (sl_str){rest->data + 1, at - 1};
  *rest = drop(*rest, at + 1);
  return true;
}

bool sl_field_take_bytes(sl_str *rest, sl_str *base64) {
  if (rest->size < 2 || rest->data[0] != ':') return false;
  size_t at = 1;
  while (at < rest->size && rest->data[at] != ':' && at <= SL_FIELD_STRING_MAX) at++;
  if (at == rest->size || rest->data[at] != ':') return false;
  *base64 = (sl_str){rest->data + 1, at - 1};
  *rest = drop(*rest, at + 1);
  return true;
}

sl_str sl_field_trim(sl_str value) {
  while (value.size > 0 && (value.data[0] == ' ' || value.data[0] == '\t')) value = drop(value, 1);
  while (value.size > 0 && (value.data[value.size - 1] == ' ' || value.data[value.size - 1] == '\t')) value.size--;
  return value;
}

bool sl_field_name_is(sl_str name, const char *lower_case) {
  size_t size = strlen(lower_case);
  if (name.size != size) return false;
  for (size_t i = 0; i < size; i++) {
    char c = name.data[i];
    if (is_upper(c)) c = (char)(c - 'A' + 'a');
    if (c != lower_case[i]) return false;
  }
  return true;
}

/* Segments of unreserved characters, none empty but the last, none "." or "..". */
static bool path_good(sl_str path) {
  if (path.size == 0 || path.data[0] != '/') return false;
  size_t start = 1;
  for (size_t i = 1; i <= path.size; i++) {
    if (i < path.size && path.data[i] != '/') {
      if (!is_unreserved(path.data[i])) return false;
      continue;
    }
    sl_str segment = {path.data + start, i - start};
    if (segment.size == 0 && i < path.size) return false;
    if (sl_str_is(segment, ".") || sl_str_is(segment, "..")) return false;
    start = i + 1;
  }
  return true;
}

static bool query_good(sl_str query) {
  for (size_t i = 0; i < query.size; i++) {
    char c = query.data[i];
    if (c == '%') {
      if (query.size - i < 3 || !is_hex(query.data[i + 1]) || !is_hex(query.data[i + 2])) return false;
      if (query.data[i + 1] == '0' && query.data[i + 2] == '0') return false;
      i += 2;
    } else if (!is_unreserved(c) && (c == '\0' || strchr("=&/?:@!$'()*+,;", c) == NULL)) {
      return false;
    }
  }
  return true;
}

sl_err sl_target_split(sl_str *path, sl_str *query, sl_str target) {
  SL_ASSERT(path != NULL && query != NULL);
  if (target.size > SL_TARGET_MAX) return SL_ERR_CAP;
  const char *mark = target.size > 0 ? memchr(target.data, '?', target.size) : NULL;
  size_t size = mark != NULL ? (size_t)(mark - target.data) : target.size;
  sl_str before = {target.data, size};
  sl_str after = mark != NULL ? drop(target, size + 1) : (sl_str){NULL, 0};
  if (!path_good(before) || !query_good(after)) return SL_ERR_SYNTAX;
  *path = before;
  *query = after;
  return SL_OK;
}

sl_err sl_authority_add(sl_buf *out, sl_str authority) {
  if (authority.size > SL_AUTHORITY_MAX) return SL_ERR_CAP;
  if (authority.size == 0) return SL_ERR_SYNTAX;
  char text[SL_AUTHORITY_MAX];
  for (size_t i = 0; i < authority.size; i++) {
    char c = authority.data[i];
    if (is_upper(c)) c = (char)(c - 'A' + 'a');
    bool good = is_lower(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
    if (!good) return SL_ERR_SYNTAX;
    text[i] = c;
  }
  size_t size = authority.size;
  if (size > 4 && memcmp(text + size - 4, ":443", 4) == 0 && (text[size - 5] == ']' || memchr(text, '[', size) == NULL)) {
    size -= 4;
  }
  sl_buf_add(out, text, size);
  return out->error;
}

void sl_content_digest_add(sl_buf *out, const uint8_t digest[static 32]) {
  sl_buf_add_text(out, "sha-256=:");
  sl_base64_add(out, (sl_span){digest, 32});
  sl_buf_add_u8(out, ':');
}
