/* The sentence of the intermediary: bound, decode, authorise, validate, judge,
 * open the case, commit with the log's leaf, reply. Everything but sockets, wholly
 * in-process.
 *
 * Threads: sl_service_receive() on any thread: it reads, verifies and decodes, and
 * queues. sl_service_turn() on one thread, the writer, which alone touches state and
 * store. The reply function is called on the writer's thread (or on the receiving
 * thread for what is refused before it is queued) and must only hand over. */
#ifndef SL_SERVICE_SERVICE_H
#define SL_SERVICE_SERVICE_H

#include "base/port.h"
#include "case/agreement.h"
#include "service/outcome.h"
#include "store/store.h"
#include "wire/signature.h"

#define SL_SIDES_MAX 16u

#define SL_BODY_MAX (1u << 20)

/* A side as the liaison's configuration names it: the trust anchor of L2. Parties
 * come only from records that this key signed. */
typedef struct sl_side_anchor {
  char name[SL_NAME_MAX + 1];   /* a-z, 0-9, hyphen */
  uint8_t focal_key[32];
} sl_side_anchor;

/* A subject of access tokens and the enrolled party that it speaks for. */
typedef struct sl_utm_subject {
  const char *subject;          /* "sub"; terminated, at most SL_TOKEN_NAME_MAX bytes */
  char side[SL_NAME_MAX + 1], party[SL_NAME_MAX + 1];
} sl_utm_subject;

/* The F3548 face, by the liaison's configuration. A subject that is not listed, or whose
 * party is not enrolled (L2), is refused. Borrowed while the service is open. */
typedef struct sl_utm_options {
  const char *base_url;         /* of this server as parties reach it, without "/" at its end */
  bool allow_http;              /* of uss_base_url */
  const sl_str *audience;       /* a token must name one of them */
  size_t audiences;
  const sl_utm_subject *subject;
  size_t subjects;
  size_t tokens_max;            /* kept verified; 0: 4,096 */
  const char *version;          /* of /aux/v1/version; NULL: "unknown" */
} sl_utm_options;

typedef struct sl_service_options {
  const sl_side_anchor *side;
  size_t side_count;            /* 2 to SL_SIDES_MAX */
  char origin[65];              /* schema-less name of the intermediary: "line.example" */
  uint8_t seed[32];             /* L13; secret */
  sl_signer signer;             /* of checkpoints and countersignatures */
  sl_clock clock;
  sl_random random;             /* of the keys of salts; fill NULL: the system's */
  sl_dur retention;             /* L23: openings of logs are erased so long after their week; 0: never */
  size_t queue_depth;           /* per side; 0: 1024 */
  size_t group_max;             /* operations per commit; 0: 256 */
  size_t intents_max;           /* 0: 4,000,000 */
  size_t nonces_max;            /* 0: 4,000,000 */
  sl_outcome_tap *tap;          /* NULL: none */
  sl_outcome_script *script;    /* NULL: the real thing */
  void *wall_context;           /* of tap and script */
  const sl_utm_options *utm;    /* NULL: no F3548 face, its paths do not exist */
  bool solve_inline;            /* settle on the writer's thread: deterministic */
  void (*push_wake)(void *context);   /* on the writer's thread: notifications wait; NULL: nobody sends */
  void *push_context;
} sl_service_options;

typedef struct sl_service sl_service;

/* Body and header fields that do not depend on transport. */
typedef struct sl_reply {
  int status;
  const char *content_type;     /* static */
  sl_str body;                  /* valid during the call */
  sl_time release;              /* not to be sent before (L15) */
  unsigned retry_after_s;       /* 0: none */
  const char *allow;            /* static; with 405, else NULL */
  bool stream;                  /* an event stream: further calls follow, until status 0 */
} sl_reply;

/* Called exactly once for each received request, or for an event stream once per
 * chunk and at the end with status 0. */
typedef void sl_reply_fn(void *context, const sl_reply *reply);

/* Rebuild the state from the store and start RECOVERING (L8). The service borrows
 * the store and closes nothing. Errors: those of the store, SL_ERR_CORRUPT, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_service_open(sl_service **out, const sl_service_options *options, sl_store *store,
                                   sl_fault *fault);
/* Every request was replied to and no thread is inside. NULL is allowed. */
void sl_service_close(sl_service *service);

