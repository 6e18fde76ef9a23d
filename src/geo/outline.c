/* Making outlines. Expects millions of small shapes (four vertices, no long edge:
 * no allocation, one pass) and a few large ones, whose geodesics are cut by a series
 * (the very long ones by PROJ) and whose parallels are cut so finely that the chords of the pieces stay
 * within a stated distance. */
#include "geo/outline.h"

#include <geodesic.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#define HALF_TURN (180 * SL_ND_PER_DEG)
#define POLE (90 * SL_ND_PER_DEG)
#define POLAR (80 * SL_ND_PER_DEG)
#define SAG_FINE 0.0005         /* m: of a parallel's piece, shapes to 100 km */
#define SAG_LARGE 0.02          /* m: of larger ones, which are allowed 25 cm and more */
#define LARGE_ND 920000000      /* latitudes this far apart are over 100 km apart */
#define SHORT_M 150e3           /* geodesics to here are cut without PROJ, */
#define SHORT_ERROR_M 2e-4      /* and lie so far off there, less by the third power below */
#define LARGE_M 132e3           /* so are the ends of a parallel's arc of this length, up to two radians */
#define POINTS_PER_VERTEX 64u   /* parallels are cut more coarsely beyond */
#define POINTS_FREE 16384u      /* enough for a parallel all round a pole */

typedef struct maker {
  sl_outline *out;
  sl_edge edge;
  double piece;
  double sag;
  int64_t east;    /* unwrapped longitude of the last point */
  int64_t last;    /* its longitude as given */
  int64_t turn;    /* of the course so far */
  bool closed;     /* the course is a ring */
  bool measured;   /* `earth` is made: only long edges need it */
  struct geod_geodesic earth;
} maker;

static double least(double a, double b) { return a < b ? a : b; }
static double most(double a, double b) { return a > b ? a : b; }

static sl_err reserve(sl_outline *o, uint32_t count) {
  if (count <= o->room) return SL_OK;
  if (count > SL_OUTLINE_POINTS_MAX) return SL_ERR_CAP;
  uint32_t room = o->room;
  while (room < count) room *= 2;
  bool small = o->place == o->small_place;
  sl_vec *place = realloc(small ? NULL : o->place, room * sizeof *place);
  if (!place) return SL_ERR_NOMEM;
  if (small) memcpy(place, o->small_place, sizeof o->small_place);
  o->place = place;
  uint32_t *vertex = realloc(small ? NULL : o->vertex, room * sizeof *vertex);
  if (!vertex) {
    if (small) { free(place); o->place = o->small_place; }
    return SL_ERR_NOMEM;
  }
  if (small) memcpy(vertex, o->small_vertex, sizeof o->small_vertex);
  o->vertex = vertex;
  o->room = room;
  return SL_OK;
}

static int64_t turn_between(int64_t from, int64_t to) {
  int64_t turn = to - from;
  if (turn > HALF_TURN) turn -= 2 * HALF_TURN;
  if (turn <= -HALF_TURN) turn += 2 * HALF_TURN;
  return turn;
}

/* Widen the box by a point that follows the last one of its course. */
static void widen(maker *m, sl_pos pos, bool first_of_course) {
  sl_outline *o = m->out;
  int64_t turn = turn_between(m->last, pos.lon_nd);
  if (!first_of_course) {
    m->turn += turn;
    if (turn == HALF_TURN) o->turned = true;
  }
  m->east += turn;
  m->last = pos.lon_nd;
  if (pos.lat_nd < o->south) o->south = pos.lat_nd;
  if (pos.lat_nd > o->north) o->north = pos.lat_nd;
  if (m->east < o->west) o->west = m->east;
  if (m->east > o->east) o->east = m->east;
}

/* The same by a place whose degrees were rounded: a unit to all sides. */
static void widen_about(maker *m, sl_pos pos) {
  sl_outline *o = m->out;
  widen(m, pos, false);
  if (pos.lat_nd - 1 < o->south && pos.lat_nd > -POLE) o->south = pos.lat_nd - 1;
  if (pos.lat_nd + 1 > o->north && pos.lat_nd < POLE) o->north = pos.lat_nd + 1;
  if (m->east - 1 < o->west) o->west = m->east - 1;
  if (m->east + 1 > o->east) o->east = m->east + 1;
}

static sl_err add(maker *m, sl_vec place, uint32_t vertex) {
  sl_outline *o = m->out;
  sl_err err = reserve(o, o->count + 1);
  if (err) return err;
  o->place[o->count] = place;
  o->vertex[o->count++] = vertex;
  return SL_OK;
}

