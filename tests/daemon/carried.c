/* Worlds over TLS: the client, the listener's clock, the two runs.
 *
 * The listener has a clock of its own: its wall time is the world's, its monotonic
 * time stands still but for the wait of clocked replies. The test reads that wait from the
 * listener's heap, moves the clock to it, and takes the answers. */
#include "carried.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/assert.h"
#include "daemon/http.h"
#include "seal/certificate.h"
#include "wire/signature.h"

#define LANES 24
#define RECORDS_MAX 256
#define PATIENCE_S 30

typedef struct lane {
  SSL *ssl;
  int socket;
  uint16_t port;                 /* the client's */
  bool busy, poll;
  bool stream, begun;            /* of events: it stays busy; its head was read */
  size_t number;                 /* of the input that it carries */
  const sl_sim_input *input;
  unsigned header;               /* length in the record header that was read last */
  unsigned record[RECORDS_MAX];  /* lengths of records with application data */
  size_t records;
} lane;

typedef struct carried {
  sl_sim sim;
  sl_http http;
  pthread_t writer;
  int64_t wall, monotonic, ahead;   /* atomic: of the listener's clock */
  lane lane[LANES];
  sl_carried_counts counts;
} carried;

static sl_config config;
static sl_tls tls;
static SSL_CTX *context;

static void must(bool good, const char *what) {
  if (!good) fail_msg("over TLS: %s", what);
}

/* ---- the listener's clock ---- */

/* The writer sees the world's time; the other threads what it saw last. */
static sl_time wall(void *self) {
  carried *c = self;
  if (pthread_equal(pthread_self(), c->writer)) __atomic_store_n(&c->wall, c->sim.world.wall, __ATOMIC_RELEASE);
  return (sl_time){__atomic_load_n(&c->wall, __ATOMIC_ACQUIRE) + __atomic_load_n(&c->ahead, __ATOMIC_ACQUIRE)};
}

static int64_t monotonic(void *self) { return __atomic_load_n(&((carried *)self)->monotonic, __ATOMIC_ACQUIRE); }

/* ---- the client ---- */

static void on_message(int written, int version, int type, const void *data, size_t size, SSL *ssl, void *self) {
  (void)version;
  (void)ssl;
  const uint8_t *bytes = data;
  lane *l = self;
  if (written) return;
  if (type == SSL3_RT_HEADER && size == 5) l->header = (unsigned)bytes[3] << 8 | bytes[4];
  if (type != SSL3_RT_INNER_CONTENT_TYPE || size != 1 || bytes[0] != SSL3_RT_APPLICATION_DATA) return;
  must(l->records < RECORDS_MAX, "more records than are kept");
  l->record[l->records++] = l->header;
}

