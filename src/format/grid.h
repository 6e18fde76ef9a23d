/* UTM and UPS coordinates on WGS84: the projections by PROJ, the zones by NGA.SIG.0012. */
#ifndef SL_FORMAT_GRID_H
#define SL_FORMAT_GRID_H

#include "sideline/quantity.h"

/* The projections, each made when it is first asked for. */
typedef struct sl_grid sl_grid;

/* A place on a grid, metres. zone 0 is UPS, about the pole of `north`; northings of the
 * southern hemisphere count from 10,000 km at the equator. */
typedef struct sl_grid_place {
  uint32_t zone;             /* 1 to 60, or 0 */
  bool north;
  double easting, northing;
} sl_grid_place;

/* Errors: SL_ERR_NOMEM. Threads: one user at a time. */
SL_MUST_USE sl_err sl_grid_open(sl_grid **out);
void sl_grid_close(sl_grid *grid);

/* The zone that a position is given in: Norway's and Svalbard's are wider; 0 north of 84
 * (84 itself included) and south of -80 degrees. Source: NGA.SIG.0012, 7. */
uint32_t sl_grid_zone(sl_pos pos);

/* A position on the grid of its zone, to a micrometre. Errors: SL_ERR_RANGE, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_grid_forward(sl_grid_place *out, sl_grid *grid, sl_pos pos);
/* The position of a place, to the nearest nanodegree. Errors: SL_ERR_RANGE (a zone that is
 * not, or a place beyond what a zone or UPS is drawn for), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_grid_inverse(sl_pos *out, sl_grid *grid, const sl_grid_place *place);

#endif
