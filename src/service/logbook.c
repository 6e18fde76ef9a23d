/* Log entries and receipts. Salts are a PRF of the party and the entry's index, kept
 * in the opening's row, so that destroying the row's salt erases the entry for all
 * who do not hold the seed. */
#include "service/logbook.h"

#include "base/assert.h"
#include "service/persist.h"
#include "service/plant.h"
#include "wire/answer.h"

void sl_logbook_salt(const sl_service *service, const sl_member *member, uint64_t index, uint8_t out[static 32]) {
  uint8_t number[8];
  for (int i = 0; i < 8; i++) number[i] = (uint8_t)(index >> (56 - 8 * i));
  if (SL_PLANTED(SL_PLANT_SALT_SHARED)) number[0] = (uint8_t)service->slot_count;
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)),
                     sl_str_bytes(sl_str_from(member->name)),
                     {number, sizeof number}};
  sl_prf(out, 32, service->options.seed, "log-salt", parts, 3);
}

uint64_t sl_logbook_add(sl_service *service, sl_member *member, sl_span entry, sl_span attachment) {
  uint64_t index = sl_tree_size(member->log);
  uint8_t salt[32];
  sl_logbook_salt(service, member, index, salt);
  sl_hash leaf;
  sl_entry_leaf(sl_sha256, &leaf, salt, entry);
  sl_group_fail(service, sl_tree_append(member->log, &leaf));
  sl_persist_leaf(service, member->number, index, &leaf, salt, entry, attachment);
  return index;
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
    sl_logbook_salt(service, member, index, view.salt);
    sl_answer_receipt(out, &view);
    err = out->error;
  }
  sl_buf_fini(&note);
  sl_buf_fini(&text);
  return err;
}
