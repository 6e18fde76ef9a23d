/* The F3548 face: what it keeps beside the native model, and its parts.
 *
 * One model, two faces: an operational intent of this face is an sl_intent like any
 * other, in the same table, class index, cases, budget and log; sl_utm_part is what the
 * standard knows of it besides. Constraints and subscriptions exist on this face alone
 * and never cross a line. Every table is keyed (side, id), so that an id of another
 * side reads as one that nobody has.
 *
 * Threads: the writer's, but for utm_receive.c, which touches only the options, the
 * directory under its lock, and the token keys and cache under theirs. */
#ifndef SL_SERVICE_UTM_H
#define SL_SERVICE_UTM_H

#include "service/op.h"
#include "wire/token_cache.h"
#include "wire/utm_answer.h"
#include "wire/utm_details.h"
#include "wire/utm_request.h"

#define SL_UTM_OVN_OWN_MAX 73u         /* "{id}_{suffix}"; ours alone have 44 */
#define SL_UTM_VERSION_SIZE 24u        /* of subscriptions and availabilities */
#define SL_UTM_RESULTS_MAX 10000u      /* of one answer; more is an error, never a cut */
#define SL_UTM_ENTITIES_MAX 1000000u   /* constraints of one side, and subscriptions */
#define SL_UTM_USS_MAX 65536u
#define SL_UTM_PAGE 256u               /* notification indices in one row */
#define SL_UTM_SWEEP_MAX 64u           /* entities whose time is over, in one turn */
#define SL_UTM_SUBSCRIPTION_NS (24 * SL_NS_PER_H)
#define SL_UTM_START_PAST_NS (5 * SL_NS_PER_MIN)
#define SL_UTM_DONE_NS SL_NS_PER_H     /* how long a done DELETE is answered again */
#define SL_UTM_KEPT_NS (24 * SL_NS_PER_H)   /* constraints stay readable so long after their end */
#define SL_UTM_REFUSALS 3u             /* of one id in: */
#define SL_UTM_REFUSALS_NS (15 * SL_NS_PER_MIN)
#define SL_UTM_LINE_PRIORITY INT64_C(1000000)   /* constant of the line, above any caller's */
#define SL_UTM_SERVER "sideline"       /* the manager across the line */

#define SL_UTM_TOO_MANY "more lies in this area than one answer takes; ask for smaller areas or times"

typedef struct sl_utm_timer sl_utm_timer;
typedef struct sl_utm_sub sl_utm_sub;
typedef struct sl_utm_zone sl_utm_zone;

/* What a timer belongs to; it is the first member of each. */
typedef enum sl_utm_timed { SL_UTM_TIMED_SUB = 1, SL_UTM_TIMED_ZONE, SL_UTM_TIMED_DONE } sl_utm_timed;
struct sl_utm_timer {
  sl_time at;
  uint32_t place;                /* in the heap + 1; 0: none */
  uint8_t kind;                  /* sl_utm_timed */
  uint8_t side;
};

/* What a request that changed something is known by: sub, method, target, body. */
typedef struct sl_utm_request { uint8_t digest[32]; } sl_utm_request;

/* Of an operational intent that was filed over this face. */
struct sl_utm_part {
  const char *manager;           /* interned */
  char *base_url;                /* owned */
  int32_t version;               /* on this face; 0: it only pends, and reads as absent */
  sl_intent_state state;         /* on this face; the native one ends with its window */
  sl_window window;              /* of the standing extents, wire/utm_volume.h's way */
  char ovn[SL_UTM_OVN_OWN_MAX + 1];
  sl_utm_request request;        /* that made the standing version: a retry is told apart */
  uint64_t leaf;                 /* of the entry that answers for it */
  sl_utm_sub *subscription;      /* NULL: none */
  sl_intent *main, *shadow;      /* a refused update pends as a shadow of its main one */
  bool gone;                     /* deleted here, held across the line (L7) */
  bool wide;                     /* the line reference covers all own granules (L18) */
  bool pushed;                   /* a line reference was told and not yet taken back: */
  sl_uuid pushed_id;
  bool past;                     /* in sl_utm_side.past: its window is over, and it is still there to be read */
  sl_uuid line_id;               /* under which sl_utm_side.line has it; zero: none */
  sl_time suffix_at;             /* of the newest requested suffix so far: the next is newer, so no OVN comes twice */
  uint8_t refusals;              /* in `refused`, newest last */
  sl_time refused[SL_UTM_REFUSALS];
};

