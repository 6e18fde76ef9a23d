/* WGS84 in Earth-centred coordinates (metres), and distances along it. */
#ifndef SL_GEO_ELLIPSOID_H
#define SL_GEO_ELLIPSOID_H

#include <math.h>

#include "sideline/quantity.h"

#define SL_PI 3.14159265358979323846
#define SL_WGS84_A 6378137.0                              /* equatorial radius, m */
#define SL_WGS84_F (1.0 / 298.257223563)                  /* flattening */
#define SL_WGS84_E2 (SL_WGS84_F * (2.0 - SL_WGS84_F))     /* eccentricity squared */
#define SL_WGS84_B (SL_WGS84_A * (1.0 - SL_WGS84_F))      /* polar radius, m */

typedef struct sl_vec { double x, y, z; } sl_vec;

static inline sl_vec sl_vec_add(sl_vec a, sl_vec b) { return (sl_vec){a.x + b.x, a.y + b.y, a.z + b.z}; }
static inline sl_vec sl_vec_sub(sl_vec a, sl_vec b) { return (sl_vec){a.x - b.x, a.y - b.y, a.z - b.z}; }
static inline sl_vec sl_vec_scale(sl_vec a, double k) { return (sl_vec){a.x * k, a.y * k, a.z * k}; }
static inline double sl_vec_dot(sl_vec a, sl_vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline sl_vec sl_vec_cross(sl_vec a, sl_vec b) {
  return (sl_vec){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
static inline double sl_vec_norm(sl_vec a) { return sqrt(sl_vec_dot(a, a)); }

/* The Earth-centred place of a position on the ellipsoid, to 10 nm. */
sl_vec sl_ellipsoid_place(sl_pos pos);

/* The same for many positions, most of them near the first: its sines and cosines
 * are kept and turned by small angles. */
typedef struct sl_locator {
  sl_pos at;
  double sin_latitude, cos_latitude, sin_longitude, cos_longitude;
} sl_locator;
/* A locator whose near positions are those about pos. Errors: none. Pure. */
sl_locator sl_locator_at(sl_pos pos);
/* The place of any position, as sl_ellipsoid_place() has it; faster within 0.03 rad
 * of the locator's, both ways. Errors: none. Pure. */
sl_vec sl_locator_place(const sl_locator *locator, sl_pos pos);

/* Latitude and longitude in degrees of a place on (or within 100 km of) the
 * ellipsoid; exact on it. */
void sl_ellipsoid_degrees(double *latitude, double *longitude, sl_vec place);

/* Length of the geodesic between two places on the ellipsoid, m. Error at most
 * sl_ellipsoid_distance_error(). Up to 300 km by the chord and the normal
 * curvature halfway along it, without trigonometry; beyond by PROJ. Pure. */
double sl_ellipsoid_distance(sl_vec a, sl_vec b);
double sl_ellipsoid_distance_error(double distance);

#endif
