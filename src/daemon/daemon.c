/* Opening, serving, closing.
 *
 * The main thread is the one that signals reach: they are blocked before any thread is
 * made and taken by sigwait, so that no handler runs. The order of closing is what the
 * HTTP library demands, which aborts when stopped with a connection suspended: no new
 * requests; the writer finishes what is queued; the service answers who waits; answers
 * leave; the listeners stop; the store closes. */
#include "daemon/daemon.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"
#include "daemon/file.h"
#include "daemon/keys.h"
#include "daemon/liaison.h"
#include "daemon/sandbox.h"
#include "daemon/say.h"
#include "daemon/notifier.h"
#include "daemon/writer.h"
#include "seal/seal.h"

#define SL_AUDIENCES_MAX 64u

typedef struct secrets { sl_key key; uint8_t seed[32]; } secrets;

typedef struct running {
  const sl_config *config;
  secrets *secrets;
  sl_tls tls;
  sl_store *store;
  sl_service *service;
  sl_writer writer;
  sl_http http;
  sl_liaison liaison;
  sl_notifier notifier;       /* of notifications; with the F3548 face */
  sl_keys keys;
  sl_utm_options utm;
  sl_str audience[SL_AUDIENCES_MAX];
  sl_utm_subject subject[SL_SUBJECTS_MAX];
  pthread_t main;
  bool failed;            /* atomic: the store or the service, for good */
} running;

static sl_time wall(void *context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (sl_time){now.tv_sec * SL_NS_PER_S + now.tv_nsec};
}

static int64_t monotonic(void *context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * SL_NS_PER_S + now.tv_nsec;
}

static const sl_clock real_clock = {NULL, wall, monotonic};

static sl_err load_files(const sl_config *config, secrets *out, sl_tls *tls, sl_fault *fault) {
  sl_fault inner = sl_fault_none();
  sl_err err = sl_key_load(&out->key, config->server_key, &inner);
  if (err) sl_fault_set(fault, err, "%.90s: %.90s", config->server_key, inner.reason);
  if (!err) err = sl_file_seed(out->seed, config->seed, fault);
  if (!err && config->certificate[0]) err = sl_tls_load(tls, config->certificate, config->certificate_key, fault);
  return err;
}

/* Whether what a start needs is there and of its kind; nothing is opened. */
static sl_err check_places(const sl_config *c, sl_fault *fault) {
  struct stat there;
  char folder[SL_CONFIG_TEXT_MAX + 1];
  memcpy(folder, c->store, sizeof folder);
  char *slash = strrchr(folder, '/');
  if (slash) slash[slash == folder] = '\0';
  if (!c->in_memory && slash && (stat(folder, &there) || !S_ISDIR(there.st_mode))) return sl_fault_set(fault, SL_ERR_IO, "store: its folder %.120s is not there: make it, 0700", folder);
  if (!c->in_memory && stat(c->store, &there) == 0 && !S_ISREG(there.st_mode)) return sl_fault_set(fault, SL_ERR_DENIED, "store: %.120s is there and no file", c->store);
  if (c->push_tokens[0] && (stat(c->push_tokens, &there) || !S_ISDIR(there.st_mode))) return sl_fault_set(fault, SL_ERR_IO, "push_tokens: %.120s is no folder", c->push_tokens);
  if (c->push_ca[0] && (stat(c->push_ca, &there) || !S_ISREG(there.st_mode))) return sl_fault_set(fault, SL_ERR_IO, "push_ca: %.120s is no file", c->push_ca);
  return SL_OK;
}

sl_err sl_daemon_check(const sl_config *config, sl_fault *fault) {
  secrets loaded = {.seed = {0}};
  sl_tls tls = {NULL};
  sl_err err = load_files(config, &loaded, &tls, fault);
  if (!err && sl_tls_on(&tls) && sl_tls_expires_s(&tls) * SL_NS_PER_S < wall(NULL).ns) err = sl_fault_set(fault, SL_ERR_EXPIRED, "%.120s is past its time: install a renewed one", config->certificate);
  if (!err) err = check_places(config, fault);
  if (!err) err = sl_keys_check(config, fault);
  sl_tls_fini(&tls);
  sl_wipe(&loaded, sizeof loaded);
  return err;
}

