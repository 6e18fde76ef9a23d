/* The workload of the judgement's benchmarks: drone flights as volumes. */
#ifndef SL_BENCH_FLIGHTS_H
#define SL_BENCH_FLIGHTS_H

#include <stddef.h>

#include "sideline/judge.h"

#define FLIGHTS_LEGS 10u

/* One volume of a flight: four corners, a band and a window, as a program has them
 * that has parsed them. */
typedef struct flight_volume {
  sl_pos corner[4];
  sl_band band;
  sl_window window;
} flight_volume;

/* `count` volumes as flights of ten rotated rectangles, 200 to 1,000 m by 120 m, each
 * from where the last ended, in bands of 30 to 60 m below 150 m, in windows of 3 minutes with 30 s
 * either side, within 100 x 100 km around 47 N 8 E and 24 hours; every other flight
 * starts at one of 200 hubs. The same for the same count. NULL without memory. */
flight_volume *flights_make(size_t count);

/* The volume as an object; ring and hole are memory that the object points into. */
void flights_object(sl_object *out, sl_ring *ring, bool *hole, const flight_volume *volume);

/* Prepare volumes first to end of the array; false without memory. */
bool flights_prepare(sl_prepared **out, const flight_volume *volume, size_t first, size_t end);

#endif
