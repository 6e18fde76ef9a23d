/* Whether one core lies inside another: winding numbers in a gnomonic plane about
 * the point asked for, so that what is near it is exact and what is far only has to
 * be on the right side. Outer rings wind +1 and holes -1; anything but 0 is inside,
 * so rings that overlap add up. */
#include "base/assert.h"
#include "oracle/pair.h"

static bool in_ball(const sl_prepared *p, sl_vec place) {
  sl_vec d = sl_vec_sub(place, p->anchor);
  double reach = (double)p->reach + 1.0;
  return sl_vec_dot(d, d) <= reach * reach;
}

static int winding_of_ring(const sl_prepared *p, uint32_t first, uint32_t end, const sl_frame *frame) {
  int winding = 0;
  sl_plane from = sl_frame_plane(frame, sl_prepared_at(p, end - 1, frame->origin));
  for (uint32_t i = first; i < end; i++) {
    sl_plane to = sl_frame_plane(frame, sl_prepared_at(p, i, frame->origin));
    if ((from.v > 0.0) != (to.v > 0.0)) {
      double side = from.u * to.v - from.v * to.u; /* > 0: the origin is to the left */
      if (to.v > 0.0 && side > 0.0) winding++;
      if (to.v <= 0.0 && side < 0.0) winding--;
    }
    from = to;
  }
  return winding;
}

bool sl_core_contains(const sl_prepared *area, sl_vec place) {
  SL_ASSERT(area->core == SL_CORE_AREA);
  if (!in_ball(area, place)) return false;
  sl_frame frame = sl_frame_at(place);
  int winding = 0;
  for (uint32_t r = 0; r < area->rings; r++)
    winding += winding_of_ring(area, sl_prepared_ring(area, r), sl_prepared_ring(area, r + 1), &frame);
  return winding != 0;
}

/* Whether any ring (or the line, or the point) of p starts inside the area. */
static bool any_inside(const sl_prepared *area, const sl_prepared *p) {
  if (area->core != SL_CORE_AREA) return false;
  const sl_vec centre = {0.0, 0.0, 0.0};
  for (uint32_t r = 0; r < p->rings; r++) {
    if (sl_core_contains(area, sl_prepared_at(p, sl_prepared_ring(p, r), centre))) return true;
  }
  return false;
}

void sl_gap_cores(sl_search *search, const sl_prepared *a, const sl_prepared *b) {
  sl_gap_boundaries(search, a, b);
  if (sl_search_over(search)) return;
  if (any_inside(a, b) || any_inside(b, a)) search->gap = (sl_gap){0.0, 0.0, false};
}