static uint32_t parallel_parts(double latitude_nd, int64_t turn, double sag) {
  double latitude = latitude_nd * (SL_PI / 180e9), angle = (double)llabs(turn) * (SL_PI / 180e9);
  double bend = fabs(SL_WGS84_A * 1.0034 * cos(latitude) * sin(latitude)) / 8.0;
  double step = fmin(0.05, sqrt(sag / fmax(bend, 1e-9)));
  double parts = ceil(angle / step);
  return parts < 1.0 ? 1 : parts < 2e9 ? (uint32_t)parts : 2000000000u;
}

static bool is_parallel(const maker *m, sl_pos a, sl_pos b) {
  return m->edge == SL_EDGE_PARALLEL && a.lat_nd == b.lat_nd && a.lat_nd != POLE && a.lat_nd != -POLE;
}

static sl_err cut_parallel(maker *m, sl_pos a, sl_pos b, uint32_t vertex) {
  int64_t turn = turn_between(a.lon_nd, b.lon_nd);
  uint32_t parts = parallel_parts((double)a.lat_nd, turn, m->sag);
  for (uint32_t i = 1; i < parts; i++) {
    sl_pos pos = {a.lat_nd, a.lon_nd + (int64_t)((double)turn * ((double)i / parts))};
    if (pos.lon_nd > HALF_TURN) pos.lon_nd -= 2 * HALF_TURN;
    if (pos.lon_nd < -HALF_TURN) pos.lon_nd += 2 * HALF_TURN;
    widen(m, pos, false);
    sl_err err = add(m, sl_ellipsoid_place(pos), vertex);
    if (err) return err;
  }
  m->out->slack = fmax(m->out->slack, m->sag);
  return SL_OK;
}

/* Long geodesics by PROJ, and the legs of tracks: their pieces are of equal lengths, to
 * which times belong. */
static sl_err cut_long(maker *m, sl_pos a, sl_pos b, uint32_t vertex) {
  struct geod_geodesicline line;
  if (!m->measured) geod_init(&m->earth, SL_WGS84_A, SL_WGS84_F);
  m->measured = true;
  geod_inverseline(&line, &m->earth, (double)a.lat_nd * 1e-9, (double)a.lon_nd * 1e-9, (double)b.lat_nd * 1e-9,
                   (double)b.lon_nd * 1e-9, 0);
  uint32_t parts = (uint32_t)fmin(ceil(line.s13 / m->piece), 1e6);
  for (uint32_t i = 1; i < parts; i++) {
    double latitude, longitude;
    geod_position(&line, line.s13 * i / parts, &latitude, &longitude, NULL);
    sl_pos pos = {llround(latitude * 1e9), llround(longitude * 1e9)};
    widen(m, pos, false);
    sl_err err = add(m, sl_ellipsoid_place(pos), vertex);
    if (err) return err;
  }
  return SL_OK;
}

/* The normal of the ellipsoid under a place near it. */
static sl_vec normal_at(sl_vec p) {
  sl_vec n = {p.x, p.y, p.z / (1.0 - SL_WGS84_E2)};
  return sl_vec_scale(n, 1.0 / sqrt(sl_vec_dot(n, n)));
}

/* The place of the ellipsoid from p along n, |n| = 1; p lies a few kilometres deep. */
static sl_vec lift(sl_vec p, sl_vec n) {
  const double a2 = 1.0 / (SL_WGS84_A * SL_WGS84_A), b2 = 1.0 / (SL_WGS84_B * SL_WGS84_B);
  double a = (n.x * n.x + n.y * n.y) * a2 + n.z * n.z * b2, b = (p.x * n.x + p.y * n.y) * a2 + p.z * n.z * b2;
  double c = (p.x * p.x + p.y * p.y) * a2 + p.z * p.z * b2 - 1.0;
  return sl_vec_add(p, sl_vec_scale(n, (sqrt(b * b - a * c) - b) / a));
}

/* The box about an edge away from the poles: its longitudes lie between its ends', its
 * latitudes pass them by no more than the sagitta of a geodesic there, l^2 tan(lat) / 8R. */
static void widen_edge(maker *m, sl_pos a, sl_pos b, double length) {
  sl_outline *o = m->out;
  double reach = fmax(fabs((double)a.lat_nd), fabs((double)b.lat_nd)) * (SL_PI / 180e9) + length / 6.3e6;
  int64_t by = (int64_t)(length * length * tan(reach) / (8.0 * 6.3e6 * 6.3e6) * (180e9 / SL_PI)) + 2;
  int64_t south = (a.lat_nd < b.lat_nd ? a.lat_nd : b.lat_nd) - by, north = (a.lat_nd > b.lat_nd ? a.lat_nd : b.lat_nd) + by;
  if (south < o->south) o->south = south;
  if (north > o->north) o->north = north;
}

