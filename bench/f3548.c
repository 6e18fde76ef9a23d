/* The F3548 face over TLS, generator and daemon on one machine: updates in one busy cell,
 * spread over 10,000 km2, queries among many, a cell full of subscriptions, a start and
 * the memory at the end. Prints one JSON object.
 *
 * The busy cell: 50 intents fill it over their whole hour and 3,000 m; each connection
 * has one more in a layer of its own, so that every update must name the 50 in its key and
 * none goes stale by another's. Every answer is on disk before it leaves.
 *
 * Usage: f3548 [LIVE [UPDATES]]   (1000000 and 20000) */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "load.h"
#include "load_token.h"

#define CONNECTIONS_MAX 256u
#define FILLED 50u              /* live in the busy cell */
#define ACROSS 316u             /* plans along one edge of 100 km */
#define PORTION 128000u          /* plans made between two heartbeats */
#define SLOTS 20u               /* of 72 minutes, a day */
#define OVN 96u
#define CELLS 3u                /* a degree apart */

typedef struct known { char ovn[OVN]; } known;

typedef struct job {
  line *l;
  const char *token;
  unsigned number, step, first, count;
  known *plan;                 /* of all, by number; NULL: the busy cell's */
  known *mine;                 /* in the busy cell */
  const char *key;             /* OVNs that each update names, as JSON strings */
  double *took, results;
  bool create, query;
  double place;                /* degrees aside, of the busy cell */
  pthread_barrier_t *gate;
} job;

typedef struct result { double per_s, p50_ms, p99_ms, p999_ms, cpu_us, group, results; } result;

void must(bool held, const char *what) {
  if (held) return;
  fprintf(stderr, "bench/f3548: failed: %s\n", what);
  exit(1);
}

double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int64_t day;             /* its first second: an hour from the start on */

static void time_add(sl_buf *out, const char *name, int64_t second) {
  sl_buf_add_format(out, "\"%s\":{\"format\":\"RFC3339\",\"value\":\"", name);
  sl_time_add(out, (sl_time){second * SL_NS_PER_S});
  sl_buf_add_text(out, "\"}");
}

/* A box as a Volume4D: south-west corner and edges in degrees. */
static void volume_add(sl_buf *out, double south, double west, double tall, double wide, double low, double high,
                       int64_t from, int64_t to) {
  double north = south + tall, east = west + wide;
  sl_buf_add_format(out, "{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lat\":%.7f,\"lng\":%.7f},{\"lat\":%.7f,\"lng\":%.7f},"
                    "{\"lat\":%.7f,\"lng\":%.7f},{\"lat\":%.7f,\"lng\":%.7f}]},"
                    "\"altitude_lower\":{\"value\":%.1f,\"reference\":\"W84\",\"units\":\"M\"},"
                    "\"altitude_upper\":{\"value\":%.1f,\"reference\":\"W84\",\"units\":\"M\"}},",
                    south, west, south, east, north, east, north, west, low, high);
  time_add(out, "time_start", from);
  sl_buf_add_text(out, ",");
  time_add(out, "time_end", to);
  sl_buf_add_text(out, "}");
}

static void put_add(sl_buf *out, const char *volume, size_t size, const char *key) {
  sl_buf_add_text(out, "{\"extents\":[");
  sl_buf_add(out, volume, size);
  sl_buf_add_format(out, "],\"key\":[%s],\"state\":\"Accepted\",\"uss_base_url\":\"https://uss.example\"}", key);
}

/* Plan n of the spread: its own place in a lattice of 200 m boxes, layers and slots of the
 * day, so that none meets another. `moved` metres up, for an update. */
static void spread_volume(sl_buf *out, unsigned n, unsigned moved) {
  unsigned at = n % (ACROSS * ACROSS), layer = n / (ACROSS * ACROSS);
  int64_t slot = (n * 2654435761u >> 8) % SLOTS;
  double south = 40.0 + (at / ACROSS) * (0.9 / ACROSS), west = 8.0 + (at % ACROSS) * (1.17 / ACROSS);
  volume_add(out, south, west, 0.0018, 0.0023, 100.0 * layer + moved, 100.0 * layer + moved + 60, day + slot * 4320,
             day + slot * 4320 + 4300);
}

static void cell_volume(sl_buf *out, double place, double low, double high) {
  volume_add(out, 10.0, 20.0 + place, 0.008, 0.008, low, high, day, day + 3600);
}

