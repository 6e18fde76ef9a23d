/* A change of a line's state alters what every intent of the side reads as that was CLEAR:
 * DEGRADED lapses it at once (L28), OPEN gives it back. Answers say so by themselves;
 * servers of parties of the F3548 face are told. Expected: nothing for weeks, then up to
 * a million intents at once. So in steps: each party's intents in its own order, a cursor
 * at the next, and no more queued than its server takes, or the queue would drop the
 * oldest of them. What is looked at reads as it does at that moment. */
#include "base/assert.h"
#include "service/plant.h"
#include "service/push.h"
#include "service/utm_state.h"

#define LOOKED_A_STEP 1024u   /* of one side */
#define TOLD_A_STEP 32u
#define QUEUED_MAX 64u        /* of one party: the rest of its queue is for what cannot wait */

void sl_utm_turned(sl_service *service, sl_member *member) {
  if (!service->utm || !member->first) return;
  if (!member->turned) service->utm->turned++;
  member->turned = member->first;
  service->utm->turning = true;
}

void sl_utm_turned_again(sl_service *service) {
  for (size_t i = 0; i < service->member_count; i++) sl_utm_turned(service, service->member[i]);
}

static void pass_on(sl_service *service, sl_member *member) {
  member->turned = member->turned->next;
  if (member->turned) return;
  SL_ASSERT(service->utm->turned > 0);
  service->utm->turned--;
}

void sl_utm_turned_forget(sl_service *service, const sl_intent *intent) {
  if (intent->owner->turned == intent) pass_on(service, intent->owner);
}

/* For a planted fault only: whether anything of another side is live. */
static bool others(const sl_service *service, const sl_intent *intent) {
  for (size_t i = 0; i < service->slot_count; i++) {
    const sl_intent *other = service->slot[i];
    if (other && other->live && other->owner->side != intent->owner->side) return true;
  }
  return false;
}

/* What is over by its own window reads otherwise for that reason; nobody waits to hear it. */
static bool concerned(const sl_service *service, const sl_intent *intent) {
  const sl_utm_part *part = intent->utm;
  if (!part || part->gone || !intent->live || !sl_utm_line_remote(service, intent)) return false;
  if (SL_PLANTED(SL_PLANT_UTM_TURNED_ACROSS) && !others(service, intent)) return false;
  return part->pushed || part->window.end.ns > service->now.ns;
}

bool sl_utm_turned_step(sl_service *service) {
  struct sl_utm *utm = service->utm;
  if (!utm || utm->turned == 0) {
    if (utm) utm->turning = false;
    return false;
  }
  unsigned looked[SL_SIDES_MAX] = {0}, told[SL_SIDES_MAX] = {0};
  bool any = false;
  for (size_t i = 0; i < service->member_count && !service->group_error; i++) {
    sl_member *member = service->member[i];
    unsigned side = member->side;
    while (member->turned && looked[side] < LOOKED_A_STEP && told[side] < TOLD_A_STEP &&
           sl_push_count(service, member) < QUEUED_MAX) {
      sl_intent *intent = member->turned;
      pass_on(service, member);
      looked[side]++;
      if (concerned(service, intent) && sl_utm_line_turn(service, intent)) told[side]++;
      any = true;
    }
  }
  return any;
}

sl_time sl_utm_turned_due(const sl_service *service) {
  const struct sl_utm *utm = service->utm;
  if (!utm || utm->turned == 0) return (sl_time){INT64_MAX};
  for (size_t i = 0; i < service->member_count; i++) {
    const sl_member *member = service->member[i];
    if (member->turned && sl_push_count(service, member) < QUEUED_MAX) return service->now;
  }
  return (sl_time){INT64_MAX};
}
