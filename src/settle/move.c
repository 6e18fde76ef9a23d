/* A plan, moved (L19): every instant, every altitude, every vertex by the same amount.
 * Aside goes at one azimuth for the whole plan, a right angle to the geodesic from
 * where the plan begins in time to where it ends. The result is a new plan in the
 * arena; whether its shapes still have a meaning (near a pole they may not) is for
 * sl_object_check(), as with any plan. Work: one direct geodesic per vertex. */
#include "settle/lattice.h"

#include "base/assert.h"
#include "geo/displace.h"

/* How one plan is moved. */
typedef struct mover {
  sl_arena *arena;
  const sl_move *move;
  double azimuth;          /* of the displacement */
  sl_len distance;
} mover;

static sl_err move_time(sl_time *out, const mover *by, sl_time time) {
  int64_t delay = by->move->delay.ns;
  if (delay > SL_TIME_MAX_NS || delay < -SL_TIME_MAX_NS) return SL_ERR_RANGE;
  int64_t moved = time.ns + delay;
  if (moved < 0 || moved > SL_TIME_MAX_NS) return SL_ERR_RANGE;
  out->ns = moved;
  return SL_OK;
}

static sl_err move_w84(sl_alt_w84 *out, const mover *by, sl_alt_w84 altitude) {
  int64_t up = by->move->up_w84.mm;
  if (up > SL_ALT_W84_MAX_MM || up < -SL_ALT_W84_MAX_MM) return SL_ERR_RANGE;
  int64_t moved = altitude.mm + up;
  if (moved < SL_ALT_W84_MIN_MM || moved > SL_ALT_W84_MAX_MM) return SL_ERR_RANGE;
  out->mm = moved;
  return SL_OK;
}

static sl_err move_baro(sl_alt_baro *out, const mover *by, sl_alt_baro altitude) {
  int64_t moved = (int64_t)altitude.ft + by->move->up_ft;
  if (moved < SL_ALT_BARO_MIN_FT || moved > SL_ALT_BARO_MAX_FT) return SL_ERR_RANGE;
  out->ft = (int32_t)moved;
  return SL_OK;
}

/* Whether a move of altitude means something in this reference. */
static sl_err suits(const sl_move *move, sl_alt_ref ref) {
  bool w84 = move->up_w84.mm != 0;
  bool baro = move->up_ft != 0;
  if ((w84 && ref != SL_ALT_W84) || (baro && ref != SL_ALT_BARO)) return SL_ERR_UNSUPPORTED;
  return SL_OK;
}

static sl_pos move_pos(const mover *by, sl_pos pos) {
  return by->distance.mm == 0 ? pos : sl_pos_displace(pos, by->azimuth, by->distance);
}

static sl_err move_points(const sl_pos **out, const mover *by, const sl_pos *point, uint32_t count) {
  if (by->distance.mm == 0) {
    *out = point;
    return SL_OK;
  }
  sl_pos *moved = SL_ARENA_TAKE(by->arena, count, sl_pos);
  if (!moved) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < count; i++) moved[i] = move_pos(by, point[i]);
  *out = moved;
  return SL_OK;
}

static sl_err move_polygon(sl_polygon *polygon, const mover *by) {
  sl_ring *ring = SL_ARENA_TAKE(by->arena, polygon->count, sl_ring);
  if (!ring) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < polygon->count; i++) {
    ring[i].count = polygon->ring[i].count;
    sl_err err = move_points(&ring[i].vertex, by, polygon->ring[i].vertex, ring[i].count);
    if (err != SL_OK) return err;
  }
  polygon->ring = ring;
  return SL_OK;
}

static sl_err move_shape(sl_shape *shape, const mover *by) {
  switch (shape->kind) {
    case SL_SHAPE_POLYGON: return move_polygon(&shape->as.polygon, by);
    case SL_SHAPE_CIRCLE: shape->as.circle.centre = move_pos(by, shape->as.circle.centre); return SL_OK;
    case SL_SHAPE_CORRIDOR:
      return move_points(&shape->as.corridor.point, by, shape->as.corridor.point, shape->as.corridor.count);
  }
  return SL_ERR_UNSUPPORTED;
}

