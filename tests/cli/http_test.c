/* The connection of the command line against servers that break off, lie about lengths, talk
 * without end, say nothing, or are somebody else: each is an error that says which, in time and
 * within the caps. */
#include "cli/http.h"

#include <unistd.h>

#include "seal/certificate.h"
#include "seal/seal.h"
#include "stub.h"
#include "test.h"

static sl_key key;
static sl_signer signer;

static sl_http *open_to(const stub *s, const char *ca) {
  char server[64];
  snprintf(server, sizeof server, "%s://127.0.0.1:%u", s->tls ? "https" : "http", s->port);
  sl_http_options options = {.server = server, .ca = ca, .keyid = "blue/ops/1", .signer = &signer, .timeout = {700 * SL_NS_PER_MS}};
  sl_http *http = NULL;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_http_open(&http, &options, &fault), SL_OK);
  return http;
}

/* One GET; the error, the status in *status. */
static sl_err get(stub *s, const char *ca, int *status, sl_fault *fault) {
  stub_start(s);
  sl_http *http = open_to(s, ca);
  sl_http_answer answer;
  *fault = sl_fault_none();
  sl_err err = sl_http_send(http, &answer, "GET", "/v1/cases", (sl_span){0}, true, (sl_dur){0}, fault);
  *status = answer.status;
  assert_true(answer.body.size <= SL_HTTP_ANSWER_MAX);
  assert_int_equal(err, fault->code);
  sl_buf_fini(&answer.body);
  sl_http_close(http);
  stub_end(s);
  return err;
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static void bad_answers_are_told_apart(void **state) {
  (void)state;
  char piece[16385], chunk[16500];
  memset(piece, 'x', sizeof piece - 1);
  piece[sizeof piece - 1] = '\0';
  snprintf(chunk, sizeof chunk, "4000\r\n%s\r\n", piece);
  const struct { stub stub; sl_err err; int status; const char *says; } rows[] = {
      {{.text = OK_HEAD "Content-Length: 2\r\n\r\n{}"}, SL_OK, 200, ""},
      {{.text = OK_HEAD "Content-Length: 100\r\n\r\n{\"a\":"}, SL_ERR_BUSY, 0, "cannot be reached"},
      {{.text = OK_HEAD "Content-Length: 99999999999999999999999\r\n\r\n{}"}, SL_OK, 200, ""},   /* read to its end */
      {{.text = OK_HEAD "Content-Length: -5\r\n\r\n{}"}, SL_ERR_BUSY, 0, ""},
      {{.text = OK_HEAD "Content-Length: two\r\n\r\n{}"}, SL_ERR_BUSY, 0, ""},
      {{.text = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\""}, SL_ERR_BUSY, 0, ""},
      {{.text = OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"}, SL_ERR_BUSY, 0, ""},
      {{.text = OK_HEAD "Content-Len"}, SL_ERR_BUSY, 0, ""},
      {{.text = ""}, SL_ERR_BUSY, 0, ""},
      {{.text = "SSH-2.0-OpenSSH_9.2\r\n"}, SL_ERR_BUSY, 0, ""},
      {{.text = "", .silent = true}, SL_ERR_EXPIRED, 0, "in time"},
      {{.text = OK_HEAD "Content-Length: 2\r\n\r\n{", .silent = true}, SL_ERR_EXPIRED, 0, "in time"},
      {{.text = OK_HEAD, .tail = "X-More: and more and more and more\r\n", .repeat = 100000}, SL_ERR_CAP, 0, "the head"},
      {{.text = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n", .tail = chunk, .repeat = 3000}, SL_ERR_CAP, 0, "longer than"},
      {{.text = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"}, SL_OK, 302, ""},
      {{.text = "HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n"}, SL_OK, 503, ""}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    stub s = rows[i].stub;
    int status = 0;
    sl_fault fault;
    sl_err err = get(&s, NULL, &status, &fault);
    if (err != rows[i].err || status != rows[i].status || !strstr(fault.reason, rows[i].says)) {
      fail_msg("row %zu: %s, status %d: %s", i, sl_err_name(err), status, fault.reason);
    }
    assert_non_null(strstr(s.asked, "GET /v1/cases HTTP/1.1\r\n"));
    assert_non_null(strstr(s.asked, "Signature: sig1=:"));
  }
}

/* The certificates are made for the test: files for libcurl, a context for the stub. */
static SSL_CTX *certified(char path[static 32]) {
  sl_buf chain, private_key;
  sl_buf_init(&chain, 16384);
  sl_buf_init(&private_key, 16384);
  assert_int_equal(sl_certificate_loopback(&chain, &private_key, 1), SL_OK);
  snprintf(path, 32, "/tmp/sideline-ca-XXXXXX");
  int fd = mkstemp(path);
  assert_true(fd >= 0 && write(fd, chain.data, chain.size) == (ssize_t)chain.size);
  close(fd);
  char key_path[32] = "/tmp/sideline-key-XXXXXX";
  fd = mkstemp(key_path);
  assert_true(fd >= 0 && write(fd, private_key.data, private_key.size) == (ssize_t)private_key.size);
  close(fd);
  SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
  assert_true(tls && SSL_CTX_use_certificate_file(tls, path, SSL_FILETYPE_PEM) == 1 &&
              SSL_CTX_use_PrivateKey_file(tls, key_path, SSL_FILETYPE_PEM) == 1);
  unlink(key_path);
  sl_buf_fini(&chain);
  sl_buf_fini(&private_key);
  return tls;
}

static void only_the_trusted_certificate_is_taken(void **state) {
  (void)state;
  char own[32], other[32];
  SSL_CTX *tls = certified(own), *unused = certified(other);
  const struct { const char *ca; bool plain; sl_err err; } rows[] = {
      {own, false, SL_OK},               /* the one that the profile names */
      {other, false, SL_ERR_SIGNATURE},  /* another's of the same name */
      {NULL, false, SL_ERR_SIGNATURE},   /* self-signed, by what the system trusts */
      {"/nonexistent.pem", false, SL_ERR_NOT_FOUND}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    stub s = {.text = OK_HEAD "Content-Length: 2\r\n\r\n{}", .tls = tls};
    int status = 0;
    sl_fault fault;
    sl_err err = get(&s, rows[i].ca, &status, &fault);
    if (err != rows[i].err) fail_msg("row %zu: %s: %s", i, sl_err_name(err), fault.reason);
    assert_int_equal(s.asked[0] == '\0', err != SL_OK);   /* nothing was said to it */
  }
  unlink(own);
  unlink(other);
  SSL_CTX_free(tls);
  SSL_CTX_free(unused);
}

static bool count_event(void *context, uint64_t id, sl_str data) {
  (void)data;
  *(uint64_t *)context = *(uint64_t *)context * 10 + id;
  return id < 7;
}

static void a_stream_gives_its_whole_events(void **state) {
  (void)state;
  static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n";
  char text[6][256];
  snprintf(text[0], 256, "%sid: 1\ndata: a\n\n:\n\nid: 2\ndata: b\n\nid: 3\nda", head);
  snprintf(text[1], 256, "%sid: none\ndata: a\n\n", head);
  snprintf(text[2], 256, "%sid: 6\ndata: a\n\nid: 7\ndata: b\n\nid: 8\ndata: c\n\n", head);
  snprintf(text[3], 256, "%s", OK_HEAD "Content-Length: 2\r\n\r\n{}");
  snprintf(text[4], 256, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 90\r\n\r\nid: 4\ndata: a\n\nid: 5");
  const struct { sl_err err; int status; uint64_t told; } expected[] = {
      {SL_OK, 200, 12}, {SL_ERR_SYNTAX, 0, 0}, {SL_OK, 200, 67}, {SL_OK, 200, 0}, {SL_ERR_BUSY, 0, 4}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    stub s = {.text = text[i]};
    stub_start(&s);
    sl_http *http = open_to(&s, NULL);
    sl_http_answer answer;
    sl_sse sse;
    uint64_t told = 0;
    sl_fault fault = sl_fault_none();
    sl_sse_init(&sse, count_event, &told);
    sl_err err = sl_http_follow(http, &answer, "/v1/events", 41, &sse, &fault);
    if (err != expected[i].err || answer.status != expected[i].status || told != expected[i].told) {
      fail_msg("row %zu: %s, status %d, told %llu: %s", i, sl_err_name(err), answer.status, (unsigned long long)told, fault.reason);
    }
    sl_sse_fini(&sse);
    sl_buf_fini(&answer.body);
    sl_http_close(http);
    stub_end(&s);
    assert_non_null(strstr(s.asked, "Accept: text/event-stream\r\nLast-Event-ID: 41\r\n"));
    assert_non_null(strstr(s.asked, "Signature: sig1=:"));
  }
}

static void a_server_is_a_host_over_https(void **state) {
  (void)state;
  static const struct { const char *server; sl_err err; } rows[] = {
      {"https://line.example", SL_OK}, {"https://line.example:8443/", SL_OK}, {"http://127.0.0.1:80", SL_OK}, {"http://[::1]:80", SL_OK},
      {"http://line.example", SL_ERR_DENIED}, {"http://127.0.0.1.example", SL_ERR_DENIED}, {"ftp://line.example", SL_ERR_SYNTAX},
      {"https://", SL_ERR_SYNTAX}, {"https://line.example/v1", SL_ERR_SYNTAX}, {"https://user@line.example", SL_ERR_SYNTAX}, {"line.example", SL_ERR_SYNTAX}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_http_options options = {.server = rows[i].server, .timeout = {SL_NS_PER_S}};
    sl_http *http = NULL;
    sl_err err = sl_http_open(&http, &options, NULL);
    if (err != rows[i].err) fail_msg("%s: %s", rows[i].server, sl_err_name(err));
    if (!err) sl_http_close(http);
  }
}

static int prepare(void **state) {
  (void)state;
  uint8_t seed[32] = {9};
  if (sl_seal_init()) return 1;
  sl_key_from_seed(&key, seed);
  signer = sl_key_signer(&key);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bad_answers_are_told_apart), cmocka_unit_test(only_the_trusted_certificate_is_taken),
      cmocka_unit_test(a_stream_gives_its_whole_events), cmocka_unit_test(a_server_is_a_host_over_https)};
  return cmocka_run_group_tests_name("http", tests, prepare, NULL);
}
