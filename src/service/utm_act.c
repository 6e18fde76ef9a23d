/* Carrying out a request of the F3548 face: which part does it, how refusals read, and
 * the evidence of what was answered. */
#include "service/utm.h"

#include "base/assert.h"
#include "service/logbook.h"
#include "service/persist.h"

void sl_utm_refuse(sl_op *op, int status, const char *message) {
  sl_buf_clear(&op->out);
  op->out.error = SL_OK;
  op->status = status;
  op->content_type = "application/json";
  sl_utm_message_add(&op->out, message);
}

/* Inside a side there is nothing to hide about what exists; what failed here is told in
 * the words of the native face. */
void sl_utm_fail(sl_op *op, sl_stage stage, sl_err err, const sl_fault *fault) {
  SL_ASSERT(err != SL_OK);
  if (stage == SL_STAGE_BODY && fault && fault->code != SL_OK) {
    sl_buf_clear(&op->out);
    op->out.error = SL_OK;
    op->status = (int)sl_utm_status(err, op->utm->kind == SL_UTM_SUB_QUERY);
    op->content_type = "application/json";
    sl_utm_fault_add(&op->out, fault);
    return;
  }
  unsigned status = sl_problem_status(stage, err);
  const char *text = "the service failed: tell the liaison";
  if (status == 503) text = "the service cannot answer now; what was not answered was not taken: try again";
  if (status == 429) text = "your own share is used up for now: try again later";
  if (status == 400) text = "the request has no meaning here";
  sl_utm_refuse(op, (int)status, text);
}

static void hex_add(sl_buf *out, const uint8_t digest[static 32]) {
  char text[65];
  sl_hex(text, (sl_span){digest, 32});
  sl_buf_add_text(out, text);
}

/* {"type":"utm","method","target","at","token_sha256","body_sha256","status","answer":{...}} (L25) */
static void entry_add(sl_buf *out, const sl_op *op, int status) {
  sl_buf_add_text(out, "{\"type\":\"utm\",\"method\":\"");
  sl_json_escape_add(out, op->utm->method);
  sl_buf_add_text(out, "\",\"target\":\"");
  sl_json_escape_add(out, op->utm->target);
  sl_buf_add_text(out, "\",\"at\":\"");
  sl_time_add(out, op->received);
  sl_buf_add_text(out, "\",\"token_sha256\":\"");
  hex_add(out, op->utm->token_digest);
  sl_buf_add_text(out, "\",\"body_sha256\":\"");
  hex_add(out, op->body_digest);
  sl_buf_add_format(out, "\",\"status\":%d,\"answer\":", status);
  sl_buf_add_str(out, sl_buf_str(&op->out));
  sl_buf_add_text(out, "}");
}

uint64_t sl_utm_seal(sl_service *service, sl_op *op, int status) {
  SL_ASSERT(op->member != NULL);
  op->status = status;
  op->content_type = "application/json";
  if (op->out.error) return 0;
  sl_buf entry;
  sl_buf_init(&entry, 16u << 20);
  entry_add(&entry, op, status);
  sl_group_fail(service, entry.error);
  uint64_t index = service->group_error ? 0 : sl_logbook_add(service, op->member, sl_buf_span(&entry), (sl_span){0});
  sl_buf_fini(&entry);
  return index;
}

void sl_utm_again(sl_service *service, sl_op *op, uint64_t leaf, int status) {
  static const char mark[] = ",\"answer\":";
  sl_buf value;
  sl_buf_init(&value, SL_STORE_VALUE_MAX);
  uint8_t salt[32];
  sl_span entry;
  sl_err err = sl_persist_leaf_get(service, op->member->number, leaf, &value, salt, &entry);
  size_t at = 0;
  if (!err) {
    while (at + sizeof mark < entry.size && memcmp(entry.data + at, mark, sizeof mark - 1) != 0) at++;
    at += sizeof mark - 1;
    if (at + 2 > entry.size) err = SL_ERR_CORRUPT;
  }
  if (!err) sl_buf_add(&op->out, entry.data + at, entry.size - at - 1);
  op->status = status;
  op->content_type = "application/json";
  sl_buf_fini(&value);
  if (err) sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
}

void sl_utm_act(sl_service *service, sl_op *op) {
  SL_ASSERT(op->utm != NULL && op->member != NULL);
  switch (op->utm->kind) {
    case SL_UTM_HEALTHY: case SL_UTM_VERSION: case SL_UTM_OAUTH: break;
    case SL_UTM_INTENT_QUERY: sl_utm_intent_query(service, op); break;
    case SL_UTM_INTENT_GET: sl_utm_intent_get(service, op); break;
    case SL_UTM_INTENT_PUT: sl_utm_intent_put(service, op); break;
    case SL_UTM_INTENT_DELETE: sl_utm_intent_delete(service, op); break;
    case SL_UTM_ZONE_QUERY: case SL_UTM_ZONE_GET: case SL_UTM_ZONE_PUT: case SL_UTM_ZONE_DELETE:
      sl_utm_zone_act(service, op);
      break;
    case SL_UTM_SUB_QUERY: case SL_UTM_SUB_GET: case SL_UTM_SUB_PUT: case SL_UTM_SUB_DELETE:
      sl_utm_sub_act(service, op);
      break;
    case SL_UTM_USS_GET: case SL_UTM_USS_PUT: case SL_UTM_REPORT: sl_utm_uss_act(service, op); break;
    case SL_UTM_DETAILS_GET: case SL_UTM_TELEMETRY: case SL_UTM_DETAILS_POST: case SL_UTM_ZONE_DETAILS_GET:
    case SL_UTM_ZONE_DETAILS_POST:
      sl_utm_details_act(service, op);
      break;
  }
}
