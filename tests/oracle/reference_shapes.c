/* The reference of two shapes: edges against edges, and GEOS for what lies inside
 * what. Geodesic edges by a convex search; edges along a parallel in closed form: of
 * two places at given latitudes the distance grows with the difference of their
 * longitudes (Clairaut), so the nearest place of an arc of a parallel is at the
 * longitude asked for or at the nearer end. Written to be plainly right, not fast. */
#include <geodesic.h>
#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

#include "reference.h"

#define PI 3.14159265358979323846
#define EDGES_MAX 256
#define RINGS_MAX 8
#define SAG_M 2e-4        /* how near boundaries are told to touch by GEOS along a parallel */

typedef struct edge {
  double la, oa, lb, ob;  /* degrees */
  bool parallel, still;
  double turn;            /* of a parallel: degrees eastward, signed */
  double length;          /* m, not under the true one */
  double a[3], b[3];      /* the ends in space, m */
  struct geod_geodesicline line;
} edge;

/* The edges of a shape and where each of its rings starts. */
typedef struct outline {
  const struct geod_geodesic *earth;
  edge edge[EDGES_MAX];
  uint32_t start[RINGS_MAX + 1];
  bool hole[RINGS_MAX];
  uint32_t count, rings;
  double radius;
  bool area;
} outline;

static double eastward(double from, double to) { return remainder(to - from, 360.0); }

static void in_space(double out[3], double la, double lo) {
  double s = sin(la * (PI / 180.0)), c = cos(la * (PI / 180.0)), e2 = (2.0 - 1.0 / 298.257223563) / 298.257223563;
  double n = 6378137.0 / sqrt(1.0 - e2 * s * s);
  out[0] = n * c * cos(lo * (PI / 180.0));
  out[1] = n * c * sin(lo * (PI / 180.0));
  out[2] = n * (1.0 - e2) * s;
}

static double chord(const double a[3], const double b[3]) {
  double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
  return sqrt(x * x + y * y + z * z);
}

/* A place on an edge is no nearer to p than this: chords are no longer than geodesics,
 * and the way over an end is no shorter than the direct one. */
static double at_least(const double p[3], const edge *e) { return (chord(p, e->a) + chord(p, e->b) - e->length) / 2.0 - 1e-6; }

static void add_edge(outline *o, sl_pos a, sl_pos b, sl_edge kind) {
  if (o->count == EDGES_MAX) abort();
  edge *e = o->edge + o->count++;
  *e = (edge){.la = (double)a.lat_nd * 1e-9, .oa = (double)a.lon_nd * 1e-9, .lb = (double)b.lat_nd * 1e-9, .ob = (double)b.lon_nd * 1e-9};
  e->turn = eastward(e->oa, e->ob);
  bool pole = fabs(e->la) == 90.0 && e->la == e->lb;
  e->still = pole || (e->la == e->lb && e->turn == 0.0);
  e->parallel = kind == SL_EDGE_PARALLEL && a.lat_nd == b.lat_nd && !e->still;
  geod_inverseline(&e->line, o->earth, e->la, e->oa, e->lb, e->ob, 0);
  in_space(e->a, e->la, e->oa);
  in_space(e->b, e->lb, e->ob);
  e->length = e->line.s13;
  if (e->parallel) e->length = hypot(e->a[0], e->a[1]) * fabs(e->turn) * (PI / 180.0);
}

static void add_ring(outline *o, const sl_pos *pos, uint32_t count, bool closed, bool hole, sl_edge kind) {
  if (o->rings == RINGS_MAX) abort();
  o->hole[o->rings] = hole;
  o->start[o->rings++] = o->count;
  for (uint32_t i = 0; i + (closed ? 0 : 1) < count; i++) add_edge(o, pos[i], pos[(i + 1) % count], kind);
  if (count == 1) add_edge(o, pos[0], pos[0], kind);
  o->start[o->rings] = o->count;
}

static void outline_of(outline *o, const struct geod_geodesic *earth, const sl_shape *s) {
  o->earth = earth;
  o->count = o->rings = 0;
  o->radius = 0.0;
  o->area = s->kind == SL_SHAPE_POLYGON;
  if (s->kind == SL_SHAPE_CIRCLE) {
    o->radius = (double)s->as.circle.radius.mm * 1e-3;
    add_ring(o, &s->as.circle.centre, 1, false, false, SL_EDGE_GEODESIC);
  } else if (s->kind == SL_SHAPE_CORRIDOR) {
    o->radius = (double)s->as.corridor.half_width.mm * 1e-3;
    add_ring(o, s->as.corridor.point, s->as.corridor.count, false, false, s->as.corridor.edge);
  } else {
    const sl_polygon *p = &s->as.polygon;
    for (uint32_t i = 0; i < p->count; i++) add_ring(o, p->ring[i].vertex, p->ring[i].count, true, p->hole[i], p->edge);
  }
}

