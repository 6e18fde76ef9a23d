/* Heights of flight levels, by what is known of the day's air: bounds of the sea-level
 * pressure (QNH) and of how far the temperature is off the standard atmosphere. */
#ifndef SL_FORMAT_PRESSURE_H
#define SL_FORMAT_PRESSURE_H

#include "sideline/quantity.h"

#define SL_QNH_MIN_PA INT64_C(85000)
#define SL_QNH_MAX_PA INT64_C(109000)
#define SL_WARMTH_MAX_MK INT64_C(60000)
#define SL_WARMTH_MK INT64_C(30000)      /* unless it is given: 30 degrees colder to warmer */

typedef struct sl_air {
  bool given;
  int64_t qnh_low, qnh_high;             /* Pa; SL_QNH_MIN_PA to SL_QNH_MAX_PA */
  int64_t cold, warm;                    /* mean of the column less the standard's, 0.001 degrees; within SL_WARMTH_MAX_MK */
} sl_air;

/* Bounds of the height above mean sea level, mm, at which the pressure altitude `mm` is
 * met. Source: ICAO Doc 7488 (standard atmosphere); the altimeter's setting shifts the
 * scale by the pressure altitude of the QNH, the temperature stretches it by the ratio of
 * the column's means (ICAO Doc 8168, III-1-4). Pure. */
void sl_air_heights(int64_t *low, int64_t *high, const sl_air *air, int64_t mm);

#endif
