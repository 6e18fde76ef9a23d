/* Whether rings have a meaning. Works on the pieces of the outline in one gnomonic
 * plane, where geodesics are straight to within the errors that docs/judgement.md
 * lists.
 *
 * Expects mostly rings of four vertices; those are compared pair by pair. Larger
 * ones are sorted along one axis and each piece meets those that overlap it there:
 * n log n for anything that looks like land or airspace, where outlines run to and
 * fro a few times and the sort, which merges runs, is close to linear. What takes more
 * than some dozens of pairs a piece that way is swept (rings_swept.c), which is dearer
 * for most and n log n for all. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/rings.h"

#define MEET_M SL_RING_MEET_M
#define SMALL 48u
#define WORK_PER_PIECE 64u   /* pairs and tests of points for a piece; beyond, the rings are swept */
#define WORK_FREE 65536u

typedef sl_ring_piece piece;

/* What a piece takes up, along the sweep and across it. */
typedef struct extent {
  double low, high, from, to;
  uint32_t piece;
} extent;

static double least(double a, double b) { return a < b ? a : b; }
static double most(double a, double b) { return a > b ? a : b; }

static double side(sl_plane a, sl_plane b, sl_plane p) { return sl_plane_side(a, b, p); }

static double length2(sl_plane a, sl_plane b) { return (b.u - a.u) * (b.u - a.u) + (b.v - a.v) * (b.v - a.v); }

/* Whether p lies within `reach` of the piece. */
static bool within(const piece *s, sl_plane p, double reach) {
  double du = s->b.u - s->a.u, dv = s->b.v - s->a.v;
  double t = ((p.u - s->a.u) * du + (p.v - s->a.v) * dv) / (du * du + dv * dv);
  t = least(1.0, most(0.0, t));
  return length2((sl_plane){s->a.u + t * du, s->a.v + t * dv}, p) <= reach * reach;
}

static bool near_piece(const piece *s, sl_plane p) { return within(s, p, MEET_M); }

/* Whether they cross with both ends of each over `by` metres to either side. */
static bool cross_by(const piece *s, const piece *t, double by) {
  double ls = by > 0.0 ? sqrt(length2(s->a, s->b)) * by : 0.0, lt = by > 0.0 ? sqrt(length2(t->a, t->b)) * by : 0.0;
  double s1 = side(s->a, s->b, t->a), s2 = side(s->a, s->b, t->b);
  double t1 = side(t->a, t->b, s->a), t2 = side(t->a, t->b, s->b);
  return ((s1 > ls && s2 < -ls) || (s1 < -ls && s2 > ls)) && ((t1 > lt && t2 < -lt) || (t1 < -lt && t2 > lt));
}

static bool meet(const piece *s, const piece *t) {
  return cross_by(s, t, 0.0) || near_piece(s, t->a) || near_piece(s, t->b) || near_piece(t, s->a) ||
         near_piece(t, s->b);
}

/* t begins where s ends: whether it comes back to it. Where it turns by less than a
 * quarter, their far ends are a whole piece away from each other. */
static bool comes_back(const piece *s, const piece *t) {
  double along = (s->b.u - s->a.u) * (t->b.u - t->a.u) + (s->b.v - s->a.v) * (t->b.v - t->a.v);
  return along < 0.0 && (near_piece(s, t->b) || near_piece(t, s->a));
}

/* Two pieces of one ring, s before t. */
static bool same_ring_bad(const piece *s, const piece *t) {
  if (s->order + 1 == t->order) return comes_back(s, t);
  if (s->order == 0 && t->order + 1 == t->of) return comes_back(t, s);
  return meet(s, t);
}

/* The outer ring that ring i belongs to. */
static uint32_t outer_of(const bool *hole, uint32_t i) {
  while (hole[i]) i--;
  return i;
}

sl_err sl_rings_compare(const piece *s, const piece *t, sl_fault *fault) {
  if (s->ring == t->ring) {
    bool ordered = s->order < t->order;
    if (ordered ? same_ring_bad(s, t) : same_ring_bad(t, s))
      return sl_fault_set(fault, SL_ERR_GEOMETRY, "ring %u: the edge from vertex %u meets the edge from vertex %u",
                          s->ring, ordered ? s->vertex : t->vertex, ordered ? t->vertex : s->vertex);
    return SL_OK;
  }
  if (cross_by(s, t, SL_RING_TOUCH_M))
    return sl_fault_set(fault, SL_ERR_GEOMETRY, "the edge from vertex %u of ring %u crosses that from vertex %u of ring %u",
                        s->vertex, s->ring, t->vertex, t->ring);
  return SL_OK;
}

/* Pieces of different outer rings may do as they like: those add up. */
static bool related(const piece *s, const piece *t, const bool *hole) {
  return s->ring == t->ring || ((hole[s->ring] || hole[t->ring]) && outer_of(hole, s->ring) == outer_of(hole, t->ring));
}

