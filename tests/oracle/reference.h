/* The other way to the same answers, for comparison: geodesics by PROJ's
 * geodesic.h on nanodegrees, convex search with a proven bound, GEOS for what lies
 * inside what. Nothing of src/geo or src/oracle is used. */
#ifndef SL_TEST_REFERENCE_H
#define SL_TEST_REFERENCE_H

#include "sideline/shape.h"

/* A distance and how far it may be off, m. */
typedef struct ref_gap { double distance, error; } ref_gap;

/* Least geodesic distance between two shapes (geodesic edges), 0 when they share a
 * point. Circles and corridors are widened cores. */
ref_gap ref_shapes(const sl_shape *a, const sl_shape *b);

/* Length of the geodesic between two positions, m. */
double ref_distance(sl_pos a, sl_pos b);

/* The position `metres` from `from` at an azimuth in degrees. */
sl_pos ref_direct(sl_pos from, double azimuth, double metres);

/* Where a trajectory is at `ns`, which lies within it; altitude in its own unit. */
void ref_track_at(double *latitude, double *longitude, double *altitude, const sl_trajectory *t, double ns);

/* Distance of b at ns + later from a at ns, m, and its derivative, m/s. Both fly a
 * leg then. */
double ref_approach(const sl_trajectory *a, const sl_trajectory *b, double ns, double later, double *slope);

/* Distance between two places in degrees, m. */
double ref_degrees(double la, double oa, double lb, double ob);

#endif
