/* Before the wall of L12: a party's own state, moved by its own requests and by
 * outcomes only. Nothing here looks at another party. */
#ifndef SL_SERVICE_OWN_H
#define SL_SERVICE_OWN_H

#include "service/logbook.h"
#include "service/state.h"
#include "wire/answer.h"

/* Take an outcome: the only entrance. intent is NULL for LINE and BUDGET. */
void sl_own_take(sl_service *service, sl_member *member, sl_intent *intent, const sl_outcome *outcome);

/* What the party would be shown of the intent at `at`, L3 to L7 applied. */
sl_shown sl_own_shown(const sl_service *service, const sl_intent *intent, sl_time at);

/* The case's id: a PRF of party and intent (L13). */
sl_uuid sl_own_case_id(const sl_service *service, const sl_intent *intent);

/* Append the answer about an intent, without receipt. with_verdict false: ended. */
void sl_own_answer(const sl_service *service, const sl_intent *intent, sl_time at, uint64_t charged, sl_buf *out);
/* Fill the case's view (its proposal into *proposal). */
void sl_own_case_view(const sl_service *service, const sl_intent *intent, sl_view_case *view,
                      sl_view_proposal *proposal);

/* An event is due for the intent with this turn's announcements. */
void sl_own_flag(sl_service *service, sl_intent *intent);
/* None is: the intent goes, and another speaks for it. */
void sl_own_unflag(sl_service *service, sl_intent *intent);
/* Emit the events that are due, per party in its own order: log entry, row, waiters. */
void sl_own_release(sl_service *service);
/* Emit one event with its log entry. */
void sl_own_event(sl_service *service, sl_member *member, sl_view_event *event);

/* L28 (act_watch.c): after a step of its case or a change of its verdict; when its alarm
 * went off; when it was loaded. */
void sl_own_standing(sl_service *service, sl_intent *intent);
/* As above. */
void sl_own_remind(sl_service *service, sl_intent *intent);
/* As above. */
void sl_own_standing_load(sl_service *service, const sl_intent *intent);
/* It goes: what was counted of it is no more. */
void sl_own_standing_forget(sl_service *service, const sl_intent *intent);
/* The member's intent whose case has the id; NULL when none has. */
sl_intent *sl_own_case_find(const sl_service *service, const sl_member *member, const sl_uuid *id);

/* The alternative becomes the standing version (L21). Errors stick to the group. */
void sl_own_commit(sl_service *service, sl_intent *intent, unsigned alternative);

/* The notices of a standing conflict (L9) whose time has come: bit 0 T-60, bit 1 T-15. */
uint8_t sl_own_notices(sl_window window, sl_time now);

/* Whether it is in the air as far as its party said. */
bool sl_own_airborne(const sl_intent *intent);
/* When an airborne intent is next to be judged past its window; and to do so. False
 * when it has been for a day: then it is over. Errors stick to the group. */
sl_time sl_overdue_at(const sl_service *service, const sl_intent *intent);
/* As above. */
bool sl_overdue_stretch(sl_service *service, sl_intent *intent);

/* Set the alarm for what is due next of the intent. */
void sl_intent_alarm_next(sl_service *service, sl_intent *intent);
/* Its alarm went off. */
void sl_intent_alarm(sl_service *service, sl_intent *intent);

#endif