/* Copy the run in reverse. */
static void turn_round(extent *run, uint32_t count) {
  for (uint32_t i = 0, j = count - 1; i < j; i++, j--) {
    extent swap = run[i];
    run[i] = run[j];
    run[j] = swap;
  }
}

/* The length of the run at the front, made ascending. */
static uint32_t take_run(extent *at, uint32_t count) {
  uint32_t n = 1;
  if (count > 1 && at[1].low < at[0].low) {
    while (n < count && at[n].low < at[n - 1].low) n++;
    turn_round(at, n);
  }
  while (n < count && at[n].low >= at[n - 1].low) n++;
  return n;
}

static void merge(extent *out, const extent *left, uint32_t lefts, const extent *right, uint32_t rights) {
  while (lefts && rights) {
    if (right->low < left->low) {
      *out++ = *right++;
      rights--;
    } else {
      *out++ = *left++;
      lefts--;
    }
  }
  for (; lefts; lefts--) *out++ = *left++;
  for (; rights; rights--) *out++ = *right++;
}

/* By `low`: neighbouring runs are merged, pass by pass. Where the sorted ones are: in
 * `all` or in `spare`. */
static extent *sort(extent *all, extent *spare, uint32_t count) {
  for (bool more = true; more;) {
    more = false;
    for (uint32_t at = 0; at < count;) {
      uint32_t one = take_run(all + at, count - at);
      uint32_t two = at + one < count ? take_run(all + at + one, count - at - one) : 0;
      merge(spare + at, all + at, one, all + at + one, two);
      at += one + two;
      more = more || at < count;
    }
    extent *swap = all;
    all = spare;
    spare = swap;
  }
  return all;
}

static const extent *extents_of(const piece *pieces, uint32_t count, extent *room) {
  double wide = 0.0, high = 0.0;
  for (uint32_t i = 0; i < count; i++) {
    wide += fabs(pieces[i].a.u - pieces[i].b.u);
    high += fabs(pieces[i].a.v - pieces[i].b.v);
  }
  bool along_u = wide <= high; /* the axis along which pieces are short */
  for (uint32_t i = 0; i < count; i++) {
    const piece *p = pieces + i;
    double a = along_u ? p->a.u : p->a.v, b = along_u ? p->b.u : p->b.v;
    double c = along_u ? p->a.v : p->a.u, d = along_u ? p->b.v : p->b.u;
    room[i] = (extent){least(a, b) - MEET_M, most(a, b) + MEET_M, least(c, d) - MEET_M, most(c, d) + MEET_M, i};
  }
  return sort(room, room + count, count);
}

/* Take n off what may still be done; 0 is left when it was not enough. */
static bool spend(uint64_t *work, uint64_t n) {
  *work = *work > n ? *work - n : 0;
  return *work > 0;
}

/* room: twice as many extents as pieces. No work left: not all was seen. */
static sl_err sweep(const piece *pieces, uint32_t count, extent *room, uint64_t *work, const bool *hole, sl_fault *fault) {
  const extent *sorted = extents_of(pieces, count, room);
  for (uint32_t i = 0; i < count; i++) {
    const extent p = sorted[i];
    for (uint32_t j = i + 1; j < count && sorted[j].low <= p.high; j++) {
      const extent *q = sorted + j;
      if (!spend(work, 1)) return SL_OK;
      if (q->from > p.to || q->to < p.from) continue;
      const piece *a = pieces + p.piece, *b = pieces + q->piece;
      if (!related(a, b, hole)) continue;
      sl_err err = sl_rings_compare(a, b, fault);
      if (err) return err;
    }
  }
  return SL_OK;
}

/* The pieces of ring r that have a length; their number in *count. */
static sl_err collect(piece *out, uint32_t *count, const sl_outline *o, const sl_frame *frame, uint32_t r,
                      sl_fault *fault) {
  uint32_t first = *count, n = first;
  sl_plane from = sl_frame_plane(frame, sl_vec_sub(o->place[o->start[r]], frame->origin)), start = from;
  for (uint32_t i = o->start[r]; i < o->start[r + 1]; i++) {
    bool last = i + 1 == o->start[r + 1];
    sl_plane to = last ? start : sl_frame_plane(frame, sl_vec_sub(o->place[i + 1], frame->origin));
    if (length2(from, to) <= MEET_M * MEET_M) continue; /* the same place twice counts once */
    out[n] = (piece){.a = from, .b = to, .ring = r, .vertex = o->vertex[i], .order = n - first};
    n++;
    from = to;
  }
  if (n - first < 3) return sl_fault_set(fault, SL_ERR_GEOMETRY, "ring %u has fewer than 3 different places", r);
  for (uint32_t i = first; i < n; i++) out[i].of = n - first;
  *count = n;
  return SL_OK;
}

