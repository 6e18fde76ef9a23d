/* Purpose: see the header. Work expected: some dozen legs and level changes a flight.
 * Representation: legs with times in seconds from the start, and claims: from when to when
 * the flight may be between which levels. At any moment it may be wherever a claim that
 * holds then says; between two moments at which claims begin or end it is one track. */
#include "format/flight.h"

#include <geodesic.h>
#include <math.h>

#include "base/assert.h"
#include "format/arc.h"

#define LEG_MAX_M 1e6
#define CLAIMS_MAX (2 * SL_ROUTE_POINTS_MAX + 8u)
#define MOMENT_S 1e-3

typedef struct leg {
  sl_pos from;
  double azimuth, metres, start, end;
} leg;

typedef struct claim { double from, to; sl_level level; } claim;

typedef struct path {
  sl_reading *reading;
  const sl_flight *flight;
  leg *leg;
  uint32_t legs, leg_room;
  double *at;                /* when each point of the route is passed */
  claim *claim;
  uint32_t claims;
  double end;                /* seconds, scaled */
  sl_dur along;
  sl_fault *fault;
} path;

static sl_err out_of_memory(path *p) { return sl_fault_set(p->fault, SL_ERR_NOMEM, "out of memory for one record"); }

static sl_err add_leg(path *p, leg added) {
  if (p->legs == p->leg_room) {
    uint32_t room = p->leg_room ? p->leg_room * 2 : 32;
    leg *grown = SL_ARENA_TAKE(&p->reading->arena, room, leg);
    if (!grown) return out_of_memory(p);
    if (p->legs) memcpy(grown, p->leg, p->legs * sizeof *grown);
    p->leg = grown;
    p->leg_room = room;
  }
  p->leg[p->legs++] = added;
  p->end = added.end;
  return SL_OK;
}

/* The way between two points at one speed, cut so that no leg is too long. */
static sl_err fly(path *p, sl_pos from, sl_pos to, int64_t speed) {
  struct geod_geodesic earth;
  geod_init(&earth, 6378137.0, 1 / 298.257223563);
  for (;;) {
    leg next = {.from = from, .start = p->end};
    geod_inverse(&earth, (double)from.lat_nd * 1e-9, (double)from.lon_nd * 1e-9, (double)to.lat_nd * 1e-9, (double)to.lon_nd * 1e-9, &next.metres, &next.azimuth, NULL);
    if (next.metres < 0.01) return SL_OK;
    bool whole = next.metres <= LEG_MAX_M;
    if (!whole) next.metres /= ceil(next.metres / LEG_MAX_M);
    next.end = next.start + next.metres * 1000 / (double)speed;
    sl_err error = add_leg(p, next);
    if (error || whole) return error;
    from = sl_pos_at(from, next.azimuth, next.metres);
  }
}

static sl_err lay_legs(path *p) {
  const sl_flight *f = p->flight;
  const sl_route *route = &f->route;
  sl_pos here = f->departure;
  int64_t speed = route->speed;
  sl_err error = SL_OK;
  p->at = SL_ARENA_TAKE(&p->reading->arena, route->count + 1u, double);
  if (!p->at) return out_of_memory(p);
  for (uint32_t i = 0; !error && i < route->count; i++) {
    const sl_route_point *point = &route->point[i];
    if (i > 0 || !f->airborne) error = fly(p, here, point->pos, speed);
    here = point->pos;
    p->at[i] = p->end;
    if (point->changes) speed = point->speed;
  }
  if (!error) error = fly(p, here, f->destination, speed);
  if (!error && p->legs == 0) error = sl_fault_set(p->fault, SL_ERR_GEOMETRY, "a flight that ends where it begins, with no point between");
  return error;
}

