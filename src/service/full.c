/* Reading on while nothing can be written. Memory is then what the last commit left: nothing that
 * it holds was told too early, and no verdict is among what is read, so none can be out of date.
 * What the clock made due waits until there is room. Nonces of reads are remembered in memory and
 * written with the next group (nonce.c): a restart before that forgets them, and what could be sent
 * again is a read. */
#include "service/full.h"

#include "base/assert.h"
#include "service/instant.h"
#include "service/persist.h"
#include "service/wait.h"

#define LOOK_NS SL_NS_PER_S

bool sl_full_reads(const sl_op *op) {
  switch (op->kind) {
    case SL_OP_CASES: case SL_OP_CASE: case SL_OP_EVENTS: case SL_OP_LOG_CHECKPOINT: case SL_OP_LOG_TILE:
    case SL_OP_LOG_ENTRIES: case SL_OP_RECEIPT: case SL_OP_ROLLUP_CHECKPOINT: case SL_OP_ROLLUP_TILE:
    case SL_OP_ROLLUP_ENTRIES: case SL_OP_AGREEMENTS: case SL_OP_READY:   /* a slot's opening is in memory only, until the next tick */
      return true;
    default:
      return false;
  }
}

bool sl_full_over(sl_service *service, const sl_op *group, sl_time now) {
  SL_ASSERT(service->full && !service->group_error);
  bool asked = false;
  for (const sl_op *op = group; op; op = op->next) asked |= !sl_full_reads(op);
  if (!asked && now.ns < service->retry.ns) return false;
  service->retry.ns = now.ns + LOOK_NS;
  sl_err err = sl_store_begin(service->store);
  if (!err) {
    sl_persist_clock(service, service->now);
    err = service->group_error;
    service->group_error = SL_OK;
    if (!err) err = sl_store_commit(service->store);
    else sl_store_rollback(service->store);
  }
  if (err) service->counts.commits_failed++;
  service->full = err && !sl_store_fatal(service->store);   /* a fatal store is found by whoever begins next */
  return !service->full;
}

static void refuse(sl_service *service, sl_op *op) {
  sl_op_fail(op, SL_STAGE_ACT, SL_ERR_FULL, NULL);
  sl_op_finish(service, op);
}

void sl_full_answer(sl_service *service, sl_op *group, sl_time now) {
  SL_ASSERT(service->full);
  sl_time committed = service->now;
  /* Waiting and what was erased go by the clock; nothing that this changes is kept. */
  if (now.ns > service->now.ns) service->now = now;
  for (sl_op *op = group, *next; op; op = next) {
    next = op->next;
    if (!sl_full_reads(op)) {
      refuse(service, op);
      continue;
    }
    sl_instant_take(service, &op->at);
    sl_op_act(service, op);
    if (op->waits && op->status == 0) sl_wait_add(service, op);
    else sl_op_finish(service, op);
  }
  sl_wait_serve(service, service->now);
  service->now = committed;
}

sl_op *sl_full_keep(sl_service *service, sl_op *group) {
  sl_op *reads = NULL, **end = &reads;
  for (sl_op *op = group, *next; op; op = next) {
    next = op->next;
    if (!sl_full_reads(op)) {
      refuse(service, op);
      continue;
    }
    /* As it came: what was made of it was of the group that failed. */
    sl_buf_clear(&op->out);
    op->out.error = SL_OK;
    op->status = 0;
    op->content_type = NULL;
    op->waits = false;
    op->next = NULL;
    *end = op;
    end = &op->next;
  }
  return reads;
}