/* How often the ring's pieces wind around p: odd means inside. */
static bool inside(const piece *ring, uint32_t count, sl_plane p) {
  bool in = false;
  for (uint32_t i = 0; i < count; i++) {
    const piece *s = ring + i;
    if ((s->a.v > p.v) != (s->b.v > p.v) && (side(s->a, s->b, p) > 0.0) == (s->b.v > s->a.v)) in = !in;
  }
  return in;
}

double sl_ring_area(const piece *ring, uint32_t count) {
  double sum = 0.0;
  for (uint32_t i = 0; i < count; i++) {
    sl_plane a = {ring[i].a.u - ring[0].a.u, ring[i].a.v - ring[0].a.v};
    sl_plane b = {ring[i].b.u - ring[0].a.u, ring[i].b.v - ring[0].a.v};
    sum += a.u * b.v - a.v * b.u;
  }
  return sum / 2.0;
}

static bool on_ring(const piece *ring, uint32_t count, sl_plane p) {
  for (uint32_t i = 0; i < count; i++)
    if (within(ring + i, p, 2.0 * SL_RING_TOUCH_M)) return true;
  return false;
}

/* A hole lies within its ring: the first of its places that is not on the ring
 * says so, for they do not cross. No work left: it was not found. */
static sl_err check_hole(const piece *hole, uint32_t holes, const piece *outer, uint32_t outers, uint32_t ring,
                         uint64_t *work, sl_fault *fault) {
  SL_ASSERT(holes >= 3 && outers >= 3);
  for (uint32_t i = 0; i < holes; i++) {
    if (!spend(work, outers)) return SL_OK;
    if (on_ring(outer, outers, hole[i].a)) continue;
    if (inside(outer, outers, hole[i].a)) return SL_OK;
    return sl_fault_set(fault, SL_ERR_GEOMETRY, "hole %u: vertex %u lies outside its ring", ring, hole[i].vertex);
  }
  if (fabs(sl_ring_area(hole, holes)) < fabs(sl_ring_area(outer, outers)) * 0.999999) return SL_OK;
  return sl_fault_set(fault, SL_ERR_GEOMETRY, "hole %u leaves nothing of its ring", ring);
}

static sl_err check_all(piece *pieces, extent *room, const sl_outline *o, const bool *hole, sl_fault *fault) {
  sl_frame frame = sl_frame_at(o->place[0]);
  uint32_t count = 0, outer = 0, outers = 0;
  uint64_t work = WORK_FREE + WORK_PER_PIECE * (uint64_t)o->count;
  for (uint32_t r = 0; r < o->courses; r++) {
    uint32_t first = count;
    sl_err err = collect(pieces, &count, o, &frame, r, fault);
    if (!err && hole[r] && work > 0) err = check_hole(pieces + first, count - first, pieces + outer, outers, r, &work, fault);
    if (err) return err;
    if (hole[r]) continue;
    outer = first;
    outers = count - first;
  }
  sl_err err = work > 0 ? sweep(pieces, count, room, &work, hole, fault) : SL_OK;
  return err || work > 0 ? err : sl_rings_swept(pieces, count, hole, fault);
}

/* Whether four points are surely a convex ring: for each edge the other two lie on
 * the same side of it, by more than MEET_M. Most volumes are, and need no more. */
static bool convex_four(const sl_outline *o) {
  sl_frame frame = sl_frame_at(o->place[0]);
  sl_plane at[4];
  for (int i = 0; i < 4; i++) at[i] = sl_frame_plane(&frame, sl_vec_sub(o->place[i], frame.origin));
  double sign = side(at[0], at[1], at[2]) > 0.0 ? 1.0 : -1.0;
  for (int i = 0; i < 4; i++) {
    sl_plane a = at[i], b = at[(i + 1) % 4];
    double du = b.u - a.u, dv = b.v - a.v, least = 2.0 * MEET_M * sqrt(du * du + dv * dv);
    if (!(sign * side(a, b, at[(i + 2) % 4]) > least && sign * side(a, b, at[(i + 3) % 4]) > least)) return false;
  }
  return true;
}

sl_err sl_rings_check(const sl_outline *outline, const bool *hole, sl_fault *fault) {
  SL_ASSERT(outline->courses > 0 && !hole[0]);
  if (outline->count == 4 && outline->courses == 1 && convex_four(outline)) return SL_OK;
  if (outline->count <= SMALL) {
    piece small[SMALL];
    extent room[2 * SMALL];
    return check_all(small, room, outline, hole, fault);
  }
  piece *pieces = malloc(outline->count * (sizeof *pieces + 2 * sizeof(extent)));
  if (!pieces) return SL_ERR_NOMEM;
  sl_err err = check_all(pieces, (extent *)(void *)(pieces + outline->count), outline, hole, fault);
  free(pieces);
  return err;
}
