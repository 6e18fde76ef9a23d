/* Polar coordinates about a position: the frame of the judgement (geo/frame.h) there,
 * and the way back to latitude and longitude, without trigonometry for each point. */
#ifndef SL_FORMAT_HUB_H
#define SL_FORMAT_HUB_H

#include "geo/frame.h"

#define SL_HUB_NEAR_M 100e3  /* beyond, distances are measured by PROJ's geodesics */
#define SL_HUB_FAR_M 185e3   /* to here positions are laid */

typedef struct sl_hub {
  sl_pos at;
  sl_frame frame;
  sl_vec heart;              /* the centre of the frame's sphere */
  double depth;              /* |heart|^2 in the norm of the ellipsoid, less 1 */
  double sin_lat, cos_lat, sin_lon, cos_lon;
} sl_hub;

/* A hub about a position. Errors: none. Pure. */
sl_hub sl_hub_at(sl_pos at);
/* Distance (m) and bearing (radians, clockwise from north) of a position. Up to
 * SL_HUB_NEAR_M to sl_frame_scale_error() of the distance; exact beyond. Pure. */
void sl_hub_polar(double *metres, double *bearing, const sl_hub *hub, sl_pos pos);
/* The position at a distance of at most SL_HUB_FAR_M, as precise, in the direction
 * (east, north), of length 1. Pure. Cost: four square roots. */
sl_pos sl_hub_position(const sl_hub *hub, double metres, double east, double north);

#endif
