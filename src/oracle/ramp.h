/* Altitudes that change uniformly with time, compared exactly. */
#ifndef SL_ORACLE_RAMP_H
#define SL_ORACLE_RAMP_H

#include <stdint.h>

/* Altitude z0 at t0 to z1 at t1, in units of at most 1e11; constant when t0 == t1.
 * Times in ns, within the range of sl_time. */
typedef struct sl_ramp { int64_t t0, t1, z0, z1; } sl_ramp;

/* The sign of a(ta) - b(tb) + add, exact. ta within a, tb within b. Pure. */
int sl_ramp_compare(const sl_ramp *a, int64_t ta, const sl_ramp *b, int64_t tb, int64_t add);

/* The altitude at `after` ns from t0, rounded. Pure. */
static inline double sl_ramp_at(const sl_ramp *a, double after) {
  double d = (double)(a->t1 - a->t0);
  return d > 0.0 ? (double)a->z0 + (double)(a->z1 - a->z0) * (after / d) : (double)a->z0;
}

#endif
