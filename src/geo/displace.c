/* The direct and inverse geodesic problems, once per vertex of a plan that is moved
 * aside. PROJ's routines are exact to nanometres; rounding to nanodegrees is all that
 * is lost. */
#include "geo/displace.h"

#include <geodesic.h>
#include <math.h>

#include "base/assert.h"
#include "geo/ellipsoid.h"

#define NEAR_M 1.0

static struct geod_geodesic wgs84(void) {
  struct geod_geodesic of;
  geod_init(&of, SL_WGS84_A, SL_WGS84_F);
  return of;
}

static double degrees(int64_t nd) { return (double)nd * 1e-9; }

sl_pos sl_pos_displace(sl_pos from, double azimuth_degrees, sl_len distance) {
  SL_ASSERT(distance.mm >= 0 && distance.mm <= SL_LEN_MAX_MM && isfinite(azimuth_degrees));
  const struct geod_geodesic of = wgs84();
  double latitude = 0;
  double longitude = 0;
  geod_direct(&of, degrees(from.lat_nd), degrees(from.lon_nd), azimuth_degrees, (double)distance.mm / 1000.0, &latitude,
              &longitude, NULL);
  SL_ASSERT(latitude >= -90.0 && latitude <= 90.0 && longitude >= -180.0 && longitude <= 180.0);
  return (sl_pos){llround(latitude * 1e9), llround(longitude * 1e9)};
}

double sl_pos_course(sl_pos from, sl_pos to) {
  const struct geod_geodesic of = wgs84();
  double length = 0;
  double azimuth = 0;
  geod_inverse(&of, degrees(from.lat_nd), degrees(from.lon_nd), degrees(to.lat_nd), degrees(to.lon_nd), &length, &azimuth,
               NULL);
  return length < NEAR_M ? 0.0 : azimuth;
}