/* The plane through both places and the normal between them cuts the surface in a curve
 * whose normals lean out of it by t s, s from its middle; a geodesic's do not, so that it
 * runs k t s (l^2 / 4 - s^2) / 6 beside it, k its curvature: 2 mm for 150 km. What is left
 * is of higher order, measured at most 0.12 mm. */
static sl_err cut_geodesic(maker *m, sl_pos a, sl_pos b, uint32_t vertex, sl_vec from, sl_vec to) {
  sl_vec chord = sl_vec_sub(to, from), middle = sl_vec_scale(sl_vec_add(from, to), 0.5);
  double length = sqrt(sl_vec_dot(chord, chord));
  if (length > SHORT_M || !m->closed) return cut_long(m, a, b, vertex);
  sl_vec up = normal_at(middle);
  up = sl_vec_sub(up, sl_vec_scale(chord, sl_vec_dot(up, chord) / (length * length)));
  up = sl_vec_scale(up, 1.0 / sqrt(sl_vec_dot(up, up)));
  sl_vec aside = sl_vec_scale(sl_vec_cross(up, chord), 1.0 / length);
  double lean = (sl_vec_dot(normal_at(to), aside) - sl_vec_dot(normal_at(from), aside)) / length;
  uint32_t parts = (uint32_t)ceil(length * 1.0001 / m->piece);
  double share_of_most = length / SHORT_M;
  m->out->slack = most(m->out->slack, SHORT_ERROR_M * share_of_most * share_of_most * share_of_most);
  bool polar = llabs(a.lat_nd) > POLAR || llabs(b.lat_nd) > POLAR;
  if (!polar) widen_edge(m, a, b, length);
  for (uint32_t i = 1; i < parts; i++) {
    double share = (double)i / parts - 0.5, s = share * length;
    double by = lean * s * (length * length / 4.0 - s * s) / (6.0 * 6371e3);
    sl_vec on = sl_vec_add(sl_vec_add(middle, sl_vec_scale(chord, share)), sl_vec_scale(aside, by));
    sl_vec place = lift(on, up);
    if (polar) {
      double latitude, longitude;
      sl_ellipsoid_degrees(&latitude, &longitude, place);
      widen_about(m, (sl_pos){llround(latitude * 1e9), llround(longitude * 1e9)});
    }
    sl_err err = add(m, place, vertex);
    if (err) return err;
  }
  return SL_OK;
}

/* The pieces between vertex i and the next, without their ends. */
static sl_err cut(maker *m, const sl_course *course, uint32_t i, sl_vec from, sl_vec to) {
  sl_pos a = *sl_course_at(course, i), b = *sl_course_at(course, i + 1 < course->count ? i + 1 : 0);
  sl_vec chord = sl_vec_sub(to, from);
  double c2 = sl_vec_dot(chord, chord);
  sl_err err = SL_OK;
  double piece = sqrt(c2) * 1.0001;
  if (is_parallel(m, a, b)) {
    err = cut_parallel(m, a, b, i);
    piece = fmin(piece * 1.6, 0.051 * SL_WGS84_A * 1.0034 * cos((double)a.lat_nd * (SL_PI / 180e9)));
  } else if (c2 > 0.999 * m->piece * m->piece) {
    err = cut_geodesic(m, a, b, i, from, to);
    piece = m->piece;
  }
  m->out->piece = fmax(m->out->piece, piece);
  return err;
}

static sl_err add_course(maker *m, const sl_course *course) {
  sl_outline *o = m->out;
  sl_locator locator = sl_locator_at(*sl_course_at(course, 0));
  sl_vec first = sl_locator_place(&locator, locator.at), from = first;
  m->turn = 0;
  m->closed = course->closed;
  for (uint32_t i = 0; i < course->count; i++) {
    sl_pos pos = *sl_course_at(course, i);
    widen(m, pos, i == 0);
    sl_err err = add(m, from, i);
    if (err) return err;
    bool last = i + 1 == course->count;
    if (last && !course->closed) break;
    sl_vec to = last ? first : sl_locator_place(&locator, *sl_course_at(course, i + 1));
    err = cut(m, course, i, from, to);
    if (err) return err;
    from = to;
  }
  if (course->closed) {
    m->turn += turn_between(m->last, sl_course_at(course, 0)->lon_nd);
    if (m->turn != 0) o->turned = true;
  }
  return SL_OK;
}

