/* A server of one log for tests: checkpoint, tiles and entries as an intermediary serves them,
 * from a tree that the test fills, with one thing changed on its way. */
#ifndef SL_TEST_LOG_SERVER_H
#define SL_TEST_LOG_SERVER_H

#include <pthread.h>

#include "ledger/entry.h"
#include "ledger/note.h"
#include "ledger/rollup.h"

#define LOG_SERVER_ENTRIES 700u

/* What is changed of an answer before it leaves; may be NULL. `part` is the path's last part that
 * names a kind: "checkpoint", "entries", "tile". */
typedef void log_server_lie(sl_buf *body, const char *part);

typedef struct log_server {
  int socket;
  uint16_t port;
  pthread_t thread;
  sl_tree *tree;
  sl_key key;
  bool public;               /* the roll-up: entries without salts */
  uint64_t size;             /* of the log as served: of the tree, or less */
  uint64_t page;             /* entries in a page of openings */
  uint64_t erased;           /* the entry of this index has its commitment left only; UINT64_MAX: none */
  char origin[64];
  log_server_lie *lie;
  unsigned tiles, pages;     /* that were asked for */
} log_server;

/* Listen, with a log of `entries`; everything else may be set until the first request. */
void log_server_start(log_server *s, const char *origin, bool public, uint64_t entries);
void log_server_end(log_server *s);
/* The checkpoint of the first `size` entries. */
void log_server_checkpoint(const log_server *s, sl_checkpoint *out, uint64_t size);
/* The signed note of a checkpoint, appended. */
void log_server_note(const log_server *s, sl_buf *out, const sl_checkpoint *checkpoint);

#endif
