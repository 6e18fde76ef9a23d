/* From what a source said to what can be judged: datums to references, with every
 * widening named.
 *
 *   ellipsoid   as it is
 *   MSL         EGM96, through PROJ's egm96_15.gtx over the extent of the shape
 *   ground      with the terrain that was given, a bound or elevation data, or the
 *               stated bound of all land
 *   pressure    stays pressure altitude; with the day's air it is also a band above
 *               the ellipsoid; where the other limit of the band is no pressure
 *               altitude, the air or the pressure bound that was given makes both W84
 *   unstated    as the user chose; without a choice every altitude, and only outer
 * A lower limit at or under the ground is no limit in any reference, and neither is
 * an unlimited upper one: nothing flies below the ground. */
#ifndef SL_FORMAT_DATUM_H
#define SL_FORMAT_DATUM_H

#include "base/arena.h"
#include "format/format.h"
#include "format/pressure.h"
#include "format/terrain.h"
#include "sideline/judge.h"

/* Terrain of the Earth above EGM96, outward: the shore of the Dead Sea, Everest. */
#define SL_TERRAIN_LOW_MM INT64_C(-440000)
#define SL_TERRAIN_HIGH_MM INT64_C(8850000)

/* The geoid EGM96: heights above it to heights above the ellipsoid. */
typedef struct sl_geoid sl_geoid;

/* Open it. grid NULL: PROJ's own egm96_15.gtx. The value at a test point is
 * compared with the published one, because a missing grid changes nothing and gives
 * no error. Errors: SL_ERR_DATUM (missing, or not EGM96), SL_ERR_NOMEM. Threads:
 * one user at a time. Source: EPSG:5773, check value 47.430866 N 9.383099 E. */
SL_MUST_USE sl_err sl_geoid_open(sl_geoid **out, const char *grid, sl_fault *fault);
void sl_geoid_close(sl_geoid *geoid);

/* The geoid's height above the ellipsoid at a position, in mm, to 10 mm. */
SL_MUST_USE sl_err sl_geoid_at(sl_len *out, sl_geoid *geoid, sl_pos pos);
/* Bounds of it over a box (west > east: across the antimeridian), outward. */
SL_MUST_USE sl_err sl_geoid_over(sl_len *low, sl_len *high, sl_geoid *geoid, sl_pos south_west, sl_pos north_east);

/* How to resolve; start from sl_datum_policy_default(). */
typedef struct sl_datum_policy {
  sl_geoid *geoid;              /* NULL: MSL cannot be resolved (SL_ERR_DATUM) */
  sl_datum unstated;            /* what unstated means; SL_DATUM_UNSTATED: not chosen */
  bool terrain_given;
  sl_len terrain_low, terrain_high;    /* of the ground above EGM96, mm */
  const sl_terrain *terrain;    /* elevation data; NULL: none */
  sl_air air;                   /* of the day */
  bool pressure_given;
  sl_len pressure_low, pressure_high;  /* W84 = pressure altitude + [low, high], mm */
} sl_datum_policy;

/* No geoid, nothing chosen, nothing bounded. */
sl_datum_policy sl_datum_policy_default(void);

/* A record, resolved: one object per window (tracks: one). Where a band has one
 * limit in pressure altitude and the other not, and no pressure bound was given,
 * there are two views of each: one per reference, each a superset; the record is
 * what both cover. A pair is CLEAR if any pair of views is; a conflict of a view
 * that is `outer` reads UNDECIDED. With the day's air a band in pressure altitude has two
 * views that each are the record (`whole`): as it is, and above the ellipsoid. */
typedef struct sl_resolved {
  sl_object *object;            /* count * views, the views of a window together */
  uint32_t count;
  uint32_t views;               /* 1 or 2 */
  bool whole;                   /* each view says all that the record does */
  bool outer;
  const sl_note *note;          /* the record's and those of resolving */
  uint32_t note_count;
} sl_resolved;

/* Resolve *record into the arena (deep copies). Times: no window is the whole
 * accepted range, with a note. Errors: SL_ERR_DATUM, SL_ERR_RANGE, SL_ERR_ORDER
 * (lower above upper once resolved), SL_ERR_NOMEM, and those of sl_object_check().
 * Threads: one user of the geoid at a time. Cost: O(vertices + geoid nodes). */
SL_MUST_USE sl_err sl_resolve(sl_resolved *out, sl_arena *arena, const sl_record *record,
                              const sl_datum_policy *policy, sl_fault *fault);

#endif
