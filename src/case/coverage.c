/* What a side files completely (L3). Bounds lie in a coverage when its boxes hold them
 * together: each box is taken away from them in latitude, longitude, altitude and time,
 * in integers, and what is left over, at most eight boxes, is asked of the others. At
 * most 16 boxes are walked, which cover mostly at once. Longitude differences are taken
 * modulo the circle, times modulo the week; each is laid out from the start of the
 * bounds, where a box lies at most twice. */
#include "case/coverage.h"

#include <math.h>
#include <stddef.h>

#include "base/assert.h"
#include "case/agreement.h"

#define HALF_CIRCLE (180 * SL_ND_PER_DEG)
#define CIRCLE (360 * SL_ND_PER_DEG)
#define QUARTER (90 * SL_ND_PER_DEG)
#define WEEK_NS ((int64_t)SL_WEEK_MINUTES * SL_NS_PER_MIN)
/* 1970-01-01 was a Thursday: the third day after Monday. */
#define EPOCH_IN_WEEK_NS (3 * 24 * SL_NS_PER_H)
/* Millimetres per degree, both rounded down: of latitude at the equator, where it is
 * least on WGS84 (110,574.27 m), and of longitude there (111,319.49 m). */
#define MM_PER_DEG_LAT INT64_C(110574000)
#define MM_PER_DEG_LON 111319490.0
/* Poleward of this a box of longitudes is the whole circle. */
#define NEAR_POLE (QUARTER - SL_ND_PER_DEG / 100)

static bool position_good(sl_pos pos) {
  return pos.lat_nd >= -QUARTER && pos.lat_nd <= QUARTER && pos.lon_nd >= -HALF_CIRCLE && pos.lon_nd <= HALF_CIRCLE;
}

sl_cover_box sl_cover_everything(void) {
  return (sl_cover_box){
    .south_west = {-QUARTER, -HALF_CIRCLE},
    .north_east = {QUARTER, HALF_CIRCLE},
    .lower = {SL_ALT_W84_MIN_MM},
    .upper = {SL_ALT_W84_MAX_MM},
    .lower_baro = {SL_ALT_BARO_MIN_FT},
    .upper_baro = {SL_ALT_BARO_MAX_FT},
    .classes = (1u << SL_CLASS_COUNT) - 1u,
  };
}

static sl_err box_check(const sl_cover_box *box) {
  if (!position_good(box->south_west) || !position_good(box->north_east)) return SL_ERR_RANGE;
  if (box->lower.mm < SL_ALT_W84_MIN_MM || box->upper.mm > SL_ALT_W84_MAX_MM) return SL_ERR_RANGE;
  if (box->lower_baro.ft < SL_ALT_BARO_MIN_FT || box->upper_baro.ft > SL_ALT_BARO_MAX_FT) return SL_ERR_RANGE;
  if (box->hours && (box->open >= SL_WEEK_MINUTES || box->shut > SL_WEEK_MINUTES)) return SL_ERR_RANGE;
  if (box->classes == 0 || box->classes >> SL_CLASS_COUNT) return SL_ERR_RANGE;
  if (box->south_west.lat_nd > box->north_east.lat_nd) return SL_ERR_ORDER;
  if (box->lower.mm > box->upper.mm || box->lower_baro.ft > box->upper_baro.ft) return SL_ERR_ORDER;
  return SL_OK;
}

sl_err sl_coverage_check(const sl_coverage *coverage, uint32_t *ret_index) {
  SL_ASSERT(coverage != NULL);
  if (coverage->count > SL_COVER_BOXES_MAX) return SL_ERR_CAP;
  for (uint32_t i = 0; i < coverage->count; i++) {
    sl_err err = box_check(&coverage->box[i]);
    if (err != SL_OK) {
      if (ret_index) *ret_index = i;
      return err;
    }
  }
  return SL_OK;
}

/* How far east of `from` is `to`, in [0, CIRCLE). */
static int64_t eastward(int64_t from, int64_t to) {
  int64_t by = (to - from) % CIRCLE;
  return by < 0 ? by + CIRCLE : by;
}

