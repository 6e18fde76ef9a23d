/* Purpose: see the header. Work expected: some hundred small requests a call, one after
 * the other on one connection. Representation: one libcurl handle; what depends on the
 * request is set again for each. */
#include "cli/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/assert.h"
#include "base/text.h"
#include "seal/seal.h"
#include "wire/field.h"
#include "wire/signature.h"

#define CONNECT_MS 10000L
#define SIGNATURE_LIFE_S 120
#define NONCE_BYTES 24u

struct sl_http {
  CURL *curl;
  char server[SL_HTTP_URL_MAX];
  char keyid[SL_KEYID_MAX + 1];
  sl_signer signer;
  bool signs;
  sl_dur timeout;
  char error[CURL_ERROR_SIZE];
};

sl_time sl_wall_now(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now)) return (sl_time){0};
  return (sl_time){(int64_t)now.tv_sec * SL_NS_PER_S + now.tv_nsec};
}

/* The host and port of the URL, which is all there may be behind the scheme. */
static sl_str authority_of(const sl_http *http) {
  const char *start = strstr(http->server, "://");
  return start ? sl_str_from(start + 3) : (sl_str){NULL, 0};
}

static bool starts(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

static bool loopback(sl_str authority) {
  static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t size = strlen(names[i]);
    bool same = authority.size >= size && memcmp(authority.data, names[i], size) == 0;
    if (same && (authority.size == size || authority.data[size] == ':')) return true;
  }
  return false;
}

static sl_err check_server(sl_http *http, const char *server, sl_fault *fault) {
  size_t size = strlen(server);
  while (size > 0 && server[size - 1] == '/') size--;
  bool tls = starts(server, "https://"), plain = starts(server, "http://");
  if ((!tls && !plain) || size >= sizeof http->server) return sl_fault_set(fault, SL_ERR_SYNTAX, "the server is https://HOST or https://HOST:PORT");
  memcpy(http->server, server, size);
  http->server[size] = '\0';
  sl_buf normal;
  sl_buf_init(&normal, SL_HTTP_URL_MAX);
  sl_str authority = authority_of(http);
  sl_err err = authority.size ? sl_authority_add(&normal, authority) : SL_ERR_SYNTAX;
  sl_buf_fini(&normal);
  if (err) return sl_fault_set(fault, SL_ERR_SYNTAX, "the server is https://HOST or https://HOST:PORT, without a path");
  if (plain && !loopback(authority)) return sl_fault_set(fault, SL_ERR_DENIED, "http:// is for loopback only: write https://");
  return SL_OK;
}

static size_t take_body(char *data, size_t one, size_t count, void *context) {
  sl_http_answer *answer = context;
  if (answer->events && strcmp(answer->type, "text/event-stream") == 0) {
    answer->events_err = sl_sse_take(answer->events, (sl_span){(const uint8_t *)data, one * count});
    return answer->events_err ? 0 : one * count;
  }
  sl_buf_add(&answer->body, data, one * count);
  return answer->body.error ? 0 : one * count;
}

static bool named(sl_str line, const char *name, sl_str *value) {
  size_t size = strlen(name);
  if (line.size <= size || line.data[size] != ':') return false;
  for (size_t i = 0; i < size; i++)
    if ((line.data[i] | 0x20) != name[i]) return false;
  *value = (sl_str){line.data + size + 1, line.size - size - 1};
  while (value->size && (value->data[0] == ' ' || value->data[0] == '\t')) value->data++, value->size--;
  while (value->size && (uint8_t)value->data[value->size - 1] <= ' ') value->size--;
  return true;
}

static size_t take_header(char *data, size_t one, size_t count, void *context) {
  sl_http_answer *answer = context;
  sl_str line = {data, one * count}, value;
  answer->head += line.size;
  if (answer->head > SL_HTTP_HEAD_MAX) return 0;
  answer->headed = line.size > 0 && (line.data[0] == '\r' || line.data[0] == '\n');
  if (named(line, "content-type", &value)) {
    size_t size = 0;
    while (size < value.size && value.data[size] != ';' && size + 1 < sizeof answer->type) size++;
    memcpy(answer->type, value.data, size);
    answer->type[size] = '\0';
  }
  int64_t seconds;
  if (named(line, "retry-after", &value) && sl_int_read(&seconds, value) == SL_OK && seconds >= 0) answer->retry_after_s = seconds;
  return one * count;
}

/* What holds for every request of the handle. */
static bool set_up(sl_http *http, const char *ca) {
  CURL *c = http->curl;
  bool good = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, starts(http->server, "https") ? "https" : "http") == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_ERRORBUFFER, http->error) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK;
  if (ca) good = good && curl_easy_setopt(c, CURLOPT_CAINFO, ca) == CURLE_OK && curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
  return good;
}

