/* The clocked roll-up (L24): at every tick one entry, the root over all slots. Salts
 * and empty slots are PRFs of the seed, the tick and the slot: unpredictable to all
 * who lack the seed, and the same again when an opening is asked for later. */
#include <stdlib.h>

#include "base/assert.h"
#include "ledger/rollup.h"
#include "service/logbook.h"
#include "service/persist.h"
#include "wire/answer.h"

#define SLOTS (1u << SL_ROLLUP_SLOTS_LOG2)

static void tick_prf(const sl_service *service, uint8_t out[static 32], const char *domain, uint64_t tick,
                     uint32_t slot) {
  uint8_t where[12];
  for (int i = 0; i < 8; i++) where[i] = (uint8_t)(tick >> (56 - 8 * i));
  for (int i = 0; i < 4; i++) where[8 + i] = (uint8_t)(slot >> (24 - 8 * i));
  sl_span parts[] = {{where, sizeof where}};
  sl_prf(out, 32, service->options.seed, domain, parts, 1);
}

static sl_err head_of(const sl_member *member, uint64_t size, sl_hash *out) {
  sl_checkpoint checkpoint = {.size = size};
  memcpy(checkpoint.origin, member->origin, strlen(member->origin) + 1);
  sl_err err = sl_tree_root(member->log, &checkpoint.root, size);
  return err ? err : sl_rollup_head(sl_sha256, out, &checkpoint);
}

/* The slots of the newest tick stay in memory for openings until the next. */
void sl_rollup_tick(sl_service *service, sl_time at) {
  if (!service->rollup_slots) service->rollup_slots = calloc(SLOTS, sizeof(sl_hash));
  if (!service->rollup_slots) {
    sl_group_fail(service, SL_ERR_NOMEM);
    return;
  }
  uint64_t tick = sl_tree_size(service->rollup);
  for (uint32_t i = 0; i < SLOTS; i++) tick_prf(service, service->rollup_slots[i].bytes, "rollup-empty", tick, i);
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    uint8_t salt[32];
    sl_hash head;
    tick_prf(service, salt, "rollup-salt", tick, member->slot);
    member->rolled_size = sl_tree_size(member->log);
    member->rolled = true;
    sl_group_fail(service, head_of(member, member->rolled_size, &head));
    sl_rollup_slot(sl_sha256, &service->rollup_slots[member->slot], salt, &head);
  }
  sl_rollup_entry entry = {.tick = at, .k = SL_ROLLUP_SLOTS_LOG2};
  sl_rollup_root(&entry.root, sl_sha256, service->rollup_slots, SL_ROLLUP_SLOTS_LOG2);
  uint8_t bytes[SL_ROLLUP_ENTRY_SIZE];
  sl_rollup_entry_write(bytes, &entry);
  sl_hash leaf;
  sl_leaf_hash(sl_sha256, &leaf, (sl_span){bytes, sizeof bytes});
  sl_group_fail(service, sl_tree_append(service->rollup, &leaf));
  sl_persist_leaf(service, SL_LOG_ROLLUP, tick, &leaf, 0, (sl_span){bytes, sizeof bytes}, (sl_span){0});
  service->counts.ticks++;
}

sl_err sl_rollup_align(sl_service *service) {
  int64_t length = sl_rollup_length(service);
  uint64_t size = sl_tree_size(service->rollup);
  service->rollup_next.ns = (service->now.ns / length + 1) * length;
  if (size == 0) return SL_OK;
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  uint8_t salt[32];
  sl_span bytes;
  sl_rollup_entry entry;
  sl_err err = sl_persist_leaf_get(service, SL_LOG_ROLLUP, size - 1, &value, salt, &bytes);
  if (!err) err = sl_rollup_entry_read(&entry, bytes);
  sl_buf_fini(&value);
  if (err) return SL_ERR_CORRUPT;
  service->rollup_next.ns = (entry.tick.ns / length + 1) * length;
  return SL_OK;
}

int64_t sl_rollup_length(const sl_service *service) {
  bool agreed = service->line_count > 0 && service->line[0].in_force;
  return agreed ? service->line[0].effective.tick.ns : SL_NS_PER_MIN;
}

sl_err sl_rollup_checkpoint(sl_service *service, uint64_t size, sl_buf *out) {
  sl_checkpoint checkpoint = {.size = size};
  SL_ASSERT(strlen(service->options.origin) + sizeof "/rollup" <= SL_ORIGIN_MAX);
  memcpy(checkpoint.origin, service->options.origin, strlen(service->options.origin));
  memcpy(checkpoint.origin + strlen(service->options.origin), "/rollup", sizeof "/rollup");
  sl_err err = sl_tree_root(service->rollup, &checkpoint.root, size);
  return err ? err : sl_checkpoint_sign(out, &checkpoint, sl_sha256, &service->options.signer);
}

sl_err sl_rollup_slot_answer(sl_service *service, const sl_member *member, sl_buf *out) {
  if (!service->rollup_slots || !member->rolled) return SL_ERR_NOT_FOUND;
  uint64_t tick = sl_tree_size(service->rollup) - 1;
  sl_proof proof;
  sl_err err = sl_rollup_opening(&proof, sl_sha256, service->rollup_slots, SL_ROLLUP_SLOTS_LOG2, member->slot);
  if (err) return err;
  sl_hash head;
  sl_view_slot view = {.tick = tick, .slot = member->slot, .size = member->rolled_size,
                       .path = (const uint8_t(*)[32])proof.hash, .path_count = proof.count};
  err = head_of(member, member->rolled_size, &head);
  if (err) return err;
  memcpy(view.head, head.bytes, 32);
  tick_prf(service, view.salt, "rollup-salt", tick, member->slot);
  sl_answer_slot(out, &view);
  return out->error;
}
