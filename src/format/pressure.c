/* Purpose: see the header. Work expected: once per limit, and per fix. Representation:
 * geopotential metres in doubles, made geometric and rounded outward at the end. */
#include "format/pressure.h"

#include <math.h>

#include "base/assert.h"

#define STANDARD_PA 101325.0
#define TROPOPAUSE_M 11000.0
#define GROUND_K 288.15
#define TROPOPAUSE_K 216.65
#define LAPSE 0.0065
#define EARTH_M 6356766.0

/* What the scale moves by when the altimeter is set from the standard to a QNH. */
static double shift(int64_t qnh) { return GROUND_K / LAPSE * (pow((double)qnh / STANDARD_PA, 0.190263) - 1); }

/* The standard's mean temperature between the sea and a height. */
static double mean_kelvin(double metres) {
  if (metres <= TROPOPAUSE_M) return GROUND_K - LAPSE * metres / 2;
  return ((GROUND_K + TROPOPAUSE_K) / 2 * TROPOPAUSE_M + TROPOPAUSE_K * (metres - TROPOPAUSE_M)) / metres;
}

static double stretched(double metres, int64_t warmth) { return metres * (1 + (double)warmth * 1e-3 / mean_kelvin(metres)); }

void sl_air_heights(int64_t *low, int64_t *high, const sl_air *air, int64_t mm) {
  SL_ASSERT(low && high && air->qnh_low >= SL_QNH_MIN_PA && air->qnh_high <= SL_QNH_MAX_PA && air->qnh_low <= air->qnh_high);
  SL_ASSERT(air->cold >= -SL_WARMTH_MAX_MK && air->warm <= SL_WARMTH_MAX_MK && air->cold <= air->warm);
  const double metres = (double)mm * 1e-3, below = metres + shift(air->qnh_low), above = metres + shift(air->qnh_high);
  const double least = fmin(stretched(below, air->cold), stretched(below, air->warm)), most = fmax(stretched(above, air->cold), stretched(above, air->warm));
  /* Geometric heights are the larger ones, by h^2 / R. */
  *low = (int64_t)floor(least * 1e3);
  *high = (int64_t)ceil((most + most * most / (EARTH_M - fabs(most))) * 1e3);
}
