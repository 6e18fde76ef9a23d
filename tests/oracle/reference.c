/* The reference of reference.h. Written to be plainly right, not fast. */
#include "reference.h"

#include <geodesic.h>
#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define A 6378137.0
#define F (1.0 / 298.257223563)

static struct geod_geodesic earth(void) {
  struct geod_geodesic g;
  geod_init(&g, A, F);
  return g;
}

double ref_degrees(double la, double oa, double lb, double ob) {
  struct geod_geodesic g = earth();
  double s = 0;
  geod_inverse(&g, la, oa, lb, ob, &s, NULL, NULL);
  return s;
}

double ref_distance(sl_pos a, sl_pos b) {
  return ref_degrees((double)a.lat_nd * 1e-9, (double)a.lon_nd * 1e-9, (double)b.lat_nd * 1e-9, (double)b.lon_nd * 1e-9);
}

sl_pos ref_direct(sl_pos from, double azimuth, double metres) {
  struct geod_geodesic g = earth();
  double la = 0, lo = 0;
  geod_direct(&g, (double)from.lat_nd * 1e-9, (double)from.lon_nd * 1e-9, azimuth, metres, &la, &lo, NULL);
  return (sl_pos){llround(la * 1e9), llround(lo * 1e9)};
}

/* A line of positions, closed for a polygon. */
typedef struct line {
  const sl_pos *pos;
  uint32_t count, edges;
  double radius;
} line;

static line line_of(const sl_shape *s) {
  if (s->kind == SL_SHAPE_CIRCLE) return (line){&s->as.circle.centre, 1, 1, (double)s->as.circle.radius.mm * 1e-3};
  if (s->kind == SL_SHAPE_CORRIDOR)
    return (line){s->as.corridor.point, s->as.corridor.count, s->as.corridor.count - 1,
                  (double)s->as.corridor.half_width.mm * 1e-3};
  const sl_ring *ring = s->as.polygon.ring;
  return (line){ring->vertex, ring->count, ring->count, 0.0};
}

/* Distance from p to the place s along the edge, and its derivative in s. */
static double at_share(const struct geod_geodesic *g, const struct geod_geodesicline *edge, double la, double lo, double s,
                       double *slope) {
  double lx, ox, way, d = 0, arrive = 0;
  geod_position(edge, s, &lx, &ox, &way);
  geod_inverse(g, la, lo, lx, ox, &d, NULL, &arrive);
  *slope = cos((arrive - way) * (PI / 180.0));
  return d;
}

/* Least distance from p to an edge: the distance is convex along it (the curvature
 * is positive and the distances short of a quarter turn), so a bracket of the zero
 * of its slope bounds it: at least d - |slope| times the bracket. */
static ref_gap point_edge(sl_pos p, sl_pos a, sl_pos b, double interesting) {
  struct geod_geodesic g = earth();
  double la = (double)p.lat_nd * 1e-9, lo = (double)p.lon_nd * 1e-9;
  double da = ref_distance(p, a);
  if (a.lat_nd == b.lat_nd && a.lon_nd == b.lon_nd) return (ref_gap){da, 2e-8};
  struct geod_geodesicline edge;
  geod_inverseline(&edge, &g, (double)a.lat_nd * 1e-9, (double)a.lon_nd * 1e-9, (double)b.lat_nd * 1e-9,
                   (double)b.lon_nd * 1e-9, 0);
  double low = 0.0, high = edge.s13, slope_low, slope_high;
  double db = ref_distance(p, b);
  if ((da + db - high) / 2.0 > interesting) return (ref_gap){fmin(da, db), 2e-8}; /* Lipschitz: not nearer anywhere */
  if (da < 1e-7 || db < 1e-7) return (ref_gap){0.0, 1e-7};
  at_share(&g, &edge, la, lo, low, &slope_low);
  at_share(&g, &edge, la, lo, high, &slope_high);
  if (slope_low >= 0.0) return (ref_gap){da, 2e-8};
  if (slope_high <= 0.0) return (ref_gap){db, 2e-8};
  double best = fmin(da, db), error = high - low;
  for (int i = 0; i < 80 && error > 1e-6; i++) {
    double share = slope_low / (slope_low - slope_high);
    if (i % 3 == 2) share = 0.5;
    double s = low + (high - low) * share, slope, d = at_share(&g, &edge, la, lo, s, &slope);
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

static void keep_least(ref_gap *best, ref_gap gap) {
  if (gap.distance - gap.error < best->distance - best->error) *best = gap;
}

static ref_gap boundaries(const line *a, const line *b) {
  ref_gap best = {INFINITY, 0.0};
  for (int turn = 0; turn < 2; turn++) {
    const line *p = turn ? b : a, *q = turn ? a : b;
    for (uint32_t i = 0; i < p->count; i++)
      for (uint32_t j = 0; j < q->edges; j++)
        keep_least(&best, point_edge(p->pos[i], q->pos[j], q->pos[(j + 1) % q->count], best.distance));
  }
  return best;
}

/* Karney's ellipsoidal gnomonic plane about a place: geodesics are straight to
 * third order. */
static void gnomonic(double *x, double *y, sl_pos centre, sl_pos p) {
  struct geod_geodesic g = earth();
  double azimuth = 0, m12 = 0, M12 = 1;
  geod_geninverse(&g, (double)centre.lat_nd * 1e-9, (double)centre.lon_nd * 1e-9, (double)p.lat_nd * 1e-9,
                  (double)p.lon_nd * 1e-9, NULL, &azimuth, NULL, &m12, &M12, NULL, NULL);
  double rho = m12 / M12;
  *x = rho * sin(azimuth * (PI / 180.0));
  *y = rho * cos(azimuth * (PI / 180.0));
}

static GEOSGeometry *planar(GEOSContextHandle_t geos, const sl_shape *shape, const line *l, sl_pos centre) {
  bool still = true; /* GEOS has no line of one place */
  for (uint32_t i = 1; i < l->count; i++)
    if (l->pos[i].lat_nd != l->pos[0].lat_nd || l->pos[i].lon_nd != l->pos[0].lon_nd) still = false;
  if (still) {
    double x, y;
    gnomonic(&x, &y, centre, l->pos[0]);
    return GEOSGeom_createPointFromXY_r(geos, x, y);
  }
  uint32_t n = l->count + (shape->kind == SL_SHAPE_POLYGON ? 1 : 0);
  GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, n, 2);
  for (uint32_t i = 0; i < n; i++) {
    double x, y;
    gnomonic(&x, &y, centre, l->pos[i % l->count]);
    GEOSCoordSeq_setXY_r(geos, seq, i, x, y);
  }
  if (shape->kind == SL_SHAPE_CORRIDOR) return GEOSGeom_createLineString_r(geos, seq);
  return GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, seq), NULL, 0);
}

