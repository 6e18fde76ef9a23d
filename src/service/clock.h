/* The clocks of parties (L6): measured by heartbeats, and to a second by the time that
 * each signed request says it was made. */
#ifndef SL_SERVICE_CLOCK_H
#define SL_SERVICE_CLOCK_H

#include "service/op.h"

/* A measure holds so long: a free-running clock of 50 millionths is 4.3 s off after a day. */
#define SL_CLOCK_FRESH_NS (24 * SL_NS_PER_H)
/* What the windows of a pair grow by for each of its two clocks that is in doubt. Both
 * windows grow, so a pair is not CLEAR unless it is 300 s apart in time: no request is
 * taken whose signature was made by a clock that is farther off (SL_SIGNATURE_LIFE_MAX_S). */
#define SL_CLOCK_GROW_NS (SL_SIGNATURE_LIFE_MAX_S * SL_NS_PER_S / 2)

/* Before the wall. A signed request of the member: its `created` measures the clock,
 * unless it is old, which may be the way it came. */
void sl_clock_hear(sl_service *service, const sl_op *op);
/* A heartbeat measured it. */
void sl_clock_measure(sl_service *service, sl_member *member, int64_t offset_ns, sl_time at);
/* How far it may be off: of the agreement. */
sl_dur sl_clock_limit(const sl_service *service, const sl_member *member);
/* Whether it was measured within a day, and is within the agreement's limit. */
bool sl_clock_good(const sl_service *service, const sl_member *member, sl_time at);

/* Behind the wall. How many clocks of a pair are in doubt: 0 to 2. */
unsigned sl_clock_doubts(const sl_intent *a, const sl_intent *b);
/* Whether any member's is, so that queries reach farther. */
bool sl_clock_any(const sl_service *service);
/* Put what is known of the members' clocks into force at service->now: who came into
 * doubt or out of it is judged again, a few intents a turn (sl_clock_step). */
void sl_clock_turn(sl_service *service);
/* The same of one member, after a measure. */
void sl_clock_settle(sl_service *service, sl_member *member);
/* The wall clock stepped: whatever was measured by it was measured by another clock. */
void sl_clock_unmeasure(sl_service *service);
/* Some more intents of a member whose doubt changed. Returns whether there were any. */
bool sl_clock_step(sl_service *service);
/* When a measure runs out next. */
sl_time sl_clock_due(const sl_service *service);
/* After loading: who was being judged again, and who came into doubt meanwhile. */
void sl_clock_load(sl_service *service);
/* The intent goes: it is not to be judged again. */
void sl_clock_forget(sl_service *service, const sl_intent *intent);

#endif
