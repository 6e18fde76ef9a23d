/* Log entries and receipts. Salts are made from a key for each log and week (salts.c),
 * so that destroying the key erases the week's entries for everybody. */
#include "service/logbook.h"

#include "base/assert.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/salts.h"
#include "wire/answer.h"

uint64_t sl_logbook_add(sl_service *service, sl_member *member, sl_span entry, sl_span attachment) {
  uint64_t index = sl_tree_size(member->log);
  uint8_t salt[32];
  uint32_t period = sl_salts_next(service, member, index, salt);
  sl_hash leaf;
  sl_entry_leaf(sl_sha256, &leaf, salt, entry);
  sl_group_fail(service, sl_tree_append(member->log, &leaf));
  sl_persist_leaf(service, member->number, index, &leaf, period, entry, attachment);
  return index;
}

/* Of what was added in the present week without a look at the store. */
static sl_err salt_of(sl_service *service, const sl_member *member, uint64_t index, uint8_t out[static 32]) {
  uint32_t period = 0;
  bool present = member->salt_count > 0 && index >= member->salt[member->salt_count - 1].first;
  sl_err err = SL_OK;
  if (present) period = member->salt[member->salt_count - 1].period;
  else err = sl_persist_leaf_period(service, member->number, index, &period);
  return err ? err : sl_salts_of(service, member->number, period, index, out);
}

sl_err sl_logbook_checkpoint(sl_service *service, const sl_member *member, uint64_t size, sl_buf *out) {
  sl_checkpoint checkpoint = {.size = size};
  SL_ASSERT(strlen(member->origin) <= SL_ORIGIN_MAX);
  memcpy(checkpoint.origin, member->origin, strlen(member->origin) + 1);
  sl_err err = sl_tree_root(member->log, &checkpoint.root, size);
  if (err) return err;
  return sl_checkpoint_sign(out, &checkpoint, sl_sha256, &service->options.signer);
}

sl_err sl_logbook_receipt(sl_service *service, sl_member *member, uint64_t index, sl_span entry, sl_buf *out) {
  uint64_t size = SL_PLANTED(SL_PLANT_TREE_SIZE) ? index + 1 + service->slot_count : index + 1;
  if (size > sl_tree_size(member->log)) size = sl_tree_size(member->log);
  sl_proof proof;
  sl_err err = sl_tree_inclusion(member->log, &proof, index, size);
  if (err) return err;
  sl_buf note, text;
  sl_buf_init(&note, SL_NOTE_MAX);
  sl_buf_init(&text, SL_NOTE_MAX);
  err = sl_logbook_checkpoint(service, member, size, &note);
  if (!err) err = sl_tlog_proof_add(&text, index, &proof, sl_buf_str(&note));
  if (!err) {
    sl_view_receipt view = {.index = index, .entry = entry, .proof = sl_buf_str(&text)};
    err = salt_of(service, member, index, view.salt);
    if (!err) sl_answer_receipt(out, &view);
    if (!err) err = out->error;
  }
  sl_buf_fini(&note);
  sl_buf_fini(&text);
  return err;
}
