/* The commitment of a log entry. The salt comes before the entry and has a fixed
 * size, so that no two (salt, entry) pairs give the same bytes. */
#include "ledger/entry.h"

#include "base/assert.h"

static const char domain[] = "sideline-entry-v1";

void sl_entry_commit(sl_sha256_fn *sha256, sl_hash *out, const uint8_t salt[static SL_SALT_SIZE], sl_span entry) {
  SL_ASSERT(sha256 != NULL && out != NULL);
  const sl_span parts[3] = {sl_str_bytes(sl_str_from(domain)), {salt, SL_SALT_SIZE}, entry};
  sha256(out->bytes, parts, 3);
}

void sl_entry_leaf(sl_sha256_fn *sha256, sl_hash *out, const uint8_t salt[static SL_SALT_SIZE], sl_span entry) {
  SL_ASSERT(sha256 != NULL && out != NULL);
  sl_hash commitment;
  sl_entry_commit(sha256, &commitment, salt, entry);
  sl_leaf_hash(sha256, out, (sl_span){commitment.bytes, sizeof commitment.bytes});
}
