/* Purpose: see the header. Work expected: one position a row. Representation: flat text in
 * a fixed buffer, tokens in a fixed array. */
#include "format/place_tokens.h"

#include "base/assert.h"

/* What a character of some script is in ASCII: '*' degree, '\'' minute, '"' second. */
static const struct { const char *bytes; char plain; } signs[] = {
    {"\xc2\xb0", '*'}, {"\xc2\xba", '*'}, {"\xcb\x9a", '*'}, {"\xc2\xb4", '\''}, {"\xca\xb9", '\''}, {"\xca\xbc", '\''}, {"\xcb\x8a", '\''}, {"\xca\xba", '"'},
    {"\xcb\x9d", '"'}, {"\xc2\xa0", ' '}, {"\xe2\x80\x98", '\''}, {"\xe2\x80\x99", '\''}, {"\xe2\x80\xb2", '\''}, {"\xe2\x80\x9b", '\''}, {"\xe2\x80\x9c", '"'},
    {"\xe2\x80\x9d", '"'}, {"\xe2\x80\xb3", '"'}, {"\xe2\x80\x9f", '"'}, {"\xe2\x80\x90", '-'}, {"\xe2\x80\x91", '-'}, {"\xe2\x80\x92", '-'}, {"\xe2\x80\x93", '-'},
    {"\xe2\x88\x92", '-'}, {"\xe2\x80\xaf", ' '}, {"\xe2\x80\x89", ' '}, {"\xe2\x80\x8e", ' '}, {"\xe2\x80\x8f", ' '}, {"\xe2\x80\x8b", ' '}, {"\xef\xbb\xbf", ' '}, {"\xd9\xab", '.'}, {"\xd8\x8c", ','}};

/* One character of the text in ASCII; 0 when there is none for it. */
static char plain_of(sl_str *rest) {
  uint8_t c = (uint8_t)rest->data[0];
  if (c < 0x80) {
    rest->data++, rest->size--;
    if (c == '\t' || c == '\n' || c == '\r') return ' ';
    if (c == '`') return '\'';
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c < 0x20 || c == '*' ? 0 : (char)c;
  }
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    size_t size = strlen(signs[i].bytes);
    if (rest->size < size || memcmp(rest->data, signs[i].bytes, size) != 0) continue;
    rest->data += size, rest->size -= size;
    return signs[i].plain;
  }
  /* Arabic-Indic digits, U+0660 and U+06F0 on. */
  uint8_t next = rest->size > 1 ? (uint8_t)rest->data[1] : 0;
  bool arabic = c == 0xd9 && next >= 0xa0 && next <= 0xa9, persian = c == 0xdb && next >= 0xb0 && next <= 0xb9;
  if (!arabic && !persian) return 0;
  rest->data += 2, rest->size -= 2;
  return (char)('0' + next - (arabic ? 0xa0 : 0xb0));
}

sl_err sl_place_flatten(char out[static SL_PLACE_TEXT_MAX], sl_str text, sl_fault *fault) {
  size_t size = 0;
  if (text.size >= SL_PLACE_TEXT_MAX) return sl_fault_set(fault, SL_ERR_CAP, "a position of more than %u bytes", SL_PLACE_TEXT_MAX - 1);
  while (text.size) {
    char c = plain_of(&text);
    if (!c) return sl_fault_set(fault, SL_ERR_SYNTAX, "a character that has no place in a position");
    /* Two minute signs are a second sign. */
    if (c == '\'' && size && out[size - 1] == '\'') out[size - 1] = '"';
    else out[size++] = c;
  }
  while (size && out[size - 1] == ' ') size--;
  out[size] = 0;
  return SL_OK;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

static const struct { const char *word; sl_token_kind kind; char side; } words[] = {
    {"N", SL_TOKEN_HEMISPHERE, 'N'}, {"NORTH", SL_TOKEN_HEMISPHERE, 'N'}, {"S", SL_TOKEN_HEMISPHERE, 'S'}, {"SOUTH", SL_TOKEN_HEMISPHERE, 'S'}, {"E", SL_TOKEN_HEMISPHERE, 'E'},
    {"EAST", SL_TOKEN_HEMISPHERE, 'E'}, {"W", SL_TOKEN_HEMISPHERE, 'W'}, {"WEST", SL_TOKEN_HEMISPHERE, 'W'}, {"D", SL_TOKEN_DEGREE, 0}, {"DEG", SL_TOKEN_DEGREE, 0}, {"DEGREE", SL_TOKEN_DEGREE, 0},
    {"DEGREES", SL_TOKEN_DEGREE, 0}, {"M", SL_TOKEN_MINUTE, 'M'}, {"MIN", SL_TOKEN_MINUTE, 0}, {"MINUTES", SL_TOKEN_MINUTE, 0}, {"SEC", SL_TOKEN_SECOND, 0}, {"SECONDS", SL_TOKEN_SECOND, 0},
    {"LAT", SL_TOKEN_LATITUDE, 0}, {"LATITUDE", SL_TOKEN_LATITUDE, 0}, {"LON", SL_TOKEN_LONGITUDE, 0}, {"LONG", SL_TOKEN_LONGITUDE, 0}, {"LNG", SL_TOKEN_LONGITUDE, 0}, {"LONGITUDE", SL_TOKEN_LONGITUDE, 0},
    {"NORD", SL_TOKEN_HEMISPHERE, 'N'}, {"NORTE", SL_TOKEN_HEMISPHERE, 'N'}, {"SUD", SL_TOKEN_HEMISPHERE, 'S'}, {"SUR", SL_TOKEN_HEMISPHERE, 'S'}, {"SUL", SL_TOKEN_HEMISPHERE, 'S'},
    {"EST", SL_TOKEN_HEMISPHERE, 'E'}, {"ESTE", SL_TOKEN_HEMISPHERE, 'E'}, {"LESTE", SL_TOKEN_HEMISPHERE, 'E'}, {"OST", SL_TOKEN_HEMISPHERE, 'E'}, {"OUEST", SL_TOKEN_HEMISPHERE, 'W'}, {"OESTE", SL_TOKEN_HEMISPHERE, 'W'},
    {"LATITUD", SL_TOKEN_LATITUDE, 0}, {"LONGITUD", SL_TOKEN_LONGITUDE, 0}, {"UTM", SL_TOKEN_WORD, 'U'}, {"ZONE", SL_TOKEN_WORD, 'U'}, {"ME", SL_TOKEN_WORD, 'E'}, {"MN", SL_TOKEN_WORD, 'N'}};

/* A word, or letters run together with digits: "20M06S". An S behind minutes with an M is
 * seconds. */
static sl_err take_word(sl_token *out, const char **at, bool seconds, sl_fault *fault) {
  size_t size = 0;
  while (is_letter((*at)[size])) size++;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strlen(words[i].word) != size || memcmp(words[i].word, *at, size) != 0) continue;
    *out = (sl_token){.kind = words[i].kind, .side = words[i].side, .whole = (uint32_t)size};
    if (size == 1 && words[i].side == 'S' && seconds) out->kind = SL_TOKEN_SECOND;
    *at += size;
    return SL_OK;
  }
  if (size == 2 && (*at)[0] == 'S' && strchr("NSEW", (*at)[1]) && seconds) {   /* "06SN" */
    *out = (sl_token){.kind = SL_TOKEN_SECOND};
    (*at)++;
    return SL_OK;
  }
  if (size == 1 && **at == 'O') return sl_fault_set(fault, SL_ERR_SYNTAX, "an O is west in some languages and east in others: write W or E");
  if (size == 1) {   /* the band of a zone */
    *out = (sl_token){.kind = SL_TOKEN_WORD, .side = **at};
    (*at)++;
    return SL_OK;
  }
  return sl_fault_set(fault, SL_ERR_SYNTAX, "a word that has no place in a position");
}

