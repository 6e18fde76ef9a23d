/* The least distance between the boundaries of two cores.
 *
 * Expects pairs of small areas, some hundred metres apart or overlapping, by the
 * million: one frame for both, some planar arithmetic. Large cores are walked ball
 * by ball; whatever is too wide for one frame is taken piece by piece, each pair in
 * a frame of its own halfway between the two; pieces far apart go by the chord. So
 * the error depends on how far apart two pieces are, not on how large the shapes.
 * Between two geodesics that do not cross the least distance is always at an end of
 * one of them (the curvature is positive), so ends against pieces is all there is. */
#include "base/assert.h"
#include "oracle/pair.h"

/* Without the calls that fmin() and fmax() are; numbers only. */
static inline double smaller(double a, double b) { return a < b ? a : b; }
static inline double larger(double a, double b) { return a > b ? a : b; }

#define FRAME_REACH 30e3    /* m: runs wider than this are taken piece by piece */
#define FRAME_GAP 20e3      /* m: pieces farther apart than this go by the chord */
#define ROUNDING 1e-7       /* m: of all double arithmetic together */

/* A run in the plane of a frame. */
typedef struct flat {
  sl_plane at[2 * SL_RUN_EDGES];
  const sl_run *run;
} flat;

static double flatten(flat *out, const sl_run *run, const sl_frame *frame) {
  double reach2 = 0.0;
  out->run = run;
  for (uint32_t i = 0; i < run->points; i++) {
    sl_vec offset = sl_vec_sub(run->place[i], frame->origin);
    out->at[i] = sl_frame_plane(frame, offset);
    reach2 = larger(reach2, sl_vec_dot(offset, offset));
  }
  return reach2;
}

static double cross3(sl_plane a, sl_plane b, sl_plane p) {
  return (b.u - a.u) * (p.v - a.v) - (b.v - a.v) * (p.u - a.u);
}

/* Square of the planar distance from p to the segment ab. */
static double apart2(sl_plane p, sl_plane a, sl_plane b) {
  double du = b.u - a.u, dv = b.v - a.v, pu = p.u - a.u, pv = p.v - a.v;
  double along = pu * du + pv * dv, l2 = du * du + dv * dv;
  if (along <= 0.0 || l2 == 0.0) return pu * pu + pv * pv;
  if (along >= l2) {
    pu -= du;
    pv -= dv;
    return pu * pu + pv * pv;
  }
  double c = du * pv - dv * pu;
  return c * c / l2;
}

static bool crossing(sl_plane a, sl_plane b, sl_plane c, sl_plane d) {
  double c1 = cross3(a, b, c), c2 = cross3(a, b, d);
  if ((c1 > 0.0) == (c2 > 0.0)) return false;
  return (cross3(c, d, a) > 0.0) != (cross3(c, d, b) > 0.0);
}

/* State of comparing two flattened runs. gate2: the square of the planar distance
 * beyond which nothing is of interest; planar distances are never shorter than
 * those on the sphere, by at most the factor 1 + stretch. */
typedef struct meeting {
  sl_search *search;
  const sl_frame *frame;
  double gate2, stretch;
  double scale_error, fixed_error;
} meeting;

static void set_gate(meeting *m) {
  double most = smaller(m->search->gap.distance, m->search->limit + m->fixed_error + 1e-3);
  double gate = most * (1.0 + m->stretch) * (1.0 + 4.0 * m->scale_error) + 1e-6;
  m->gate2 = gate * gate;
}

static void found(sl_search *search, double distance, double error) {
  sl_gap *gap = &search->gap;
  if (distance - error >= gap->distance - gap->error) return;
  gap->distance = distance;
  gap->error = error;
}

static void found_flat(meeting *m, sl_plane p, sl_plane a, sl_plane b) {
  double distance = sl_frame_distance_arc(m->frame, p, a, b);
  found(m->search, distance, m->fixed_error + m->scale_error * distance);
  set_gate(m);
}

static bool boxes_apart(sl_plane a, sl_plane b, sl_plane c, sl_plane d, double gate2) {
  double u = larger(smaller(a.u, b.u) - larger(c.u, d.u), smaller(c.u, d.u) - larger(a.u, b.u));
  double v = larger(smaller(a.v, b.v) - larger(c.v, d.v), smaller(c.v, d.v) - larger(a.v, b.v));
  u = u > 0.0 ? u : 0.0;
  v = v > 0.0 ? v : 0.0;
  return u * u + v * v > gate2;
}

