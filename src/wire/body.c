/* The small bodies and the envelope of signed records.
 *
 * Work: a few hundred bytes each. Representation: one table per body. */
#include "wire/body.h"

#include "base/assert.h"
#include "json/decode.h"
#include "json/encode.h"

SL_STATIC_ASSERT(sizeof(sl_case_answer) == sizeof(int), "WORD writes an int");

/* Parse `body` and fill *target by the table. */
static sl_err read_body(void *target, sl_arena *arena, sl_span body, size_t size_max, const sl_json_member *table,
                        size_t count, uint64_t *present, sl_fault *fault) {
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = size_max;
  caps.string = (uint32_t)size_max;
  caps.depth = 8;
  caps.values = 256;
  sl_json *json = NULL;
  sl_err err = sl_json_parse(&json, body, &caps, fault);
  if (err != SL_OK) return err;
  sl_json_reader reader = {.arena = arena, .fault = fault};
  sl_json_at root = sl_json_root(json);
  err = sl_json_object(&reader, target, &root, table, count, present);
  sl_json_free(json);
  return err;
}

sl_err sl_end_body_read(sl_end_body *out, sl_arena *arena, sl_span body, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "out_at", .kind = SL_JSON_TIME, .offset = offsetof(sl_end_body, out_at)},
      {.name = "version", .kind = SL_JSON_U32, .required = true, .offset = offsetof(sl_end_body, version), .min = 1,
       .max = UINT32_MAX}};
  sl_end_body in = {.version = 0};
  uint64_t present = 0;
  sl_err err = read_body(&in, arena, body, SL_SMALL_BODY_MAX, table, SL_JSON_COUNT(table), &present, fault);
  if (err != SL_OK) return err;
  in.has_out_at = (present & 1) != 0;
  *out = in;
  return SL_OK;
}

sl_err sl_answer_body_read(sl_answer_body *out, sl_arena *arena, sl_span body, sl_fault *fault) {
  static const sl_json_word words[] = {{"accept", SL_ANSWER_ACCEPT}, {"decline", SL_ANSWER_DECLINE}, {NULL, 0}};
  static const sl_json_member table[] = {
      {.name = "answer", .kind = SL_JSON_WORD, .required = true, .offset = offsetof(sl_answer_body, answer),
       .words = words},
      {.name = "version", .kind = SL_JSON_U32, .required = true, .offset = offsetof(sl_answer_body, version), .min = 1,
       .max = UINT32_MAX},
      {.name = "plan_digest", .kind = SL_JSON_HEX, .required = true, .offset = offsetof(sl_answer_body, plan_digest),
       .max = 32},
      {.name = "proposal_digest", .kind = SL_JSON_HEX, .required = true,
       .offset = offsetof(sl_answer_body, proposal_digest), .max = 32},
      {.name = "expires", .kind = SL_JSON_TIME, .required = true, .offset = offsetof(sl_answer_body, expires)}};
  sl_answer_body in = {.answer = SL_ANSWER_NONE};
  sl_err err = read_body(&in, arena, body, SL_SMALL_BODY_MAX, table, SL_JSON_COUNT(table), NULL, fault);
  if (err == SL_OK) *out = in;
  return err;
}

sl_err sl_heartbeat_body_read(sl_heartbeat_body *out, sl_arena *arena, sl_span body, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "time", .kind = SL_JSON_TIME, .required = true, .offset = offsetof(sl_heartbeat_body, time)},
      {.name = "checkpoint", .kind = SL_JSON_TEXT, .offset = offsetof(sl_heartbeat_body, checkpoint), .min = 1,
       .max = SL_CHECKPOINT_MAX}};
  sl_heartbeat_body in = {.checkpoint = {NULL, 0}};
  sl_err err = read_body(&in, arena, body, SL_SMALL_BODY_MAX, table, SL_JSON_COUNT(table), NULL, fault);
  if (err == SL_OK) *out = in;
  return err;
}

sl_err sl_empty_body_read(sl_span body, sl_fault *fault) {
  if (body.size == 0) return SL_OK;
  sl_arena nothing;
  sl_arena_init(&nothing, 0);
  char unused = 0;
  sl_err err = read_body(&unused, &nothing, body, SL_SMALL_BODY_MAX, NULL, 0, NULL, fault);
  sl_arena_fini(&nothing);
  return err;
}