static bool whole_circle(sl_pos south_west, sl_pos north_east) {
  return south_west.lon_nd == -HALF_CIRCLE && north_east.lon_nd == HALF_CIRCLE;
}

enum { LATITUDE, LONGITUDE, ALTITUDE, TIME, DIMENSIONS };
#define PIECES_MAX (4 * SL_COVER_BOXES_MAX) /* a box lies twice in longitude, twice in time */
#define STEPS_MAX 100000u                   /* boxes taken away from what is left; more is doubt */

/* Closed on all sides. What is taken away leaves closed rests: closed boxes that hold
 * all but a side of a rest hold the side as well. */
typedef struct extent { int64_t low[DIMENSIONS], high[DIMENSIONS]; } extent;

/* Whether the box takes more off the rest than a side. */
static bool takes(const extent *box, const extent *rest) {
  for (int d = 0; d < DIMENSIONS; d++) {
    int64_t low = box->low[d] > rest->low[d] ? box->low[d] : rest->low[d];
    int64_t high = box->high[d] < rest->high[d] ? box->high[d] : rest->high[d];
    if (low > high || (low == high && rest->low[d] < rest->high[d])) return false;
  }
  return true;
}

/* Whether the boxes together hold the rest. False too when it takes too many steps. */
static bool held(extent rest, const extent *box, uint32_t count, uint32_t *steps) {
  for (uint32_t i = 0; i < count; i++) {
    if (!takes(box + i, &rest)) continue;
    if (++*steps > STEPS_MAX) return false;
    for (int d = 0; d < DIMENSIONS; d++) {
      extent over = rest, under = rest;
      under.high[d] = box[i].low[d];
      over.low[d] = box[i].high[d];
      if (under.high[d] > under.low[d] && !held(under, box + i + 1, count - i - 1, steps)) return false;
      if (over.high[d] > over.low[d] && !held(over, box + i + 1, count - i - 1, steps)) return false;
      if (rest.low[d] < box[i].low[d]) rest.low[d] = box[i].low[d];
      if (rest.high[d] > box[i].high[d]) rest.high[d] = box[i].high[d];
    }
    return true;
  }
  return false;
}

/* The altitudes of a box in a reference. */
static void set_altitudes(extent *out, const sl_cover_box *box, sl_alt_ref ref) {
  out->low[ALTITUDE] = ref == SL_ALT_W84 ? box->lower.mm : box->lower_baro.ft;
  out->high[ALTITUDE] = ref == SL_ALT_W84 ? box->upper.mm : box->upper_baro.ft;
}

/* Where something of a length that starts `after` the bounds, on a circle, lies along
 * them: here, and once more a turn earlier. */
static uint32_t lay(int64_t low[2], int64_t high[2], int64_t after, int64_t length, int64_t turn) {
  if (length >= turn) {
    low[0] = 0;
    high[0] = turn;
    return 1;
  }
  low[0] = after;
  high[0] = after + length;
  low[1] = after - turn;
  high[1] = after - turn + length;
  return 2;
}

static int64_t width_of(sl_pos south_west, sl_pos north_east) {
  if (whole_circle(south_west, north_east)) return CIRCLE;
  return eastward(south_west.lon_nd, north_east.lon_nd);
}

/* How far into the week a time is. */
static int64_t into_week(int64_t ns) { return (ns % WEEK_NS + EPOCH_IN_WEEK_NS) % WEEK_NS; }

/* The bounds, laid out from their own west and start. */
static extent laid_bounds(const sl_granule *bounds) {
  extent out = {.low = {bounds->south_west.lat_nd}, .high = {bounds->north_east.lat_nd}};
  out.high[LONGITUDE] = width_of(bounds->south_west, bounds->north_east);
  int64_t lasts = bounds->window.end.ns - bounds->window.start.ns;
  out.high[TIME] = lasts < WEEK_NS ? lasts : WEEK_NS;
  return out;
}

