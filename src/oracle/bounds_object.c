/* Bounds of prepared objects (prepared.h): of the whole from its extent, of a leg
 * from the points of its pieces.
 *
 * Work expected: the whole, for each object filed or asked about; legs only for
 * trajectories, a few dozen each. */
#include "base/assert.h"
#include "oracle/bounds.h"
#include "oracle/prepared.h"

#define ND_PER_UNIT INT64_C(100)   /* an extent counts 1e-7 degrees */

static sl_bounds from_extent(const sl_extent *e, sl_alt_ref ref) {
  sl_bounds out = {.south = e->south * ND_PER_UNIT,
                   .north = e->north * ND_PER_UNIT,
                   .ref = ref,
                   .lower = e->lower,
                   .upper = e->upper,
                   .window = {{e->start_ns}, {e->end_ns}}};
  int64_t west = e->west * ND_PER_UNIT, east = e->east * ND_PER_UNIT;
  out.west = sl_lon_wrap(west);
  out.width = west <= east ? east - west : east - west + SL_ND_360;
  SL_ASSERT(out.south <= out.north && out.width >= 0 && out.width <= SL_ND_360);
  return out;
}

sl_bounds sl_bounds_of(const sl_prepared *prepared) {
  return from_extent(&prepared->extent, (sl_alt_ref)prepared->reference);
}

uint32_t sl_bounds_legs(const sl_prepared *prepared) {
  return prepared->knots <= 1 ? prepared->knots : prepared->knots - 1;
}

static sl_bounds of_point(const sl_prepared *p, uint32_t i) {
  double latitude, longitude;
  sl_ellipsoid_degrees(&latitude, &longitude, sl_prepared_at(p, i, (sl_vec){0, 0, 0}));
  sl_bounds out = {.south = llround(latitude * 1e9), .west = sl_lon_wrap(llround(longitude * 1e9)), .ref = SL_ALT_W84};
  out.north = out.south;
  return out;
}

/* How far a piece can leave the box of its ends, mm: what a great circle of its
 * length bulges, and a metre for all that is rounded. */
static int64_t bulge(const sl_prepared *p, const sl_bounds *box) {
  double far = (double)(box->north > -box->south ? box->north : -box->south) * (SL_PI / 180e9);
  double length = (double)p->piece;
  double mm = far > 1.5 ? 500.0 * length : length * length * tan(far) / (8 * 6.3e6) * 1100.0;
  return (int64_t)(mm < 500.0 * length ? mm : 500.0 * length) + 1000;
}

/* Grown by the tolerance and the bulge; the whole bounds the latitudes, since a bulge
 * near a pole is taken too large. */
static sl_bounds grown(const sl_prepared *p, sl_bounds box) {
  sl_minima widen = {.lateral = {p->radius_mm + bulge(p, &box)}};
  box = sl_bounds_grow(&box, &widen);
  sl_bounds whole = sl_bounds_of(p);
  box.south = box.south > whole.south ? box.south : whole.south;
  box.north = box.north < whole.north ? box.north : whole.north;
  box.ref = (sl_alt_ref)p->reference;
  return box;
}

sl_bounds sl_bounds_piece(const sl_prepared *p, uint32_t i) {
  SL_ASSERT(i < p->points);
  sl_bounds from = of_point(p, i), to = of_point(p, i + 1 < p->points ? i + 1 : i);
  return grown(p, sl_bounds_join(&from, &to));
}

sl_bounds sl_bounds_leg(const sl_prepared *p, uint32_t leg) {
  SL_ASSERT(leg < sl_bounds_legs(p));
  const sl_knot *from = sl_prepared_knots(p) + leg;
  const sl_knot *to = leg + 1 < p->knots ? from + 1 : from;
  sl_bounds box = of_point(p, from->first);
  for (uint32_t i = from->first + 1; i <= to->first; i++) {
    sl_bounds point = of_point(p, i);
    box = sl_bounds_join(&box, &point);
  }
  box = grown(p, box);
  int64_t a = from->altitude, b = to->altitude;
  box.lower = (a < b ? a : b) - p->vertical;
  box.upper = (a < b ? b : a) + p->vertical;
  box.window = (sl_window){{from->time_ns - p->along_ns}, {to->time_ns + p->along_ns}};
  return box;
}
