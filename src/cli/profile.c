/* Purpose: see the header. Work expected: one small file a call. Representation: a
 * table of keys and where their text goes. */
#include "cli/profile.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/text.h"
#include "case/membership.h"
#include "format/measure.h"
#include "seal/seal.h"

typedef enum kind { KIND_TEXT, KIND_PATH, KIND_VKEY } kind;
typedef struct row { const char *key; kind kind; size_t offset, room; } row;

#define ROW(name_, kind_, member_) {name_, kind_, offsetof(sl_profile, member_), sizeof((sl_profile *)0)->member_}
static const row rows[] = {
    ROW("server", KIND_TEXT, server), ROW("ca", KIND_PATH, ca),       ROW("keyid", KIND_TEXT, keyid),
    ROW("key", KIND_PATH, key),       ROW("state", KIND_PATH, state), ROW("vkey", KIND_VKEY, origin),
};
#define ROWS (sizeof rows / sizeof *rows)

sl_err sl_vkey_take(char origin[static SL_ORIGIN_MAX + 1], uint8_t key[static 32], const char *text) {
  sl_buf file;
  sl_buf_init(&file, 0);
  char name[SL_ORIGIN_MAX + 1];
  sl_str line = sl_str_from(text);
  if (!strchr(text, '+')) {
    if (sl_file_read(&file, text, 4096, NULL)) return SL_ERR_SYNTAX;
    line = sl_buf_str(&file);
    const char *end = line.size ? memchr(line.data, '\n', line.size) : NULL;
    if (end) line.size = (size_t)(end - line.data);
  }
  sl_err err = sl_note_vkey_read(name, key, sl_str_trim(line), sl_sha256);
  sl_buf_fini(&file);
  if (err) return SL_ERR_SYNTAX;
  static const char rollup[] = "/rollup";
  size_t size = strlen(name), tail = sizeof rollup - 1;
  if (size > tail && strcmp(name + size - tail, rollup) == 0) size -= tail;
  memcpy(origin, name, size);
  origin[size] = '\0';
  return SL_OK;
}

/* `text` from the folder of the profile, unless it is absolute. */
static bool join(char *out, size_t room, const char *path, sl_str text) {
  const char *slash = strrchr(path, '/');
  size_t folder = text.data[0] == '/' || !slash ? 0 : (size_t)(slash - path) + 1;
  if (folder + text.size >= room) return false;
  memcpy(out, path, folder);
  memcpy(out + folder, text.data, text.size);
  out[folder + text.size] = '\0';
  return true;
}

