/* The JSON form of plans: F3548's Volume4D, our extensions of it, and trajectories.
 *
 *   plan        {"volumes":[Volume4D...],"trajectories":[Trajectory...]}, one of them at least
 *   Volume4D    {"volume":Volume3D,"time_start":Time,"time_end":Time}
 *   Volume3D    exactly one of outline_circle, outline_polygon, outline_corridor, and
 *               altitude_lower, altitude_upper
 *   Altitude    {"value":m,"reference":"W84","units":"M"}; native also
 *               {"value":ft,"reference":"STD","units":"FT"}, whole feet
 *   outline_circle    {"center":{"lng","lat"},"radius":{"value","units":"M"}}
 *   outline_polygon   {"vertices":[{"lng","lat"}...]}; native also "holes":[{"vertices"}...]
 *                     and "edge":"geodesic" (default) or "parallel"
 *   outline_corridor  native: {"points":[...],"half_width":{"value","units":"M"},"edge"?}
 *   Time        {"value":"...Z","format":"RFC3339"}
 *   Trajectory  native: {"reference":"W84"|"STD","lateral_m","vertical_m"|"vertical_ft",
 *               "along_s","points":[{"lat","lng","alt","time"}...]}, alt in m or whole ft
 *
 * Positions are read to the nanodegree, altitudes outward to the millimetre (lower
 * down, upper up), radii, half widths and tolerances up to the millimetre, times to
 * the nanosecond. A decoded plan has its volumes before its trajectories. */
#ifndef SL_JSON_PLAN_H
#define SL_JSON_PLAN_H

#include "json/decode.h"
#include "json/encode.h"
#include "sideline/shape.h"

/* Which parts of the form are accepted; both bits may be given together. */
enum {
  SL_PLAN_NATIVE = 0,
  SL_PLAN_STRICT_F3548 = 1,    /* refuse our extensions as unknown or unsupported */
  SL_PLAN_OPEN_ALTITUDE = 2    /* altitudes may be absent: both is the whole column, one
                                  is open to the end of the accepted range */
};

/* Read and check (sl_object_check) into the reader's arena. `flags` as above.
 * On failure the fault's pointer leads to the member or to the object. Errors: those
 * of sl_json_object() and sl_object_check(), SL_ERR_UNIT, SL_ERR_ORDER. Threads: any.
 * Cost: O(n log n) in the vertices. */
SL_MUST_USE sl_err sl_plan_read(const sl_json_reader *reader, sl_plan *out, const sl_json_at *at, unsigned flags);
/* An array of 1 to SL_OBJECTS_MAX Volume4D, as F3548 has it. */
SL_MUST_USE sl_err sl_volumes_read(const sl_json_reader *reader, sl_plan *out, const sl_json_at *at, unsigned flags);
/* One Volume4D, and one LatLngPoint. */
SL_MUST_USE sl_err sl_volume_read(const sl_json_reader *reader, sl_volume *out, const sl_json_at *at, unsigned flags);
/* One Volume3D, which fills shape and band of *out and nothing else; nothing is checked
 * beyond the form and the order of altitudes. In an open reader (decode.h) a ring whose
 * last vertex repeats its first loses it, and altitudes are -8 to 100 km (F3548), and those below our range are its end. */
SL_MUST_USE sl_err sl_volume_3d_read(const sl_json_reader *reader, sl_volume *out, const sl_json_at *at,
                                     unsigned flags);
/* {"value","format":"RFC3339"} as an sl_time: an sl_json_read_fn. Errors: those of sl_json_object(). */
SL_MUST_USE sl_err sl_instant_read(const sl_json_reader *reader, void *target, const sl_json_at *at);
SL_MUST_USE sl_err sl_point_read(const sl_json_reader *reader, sl_pos *out, const sl_json_at *at);

/* Write what the readers read. A polygon of several outer rings becomes one Volume4D
 * for each, so `name` of such a volume is NULL. Names as encode.h. Errors in the
 * buffer. */
void sl_plan_json_add(sl_json_out *out, const char *name, const sl_plan *plan);
void sl_volume_json_add(sl_json_out *out, const char *name, const sl_volume *volume);
/* {"value","format":"RFC3339"} */
void sl_instant_json_add(sl_json_out *out, const char *name, sl_time time);
/* One altitude: {"value","reference","units"}; the reference is not SL_ALT_COLUMN. */
void sl_altitude_json_add(sl_json_out *out, const char *name, const sl_alt *alt);
/* The members altitude_lower and altitude_upper of a band; none for the column. */
void sl_band_json_add(sl_json_out *out, const sl_band *band);

#endif
