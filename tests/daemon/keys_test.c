/* Keys of tokens: read again when their file changes, fetched from an address, kept while
 * what replaces them is bad. */
#include "daemon/keys.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../wire/issuer.h"
#include "test.h"

static sl_config config;
static sl_keys keeper;
static char folder[32], path[64];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sl_token_keys *held;      /* under the lock */
static unsigned taken;

static sl_time wall(void *context) {
  (void)context;
  return (sl_time){INT64_C(1800000000) * SL_NS_PER_S};
}

static int64_t monotonic(void *context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * SL_NS_PER_S + now.tv_nsec;
}

static const sl_clock clock_of_test = {NULL, wall, monotonic};

static void take(void *context, sl_token_keys *keys) {
  (void)context;
  pthread_mutex_lock(&lock);
  sl_token_keys_free(held);
  held = keys;
  taken++;
  pthread_mutex_unlock(&lock);
}

static size_t held_count(void) {
  pthread_mutex_lock(&lock);
  size_t count = held ? sl_token_keys_live(held, wall(NULL)) : 0;
  pthread_mutex_unlock(&lock);
  return count;
}

/* Wait, at most ten seconds, for this many keys. */
static void wait_count(size_t count) {
  for (int i = 0; i < 1000 && held_count() != count; i++) nanosleep(&(struct timespec){0, 10000000}, NULL);
  assert_int_equal(held_count(), count);
}

static int setup(void **state) {
  (void)state;
  config = (sl_config){.utm_http = true, .utm_jwks_refresh_s = 10, .utm_jwks_age_s = 60};
  memcpy(folder, "/tmp/sl-keys-XXXXXX", sizeof "/tmp/sl-keys-XXXXXX");
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/keys", folder);
  taken = 0;
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sl_keys_stop(&keeper);
  sl_token_keys_free(held);
  held = NULL;
  unlink(path);
  rmdir(folder);
  return 0;
}

/* Replaced as it should be, by a rename. */
static void write_file(const sl_buf *text) {
  char next[80];
  snprintf(next, sizeof next, "%s.next", path);
  FILE *file = fopen(next, "w");
  assert_non_null(file);
  if (text->size > 0) assert_int_equal(fwrite(text->data, 1, text->size, file), text->size);
  fclose(file);
  assert_int_equal(rename(next, path), 0);
}

static void pem_of(sl_buf *out, unsigned keys) {
  sl_buf_clear(out);
  for (unsigned i = 0; i < keys; i++) {
    issuer *from = issuer_new(2048);
    issuer_add_public_pem(out, from);
    issuer_free(from);
  }
}

static void jwks_of(sl_buf *out, unsigned keys) {
  sl_buf_clear(out);
  sl_buf_add_text(out, "{\"keys\":[");
  for (unsigned i = 0; i < keys; i++) {
    char kid[16];
    snprintf(kid, sizeof kid, "key-%u", i);
    issuer *from = issuer_new(2048);
    if (i > 0) sl_buf_add_text(out, ",");
    issuer_add_jwk(out, from, kid, "");
    issuer_free(from);
  }
  sl_buf_add_text(out, "]}");
}

static void file_is_read_again_when_it_changes_and_kept_when_it_is_bad(void **state) {
  (void)state;
  sl_buf text;
  sl_buf_init(&text, 65536);
  pem_of(&text, 1);
  write_file(&text);
  snprintf(config.utm_keys, sizeof config.utm_keys, "%s", path);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_keys_start(&keeper, &config, clock_of_test, take, NULL, &fault), SL_OK);
  assert_int_equal(held_count(), 1);   /* before anything is served */
  pem_of(&text, 2);
  write_file(&text);
  wait_count(2);
  sl_buf_clear(&text);
  sl_buf_add_text(&text, "nothing of the kind\n");
  write_file(&text);
  nanosleep(&(struct timespec){2, 500000000}, NULL);
  assert_int_equal(held_count(), 2);
  jwks_of(&text, 3);
  write_file(&text);
  wait_count(3);
  assert_int_equal(taken, 3);
  sl_buf_fini(&text);
}

