/* Two intents of one party change places behind the wall: objects, index entries and
 * links of one become the other's. What was judged as a shadow of a standing intent
 * stands in its stead without being judged once more. Expected: a handful of links. */
#include "service/across_part.h"

#include "base/assert.h"
#include "service/persist.h"

void sl_across_rows(sl_service *service, sl_intent *intent, bool stand) {
  if (intent->inner.noted) sl_persist_owed(service, intent, stand);
  for (uint32_t i = 0; i < intent->inner.link_count; i++) {
    const sl_link *link = &intent->inner.link[i];
    sl_persist_pair(service, intent, link->other, stand ? link : NULL);
  }
}

/* The far ends of `intent`'s links that name `from` name `to`. */
static void point(const sl_intent *intent, const sl_intent *from, sl_intent *to) {
  for (uint32_t i = 0; i < intent->inner.link_count; i++) {
    sl_inner_part *far = &intent->inner.link[i].other->inner;
    uint32_t k = 0;
    while (k < far->link_count && far->link[k].other != from) k++;
    SL_ASSERT(k < far->link_count);
    far->link[k].other = to;
  }
}

static void bodies(sl_intent *a, sl_intent *b) {
  sl_prepared **object = a->object;
  uint32_t count = a->object_count, slot = a->slot;
  sl_link *link = a->inner.link;
  uint32_t links = a->inner.link_count, room = a->inner.link_room;
  bool live = a->live;
  a->object = b->object;
  a->object_count = b->object_count;
  a->slot = b->slot;
  a->live = b->live;
  a->inner.link = b->inner.link;
  a->inner.link_count = b->inner.link_count;
  a->inner.link_room = b->inner.link_room;
  b->object = object;
  b->object_count = count;
  b->slot = slot;
  b->live = live;
  b->inner.link = link;
  b->inner.link_count = links;
  b->inner.link_room = room;
}

void sl_across_swap(sl_service *service, sl_intent *a, sl_intent *b) {
  SL_ASSERT(a != b && a->owner == b->owner);
  sl_across_rows(service, a, false);
  sl_across_rows(service, b, false);
  bodies(a, b);
  service->slot[a->slot] = a;
  service->slot[b->slot] = b;
  sl_intent between = {.owner = a->owner};   /* a far end may have links to both */
  point(a, b, &between);
  point(b, a, b);
  point(a, &between, a);
  sl_across_rows(service, a, true);
  sl_across_rows(service, b, true);
  a->inner.judged = sl_across_worst(a);
  b->inner.judged = sl_across_worst(b);
}

void sl_across_succeed(sl_service *service, sl_intent *heir, sl_intent *from) {
  if (from->inner.owed > heir->inner.owed) {
    heir->inner.owed = from->inner.owed;
    if (heir->inner.owed > heir->own.told) sl_group_fail(service, sl_across_changed(service, heir));
  }
  from->inner.owed = from->inner.judged;
  sl_across_heard(service, from);
  sl_across_heard(service, heir);
}
