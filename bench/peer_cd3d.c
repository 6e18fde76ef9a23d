/* As the algorithm stands: the horizontal and the vertical interval each by its own
 * functions of entry and exit, each of which projects and solves anew, and comparisons
 * of doubles by their last digits, since equal velocities are cases of their own. There
 * these functions are in files of their own and not laid into each other, so they are
 * not here, but for the products of vectors; vectors are passed by reference, and nothing is computed that the caller does
 * not get (no time of closest approach, which the detector computes besides). */
#include "peer_cd3d.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline))
#define ENTRY (-1.0)
#define EXIT 1.0
#define LAST_DIGITS (INT64_C(1) << 20)

typedef struct plane_vector { double x, y; } plane_vector;

APART static bool almost_equals(double a, double b) {
  if (a == b) return true;
  if (isnan(a) || isnan(b)) return false;
  int64_t i, k;
  memcpy(&i, &a, sizeof i);
  memcpy(&k, &b, sizeof k);
  if (i < 0) i = INT64_MIN - i;
  if (k < 0) k = INT64_MIN - k;
  uint64_t apart = i > k ? (uint64_t)i - (uint64_t)k : (uint64_t)k - (uint64_t)i;
  return apart <= (uint64_t)LAST_DIGITS;
}

static double dot(const plane_vector *a, const plane_vector *b) { return a->x * b->x + a->y * b->y; }
static double determinant(const plane_vector *a, const plane_vector *b) { return a->x * b->y - a->y * b->x; }
static double square(const plane_vector *a) { return dot(a, a); }

/* The root of a x^2 + 2 b x + c on the side that `which` says. */
APART static double root(double a, double b, double c, double which) {
  if (a == 0.0) return b == 0.0 ? (double)NAN : -c / (2.0 * b);
  double b2 = b * b, ac = a * c;
  if (almost_equals(b2, ac)) return -b / a;
  if (b2 < ac) return (double)NAN;
  return (-b + which * sqrt(b2 - ac)) / a;
}

APART static double delta(const plane_vector *s, const plane_vector *v, double d) {
  double e = determinant(s, v);
  return d * d * square(v) - e * e;
}

APART static double horizontal_time(const plane_vector *s, const plane_vector *v, double which, double d) {
  return root(square(v), dot(s, v), square(s) - d * d, which);
}

APART static double vertical_time(double z, double w, double which, double h) {
  return (which * copysign(h, w) - z) / w;
}

APART static bool horizontal_loss(const plane_vector *s, double d) {
  double s2 = square(s), d2 = d * d;
  return !almost_equals(s2, d2) && s2 < d2;
}

APART static bool vertical_loss(double z, double h) { return !almost_equals(fabs(z), h) && fabs(z) < h; }

static double within(double t, double low, double high) { return fmin(fmax(t, low), high); }

cd3d_loss cd3d_detection(const cd3d_vector *s, const cd3d_vector *vo, const cd3d_vector *vi, double d, double h, double from,
                         double to) {
  cd3d_loss out = {to + 1.0, from};
  if (!(from >= 0.0 && from < to)) return out;
  plane_vector s2 = {s->x, s->y}, v2 = {vo->x - vi->x, vo->y - vi->y};
  double w = vo->z - vi->z;
  bool level = almost_equals(vo->z, vi->z);
  if (almost_equals(vo->x, vi->x) && almost_equals(vo->y, vi->y) && horizontal_loss(&s2, d)) {
    if (!level) return (cd3d_loss){within(vertical_time(s->z, w, ENTRY, h), from, to), within(vertical_time(s->z, w, EXIT, h), from, to)};
    return vertical_loss(s->z, h) ? (cd3d_loss){from, to} : out;
  }
  if (!(delta(&s2, &v2, d) > 0.0)) return out;
  double first = horizontal_time(&s2, &v2, ENTRY, d), last = horizontal_time(&s2, &v2, EXIT, d);
  if (!level) {
    first = fmax(first, vertical_time(s->z, w, ENTRY, h));
    last = fmin(last, vertical_time(s->z, w, EXIT, h));
  } else if (!vertical_loss(s->z, h)) {
    return out;
  }
  return (cd3d_loss){within(first, from, to), within(last, from, to)};
}
