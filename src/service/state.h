/* What the service holds in memory: all of it is rebuilt from the store at a start.
 * Only the writer's thread touches it, but for what says otherwise.
 *
 * Visible and inner parts of an intent stand in two structs on purpose: own_*.c
 * reads and writes `sl_shown_part` only, across_*.c `sl_inner_part` only; what goes
 * from the second to the first goes as an sl_outcome. */
#ifndef SL_SERVICE_STATE_H
#define SL_SERVICE_STATE_H

#include <pthread.h>

#include "base/arena.h"
#include "base/hashmap.h"
#include "case/agreement.h"
#include "case/budget.h"
#include "case/line.h"
#include "case/machine.h"
#include "case/membership.h"
#include "case/verdict.h"
#include "ledger/tree.h"
#include "seal/seal.h"
#include "service/service.h"
#include "sideline/judge.h"

#define SL_LINES_MAX 32u
#define SL_ASKED_MAX 64u
#define SL_ASKED_KEPT_S INT64_C(86400)   /* L17 */
#define SL_CANCELLED_MAX 256u  /* more in one turn wait for their time-out */
#define SL_EVENTS_KEPT 256u
#define SL_OBJECTS_AN_INTENT 4u    /* of the index's room, on average */
#define SL_ROLLUP_SLOTS_LOG2 10u   /* 1,024 slots: as many parties at most */

typedef struct sl_intent sl_intent;
typedef struct sl_member sl_member;
typedef struct sl_op sl_op;
typedef struct sl_utm_part sl_utm_part;
typedef struct sl_utm_op sl_utm_op;

/* A moment by the service's clocks (instant.h). */
typedef struct sl_instant {
  sl_time now;                   /* the service's time */
  int64_t behind;                /* how far the wall clock stands behind it */
  int64_t lag;                   /* and how far what has surely come */
  uint64_t steps;                /* of the wall clock, noticed so far */
} sl_instant;

/* What the party has been shown of one own intent, and what it filed. */
typedef struct sl_shown_part {
  uint32_t version;
  sl_intent_state state;
  uint8_t priority;
  uint8_t alternative_count;     /* the plan as filed counts */
  bool exercise, pending, paid, paced;
  bool trial;                    /* only judged so far: it may be another's next moment, and has no rows */
  bool filed;                    /* this version was not judged yet: its verdict moves the case */
  sl_time pending_until;
  sl_dur start_tolerance, time_tolerance;
  sl_window window;
  sl_dur overdue;                /* judged so long past its window; in memory only: a start finds it again */
  sl_time out_at;                /* signed end of an activated one; 0: none */
  sl_time last_verdict;          /* of the latest unhurried version (pace) */
  int64_t units;                 /* charged for the standing version */
  uint64_t number;               /* the party's own count of intents */
  uint64_t leaf;                 /* of the entry that answers for the standing version */
  uint8_t body_digest[32];       /* of the request that filed it: a retry is told apart */
  bool ended;                    /* by a request, to whose retry the next two answer */
  uint64_t end_leaf;
  uint8_t end_digest[32];
  uint8_t plan_digest[32];
  sl_verdict told;
  sl_granule_set *granules;      /* told with it; NULL when CLEAR */
  bool counted;                  /* its case is among counts.cases_open */
  bool has_case, flagged;        /* flagged: an event is due at the end of this turn's announcements */
  sl_case casework;
  uint8_t proposal_digest[32];
  bool answered;                 /* a proposal of it, by a request, to whose retry the next two answer */
  uint64_t answer_leaf;
  uint8_t answer_digest[32];
  sl_time acknowledge_by;        /* L28: a standing conflict is to be acknowledged by then; 0: there is none, or it was */
  bool standing, reminded;       /* unresolved and in conflict; the deadline went by */
  uint8_t notices;               /* bit 0: T-60 given, bit 1: T-15 given (L9) */
} sl_shown_part;

/* A pair across a line that is not CLEAR. Kept at both ends. */
typedef struct sl_link {
  sl_intent *other;
  sl_verdict verdict;
  uint8_t line;
  uint8_t clocks;                /* found only by how far so many clocks may be off (L6) */
  sl_window window;              /* exact; never leaves (L10) */
} sl_link;

