/* The sweep. Pieces that the sweep line cuts are kept in order from below in a treap
 * whose priorities are a hash of their number, and in a list in that order. Events are
 * sorted once: a piece begins at its left end, ends a little after its right one, so
 * that what touches there is still beside it, and between the two a point is asked for.
 *
 * Order is decided by the end of one piece against the line of the other, the left end
 * first and then the nearer right one, and only by ends that are farther off than
 * `near`: what no end tells apart lies within `near` as long as both last, and either
 * order will do. The caller decides what the pairs mean, so a wrong order can miss a
 * crossing and never make one up. Expects rings of some hundred to a million pieces. */
#include "geo/sweep.h"

#include <stdlib.h>

#include "base/assert.h"

#define NONE UINT32_MAX

enum { BEGIN = 0, POINT = 1, END = 2 };

typedef struct event { double u, v; uint32_t index; uint32_t kind; } event;

typedef struct node { uint32_t left, right, parent, below, above; } node;

typedef struct state {
  const sl_sweep *sweep;
  node *node;
  uint32_t root;
} state;

double sl_ring_piece_distance(const sl_ring_piece *s, sl_plane p) {
  double du = s->b.u - s->a.u, dv = s->b.v - s->a.v, pu = p.u - s->a.u, pv = p.v - s->a.v;
  double t = fmin(1.0, fmax(0.0, (pu * du + pv * dv) / (du * du + dv * dv)));
  pu -= t * du;
  pv -= t * dv;
  return sqrt(pu * pu + pv * pv);
}

static bool before(sl_plane p, sl_plane q) { return p.u < q.u || (p.u == q.u && p.v < q.v); }
static sl_plane left_of(const sl_ring_piece *s) { return before(s->a, s->b) ? s->a : s->b; }
static sl_plane right_of(const sl_ring_piece *s) { return before(s->a, s->b) ? s->b : s->a; }

/* How far p is above the line of s, m. */
static double above_line(const sl_ring_piece *s, sl_plane p) {
  sl_plane l = left_of(s), r = right_of(s);
  double du = r.u - l.u, dv = r.v - l.v;
  return sl_plane_side(l, r, p) / sqrt(du * du + dv * dv);
}

static double steep(const sl_ring_piece *s) { return fabs(s->b.v - s->a.v) / fmax(fabs(s->b.u - s->a.u), 1e-300); }

/* Above 0: s, which begins, goes above t, which is there. */
static double order(const sl_sweep *sweep, const sl_ring_piece *s, const sl_ring_piece *t) {
  double start = above_line(t, left_of(s));
  if (fabs(start) > sweep->near) return start;
  sl_plane rs = right_of(s), rt = right_of(t);
  double end = before(rt, rs) ? -above_line(s, rt) : above_line(t, rs);
  if (fabs(end) > sweep->near) return end;
  /* t ends where s begins: the far end of the steeper against the line of the other. */
  double far = steep(s) > steep(t) ? above_line(t, rs) : -above_line(s, left_of(t));
  return fabs(far) > sweep->near ? far : start + end;
}

static uint32_t priority(uint32_t i) {
  uint32_t x = (i + 1) * UINT32_C(0x9E3779B9);
  x ^= x >> 16;
  x *= UINT32_C(0x85EBCA6B);
  return x ^ (x >> 13);
}

/* Put `to` where `from` hangs. */
static void replace(state *s, uint32_t from, uint32_t to) {
  uint32_t parent = s->node[from].parent;
  if (parent == NONE) s->root = to;
  else if (s->node[parent].left == from) s->node[parent].left = to;
  else s->node[parent].right = to;
  if (to != NONE) s->node[to].parent = parent;
}

/* Turn i above its parent. */
static void rotate_up(state *s, uint32_t i) {
  node *n = s->node;
  uint32_t p = n[i].parent;
  SL_ASSERT(p != NONE);
  replace(s, p, i);
  bool left = n[p].left == i;
  uint32_t inner = left ? n[i].right : n[i].left;
  if (left) n[p].left = inner;
  else n[p].right = inner;
  if (inner != NONE) n[inner].parent = p;
  if (left) n[i].right = p;
  else n[i].left = p;
  n[p].parent = i;
}

static void insert(state *s, uint32_t i) {
  node *n = s->node;
  uint32_t at = s->root, parent = NONE, below = NONE, above = NONE;
  while (at != NONE) {
    parent = at;
    if (order(s->sweep, s->sweep->piece + i, s->sweep->piece + at) > 0.0) {
      below = at;
      at = n[at].right;
    } else {
      above = at;
      at = n[at].left;
    }
  }
  n[i] = (node){NONE, NONE, parent, below, above};
  if (parent == NONE) s->root = i;
  else if (below == parent) n[parent].right = i;
  else n[parent].left = i;
  if (below != NONE) n[below].above = i;
  if (above != NONE) n[above].below = i;
  while (n[i].parent != NONE && priority(i) > priority(n[i].parent)) rotate_up(s, i);
}

