/* Judging one pair. Expects mostly pairs that the index found: near in time, space
 * and altitude. The cheap integer tests come first (time, altitude), then one
 * distance between two balls, then geometry. */
#include <string.h>

#include "base/assert.h"
#include "oracle/flat.h"
#include "oracle/pair.h"

#define TENTHS 10            /* units in a millimetre */
#define TENTHS_PER_FT 3048
#define GROW_MAX_NS (30 * 24 * SL_NS_PER_H)
#define VERTICAL_FT_MAX 400000

static bool minima_good(const sl_minima *m) {
  return m->lateral.mm >= 0 && m->lateral.mm <= SL_EXTENT_MAX_MM && m->vertical_w84.mm >= 0 &&
         m->vertical_w84.mm <= SL_ALT_W84_MAX_MM && m->vertical_ft >= 0 && m->vertical_ft <= VERTICAL_FT_MAX &&
         m->grow.ns >= 0 && m->grow.ns <= GROW_MAX_NS &&
         (!m->baro_bounded || (m->baro_low.mm <= m->baro_high.mm && m->baro_low.mm >= -SL_ALT_W84_MAX_MM &&
                               m->baro_high.mm <= SL_ALT_W84_MAX_MM));
}

/* Whether the windows, both grown, share an instant. */
static bool share_time(const sl_prepared *a, const sl_prepared *b, int64_t grow_both) {
  int64_t start = a->extent.start_ns > b->extent.start_ns ? a->extent.start_ns : b->extent.start_ns;
  int64_t end = a->extent.end_ns < b->extent.end_ns ? a->extent.end_ns : b->extent.end_ns;
  return start - end < grow_both;
}

static sl_side side_of(const sl_prepared *p, bool feet, const sl_minima *m) {
  bool baro = p->reference == SL_ALT_BARO;
  sl_side side = {p, feet ? 1 : baro ? TENTHS_PER_FT : TENTHS, 0, 0};
  if (p->kind == SL_OBJECT_TRAJECTORY) {
    side.high = (int64_t)p->vertical * side.unit;
    side.low = -side.high;
  } else {
    side.high = ((int64_t)p->extent.upper - p->extent.lower) * side.unit;
  }
  if (baro && !feet && m->baro_bounded) {
    side.low += m->baro_low.mm * TENTHS;
    side.high += m->baro_high.mm * TENTHS;
  }
  return side;
}

typedef struct pair {
  sl_side a, b;
  sl_limits limits;
  bool feet;
  bool doubt;       /* references that cannot be compared */
} pair;

static void set_up(pair *out, const sl_prepared *a, const sl_prepared *b, const sl_minima *m) {
  bool column = a->reference == SL_ALT_COLUMN || b->reference == SL_ALT_COLUMN;
  out->feet = a->reference == SL_ALT_BARO && b->reference == SL_ALT_BARO;
  out->doubt = !column && a->reference != b->reference && !m->baro_bounded;
  out->a = side_of(a, out->feet, m);
  out->b = side_of(b, out->feet, m);
  out->limits.lateral = (double)(m->lateral.mm + a->radius_mm + b->radius_mm) * 1e-3;
  out->limits.slack = 0.0;
  out->limits.vertical = out->feet ? m->vertical_ft : m->vertical_w84.mm * TENTHS;
  out->limits.any_altitude = column || out->doubt;
  out->limits.grow_ns = 2 * m->grow.ns;
}

/* Of a trajectory the extent has the vertical tolerance in it already, of a volume
 * the side's `high` has the thickness; a volume's tolerance is 0. */
static int64_t lowest(const sl_side *s) {
  return ((int64_t)s->object->extent.lower + s->object->vertical) * s->unit + s->low;
}
static int64_t highest(const sl_side *s) {
  const sl_prepared *p = s->object;
  int64_t from = p->kind == SL_OBJECT_TRAJECTORY ? (int64_t)p->extent.upper - p->vertical : p->extent.lower;
  return from * s->unit + s->high;
}

/* The height between all that the two occupy, negative when it overlaps. */
static int64_t height_between(const pair *p) {
  int64_t over = lowest(&p->a) - highest(&p->b), under = lowest(&p->b) - highest(&p->a);
  return over > under ? over : under;
}

/* Balls farther apart than the limit: chords are never longer than geodesics. */
static bool balls_apart(const pair *p) {
  const sl_prepared *a = p->a.object, *b = p->b.object;
  sl_vec d = sl_vec_sub(a->anchor, b->anchor);
  double near = p->limits.lateral + (double)a->reach + (double)b->reach + 0.01;
  return sl_vec_dot(d, d) > near * near;
}

static sl_len floor_mm(double metres) { return (sl_len){metres > 0.0 ? (int64_t)floor(metres * 1e3) : 0}; }

static int64_t units_mm(const pair *p, double units) {
  if (units <= 0.0) return 0;
  return (int64_t)floor(p->feet ? units * 304.8 : units / TENTHS);
}

