/* Purpose: see the header. Work expected: 139,098 objects of nine members; single
 * features with ten thousand vertices. Representation: preorder array of nodes.
 * Duplicate members are found by comparing with the earlier ones while an object
 * is small, which those of every format read here are (SL_MEMBERS_MAX). */
#include "format/jtext.h"

#include <stdlib.h>

#include "base/assert.h"
#include "format/measure.h"

#define SL_MEMBERS_MAX 1024u

typedef struct parser {
  sl_jtree *tree;
  uint8_t *start, *at, *end;
  uint32_t line;
  sl_fault *fault;
} parser;

static sl_err broken(const parser *p, sl_err code, const char *reason) {
  sl_err error = sl_fault_set(p->fault, code, "%s", reason);
  if (p->fault && p->fault->line == 0) {
    p->fault->line = p->line;
    p->fault->offset = (size_t)(p->at - p->start);
  }
  return error;
}

static void skip_space(parser *p) {
  for (; p->at < p->end; p->at++) {
    if (*p->at == '\n') p->line++;
    else if (*p->at != ' ' && *p->at != '\t' && *p->at != '\r') return;
  }
}

static sl_err add(uint32_t *out, parser *p, sl_jkind kind) {
  sl_jtree *tree = p->tree;
  if (tree->count == tree->room) {
    if (tree->room >= SL_JTEXT_NODES_MAX) return broken(p, SL_ERR_CAP, "a record of more than 1,000,000 JSON values");
    uint32_t room = tree->room ? tree->room * 2 : 64;
    sl_jnode *node = realloc(tree->node, (size_t)room * sizeof *node);
    if (!node) return broken(p, SL_ERR_NOMEM, "out of memory");
    tree->node = node;
    tree->room = room;
  }
  tree->node[tree->count] = (sl_jnode){.kind = kind, .line = p->line, .next = tree->count + 1};
  *out = tree->count++;
  return SL_OK;
}

static bool hex4(uint32_t *out, const uint8_t *at, const uint8_t *end) {
  uint32_t value = 0;
  if (end - at < 4) return false;
  for (int i = 0; i < 4; i++) {
    uint8_t c = at[i];
    uint32_t digit;
    if (c >= '0' && c <= '9') digit = c - (uint32_t)'0';
    else if (c >= 'a' && c <= 'f') digit = c - (uint32_t)'a' + 10;
    else if (c >= 'A' && c <= 'F') digit = c - (uint32_t)'A' + 10;
    else return false;
    value = value * 16 + digit;
  }
  *out = value;
  return true;
}

