/* Replies and events as JSON. Every encoder is a pure function of one view struct:
 * what a view does not hold cannot be told. Members are in fixed order, without white
 * space: equal views are equal bytes. Views point into the caller's memory. */
#ifndef SL_WIRE_ANSWER_H
#define SL_WIRE_ANSWER_H

#include "base/text.h"
#include "case/line.h"
#include "case/machine.h"
#include "case/verdict.h"
#include "oracle/granule.h"
#include "wire/body.h"

typedef struct sl_view_verdict {
  sl_shown shown;
  uint32_t agreement;               /* number in force (L1) */
  const sl_granule_set *granules;   /* NULL or empty when CLEAR */
} sl_view_verdict;

/* "proposal": the party's own new plan, by number in its own list. */
typedef struct sl_view_proposal {
  uint8_t alternative;              /* 0 to 7 */
  uint8_t proposal_digest[32];
  uint8_t plan_digest[32];          /* of the own version it would replace */
  sl_time expires;
  const sl_plan *plan;              /* alternative as a plan; NULL: not told */
} sl_view_proposal;

typedef struct sl_view_case {
  sl_uuid id;
  sl_uuid intent;
  uint32_t version;                 /* of the own intent */
  sl_case_state state;
  sl_case_answer answer;            /* own answer to the present proposal; NONE: left out */
  const sl_view_proposal *proposal; /* NULL when none stands */
  sl_time acknowledge_by;           /* a standing conflict is to be acknowledged by then (L28); 0: left out */
} sl_view_case;

typedef struct sl_view_receipt {
  uint64_t index;
  sl_span entry;                    /* the opened entry */
  uint8_t salt[32];
  sl_str proof;                     /* tlog-proof text */
} sl_view_receipt;

/* Answer to PUT and GET of an intent and to its end. */
typedef struct sl_view_intent {
  sl_uuid id;
  uint32_t version;
  sl_intent_state state;
  const sl_view_verdict *verdict;   /* NULL once ended */
  const sl_view_case *incident;     /* the case; NULL when there is none */
  uint64_t charged;                 /* units (L17) of this version */
  const sl_view_receipt *receipt;   /* NULL: left out (a poll) */
} sl_view_intent;

typedef enum sl_event_kind {
  SL_EVENT_VERDICT = 1, SL_EVENT_CASE = 2, SL_EVENT_PROPOSAL = 3, SL_EVENT_LINE = 4, SL_EVENT_MEMBERSHIP = 5,
  SL_EVENT_AGREEMENT = 6, SL_EVENT_BUDGET = 7
} sl_event_kind;

/* Status of a signed record, as its parties are told. */
typedef enum sl_record_status {
  SL_RECORD_AWAITING = 1,           /* a signature of a side is still missing */
  SL_RECORD_TAKEN = 2,              /* complete; not yet in force */
  SL_RECORD_EFFECTIVE = 3
} sl_record_status;

/* One event of a party. */
typedef struct sl_view_event {
  uint64_t seq;                     /* from 1, the party's own */
  sl_event_kind kind;
  sl_time at;
  union {
    struct { sl_uuid intent; uint32_t version; sl_intent_state state; sl_view_verdict verdict; } verdict;
    sl_view_case incident;          /* CASE and PROPOSAL (proposal not NULL there) */
    struct { sl_str line; sl_line_state state; } line;
    struct { uint8_t digest[32]; sl_record_status status; } membership;
    struct { sl_str line; uint32_t number; uint8_t digest[32]; sl_record_status status; } agreement;
    struct { sl_str band; } budget; /* weekly band of L14: static text of sl_budget_band() */
  } as;
} sl_view_event;

typedef enum sl_clock_word { SL_CLOCK_GOOD = 0, SL_CLOCK_WARN = 1, SL_CLOCK_BAD = 2 } sl_clock_word;

typedef struct sl_view_line { sl_str line; sl_line_state state; } sl_view_line;

/* Answer to a handover of the watch (L28). */
typedef struct sl_view_watch { sl_str line; sl_line_state state; uint32_t unacknowledged; } sl_view_watch;

typedef struct sl_view_heartbeat {
  sl_time received;
  int64_t offset_ms;                /* the party's clock minus ours, toward zero */
  sl_clock_word clock;
  const sl_view_line *line;
  uint32_t line_count;
  sl_str checkpoint;                /* newest roll-up note here */
  uint32_t unacknowledged;          /* own standing conflicts that nobody acknowledged (L28) */
} sl_view_heartbeat;

typedef struct sl_view_agreement {
  sl_str line;
  uint32_t number;
  sl_record_status status;
  sl_time valid_from;
  uint8_t digest[32];
  const sl_envelope *envelope;      /* with the signatures so far */
} sl_view_agreement;

/* Answer to POST /v1/records. */
typedef struct sl_view_record {
  uint8_t digest[32];
  sl_record_status status;
  const sl_view_receipt *receipt;   /* NULL: left out */
} sl_view_record;

/* One opening of an entry of the party's own log. */
typedef struct sl_view_entry {
  uint64_t index;
  sl_span entry;
  uint8_t salt[32];
  bool erased;                      /* then only the commitment is left (L23) */
  uint8_t commitment[32];
} sl_view_entry;

/* Opening of the party's own slot in the roll-up of one tick (L24). */
typedef struct sl_view_slot {
  uint64_t tick, slot;
  uint8_t salt[32];
  uint8_t head[32];                 /* the party's log head then */
  uint64_t size;                    /* and its size */
  const uint8_t (*path)[32];        /* siblings, leaf to root */
  uint32_t path_count;
} sl_view_slot;

/* All append one JSON value to *out. Errors in out->error. Threads: any. Cost: O(size). */
void sl_answer_intent(sl_buf *out, const sl_view_intent *view);
void sl_answer_case(sl_buf *out, const sl_view_case *view);
/* {"cases":[...]}, and "next" when there are more: ask again with after=next. 0: there are none. */
void sl_answer_cases(sl_buf *out, const sl_view_case *view, size_t count, uint64_t next);
/* {"events":[...],"next":n}: ask again with after=next. */
void sl_answer_events(sl_buf *out, const sl_view_event *view, size_t count, uint64_t next);
void sl_answer_event(sl_buf *out, const sl_view_event *view);
/* {"agreements":[...]} */
void sl_answer_agreements(sl_buf *out, const sl_view_agreement *view, size_t count);
void sl_answer_heartbeat(sl_buf *out, const sl_view_heartbeat *view);
void sl_answer_line(sl_buf *out, const sl_view_line *view);
/* {"line","state","unacknowledged"} */
void sl_answer_watch(sl_buf *out, const sl_view_watch *view);
void sl_answer_receipt(sl_buf *out, const sl_view_receipt *view);
void sl_answer_record(sl_buf *out, const sl_view_record *view);
/* {"entries":[...],"next":n}: ask again with from=next. */
void sl_answer_entries(sl_buf *out, const sl_view_entry *view, size_t count, uint64_t next);
void sl_answer_slot(sl_buf *out, const sl_view_slot *view);
/* {"ready":bool} */
void sl_answer_ready(sl_buf *out, bool ready);

/* The word of a kind of event and of a record's status. Static. */
const char *sl_event_kind_name(sl_event_kind kind);
const char *sl_record_status_name(sl_record_status status);

/* Server-sent events: "id: seq\nevent: kind\ndata: json\n\n", and the comment line that
 * keeps an idle stream alive. Source: WHATWG HTML 9.2. */
void sl_sse_event(sl_buf *out, const sl_view_event *view);
void sl_sse_idle(sl_buf *out);

#endif