static bool share_point(const sl_shape *a, const sl_shape *b, const line *la, const line *lb) {
  GEOSContextHandle_t geos = GEOS_init_r();
  GEOSGeometry *ga = planar(geos, a, la, la->pos[0]), *gb = planar(geos, b, lb, la->pos[0]);
  bool share = GEOSIntersects_r(geos, ga, gb) == 1;
  GEOSGeom_destroy_r(geos, ga);
  GEOSGeom_destroy_r(geos, gb);
  GEOS_finish_r(geos);
  return share;
}

ref_gap ref_shapes(const sl_shape *a, const sl_shape *b) {
  line la = line_of(a), lb = line_of(b);
  ref_gap gap = boundaries(&la, &lb);
  /* Beyond a quarter turn nothing is shared; nearer the plane holds all of both. */
  if (gap.distance < 5e6 && share_point(a, b, &la, &lb)) gap = (ref_gap){0.0, 0.0};
  gap.distance -= la.radius + lb.radius;
  if (gap.distance + gap.error < 0.0) return (ref_gap){0.0, 0.0};
  gap.distance = fmax(0.0, gap.distance);
  return gap;
}

/* Where a track is, on which course, how fast (m/s), and its share of the leg. */
typedef struct moment { double latitude, longitude, course, speed, share; uint32_t leg; } moment;

static moment moment_of(const sl_trajectory *t, double ns) {
  moment m = {.leg = 0};
  while (m.leg + 2 < t->count && (double)t->fix[m.leg + 1].time.ns <= ns) m.leg++;
  const sl_fix *from = t->fix + m.leg, *to = t->fix + (m.leg + 1 < t->count ? m.leg + 1 : m.leg);
  double lasts = (double)(to->time.ns - from->time.ns);
  m.share = lasts > 0 ? (ns - (double)from->time.ns) / lasts : 0.0;
  struct geod_geodesic g = earth();
  struct geod_geodesicline leg;
  geod_inverseline(&leg, &g, (double)from->pos.lat_nd * 1e-9, (double)from->pos.lon_nd * 1e-9,
                   (double)to->pos.lat_nd * 1e-9, (double)to->pos.lon_nd * 1e-9, 0);
  geod_position(&leg, leg.s13 * m.share, &m.latitude, &m.longitude, &m.course);
  m.speed = lasts > 0 ? leg.s13 / (lasts * 1e-9) : 0.0;
  return m;
}

void ref_track_at(double *latitude, double *longitude, double *altitude, const sl_trajectory *t, double ns) {
  moment m = moment_of(t, ns);
  const sl_fix *from = t->fix + m.leg, *to = t->fix + (m.leg + 1 < t->count ? m.leg + 1 : m.leg);
  double za = t->ref == SL_ALT_W84 ? (double)from->alt.w84.mm : from->alt.baro.ft;
  double zb = t->ref == SL_ALT_W84 ? (double)to->alt.w84.mm : to->alt.baro.ft;
  *latitude = m.latitude;
  *longitude = m.longitude;
  *altitude = za + (zb - za) * m.share;
}

double ref_approach(const sl_trajectory *a, const sl_trajectory *b, double ns, double later, double *slope) {
  moment ma = moment_of(a, ns), mb = moment_of(b, ns + later);
  struct geod_geodesic g = earth();
  double d = 0, leave = 0, arrive = 0;
  geod_inverse(&g, ma.latitude, ma.longitude, mb.latitude, mb.longitude, &d, &leave, &arrive);
  *slope = mb.speed * cos((arrive - mb.course) * (PI / 180.0)) - ma.speed * cos((leave - ma.course) * (PI / 180.0));
  return d;
}
