#include "seal/seal.h"

#include "log_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "test.h"

/* Entry number n: any bytes for a party's log, a tick for the roll-up. */
static size_t entry_of(const log_server *s, uint8_t out[static SL_ROLLUP_ENTRY_SIZE], uint64_t n) {
  if (!s->public) {
    int size = snprintf((char *)out, SL_ROLLUP_ENTRY_SIZE, "entry %llu", (unsigned long long)n);
    return (size_t)size;
  }
  sl_rollup_entry tick = {.tick = {((int64_t)n + 1) * SL_NS_PER_MIN}, .k = 4};
  memset(tick.root.bytes, (int)(n & 0xff), 32);
  sl_rollup_entry_write(out, &tick);
  return SL_ROLLUP_ENTRY_SIZE;
}

static void salt_of(uint8_t out[static 32], uint64_t n) {
  memset(out, 0, 32);
  memcpy(out, &n, sizeof n);
}

void log_server_checkpoint(const log_server *s, sl_checkpoint *out, uint64_t size) {
  *out = (sl_checkpoint){.size = size};
  (void)snprintf(out->origin, sizeof out->origin, "%s", s->origin);
  assert_int_equal(sl_tree_root(s->tree, &out->root, size), SL_OK);
}

void log_server_note(const log_server *s, sl_buf *out, const sl_checkpoint *checkpoint) {
  sl_signer signer = sl_key_signer(&s->key);
  assert_int_equal(sl_checkpoint_sign(out, checkpoint, sl_sha256, &signer), SL_OK);
}

static void entries_add(log_server *s, sl_buf *out, uint64_t from) {
  uint8_t entry[SL_ROLLUP_ENTRY_SIZE], salt[32];
  s->pages++;
  sl_buf_add_text(out, "{\"entries\":[");
  for (uint64_t n = from; n < s->size && n < from + s->page; n++) {
    sl_span bytes = {entry, entry_of(s, entry, n)};
    char hex[65];
    salt_of(salt, n);
    sl_buf_add_format(out, "%s{\"index\":%llu,", n > from ? "," : "", (unsigned long long)n);
    if (n == s->erased) {
      sl_hash commitment;
      sl_entry_commit(sl_sha256, &commitment, salt, bytes);
      sl_hex(hex, (sl_span){commitment.bytes, 32});
      sl_buf_add_format(out, "\"commitment\":\"%s\"}", hex);
      continue;
    }
    sl_hex(hex, (sl_span){salt, 32});
    sl_buf_add_text(out, "\"entry\":\"");
    sl_base64_add(out, bytes);
    if (s->public) sl_buf_add_text(out, "\"}");
    else sl_buf_add_format(out, "\",\"salt\":\"%s\"}", hex);
  }
  sl_buf_add_text(out, "]}");
}

/* False: nothing is there. */
static bool answer(log_server *s, sl_buf *out, const char *path, const char **part) {
  const char *tile_path = strstr(path, "/tile/"), *from = strstr(path, "/entries?from=");
  sl_tile tile;
  sl_checkpoint checkpoint;
  if (strstr(path, "/checkpoint")) {
    *part = "checkpoint";
    log_server_checkpoint(s, &checkpoint, s->size);
    log_server_note(s, out, &checkpoint);
    return true;
  }
  if (from) {
    *part = "entries";
    entries_add(s, out, strtoull(from + 14, NULL, 10));
    return true;
  }
  *part = "tile";
  s->tiles++;
  return tile_path && sl_tile_path_read(&tile, sl_str_from(tile_path + 1)) == SL_OK && sl_tile_add(out, s->tree, &tile, s->size) == SL_OK;
}

static void serve_one(log_server *s, int fd) {
  char head[4096] = "", path[1024] = "";
  size_t size = 0;
  while (!strstr(head, "\r\n\r\n") && size + 1 < sizeof head) {
    ssize_t got = recv(fd, head + size, sizeof head - 1 - size, 0);
    if (got <= 0) return;
    size += (size_t)got;
    head[size] = '\0';
  }
  if (sscanf(head, "GET %1023s HTTP/1.1", path) != 1) return;
  sl_buf body, whole;
  const char *part = "";
  sl_buf_init(&body, 1u << 20);
  sl_buf_init(&whole, 2u << 20);
  bool found = answer(s, &body, path, &part);
  if (found && s->lie) s->lie(&body, part);
  sl_buf_add_format(&whole, "HTTP/1.1 %s X\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", found ? "200" : "404",
                    strcmp(part, "entries") == 0 ? "application/json" : "application/octet-stream", body.size);
  sl_buf_add(&whole, body.data, body.size);
  for (size_t done = 0; done < whole.size;) {
    ssize_t sent = send(fd, whole.data + done, whole.size - done, MSG_NOSIGNAL);
    if (sent <= 0) break;
    done += (size_t)sent;
  }
  sl_buf_fini(&body);
  sl_buf_fini(&whole);
}

static void *serve(void *context) {
  log_server *s = context;
  for (int fd; (fd = accept(s->socket, NULL, NULL)) >= 0; close(fd)) serve_one(s, fd);
  return NULL;
}

void log_server_start(log_server *s, const char *origin, bool public, uint64_t entries) {
  (void)signal(SIGPIPE, SIG_IGN);
  *s = (log_server){.public = public, .size = entries, .page = 100, .erased = UINT64_MAX};
  (void)snprintf(s->origin, sizeof s->origin, "%s", origin);
  sl_key_from_seed(&s->key, (const uint8_t[32]){5});
  assert_int_equal(sl_tree_new(&s->tree, sl_sha256, LOG_SERVER_ENTRIES), SL_OK);
  for (uint64_t n = 0; n < entries; n++) {
    uint8_t entry[SL_ROLLUP_ENTRY_SIZE], salt[32];
    sl_span bytes = {entry, entry_of(s, entry, n)};
    sl_hash leaf;
    salt_of(salt, n);
    if (public) sl_leaf_hash(sl_sha256, &leaf, bytes);
    else sl_entry_leaf(sl_sha256, &leaf, salt, bytes);
    assert_int_equal(sl_tree_append(s->tree, &leaf), SL_OK);
  }
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  s->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(s->socket >= 0 && bind(s->socket, (struct sockaddr *)&at, size) == 0 && listen(s->socket, 8) == 0);
  assert_int_equal(getsockname(s->socket, (struct sockaddr *)&at, &size), 0);
  s->port = ntohs(at.sin_port);
  assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

void log_server_end(log_server *s) {
  shutdown(s->socket, SHUT_RDWR);
  pthread_join(s->thread, NULL);
  close(s->socket);
  sl_tree_free(s->tree);
}