/* On the writer's thread. */
static void on_failed(void *context) {
  running *r = context;
  __atomic_store_n(&r->failed, true, __ATOMIC_RELEASE);
  pthread_kill(r->main, SIGTERM);
}

/* The F3548 face as the service takes it. */
static void utm_options(running *r) {
  const sl_config *c = r->config;
  r->utm = (sl_utm_options){.base_url = c->utm_base_url, .allow_http = c->utm_http, .audience = r->audience,
                            .subject = r->subject, .subjects = c->subject_count, .version = SL_VERSION};
  for (const char *at = c->utm_audience; *at != '\0' && r->utm.audiences < SL_AUDIENCES_MAX;) {
    size_t size = strcspn(at, " ");
    if (size > 0) r->audience[r->utm.audiences++] = (sl_str){at, size};
    at += size + (at[size] == ' ');
  }
  for (size_t i = 0; i < c->subject_count; i++) {
    const sl_subject *from = &c->subject[i];
    sl_utm_subject *to = &r->subject[i];
    to->subject = from->subject;
    memcpy(to->side, c->side[from->side].name, sizeof to->side);
    memcpy(to->party, from->party, sizeof to->party);
  }
}

static void take_keys(void *service, sl_token_keys *keys) { sl_service_utm_keys(service, keys); }

static sl_err open_all(running *r, sl_fault *fault) {
  const sl_config *c = r->config;
  sl_err err = load_files(c, r->secrets, &r->tls, fault);
  bool utm = c->utm_audience[0] != '\0';
  if (!err && utm) err = sl_notifier_init(&r->notifier, c);
  if (!err) err = c->in_memory ? sl_store_open_memory(&r->store, NULL) : sl_store_open_sqlite(&r->store, c->store, NULL, fault);
  if (err) return err;
  sl_service_options options = {.side = c->side, .side_count = c->side_count, .clock = real_clock,
                                .signer = sl_key_signer(&r->secrets->key), .queue_depth = c->queue,
                                .group_max = c->group, .intents_max = c->intents, .nonces_max = c->nonces,
                                .retention = {(int64_t)c->retention_days * 24 * SL_NS_PER_H}};
  if (utm) {
    utm_options(r);
    options.utm = &r->utm;
    options.push_wake = sl_notifier_wake;
    options.push_context = &r->notifier;
  }
  memcpy(options.origin, c->origin, sizeof options.origin);
  memcpy(options.seed, r->secrets->seed, 32);
  if (!c->in_memory) err = sl_store_relay(r->store);
  if (!err) err = sl_service_open(&r->service, &options, r->store, fault);
  sl_wipe(&options, sizeof options);
  if (!err) err = sl_writer_start(&r->writer, r->service, r->store, on_failed, r);
  if (!err && utm) err = sl_keys_start(&r->keys, c, real_clock, take_keys, r->service, fault);
  if (!err && utm) err = sl_notifier_start(&r->notifier, r->service);
  if (!err) err = sl_http_start(&r->http, c, &r->tls, r->service, &real_clock, fault);
  if (!err) err = sl_liaison_start(&r->liaison, c, &r->tls, &r->http, r->store, r->secrets->seed, fault);
  return err;
}

static void close_all(running *r) {
  sl_http_drain(&r->http);
  sl_liaison_stop(&r->liaison);
  sl_writer_stop(&r->writer);
  sl_notifier_stop(&r->notifier);
  sl_keys_stop(&r->keys);
  sl_service_close(r->service);
  sl_notifier_fini(&r->notifier);
  sl_http_stop(&r->http, r->config->drain_s);
  sl_store_close(r->store);
  sl_tls_fini(&r->tls);
}