/* What only the intermediary knows of it. */
typedef struct sl_inner_part {
  sl_verdict judged;             /* worst over its links; CLEAR when none */
  sl_verdict owed;               /* worst since the party was last told */
  uint32_t dirty_at;             /* place on the list of those to be announced + 1; 0: none */
  uint32_t mark;                 /* place among what the present judgement found + 1; 0: none */
  bool noted;                    /* what is owed has a row */
  sl_link *link;
  uint32_t link_count, link_room;
  uint64_t deal;                 /* the settlement it is in; 0: none */
  bool agreed;                   /* part of a committed agreement (L21) */
  bool voided;                   /* it was, until another of it was amended: its case reopens with the round */
  bool reopened;                 /* and did; what is CLEAR then resolves it with the next */
  sl_intent *agreed_next;        /* of the same agreement */
  uint32_t unaffirmed;           /* mask of lines: not affirmed since a side reported another past (L8) */
  uint8_t declined;              /* alternatives that were declined, a mask */
  uint64_t agreement;            /* which committed agreement */
} sl_inner_part;

struct sl_intent {
  sl_uuid id;
  sl_member *owner;
  uint32_t slot;                 /* index entries are (slot << 16) | object */
  uint32_t alarm_at;             /* place in the alarm heap + 1; 0: none */
  sl_uuid case_id;               /* while it is in the map of cases */
  bool case_listed;
  sl_time alarm;
  bool live;                     /* judged: in the index */
  uint32_t object_count;
  sl_prepared **object;
  sl_intent *next, *previous;    /* of the owner, in order of `number` */
  sl_shown_part own;
  sl_inner_part inner;
  sl_utm_part *utm;              /* of one that was filed over the F3548 face; else NULL (utm.h) */
};

/* An own version asked about in the last 24 h (L17). */
typedef struct sl_asked {
  sl_granule bounds;
  sl_verdict verdict;
  sl_time at;
} sl_asked;

/* A week in which a log got entries, from `first` on; its key is in the store (salts.h). */
typedef struct sl_salt_week {
  uint32_t period;
  uint64_t first;
} sl_salt_week;

typedef struct sl_event_row {
  uint64_t sequence;
  sl_str body;                   /* JSON; owned */
} sl_event_row;

/* A waiting long poll or event stream. */
typedef struct sl_waiter {
  struct sl_waiter *next;
  sl_op *op;
  uint64_t after;
  sl_time until;
  bool stream;
} sl_waiter;

/* Rows of a log's openings, by the entries' indexes. */
typedef struct sl_places {
  uint64_t *at;
  size_t count, room;
} sl_places;

struct sl_member {
  uint16_t side;
  uint16_t number;               /* in the service's member array; inner, never shown */
  char name[SL_NAME_MAX + 1];
  sl_class class_of;
  uint8_t roles;
  char origin[129];              /* of its log */
  uint64_t intents;              /* own count, for `number` */
  uint64_t events;               /* last event's sequence */
  uint64_t events_gone;          /* up to this one they are erased; in memory only, as the next */
  sl_time events_over;           /* when the oldest that is kept is to be */
  sl_tree *log;
  sl_places places;
  sl_salt_week *salt;            /* weeks that are not erased, oldest first */
  uint32_t salt_count, salt_room;
  uint8_t salt_key[32];          /* of the newest */
  uint64_t erased;               /* what stands before is erased; in memory only */
  sl_budget budget;
  sl_asked asked[SL_ASKED_MAX];
  uint32_t asked_next;
  int64_t clock_offset_ns;       /* as last measured */
  sl_time clock_at;              /* when; 0: never */
  bool clock_beat;               /* by a heartbeat */
  bool clock_doubt;              /* behind the wall: what it filed is judged with wider windows (L6) */
  bool clock_pending;            /* while loading: some of its intents are still to be judged again */
  sl_intent *recheck;            /* the next of them; NULL: none */
  sl_intent *turned;             /* F3548 face: the next to be looked at since the line's state changed; NULL: none */
  uint32_t slot;                 /* in the roll-up */
  bool rolled;                   /* was in the newest tick, with: */
  uint64_t rolled_size;
  sl_event_row kept[SL_EVENTS_KEPT];
  sl_intent *first, *last;
  sl_waiter *waiter;
  uint32_t waiters;
  uint32_t unacknowledged;       /* own standing conflicts that nobody acknowledged (L28) */
  bool touched;                  /* its row must be written with this group */
};

