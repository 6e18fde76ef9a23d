/* The excepted bytes of sim.h, blanked with 'x'. What is masked is found by its form,
 * so a field of another form or length stays as it is and is compared. */
#include "sim.h"

static bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* Blank up to `count` characters of base64 at `at`. */
static void blank(char *body, size_t size, size_t at, size_t count) {
  for (size_t i = at; i < size && i < at + count && is_base64(body[i]); i++) body[i] = 'x';
}

static size_t find(const char *body, size_t size, size_t from, const char *mark) {
  size_t length = strlen(mark);
  for (size_t i = from; i + length <= size; i++) {
    if (memcmp(body + i, mark, length) == 0) return i;
  }
  return size;
}

/* The third line of the roll-up's note, 44 characters, and the 100 of the signature
 * after the last blank (4 of the key's hash and 64, in base64); `line` is the newline
 * as it is written here. */
static void mask_note(char *body, size_t size, const char *line) {
  size_t at = find(body, size, 0, "/rollup");
  if (at == size) return;
  size_t one = find(body, size, at, line), two = find(body, size, one + 1, line);
  if (two == size) return;
  size_t root = two + strlen(line);
  blank(body, size, root, 44);
  size_t key = find(body, size, root, "/rollup ");
  if (key == size) key = find(body, size, root, "line.example ");
  while (key < size && body[key] != ' ') key++;
  /* The first 4 bytes name the key and stay: 5 characters of base64 are wholly theirs. */
  if (key + 6 < size) blank(body, size, key + 6, 95);
}

/* Every string of 64 hex digits in "path":[...]. */
static void mask_path(char *body, size_t size) {
  size_t at = find(body, size, 0, "\"path\":["), end = find(body, size, at, "]");
  for (size_t i = at + 8; i < end; i++) {
    if (is_base64(body[i])) body[i] = 'x';
  }
}

/* "entry":"..." of the roll-up: the last 32 of its bytes are the root. */
static void mask_entries(char *body, size_t size) {
  static const char mark[] = "\"entry\":\"";
  for (size_t at = find(body, size, 0, mark); at < size; at = find(body, size, at + 1, mark)) {
    size_t start = at + sizeof mark - 1, end = find(body, size, start, "\"");
    if (end - start > 44) blank(body, size, end - 44, 44);
  }
}

void sl_sim_mask(const char *target, char *body, size_t size) {
  if (strcmp(target, "/v1/heartbeat") == 0) mask_note(body, size, "\\n");
  else if (strcmp(target, "/rollup/checkpoint") == 0) mask_note(body, size, "\n");
  else if (strcmp(target, "/v1/rollup/slot") == 0) mask_path(body, size);
  else if (strncmp(target, "/rollup/entries", 15) == 0) mask_entries(body, size);
  else if (strncmp(target, "/rollup/tile/", 13) == 0) memset(body, 'x', size);
}
