/* Volume4D of the F3548 face, in and out, and regions.
 *
 * Work: one to a few volumes of 4 to 100 vertices a request. The outline and the band are
 * read by json/volume.c; here are the times, which the standard lets be absent, equal and
 * inclusive, and the area. */
#include "wire/utm_volume.h"

#include <stdlib.h>

#include "base/assert.h"
#include "geo/area.h"
#include "geo/cover.h"

#define LAST_NS (SL_TIME_MAX_NS - 1)
#define COVER_TOLERANCE_M 1.0

const sl_minima sl_utm_reach = {.lateral = {0}};

static sl_err read_solid(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return sl_volume_3d_read(reader, target, at, SL_PLAN_STRICT_F3548 | SL_PLAN_OPEN_ALTITUDE);
}

/* What the standard leaves open. */
static const struct { const char *name; unsigned bit; bool inner; } open_members[] = {
    {"altitude_lower", SL_UTM_LOWER, true}, {"altitude_upper", SL_UTM_UPPER, true},
    {"time_start", SL_UTM_START, false},    {"time_end", SL_UTM_END, false}};

/* Which of them a Volume4D gave; SL_ERR_MISSING at the first of those required that it did not. */
static sl_err given_of(const sl_json_reader *reader, unsigned *out, const sl_json_at *at, unsigned required) {
  unsigned given = 0;
  sl_json_at solid = sl_json_find(at, "volume");
  for (size_t i = 0; i < sizeof open_members / sizeof *open_members; i++) {
    sl_json_at member = sl_json_find(open_members[i].inner ? &solid : at, open_members[i].name);
    if (sl_json_is_given(&member)) given |= open_members[i].bit;
    else if (required & open_members[i].bit) {
      return sl_json_fail(reader, &member, SL_ERR_MISSING, "\"%s\" is needed here; give it", open_members[i].name);
    }
  }
  *out = given;
  return SL_OK;
}

static sl_err check_area(const sl_json_reader *reader, const sl_json_at *at, const sl_volume *volume) {
  if (sl_shape_area_within(&volume->shape, SL_UTM_AREA_MAX_KM2 * 1e6)) return SL_OK;
  return sl_json_fail(reader, at, SL_ERR_CAP, "the area is over %u km2; make it smaller or divide it",
                      SL_UTM_AREA_MAX_KM2);
}

/* One Volume4D; *given gets its bits. */
static sl_err read_volume(const sl_json_reader *reader, sl_object *out, unsigned *given, const sl_json_at *at,
                          unsigned required) {
  static const sl_json_member table[] = {
      {.name = "volume", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_solid},
      {.name = "time_start", .kind = SL_JSON_CALL, .offset = offsetof(sl_volume, window.start), .read = sl_instant_read},
      {.name = "time_end", .kind = SL_JSON_CALL, .offset = offsetof(sl_volume, window.end), .read = sl_instant_read}};
  sl_object object;
  memset(&object, 0, sizeof object);
  object.kind = SL_OBJECT_VOLUME;
  sl_volume *volume = &object.as.volume;
  volume->window.end.ns = LAST_NS;
  sl_err err = sl_json_object(reader, volume, at, table, SL_JSON_COUNT(table), NULL);
  if (err) return err;
  unsigned bits = 0;
  err = given_of(reader, &bits, at, required);
  if (err) return err;
  sl_json_at end = sl_json_find(at, "time_end");
  if (volume->window.start.ns > volume->window.end.ns) {
    return sl_json_fail(reader, &end, SL_ERR_ORDER, "the end is before the start; exchange or correct them");
  }
  if (volume->window.start.ns >= LAST_NS) return sl_json_fail(reader, at, SL_ERR_RANGE, "these times are out of range");
  if (volume->window.end.ns < LAST_NS) volume->window.end.ns++;
  sl_json_at solid = sl_json_find(at, "volume");
  sl_fault fault = sl_fault_none();
  err = sl_object_check(&object, &fault);
  if (err) {
    sl_fault_set(&fault, err, "this volume has no meaning");
    return sl_json_fail_with(reader, &solid, &fault);
  }
  err = check_area(reader, &solid, volume);
  if (err) return err;
  *given = bits;
  *out = object;
  return SL_OK;
}