/* A constraint. */
struct sl_utm_zone {
  sl_utm_timer timer;
  sl_uuid id;
  const char *manager;
  uint16_t member;
  char *base_url;
  int32_t version;
  char ovn[SL_UTM_OVN_OWN_MAX + 1];
  sl_window window;
  sl_span plan;                  /* canonical, owned */
  sl_utm_region *region;
  sl_utm_request request;
  uint64_t leaf;
  uint32_t mark;
};

/* A subscription. An implicit one has the extents of its dependent intents. */
struct sl_utm_sub {
  sl_utm_timer timer;
  sl_uuid id;
  const char *manager;
  uint16_t member;
  uint32_t slot;                 /* among those of its side; its index is in a page */
  int32_t index;                 /* notifications so far */
  char *base_url;
  char version[SL_UTM_VERSION_SIZE + 1];
  bool for_intents, for_constraints, implicit;
  sl_window window;
  sl_span plan;                  /* canonical, owned; empty when implicit */
  sl_utm_region *region;
  sl_granule bounds;             /* of one volume; where it is small they stand for it: */
  bool small;
  sl_intent **dependent;
  uint32_t dependents, dependent_room;
  sl_utm_request request;
  uint64_t leaf;
  uint32_t mark;
};

/* What was said of a USS by those who arbitrate. */
typedef struct sl_utm_uss {
  sl_utm_availability availability;
  char version[SL_UTM_VERSION_SIZE + 1];
  uint16_t size;
  char name[];
} sl_utm_uss;

/* Details that a manager posted here, as JSON. */
typedef struct sl_utm_posted {
  sl_uuid id;
  int32_t version;
  bool constraint;
  uint8_t digest[32];            /* of what was posted */
  char ovn[SL_UTM_OVN_MAX + 1];
  sl_str details;                /* owned */
} sl_utm_posted;

/* A DELETE that was done: answered again as it was. */
typedef struct sl_utm_done {
  sl_utm_timer timer;
  sl_utm_request request;
  uint16_t member;
  uint64_t leaf;
} sl_utm_done;

typedef struct sl_utm_side {
  sl_index *zones, *subs;        /* ids are the entities' addresses */
  sl_index *past;                /* intents that are judged no more; ids as in the class indices */
  sl_hashmap zone, sub, uss, posted, done;
  sl_hashmap line;               /* line reference id -> the own intent it was last made for */
  sl_utm_sub **slot;
  size_t slots, slot_room;
  uint32_t *free_slot;
  size_t free_slots;
  bool *page_dirty;              /* a page of indices changed in this group */
  size_t page_room;
  uint64_t counter;              /* of what has no log entry of its own (L13) */
} sl_utm_side;

struct sl_utm {
  const sl_utm_options *options;
  sl_utm_side side[SL_SIDES_MAX];
  sl_utm_timer **timer;
  size_t timers, timer_room;
  uint32_t *pushes;              /* by member number: index of its virtual line subscription */
  size_t push_room;
  size_t turned;                 /* members whose intents are being looked at (utm_turned.c) */
  bool turning;                  /* some were, and that is not on disk yet */
  char **name;                   /* interned managers that the options do not have */
  size_t names, name_room;
  pthread_rwlock_t keys_lock;
  sl_token_keys *keys;
  uint64_t generation;
  pthread_mutex_t cache_lock;
  sl_token_cache *cache;
};

/* ---- one request ---- */

