/* The tree of one tick. It is small (at most 65,536 slots), complete, and built
 * anew every minute, so it is folded as the slots come, with one pending hash per
 * level, and nothing of it is kept. */
#include "ledger/rollup.h"

#include "base/assert.h"

#define VERSION 1u

static const char head_domain[] = "sideline-head-v1";

sl_err sl_rollup_head(sl_sha256_fn *sha256, sl_hash *out, const sl_checkpoint *checkpoint) {
  SL_ASSERT(sha256 != NULL && out != NULL && checkpoint != NULL);
  sl_buf text;
  sl_buf_init(&text, SL_NOTE_MAX);
  sl_checkpoint_text_add(&text, checkpoint);
  const sl_err err = text.error;
  if (err == SL_OK) {
    const sl_span parts[2] = {sl_str_bytes(sl_str_from(head_domain)), sl_buf_span(&text)};
    sha256(out->bytes, parts, 2);
  }
  sl_buf_fini(&text);
  return err;
}

void sl_rollup_slot(sl_sha256_fn *sha256, sl_hash *out, const uint8_t salt[static SL_SALT_SIZE],
                    const sl_hash *head) {
  SL_ASSERT(sha256 != NULL && out != NULL && head != NULL);
  uint8_t bytes[SL_SALT_SIZE + 32];
  memcpy(bytes, salt, SL_SALT_SIZE);
  memcpy(bytes + SL_SALT_SIZE, head->bytes, 32);
  sl_leaf_hash(sha256, out, (sl_span){bytes, sizeof bytes});
}

void sl_rollup_root(sl_hash *out, sl_sha256_fn *sha256, const sl_hash *slots, unsigned k) {
  SL_ASSERT(out != NULL && sha256 != NULL && slots != NULL);
  SL_ASSERT(k <= SL_ROLLUP_K_MAX);
  sl_hash pending[SL_ROLLUP_K_MAX + 1];
  const uint32_t count = UINT32_C(1) << k;
  for (uint32_t i = 0; i < count; i++) {
    sl_hash fold = slots[i];
    unsigned level = 0;
    for (uint32_t rest = i; rest & 1; rest >>= 1) {
      sl_node_hash(sha256, &fold, &pending[level], &fold);
      level++;
    }
    SL_ASSERT(level <= k);
    pending[level] = fold;
  }
  *out = pending[k];
}

sl_err sl_rollup_opening(sl_proof *out, sl_sha256_fn *sha256, const sl_hash *slots, unsigned k, uint32_t slot) {
  SL_ASSERT(out != NULL && sha256 != NULL && slots != NULL);
  SL_ASSERT(k <= SL_ROLLUP_K_MAX);
  if (slot >= UINT32_C(1) << k) {
    return SL_ERR_RANGE;
  }
  out->count = k;
  for (unsigned level = 0; level < k; level++) {
    const uint32_t sibling = (slot >> level) ^ 1u;
    sl_rollup_root(&out->hash[level], sha256, slots + ((size_t)sibling << level), level);
  }
  return SL_OK;
}

sl_err sl_rollup_check(sl_sha256_fn *sha256, const uint8_t salt[static SL_SALT_SIZE], const sl_hash *head,
                       uint32_t slot, unsigned k, const sl_proof *proof, const sl_hash *root) {
  SL_ASSERT(sha256 != NULL && head != NULL && proof != NULL && root != NULL);
  if (k > SL_ROLLUP_K_MAX) {
    return SL_ERR_RANGE;
  }
  sl_hash leaf;
  sl_rollup_slot(sha256, &leaf, salt, head);
  return sl_inclusion_check(sha256, &leaf, slot, UINT64_C(1) << k, proof, root);
}

void sl_rollup_entry_write(uint8_t out[static SL_ROLLUP_ENTRY_SIZE], const sl_rollup_entry *entry) {
  SL_ASSERT(entry != NULL && entry->k <= SL_ROLLUP_K_MAX);
  SL_ASSERT(entry->tick.ns >= 0 && entry->tick.ns < SL_TIME_MAX_NS);
  const uint64_t tick = (uint64_t)entry->tick.ns;
  out[0] = VERSION;
  for (unsigned i = 0; i < 8; i++) {
    out[1 + i] = (uint8_t)(tick >> (56 - 8 * i));
  }
  out[9] = (uint8_t)entry->k;
  memcpy(out + 10, entry->root.bytes, 32);
}

sl_err sl_rollup_entry_read(sl_rollup_entry *out, sl_span bytes) {
  SL_ASSERT(out != NULL);
  if (bytes.size != SL_ROLLUP_ENTRY_SIZE) {
    return SL_ERR_SYNTAX;
  }
  if (bytes.data[0] != VERSION) {
    return SL_ERR_UNSUPPORTED;
  }
  uint64_t tick = 0;
  for (unsigned i = 0; i < 8; i++) {
    tick = tick << 8 | bytes.data[1 + i];
  }
  if (tick >= (uint64_t)SL_TIME_MAX_NS || bytes.data[9] > SL_ROLLUP_K_MAX) {
    return SL_ERR_RANGE;
  }
  out->tick.ns = (int64_t)tick;
  out->k = bytes.data[9];
  memcpy(out->root.bytes, bytes.data + 10, 32);
  return SL_OK;
}
