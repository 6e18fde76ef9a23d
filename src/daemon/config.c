/* The configuration file, read line by line against a table of keys.
 *
 * Work: once a start, some 40 lines. Representation: a row per key says its kind, where
 * its value goes, its range and whether it must be there; a bit per row remembers that
 * it was. The first thing wrong is told with line and column, and nothing is guessed:
 * a misspelt key is refused, because a limit that silently stays at its default is worse
 * than a service that does not start. */
#include "daemon/config.h"

#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "daemon/file.h"
#include "ledger/note.h"

typedef enum kind { KIND_NUMBER, KIND_PATH, KIND_TEXT, KIND_ENDPOINT, KIND_ORIGIN, KIND_SWITCH } kind;

typedef struct row {
  const char *key;
  kind kind;
  size_t offset;
  bool required;
  uint64_t fallback, min, max;   /* of a number */
} row;

#define AT(member) offsetof(sl_config, member)

static const row rows[] = {
    {"listen", KIND_ENDPOINT, AT(listen), false, 0, 0, 0},
    {"liaison_listen", KIND_ENDPOINT, AT(liaison), false, 0, 0, 0},
    {"origin", KIND_ORIGIN, AT(origin), true, 0, 0, 0},
    {"authority", KIND_TEXT, AT(authority), false, 0, 0, 0},
    {"certificate", KIND_PATH, AT(certificate), false, 0, 0, 0},
    {"certificate_key", KIND_PATH, AT(certificate_key), false, 0, 0, 0},
    {"store", KIND_PATH, AT(store), true, 0, 0, 0},
    {"backups", KIND_PATH, AT(backups), false, 0, 0, 0},
    {"server_key", KIND_PATH, AT(server_key), true, 0, 0, 0},
    {"seed", KIND_PATH, AT(seed), true, 0, 0, 0},
    {"threads", KIND_NUMBER, AT(threads), false, 2, 1, 64},
    {"connections", KIND_NUMBER, AT(connections), false, 1000, 4, 100000},
    {"connections_per_address", KIND_NUMBER, AT(connections_per_address), false, 300, 1, 100000},
    {"handshakes_per_s", KIND_NUMBER, AT(handshakes_per_s), false, 500, 1, 100000},
    {"body_bytes", KIND_NUMBER, AT(body_bytes), false, SL_BODY_MAX, 1024, 4u << 20},
    {"request_s", KIND_NUMBER, AT(request_s), false, 10, 1, 600},
    {"idle_s", KIND_NUMBER, AT(idle_s), false, 60, 1, 3600},
    {"stream_s", KIND_NUMBER, AT(stream_s), false, 3600, 1, 86400},
    {"drain_s", KIND_NUMBER, AT(drain_s), false, 10, 1, 600},
    {"queue", KIND_NUMBER, AT(queue), false, 1024, 1, 1000000},
    {"group", KIND_NUMBER, AT(group), false, 256, 1, 65536},
    {"intents", KIND_NUMBER, AT(intents), false, 4000000, 1, 100000000},
    {"nonces", KIND_NUMBER, AT(nonces), false, 4000000, 1, 100000000},
    {"retention_days", KIND_NUMBER, AT(retention_days), false, 0, 0, 36500},
    {"utm_audience", KIND_TEXT, AT(utm_audience), false, 0, 0, 0},
    {"utm_base_url", KIND_TEXT, AT(utm_base_url), false, 0, 0, 0},
    {"utm_keys", KIND_PATH, AT(utm_keys), false, 0, 0, 0},
    {"utm_jwks_url", KIND_TEXT, AT(utm_jwks_url), false, 0, 0, 0},
    {"utm_jwks_refresh_s", KIND_NUMBER, AT(utm_jwks_refresh_s), false, 300, 10, 86400},
    {"utm_jwks_age_s", KIND_NUMBER, AT(utm_jwks_age_s), false, 86400, 60, 604800},
    {"utm_http", KIND_SWITCH, AT(utm_http), false, 0, 0, 0},
    {"push_private", KIND_SWITCH, AT(push_private), false, 0, 0, 0},
    {"push_tokens", KIND_PATH, AT(push_tokens), false, 0, 0, 0},
    {"push_ca", KIND_PATH, AT(push_ca), false, 0, 0, 0},
};

