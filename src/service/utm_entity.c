/* Constraints and subscriptions of a side in memory: by id, and by where they are. An
 * index entry's number is the address of what it belongs to. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"
#include "service/utm_rows.h"

static bool zone_equal(const void *value, const void *key) {
  return memcmp(((const sl_utm_zone *)value)->id.bytes, key, 16) == 0;
}

static bool sub_equal(const void *value, const void *key) {
  return memcmp(((const sl_utm_sub *)value)->id.bytes, key, 16) == 0;
}

static uint64_t zone_hash(const sl_service *service, const sl_uuid *id) {
  return sl_utm_hash(service, "utm-zone-map", (sl_span){id->bytes, 16});
}

static uint64_t sub_hash(const sl_service *service, const sl_uuid *id) {
  return sl_utm_hash(service, "utm-sub-map", (sl_span){id->bytes, 16});
}

sl_utm_zone *sl_utm_zone_find(const sl_service *service, unsigned side, const sl_uuid *id) {
  return sl_hashmap_find(&service->utm->side[side].zone, zone_hash(service, id), zone_equal, id->bytes);
}

sl_utm_sub *sl_utm_sub_find(const sl_service *service, unsigned side, const sl_uuid *id) {
  return sl_hashmap_find(&service->utm->side[side].sub, sub_hash(service, id), sub_equal, id->bytes);
}

sl_err sl_utm_zone_new(sl_service *service, const sl_member *member, const sl_uuid *id, sl_utm_zone **out) {
  sl_utm_zone *zone = calloc(1, sizeof *zone);
  if (!zone) return SL_ERR_NOMEM;
  zone->timer = (sl_utm_timer){.kind = SL_UTM_TIMED_ZONE, .side = (uint8_t)member->side};
  zone->id = *id;
  zone->member = member->number;
  sl_err err = sl_hashmap_add(&service->utm->side[member->side].zone, zone_hash(service, id), zone);
  if (err) free(zone);
  else *out = zone;
  return err;
}

sl_err sl_utm_slots_grow(sl_utm_side *side) {
  size_t room = side->slot_room ? side->slot_room * 2 : SL_UTM_PAGE;
  sl_utm_sub **slot = realloc(side->slot, room * sizeof(sl_utm_sub *));
  if (!slot) return SL_ERR_NOMEM;
  side->slot = slot;
  uint32_t *free_slot = realloc(side->free_slot, room * sizeof *free_slot);
  if (!free_slot) return SL_ERR_NOMEM;
  side->free_slot = free_slot;
  bool *dirty = realloc(side->page_dirty, room / SL_UTM_PAGE);
  if (!dirty) return SL_ERR_NOMEM;
  memset(dirty + side->page_room, 0, room / SL_UTM_PAGE - side->page_room);
  side->page_dirty = dirty;
  side->page_room = room / SL_UTM_PAGE;
  side->slot_room = room;
  return SL_OK;
}

/* A place for its index; pages are written whole, so places are given out again. */
static sl_err slot_take(sl_utm_side *side, sl_utm_sub *sub) {
  if (side->free_slots > 0) {
    sub->slot = side->free_slot[--side->free_slots];
  } else {
    sl_err err = side->slots == side->slot_room ? sl_utm_slots_grow(side) : SL_OK;
    if (err) return err;
    sub->slot = (uint32_t)side->slots++;
  }
  side->slot[sub->slot] = sub;
  side->page_dirty[sub->slot / SL_UTM_PAGE] = true;
  return SL_OK;
}

sl_err sl_utm_sub_new_at(sl_service *service, const sl_member *member, const sl_uuid *id, sl_utm_sub **out) {
  sl_utm_sub *sub = calloc(1, sizeof *sub);
  if (!sub) return SL_ERR_NOMEM;
  sub->timer = (sl_utm_timer){.kind = SL_UTM_TIMED_SUB, .side = (uint8_t)member->side};
  sub->id = *id;
  sub->member = member->number;
  sl_err err = sl_hashmap_add(&service->utm->side[member->side].sub, sub_hash(service, id), sub);
  if (err) free(sub);
  else *out = sub;
  return err;
}

sl_err sl_utm_sub_new(sl_service *service, const sl_member *member, const sl_uuid *id, sl_utm_sub **out) {
  sl_utm_side *side = &service->utm->side[member->side];
  sl_utm_sub *sub = NULL;
  sl_err err = sl_utm_sub_new_at(service, member, id, &sub);
  if (err) return err;
  err = slot_take(side, sub);
  if (err) {
    sl_hashmap_remove(&side->sub, sub_hash(service, id), sub_equal, id->bytes);
    free(sub);
    return err;
  }
  *out = sub;
  return SL_OK;
}

static void drop(sl_index *index, void *owner, const sl_utm_region *region, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    sl_err err = sl_index_remove(index, (sl_entry){(uint64_t)(uintptr_t)owner, region->item[i]});
    SL_ASSERT(err == SL_OK);
  }
}

static sl_err place(sl_index *index, void *owner, sl_utm_region **held, sl_utm_region *take_region) {
  for (uint32_t i = 0; take_region && i < take_region->count; i++) {
    sl_err err = sl_index_insert(index, (sl_entry){(uint64_t)(uintptr_t)owner, take_region->item[i]});
    if (err) {
      drop(index, owner, take_region, i);
      return err;
    }
  }
  if (*held) drop(index, owner, *held, (*held)->count);
  sl_utm_region_free(*held);
  *held = take_region;
  return SL_OK;
}

