/* Cutting trajectories into pieces: greedily, at the finest size that gives few
 * enough. A size that gives too many is given up after SL_PIECES_MAX pieces, so that
 * the attempts together cost little more than the last. */
#include "oracle/pieces.h"

#include "base/assert.h"
#include "oracle/grid.h"

/* Whether bounds are no larger than a cell of the levels. */
static bool fits(const sl_bounds *bounds, unsigned lateral, unsigned time) {
  unsigned shift = sl_grid_lat_shift(lateral);
  unsigned widening = sl_grid_widening(lateral, bounds->south >> shift);
  bool wide = shift + widening < 40 && bounds->width > INT64_C(1) << (shift + widening);
  return !wide && bounds->north - bounds->south <= INT64_C(1) << shift &&
         bounds->window.end.ns - bounds->window.start.ns <= INT64_C(1) << sl_grid_time_shift(time);
}

/* Cut; 0 when it takes more than SL_PIECES_MAX. */
static uint32_t cut(sl_bounds out[static SL_PIECES_MAX], const sl_prepared *prepared, uint32_t legs, unsigned lateral,
                    unsigned time) {
  uint32_t count = 0;
  sl_bounds piece = sl_bounds_leg(prepared, 0);
  for (uint32_t leg = 1; leg < legs; leg++) {
    sl_bounds next = sl_bounds_leg(prepared, leg);
    sl_bounds joined = sl_bounds_join(&piece, &next);
    if (fits(&joined, lateral, time)) {
      piece = joined;
      continue;
    }
    if (count + 1 == SL_PIECES_MAX) {
      return 0;
    }
    out[count++] = piece;
    piece = next;
  }
  out[count++] = piece;
  return count;
}

/* Whether cells of the level are so small that SL_PIECES_MAX of them in a row do not
 * span the whole: then cutting need not be tried. */
static bool hopeless(const sl_bounds *whole, unsigned level) {
  const int64_t most = SL_PIECES_MAX;
  return whole->north - whole->south > most << sl_grid_lat_shift(level) ||
         whole->window.end.ns - whole->window.start.ns > most << sl_grid_time_shift(level);
}

uint32_t sl_pieces_of(sl_bounds out[static SL_PIECES_MAX], const sl_prepared *prepared) {
  uint32_t legs = sl_bounds_legs(prepared);
  if (legs <= 1) {
    out[0] = sl_bounds_of(prepared);
    return 1;
  }
  sl_bounds whole = sl_bounds_of(prepared);
  for (unsigned level = 0; level + 1 < SL_GRID_LATERALS; level++) {
    uint32_t count = hopeless(&whole, level) ? 0 : cut(out, prepared, legs, level, level);
    if (count) {
      SL_ASSERT(count <= SL_PIECES_MAX);
      return count;
    }
  }
  out[0] = whole;
  return 1;
}