#define ROWS (sizeof rows / sizeof *rows)
SL_STATIC_ASSERT(sizeof rows / sizeof *rows <= 64, "a bit for each row");

typedef struct reading {
  sl_config *config;
  const char *folder;
  sl_fault *fault;
  uint32_t line;
  uint64_t seen;
  uint32_t where[ROWS];       /* the line of each key, for faults of the whole */
  bool in_side, side_has_key;
  char range[128];            /* a reason that names the bounds */
} reading;

const char *sl_config_key(size_t at) { return at < ROWS ? rows[at].key : ""; }

/* The fault with its place; column from 1. The first one wins. */
static sl_err refuse(reading *r, sl_err err, uint32_t line, size_t column, const char *reason) {
  if (r->fault && r->fault->code == SL_OK) {
    sl_fault_set(r->fault, err, "%s", reason);
    r->fault->line = line;
    r->fault->column = (uint32_t)column;
  }
  return err;
}

static sl_str trim(sl_str text) {
  while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) text = (sl_str){text.data + 1, text.size - 1};
  while (text.size > 0 && strchr(" \t\r", text.data[text.size - 1])) text.size--;
  return text;
}

static bool copy(char *out, size_t room, sl_str text) {
  if (text.size >= room || memchr(text.data, '\0', text.size)) return false;
  memcpy(out, text.data, text.size);
  out[text.size] = '\0';
  return true;
}

static sl_err set_path(reading *r, char *out, sl_str text) {
  char joined[SL_CONFIG_TEXT_MAX + 1];
  size_t base = text.data[0] == '/' ? 0 : strlen(r->folder);
  if (base + 1 + text.size > SL_CONFIG_TEXT_MAX || memchr(text.data, '\0', text.size)) return SL_ERR_CAP;
  size_t used = 0;
  if (base > 0) {
    memcpy(joined, r->folder, base);
    joined[base] = '/';
    used = base + 1;
  }
  memcpy(joined + used, text.data, text.size);
  joined[used + text.size] = '\0';
  memcpy(out, joined, used + text.size + 1);
  return SL_OK;
}

/* The row's value. Errors carry the reason that a person can act on. */
static sl_err set_value(reading *r, const row *which, sl_str value, const char **reason) {
  char *place = (char *)r->config + which->offset;
  int64_t number = 0;
  *reason = "the value is too long";
  switch (which->kind) {
    case KIND_NUMBER:
      (void)snprintf(r->range, sizeof r->range, "%s is a whole number from %llu to %llu", which->key, (unsigned long long)which->min, (unsigned long long)which->max);
      *reason = r->range;
      if (sl_int_read(&number, value) || number < 0) return SL_ERR_SYNTAX;
      if ((uint64_t)number < which->min || (uint64_t)number > which->max) return SL_ERR_RANGE;
      *(uint64_t *)(void *)place = (uint64_t)number;
      return SL_OK;
    case KIND_PATH:
      return set_path(r, place, value);
    case KIND_TEXT:
      return copy(place, SL_CONFIG_TEXT_MAX + 1, value) ? SL_OK : SL_ERR_CAP;
    case KIND_ENDPOINT:
      *reason = "the value must be a numeric address and a port, as 127.0.0.1:8443 or [::1]:8443, or off";
      return sl_config_endpoint((sl_endpoint *)(void *)place, value);
    case KIND_ORIGIN:
      *reason = "the origin must be 1 to 64 printable characters without space and plus sign";
      if (value.size > 64 || !sl_origin_valid(value)) return SL_ERR_SYNTAX;
      return copy(place, 65, value) ? SL_OK : SL_ERR_SYNTAX;
    case KIND_SWITCH:
      *reason = "the value must be on or off";
      if (!sl_str_is(value, "on") && !sl_str_is(value, "off")) return SL_ERR_SYNTAX;
      *(bool *)(void *)place = sl_str_is(value, "on");
      return SL_OK;
  }
  return SL_ERR_SYNTAX;
}