static sl_err move_band(sl_band *band, const mover *by) {
  sl_err err = suits(by->move, band->ref);
  if (err != SL_OK || band->ref == SL_ALT_COLUMN) return err;
  if (band->ref == SL_ALT_W84) {
    err = move_w84(&band->as.w84.lower, by, band->as.w84.lower);
    return err != SL_OK ? err : move_w84(&band->as.w84.upper, by, band->as.w84.upper);
  }
  err = move_baro(&band->as.baro.lower, by, band->as.baro.lower);
  return err != SL_OK ? err : move_baro(&band->as.baro.upper, by, band->as.baro.upper);
}

static sl_err move_volume(sl_volume *volume, const mover *by) {
  sl_err err = move_shape(&volume->shape, by);
  if (err == SL_OK) err = move_band(&volume->band, by);
  if (err == SL_OK) err = move_time(&volume->window.start, by, volume->window.start);
  if (err == SL_OK) err = move_time(&volume->window.end, by, volume->window.end);
  return err;
}

static sl_err move_trajectory(sl_trajectory *trajectory, const mover *by) {
  sl_err err = suits(by->move, trajectory->ref);
  if (err != SL_OK) return err;
  sl_fix *fix = SL_ARENA_TAKE(by->arena, trajectory->count, sl_fix);
  if (!fix) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < trajectory->count && err == SL_OK; i++) {
    fix[i] = trajectory->fix[i];
    fix[i].pos = move_pos(by, fix[i].pos);
    err = move_time(&fix[i].time, by, fix[i].time);
    if (err != SL_OK) break;
    err = trajectory->ref == SL_ALT_W84 ? move_w84(&fix[i].alt.w84, by, fix[i].alt.w84)
                                        : move_baro(&fix[i].alt.baro, by, fix[i].alt.baro);
  }
  trajectory->fix = fix;
  return err;
}

/* Where an object is first (last == false) or last on its way. */
static sl_pos way_point(const sl_object *object, bool last) {
  if (object->kind == SL_OBJECT_TRAJECTORY) {
    const sl_trajectory *of = &object->as.trajectory;
    return of->fix[last ? of->count - 1 : 0].pos;
  }
  const sl_shape *shape = &object->as.volume.shape;
  if (shape->kind == SL_SHAPE_CIRCLE) return shape->as.circle.centre;
  if (shape->kind == SL_SHAPE_POLYGON) return shape->as.polygon.ring[0].vertex[0];
  return shape->as.corridor.point[last ? shape->as.corridor.count - 1 : 0];
}

static sl_window window_of(const sl_object *object) {
  if (object->kind == SL_OBJECT_VOLUME) return object->as.volume.window;
  const sl_trajectory *of = &object->as.trajectory;
  return (sl_window){of->fix[0].time, of->fix[of->count - 1].time};
}

/* The plan's course: from the object that begins first to the one that ends last. */
static double course(const sl_plan *plan) {
  const sl_object *first = &plan->object[0];
  const sl_object *last = &plan->object[0];
  for (uint32_t i = 1; i < plan->count; i++) {
    const sl_object *object = &plan->object[i];
    if (window_of(object).start.ns < window_of(first).start.ns) first = object;
    if (window_of(object).end.ns >= window_of(last).end.ns) last = object;
  }
  return sl_pos_course(way_point(first, false), way_point(last, true));
}

sl_err sl_plan_move(sl_plan *out, sl_arena *arena, const sl_plan *plan, const sl_move *move) {
  SL_ASSERT(out != NULL && arena != NULL && plan != NULL && move != NULL && plan->count > 0);
  int64_t aside = move->aside.mm;
  if (aside > SL_EXTENT_MAX_MM || aside < -SL_EXTENT_MAX_MM) return SL_ERR_RANGE;
  mover by = {.arena = arena, .move = move, .distance = {aside < 0 ? -aside : aside}};
  if (aside != 0) by.azimuth = course(plan) + (aside > 0 ? 90.0 : -90.0);
  sl_object *object = SL_ARENA_TAKE(arena, plan->count, sl_object);
  if (!object) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < plan->count; i++) {
    object[i] = plan->object[i];
    bool volume = object[i].kind == SL_OBJECT_VOLUME;
    sl_err err = volume ? move_volume(&object[i].as.volume, &by) : move_trajectory(&object[i].as.trajectory, &by);
    if (err != SL_OK) return err;
  }
  *out = (sl_plan){object, plan->count};
  return SL_OK;
}