static void find_middle(sl_outline *o) {
  sl_vec low = o->place[0], high = low;
  for (uint32_t i = 1; i < o->count; i++) {
    sl_vec p = o->place[i];
    low = (sl_vec){least(low.x, p.x), least(low.y, p.y), least(low.z, p.z)};
    high = (sl_vec){most(high.x, p.x), most(high.y, p.y), most(high.z, p.z)};
  }
  o->middle = sl_vec_scale(sl_vec_add(low, high), 0.5);
  double r2 = 0.0;
  for (uint32_t i = 0; i < o->count; i++) {
    sl_vec d = sl_vec_sub(o->place[i], o->middle);
    r2 = most(r2, sl_vec_dot(d, d));
  }
  o->reach = sqrt(r2);
}

/* Whether the courses are surely over 100 km across. */
static bool surely_large(const sl_course *course, uint32_t courses) {
  int64_t south = POLE, north = -POLE;
  for (uint32_t c = 0; c < courses; c++) {
    sl_pos a = *sl_course_at(course + c, course[c].count - 1);
    for (uint32_t i = 0; i < course[c].count; i++) {
      sl_pos b = *sl_course_at(course + c, i);
      if (b.lat_nd < south) south = b.lat_nd;
      if (b.lat_nd > north) north = b.lat_nd;
      double turn = (double)llabs(turn_between(a.lon_nd, b.lon_nd)) * (SL_PI / 180e9);
      double arc = 6.35e6 * cos((double)b.lat_nd * (SL_PI / 180e9)) * fmin(turn, 2.0);
      if (a.lat_nd == b.lat_nd && (i > 0 || course[c].closed) && arc > LARGE_M) return true;
      a = b;
    }
  }
  return north - south > LARGE_ND;
}

/* Fine enough for the extent, coarse enough for the cap. */
static double parallel_sag(const sl_course *course, uint32_t courses, sl_edge edge) {
  if (edge != SL_EDGE_PARALLEL) return SAG_FINE;
  double sag = surely_large(course, courses) ? SAG_LARGE : SAG_FINE, points = 0.0, vertices = 0.0;
  for (uint32_t c = 0; c < courses; c++) {
    vertices += course[c].count;
    for (uint32_t i = 0; i < course[c].count; i++) {
      sl_pos a = *sl_course_at(course + c, i), b = *sl_course_at(course + c, (i + 1) % course[c].count);
      if (a.lat_nd == b.lat_nd) points += parallel_parts((double)a.lat_nd, turn_between(a.lon_nd, b.lon_nd), sag);
    }
  }
  double most = fmin(POINTS_FREE + POINTS_PER_VERTEX * vertices, SL_OUTLINE_POINTS_MAX / 2.0);
  return points > most ? sag * (points / most) * (points / most) : sag;
}

sl_err sl_outline_init(sl_outline *out, const sl_course *course, uint32_t courses, sl_edge edge, double piece) {
  SL_ASSERT(courses > 0 && piece > 0.0);
  out->place = out->small_place;
  out->vertex = out->small_vertex;
  out->start = out->small_start;
  out->count = 0;
  out->room = SL_OUTLINE_SMALL;
  out->courses = courses;
  out->piece = out->slack = 0.0;
  out->south = out->north = course[0].pos->lat_nd;
  out->west = out->east = course[0].pos->lon_nd;
  out->turned = false;
  if (courses > 1 && !(out->start = malloc((courses + 1) * sizeof *out->start))) return SL_ERR_NOMEM;
  maker m;
  m.out = out;
  m.edge = edge;
  m.piece = piece;
  m.sag = parallel_sag(course, courses, edge);
  m.east = m.last = course[0].pos->lon_nd;
  m.turn = 0;
  m.measured = m.closed = false;
  for (uint32_t i = 0; i < courses; i++) {
    SL_ASSERT(course[i].count > 0);
    out->start[i] = out->count;
    sl_err err = add_course(&m, course + i);
    if (err) {
      sl_outline_fini(out);
      return err;
    }
  }
  out->start[courses] = out->count;
  find_middle(out);
  return SL_OK;
}

void sl_outline_fini(sl_outline *outline) {
  if (outline->place != outline->small_place) {
    free(outline->place);
    free(outline->vertex);
  }
  if (outline->start != outline->small_start) free(outline->start);
  outline->place = outline->small_place;
  outline->vertex = outline->small_vertex;
  outline->start = outline->small_start;
}
