/* Rings that cannot be told apart cheaply: combs of long slanted teeth, and many holes
 * along their rings. They are swept: each ring by itself for edges that meet, then each
 * outer ring for the places of its holes, then it and its holes together for edges that
 * cross. By itself a ring may not even touch, so that its order along the sweep is
 * sure; that of rings which touch each other is sure but for the half millimetre by
 * which they may cross. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/rings.h"

typedef sl_ring_piece piece;

/* What a sweep finds, for its callbacks. */
typedef struct finder {
  bool across;           /* only pieces of different rings */
  sl_fault *fault;
  sl_err err;
} finder;

static bool found_beside(void *context, const piece *s, const piece *t) {
  finder *f = context;
  if (f->across == (s->ring == t->ring)) return true;
  f->err = sl_rings_compare(s, t, f->fault);
  return f->err == SL_OK;
}

static sl_err sweep(const piece *pieces, uint32_t count, bool across, sl_fault *fault) {
  finder f = {across, fault, SL_OK};
  sl_sweep s = {.piece = pieces, .count = count, .near = across ? 2.0 * SL_RING_TOUCH_M : 2.0 * SL_RING_MEET_M,
                .beside = found_beside, .context = &f};
  sl_err err = sl_sweep_run(&s);
  return err ? err : f.err;
}

/* Pieces that follow each other are compared whatever the sweep makes of them. */
static sl_err check_alone(const piece *ring, uint32_t count, sl_fault *fault) {
  for (uint32_t i = 0; i < count; i++) {
    sl_err err = sl_rings_compare(ring + i, ring + (i + 1) % count, fault);
    if (err) return err;
  }
  return sweep(ring, count, false, fault);
}

/* Where the places of holes are: of each hole the first that is not on the outer ring
 * says whether it lies inside, for they do not cross. */
typedef struct places {
  const piece *hole;     /* of all holes of the outer ring; their first points are asked for */
  uint32_t *first;       /* by ring less `ring`: the first piece that is not on the outer ring, UINT32_MAX for none */
  bool *inside;
  uint32_t ring;
  bool anticlockwise;    /* the outer ring */
} places;

static bool found_below(void *context, uint32_t point, const piece *below, bool on) {
  places *p = context;
  uint32_t ring = p->hole[point].ring - p->ring;
  if (on || point >= p->first[ring]) return true;
  p->first[ring] = point;
  p->inside[ring] = below && (below->a.u < below->b.u) == p->anticlockwise;
  return true;
}

static sl_err judge_places(const places *p, const piece *outer, uint32_t outers, uint32_t count, sl_fault *fault) {
  for (uint32_t i = 0; i < count; i++) {
    const piece *at = p->hole + i;
    if (at->order != 0) continue;
    uint32_t first = p->first[at->ring - p->ring];
    if (first == UINT32_MAX) {
      if (fabs(sl_ring_area(at, at->of)) < fabs(sl_ring_area(outer, outers)) * 0.999999) continue;
      return sl_fault_set(fault, SL_ERR_GEOMETRY, "hole %u leaves nothing of its ring", at->ring);
    }
    if (!p->inside[at->ring - p->ring])
      return sl_fault_set(fault, SL_ERR_GEOMETRY, "hole %u: vertex %u lies outside its ring", at->ring, p->hole[first].vertex);
  }
  return SL_OK;
}

/* The holes of one outer ring, whose pieces follow its own, lie within it. */
static sl_err check_places(const piece *outer, uint32_t outers, uint32_t count, sl_fault *fault) {
  uint32_t rings = outer[outers + count - 1].ring - outer->ring;
  places p = {.hole = outer + outers, .ring = outer->ring + 1, .anticlockwise = sl_ring_area(outer, outers) > 0.0};
  p.first = malloc(rings * sizeof *p.first);
  p.inside = calloc(rings, sizeof *p.inside);
  sl_plane *point = malloc(count * sizeof *point);
  sl_err err = p.first && p.inside && point ? SL_OK : SL_ERR_NOMEM;
  if (!err) {
    for (uint32_t i = 0; i < rings; i++) p.first[i] = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) point[i] = p.hole[i].a;
    sl_sweep s = {.piece = outer, .count = outers, .point = point, .points = count, .near = 2.0 * SL_RING_MEET_M,
                  .on = 2.0 * SL_RING_TOUCH_M, .below = found_below, .context = &p};
    err = sl_sweep_run(&s);
  }
  if (!err) err = judge_places(&p, outer, outers, count, fault);
  free(p.first);
  free(p.inside);
  free(point);
  return err;
}

/* One outer ring of `outers` pieces and the `count` pieces of its holes after it. */
static sl_err check_group(const piece *outer, uint32_t outers, uint32_t count, sl_fault *fault) {
  sl_err err = SL_OK;
  for (uint32_t i = 0; i < outers + count && !err; i += outer[i].of) err = check_alone(outer + i, outer[i].of, fault);
  if (!err && count > 0) err = check_places(outer, outers, count, fault);
  if (!err && count > 0) err = sweep(outer, outers + count, true, fault);
  return err;
}

sl_err sl_rings_swept(const piece *pieces, uint32_t count, const bool *hole, sl_fault *fault) {
  SL_ASSERT(count > 0);
  sl_err err = SL_OK;
  for (uint32_t first = 0, end; first < count && !err; first = end) {
    uint32_t outers = pieces[first].of;
    for (end = first + outers; end < count && hole[pieces[end].ring];) end += pieces[end].of;
    err = check_group(pieces + first, outers, end - first - outers, fault);
  }
  return err;
}
