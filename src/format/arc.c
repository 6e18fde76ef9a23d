/* Purpose: see the header. Work expected: a few arcs a record, a hundred points each.
 * Representation: pieces; which way round the ring runs is guessed from its chords and
 * the segments beyond them, and confirmed from the outline that was laid. An arc over n
 * equal steps, circumscribed, has its end points and n vertices in the middle of the steps
 * at the distance where tangents meet: tan r' = tan r / cos(half a step) on the sphere,
 * and a margin for what the sphere is not. */
#include "format/arc.h"

#include <geodesic.h>
#include <math.h>

#include "base/assert.h"
#include "format/hub.h"

#define STEP_MIN (0.25 * SL_PI / 180)
#define STEP_MAX (10 * SL_PI / 180)
#define UNEVEN_M 50.0
#define UNEVEN_NEAR_M 1000.0   /* to here a middle of two radii stands for both */
#define RADIUS_MAX_M 2e6
#define MARGIN_M 0.01
#define LONE_SWEEP_MIN (SL_PI / 180)

struct sl_arc {
  sl_hub hub;                /* at the centre */
  sl_pos from, to;
  bool clockwise, same_ends;
  double one, two;           /* distances of the ends from the centre */
  double start, sweep;       /* radians; sweep >= 0 */
};

static double degrees(int64_t nd) { return (double)nd * 1e-9; }

static sl_pos far_at(const struct geod_geodesic *earth, sl_pos from, double bearing, double metres) {
  double lat, lon;
  geod_direct(earth, degrees(from.lat_nd), degrees(from.lon_nd), bearing, metres, &lat, &lon, NULL);
  sl_pos pos = {(int64_t)llround(lat * 1e9), (int64_t)llround(lon * 1e9)};
  SL_ASSERT(pos.lat_nd >= -90 * SL_ND_PER_DEG && pos.lat_nd <= 90 * SL_ND_PER_DEG);
  return pos;
}

sl_pos sl_pos_at(sl_pos from, double bearing, double metres) {
  if (!(metres >= 0 && metres <= SL_HUB_NEAR_M / 2)) {
    struct geod_geodesic earth;
    geod_init(&earth, SL_WGS84_A, SL_WGS84_F);
    return far_at(&earth, from, bearing, metres);
  }
  const sl_hub hub = sl_hub_at(from);
  return sl_hub_position(&hub, metres, sin(bearing * (SL_PI / 180)), cos(bearing * (SL_PI / 180)));
}

double sl_pos_distance(sl_pos a, sl_pos b) {
  return sl_ellipsoid_distance(sl_ellipsoid_place(a), sl_ellipsoid_place(b));
}

static sl_err add(sl_pieces *pieces, sl_reading *reading, sl_piece piece, sl_fault *fault) {
  if (pieces->count == pieces->room) {
    if (pieces->count >= SL_RING_VERTICES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "more than %u vertices", SL_RING_VERTICES_MAX);
    uint32_t room = pieces->room ? pieces->room * 2 : 32;
    sl_piece *grown = SL_ARENA_TAKE(&reading->arena, room, sl_piece);
    if (!grown) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
    if (pieces->count) memcpy(grown, pieces->piece, pieces->count * sizeof *grown);
    pieces->piece = grown;
    pieces->room = room;
  }
  pieces->piece[pieces->count++] = piece;
  return SL_OK;
}

sl_err sl_pieces_add(sl_pieces *pieces, sl_reading *reading, sl_pos to, sl_fault *fault) {
  return add(pieces, reading, (sl_piece){to, NULL}, fault);
}

sl_err sl_pieces_add_arc(sl_pieces *pieces, sl_reading *reading, sl_pos centre, sl_pos from, sl_pos to, bool clockwise, sl_fault *fault) {
  sl_arc *arc = SL_ARENA_TAKE(&reading->arena, 1, sl_arc);
  if (!arc) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
  double end;
  arc->hub = sl_hub_at(centre);
  arc->from = from;
  arc->to = to;
  arc->clockwise = clockwise;
  arc->same_ends = from.lat_nd == to.lat_nd && from.lon_nd == to.lon_nd;
  sl_hub_polar(&arc->one, &arc->start, &arc->hub, from);
  sl_hub_polar(&arc->two, &end, &arc->hub, to);
  if (arc->one < 0.01 || arc->two < 0.01) return sl_fault_set(fault, SL_ERR_GEOMETRY, "an arc that begins or ends at its own centre");
  if (arc->one > RADIUS_MAX_M || arc->two > RADIUS_MAX_M) return sl_fault_set(fault, SL_ERR_GEOMETRY, "an arc with a radius of more than 2,000 km");
  if (fabs(arc->one - arc->two) > UNEVEN_M) pieces->uneven = true;
  arc->sweep = clockwise ? end - arc->start : arc->start - end;
  if (arc->sweep < 0) arc->sweep += 2 * SL_PI;
  if (arc->same_ends) arc->sweep = 2 * SL_PI;
  pieces->arcs++;
  return add(pieces, reading, (sl_piece){to, arc}, fault);
}

