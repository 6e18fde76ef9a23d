/* Flat shapes. A tile of some 120 km has a tangent plane; points of the ellipsoid are
 * dropped onto it along its normal, so that what is straight in space stays straight.
 * Two convex outlines are apart exactly when they are on two sides of an edge of one
 * of them: eight edges, four points each.
 *
 * Errors in the plane, with D <= 105 km to the middle of the tile and edges <= 2 km:
 * an edge's arc rises over its chord by L^2 / 8R = 79 mm, seen aslant D / R of that,
 * 1.3 mm; coordinates under 131 km in single precision 3.9 mm; the stored core 1 mm;
 * the error by which sl_judge() widens, 4 mm up to 10 km. POINT_M holds them all.
 *
 * Work expected: two of three candidates conflict. */
#include "oracle/flat.h"

#include <math.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/assert.h"
#include "oracle/grid.h"
#include "oracle/prepared.h"
#include "oracle/team.h"

#define POINT_M 0.015f       /* how far a point of an outline may be from its place */
#define REACH_MAX_M 5000.0f
#define PAIR_MAX_M 50e3       /* of two shapes in a plane about one of them */
#define PIECE_MAX_M 2000.0f
#define SLACK_MAX_M 0.001f
#define TILE_LEVEL 3u         /* 119 km high, to 168 km wide */
#define WIDENING_MAX 3u       /* to 84 degrees of latitude */

SL_STATIC_ASSERT(sizeof(sl_flat) == 64, "one cache line");

/* With registers of eight where the machine has them, chosen once by the loader. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif
#define ALWAYS static inline __attribute__((always_inline))

/* The tangent plane of a tile. */
typedef struct plane {
  uint32_t tile;
  sl_vec origin, east, north;
} plane;

/* The number of the tile of an object, from 4 up in steps of 4; 0 where there is
 * none: by its south-west corner a cell of a level of the index's grid. */
static uint32_t tile_of(const sl_prepared *p, sl_grid_widened *last) {
  int64_t row = (int64_t)p->extent.south * 100 >> sl_grid_lat_shift(TILE_LEVEL);
  unsigned widening = sl_grid_widening_kept(last, TILE_LEVEL, row);
  if (widening > WIDENING_MAX) {
    return 0;
  }
  int64_t lon = (int64_t)p->extent.west * 100 + SL_ND_180;
  uint32_t column = (uint32_t)(lon >> (sl_grid_lat_shift(TILE_LEVEL) + widening));
  return 4 + 4 * (((uint32_t)(row + 128) << 12 | column) << 2 | widening);
}

/* The plane touches the ellipsoid in the middle of the tile. */
static void plane_at(plane *out, uint32_t tile) {
  out->tile = tile;
  uint32_t number = (tile - 4) / 4;
  unsigned widening = number & 3;
  int64_t row = (int64_t)(number >> 14) - 128, column = number >> 2 & 0xFFF;
  int64_t high = INT64_C(1) << sl_grid_lat_shift(TILE_LEVEL), wide = high << widening;
  sl_pos middle = {row * high + high / 2, sl_lon_wrap(column * wide + wide / 2 - SL_ND_180)};
  double lat = (double)middle.lat_nd * (SL_PI / 180e9), lon = (double)middle.lon_nd * (SL_PI / 180e9);
  out->origin = sl_ellipsoid_place(middle);
  out->east = (sl_vec){-sin(lon), cos(lon), 0};
  out->north = (sl_vec){-sin(lat) * cos(lon), -sin(lat) * sin(lon), cos(lat)};
}

static bool flattens(const sl_prepared *p) {
  return p->kind == SL_OBJECT_VOLUME && p->core == SL_CORE_AREA && p->rings == 1 && p->radius_mm == 0 &&
         (p->points == 3 || p->points == 4) && p->reach <= REACH_MAX_M && p->piece <= PIECE_MAX_M &&
         p->slack <= SLACK_MAX_M;
}

typedef int32_t mask __attribute__((vector_size(16)));

static inline sl_four choose(mask from_a, sl_four a, sl_four b) {
  return (sl_four)(((mask)a & from_a) | ((mask)b & ~from_a));
}

static inline bool all_of(mask m) { return (m[0] & m[1] & m[2] & m[3]) != 0; }

static inline sl_four plain(float value) { return (sl_four){value, value, value, value}; }

static inline sl_four magnitude(sl_four v) {
  const mask sign = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX};
  return (sl_four)((mask)v & sign);
}

/* The next of each of four. */
static inline sl_four turned(sl_four v) { return (sl_four){v[1], v[2], v[3], v[0]}; }

/* Whether the outline turns left at every corner, by more than errors could turn. The
 * last point of a triangle is there twice: the corner between is none, and the corner
 * after it turns from the edge before. */
