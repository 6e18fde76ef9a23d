/* A client over TLS, blocking: one thread to a connection. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "load.h"
#include "wire/signature.h"

void client_open(client *c, const line *l) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(l->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  sl_buf_init(&c->in, 1u << 20);
  c->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(c->socket >= 0 && connect(c->socket, (const struct sockaddr *)&to, sizeof to) == 0, "connect");
  int one = 1;
  must(setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0, "TCP_NODELAY");
  c->ssl = SSL_new(l->tls);
  must(c->ssl && SSL_set_fd(c->ssl, c->socket) == 1 && SSL_connect(c->ssl) == 1, "TLS");
}

void client_close(client *c) {
  SSL_free(c->ssl);
  close(c->socket);
  sl_buf_fini(&c->in);
}

/* The length of the answer's body, once its head is whole; *body_at where it begins. */
static bool head_whole(const sl_buf *in, size_t *body_at, size_t *length) {
  const char *text = (const char *)in->data;
  for (size_t i = 0; i + 4 <= in->size; i++) {
    if (memcmp(text + i, "\r\n\r\n", 4) != 0) continue;
    *body_at = i + 4;
    static const char mark[] = "Content-Length: ";
    for (size_t k = 0; k + sizeof mark <= i; k++) {
      if (memcmp(text + k, mark, sizeof mark - 1) != 0) continue;
      size_t start = k + sizeof mark - 1, end = start;
      while (text[end] >= '0' && text[end] <= '9') end++;
      int64_t value = 0;
      must(sl_int_read(&value, (sl_str){text + start, end - start}) == SL_OK, "length");
      *length = (size_t)value;
      return true;
    }
    must(false, "an answer without length");
  }
  return false;
}

int client_ask(client *c, sl_span request, sl_str *body) {
  must(SSL_write(c->ssl, request.data, (int)request.size) == (int)request.size, "write");
  sl_buf_clear(&c->in);
  size_t body_at = 0, length = 0;
  bool headed = false;
  while (!headed || c->in.size < body_at + length) {
    uint8_t piece[16384];
    int got = SSL_read(c->ssl, piece, sizeof piece);
    must(got > 0, "read");
    sl_buf_add(&c->in, piece, (size_t)got);
    if (!headed) headed = head_whole(&c->in, &body_at, &length);
  }
  must(!c->in.error && c->in.size == body_at + length, "answer");
  *body = (sl_str){(const char *)c->in.data + body_at, length};
  int64_t status = 0;
  must(sl_int_read(&status, (sl_str){(const char *)c->in.data + 9, 3}) == SL_OK, "status");
  return (int)status;
}

static void field_add(sl_buf *out, const char *name, sl_buf *value) {
  sl_buf_add_format(out, "%s: ", name);
  sl_buf_add_str(out, sl_buf_str(value));
  sl_buf_add_text(out, "\r\n");
  sl_buf_fini(value);
}

void request_add(sl_buf *out, const line *l, party *by, const char *method, const char *target, sl_str body) {
  char authority[32];
  snprintf(authority, sizeof authority, "127.0.0.1:%u", l->port);
  sl_buf_add_format(out, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, target, authority);
  if (by) {
    sl_buf digest, input, signature;
    sl_buf_init(&digest, 4096);
    sl_buf_init(&input, 4096);
    sl_buf_init(&signature, 4096);
    char nonce[32];
    snprintf(nonce, sizeof nonce, "%018llu", (unsigned long long)++by->nonces);
    sl_request request = {.method = sl_str_from(method), .target = sl_str_from(target),
                          .authority = sl_str_from(authority), .body = sl_str_bytes(body)};
    sl_signer signer = sl_key_signer(&by->key);
    int64_t created = (int64_t)time(NULL);
    must(sl_signature_make(&digest, &input, &signature, &request, by->keyid, nonce, created, created + 290, sl_sha256, &signer) == SL_OK, "sign");
    field_add(out, "Content-Digest", &digest);
    field_add(out, "Signature-Input", &input);
    field_add(out, "Signature", &signature);
  }
  sl_buf_add_format(out, "Content-Length: %zu\r\n\r\n", body.size);
  sl_buf_add_str(out, body);
  must(!out->error, "memory for a request");
}
