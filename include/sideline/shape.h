/* Shapes in space and time, as values that point into the caller's memory.
 * Nothing here is judged: sl_object_check() says whether an object has a meaning,
 * judge.h what two of them mean to each other.
 *
 * Reference: WGS84 everywhere. Edges are geodesics unless the source says that
 * they run along the parallel (rhumb line of constant latitude for an edge whose
 * ends have equal latitude; geodesic otherwise, as AIXM has it). */
#ifndef SIDELINE_SHAPE_H
#define SIDELINE_SHAPE_H

#include "sideline/quantity.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SL_RING_VERTICES_MAX 10000u  /* vertices of all rings of one shape together */
#define SL_RINGS_MAX 1000u           /* rings of one shape */
#define SL_FIXES_MAX 100000u         /* points of one trajectory */
#define SL_OBJECTS_MAX 10000u        /* volumes and trajectories of one plan */
#define SL_EXTENT_MAX_MM INT64_C(2000000000) /* 2,000 km: the largest extent of one shape */

typedef enum sl_edge { SL_EDGE_GEODESIC = 0, SL_EDGE_PARALLEL = 1 } sl_edge;

/* 3 or more vertices, first not repeated at the end, either winding. */
typedef struct sl_ring {
  const sl_pos *vertex;
  uint32_t count;
} sl_ring;

/* One or more rings. A ring with hole == false is an outer ring; the holes that
 * follow it, up to the next outer ring, are its own. So a multipolygon is several
 * outer rings in one shape. Of the two regions that an outer ring bounds, the
 * smaller is meant. */
typedef struct sl_polygon {
  const sl_ring *ring;
  const bool *hole;     /* parallel to ring; hole[0] is false */
  uint32_t count;
  sl_edge edge;
} sl_polygon;

/* All points within radius (> 0) of the centre, along the geodesic. */
typedef struct sl_circle {
  sl_pos centre;
  sl_len radius;
} sl_circle;

/* All points within half_width (> 0) of a line of 2 or more points. */
typedef struct sl_corridor {
  const sl_pos *point;
  uint32_t count;
  sl_len half_width;
  sl_edge edge;
} sl_corridor;

typedef enum sl_shape_kind { SL_SHAPE_POLYGON = 1, SL_SHAPE_CIRCLE = 2, SL_SHAPE_CORRIDOR = 3 } sl_shape_kind;

typedef struct sl_shape {
  sl_shape_kind kind;
  union {
    sl_polygon polygon;
    sl_circle circle;
    sl_corridor corridor;
  } as;
} sl_shape;

/* What an altitude is measured against. SL_ALT_COLUMN: every altitude, the band
 * of a static site; it meets every other reference. */
typedef enum sl_alt_ref { SL_ALT_W84 = 1, SL_ALT_BARO = 2, SL_ALT_COLUMN = 3 } sl_alt_ref;

/* An altitude in its reference. */
typedef struct sl_alt {
  sl_alt_ref ref;
  union {
    sl_alt_w84 w84;
    sl_alt_baro baro;
  } as;
} sl_alt;

/* Closed: lower <= upper, both belong to it. */
typedef struct sl_band {
  sl_alt_ref ref;
  union {
    struct { sl_alt_w84 lower, upper; } w84;
    struct { sl_alt_baro lower, upper; } baro;
  } as;
} sl_band;

typedef struct sl_volume {
  sl_shape shape;
  sl_band band;
  sl_window window;
} sl_volume;

/* A point of a trajectory. All fixes of one trajectory share its reference. */
typedef struct sl_fix {
  sl_pos pos;
  union {
    sl_alt_w84 w84;
    sl_alt_baro baro;
  } alt;
  sl_time time;
} sl_fix;

/* Straight (geodesic) and uniform between fixes in order of time; times do not
 * decrease; equal times only at equal positions. The aircraft is somewhere within
 * `lateral` of the nominal position of some instant within `along` of now, and
 * within the vertical tolerance of its altitude then. It exists in
 * [first - along, last + along). A trajectory of one fix is a point with window
 * [time - along, time + along), along > 0. */
typedef struct sl_trajectory {
  const sl_fix *fix;
  uint32_t count;
  sl_alt_ref ref;           /* SL_ALT_W84 or SL_ALT_BARO */
  sl_len lateral;           /* >= 0 */
  union {
    sl_len w84;             /* >= 0, mm */
    int32_t baro_ft;        /* >= 0, feet */
  } vertical;
  sl_dur along;             /* >= 0 */
} sl_trajectory;

typedef enum sl_object_kind { SL_OBJECT_VOLUME = 1, SL_OBJECT_TRAJECTORY = 2 } sl_object_kind;

typedef struct sl_object {
  sl_object_kind kind;
  union {
    sl_volume volume;
    sl_trajectory trajectory;
  } as;
} sl_object;

/* A plan: what one operational intent, alternative or site occupies. */
typedef struct sl_plan {
  const sl_object *object;
  uint32_t count;           /* 1 to SL_OBJECTS_MAX */
} sl_plan;

/* Whether *object has a meaning: ranges, counts, order, radius, self-crossing or
 * doubled-back rings, holes outside, extent. On failure *fault (may be NULL) names
 * the ring and vertex or fix. Errors: SL_ERR_RANGE, SL_ERR_CAP, SL_ERR_ORDER,
 * SL_ERR_GEOMETRY, SL_ERR_DATUM, SL_ERR_NOMEM. Threads: any. Cost: O(n log n) in
 * the vertices, memory from malloc, at most 256 bytes a point of the
 * outline (a vertex, or where a long edge is cut), released on return. */
SL_MUST_USE sl_err sl_object_check(const sl_object *object, sl_fault *fault);

#ifdef __cplusplus
}
#endif
#endif
