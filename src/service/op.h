/* One request on its way through the service: made by receive.c on the caller's
 * thread, carried out by the writer, replied to after its commit. */
#ifndef SL_SERVICE_OP_H
#define SL_SERVICE_OP_H

#include "ledger/note.h"
#include "service/state.h"
#include "wire/body.h"
#include "wire/intent.h"
#include "wire/problem.h"
#include "wire/record.h"
#include "wire/signature.h"

typedef enum sl_op_kind {
  SL_OP_PUT_INTENT = 1, SL_OP_END_INTENT, SL_OP_GET_INTENT, SL_OP_CASES, SL_OP_CASE, SL_OP_ANSWER, SL_OP_EVENTS,
  SL_OP_HEARTBEAT, SL_OP_LINE_SUSPEND, SL_OP_LINE_RESUME, SL_OP_LINE_ANSWER, SL_OP_LOG_CHECKPOINT, SL_OP_LOG_TILE,
  SL_OP_LOG_ENTRIES, SL_OP_RECEIPT, SL_OP_ROLLUP_CHECKPOINT, SL_OP_ROLLUP_TILE, SL_OP_ROLLUP_SLOT, SL_OP_RECORD,
  SL_OP_AGREEMENTS, SL_OP_READY, SL_OP_ROLLUP_ENTRIES, SL_OP_AFFIRM_INTENT, SL_OP_ACKNOWLEDGE, SL_OP_LINE_HANDOVER,
  SL_OP_UTM                      /* of the F3548 face: which one is in `utm` */
} sl_op_kind;

struct sl_op {
  struct sl_op *next;
  sl_op_kind kind;
  uint64_t number;               /* for cancelling */
  sl_arena arena;
  sl_reply_fn *reply;
  void *context;
  sl_instant at;                 /* when it came */
  sl_time received;              /* the same, by the service's time */
  /* who asks; member is NULL for public requests and for a founding record */
  sl_member *member;             /* the receiver only copies it; the writer looks it up again by: */
  uint16_t member_number;
  uint16_t side;
  sl_signed_head head;
  sl_span signature_base;        /* in the arena */
  uint8_t body_digest[32];
  /* what is asked */
  sl_uuid id;
  sl_str name;                   /* of a line */
  sl_tile tile;
  uint64_t from;                 /* entries, events: after or from */
  unsigned wait_s;
  bool stream;
  sl_draft draft;
  sl_prepared **object;          /* of draft.plan, ready; owned until taken */
  uint32_t object_count;
  uint64_t alternative_units;    /* what the alternatives cost (L17) */
  uint8_t plan_digest[32];
  sl_span plan_bytes;            /* canonical */
  sl_end_body end;
  sl_answer_body answer;
  sl_heartbeat_body heartbeat;
  sl_envelope envelope;
  sl_span body;                  /* as it came, for records */
  sl_utm_op *utm;                /* in the arena; NULL: a request of the native face */
  /* what is answered */
  int status;
  const char *content_type;
  const char *allow;             /* methods of the path; NULL unless the asked one is not among them */
  sl_buf out;
  sl_span entry;                 /* sealed: the receipt of this entry goes into `out` yet */
  uint64_t receipt;              /* its index */
  bool waits;                    /* goes to the waiters after the commit */
  bool cancelled;                /* the client went before it began to wait */
  bool waited;                   /* and stood there: its reply is no late one */
};

#define SL_OP_ARENA_MAX (64u << 20)
#define SL_OP_OUT_MAX (8u << 20)

/* A problem as the operation's answer. fault may be NULL. */
void sl_op_fail(sl_op *op, sl_stage stage, sl_err err, const sl_fault *fault);
/* Reply and release the operation. `quantum`: of the side's agreement (L15). */
void sl_op_finish(sl_service *service, sl_op *op);
/* When the answer, or the next chunk of a stream, may leave. */
sl_time sl_op_release(sl_service *service, const sl_op *op);
/* Release without reply. */
void sl_op_free(sl_op *op);
/* Carry it out (writer): acts, fills status and out. */
void sl_op_act(sl_service *service, sl_op *op);

/* The parts of acting, by subject. */
void sl_act_put(sl_service *service, sl_op *op);
void sl_act_end(sl_service *service, sl_op *op);
void sl_act_affirm(sl_service *service, sl_op *op);
void sl_act_get(sl_service *service, sl_op *op);
void sl_act_cases(sl_service *service, sl_op *op);
void sl_act_case(sl_service *service, sl_op *op);
void sl_act_answer(sl_service *service, sl_op *op);
void sl_act_heartbeat(sl_service *service, sl_op *op);
void sl_act_line(sl_service *service, sl_op *op);
void sl_act_acknowledge(sl_service *service, sl_op *op);
void sl_act_handover(sl_service *service, sl_op *op);
void sl_act_record(sl_service *service, sl_op *op);
void sl_act_agreements(sl_service *service, sl_op *op);
void sl_act_log(sl_service *service, sl_op *op);
void sl_act_rollup(sl_service *service, sl_op *op);

/* Append the evidence of a request and its answer to the member's log. The answer in
 * op->out is a JSON object, whose closing brace is last. */
void sl_op_seal(sl_service *service, sl_op *op, const char *type, sl_span attachment, uint64_t *ret_index);
/* A retry of what was done already is answered as it was then, from the entry of that
 * index; once that is erased (L23) it is SL_ERR_STALE: what was done stands, and is not
 * done again. Returns false, and answers nothing, when it said CLEAR and `stands` says that
 * this holds no more. */
bool sl_op_again(sl_service *service, sl_op *op, uint64_t index, bool stands);
/* Put the receipt of what was sealed into the answer, proven at its own size: beside the
 * commit, and before the answer leaves. Without memory for it the answer is an error, and
 * a retry is told what was done. Nothing to do where nothing was sealed. */
void sl_op_receipt(sl_service *service, sl_op *op);

#endif