static sl_err end_section(reading *r) {
  if (r->in_side && !r->side_has_key) {
    return refuse(r, SL_ERR_MISSING, r->line, 1, "the side before this line has no focal_key");
  }
  return SL_OK;
}

/* "[side NAME]" */
static sl_err section(reading *r, sl_str text, size_t column) {
  sl_err err = end_section(r);
  if (err) return err;
  if (text.data[text.size - 1] != ']') return refuse(r, SL_ERR_SYNTAX, r->line, column, "a section is [side NAME]");
  sl_str inside = trim((sl_str){text.data + 1, text.size - 2});
  if (inside.size < 6 || memcmp(inside.data, "side ", 5) != 0) {
    return refuse(r, SL_ERR_UNKNOWN, r->line, column, "the only section is [side NAME]");
  }
  sl_str name = trim((sl_str){inside.data + 5, inside.size - 5});
  column += (size_t)(name.data - text.data);
  if (!sl_name_good(name)) {
    return refuse(r, SL_ERR_SYNTAX, r->line, column, "a side's name is up to 24 of a-z, 0-9 and hyphen");
  }
  sl_config *config = r->config;
  for (size_t i = 0; i < config->side_count; i++) {
    if (sl_str_is(name, config->side[i].name)) {
      return refuse(r, SL_ERR_DUPLICATE, r->line, column, "this side stands twice");
    }
  }
  if (config->side_count == SL_SIDES_MAX) return refuse(r, SL_ERR_CAP, r->line, column, "there are too many sides");
  copy(config->side[config->side_count++].name, SL_NAME_MAX + 1, name);
  r->in_side = true;
  r->side_has_key = false;
  return SL_OK;
}

/* "subject = SUBJECT PARTY": whom a token's subject speaks for. */
static sl_err side_subject(reading *r, sl_str value, size_t column) {
  sl_config *config = r->config;
  const char *space = memchr(value.data, ' ', value.size);
  sl_str name = {value.data, space ? (size_t)(space - value.data) : value.size};
  sl_str party = space ? trim((sl_str){space, value.size - name.size}) : (sl_str){NULL, 0};
  if (!space || !sl_name_good(party)) {
    return refuse(r, SL_ERR_SYNTAX, r->line, column, "a subject is written: subject = SUBJECT PARTY");
  }
  for (size_t i = 0; i < name.size; i++) {
    if (name.data[i] <= ' ' || name.data[i] > '~') return refuse(r, SL_ERR_SYNTAX, r->line, column, "a subject is printable ASCII");
  }
  if (config->subject_count == SL_SUBJECTS_MAX) return refuse(r, SL_ERR_CAP, r->line, column, "there are too many subjects");
  for (size_t i = 0; i < config->subject_count; i++) {
    if (sl_str_is(name, config->subject[i].subject)) return refuse(r, SL_ERR_DUPLICATE, r->line, column, "this subject stands twice");
  }
  sl_subject *subject = &config->subject[config->subject_count];
  if (!copy(subject->subject, sizeof subject->subject, name)) return refuse(r, SL_ERR_CAP, r->line, column, "the subject is too long");
  copy(subject->party, sizeof subject->party, party);
  subject->side = (uint8_t)(config->side_count - 1);
  config->subject_count++;
  return SL_OK;
}

static sl_err side_value(reading *r, sl_str key, sl_str value, size_t column, size_t value_column) {
  if (sl_str_is(key, "subject")) return side_subject(r, value, value_column);
  if (!sl_str_is(key, "focal_key")) {
    return refuse(r, SL_ERR_UNKNOWN, r->line, column, "a side has focal_key and subject; keys of the server stand before the first section");
  }
  if (r->side_has_key) return refuse(r, SL_ERR_DUPLICATE, r->line, column, "this key stands twice");
  r->side_has_key = true;
  sl_side_anchor *side = &r->config->side[r->config->side_count - 1];
  if (sl_config_public_key(side->focal_key, value)) {
    return refuse(r, SL_ERR_SYNTAX, r->line, value_column,
                  "the key must be a public Ed25519 key: base64, hexadecimal, or a verifier key");
  }
  for (size_t i = 0; i + 1 < r->config->side_count; i++) {
    if (memcmp(r->config->side[i].focal_key, side->focal_key, 32) == 0) {
      return refuse(r, SL_ERR_DUPLICATE, r->line, value_column, "two sides cannot have one focal point's key");
    }
  }
  return SL_OK;
}

