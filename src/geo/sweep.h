/* Straight pieces in a plane met from left to right: which lie next to each other,
 * and what lies below a point. Inside geo/ only. */
#ifndef SL_GEO_SWEEP_H
#define SL_GEO_SWEEP_H

#include "geo/frame.h"

/* A piece of a ring, with its place among those of its ring that have a length. */
typedef struct sl_ring_piece {
  sl_plane a, b;
  uint32_t ring, vertex;
  uint32_t order, of;
} sl_ring_piece;

/* Twice the area to the left of a to b, towards p: above 0, left of it. Pure. */
static inline double sl_plane_side(sl_plane a, sl_plane b, sl_plane p) {
  return (b.u - a.u) * (p.v - a.v) - (b.v - a.v) * (p.u - a.u);
}
/* Distance of p from the piece, not from the line it lies on. Pure. */
double sl_ring_piece_distance(const sl_ring_piece *s, sl_plane p);

/* Two pieces that lie next to each other somewhere. Returns false to stop. */
typedef bool sl_beside_fn(void *context, const sl_ring_piece *s, const sl_ring_piece *t);
/* A point, by number, and the piece next below it (NULL: none), or the one it lies
 * on. Not every point is told of: one in line with many upright pieces below it is
 * not. Returns false to stop. */
typedef bool sl_below_fn(void *context, uint32_t point, const sl_ring_piece *below, bool on);

typedef struct sl_sweep {
  const sl_ring_piece *piece;
  uint32_t count;
  const sl_plane *point;  /* may be NULL */
  uint32_t points;
  double near;            /* m: nearer than this pieces have no order */
  double on;              /* m: nearer than this a point lies on a piece */
  sl_beside_fn *beside;   /* may be NULL */
  sl_below_fn *below;     /* may be NULL when there are no points */
  void *context;
} sl_sweep;

/* Sweep. As long as pieces cross by no more than `near` before a place, those that
 * cross or touch there have been next to each other: so what crosses anywhere by more
 * is found (Shamos and Hoey 1976). Errors: SL_ERR_NOMEM. Threads: any. Cost: O(n log n)
 * in pieces and points, whatever they are; 72 bytes a piece and 24 a point. */
SL_MUST_USE sl_err sl_sweep_run(const sl_sweep *sweep);

#endif
