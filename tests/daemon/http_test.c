/* The listener's stop under connections that come and go: no moment of it may end the
 * process. The HTTP library's own way to stop accepting (MHD_quiesce_daemon) does: it takes
 * the socket out of each worker's epoll set while that worker may do the same, and aborts when
 * it comes second. With the slow system call below that was so at one of the first stops. */
#include "daemon/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "service/world.h"
#include "test.h"

#define STOPS 200u
#define CALLERS 2u
#define KEPT 12u   /* connections that end in the moment of the stop */

long syscall(long number, ...);

/* Instead of the C library's: taking a listening socket out of a set takes its time, so that
 * what happens between a worker and whoever else does it is seen in a few stops. */
int epoll_ctl(int set, int operation, int fd, struct epoll_event *event) {
  int listens = 0;
  socklen_t size = sizeof listens;
  bool taken_out = operation == EPOLL_CTL_DEL && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens;
  if (taken_out) nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
  return (int)syscall(SYS_epoll_ctl, set, operation, fd, event);
}

static struct { uint16_t port; bool stop; uint64_t connected, answered; } calls;   /* atomic each */

static int call(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval patience = {.tv_sec = 5};
  at.sin_port = htons(__atomic_load_n(&calls.port, __ATOMIC_ACQUIRE));
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
      connect(fd, (struct sockaddr *)&at, sizeof at) == 0) return fd;
  close(fd);
  return -1;
}

static bool ask(int fd) {
  static const char question[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  char answer[512];
  return send(fd, question, sizeof question - 1, MSG_NOSIGNAL) > 0 && recv(fd, answer, sizeof answer, 0) > 0;
}

static void nap(void) { nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL); }

/* Calls without end; every other one asks something. */
static void *keep_calling(void *context) {
  (void)context;
  for (unsigned n = 0; !__atomic_load_n(&calls.stop, __ATOMIC_ACQUIRE); n++) {
    int fd = call();
    if (fd < 0) {
      nap();
      continue;
    }
    __atomic_fetch_add(&calls.connected, 1, __ATOMIC_RELAXED);
    if (n % 2 == 0 && ask(fd)) __atomic_fetch_add(&calls.answered, 1, __ATOMIC_RELAXED);
    close(fd);
  }
  return NULL;
}

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

static sl_config config_of_the_test(void) {
  return (sl_config){.listen = {.host = "127.0.0.1", .loopback = true}, .origin = "line.example", .threads = 8,
                     .connections = 64, .connections_per_address = 64, .handshakes_per_s = 100000, .body_bytes = SL_BODY_MAX,
                     .request_s = 10, .idle_s = 10, .stream_s = 10, .drain_s = 1};
}

static void a_stop_under_connections_never_aborts(void **state) {
  (void)state;
  static sl_world world;
  sl_world_init(&world);
  sl_world_open(&world, NULL);
  sl_config config = config_of_the_test();
  sl_clock clock = {NULL, wall, monotonic};
  pthread_t caller[CALLERS];
  for (unsigned i = 0; i < CALLERS; i++) assert_int_equal(pthread_create(&caller[i], NULL, keep_calling, NULL), 0);
  for (unsigned i = 0; i < STOPS; i++) {
    static sl_http http;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_http_start(&http, &config, NULL, world.service, &clock, &fault), SL_OK);
    __atomic_store_n(&calls.port, http.port, __ATOMIC_RELEASE);
    int kept[KEPT];
    for (unsigned k = 0; k < KEPT; k++) assert_true((kept[k] = call()) >= 0 && ask(kept[k]));
    for (unsigned k = 0; k < KEPT; k++) close(kept[k]);
    sl_http_drain(&http);
    assert_false(sl_http_enter(&http));
    sl_http_stop(&http, 1);
    assert_int_equal(http.exchanges, 0);
  }
  __atomic_store_n(&calls.stop, true, __ATOMIC_RELEASE);
  for (unsigned i = 0; i < CALLERS; i++) pthread_join(caller[i], NULL);
  printf("%u stops under %llu connections, %llu answered\n", STOPS, (unsigned long long)calls.connected,
         (unsigned long long)calls.answered);
  assert_true(calls.answered > STOPS);
  sl_world_fini(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_stop_under_connections_never_aborts)};
  return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
