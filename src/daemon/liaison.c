/* The liaison's listener: two paths, small answers, one thread. A backup takes as long as
 * it takes and holds nobody but the next asker of this listener. */
#include "daemon/liaison.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/assert.h"
#include "base/text.h"
#include "daemon/listener.h"
#include "daemon/metrics.h"
#include "seal/seal.h"

#define CONNECTIONS 16u
#define TIMEOUT_S 10u

void sl_liaison_token(char out[static SL_LIAISON_TOKEN_SIZE + 1], const uint8_t seed[static 32]) {
  uint8_t token[32];
  sl_prf(token, sizeof token, seed, "liaison-token", NULL, 0);
  sl_hex(out, (sl_span){token, sizeof token});
  sl_wipe(token, sizeof token);
}

bool sl_backup_name_good(sl_str name) {
  if (name.size == 0 || name.size > SL_BACKUP_NAME_MAX || name.data[0] == '.') return false;
  for (size_t i = 0; i < name.size; i++) {
    char c = name.data[i];
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-_.", c));
    if (!good) return false;
  }
  return true;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type, const char *allow,
                              sl_buf *text) {
  struct MHD_Response *response =
      text->error ? NULL : MHD_create_response_from_buffer(text->size, text->data, MHD_RESPMEM_MUST_COPY);
  sl_buf_fini(text);
  if (!response) return MHD_NO;
  enum MHD_Result done = MHD_add_response_header(response, "Content-Type", type);
  if (done == MHD_YES) done = MHD_add_response_header(response, "Cache-Control", "no-store");
  if (done == MHD_YES && allow) done = MHD_add_response_header(response, "Allow", allow);
  if (done == MHD_YES) done = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return done;
}

static enum MHD_Result refuse_method(struct MHD_Connection *connection, const char *allow) {
  sl_buf text;
  sl_buf_init(&text, 4096);
  sl_problem_add(&text, SL_STAGE_ACT, SL_ERR_METHOD, NULL);
  return answer(connection, sl_problem_status(SL_STAGE_ACT, SL_ERR_METHOD), SL_PROBLEM_TYPE, allow, &text);
}

static enum MHD_Result refuse(struct MHD_Connection *connection, sl_err err, const char *reason) {
  sl_buf text;
  sl_buf_init(&text, 4096);
  sl_fault fault = sl_fault_none();
  sl_fault_set(&fault, err, "%s", reason);
  sl_problem_add(&text, SL_STAGE_BODY, err, &fault);
  return answer(connection, sl_problem_status(SL_STAGE_BODY, err), SL_PROBLEM_TYPE, NULL, &text);
}

static enum MHD_Result metrics(sl_liaison *liaison, struct MHD_Connection *connection) {
  sl_buf text;
  sl_buf_init(&text, 1u << 16);
  if (!sl_http_enter(liaison->http)) return refuse(connection, SL_ERR_BUSY, "stopping");
  sl_metrics_add(&text, liaison->http, liaison->started_s);
  sl_http_leave(liaison->http);
  return answer(connection, 200, "text/plain; version=0.0.4", NULL, &text);
}

static bool authorised(const sl_liaison *liaison, struct MHD_Connection *connection) {
  static const char scheme[] = "Bearer ";
  const char *given = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
  return given && strlen(given) == sizeof scheme - 1 + SL_LIAISON_TOKEN_SIZE &&
         memcmp(given, scheme, sizeof scheme - 1) == 0 &&
         sl_equal_secret(given + sizeof scheme - 1, liaison->token, SL_LIAISON_TOKEN_SIZE);
}

