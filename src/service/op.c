/* Life of an operation: problems, the sealed answer, the clocked reply, release. */
#include "service/op.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/logbook.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/utm.h"

void sl_op_fail(sl_op *op, sl_stage stage, sl_err err, const sl_fault *fault) {
  SL_ASSERT(err != SL_OK);
  if (op->utm) {
    sl_utm_fail(op, stage, err, fault);
    return;
  }
  sl_buf_clear(&op->out);
  op->out.error = SL_OK;
  op->status = (int)sl_problem_status(stage, err);
  op->content_type = SL_PROBLEM_TYPE;
  sl_problem_add(&op->out, stage, err, SL_PLANTED(SL_PLANT_NO_POINTER) ? NULL : fault);
}

void sl_op_free(sl_op *op) {
  if (!op) return;
  for (uint32_t i = 0; i < op->object_count; i++) sl_prepared_free(op->object[i]);
  free(op->object);
  if (op->utm) sl_utm_region_free(op->utm->region);
  sl_buf_fini(&op->out);
  sl_arena_fini(&op->arena);
  free(op);
}

/* L15: the first multiple of the quantum after receipt, whatever the answer; an
 * answer that is ready only later leaves at the next multiple and is counted. */
sl_time sl_op_release(sl_service *service, const sl_op *op) {
  if (!op->member) return op->received;
  pthread_rwlock_rdlock(&service->directory_lock);
  const sl_agreement *agreement = sl_state_agreement(service, op->side);
  int64_t quantum = agreement ? agreement->quantum.ns : 0;
  pthread_rwlock_unlock(&service->directory_lock);
  if (quantum <= 0) return op->received;
  int64_t release = (op->received.ns / quantum + 1) * quantum;
  int64_t now = sl_service_now(service).ns;
  if (SL_PLANTED(SL_PLANT_LATE_REPLY) && op->out.size > 0 && memchr(op->out.data, 'F', op->out.size)) release += quantum;
  if (now <= release) return (sl_time){release};
  if (!op->waited) __atomic_fetch_add(&service->counts.replies_late, 1, __ATOMIC_RELAXED);
  return (sl_time){(now / quantum + 1) * quantum};
}

void sl_op_finish(sl_service *service, sl_op *op) {
  if (op->out.error) sl_op_fail(op, SL_STAGE_ACT, op->out.error, NULL);
  sl_reply reply = {.status = op->status,
                    .content_type = op->content_type,
                    .body = sl_buf_str(&op->out),
                    .release = sl_op_release(service, op),
                    .allow = op->status == 405 ? op->allow : NULL,
                    .retry_after_s = sl_problem_retry((unsigned)op->status) ? 1 : 0};
  op->reply(op->context, &reply);
  sl_op_free(op);
}

static void hex_add(sl_buf *out, const uint8_t digest[static 32]) {
  char text[65];
  sl_hex(text, (sl_span){digest, 32});
  sl_buf_add_text(out, text);
}

/* {"type":T,"at":...,"keyid":...,"base":...,"signature":...,"body_sha256":...[,"plan_sha256":...],"answer":{...}} */
static void entry_add(sl_buf *out, const sl_op *op, const char *type) {
  sl_buf_add_format(out, "{\"type\":\"%s\",\"at\":\"", type);
  sl_time_add(out, op->received);
  sl_buf_add_format(out, "\",\"keyid\":\"%s\",\"base\":\"", op->head.keyid);
  sl_json_escape_add(out, sl_span_text(op->signature_base));
  sl_buf_add_text(out, "\",\"signature\":\"");
  sl_base64_add(out, (sl_span){op->head.signature, sizeof op->head.signature});
  sl_buf_add_text(out, "\",\"body_sha256\":\"");
  hex_add(out, op->body_digest);
  if (op->plan_bytes.size > 0) {
    sl_buf_add_text(out, "\",\"plan_sha256\":\"");
    hex_add(out, op->plan_digest);
  }
  sl_buf_add_text(out, "\",\"answer\":");
  sl_buf_add_str(out, sl_buf_str(&op->out));
  sl_buf_add_text(out, "}");
}

void sl_op_seal(sl_service *service, sl_op *op, const char *type, sl_span attachment, uint64_t *ret_index) {
  if (op->out.error) {
    sl_group_fail(service, op->out.error);   /* an answer that is not whole is no evidence */
    return;
  }
  SL_ASSERT(op->member != NULL && op->out.size > 1 && op->out.data[op->out.size - 1] == '}');
  sl_buf entry;
  sl_buf_init(&entry, 4u << 20);
  entry_add(&entry, op, type);
  sl_group_fail(service, entry.error);
  if (!service->group_error) {
    uint64_t index = sl_logbook_add(service, op->member, sl_buf_span(&entry), attachment);
    if (ret_index) *ret_index = index;
    op->receipt = index;
    op->entry = sl_arena_copy(&op->arena, sl_buf_span(&entry));
    if (!op->entry.data) sl_group_fail(service, SL_ERR_NOMEM);
  }
  sl_buf_fini(&entry);
  op->status = 200;
  op->content_type = "application/json";
}

/* Where a word first stands in a text from `at` on; its end when it does not. */
static size_t place_of(sl_span text, size_t at, const char *word) {
  size_t size = strlen(word);
  while (at + size <= text.size && memcmp(text.data + at, word, size) != 0) at++;
  return at + size <= text.size ? at : text.size;
}

bool sl_op_again(sl_service *service, sl_op *op, uint64_t leaf, bool stands) {
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  uint8_t salt[32];
  sl_span entry;
  sl_err err = sl_persist_leaf_get(service, op->member->number, leaf, &value, salt, &entry);
  static const char mark[] = ",\"answer\":";
  const char *text = (const char *)entry.data;
  size_t at = 0;
  if (!err) {
    at = place_of(entry, 0, mark) + sizeof mark - 1;
    if (at + 2 >= entry.size) err = SL_ERR_CORRUPT;
  }
  if (!err && !stands && place_of(entry, at, "\"verdict\":{\"verdict\":\"CLEAR\"") < entry.size) {
    sl_buf_fini(&value);
    return false;
  }
  if (!err) {
    sl_buf_add(&op->out, text + at, entry.size - at - 2);
    sl_buf_add_text(&op->out, ",\"receipt\":");
    err = sl_logbook_receipt(service, op->member, leaf, entry, &op->out);
    sl_buf_add_text(&op->out, "}");
  }
  sl_buf_fini(&value);
  op->status = 200;
  op->content_type = "application/json";
  /* Its evidence was erased since (L23): the version stands, and is not filed again. */
  if (err) sl_op_fail(op, SL_STAGE_ACT, err == SL_ERR_NOT_FOUND ? SL_ERR_STALE : err, NULL);
  return true;
}

void sl_op_receipt(sl_service *service, sl_op *op) {
  if (!op->entry.data) return;
  op->out.size--;
  sl_buf_add_text(&op->out, ",\"receipt\":");
  sl_err err = sl_logbook_receipt(service, op->member, op->receipt, op->entry, &op->out);
  sl_buf_add_text(&op->out, "}");
  op->entry = (sl_span){NULL, 0};
  if (err) sl_op_fail(op, SL_STAGE_ACT, err, NULL);
}
