/* Loading pieces of cores as places. */
#include "base/assert.h"
#include "oracle/pair.h"

static const sl_vec centre = {0.0, 0.0, 0.0};

void sl_run_piece(sl_run *out, const sl_prepared *p, uint32_t i) {
  SL_ASSERT(i < p->points);
  uint32_t next = sl_prepared_next(p, i);
  sl_run_between(out, sl_prepared_at(p, i, centre), sl_prepared_at(p, next, centre), (double)p->slack);
}

void sl_run_between(sl_run *out, sl_vec a, sl_vec b, double slack) {
  sl_vec d = sl_vec_sub(b, a);
  double length = sqrt(sl_vec_dot(d, d));
  out->place[0] = a;
  out->place[1] = b;
  out->from[0] = 0;
  out->to[0] = 1;
  out->points = 2;
  out->edges = 1;
  out->middle = sl_vec_scale(sl_vec_add(a, b), 0.5);
  /* The arc sees its ends under an obtuse angle: it lies in the ball on them. */
  out->reach = 0.5 * length;
  out->piece = length * 1.0001;
  out->slack = slack;
}

sl_vec sl_piece_place(sl_vec a, sl_vec b, double t) {
  sl_vec d = sl_vec_sub(b, a), at = sl_vec_add(a, sl_vec_scale(d, t));
  /* Up is along the normal: along the radius the place would move aside, by 0.3% of the rise. */
  sl_vec up = {at.x, at.y, at.z / (1.0 - SL_WGS84_E2)};
  double rise = sl_vec_dot(d, d) * t * (1.0 - t) / (2.0 * 6371000.0);
  return sl_vec_add(at, sl_vec_scale(up, rise / sqrt(sl_vec_dot(up, up))));
}
