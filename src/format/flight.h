/* A flight as it was planned: where and when, and between which levels. */
#ifndef SL_FORMAT_FLIGHT_H
#define SL_FORMAT_FLIGHT_H

#include "format/route.h"

/* A plan stands until 30 minutes past its off-block time, then it is amended (ICAO Doc
 * 4444, 4.4.2.3): so long either way may a flight be from where it was to be. */
#define SL_FLIGHT_DELAY_NS (30 * SL_NS_PER_MIN)
/* Slower climbs and descents are told to the controller (FAA AIM 4-4-10). */
#define SL_FLIGHT_CLIMB_FT_MIN 500
/* The ground, outward: pressure altitude on a day of high pressure; the Dead Sea. */
#define SL_FLIGHT_GROUND_FT (-2000)
#define SL_FLIGHT_GROUND_M (-500)

typedef struct sl_flight {
  uint32_t line;
  sl_str name;             /* of the aircraft, UTF-8 */
  sl_time start;           /* at the first position */
  int64_t elapsed_s;       /* planned from first to last position; > 0 */
  sl_pos departure, destination;
  bool airborne;           /* it begins at the first point of the route (AFIL) */
  sl_route route;
} sl_flight;

/* Hand it over as tracks of one name: level flight, and climbs and descents as all levels
 * between. Times along the route follow the speeds, scaled to the elapsed time; what that
 * shifts is tolerance along the track. Errors: SL_ERR_GEOMETRY (goes nowhere), SL_ERR_CAP,
 * SL_ERR_NOMEM, and those of the hand-over; a refusal of the record is SL_OK. */
SL_MUST_USE sl_err sl_flight_hand_over(sl_reading *reading, const sl_flight *flight, sl_fault *fault);

#endif
