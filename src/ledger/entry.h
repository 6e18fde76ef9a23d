/* Entries of a party's log (rule L23): the log holds salted commitments, so that
 * destroying a salt erases an entry and leaves every proof standing. */
#ifndef SL_LEDGER_ENTRY_H
#define SL_LEDGER_ENTRY_H

#include "ledger/tree.h"

#define SL_SALT_SIZE 32u

/* SHA-256("sideline-entry-v1" || salt || entry). entry: canonical bytes of any
 * length. The salt is unpredictable, used for this entry alone, and part of the
 * opening. Errors: none. Threads: any. */
void sl_entry_commit(sl_sha256_fn *sha256, sl_hash *out, const uint8_t salt[static SL_SALT_SIZE], sl_span entry);

/* The leaf hash of a log for an entry: RFC 6962 leaf over the 32-byte commitment.
 * This is what sl_tree_append() and sl_tlog_proof_open() take. */
void sl_entry_leaf(sl_sha256_fn *sha256, sl_hash *out, const uint8_t salt[static SL_SALT_SIZE], sl_span entry);

#endif