sl_err sl_http_open(sl_http **out, const sl_http_options *options, sl_fault *fault) {
  SL_ASSERT(out && options && options->server && options->timeout.ns > 0);
  sl_http *http = calloc(1, sizeof *http);
  if (!http) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  http->timeout = options->timeout;
  sl_err err = check_server(http, options->server, fault);
  if (!err && options->keyid) {
    SL_ASSERT(options->signer && strlen(options->keyid) <= SL_KEYID_MAX);
    memcpy(http->keyid, options->keyid, strlen(options->keyid) + 1);
    http->signer = *options->signer;
    http->signs = true;
  }
  if (!err && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) http->curl = curl_easy_init();
  if (!err && (!http->curl || !set_up(http, options->ca))) err = sl_fault_set(fault, SL_ERR_NOMEM, "libcurl cannot be set up");
  if (err) sl_http_close(http);
  else *out = http;
  return err;
}

void sl_http_close(sl_http *http) {
  if (!http) return;
  if (http->curl) curl_easy_cleanup(http->curl);
  free(http);
}

/* Random bytes as characters that a nonce may have. */
static sl_err nonce(char out[static SL_NONCE_MAX + 1]) {
  uint8_t bytes[NONCE_BYTES];
  sl_random random = sl_random_system();
  random.fill(random.context, bytes, sizeof bytes);
  SL_STATIC_ASSERT(2 * NONCE_BYTES >= SL_NONCE_MIN && 2 * NONCE_BYTES <= SL_NONCE_MAX, "a nonce fits");
  sl_hex(out, (sl_span){bytes, sizeof bytes});
  return SL_OK;
}

static bool add_header(struct curl_slist **list, const char *name, const sl_buf *value) {
  char line[4096];
  int size = snprintf(line, sizeof line, "%s: %.*s", name, (int)value->size, value->size ? (const char *)value->data : "");
  if (size < 0 || (size_t)size >= sizeof line) return false;
  struct curl_slist *grown = curl_slist_append(*list, line);
  if (grown) *list = grown;
  return grown != NULL;
}

/* Append the three fields of a signature. */
static sl_err sign(sl_http *http, struct curl_slist **list, const char *method, const char *target, sl_span body, sl_fault *fault) {
  sl_buf digest, input, signature;
  sl_buf_init(&digest, 512);
  sl_buf_init(&input, 2048);
  sl_buf_init(&signature, 512);
  char number[SL_NONCE_MAX + 1];
  int64_t now = sl_wall_now().ns / SL_NS_PER_S;
  sl_request request = {.method = sl_str_from(method), .target = sl_str_from(target), .authority = authority_of(http), .body = body};
  sl_err err = nonce(number);
  if (!err) err = sl_signature_make(&digest, &input, &signature, &request, http->keyid, number, now, now + SIGNATURE_LIFE_S, sl_sha256, &http->signer);
  bool added = !err && add_header(list, "Content-Digest", &digest) && add_header(list, "Signature-Input", &input) &&
               add_header(list, "Signature", &signature);
  sl_buf_fini(&digest);
  sl_buf_fini(&input);
  sl_buf_fini(&signature);
  if (err) return sl_fault_set(fault, err, "the request cannot be signed; is the keyid side/party/number?");
  return added ? SL_OK : sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
}

static sl_err explain(const sl_http *http, CURLcode code, const sl_http_answer *answer, sl_fault *fault) {
  const char *why = http->error[0] ? http->error : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OK:
      return SL_OK;
    case CURLE_SSL_CACERT_BADFILE:
      return sl_fault_set(fault, SL_ERR_NOT_FOUND, "the file that ca names holds no certificate that can be read (%.100s)", why);
    case CURLE_PEER_FAILED_VERIFICATION: case CURLE_SSL_ISSUER_ERROR:
      return sl_fault_set(fault, SL_ERR_SIGNATURE, "the server's certificate does not verify (%.100s): check ca and server in the profile", why);
    case CURLE_OPERATION_TIMEDOUT:
      return sl_fault_set(fault, SL_ERR_EXPIRED, "no answer from the server in time (%.120s)", why);
    case CURLE_WRITE_ERROR:
      if (answer->head > SL_HTTP_HEAD_MAX) return sl_fault_set(fault, SL_ERR_CAP, "the head of the answer is longer than %u bytes", SL_HTTP_HEAD_MAX);
      if (answer->events_err == SL_ERR_END) return SL_OK;
      if (answer->events_err) return sl_fault_set(fault, answer->events_err, "the server's events cannot be read");
      if (answer->body.error) return sl_fault_set(fault, SL_ERR_CAP, "the answer is longer than %u bytes", SL_HTTP_ANSWER_MAX);
      return sl_fault_set(fault, SL_ERR_BUSY, "the connection broke (%.120s)", why);
    case CURLE_OUT_OF_MEMORY:
      return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
    default:
      return sl_fault_set(fault, SL_ERR_BUSY, "the server cannot be reached (%.140s)", why);
  }
}