/* What is added to a circumscribed radius and taken off an inscribed one: the error of
 * lengths in the frame, and what a radius that changes by `change` from vertex to vertex
 * loses between them. */
static double margin(double radius, double change) {
  return MARGIN_M + 2 * sl_frame_scale_error(radius) * radius + change * change / (4 * radius);
}

/* The radius at which the tangents of two points `half` to either side meet. */
static double circumscribed(const sl_hub *hub, double radius, double half) {
  return hub->frame.radius * atan(tan(radius / hub->frame.radius) / cos(half));
}

/* Where the vertices of an arc are laid. */
typedef struct laying {
  const sl_arc *arc;
  bool outward, near;
  int steps;
  double step, half;
  double one, two;           /* the radii of the ends, moved outward */
} laying;

static laying laying_of(const sl_arc *arc, bool outward) {
  const double most = fmax(arc->one, arc->two);
  const double off = fmin(SL_ARC_STAND_OFF_MAX_M, fmax(SL_ARC_STAND_OFF_MIN_M, most * SL_ARC_STAND_OFF_SHARE));
  const double step = fmax(STEP_MIN, fmin(STEP_MAX, sqrt(8 * off / most)));
  laying l = {.arc = arc, .outward = outward, .steps = (int)ceil(fmax(1, arc->sweep / step))};
  l.step = arc->sweep / l.steps;
  l.half = l.step / 2;
  l.near = most < SL_HUB_FAR_M * 0.95 && fabs(arc->one - arc->two) < UNEVEN_NEAR_M;
  const double change = (arc->two - arc->one) / l.steps, extra = margin(most, change);
  l.one = outward ? circumscribed(&arc->hub, arc->one, l.half) + extra : fmax(arc->one - extra, 0);
  l.two = outward ? circumscribed(&arc->hub, arc->two, l.half) + extra : fmax(arc->two - extra, 0);
  return l;
}

static sl_err lay_near(sl_outline *out, sl_reading *reading, const laying *l, sl_fault *fault) {
  const sl_arc *arc = l->arc;
  const double turn = arc->clockwise ? l->step : -l->step, sine = sin(turn), cosine = cos(turn);
  const double first = arc->start + (l->outward ? turn / 2 : turn);
  double east = sin(first), north = cos(first);
  sl_err error = SL_OK;
  for (int i = l->outward ? 0 : 1; !error && i < l->steps; i++) {
    const double share = (l->outward ? i + 0.5 : i) / l->steps;
    error = sl_outline_add(out, reading, sl_hub_position(&arc->hub, l->one + (l->two - l->one) * share, east, north), fault);
    const double next = east * cosine + north * sine;
    north = north * cosine - east * sine;
    east = next;
  }
  return error;
}

/* Each vertex by a geodesic, its radius worked out for itself. */
static sl_err lay_far(sl_outline *out, sl_reading *reading, const laying *l, sl_fault *fault) {
  const sl_arc *arc = l->arc;
  struct geod_geodesic earth;
  sl_err error = SL_OK;
  geod_init(&earth, SL_WGS84_A, SL_WGS84_F);
  for (int i = l->outward ? 0 : 1; !error && i < l->steps; i++) {
    const double share = (l->outward ? i + 0.5 : i) / l->steps;
    double radius = arc->one + (arc->two - arc->one) * share;
    radius = l->outward ? circumscribed(&arc->hub, radius, l->half) + margin(radius, 0) : fmax(radius - margin(radius, 0), 0);
    const double bearing = arc->start + (arc->clockwise ? arc->sweep : -arc->sweep) * share;
    error = sl_outline_add(out, reading, far_at(&earth, arc->hub.at, bearing * (180 / SL_PI), radius), fault);
  }
  return error;
}