static void meet_pieces(meeting *m, sl_plane a, sl_plane b, sl_plane c, sl_plane d) {
  if (boxes_apart(a, b, c, d, m->gate2)) return;
  if (crossing(a, b, c, d)) {
    found(m->search, 0.0, m->fixed_error);
    return;
  }
  if (apart2(a, c, d) <= m->gate2) found_flat(m, a, c, d);
  if (apart2(b, c, d) <= m->gate2) found_flat(m, b, c, d);
  if (apart2(c, a, b) <= m->gate2) found_flat(m, c, a, b);
  if (apart2(d, a, b) <= m->gate2) found_flat(m, d, a, b);
}

static void meet_flat(meeting *m, const flat *a, const flat *b) {
  for (uint32_t i = 0; i < a->run->edges; i++)
    for (uint32_t j = 0; j < b->run->edges; j++) {
      meet_pieces(m, a->at[a->run->from[i]], a->at[a->run->to[i]], b->at[b->run->from[j]], b->at[b->run->to[j]]);
      if (sl_search_over(m->search)) return;
    }
}

/* Both runs in one frame halfway between them. */
static void in_frame(sl_search *search, const sl_run *a, const sl_run *b) {
  flat fa, fb;
  sl_frame frame = sl_frame_at(sl_vec_scale(sl_vec_add(a->middle, b->middle), 0.5));
  double reach = sqrt(larger(flatten(&fa, a, &frame), flatten(&fb, b, &frame)));
  double t = reach / 6.3e6;
  meeting m = {.search = search, .frame = &frame, .stretch = 1.1 * t * t};
  m.scale_error = sl_frame_scale_error(reach);
  m.fixed_error = ROUNDING + a->slack + b->slack + sl_frame_bend(reach, a->piece) + sl_frame_bend(reach, b->piece);
  set_gate(&m);
  meet_flat(&m, &fa, &fb);
}

static bool too_far(const sl_search *search, double distance) {
  return distance > search->limit + 1e-3 || distance > search->gap.distance + 1e-3;
}

/* No geodesic over a chord is shorter: an arc of less than the least curvature. */
static double arc_over(double chord) {
  return chord > 0.0 ? chord * (1.0 + chord * chord * (1.0 / (24.0 * 6.45e6 * 6.45e6))) : chord;
}

/* A bound for the distance from p to a piece far away, from its ends: along the chord
 * the distance is convex, with a second derivative of at most l^2 over itself. */
static double far_at_least(sl_vec p, sl_vec a, sl_vec b, double l2) {
  sl_vec pa = sl_vec_sub(a, p), pb = sl_vec_sub(b, p);
  double d2 = sl_vec_dot(pa, pa), e2 = sl_vec_dot(pb, pb), d = sqrt(d2 < e2 ? d2 : e2);
  if (d2 <= 4.0 * l2) return 0.0;
  return arc_over(d - l2 / (4.0 * d) - l2 * (1.0 / (8.0 * 6.3e6)));
}

/* The least distance from p to a piece far away: the share of the piece by two
 * steps on the chord, then the distance itself. The distance along the piece is
 * convex, so what is missed is at most its slope there times the piece. */
static void far_point(sl_search *search, sl_vec p, sl_vec a, sl_vec b, double error) {
  sl_vec d = sl_vec_sub(b, a);
  double l2 = sl_vec_dot(d, d), t = 0.5, slope = 0.0;
  if (too_far(search, far_at_least(p, a, b, l2) - error)) return;
  sl_vec at = a;
  for (int step = 0; step < 3; step++) {
    if (step > 0) t = smaller(1.0, larger(0.0, t + slope / larger(l2, 1e-9)));
    at = sl_piece_place(a, b, t);
    /* The way along the piece there, the rise included. */
    sl_vec up = {at.x, at.y, at.z / (1.0 - SL_WGS84_E2)};
    sl_vec way = sl_vec_add(d, sl_vec_scale(up, l2 * (1.0 - 2.0 * t) / (2.0 * 6371000.0 * sqrt(sl_vec_dot(up, up)))));
    slope = sl_vec_dot(sl_vec_sub(p, at), way);
  }
  sl_vec chord = sl_vec_sub(p, at);
  double c = sqrt(sl_vec_dot(chord, chord)), least = arc_over(c);
  bool at_end = (t <= 0.0 && slope <= 0.0) || (t >= 1.0 && slope >= 0.0);
  double missed = at_end ? 0.0 : fabs(slope) / larger(c, 1.0);
  /* The foot by chords and by geodesics differ a little, to second order; the rise
   * of the piece is known to 0.6% and counts by the slope of the chord. */
  double far = 1.02 * least / 6.3e6;
  missed += 2e-7 * far * far * far * far * 1.02 * least + 0.006 * l2 / (8.0 * 6.3e6) * 0.5 * far;
  error += missed + sl_ellipsoid_distance_error(smaller(1.02 * least, 300e3));
  if (too_far(search, least - error)) return;
  found(search, sl_ellipsoid_distance(p, at), error);
}