/* The box, laid out from the west and start of the bounds: up to four pieces. */
static uint32_t laid_box(extent out[4], const sl_cover_box *box, const sl_granule *bounds, sl_alt_ref ref) {
  int64_t west[2], east[2], from[2], to[2], open = box->open * SL_NS_PER_MIN, length = WEEK_NS;
  if (box->hours) {
    length = box->shut * SL_NS_PER_MIN - open;
    if (length <= 0) length += WEEK_NS;
  }
  uint32_t wide = lay(west, east, eastward(bounds->south_west.lon_nd, box->south_west.lon_nd),
                      width_of(box->south_west, box->north_east), CIRCLE);
  uint32_t spans = lay(from, to, (open - into_week(bounds->window.start.ns) + WEEK_NS) % WEEK_NS, length, WEEK_NS);
  uint32_t count = 0;
  for (uint32_t i = 0; i < wide; i++)
    for (uint32_t k = 0; k < spans; k++) {
      out[count] = (extent){.low = {box->south_west.lat_nd, west[i], 0, from[k]}, .high = {box->north_east.lat_nd, east[i], 0, to[k]}};
      set_altitudes(out + count++, box, ref);
    }
  return count;
}

/* Whether the boxes that are for one class hold the bounds, at altitudes low to high. */
static bool holds_class(const sl_coverage *coverage, const sl_granule *bounds, uint8_t class_bit, sl_alt_ref ref, int64_t low,
                        int64_t high) {
  extent piece[PIECES_MAX], whole = laid_bounds(bounds);
  uint32_t count = 0, steps = 0;
  whole.low[ALTITUDE] = low;
  whole.high[ALTITUDE] = high;
  for (uint32_t i = 0; i < coverage->count; i++) {
    const sl_cover_box *box = &coverage->box[i];
    if (box_check(box) == SL_OK && (box->classes & class_bit)) count += laid_box(piece + count, box, bounds, ref);
  }
  SL_ASSERT(count <= PIECES_MAX);
  return held(whole, piece, count, &steps);
}

static bool bounds_good(const sl_granule *bounds) {
  if (!position_good(bounds->south_west) || !position_good(bounds->north_east)) return false;
  if (bounds->south_west.lat_nd > bounds->north_east.lat_nd) return false;
  const sl_band *band = &bounds->band;
  if (band->ref != SL_ALT_W84 && band->ref != SL_ALT_BARO && band->ref != SL_ALT_COLUMN) return false;
  if (band->ref == SL_ALT_W84 && band->as.w84.lower.mm > band->as.w84.upper.mm) return false;
  if (band->ref == SL_ALT_BARO && band->as.baro.lower.ft > band->as.baro.upper.ft) return false;
  const sl_window *window = &bounds->window;
  return window->start.ns >= 0 && window->start.ns < window->end.ns && window->end.ns <= SL_TIME_MAX_NS;
}

bool sl_coverage_holds(const sl_coverage *coverage, const sl_granule *bounds, uint8_t classes) {
  SL_ASSERT(coverage != NULL && bounds != NULL);
  if (classes == 0 || coverage->count > SL_COVER_BOXES_MAX || !bounds_good(bounds)) return false;
  const sl_band *band = &bounds->band;
  for (unsigned k = 0; k < 8; k++) {
    uint8_t bit = (uint8_t)(1u << k);
    if (!(classes & bit)) continue;
    bool w84 = band->ref != SL_ALT_BARO, baro = band->ref != SL_ALT_W84, column = w84 && baro;
    if (w84 && !holds_class(coverage, bounds, bit, SL_ALT_W84, column ? SL_ALT_W84_MIN_MM : band->as.w84.lower.mm,
                            column ? SL_ALT_W84_MAX_MM : band->as.w84.upper.mm))
      return false;
    if (baro && !holds_class(coverage, bounds, bit, SL_ALT_BARO, column ? SL_ALT_BARO_MIN_FT : band->as.baro.lower.ft,
                             column ? SL_ALT_BARO_MAX_FT : band->as.baro.upper.ft))
      return false;
  }
  return true;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : value > high ? high : value;
}

