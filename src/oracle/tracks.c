/* A trajectory against another. Two legs meet in a plane of two times: (t1, t2) are
 * possible together where each is within its leg and they differ by at most what
 * the tolerances along the tracks and the growth allow; altitudes conflict in a
 * strip of that plane. All of it is a convex polygon whose corners, before the
 * strip, are whole nanoseconds, so that whether the altitudes meet is exact. The
 * difference of the two positions is linear on it: the polygon's image is a convex
 * polygon too, and its distance from the origin is the least separation. */
#include "base/assert.h"
#include "oracle/pair.h"

#define CORNERS 20
#define FAR_M 30e3    /* pieces whose middles are farther apart than this are taken each in its own plane */
#define HALVED_M 25e3 /* under a larger limit pieces are halved, which quarters the error */

typedef struct corner { double s, t; } corner; /* ns after the starts of a's and b's leg */

typedef struct region {
  corner at[CORNERS];
  uint32_t count;
} region;

typedef struct instant { int64_t s, t; } instant;

/* Two legs that meet in time. */
typedef struct legs {
  const sl_side *a, *b;
  sl_ramp ra, rb;
  uint32_t ia, ib;
  int64_t apart;      /* how far the two times may differ, ns */
} legs;

/* The rectangle of the legs, cut by -apart <= s - t <= apart. Corners are whole. */
static uint32_t possible(instant out[8], const legs *l) {
  instant in[8] = {{l->ra.t0, l->rb.t0}, {l->ra.t1, l->rb.t0}, {l->ra.t1, l->rb.t1}, {l->ra.t0, l->rb.t1}};
  uint32_t count = 4;
  for (int sign = -1; sign <= 1; sign += 2) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
      instant p = in[i], q = in[(i + 1) % count];
      int64_t fp = sign * (p.s - p.t) - l->apart, fq = sign * (q.s - q.t) - l->apart; /* <= 0 is kept */
      if (fp <= 0) out[kept++] = p;
      if ((fp < 0 && fq > 0) || (fp > 0 && fq < 0)) {
        /* Along the side one of the two times stands still, so this is whole; on a
         * slanted side f does not change, so it is never cut. */
        instant x = p;
        if (p.t == q.t) x.s = p.t + sign * l->apart;
        else x.t = p.s - sign * l->apart;
        out[kept++] = x;
      }
    }
    count = kept;
    for (uint32_t i = 0; i < count; i++) in[i] = out[i];
  }
  return count;
}

/* Keep the part of the region where `value` at the corners, linear between, is at
 * most 0. A convex region gains one corner at most; should rounding on a flat one
 * make it gain more than there is room for, it stays as it was, which is wider. */
static void keep_below(region *r, const double value[CORNERS]) {
  region out = {.count = 0};
  for (uint32_t i = 0; i < r->count; i++) {
    if (out.count + 2 > CORNERS) return;
    uint32_t j = (i + 1) % r->count;
    double p = value[i], q = value[j];
    if (p <= 0.0) out.at[out.count++] = r->at[i];
    if ((p < 0.0 && q > 0.0) || (p > 0.0 && q < 0.0)) {
      double k = p / (p - q);
      out.at[out.count++] = (corner){r->at[i].s + (r->at[j].s - r->at[i].s) * k, r->at[i].t + (r->at[j].t - r->at[i].t) * k};
    }
  }
  *r = out;
}

/* Cut the region to the altitudes that meet. False: none do, exactly. */
static bool cut_vertical(region *r, const legs *l, const instant *corners, const sl_limits *limits) {
  if (limits->any_altitude) return true;
  int64_t m = limits->vertical, over = l->a->low - l->b->high - m, under = l->a->high - l->b->low + m;
  int strict = m > 0 ? 0 : 1;
  bool below = false, above = false;
  double high[CORNERS], low[CORNERS];
  for (uint32_t i = 0; i < r->count; i++) {
    below |= sl_ramp_compare(&l->ra, corners[i].s, &l->rb, corners[i].t, over) < strict;
    above |= sl_ramp_compare(&l->ra, corners[i].s, &l->rb, corners[i].t, under) > -strict;
  }
  if (!below || !above) return false;
  double tiny = 4e-15 * (fabs((double)l->ra.z0) + fabs((double)l->ra.z1) + fabs((double)l->rb.z0) + fabs((double)l->rb.z1) + 1.0);
  for (uint32_t i = 0; i < r->count; i++)
    high[i] = sl_ramp_at(&l->ra, r->at[i].s) - sl_ramp_at(&l->rb, r->at[i].t) + (double)over - tiny;
  keep_below(r, high);
  for (uint32_t i = 0; i < r->count; i++)
    low[i] = -(sl_ramp_at(&l->ra, r->at[i].s) - sl_ramp_at(&l->rb, r->at[i].t) + (double)under) - tiny;
  keep_below(r, low);
  return true;
}