static void far_pieces(sl_search *search, const sl_run *a, const sl_run *b) {
  double error = ROUNDING + a->slack + b->slack + 0.005 * (a->piece * a->piece * a->piece + b->piece * b->piece * b->piece) /
                                                       (64.0 * 6.3e6 * 6.3e6);
  far_point(search, a->place[0], b->place[0], b->place[1], error);
  far_point(search, a->place[1], b->place[0], b->place[1], error);
  far_point(search, b->place[0], a->place[0], a->place[1], error);
  far_point(search, b->place[1], a->place[0], a->place[1], error);
}

/* A lower bound of the distance between two runs. */
static double at_least(const sl_run *a, const sl_run *b) {
  sl_vec d = sl_vec_sub(a->middle, b->middle);
  return arc_over(sqrt(sl_vec_dot(d, d)) - a->reach - b->reach) - a->slack - b->slack;
}

static void one_pair(sl_search *search, const sl_run *a, const sl_run *b) {
  double least = at_least(a, b);
  if (++search->work > SL_PAIR_WORK_MAX) search->gap.exhausted = true;
  if (too_far(search, least) || sl_search_over(search)) return;
  if (least > FRAME_GAP) far_pieces(search, a, b);
  else in_frame(search, a, b);
}

static void single(sl_run *out, const sl_run *run, uint32_t i) {
  sl_run_between(out, run->place[run->from[i]], run->place[run->to[i]], run->slack);
}

static void run_pair(sl_search *search, const sl_run *a, const sl_run *b) {
  double least = at_least(a, b);
  search->work += 1;
  if (too_far(search, least) || sl_search_over(search)) return;
  sl_vec d = sl_vec_sub(a->middle, b->middle);
  double reach = 0.5 * sqrt(sl_vec_dot(d, d)) + larger(a->reach, b->reach);
  if (reach <= FRAME_REACH) {
    search->work += a->edges * b->edges;
    in_frame(search, a, b);
    if (search->work > SL_PAIR_WORK_MAX) search->gap.exhausted = true;
    return;
  }
  for (uint32_t i = 0; i < a->edges && !sl_search_over(search); i++) {
    sl_run one;
    single(&one, a, i);
    if (too_far(search, at_least(&one, b))) continue;
    for (uint32_t j = 0; j < b->edges && !sl_search_over(search); j++) {
      sl_run other;
      single(&other, b, j);
      one_pair(search, &one, &other);
    }
  }
}

/* Pieces first to end of a core as one run. */
static void load(sl_run *out, const sl_prepared *p, uint32_t first, uint32_t end) {
  const sl_vec centre = {0.0, 0.0, 0.0};
  uint32_t points = 0, edges = 0;
  SL_ASSERT(end > first && end - first <= SL_RUN_EDGES);
  for (uint32_t i = first; i < end; i++) {
    uint32_t next = sl_prepared_next(p, i);
    bool lone = next == i;
    if (lone && i > first) break; /* the last point of a line is the end of a piece already loaded */
    bool joined = points > 0 && i > first && out->to[edges - 1] == points - 1 && sl_prepared_next(p, i - 1) == i;
    if (!joined) out->place[points++] = sl_prepared_at(p, i, centre);
    out->from[edges] = (uint8_t)(points - 1);
    if (next == first && first != i) {
      out->to[edges++] = 0;
    } else {
      out->place[points++] = sl_prepared_at(p, next, centre);
      out->to[edges++] = (uint8_t)(points - 1);
    }
  }
  out->points = points;
  out->edges = edges;
  out->piece = (double)p->piece;
  out->slack = (double)p->slack;
}