/* Outward to whole milliseconds. */
static sl_window outward(int64_t start, int64_t end) {
  int64_t low = start / SL_NS_PER_MS - (start % SL_NS_PER_MS < 0), high = end / SL_NS_PER_MS + (end % SL_NS_PER_MS > 0);
  if (high <= low) high = low + 1;
  return (sl_window){{low * SL_NS_PER_MS}, {high * SL_NS_PER_MS}};
}

static void fill_gap(sl_finding *out, const pair *p, double distance, double error) {
  const sl_prepared *a = p->a.object, *b = p->b.object;
  double radii = (double)((int64_t)a->radius_mm + b->radius_mm) * 1e-3;
  out->lateral = floor_mm(distance - radii);
  out->error = (sl_len){(int64_t)ceil(error * 1e3)};
}

static sl_verdict judge_volumes(sl_finding *out, const pair *p, bool detail) {
  const sl_prepared *a = p->a.object, *b = p->b.object;
  sl_verdict brief = detail ? SL_VERDICT_NONE : sl_flat_pair(a, b, p->limits.lateral);
  if (brief != SL_VERDICT_NONE) return brief;
  sl_search search = sl_search_start(p->limits.lateral, !detail);
  sl_gap_cores(&search, a, b);
  if (search.gap.exhausted) {
    out->doubt = SL_DOUBT_EXTENT;
    return SL_UNDECIDED;
  }
  if (search.gap.distance - search.gap.error > p->limits.lateral) return SL_CLEAR; /* not a number is no clearance */
  int64_t start = a->extent.start_ns > b->extent.start_ns ? a->extent.start_ns : b->extent.start_ns;
  int64_t end = a->extent.end_ns < b->extent.end_ns ? a->extent.end_ns : b->extent.end_ns;
  out->window = outward(start - p->limits.grow_ns / 2, end + p->limits.grow_ns / 2);
  out->closest_at = out->window.start;
  fill_gap(out, p, search.gap.distance, search.gap.error);
  int64_t height = p->limits.any_altitude ? 0 : height_between(p);
  out->vertical.mm = units_mm(p, (double)height);
  return SL_CONFLICT;
}

/* The same order whichever way round they were given. */
static bool swapped(const sl_prepared *a, const sl_prepared *b) {
  if (a->kind != b->kind) return b->kind == SL_OBJECT_TRAJECTORY;
  if (a->kind == SL_OBJECT_VOLUME) return false;
  return memcmp(a, b, a->bytes < b->bytes ? a->bytes : b->bytes) > 0;
}

static sl_verdict judge_moving(sl_finding *out, const pair *p, bool detail) {
  bool swap = swapped(p->a.object, p->b.object);
  const sl_side *a = swap ? &p->b : &p->a, *b = swap ? &p->a : &p->b;
  sl_moving found = {.detail = detail};
  if (b->object->kind == SL_OBJECT_VOLUME) sl_judge_track_volume(&found, a, b, &p->limits);
  else sl_judge_tracks(&found, a, b, &p->limits);
  if (found.exhausted) {
    out->doubt = SL_DOUBT_EXTENT;
    return SL_UNDECIDED;
  }
  if (!found.conflict) return SL_CLEAR;
  if (detail) {
    out->window = outward(found.base_ns + (int64_t)floor(found.first_ns), found.base_ns + (int64_t)ceil(found.last_ns));
    int64_t at = found.base_ns + (int64_t)found.closest_ns;
    if (at < out->window.start.ns) at = out->window.start.ns;
    if (at >= out->window.end.ns) at = out->window.end.ns - 1;
    out->closest_at.ns = at;
    fill_gap(out, p, found.distance, found.error);
    out->vertical.mm = units_mm(p, found.height);
  }
  return SL_CONFLICT;
}

sl_err sl_judge(sl_finding *out, const sl_prepared *a, const sl_prepared *b, const sl_minima *minima, bool detail) {
  SL_ASSERT(out && a && b && minima);
  if (!minima_good(minima)) return SL_ERR_RANGE;
  sl_finding finding = {.verdict = SL_CLEAR};
  pair p;
  if (share_time(a, b, 2 * minima->grow.ns)) {
    set_up(&p, a, b, minima);
    bool over = !p.limits.any_altitude && !sl_vertical_under(height_between(&p), p.limits.vertical);
    if (!over && !balls_apart(&p)) {
      bool moving = a->kind == SL_OBJECT_TRAJECTORY || b->kind == SL_OBJECT_TRAJECTORY;
      finding.verdict = moving ? judge_moving(&finding, &p, detail) : judge_volumes(&finding, &p, detail);
      if (finding.verdict == SL_CONFLICT && p.doubt) {
        finding = (sl_finding){.verdict = SL_UNDECIDED, .doubt = SL_DOUBT_DATUM};
      }
    }
  }
  if (!detail) finding = (sl_finding){.verdict = finding.verdict, .doubt = finding.doubt};
  *out = finding;
  return SL_OK;
}