/* systemd's word that we serve; nothing when it did not ask. Source: sd_notify(3). */
static void notify_ready(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof to.sun_path) return;
  memcpy(to.sun_path, path, strlen(path));
  if (path[0] == '@') to.sun_path[0] = '\0';
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  static const char word[] = "READY=1";
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
  if (sendto(fd, word, sizeof word - 1, MSG_NOSIGNAL, (const struct sockaddr *)&to, size) < 0) {
    sl_say_error("event=notify-failed");
  }
  (void)close(fd);
}

static void announce(const running *r) {
  const sl_config *c = r->config;
  const char *open = c->listen.six ? "[" : "", *shut = c->listen.six ? "]" : "";
  sl_say("event=listening url=%s://%s%s%s:%u", c->certificate[0] ? "https" : "http", open, c->listen.host, shut, r->http.port);
  if (r->liaison.daemon) sl_say("event=liaison-listening address=%s port=%u", c->liaison.host, r->liaison.port);
}

/* What a SIGHUP exchanges: the certificate and its key, which are renewed every few weeks.
 * What cannot be read or does not fit leaves the old ones in place. */
static void reload(running *r) {
  const sl_config *c = r->config;
  sl_fault fault = sl_fault_none();
  if (!c->certificate[0]) {
    sl_say("event=reloaded certificate=none");
  } else if (sl_tls_load(&r->tls, c->certificate, c->certificate_key, &fault)) {
    sl_say_error("event=reload-failed error=%s reason=\"%s\"", sl_err_name(fault.code), fault.reason);
  } else {
    sl_say("event=reloaded certificate_expires=%lld", (long long)sl_tls_expires_s(&r->tls));
  }
}

static void serve(running *r, const sigset_t *signals) {
  for (;;) {
    int which = 0;
    if (sigwait(signals, &which)) continue;
    if (which == SIGHUP) {
      reload(r);
      continue;
    }
    sl_say("event=stopping reason=%s", __atomic_load_n(&r->failed, __ATOMIC_ACQUIRE) ? "failure" : "signal");
    return;
  }
}

static int status_of(sl_err err) {
  switch (err) {
    case SL_ERR_IO: case SL_ERR_FULL: return EX_IOERR;
    case SL_ERR_CORRUPT: case SL_ERR_SCHEMA: case SL_ERR_SYNTAX: return EX_DATAERR;
    case SL_ERR_DENIED: return EX_NOPERM;
    case SL_ERR_BUSY: case SL_ERR_NOMEM: return EX_TEMPFAIL;
    default: return EX_CONFIG;
  }
}

int sl_daemon_run(const sl_config *config, bool sandbox) {
  static const int taken[] = {SIGTERM, SIGINT, SIGHUP};
  sigset_t signals;
  sigemptyset(&signals);
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) sigaddset(&signals, taken[i]);
  sigset_t blocked = signals;
  sigaddset(&blocked, SIGPIPE);   /* a write to a client that left is an error, not an end */
  if (pthread_sigmask(SIG_BLOCK, &blocked, NULL)) return EX_OSERR;
  static secrets held;   /* one page or two, out of swap, wiped at the end */
  running *r = calloc(1, sizeof *r);
  if (!r) return EX_OSERR;
  *r = (running){.config = config, .secrets = &held, .main = pthread_self()};
  sl_sandbox_pin(&held, sizeof held);
  sl_fault fault = sl_fault_none();
  sl_err err = open_all(r, &fault);
  if (!err) notify_ready();   /* makes a socket, which the sandbox takes away */
  if (!err && sandbox) err = sl_sandbox_close(r->config->utm_audience[0] != '\0', &fault);
  if (!err) {
    announce(r);
    serve(r, &signals);
  } else {
    sl_say_error("event=start-failed error=%s reason=\"%s\"", sl_err_name(err), fault.reason);
  }
  close_all(r);
  bool failed = __atomic_load_n(&r->failed, __ATOMIC_ACQUIRE);
  sl_wipe(&held, sizeof held);
  free(r);
  if (!err) sl_say("event=stopped");
  return err ? status_of(err) : failed ? EX_IOERR : EX_OK;
}
