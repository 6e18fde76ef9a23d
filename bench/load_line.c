/* A daemon and a line for the load: the daemon is forked before any thread is made, in a
 * folder beside the benchmark, because a temporary folder may be memory. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "case/agreement.h"
#include "daemon/daemon.h"
#include "daemon/init.h"
#include "daemon/sandbox.h"
#include "load.h"
#include "seal/dsse.h"
#include "wire/body.h"
#include "wire/record.h"

static const char *const sides[2] = {"blue", "red"};

static void rest(double s) {
  struct timespec t = {(time_t)s, (long)((s - (double)(time_t)s) * 1e9)};
  nanosleep(&t, NULL);
}

static sl_time later(int64_t seconds) { return (sl_time){((int64_t)time(NULL) + seconds) * SL_NS_PER_S}; }

static void fresh_party(party *p, const char *side, const char *name) {
  uint8_t seed[32];
  sl_random random = sl_random_system();
  random.fill(random.context, seed, sizeof seed);
  sl_key_from_seed(&p->key, seed);
  p->nonces = 0;
  snprintf(p->keyid, sizeof p->keyid, "%s/%s/1", side, name);
}

/* The port after `mark` in the daemon's log. */
static uint16_t port_after(const char *log, const char *mark) {
  const char *at = strstr(log, mark);
  if (!at) return 0;
  return (uint16_t)strtoul(at + strlen(mark), NULL, 10);
}

static void fork_daemon(line *l) {
  int log[2];
  must(pipe(log) == 0, "pipe");
  l->daemon = fork();
  must(l->daemon >= 0, "fork");
  if (l->daemon == 0) {
    close(log[0]);
    dup2(log[1], STDERR_FILENO);
    sl_fault fault = sl_fault_none();
    if (sl_sandbox_begin(4096, &fault)) _exit(70);
    _exit(sl_daemon_run(&l->config, true));
  }
  close(log[1]);
  char text[4096] = "";
  size_t size = 0;
  while (!strstr(text, "event=liaison-listening") || text[size - 1] != '\n') {
    ssize_t got = read(log[0], text + size, sizeof text - 1 - size);
    if (got <= 0) fprintf(stderr, "%s", text);
    must(got > 0, "the daemon's start");
    size += (size_t)got;
    text[size] = '\0';
  }
  l->port = port_after(text, "url=https://127.0.0.1:");
  l->liaison = port_after(text, "address=127.0.0.1 port=");
  must(l->port && l->liaison, "ports");   /* the pipe stays open for the daemon's last words */
}

static void send_one(line *l, party *by, const char *method, const char *target, sl_str body) {
  client c;
  client_open(&c, l);
  sl_buf request;
  sl_buf_init(&request, 1u << 20);
  request_add(&request, l, by, method, target, body);
  sl_str answer;
  int status = client_ask(&c, sl_buf_span(&request), &answer);
  if (status != 200) fprintf(stderr, "%s %s: %d %.*s\n", method, target, status, (int)answer.size, answer.data);
  must(status == 200, target);
  sl_buf_fini(&request);
  client_close(&c);
}

static void record(line *l, const char *type, sl_buf *payload, const party *const *by, uint32_t count) {
  sl_envelope envelope = {.payload_type = sl_str_from(type), .payload = sl_buf_span(payload), .count = count};
  for (uint32_t i = 0; i < count; i++) {
    sl_signer signer = sl_key_signer(&by[i]->key);
    envelope.signature[i].keyid = sl_str_from(by[i]->keyid);
    must(sl_dsse_sign(envelope.signature[i].sig, &signer, envelope.payload_type, envelope.payload) == SL_OK, "sign");
  }
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_envelope_add(&body, &envelope);
  must(!body.error && !payload->error, "record");
  send_one(l, NULL, "POST", "/v1/records", sl_buf_str(&body));
  sl_buf_fini(&body);
  sl_buf_fini(payload);
}

static void enrol(line *l, unsigned side, const party *p, const char *name, uint8_t roles) {
  sl_membership m = {.change = SL_CHANGE_ENROL, .class_of = SL_CLASS_DRONE, .roles = roles, .number = 1, .effective = later(2)};
  snprintf(m.side, sizeof m.side, "%s", sides[side]);
  snprintf(m.party, sizeof m.party, "%s", name);
  memcpy(m.public_key, p->key.public_key, 32);
  sl_buf payload;
  sl_buf_init(&payload, 65536);
  sl_membership_add(&payload, &m);
  const party *by[1] = {&l->focal[side]};
  record(l, SL_MEMBERSHIP_TYPE, &payload, by, 1);
}

void line_requantum(line *l, uint32_t number, int64_t quantum_ms) {
  sl_agreement a;
  sl_agreement_defaults(&a);
  snprintf(a.line, sizeof a.line, "north");
  for (int i = 0; i < 2; i++) snprintf(a.side[i], sizeof a.side[i], "%s", sides[i]);
  a.number = number;
  a.quantum.ns = quantum_ms * SL_NS_PER_MS;
  a.budget_declared = SL_BUDGET_DECLARED_MAX;
  a.pace.ns = 0;   /* updates follow one another faster than anybody plans (L17) */
  a.valid_from = later(2);
  sl_buf payload;
  sl_buf_init(&payload, 65536);
  sl_agreement_add(&payload, &a);
  const party *by[2] = {&l->focal[0], &l->focal[1]};
  record(l, SL_AGREEMENT_TYPE, &payload, by, 2);
  rest(2.5);
}