static double apart(const struct geod_geodesic *g, double la, double oa, double lb, double ob) {
  double s = 0;
  geod_inverse(g, la, oa, lb, ob, &s, NULL, NULL);
  return s;
}

static void keep_least(ref_gap *best, ref_gap gap) {
  if (gap.distance - gap.error < best->distance - best->error) *best = gap;
}

/* The share of the arc, 0 to 1, that is nearest in longitude. */
static double nearest_share(const edge *arc, double longitude) {
  double middle = arc->oa + arc->turn / 2.0, off = eastward(middle, longitude);
  return fmin(1.0, fmax(0.0, 0.5 + off / arc->turn));
}

static ref_gap point_parallel(const struct geod_geodesic *g, double la, double lo, const edge *arc) {
  double at = arc->oa + arc->turn * nearest_share(arc, lo);
  return (ref_gap){apart(g, la, lo, arc->la, at), 3e-8};
}

/* Distance from p to the place s along the edge, and its derivative in s. */
static double at_share(const struct geod_geodesic *g, const edge *e, double la, double lo, double s, double *slope) {
  double lx, ox, way, d = 0, arrive = 0;
  geod_position(&e->line, s, &lx, &ox, &way);
  geod_inverse(g, la, lo, lx, ox, &d, NULL, &arrive);
  *slope = cos((arrive - way) * (PI / 180.0));
  return d;
}

/* Least distance from p to a geodesic: the distance is convex along it (the curvature
 * is positive and the distances short of a quarter turn), so a bracket of the zero
 * of its slope bounds it: at least d - |slope| times the bracket. */
static ref_gap point_geodesic(const struct geod_geodesic *g, double la, double lo, const edge *e, double interesting) {
  double da = apart(g, la, lo, e->la, e->oa);
  if (e->still) return (ref_gap){da, 2e-8};
  double low = 0.0, high = e->line.s13, slope_low, slope_high, db = apart(g, la, lo, e->lb, e->ob);
  if ((da + db - high) / 2.0 > interesting) return (ref_gap){fmin(da, db), 2e-8}; /* Lipschitz: not nearer anywhere */
  if (da < 1e-7 || db < 1e-7) return (ref_gap){0.0, 1e-7};
  at_share(g, e, la, lo, low, &slope_low);
  at_share(g, e, la, lo, high, &slope_high);
  if (slope_low >= 0.0) return (ref_gap){da, 2e-8};
  if (slope_high <= 0.0) return (ref_gap){db, 2e-8};
  double best = fmin(da, db), error = high - low;
  for (int i = 0; i < 80 && error > 1e-6; i++) {
    double share = slope_low / (slope_low - slope_high);
    if (i % 3 == 2) share = 0.5;
    double s = low + (high - low) * share, slope, d = at_share(g, e, la, lo, s, &slope);
    best = fmin(best, d);
    error = fabs(slope) * (slope > 0.0 ? s - low : high - s);
    if (d < 1e-7) return (ref_gap){d, 2e-7};
    if (slope > 0.0) {
      high = s;
      slope_high = slope;
    } else {
      low = s;
      slope_low = slope;
    }
  }
  return (ref_gap){best, error + 2e-8};
}

