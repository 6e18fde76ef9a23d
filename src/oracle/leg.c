/* A leg is prepared anew from its two fixes as the prepared trajectory has them, to
 * a tenth of a millimetre.
 *
 * Work expected: the legs of the own plan, once for each submission in conflict. */
#include "oracle/leg.h"

#include "base/assert.h"
#include "oracle/bounds.h"
#include "oracle/prepared.h"

static sl_fix fix_of(const sl_prepared *p, const sl_knot *knot) {
  double latitude, longitude;
  sl_ellipsoid_degrees(&latitude, &longitude, sl_prepared_at(p, knot->first, (sl_vec){0, 0, 0}));
  sl_fix out = {.pos = {llround(latitude * 1e9), llround(longitude * 1e9)}, .time = {knot->time_ns}};
  if (p->reference == SL_ALT_BARO) {
    out.alt.baro.ft = knot->altitude;
  } else {
    out.alt.w84.mm = knot->altitude;
  }
  return out;
}

sl_err sl_leg_prepare(sl_prepared **out, const sl_prepared *p, uint32_t leg) {
  uint32_t legs = sl_bounds_legs(p);
  SL_ASSERT(leg < legs);
  const sl_knot *knot = sl_prepared_knots(p) + leg;
  sl_fix fix[2] = {fix_of(p, knot), fix_of(p, p->knots > 1 ? knot + 1 : knot)};
  sl_trajectory trajectory = {.fix = fix,
                              .count = p->knots > 1 ? 2 : 1,
                              .ref = (sl_alt_ref)p->reference,
                              .lateral = {p->radius_mm},
                              .along = {p->along_ns}};
  if (p->reference == SL_ALT_BARO) {
    trajectory.vertical.baro_ft = p->vertical;
  } else {
    trajectory.vertical.w84.mm = p->vertical;
  }
  sl_object object = {.kind = SL_OBJECT_TRAJECTORY, .as.trajectory = trajectory};
  sl_err err = sl_prepare(out, &object, NULL);
  SL_ASSERT(err == SL_OK || err == SL_ERR_NOMEM);
  return err;
}