static bool set_request(sl_http *http, sl_http_answer *out, const char *url, const char *method, sl_span body, struct curl_slist *headers,
                        sl_dur wait) {
  CURL *c = http->curl;
  long timeout = out->events ? 0 : (long)((http->timeout.ns + wait.ns) / SL_NS_PER_MS);
  bool good = curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK && curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, timeout) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, out->events ? 1L : 0L) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, out->events ? (long)SL_HTTP_SILENCE_S : 0L) == CURLE_OK;
  bool get = strcmp(method, "GET") == 0;
  if (get) good = good && curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK;
  else good = good && curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.size ? (const char *)body.data : "") == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, get ? NULL : method) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK;
  good = good && curl_easy_setopt(c, CURLOPT_WRITEDATA, out) == CURLE_OK && curl_easy_setopt(c, CURLOPT_HEADERDATA, out) == CURLE_OK;
  return good;
}

static sl_err add_line(struct curl_slist **list, const char *line, sl_fault *fault) {
  struct curl_slist *grown = curl_slist_append(*list, line);
  if (!grown) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  *list = grown;
  return SL_OK;
}

/* The request whose own headers are in the list; releases the list. */
static sl_err perform(sl_http *http, sl_http_answer *out, const char *method, const char *target, sl_span body, bool with_signature,
                      sl_dur wait, struct curl_slist *headers, sl_fault *fault) {
  char url[SL_HTTP_URL_MAX + SL_TARGET_MAX];
  int size = snprintf(url, sizeof url, "%s%s", http->server, target);
  SL_ASSERT(size > 0 && (size_t)size < sizeof url);
  sl_err err = add_line(&headers, "Expect:", fault);
  if (!err) err = add_line(&headers, "User-Agent: sideline", fault);
  if (!err && with_signature) err = sign(http, &headers, method, target, body, fault);
  if (!err && !set_request(http, out, url, method, body, headers, wait)) err = sl_fault_set(fault, SL_ERR_NOMEM, "libcurl cannot be set up");
  if (!err) {
    http->error[0] = '\0';
    err = explain(http, curl_easy_perform(http->curl), out, fault);
    /* libcurl takes a head that breaks off for a whole one. */
    if (!err && !out->headed) err = sl_fault_set(fault, SL_ERR_BUSY, "the connection broke in the head of the answer");
  }
  long status = 0;
  if (!err && curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK) status = 0;
  out->status = (int)status;
  curl_slist_free_all(headers);
  return err;
}

sl_err sl_http_send(sl_http *http, sl_http_answer *out, const char *method, const char *target, sl_span body, bool with_signature,
                    sl_dur wait, sl_fault *fault) {
  SL_ASSERT(http && out && method && target && target[0] == '/' && (!with_signature || http->signs));
  *out = (sl_http_answer){0};
  sl_buf_init(&out->body, SL_HTTP_ANSWER_MAX);
  struct curl_slist *headers = NULL;
  sl_err err = add_line(&headers, "Accept: application/json", fault);
  if (!err && body.size > 0) err = add_line(&headers, "Content-Type: application/json", fault);
  if (!err) return perform(http, out, method, target, body, with_signature, wait, headers, fault);
  curl_slist_free_all(headers);
  return err;
}

sl_err sl_http_follow(sl_http *http, sl_http_answer *out, const char *target, uint64_t after, sl_sse *events, sl_fault *fault) {
  SL_ASSERT(http && out && target && target[0] == '/' && http->signs && events);
  *out = (sl_http_answer){.events = events};
  sl_buf_init(&out->body, SL_HTTP_ANSWER_MAX);
  char last[64];
  (void)snprintf(last, sizeof last, "Last-Event-ID: %llu", (unsigned long long)after);
  struct curl_slist *headers = NULL;
  sl_err err = add_line(&headers, "Accept: text/event-stream", fault);
  if (!err) err = add_line(&headers, last, fault);
  if (!err) return perform(http, out, "GET", target, (sl_span){0}, true, (sl_dur){0}, headers, fault);
  curl_slist_free_all(headers);
  return err;
}