static void request(sl_buf *out, const line *l, const char *token, const char *method, const char *target, const sl_buf *body) {
  sl_buf_clear(out);
  sl_buf_add_format(out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                    "Content-Length: %zu\r\n\r\n", method, target, l->port, token, body->size);
  sl_buf_add(out, body->data, body->size);
  must(!out->error && !body->error, "memory for a request");
}

/* The reference's OVN in an answer. */
static void ovn_of(char out[static OVN], sl_str body) {
  static const char mark[] = "\"ovn\":\"";
  for (size_t i = 0; i + sizeof mark < body.size; i++) {
    if (memcmp(body.data + i, mark, sizeof mark - 1) != 0) continue;
    size_t at = i + sizeof mark - 1, size = 0;
    while (at + size < body.size && body.data[at + size] != '"' && size + 1 < OVN) size++;
    memcpy(out, body.data + at, size);
    out[size] = '\0';
    return;
  }
  must(false, "an answer with an OVN");
}

static int ask(client *c, job *j, const char *method, const char *target, const sl_buf *body, sl_buf *text, sl_str *answer) {
  request(text, j->l, j->token, method, target, body);
  int status = client_ask(c, sl_buf_span(text), answer);
  if (status != 200 && status != 201) fprintf(stderr, "%s %s: %d %.*s\n", method, target, status, (int)answer->size, answer->data);
  must(status == 200 || status == 201, target);
  return status;
}

static unsigned count_of(sl_str body, const char *word) {
  unsigned count = 0;
  size_t size = strlen(word);
  for (size_t i = 0; i + size <= body.size; i++) count += memcmp(body.data + i, word, size) == 0;
  return count;
}

/* One step of a job: a query, or a PUT of plan n or of the connection's own in the cell. */
static void step(job *j, client *c, unsigned i, sl_buf *body, sl_buf *volume, sl_buf *text) {
  sl_str answer;
  char target[192];
  unsigned n = j->first + i * j->step;
  sl_buf_clear(body);
  sl_buf_clear(volume);
  if (j->query) {
    double south = 40.0 + (n * 7919u % 1000) * 0.00088, west = 8.0 + (n * 104729u % 1000) * 0.00115;
    int64_t from = day + 600 + (n % SLOTS) * 4320;
    sl_buf_add_text(body, "{\"area_of_interest\":");
    volume_add(body, south, west, 0.009, 0.0117, 0, 3000, from, from + 60);
    sl_buf_add_text(body, "}");
    ask(c, j, "POST", "/dss/v1/operational_intent_references/query", body, text, &answer);
    j->results += count_of(answer, "\"uss_base_url\"");
    return;
  }
  known *at = j->plan ? &j->plan[n] : j->mine;
  if (j->plan) spread_volume(volume, n, at->ovn[0] ? 1 : 0);
  else cell_volume(volume, j->place, 10.0 * j->number + (i % 2), 10.0 * j->number + 8);
  put_add(body, (const char *)volume->data, volume->size, j->key);
  unsigned id = j->plan ? n : 0x40000000u + (unsigned)(j->place * 1000) * 1000u + j->number;
  snprintf(target, sizeof target, "/dss/v1/operational_intent_references/%08x-0000-4000-8000-000000000000%s%s", id,
           at->ovn[0] ? "/" : "", at->ovn);
  ask(c, j, "PUT", target, body, text, &answer);
  ovn_of(at->ovn, answer);
}

