/* Going a distance along a geodesic, and the course between two positions. */
#ifndef SL_GEO_DISPLACE_H
#define SL_GEO_DISPLACE_H

#include "sideline/quantity.h"

/* Where one arrives from `from` after `distance` (0 to SL_LEN_MAX_MM) along the
 * geodesic that leaves at azimuth degrees from north, clockwise. To the nearest
 * nanodegree (0.12 mm); longitude in [-180, 180] degrees. Errors: none. Threads: any.
 * Source: C. F. F. Karney, Algorithms for geodesics, 2013 (PROJ's geodesic.h). */
sl_pos sl_pos_displace(sl_pos from, double azimuth_degrees, sl_len distance);

/* The azimuth, in [-180, 180] degrees, at which the geodesic to `to` leaves `from`;
 * 0 (north) when they are within 1 m of each other. */
double sl_pos_course(sl_pos from, sl_pos to);

#endif
