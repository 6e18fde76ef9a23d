/* Making a frame, and distances on its sphere that hold near zero and far out. */
#include "geo/frame.h"

#include "base/assert.h"

/* Without the calls that fmin() and fmax() are; numbers only. */
static inline double smaller(double a, double b) { return a < b ? a : b; }

sl_frame sl_frame_at(sl_vec place) {
  const double a2 = SL_WGS84_A * SL_WGS84_A, b2 = SL_WGS84_B * SL_WGS84_B;
  sl_vec g = {place.x / a2, place.y / a2, place.z / b2};
  double g1 = sqrt(sl_vec_dot(g, g));
  SL_ASSERT(g1 > 0.0);
  double f = sl_vec_dot(place, g) - 1.0;
  sl_vec up = sl_vec_scale(g, 1.0 / g1);
  /* The root of |x + h up| = 1 in the norm of the ellipsoid: h = -f / 2g, then the
   * square term once; 100 km deep it is off by some metres of 6,378 km. */
  double h = -f / (2.0 * g1);
  double curve = (up.x * up.x + up.y * up.y) / a2 + up.z * up.z / b2;
  h -= (f + 2.0 * g1 * h + curve * h * h) / (2.0 * (g1 + curve * h));
  sl_frame frame = {.origin = sl_vec_add(place, sl_vec_scale(up, h)), .up = up};
  double ring = sqrt(up.x * up.x + up.y * up.y);
  frame.east = ring > 1e-9 ? (sl_vec){-up.y / ring, up.x / ring, 0.0} : (sl_vec){0.0, 1.0, 0.0};
  frame.north = sl_vec_cross(up, frame.east);
  frame.radius = SL_WGS84_B / (1.0 - SL_WGS84_E2 * up.z * up.z);
  return frame;
}

static sl_vec direction(const sl_frame *frame, sl_plane p) { return (sl_vec){p.u, p.v, frame->radius}; }

double sl_frame_distance(const sl_frame *frame, sl_plane p, sl_plane q) {
  /* |P x Q| from the difference, so that close points keep their digits. */
  double du = q.u - p.u, dv = q.v - p.v, cross = p.u * dv - p.v * du, r = frame->radius;
  double s = sqrt(r * r * (du * du + dv * dv) + cross * cross);
  return r * atan2(s, p.u * q.u + p.v * q.v + r * r);
}

double sl_frame_distance_arc(const sl_frame *frame, sl_plane p, sl_plane a, sl_plane b) {
  double du = b.u - a.u, dv = b.v - a.v, r = frame->radius;
  sl_vec normal = {-r * dv, r * du, a.u * dv - a.v * du};
  double length = sqrt(sl_vec_dot(normal, normal));
  sl_vec from = direction(frame, a), to = direction(frame, b), at = direction(frame, p);
  bool inside = length > 0.0 && sl_vec_dot(sl_vec_cross(normal, from), at) > 0.0 &&
                sl_vec_dot(sl_vec_cross(to, normal), at) > 0.0;
  if (!inside) return smaller(sl_frame_distance(frame, p, a), sl_frame_distance(frame, p, b));
  double side = r * fabs(du * (p.v - a.v) - dv * (p.u - a.u));
  double sine = side / (length * sqrt(sl_vec_dot(at, at)));
  return r * asin(smaller(sine, 1.0));
}
