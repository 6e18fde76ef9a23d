/* One outline within another.
 *
 * Work: an intent of a few vertices against a subscription of four, often the very same
 * vertices. So nothing may hang on which side of a shared edge a rounding falls: an edge of
 * the inner outline is cut where it meets the outer one, and each part must run inside, or
 * no farther outside than the tolerance. All in the gnomonic plane at the middle of the
 * outer shape, where edges are straight. Circles need no edges. */
#include "geo/cover.h"

#include <stdlib.h>

#include "base/assert.h"
#include "geo/frame.h"
#include "geo/outline.h"

#define DEPTH 48u

/* A ring in the plane. */
typedef struct ring {
  sl_plane *point;
  uint32_t count;
} ring;

static sl_plane next_of(const ring *r, uint32_t i) { return r->point[i + 1 < r->count ? i + 1 : 0]; }

static bool inside(const ring *r, sl_plane p) {
  bool in = false;
  for (uint32_t i = 0; i < r->count; i++) {
    const sl_plane a = r->point[i], b = next_of(r, i);
    if ((a.v > p.v) == (b.v > p.v)) continue;
    if (p.u < a.u + (b.u - a.u) * (p.v - a.v) / (b.v - a.v)) in = !in;
  }
  return in;
}

static double distance_to(sl_plane p, sl_plane a, sl_plane b) {
  const double du = b.u - a.u, dv = b.v - a.v, length2 = du * du + dv * dv;
  double t = length2 > 0.0 ? ((p.u - a.u) * du + (p.v - a.v) * dv) / length2 : 0.0;
  t = fmin(1.0, fmax(0.0, t));
  return hypot(a.u + t * du - p.u, a.v + t * dv - p.v);
}

static sl_plane between(sl_plane a, sl_plane b, double t) {
  return (sl_plane){a.u + t * (b.u - a.u), a.v + t * (b.v - a.v)};
}

/* Whether the segment runs within tolerance of the ring's boundary. Distance from a
 * straight edge is convex along it, so two ends near one edge are enough. */
static bool beside(const ring *r, sl_plane a, sl_plane b, double tolerance, unsigned depth) {
  const sl_plane middle = between(a, b, 0.5);
  bool near = false;
  for (uint32_t i = 0; i < r->count; i++) {
    const sl_plane from = r->point[i], to = next_of(r, i);
    if (distance_to(middle, from, to) > tolerance) continue;
    near = true;
    if (distance_to(a, from, to) <= tolerance && distance_to(b, from, to) <= tolerance) return true;
  }
  if (!near || depth == 0) return false;
  return beside(r, a, middle, tolerance, depth - 1) && beside(r, middle, b, tolerance, depth - 1);
}

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}

static double side(sl_plane a, sl_plane b, sl_plane p) {
  return (b.u - a.u) * (p.v - a.v) - (b.v - a.v) * (p.u - a.u);
}

/* Whether the edge from a to b runs inside the ring or beside it. `cut` has room for two
 * more than the ring has edges. */
static bool edge_within(const ring *r, sl_plane a, sl_plane b, double tolerance, double *cut) {
  size_t cuts = 0;
  cut[cuts++] = 0.0;
  for (uint32_t i = 0; i < r->count; i++) {
    const sl_plane c = r->point[i], d = next_of(r, i);
    const double sc = side(a, b, c), sd = side(a, b, d), sa = side(c, d, a), sb = side(c, d, b);
    if ((sc > 0.0 && sd > 0.0) || (sc < 0.0 && sd < 0.0) || (sa > 0.0 && sb > 0.0) || (sa < 0.0 && sb < 0.0)) continue;
    if (sa != sb) cut[cuts++] = fmin(1.0, fmax(0.0, sa / (sa - sb)));
  }
  cut[cuts++] = 1.0;
  SL_ASSERT(cuts <= (size_t)r->count + 2);
  qsort(cut, cuts, sizeof *cut, by_value);
  for (size_t i = 0; i + 1 < cuts; i++) {
    if (cut[i + 1] <= cut[i]) continue;
    if (inside(r, between(a, b, 0.5 * (cut[i] + cut[i + 1])))) continue;
    if (!beside(r, between(a, b, cut[i]), between(a, b, cut[i + 1]), tolerance, DEPTH)) return false;
  }
  return true;
}

