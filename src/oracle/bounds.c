/* Bounds: joined, grown and compared, in integers. The only floating point is the
 * growth of a longitude, outward from a table of degrees.
 *
 * Work expected: a few calls for each object that is indexed or asked about. */
#include "oracle/bounds.h"

#include <math.h>
#include <stdlib.h>

#include "base/assert.h"
#include "geo/ellipsoid.h"

/* The least meridional radius of curvature of WGS84 is a(1 - e^2) = 6,335,439 m:
 * a millimetre is at most 9.0437 nanodegrees of latitude. */
#define ND_PER_MM_NUM INT64_C(905)
#define ND_PER_MM_DEN INT64_C(100)

static int64_t min_of(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t max_of(int64_t a, int64_t b) { return a > b ? a : b; }

sl_bounds sl_bounds_join(const sl_bounds *a, const sl_bounds *b) {
  SL_ASSERT(a->ref == b->ref);
  sl_bounds out = *a;
  out.south = min_of(a->south, b->south);
  out.north = max_of(a->north, b->north);
  out.lower = min_of(a->lower, b->lower);
  out.upper = max_of(a->upper, b->upper);
  out.window.start.ns = min_of(a->window.start.ns, b->window.start.ns);
  out.window.end.ns = max_of(a->window.end.ns, b->window.end.ns);
  /* Of the two arcs that hold both, the shorter. */
  int64_t from_a = max_of(a->width, sl_lon_east(a->west, b->west) + b->width);
  int64_t from_b = max_of(b->width, sl_lon_east(b->west, a->west) + a->width);
  if (from_b < from_a) {
    out.west = b->west;
  }
  out.width = min_of(min_of(from_a, from_b), SL_ND_360);
  return out;
}

/* Nanodegrees of longitude to a millimetre along any path that stays below the next
 * whole degree of latitude f, outward: dlon <= ds / (a cos f). */
static const double lon_per_mm[89] = {
    9.0560, 9.0601, 9.0671, 9.0767, 9.0892, 9.1045, 9.1226, 9.1436, 9.1675, 9.1943, 9.2241, 9.2569,
    9.2928, 9.3318, 9.3740, 9.4195, 9.4683, 9.5206, 9.5764, 9.6357, 9.6988, 9.7657, 9.8366, 9.9115,
    9.9907, 10.0742, 10.1622, 10.2550, 10.3526, 10.4554, 10.5634, 10.6770, 10.7964, 10.9218, 11.0536, 11.1921,
    11.3376, 11.4905, 11.6511, 11.8199, 11.9975, 12.1842, 12.3806, 12.5874, 12.8051, 13.0346, 13.2766, 13.5319,
    13.8015, 14.0864, 14.3879, 14.7071, 15.0455, 15.4046, 15.7862, 16.1922, 16.6249, 17.0867, 17.5804, 18.1092,
    18.6766, 19.2867, 19.9444, 20.6550, 21.4249, 22.2615, 23.1734, 24.1709, 25.2661, 26.4738, 27.8116, 29.3012,
    30.9693, 32.8495, 34.9841, 37.4276, 40.2512, 43.5500, 47.4535, 52.1430, 57.8807, 65.0596, 74.2971, 86.6227,
    103.8891, 129.8021, 173.0079, 259.4459, 518.8126};

/* Nanodegrees of longitude that `mm` reaches from latitudes of absolute value at most
 * `far`, when it reaches `lat` nanodegrees of latitude. */
static int64_t lon_reach(int64_t mm, int64_t lat, int64_t far) {
  int64_t top = far + lat;
  if (top >= SL_ND_90 - SL_ND_PER_DEG / 100) {
    return SL_ND_360;
  }
  double per_mm = top < 89 * SL_ND_PER_DEG ? lon_per_mm[top / SL_ND_PER_DEG]
                                           : 9.05 / (cos((double)top * (SL_PI / 180e9)) * 0.999);
  double nd = (double)mm * per_mm;
  return nd >= 360e9 ? SL_ND_360 : (int64_t)nd + 1;
}

sl_bounds sl_bounds_widen(const sl_bounds *bounds, int64_t mm, int64_t ns) {
  SL_ASSERT(mm >= 0 && mm <= 2 * SL_LEN_MAX_MM && ns >= 0 && ns <= 2 * SL_MINIMA_GROW_MAX_NS);
  int64_t lat = mm * ND_PER_MM_NUM / ND_PER_MM_DEN + 1;
  int64_t lon = lon_reach(mm, lat, max_of(llabs(bounds->south), llabs(bounds->north)));
  sl_bounds out = *bounds;
  out.south = max_of(bounds->south - lat, -SL_ND_90);
  out.north = min_of(bounds->north + lat, SL_ND_90);
  if (bounds->width + 2 * lon >= SL_ND_360) {
    out.west = -SL_ND_180;
    out.width = SL_ND_360;
  } else {
    out.west = sl_lon_wrap(bounds->west - lon);
    out.width = bounds->width + 2 * lon;
  }
  out.window.start.ns -= ns;
  out.window.end.ns += ns;
  return out;
}

sl_bounds sl_bounds_grow(const sl_bounds *bounds, const sl_minima *reach) {
  return sl_bounds_widen(bounds, reach->lateral.mm + SL_BOUNDS_SLACK_MM, 2 * reach->grow.ns);
}

/* Feet from millimetres, down and up. 1 ft = 304.8 mm. */
static int64_t ft_floor(int64_t mm) {
  int64_t tenths = mm * SL_FT_TO_MM_DEN;
  return tenths / SL_FT_TO_MM_NUM - (tenths % SL_FT_TO_MM_NUM < 0);
}
static int64_t ft_ceil(int64_t mm) { return -ft_floor(-mm); }

bool sl_bounds_band(int64_t *lower, int64_t *upper, const sl_bounds *bounds, sl_alt_ref ref, const sl_minima *reach) {
  if (ref == SL_ALT_COLUMN || bounds->ref == SL_ALT_COLUMN) {
    return false;
  }
  if (ref == bounds->ref) {
    /* A slanted leg is judged in floating point: a unit aside for its rounding. */
    int64_t apart = ref == SL_ALT_BARO ? reach->vertical_ft + 1 : reach->vertical_w84.mm + SL_BOUNDS_SLACK_MM;
    *lower = bounds->lower - apart;
    *upper = bounds->upper + apart;
    return true;
  }
  if (!reach->baro_bounded) {
    return false;
  }
  int64_t apart = reach->vertical_w84.mm + SL_BOUNDS_SLACK_MM;
  if (ref == SL_ALT_BARO) { /* W84 = BARO + [low, high], so BARO = W84 - [low, high] */
    *lower = ft_floor(bounds->lower - apart - reach->baro_high.mm) - 1;
    *upper = ft_ceil(bounds->upper + apart - reach->baro_low.mm) + 1;
  } else {
    *lower = bounds->lower * SL_FT_TO_MM_NUM / SL_FT_TO_MM_DEN - apart + reach->baro_low.mm - 1;
    *upper = bounds->upper * SL_FT_TO_MM_NUM / SL_FT_TO_MM_DEN + apart + reach->baro_high.mm + 1;
  }
  return true;
}

bool sl_bounds_meet(const sl_bounds *a, const sl_bounds *b) {
  return a->south <= b->north && b->south <= a->north && a->window.start.ns < b->window.end.ns &&
         b->window.start.ns < a->window.end.ns &&
         (sl_lon_east(a->west, b->west) <= a->width || sl_lon_east(b->west, a->west) <= b->width);
}

static bool length_valid(int64_t mm) { return mm >= 0 && mm <= SL_LEN_MAX_MM; }

bool sl_minima_valid(const sl_minima *minima) {
  return length_valid(minima->lateral.mm) && length_valid(minima->vertical_w84.mm) && minima->vertical_ft >= 0 &&
         minima->vertical_ft <= 1000000 && minima->grow.ns >= 0 && minima->grow.ns <= SL_MINIMA_GROW_MAX_NS &&
         (!minima->baro_bounded || (minima->baro_low.mm <= minima->baro_high.mm &&
                                    llabs(minima->baro_low.mm) <= SL_LEN_MAX_MM && llabs(minima->baro_high.mm) <= SL_LEN_MAX_MM));
}
