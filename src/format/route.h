/* The route of a flight plan: ICAO Doc 4444, appendix 2, item 15. */
#ifndef SL_FORMAT_ROUTE_H
#define SL_FORMAT_ROUTE_H

#include "format/points.h"
#include "format/reading.h"

#define SL_ROUTE_POINTS_MAX 2000u

/* A cruising level, or between two of them in a cruise climb. */
typedef struct sl_level {
  sl_datum datum;          /* SL_DATUM_PRESSURE or SL_DATUM_MSL */
  int64_t low, high;       /* 0.1 mm */
} sl_level;

typedef struct sl_route_point {
  sl_pos pos;
  bool changes;            /* from here on: */
  int64_t speed;           /* true airspeed, mm/s; > 0 */
  sl_level level;
} sl_route_point;

typedef struct sl_route {
  int64_t speed;           /* at first */
  sl_level level;
  sl_route_point *point;   /* in the record's arena */
  uint32_t count, room;
  sl_len doubt;            /* how far a point may be from where it is taken to be */
} sl_route;

/* Read field 15. What it needs and cannot know is refused by name: airways, procedures
 * and named points that are not among `points`, STAY, VFR levels, a route cut off.
 * Assumptions become notes of the record in hand. Errors: SL_ERR_SYNTAX, SL_ERR_UNKNOWN
 * (a point), SL_ERR_UNSUPPORTED (an airway, a procedure, an activity), SL_ERR_DUPLICATE,
 * SL_ERR_RANGE, SL_ERR_CAP, SL_ERR_NOMEM. Cost: O(text). */
SL_MUST_USE sl_err sl_route_read(sl_route *out, sl_reading *reading, const sl_points *points, sl_str text, sl_fault *fault);

/* One significant point: "46N078W", "4620N07805W", a name, "DUB180040" (bearing and NM).
 * *doubt grows where a magnetic bearing has no variation. Errors: as above. */
SL_MUST_USE sl_err sl_route_point_read(sl_pos *out, sl_len *doubt, sl_reading *reading, const sl_points *points, sl_str word, sl_fault *fault);

#endif
