/* The inside of deal*.c. */
#ifndef SL_SERVICE_DEAL_PART_H
#define SL_SERVICE_DEAL_PART_H

#include "service/deal.h"
#include "settle/settle.h"

#define SL_DEAL_MEMBERS_MAX 64u       /* larger clusters are not settled: unresolved */
#define SL_DEAL_TIME_CAP_NS (2 * SL_NS_PER_S)
#define SL_DEAL_NODE_CAP 20000000u

typedef enum sl_deal_stage { SL_DEAL_SOLVING = 1, SL_DEAL_SOLVED = 2, SL_DEAL_PROPOSED = 3 } sl_deal_stage;

/* One intent of a cluster; `version` is the one that was looked at. */
typedef struct sl_deal_member {
  sl_intent *intent;
  uint32_t version;
  uint8_t choice;
  bool asked, accepted, declined;
  /* for the solver; owned by the deal, so the worker reads nothing of the writer's */
  sl_settle_intent problem;
  sl_class class_of;
  uint8_t clocks;                     /* 1: its party's clock is in doubt (L6) */
  uint32_t object_count[SL_SETTLE_ALTERNATIVES];
  sl_prepared **object[SL_SETTLE_ALTERNATIVES];
} sl_deal_member;

typedef struct sl_deal {
  struct sl_deal *next;
  uint64_t id;
  uint8_t line;
  bool broken;                        /* a member was amended, ended or passed, or: */
  bool voided;                        /* another agreement began, with other lists */
  bool found;
  sl_deal_stage stage;
  sl_time expires;
  uint32_t count;
  sl_deal_member member[SL_DEAL_MEMBERS_MAX];
  sl_agreement agreement;             /* as when it was made */
  int64_t burden[2];
} sl_deal;

/* Fill a member's alternatives and what they may not be (writer). Errors: SL_ERR_NOMEM,
 * those of the store. */
SL_MUST_USE sl_err sl_deal_fill(sl_service *service, sl_deal *deal, sl_deal_member *member);
/* Solve; fills found and choices (worker or writer). */
void sl_deal_solve(sl_deal *deal, const sl_clock *clock);
/* Whether alternatives a of i and b of j can both stand. */
bool sl_deal_pair_clear(const sl_deal *deal, const sl_deal_member *i, unsigned a, const sl_deal_member *j,
                        unsigned b);
void sl_deal_free(sl_deal *deal);
/* Whether objects are not CLEAR of something live that no member of `deal` is; with
 * own_side, of the own side's intents too. */
SL_MUST_USE sl_err sl_deal_blocked(sl_service *service, const sl_deal *deal, const sl_deal_member *member,
                                   sl_prepared *const *object, uint32_t count, bool own_side, bool *out);
/* It is part of no agreement any more. */
void sl_deal_leave_agreement(sl_service *service, sl_intent *intent);
/* All accepted: judge again, commit. Returns whether it could be. */
bool sl_deal_commit(sl_service *service, sl_deal *deal);
/* Keep a deal: on the service's list, and to the worker (or solved here). */
void sl_deal_hand(sl_service *service, sl_deal *deal);
void sl_deal_persist(sl_service *service, const sl_deal *deal);
void sl_deal_persist_gone(sl_service *service, const sl_deal *deal);

#endif
