/* A trajectory against a volume. Each leg is cut to the times at which the volume
 * is there and the altitudes meet, which is one interval; what is left of it is a
 * line on the ground, and its distance from the volume's core is the answer. */
#include "base/assert.h"
#include "oracle/pair.h"

bool sl_leg_ramp(sl_ramp *out, const sl_side *side, uint32_t i) {
  const sl_prepared *p = side->object;
  const sl_knot *knots = sl_prepared_knots(p);
  uint32_t next = i + 1 < p->knots ? i + 1 : i;
  *out = (sl_ramp){knots[i].time_ns, knots[next].time_ns, knots[i].altitude * side->unit,
                   knots[next].altitude * side->unit};
  if (out->t1 > out->t0) return true;
  return i == 0 && knots[0].time_ns == knots[p->knots - 1].time_ns;
}

/* The volume as a level ramp over all times. */
static sl_ramp volume_ramp(const sl_side *side) {
  int64_t z = side->object->extent.lower * side->unit;
  return (sl_ramp){0, 0, z, z};
}

typedef struct cut { double from, to; } cut; /* ns after the leg's start */

/* Keep where value, linear from v0 at c->from to v1 at c->to, is at most 0. */
static void keep_below(cut *c, double v0, double v1) {
  if (v0 <= 0.0 && v1 <= 0.0) return;
  double at = v1 != v0 ? c->from + (c->to - c->from) * (v0 / (v0 - v1)) : c->from;
  at = fmin(fmax(at, c->from), c->to);
  if (v0 > 0.0) c->from = at;
  if (v1 > 0.0) c->to = at;
}

/* Cut the leg to the window and the altitudes. False: nothing is left, exactly. */
static bool cut_leg(cut *out, const sl_ramp *leg, const sl_side *a, const sl_side *b, const sl_limits *limits) {
  int64_t wider = limits->grow_ns + a->object->along_ns;
  int64_t from = b->object->extent.start_ns - wider, to = b->object->extent.end_ns + wider;
  if (from < leg->t0) from = leg->t0;
  if (to > leg->t1) to = leg->t1;
  if (from > to) return false;
  *out = (cut){(double)(from - leg->t0), (double)(to - leg->t0)};
  if (limits->any_altitude) return true;
  sl_ramp level = volume_ramp(b);
  int64_t m = limits->vertical;
  int64_t over = a->low - b->high - m, under = a->high - b->low + m; /* of a - b: below 0, above 0 */
  int strict = m > 0 ? 0 : 1;
  int o0 = sl_ramp_compare(leg, from, &level, 0, over), o1 = sl_ramp_compare(leg, to, &level, 0, over);
  int u0 = sl_ramp_compare(leg, from, &level, 0, under), u1 = sl_ramp_compare(leg, to, &level, 0, under);
  if ((o0 >= strict && o1 >= strict) || (u0 <= -strict && u1 <= -strict)) return false;
  double z0 = sl_ramp_at(leg, out->from) - (double)level.z0, z1 = sl_ramp_at(leg, out->to) - (double)level.z0;
  double tiny = 4e-15 * (fabs((double)leg->z0) + fabs((double)leg->z1) + fabs((double)level.z0) + 1.0);
  cut whole = *out;
  keep_below(out, z0 + (double)over - tiny, z1 + (double)over - tiny);
  cut other = whole;
  keep_below(&other, -(z0 + (double)under) - tiny, -(z1 + (double)under) - tiny);
  out->from = fmax(out->from, other.from);
  out->to = fmax(out->from, fmin(out->to, other.to));
  return true;
}

/* The pieces of the cut leg against the volume's core. */
static void search_leg(sl_search *search, const sl_prepared *a, uint32_t leg, const cut *c, double lasts,
                       const sl_prepared *b) {
  const sl_vec centre = {0.0, 0.0, 0.0};
  const sl_knot *knots = sl_prepared_knots(a);
  uint32_t first = knots[leg].first, end = leg + 1 < a->knots ? knots[leg + 1].first : first + 1;
  double pieces = (double)(end - first), share = lasts > 0.0 ? pieces / lasts : 0.0;
  double from = c->from * share, to = c->to * share;
  uint32_t start = (uint32_t)fmin(floor(from), pieces - 1.0);
  for (uint32_t i = start; (double)i <= to && i < end - first; i++) {
    sl_vec p = sl_prepared_at(a, first + i, centre), q = p;
    if (first + i + 1 < a->points) q = sl_prepared_at(a, first + i + 1, centre);
    sl_vec p1 = sl_piece_place(p, q, fmin(fmax(from - i, 0.0), 1.0));
    sl_vec q1 = sl_piece_place(p, q, fmin(fmax(to - i, 0.0), 1.0));
    if (i == start && b->core == SL_CORE_AREA && sl_core_contains(b, p1)) search->gap = (sl_gap){0.0, 0.0, false};
    if (sl_search_over(search)) return;
    sl_run run;
    sl_run_between(&run, p1, q1, (double)a->slack + sl_piece_place_error((double)a->piece));
    sl_gap_run(search, &run, b);
    if (sl_search_over(search)) return;
  }
}