static bool turns_left(const sl_flat *f, unsigned points) {
  sl_four ax = turned(f->x) - f->x, ay = turned(f->y) - f->y, bx = turned(ax), by = turned(ay);
  if (points == 3) {
    bx[1] = ax[3];
    by[1] = ay[3];
    ax[2] = ay[2] = bx[2] = by[2] = 0;
  }
  sl_four a = magnitude(ax) + magnitude(ay), b = magnitude(bx) + magnitude(by), longest = choose(a > b, a, b);
  mask turns = ax * by - ay * bx > plain(4 * POINT_M) * longest;
  if (points == 3) {
    turns[2] = -1;
  }
  return all_of(turns);
}

/* Drop the outline onto the plane; `span` is only set where it is convex there. */
static void lay(sl_flat *out, const plane *at, const sl_prepared *p) {
  for (uint32_t i = 0; i < 4; i++) {
    sl_vec v = sl_prepared_at(p, i < p->points ? i : p->points - 1, at->origin);
    out->x[i] = (float)sl_vec_dot(v, at->east);
    out->y[i] = (float)sl_vec_dot(v, at->north);
  }
  if (turns_left(out, p->points)) {
    out->span = 2 * p->reach;
  }
}

static void flatten(sl_flat *out, const plane *at, const sl_prepared *p) {
  *out = (sl_flat){.start_ns = p->extent.start_ns,
                   .end_ns = p->extent.end_ns,
                   .lower = p->extent.lower,
                   .upper = p->extent.upper,
                   .span = -1,
                   .tile = at->tile | p->reference};
  if (at->tile != 0 && flattens(p)) {
    lay(out, at, p);
  }
}

typedef struct making {
  const sl_prepared *const *entries;
  const uint32_t *position;
  size_t count;
  sl_flat *flat;
} making;

#define SLICE ((size_t)8192)

/* Put a whole cache line where nobody looks soon: past the caches, which would fetch it
 * first. */
static inline void put(sl_flat *out, const sl_flat *flat) {
#ifdef __SSE2__
  const __m128i *from = (const __m128i *)(const void *)flat;
  __m128i *to = (__m128i *)(void *)out;
  for (int i = 0; i < 4; i++) {
    _mm_stream_si128(to + i, _mm_load_si128(from + i));
  }
#else
  *out = *flat;
#endif
}

static void lay_slice(void *context, size_t task) {
  making *m = context;
  size_t end = (task + 1) * SLICE < m->count ? (task + 1) * SLICE : m->count;
  plane at = {.tile = 0};
  sl_grid_widened last = {.known = false};
  for (size_t i = task * SLICE; i < end; i++) {
    if (m->position[i] == SL_FLAT_NOWHERE) {
      continue;
    }
    uint32_t tile = tile_of(m->entries[i], &last);
    if (tile != at.tile && tile != 0) {
      plane_at(&at, tile);
    }
    at.tile = tile;
    sl_flat flat;
    flatten(&flat, &at, m->entries[i]);
    put(&m->flat[m->position[i]], &flat);
  }
#ifdef __SSE2__
  _mm_sfence();
#endif
}

void sl_flat_lay(sl_flat *out, const sl_prepared *const *entries, const uint32_t *position, size_t count, unsigned threads) {
  making m = {entries, position, count, out};
  sl_team_run(threads, (count + SLICE - 1) / SLICE, lay_slice, &m);
}

sl_flat_limits sl_flat_limits_of(const sl_minima *minima) {
  return (sl_flat_limits){(float)minima->lateral.mm * 1.001e-3f, 2 * minima->grow.ns, minima->vertical_w84.mm,
                          minima->vertical_ft};
}

/* Whether altitudes infringe: exact, in the unit of the reference. */
static bool altitudes_infringe(const sl_flat *a, const sl_flat *b, const sl_flat_limits *limits) {
  int64_t over = (int64_t)a->lower - b->upper, under = (int64_t)b->lower - a->upper;
  int64_t apart = over > under ? over : under;
  int64_t limit = (a->tile & 3) == SL_ALT_BARO ? limits->vertical_ft : limits->vertical_mm;
  return limit > 0 ? apart < limit : apart <= 0;
}

/* Two outlines side by side: a in the low four lanes, b in the high. */
typedef float eight __attribute__((vector_size(32)));
typedef int32_t mask8 __attribute__((vector_size(32)));
typedef int64_t quarter __attribute__((vector_size(32)));

