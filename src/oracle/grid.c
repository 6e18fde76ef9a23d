/* The index's grid in integers: shifts for cells, a table of latitudes for the
 * widening of rows. Nothing here can miss for rounding: a quantised bound is a
 * monotone image of the exact one, and images compare as closed intervals.
 *
 * Work expected: one filing for each piece inserted, one range and some ten probe
 * boxes for each table of a query. */
#include "oracle/grid.h"

#include "base/assert.h"

#define LANE_BITS 15u   /* a cell is 2^15 lane units; a piece may reach over two cells */

/* From these latitudes on (acos(2^-(j - 1/2)), nanodegrees) columns are 2, 4, 8 ...
 * times wider in degrees than rows are high. */
static const int64_t widening_from[] = {
    45000000000, 69295188945, 79817932597, 84929103317, 87467035371, 88733827125, 89366952210, 89683480935,
    89841741071, 89920870611, 89960435315, 89980217659, 89990108829, 89995054415, 89997527207};
#define WIDENINGS (sizeof widening_from / sizeof widening_from[0])
#define WHOLE_ROW SL_GRID_WHOLE_ROW

unsigned sl_grid_widening(unsigned lateral, int64_t row) {
  SL_ASSERT(lateral < SL_GRID_LATERALS);
  unsigned shift = sl_grid_lat_shift(lateral);
  int64_t low = row * (INT64_C(1) << shift);
  int64_t high = low + (INT64_C(1) << shift);
  int64_t margin = INT64_C(1) << shift;
  if (lateral == SL_GRID_LATERALS - 1 || high + margin > SL_ND_90 || low - margin < -SL_ND_90) {
    return WHOLE_ROW;
  }
  int64_t middle = low / 2 + high / 2;
  int64_t lat = middle < 0 ? -middle : middle;
  unsigned j = 0;
  while (j < WIDENINGS && lat >= widening_from[j]) {
    j++;
  }
  return (INT64_C(8) << (shift + j)) >= SL_ND_360 ? WHOLE_ROW : j;
}

static int64_t columns_of(unsigned lateral, unsigned widening) {
  return widening == WHOLE_ROW ? 1 : ((SL_ND_360 - 1) >> (sl_grid_lat_shift(lateral) + widening)) + 1;
}

int64_t sl_grid_columns(unsigned lateral, int64_t row) { return columns_of(lateral, sl_grid_widening(lateral, row)); }

/* A lane: an offset from a cell's corner in units of 2^-15 cell, kept in range. */
static int16_t lane(int64_t offset, unsigned shift) {
  int64_t q = (offset >> (shift - LANE_BITS)) + INT16_MIN;
  return (int16_t)(q < INT16_MIN ? INT16_MIN : q > INT16_MAX ? INT16_MAX : q);
}

static int16_t not16(int16_t value) { return (int16_t)~value; }

/* Altitudes as lanes. W84: 1 m up to 16 km, 66 m above. Pressure: 8 ft. */
static int16_t lane_altitude(sl_alt_ref ref, int64_t value) {
  int64_t q;
  if (ref == SL_ALT_BARO) {
    q = (value - SL_ALT_BARO_MIN_FT) >> 3;
  } else {
    const int64_t knee = INT64_C(16384000);
    q = value < knee ? (value - SL_ALT_W84_MIN_MM) >> 10 : ((knee - SL_ALT_W84_MIN_MM) >> 10) + ((value - knee) >> 16);
  }
  q += INT16_MIN;
  return (int16_t)(q < INT16_MIN ? INT16_MIN : q > INT16_MAX ? INT16_MAX : q);
}

unsigned sl_grid_lateral(const sl_bounds *bounds, int64_t *row, unsigned *widening) {
  int64_t height = bounds->north - bounds->south;
  for (unsigned k = 0;; k++) {
    unsigned shift = sl_grid_lat_shift(k);
    *row = bounds->south >> shift;
    if (height <= INT64_C(1) << shift) {
      *widening = sl_grid_widening(k, *row);
      if (*widening == WHOLE_ROW || bounds->width <= INT64_C(1) << (shift + *widening)) {
        return k;
      }
    }
    SL_ASSERT(k + 1 < SL_GRID_LATERALS);
  }
}