/* One leg, cut, against the volume. */
typedef struct meeting {
  const sl_side *a, *b;
  uint32_t leg;
  sl_ramp ramp;
  cut c;
  double limit;
  uint64_t work;   /* of all searches of this pair */
} meeting;

static sl_gap gap_within(meeting *m, double from, double to, bool first) {
  cut c = {from, to};
  sl_search search = sl_search_start(m->limit, first);
  search.work = m->work;
  search_leg(&search, m->a->object, m->leg, &c, (double)(m->ramp.t1 - m->ramp.t0), m->b->object);
  m->work = search.work;
  return search.gap;
}

/* The first instant by which the gap has been as small as `limit`, or the last one
 * from which it still becomes so: true from there on, so by halving, to 1 us. Once
 * the pair has cost half of its limit the answer stays as wide as it is. */
static double border(meeting *m, double limit, bool last) {
  double wrong = last ? m->c.to : m->c.from, right = last ? m->c.from : m->c.to;
  for (int i = 0; i < 80 && fabs(right - wrong) > 1000.0; i++) {
    double middle = 0.5 * (wrong + right);
    if (m->work > SL_PAIR_WORK_MAX / 2) return wrong;
    sl_gap gap = last ? gap_within(m, middle, m->c.to, false) : gap_within(m, m->c.from, middle, false);
    if (gap.distance - gap.error <= limit) right = middle;
    else wrong = middle;
  }
  sl_gap end = gap_within(m, wrong, wrong, false);
  return end.distance - end.error <= limit ? wrong : right;
}

/* What the conflict of one leg adds. */
static void found(sl_moving *out, meeting *m, sl_gap gap) {
  double offset = (double)(m->ramp.t0 - out->base_ns);
  if (!out->conflict) out->first_ns = offset + border(m, m->limit, false);
  out->last_ns = offset + border(m, m->limit, true);
  if (!out->conflict || gap.distance < out->distance) {
    double at = border(m, gap.distance - gap.error + 1e-6, false);
    out->distance = gap.distance;
    out->error = gap.error;
    out->closest_ns = offset + at;
    double rise = sl_ramp_at(&m->ramp, at) - (double)volume_ramp(m->b).z0;
    out->height = fmax(0.0, fmax(rise + (double)(m->a->low - m->b->high), -rise + (double)(m->b->low - m->a->high)));
  }
}

/* From when the track is there to when the conflict holds: the tolerance along the
 * track and the growth widen it, the volume's own window bounds it. */
static void set_window(sl_moving *out, const sl_side *a, const sl_side *b, const sl_limits *limits) {
  double grow = (double)(limits->grow_ns / 2), wider = (double)a->object->along_ns + grow;
  out->first_ns = fmax(out->first_ns - wider, (double)(b->object->extent.start_ns - out->base_ns) - grow);
  out->last_ns = fmin(out->last_ns + wider, (double)(b->object->extent.end_ns - out->base_ns) + grow);
  out->closest_ns = fmin(fmax(out->closest_ns, out->first_ns), out->last_ns);
}

void sl_judge_track_volume(sl_moving *out, const sl_side *a, const sl_side *b, const sl_limits *limits) {
  const sl_prepared *track = a->object;
  SL_ASSERT(track->knots > 0 && b->object->kind == SL_OBJECT_VOLUME);
  out->base_ns = sl_prepared_knots(track)[0].time_ns;
  meeting m = {.a = a, .b = b, .limit = limits->lateral};
  for (m.leg = 0; m.leg < sl_legs(track); m.leg++) {
    if (!sl_leg_ramp(&m.ramp, a, m.leg) || !cut_leg(&m.c, &m.ramp, a, b, limits)) continue;
    sl_gap gap = gap_within(&m, m.c.from, m.c.to, !out->detail);
    if (gap.exhausted) {
      out->exhausted = true;
      return;
    }
    if (gap.distance - gap.error > m.limit) continue; /* not a number is no clearance */
    if (out->detail) found(out, &m, gap);
    out->conflict = true;
    if (!out->detail) return;
  }
  if (out->conflict) set_window(out, a, b, limits);
}
