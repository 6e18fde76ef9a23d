/* Shapes out of the pieces that formats give: rings that grow vertex by vertex,
 * closed, cleaned of repeated vertices, and gathered into polygons. */
#ifndef SL_FORMAT_GEOMETRY_H
#define SL_FORMAT_GEOMETRY_H

#include "format/jtext.h"
#include "format/reading.h"

/* A line or ring under construction, in the reading's arena. */
typedef struct sl_outline {
  sl_pos *vertex;
  uint32_t count, room;
} sl_outline;

/* Errors: SL_ERR_CAP (SL_RING_VERTICES_MAX), SL_ERR_RANGE, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_outline_add(sl_outline *outline, sl_reading *reading, sl_pos pos, sl_fault *fault);
/* Drop vertices that repeat the one before; for a ring also a last that repeats the
 * first, and spikes of no width (out to a vertex and back the same way). *spikes (may be
 * NULL) is set when there were any. Returns whether the ring was closed in the source. */
bool sl_outline_clean(sl_outline *outline, bool ring, bool *spikes);

/* Polygons: rings with their hole flags. */
typedef struct sl_rings {
  sl_ring *ring;
  bool *hole;
  uint32_t count, room;
  uint32_t vertices;
} sl_rings;

/* Add a cleaned ring. Errors: SL_ERR_CAP, SL_ERR_GEOMETRY (under 3 vertices), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_rings_add(sl_rings *rings, sl_reading *reading, const sl_outline *outline, bool hole,
                                sl_fault *fault);
sl_shape sl_rings_shape(const sl_rings *rings, sl_edge edge);
/* A corridor about a cleaned line. Errors: SL_ERR_GEOMETRY (under 2 points), SL_ERR_RANGE (width). */
SL_MUST_USE sl_err sl_corridor_shape(sl_shape *out, const sl_outline *line, sl_len half_width, sl_fault *fault);

/* GeoJSON's [longitude, latitude, z?]. *z is left alone when there is none. */
SL_MUST_USE sl_err sl_json_position(sl_pos *out, const sl_jnode **z, const sl_jtree *tree, const sl_jnode *node,
                                    sl_fault *fault);
/* An array of positions; *any_z is set when a position has a z that is not 0. */
SL_MUST_USE sl_err sl_json_outline(sl_outline *out, bool *any_z, sl_reading *reading, const sl_jtree *tree,
                                   const sl_jnode *node, sl_fault *fault);
/* GeoJSON Polygon coordinates (first ring outer, the others holes) added to *rings.
 * Unclosed rings are closed, with a note. */
SL_MUST_USE sl_err sl_json_polygon(sl_rings *rings, sl_reading *reading, const sl_jtree *tree, const sl_jnode *node,
                                   sl_fault *fault);
/* Polygon or MultiPolygon of a geometry object. */
SL_MUST_USE sl_err sl_json_polygons(sl_shape *out, sl_reading *reading, const sl_jtree *tree, const sl_jnode *geometry,
                                    sl_fault *fault);

#endif