static void drop(state *s, uint32_t i) {
  node *n = s->node;
  while (n[i].left != NONE || n[i].right != NONE) {
    uint32_t l = n[i].left, r = n[i].right;
    rotate_up(s, r == NONE || (l != NONE && priority(l) > priority(r)) ? l : r);
  }
  replace(s, i, NONE);
  if (n[i].below != NONE) n[n[i].below].above = n[i].above;
  if (n[i].above != NONE) n[n[i].above].below = n[i].below;
}

static bool beside(const state *s, uint32_t i, uint32_t j) {
  if (!s->sweep->beside || i == NONE || j == NONE) return true;
  return s->sweep->beside(s->sweep->context, s->sweep->piece + i, s->sweep->piece + j);
}

static uint32_t below(const state *s, uint32_t i) { return i == NONE ? NONE : s->node[i].below; }
static uint32_t above(const state *s, uint32_t i) { return i == NONE ? NONE : s->node[i].above; }

/* Two to either side: where several lie within `near`, their order is any. */
static bool begins(state *s, uint32_t i) {
  insert(s, i);
  uint32_t b = below(s, i), a = above(s, i);
  return beside(s, i, b) && beside(s, i, a) && beside(s, i, below(s, b)) && beside(s, i, above(s, a));
}

static bool ends(state *s, uint32_t i) {
  uint32_t b = below(s, i), a = above(s, i);
  drop(s, i);
  return beside(s, b, a) && beside(s, below(s, b), a) && beside(s, b, above(s, a));
}

#define ENDED_MAX 8 /* that stand in one line over each other under a point */

/* What is below the point. Beside a steep piece the line of it tells little: then its
 * ends do. A piece that ends here does not count any more, and when there are many
 * such the point is not told of. */
static bool ask(const state *s, uint32_t point) {
  const sl_sweep *sweep = s->sweep;
  sl_plane p = sweep->point[point];
  uint32_t at = s->root, under = NONE;
  while (at != NONE) {
    const sl_ring_piece *t = sweep->piece + at;
    double up = above_line(t, p);
    if (fabs(up) <= sweep->on) {
      if (sl_ring_piece_distance(t, p) <= sweep->on) return sweep->below(sweep->context, point, t, true);
      up = p.v - (t->a.v + t->b.v) / 2.0;
    }
    if (up > 0.0) under = at;
    at = up > 0.0 ? s->node[at].right : s->node[at].left;
  }
  for (int i = 0; under != NONE && before(right_of(sweep->piece + under), p); i++) {
    if (i == ENDED_MAX) return true;
    under = s->node[under].below;
  }
  return sweep->below(sweep->context, point, under == NONE ? NULL : sweep->piece + under, false);
}

static int by_place(const void *left, const void *right) {
  const event *a = left, *b = right;
  if (a->u != b->u) return a->u < b->u ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->v != b->v) return a->v < b->v ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

static void run(state *s, event *events, size_t count) {
  const sl_sweep *sweep = s->sweep;
  size_t n = 0;
  for (uint32_t i = 0; i < sweep->count; i++) {
    sl_plane l = left_of(sweep->piece + i), r = right_of(sweep->piece + i);
    events[n++] = (event){l.u, l.v, i, BEGIN};
    events[n++] = (event){r.u + sweep->near, r.v, i, END};
  }
  for (uint32_t i = 0; i < sweep->points; i++) events[n++] = (event){sweep->point[i].u, sweep->point[i].v, i, POINT};
  SL_ASSERT(n == count);
  qsort(events, count, sizeof *events, by_place);
  bool on = true;
  for (size_t k = 0; k < count && on; k++) {
    uint32_t i = events[k].index;
    on = events[k].kind == BEGIN ? begins(s, i) : events[k].kind == END ? ends(s, i) : ask(s, i);
  }
}

sl_err sl_sweep_run(const sl_sweep *sweep) {
  SL_ASSERT(sweep->count > 0 && sweep->near > 0.0 && (sweep->points == 0 || sweep->below));
  size_t count = 2 * (size_t)sweep->count + sweep->points;
  event *events = malloc(count * sizeof *events);
  state s = {sweep, malloc(sweep->count * sizeof(node)), NONE};
  sl_err err = events && s.node ? SL_OK : SL_ERR_NOMEM;
  if (!err) run(&s, events, count);
  free(events);
  free(s.node);
  return err;
}
