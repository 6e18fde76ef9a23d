/* The load generator's parts: a daemon in a process of its own, parties with keys of
 * their own, presigned requests, clients over TLS, and the peers it is held against. */
#ifndef SL_BENCH_LOAD_H
#define SL_BENCH_LOAD_H

#include <openssl/ssl.h>
#include <sys/types.h>

#include "daemon/config.h"
#include "seal/seal.h"

#define PARTIES 64u           /* half of them on each side */

typedef struct party {
  char keyid[80];
  sl_key key;
  uint64_t nonces;
} party;

typedef struct line {
  char folder[64];
  sl_config config;
  pid_t daemon;
  uint16_t port, liaison;
  SSL_CTX *tls;
  party focal[2], party[PARTIES];
  uint8_t server_key[32];
} line;

/* Print what failed and leave. */
void must(bool held, const char *what);
double now_s(void);

/* load_line.c: a daemon with both sides and all parties enrolled, and an agreement with
 * this quantum in force; replace_quantum puts another in force. */
void line_open(line *l, bool in_memory, int64_t quantum_ms);
/* The same with a look at the configuration before the daemon starts. */
void line_open_with(line *l, bool in_memory, int64_t quantum_ms, void (*configure)(line *l, void *context), void *context);
/* Stop the daemon and start it again on what it kept: seconds until it listens. */
double line_restart(line *l);
void line_requantum(line *l, uint32_t number, int64_t quantum_ms);
/* Both focal points' heartbeats. */
void line_beat(line *l);
void line_close(line *l);
/* A figure of /metrics. */
double line_figure(const line *l, const char *name);

/* load_client.c: one connection. */
typedef struct client { int socket; SSL *ssl; sl_buf in; } client;
void client_open(client *c, const line *l);
void client_close(client *c);
/* Send a whole request and read the whole answer; the status. The body is what *body
 * shows until the next call. */
int client_ask(client *c, sl_span request, sl_str *body);
/* Append a whole signed request of a party; by NULL: unsigned. */
void request_add(sl_buf *out, const line *l, party *by, const char *method, const char *target, sl_str body);

/* load_peers.c: rows a second of bare SQLite, so many of so many bytes in a commit, and
 * the disk's fdatasync. */
double bare_rows_per_s(const char *folder, unsigned rows_per_commit, unsigned bytes);
double syncs_per_s(const char *folder);

#endif
