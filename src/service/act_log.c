/* Reading logs: the party's own, and the public roll-up. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/logbook.h"
#include "service/op.h"
#include "service/persist.h"
#include "wire/answer.h"

#define ENTRIES_PAGE 256u
#define ENTRIES_BYTES (1u << 20)   /* and none after so many were read: plans stand beside entries */

static void finish(sl_op *op, sl_err err, const char *content_type) {
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  op->status = 200;
  op->content_type = content_type;
}

static sl_err entries(sl_service *service, sl_op *op, uint16_t log, const sl_tree *tree) {
  uint64_t size = sl_tree_size(tree), from = op->from;
  uint64_t end = from >= size ? from : (size - from > ENTRIES_PAGE ? from + ENTRIES_PAGE : size);
  size_t count = (size_t)(end - from);
  sl_view_entry *view = calloc(count + 1, sizeof *view);
  sl_buf *value = calloc(count + 1, sizeof *value);
  size_t bytes = 0;
  sl_err err = view && value ? SL_OK : SL_ERR_NOMEM;
  for (size_t i = 0; i < count && !err; i++) {
    sl_buf_init(&value[i], SL_STORE_VALUE_MAX);
    view[i].index = from + i;
    err = sl_persist_leaf_get(service, log, from + i, &value[i], view[i].salt, &view[i].entry);
    if (err == SL_ERR_NOT_FOUND) {
      sl_hash commitment;
      err = sl_persist_leaf_erased(service, log, from + i, &commitment);
      view[i].erased = !err;
      if (!err) memcpy(view[i].commitment, commitment.bytes, 32);
    }
    bytes += value[i].size;
    if (bytes >= ENTRIES_BYTES) count = i + 1;
  }
  if (!err) sl_answer_entries(&op->out, view, count, from + count);
  for (size_t i = 0; value && i < count; i++) sl_buf_fini(&value[i]);
  free(view);
  free(value);
  return err;
}

static sl_err receipt(sl_service *service, sl_op *op) {
  if (op->from >= sl_tree_size(op->member->log)) return SL_ERR_NOT_FOUND;
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  uint8_t salt[32];
  sl_span entry;
  sl_err err = sl_persist_leaf_get(service, op->member->number, op->from, &value, salt, &entry);
  if (!err) err = sl_logbook_receipt(service, op->member, op->from, entry, &op->out);
  sl_buf_fini(&value);
  return err;
}

void sl_act_log(sl_service *service, sl_op *op) {
  uint64_t size = sl_tree_size(op->member->log);
  switch (op->kind) {
    case SL_OP_LOG_CHECKPOINT:
      finish(op, sl_logbook_checkpoint(service, op->member, size, &op->out), "text/plain; charset=utf-8");
      return;
    case SL_OP_LOG_TILE: {
      sl_err err = sl_tile_add(&op->out, op->member->log, &op->tile, size);
      finish(op, err == SL_ERR_RANGE ? SL_ERR_NOT_FOUND : err, "application/octet-stream");
      return;
    }
    case SL_OP_LOG_ENTRIES:
      finish(op, entries(service, op, op->member->number, op->member->log), "application/json");
      return;
    default:
      finish(op, receipt(service, op), "application/json");
      return;
  }
}

void sl_act_rollup(sl_service *service, sl_op *op) {
  uint64_t size = sl_tree_size(service->rollup);
  switch (op->kind) {
    case SL_OP_ROLLUP_CHECKPOINT:
      finish(op, sl_rollup_checkpoint(service, size, &op->out), "text/plain; charset=utf-8");
      return;
    case SL_OP_ROLLUP_TILE: {
      sl_err err = sl_tile_add(&op->out, service->rollup, &op->tile, size);
      finish(op, err == SL_ERR_RANGE ? SL_ERR_NOT_FOUND : err, "application/octet-stream");
      return;
    }
    case SL_OP_ROLLUP_ENTRIES:
      finish(op, entries(service, op, SL_LOG_ROLLUP, service->rollup), "application/json");
      return;
    default: {
      sl_err err = sl_rollup_slot_answer(service, op->member, &op->out);
      finish(op, err, "application/json");
      return;
    }
  }
}
