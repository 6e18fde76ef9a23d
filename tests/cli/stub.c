#include "stub.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

static bool say(int fd, SSL *ssl, const char *text) {
  size_t size = strlen(text), done = 0;
  while (done < size) {
    ssize_t sent = ssl ? SSL_write(ssl, text + done, (int)(size - done)) : send(fd, text + done, size - done, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    done += (size_t)sent;
  }
  return true;
}

static bool read_head(stub *s, int fd, SSL *ssl) {
  size_t start = strlen(s->asked), size = start;
  while (!strstr(s->asked + start, "\r\n\r\n") && size + 1 < sizeof s->asked) {
    size_t room = sizeof s->asked - 1 - size;
    ssize_t got = ssl ? SSL_read(ssl, s->asked + size, (int)room) : recv(fd, s->asked + size, room, 0);
    if (got <= 0) return false;
    size += (size_t)got;
  }
  s->served++;
  return true;
}

/* Whether there was a connection. */
static bool serve_one(stub *s, const char *text) {
  int fd = accept(s->socket, NULL, NULL);
  if (fd < 0) return false;
  SSL *ssl = s->tls ? SSL_new(s->tls) : NULL;
  bool good = !ssl || (SSL_set_fd(ssl, fd) == 1 && SSL_accept(ssl) == 1);
  if (good) good = read_head(s, fd, ssl) && say(fd, ssl, text);
  for (unsigned i = 0; good && i < s->repeat; i++) good = say(fd, ssl, s->tail);
  if (good && s->silent) nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
  SSL_free(ssl);
  close(fd);
  return true;
}

static void *serve(void *context) {
  stub *s = context;
  bool any = serve_one(s, s->text);
  for (unsigned i = 0; any && i < STUB_NEXT_MAX && s->next[i]; i++) any = serve_one(s, s->next[i]);
  return NULL;
}

void stub_start(stub *s) {
  (void)signal(SIGPIPE, SIG_IGN);   /* as the program does: a client may hang up first */
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  s->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(s->socket >= 0 && bind(s->socket, (struct sockaddr *)&at, size) == 0 && listen(s->socket, 4) == 0);
  assert_int_equal(getsockname(s->socket, (struct sockaddr *)&at, &size), 0);
  s->port = ntohs(at.sin_port);
  assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

void stub_end(stub *s) {
  shutdown(s->socket, SHUT_RDWR);
  pthread_join(s->thread, NULL);
  close(s->socket);
}
