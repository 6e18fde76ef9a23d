/* Rings of straight edges and arcs of circles, made polygons that hold every point the
 * arcs do: arcs that bulge outward are circumscribed, arcs that cut in are inscribed. */
#ifndef SL_FORMAT_ARC_H
#define SL_FORMAT_ARC_H

#include "format/geometry.h"

/* How far a polygon may stand off an arc: the share of its radius, between these (steps
 * are between a quarter and ten degrees): 3.7 m for 5 NM. */
#define SL_ARC_STAND_OFF_SHARE (1.0 / 2500)
#define SL_ARC_STAND_OFF_MIN_M 0.5
#define SL_ARC_STAND_OFF_MAX_M 10.0

/* An arc, worked out; its fields are arc.c's. */
typedef struct sl_arc sl_arc;

/* A piece of a ring: a vertex, or an arc that begins where the piece before it ended. */
typedef struct sl_piece {
  sl_pos to;                 /* the vertex; the end of the arc */
  const sl_arc *arc;         /* NULL: a vertex */
} sl_piece;

typedef struct sl_pieces {
  sl_piece *piece;
  uint32_t count, room;
  uint32_t arcs;
  bool uneven;               /* an arc's ends were not at one distance from its centre */
} sl_pieces;

/* Add a vertex, or an arc from `from` to `to` about the centre; equal ends are the whole
 * circle where it is the only piece, and no arc at all among others. Errors: SL_ERR_CAP, SL_ERR_NOMEM, SL_ERR_GEOMETRY (an end at the centre). */
SL_MUST_USE sl_err sl_pieces_add(sl_pieces *pieces, sl_reading *reading, sl_pos to, sl_fault *fault);
SL_MUST_USE sl_err sl_pieces_add_arc(sl_pieces *pieces, sl_reading *reading, sl_pos centre, sl_pos from, sl_pos to,
                                     bool clockwise, sl_fault *fault);
/* The outline, not yet cleaned. Errors: SL_ERR_CAP (SL_RING_VERTICES_MAX), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_pieces_outline(sl_outline *out, sl_pieces *pieces, sl_reading *reading, sl_fault *fault);

/* The position at a bearing (degrees, true) and distance along the geodesic, to 2 mm. */
sl_pos sl_pos_at(sl_pos from, double bearing, double metres);
/* The geodesic distance in metres, to 1 cm. */
double sl_pos_distance(sl_pos a, sl_pos b);

#endif
