/* Logs fetched from the intermediary and verified whole. */
#ifndef SL_CLI_LOG_H
#define SL_CLI_LOG_H

#include "cli/net.h"
#include "ledger/entry.h"
#include "ledger/rollup.h"

#define SL_LOG_ENTRIES_MAX 10000000u

/* A log, fetched and verified: the checkpoint's signature, every entry against the
 * root, every tile. */
typedef struct sl_log {
  sl_buf note;               /* the checkpoint as served */
  sl_checkpoint checkpoint;
  sl_tree *tree;             /* of its leaves */
  sl_buf lines;              /* entries in the layout of docs/ledger.md */
  sl_rollup_entry *tick;     /* of the roll-up */
  uint64_t tiles;            /* checked */
} sl_log;

/* Which log: the party's own, or the roll-up. */
typedef enum sl_log_kind { SL_LOG_OWN = 1, SL_LOG_PUBLIC = 2 } sl_log_kind;

/* Fetch and verify against the profile's vkey. What is wrong has been said; *log can be
 * closed in any case. */
SL_MUST_USE sl_exit sl_log_fetch(sl_log *log, sl_net *net, sl_log_kind kind);
void sl_log_close(sl_log *log);

/* That the log has only grown since the checkpoint kept in `name` of the state folder,
 * and keep the new one. *before: its size. What is wrong has been said. */
SL_MUST_USE sl_exit sl_log_grown(uint64_t *before, sl_net *net, const sl_log *log, const char *name);

/* That the roll-up `now` continues the one held (held->size <= now->size, both signatures checked):
 * a consistency proof of a few tiles. What is wrong has been said. Source: RFC 6962, 2.1.2. */
SL_MUST_USE sl_exit sl_log_follows(sl_net *net, const sl_checkpoint *held, const sl_checkpoint *now);

/* The own slot of the newest tick at the time of asking: `text` is as served. */
typedef struct sl_slot { uint64_t tick, slot, size; uint8_t salt[32]; sl_hash head; sl_proof path; sl_buf text; } sl_slot;
/* Fetch. *found is false while no tick has passed. Release with sl_buf_fini(&text). */
SL_MUST_USE sl_exit sl_slot_fetch(sl_slot *slot, bool *found, sl_net *net);
/* That the own log as it was then is under its tick of the roll-up. Both logs were
 * fetched after the slot. What is wrong has been said. */
SL_MUST_USE sl_exit sl_slot_check(sl_net *net, const sl_slot *slot, const sl_log *own, const sl_log *rollup);

/* Write vkey, checkpoint, entries and tiles into a folder, as tools/verify.py reads them. */
SL_MUST_USE sl_exit sl_log_export(sl_net *net, const sl_log *log, const char *folder);

#endif