static void a_start_without_good_keys_is_refused(void **state) {
  (void)state;
  snprintf(config.utm_keys, sizeof config.utm_keys, "%s", path);
  sl_fault fault = sl_fault_none();
  assert_int_not_equal(sl_keys_check(&config, &fault), SL_OK);
  assert_true(fault.reason[0] != '\0');
  sl_buf text;
  sl_buf_init(&text, 65536);
  write_file(&text);
  assert_int_equal(sl_keys_check(&config, &fault), SL_ERR_MISSING);
  sl_buf_add_text(&text, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
  write_file(&text);
  assert_int_not_equal(sl_keys_start(&keeper, &config, clock_of_test, take, NULL, &fault), SL_OK);
  assert_int_equal(taken, 0);
  sl_buf_fini(&text);
}

/* One connection's worth of server: answers `answer` to each that comes. */
typedef struct server { int socket; sl_buf answer; pthread_t thread; } server;

static void *serve(void *context) {
  server *s = context;
  for (int fd; (fd = accept(s->socket, NULL, NULL)) >= 0; close(fd)) {
    char request[2048];
    (void)!recv(fd, request, sizeof request, 0);
    (void)!send(fd, s->answer.data, s->answer.size, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    (void)!recv(fd, request, sizeof request, 0);
  }
  return NULL;
}

static void server_start(server *s, const sl_buf *body) {
  sl_buf_init(&s->answer, 1u << 20);
  sl_buf_add_format(&s->answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", body->size);
  sl_buf_add(&s->answer, body->data, body->size);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  s->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(s->socket, (struct sockaddr *)&at, size), 0);
  assert_int_equal(listen(s->socket, 4), 0);
  assert_int_equal(getsockname(s->socket, (struct sockaddr *)&at, &size), 0);
  snprintf(config.utm_jwks_url, sizeof config.utm_jwks_url, "http://127.0.0.1:%u/jwks", ntohs(at.sin_port));
  assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_end(server *s) {
  shutdown(s->socket, SHUT_RDWR);
  pthread_join(s->thread, NULL);
  close(s->socket);
  sl_buf_fini(&s->answer);
}

static void address_is_fetched_and_trusted_for_its_age(void **state) {
  (void)state;
  sl_buf text;
  sl_buf_init(&text, 65536);
  jwks_of(&text, 2);
  server s;
  server_start(&s, &text);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_keys_start(&keeper, &config, clock_of_test, take, NULL, &fault), SL_OK);
  wait_count(2);
  pthread_mutex_lock(&lock);
  sl_time old = {wall(NULL).ns + 61 * SL_NS_PER_S};
  assert_int_equal(sl_token_keys_live(held, old), 0);
  pthread_mutex_unlock(&lock);
  server_end(&s);
  sl_buf_fini(&text);
}

static void too_long_an_answer_is_no_key(void **state) {
  (void)state;
  sl_buf text;
  sl_buf_init(&text, 1u << 20);
  jwks_of(&text, 1);
  while (text.size <= SL_JWKS_MAX) sl_buf_add_text(&text, "                ");
  server s;
  server_start(&s, &text);
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_keys_start(&keeper, &config, clock_of_test, take, NULL, &fault), SL_OK);
  nanosleep(&(struct timespec){1, 500000000}, NULL);
  assert_int_equal(held_count(), 0);
  assert_int_equal(taken, 0);
  server_end(&s);
  sl_buf_fini(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(file_is_read_again_when_it_changes_and_kept_when_it_is_bad, setup, teardown),
      cmocka_unit_test_setup_teardown(a_start_without_good_keys_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(address_is_fetched_and_trusted_for_its_age, setup, teardown),
      cmocka_unit_test_setup_teardown(too_long_an_answer_is_no_key, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
