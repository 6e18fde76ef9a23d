/* The configuration file: "key = value" lines, sections "[side NAME]", comments from
 * "#" at the start of a line. The list of keys is a table; docs/sidelined.conf.example
 * and man/sidelined.8 document each, and a test compares. */
#ifndef SL_DAEMON_CONFIG_H
#define SL_DAEMON_CONFIG_H

#include "service/service.h"

#define SL_CONFIG_FILE_MAX 65536u
#define SL_CONFIG_TEXT_MAX 1024u
#define SL_CONFIG_NAMES_MAX 8u

/* Where to listen: a numeric address. */
typedef struct sl_endpoint {
  char host[64];          /* "127.0.0.1" or "::1", without brackets; empty: off */
  uint16_t port;          /* 0: the system chooses, and the log says which */
  bool six;               /* IPv6 */
  bool loopback;
} sl_endpoint;

/* A subject of access tokens (F3548) and the party that it speaks for. */
#define SL_SUBJECTS_MAX 256u
#define SL_SUBJECT_MAX 127u
typedef struct sl_subject {
  char subject[SL_SUBJECT_MAX + 1];   /* printable, without spaces */
  char party[SL_NAME_MAX + 1];
  uint8_t side;                       /* in sl_config.side */
} sl_subject;

typedef struct sl_config {
  sl_endpoint listen, liaison;
  char origin[65];
  char authority[SL_CONFIG_TEXT_MAX + 1];   /* further host names, separated by spaces */
  char certificate[SL_CONFIG_TEXT_MAX + 1], certificate_key[SL_CONFIG_TEXT_MAX + 1];   /* empty: no TLS */
  char store[SL_CONFIG_TEXT_MAX + 1], backups[SL_CONFIG_TEXT_MAX + 1];
  char server_key[SL_CONFIG_TEXT_MAX + 1], seed[SL_CONFIG_TEXT_MAX + 1];
  sl_side_anchor side[SL_SIDES_MAX];
  size_t side_count;
  uint64_t threads;
  uint64_t connections, connections_per_address, handshakes_per_s;
  uint64_t body_bytes;
  uint64_t request_s, idle_s, stream_s, drain_s;
  uint64_t queue, group, intents, nonces, retention_days;
  char utm_audience[SL_CONFIG_TEXT_MAX + 1];   /* separated by spaces; empty: no F3548 face */
  char utm_base_url[SL_CONFIG_TEXT_MAX + 1];
  char utm_keys[SL_CONFIG_TEXT_MAX + 1], utm_jwks_url[SL_CONFIG_TEXT_MAX + 1];
  uint64_t utm_jwks_refresh_s, utm_jwks_age_s;
  bool utm_http, push_private;
  char push_tokens[SL_CONFIG_TEXT_MAX + 1], push_ca[SL_CONFIG_TEXT_MAX + 1];
  sl_subject subject[SL_SUBJECTS_MAX];
  size_t subject_count;
  bool in_memory;         /* no file: a ceiling for benchmarks; no key sets it */
} sl_config;

/* The key of one row of the table, "" beyond the last: for the documentation's test
 * and for --help. Threads: any. */
const char *sl_config_key(size_t row);

/* Read the text of a configuration file and check it whole. Paths are taken relative to
 * `folder`. The fault has line and column (0: of the file as a whole). Errors:
 * SL_ERR_SYNTAX, SL_ERR_UNKNOWN (a key or section), SL_ERR_DUPLICATE, SL_ERR_MISSING,
 * SL_ERR_RANGE, SL_ERR_CAP, SL_ERR_DENIED (an address that is not loopback without TLS).
 * Threads: any. Cost: linear. */
SL_MUST_USE sl_err sl_config_read(sl_config *out, sl_str text, const char *folder, sl_fault *fault);

/* Read the file at path. Errors: as above, SL_ERR_IO, SL_ERR_CAP. Threads: any. */
SL_MUST_USE sl_err sl_config_load(sl_config *out, const char *path, sl_fault *fault);

/* A public key as 64 hexadecimal digits, as 44 characters of base64, or as a verifier
 * key (name+id+key). Errors: SL_ERR_SYNTAX. Threads: any. */
SL_MUST_USE sl_err sl_config_public_key(uint8_t out[static 32], sl_str text);

/* A numeric address and port, "127.0.0.1:8443" or "[::1]:8443". Errors: SL_ERR_SYNTAX.
 * Threads: any. */
SL_MUST_USE sl_err sl_config_endpoint(sl_endpoint *out, sl_str text);

#endif