typedef struct sl_line_record {
  bool in_force;
  sl_agreement now;              /* in force (or, before any is, the next one) */
  sl_agreement next;             /* signed, not yet valid */
  bool has_next;
  uint32_t now_record, next_record;  /* the signed records they came in */
  sl_agreement effective;        /* what is judged by: the larger of both (L1) */
  uint16_t side[2];              /* numbers of sides */
  sl_line machine;
  sl_line_state told;            /* the state the parties were told */
  int64_t burden[2];
  sl_time next_round;
  bool round_prepared;
  size_t unaffirmed;             /* live intents, while forked (L8) */
  bool complete[2];              /* its duty officer said so of each side, while forked */
  bool touched;
} sl_line_record;

typedef struct sl_side_record {
  char name[SL_NAME_MAX + 1];
  uint8_t focal_key[32];
  struct sl_op *queue_first, *queue_last;   /* under the queue lock */
  size_t queued;
  size_t intents, objects, nonces;          /* of its shares (L15) */
} sl_side_record;

/* An intent that is to be settled on a line. */
typedef struct sl_listed {
  sl_intent *intent;
  uint8_t line;
} sl_listed;

typedef struct sl_nonce {
  int64_t expires;
  uint8_t side;
  uint8_t digest[16];
} sl_nonce;

/* Rows of which a group writes one each (persist_batch.c). */
typedef enum sl_batch_kind { SL_BATCH_LEAVES, SL_BATCH_NONCES, SL_BATCH_ASKED, SL_BATCH_COUNT } sl_batch_kind;

typedef struct sl_batch {
  sl_buf bytes;                  /* of the open group */
  int64_t until;                 /* what is in it is kept until this second; leaves: for ever */
  int64_t first;                 /* of the rows that stand, the first to go; 0: none */
} sl_batch;

struct sl_service {
  sl_service_options options;
  sl_store *store;
  sl_time now;                   /* the writer's: what was carried out up to; never goes back */
  int64_t behind, lag;           /* the writer's: as at the turn or the operation (instant.h) */
  uint64_t steps;                /* of the wall clock, heeded */
  pthread_mutex_t clock_lock;    /* of what follows, for sl_instant_now() */
  sl_time clock_high, slow_from;
  int64_t clock_monotonic, slow_monotonic;
  bool clock_behind;
  uint64_t clock_steps;
  sl_time opened;                /* the wall clock's time at the start of this run */
  int64_t opened_monotonic;
  sl_time band_next;             /* when the weekly bands are told (L14) */
  sl_time rollup_next;           /* next tick */
  uint64_t ticks;

  pthread_rwlock_t directory_lock;   /* roster, members, lines' quantum: read by receivers */
  sl_arena directory_arena;
  sl_roster roster;
  sl_side_record side[SL_SIDES_MAX + 1];  /* the last one: requests of nobody (public) */
  size_t side_count;
  sl_member **member;
  size_t member_count, member_room;
  sl_line_record line[SL_LINES_MAX];
  size_t line_count;
  uint32_t records;              /* signed records taken */
  bool restarted;                /* this process found records in the store: others may hold a later past (L8) */

  sl_hashmap intents;                /* by (side, id) */
  sl_hashmap cases;                  /* intents that have one, by its id */
  sl_intent **slot;
  uint32_t *free_slot;
  size_t slot_count, slot_room, free_count;
  sl_intent **alarms;
  size_t alarm_count, alarm_room;
  sl_index *index[SL_CLASS_COUNT];  /* by class of the owner: each is asked with its own reach */
  uint8_t map_key[32];

  struct sl_utm *utm;            /* the F3548 face; NULL: there is none (utm.h) */

  int64_t nonces_until;          /* seconds: of what expired up to then, nonces may be forgotten */
  sl_hashmap nonces;
  sl_nonce **nonce_heap;
  size_t nonce_count, nonce_room;

  sl_tree *rollup;
  sl_hash *rollup_slots;         /* of the newest tick; NULL before the first */

  struct sl_pushes *pushes;      /* its own lock */
  sl_time erase_next;            /* when the next week of a log is to be erased (L23) */
  sl_time events_next;           /* when the next event is */
  size_t clock_doubts, clock_rechecks;   /* members in doubt; being judged again */
  sl_time clock_next;            /* when a measure runs out */