/* Stretch the times to the elapsed time that was planned. */
static void scale(path *p) {
  double planned = (double)p->flight->elapsed_s, factor = planned / p->end;
  p->along.ns = SL_FLIGHT_DELAY_NS + (int64_t)(fabs(planned - p->end) * 1e9);
  for (uint32_t i = 0; i < p->legs; i++) {
    p->leg[i].start *= factor;
    p->leg[i].end *= factor;
  }
  for (uint32_t i = 0; i < p->flight->route.count; i++) p->at[i] *= factor;
  p->end = planned;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/* All levels of both. Of unlike references: pressure altitude, an altitude taken as up to
 * 3,000 ft more, and everything below. */
static sl_level hull(sl_level a, sl_level b) {
  if (a.datum == b.datum) return (sl_level){a.datum, least(a.low, b.low), most(a.high, b.high)};
  const int64_t lean = 3000 * SL_TENTHS_PER_FT;
  return (sl_level){SL_DATUM_PRESSURE, SL_FLIGHT_GROUND_FT * SL_TENTHS_PER_FT,
                    most(a.high + (a.datum == SL_DATUM_MSL ? lean : 0), b.high + (b.datum == SL_DATUM_MSL ? lean : 0))};
}

static sl_level to_ground(sl_level level) {
  level.low = level.datum == SL_DATUM_MSL ? SL_FLIGHT_GROUND_M * SL_TENTHS_PER_M : SL_FLIGHT_GROUND_FT * SL_TENTHS_PER_FT;
  return level;
}

static double climb_seconds(sl_level through) {
  return (double)(through.high - through.low) / (double)SL_TENTHS_PER_FT / SL_FLIGHT_CLIMB_FT_MIN * 60;
}

static void add_claim(path *p, double from, double to, sl_level level) {
  SL_ASSERT(p->claims < CLAIMS_MAX);
  from = fmax(from, 0);
  to = fmin(to, p->end);
  if (to > from) p->claim[p->claims++] = (claim){from, to, level};
}

/* Each level from where it begins to the next, and the way from each to the next. */
static sl_err lay_claims(path *p) {
  const sl_route *route = &p->flight->route;
  p->claim = SL_ARENA_TAKE(&p->reading->arena, CLAIMS_MAX, claim);
  if (!p->claim) return out_of_memory(p);
  sl_level level = route->level, through = to_ground(level);
  double from = 0;
  if (!p->flight->airborne) add_claim(p, 0, climb_seconds(through), through);
  for (uint32_t i = 0; i < route->count; i++) {
    const sl_route_point *point = &route->point[i];
    if (!point->changes) continue;
    add_claim(p, from, p->at[i], level);
    from = p->at[i];
    through = hull(level, point->level);
    bool same = through.low == level.low && through.high == level.high && through.datum == level.datum;
    if (!same) add_claim(p, from, from + climb_seconds(through), through);
    level = point->level;
  }
  add_claim(p, from, p->end, level);
  through = to_ground(level);
  add_claim(p, p->end - climb_seconds(through), p->end, through);
  return SL_OK;
}

static sl_track_fix fix_at(const path *p, double second, sl_pos pos, int64_t tenths) {
  return (sl_track_fix){pos, tenths, {p->flight->start.ns + (int64_t)llround(second * 1e9)}};
}

static sl_pos position_at(const path *p, double second) {
  uint32_t i = 0;
  while (i + 1 < p->legs && p->leg[i].end <= second) i++;
  const leg *l = &p->leg[i];
  double share = l->end > l->start ? (second - l->start) / (l->end - l->start) : 0;
  return sl_pos_at(l->from, l->azimuth, l->metres * fmin(1, fmax(0, share)));
}

/* One track: [from, to) between the levels. */
static sl_err hand_over(path *p, double from, double to, sl_level level) {
  sl_track_fix *fix = SL_ARENA_TAKE(&p->reading->arena, p->legs + 2u, sl_track_fix);
  if (!fix) return out_of_memory(p);
  int64_t middle = level.low + (level.high - level.low) / 2;
  sl_record record = {.format = SL_FORMAT_FIELD15, .line = p->flight->line, .name = p->flight->name, .kind = SL_STR("FPL"), .form = SL_RECORD_TRACK, .fix = fix};
  fix[record.fix_count++] = fix_at(p, from, position_at(p, from), middle);
  for (uint32_t i = 1; i < p->legs; i++)
    if (p->leg[i].start > from + MOMENT_S && p->leg[i].start < to - MOMENT_S && p->leg[i].start > p->leg[i - 1].start + MOMENT_S)
      fix[record.fix_count++] = fix_at(p, p->leg[i].start, p->leg[i].from, middle);
  fix[record.fix_count++] = fix_at(p, to, position_at(p, to), middle);
  record.fix_datum = level.datum;
  record.vertical_tenths = most(level.high - middle, middle - level.low);
  record.along = p->along;
  record.lateral.mm = p->reading->options->half_width.mm + p->flight->route.doubt.mm;
  return sl_reading_hand_over_part(p->reading, &record);
}

static bool level_over(sl_level *out, const path *p, double from, double to) {
  bool any = false;
  for (uint32_t i = 0; i < p->claims; i++) {
    const claim *c = &p->claim[i];
    if (c->from >= to || c->to <= from) continue;
    *out = any ? hull(*out, c->level) : c->level;
    any = true;
  }
  return any;
}

/* The first moment after `from` at which a claim begins or ends. */
static double next_moment(const path *p, double from) {
  double next = p->end;
  for (uint32_t i = 0; i < p->claims; i++) {
    if (p->claim[i].from > from + MOMENT_S) next = fmin(next, p->claim[i].from);
    if (p->claim[i].to > from + MOMENT_S) next = fmin(next, p->claim[i].to);
  }
  return next;
}

static sl_err hand_over_all(path *p) {
  uint32_t refused = p->reading->summary->refused;
  double begin = 0;
  sl_level level = {0}, next = {0};
  for (double from = 0; from < p->end - MOMENT_S;) {
    double to = next_moment(p, from);
    bool any = level_over(&next, p, from, to);
    SL_ASSERT(any);
    bool same = from > 0 && next.datum == level.datum && next.low == level.low && next.high == level.high;
    if (from > 0 && !same) {
      sl_err error = hand_over(p, begin, from, level);
      if (error || p->reading->summary->refused != refused) return error;
      begin = from;
    }
    level = next;
    from = to;
  }
  return hand_over(p, begin, p->end, level);
}

static void note_all(sl_reading *reading, const path *p) {
  sl_reading_note(reading, SL_NOTE_WIDENED, "climbs and descents: every level between, at rates from %d ft/min", SL_FLIGHT_CLIMB_FT_MIN);
  sl_reading_note(reading, SL_NOTE_WIDENED, "times as planned, 30 minutes either way, and what the elapsed time differs from the speeds");
  if (p->claims > 1) sl_reading_note(reading, SL_NOTE_SPLIT, "one flight is several tracks: climb, levels, descent");
  sl_reading_note(reading, SL_NOTE_ASSUMED, "speeds in still air, scaled to the total elapsed time");
}

sl_err sl_flight_hand_over(sl_reading *reading, const sl_flight *flight, sl_fault *fault) {
  SL_ASSERT(reading && flight && fault && flight->elapsed_s > 0);
  path p = {.reading = reading, .flight = flight, .fault = fault};
  sl_err error = lay_legs(&p);
  if (error) return error;
  scale(&p);
  if (!error) error = lay_claims(&p);
  if (error) return error;
  note_all(reading, &p);
  return hand_over_all(&p);
}