/* One piece of a leg: its ends, and its share of the leg's time. */
typedef struct part { sl_vec from, to; double start, end; } part;

static uint32_t pieces_of(const sl_prepared *p, uint32_t leg) {
  const sl_knot *knots = sl_prepared_knots(p);
  return leg + 1 < p->knots ? knots[leg + 1].first - knots[leg].first : 1;
}

/* Share i of a leg whose pieces are each cut into `cuts`. */
static part part_of(const sl_prepared *p, uint32_t leg, uint32_t i, uint32_t cuts, double lasts) {
  const sl_vec centre = {0.0, 0.0, 0.0};
  uint32_t first = sl_prepared_knots(p)[leg].first + i / cuts, shares = pieces_of(p, leg) * cuts;
  part out = {.from = sl_prepared_at(p, first, centre), .start = lasts * i / shares, .end = lasts * (i + 1) / shares};
  out.to = first + 1 < p->points ? sl_prepared_at(p, first + 1, centre) : out.from;
  if (cuts > 1) {
    sl_vec from = out.from, to = out.to;
    out.from = sl_piece_place(from, to, (double)(i % cuts) / cuts);
    out.to = sl_piece_place(from, to, (double)(i % cuts + 1) / cuts);
  }
  return out;
}

static void cut_to_part(region *r, const part *p, bool second) {
  double early[CORNERS], late[CORNERS];
  for (uint32_t i = 0; i < r->count; i++) early[i] = p->start - (second ? r->at[i].t : r->at[i].s);
  keep_below(r, early);
  for (uint32_t i = 0; i < r->count; i++) late[i] = (second ? r->at[i].t : r->at[i].s) - p->end;
  keep_below(r, late);
}

static double length_of(const part *p) {
  sl_vec d = sl_vec_sub(p->to, p->from);
  return sqrt(sl_vec_dot(d, d));
}

static bool parts_apart(const part *p, const part *q, double limit) {
  sl_vec m = sl_vec_sub(sl_vec_add(p->from, p->to), sl_vec_add(q->from, q->to));
  double near = 2.0 * limit + length_of(p) + length_of(q) + 0.1;
  return sl_vec_dot(m, m) > near * near;
}

/* Two pieces that move uniformly, in a plane: of the difference, from + s * way -
 * t * way_t, s and t as shares. A distance d found there is off by error + scale * d
 * (docs/judgement.md). */
typedef struct motion {
  sl_plane from, way, way_t;
  double error, scale;
} motion;

static motion motion_between(const sl_plane at[4]) {
  return (motion){.from = {at[0].u - at[2].u, at[0].v - at[2].v}, .way = {at[1].u - at[0].u, at[1].v - at[0].v},
                  .way_t = {at[3].u - at[2].u, at[3].v - at[2].v}};
}

static motion motion_near(const part *p, const part *q, double lp, double lq) {
  sl_vec middle = sl_vec_scale(sl_vec_add(sl_vec_add(p->from, p->to), sl_vec_add(q->from, q->to)), 0.25);
  sl_frame frame = sl_frame_at(middle);
  const sl_vec *ends[4] = {&p->from, &p->to, &q->from, &q->to};
  sl_plane at[4];
  double reach2 = 0.0;
  for (int i = 0; i < 4; i++) {
    at[i] = sl_frame_equidistant(&frame, sl_frame_plane(&frame, sl_vec_sub(*ends[i], frame.origin)));
    reach2 = fmax(reach2, at[i].u * at[i].u + at[i].v * at[i].v);
  }
  motion m = motion_between(at);
  /* Uniform on the sphere against uniform in the plane, and the plane's lengths off
   * its centre. */
  const double r2 = 6.3e6 * 6.3e6;
  double reach = sqrt(reach2), off = (lp + lq) / 4.0;
  m.error = 2e-7 + (lp * lp + lq * lq) * reach / (12.0 * r2) + sl_frame_bend(reach, lp) + sl_frame_bend(reach, lq);
  m.scale = 1.5 * off * off / (6.0 * r2) + sl_frame_scale_error(reach);
  return m;
}

/* The plane that touches at `place`, its first axis towards the way of `chord`. */
typedef struct touching { sl_vec place, along, aside; } touching;

