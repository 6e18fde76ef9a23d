/* Areas on the ellipsoid.
 *
 * Work: every volume of every request is held against a limit of 2,500 km2, and nearly all
 * of them are a thousand times smaller. So first a circle around the first vertex that
 * holds all others: circles of this size are convex, so it holds the edges too, and with
 * them the smaller of the two regions. Only what is near the limit is integrated. */
#include "geo/area.h"

#include <geodesic.h>

#include "base/assert.h"
#include "geo/ellipsoid.h"

#define POLYGON_SLACK_M2 1.0
#define CONVEX_M 1e6   /* circles up to this radius are convex */

/* The Gaussian curvature is least at the poles: 1 / R^2 with R = a^2 / b. A circle is at
 * most as large as one of the same radius on that sphere. */
static double disc(double radius) {
  const double sphere = SL_WGS84_A * SL_WGS84_A / SL_WGS84_B;
  const double half = sin(radius / (2.0 * sphere));
  return 4.0 * SL_PI * sphere * sphere * half * half;
}

static double ring_area(const sl_ring *ring) {
  struct geod_geodesic earth;
  struct geod_polygon polygon;
  double area = 0.0;
  geod_init(&earth, SL_WGS84_A, SL_WGS84_F);
  geod_polygon_init(&polygon, 0);
  for (uint32_t i = 0; i < ring->count; i++) {
    geod_polygon_addpoint(&earth, &polygon, (double)ring->vertex[i].lat_nd * 1e-9, (double)ring->vertex[i].lon_nd * 1e-9);
  }
  (void)geod_polygon_compute(&earth, &polygon, 0, 1, &area, NULL);
  return fabs(area) + POLYGON_SLACK_M2;
}

/* A radius around the first vertex that holds the ring. */
static double ring_reach(const sl_ring *ring) {
  double reach = 0.0;
  const sl_locator locator = sl_locator_at(ring->vertex[0]);
  const sl_vec centre = sl_locator_place(&locator, ring->vertex[0]);
  for (uint32_t i = 1; i < ring->count; i++) {
    double distance = sl_ellipsoid_distance(centre, sl_locator_place(&locator, ring->vertex[i]));
    reach = fmax(reach, distance + sl_ellipsoid_distance_error(distance));
  }
  return reach;
}

static double polygon_area(const sl_polygon *polygon, bool rough) {
  double total = 0.0;
  for (uint32_t i = 0; i < polygon->count; i++) {
    if (polygon->hole[i]) continue;
    double reach = rough ? ring_reach(polygon->ring + i) : 0.0;
    total += rough ? (reach < CONVEX_M ? disc(reach) : INFINITY) : ring_area(polygon->ring + i);
  }
  return total;
}

double sl_shape_area(const sl_shape *shape) {
  SL_ASSERT(shape->kind == SL_SHAPE_CIRCLE || shape->kind == SL_SHAPE_POLYGON);
  if (shape->kind == SL_SHAPE_CIRCLE) return disc((double)shape->as.circle.radius.mm * 1e-3);
  SL_ASSERT(shape->as.polygon.edge == SL_EDGE_GEODESIC);
  return polygon_area(&shape->as.polygon, false);
}

bool sl_shape_area_within(const sl_shape *shape, double square_metres) {
  if (shape->kind == SL_SHAPE_POLYGON && polygon_area(&shape->as.polygon, true) <= square_metres) return true;
  return sl_shape_area(shape) <= square_metres;
}
