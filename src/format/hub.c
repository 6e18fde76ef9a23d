/* Purpose: see the header. Work expected: every point of every arc, tens of millions a
 * second. Representation: a direction from the centre of the sphere that fits the
 * ellipsoid at the hub, met with the ellipsoid; latitude and longitude as differences
 * from the hub's, whose arc tangents are short series. Rejected: a geodesic for each
 * point (1 us). */
#include "format/hub.h"

#include <geodesic.h>

#include "base/assert.h"

#define SERIES_MAX 0.05

sl_hub sl_hub_at(sl_pos at) {
  const sl_locator l = sl_locator_at(at);
  sl_hub hub = {.at = at, .sin_lat = l.sin_latitude, .cos_lat = l.cos_latitude, .sin_lon = l.sin_longitude, .cos_lon = l.cos_longitude};
  hub.frame = sl_frame_at(sl_locator_place(&l, at));
  hub.heart = sl_vec_sub(hub.frame.origin, sl_vec_scale(hub.frame.up, hub.frame.radius));
  const sl_vec h = hub.heart;
  hub.depth = (h.x * h.x + h.y * h.y) / (SL_WGS84_A * SL_WGS84_A) + h.z * h.z / (SL_WGS84_B * SL_WGS84_B) - 1.0;
  SL_ASSERT(hub.depth < 0.0);
  return hub;
}

void sl_hub_polar(double *metres, double *bearing, const sl_hub *hub, sl_pos pos) {
  const sl_vec offset = sl_vec_sub(sl_ellipsoid_place(pos), hub->frame.origin);
  if (sl_vec_dot(offset, offset) > SL_HUB_NEAR_M * SL_HUB_NEAR_M) {
    struct geod_geodesic earth;
    double azimuth, unused;
    geod_init(&earth, SL_WGS84_A, SL_WGS84_F);
    geod_inverse(&earth, (double)hub->at.lat_nd * 1e-9, (double)hub->at.lon_nd * 1e-9, (double)pos.lat_nd * 1e-9, (double)pos.lon_nd * 1e-9, metres,
                 &azimuth, &unused);
    *bearing = azimuth * (SL_PI / 180);
    return;
  }
  const sl_plane p = sl_frame_equidistant(&hub->frame, sl_frame_plane(&hub->frame, offset));
  *metres = sqrt(p.u * p.u + p.v * p.v);
  *bearing = atan2(p.u, p.v);
}

/* The angle of (x, y), mostly a small one; the series is good to 10^-13. */
static double angle(double y, double x) {
  if (!(fabs(y) < SERIES_MAX * x)) return atan2(y, x);
  const double t = y / x, t2 = t * t;
  return t * (1.0 - t2 * (1.0 / 3.0 - t2 * (1.0 / 5.0 - t2 * (1.0 / 7.0 - t2 / 9.0))));
}

static int64_t nanodegrees(double radians) {
  const double nd = radians * (180e9 / SL_PI);
  return (int64_t)(nd + (nd < 0.0 ? -0.5 : 0.5));
}

sl_pos sl_hub_position(const sl_hub *hub, double metres, double east, double north) {
  const sl_frame *f = &hub->frame;
  const double t = metres / f->radius, t2 = t * t;
  SL_ASSERT(t >= 0.0 && t < 0.03);
  const double sine = t * (1.0 - t2 * (1.0 / 6.0 - t2 * (1.0 / 120.0 - t2 / 5040.0))), cosine = 1.0 - t2 * (0.5 - t2 * (1.0 / 24.0 - t2 / 720.0));
  const double ke = sine * east, kn = sine * north;
  const sl_vec d = {f->up.x * cosine + f->east.x * ke + f->north.x * kn, f->up.y * cosine + f->east.y * ke + f->north.y * kn,
                    f->up.z * cosine + f->east.z * ke + f->north.z * kn};
  const double a2 = 1.0 / (SL_WGS84_A * SL_WGS84_A), b2 = 1.0 / (SL_WGS84_B * SL_WGS84_B);
  const double a = (d.x * d.x + d.y * d.y) * a2 + d.z * d.z * b2, b = (hub->heart.x * d.x + hub->heart.y * d.y) * a2 + hub->heart.z * d.z * b2;
  const double k = (sqrt(b * b - a * hub->depth) - b) / a;
  const sl_vec place = sl_vec_add(hub->heart, sl_vec_scale(d, k));
  const double x = place.x * hub->cos_lon + place.y * hub->sin_lon, y = place.y * hub->cos_lon - place.x * hub->sin_lon;
  const double q = sqrt(x * x + y * y) * (1.0 - SL_WGS84_E2);
  sl_pos pos = {hub->at.lat_nd + nanodegrees(angle(place.z * hub->cos_lat - q * hub->sin_lat, q * hub->cos_lat + place.z * hub->sin_lat)),
                hub->at.lon_nd + nanodegrees(angle(y, x))};
  if (pos.lon_nd > 180 * SL_ND_PER_DEG) pos.lon_nd -= 360 * SL_ND_PER_DEG;
  if (pos.lon_nd < -180 * SL_ND_PER_DEG) pos.lon_nd += 360 * SL_ND_PER_DEG;
  if (pos.lat_nd > 90 * SL_ND_PER_DEG) pos.lat_nd = 90 * SL_ND_PER_DEG;
  if (pos.lat_nd < -90 * SL_ND_PER_DEG) pos.lat_nd = -90 * SL_ND_PER_DEG;
  return pos;
}