/* Whole circles stand alone: within a ring, an arc that ends where it begins would make
 * the ring touch itself, so it stands for no arc at all. */
static bool is_arc(const sl_pieces *pieces, const sl_piece *piece) {
  return piece->arc && (pieces->count == 1 || !piece->arc->same_ends);
}

static sl_err lay(sl_outline *out, const sl_pieces *pieces, sl_reading *reading, bool clockwise, sl_fault *fault) {
  sl_err error = SL_OK;
  out->count = 0;
  for (uint32_t i = 0; !error && i < pieces->count; i++) {
    const sl_piece *piece = &pieces->piece[i];
    if (is_arc(pieces, piece)) {
      const laying l = laying_of(piece->arc, piece->arc->clockwise == clockwise);
      error = sl_outline_add(out, reading, piece->arc->from, fault);
      if (!error) error = l.near ? lay_near(out, reading, &l, fault) : lay_far(out, reading, &l, fault);
    }
    if (!error) error = sl_outline_add(out, reading, piece->to, fault);
  }
  return error;
}

/* Twice the area of the triangle (origin, a, b) in degrees of latitude; the origin's
 * longitude is unwrapped about. */
static double cross(sl_pos origin, sl_pos a, sl_pos b) {
  int64_t ax = a.lon_nd - origin.lon_nd, bx = b.lon_nd - origin.lon_nd;
  ax += ax > 180 * SL_ND_PER_DEG ? -360 * SL_ND_PER_DEG : ax < -180 * SL_ND_PER_DEG ? 360 * SL_ND_PER_DEG : 0;
  bx += bx > 180 * SL_ND_PER_DEG ? -360 * SL_ND_PER_DEG : bx < -180 * SL_ND_PER_DEG ? 360 * SL_ND_PER_DEG : 0;
  return degrees(ax) * degrees(b.lat_nd - origin.lat_nd) - degrees(bx) * degrees(a.lat_nd - origin.lat_nd);
}

/* From the chords, and the segments between chords and arcs. */
static bool guess_clockwise(const sl_pieces *pieces) {
  const sl_pos origin = pieces->piece[0].to;
  const double squeeze = cos(degrees(origin.lat_nd) * (SL_PI / 180)), metres = SL_WGS84_A * SL_PI / 180;
  double twice = 0;
  sl_pos last = pieces->piece[pieces->count - 1].to;
  for (uint32_t i = 0; i < pieces->count; i++) {
    const sl_piece *piece = &pieces->piece[i];
    if (is_arc(pieces, piece)) {
      const sl_arc *arc = piece->arc;
      const double radius = (arc->one + arc->two) / 2 / metres, segment = radius * radius * (arc->sweep - sin(arc->sweep));
      twice += cross(origin, last, arc->from) * squeeze + (arc->clockwise ? -segment : segment);
      last = arc->from;
    }
    twice += cross(origin, last, piece->to) * squeeze;
    last = piece->to;
  }
  return twice < 0;
}

static bool runs_clockwise(const sl_outline *outline) {
  double twice = 0;
  for (uint32_t i = 2; i < outline->count; i++) twice += cross(outline->vertex[0], outline->vertex[i - 1], outline->vertex[i]);
  return twice < 0;
}

sl_err sl_pieces_outline(sl_outline *out, sl_pieces *pieces, sl_reading *reading, sl_fault *fault) {
  SL_ASSERT(out && pieces && pieces->count > 0);
  sl_outline outline = {0};
  for (uint32_t i = 0; i < pieces->count; i++) {
    const sl_arc *arc = pieces->piece[i].arc;
    if (arc && arc->same_ends && pieces->count > 1) sl_reading_note(reading, SL_NOTE_ASSUMED, "an arc within an outline that ends where it begins: taken as none");
    if (arc && pieces->count == 1 && arc->sweep < LONE_SWEEP_MIN)
      return sl_fault_set(fault, SL_ERR_GEOMETRY, "an arc alone that hardly turns: its ends are the same where it is a whole circle");
  }
  const bool clockwise = pieces->arcs && guess_clockwise(pieces);
  sl_err error = lay(&outline, pieces, reading, clockwise, fault);
  if (!error && pieces->arcs && runs_clockwise(&outline) != clockwise) error = lay(&outline, pieces, reading, !clockwise, fault);
  if (!error) *out = outline;
  return error;
}
