/* A local frame: the sphere that fits the ellipsoid at one place, and the plane
 * that touches it there.
 *
 * The sphere has the Gaussian radius of curvature and its centre on the normal.
 * Central projection onto it keeps lengths within a factor 1 +- 0.002 t^2, t the
 * angle from the origin (docs/judgement.md), and a geodesic of length l within
 * 0.005 t l^2 / (8 R) of the great circle between its ends; projected on to the
 * plane (gnomonic) great circles are straight. No trigonometry, no singular place. */
#ifndef SL_GEO_FRAME_H
#define SL_GEO_FRAME_H

#include "geo/ellipsoid.h"

typedef struct sl_frame {
  sl_vec origin;            /* on the ellipsoid */
  sl_vec east, north, up;   /* orthonormal; at the poles any east */
  double radius;            /* of the sphere, m */
} sl_frame;

/* A point of the plane, m. */
typedef struct sl_plane { double u, v; } sl_plane;

/* The frame at the place of the ellipsoid nearest to `place`, which lies within
 * 100 km of it. Errors: none. Cost: two square roots. */
sl_frame sl_frame_at(sl_vec place);

/* Gnomonic coordinates of the place at `offset` from the origin. It lies within 85
 * degrees of the origin. */
static inline sl_plane sl_frame_plane(const sl_frame *frame, sl_vec offset) {
  double k = frame->radius / (frame->radius + sl_vec_dot(frame->up, offset));
  return (sl_plane){k * sl_vec_dot(frame->east, offset), k * sl_vec_dot(frame->north, offset)};
}

/* Azimuthal equidistant coordinates from gnomonic ones: the same direction, at the
 * distance along the sphere. */
static inline sl_plane sl_frame_equidistant(const sl_frame *frame, sl_plane p) {
  double t2 = (p.u * p.u + p.v * p.v) / (frame->radius * frame->radius), t = sqrt(t2);
  double k = t > 0.03 ? atan(t) / t : 1.0 - t2 * (1.0 / 3.0 - t2 * (0.2 - t2 / 7.0));
  return (sl_plane){k * p.u, k * p.v};
}

/* Distance along the sphere between two points, and from p to the great circle arc
 * between a and b. All gnomonic. */
double sl_frame_distance(const sl_frame *frame, sl_plane p, sl_plane q);
double sl_frame_distance_arc(const sl_frame *frame, sl_plane p, sl_plane a, sl_plane b);

/* Bounds: relative error of lengths within `reach` metres of the origin, and how
 * far, m, a geodesic of `length` metres runs from its great circle there. They hold
 * for frames made at the middle of places within reach, which is at most
 * reach^2 / 2R deep (deeper, the normal there leans too much). */
static inline double sl_frame_scale_error(double reach) {
  double t = reach / 6.3e6;
  return 0.002 * t * t;
}
static inline double sl_frame_bend(double reach, double length) {
  return 0.005 * (reach / 6.3e6) * length * length / (8.0 * 6.3e6);
}

#endif