  struct sl_deal *deals;         /* the writer's; `stage` of a solving one under deal_lock */
  struct sl_listed *listed;      /* seeds of clusters to start */
  size_t listed_count, listed_room;
  struct sl_deal *job;           /* what the worker has; under deal_lock */
  pthread_mutex_t deal_lock;
  pthread_cond_t deal_wake, deal_done;
  pthread_t deal_thread;
  bool deal_running, deal_stop;
  uint64_t next_deal, next_agreement;
  sl_hashmap agreements;         /* by number: the first intent of each that stands (L21) */
  sl_intent **dirty;
  size_t dirty_count, dirty_room;
  sl_intent **flagged;
  size_t flagged_count, flagged_room;

  pthread_mutex_t queue_lock;
  pthread_cond_t queue_wake;
  bool draining, woken, whole;   /* whole: it was opened */
  uint64_t cancelled[SL_CANCELLED_MAX];   /* under the queue lock */
  size_t cancelled_count;
  uint64_t next_number;
  sl_service_counts counts;      /* the writer's; requests, refused and replies_late atomic */
  sl_service_counts shown;       /* their copy of the last turn, under the queue lock */
  int64_t operation_ns;          /* what one operation cost lately */
  bool identity_owed;            /* the store does not say yet which seed, key and origin it is of */
  bool full;                     /* the disk is: only what needs no commit is answered */
  sl_nonce *unwritten;           /* nonces of what was answered meanwhile, for the next group */
  size_t unwritten_count, unwritten_room;
  bool failed;                   /* the store is gone: everything is 503 */
  sl_time retry;                 /* after a group that failed: without a request nothing is tried before */
  sl_err group_error;            /* the first failure of the open group; the group fails */
  uint64_t walked;               /* intents looked at by lists and walks: tests hold it against what changed */
  sl_buf row;                    /* scratch of the writer */
  sl_batch batch[SL_BATCH_COUNT];
  uint64_t next_batch;           /* number of the next such row */
  uint64_t next_opening;         /* of all logs, in the order of their leaves */
  sl_places rollup_places;
};

/* The line between two sides, or NULL. */
sl_line_record *sl_state_line(sl_service *service, unsigned side_a, unsigned side_b, unsigned *which);
/* The side's number by name; SL_ERR_NOT_FOUND. */
SL_MUST_USE sl_err sl_state_side(const sl_service *service, sl_str name, unsigned *out);
/* A party that is enrolled, or NULL. */
sl_member *sl_state_member(const sl_service *service, unsigned side, sl_str name);
/* The worst state over a side's lines at `at`; OPEN for a side without lines. */
sl_line_state sl_state_side_line(const sl_service *service, unsigned side, sl_time at);
/* The first line's agreement of a side: its constants serve the side; NULL before any. */
const sl_agreement *sl_state_agreement(const sl_service *service, unsigned side);

/* (side, id) -> intent, or NULL. */
sl_intent *sl_state_intent(const sl_service *service, unsigned side, const sl_uuid *id);
/* A new, empty intent of the member. Errors: SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_state_intent_new(sl_service *service, sl_member *owner, const sl_uuid *id, sl_intent **out);
/* Another id for it, which nothing has; rows are the caller's. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_state_intent_rename(sl_service *service, sl_intent *intent, const sl_uuid *id);
/* Count its case among the open ones, or no longer, as it stands now. */
void sl_state_case_count(sl_service *service, sl_intent *intent);
/* It has a case from now on: sl_state_case() finds it. Once is enough. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_state_case_list(sl_service *service, sl_intent *intent);
/* The intent whose case has the id, whoever's it is; NULL when none has. */
sl_intent *sl_state_case(const sl_service *service, const sl_uuid *id);
/* Forget it wholly. It has no links and is not in the index. */
void sl_state_intent_free(sl_service *service, sl_intent *intent);

/* Wake `intent` at `at` (once); an earlier alarm stays. */
void sl_alarm_set(sl_service *service, sl_intent *intent, sl_time at);
void sl_alarm_clear(sl_service *service, sl_intent *intent);
/* The intent whose alarm is due at `now`, its alarm cleared; NULL when none. */
sl_intent *sl_alarm_pop(sl_service *service, sl_time now);
/* Copy the figures to where sl_service_count() reads them. Threads: the writer. */
void sl_service_publish(sl_service *service);

#endif
