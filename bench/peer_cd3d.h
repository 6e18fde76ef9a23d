/* The peer of bench/segments: conflict detection of two states in a cylinder, pair by
 * pair in double, by the published algorithm of NASA's CD3D (Narkawicz and Munoz,
 * "A Mathematical Analysis of Conflict Prevention Information", and the formal
 * development it belongs to). Written anew. */
#ifndef SL_BENCH_PEER_CD3D_H
#define SL_BENCH_PEER_CD3D_H

#include <stdbool.h>

typedef struct cd3d_vector { double x, y, z; } cd3d_vector;

/* Entry and exit, s from now; a conflict when entry < exit. */
typedef struct cd3d_loss { double time_in, time_out; } cd3d_loss;

/* Relative position `s` (m) and both velocities (m/s) against a cylinder of radius d and
 * half height h, from `from` to `to` s. */
cd3d_loss cd3d_detection(const cd3d_vector *s, const cd3d_vector *vo, const cd3d_vector *vi, double d, double h, double from,
                         double to);

#endif