/* The next corner of each; the other of the two; corner i of the other, to each edge. */
#define TURNED(v) __builtin_shufflevector(v, v, 1, 2, 3, 0, 5, 6, 7, 4)
#define OTHER(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3)
#define CORNER(v, i) __builtin_shufflevector(v, v, i, i, i, i, 4 + (i), 4 + (i), 4 + (i), 4 + (i))
#define RIGHT(i) (ey * (CORNER(other_x, i) - x) - ex * (CORNER(other_y, i) - y))
ALWAYS void least_of(eight *least, const eight *v) {
  mask8 less = *v < *least;
  *least = (eight)(((mask8)*v & less) | ((mask8)*least & ~less));
}
ALWAYS void drop_signs(eight *v) {
  const mask8 sign = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX};
  *v = (eight)((mask8)*v & sign);
}
ALWAYS bool any8(const mask8 *m) {
  const quarter *q = (const quarter *)(const void *)m;
  return ((*q)[0] | (*q)[1] | (*q)[2] | (*q)[3]) != 0;
}

/* How each lies to the edges of the other: SL_CLEAR when one is beyond an edge by more
 * than the limit, SL_CONFLICT when each reaches inward over every edge of the other, else
 * SL_VERDICT_NONE. Gaps are compared times the edge's length l, of which |dx| + |dy| is
 * an upper bound: a gap is wrong by 2 POINT_M (1 + span / l) at most, since a point moves
 * by POINT_M, and an edge turns by 2 POINT_M / l. */
ALWAYS sl_verdict edges_of_both(const sl_flat *a, const sl_flat *b, float lateral) {
  eight x = __builtin_shufflevector(a->x, b->x, 0, 1, 2, 3, 4, 5, 6, 7), y = __builtin_shufflevector(a->y, b->y, 0, 1, 2, 3, 4, 5, 6, 7);
  eight ex = TURNED(x) - x, ey = TURNED(y) - y, along = ex, aside = ey, other_x = OTHER(x), other_y = OTHER(y);
  drop_signs(&along);
  drop_signs(&aside);
  eight length = along + aside;
  eight nearest = RIGHT(0), right = RIGHT(1);   /* of the other's corners, right of each edge, times its length */
  least_of(&nearest, &right);
  right = RIGHT(2);
  least_of(&nearest, &right);
  right = RIGHT(3);
  least_of(&nearest, &right);
  eight wrong = (length + (a->span + b->span)) * (2 * POINT_M);
  mask8 beyond = nearest > length * lateral + wrong;
  if (any8(&beyond)) {
    return SL_CLEAR;
  }
  /* A triangle has its last point twice: an edge of no length says nothing. */
  mask8 outside = ~((nearest < -wrong) | (length == 0.0f));
  return any8(&outside) ? SL_VERDICT_NONE : SL_CONFLICT;
}

WIDE sl_verdict sl_flat_judge(const sl_flat *a, const sl_flat *b, const sl_flat_limits *limits) {
  if (a->span < 0 || b->span < 0 || a->tile != b->tile) {
    return SL_VERDICT_NONE;
  }
  int64_t start = a->start_ns > b->start_ns ? a->start_ns : b->start_ns;
  int64_t end = a->end_ns < b->end_ns ? a->end_ns : b->end_ns;
  if (start - end >= limits->grow_both_ns) {
    return SL_CLEAR;
  }
  if ((a->tile & 3) != SL_ALT_COLUMN && !altitudes_infringe(a, b, limits)) {
    return SL_CLEAR;
  }
  return edges_of_both(a, b, limits->lateral);
}

/* The plane that touches where a place near the ellipsoid is. */
static plane plane_about(sl_vec place) {
  sl_vec up = {place.x, place.y, place.z / (1.0 - SL_WGS84_E2)};
  up = sl_vec_scale(up, 1.0 / sqrt(sl_vec_dot(up, up)));
  double ring = up.x * up.x + up.y * up.y;
  sl_vec east = {0.0, 1.0, 0.0};   /* at a pole any axis will do that lies in the plane */
  if (ring > 1e-12) {
    double scale = 1.0 / sqrt(ring);
    east = (sl_vec){-up.y * scale, up.x * scale, 0.0};
  }
  return (plane){1, place, east, sl_vec_cross(up, east)};
}

WIDE static sl_verdict outlines(const sl_flat *a, const sl_flat *b, float lateral) { return edges_of_both(a, b, lateral); }

sl_verdict sl_flat_pair(const sl_prepared *a, const sl_prepared *b, double lateral) {
  if (!flattens(a) || !flattens(b)) {
    return SL_VERDICT_NONE;
  }
  sl_vec apart = sl_vec_sub(b->anchor, a->anchor);
  if (!(sl_vec_dot(apart, apart) < PAIR_MAX_M * PAIR_MAX_M && lateral < PAIR_MAX_M)) {
    return SL_VERDICT_NONE;
  }
  plane at = plane_about(a->anchor);
  sl_flat fa = {.span = -1}, fb = {.span = -1};
  lay(&fa, &at, a);
  lay(&fb, &at, b);
  return fa.span < 0 || fb.span < 0 ? SL_VERDICT_NONE : outlines(&fa, &fb, (float)(lateral * 1.001));
}