static uint8_t *put_utf8(uint8_t *to, uint32_t code) {
  if (code < 0x80) {
    *to++ = (uint8_t)code;
  } else if (code < 0x800) {
    *to++ = (uint8_t)(0xc0 | (code >> 6));
    *to++ = (uint8_t)(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *to++ = (uint8_t)(0xe0 | (code >> 12));
    *to++ = (uint8_t)(0x80 | ((code >> 6) & 0x3f));
    *to++ = (uint8_t)(0x80 | (code & 0x3f));
  } else {
    *to++ = (uint8_t)(0xf0 | (code >> 18));
    *to++ = (uint8_t)(0x80 | ((code >> 12) & 0x3f));
    *to++ = (uint8_t)(0x80 | ((code >> 6) & 0x3f));
    *to++ = (uint8_t)(0x80 | (code & 0x3f));
  }
  return to;
}

/* The code point of an escape \uXXXX, with its low surrogate; at stands behind the u. */
static sl_err read_unicode(uint32_t *out, parser *p) {
  uint32_t high, low;
  if (!hex4(&high, p->at, p->end)) return broken(p, SL_ERR_SYNTAX, "a \\u escape needs four hexadecimal digits");
  p->at += 4;
  if (high >= 0xd800 && high < 0xdc00) {
    if (p->end - p->at < 6 || p->at[0] != '\\' || p->at[1] != 'u' || !hex4(&low, p->at + 2, p->end) || low < 0xdc00 ||
        low > 0xdfff)
      return broken(p, SL_ERR_SYNTAX, "half of a surrogate pair");
    p->at += 6;
    high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  } else if (high >= 0xdc00 && high <= 0xdfff) {
    return broken(p, SL_ERR_SYNTAX, "half of a surrogate pair");
  }
  if (high == 0) return broken(p, SL_ERR_SYNTAX, "a NUL character in a string");
  *out = high;
  return SL_OK;
}

static sl_err read_escape(uint8_t **to, parser *p) {
  static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
  p->at++;
  if (p->at == p->end) return broken(p, SL_ERR_SYNTAX, "a string that does not end");
  uint8_t c = *p->at++;
  if (c == 'u') {
    uint32_t code = 0;
    sl_err error = read_unicode(&code, p);
    if (!error) *to = put_utf8(*to, code);
    return error;
  }
  const char *found = c ? strchr(from, c) : NULL;
  if (!found) return broken(p, SL_ERR_SYNTAX, "an escape that JSON does not have");
  *(*to)++ = (uint8_t)into[found - from];
  return SL_OK;
}

/* The length of the UTF-8 sequence at `at` (RFC 3629), 0 when it is none. */
static size_t utf8_length(const uint8_t *at, const uint8_t *end) {
  static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
  size_t size = at[0] >= 0xf0 && at[0] < 0xf5 ? 4 : at[0] >= 0xe0 && at[0] < 0xf0 ? 3 : at[0] >= 0xc2 && at[0] < 0xe0 ? 2 : 0;
  if (size == 0 || (size_t)(end - at) < size) return 0;
  uint32_t code = at[0] & (0xffu >> (size + 1));
  for (size_t i = 1; i < size; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    code = (code << 6) | (at[i] & 0x3fu);
  }
  if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 0;
  return size;
}

/* A string, decoded in place: what is written never overtakes what is read. */
static sl_err read_string(sl_str *out, parser *p) {
  SL_ASSERT(*p->at == '"');
  uint8_t *to = ++p->at;
  const uint8_t *begin = to;
  while (p->at < p->end && *p->at != '"') {
    uint8_t c = *p->at;
    if (c == '\\') {
      sl_err error = read_escape(&to, p);
      if (error) return error;
    } else if (c < 0x20) {
      return broken(p, SL_ERR_SYNTAX, "a control character in a string");
    } else if (c < 0x80) {
      *to++ = *p->at++;
    } else {
      size_t size = utf8_length(p->at, p->end);
      if (size == 0) return broken(p, SL_ERR_SYNTAX, "text that is not UTF-8");
      memmove(to, p->at, size);
      to += size;
      p->at += size;
    }
  }
  if (p->at == p->end) return broken(p, SL_ERR_SYNTAX, "a string that does not end");
  p->at++;
  *out = (sl_str){(const char *)begin, (size_t)(to - begin)};
  return SL_OK;
}

static bool digits(parser *p) {
  uint8_t *begin = p->at;
  while (p->at < p->end && *p->at >= '0' && *p->at <= '9') p->at++;
  return p->at > begin;
}

static sl_err read_number(sl_str *out, parser *p) {
  uint8_t *begin = p->at;
  if (*p->at == '-') p->at++;
  bool good = p->at < p->end;
  if (good && *p->at == '0') p->at++;
  else good = good && digits(p);
  if (good && p->at < p->end && *p->at == '.') {
    p->at++;
    good = digits(p);
  }
  if (good && p->at < p->end && (*p->at | 0x20) == 'e') {
    p->at++;
    if (p->at < p->end && (*p->at == '+' || *p->at == '-')) p->at++;
    good = digits(p);
  }
  if (!good) return broken(p, SL_ERR_SYNTAX, "not a JSON value");
  if (p->at - begin > 64) return broken(p, SL_ERR_CAP, "a number of more than 64 characters");
  *out = (sl_str){(const char *)begin, (size_t)(p->at - begin)};
  return SL_OK;
}

static bool word(parser *p, const char *text) {
  size_t size = strlen(text);
  if ((size_t)(p->end - p->at) < size || memcmp(p->at, text, size) != 0) return false;
  p->at += size;
  return true;
}

static sl_err read_value(parser *p, uint32_t *at, unsigned depth);

static sl_err check_unique(parser *p, uint32_t object, uint32_t member, sl_str key) {
  const sl_jnode *node = p->tree->node;
  if (node[object].count >= SL_MEMBERS_MAX) return broken(p, SL_ERR_CAP, "an object of more than 1,024 members");
  for (uint32_t i = object + 1; i < member; i = node[i].next)
    if (sl_str_equal(node[i].key, key)) return broken(p, SL_ERR_DUPLICATE, "the same member twice in one object");
  return SL_OK;
}

static sl_err read_members(parser *p, uint32_t self, unsigned depth) {
  bool object = p->tree->node[self].kind == SL_JOBJECT;
  uint8_t close = object ? '}' : ']';
  p->at++;
  skip_space(p);
  if (p->at < p->end && *p->at == close) {
    p->at++;
    return SL_OK;
  }
  for (;;) {
    sl_str key = {NULL, 0};
    sl_err error;
    skip_space(p);
    if (object) {
      if (p->at == p->end || *p->at != '"') return broken(p, SL_ERR_SYNTAX, "a member name is missing");
      if ((error = read_string(&key, p)) || (error = check_unique(p, self, p->tree->count, key))) return error;
      skip_space(p);
      if (p->at == p->end || *p->at++ != ':') return broken(p, SL_ERR_SYNTAX, "a colon is missing");
    }
    uint32_t child = 0;
    if ((error = read_value(p, &child, depth))) return error;
    p->tree->node[child].key = key;
    p->tree->node[self].count++;
    skip_space(p);
    if (p->at == p->end) return broken(p, SL_ERR_SYNTAX, "the JSON text is cut off");
    uint8_t c = *p->at++;
    if (c == close) return SL_OK;
    if (c != ',') return broken(p, SL_ERR_SYNTAX, "a comma or closing bracket is missing");
  }
}

static sl_err read_value(parser *p, uint32_t *out, unsigned depth) {
  skip_space(p);
  if (p->at == p->end) return broken(p, SL_ERR_SYNTAX, "a value is missing");
  if (depth == 0) return broken(p, SL_ERR_CAP, "brackets nested more than 32 deep");
  uint8_t c = *p->at;
  sl_err error;
  uint32_t self = 0;
  if (c == '{' || c == '[') {
    if ((error = add(&self, p, c == '{' ? SL_JOBJECT : SL_JARRAY))) return error;
    if ((error = read_members(p, self, depth - 1))) return error;
    p->tree->node[self].next = p->tree->count;
  } else if (c == '"') {
    if ((error = add(&self, p, SL_JSTRING))) return error;
    if ((error = read_string(&p->tree->node[self].text, p))) return error;
  } else {
    sl_jkind kind = c == 't' ? SL_JTRUE : c == 'f' ? SL_JFALSE : c == 'n' ? SL_JNULL : SL_JNUMBER;
    static const char *const words[] = {"null", "false", "true"};
    if ((error = add(&self, p, kind))) return error;
    if (kind == SL_JNUMBER) {
      if ((error = read_number(&p->tree->node[self].text, p))) return error;
    } else if (!word(p, words[kind])) {
      return broken(p, SL_ERR_SYNTAX, "not a JSON value");
    }
  }
  *out = self;
  return SL_OK;
}

sl_err sl_jtree_parse(sl_jtree *tree, sl_ahead text, uint32_t line, sl_fault *fault) {
  SL_ASSERT(tree && (text.data || text.size == 0));
  parser p = {tree, text.data, text.data, text.data + text.size, line, fault};
  tree->count = 0;
  uint32_t root = 0;
  sl_err error = read_value(&p, &root, SL_JTEXT_DEPTH_MAX);
  if (error) return error;
  SL_ASSERT(root == 0 && tree->count > 0);
  skip_space(&p);
  if (p.at != p.end) return broken(&p, SL_ERR_SYNTAX, "something behind the value");
  return SL_OK;
}

void sl_jtree_fini(sl_jtree *tree) {
  if (!tree) return;
  free(tree->node);
  *tree = (sl_jtree){0};
}

const sl_jnode *sl_jtree_first(const sl_jtree *tree, const sl_jnode *parent) {
  return parent && parent->count ? tree->node + (parent - tree->node) + 1 : NULL;
}

const sl_jnode *sl_jtree_next(const sl_jtree *tree, const sl_jnode *parent, const sl_jnode *child) {
  SL_ASSERT(parent && child && child > parent);
  return child->next < parent->next ? tree->node + child->next : NULL;
}

const sl_jnode *sl_jtree_get(const sl_jtree *tree, const sl_jnode *object, const char *key) {
  if (!object || object->kind != SL_JOBJECT) return NULL;
  for (const sl_jnode *at = sl_jtree_first(tree, object); at; at = sl_jtree_next(tree, object, at))
    if (sl_str_is(at->key, key)) return at;
  return NULL;
}

const sl_jnode *sl_jtree_some(const sl_jtree *tree, const sl_jnode *object, const char *key) {
  const sl_jnode *found = sl_jtree_get(tree, object, key);
  return found && found->kind == SL_JNULL ? NULL : found;
}

const sl_jnode *sl_jtree_loose(const sl_jtree *tree, const sl_jnode *object, const char *key) {
  const sl_jnode *found = sl_jtree_some(tree, object, key);
  if (found || !object || object->kind != SL_JOBJECT) return found;
  for (const sl_jnode *at = sl_jtree_first(tree, object); at; at = sl_jtree_next(tree, object, at))
    if (at->kind != SL_JNULL && sl_str_is_nocase(at->key, key)) return at;
  return NULL;
}
