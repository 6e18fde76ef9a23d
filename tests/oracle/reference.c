/* The reference of reference.h. Written to be plainly right, not fast. */
#include "reference.h"

#include <geodesic.h>
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
