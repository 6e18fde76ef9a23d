/* Flat shapes: small convex volumes as quadrilaterals in the plane, one to a cache
 * line, so that most pairs are decided from two of them.
 *
 * What the plane decides is what sl_judge() decides: a pair nearer to the limit than
 * the plane, single precision and sl_judge()'s own error can be wrong about is left
 * to sl_judge() (docs/judgement.md, "Speed"). */
#ifndef SL_ORACLE_FLAT_H
#define SL_ORACLE_FLAT_H

#include "sideline/judge.h"

typedef float sl_four __attribute__((vector_size(16)));

/* span < 0: not a flat shape. */
typedef struct sl_flat {
  sl_four x, y;          /* metres in the plane of the tile, anticlockwise */
  int64_t start_ns, end_ns;
  int32_t lower, upper;  /* as in the extent */
  float span;            /* no two points are farther apart, m */
  uint32_t tile;         /* equal: the same plane; the reference in the low two bits */
} sl_flat;

#define SL_FLAT_NOWHERE UINT32_MAX

/* The flat shapes of `count` entries, each at its position: out[position[i]] is that of
 * entries[i]; none where that is SL_FLAT_NOWHERE. Errors: none. Cost: one pass over the
 * entries. */
void sl_flat_lay(sl_flat *out, const sl_prepared *const *entries, const uint32_t *position, size_t count, unsigned threads);

/* What the minima are for flat shapes. */
typedef struct sl_flat_limits {
  float lateral;
  int64_t grow_both_ns;
  int64_t vertical_mm;
  int32_t vertical_ft;
} sl_flat_limits;

/* The limits of minima in range, the lateral one outward. Errors: none. */
sl_flat_limits sl_flat_limits_of(const sl_minima *minima);

/* The verdict, or SL_VERDICT_NONE where it takes sl_judge(). Errors: none. Threads:
 * any. Cost: some 20 ns. */
sl_verdict sl_flat_judge(const sl_flat *a, const sl_flat *b, const sl_flat_limits *limits);

/* The same for the outlines of two prepared objects as they are, in a plane about the
 * first: whether they are within `lateral` metres of each other, whatever their times
 * and altitudes. SL_VERDICT_NONE where the plane cannot tell. Errors: none. Threads:
 * any. Cost: some 70 ns. */
sl_verdict sl_flat_pair(const sl_prepared *a, const sl_prepared *b, double lateral);

#endif
