/* Volumes as the F3548 face has them: Volume4D in, with what the standard leaves open,
 * and regions for asking what is relevant.
 *
 * Times. The standard's windows include their end and may be one instant; the kernel's are
 * half-open. A decoded volume therefore ends 1 ns after the end that was given, so that two
 * volumes share an instant here exactly if they do in the standard, and the encoders take
 * that nanosecond off again. An absent start is 0, an absent end the end of accepted time.
 *
 * Altitudes. An absent one is the end of the accepted range, both absent the whole column
 * (SL_ALT_COLUMN). The standard's range is wider than the kernel's below (-8 km against
 * SL_ALT_W84_MIN_MM): what is given below that is taken as that, which meets all it met.
 *
 * Area. A volume whose outline covers more than SL_UTM_AREA_MAX_KM2 is SL_ERR_CAP: exact
 * on the ellipsoid for polygons, and from above by 3e-8 for circles (geo/area.h). */
#ifndef SL_WIRE_UTM_VOLUME_H
#define SL_WIRE_UTM_VOLUME_H

#include "json/decode.h"
#include "json/encode.h"
#include "json/plan.h"
#include "sideline/judge.h"

#define SL_UTM_AREA_MAX_KM2 2500u

/* What a Volume4D gave; what it did not is unbounded. */
enum { SL_UTM_LOWER = 1u << 0, SL_UTM_UPPER = 1u << 1, SL_UTM_START = 1u << 2, SL_UTM_END = 1u << 3,
       SL_UTM_TIMES = SL_UTM_START | SL_UTM_END, SL_UTM_ALTITUDES = SL_UTM_LOWER | SL_UTM_UPPER };

/* One or more volumes, checked (sl_object_check), in the request's arena. */
typedef struct sl_utm_extents {
  sl_plan plan;          /* volumes only */
  sl_object *object;     /* the same memory as plan.object, for sl_utm_extents_limit() */
  unsigned given;        /* bits that every volume gave */
  sl_window window;      /* hull of the windows */
} sl_utm_extents;

/* Read an array of 1 to SL_OBJECTS_MAX Volume4D, or one Volume4D. `required`: bits that
 * each must give. Unknown members are passed over where the reader is open. A
 * ring whose last vertex repeats the first loses it. Errors: those of sl_volume_read(),
 * SL_ERR_MISSING, SL_ERR_ORDER (start after end), SL_ERR_CAP (area). Threads: any. Cost:
 * O(n log n) in the vertices; an area in doubt 2 us a vertex. */
SL_MUST_USE sl_err sl_utm_extents_read(const sl_json_reader *reader, sl_utm_extents *out, const sl_json_at *at,
                                       unsigned required);
SL_MUST_USE sl_err sl_utm_extent_read(const sl_json_reader *reader, sl_utm_extents *out, const sl_json_at *at,
                                      unsigned required);

/* Give every volume the same window: start to end, both included (defaults of
 * subscriptions). start <= end < SL_TIME_MAX_NS. */
void sl_utm_extents_limit(sl_utm_extents *extents, sl_time start, sl_time end);

/* The first and the last instant of a window made as above. */
static inline sl_time sl_utm_first(sl_window window) { return window.start; }
static inline sl_time sl_utm_last(sl_window window) { return (sl_time){window.end.ns - 1}; }

/* An array of Volume4D under name, each outer ring a volume of its own; NULL or an empty
 * plan is an empty array. `inclusive`: the windows end 1 ns late, as those read here do; else
 * they are written as they are (plans of the native face). Holes are left out, and
 * altitudes where they are open, the column, or pressure altitudes (nobody knows their
 * W84 band): all of it outward. Circles and polygons only: what else the native face has
 * goes through sl_utm_outward() before. Errors in the buffer. */
void sl_utm_volumes_add(sl_json_out *out, const char *name, const sl_plan *plan, bool inclusive);

/* A plan of the native face in the standard's shapes: circles and polygons that hold, while
 * they last, all that the objects do (corridors and trajectories by their legs). May be the
 * plan itself; what is new is in the arena. Errors: SL_ERR_NOMEM, SL_ERR_CAP (over
 * SL_OBJECTS_MAX). Threads: any. Cost: O(n). */
SL_MUST_USE sl_err sl_utm_outward(sl_plan *out, sl_arena *arena, const sl_plan *plan);

/* The volumes of a plan, prepared for judging and for the index. Immutable; one owner. */
typedef struct sl_utm_region {
  uint32_t count;
  sl_prepared *item[];
} sl_utm_region;

/* Minima under which relevance is asked: none; whatever touches is relevant. */
extern const sl_minima sl_utm_reach;

/* Prepare. Ownership: release with sl_utm_region_free(). Errors: those of sl_prepare(). */
SL_MUST_USE sl_err sl_utm_region_new(sl_utm_region **out, const sl_plan *plan, sl_fault *fault);
void sl_utm_region_free(sl_utm_region *region);

/* Whether some volume of a and some volume of b have a point in common in space and time;
 * doubt reads as yes. Errors: none (a failure reads as yes). Cost: count x count pairs,
 * those apart in time or bounds at once. */
bool sl_utm_region_meets(const sl_utm_region *a, const sl_utm_region *b);

/* Whether outer (one volume) covers inner in area and time: each outline of inner lies
 * within outer's to 1 m, and every window within outer's. Altitudes are not looked at (the
 * standard does not). Polygons without holes and circles. Errors: none; what cannot be
 * told is false. Cost: n x m edges. */
bool sl_utm_covers(const sl_volume *outer, const sl_plan *inner);

#endif