/* count volumes: the elements of the array at `at`, or `at` itself. */
static sl_err read_volumes(const sl_json_reader *reader, sl_utm_extents *out, const sl_json_at *at, size_t count,
                           bool array, unsigned required) {
  SL_ASSERT(count >= 1 && count <= SL_OBJECTS_MAX);
  sl_object *object = SL_ARENA_TAKE(reader->arena, count, sl_object);
  if (object == NULL) return sl_json_fail(reader, at, SL_ERR_NOMEM, "the memory of this request is used up");
  sl_utm_extents extents = {.plan = {object, (uint32_t)count}, .object = object, .given = ~0u};
  for (size_t i = 0; i < count; i++) {
    sl_json_at element = array ? sl_json_element(at, i) : *at;
    unsigned given = 0;
    sl_err err = read_volume(reader, object + i, &given, &element, required);
    if (err) return err;
    const sl_window window = object[i].as.volume.window;
    extents.given &= given;
    if (i == 0 || window.start.ns < extents.window.start.ns) extents.window.start = window.start;
    if (i == 0 || window.end.ns > extents.window.end.ns) extents.window.end = window.end;
  }
  *out = extents;
  return SL_OK;
}

sl_err sl_utm_extents_read(const sl_json_reader *reader, sl_utm_extents *out, const sl_json_at *at, unsigned required) {
  if (!sl_json_is_array(at)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be an array");
  const size_t count = sl_json_size(at);
  if (count == 0) return sl_json_fail(reader, at, SL_ERR_RANGE, "at least one volume is needed");
  if (count > SL_OBJECTS_MAX) return sl_json_fail(reader, at, SL_ERR_CAP, "at most %u volumes are taken", SL_OBJECTS_MAX);
  return read_volumes(reader, out, at, count, true, required);
}

sl_err sl_utm_extent_read(const sl_json_reader *reader, sl_utm_extents *out, const sl_json_at *at, unsigned required) {
  return read_volumes(reader, out, at, 1, false, required);
}

void sl_utm_extents_limit(sl_utm_extents *extents, sl_time start, sl_time end) {
  SL_ASSERT(start.ns >= 0 && start.ns <= end.ns && end.ns < LAST_NS);
  extents->window = (sl_window){start, {end.ns + 1}};
  for (uint32_t i = 0; i < extents->plan.count; i++) extents->object[i].as.volume.window = extents->window;
}

static void add_point(sl_json_out *out, const char *name, sl_pos pos) {
  sl_json_open(out, name, '{');
  sl_json_add_decimal(out, "lng", pos.lon_nd, 9);
  sl_json_add_decimal(out, "lat", pos.lat_nd, 9);
  sl_json_close(out, '}');
}

static void add_ring(sl_json_out *out, const sl_ring *ring) {
  sl_json_open(out, "outline_polygon", '{');
  sl_json_open(out, "vertices", '[');
  for (uint32_t i = 0; i < ring->count; i++) add_point(out, NULL, ring->vertex[i]);
  sl_json_close(out, ']');
  sl_json_close(out, '}');
}

static void add_circle(sl_json_out *out, const sl_circle *circle) {
  sl_json_open(out, "outline_circle", '{');
  add_point(out, "center", circle->centre);
  sl_json_open(out, "radius", '{');
  sl_json_add_decimal(out, "value", circle->radius.mm, 3);
  sl_json_add_text(out, "units", "M");
  sl_json_close(out, '}');
  sl_json_close(out, '}');
}

/* What is not open; W84 only. */
static void add_band(sl_json_out *out, const sl_band *band) {
  if (band->ref != SL_ALT_W84) return;
  const sl_alt lower = {SL_ALT_W84, {.w84 = band->as.w84.lower}}, upper = {SL_ALT_W84, {.w84 = band->as.w84.upper}};
  if (lower.as.w84.mm > SL_ALT_W84_MIN_MM) sl_altitude_json_add(out, "altitude_lower", &lower);
  if (upper.as.w84.mm < SL_ALT_W84_MAX_MM) sl_altitude_json_add(out, "altitude_upper", &upper);
}

/* One Volume4D; of a polygon this outer ring. */
static void add_volume(sl_json_out *out, const sl_volume *volume, uint32_t ring, bool inclusive) {
  const sl_shape *shape = &volume->shape;
  SL_ASSERT(shape->kind == SL_SHAPE_CIRCLE || shape->kind == SL_SHAPE_POLYGON);
  sl_json_open(out, NULL, '{');
  sl_json_open(out, "volume", '{');
  if (shape->kind == SL_SHAPE_CIRCLE) add_circle(out, &shape->as.circle);
  else add_ring(out, shape->as.polygon.ring + ring);
  add_band(out, &volume->band);
  sl_json_close(out, '}');
  if (volume->window.start.ns > 0) sl_instant_json_add(out, "time_start", volume->window.start);
  if (volume->window.end.ns < LAST_NS) {
    sl_instant_json_add(out, "time_end", inclusive ? sl_utm_last(volume->window) : volume->window.end);
  }
  sl_json_close(out, '}');
}

void sl_utm_volumes_add(sl_json_out *out, const char *name, const sl_plan *plan, bool inclusive) {
  sl_json_open(out, name, '[');
  for (uint32_t i = 0; plan != NULL && i < plan->count; i++) {
    SL_ASSERT(plan->object[i].kind == SL_OBJECT_VOLUME);
    const sl_volume *volume = &plan->object[i].as.volume;
    const sl_polygon *polygon = &volume->shape.as.polygon;
    const uint32_t rings = volume->shape.kind == SL_SHAPE_POLYGON ? polygon->count : 1;
    for (uint32_t k = 0; k < rings; k++) {
      if (rings == 1 || !polygon->hole[k]) add_volume(out, volume, k, inclusive);
    }
  }
  sl_json_close(out, ']');
}

sl_err sl_utm_region_new(sl_utm_region **out, const sl_plan *plan, sl_fault *fault) {
  SL_ASSERT(plan->count <= SL_OBJECTS_MAX);
  sl_utm_region *region = malloc(sizeof *region + plan->count * sizeof region->item[0]);
  if (region == NULL) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  region->count = 0;
  for (uint32_t i = 0; i < plan->count; i++) {
    sl_err err = sl_prepare(&region->item[i], plan->object + i, fault);
    if (err) {
      sl_utm_region_free(region);
      return err;
    }
    region->count++;
  }
  *out = region;
  return SL_OK;
}

void sl_utm_region_free(sl_utm_region *region) {
  if (region == NULL) return;
  for (uint32_t i = 0; i < region->count; i++) sl_prepared_free(region->item[i]);
  free(region);
}

bool sl_utm_region_meets(const sl_utm_region *a, const sl_utm_region *b) {
  for (uint32_t i = 0; i < a->count; i++) {
    for (uint32_t k = 0; k < b->count; k++) {
      sl_finding finding;
      sl_err err = sl_judge(&finding, a->item[i], b->item[k], &sl_utm_reach, false);
      if (err != SL_OK || finding.verdict != SL_CLEAR) return true;
    }
  }
  return false;
}

/* Whether the shape is one of which it can be told. */
static bool plain(const sl_shape *shape) {
  return shape->kind == SL_SHAPE_CIRCLE || (shape->kind == SL_SHAPE_POLYGON && shape->as.polygon.count == 1);
}

bool sl_utm_covers(const sl_volume *outer, const sl_plan *inner) {
  SL_ASSERT(inner->count > 0);
  for (uint32_t i = 0; i < inner->count; i++) {
    if (inner->object[i].kind != SL_OBJECT_VOLUME) return false;
    const sl_volume *volume = &inner->object[i].as.volume;
    if (volume->window.start.ns < outer->window.start.ns || volume->window.end.ns > outer->window.end.ns) return false;
    if (!plain(&outer->shape) || !plain(&volume->shape)) return false;
    if (!sl_shape_covers(&outer->shape, &volume->shape, COVER_TOLERANCE_M)) return false;
  }
  return true;
}
