/* A server for tests: it reads the head of a request, says what it is told to say, and leaves
 * or stays silent; then the next connection. */
#ifndef SL_TEST_STUB_H
#define SL_TEST_STUB_H

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define STUB_NEXT_MAX 4u

typedef struct stub {
  int socket;
  uint16_t port;
  pthread_t thread;
  const char *text, *tail;           /* said once; then so often */
  unsigned repeat;
  bool silent;                       /* for a second before it leaves */
  const char *next[STUB_NEXT_MAX];   /* what the connections after the first are told; NULL: no more */
  SSL_CTX *tls;                      /* NULL: plain */
  char asked[8192];                  /* all heads, one after the other */
  unsigned served;                   /* requests that were read whole */
} stub;

/* Listen on loopback and serve on a thread. */
void stub_start(stub *s);
/* End, whatever has been asked. */
void stub_end(stub *s);

#endif