static enum MHD_Result backup(sl_liaison *liaison, struct MHD_Connection *connection, const char *name) {
  if (!liaison->config->liaison.loopback) return refuse(connection, SL_ERR_DENIED, "backups are asked for over loopback only");
  if (!authorised(liaison, connection)) return refuse(connection, SL_ERR_SIGNATURE, "not authorised");
  if (liaison->config->backups[0] == '\0') return refuse(connection, SL_ERR_MISSING, "the configuration has no folder: set backups");
  sl_str wanted = sl_str_from(name);
  if (!sl_backup_name_good(wanted)) return refuse(connection, SL_ERR_SYNTAX, "the name is up to 64 letters, digits and -_.");
  sl_buf path;
  sl_buf_init(&path, SL_CONFIG_TEXT_MAX + SL_BACKUP_NAME_MAX + 8);
  sl_buf_add_format(&path, "%s/%s", liaison->config->backups, name);
  sl_buf_add_u8(&path, 0);
  sl_err err = path.error ? path.error : sl_store_backup(liaison->store, (const char *)path.data);
  sl_buf_fini(&path);
  if (err) return refuse(connection, err, "the backup was not made");
  sl_buf text;
  sl_buf_init(&text, 256);
  sl_buf_add_format(&text, "{\"backup\":\"%s\"}", name);
  return answer(connection, 200, "application/json", NULL, &text);
}

static enum MHD_Result step(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                            const char *version, const char *data, size_t *size, void **state) {
  (void)version;
  (void)data;
  static const char seen = 0;
  if (!*state) {
    *state = (void *)(uintptr_t)&seen;
    return MHD_YES;
  }
  if (*size > 0) return MHD_NO;   /* nothing here takes a body */
  static const char folder[] = "/backup/";
  if (strcmp(url, "/metrics") == 0) {
    return strcmp(method, "GET") == 0 ? metrics(context, connection) : refuse_method(connection, "GET");
  }
  if (strncmp(url, folder, sizeof folder - 1) == 0) {
    return strcmp(method, "POST") == 0 ? backup(context, connection, url + sizeof folder - 1) : refuse_method(connection, "POST");
  }
  return refuse(connection, SL_ERR_NOT_FOUND, "there is no such path");
}

static void swallow(void *context, const char *format, va_list arguments) {
  (void)context;
  (void)format;
  (void)arguments;
}

static void notify(void *context, struct MHD_Connection *connection, void **socket_context,
                   enum MHD_ConnectionNotificationCode code) {
  (void)connection;
  sl_liaison *liaison = context;
  *socket_context = code == MHD_CONNECTION_NOTIFY_STARTED ? &liaison->user : NULL;
}

sl_err sl_liaison_start(sl_liaison *liaison, const sl_config *config, const sl_tls *tls, sl_http *http,
                        sl_store *store, const uint8_t seed[static 32], sl_fault *fault) {
  *liaison = (sl_liaison){.config = config, .http = http, .store = store};
  if (config->liaison.host[0] == '\0') return SL_OK;
  liaison->started_s = sl_clock_wall(&http->clock).ns / SL_NS_PER_S;
  sl_liaison_token(liaison->token, seed);
  bool with_tls = !config->liaison.loopback;
  SL_ASSERT(!with_tls || sl_tls_on(tls));
  liaison->user.tls = tls;
  sl_listener_at at;
  sl_listener_address(&at, &config->liaison);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | at.flags | (with_tls ? (unsigned)MHD_USE_TLS : 0u);
  liaison->daemon = MHD_start_daemon(
      flags, 0, NULL, NULL, step, liaison, MHD_OPTION_EXTERNAL_LOGGER, swallow, NULL, MHD_OPTION_SOCK_ADDR, &at.as,
      MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
      MHD_OPTION_NOTIFY_CONNECTION, notify, liaison,
      with_tls ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, sl_tls_retrieve, MHD_OPTION_END);
  if (!liaison->daemon) return sl_fault_set(fault, SL_ERR_IO, "cannot listen for the liaison: see liaison_listen");
  liaison->port = sl_listener_port(liaison->daemon);
  return SL_OK;
}

void sl_liaison_stop(sl_liaison *liaison) {
  if (liaison->daemon) MHD_stop_daemon(liaison->daemon);
  liaison->daemon = NULL;
  sl_wipe(liaison->token, sizeof liaison->token);
}
