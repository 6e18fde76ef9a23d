/* The granule grid. Which cells there are is decided in integers; the object that
 * stands for a cell is computed in floating point and outward, since its edges are
 * geodesics and the cell's are parallels.
 *
 * Work expected: some ten cells for each submission that conflicts. */
#include "oracle/granule_grid.h"

#include <math.h>

#include "base/assert.h"
#include "oracle/prepared.h"

/* A nautical mile is a minute of latitude: 111,120 m to the degree. */
#define MM_PER_DEG INT64_C(111120000)
/* Beyond a thousandth of its width a cell is widened by this, mm: more than twice
 * the error of a verdict between objects of up to 100 km, so that what conflicts
 * with the plan is not CLEAR of the cell. */
#define GROW_MM INT64_C(2000)
#define GROW_W84_MM 50   /* the same in altitude */

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

sl_err sl_granule_grid_init(sl_granule_grid *out, const sl_granule_size *size) {
  if (size->lateral.mm < SL_GRANULE_LATERAL_MIN_MM || size->lateral.mm > SL_GRANULE_LATERAL_MAX_MM ||
      size->vertical_w84.mm <= 0 || size->vertical_w84.mm > SL_LEN_MAX_MM || size->vertical_ft <= 0 || size->time.ns <= 0) {
    return SL_ERR_RANGE;
  }
  out->size = *size;
  out->row_nd = size->lateral.mm * (SL_ND_PER_DEG / 1000) / (MM_PER_DEG / 1000);
  out->rows = SL_ND_90 / out->row_nd;
  out->grow_mm = GROW_MM + size->lateral.mm / 1000;
  SL_ASSERT(out->rows >= 2);
  return SL_OK;
}

int64_t sl_granule_row(const sl_granule_grid *grid, int64_t lat_nd) {
  int64_t row = floor_div(lat_nd, grid->row_nd);
  return row < -grid->rows ? -grid->rows : row >= grid->rows ? grid->rows - 1 : row;
}

/* The row's edges by absolute latitude: near to the equator, and far from it. */
static int64_t near_edge(const sl_granule_grid *grid, int64_t row) {
  return (row < 0 ? -row - 1 : row) * grid->row_nd;
}
static bool is_cap(const sl_granule_grid *grid, int64_t row) { return row == grid->rows - 1 || row == -grid->rows; }

/* cos of a latitude times 2^20, by Bhaskara's (32400 - 4x^2) / (32400 + x^2) with x
 * in degrees: within 2% relative everywhere, and the same on every machine. */
static int64_t cosine_2_20(int64_t lat_nd) {
  int64_t x = lat_nd / 1000; /* microdegrees, at most 9e7 */
  int64_t square = x * x;
  const int64_t whole = INT64_C(32400) * 1000000 * 1000000;
  return (whole - 4 * square) / ((whole + square) >> 20);
}

int64_t sl_granule_columns(const sl_granule_grid *grid, int64_t row) {
  SL_ASSERT(row >= -grid->rows && row < grid->rows);
  if (is_cap(grid, row)) {
    return 1;
  }
  int64_t columns = (SL_ND_360 / grid->row_nd * cosine_2_20(near_edge(grid, row))) >> 20;
  return columns < 1 ? 1 : columns;
}

static int64_t column_nd(const sl_granule_grid *grid, int64_t row) {
  int64_t columns = sl_granule_columns(grid, row);
  return (SL_ND_360 + columns - 1) / columns;
}

int64_t sl_granule_column(const sl_granule_grid *grid, int64_t row, int64_t lon_nd) {
  return (sl_lon_wrap(lon_nd) + SL_ND_180) / column_nd(grid, row);
}

int64_t sl_granule_altitude(const sl_granule_grid *grid, sl_alt_ref ref, int64_t value) {
  if (ref == SL_ALT_COLUMN) {
    return 0;
  }
  return floor_div(value, ref == SL_ALT_BARO ? grid->size.vertical_ft : grid->size.vertical_w84.mm);
}

int64_t sl_granule_time(const sl_granule_grid *grid, int64_t ns) { return floor_div(ns, grid->size.time.ns); }

sl_bounds sl_granule_bounds(const sl_granule_grid *grid, const sl_granule_key *key) {
  sl_bounds out = {.ref = key->ref};
  out.south = key->row == -grid->rows ? -SL_ND_90 : key->row * grid->row_nd;
  out.north = key->row == grid->rows - 1 ? SL_ND_90 : (key->row + 1) * grid->row_nd;
  int64_t width = column_nd(grid, key->row);
  out.west = -SL_ND_180 + key->column * width;
  out.width = out.west + width > SL_ND_180 ? SL_ND_180 - out.west : width;
  int64_t height = key->ref == SL_ALT_BARO ? grid->size.vertical_ft : grid->size.vertical_w84.mm;
  if (key->ref == SL_ALT_COLUMN) {
    out.lower = INT32_MIN;
    out.upper = INT32_MAX;
  } else {
    out.lower = key->altitude * height;
    out.upper = (key->altitude + 1) * height;
  }
  out.window.start.ns = key->time * grid->size.time.ns;
  out.window.end.ns = (key->time + 1) * grid->size.time.ns;
  return out;
}

static sl_err prepare_shape(sl_prepared **out, sl_shape shape) {
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume = (sl_volume){.shape = shape, .band = {.ref = SL_ALT_COLUMN}, .window = {{0}, {1}}};
  sl_err err = sl_prepare(out, &object, NULL);
  SL_ASSERT(err == SL_OK || err == SL_ERR_NOMEM);
  return err;
}

/* The edges along parallels are cut into chords that leave them by no more than
 * this, so that no cell reaches far into the next: SL_BOUNDS_SLACK_MM covers it. */