typedef enum sl_utm_kind {
  SL_UTM_HEALTHY = 1, SL_UTM_VERSION, SL_UTM_OAUTH,
  SL_UTM_INTENT_QUERY, SL_UTM_INTENT_GET, SL_UTM_INTENT_PUT, SL_UTM_INTENT_DELETE,
  SL_UTM_ZONE_QUERY, SL_UTM_ZONE_GET, SL_UTM_ZONE_PUT, SL_UTM_ZONE_DELETE,
  SL_UTM_SUB_QUERY, SL_UTM_SUB_GET, SL_UTM_SUB_PUT, SL_UTM_SUB_DELETE,
  SL_UTM_USS_GET, SL_UTM_USS_PUT, SL_UTM_REPORT,
  SL_UTM_DETAILS_GET, SL_UTM_TELEMETRY, SL_UTM_DETAILS_POST, SL_UTM_ZONE_DETAILS_GET, SL_UTM_ZONE_DETAILS_POST
} sl_utm_kind;

struct sl_utm_op {
  sl_utm_kind kind;
  bool update;                   /* the path names an OVN or a version */
  sl_str method, target;         /* in the arena */
  sl_str hole;                   /* the id or USS of the path, as it came */
  sl_str tail;                   /* the OVN or version of the path */
  sl_str query;
  const char *manager;           /* sub; interned in the options */
  unsigned scopes;               /* bits of sl_scope */
  uint8_t token_digest[32];
  sl_utm_request request;
  union {
    sl_utm_put_intent intent;
    sl_utm_put_constraint zone;
    sl_utm_put_subscription sub;
    sl_utm_extents area;
    sl_utm_set_availability uss;
    sl_utm_put_intent_details details;
    sl_utm_put_constraint_details zone_details;
    sl_utm_report report;
  } body;
  sl_utm_region *region;         /* of the area or extents, prepared; owned until taken */
  bool line;                     /* the answer carries a line reference: it is evidence */
};

/* Whether the target is of this face and the service has it. Threads: any. */
bool sl_utm_has(const sl_service *service, sl_str target);
/* Route, token, scope, decode, prepare (F3548.md's order). *ready: answered already, not
 * to be queued. Errors: none; a refusal is an answer. Threads: any. */
void sl_utm_take(sl_service *service, sl_op *op, const sl_request *request, bool *ready);
/* From method and path; fills kind, update, hole, tail, query. Returns the status: 200,
 * 404, 405 (utm->method is then the list of those it takes, terminated). *any: bits of sl_scope of which one is needed; 0: no token. */
int sl_utm_route(sl_utm_op *utm, sl_str method, sl_str target, unsigned *any);
/* Carry it out. */
void sl_utm_act(sl_service *service, sl_op *op);
/* {"message"} as the answer; where a general error stands, its status too. */
void sl_utm_refuse(sl_op *op, int status, const char *message);
void sl_utm_fail(sl_op *op, sl_stage stage, sl_err err, const sl_fault *fault);
/* The answer in op->out is evidence: an entry of the party's log. Returns its index. */
uint64_t sl_utm_seal(sl_service *service, sl_op *op, int status);
/* What was answered then, from the entry. */
void sl_utm_again(sl_service *service, sl_op *op, uint64_t leaf, int status);

/* Whether the key, sorted, has the OVN. Threads: any. */
bool sl_utm_key_has(const sl_utm_put_intent *body, const char *ovn);
/* Each kind's own part (writer): fills status and out. PUT of an operational intent. */
void sl_utm_intent_put(sl_service *service, sl_op *op);
/* As above: DELETE of one. */
void sl_utm_intent_delete(sl_service *service, sl_op *op);
/* GET of a reference, and the query of an area. */
void sl_utm_intent_get(sl_service *service, sl_op *op);
/* As above. */
void sl_utm_intent_query(sl_service *service, sl_op *op);
/* Constraints; subscriptions; availabilities and reports; what stands under /uss/v1. */
void sl_utm_zone_act(sl_service *service, sl_op *op);
/* As above. */
void sl_utm_sub_act(sl_service *service, sl_op *op);
/* As above. */
void sl_utm_uss_act(sl_service *service, sl_op *op);
/* As above. */
void sl_utm_details_act(sl_service *service, sl_op *op);

#endif
