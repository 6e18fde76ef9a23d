/* Containment of plans by equal outlines. Expected: a handful of volumes in the order in
 * which they were filed before, some of the first gone, so the search for the next goes
 * on from where the last was found. */
#include "service/within.h"

#include <string.h>

#include "base/assert.h"

#define COMPARISONS_MAX 65536u

static bool same_pos(const sl_pos *a, const sl_pos *b) { return a->lat_nd == b->lat_nd && a->lon_nd == b->lon_nd; }

static bool same_line(const sl_pos *a, uint32_t a_count, const sl_pos *b, uint32_t b_count) {
  if (a_count != b_count) return false;
  for (uint32_t i = 0; i < a_count; i++) {
    if (!same_pos(&a[i], &b[i])) return false;
  }
  return true;
}

static bool same_polygon(const sl_polygon *a, const sl_polygon *b) {
  if (a->count != b->count || a->edge != b->edge) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    const sl_ring *x = &a->ring[i], *y = &b->ring[i];
    if (a->hole[i] != b->hole[i] || !same_line(x->vertex, x->count, y->vertex, y->count)) return false;
  }
  return true;
}

static bool outline_within(const sl_shape *inner, const sl_shape *outer) {
  if (inner->kind != outer->kind) return false;
  switch (inner->kind) {
    case SL_SHAPE_POLYGON: return same_polygon(&inner->as.polygon, &outer->as.polygon);
    case SL_SHAPE_CIRCLE: {
      const sl_circle *a = &inner->as.circle, *b = &outer->as.circle;
      return same_pos(&a->centre, &b->centre) && a->radius.mm <= b->radius.mm;
    }
    case SL_SHAPE_CORRIDOR: {
      const sl_corridor *a = &inner->as.corridor, *b = &outer->as.corridor;
      bool line = a->edge == b->edge && same_line(a->point, a->count, b->point, b->count);
      return line && a->half_width.mm <= b->half_width.mm;
    }
  }
  return false;
}

static bool band_within(const sl_band *inner, const sl_band *outer) {
  if (outer->ref == SL_ALT_COLUMN) return true;
  if (inner->ref != outer->ref) return false;
  if (inner->ref == SL_ALT_BARO) {
    return outer->as.baro.lower.ft <= inner->as.baro.lower.ft && inner->as.baro.upper.ft <= outer->as.baro.upper.ft;
  }
  return outer->as.w84.lower.mm <= inner->as.w84.lower.mm && inner->as.w84.upper.mm <= outer->as.w84.upper.mm;
}

static bool object_within(const sl_object *inner, const sl_object *outer) {
  if (inner->kind != SL_OBJECT_VOLUME || outer->kind != SL_OBJECT_VOLUME) return false;
  const sl_volume *a = &inner->as.volume, *b = &outer->as.volume;
  if (a->window.start.ns < b->window.start.ns || a->window.end.ns > b->window.end.ns) return false;
  return band_within(&a->band, &b->band) && outline_within(&a->shape, &b->shape);
}

bool sl_plan_within(const sl_plan *inner, const sl_plan *outer) {
  SL_ASSERT(inner->count > 0 && outer->count > 0);
  uint32_t at = 0, left = COMPARISONS_MAX;
  for (uint32_t i = 0; i < inner->count; i++) {
    uint32_t tried = 0;
    while (tried < outer->count && !object_within(&inner->object[i], &outer->object[at])) {
      if (--left == 0) return false;
      tried++;
      at = at + 1 < outer->count ? at + 1 : 0;
    }
    if (tried == outer->count) return false;
  }
  return true;
}
