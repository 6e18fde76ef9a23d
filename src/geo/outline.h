/* The outline of a shape or track: its vertices as places, long edges cut into
 * pieces that lie on the meant curve, and the box around it. What is checked and
 * what is prepared are both made from it. */
#ifndef SL_GEO_OUTLINE_H
#define SL_GEO_OUTLINE_H

#include "geo/ellipsoid.h"
#include "sideline/shape.h"

#define SL_OUTLINE_SMALL 12u          /* points that need no allocation */
#define SL_OUTLINE_POINTS_MAX 1000000u
#define SL_PIECE_SHAPE_M 20000.0      /* longest piece of an edge of a shape of up to 320 km */
#define SL_PIECE_TRACK_M 5000.0       /* longest piece of a leg of a trajectory */

/* One line of vertices, closed or open. */
typedef struct sl_course {
  const sl_pos *pos;
  size_t stride;         /* bytes from one position to the next */
  uint32_t count;
  bool closed;
} sl_course;

typedef struct sl_outline {
  sl_vec *place;         /* the points */
  uint32_t *start;       /* start[i]: first point of course i; start[courses] is the end */
  uint32_t *vertex;      /* the vertex, within its course, at or before each point */
  uint32_t count, room, courses;
  sl_vec middle;         /* of the box in space */
  double reach;          /* of the points from `middle` */
  double piece;          /* longest piece, m */
  double slack;          /* how far the pieces are from the meant curve, m */
  int64_t south, north, west, east; /* nanodegrees; longitudes unwrapped */
  bool turned;           /* a pole lies inside or close: all longitudes */
  sl_vec small_place[SL_OUTLINE_SMALL];
  uint32_t small_vertex[SL_OUTLINE_SMALL];
  uint32_t small_start[2];
} sl_outline;

/* Make the outline of `courses` courses (their positions are in range). piece: the
 * longest piece wanted, m. `parallel`: edges between equal latitudes run along the
 * parallel. Release with sl_outline_fini() when it is SL_OK. Errors: SL_ERR_NOMEM,
 * SL_ERR_CAP (over SL_OUTLINE_POINTS_MAX). Threads: any. Cost: linear. */
SL_MUST_USE sl_err sl_outline_init(sl_outline *out, const sl_course *course, uint32_t courses, sl_edge edge,
                                   double piece);
void sl_outline_fini(sl_outline *outline);

static inline const sl_pos *sl_course_at(const sl_course *course, uint32_t i) {
  return (const sl_pos *)(const void *)((const char *)(const void *)course->pos + i * course->stride);
}

#endif
