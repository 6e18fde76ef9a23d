/* The user's own points: what names in a flight plan's route mean. */
#ifndef SL_FORMAT_POINTS_H
#define SL_FORMAT_POINTS_H

#include "base/span.h"
#include "sideline/quantity.h"

#define SL_POINTS_MAX 200000u
#define SL_AIRWAY_POINTS_MAX 512u

typedef struct sl_point {
  sl_str name;             /* into the text */
  sl_pos pos;
  bool varied;             /* the magnetic variation is given: */
  int64_t variation;       /* 10^-6 degrees, east positive */
  sl_str airway;           /* of an airway: its points, and no position */
} sl_point;

typedef struct sl_points {
  sl_point *point;         /* by name */
  uint32_t count, room;
} sl_points;

/* Read lines of
 *   NAME LATITUDE LONGITUDE [VARIATION]      "DUB 53.5N 6.3W 4W", "KOK 51.1 2.65", "X 5110N00239E"
 *   AIRWAY: NAME NAME NAME                   "UL607: KONAN KOK MATUG"
 * '#' begins a comment; blanks, tabs, commas and semicolons part. The text outlives the
 * points; release with sl_points_fini(), also after a failure. Errors: SL_ERR_SYNTAX,
 * SL_ERR_RANGE (the fault names the line), SL_ERR_CAP, SL_ERR_NOMEM. Cost: O(n log n). */
SL_MUST_USE sl_err sl_points_read(sl_points *out, sl_str text, sl_fault *fault);
void sl_points_fini(sl_points *points);

/* The point or airway of a name. Errors: SL_ERR_UNKNOWN (none), SL_ERR_DUPLICATE (the
 * name stands for several places). Cost: O(log n). */
SL_MUST_USE sl_err sl_points_get(const sl_point **out, const sl_points *points, sl_str name);

#endif
