/* Heartbeats, and the duty officers' words on a line (L6, L8, L28). */
#include <stdlib.h>

#include "base/assert.h"
#include "service/clock.h"
#include "service/lines.h"
#include "service/logbook.h"
#include "service/op.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"

/* L8: whether the checkpoint that a side holds is one that this roll-up has. One that
 * this service did not sign is refused: it is no word on the roll-up at all. */
static sl_err checkpoint_event(sl_service *service, sl_str note, sl_line_event *out, sl_fault *fault) {
  /* Who names none may hold a later one all the same; where there is none yet, nobody does. */
  *out = note.size > 0 || sl_tree_size(service->rollup) == 0 ? SL_LINE_HEARTBEAT : SL_LINE_HEARD;
  if (note.size == 0) return SL_OK;
  sl_checkpoint held;
  sl_err err = sl_checkpoint_open(&held, note, sl_sha256, sl_ed25519_verify, service->options.signer.public_key, NULL);
  bool ours = !err && strncmp(held.origin, service->options.origin, strlen(service->options.origin)) == 0 &&
              strcmp(held.origin + strlen(service->options.origin), "/rollup") == 0;
  if (!ours) {
    return sl_fault_set(fault, SL_ERR_RANGE, "the checkpoint is not one of the roll-up, signed by this intermediary");
  }
  sl_hash root;
  err = sl_tree_root(service->rollup, &root, held.size);
  if (err == SL_ERR_NOMEM) return err;
  if (err || memcmp(root.bytes, held.root.bytes, 32) != 0) *out = SL_LINE_HEARTBEAT_FORKED;
  return SL_OK;
}

void sl_act_heartbeat(sl_service *service, sl_op *op) {
  sl_member *member = op->member;
  sl_fault fault = sl_fault_none();
  sl_line_event event;
  sl_err err = checkpoint_event(service, op->heartbeat.checkpoint, &event, &fault);
  if (err) {
    sl_op_fail(op, SL_STAGE_BODY, err, &fault);
    return;
  }
  sl_clock_measure(service, member, op->heartbeat.time.ns - op->received.ns, op->received);
  /* L8, L28: a side's officers speak for it. Whoever it is that shows another past is believed. */
  bool speaks = (member->roles & (SL_ROLE_DUTY | SL_ROLE_FOCAL)) || SL_PLANTED(SL_PLANT_ANY_HEARTBEAT);
  if (!speaks && event == SL_LINE_HEARTBEAT_FORKED) event = SL_LINE_FORKED;
  sl_view_line line[SL_LINES_MAX];
  uint32_t count = 0;
  const sl_agreement *agreement = sl_state_agreement(service, op->side);
  for (size_t i = 0; i < service->line_count; i++) {
    sl_line_record *record = &service->line[i];
    if (record->side[0] != op->side && record->side[1] != op->side) continue;
    if (speaks || event == SL_LINE_FORKED) sl_lines_step(service, (unsigned)i, event, op->side, op->received);
    line[count++] = (sl_view_line){sl_str_from(record->now.line), record->machine.state};
  }
  sl_buf note;
  sl_buf_init(&note, SL_NOTE_MAX);
  err = sl_rollup_checkpoint(service, sl_tree_size(service->rollup), &note);
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    sl_buf_fini(&note);
    return;
  }
  int64_t offset = member->clock_offset_ns, size = offset < 0 ? -offset : offset;
  sl_clock_word word = SL_CLOCK_GOOD;
  if (agreement && size > agreement->clock_warn.ns) word = SL_CLOCK_WARN;
  if (agreement && size > agreement->clock_limit.ns) word = SL_CLOCK_BAD;
  sl_view_heartbeat view = {.received = op->received, .offset_ms = offset / SL_NS_PER_MS, .clock = word, .line = line,
                            .line_count = count, .checkpoint = sl_buf_str(&note), .unacknowledged = member->unacknowledged};
  sl_answer_heartbeat(&op->out, &view);
  op->status = 200;
  op->content_type = "application/json";
  sl_buf_fini(&note);
}

void sl_act_line(sl_service *service, sl_op *op) {
  sl_line_record *record = NULL;
  unsigned which = 0;
  for (size_t i = 0; i < service->line_count; i++) {
    sl_line_record *candidate = &service->line[i];
    if (candidate->side[0] != op->side && candidate->side[1] != op->side) continue;
    if (!sl_str_is(op->name, candidate->now.line)) continue;
    record = candidate;
    which = (unsigned)i;
  }
  sl_err err = record ? SL_OK : SL_ERR_NOT_FOUND;
  if (!err && !(op->member->roles & SL_ROLE_DUTY)) err = SL_ERR_DENIED;
  sl_line_event event = op->kind == SL_OP_LINE_SUSPEND  ? SL_LINE_SUSPEND
                        : op->kind == SL_OP_LINE_RESUME ? SL_LINE_RESUME
                                                        : SL_LINE_ANSWER;
  if (!err) err = sl_lines_step(service, which, event, op->side, op->received);
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  sl_view_line view = {sl_str_from(record->now.line), record->machine.state};
  sl_answer_line(&op->out, &view);
  sl_op_seal(service, op, "line", (sl_span){0}, NULL);
}
