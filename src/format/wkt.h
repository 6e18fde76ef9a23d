/* Geometry in a cell: well-known text (ISO 19125, EWKT's SRID in front), and the traces of
 * survey tools. */
#ifndef SL_FORMAT_WKT_H
#define SL_FORMAT_WKT_H

#include "format/geometry.h"

typedef enum sl_wkt_kind { SL_WKT_POINT = 1, SL_WKT_LINE = 2, SL_WKT_POLYGON = 3 } sl_wkt_kind;

/* In the reading's arena. */
typedef struct sl_wkt {
  sl_wkt_kind kind;
  sl_outline line;           /* the point, or the line; for tracks not cleaned of repeats */
  sl_track_fix *fix;         /* of a line: positions with their third coordinate, as metres */
  bool all_z;                /* every position of the line has one */
  sl_rings rings;
} sl_wkt;

/* POINT, LINESTRING, POLYGON, MULTIPOLYGON, longitude first, with or without Z; or "lat lon
 * altitude accuracy;..." of a survey tool: closed a polygon, else a line. Notes what had to
 * be closed. Errors: SL_ERR_SYNTAX, SL_ERR_RANGE, SL_ERR_CAP, SL_ERR_GEOMETRY, SL_ERR_UNSUPPORTED
 * (other geometries and reference systems, by name), SL_ERR_NOMEM. Cost: O(size). */
SL_MUST_USE sl_err sl_wkt_read(sl_wkt *out, sl_reading *reading, sl_str text, sl_fault *fault);

#endif
