/* Notifications over sockets: a party's server is a thread of this test that answers
 * what the case says. */
#include "daemon/notifier.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "service/push.h"
#include "test.h"
#include "world.h"

/* A server that answers each connection with `answer` and keeps the last request. */
typedef struct server {
  int socket;
  uint16_t port;
  pthread_t thread;
  const char *answer;        /* NULL: says nothing */
  unsigned connections;      /* atomic */
  char request[8192];        /* of the last one; read after the end */
} server;

static void read_request(server *s, int fd) {
  size_t size = 0;
  while (size + 1 < sizeof s->request) {
    ssize_t got = recv(fd, s->request + size, sizeof s->request - 1 - size, 0);
    if (got <= 0) break;
    size += (size_t)got;
    s->request[size] = '\0';
    const char *body = strstr(s->request, "\r\n\r\n"), *length = strstr(s->request, "Content-Length: ");
    if (body && length && strlen(body + 4) >= strtoul(length + 16, NULL, 10)) break;
  }
}

static void *serve(void *context) {
  server *s = context;
  for (;;) {
    int fd = accept(s->socket, NULL, NULL);
    if (fd < 0) return NULL;
    __atomic_fetch_add(&s->connections, 1, __ATOMIC_SEQ_CST);
    read_request(s, fd);
    if (s->answer) (void)!send(fd, s->answer, strlen(s->answer), MSG_NOSIGNAL);
    else (void)!recv(fd, &(char){0}, 1, 0);   /* until the client gives up */
    close(fd);
  }
}