static void lane_open(carried *c, lane *l) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(c->http.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int one = 1;
  struct timeval patience = {.tv_sec = PATIENCE_S};
  l->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(l->socket >= 0 && connect(l->socket, (struct sockaddr *)&at, sizeof at) == 0, "connect");
  must(setsockopt(l->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0, "TCP_NODELAY");
  must(setsockopt(l->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0, "SO_RCVTIMEO");
  must(getsockname(l->socket, (struct sockaddr *)&at, &size) == 0, "getsockname");
  l->port = at.sin_port;
  l->ssl = SSL_new(context);
  must(l->ssl != NULL, "SSL_new");
  SSL_set_msg_callback(l->ssl, on_message);
  SSL_set_msg_callback_arg(l->ssl, l);
  must(SSL_set_fd(l->ssl, l->socket) == 1 && SSL_connect(l->ssl) == 1, "handshake");
}

static void field_add(sl_buf *out, const char *name, sl_buf *value) {
  sl_buf_add_format(out, "%s: ", name);
  sl_buf_add_str(out, sl_buf_str(value));
  sl_buf_add_text(out, "\r\n");
  sl_buf_fini(value);
}

static void request_add(sl_buf *out, carried *c, const sl_sim_input *input) {
  sl_str body = input->body ? sl_str_from(input->body) : (sl_str){0};
  sl_request request = {.method = sl_str_from(input->method), .target = sl_str_from(input->target),
                        .authority = SL_STR("line.example"), .body = sl_str_bytes(body)};
  sl_buf_add_format(out, "%s %s HTTP/1.1\r\nHost: line.example\r\n", input->method, input->target);
  if (strncmp(input->target, "/rollup/", 8) != 0) {
    sl_client *me = &c->sim.me_client;
    sl_buf field[3];
    for (int i = 0; i < 3; i++) sl_buf_init(&field[i], 4096);
    char nonce[64];
    snprintf(nonce, sizeof nonce, "%s-%016llu", me->party, (unsigned long long)++me->nonces);
    me->signer = sl_key_signer(&me->key);
    int64_t now = sl_service_now(c->sim.world.service).ns / SL_NS_PER_S;   /* as world.c: clients keep its time */
    must(sl_signature_make(&field[0], &field[1], &field[2], &request, me->keyid, nonce, now, now + 60, sl_sha256,
                           &me->signer) == SL_OK, "sign");
    field_add(out, "Content-Digest", &field[0]);
    field_add(out, "Signature-Input", &field[1]);
    field_add(out, "Signature", &field[2]);
  }
  if (strcmp(input->method, "GET") != 0) sl_buf_add_format(out, "Content-Length: %zu\r\n", body.size);
  if (input->stream) sl_buf_add_text(out, "Accept: text/event-stream\r\n");
  sl_buf_add_text(out, "\r\n");
  sl_buf_add_str(out, body);
  must(!out->error, "memory for a request");
}

/* The listener's thread has handed the request over: it is queued, or refused. */
static void wait_received(carried *c, uint64_t before) {
  struct timespec nap = {.tv_nsec = 50000};
  for (unsigned naps = 0; naps < PATIENCE_S * 20000u; naps++) {
    sl_service_counts now;
    sl_service_count(c->sim.world.service, &now);
    if (now.requests > before && __atomic_load_n(&c->http.inside, __ATOMIC_SEQ_CST) == 0) return;
    if (naps < 200) sched_yield();
    else nanosleep(&nap, NULL);
  }
  must(false, "a request did not reach the service");
}

static void carry(void *self, const sl_sim_input *input, size_t number) {
  carried *c = self;
  lane *l = c->lane;
  while (l < c->lane + LANES && l->busy) l++;
  must(l < c->lane + LANES, "more requests at once than lanes");
  if (!l->ssl) lane_open(c, l);
  l->busy = true;
  l->poll = strstr(input->target, "wait=30") != NULL;
  l->stream = input->stream;
  l->begun = false;
  l->number = number;
  l->input = input;
  l->records = 0;
  sl_buf request;
  sl_buf_init(&request, 2u << 20);
  request_add(&request, c, input);
  (void)wall(c);   /* publish the time, and what was written before it */
  sl_service_counts before;
  sl_service_count(c->sim.world.service, &before);
  must(SSL_write(l->ssl, request.data, (int)request.size) == (int)request.size, "write");
  sl_buf_fini(&request);
  wait_received(c, before.requests);
}

/* ---- answers ---- */

static bool head_whole(const sl_buf *in, size_t *body_at, size_t *length) {
  static const char mark[] = "Content-Length: ";
  const char *text = (const char *)in->data;
  for (size_t i = 0; i + 4 <= in->size; i++) {
    if (memcmp(text + i, "\r\n\r\n", 4) != 0) continue;
    *body_at = i + 4;
    for (size_t k = 0; k + sizeof mark <= i; k++) {
      if (memcmp(text + k, mark, sizeof mark - 1) != 0) continue;
      *length = strtoul(text + k + sizeof mark - 1, NULL, 10);
      return true;
    }
    must(false, "an answer without length");
  }
  return false;
}

static void answer_read(lane *l, sl_buf *in, size_t *body_at) {
  size_t length = 0;
  bool headed = false;
  while (!headed || in->size < *body_at + length) {
    uint8_t piece[16384];
    int got = SSL_read(l->ssl, piece, sizeof piece);
    must(got > 0, "no answer");
    sl_buf_add(in, piece, (size_t)got);
    if (!headed) headed = head_whole(in, body_at, &length);
  }
  must(!in->error && in->size == *body_at + length && SSL_pending(l->ssl) == 0, "more than an answer");
}

/* Sim.h's mask over the body; where it changed something, the digest over it as well. */
static void mask(const sl_sim_input *input, char *text, size_t body_at, size_t size) {
  char *body = malloc(size - body_at + 1);
  must(body != NULL, "memory");
  memcpy(body, text + body_at, size - body_at);
  sl_sim_mask(input->target, text + body_at, size - body_at);
  bool same = memcmp(body, text + body_at, size - body_at) == 0;
  free(body);
  static const char mark[] = "Content-Digest: sha-256=:";
  for (size_t i = 0; !same && i + sizeof mark + 44 <= body_at; i++) {
    if (memcmp(text + i, mark, sizeof mark - 1) == 0) memset(text + i + sizeof mark - 1, 'x', 43);
  }
}

/* `held`: nanoseconds that the reply was kept back, -1 when it left at once. */
static void take(carried *c, lane *l, int64_t held) {
  sl_sim *sim = &c->sim;
  sl_buf in;
  size_t body_at = 0;
  sl_buf_init(&in, 16u << 20);
  answer_read(l, &in, &body_at);
  free(sim->answer);
  must(in.size > 12 && in.size >= body_at, "an answer");
  sim->answer = malloc(in.size - body_at + 1);
  must(sim->answer != NULL, "memory");
  memcpy(sim->answer, in.data + body_at, in.size - body_at);
  sim->answer[in.size - body_at] = '\0';
  int64_t status = 0;
  must(sl_int_read(&status, (sl_str){(const char *)in.data + 9, 3}) == SL_OK, "a status");
  sim->status = (int)status;
  if (!sim->simulated && sim->status >= 400) sim->seen.refused |= strcmp(l->input->method, "PUT") == 0;
  mask(l->input, (char *)in.data, body_at, in.size);
  sl_buf_add_format(&sim->view, "\n<%zu %s %s> at %lld held %lld records", l->number, l->input->method, l->input->target,
                    (long long)sl_service_now(sim->world.service).ns, (long long)held);
  for (size_t i = 0; i < l->records; i++) sl_buf_add_format(&sim->view, " %u", l->record[i]);
  sl_buf_add_text(&sim->view, "\n");
  sl_buf_add(&sim->view, in.data, in.size);
  must(!sim->view.error, "memory for the view");
  sl_buf_fini(&in);
  c->counts.answers++;
  c->counts.records += (unsigned)l->records;
  c->counts.clocked += held >= 0;
  l->busy = false;
}

/* The offset behind the whole chunks that carry `owed` bytes; 0: they are not there yet. */
static size_t chunks_whole(const sl_buf *in, size_t from, size_t owed) {
  size_t at = from, told = 0;
  while (told < owed) {
    const uint8_t *line = at < in->size ? memchr(in->data + at, '\n', in->size - at) : NULL;
    if (!line) return 0;
    size_t size = strtoul((const char *)in->data + at, NULL, 16);
    at = (size_t)(line + 1 - in->data) + size + 2;
    told += size;
    must(size > 0 && told <= owed, "a stream says more than it may");
  }
  return at <= in->size ? at : 0;
}

/* What one moment let out of a stream: `owed` bytes of events, in whole chunks. */
static void take_piece(carried *c, lane *l, int64_t held, size_t owed) {
  sl_sim *sim = &c->sim;
  sl_buf in;
  size_t from = 0, end = 0;
  sl_buf_init(&in, 16u << 20);
  while (end == 0) {
    uint8_t piece[16384];
    int got = SSL_read(l->ssl, piece, sizeof piece - 1);
    must(got > 0, "a stream says nothing");
    sl_buf_add(&in, piece, (size_t)got);
    sl_buf_add_u8(&in, 0);   /* for strstr() and strtoul() */
    in.size--;
    const char *head = l->begun ? NULL : strstr((const char *)in.data, "\r\n\r\n");
    if (head) from = (size_t)(head + 4 - (const char *)in.data);
    if (l->begun || head) end = chunks_whole(&in, from, owed);
  }
  must(!in.error && end == in.size && SSL_pending(l->ssl) == 0, "more than a stream may say");
  sl_buf_add_format(&sim->view, "\n<%zu %s stream> at %lld held %lld records", l->number, l->input->target,
                    (long long)sl_service_now(sim->world.service).ns, (long long)held);
  for (size_t i = 0; i < l->records; i++) sl_buf_add_format(&sim->view, " %u", l->record[i]);
  sl_buf_add_text(&sim->view, "\n");
  sl_buf_add(&sim->view, in.data, in.size);
  must(!sim->view.error, "memory for the view");
  sl_buf_fini(&in);
  c->counts.pieces++;
  c->counts.records += (unsigned)l->records;
  l->records = 0;
  l->begun = true;
}

static uint16_t port_of(int socket) {
  struct sockaddr_in at = {0};
  socklen_t size = sizeof at;
  must(getpeername(socket, (struct sockaddr *)&at, &size) == 0, "getpeername");
  return at.sin_port;
}

/* Bytes that a stream keeps back; 0 for another answer. */
static size_t owed_by(sl_exchange *x) {
  size_t owed = 0;
  pthread_mutex_lock(&x->lock);
  for (const sl_piece *piece = x->stream ? x->first : NULL; piece; piece = piece->next) owed += piece->size;
  pthread_mutex_unlock(&x->lock);
  return owed;
}

/* Which lanes' replies the listener keeps back, and how long; then time comes for all. */
static void release(carried *c, int64_t held[LANES], size_t owed[LANES]) {
  sl_release *r = &c->http.release;
  int64_t longest = 0;
  pthread_mutex_lock(&r->lock);
  for (size_t i = 0; i < r->count; i++) {
    uint16_t port = port_of(r->heap[i].exchange->line->socket);
    int64_t wait = r->heap[i].due - monotonic(c);
    for (unsigned k = 0; k < LANES; k++) {
      if (!c->lane[k].busy || c->lane[k].port != port) continue;
      held[k] = wait;
      owed[k] = owed_by(r->heap[i].exchange);
    }
    if (wait > longest) longest = wait;
  }
  if (longest > c->counts.longest) c->counts.longest = longest;
  (void)wall(c);
  __atomic_store_n(&c->ahead, longest, __ATOMIC_RELEASE);   /* before: the date is of the moment of leaving */
  __atomic_fetch_add(&c->monotonic, longest, __ATOMIC_ACQ_REL);
  pthread_cond_signal(&r->wake);
  pthread_mutex_unlock(&r->lock);
}

static void settle(void *self) {
  carried *c = self;
  int64_t held[LANES];
  size_t owed[LANES] = {0};
  bool any = false;
  for (unsigned k = 0; k < LANES; k++) {
    held[k] = -1;
    any |= c->lane[k].busy;
  }
  if (!any) return;
  release(c, held, owed);
  for (;;) {   /* in the order of the requests */
    lane *next = NULL;
    for (lane *l = c->lane; l < c->lane + LANES; l++) {
      bool there = l->busy && ((!l->poll && !l->stream) || held[l - c->lane] >= 0);
      if (there && (!next || l->number < next->number)) next = l;
    }
    if (!next) break;
    size_t k = (size_t)(next - c->lane);
    if (owed[k] > 0) {
      take_piece(c, next, held[k], owed[k]);
    } else {
      take(c, next, held[k]);
    }
    held[k] = next->stream ? -1 : held[k];
  }
  __atomic_store_n(&c->ahead, 0, __ATOMIC_RELEASE);
}

/* ---- runs ---- */

/* What all runs share: the certificate, the client's library, the configuration. */
static void prepare(void) {
  if (context) return;
  must(sl_seal_init() == SL_OK, "seal");
  sl_buf chain, key;
  sl_buf_init(&chain, 16384);
  sl_buf_init(&key, 16384);
  must(sl_certificate_loopback(&chain, &key, 1) == SL_OK, "certificate");
  must(sl_tls_take(&tls, sl_buf_span(&chain), sl_buf_span(&key), NULL) == SL_OK, "certificate and key fit");
  sl_buf_fini(&chain);
  sl_buf_fini(&key);
  context = SSL_CTX_new(TLS_client_method());
  must(context != NULL && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1, "TLS");
  config = (sl_config){.listen = {.host = "127.0.0.1", .loopback = true}, .origin = "line.example", .threads = 2,
                       .connections = 64, .connections_per_address = 64, .handshakes_per_s = 100000,
                       .body_bytes = SL_BODY_MAX, .request_s = 3600, .idle_s = 3600, .stream_s = 3600, .drain_s = 1};
}

static carried *run_open(unsigned number, bool simulated) {
  carried *c = calloc(1, sizeof *c);
  must(c != NULL, "memory");
  sl_sim_open(&c->sim, number, simulated, NULL);
  c->writer = pthread_self();
  c->monotonic = SL_NS_PER_S;
  sl_clock clock = {c, wall, monotonic};
  (void)wall(c);
  sl_fault fault = sl_fault_none();
  if (sl_http_start(&c->http, &config, &tls, c->sim.world.service, &clock, &fault)) fail_msg("%s", fault.reason);
  c->sim.carry_context = c;
  c->sim.carry = carry;
  c->sim.settle = settle;
  return c;
}

static void run_close(carried *c) {
  for (lane *l = c->lane; l < c->lane + LANES; l++) {
    must(l->stream ? l->begun || !l->busy : !l->busy, "a request without answer");
    if (!l->ssl) continue;
    SSL_free(l->ssl);
    close(l->socket);
  }
  sl_http_drain(&c->http);
  sl_sim_close(&c->sim);   /* ends the streams, so that nothing is suspended */
  sl_http_stop(&c->http, 0);
  free(c);
}

const char *sl_carried_world(unsigned number, sl_carried_counts *counts) {
  prepare();
  carried *real = run_open(number, false);
  sl_sim_live(&real->sim);
  carried *simulated = run_open(number, true);
  sl_sim_replay(&simulated->sim, &real->sim);
  const char *difference = sl_sim_compare(&real->sim, &simulated->sim);
  if (counts) {
    counts->worlds++;
    counts->answers += real->counts.answers;
    counts->records += real->counts.records;
    counts->clocked += real->counts.clocked;
    counts->pieces += real->counts.pieces;
    counts->conflicts += real->sim.seen.conflict;
    counts->proposals += real->sim.seen.proposal;
    for (size_t i = 0; i < real->sim.inputs; i++) counts->setbacks += real->sim.input[i].wall_step < 0;
    if (real->counts.longest > counts->longest) counts->longest = real->counts.longest;
  }
  run_close(simulated);
  run_close(real);
  return difference;
}