static sl_err take_number(sl_token *out, const char **at, bool comma, sl_fault *fault) {
  *out = (sl_token){.kind = SL_TOKEN_NUMBER};
  size_t size = 0;
  for (; is_digit(**at) || (**at == '.' && !out->fraction) || (comma && **at == ',' && is_digit((*at)[1]) && !out->fraction); (*at)++) {
    if (size + 2 >= sizeof out->text) return sl_fault_set(fault, SL_ERR_SYNTAX, "a number of more than 22 digits");
    bool point = !is_digit(**at);
    if (point) out->fraction = true;
    else if (out->fraction) out->places++;
    else out->whole++;
    out->text[size++] = point ? '.' : **at;
  }
  if (out->whole == 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "a number without digits before its point");
  out->text[size] = 0;
  return SL_OK;
}

/* Whether a comma between digits is a decimal sign: no point is there, and it is not the
 * one comma between two numbers. */
static bool comma_is_decimal(const char *text, bool alone) {
  uint32_t inside = 0, numbers = 0;
  for (size_t i = 0; text[i]; i++) {
    if (text[i] == '.') return false;
    bool digit = is_digit(text[i]);
    if (digit && (i == 0 || (!is_digit(text[i - 1]) && text[i - 1] != ','))) numbers++;
    if (text[i] == ',' && i && is_digit(text[i - 1]) && is_digit(text[i + 1])) inside++;
  }
  return inside > 0 && (alone || numbers > 1);
}

sl_err sl_tokens_of(sl_tokens *out, const char *text, bool alone, sl_fault *fault) {
  *out = (sl_tokens){.decimal_comma = comma_is_decimal(text, alone)};
  bool blank = false;
  for (const char *at = text; *at;) {
    if (strchr(" ()[]", *at)) {
      blank = true;
      at++;
      continue;
    }
    if (out->count == SL_TOKENS_MAX) return sl_fault_set(fault, SL_ERR_SYNTAX, "too many parts for a position");
    sl_token *next = &out->at[out->count];
    const sl_token *before = out->count > 1 ? next - 2 : NULL;
    bool seconds = before && before->kind == SL_TOKEN_MINUTE && before->side == 'M' && next[-1].kind == SL_TOKEN_NUMBER;
    sl_err error = SL_OK;
    if (is_digit(*at)) error = take_number(next, &at, out->decimal_comma, fault);
    else if (is_letter(*at)) error = take_word(next, &at, seconds, fault);
    else {
      const char *kinds = "*'\":=-+,;/_.";
      static const sl_token_kind of[] = {SL_TOKEN_DEGREE, SL_TOKEN_MINUTE, SL_TOKEN_SECOND, SL_TOKEN_COLON, SL_TOKEN_COLON, SL_TOKEN_MINUS, SL_TOKEN_PLUS, SL_TOKEN_SEPARATOR, SL_TOKEN_SEPARATOR, SL_TOKEN_SEPARATOR, SL_TOKEN_SEPARATOR, SL_TOKEN_SEPARATOR};
      const char *kind = strchr(kinds, *at);
      if (!kind) return sl_fault_set(fault, SL_ERR_SYNTAX, "a character that has no place in a position");
      *next = (sl_token){.kind = of[kind - kinds]};
      at++;
    }
    if (error) return error;
    next->blank_before = blank;
    if (next->kind == SL_TOKEN_MINUS && blank && *at == ' ') return sl_fault_set(fault, SL_ERR_SYNTAX, "a dash between two numbers is a sign or a separator: leave it out");
    blank = false;
    out->count++;
  }
  return SL_OK;
}
