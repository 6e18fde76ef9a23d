/* How bytes leave a connection: heads wait for their bodies, and whatever the socket
 * takes of them, the client reads all of it once and in order. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/http.h"
#include "test.h"

enum { RECORDS = 3000, RECORD_MAX = 3000 };

typedef struct pair {
  sl_connection line;
  int client;
  sl_buf written, read;
} pair;

static void pair_open(pair *p) {
  int fd[2], small = 4096;
  memset(p, 0, sizeof *p);
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
  assert_int_equal(setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  p->line.socket = fd[0];
  p->client = fd[1];
  sl_buf_init(&p->written, (size_t)RECORDS * RECORD_MAX * 2);
  sl_buf_init(&p->read, (size_t)RECORDS * RECORD_MAX * 2);
}

static void pair_close(pair *p) {
  close(p->line.socket);
  close(p->client);
  sl_buf_fini(&p->written);
  sl_buf_fini(&p->read);
}

static size_t below(sl_rng *rng, size_t end) { return (size_t)(sl_rng_next(rng) % end); }

/* The client reads at most so much. */
static void take(pair *p, size_t most) {
  uint8_t piece[8192];
  ssize_t got = recv(p->client, piece, most < sizeof piece ? most : sizeof piece, 0);
  if (got > 0) sl_buf_add(&p->read, piece, (size_t)got);
}

/* As the TLS library does: what did not leave is offered again. */
static unsigned offer(pair *p, sl_rng *rng, uint8_t *data, size_t size) {
  unsigned full = 0;
  sl_buf_add(&p->written, data, size);
  while (size > 0) {
    size_t first = below(rng, size + 1);
    giovec_t part[2] = {{data, first}, {data + first, size - first}};
    ssize_t sent = sl_connection_push(&p->line, part, 2);
    assert_true(sent > 0 || (sent < 0 && errno == EAGAIN));
    if (sent < 0) {
      full++;
      take(p, 1 + below(rng, 6000));
      continue;
    }
    data += sent;
    size -= (size_t)sent;
  }
  return full;
}

static void everything_arrives_in_order(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("send", 7);
  static pair p;
  pair_open(&p);
  static uint8_t record[RECORD_MAX];
  unsigned full = 0;
  for (unsigned i = 0; i < RECORDS; i++) {
    size_t size = 1 + below(&rng, below(&rng, 2) ? RECORD_MAX : 900);
    for (size_t k = 0; k < size; k++) record[k] = (uint8_t)below(&rng, 256);
    p.line.more = below(&rng, 2);
    full += offer(&p, &rng, record, size);
  }
  p.line.more = false;
  uint8_t last = 7;
  offer(&p, &rng, &last, 1);
  while (p.read.size < p.written.size) take(&p, 8192);
  assert_int_equal(p.read.size, p.written.size);
  assert_memory_equal(p.read.data, p.written.data, p.written.size);
  assert_true(full > 100);
  pair_close(&p);
}

static void a_head_leaves_with_its_body(void **state) {
  (void)state;
  static pair p;
  pair_open(&p);
  char head[] = "head", body[] = "body";
  giovec_t part = {head, 4};
  p.line.more = true;
  assert_int_equal(sl_connection_push(&p.line, &part, 1), 4);
  take(&p, 100);
  assert_int_equal(p.read.size, 0);
  part.iov_base = body;
  assert_int_equal(sl_connection_push(&p.line, &part, 1), 4);
  take(&p, 100);
  assert_int_equal(p.read.size, 8);
  assert_memory_equal(p.read.data, "headbody", 8);
  pair_close(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_arrives_in_order),
      cmocka_unit_test(a_head_leaves_with_its_body),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
