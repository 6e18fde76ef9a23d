/* One linear segment against one, in arrays, beside the closed form called pair by pair
 * in double: as DAIDALUS' CD3D does it (peer_cd3d.h), which the bar is held against, and
 * as lean as it can be written, to show what of the ratio is the arrays'. Seven paired
 * runs, medians. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "geo/segment.h"
#include "measure.h"
#include "peer_cd3d.h"

#define OTHERS 4096
#define ROUNDS 500
#define RUNS 7

static double unit(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return (double)((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

typedef struct state3 { double x, y, z, vx, vy, vz; } state3;

/* Time within [0, lasts] at which the cylinder is entered before it is left. */
__attribute__((noinline)) static int cylinder(const state3 *a, const state3 *b, double lasts, double d, double h,
                                              double *in, double *out) {
  double x = a->x - b->x, y = a->y - b->y, z = a->z - b->z, u = a->vx - b->vx, v = a->vy - b->vy, w = a->vz - b->vz;
  double low = 0.0, high = lasts;
  if (w != 0.0) {
    double t0 = (-copysign(h, w) - z) / w, t1 = (copysign(h, w) - z) / w;
    if (t0 > low) low = t0;
    if (t1 < high) high = t1;
  } else if (fabs(z) >= h) {
    return 0;
  }
  double a2 = u * u + v * v, b2 = x * u + y * v, c2 = x * x + y * y - d * d;
  if (a2 > 0.0) {
    double root = b2 * b2 - a2 * c2;
    if (root < 0.0) return 0;
    root = sqrt(root);
    double t0 = (-b2 - root) / a2, t1 = (-b2 + root) / a2;
    if (t0 > low) low = t0;
    if (t1 < high) high = t1;
  } else if (c2 >= 0.0) {
    return 0;
  }
  *in = low;
  *out = high;
  return low < high;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

_Alignas(64) static float column[8][OTHERS];
static state3 other[OTHERS];
_Alignas(64) static uint8_t near[OTHERS];

static void fill(uint64_t *state) {
  for (int k = 0; k < OTHERS; k++) {
    other[k] = (state3){1e5 * (unit(state) - 0.5), 1e5 * (unit(state) - 0.5), 12000.0 * unit(state),
                        500.0 * (unit(state) - 0.5), 500.0 * (unit(state) - 0.5), 20.0 * (unit(state) - 0.5)};
    const double value[8] = {other[k].x, other[k].y, other[k].z, other[k].vx, other[k].vy, other[k].vz, 0.0, 300.0};
    for (int i = 0; i < 8; i++) column[i][k] = (float)value[i];
  }
}

/* One against all of the others: how many are in conflict within 300 s. */
static long by_cd3d(double x) {
  cd3d_vector own = {120.0, 90.0, 5.0};
  long found = 0;
  for (int k = 0; k < OTHERS; k++) {
    const state3 *o = other + k;
    cd3d_vector s = {o->x - x, o->y, o->z - 6000.0}, v = {o->vx, o->vy, o->vz};
    cd3d_loss loss = cd3d_detection(&s, &v, &own, 9260.0, 304.8, 0.0, 300.0);
    found += loss.time_in < loss.time_out;
  }
  return found;
}

int main(void) {
  uint64_t state = 1;
  double ours[RUNS], theirs[RUNS], lean[RUNS], ratio[RUNS], lean_ratio[RUNS];
  long found = 0, peer_found = 0, lean_found = 0;
  fill(&state);
  sl_segments all = {column[0], column[1], column[2], column[3], column[4], column[5], column[6], column[7], OTHERS};
  for (int run = 0; run < RUNS; run++) {
    double start = measure_now();
    for (int round = 0; round < ROUNDS; round++) {
      sl_segment own = {(float)(100 * round - 25000), 0.0f, 6000.0f, 120.0f, 90.0f, 5.0f, 0.0f, 300.0f};
      sl_segments_near(near, &all, &own, 9260.0f, 304.8f);
      for (int k = 0; k < OTHERS; k += 8) { /* walked as its reader would: eight at a time */
        uint64_t eight;
        memcpy(&eight, near + k, sizeof eight);
        if (eight) found += __builtin_popcountll(eight);
      }
    }
    double middle = measure_now();
    for (int round = 0; round < ROUNDS; round++) peer_found += by_cd3d(100.0 * round - 25000.0);
    double later = measure_now();
    for (int round = 0; round < ROUNDS; round++) {
      state3 own = {100.0 * round - 25000.0, 0.0, 6000.0, 120.0, 90.0, 5.0};
      double in, out;
      for (int k = 0; k < OTHERS; k++) lean_found += cylinder(&other[k], &own, 300.0, 9260.0, 304.8, &in, &out);
    }
    double end = measure_now(), pairs = (double)ROUNDS * OTHERS;
    ours[run] = (middle - start) / pairs * 1e9;
    theirs[run] = (later - middle) / pairs * 1e9;
    lean[run] = (end - later) / pairs * 1e9;
    ratio[run] = theirs[run] / ours[run];
    lean_ratio[run] = lean[run] / ours[run];
  }
  SL_ASSERT(found >= peer_found && peer_found == lean_found);
  qsort(ours, RUNS, sizeof *ours, by_value);
  qsort(theirs, RUNS, sizeof *theirs, by_value);
  qsort(lean, RUNS, sizeof *lean, by_value);
  qsort(ratio, RUNS, sizeof *ratio, by_value);
  qsort(lean_ratio, RUNS, sizeof *lean_ratio, by_value);
  printf("{\"bench\":\"segments\",\"pairs\":%d,\"runs\":%d,\"ns_array\":%.3f,\"ns_cd3d_per_pair\":%.3f,\"ratio\":%.2f,"
         "\"ns_lean_per_pair\":%.3f,\"ratio_to_lean\":%.2f,\"found\":%ld,\"found_by_peer\":%ld}\n",
         OTHERS * ROUNDS, RUNS, ours[RUNS / 2], theirs[RUNS / 2], ratio[RUNS / 2], lean[RUNS / 2], lean_ratio[RUNS / 2],
         found / RUNS, peer_found / RUNS);
  return 0;
}