static unsigned time_level(const sl_window *window) {
  int64_t length = window->end.ns - window->start.ns;
  unsigned m = 0;
  while (m + 1 < SL_GRID_TIMES && length > INT64_C(1) << sl_grid_time_shift(m)) {
    m++;
  }
  return m;
}

/* The start of a column, counted eastward from the antimeridian. */
static int64_t from_antimeridian(int64_t lon) { return lon + SL_ND_180; }

/* At the last level one cell, counted from 1970, is all of time. */
static int64_t time_start(sl_grid_level level, int64_t cell) {
  return cell == 0 ? 0 : cell * (INT64_C(1) << sl_grid_time_shift(level.time));
}
static int64_t time_cell(sl_grid_level level, int64_t ns) {
  return level.time + 1u == SL_GRID_TIMES ? 0 : ns >> sl_grid_time_shift(level.time);
}

static sl_box file_box(const sl_bounds *bounds, sl_grid_level level, sl_grid_cell cell, unsigned widening) {
  unsigned shift = sl_grid_lat_shift(level.lateral);
  int64_t south = bounds->south - cell.row * (INT64_C(1) << shift);
  int64_t start = time_start(level, cell.time);
  int16_t west = INT16_MIN, east = INT16_MAX;
  if (widening != WHOLE_ROW) {
    int64_t offset = from_antimeridian(bounds->west) - cell.column * (INT64_C(1) << (shift + widening));
    west = lane(offset, shift + widening);
    east = lane(offset + bounds->width, shift + widening);
  }
  bool column = level.ref == SL_ALT_COLUMN;
  int16_t lower = column ? INT16_MIN : lane_altitude(level.ref, bounds->lower);
  int16_t upper = column ? INT16_MAX : lane_altitude(level.ref, bounds->upper);
  return (sl_box){lane(south, shift), west, lane(bounds->window.start.ns - start, sl_grid_time_shift(level.time)), lower,
                  not16(lane(south + bounds->north - bounds->south, shift)), not16(east),
                  not16(lane(bounds->window.end.ns - start, sl_grid_time_shift(level.time))), not16(upper)};
}

sl_filing sl_grid_file(const sl_bounds *bounds) {
  SL_ASSERT(bounds->south >= -SL_ND_90 && bounds->north <= SL_ND_90 && bounds->south <= bounds->north);
  SL_ASSERT(bounds->west >= -SL_ND_180 && bounds->west < SL_ND_180);
  SL_ASSERT(bounds->width >= 0 && bounds->width <= SL_ND_360);
  sl_filing out;
  unsigned widening;
  out.level.ref = bounds->ref;
  out.level.lateral = (uint8_t)sl_grid_lateral(bounds, &out.cell.row, &widening);
  out.level.time = (uint8_t)time_level(&bounds->window);
  bool whole = widening == WHOLE_ROW;
  unsigned shift = sl_grid_lat_shift(out.level.lateral) + widening;
  out.cell.column = whole ? 0 : from_antimeridian(bounds->west) >> shift;
  out.cell.time = time_cell(out.level, bounds->window.start.ns);
  out.reach.lat = bounds->north - bounds->south;
  out.reach.lon = whole ? 0 : (bounds->width >> widening) + 1;
  out.reach.time = bounds->window.end.ns - bounds->window.start.ns;
  out.box = file_box(bounds, out.level, out.cell, widening);
  return out;
}

/* Rows within +-2^15, columns under 2^16, groups within +-2^27. */
#define ROW_BIAS INT64_C(32768)
#define GROUP_BIAS (INT64_C(1) << 27)

uint64_t sl_grid_key(int64_t row, int64_t column, int64_t group) {
  SL_ASSERT(column >= 0 && column < 65536);
  return ((uint64_t)(row + ROW_BIAS) << 44) | ((uint64_t)column << 28) | (uint64_t)(group + GROUP_BIAS);
}

sl_grid_cell sl_grid_unkey(uint64_t key) {
  return (sl_grid_cell){(int64_t)(key >> 44) - ROW_BIAS, (int64_t)(key >> 28 & 0xFFFF),
                        ((int64_t)(key & 0xFFFFFFF) - GROUP_BIAS) * (int64_t)SL_GRID_GROUP};
}