static touching touching_at(sl_vec place, sl_vec chord) {
  sl_vec up = {place.x, place.y, place.z / (1.0 - SL_WGS84_E2)};
  up = sl_vec_scale(up, 1.0 / sqrt(sl_vec_dot(up, up)));
  sl_vec along = sl_vec_sub(chord, sl_vec_scale(up, sl_vec_dot(up, chord)));
  along = sl_vec_scale(along, 1.0 / sqrt(sl_vec_dot(along, along)));
  return (touching){place, along, sl_vec_cross(up, along)};
}

static sl_plane touched(const touching *t, sl_vec place, double ahead) {
  sl_vec d = sl_vec_sub(place, t->place);
  return (sl_plane){ahead + sl_vec_dot(d, t->along), sl_vec_dot(d, t->aside)};
}

/* Far apart: each piece in the plane that touches its own middle, the two planes laid
 * end to end along the geodesic between the middles, whose length is known. What is
 * lost is of second order in the pieces: how much faster geodesics draw together on
 * the sphere than in the plane. */
static motion motion_far(const part *p, const part *q, double lp, double lq) {
  sl_vec a = sl_piece_place(p->from, p->to, 0.5), b = sl_piece_place(q->from, q->to, 0.5), chord = sl_vec_sub(b, a);
  touching ta = touching_at(a, chord), tb = touching_at(b, chord);
  double apart = sl_ellipsoid_distance(a, b);
  const sl_plane at[4] = {touched(&ta, p->from, 0.0), touched(&ta, p->to, 0.0), touched(&tb, q->from, apart),
                          touched(&tb, q->to, apart)};
  motion m = motion_between(at);
  const double r = 6.3e6;
  double angle = (apart + lp + lq) / r, all = lp + lq;
  m.error = 2e-7 + sl_ellipsoid_distance_error(apart) + 1.1 * (lp * lp + lq * lq) * angle / (16.0 * r) +
            all * all * all / (24.0 * r * r) + 0.0007 * angle * angle * all / 2.0;
  return m;
}

static motion motion_of(const part *p, const part *q) {
  sl_vec m = sl_vec_sub(sl_vec_add(p->from, p->to), sl_vec_add(q->from, q->to));
  double lp = length_of(p), lq = length_of(q);
  return sl_vec_dot(m, m) > 4.0 * FAR_M * FAR_M ? motion_far(p, q, lp, lq) : motion_near(p, q, lp, lq);
}

/* Distance of the origin from a convex polygon, possibly flat. *where: the nearest
 * corner or side, as a share between two corners. */
static double from_origin(const sl_plane *at, uint32_t count, uint32_t *side, double *share) {
  double least2 = INFINITY;
  bool left = true, right = true;
  for (uint32_t i = 0; i < count; i++) {
    sl_plane p = at[i], q = at[(i + 1) % count];
    double du = q.u - p.u, dv = q.v - p.v, l2 = du * du + dv * dv, k = -(p.u * du + p.v * dv);
    double t = l2 > 0.0 ? fmin(1.0, fmax(0.0, k / l2)) : 0.0, u = p.u + t * du, v = p.v + t * dv;
    double cross = p.u * dv - p.v * du;
    if (cross <= 0.0) left = false;
    if (cross >= 0.0) right = false;
    if (u * u + v * v < least2) {
      least2 = u * u + v * v;
      *side = i;
      *share = t;
    }
  }
  return left || right ? 0.0 : sqrt(least2);
}

/* The least separation over the region, for two pieces. */
static sl_gap least_apart(const region *r, const part *p, const part *q, const motion *m, corner *when) {
  sl_plane image[CORNERS];
  double dp = p->end - p->start, dq = q->end - q->start;
  for (uint32_t i = 0; i < r->count; i++) {
    double s = dp > 0.0 ? (r->at[i].s - p->start) / dp : 0.0, t = dq > 0.0 ? (r->at[i].t - q->start) / dq : 0.0;
    image[i] = (sl_plane){m->from.u + s * m->way.u - t * m->way_t.u, m->from.v + s * m->way.v - t * m->way_t.v};
  }
  uint32_t side = 0;
  double share = 0.0, distance = from_origin(image, r->count, &side, &share);
  const corner *c = r->at + side, *d = r->at + (side + 1) % r->count;
  *when = (corner){c->s + share * (d->s - c->s), c->t + share * (d->t - c->t)};
  return (sl_gap){distance, m->error + m->scale * distance, false};
}

