/* Checking an object and keeping its outline. */
#ifndef SL_GEO_CHECK_H
#define SL_GEO_CHECK_H

#include "geo/outline.h"

#define SL_RADIUS_MAX_MM (SL_EXTENT_MAX_MM / 2)           /* of circles, half widths, lateral tolerances */
#define SL_ALONG_MAX_NS (30 * 24 * SL_NS_PER_H)           /* tolerance along track */
#define SL_VERTICAL_MAX_FT 330000

/* As sl_object_check(), and hand over the outline that it made: released with
 * sl_outline_fini() when it is SL_OK. */
SL_MUST_USE sl_err sl_object_outline(sl_outline *out, const sl_object *object, sl_fault *fault);

/* Whether the courses of a polygon's outline are rings with a meaning: three
 * different places or more, no edge that meets another of its ring or doubles
 * back, holes within the ring they belong to that cross neither it nor each other
 * (by more than SL_RING_TOUCH_M). Errors: SL_ERR_GEOMETRY, SL_ERR_NOMEM. Threads:
 * any. Cost: O(n log n) in the points of the outline, whatever they are; at most 200
 * bytes a point, released on return. */
#define SL_RING_TOUCH_M 0.0005
SL_MUST_USE sl_err sl_rings_check(const sl_outline *outline, const bool *hole, sl_fault *fault);

#endif
