/* The figures that the liaison's monitoring reads: a table of what the service and the
 * listener count, and four of the process under the names that dashboards expect. */
#include "daemon/metrics.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"

typedef struct figure {
  const char *name, *type, *help;
  size_t offset;
} figure;

static const figure of_service[] = {
    {"requests_total", "counter", "Requests that reached the service.", offsetof(sl_service_counts, requests)},
    {"refused_total", "counter", "Requests refused before they were queued.", offsetof(sl_service_counts, refused)},
    {"operations_total", "counter", "Operations carried out.", offsetof(sl_service_counts, operations)},
    {"groups_total", "counter", "Groups committed.", offsetof(sl_service_counts, groups)},
    {"commits_failed_total", "counter", "Groups that failed and were undone.", offsetof(sl_service_counts, commits_failed)},
    {"replies_late_total", "counter", "Replies that missed their quantum.", offsetof(sl_service_counts, replies_late)},
    {"rounds_total", "counter", "Rounds announced.", offsetof(sl_service_counts, rounds)},
    {"ticks_total", "counter", "Entries of the roll-up.", offsetof(sl_service_counts, ticks)},
    {"intents_live", "gauge", "Intents that are judged.", offsetof(sl_service_counts, intents_live)},
    {"pushes_queued_total", "counter", "Notifications to parties' servers queued.", offsetof(sl_service_counts, pushes_queued)},
    {"pushes_taken_total", "counter", "Notifications that a server took.", offsetof(sl_service_counts, pushes_delivered)},
    {"pushes_retried_total", "counter", "Notifications to be tried again.", offsetof(sl_service_counts, pushes_retried)},
    {"pushes_dropped_total", "counter", "Notifications refused, or too old.", offsetof(sl_service_counts, pushes_dropped)},
    {"cases_open", "gauge", "Cases that are neither resolved nor unresolved.", offsetof(sl_service_counts, cases_open)},
    {"unpaid_total", "counter", "Versions filed by parties whose budget was used up.", offsetof(sl_service_counts, unpaid)},
    {"unacknowledged", "gauge", "Standing conflicts that nobody acknowledged in time.", offsetof(sl_service_counts, unacknowledged)},
    {"disk_full", "gauge", "1 while the disk has no room and nothing is written.", offsetof(sl_service_counts, full)},
    {"queue_high", "gauge", "The longest queue of a side so far.", offsetof(sl_service_counts, queue_high)},
};

static const figure of_http[] = {
    {"connections_total", "counter", "Connections accepted.", offsetof(sl_http_counts, connections)},
    {"connections_refused_total", "counter", "Connections beyond the rate of handshakes.", offsetof(sl_http_counts, connections_refused)},
    {"deadlines_total", "counter", "Connections ended at a deadline.", offsetof(sl_http_counts, deadlines)},
    {"heads_refused_total", "counter", "Heads that could be read in two ways.", offsetof(sl_http_counts, refused_heads)},
    {"bodies_too_large_total", "counter", "Bodies over the cap.", offsetof(sl_http_counts, too_large)},
    {"streams_cut_total", "counter", "Event streams whose reader fell behind.", offsetof(sl_http_counts, streams_cut)},
    {"transport_messages_total", "counter", "Messages of the HTTP library, not kept.", offsetof(sl_http_counts, messages)},
};

static void head(sl_buf *out, const char *prefix, const char *name, const char *type, const char *help) {
  sl_buf_add_format(out, "# HELP %s%s %s\n# TYPE %s%s %s\n", prefix, name, help, prefix, name, type);
}

static void table_add(sl_buf *out, const figure *row, size_t rows, const void *counts) {
  for (size_t i = 0; i < rows; i++) {
    uint64_t value = __atomic_load_n((const uint64_t *)(const void *)((const char *)counts + row[i].offset), __ATOMIC_RELAXED);
    head(out, "sideline_", row[i].name, row[i].type, row[i].help);
    sl_buf_add_format(out, "sideline_%s %llu\n", row[i].name, (unsigned long long)value);
  }
}

static void service_add(sl_buf *out, const sl_service_counts *counts) {
  static const char *const word[4] = {NULL, "CLEAR", "UNDECIDED", "CONFLICT"};
  table_add(out, of_service, sizeof of_service / sizeof *of_service, counts);
  head(out, "sideline_", "verdicts_total", "counter", "Verdicts given.");
  for (unsigned i = 1; i < 4; i++) {
    sl_buf_add_format(out, "sideline_verdicts_total{verdict=\"%s\"} %llu\n", word[i], (unsigned long long)counts->verdicts[i]);
  }
}

static uint64_t open_files(void) {
  uint64_t count = 0;
  DIR *folder = opendir("/proc/self/fd");
  if (!folder) return 0;
  while (readdir(folder)) count++;
  closedir(folder);
  return count > 3 ? count - 3 : 0;   /* ".", ".." and the folder's own */
}

/* The second number of /proc/self/statm. */
static uint64_t resident_bytes(void) {
  char text[128];
  int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t size = read(fd, text, sizeof text);
  (void)close(fd);
  if (size <= 0) return 0;
  const char *space = memchr(text, ' ', (size_t)size);
  if (!space) return 0;
  size_t start = (size_t)(space - text) + 1, end = start;
  while (end < (size_t)size && text[end] != ' ') end++;
  int64_t pages = 0;
  if (sl_int_read(&pages, (sl_str){text + start, end - start}) || pages < 0) return 0;
  return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void process_add(sl_buf *out, int64_t started_s) {
  struct rusage used;
  if (getrusage(RUSAGE_SELF, &used) == 0) {
    int64_t us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    head(out, "process_", "cpu_seconds_total", "counter", "Processor time used.");
    sl_buf_add_format(out, "process_cpu_seconds_total %lld.%06lld\n", (long long)(us / 1000000), (long long)(us % 1000000));
  }
  head(out, "process_", "resident_memory_bytes", "gauge", "Resident memory.");
  sl_buf_add_format(out, "process_resident_memory_bytes %llu\n", (unsigned long long)resident_bytes());
  head(out, "process_", "open_fds", "gauge", "Open files and sockets.");
  sl_buf_add_format(out, "process_open_fds %llu\n", (unsigned long long)open_files());
  head(out, "process_", "start_time_seconds", "gauge", "When the process started.");
  sl_buf_add_format(out, "process_start_time_seconds %lld\n", (long long)started_s);
}

void sl_metrics_add(sl_buf *out, sl_http *http, int64_t started_s) {
  sl_service_counts counts;
  sl_service_count(http->service, &counts);
  head(out, "sideline_", "ready", "gauge", "Whether the service can do its work.");
  sl_buf_add_format(out, "sideline_ready %d\n", sl_service_ready(http->service) ? 1 : 0);
  service_add(out, &counts);
  table_add(out, of_http, sizeof of_http / sizeof *of_http, &http->counts);
  head(out, "sideline_", "certificate_expires_seconds", "gauge", "When the certificate ends, Unix time; 0: plain HTTP.");
  sl_buf_add_format(out, "sideline_certificate_expires_seconds %lld\n", (long long)sl_tls_expires_s(http->tls));
  head(out, "sideline_", "exchanges", "gauge", "Requests under way.");
  sl_buf_add_format(out, "sideline_exchanges %llu\n", (unsigned long long)__atomic_load_n(&http->exchanges, __ATOMIC_RELAXED));
  process_add(out, started_s);
}