static void *work(void *context) {
  job *j = context;
  client c;
  sl_buf body, volume, text;
  sl_buf_init(&body, 1u << 20);
  sl_buf_init(&volume, 1u << 16);
  sl_buf_init(&text, 1u << 20);
  client_open(&c, j->l);
  pthread_barrier_wait(j->gate);
  for (unsigned i = 0; i < j->count; i++) {
    double start = now_s();
    step(j, &c, i, &body, &volume, &text);
    j->took[i] = now_s() - start;
  }
  client_close(&c);
  sl_buf_fini(&body);
  sl_buf_fini(&volume);
  sl_buf_fini(&text);
  return NULL;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

typedef struct run {
  unsigned connections, first, total;
  known *plan, *mine;
  const char *key;
  bool query;
  double place;
} run;

static result play(line *l, const issuer *by, const run *r) {
  static job jobs[CONNECTIONS_MAX];
  static char token[CONNECTIONS_MAX][TOKEN_MAX];
  pthread_t thread[CONNECTIONS_MAX];
  pthread_barrier_t gate;
  pthread_barrier_init(&gate, NULL, r->connections + 1);
  line_beat(l);   /* a line that hears nothing is no CLEAR (L28) */
  unsigned each = r->total / r->connections, total = each * r->connections;
  double *took = calloc(total, sizeof *took);
  must(took != NULL, "memory");
  for (unsigned i = 0; i < r->connections; i++) {
    char subject[16];
    snprintf(subject, sizeof subject, "uss%u", i % PARTIES / 2 * 2);   /* one side's */
    token_make(token[i], by, subject);
    jobs[i] = (job){.l = l, .token = token[i], .number = i, .step = r->connections, .first = r->first + i, .count = each,
                    .plan = r->plan, .mine = r->mine ? &r->mine[i] : NULL, .key = r->key, .took = took + (size_t)i * each,
                    .query = r->query, .place = r->place, .gate = &gate};
  }
  double groups = line_figure(l, "sideline_groups_total"), operations = line_figure(l, "sideline_operations_total");
  double cpu = line_figure(l, "process_cpu_seconds_total");
  for (unsigned i = 0; i < r->connections; i++) must(pthread_create(&thread[i], NULL, work, &jobs[i]) == 0, "thread");
  pthread_barrier_wait(&gate);
  double start = now_s();
  result out = {.per_s = 0};
  for (unsigned i = 0; i < r->connections; i++) {
    pthread_join(thread[i], NULL);
    out.results += jobs[i].results / total;
  }
  out.per_s = total / (now_s() - start);
  groups = line_figure(l, "sideline_groups_total") - groups;
  out.group = (line_figure(l, "sideline_operations_total") - operations) / (groups > 0 ? groups : 1);
  out.cpu_us = (line_figure(l, "process_cpu_seconds_total") - cpu) * 1e6 / total;
  qsort(took, total, sizeof *took, by_size);
  out.p50_ms = took[total / 2] * 1e3;
  out.p99_ms = took[total - total / 100 - 1] * 1e3;
  out.p999_ms = took[total - total / 1000 - 1] * 1e3;
  free(took);
  pthread_barrier_destroy(&gate);
  return out;
}

static void report(const char *what, const run *r, int quantum_ms, const result *out) {
  printf("  {\"measure\": \"%s\", \"connections\": %u, \"quantum_ms\": %d, \"per_s\": %.0f, \"p50_ms\": %.1f, \"p99_ms\": %.1f, "
         "\"p99.9_ms\": %.1f, \"per_commit\": %.1f, \"daemon_cpu_us\": %.0f, \"results\": %.1f},\n",
         what, r->connections, quantum_ms, out->per_s, out->p50_ms, out->p99_ms, out->p999_ms, out->group, out->cpu_us, out->results);
  fflush(stdout);
}

/* One request after another by subject uss0. */
static void single(line *l, const issuer *by, const char *target, const sl_buf *body, char ovn[static OVN]) {
  static char token[TOKEN_MAX];
  token_make(token, by, "uss0");
  job j = {.l = l, .token = token};
  client c;
  sl_buf text;
  sl_str answer;
  sl_buf_init(&text, 1u << 20);
  client_open(&c, l);
  ask(&c, &j, "PUT", target, body, &text, &answer);
  if (strstr(target, "operational_intent")) ovn_of(ovn, answer);
  client_close(&c);
  sl_buf_fini(&text);
}

/* The intents that fill a cell, each with those before it in its key; the key of all. */
static void fill_cell(line *l, const issuer *by, double place, sl_buf *key) {
  sl_buf body, volume;
  sl_buf_init(&body, 1u << 20);
  sl_buf_init(&volume, 1u << 16);
  for (unsigned i = 0; i < FILLED; i++) {
    char target[128], ovn[OVN];
    sl_buf_clear(&body);
    sl_buf_clear(&volume);
    cell_volume(&volume, place, 0, 3000);
    sl_buf_add_u8(key, 0);
    put_add(&body, (const char *)volume.data, volume.size, (const char *)key->data);
    key->size--;
    snprintf(target, sizeof target, "/dss/v1/operational_intent_references/%08x-0000-4000-8000-000000000000",
             0x20000000u + (unsigned)(place * 1000) * 1000u + i);
    single(l, by, target, &body, ovn);
    sl_buf_add_format(key, "%s\"%s\"", i > 0 ? "," : "", ovn);
  }
  sl_buf_add_u8(key, 0);
  sl_buf_fini(&body);
  sl_buf_fini(&volume);
}

static void subscribe(line *l, const issuer *by, double place, unsigned count) {
  sl_buf body;
  sl_buf_init(&body, 1u << 16);
  for (unsigned i = 0; i < count; i++) {
    char target[128], ovn[OVN];
    sl_buf_clear(&body);
    sl_buf_add_text(&body, "{\"extents\":");
    volume_add(&body, 10.0, 20.0 + place, 0.008, 0.008, 0, 3000, day, day + 3600);
    sl_buf_add_text(&body, ",\"uss_base_url\":\"https://uss.example\",\"notify_for_operational_intents\":true}");
    snprintf(target, sizeof target, "/dss/v1/subscriptions/%08x-0000-4000-8000-000000000000", 0x30000000u + i);
    single(l, by, target, &body, ovn);
  }
  sl_buf_fini(&body);
}

/* Updates in a cell: each connection's own is made first, and not timed. */
static result cell(line *l, const issuer *by, const char *what, unsigned connections, int quantum_ms, unsigned updates,
                   double place, const char *key) {
  static known kept[CELLS][CONNECTIONS_MAX];
  known *mine = kept[(int)place];
  run r = {.connections = connections, .total = connections, .mine = mine, .key = key, .place = place};
  if (!mine[0].ovn[0]) play(l, by, &r);
  r.total = updates;
  result out = play(l, by, &r);
  report(what, &r, quantum_ms, &out);
  return out;
}

static void configure(line *l, void *context) { token_trust(l, context); }

int main(int count, char **word) {
  unsigned live = count > 1 ? (unsigned)strtoul(word[1], NULL, 10) : 1000000;
  unsigned updates = count > 2 ? (unsigned)strtoul(word[2], NULL, 10) : 20000;
  must(live >= 1000 && updates >= 256 && sl_seal_init() == SL_OK, "arguments");
  sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
  static line l;
  issuer *by = issuer_make();
  day = ((int64_t)time(NULL) + 3600) / 60 * 60;
  line_open_with(&l, false, 0, configure, by);
  printf("{\"benchmark\": \"f3548\", \"live\": %u, \"updates\": %u, \"fdatasync_per_s\": %.0f,\n \"runs\": [\n", live, updates, syncs_per_s(l.folder));
  sl_buf key[CELLS];
  for (unsigned i = 0; i < CELLS; i++) {
    sl_buf_init(&key[i], 1u << 16);
    fill_cell(&l, by, i, &key[i]);
  }
  cell(&l, by, "busy cell", 64, 0, updates, 0, (const char *)key[0].data);
  result none = cell(&l, by, "no subscriptions", 64, 0, updates / 4, 1, (const char *)key[1].data);
  subscribe(&l, by, 1, 200);
  result many = cell(&l, by, "200 subscriptions", 64, 0, updates / 4, 1, (const char *)key[1].data);
  known *plan = calloc(live, sizeof *plan);
  must(plan != NULL, "memory");
  unsigned spread = live < 100000 ? live / 64 * 64 : 100000 / 64 * 64;
  run r = {.connections = 64, .total = spread, .plan = plan, .key = ""};
  double before = line_figure(&l, "process_resident_memory_bytes");
  result out = play(&l, by, &r);
  report("creates spread", &r, 0, &out);
  r.total = updates;
  out = play(&l, by, &r);
  report("updates spread", &r, 0, &out);
  for (unsigned done = spread; live - done >= 64; done += r.total) {
    r = (run){.connections = 64, .first = done, .total = live - done < PORTION ? (live - done) / 64 * 64 : PORTION, .plan = plan, .key = ""};
    out = play(&l, by, &r);
    if (live - done - r.total < 64) report("creates, the last", &r, 0, &out);
  }
  double bytes = line_figure(&l, "process_resident_memory_bytes");
  r = (run){.connections = 64, .total = updates, .query = true};
  out = play(&l, by, &r);
  report("query", &r, 0, &out);
  line_requantum(&l, 2, 20);
  cell(&l, by, "busy cell", 256, 20, updates, 2, (const char *)key[2].data);
  double ready = line_restart(&l);
  printf("  {\"measure\": \"start\", \"ready_s\": %.2f, \"resident_bytes\": %.0f, \"resident_before_bytes\": %.0f, "
         "\"resident_after_start_bytes\": %.0f},\n", ready, bytes, before, line_figure(&l, "process_resident_memory_bytes"));
  printf("  {\"measure\": \"subscriptions\", \"cost_ratio_cpu\": %.2f, \"cost_ratio_rate\": %.2f}\n ]}\n", many.cpu_us / none.cpu_us,
         none.per_s / many.per_s);
  for (unsigned i = 0; i < CELLS; i++) sl_buf_fini(&key[i]);
  free(plan);
  issuer_drop(by);
  line_close(&l);
  return 0;
}
