/* What the engines share with store.c and with nobody above this folder. */
#ifndef SL_STORE_ENGINE_H
#define SL_STORE_ENGINE_H

#include "store/store.h"

/* Put an engine behind the interface. self is the engine's own state; it belongs to
 * *out on SL_OK and stays the caller's otherwise. engine must outlive the store.
 * Errors: SL_ERR_NOMEM. Threads: any. Cost: one allocation.
 *
 * What store.c promises an engine: calls come in legal order (put, del and commit
 * only inside a transaction, nothing written during a scan), keys and values are
 * within their caps, nothing comes after a final error but close.
 * What an engine promises store.c: commit and rollback both end the transaction;
 * SL_ERR_IO and SL_ERR_CORRUPT mean that it must not be used again. */
SL_MUST_USE sl_err sl_store_wrap(sl_store **out, const sl_store_engine *engine, void *self);

/* Put a thread in front of an engine (relay.c): *engine and *self are replaced, and what
 * was there belongs to them. Errors: SL_ERR_NOMEM, and then nothing changed. Threads: one. */
SL_MUST_USE sl_err sl_relay_new(const sl_store_engine **engine, void **self);

#endif
