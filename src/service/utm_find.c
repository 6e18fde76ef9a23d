/* What of a side is relevant to extents. Candidates come from the class index that all
 * sides share, and from the face's own; they are held to the exact judgement with no
 * minima, marked so that each is kept once, and put in the order of their ids: the order
 * of an index tells of what others filed. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/utm_state.h"

typedef struct walk {
  sl_service *service;
  unsigned side;
  const sl_member *own;
  sl_utm_flag flag;
  sl_time at;
  const sl_prepared *probe;
  sl_granule bounds;          /* of the probe, where it is small */
  bool small;
  sl_utm_found *found;
  sl_err err;
} walk;

static bool keep(walk *w, void *item) {
  sl_utm_found *found = w->found;
  if (found->count == found->room) {
    uint32_t room = found->room ? found->room * 2 : 16;
    void **grown = realloc(found->item, room * sizeof *grown);
    if (!grown) {
      w->err = SL_ERR_NOMEM;
      return false;
    }
    found->item = grown;
    found->room = room;
  }
  found->item[found->count++] = item;
  return true;
}

static bool meets(const walk *w, const sl_entry *entry) {
  sl_finding finding;
  return sl_judge(&finding, w->probe, entry->prepared, &sl_utm_reach, false) || finding.verdict != SL_CLEAR;
}

/* What is judged past its window is not there any more on this face. */
static bool in_time(const walk *w, const sl_intent *intent) {
  if (!intent->utm) return true;
  sl_window window = sl_prepared_window(w->probe);
  return window.start.ns < intent->utm->window.end.ns && intent->utm->window.start.ns < window.end.ns;
}

/* What all of the side see, and of one's own what only pends. */
static bool wanted(const walk *w, const sl_intent *intent) {
  if (sl_utm_visible(intent)) return true;
  return w->own && intent->owner == w->own && intent->utm && !intent->utm->gone && intent->own.pending;
}

static bool intent_found(void *context, const sl_entry *entry) {
  walk *w = context;
  sl_intent *intent = w->service->slot[entry->id >> 16];
  bool own = intent->owner->side == w->side || (w->own && SL_PLANTED(SL_PLANT_UTM_POLL_ACROSS));
  if (!own || intent->inner.mark || !wanted(w, intent) || !in_time(w, intent) || !meets(w, entry)) return true;
  if (!keep(w, intent)) return false;
  intent->inner.mark = w->found->count;
  return true;
}

static bool zone_found(void *context, const sl_entry *entry) {
  walk *w = context;
  sl_utm_zone *zone = (sl_utm_zone *)(uintptr_t)entry->id;
  if (zone->mark || !meets(w, entry)) return true;
  if (!keep(w, zone)) return false;
  zone->mark = w->found->count;
  return true;
}

#define SMALL_ND INT64_C(45000000)   /* 5 km of latitude */

bool sl_utm_bounds(const sl_prepared *object, sl_granule *out) {
  sl_granule_set all;
  sl_granules_all(&all, &object, 1);
  *out = all.granule[0];
  int64_t high = out->north_east.lat_nd - out->south_west.lat_nd, wide = out->north_east.lon_nd - out->south_west.lon_nd;
  return high <= SMALL_ND && wide >= 0 && wide <= SMALL_ND;
}

/* Of two small ones; whatever cannot be compared meets. */
static bool bounds_meet(const sl_granule *a, const sl_granule *b) {
  if (a->window.start.ns >= b->window.end.ns || b->window.start.ns >= a->window.end.ns) return false;
  if (a->south_west.lat_nd > b->north_east.lat_nd || b->south_west.lat_nd > a->north_east.lat_nd) return false;
  if (a->south_west.lon_nd > b->north_east.lon_nd || b->south_west.lon_nd > a->north_east.lon_nd) return false;
  if (a->band.ref != SL_ALT_W84 || b->band.ref != SL_ALT_W84) return true;
  return a->band.as.w84.lower.mm <= b->band.as.w84.upper.mm && b->band.as.w84.lower.mm <= a->band.as.w84.upper.mm;
}

static bool sub_meets(const walk *w, const sl_utm_sub *sub, const sl_entry *entry) {
  return w->small && sub->small ? bounds_meet(&w->bounds, &sub->bounds) : meets(w, entry);
}

static bool sub_found(void *context, const sl_entry *entry) {
  walk *w = context;
  sl_utm_sub *sub = (sl_utm_sub *)(uintptr_t)entry->id;
  bool wanted = w->flag == SL_UTM_FOR_ANY || (w->flag == SL_UTM_FOR_INTENTS ? sub->for_intents : sub->for_constraints);
  if (!wanted || sub->mark || sl_utm_sub_over(sub, w->at) || !sub_meets(w, sub, entry)) return true;
  if (!keep(w, sub)) return false;
  sub->mark = w->found->count;
  return true;
}