/* Where along the geodesic a value that changes sign does so, by halving. */
static double crossing(const edge *e, double low, double high, double latitude, bool of_course) {
  double la, lo, azimuth, from;
  geod_position(&e->line, low, &la, &lo, &azimuth);
  from = of_course ? cos(azimuth * (PI / 180.0)) : la - latitude;
  for (int i = 0; i < 60 && high - low > 1e-8; i++) {
    double middle = 0.5 * (low + high);
    geod_position(&e->line, middle, &la, &lo, &azimuth);
    double now = of_course ? cos(azimuth * (PI / 180.0)) : la - latitude;
    if ((now > 0.0) == (from > 0.0)) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

static bool in_arc(const edge *arc, double longitude) {
  double share = nearest_share(arc, longitude);
  return share > 0.0 && share < 1.0;
}

/* What the ends of neither tell: where the geodesic crosses the arc, or runs along a
 * parallel for an instant beside it. Latitude along a geodesic of up to 2,000 km has
 * one extreme at most. */
static void parallel_geodesic(const struct geod_geodesic *g, ref_gap *best, const edge *arc, const edge *e) {
  double at[3] = {0.0, e->line.s13, e->line.s13}, la[3], lo[3], start, end;
  int count = 2;
  geod_position(&e->line, 0.0, &la[0], &lo[0], &start);
  geod_position(&e->line, e->line.s13, &la[1], &lo[1], &end);
  if ((cos(start * (PI / 180.0)) > 0.0) != (cos(end * (PI / 180.0)) > 0.0)) {
    at[1] = crossing(e, 0.0, e->line.s13, 0.0, true);
    la[2] = la[1];
    lo[2] = lo[1];
    geod_position(&e->line, at[1], &la[1], &lo[1], NULL);
    if (in_arc(arc, lo[1])) keep_least(best, (ref_gap){apart(g, la[1], lo[1], arc->la, lo[1]), 1e-7});
    count = 3;
  }
  for (int i = 0; i + 1 < count; i++) {
    if ((la[i] > arc->la) == (la[i + 1] > arc->la)) continue;
    double x, y, clear = fmin(fabs(la[i] - arc->la), fabs(la[i + 1] - arc->la));
    geod_position(&e->line, crossing(e, at[i], at[i + 1], arc->la, false), &x, &y, NULL);
    double share = nearest_share(arc, y), margin = 1e-9 / fabs(arc->turn);
    bool sure = clear > 1e-11 && share > margin && share < 1.0 - margin;
    if (in_arc(arc, y)) *best = (ref_gap){0.0, sure ? 0.0 : 1e-6};
  }
}

static void point_edge(ref_gap *best, const struct geod_geodesic *g, const edge *p, bool end, const edge *e) {
  if (at_least(end ? p->b : p->a, e) > best->distance) return;
  double la = end ? p->lb : p->la, lo = end ? p->ob : p->oa;
  keep_least(best, e->parallel ? point_parallel(g, la, lo, e) : point_geodesic(g, la, lo, e, best->distance));
}

/* The distance of the two vertices that are nearest in space: no more is of interest. */
static ref_gap nearest_vertices(const outline *a, const outline *b) {
  const edge *p = a->edge, *q = b->edge;
  double least = INFINITY;
  for (uint32_t i = 0; i < a->count; i++)
    for (uint32_t j = 0; j < b->count; j++) {
      double d = chord(a->edge[i].a, b->edge[j].a);
      if (d >= least) continue;
      least = d;
      p = a->edge + i;
      q = b->edge + j;
    }
  return (ref_gap){apart(a->earth, p->la, p->oa, q->la, q->oa), 2e-8};
}

static ref_gap boundaries(const outline *a, const outline *b) {
  ref_gap best = nearest_vertices(a, b);
  const struct geod_geodesic *g = a->earth;
  for (int turn = 0; turn < 2; turn++) {
    const outline *p = turn ? b : a, *q = turn ? a : b;
    for (uint32_t i = 0; i < p->count; i++)
      for (uint32_t j = 0; j < q->count; j++) {
        const edge *e = p->edge + i, *f = q->edge + j;
        point_edge(&best, g, e, false, f);
        if (!p->area && i + 1 == p->count) point_edge(&best, g, e, true, f);
        bool near = (at_least(e->a, f) - e->length) <= best.distance;
        if (near && e->parallel && !f->parallel && !f->still) parallel_geodesic(g, &best, e, f);
        if (best.distance + best.error <= 0.0) return best;
      }
  }
  return best;
}

/* Karney's ellipsoidal gnomonic plane about a place: geodesics are straight to
 * third order. */
typedef struct plane {
  GEOSContextHandle_t geos;
  const struct geod_geodesic *earth;
  double la, lo;
  double sag; /* parallels are cut so that chords leave them by no more */
} plane;

static void gnomonic(double *x, double *y, const plane *on, double la, double lo) {
  double azimuth = 0, m12 = 0, M12 = 1;
  geod_geninverse(on->earth, on->la, on->lo, la, lo, NULL, &azimuth, NULL, &m12, &M12, NULL, NULL);
  double rho = m12 / M12;
  *x = rho * sin(azimuth * (PI / 180.0));
  *y = rho * cos(azimuth * (PI / 180.0));
}

static uint32_t parts_of(const edge *e, double sag) {
  if (!e->parallel) return 1;
  double angle = e->turn * (PI / 180.0), bend = 6.4e6 * fabs(sin(2.0 * e->la * (PI / 180.0))) / 16.0;
  return 1 + (uint32_t)fmin(20000.0, fabs(angle) * sqrt(bend / sag));
}

/* A ring, or a line, of the outline in the plane. */
static GEOSCoordSequence *sequence(const plane *on, const outline *o, uint32_t ring) {
  uint32_t n = 1;
  for (uint32_t i = o->start[ring]; i < o->start[ring + 1]; i++) n += parts_of(o->edge + i, on->sag);
  GEOSCoordSequence *out = GEOSCoordSeq_create_r(on->geos, n, 2);
  uint32_t at = 0;
  double x, y;
  for (uint32_t i = o->start[ring]; i < o->start[ring + 1]; i++) {
    const edge *e = o->edge + i;
    uint32_t parts = parts_of(e, on->sag);
    for (uint32_t k = 0; k < parts; k++) {
      gnomonic(&x, &y, on, e->la, e->oa + e->turn * (e->parallel ? k / (double)parts : 0.0));
      GEOSCoordSeq_setXY_r(on->geos, out, at++, x, y);
    }
  }
  const edge *last = o->edge + (o->area ? o->start[ring] : o->start[ring + 1] - 1);
  gnomonic(&x, &y, on, o->area ? last->la : last->lb, o->area ? last->oa : last->ob);
  GEOSCoordSeq_setXY_r(on->geos, out, at, x, y);
  return out;
}

static bool lies_still(const outline *o) {
  for (uint32_t i = 0; i < o->count; i++)
    if (!o->edge[i].still) return false;
  return true;
}

/* The polygon of outer ring `ring` and its holes, or the line, or the point. *next:
 * the ring after it. */
static GEOSGeometry *planar(const plane *on, const outline *o, uint32_t ring, uint32_t *next) {
  *next = ring + 1;
  if (lies_still(o)) { /* GEOS has no line of one place */
    double x, y;
    gnomonic(&x, &y, on, o->edge[0].la, o->edge[0].oa);
    return GEOSGeom_createPointFromXY_r(on->geos, x, y);
  }
  if (!o->area) return GEOSGeom_createLineString_r(on->geos, sequence(on, o, ring));
  GEOSGeometry *shell = GEOSGeom_createLinearRing_r(on->geos, sequence(on, o, ring)), *holes[RINGS_MAX];
  while (*next < o->rings && o->hole[*next]) {
    holes[*next - ring - 1] = GEOSGeom_createLinearRing_r(on->geos, sequence(on, o, *next));
    ++*next;
  }
  return GEOSGeom_createPolygon_r(on->geos, shell, holes, *next - ring - 1);
}

/* Outer rings add up: each with its holes is asked on its own. -1: a hole meets its
 * ring in the plane, where parallels are chords, so GEOS cannot say. */
static int share_point(const outline *a, const outline *b, double sag) {
  plane on = {GEOS_init_r(), a->earth, a->edge[0].la, a->edge[0].oa, sag};
  int share = 0;
  for (uint32_t i = 0, after_a; i < a->rings && share == 0; i = after_a) {
    GEOSGeometry *ga = planar(&on, a, i, &after_a);
    if (after_a > i + 1 && GEOSisValid_r(on.geos, ga) != 1) share = -1;
    for (uint32_t j = 0, after_b; j < b->rings && share == 0; j = after_b) {
      GEOSGeometry *gb = planar(&on, b, j, &after_b);
      bool valid = after_b == j + 1 || GEOSisValid_r(on.geos, gb) == 1;
      char answer = valid ? GEOSIntersects_r(on.geos, ga, gb) : 2;
      share = answer == 2 ? -1 : answer;
      GEOSGeom_destroy_r(on.geos, gb);
    }
    GEOSGeom_destroy_r(on.geos, ga);
  }
  GEOS_finish_r(on.geos);
  return share;
}

/* Whether what boundaries leave apart by `gap` shares a point: chords of parallels
 * are told apart by no more than an eighth of it, finer where holes need it. */
static ref_gap with_inside(const outline *a, const outline *b, ref_gap gap) {
  double sag = fmax(SAG_M, gap.distance / 8.0);
  int share = share_point(a, b, sag);
  for (; share < 0 && sag > SAG_M; share = share_point(a, b, sag)) sag = fmax(SAG_M, sag / 64.0);
  if (share < 0) return (ref_gap){gap.distance, 1e9};
  if (share > 0) return (ref_gap){0.0, gap.distance <= 2.0 * sag ? 2.0 * sag : 0.0};
  return gap;
}

ref_gap ref_shapes(const sl_shape *a, const sl_shape *b) {
  struct geod_geodesic earth;
  geod_init(&earth, 6378137.0, 1.0 / 298.257223563);
  outline *o = malloc(2 * sizeof *o);
  if (!o) abort();
  outline_of(o, &earth, a);
  outline_of(o + 1, &earth, b);
  ref_gap gap = boundaries(o, o + 1);
  /* Beyond a quarter turn nothing is shared; nearer the plane holds all of both. */
  if (gap.distance > 0.0 && gap.distance < 5e6) gap = with_inside(o, o + 1, gap);
  gap.distance -= o[0].radius + o[1].radius;
  free(o);
  if (gap.distance + gap.error < 0.0) return (ref_gap){0.0, 0.0};
  gap.distance = fmax(0.0, gap.distance);
  return gap;
}
