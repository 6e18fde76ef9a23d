/* Bodies of requests but for PUT /v1/intents/{id} (intent.h): JSON to values in the
 * request's arena. All schemas are closed. */
#ifndef SL_WIRE_BODY_H
#define SL_WIRE_BODY_H

#include "base/arena.h"
#include "base/text.h"
#include "case/machine.h"
#include "json/encode.h"

#define SL_SMALL_BODY_MAX 16384u       /* end, answer, heartbeat, line */
#define SL_CHECKPOINT_MAX 4096u        /* bytes of a signed note in a heartbeat */
#define SL_ENVELOPE_BODY_MAX (256u << 10)
#define SL_ENVELOPE_SIGNATURES_MAX 8u
#define SL_PAYLOAD_TYPE_MAX 128u

/* POST /v1/intents/{id}/end: {"version":n,"out_at":time?} */
typedef struct sl_end_body {
  uint32_t version;          /* 1 or more: the one that is ended */
  bool has_out_at;
  sl_time out_at;            /* out of the volume since (L7); 0 when absent */
} sl_end_body;

/* POST /v1/cases/{id}/answer: {"answer":"accept"|"decline","version":n,
 * "plan_digest":hex,"proposal_digest":hex,"expires":time} (L21) */
typedef struct sl_answer_body {
  sl_case_answer answer;
  uint32_t version;
  uint8_t plan_digest[32], proposal_digest[32];
  sl_time expires;
} sl_answer_body;

/* POST /v1/heartbeat: {"time":time,"checkpoint":note text?} (L6, L8) */
typedef struct sl_heartbeat_body {
  sl_time time;              /* the sender's clock */
  sl_str checkpoint;         /* newest roll-up it holds; empty when it holds none yet */
} sl_heartbeat_body;

/* A DSSE envelope: {"payloadType","payload"(base64),"signatures":[{"keyid","sig"}]}.
 * Signatures are over sl_dsse_pae_add() (seal/dsse.h). */
typedef struct sl_envelope_signature { sl_str keyid; uint8_t sig[64]; } sl_envelope_signature;
typedef struct sl_envelope {
  sl_str payload_type;
  sl_span payload;
  uint32_t count;            /* 1 to SL_ENVELOPE_SIGNATURES_MAX, keyids all different */
  sl_envelope_signature signature[SL_ENVELOPE_SIGNATURES_MAX];
} sl_envelope;

/* Errors of all: those of json/decode.h, with pointer. Threads: any. Cost: O(body). */
SL_MUST_USE sl_err sl_end_body_read(sl_end_body *out, sl_arena *arena, sl_span body, sl_fault *fault);
SL_MUST_USE sl_err sl_answer_body_read(sl_answer_body *out, sl_arena *arena, sl_span body, sl_fault *fault);
SL_MUST_USE sl_err sl_heartbeat_body_read(sl_heartbeat_body *out, sl_arena *arena, sl_span body, sl_fault *fault);
/* suspend, resume and answer of a line: an empty body or {}. */
SL_MUST_USE sl_err sl_empty_body_read(sl_span body, sl_fault *fault);
/* Also SL_ERR_DUPLICATE: a keyid twice. */
SL_MUST_USE sl_err sl_envelope_read(sl_envelope *out, sl_arena *arena, sl_span body, sl_fault *fault);

/* The same bodies, for clients and tests. Errors in out->error. */
void sl_end_body_add(sl_buf *out, const sl_end_body *body);
void sl_answer_body_add(sl_buf *out, const sl_answer_body *body);
void sl_heartbeat_body_add(sl_buf *out, const sl_heartbeat_body *body);
void sl_envelope_add(sl_buf *out, const sl_envelope *envelope);
/* As a member of something larger. */
void sl_envelope_json_add(sl_json_out *json, const char *name, const sl_envelope *envelope);

#endif
