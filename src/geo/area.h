/* How large an area is, for limits on what may be asked for. */
#ifndef SL_GEO_AREA_H
#define SL_GEO_AREA_H

#include "sideline/shape.h"

/* The area in square metres of a checked circle or polygon with geodesic edges, on the
 * ellipsoid; never less than the true one. Polygons: the sum of their outer rings, each the
 * smaller of the two regions it bounds, to 1 m2; holes are not taken off. Circles: by
 * the least curvature of the ellipsoid, too large by under 1e-6 of itself up to 300 km of
 * radius (3e-8 at 28 km). Errors: none. Threads: any. Cost: a circle constant, a polygon
 * one geodesic a vertex. Source: C. F. F. Karney, Algorithms for geodesics, 2013 (PROJ's
 * geodesic.h); Bishop and Gromov's comparison for circles. */
double sl_shape_area(const sl_shape *shape);

/* Whether that area is at most square_metres. Small polygons are told by a circle around
 * them, without a geodesic. */
bool sl_shape_area_within(const sl_shape *shape, double square_metres);

#endif