static sl_err read_signature(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  typedef struct signature { sl_str keyid; sl_span sig; } signature;
  static const sl_json_member table[] = {
      {.name = "keyid", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(signature, keyid), .min = 1,
       .max = 64},
      {.name = "sig", .kind = SL_JSON_BASE64, .required = true, .offset = offsetof(signature, sig), .min = 64,
       .max = 64}};
  signature in = {.keyid = {NULL, 0}};
  sl_err err = sl_json_object(reader, &in, at, table, SL_JSON_COUNT(table), NULL);
  if (err != SL_OK) return err;
  sl_envelope_signature *signature_out = target;
  signature_out->keyid = in.keyid;
  memcpy(signature_out->sig, in.sig.data, sizeof signature_out->sig);
  return SL_OK;
}

static sl_err read_signatures(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_envelope *envelope = target;
  void *items = NULL;
  uint32_t count = 0;
  sl_err err = sl_json_list(reader, &items, &count, at, 1, SL_ENVELOPE_SIGNATURES_MAX, sizeof(sl_envelope_signature),
                            read_signature);
  if (err != SL_OK) return err;
  memcpy(envelope->signature, items, count * sizeof envelope->signature[0]);
  envelope->count = count;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t j = 0; j < i; j++) {
      if (!sl_str_equal(envelope->signature[i].keyid, envelope->signature[j].keyid)) continue;
      sl_json_at second = sl_json_element(at, i);
      return sl_json_fail(reader, &second, SL_ERR_DUPLICATE, "two signatures have the same keyid");
    }
  }
  return SL_OK;
}

sl_err sl_envelope_read(sl_envelope *out, sl_arena *arena, sl_span body, sl_fault *fault) {
  static const sl_json_member table[] = {
      {.name = "payloadType", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(sl_envelope, payload_type),
       .min = 1, .max = SL_PAYLOAD_TYPE_MAX},
      {.name = "payload", .kind = SL_JSON_BASE64, .required = true, .offset = offsetof(sl_envelope, payload), .min = 1,
       .max = SL_ENVELOPE_BODY_MAX},
      {.name = "signatures", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_signatures}};
  sl_envelope in;
  memset(&in, 0, sizeof in);
  sl_err err = read_body(&in, arena, body, SL_ENVELOPE_BODY_MAX, table, SL_JSON_COUNT(table), NULL, fault);
  if (err == SL_OK) *out = in;
  return err;
}

void sl_end_body_add(sl_buf *out, const sl_end_body *body) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_int(&json, "version", body->version);
  if (body->has_out_at) sl_json_add_time(&json, "out_at", body->out_at);
  sl_json_close(&json, '}');
}

void sl_answer_body_add(sl_buf *out, const sl_answer_body *body) {
  SL_ASSERT(body->answer == SL_ANSWER_ACCEPT || body->answer == SL_ANSWER_DECLINE);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_text(&json, "answer", body->answer == SL_ANSWER_ACCEPT ? "accept" : "decline");
  sl_json_add_int(&json, "version", body->version);
  sl_json_add_hex(&json, "plan_digest", (sl_span){body->plan_digest, 32});
  sl_json_add_hex(&json, "proposal_digest", (sl_span){body->proposal_digest, 32});
  sl_json_add_time(&json, "expires", body->expires);
  sl_json_close(&json, '}');
}

void sl_heartbeat_body_add(sl_buf *out, const sl_heartbeat_body *body) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_time(&json, "time", body->time);
  if (body->checkpoint.size > 0) sl_json_add_str(&json, "checkpoint", body->checkpoint);
  sl_json_close(&json, '}');
}

void sl_envelope_json_add(sl_json_out *json, const char *name, const sl_envelope *envelope) {
  SL_ASSERT(envelope->count <= SL_ENVELOPE_SIGNATURES_MAX);
  sl_json_open(json, name, '{');
  sl_json_add_str(json, "payloadType", envelope->payload_type);
  sl_json_add_base64(json, "payload", envelope->payload);
  sl_json_open(json, "signatures", '[');
  for (uint32_t i = 0; i < envelope->count; i++) {
    sl_json_open(json, NULL, '{');
    sl_json_add_str(json, "keyid", envelope->signature[i].keyid);
    sl_json_add_base64(json, "sig", (sl_span){envelope->signature[i].sig, 64});
    sl_json_close(json, '}');
  }
  sl_json_close(json, ']');
  sl_json_close(json, '}');
}

void sl_envelope_add(sl_buf *out, const sl_envelope *envelope) {
  sl_json_out json = sl_json_out_of(out);
  sl_envelope_json_add(&json, NULL, envelope);
}
