/* Straight, uniform motion against straight, uniform motion, in arrays: which of
 * many segments may come too close to one. Single precision, outward: what it calls
 * far is far; the rest is for the double precision of the judge. */
#ifndef SL_GEO_SEGMENT_H
#define SL_GEO_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

/* Coordinates (m) and times (s) are relative to one origin near all of them; within
 * these, every rounding stays under the margins by which the limits are widened. */
#define SL_SEGMENT_REACH_M 131072.0f      /* |x|, |y|, |z|, and way flown */
#define SL_SEGMENT_TIME_S 4096.0f         /* |start|, |end| */
#define SL_SEGMENT_SPEED_M_S 1000.0f      /* on the plane; up and down 100 */
#define SL_SEGMENT_LATERAL_MARGIN_M 1.0f
#define SL_SEGMENT_VERTICAL_MARGIN_M 0.25f

/* From (x, y, z) at `start` with (vx, vy, vz) until `end` >= start. */
typedef struct sl_segment { float x, y, z, vx, vy, vz, start, end; } sl_segment;

/* The same for `count` segments, one array for each member. */
typedef struct sl_segments {
  const float *x, *y, *z, *vx, *vy, *vz, *start, *end;
  size_t count;
} sl_segments;

/* near[k] = 1 where segment k and `own` may at one instant be both within `lateral`
 * metres on the plane and within `vertical` in altitude, else 0. near holds count
 * bytes. Errors: none. Threads: any. Cost: linear, some 2 ns each; no branches. */
void sl_segments_near(uint8_t *near, const sl_segments *others, const sl_segment *own, float lateral, float vertical);

#endif
