/* The clocked roll-up (rule L24): one entry per tick, the root of a tree of 2^k
 * slots. A slot hides which party's log it stands for and an empty slot looks like
 * a full one, so the public log tells nothing but the time. The roll-up log itself
 * is an ordinary sl_tree whose leaves are sl_leaf_hash() of the entry bytes. */
#ifndef SL_LEDGER_ROLLUP_H
#define SL_LEDGER_ROLLUP_H

#include "ledger/entry.h"
#include "ledger/note.h"
#include "sideline/quantity.h"

#define SL_ROLLUP_K_MAX 16u
#define SL_ROLLUP_ENTRY_SIZE 42u

/* The head of a party's log as a slot holds it: SHA-256("sideline-head-v1" || text
 * of the checkpoint), so that origin and size are bound with the root. The origin
 * must be valid. Errors: SL_ERR_NOMEM. Threads: any. */
SL_MUST_USE sl_err sl_rollup_head(sl_sha256_fn *sha256, sl_hash *out, const sl_checkpoint *checkpoint);

/* A full slot: the RFC 6962 leaf hash of salt || head. The salt is new at every
 * tick. An empty slot is 32 random bytes from the caller. Threads: any. */
void sl_rollup_slot(sl_sha256_fn *sha256, sl_hash *out, const uint8_t salt[static SL_SALT_SIZE],
                    const sl_hash *head);

/* The root of slots[2^k], k 0 to SL_ROLLUP_K_MAX (an assertion). The slots are leaf
 * hashes already. Threads: any. Cost: 2^k - 1 hashes. */
void sl_rollup_root(sl_hash *out, sl_sha256_fn *sha256, const sl_hash *slots, unsigned k);

/* The inclusion proof of one slot: k hashes. Cost: 2^k - 1 hashes; who opens many
 * slots of one tick appends them to an sl_tree instead, which has the same shape.
 * Errors: SL_ERR_RANGE (slot). */
SL_MUST_USE sl_err sl_rollup_opening(sl_proof *out, sl_sha256_fn *sha256, const sl_hash *slots, unsigned k,
                                     uint32_t slot);

/* Whether the slot with this salt and head is under root. Errors: SL_ERR_RANGE
 * (k, slot), SL_ERR_SIGNATURE. Threads: any. */
SL_MUST_USE sl_err sl_rollup_check(sl_sha256_fn *sha256, const uint8_t salt[static SL_SALT_SIZE],
                                   const sl_hash *head, uint32_t slot, unsigned k, const sl_proof *proof,
                                   const sl_hash *root);

/* What the roll-up log records of a tick. */
typedef struct sl_rollup_entry {
  sl_time tick;   /* a multiple of the tick length */
  unsigned k;
  sl_hash root;
} sl_rollup_entry;

/* The canonical bytes: version 1, tick in nanoseconds since 1970 (64 bits, big
 * endian), k, root: SL_ROLLUP_ENTRY_SIZE in all. */
void sl_rollup_entry_write(uint8_t out[static SL_ROLLUP_ENTRY_SIZE], const sl_rollup_entry *entry);
/* Errors: SL_ERR_SYNTAX (size), SL_ERR_UNSUPPORTED (version), SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_rollup_entry_read(sl_rollup_entry *out, sl_span bytes);

#endif
