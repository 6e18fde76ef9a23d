/* A box that surely holds a shape: for bounds of the geoid, summaries and maps. Not
 * for judging. */
#ifndef SL_FORMAT_EXTENT_H
#define SL_FORMAT_EXTENT_H

#include "format/format.h"

/* West > east: across the antimeridian. */
typedef struct sl_box { sl_pos south_west, north_east; } sl_box;

/* The box about a cap that holds every point of the shape, edges, radii and widths
 * included. Ranges: shapes up to SL_EXTENT_MAX_MM. Errors: none. Cost: O(vertices). */
sl_box sl_extent_of_shape(const sl_shape *shape);
/* The box about two positions, the shorter way round, and the geodesic between. */
sl_box sl_extent_of_leg(sl_pos a, sl_pos b);

#endif