sl_grid_probe sl_grid_probe_of(const sl_bounds *bounds, sl_alt_ref ref, const sl_minima *reach) {
  sl_grid_probe out = {.bounds = sl_bounds_grow(bounds, reach), .lower = INT16_MIN, .upper = INT16_MAX};
  int64_t lower, upper;
  if (sl_bounds_band(&lower, &upper, bounds, ref, reach)) {
    out.lower = lane_altitude(ref, lower);
    out.upper = lane_altitude(ref, upper);
  }
  return out;
}

/* West and east of the probe as lanes of a cell that is `wide` wide and begins at
 * `corner`: of the turns of the probe, the one that reaches the cell; when two do,
 * everything. */
static void probe_lons(int16_t *west, int16_t *east, const sl_bounds *bounds, int64_t corner, unsigned shift) {
  int64_t offset = from_antimeridian(bounds->west) - corner;
  if (offset < 0) {
    offset += SL_ND_360;
  }
  bool ahead = offset <= INT64_C(2) << shift;
  bool behind = offset - SL_ND_360 + bounds->width >= 0;
  *west = INT16_MIN;
  *east = INT16_MAX;
  if (ahead && !behind) {
    *west = lane(offset, shift);
  } else if (behind && !ahead) {
    *east = lane(offset - SL_ND_360 + bounds->width, shift);
  }
  if (ahead && !behind) {
    *east = lane(offset + bounds->width, shift);
  }
}

sl_box sl_grid_probe_place(const sl_grid_probe *probe, sl_grid_level level, int64_t row, unsigned widening, int64_t column) {
  const sl_bounds *bounds = &probe->bounds;
  unsigned shift = sl_grid_lat_shift(level.lateral);
  int64_t corner = row * (INT64_C(1) << shift);
  int16_t west = INT16_MIN, east = INT16_MAX;
  if (widening != WHOLE_ROW) {
    probe_lons(&west, &east, bounds, column * (INT64_C(1) << (shift + widening)), shift + widening);
  }
  return (sl_box){lane(bounds->north - corner, shift), east, 0, probe->upper,
                  not16(lane(bounds->south - corner, shift)), not16(west), 0, not16(probe->lower)};
}

sl_box sl_grid_probe_then(sl_box place, const sl_grid_probe *probe, sl_grid_level level, int64_t time) {
  int64_t start = time_start(level, time);
  place[2] = lane(probe->bounds.window.end.ns - start, sl_grid_time_shift(level.time));
  place[6] = not16(lane(probe->bounds.window.start.ns - start, sl_grid_time_shift(level.time)));
  return place;
}

sl_grid_range sl_grid_range_of(const sl_grid_probe *probe, sl_grid_level level, const sl_grid_reach *reach) {
  const sl_bounds *bounds = &probe->bounds;
  unsigned shift = sl_grid_lat_shift(level.lateral);
  int64_t south = bounds->south - reach->lat;
  return (sl_grid_range){.row_first = (south < -SL_ND_90 ? -SL_ND_90 : south) >> shift,
                         .row_last = bounds->north >> shift,
                         .time_first = time_cell(level, bounds->window.start.ns - reach->time),
                         .time_last = time_cell(level, bounds->window.end.ns)};
}

sl_grid_row sl_grid_row_of(const sl_grid_probe *probe, sl_grid_level level, const sl_grid_reach *reach, int64_t row) {
  sl_grid_row out = {.row = row, .widening = sl_grid_widening(level.lateral, row), .runs = 1};
  int64_t columns = columns_of(level.lateral, out.widening);
  int64_t back = out.widening == WHOLE_ROW ? 0 : reach->lon << out.widening;
  out.run[0] = (sl_grid_run){0, columns - 1};
  if (columns == 1 || probe->bounds.width + back >= SL_ND_360) {
    return out;
  }
  unsigned shift = sl_grid_lat_shift(level.lateral) + out.widening;
  int64_t west = from_antimeridian(sl_lon_wrap(probe->bounds.west - back));
  int64_t east = west + back + probe->bounds.width;
  if (east < SL_ND_360) {
    out.run[0] = (sl_grid_run){west >> shift, east >> shift};
    return out;
  }
  int64_t first = west >> shift, last = (east - SL_ND_360) >> shift;
  if (last < first) { /* else they meet behind: one run, so that no cell is looked at twice */
    out.run[0].first = first;
    out.run[1] = (sl_grid_run){0, last};
    out.runs = 2;
  }
  return out;
}