static void load_all(sl_run *out, const sl_prepared *p) {
  load(out, p, 0, p->points);
  out->middle = p->anchor;
  out->reach = (double)p->reach;
}

static void ball_place(sl_vec *middle, double *reach, const sl_prepared *p, uint32_t block) {
  const sl_ball *ball = sl_prepared_balls(p) + block;
  *middle = (sl_vec){p->anchor.x + p->unit * ball->x, p->anchor.y + p->unit * ball->y, p->anchor.z + p->unit * ball->z};
  *reach = p->unit * ball->radius;
}

static void load_block(sl_run *out, const sl_prepared *p, uint32_t block) {
  uint32_t first = block * SL_BLOCK_EDGES, end = first + SL_BLOCK_EDGES < p->points ? first + SL_BLOCK_EDGES : p->points;
  load(out, p, first, end);
  ball_place(&out->middle, &out->reach, p, block);
}

/* Whether a block's ball comes within the search of a run's. */
static bool block_near(const sl_search *search, const sl_run *run, const sl_prepared *p, uint32_t block) {
  sl_vec middle;
  double reach;
  ball_place(&middle, &reach, p, block);
  sl_vec d = sl_vec_sub(middle, run->middle);
  double least = arc_over(sqrt(sl_vec_dot(d, d)) - reach - run->reach) - run->slack - (double)p->slack;
  return !too_far(search, least);
}

/* The block of p whose ball is nearest to a place. */
static uint32_t nearest_block(const sl_prepared *p, sl_vec place) {
  SL_ASSERT(p->blocks > 0);
  uint32_t nearest = 0;
  double least = INFINITY;
  for (uint32_t i = 0; i < p->blocks; i++) {
    sl_vec middle;
    double reach;
    ball_place(&middle, &reach, p, i);
    sl_vec d = sl_vec_sub(middle, place);
    if (sqrt(sl_vec_dot(d, d)) - reach >= least) continue;
    least = sqrt(sl_vec_dot(d, d)) - reach;
    nearest = i;
  }
  return nearest;
}

/* Under a large limit the balls rule nothing out until some distance is known: so
 * what looks nearest is compared first. */
static bool wants_start(const sl_search *search) { return search->limit > FRAME_GAP && search->gap.distance == INFINITY; }

static void start_run(sl_search *search, const sl_run *run, const sl_prepared *b) {
  sl_run other;
  load_block(&other, b, nearest_block(b, run->middle));
  run_pair(search, run, &other);
}

static void start_cores(sl_search *search, const sl_prepared *a, const sl_prepared *b) {
  sl_run run;
  sl_vec place = b->anchor;
  for (int round = 0; round < 3; round++) {
    load_block(&run, a, nearest_block(a, place));
    if (b->blocks == 0) break;
    double reach;
    ball_place(&place, &reach, b, nearest_block(b, run.middle));
  }
  if (b->blocks > 0) start_run(search, &run, b);
  else sl_gap_run(search, &run, b);
}

void sl_gap_run(sl_search *search, const sl_run *run, const sl_prepared *b) {
  sl_run other;
  if (b->blocks == 0) {
    load_all(&other, b);
    run_pair(search, run, &other);
    return;
  }
  if (wants_start(search)) start_run(search, run, b);
  for (uint32_t j = 0; j < b->blocks && !sl_search_over(search); j++) {
    if (++search->work > SL_PAIR_WORK_MAX) search->gap.exhausted = true;
    if (!block_near(search, run, b, j)) continue;
    load_block(&other, b, j);
    run_pair(search, run, &other);
  }
}

void sl_gap_boundaries(sl_search *search, const sl_prepared *a, const sl_prepared *b) {
  sl_run run;
  if (a->blocks == 0) {
    load_all(&run, a);
    sl_gap_run(search, &run, b);
    return;
  }
  if (wants_start(search)) start_cores(search, a, b);
  sl_run whole = {.middle = b->anchor, .reach = (double)b->reach, .slack = (double)b->slack};
  for (uint32_t i = 0; i < a->blocks && !sl_search_over(search); i++) {
    if (!block_near(search, &whole, a, i)) continue;
    load_block(&run, a, i);
    sl_gap_run(search, &run, b);
  }
}