void line_beat(line *l) {
  for (int i = 0; i < 2; i++) {
    sl_buf body;
    sl_buf_init(&body, 256);
    sl_buf_add_text(&body, "{\"time\":\"");
    sl_time_add(&body, later(0));
    sl_buf_add_text(&body, "\"}");
    send_one(l, &l->focal[i], "POST", "/v1/heartbeat", sl_buf_str(&body));
    sl_buf_fini(&body);
  }
}

void line_open(line *l, bool in_memory, int64_t quantum_ms) { line_open_with(l, in_memory, quantum_ms, NULL, NULL); }

void line_open_with(line *l, bool in_memory, int64_t quantum_ms, void (*configure)(line *l, void *context), void *context) {
  *l = (line){.folder = "bench-load-XXXXXX"};
  must(mkdtemp(l->folder) != NULL, "mkdtemp");
  for (unsigned i = 0; i < 2; i++) fresh_party(&l->focal[i], sides[i], "focal");
  sl_init_options options = {.folder = l->folder, .self_signed = true, .side_count = 2};
  must(!sl_config_endpoint(&options.listen, SL_STR("127.0.0.1:0")) && !sl_config_endpoint(&options.liaison, SL_STR("127.0.0.1:0")), "endpoint");
  for (unsigned i = 0; i < 2; i++) {
    snprintf(options.side[i].name, sizeof options.side[i].name, "%s", sides[i]);
    memcpy(options.side[i].focal_key, l->focal[i].key.public_key, 32);
  }
  sl_fault fault = sl_fault_none();
  char path[128];
  snprintf(path, sizeof path, "%s/sidelined.conf", l->folder);
  sl_buf vkey;
  sl_buf_init(&vkey, 1024);
  must(sl_init(&options, &vkey, &fault) == SL_OK && sl_config_load(&l->config, path, &fault) == SL_OK, fault.reason);
  sl_buf_fini(&vkey);
  l->config.connections_per_address = l->config.connections;
  l->config.handshakes_per_s = 100000;
  l->config.in_memory = in_memory;
  if (configure) configure(l, context);
  sl_key key;
  must(sl_key_load(&key, l->config.server_key, &fault) == SL_OK, fault.reason);
  memcpy(l->server_key, key.public_key, 32);
  sl_key_wipe(&key);
  fork_daemon(l);
  l->tls = SSL_CTX_new(TLS_client_method());
  must(l->tls && SSL_CTX_load_verify_locations(l->tls, l->config.certificate, NULL) == 1, "certificate");
  SSL_CTX_set_verify(l->tls, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_read_ahead(l->tls, 1);   /* one read for a record's head and body */
  for (unsigned i = 0; i < 2; i++) enrol(l, i, &l->focal[i], "focal", SL_ROLE_FOCAL | SL_ROLE_DUTY);
  rest(2.5);
  line_requantum(l, 1, quantum_ms);   /* first: what a party may ask follows the agreement it is enrolled under */
  for (unsigned i = 0; i < PARTIES; i++) {
    char name[16];
    snprintf(name, sizeof name, "p%u", i);
    fresh_party(&l->party[i], sides[i % 2], name);
    enrol(l, i % 2, &l->party[i], name, 0);
  }
  rest(2.5);
  line_beat(l);
}

static void stop_daemon(const line *l) {
  int status = 0;
  kill(l->daemon, SIGTERM);
  must(waitpid(l->daemon, &status, 0) == l->daemon && WIFEXITED(status) && WEXITSTATUS(status) == 0, "the daemon's end");
}

double line_restart(line *l) {
  stop_daemon(l);
  double start = now_s();
  fork_daemon(l);
  return now_s() - start;
}

void line_close(line *l) {
  stop_daemon(l);
  SSL_CTX_free(l->tls);
  static const char *const files[] = {"seed", "server.key", "tls.crt", "tls.key", "sidelined.conf", "sideline.db", "sideline.db-wal",
                                      "sideline.db-shm", "sideline.db.lock", "issuer.pem"};
  char path[128];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "%s/%s", l->folder, files[i]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/backups", l->folder);
  rmdir(path);
  rmdir(l->folder);
}

double line_figure(const line *l, const char *name) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(l->liaison), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  static const char ask[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  must(fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0, "metrics");
  must(write(fd, ask, sizeof ask - 1) == (ssize_t)sizeof ask - 1, "metrics");
  char text[32768];
  size_t size = 0;
  for (ssize_t got; size < sizeof text - 1 && (got = read(fd, text + size, sizeof text - 1 - size)) > 0;) size += (size_t)got;
  text[size] = '\0';
  close(fd);
  char mark[96];
  snprintf(mark, sizeof mark, "\n%s ", name);
  const char *at = strstr(text, mark);
  must(at != NULL, name);
  return strtod(at + strlen(mark), NULL);
}
