/* Purpose: a session with the intermediary. Work expected: some hundred requests a
 * call. Representation: one connection, one key, one arena for what answers say. */
#include "cli/net.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/assert.h"
#include "base/text.h"

#define NET_ARENA_MAX ((size_t)1 << 30)
#define TRIES 3
#define TIMEOUT_DEFAULT (30 * SL_NS_PER_S)

static sl_exit load_key(sl_net *net, bool needs_key) {
  const sl_profile *profile = &net->profile;
  if (!needs_key && !profile->key[0]) return SL_EXIT_DONE;
  if (!profile->key[0] || !profile->keyid[0])
    return sl_cli_fail(net->cli, SL_EXIT_CONFIG, "%s: this verb signs: the profile needs keyid and key", profile->path);
  sl_fault fault = sl_fault_none();
  sl_err err = sl_key_load(&net->key, profile->key, &fault);
  if (err) {
    if (fault.code == SL_OK) sl_fault_set(&fault, err, "the key file cannot be read");
    (void)sl_cli_fault(net->cli, profile->key, &fault);
    return SL_EXIT_CONFIG;
  }
  net->has_key = true;
  net->signer = sl_key_signer(&net->key);
  return SL_EXIT_DONE;
}

sl_exit sl_net_open(sl_net *net, sl_cli *cli, const sl_args *args, bool needs_key) {
  SL_ASSERT(net && cli && args);
  *net = (sl_net){.cli = cli};
  sl_arena_init(&net->arena, NET_ARENA_MAX);
  if (sl_seal_init()) return sl_cli_fail(cli, SL_EXIT_SOFTWARE, "the cryptographic library does not start");
  sl_dur timeout = {TIMEOUT_DEFAULT};
  sl_fault fault = sl_fault_none();
  const char *text = sl_args_get(args, "timeout");
  if (text && (sl_duration_read(&timeout, text, &fault) || timeout.ns < SL_NS_PER_MS))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--timeout: %s", fault.code ? fault.reason : "it is too short");
  sl_exit exit = sl_profile_open(&net->profile, cli, sl_args_get(args, "profile"));
  if (!exit) exit = load_key(net, needs_key);
  if (exit) return exit;
  sl_http_options options = {.server = net->profile.server, .ca = net->profile.ca[0] ? net->profile.ca : NULL, .timeout = timeout};
  if (net->has_key) {
    options.keyid = net->profile.keyid;
    options.signer = &net->signer;
  }
  if (sl_http_open(&net->http, &options, &fault) == SL_OK) return SL_EXIT_DONE;
  (void)sl_cli_fault(cli, net->profile.path, &fault);
  return SL_EXIT_CONFIG;
}

void sl_net_close(sl_net *net) {
  if (!net) return;
  sl_http_close(net->http);
  if (net->has_key) sl_key_wipe(&net->key);
  sl_arena_fini(&net->arena);
  *net = (sl_net){0};
}

void sl_net_drop(sl_net_answer *answer) {
  if (!answer) return;
  sl_json_free(answer->json);
  sl_buf_fini(&answer->http.body);
  answer->json = NULL;
}

sl_str sl_net_text(const sl_net_answer *answer) { return sl_buf_str(&answer->http.body); }

void sl_net_print(const sl_net *net, const sl_net_answer *answer) {
  sl_str text = sl_net_text(answer);
  fprintf(net->cli->out, "%.*s\n", (int)text.size, text.data ? text.data : "");
}

static bool is_json(const char *type) { return strcmp(type, "application/json") == 0 || strcmp(type, "application/problem+json") == 0; }

/* What the exit code of a refusal is. */
static sl_exit exit_of_status(int status) {
  switch (status) {
    case 400: case 409: case 413: case 422: return SL_EXIT_DATA;
    case 401: case 403: return SL_EXIT_NOPERM;
    case 404: return SL_EXIT_NOINPUT;
    case 429: case 503: return SL_EXIT_TEMPFAIL;
    default: return SL_EXIT_PROTOCOL;
  }
}