sl_err sl_utm_zone_place(sl_service *service, sl_utm_zone *zone, sl_utm_region *take_region) {
  sl_err err = place(service->utm->side[zone->timer.side].zones, zone, &zone->region, take_region);
  return err ? err : sl_utm_timer_set(service, &zone->timer, (sl_time){zone->window.end.ns + SL_UTM_KEPT_NS});
}

sl_err sl_utm_sub_place(sl_service *service, sl_utm_sub *sub, sl_utm_region *take_region) {
  sl_err err = place(service->utm->side[sub->timer.side].subs, sub, &sub->region, take_region);
  sub->small = !err && take_region && take_region->count == 1 && sl_utm_bounds(take_region->item[0], &sub->bounds);
  return err ? err : sl_utm_timer_set(service, &sub->timer, sub->window.end);
}

void sl_utm_zone_free(sl_service *service, sl_utm_zone *zone) {
  sl_utm_side *side = &service->utm->side[zone->timer.side];
  sl_utm_timer_clear(service, &zone->timer);
  if (zone->region) drop(side->zones, zone, zone->region, zone->region->count);
  sl_hashmap_remove(&side->zone, zone_hash(service, &zone->id), zone_equal, zone->id.bytes);
  sl_utm_region_free(zone->region);
  free((uint8_t *)(uintptr_t)zone->plan.data);
  free(zone->base_url);
  free(zone);
}

void sl_utm_sub_free(sl_service *service, sl_utm_sub *sub) {
  SL_ASSERT(sub->dependents == 0);
  sl_utm_side *side = &service->utm->side[sub->timer.side];
  sl_utm_timer_clear(service, &sub->timer);
  if (sub->region) drop(side->subs, sub, sub->region, sub->region->count);
  sl_hashmap_remove(&side->sub, sub_hash(service, &sub->id), sub_equal, sub->id.bytes);
  side->slot[sub->slot] = NULL;
  side->free_slot[side->free_slots++] = sub->slot;
  sl_utm_region_free(sub->region);
  free((uint8_t *)(uintptr_t)sub->plan.data);
  free(sub->dependent);
  free(sub->base_url);
  free(sub);
}

sl_err sl_utm_sub_attach(sl_service *service, sl_utm_sub *sub, sl_intent *intent) {
  if (intent->utm->subscription == sub) return SL_OK;
  if (sub->dependents == sub->dependent_room) {
    uint32_t room = sub->dependent_room ? sub->dependent_room * 2 : 1;
    sl_intent **grown = realloc(sub->dependent, room * sizeof(sl_intent *));
    if (!grown) return SL_ERR_NOMEM;
    sub->dependent = grown;
    sub->dependent_room = room;
  }
  sl_utm_sub_detach(service, intent);
  sub->dependent[sub->dependents++] = intent;
  intent->utm->subscription = sub;
  return SL_OK;
}

void sl_utm_sub_detach(sl_service *service, sl_intent *intent) {
  sl_utm_sub *sub = intent->utm->subscription;
  if (!sub) return;
  intent->utm->subscription = NULL;
  for (uint32_t i = 0; i < sub->dependents; i++) {
    if (sub->dependent[i] != intent) continue;
    sub->dependent[i] = sub->dependent[--sub->dependents];
    break;
  }
  if (!sub->implicit) return;
  if (sub->dependents > 0) {
    sl_group_fail(service, sl_utm_sub_follow(service, sub));
    return;
  }
  sl_utm_persist_sub(service, sub, true);
  sl_utm_sub_free(service, sub);
}

static int by_id(const void *a, const void *b) {
  return memcmp((*(sl_intent *const *)a)->id.bytes, (*(sl_intent *const *)b)->id.bytes, 16);
}

/* Copies: a prepared object is one block without pointers, and its owner's may go any time. */
static sl_utm_region *union_of(const sl_utm_sub *sub) {
  size_t count = 0;
  for (uint32_t i = 0; i < sub->dependents; i++) count += sub->dependent[i]->object_count;
  sl_utm_region *region = calloc(1, sizeof *region + count * sizeof(sl_prepared *));
  for (uint32_t i = 0; region && i < sub->dependents; i++) {
    const sl_intent *intent = sub->dependent[i];
    for (uint32_t k = 0; k < intent->object_count; k++) {
      size_t size = sl_prepared_size(intent->object[k]);
      sl_prepared *copy = malloc(size);
      if (!copy) {
        sl_utm_region_free(region);
        return NULL;
      }
      memcpy(copy, intent->object[k], size);
      region->item[region->count++] = copy;
    }
  }
  return region;
}

sl_err sl_utm_sub_follow(sl_service *service, sl_utm_sub *sub) {
  SL_ASSERT(sub->implicit && sub->dependents > 0);
  if (sub->dependents > 1) qsort(sub->dependent, sub->dependents, sizeof(sl_intent *), by_id);
  sub->window = sub->dependent[0]->utm->window;
  for (uint32_t i = 1; i < sub->dependents; i++) {
    sl_window window = sub->dependent[i]->utm->window;
    if (window.start.ns < sub->window.start.ns) sub->window.start = window.start;
    if (window.end.ns > sub->window.end.ns) sub->window.end = window.end;
  }
  sl_utm_region *region = union_of(sub);
  if (!region) return SL_ERR_NOMEM;
  sl_err err = sl_utm_sub_place(service, sub, region);
  if (err && sub->region != region) sl_utm_region_free(region);
  return err;
}

bool sl_utm_sub_over(const sl_utm_sub *sub, sl_time at) { return sub->window.end.ns <= at.ns; }

void sl_utm_sub_count(sl_service *service, sl_utm_sub *sub) {
  if (sub->index < INT32_MAX) sub->index++;
  service->utm->side[sub->timer.side].page_dirty[sub->slot / SL_UTM_PAGE] = true;
}