/* Every geodesic of length `lateral` from the bounds stays between the grown
 * latitudes; there a degree of longitude is at least MM_PER_DEG_LON times the cosine
 * of the one nearest a pole, since the prime vertical is never under the equatorial
 * radius. The margin of 1e-6 is far over the rounding of cos() and the products. */
static void grow_longitude(sl_granule *bounds, int64_t lateral) {
  int64_t south = -bounds->south_west.lat_nd;
  int64_t north = bounds->north_east.lat_nd;
  int64_t poleward = south > north ? south : north;
  double by = 360.0;
  if (poleward < NEAR_POLE) {
    double radians = (double)(poleward > 0 ? poleward : 0) * (3.14159265358979323846 / 180e9);
    by = (double)lateral / (MM_PER_DEG_LON * cos(radians)) * (1.0 + 1e-6) + 1e-6;
  }
  int64_t width = whole_circle(bounds->south_west, bounds->north_east)
                    ? CIRCLE
                    : eastward(bounds->south_west.lon_nd, bounds->north_east.lon_nd);
  int64_t margin = by < 180.0 ? (int64_t)(by * 1e9) + 1 : HALF_CIRCLE;
  if (width + 2 * margin >= CIRCLE) {
    bounds->south_west.lon_nd = -HALF_CIRCLE;
    bounds->north_east.lon_nd = HALF_CIRCLE;
    return;
  }
  bounds->south_west.lon_nd = eastward(-HALF_CIRCLE, bounds->south_west.lon_nd - margin) - HALF_CIRCLE;
  bounds->north_east.lon_nd = eastward(-HALF_CIRCLE, bounds->north_east.lon_nd + margin) - HALF_CIRCLE;
}

static void grow_band(sl_band *band, const sl_minima *minima) {
  if (band->ref == SL_ALT_W84) {
    int64_t by = clamp(minima->vertical_w84.mm, 0, SL_LEN_MAX_MM);
    band->as.w84.lower.mm = clamp(band->as.w84.lower.mm - by, SL_ALT_W84_MIN_MM, SL_ALT_W84_MAX_MM);
    band->as.w84.upper.mm = clamp(band->as.w84.upper.mm + by, SL_ALT_W84_MIN_MM, SL_ALT_W84_MAX_MM);
  } else if (band->ref == SL_ALT_BARO) {
    int64_t lower = (int64_t)band->as.baro.lower.ft - minima->vertical_ft;
    int64_t upper = (int64_t)band->as.baro.upper.ft + minima->vertical_ft;
    band->as.baro.lower.ft = (int32_t)clamp(lower, SL_ALT_BARO_MIN_FT, SL_ALT_BARO_MAX_FT);
    band->as.baro.upper.ft = (int32_t)clamp(upper, SL_ALT_BARO_MIN_FT, SL_ALT_BARO_MAX_FT);
  }
}

sl_granule sl_granule_grow(const sl_granule *bounds, const sl_minima *minima, sl_dur tolerance) {
  SL_ASSERT(bounds != NULL && minima != NULL);
  sl_granule grown = *bounds;
  if (!bounds_good(bounds)) return grown;
  int64_t lateral = clamp(minima->lateral.mm, 0, SL_LEN_MAX_MM);
  int64_t by = (lateral * 1000 / (MM_PER_DEG_LAT / 1000) + 1) * 1000;
  grown.south_west.lat_nd = clamp(grown.south_west.lat_nd - by, -QUARTER, QUARTER);
  grown.north_east.lat_nd = clamp(grown.north_east.lat_nd + by, -QUARTER, QUARTER);
  grow_longitude(&grown, lateral);
  grow_band(&grown.band, minima);
  int64_t most = SL_TIME_MAX_NS / 8;
  int64_t time = clamp(minima->grow.ns, 0, most) + clamp(tolerance.ns, 0, most);
  grown.window.start.ns = clamp(grown.window.start.ns - time, 0, SL_TIME_MAX_NS);
  grown.window.end.ns = clamp(grown.window.end.ns + time, 0, SL_TIME_MAX_NS);
  return grown;
}
