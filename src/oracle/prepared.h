/* What a prepared object holds, and what the index may ask of it. Inside oracle/
 * only.
 *
 * An object is a core widened by a radius: a filled polygon by 0, a point by the
 * circle's radius, a line of points by the half width or the lateral tolerance.
 * The core's points lie on the ellipsoid, as Earth-centred offsets from an anchor
 * in units of 2^scale metres, long edges already cut into pieces that run along
 * the meant curve. There is no pole and no antimeridian in these coordinates. */
#ifndef SL_ORACLE_PREPARED_H
#define SL_ORACLE_PREPARED_H

#include "geo/ellipsoid.h"
#include "sideline/judge.h"

#define SL_BLOCK_EDGES 16u   /* pieces in one bounding ball */
#define SL_BLOCK_FROM 32u    /* a core of more points than this has balls */

typedef enum sl_core { SL_CORE_AREA = 1, SL_CORE_LINE = 2, SL_CORE_POINT = 3 } sl_core;

typedef struct sl_point { int32_t x, y, z; } sl_point;

/* A ball around SL_BLOCK_EDGES consecutive pieces, in the units of the points. */
typedef struct sl_ball { int32_t x, y, z; uint32_t radius; } sl_ball;

/* A fix of a trajectory; its leg's pieces start at point `first`. */
typedef struct sl_knot { int64_t time_ns; int32_t altitude; uint32_t first; } sl_knot;

/* Where an object is, outward. Altitudes in mm (SL_ALT_W84) or feet
 * (SL_ALT_BARO); SL_ALT_COLUMN spans INT32_MIN to INT32_MAX. Latitudes and
 * longitudes in 1e-7 degrees, the radius of the core included; west > east goes
 * over the antimeridian, and all longitudes are -180 to 180 degrees. */
typedef struct sl_extent {
  int64_t start_ns, end_ns;
  int32_t lower, upper;
  int32_t south, north, west, east;
} sl_extent;

struct sl_prepared {
  sl_extent extent;        /* of the whole object */
  sl_vec anchor;           /* m, Earth-centred */
  double unit;             /* metres in one unit of the points: a power of two */
  float reach;             /* m: the ball around the anchor holds the core, outward */
  float piece;             /* m: no piece of the core is longer, outward */
  float slack;             /* m: how far the stored core is from the meant one */
  int32_t radius_mm;       /* of the core */
  uint32_t points, rings, knots, blocks;
  uint32_t bytes;
  uint8_t kind, core, reference, pad;
  int32_t vertical;        /* tolerance of a trajectory: mm or feet */
  int64_t along_ns;        /* of a trajectory */
  /* then: sl_knot[knots], sl_point[points], sl_ball[blocks], uint32_t[rings + 1] */
};

/* A plain polygon keeps rings == 1 and no table of rings. */
static inline const sl_knot *sl_prepared_knots(const sl_prepared *p) { return (const sl_knot *)(const void *)(p + 1); }
static inline const sl_point *sl_prepared_points(const sl_prepared *p) {
  return (const sl_point *)(const void *)(sl_prepared_knots(p) + p->knots);
}
static inline const sl_ball *sl_prepared_balls(const sl_prepared *p) {
  return (const sl_ball *)(const void *)(sl_prepared_points(p) + p->points);
}
/* Where ring i starts among the points; ring `rings` is the end. */
static inline uint32_t sl_prepared_ring(const sl_prepared *p, uint32_t i) {
  const uint32_t *table = (const uint32_t *)(const void *)(sl_prepared_balls(p) + p->blocks);
  return p->rings == 1 ? i * p->points : table[i];
}
/* The point that the piece from point i ends at: for an area the next of its ring,
 * for a line the next, or itself at the end. */
static inline uint32_t sl_prepared_next(const sl_prepared *p, uint32_t i) {
  if (p->core != SL_CORE_AREA) return i + 1 < p->points ? i + 1 : i;
  if (p->rings == 1) return i + 1 < p->points ? i + 1 : 0;
  const uint32_t *table = (const uint32_t *)(const void *)(sl_prepared_balls(p) + p->blocks);
  uint32_t low = 0, high = p->rings; /* table[low] <= i < table[high] */
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (table[middle] <= i) low = middle;
    else high = middle;
  }
  return i + 1 < table[low + 1] ? i + 1 : table[low];
}
/* A point relative to `origin`, m. */
static inline sl_vec sl_prepared_at(const sl_prepared *p, uint32_t i, sl_vec origin) {
  const sl_point *q = sl_prepared_points(p) + i;
  return (sl_vec){(p->anchor.x - origin.x) + p->unit * q->x, (p->anchor.y - origin.y) + p->unit * q->y,
                  (p->anchor.z - origin.z) + p->unit * q->z};
}

/* For the index. A volume is one part; a trajectory is cut into parts of at most
 * SL_BLOCK_EDGES legs, in order of time. Parts together hold the whole object:
 * whatever two objects infringe, two of their parts' extents infringe too. */
static inline uint32_t sl_prepared_parts(const sl_prepared *p) {
  return p->knots > 2 ? (p->knots - 2) / SL_BLOCK_EDGES + 1 : 1;
}
/* The extent of part i < sl_prepared_parts(). Cost: one copy when there is one
 * part, else linear in the part. Errors: none. Threads: any. */
void sl_prepared_part(sl_extent *out, const sl_prepared *p, uint32_t i);

#endif
