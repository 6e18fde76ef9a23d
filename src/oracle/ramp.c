/* Comparing two altitudes on two ramps without rounding: each is a whole number of
 * units plus a fraction r / d of one, and fractions are compared by
 * cross-multiplication, 2^63 x 2^63 in 128 bits. */
#include "oracle/ramp.h"

#include "base/assert.h"

typedef __int128 wide;

typedef struct mixed { int64_t whole, rest, over; } mixed; /* whole + rest / over, 0 <= rest < over */

static mixed altitude(const sl_ramp *ramp, int64_t t) {
  int64_t d = ramp->t1 - ramp->t0;
  SL_ASSERT(d >= 0 && t >= ramp->t0 && t <= ramp->t1);
  if (d == 0) return (mixed){ramp->z0, 0, 1};
  wide rise = (wide)(ramp->z1 - ramp->z0) * (t - ramp->t0);
  wide whole = rise / d, rest = rise % d;
  if (rest < 0) {
    rest += d;
    whole -= 1;
  }
  return (mixed){ramp->z0 + (int64_t)whole, (int64_t)rest, d};
}

int sl_ramp_compare(const sl_ramp *a, int64_t ta, const sl_ramp *b, int64_t tb, int64_t add) {
  mixed x = altitude(a, ta), y = altitude(b, tb);
  int64_t whole = x.whole - y.whole + add;
  if (whole != 0) return whole > 0 ? 1 : -1; /* the fractions differ by less than 1 */
  wide left = (wide)x.rest * y.over, right = (wide)y.rest * x.over;
  return left > right ? 1 : left < right ? -1 : 0;
}