/* Two pieces and the region of times in which they may meet. */
typedef struct meeting {
  const legs *l;
  part p, q;
  motion motion;
  uint32_t cuts;         /* of each piece */
  region possible;
  double slack, limit;   /* conflict: distance - error <= limit */
  double base_a, base_b; /* starts of the legs, ns from the base */
  double reach_a, reach_b; /* how far from an instant a's and b's positions then may be in time, ns */
} meeting;

/* The part of the region in which a conflict at or before `until` is possible; or,
 * with sign -1, at or after -until. */
static region up_to(const meeting *m, double until, double sign) {
  region r = m->possible;
  double value[CORNERS];
  for (uint32_t i = 0; i < r.count; i++) value[i] = sign * (m->base_a + r.at[i].s) - m->reach_a - until;
  keep_below(&r, value);
  for (uint32_t i = 0; i < r.count; i++) value[i] = sign * (m->base_b + r.at[i].t) - m->reach_b - until;
  keep_below(&r, value);
  return r;
}

static bool conflict_up_to(const meeting *m, double until, double sign) {
  region r = up_to(m, until, sign);
  if (r.count == 0) return false;
  corner when;
  sl_gap gap = least_apart(&r, &m->p, &m->q, &m->motion, &when);
  return gap.distance - gap.error - m->slack <= m->limit;
}

/* The first instant of conflict, or with sign -1 the last one negated, which is not
 * before `low` and before `high`: it only becomes true once, so by halving. */
static double border(const meeting *m, double low, double high, double sign) {
  for (int i = 0; i < 80 && high - low > 1000.0; i++) {
    double middle = 0.5 * (low + high);
    if (conflict_up_to(m, middle, sign)) high = middle;
    else low = middle;
  }
  return high;
}

/* Widen the conflict's window by this meeting, where it can. */
static void widen(sl_moving *out, const meeting *m, bool first) {
  double low = INFINITY, high = -INFINITY;
  for (uint32_t i = 0; i < m->possible.count; i++) {
    double a = m->base_a + m->possible.at[i].s, b = m->base_b + m->possible.at[i].t;
    low = fmin(low, fmax(a - m->reach_a, b - m->reach_b));
    high = fmax(high, fmin(a + m->reach_a, b + m->reach_b));
  }
  if (first || low < out->first_ns) {
    double from = conflict_up_to(m, low, 1.0) ? low : border(m, low, first ? high : fmin(high, out->first_ns), 1.0);
    if (first || from < out->first_ns) out->first_ns = from;
  }
  if (first || high > out->last_ns) {
    double to = conflict_up_to(m, -high, -1.0) ? high : -border(m, -high, first ? -low : -fmax(low, out->last_ns), -1.0);
    if (first || to > out->last_ns) out->last_ns = to;
  }
}

static void found(sl_moving *out, const meeting *m, sl_gap gap, corner when) {
  if (out->detail) widen(out, m, !out->conflict);
  if (!out->conflict || gap.distance < out->distance) {
    const legs *l = m->l;
    out->distance = gap.distance;
    out->error = gap.error;
    double a = m->base_a + when.s, b = m->base_b + when.t;
    out->closest_ns = 0.5 * (fmax(a - m->reach_a, b - m->reach_b) + fmin(a + m->reach_a, b + m->reach_b));
    double rise = sl_ramp_at(&l->ra, when.s) - sl_ramp_at(&l->rb, when.t);
    out->height = fmax(0.0, fmax(rise + (double)(l->a->low - l->b->high), -rise + (double)(l->b->low - l->a->high)));
  }
  out->conflict = true;
}

/* The pieces of b's leg that are possible together with piece m->p of a's. */
static void meet_piece(sl_moving *out, meeting *m, const region *mine) {
  const legs *l = m->l;
  const sl_prepared *b = l->b->object;
  uint32_t pieces = pieces_of(b, l->ib) * m->cuts;
  double lasts = (double)(l->rb.t1 - l->rb.t0), share = lasts > 0.0 ? pieces / lasts : 0.0;
  double from = INFINITY, to = -INFINITY;
  for (uint32_t k = 0; k < mine->count; k++) {
    from = fmin(from, mine->at[k].t);
    to = fmax(to, mine->at[k].t);
  }
  uint32_t first = (uint32_t)fmax(0.0, fmin(floor(from * share - 1e-6), pieces - 1.0));
  for (uint32_t j = first; j < pieces && (double)j <= to * share + 1e-6; j++) {
    m->q = part_of(b, l->ib, j, m->cuts, lasts);
    if (parts_apart(&m->p, &m->q, m->limit + m->slack)) continue;
    m->possible = *mine;
    if (pieces > 1) cut_to_part(&m->possible, &m->q, true);
    if (m->possible.count == 0) continue;
    corner when;
    m->motion = motion_of(&m->p, &m->q);
    sl_gap gap = least_apart(&m->possible, &m->p, &m->q, &m->motion, &when);
    gap.error += m->slack;
    if (gap.distance - gap.error > m->limit) continue; /* not a number is no clearance */
    found(out, m, gap, when);
    if (!out->detail) return;
  }
}