/* The keys that access tokens of the F3548 face are verified with, from now on; the
 * service has the face. Takes ownership of the set and releases the one before. Threads: any. */
struct sl_token_keys;
void sl_service_utm_keys(sl_service *service, struct sl_token_keys *take_keys);

/* The service's time: the wall clock, carried on by the monotonic one while the wall
 * clock stands behind what it said before, so that it never goes back and silence and
 * leases still run out. Threads: any. */
sl_time sl_service_now(sl_service *service);

/* Take a request; its time is sl_service_now(), whatever request->received says. *cancel (may be NULL) gets a number for sl_service_cancel(). */
void sl_service_receive(sl_service *service, const sl_request *request, sl_reply_fn *reply, void *context,
                        uint64_t *cancel);
/* The client is gone: a waiting long poll or stream is dropped, its reply function
 * called a last time with status 0. Threads: any. */
void sl_service_cancel(sl_service *service, uint64_t number);

/* One group: what is due by the clock, then what is queued, committed together,
 * then the replies. Returns whether anything was done. Threads: the writer. */
bool sl_service_turn(sl_service *service);
/* When the next thing is due by the clock. */
sl_time sl_service_due(const sl_service *service);
/* Wait until something is queued or wall time `until`, whichever is first; a
 * shutdown wakes it. Threads: the writer. */
void sl_service_wait(sl_service *service, sl_time until);
/* Wake the writer. Async-signal-unsafe. Threads: any. */
void sl_service_wake(sl_service *service);
/* Refuse everything new with 503 from now on; what is queued is finished by turns. */
void sl_service_drain(sl_service *service);

/* True while it can do its work: store usable, not draining. Threads: any. */
bool sl_service_ready(const sl_service *service);

/* A notification to a party's own server, as it is to be sent: POST body to url. */
#define SL_PUSH_URL_MAX 1024u
#define SL_PUSH_BODY_MAX (512u << 10)
typedef struct sl_push {
  uint64_t number;              /* the service's own; never sent */
  char *url, *body;             /* terminated copies, released by sl_push_drop() */
  sl_time due;                  /* from when on it may leave (L15); the service's time */
} sl_push;
typedef enum sl_push_end {
  SL_PUSH_DELIVERED = 1,        /* the server took it */
  SL_PUSH_AGAIN = 2,            /* no answer, or one that says later: tried again, ever more slowly */
  SL_PUSH_REFUSED = 3           /* it will never be taken: forgotten */
} sl_push_end;

/* The next notification to send: at most one of a party is out at once. False when none
 * is due; *next is then when to look again unless woken (INT64_MAX ns: never). Errors:
 * none (short of memory reads as none due). Threads: any. Cost: linear in the parties. */
bool sl_service_push_take(sl_service *service, sl_push *out, sl_time *next);
/* What became of it. Threads: any. */
void sl_service_push_done(sl_service *service, uint64_t number, sl_push_end end);
/* Release what was taken. */
void sl_push_drop(sl_push *taken);

/* For the simulator, with a script only: pass outcomes through the wall to a party as one
 * step and one commit, as an operation of another party would have. Threads: the writer. */
void sl_service_inject(sl_service *service, unsigned side, unsigned party, const sl_outcome *outcome, size_t count);

/* What the liaison's listener shows; no plan data, nothing per party's other side. */
typedef struct sl_service_counts {
  uint64_t requests, refused, groups, operations, commits_failed, replies_late;
  uint64_t unacknowledged;      /* standing conflicts past their deadline (L28) */
  uint64_t full;                /* 1 while the disk has no room: reading only */
  uint64_t unpaid;              /* versions filed on an empty bucket (L17) */
  uint64_t intents_live, cases_open, rounds, ticks, queue_high;
  uint64_t verdicts[4];
  uint64_t pushes_queued, pushes_delivered, pushes_retried, pushes_dropped;
} sl_service_counts;
/* A copy of the counts as they are now. Threads: any; the figures may be of different instants. */
void sl_service_count(const sl_service *service, sl_service_counts *out);

#endif