/* What the person at the keyboard can do about it. */
static const char *advice_of(int status) {
  switch (status) {
    case 401: return "; check keyid, key and the clock of this machine, and that the key is enrolled and effective";
    case 409: return "; read the present version first";
    case 429: return "; wait, then send it again";
    case 503: return "; try again in a moment";
    default: return "";
  }
}

static sl_exit refused(sl_net *net, const sl_net_answer *answer, const char *method, const char *target) {
  int status = answer->http.status;
  sl_exit exit = exit_of_status(status);
  if (!answer->json) return sl_cli_fail(net->cli, exit, "%s %s: the server answered %d%s", method, target, status, advice_of(status));
  sl_json_at root = sl_json_root(answer->json);
  const char *detail = sl_pick_text(net, &root, "detail"), *pointer = sl_pick_text(net, &root, "pointer"), *type = sl_pick_text(net, &root, "type");
  const char *name = strrchr(type, ':');
  return sl_cli_fail(net->cli, exit, "%s %s: refused: %s%s%s (%d %s)%s", method, target, detail, pointer[0] ? " at " : "", pointer, status,
                     name ? name + 1 : "", advice_of(status));
}

static void pause_before_again(int64_t seconds, int attempt) {
  struct timespec rest = {.tv_sec = (time_t)(seconds > 5 ? 5 : seconds), .tv_nsec = seconds > 0 ? 0 : 200000000L * attempt};
  (void)nanosleep(&rest, NULL);
}

static sl_exit failed(sl_net *net, const sl_fault *fault) {
  switch (fault->code) {
    case SL_ERR_BUSY: return sl_cli_fail(net->cli, SL_EXIT_UNAVAILABLE, "%s: %s", net->profile.server, fault->reason);
    case SL_ERR_NOT_FOUND: return sl_cli_fail(net->cli, SL_EXIT_CONFIG, "%s: %s", net->profile.path, fault->reason);
    case SL_ERR_EXPIRED: return sl_cli_fail(net->cli, SL_EXIT_TEMPFAIL, "%s: %s", net->profile.server, fault->reason);
    case SL_ERR_CAP: case SL_ERR_SIGNATURE: case SL_ERR_SYNTAX: return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "%s: %s", net->profile.server, fault->reason);
    default: return sl_cli_fail(net->cli, SL_EXIT_SOFTWARE, "%s: %s", net->profile.server, fault->reason);
  }
}

/* The request, again when that helps; SL_EXIT_DONE for an answer of any status. */
static sl_exit exchange(sl_net *net, sl_net_answer *out, const char *method, const char *target, sl_span body, sl_dur wait) {
  bool sign = strncmp(target, "/v1/", 4) == 0 && net->has_key;
  for (int attempt = 1;; attempt++) {
    *out = (sl_net_answer){0};
    sl_fault fault = sl_fault_none();
    sl_err err = sl_http_send(net->http, &out->http, method, target, body, sign, wait, &fault);
    bool again = attempt < TRIES && (err == SL_ERR_BUSY || (!err && out->http.status == 503));
    if (again) {
      pause_before_again(out->http.retry_after_s, attempt);
      sl_net_drop(out);
      continue;
    }
    if (err) return failed(net, &fault);
    break;
  }
  if (!is_json(out->http.type)) return SL_EXIT_DONE;
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = SL_HTTP_ANSWER_MAX;
  caps.string = SL_HTTP_ANSWER_MAX;
  caps.values = 4000000;
  sl_fault fault = sl_fault_none();
  if (sl_json_parse(&out->json, sl_buf_span(&out->http.body), &caps, &fault) == SL_OK) return SL_EXIT_DONE;
  return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "%s %s: the answer is not JSON: %s", method, target, fault.reason);
}

sl_exit sl_net_call(sl_net *net, sl_net_answer *out, const char *method, const char *target, sl_span body, sl_dur wait) {
  sl_exit exit = exchange(net, out, method, target, body, wait);
  if (!exit && (out->http.status < 200 || out->http.status > 299)) exit = refused(net, out, method, target);
  return exit;
}