static void server_start(server *s, const char *answer) {
  *s = (server){.answer = answer, .socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  assert_int_equal(bind(s->socket, (struct sockaddr *)&at, size), 0);
  assert_int_equal(listen(s->socket, 16), 0);
  assert_int_equal(getsockname(s->socket, (struct sockaddr *)&at, &size), 0);
  s->port = ntohs(at.sin_port);
  assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static unsigned connections_of(const server *s) {
  return __atomic_load_n(&s->connections, __ATOMIC_SEQ_CST);
}

static void server_end(server *s) {
  shutdown(s->socket, SHUT_RDWR);
  pthread_join(s->thread, NULL);
  close(s->socket);
}

static sl_world world;
static sl_notifier notifier;
static sl_config config;
static sl_client blue, red;

static int setup(void **state) {
  (void)state;
  config = (sl_config){.utm_http = true, .push_private = true};
  assert_int_equal(sl_notifier_init(&notifier, &config), SL_OK);
  sl_world_init(&world);
  world.agreement.quantum.ns = 0;   /* its clock stands: what is queued is due */
  world.options.push_wake = sl_notifier_wake;
  world.options.push_context = &notifier;
  sl_world_open(&world, NULL);
  sl_world_found(&world);
  sl_world_enrol(&world, 0, "ops", SL_CLASS_DRONE, 0, &blue);
  sl_world_enrol(&world, 1, "ops", SL_CLASS_DRONE, 0, &red);
  assert_int_equal(sl_notifier_start(&notifier, world.service), SL_OK);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sl_notifier_stop(&notifier);
  sl_world_fini(&world);
  sl_notifier_fini(&notifier);
  return 0;
}

static void add(unsigned side, const char *url) {
  const sl_member *party = sl_state_member(world.service, side, SL_STR("ops"));
  assert_int_equal(sl_store_begin(world.store), SL_OK);
  sl_push_add(world.service, party, sl_str_from(url), SL_STR("{\"a\":1}"));
  assert_int_equal(sl_store_commit(world.store), SL_OK);
  sl_push_release(world.service);
}

static void add_local(unsigned side, const server *s) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/uss/v1/x", s->port);
  add(side, url);
}

typedef struct ends { uint64_t delivered, retried, dropped; } ends;

static ends now(void) {
  sl_service_counts counts;
  sl_service_publish(world.service);
  sl_service_count(world.service, &counts);
  return (ends){counts.pushes_delivered, counts.pushes_retried, counts.pushes_dropped};
}

/* Wait, at most ten seconds, until so many ended one way or another. */
static ends wait_for(uint64_t count) {
  ends e = now();
  for (int i = 0; i < 1000 && e.delivered + e.retried + e.dropped < count; i++) {
    nanosleep(&(struct timespec){0, 10000000}, NULL);
    e = now();
  }
  assert_int_equal(e.delivered + e.retried + e.dropped, count);
  return e;
}

static void what_was_queued_arrives(void **state) {
  (void)state;
  server s;
  server_start(&s, "HTTP/1.1 204 No Content\r\n\r\n");
  add_local(0, &s);
  assert_int_equal(wait_for(1).delivered, 1);
  server_end(&s);
  assert_int_equal(strncmp(s.request, "POST /uss/v1/x HTTP/1.1\r\n", 25), 0);
  assert_non_null(strstr(s.request, "\r\nContent-Type: application/json\r\n"));
  assert_non_null(strstr(s.request, "\r\n\r\n{\"a\":1}"));
  assert_null(strstr(s.request, "Authorization"));
}

static void private_addresses_are_not_connected_to(void **state) {
  (void)state;
  config.push_private = false;
  server s;
  server_start(&s, "HTTP/1.1 204 No Content\r\n\r\n");
  add_local(0, &s);
  assert_int_equal(wait_for(1).dropped, 1);
  char url[64];
  snprintf(url, sizeof url, "http://localhost:%u/", s.port);   /* by name too */
  add(0, url);
  assert_int_equal(wait_for(2).dropped, 2);
  server_end(&s);
  assert_int_equal(connections_of(&s), 0);
}

static void redirect_is_not_followed(void **state) {
  (void)state;
  server there, here;
  server_start(&there, "HTTP/1.1 204 No Content\r\n\r\n");
  char answer[128];
  snprintf(answer, sizeof answer, "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:%u/\r\nContent-Length: 0\r\n\r\n", there.port);
  server_start(&here, answer);
  add_local(0, &here);
  assert_int_equal(wait_for(1).dropped, 1);
  server_end(&here);
  server_end(&there);
  assert_int_equal(connections_of(&there), 0);
}

static void each_status_has_its_end(void **state) {
  (void)state;
  static const struct { const char *answer; char end; } cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 'd'}, {"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 'r'},
      {"HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n", 'r'},   {"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n", 'x'},
      {"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 'x'},    {"nonsense\r\n\r\n", 'r'},
      {"", 'r'}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(setup(NULL), 0);
    server s;
    server_start(&s, cases[i].answer);
    add_local(0, &s);
    ends e = wait_for(1);
    char got = e.delivered ? 'd' : e.retried ? 'r' : 'x';
    if (got != cases[i].end) fail_msg("%s: %c", cases[i].answer, got);
    server_end(&s);
    assert_int_equal(teardown(NULL), 0);
  }
}

static void slow_server_holds_up_nobody_else_nor_the_end(void **state) {
  (void)state;
  server slow, quick;
  server_start(&slow, NULL);
  server_start(&quick, "HTTP/1.1 204 No Content\r\n\r\n");
  add_local(0, &slow);
  add_local(0, &slow);
  for (uint64_t i = 1; i <= 5; i++) {
    add_local(1, &quick);
    assert_int_equal(wait_for(i).delivered, i);
  }
  assert_int_equal(connections_of(&slow), 1);
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  sl_notifier_stop(&notifier);
  clock_gettime(CLOCK_MONOTONIC, &after);
  assert_true(after.tv_sec - before.tv_sec < 5);
  server_end(&slow);
  server_end(&quick);
}

static void token_write(char *path, size_t room, const char *folder, const char *name) {
  snprintf(path, room, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("abc.def.ghi\n", file);
  fclose(file);
  assert_int_equal(chmod(path, 0600), 0);
}

static void token_is_the_hosts_own_and_read_each_time(void **state) {
  (void)state;
  char folder[] = "/tmp/sl-tokens-XXXXXX", path[64], other[64];
  assert_non_null(mkdtemp(folder));
  snprintf(config.push_tokens, sizeof config.push_tokens, "%s", folder);
  server s;
  server_start(&s, "HTTP/1.1 204 No Content\r\n\r\n");
  token_write(other, sizeof other, folder, "default");
  add_local(0, &s);
  assert_int_equal(wait_for(1).retried, 1);   /* there is none for this host yet */
  assert_int_equal(connections_of(&s), 0);
  token_write(path, sizeof path, folder, "127.0.0.1");
  add_local(1, &s);
  assert_int_equal(wait_for(2).delivered, 1);
  server_end(&s);
  assert_non_null(strstr(s.request, "\r\nAuthorization: Bearer abc.def.ghi\r\n"));
  unlink(other);
  unlink(path);
  rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_was_queued_arrives, setup, teardown),
      cmocka_unit_test_setup_teardown(private_addresses_are_not_connected_to, setup, teardown),
      cmocka_unit_test_setup_teardown(redirect_is_not_followed, setup, teardown),
      cmocka_unit_test(each_status_has_its_end),
      cmocka_unit_test_setup_teardown(slow_server_holds_up_nobody_else_nor_the_end, setup, teardown),
      cmocka_unit_test_setup_teardown(token_is_the_hosts_own_and_read_each_time, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
