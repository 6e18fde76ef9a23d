/* The clocks of parties (L6). Before the wall a bad or unmeasured clock makes its
 * party's own intents UNDECIDED. Behind it what such a party filed is judged with
 * windows that reach as far as its clock can be off, and what only that finds is a
 * doubt at both ends: a CLEAR of another rests on no clock that nobody measured. Work:
 * nothing while clocks are good; else each live intent of the party once, in steps, as
 * its clock comes into doubt or out of it. */
#include "service/clock.h"

#include "base/assert.h"
#include "service/across.h"
#include "service/persist.h"
#include "service/plant.h"

#define STEP_INTENTS 64u                 /* judged again in one turn */
#define KEEP_NS SL_NS_PER_H              /* a good measure is not written again within */

sl_dur sl_clock_limit(const sl_service *service, const sl_member *member) {
  const sl_agreement *agreement = sl_state_agreement(service, member->side);
  return agreement ? agreement->clock_limit : (sl_dur){5 * SL_NS_PER_S};
}

bool sl_clock_good(const sl_service *service, const sl_member *member, sl_time at) {
  int64_t offset = member->clock_offset_ns < 0 ? -member->clock_offset_ns : member->clock_offset_ns;
  bool fresh = member->clock_at.ns > 0 && at.ns - member->clock_at.ns < SL_CLOCK_FRESH_NS;
  return fresh && offset <= sl_clock_limit(service, member).ns;
}

static void measured(sl_service *service, sl_member *member, int64_t offset_ns, sl_time at, bool beat) {
  member->clock_offset_ns = offset_ns;
  member->clock_at = at;
  member->clock_beat = beat;
  member->touched = true;
  sl_clock_settle(service, member);
}

/* While the wall clock stands behind the service's time one of the two is wrong: a party's
 * is as far off as it is off the farther one. */
static int64_t worst_of(const sl_service *service, int64_t offset) {
  return offset + service->behind / 2 >= 0 ? offset + service->behind : offset;
}

void sl_clock_measure(sl_service *service, sl_member *member, int64_t offset_ns, sl_time at) {
  measured(service, member, worst_of(service, offset_ns), at, true);
}

void sl_clock_hear(sl_service *service, const sl_op *op) {
  sl_member *member = op->member;
  if (!member || op->kind == SL_OP_HEARTBEAT) return;   /* a heartbeat measures more finely */
  int64_t offset = op->head.created * SL_NS_PER_S + SL_NS_PER_S / 2 - op->received.ns;
  /* What came by another face is not signed here; its standard obliges to 5 s (F3548 GEN0100). */
  if (op->head.created == 0) offset = 0;
  offset = worst_of(service, offset);
  int64_t limit = sl_clock_limit(service, member).ns;
  bool good = sl_clock_good(service, member, op->received);
  bool known = good && op->received.ns - member->clock_at.ns < KEEP_NS;
  if (offset < -limit || (offset <= limit && known)) {
    sl_clock_settle(service, member);
    return;
  }
  /* A clock that a heartbeat found bad is good again by a heartbeat only: seconds say too little. */
  bool fresh = member->clock_at.ns > 0 && op->received.ns - member->clock_at.ns < SL_CLOCK_FRESH_NS;
  if (member->clock_beat && fresh && !good) return;
  measured(service, member, offset, op->received, false);
}

unsigned sl_clock_doubts(const sl_intent *a, const sl_intent *b) {
  if (SL_PLANTED(SL_PLANT_CLOCK_TRUSTED)) return 0;
  return (unsigned)a->owner->clock_doubt + (unsigned)b->owner->clock_doubt;
}

bool sl_clock_any(const sl_service *service) {
  return service->clock_doubts > 0;
}

static void again(sl_service *service, sl_member *member) {
  if (!member->recheck) service->clock_rechecks += member->first != NULL;
  member->recheck = member->first;
}

void sl_clock_settle(sl_service *service, sl_member *member) {
  if (service->options.script) return;
  bool doubt = member->first && !sl_clock_good(service, member, service->now);
  int64_t until = member->clock_at.ns + SL_CLOCK_FRESH_NS;
  if (!doubt && until < service->clock_next.ns) service->clock_next.ns = until;
  if (doubt == member->clock_doubt) return;
  member->clock_doubt = doubt;
  SL_ASSERT(doubt || service->clock_doubts > 0);
  if (doubt) service->clock_doubts++;
  else service->clock_doubts--;
  member->touched = true;
  again(service, member);
}

void sl_clock_turn(sl_service *service) {
  service->clock_next.ns = INT64_MAX;
  for (size_t i = 0; i < service->member_count; i++) {
    if (service->member[i]->first) sl_clock_settle(service, service->member[i]);
  }
}

void sl_clock_unmeasure(sl_service *service) {
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    member->clock_at.ns = 0;
    member->clock_beat = false;
    member->touched = true;
  }
  sl_clock_turn(service);
}

static void done(sl_service *service, sl_member *member) {
  SL_ASSERT(service->clock_rechecks > 0);
  member->recheck = NULL;
  member->touched = true;
  service->clock_rechecks--;
}

bool sl_clock_step(sl_service *service) {
  if (service->clock_rechecks == 0) return false;
  unsigned left = STEP_INTENTS;
  for (size_t i = 0; i < service->member_count && left > 0; i++) {
    sl_member *member = service->member[i];
    while (member->recheck && left > 0 && !service->group_error) {
      sl_intent *intent = member->recheck;
      if (intent->live) {
        sl_group_fail(service, sl_across_recheck(service, intent));
        left--;
      }
      member->recheck = intent->next;
      if (!member->recheck) done(service, member);
    }
  }
  return true;
}

sl_time sl_clock_due(const sl_service *service) {
  return service->clock_rechecks > 0 ? service->now : service->clock_next;
}

void sl_clock_load(sl_service *service) {
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    service->clock_doubts += member->clock_doubt;
    if (member->clock_pending) again(service, member);
    member->clock_pending = false;
  }
  sl_clock_turn(service);
}

void sl_clock_forget(sl_service *service, const sl_intent *intent) {
  sl_member *member = intent->owner;
  if (member->recheck != intent) return;
  member->recheck = intent->next;
  if (!member->recheck) done(service, member);
}
