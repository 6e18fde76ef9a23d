/* Purpose: see the header. Work expected: a few arcs a record. Representation: pieces, and
 * two passes: the first lays points on the arcs to find which way round the ring runs,
 * the second lays the vertices. An arc from bearing a over n equal steps, circumscribed,
 * has its end points and n vertices in the middle of the steps at the distance where
 * tangents meet: tan r' = tan r / cos(half a step) on the sphere, and a centimetre. */
#include "format/arc.h"

#include <geodesic.h>
#include <math.h>

#include "base/assert.h"

#define EARTH_M 6371008.8
#define PI 3.14159265358979323846
#define STEP_MIN (0.25 * PI / 180)
#define STEP_MAX (10 * PI / 180)
#define UNEVEN_M 50.0

static struct geod_geodesic wgs84(void) {
  struct geod_geodesic earth;
  geod_init(&earth, 6378137.0, 1 / 298.257223563);
  return earth;
}

static double degrees(int64_t nd) { return (double)nd * 1e-9; }

sl_pos sl_pos_at(sl_pos from, double bearing, double metres) {
  struct geod_geodesic earth = wgs84();
  double lat, lon;
  geod_direct(&earth, degrees(from.lat_nd), degrees(from.lon_nd), bearing, metres, &lat, &lon, NULL);
  sl_pos pos = {(int64_t)llround(lat * 1e9), (int64_t)llround(lon * 1e9)};
  SL_ASSERT(pos.lat_nd >= -90 * SL_ND_PER_DEG && pos.lat_nd <= 90 * SL_ND_PER_DEG);
  return pos;
}

static double distance(double *bearing, sl_pos a, sl_pos b) {
  struct geod_geodesic earth = wgs84();
  double metres, unused;
  geod_inverse(&earth, degrees(a.lat_nd), degrees(a.lon_nd), degrees(b.lat_nd), degrees(b.lon_nd), &metres, bearing, &unused);
  return metres;
}

double sl_pos_distance(sl_pos a, sl_pos b) {
  double unused;
  return distance(&unused, a, b);
}

static sl_err add(sl_pieces *pieces, sl_reading *reading, const sl_piece *piece, sl_fault *fault) {
  if (pieces->count == pieces->room) {
    if (pieces->count >= SL_RING_VERTICES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "more than %u vertices", SL_RING_VERTICES_MAX);
    uint32_t room = pieces->room ? pieces->room * 2 : 32;
    sl_piece *grown = SL_ARENA_TAKE(&reading->arena, room, sl_piece);
    if (!grown) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
    if (pieces->count) memcpy(grown, pieces->piece, pieces->count * sizeof *grown);
    pieces->piece = grown;
    pieces->room = room;
  }
  pieces->piece[pieces->count++] = *piece;
  return SL_OK;
}

sl_err sl_pieces_add(sl_pieces *pieces, sl_reading *reading, sl_pos to, sl_fault *fault) {
  sl_piece piece = {.to = to};
  return add(pieces, reading, &piece, fault);
}

sl_err sl_pieces_add_arc(sl_pieces *pieces, sl_reading *reading, sl_pos centre, sl_pos from, sl_pos to, bool clockwise, sl_fault *fault) {
  double one = sl_pos_distance(centre, from), two = sl_pos_distance(centre, to);
  if (one < 0.01 || two < 0.01) return sl_fault_set(fault, SL_ERR_GEOMETRY, "an arc that begins or ends at its own centre");
  if (one > 2e6 || two > 2e6) return sl_fault_set(fault, SL_ERR_GEOMETRY, "an arc with a radius of more than 2,000 km");
  if (fabs(one - two) > UNEVEN_M) pieces->uneven = true;
  sl_piece piece = {.to = to, .arc = true, .clockwise = clockwise, .from = from, .centre = centre};
  return add(pieces, reading, &piece, fault);
}

/* Whole circles stand alone: within a ring, an arc that ends where it begins would make
 * the ring touch itself, so it stands for no arc at all. */
static bool same_ends(const sl_piece *piece) {
  return piece->from.lat_nd == piece->to.lat_nd && piece->from.lon_nd == piece->to.lon_nd;
}

/* Lay one arc. outward: circumscribed, else points on it. */
static sl_err lay_arc(sl_outline *out, sl_reading *reading, const sl_piece *piece, bool outward, sl_fault *fault) {
  double from, to, one = distance(&from, piece->centre, piece->from), two = distance(&to, piece->centre, piece->to);
  double sweep = piece->clockwise ? to - from : from - to;
  sweep = fmod(sweep + 720, 360);
  if (same_ends(piece)) sweep = 360;
  double step = sqrt(8 * SL_ARC_STAND_OFF_M / fmax(one, two));
  step = fmax(STEP_MIN, fmin(STEP_MAX, step));
  int steps = (int)ceil(fmax(1, sweep * PI / 180 / step));
  double half = sweep * PI / 180 / steps / 2;
  sl_err error = sl_outline_add(out, reading, piece->from, fault);
  for (int i = 0; !error && i < steps; i++) {
    double share = outward ? (i + 0.5) / steps : (double)i / steps;
    if (!outward && i == 0) continue;
    double radius = one + (two - one) * share;
    if (outward) radius = EARTH_M * atan(tan(radius / EARTH_M) / cos(half)) + 0.01;
    double bearing = from + (piece->clockwise ? sweep : -sweep) * share;
    error = sl_outline_add(out, reading, sl_pos_at(piece->centre, bearing, radius), fault);
  }
  return error ? error : sl_outline_add(out, reading, piece->to, fault);
}

static sl_err lay(sl_outline *out, const sl_pieces *pieces, sl_reading *reading, bool any, bool clockwise, sl_fault *fault) {
  sl_err error = SL_OK;
  for (uint32_t i = 0; !error && i < pieces->count; i++) {
    const sl_piece *piece = &pieces->piece[i];
    bool nothing = piece->arc && pieces->count > 1 && same_ends(piece);
    if (piece->arc && !nothing) error = lay_arc(out, reading, piece, any && piece->clockwise == clockwise, fault);
    else error = sl_outline_add(out, reading, piece->to, fault);
  }
  return error;
}

/* Which way round: the sum of the turns of the plane figure, longitudes unwrapped. */
static bool runs_clockwise(const sl_outline *outline) {
  double area = 0;
  for (uint32_t i = 0; i < outline->count; i++) {
    sl_pos a = outline->vertex[i], b = outline->vertex[(i + 1) % outline->count];
    double base = degrees(outline->vertex[0].lon_nd), x0 = degrees(a.lon_nd) - base, x1 = degrees(b.lon_nd) - base;
    x0 -= 360 * round(x0 / 360);
    x1 -= 360 * round(x1 / 360);
    area += x0 * degrees(b.lat_nd) - x1 * degrees(a.lat_nd);
  }
  return area < 0;
}

sl_err sl_pieces_outline(sl_outline *out, sl_pieces *pieces, sl_reading *reading, sl_fault *fault) {
  SL_ASSERT(out && pieces);
  bool arcs = false;
  for (uint32_t i = 0; i < pieces->count; i++) arcs = arcs || pieces->piece[i].arc;
  sl_outline outline = {0};
  sl_err error = lay(&outline, pieces, reading, false, false, fault);
  if (!error && arcs) {
    bool clockwise = runs_clockwise(&outline);
    outline.count = 0;
    error = lay(&outline, pieces, reading, true, clockwise, fault);
  }
  if (!error) *out = outline;
  return error;
}
