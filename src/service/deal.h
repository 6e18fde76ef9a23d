/* Settlements in progress (behind the wall): clusters of conflicting intents on one
 * line, what was proposed to whom, and how it ended (L19 to L21). */
#ifndef SL_SERVICE_DEAL_H
#define SL_SERVICE_DEAL_H

#include "service/op.h"
#include "service/state.h"

/* Before the round ends: list the clusters of the line that may be settled. */
void sl_deal_prepare(sl_service *service, unsigned line);
/* Start one listed cluster: its alternatives are held against everything live here,
 * against each other and solved on the worker's thread (or inline). Returns whether
 * more are listed. One a turn keeps the writer's stalls short. */
bool sl_deal_start(sl_service *service);
/* Rebuild what was proposed before a stop from its row. Errors: SL_ERR_CORRUPT, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_deal_load(sl_service *service, sl_span key, sl_span value);
/* At the round's end, before what changed is announced: judge and commit what all
 * accepted, fail what was declined or expired. */
void sl_deal_conclude(sl_service *service, unsigned line);
/* After the announcements: propose what was solved. */
void sl_deal_propose(sl_service *service, unsigned line);
/* The intent's plan was amended: its settlement cannot be kept, and an agreement that it
 * was part of is void: the cases of its other intents reopen at the round's end (L21). */
void sl_deal_touch(sl_service *service, sl_intent *intent);
/* Another version of the same plan: its settlement cannot be kept, its agreement stands. */
void sl_deal_break(sl_service *service, sl_intent *intent);
/* It ended or passed: its settlement cannot be kept, and it leaves its agreement, which
 * stands between the others. */
void sl_deal_leave(sl_service *service, sl_intent *intent);
/* It is part of the agreement of that number, also while loading. Errors stick to the group. */
void sl_deal_join(sl_service *service, sl_intent *intent, uint64_t agreement);
/* At a round's end, with what is told of the intent: reopen the case of a voided
 * agreement, and resolve one that was reopened a round before and is CLEAR. Returns
 * whether it is to be looked at again with the next round. */
bool sl_deal_reopen(sl_service *service, sl_intent *intent);
/* Another agreement of the line begins, by whose lattice a number in an own list is
 * another plan: what was proposed or accepted by it is over with the round. */
void sl_deal_void(sl_service *service, unsigned line);
/* The party answered the proposal that stands. */
void sl_deal_answered(sl_service *service, sl_intent *intent, bool accept);

/* The worker. Errors: SL_ERR_NOMEM, SL_ERR_BUSY (no thread). */
SL_MUST_USE sl_err sl_deal_open(sl_service *service);
void sl_deal_close(sl_service *service);
/* Drop every settlement; waits for the one that is being solved. */
void sl_deal_forget(sl_service *service);

/* The plan of an alternative of the draft: 0 as filed, then the own list or the
 * lattice's moves. Errors: SL_ERR_RANGE, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_deal_alternative(const sl_agreement *agreement, sl_class class_of, const sl_draft *draft,
                                       unsigned number, sl_arena *arena, sl_plan *out);
/* How many alternatives there are, the plan as filed included: 1 to 8. */
unsigned sl_deal_alternatives(const sl_agreement *agreement, sl_class class_of, const sl_draft *draft);

/* Prepare a plan whose windows grow by `tolerance`. Errors: sl_prepare()'s; then
 * nothing is kept. *out is a malloc'ed array of plan->count. */
SL_MUST_USE sl_err sl_plan_prepare(sl_prepared ***out, const sl_plan *plan, sl_dur tolerance, sl_fault *fault);

#endif