static sl_err set(sl_profile *out, const row *which, sl_str value, sl_fault *fault) {
  char *place = (char *)out + which->offset;
  if (value.size == 0) return sl_fault_set(fault, SL_ERR_MISSING, "a key without a value");
  if (memchr(value.data, '\0', value.size)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a value with a zero byte");
  if (which->kind == KIND_PATH) {
    if (!join(place, which->room, out->path, value)) return sl_fault_set(fault, SL_ERR_CAP, "a path of more than %zu bytes", which->room - 1);
    return SL_OK;
  }
  if (which->kind == KIND_TEXT) {
    if (value.size >= which->room) return sl_fault_set(fault, SL_ERR_CAP, "a value of more than %zu bytes", which->room - 1);
    memcpy(place, value.data, value.size);
    place[value.size] = '\0';
    return SL_OK;
  }
  char text[SL_PATH_MAX];
  bool fits = memchr(value.data, '+', value.size) ? value.size < sizeof text : join(text, sizeof text, out->path, value);
  if (fits && memchr(value.data, '+', value.size)) {
    memcpy(text, value.data, value.size);
    text[value.size] = '\0';
  }
  if (!fits || sl_vkey_take(out->origin, out->public_key, text))
    return sl_fault_set(fault, SL_ERR_SYNTAX, "vkey is a verifier key (name+id+key) or a file that holds one");
  out->has_vkey = true;
  return SL_OK;
}

static sl_err take_line(sl_profile *out, unsigned *seen, sl_str line, sl_fault *fault) {
  const char *equals = memchr(line.data, '=', line.size);
  if (!equals) return sl_fault_set(fault, SL_ERR_SYNTAX, "a line of a profile is key = value, or # and a comment");
  sl_str key = sl_str_trim((sl_str){line.data, (size_t)(equals - line.data)});
  sl_str value = sl_str_trim((sl_str){equals + 1, line.size - (size_t)(equals - line.data) - 1});
  for (size_t i = 0; i < ROWS; i++) {
    if (!sl_str_is(key, rows[i].key)) continue;
    if (*seen >> i & 1u) return sl_fault_set(fault, SL_ERR_DUPLICATE, "\"%s\" stands twice", rows[i].key);
    *seen |= 1u << i;
    return set(out, &rows[i], value, fault);
  }
  return sl_fault_set(fault, SL_ERR_UNKNOWN, "a profile has no such key: server, ca, keyid, key, vkey and state are all there are");
}

sl_err sl_profile_read(sl_profile *out, const char *path, sl_str text, sl_fault *fault) {
  SL_ASSERT(out && path && strlen(path) < SL_PATH_MAX);
  sl_profile profile = {0};
  memcpy(profile.path, path, strlen(path) + 1);
  unsigned seen = 0;
  sl_err err = SL_OK;
  for (uint32_t number = 1; text.size > 0 && !err; number++) {
    const char *end = memchr(text.data, '\n', text.size);
    size_t size = end ? (size_t)(end - text.data) : text.size;
    sl_str line = sl_str_trim((sl_str){text.data, size});
    if (line.size && line.data[0] != '#') err = take_line(&profile, &seen, line, fault);
    if (err && fault) fault->line = number;
    text = end ? (sl_str){end + 1, text.size - size - 1} : (sl_str){NULL, 0};
  }
  if (!err && !profile.server[0]) err = sl_fault_set(fault, SL_ERR_MISSING, "the profile names no server: write server = https://HOST:PORT");
  sl_record_signer who;
  if (!err && profile.keyid[0] && sl_keyid_read(&who, sl_str_from(profile.keyid)))
    err = sl_fault_set(fault, SL_ERR_SYNTAX, "keyid is side/party/number, as blue/ops/1");
  if (!err && !profile.state[0]) {
    int written = snprintf(profile.state, sizeof profile.state, "%s.state", path);
    if (written < 0 || (size_t)written >= sizeof profile.state) err = sl_fault_set(fault, SL_ERR_CAP, "the path of the profile is too long");
  }
  if (!err) *out = profile;
  return err;
}

sl_exit sl_profile_open(sl_profile *out, sl_cli *cli, const char *path) {
  char home[SL_PATH_MAX];
  if (!path) path = getenv("SIDELINE_PROFILE");
  if (!path || !path[0]) {
    const char *config = getenv("XDG_CONFIG_HOME"), *user = getenv("HOME");
    int size = config && config[0] ? snprintf(home, sizeof home, "%s/sideline/profile", config)
                                   : snprintf(home, sizeof home, "%s/.config/sideline/profile", user ? user : "");
    if (size < 0 || (size_t)size >= sizeof home) return sl_cli_fail(cli, SL_EXIT_CONFIG, "the path of the profile is too long");
    path = home;
  }
  if (strlen(path) >= SL_PATH_MAX) return sl_cli_fail(cli, SL_EXIT_CONFIG, "the path of the profile is too long");
  sl_fault fault = sl_fault_none();
  sl_buf text;
  if (sl_file_read(&text, path, SL_PROFILE_MAX, &fault))
    return sl_cli_fail(cli, SL_EXIT_CONFIG, "%s: %s; name a profile with --profile FILE or SIDELINE_PROFILE", path, fault.reason);
  sl_err err = sl_profile_read(out, path, sl_buf_str(&text), &fault);
  sl_buf_fini(&text);
  if (!err) return SL_EXIT_DONE;
  (void)sl_cli_fault(cli, path, &fault);
  return SL_EXIT_CONFIG;
}
