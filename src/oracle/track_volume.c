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
    sl_run_between(&run, p1, q1, (double)a->slack);
    sl_gap_run(search, &run, b);
    if (sl_search_over(search)) return;
  }
}

void sl_judge_track_volume(sl_moving *out, const sl_side *a, const sl_side *b, const sl_limits *limits) {
  const sl_prepared *track = a->object;
  SL_ASSERT(track->knots > 0 && b->object->kind == SL_OBJECT_VOLUME);
  out->base_ns = sl_prepared_knots(track)[0].time_ns;
  out->distance = INFINITY;
  for (uint32_t i = 0; i < sl_legs(track); i++) {
    sl_ramp leg;
    cut c;
    if (!sl_leg_ramp(&leg, a, i) || !cut_leg(&c, &leg, a, b, limits)) continue;
    sl_search search = sl_search_start(limits->lateral, !out->detail);
    search_leg(&search, track, i, &c, (double)(leg.t1 - leg.t0), b->object);
    if (search.gap.exhausted) out->exhausted = true;
    if (!(search.gap.distance - search.gap.error <= limits->lateral)) continue;
    double offset = (double)(leg.t0 - out->base_ns);
    if (!out->conflict) out->first_ns = offset + c.from;
    out->conflict = true;
    out->last_ns = offset + c.to;
    if (search.gap.distance < out->distance) {
      out->distance = search.gap.distance;
      out->error = search.gap.error;
      out->closest_ns = offset + c.from;
    }
    if (!out->detail) return;
  }
}