static void meet_legs(sl_moving *out, const legs *l, const sl_limits *limits) {
  instant corners[8];
  region whole = {.count = possible(corners, l)};
  if (whole.count == 0) return;
  for (uint32_t i = 0; i < whole.count; i++)
    whole.at[i] = (corner){(double)(corners[i].s - l->ra.t0), (double)(corners[i].t - l->rb.t0)};
  if (!cut_vertical(&whole, l, corners, limits) || whole.count == 0) return;
  const sl_prepared *a = l->a->object, *b = l->b->object;
  meeting m = {.l = l, .limit = limits->lateral, .slack = (double)a->slack + (double)b->slack};
  m.base_a = (double)(l->ra.t0 - out->base_ns);
  m.base_b = (double)(l->rb.t0 - out->base_ns);
  m.reach_a = (double)(a->along_ns + limits->grow_ns / 2);
  m.reach_b = (double)(b->along_ns + limits->grow_ns / 2);
  m.cuts = limits->lateral > HALVED_M ? 2 : 1;
  if (m.cuts > 1) m.slack += sl_piece_place_error((double)a->piece) + sl_piece_place_error((double)b->piece);
  for (uint32_t i = 0; i < pieces_of(a, l->ia) * m.cuts; i++) {
    m.p = part_of(a, l->ia, i, m.cuts, (double)(l->ra.t1 - l->ra.t0));
    region mine = whole;
    if (pieces_of(a, l->ia) * m.cuts > 1) cut_to_part(&mine, &m.p, false);
    if (mine.count == 0) continue;
    meet_piece(out, &m, &mine);
    if (out->conflict && !out->detail) return;
  }
}

/* Whether the balls on two whole legs are within the limit. */
static bool legs_apart(const legs *l, double limit) {
  const sl_vec centre = {0.0, 0.0, 0.0};
  const sl_prepared *a = l->a->object, *b = l->b->object;
  if (pieces_of(a, l->ia) > 1 || pieces_of(b, l->ib) > 1) return false;
  uint32_t fa = sl_prepared_knots(a)[l->ia].first, fb = sl_prepared_knots(b)[l->ib].first;
  part p = {.from = sl_prepared_at(a, fa, centre), .to = sl_prepared_at(a, fa + 1 < a->points ? fa + 1 : fa, centre)};
  part q = {.from = sl_prepared_at(b, fb, centre), .to = sl_prepared_at(b, fb + 1 < b->points ? fb + 1 : fb, centre)};
  return parts_apart(&p, &q, limit);
}

void sl_judge_tracks(sl_moving *out, const sl_side *a, const sl_side *b, const sl_limits *limits) {
  legs l = {.a = a, .b = b};
  l.apart = a->object->along_ns + b->object->along_ns + limits->grow_ns;
  out->base_ns = sl_prepared_knots(a->object)[0].time_ns;
  out->distance = INFINITY;
  double limit = limits->lateral + (double)a->object->slack + (double)b->object->slack + 1.0;
  uint32_t first = 0, legs_b = sl_legs(b->object);
  uint64_t work = 0;
  for (l.ia = 0; l.ia < sl_legs(a->object); l.ia++) {
    if (!sl_leg_ramp(&l.ra, a, l.ia)) continue;
    for (l.ib = first; l.ib < legs_b; l.ib++) {
      if (++work > SL_PAIR_WORK_MAX) {
        out->exhausted = true;
        return;
      }
      bool lasts = sl_leg_ramp(&l.rb, b, l.ib);
      if (l.rb.t1 + l.apart < l.ra.t0) {
        if (l.ib == first) first++;
        continue;
      }
      if (l.rb.t0 - l.apart > l.ra.t1) break;
      if (!lasts || legs_apart(&l, limit)) continue;
      work += (uint64_t)pieces_of(a->object, l.ia) * pieces_of(b->object, l.ib);
      meet_legs(out, &l, limits);
      if (out->conflict && !out->detail) return;
    }
  }
}