#define BULGE_M 8.0
#define CHORDS_MAX 64

/* How many chords the edges of a cell `width` wide between two latitudes (radians)
 * take: a chord over w bulges by R w^2 sin f cos f / 8. */
static int chords(double width, double low, double high) {
  double bend = fmax(sin(low) * cos(low), sin(high) * cos(high));
  bend = low < SL_PI / 4 && high > SL_PI / 4 ? 0.5 : bend;
  double count = ceil(width * sqrt(6.4e6 * bend / (8 * BULGE_M)));
  SL_ASSERT(count <= CHORDS_MAX);
  return count < 1 ? 1 : (int)count;
}

/* Latitude of the ends of a chord of the parallel `lat` (radians) over `width`, so
 * that the geodesic between them stays on the equator's side of it: on a sphere its
 * middle at f is at tan m = tan f / cos(w / 2). A fiftieth more covers the ellipsoid. */
static double chord_latitude(double lat, double width) {
  double corner = atan(tan(lat) * cos(width / 2));
  return corner - (lat - corner) / 50;
}

/* An outline around a cell, or several, with absolute latitudes `low` to `high` in
 * radians, widened by `grow` mm. */
static sl_err prepare_outline(sl_prepared **out, int64_t grow, const sl_bounds *cell, double low, double high) {
  const double to_nd = 180e9 / SL_PI;
  double angle = (double)grow / 1000 / 6.33e6;
  double width = (double)cell->width / to_nd;
  high += angle;
  double aside = angle / cos(high) * 1.01;
  width += 2 * aside;
  int count = chords(width, low, high);
  low = chord_latitude(low, width / count) - angle;
  bool south = cell->south < 0;
  int64_t equator_side = llround((south ? -low : low) * to_nd);
  int64_t pole_side = llround((south ? -high : high) * to_nd);
  int64_t west = cell->west - llround(aside * to_nd), span = llround(width * to_nd);
  sl_pos vertex[2 * (CHORDS_MAX + 1)];
  for (int i = 0; i <= count; i++) {
    int64_t lon = sl_lon_wrap(west + span * i / count);
    vertex[i] = (sl_pos){equator_side, lon};
    vertex[2 * count + 1 - i] = (sl_pos){pole_side, lon};
  }
  sl_ring ring = {vertex, 2 * ((uint32_t)count + 1)};
  bool hole = false;
  sl_shape shape = {.kind = SL_SHAPE_POLYGON, .as.polygon = {&ring, &hole, 1, SL_EDGE_GEODESIC}};
  return prepare_shape(out, shape);
}

/* Of one row, on which the cap is one cell. */
static sl_err prepare_cells(sl_prepared **out, const sl_granule_grid *grid, int64_t row, const sl_bounds *cells, int64_t grow) {
  int64_t near_nd = near_edge(grid, row);
  if (is_cap(grid, row)) {
    /* No degree of latitude is longer than 111,694 m. */
    int64_t radius = (SL_ND_90 - near_nd) / 1000 * 111694 / 1000 + grow;
    sl_circle cap = {.centre = {row < 0 ? -SL_ND_90 : SL_ND_90, 0}, .radius = {radius}};
    return prepare_shape(out, (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = cap});
  }
  const double to_radians = SL_PI / 180e9;
  return prepare_outline(out, grow, cells, (double)near_nd * to_radians, (double)(near_nd + grid->row_nd) * to_radians);
}

sl_err sl_granule_prepare(sl_prepared **out, const sl_granule_grid *grid, int64_t row, int64_t column) {
  sl_granule_key key = {.row = row, .column = column, .ref = SL_ALT_COLUMN};
  sl_bounds cell = sl_granule_bounds(grid, &key);
  return prepare_cells(out, grid, row, &cell, grid->grow_mm);
}

/* Half as much again in width: the corners of a cell within lie off the strip's edge by
 * what the cell's own edge bulges, which is less than half of grow_mm for every size. */
sl_err sl_granule_prepare_strip(sl_prepared **out, const sl_granule_grid *grid, int64_t row, int64_t column, int64_t count) {
  SL_ASSERT(count > 0 && column + count <= sl_granule_columns(grid, row));
  sl_granule_key key = {.row = row, .column = column, .ref = SL_ALT_COLUMN};
  sl_bounds cells = sl_granule_bounds(grid, &key);
  key.column += count - 1;
  sl_bounds last = sl_granule_bounds(grid, &key);
  cells.width = sl_lon_east(cells.west, last.west) + last.width;
  SL_ASSERT(cells.width <= SL_GRANULE_STRIP_ND || count == 1);
  return prepare_cells(out, grid, row, &cells, grid->grow_mm + grid->grow_mm / 2);
}

static int32_t clamp32(int64_t value) {
  return (int32_t)(value < INT32_MIN ? INT32_MIN : value > INT32_MAX ? INT32_MAX : value);
}

void sl_granule_set_span(sl_prepared *cell, const sl_granule_grid *grid, const sl_granule_key *first,
                         const sl_granule_key *last) {
  SL_ASSERT(first->ref == last->ref && first->altitude <= last->altitude && first->time <= last->time);
  sl_bounds low = sl_granule_bounds(grid, first), high = sl_granule_bounds(grid, last);
  int64_t grow = first->ref == SL_ALT_W84 ? GROW_W84_MM : 0;
  cell->reference = (uint8_t)first->ref;
  cell->extent.start_ns = low.window.start.ns;
  cell->extent.end_ns = high.window.end.ns;
  cell->extent.lower = clamp32(low.lower - grow);
  cell->extent.upper = clamp32(high.upper + grow);
}
