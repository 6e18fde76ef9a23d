/* Durable signed submissions over TLS, with many live intents in the index, 1% in conflict
 * across the line, each with a key of its party, a fresh nonce and a signed receipt;
 * beside two ceilings of the same run: bare SQLite at the group size that was achieved,
 * and the same requests with a store in memory. Prints one JSON object.
 *
 * Generator and daemon share the machine's processors. Requests are signed before the
 * clock starts; a sample of the receipts is verified after it stopped.
 *
 * Usage: load [LIVE [SUBMISSIONS]]   (100000 and 40000) */
#include "load.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/text.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "wire/intent.h"

#define CONNECTIONS_MAX 256u
#define SAMPLE 1000u          /* one receipt in so many is verified */
#define COLUMNS 400u
#define ROWS_PER_SUBMISSION 4u   /* plan, standing, opening of the log's entry, party */
#define ROW_BYTES 500u           /* on average */
#define BAR_PER_S 6000.0
#define BAR_P99_MS 30.0

typedef struct job {
  line *l;
  sl_buf text;                /* requests of this connection, one after the other */
  size_t *end;                /* where each ends in it */
  double *took;
  unsigned count, conflicts, sampled;
  unsigned first, step;       /* plan numbers: first, first + step, ... */
  unsigned live;
  sl_buf samples;             /* blocks: bodies of answers */
  pthread_barrier_t *gate;
} job;

typedef struct result {
  double per_s, p50_ms, p99_ms, max_ms, group;
  unsigned conflicts, receipts_verified;
  double late;
  double daemon_cpu_us, generator_cpu_us;   /* a submission */
} result;

void must(bool held, const char *what) {
  if (held) return;
  fprintf(stderr, "bench/load: failed: %s\n", what);
  exit(1);
}

double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Plan number n: a box of 400 m in its own cell of a grid; odd ones are red's. One in a
 * hundred beyond the live ones lies on a live plan of the other side. */
static void plan_add(sl_buf *out, unsigned n, unsigned live) {
  unsigned cell = n;
  if (live > 0 && n >= live && n % 100 == 7) cell = (n * 2654435761u) % (live / 2) * 2 + (n % 2 == 0);
  int64_t lat = INT64_C(40000000000) + (int64_t)(cell / COLUMNS) * 10000000, lon = (int64_t)(cell % COLUMNS) * 10000000;
  sl_pos vertex[4] = {{lat, lon}, {lat, lon + 4000000}, {lat + 4000000, lon + 4000000}, {lat + 4000000, lon}};
  sl_ring ring = {vertex, 4};
  bool hole[1] = {false};
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {&ring, hole, 1, SL_EDGE_GEODESIC}};
  object.as.volume.band.ref = SL_ALT_W84;
  object.as.volume.band.as.w84.lower.mm = 500000;
  object.as.volume.band.as.w84.upper.mm = 560000;
  int64_t start = ((int64_t)time(NULL) + 7200) / 3600 * 3600;
  object.as.volume.window = (sl_window){{start * SL_NS_PER_S}, {(start + 600) * SL_NS_PER_S}};
  sl_draft draft = {.version = 1, .state = SL_INTENT_ACCEPTED, .start_tolerance = {300 * SL_NS_PER_S}};
  draft.plan = (sl_plan){&object, 1};
  sl_draft_add(out, &draft);
}

static void sign_all(job *j) {
  sl_buf body;
  sl_buf_init(&body, 1u << 16);
  sl_buf_init(&j->text, (size_t)j->count * 4096 + 4096);
  for (unsigned i = 0; i < j->count; i++) {
    unsigned n = j->first + i * j->step;
    char target[80];
    snprintf(target, sizeof target, "/v1/intents/%08x-0000-4000-8000-000000000000", n);
    sl_buf_clear(&body);
    plan_add(&body, n, j->live);
    /* A connection has an even or an odd first number and an even step: one side. */
    request_add(&j->text, j->l, &j->l->party[j->first % PARTIES], "PUT", target, sl_buf_str(&body));
    j->end[i] = j->text.size;
  }
  sl_buf_fini(&body);
}

static void *work(void *context) {
  job *j = context;
  client c;
  client_open(&c, j->l);
  pthread_barrier_wait(j->gate);
  pthread_barrier_wait(j->gate);
  size_t at = 0;
  for (unsigned i = 0; i < j->count; i++) {
    sl_str body;
    double start = now_s();
    int status = client_ask(&c, (sl_span){j->text.data + at, j->end[i] - at}, &body);
    j->took[i] = now_s() - start;
    at = j->end[i];
    if (status != 200) fprintf(stderr, "%d %.*s\n", status, (int)body.size, body.data);
    must(status == 200, "a submission");
    static const char mark[] = "\"verdict\":\"CONFLICT\"";
    for (size_t k = 0; k + sizeof mark <= body.size && k < 400; k++) {
      if (memcmp(body.data + k, mark, sizeof mark - 1) != 0) continue;
      j->conflicts++;
      break;
    }
    if ((j->first + i * j->step) % SAMPLE == 0) sl_buf_add_block(&j->samples, sl_str_bytes(body));
  }
  client_close(&c);
  return NULL;
}