static sl_err outline_of(sl_outline *out, const sl_polygon *polygon) {
  SL_ASSERT(polygon->count == 1);
  const sl_course course = {polygon->ring->vertex, sizeof(sl_pos), polygon->ring->count, true};
  return sl_outline_init(out, &course, 1, polygon->edge, SL_PIECE_SHAPE_M);
}

static bool plane_of(ring *out, const sl_outline *outline, const sl_frame *frame) {
  out->count = outline->count;
  out->point = malloc(outline->count * sizeof *out->point);
  for (uint32_t i = 0; out->point != NULL && i < outline->count; i++) {
    out->point[i] = sl_frame_plane(frame, sl_vec_sub(outline->place[i], frame->origin));
  }
  return out->point != NULL;
}

/* The planes and the edges of two outlines near each other. */
static bool outline_within(const sl_outline *outer, const sl_outline *inner, double tolerance) {
  const sl_frame frame = sl_frame_at(outer->middle);
  ring around = {NULL, 0}, within = {NULL, 0};
  double *cut = malloc(((size_t)outer->count + 2) * sizeof *cut);
  bool good = cut != NULL && plane_of(&around, outer, &frame) && plane_of(&within, inner, &frame);
  for (uint32_t i = 0; good && i < within.count; i++) {
    good = edge_within(&around, within.point[i], next_of(&within, i), tolerance, cut);
  }
  free(around.point);
  free(within.point);
  free(cut);
  return good;
}

static bool polygon_within(const sl_outline *outer, const sl_polygon *polygon, double tolerance) {
  sl_outline inner;
  if (outline_of(&inner, polygon) != SL_OK) return false;
  const double apart = sl_vec_norm(sl_vec_sub(outer->middle, inner.middle));
  const bool near = apart <= outer->reach + inner.reach + tolerance;
  const bool small = (uint64_t)outer->count * inner.count <= SL_COVER_WORK_MAX;
  const bool good = near && small && outline_within(outer, &inner, tolerance);
  sl_outline_fini(&inner);
  return good;
}

/* A circle within an outline: its centre inside, and the boundary a radius away. */
static bool circle_within(const sl_outline *outer, const sl_circle *circle, double tolerance) {
  const sl_vec centre = sl_ellipsoid_place(circle->centre);
  if (sl_vec_norm(sl_vec_sub(outer->middle, centre)) > outer->reach) return false;
  const sl_frame frame = sl_frame_at(centre);
  const sl_plane origin = {0.0, 0.0};
  const double radius = (double)circle->radius.mm * 1e-3;
  ring around = {NULL, 0};
  bool good = plane_of(&around, outer, &frame) && inside(&around, origin);
  for (uint32_t i = 0; good && i < around.count; i++) {
    good = sl_frame_distance_arc(&frame, origin, around.point[i], next_of(&around, i)) >= radius - tolerance;
  }
  free(around.point);
  return good;
}

/* Within a circle, which is convex: all vertices are, or the far side of a circle. */
static bool within_circle(const sl_circle *outer, const sl_shape *inner, double tolerance) {
  const sl_vec centre = sl_ellipsoid_place(outer->centre);
  const double radius = (double)outer->radius.mm * 1e-3 + tolerance;
  if (inner->kind == SL_SHAPE_CIRCLE) {
    const double apart = sl_ellipsoid_distance(centre, sl_ellipsoid_place(inner->as.circle.centre));
    return apart + (double)inner->as.circle.radius.mm * 1e-3 <= radius;
  }
  const sl_ring *vertices = inner->as.polygon.ring;
  for (uint32_t i = 0; i < vertices->count; i++) {
    if (sl_ellipsoid_distance(centre, sl_ellipsoid_place(vertices->vertex[i])) > radius) return false;
  }
  return true;
}

bool sl_shape_covers(const sl_shape *outer, const sl_shape *inner, double tolerance) {
  SL_ASSERT(outer->kind != SL_SHAPE_CORRIDOR && inner->kind != SL_SHAPE_CORRIDOR);
  SL_ASSERT(tolerance > 0.0);
  if (outer->kind == SL_SHAPE_CIRCLE) return within_circle(&outer->as.circle, inner, tolerance);
  sl_outline around;
  if (outline_of(&around, &outer->as.polygon) != SL_OK) return false;
  const bool good = inner->kind == SL_SHAPE_CIRCLE ? circle_within(&around, &inner->as.circle, tolerance)
                                                   : polygon_within(&around, &inner->as.polygon, tolerance);
  sl_outline_fini(&around);
  return good;
}