sl_err sl_utm_find_intents(sl_service *service, unsigned side, const sl_member *own, sl_prepared *const *object,
                           uint32_t count, sl_utm_found *out) {
  walk w = {.service = service, .side = side, .own = own, .found = out};
  for (uint32_t i = 0; i < count && !w.err; i++) {
    w.probe = object[i];
    for (unsigned class_of = 0; class_of < SL_CLASS_COUNT && !w.err; class_of++) {
      if (sl_index_count(service->index[class_of]) == 0) continue;
      sl_err err = sl_index_query(service->index[class_of], w.probe, &sl_utm_reach, intent_found, &w);
      if (err) w.err = err;
    }
    const sl_index *past = service->utm->side[side].past;
    bool since = own && sl_index_count(past) > 0 && sl_prepared_window(w.probe).start.ns < service->now.ns;
    if (!w.err && since) w.err = sl_index_query(past, w.probe, &sl_utm_reach, intent_found, &w);
  }
  return w.err;
}

void sl_utm_past_leave(sl_service *service, sl_intent *intent) {
  if (!intent->utm || !intent->utm->past) return;
  intent->utm->past = false;
  for (uint32_t i = 0; i < intent->object_count; i++) {
    sl_entry entry = {((uint64_t)intent->slot << 16) | i, intent->object[i]};
    sl_group_fail(service, sl_index_remove(service->utm->side[intent->owner->side].past, entry));
  }
}

void sl_utm_past_enter(sl_service *service, sl_intent *intent) {
  if (!intent->utm || !sl_utm_visible(intent)) return;
  SL_ASSERT(!intent->live && !intent->utm->past);
  sl_err err = SL_OK;
  uint32_t count = 0;
  while (count < intent->object_count && !err) {
    sl_entry entry = {((uint64_t)intent->slot << 16) | count, intent->object[count]};
    err = sl_index_insert(service->utm->side[intent->owner->side].past, entry);
    if (!err) count++;
  }
  intent->utm->past = !err;
  sl_group_fail(service, err);   /* then all of it is made anew */
}

static sl_err find(walk *w, const sl_index *index, sl_prepared *const *object, uint32_t count, sl_candidate_fn *found) {
  for (uint32_t i = 0; i < count && !w->err && sl_index_count(index) > 0; i++) {
    w->probe = object[i];
    w->small = found == sub_found && sl_utm_bounds(w->probe, &w->bounds);
    sl_err err = sl_index_query(index, w->probe, &sl_utm_reach, found, w);
    if (err) w->err = err;
  }
  return w->err;
}

sl_err sl_utm_find_zones(sl_service *service, unsigned side, sl_prepared *const *object, uint32_t count,
                         sl_utm_found *out) {
  walk w = {.service = service, .side = side, .found = out};
  for (unsigned other = 0; SL_PLANTED(SL_PLANT_UTM_ZONE_CROSSES) && other < service->side_count; other++) {
    if (other != side) w.err = find(&w, service->utm->side[other].zones, object, count, zone_found);
  }
  return find(&w, service->utm->side[side].zones, object, count, zone_found);
}

sl_err sl_utm_find_subs(sl_service *service, unsigned side, sl_utm_flag flag, sl_time at, sl_prepared *const *object,
                        uint32_t count, sl_utm_found *out) {
  walk w = {.service = service, .side = side, .flag = flag, .at = at, .found = out};
  for (unsigned other = 0; SL_PLANTED(SL_PLANT_UTM_INDEX_ALL) && other < service->side_count; other++) {
    if (other != side && flag == SL_UTM_FOR_INTENTS) w.err = find(&w, service->utm->side[other].subs, object, count, sub_found);
  }
  return find(&w, service->utm->side[side].subs, object, count, sub_found);
}

static int intent_order(const void *a, const void *b) {
  return memcmp((*(sl_intent *const *)a)->id.bytes, (*(sl_intent *const *)b)->id.bytes, 16);
}

static int zone_order(const void *a, const void *b) {
  return memcmp((*(sl_utm_zone *const *)a)->id.bytes, (*(sl_utm_zone *const *)b)->id.bytes, 16);
}

static int sub_order(const void *a, const void *b) {
  return memcmp((*(sl_utm_sub *const *)a)->id.bytes, (*(sl_utm_sub *const *)b)->id.bytes, 16);
}

void sl_utm_found_intents(sl_utm_found *found) {
  for (uint32_t i = 0; i < found->count; i++) ((sl_intent *)found->item[i])->inner.mark = 0;
  if (found->count > 1) qsort(found->item, found->count, sizeof(void *), intent_order);
}

void sl_utm_found_zones(sl_utm_found *found) {
  for (uint32_t i = 0; i < found->count; i++) ((sl_utm_zone *)found->item[i])->mark = 0;
  if (found->count > 1) qsort(found->item, found->count, sizeof(void *), zone_order);
}

void sl_utm_found_unmark(sl_utm_found *found) {
  for (uint32_t i = 0; i < found->count; i++) ((sl_utm_sub *)found->item[i])->mark = 0;
}

void sl_utm_found_subs(sl_utm_found *found) {
  sl_utm_found_unmark(found);
  if (found->count > 1) qsort(found->item, found->count, sizeof(void *), sub_order);
}

void sl_utm_found_fini(sl_utm_found *found) {
  free(found->item);
  *found = (sl_utm_found){0};
}
