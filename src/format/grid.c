/* Purpose: see the header. Work expected: one position a row of a table. Representation: a
 * PROJ operation for each zone in use; the southern false northing is added here. */
#include "format/grid.h"

#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"

#define ZONES 60u
#define NORTH_POLE 61u
#define SOUTH_POLE 62u
#define SOUTH_M 10000000.0

/* A zone is drawn for eastings of 100 to 900 km and a margin; UPS to 70 degrees and more. */
#define UTM_EAST_MIN 0.0
#define UTM_EAST_MAX 1000000.0
#define UTM_NORTH_MAX 9600000.0
#define UPS_REACH 1400000.0
#define UPS_CENTRE 2000000.0

struct sl_grid {
  PJ_CONTEXT *context;
  PJ *by_zone[SOUTH_POLE + 1];
};

sl_err sl_grid_open(sl_grid **out) {
  SL_ASSERT(out);
  sl_grid *grid = calloc(1, sizeof *grid);
  if (!grid) return SL_ERR_NOMEM;
  grid->context = proj_context_create();
  if (!grid->context) {
    free(grid);
    return SL_ERR_NOMEM;
  }
  proj_log_level(grid->context, PJ_LOG_NONE);
  proj_context_set_enable_network(grid->context, 0);
  *out = grid;
  return SL_OK;
}

void sl_grid_close(sl_grid *grid) {
  if (!grid) return;
  for (uint32_t i = 0; i <= SOUTH_POLE; i++) proj_destroy(grid->by_zone[i]);
  proj_context_destroy(grid->context);
  free(grid);
}

uint32_t sl_grid_zone(sl_pos pos) {
  const int64_t d = SL_ND_PER_DEG;
  int64_t lat = pos.lat_nd, lon = pos.lon_nd == 180 * d ? -180 * d : pos.lon_nd;
  SL_ASSERT(lat >= -90 * d && lat <= 90 * d && lon >= -180 * d && lon < 180 * d);
  if (lat < -80 * d || lat >= 84 * d) return 0;
  uint32_t zone = (uint32_t)((lon + 180 * d) / (6 * d)) + 1;
  if (lat >= 56 * d && lat < 64 * d && lon >= 3 * d && lon < 6 * d) return 32;   /* south-west Norway */
  if (lat >= 72 * d && lon >= 0 && lon < 42 * d)   /* Svalbard: 31, 33, 35 and 37 only */
    return lon < 9 * d ? 31 : lon < 21 * d ? 33 : lon < 33 * d ? 35 : 37;
  return zone;
}

static PJ *projection(sl_grid *grid, uint32_t zone, bool north) {
  uint32_t index = zone ? zone : north ? NORTH_POLE : SOUTH_POLE;
  SL_ASSERT(zone <= ZONES);
  if (!grid->by_zone[index]) {
    char text[64];
    int size = zone ? snprintf(text, sizeof text, "+proj=utm +zone=%u +ellps=WGS84", zone)
                    : snprintf(text, sizeof text, "+proj=ups %s+ellps=WGS84", north ? "" : "+south ");
    SL_ASSERT(size > 0 && (size_t)size < sizeof text);
    grid->by_zone[index] = proj_create(grid->context, text);
  }
  return grid->by_zone[index];
}

sl_err sl_grid_forward(sl_grid_place *out, sl_grid *grid, sl_pos pos) {
  const int64_t d = SL_ND_PER_DEG;
  SL_ASSERT(out && grid);
  if (pos.lat_nd < -90 * d || pos.lat_nd > 90 * d || pos.lon_nd < -180 * d || pos.lon_nd > 180 * d) return SL_ERR_RANGE;
  sl_grid_place place = {.zone = sl_grid_zone(pos), .north = pos.lat_nd >= 0};
  PJ *pj = projection(grid, place.zone, place.north);
  if (!pj) return SL_ERR_NOMEM;
  PJ_COORD to = proj_trans(pj, PJ_FWD, proj_coord(proj_torad((double)pos.lon_nd * 1e-9), proj_torad((double)pos.lat_nd * 1e-9), 0, 0));
  if (!isfinite(to.xy.x) || !isfinite(to.xy.y) || fabs(to.xy.x) > 1e8) return SL_ERR_RANGE;
  place.easting = to.xy.x;
  place.northing = to.xy.y + (place.zone && !place.north ? SOUTH_M : 0);
  *out = place;
  return SL_OK;
}

static bool drawn(const sl_grid_place *place) {
  double east = place->easting, north = place->northing;
  if (!isfinite(east) || !isfinite(north)) return false;
  if (place->zone == 0) return hypot(east - UPS_CENTRE, north - UPS_CENTRE) <= UPS_REACH;
  if (east < UTM_EAST_MIN || east > UTM_EAST_MAX) return false;
  return place->north ? north >= 0 && north <= UTM_NORTH_MAX : north >= SOUTH_M - UTM_NORTH_MAX && north <= SOUTH_M;
}

sl_err sl_grid_inverse(sl_pos *out, sl_grid *grid, const sl_grid_place *place) {
  SL_ASSERT(out && grid && place);
  if (place->zone > ZONES || !drawn(place)) return SL_ERR_RANGE;
  PJ *pj = projection(grid, place->zone, place->north);
  if (!pj) return SL_ERR_NOMEM;
  double northing = place->northing - (place->zone && !place->north ? SOUTH_M : 0);
  PJ_COORD to = proj_trans(pj, PJ_INV, proj_coord(place->easting, northing, 0, 0));
  double lat = proj_todeg(to.lp.phi), lon = proj_todeg(to.lp.lam);
  if (!isfinite(lat) || !isfinite(lon) || fabs(lat) > 90.0000001 || fabs(lon) > 540) return SL_ERR_RANGE;
  lat = fmin(90, fmax(-90, lat));
  if (lon > 180) lon -= 360;
  if (lon < -180) lon += 360;
  *out = (sl_pos){llround(lat * 1e9), llround(lon * 1e9)};
  return SL_OK;
}
