/* What a side files completely (L3). Bounds lie in a coverage when one box holds
 * them whole: several boxes together are doubt, which is the cheap and safe side.
 * At most 16 boxes are walked. Longitude differences are taken modulo the circle. */
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

static bool holds_area(const sl_cover_box *box, const sl_granule *bounds) {
  if (bounds->south_west.lat_nd < box->south_west.lat_nd) return false;
  if (bounds->north_east.lat_nd > box->north_east.lat_nd) return false;
  if (whole_circle(box->south_west, box->north_east)) return true;
  if (whole_circle(bounds->south_west, bounds->north_east)) return false;
  int64_t width = eastward(box->south_west.lon_nd, box->north_east.lon_nd);
  int64_t start = eastward(box->south_west.lon_nd, bounds->south_west.lon_nd);
  return start + eastward(bounds->south_west.lon_nd, bounds->north_east.lon_nd) <= width;
}

static bool holds_band(const sl_cover_box *box, const sl_band *band) {
  switch (band->ref) {
    case SL_ALT_W84:
      return box->lower.mm <= band->as.w84.lower.mm && band->as.w84.upper.mm <= box->upper.mm;
    case SL_ALT_BARO:
      return box->lower_baro.ft <= band->as.baro.lower.ft && band->as.baro.upper.ft <= box->upper_baro.ft;
    case SL_ALT_COLUMN:
      return box->lower.mm == SL_ALT_W84_MIN_MM && box->upper.mm == SL_ALT_W84_MAX_MM &&
             box->lower_baro.ft == SL_ALT_BARO_MIN_FT && box->upper_baro.ft == SL_ALT_BARO_MAX_FT;
  }
  return false;
}

static bool holds_window(const sl_cover_box *box, sl_window window) {
  if (!box->hours) return true;
  int64_t open = box->open * SL_NS_PER_MIN;
  int64_t length = box->shut * SL_NS_PER_MIN - open;
  if (length <= 0) length += WEEK_NS;
  if (length == WEEK_NS) return true;
  int64_t into = (window.start.ns % WEEK_NS + EPOCH_IN_WEEK_NS - open + WEEK_NS) % WEEK_NS;
  return window.end.ns - window.start.ns <= length - into;
}

static bool bounds_good(const sl_granule *bounds) {
  if (!position_good(bounds->south_west) || !position_good(bounds->north_east)) return false;
  if (bounds->south_west.lat_nd > bounds->north_east.lat_nd) return false;
  const sl_band *band = &bounds->band;
  if (band->ref == SL_ALT_W84 && band->as.w84.lower.mm > band->as.w84.upper.mm) return false;
  if (band->ref == SL_ALT_BARO && band->as.baro.lower.ft > band->as.baro.upper.ft) return false;
  const sl_window *window = &bounds->window;
  return window->start.ns >= 0 && window->start.ns < window->end.ns && window->end.ns <= SL_TIME_MAX_NS;
}

bool sl_coverage_holds(const sl_coverage *coverage, const sl_granule *bounds, uint8_t classes) {
  SL_ASSERT(coverage != NULL && bounds != NULL);
  if (classes == 0 || coverage->count > SL_COVER_BOXES_MAX || !bounds_good(bounds)) return false;
  for (uint32_t i = 0; i < coverage->count; i++) {
    const sl_cover_box *box = &coverage->box[i];
    if (box_check(box) != SL_OK || (box->classes & classes) != classes) continue;
    if (holds_area(box, bounds) && holds_band(box, &bounds->band) && holds_window(box, bounds->window)) return true;
  }
  return false;
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
