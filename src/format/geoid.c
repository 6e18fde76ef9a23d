/* Purpose: EGM96 heights by PROJ's own grid. Work expected: bounds over the extent of
 * each record, a few hundred grid nodes; a value per fix of tracks above mean sea level.
 * Representation: a PROJ operation that adds the geoid's height, and a table of the
 * grid's nodes that is filled as they are asked for. PROJ interpolates bilinearly, so
 * the nodes about a box bound every value in it. */
#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "format/datum.h"

#define GRID_NAME "egm96_15.gtx"
#define STEPS_PER_DEG 4
#define ROWS (180 * STEPS_PER_DEG + 1)
#define COLUMNS (360 * STEPS_PER_DEG)
#define MARGIN_MM 10

/* The published value: ellipsoid height 0 here is -46.42 m on EGM96. */
#define TEST_LAT 47.430866
#define TEST_LON 9.383099
#define TEST_HEIGHT 46.42

struct sl_geoid {
  PJ_CONTEXT *context;
  PJ *add;
  float *node;    /* ROWS * COLUMNS, metres; NAN: not asked for yet */
};

static double height_at(sl_geoid *geoid, double lat, double lon) {
  PJ_COORD out = proj_trans(geoid->add, PJ_FWD, proj_coord(proj_torad(lon), proj_torad(lat), 0, 0));
  return out.lpz.z;
}

/* The absolute path of PROJ's grid: a bare name would also be found in the current
 * directory, where anybody may have put it. */
static sl_err find_grid(char *path, size_t room, sl_fault *fault) {
  PJ_GRID_INFO info = proj_grid_info(GRID_NAME);
  if (strcmp(info.format, "missing") == 0)
    return sl_fault_set(fault, SL_ERR_DATUM, "the geoid grid " GRID_NAME " is not installed (package proj-data)");
  size_t size = strlen(info.filename);
  if (info.filename[0] != '/' || size >= room)
    return sl_fault_set(fault, SL_ERR_DATUM, "the geoid grid " GRID_NAME " is not where PROJ keeps its data");
  memcpy(path, info.filename, size + 1);
  return SL_OK;
}

static sl_err create(sl_geoid *geoid, const char *grid, sl_fault *fault) {
  char path[512], text[640];
  if (!grid) {
    sl_err error = find_grid(path, sizeof path, fault);
    if (error) return error;
    grid = path;
  }
  int size = snprintf(text, sizeof text, "+proj=vgridshift +grids=%s +multiplier=1", grid);
  if (size < 0 || (size_t)size >= sizeof text || strpbrk(grid, " +\"'")) return sl_fault_set(fault, SL_ERR_DATUM, "the path of the geoid grid cannot be used");
  geoid->add = proj_create(geoid->context, text);
  if (!geoid->add) return sl_fault_set(fault, SL_ERR_DATUM, "the geoid grid cannot be read");
  double height = height_at(geoid, TEST_LAT, TEST_LON);
  if (!(fabs(height - TEST_HEIGHT) < 0.01))
    return sl_fault_set(fault, SL_ERR_DATUM, "the geoid grid is not EGM96: the published test value does not come out");
  return SL_OK;
}

sl_err sl_geoid_open(sl_geoid **out, const char *grid, sl_fault *fault) {
  SL_ASSERT(out);
  sl_geoid *geoid = calloc(1, sizeof *geoid);
  if (!geoid) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  geoid->context = proj_context_create();
  geoid->node = malloc(sizeof(float) * ROWS * COLUMNS);
  sl_err error = geoid->context && geoid->node ? SL_OK : sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  if (!error) {
    proj_log_level(geoid->context, PJ_LOG_NONE);
    proj_context_set_enable_network(geoid->context, 0);
    for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++) geoid->node[i] = NAN;
    error = create(geoid, grid, fault);
  }
  if (error) {
    sl_geoid_close(geoid);
    return error;
  }
  *out = geoid;
  return SL_OK;
}

void sl_geoid_close(sl_geoid *geoid) {
  if (!geoid) return;
  proj_destroy(geoid->add);
  if (geoid->context) proj_context_destroy(geoid->context);
  free(geoid->node);
  free(geoid);
}

sl_err sl_geoid_at(sl_len *out, sl_geoid *geoid, sl_pos pos) {
  SL_ASSERT(out && geoid);
  double height = height_at(geoid, (double)pos.lat_nd * 1e-9, (double)pos.lon_nd * 1e-9);
  if (!(fabs(height) < 200)) return SL_ERR_DATUM;
  *out = (sl_len){(int64_t)llround(height * 1000)};
  return SL_OK;
}

static bool node_at(double *out, sl_geoid *geoid, int64_t row, int64_t column) {
  SL_ASSERT(row >= 0 && row < ROWS);
  column = ((column % COLUMNS) + COLUMNS) % COLUMNS;
  float *node = &geoid->node[row * COLUMNS + column];
  if (isnan(*node)) {
    double lon = (double)column / STEPS_PER_DEG - 180;
    *node = (float)height_at(geoid, (double)row / STEPS_PER_DEG - 90, lon);
  }
  *out = (double)*node;
  return fabs(*out) < 200;
}

/* The grid's line at or below (above) an angle counted from `origin` degrees. */
static int64_t line_below(int64_t nd, int64_t origin) {
  int64_t from = nd + origin * SL_ND_PER_DEG, step = SL_ND_PER_DEG / STEPS_PER_DEG;
  return from >= 0 ? from / step : -((-from + step - 1) / step);
}
static int64_t line_above(int64_t nd, int64_t origin) { return -line_below(-nd, -origin); }

sl_err sl_geoid_over(sl_len *low, sl_len *high, sl_geoid *geoid, sl_pos south_west, sl_pos north_east) {
  SL_ASSERT(low && high && geoid && south_west.lat_nd <= north_east.lat_nd);
  int64_t east = north_east.lon_nd;
  if (east < south_west.lon_nd) east += 360 * SL_ND_PER_DEG;
  int64_t south = line_below(south_west.lat_nd, 90), north = line_above(north_east.lat_nd, 90);
  int64_t first = line_below(south_west.lon_nd, 180), last = line_above(east, 180);
  if (south < 0) south = 0;
  if (north >= ROWS) north = ROWS - 1;
  if (last - first >= COLUMNS) last = first + COLUMNS - 1;
  double least = 1e9, most = -1e9;
  for (int64_t row = south; row <= north; row++) {
    for (int64_t column = first; column <= last; column++) {
      double height;
      if (!node_at(&height, geoid, row, column)) return SL_ERR_DATUM;
      least = fmin(least, height);
      most = fmax(most, height);
    }
  }
  *low = (sl_len){(int64_t)floor(least * 1000) - MARGIN_MM};
  *high = (sl_len){(int64_t)ceil(most * 1000) + MARGIN_MM};
  return SL_OK;
}