static sl_err assignment(reading *r, sl_str text, size_t column) {
  const char *equals = memchr(text.data, '=', text.size);
  if (!equals) return refuse(r, SL_ERR_SYNTAX, r->line, column, "a line is key = value, [side NAME], or # and a comment");
  sl_str key = trim((sl_str){text.data, (size_t)(equals - text.data)});
  sl_str value = trim((sl_str){equals + 1, text.size - (size_t)(equals - text.data) - 1});
  size_t value_column = column + (size_t)(equals - text.data) + 1;
  if (value.size == 0) return refuse(r, SL_ERR_MISSING, r->line, value_column, "this key has no value");
  value_column = column + (size_t)(value.data - text.data);
  if (r->in_side) return side_value(r, key, value, column, value_column);
  for (size_t i = 0; i < ROWS; i++) {
    if (!sl_str_is(key, rows[i].key)) continue;
    if (r->seen >> i & 1) return refuse(r, SL_ERR_DUPLICATE, r->line, column, "this key stands twice");
    r->seen |= UINT64_C(1) << i;
    r->where[i] = r->line;
    const char *reason = NULL;
    sl_err err = set_value(r, &rows[i], value, &reason);
    return err ? refuse(r, err, r->line, value_column, reason) : SL_OK;
  }
  return refuse(r, SL_ERR_UNKNOWN, r->line, column, "there is no such key: see sidelined(8)");
}

static sl_err read_lines(reading *r, sl_str text) {
  sl_err err = SL_OK;
  while (text.size > 0 && !err) {
    const char *end = memchr(text.data, '\n', text.size);
    size_t size = end ? (size_t)(end - text.data) : text.size;
    r->line++;
    sl_str line = trim((sl_str){text.data, size});
    size_t column = (size_t)(line.data - text.data) + 1;
    if (line.size > 0 && line.data[0] == '[') err = section(r, line, column);
    else if (line.size > 0 && line.data[0] != '#') err = assignment(r, line, column);
    text = end ? (sl_str){end + 1, text.size - size - 1} : (sl_str){NULL, 0};
  }
  r->line++;
  return err ? err : end_section(r);
}

static uint32_t line_of(const reading *r, const char *key) {
  for (size_t i = 0; i < ROWS; i++) {
    if (strcmp(rows[i].key, key) == 0) return r->where[i];
  }
  return 0;
}

/* What the F3548 face needs, where it is on. */
static sl_err check_utm(reading *r) {
  const sl_config *c = r->config;
  uint32_t line = line_of(r, "utm_audience");
  if (c->utm_audience[0] == '\0') {
    if (c->utm_keys[0] != '\0' || c->utm_jwks_url[0] != '\0') {
      return refuse(r, SL_ERR_MISSING, line_of(r, c->utm_keys[0] ? "utm_keys" : "utm_jwks_url"), 1, "keys of tokens without utm_audience: the F3548 face is off");
    }
    if (c->subject_count == 0) return SL_OK;
    return refuse(r, SL_ERR_MISSING, 0, 0, "subjects without utm_audience: the F3548 face is off");
  }
  bool https = strncmp(c->utm_base_url, "https://", 8) == 0;
  if (!https && !(c->utm_http && strncmp(c->utm_base_url, "http://", 7) == 0)) {
    return refuse(r, SL_ERR_MISSING, line, 1, "the F3548 face needs utm_base_url, https (http where utm_http is on)");
  }
  if (c->utm_base_url[strlen(c->utm_base_url) - 1] == '/') {
    return refuse(r, SL_ERR_SYNTAX, line_of(r, "utm_base_url"), 1, "utm_base_url has no slash at its end");
  }
  if (c->utm_keys[0] == '\0' && c->utm_jwks_url[0] == '\0') {
    return refuse(r, SL_ERR_MISSING, line, 1, "the F3548 face needs utm_keys or utm_jwks_url: who signs its tokens");
  }
  bool fetched = strncmp(c->utm_jwks_url, "https://", 8) == 0 || (c->utm_http && strncmp(c->utm_jwks_url, "http://", 7) == 0);
  if (c->utm_jwks_url[0] != '\0' && !fetched) {
    return refuse(r, SL_ERR_SYNTAX, line_of(r, "utm_jwks_url"), 1, "utm_jwks_url is https (http where utm_http is on)");
  }
  if (c->utm_jwks_age_s < c->utm_jwks_refresh_s) {
    return refuse(r, SL_ERR_RANGE, line_of(r, "utm_jwks_age_s"), 1, "utm_jwks_age_s is less than utm_jwks_refresh_s");
  }
  return SL_OK;
}