/* The text of a string member, unescaped as far as \n goes. */
static size_t member(char *out, size_t room, sl_str body, const char *name) {
  char mark[32];
  int size = snprintf(mark, sizeof mark, "\"%s\":\"", name);
  size_t used = 0;
  for (size_t i = 0; i + (size_t)size < body.size; i++) {
    if (memcmp(body.data + i, mark, (size_t)size) != 0) continue;
    for (size_t k = i + (size_t)size; k < body.size && body.data[k] != '"' && used + 1 < room; k++) {
      bool escape = body.data[k] == '\\' && k + 1 < body.size && body.data[k + 1] == 'n';
      out[used++] = escape ? '\n' : body.data[k];
      k += escape;
    }
    break;
  }
  return used;
}

static void verify(const line *l, sl_str body) {
  static char text[65536];
  static uint8_t entry[65536];
  size_t entry_size = sizeof entry;
  size_t size = member(text, sizeof text, body, "entry");
  must(sl_base64_read(entry, &entry_size, (sl_str){text, size}) == SL_OK, "entry");
  uint8_t salt[32];
  size = member(text, sizeof text, body, "salt");
  must(sl_unhex(salt, 32, (sl_str){text, size}) == SL_OK, "salt");
  sl_hash leaf;
  sl_entry_leaf(sl_sha256, &leaf, salt, (sl_span){entry, entry_size});
  size = member(text, sizeof text, body, "proof");
  uint64_t index = 0;
  sl_checkpoint checkpoint;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_tlog_proof_open(&index, &checkpoint, (sl_str){text, size}, &leaf, sl_sha256, sl_ed25519_verify, l->server_key, &fault);
  must(err == SL_OK, "a receipt");
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void summarise(result *out, job *jobs, unsigned connections, unsigned total, double seconds) {
  double *all = malloc(total * sizeof *all);
  must(all != NULL, "memory");
  unsigned n = 0;
  for (unsigned i = 0; i < connections; i++) {
    memcpy(all + n, jobs[i].took, jobs[i].count * sizeof *all);
    n += jobs[i].count;
    out->conflicts += jobs[i].conflicts;
    sl_reader reader = sl_reader_of(sl_buf_span(&jobs[i].samples));
    while (reader.rest.size > 0) {
      verify(jobs[i].l, sl_span_text(sl_read_block(&reader)));
      out->receipts_verified++;
    }
  }
  qsort(all, n, sizeof *all, by_size);
  out->per_s = n / seconds;
  out->p50_ms = all[n / 2] * 1e3;
  out->p99_ms = all[n - n / 100 - 1] * 1e3;
  out->max_ms = all[n - 1] * 1e3;
  free(all);
}

/* Of this process: the generator's. */
static double processor_s(void) {
  struct rusage used;
  must(getrusage(RUSAGE_SELF, &used) == 0, "getrusage");
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

/* Submit plans first ... first + total - 1 over so many connections. */
static result submit(line *l, unsigned connections, unsigned first, unsigned total, unsigned live) {
  static job jobs[CONNECTIONS_MAX];
  pthread_t thread[CONNECTIONS_MAX];
  pthread_barrier_t gate;
  pthread_barrier_init(&gate, NULL, connections + 1);
  unsigned each = total / connections;
  for (unsigned i = 0; i < connections; i++) {
    jobs[i] = (job){.l = l, .count = each, .first = first + i, .step = connections, .live = live, .gate = &gate};
    jobs[i].end = calloc(each, sizeof(size_t));
    jobs[i].took = calloc(each, sizeof(double));
    sl_buf_init(&jobs[i].samples, 64u << 20);
    must(jobs[i].end && jobs[i].took, "memory");
    sign_all(&jobs[i]);
  }
  result out = {.per_s = 0};
  for (unsigned i = 0; i < connections; i++) must(pthread_create(&thread[i], NULL, work, &jobs[i]) == 0, "thread");
  pthread_barrier_wait(&gate);   /* all are connected */
  double groups = line_figure(l, "sideline_groups_total"), operations = line_figure(l, "sideline_operations_total");
  double late = line_figure(l, "sideline_replies_late_total"), cpu = line_figure(l, "process_cpu_seconds_total");
  double own = processor_s(), start = now_s();
  pthread_barrier_wait(&gate);   /* go */
  for (unsigned i = 0; i < connections; i++) pthread_join(thread[i], NULL);
  double seconds = now_s() - start;
  out.generator_cpu_us = (processor_s() - own) * 1e6 / (each * connections);
  groups = line_figure(l, "sideline_groups_total") - groups;
  operations = line_figure(l, "sideline_operations_total") - operations;
  out.late = line_figure(l, "sideline_replies_late_total") - late;
  out.daemon_cpu_us = (line_figure(l, "process_cpu_seconds_total") - cpu) * 1e6 / (each * connections);
  out.group = operations / (groups > 0 ? groups : 1);
  summarise(&out, jobs, connections, each * connections, seconds);
  for (unsigned i = 0; i < connections; i++) {
    free(jobs[i].end);
    free(jobs[i].took);
    sl_buf_fini(&jobs[i].text);
    sl_buf_fini(&jobs[i].samples);
  }
  pthread_barrier_destroy(&gate);
  return out;
}

/* Fill the index, in portions whose signatures do not grow old. */
static void fill(line *l, unsigned live) {
  for (unsigned done = 0; done < live; done += 12800) {
    unsigned left = live - done < 12800 ? live - done : 12800;
    submit(l, 64, done, left / 64 * 64, 0);
    line_beat(l);
  }
}

static void report(const char *store, unsigned connections, int quantum_ms, const result *r, double ceiling) {
  printf("  {\"store\": \"%s\", \"connections\": %u, \"quantum_ms\": %d, \"submissions_per_s\": %.0f, \"p50_ms\": %.1f, \"p99_ms\": %.1f, "
         "\"max_ms\": %.1f, \"per_commit\": %.1f, \"conflicts\": %u, \"late\": %.0f, \"receipts_verified\": %u, \"daemon_cpu_us\": %.0f, "
         "\"generator_cpu_us\": %.0f",
         store, connections, quantum_ms, r->per_s, r->p50_ms, r->p99_ms, r->max_ms, r->group, r->conflicts,
         r->late, r->receipts_verified, r->daemon_cpu_us, r->generator_cpu_us);
  if (ceiling > 0) {
    printf(", \"bare_sqlite_submissions_per_s\": %.0f, \"p99_bar_ms\": %.0f, \"p99_held\": %s, \"rate_held\": %s", ceiling,
           BAR_P99_MS + quantum_ms, r->p99_ms < BAR_P99_MS + quantum_ms ? "true" : "false", r->per_s >= BAR_PER_S ? "true" : "false");
  }
  printf("}");
  fflush(stdout);
}

/* What bare SQLite would do of such submissions, as many to a commit. */
static double bare(const line *l, const result *r) {
  unsigned rows = (unsigned)(r->group * ROWS_PER_SUBMISSION + 0.5);
  return bare_rows_per_s(l->folder, rows ? rows : 1, ROW_BYTES) / ROWS_PER_SUBMISSION;
}

/* The lower ceiling of each run, and whether half of it is held. */
static void report_ceiling(const char *name, const result *r, double bare_per_s, double memory_per_s, const char *end) {
  double lower = bare_per_s < memory_per_s ? bare_per_s : memory_per_s;
  printf(" \"%s\": {\"bare_sqlite_per_s\": %.0f, \"without_the_store_per_s\": %.0f, \"of_the_lower\": %.2f, \"half_held\": %s}%s\n", name,
         bare_per_s, memory_per_s, r->per_s / lower, r->per_s >= lower / 2 ? "true" : "false", end);
}

int main(int count, char **word) {
  unsigned live = count > 1 ? (unsigned)strtoul(word[1], NULL, 10) : 100000;
  unsigned total = count > 2 ? (unsigned)strtoul(word[2], NULL, 10) : 40000;
  must(live >= 200 && total >= 256 && sl_seal_init() == SL_OK, "arguments");
  sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
  live = live / 64 * 64;
  static line l;
  line_open(&l, false, 0);
  printf("{\"benchmark\": \"load\", \"live_intents\": %u, \"submissions\": %u, \"row_bytes\": %u, \"rows_per_submission\": %u, "
         "\"fdatasync_per_s\": %.0f,\n \"runs\": [\n", live, total, ROW_BYTES, ROWS_PER_SUBMISSION, syncs_per_s(l.folder));
  fflush(stdout);
  fill(&l, live);
  result narrow = submit(&l, 64, live, total, live);
  double narrow_bare = bare(&l, &narrow);
  report("sqlite", 64, 0, &narrow, narrow_bare);
  printf(",\n");
  line_requantum(&l, 2, 20);
  line_beat(&l);
  result wide = submit(&l, 256, live + total, total, live);
  double wide_bare = bare(&l, &wide), syncs = syncs_per_s(l.folder);
  report("sqlite", 256, 20, &wide, wide_bare);
  printf(",\n");
  line_close(&l);
  line_open(&l, true, 0);
  fill(&l, live);
  result memory = submit(&l, 64, live, total, live);
  report("memory", 64, 0, &memory, 0);
  printf("\n ],\n \"fdatasync_per_s_after\": %.0f,\n", syncs);
  report_ceiling("ceilings_64", &narrow, narrow_bare, memory.per_s, ",");
  report_ceiling("ceilings_256", &wide, wide_bare, memory.per_s, "}");
  line_close(&l);
  return 0;
}
