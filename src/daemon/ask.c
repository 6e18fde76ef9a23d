/* A client of one request: a line to the liaison's listener over loopback, and the
 * status of the answer. The token shows that who asks can read the seed. */
#include "daemon/ask.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "daemon/file.h"
#include "daemon/liaison.h"
#include "daemon/listener.h"
#include "seal/seal.h"

#define ANSWER_MAX 8192u

static bool send_all(int fd, sl_span bytes) {
  size_t done = 0;
  while (done < bytes.size) {
    ssize_t sent = send(fd, bytes.data + done, bytes.size - done, MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return false;
    if (sent > 0) done += (size_t)sent;
  }
  return true;
}

static bool receive_all(int fd, sl_buf *out) {
  uint8_t piece[1024];
  for (;;) {
    ssize_t got = recv(fd, piece, sizeof piece, 0);
    if (got == 0) return true;
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) sl_buf_add(out, piece, (size_t)got);
    if (out->error) return false;
  }
}

static bool exchange(const sl_config *config, sl_span request, sl_buf *answer) {
  sl_listener_at at;
  sl_listener_address(&at, &config->liaison);
  bool six = config->liaison.six;
  int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  socklen_t size = six ? (socklen_t)sizeof at.as.six : (socklen_t)sizeof at.as.four;
  bool good = connect(fd, (const struct sockaddr *)(const void *)&at.as, size) == 0 && send_all(fd, request) &&
              receive_all(fd, answer);
  (void)close(fd);   /* nothing of ours is in it */
  return good;
}

/* "HTTP/1.1 200 OK": the three digits. */
static int status_of(sl_str answer) {
  if (answer.size < 12 || memcmp(answer.data, "HTTP/1.", 7) != 0) return 0;
  int64_t status = 0;
  return sl_int_read(&status, (sl_str){answer.data + 9, 3}) ? 0 : (int)status;
}

static sl_err read_answer(int status, sl_fault *fault) {
  switch (status) {
    case 200: return SL_OK;
    case 401: return sl_fault_set(fault, SL_ERR_DENIED, "the daemon there runs with another seed");
    case 409: return sl_fault_set(fault, SL_ERR_EXISTS, "a backup of that name exists");
    case 400: return sl_fault_set(fault, SL_ERR_MISSING, "the daemon has no folder for backups: set backups and restart it");
    case 422: return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "the daemon's store has no backups");
    case 503: return sl_fault_set(fault, SL_ERR_BUSY, "not made: the disk is full or failed, or another backup is under way");
    default: return sl_fault_set(fault, SL_ERR_IO, "what answers on liaison_listen is not this daemon (status %d)", status);
  }
}

sl_err sl_ask_backup(const sl_config *config, const char *name, sl_fault *fault) {
  if (!sl_backup_name_good(sl_str_from(name))) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the name is up to 64 letters, digits and -_. without a dot first");
  }
  if (config->liaison.host[0] == '\0' || config->liaison.port == 0 || !config->liaison.loopback) {
    return sl_fault_set(fault, SL_ERR_RANGE, "a backup needs liaison_listen on loopback and with a port");
  }
  uint8_t seed[32];
  sl_err err = sl_file_seed(seed, config->seed, fault);
  if (err) return err;
  char token[SL_LIAISON_TOKEN_SIZE + 1];
  sl_liaison_token(token, seed);
  sl_wipe(seed, sizeof seed);
  sl_buf request, answer;
  sl_buf_init(&request, 1024);
  sl_buf_init(&answer, ANSWER_MAX);
  sl_buf_add_format(&request, "POST /backup/%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                              "Content-Length: 0\r\nConnection: close\r\n\r\n", name, token);
  bool done = !request.error && exchange(config, sl_buf_span(&request), &answer);
  err = done ? read_answer(status_of(sl_buf_str(&answer)), fault)
             : sl_fault_set(fault, SL_ERR_IO, "no daemon answers on liaison_listen");
  if (request.data) sl_wipe(request.data, request.size);
  sl_wipe(token, sizeof token);
  sl_buf_fini(&request);
  sl_buf_fini(&answer);
  return err;
}