/* What one line alone cannot show. */
static sl_err check_whole(reading *r) {
  const sl_config *c = r->config;
  for (size_t i = 0; i < ROWS; i++) {
    if (!rows[i].required || r->seen >> i & 1) continue;
    return sl_fault_set(r->fault, SL_ERR_MISSING, "the key %s is missing", rows[i].key);
  }
  bool tls = c->certificate[0] != '\0';
  if (tls != (c->certificate_key[0] != '\0')) {
    return refuse(r, SL_ERR_MISSING, line_of(r, tls ? "certificate" : "certificate_key"), 1,
                  "certificate and certificate_key belong together");
  }
  if (c->listen.host[0] == '\0') return refuse(r, SL_ERR_RANGE, line_of(r, "listen"), 1, "listen cannot be off");
  if (!tls && !c->listen.loopback) {
    return refuse(r, SL_ERR_DENIED, line_of(r, "listen"), 1, "an address that is not loopback needs certificate and certificate_key");
  }
  if (!tls && c->liaison.host[0] != '\0' && !c->liaison.loopback) {
    return refuse(r, SL_ERR_DENIED, line_of(r, "liaison_listen"), 1,
                  "an address that is not loopback needs certificate and certificate_key");
  }
  if (c->side_count < 2) return refuse(r, SL_ERR_MISSING, 0, 0, "there must be at least two sections [side NAME]");
  return check_utm(r);
}

sl_err sl_config_read(sl_config *out, sl_str text, const char *folder, sl_fault *fault) {
  SL_ASSERT(out != NULL && folder != NULL);
  if (text.size > SL_CONFIG_FILE_MAX) return sl_fault_set(fault, SL_ERR_CAP, "the configuration file is too long");
  sl_config config = {.listen = {"127.0.0.1", 8443, false, true}, .liaison = {"127.0.0.1", 9443, false, true}};
  for (size_t i = 0; i < ROWS; i++) {
    if (rows[i].kind == KIND_NUMBER) *(uint64_t *)(void *)((char *)&config + rows[i].offset) = rows[i].fallback;
  }
  reading r = {.config = &config, .folder = folder, .fault = fault};
  sl_err err = read_lines(&r, text);
  if (!err) err = check_whole(&r);
  if (!err) *out = config;
  return err;
}

sl_err sl_config_load(sl_config *out, const char *path, sl_fault *fault) {
  char folder[SL_CONFIG_TEXT_MAX + 1];
  const char *slash = strrchr(path, '/');
  sl_str before = slash ? (sl_str){path, slash == path ? 1 : (size_t)(slash - path)} : SL_STR(".");
  if (!copy(folder, sizeof folder, before)) return sl_fault_set(fault, SL_ERR_CAP, "the path is too long");
  sl_buf text;
  sl_buf_init(&text, SL_CONFIG_FILE_MAX + 1);
  sl_err err = sl_file_read(&text, path, false, fault);
  if (!err) err = sl_config_read(out, sl_buf_str(&text), folder, fault);
  sl_buf_fini(&text);
  return err;
}