sl_exit sl_net_find(sl_net *net, sl_net_answer *out, bool *found, const char *target) {
  *found = false;
  sl_exit exit = exchange(net, out, "GET", target, (sl_span){0}, (sl_dur){0});
  if (exit || out->http.status == 404) return exit;
  if (out->http.status < 200 || out->http.status > 299) return refused(net, out, "GET", target);
  *found = true;
  return SL_EXIT_DONE;
}

sl_exit sl_net_follow(sl_net *net, bool *streams, const char *target, uint64_t after, sl_sse_fn *events, void *context) {
  sl_sse sse;
  sl_http_answer answer;
  sl_fault fault = sl_fault_none();
  sl_sse_init(&sse, events, context);
  sl_err err = sl_http_follow(net->http, &answer, target, after, &sse, &fault);
  bool later = answer.status == 429 || answer.status == 503;
  *streams = err || later || (answer.status == 200 && strcmp(answer.type, "text/event-stream") == 0);
  sl_buf_fini(&answer.body);
  sl_sse_fini(&sse);
  if (err == SL_ERR_BUSY || err == SL_ERR_EXPIRED) return SL_EXIT_UNAVAILABLE;
  return err ? failed(net, &fault) : later ? SL_EXIT_TEMPFAIL : SL_EXIT_DONE;
}

/* One member by a rule; false when it is not there or not of that kind. */
static bool pick(sl_net *net, void *target, const sl_json_at *object, const char *name, const sl_json_member *rule) {
  sl_json_at at = sl_json_find(object, name);
  if (!at.value) return false;
  sl_json_reader reader = {.arena = &net->arena};
  return sl_json_value(&reader, target, &at, rule) == SL_OK;
}

const char *sl_pick_text(sl_net *net, const sl_json_at *object, const char *name) {
  static const sl_json_member rule = {.kind = SL_JSON_TEXT, .max = SL_HTTP_ANSWER_MAX};
  sl_str text;
  if (!pick(net, &text, object, name, &rule)) return "";
  char *copy = sl_arena_text(&net->arena, text);
  if (!copy) return "";
  for (size_t i = 0; i < text.size; i++)
    if (((uint8_t)copy[i] < 0x20 && copy[i] != '\n') || copy[i] == 0x7f) copy[i] = '?';
  return copy;
}

int64_t sl_pick_int(sl_net *net, const sl_json_at *object, const char *name) {
  static const sl_json_member rule = {.kind = SL_JSON_I64, .min = INT64_MIN, .max = INT64_MAX};
  int64_t value;
  return pick(net, &value, object, name, &rule) ? value : 0;
}

int64_t sl_pick_decimal(sl_net *net, const sl_json_at *object, const char *name, uint8_t scale) {
  sl_json_member rule = {.kind = SL_JSON_DECIMAL, .min = -SL_JSON_DECIMAL_MAX, .max = SL_JSON_DECIMAL_MAX, .scale = scale};
  int64_t value;
  return pick(net, &value, object, name, &rule) ? value : 0;
}

bool sl_pick_bool(sl_net *net, const sl_json_at *object, const char *name) {
  static const sl_json_member rule = {.kind = SL_JSON_BOOL};
  bool value;
  return pick(net, &value, object, name, &rule) && value;
}

bool sl_pick_time(sl_net *net, sl_time *out, const sl_json_at *object, const char *name) {
  static const sl_json_member rule = {.kind = SL_JSON_TIME};
  return pick(net, out, object, name, &rule);
}

bool sl_pick_hex32(sl_net *net, uint8_t out[static 32], const sl_json_at *object, const char *name) {
  static const sl_json_member rule = {.kind = SL_JSON_HEX, .max = 32};
  return pick(net, out, object, name, &rule);
}

bool sl_pick_base64(sl_net *net, sl_span *out, const sl_json_at *object, const char *name, size_t max) {
  sl_json_member rule = {.kind = SL_JSON_BASE64, .max = (int64_t)max};
  return pick(net, out, object, name, &rule);
}

char *sl_net_format(sl_net *net, const char *format, ...) {
  char text[2048];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  SL_ASSERT(size >= 0);
  if ((size_t)size >= sizeof text) return NULL;
  return sl_arena_text(&net->arena, (sl_str){text, (size_t)size});
}
